//! One request for a call.

use super::details::{pair, values};
use super::icons;
use super::kit::icon;
use super::lists::campaign_label;
use super::rich_text::web_link;
use crate::browser::Shell;
use crate::browser::clock::{Style, local, write};
use crate::state::{Action, Urgency, age, named, urgency};
use chinwag::model::{FieldKind, WidgetKind, find_value, limits};
use chinwag::text;
use chinwag::wire::CallRequest;
use leptos::{ev, html, prelude::*};

pub(super) fn request_card(request: CallRequest) -> impl IntoView {
    let shell = Shell::get();
    let campaign = shell.desk.with_untracked(|desk| campaign_label(desk, &request.campaign));
    let name = name(&request);
    let title = format!("request-{}", request.id);
    let due = {
        let request = request.clone();
        Memo::new(move |_| {
            let now = shell.now.get();
            let span = age(request.due.since(now).abs());
            let pressing = urgency(&request, now);
            let words = match pressing {
                Urgency::Done => "Done".to_owned(),
                Urgency::Overdue => format!("Overdue by {span}"),
                Urgency::Now => "Now".to_owned(),
                Urgency::Soon | Urgency::Later => format!("In {span}"),
            };
            (pressing, words)
        })
    };
    let there = write(request.due, Style::Full, Some(&request.zone)).map(|there| format!("{there} for the visitor ({})", request.zone));
    let kind = match request.kind {
        WidgetKind::CallbackNow => "Call back now",
        WidgetKind::CallbackLater if request.first_slot => "Call back, first free time",
        WidgetKind::CallbackLater => "Call back at the chosen time",
        WidgetKind::ClickToCall => "Wants to talk now",
        WidgetKind::Chat => "Conversation",
        WidgetKind::Unknown(kind) => kind.text(),
    };
    let page = request.page.clone();
    html::li()
        .class("card")
        .attr("data-test", "request")
        .attr("data-request", request.id.to_string())
        .attr("data-urgency", move || match due.get().0 {
            Urgency::Done => "done",
            Urgency::Overdue => "overdue",
            Urgency::Now | Urgency::Soon => "soon",
            Urgency::Later => "later",
        })
        .child(
            html::article().attr("aria-labelledby", title.clone()).child((
                html::div().class("card-head").child((
                    html::div().class("card-who").child((
                        html::h3().id(title).child(html::bdi().child(name)),
                        html::p().child(
                            [kind.to_owned(), campaign, request.locale.clone()]
                                .into_iter()
                                .filter(|part| !part.is_empty())
                                .collect::<Vec<_>>()
                                .join(" · "),
                        ),
                    )),
                    html::div().class("due").child((
                        html::span().class("due-words").attr("data-test", "request-due").child((
                            move || icon(if due.get().0 == Urgency::Overdue { icons::WARN } else { icons::CLOCK }),
                            move || due.get().1,
                        )),
                        html::span().child(local(request.due, Style::Full)),
                        there.map(|there| html::span().class("there").child(there)),
                    )),
                )),
                html::dl().class("card-facts").child((
                    values(&request.values),
                    page.map(|page| pair(html::dt().child("Page"), html::dd().child(web_link(&page.url)))),
                )),
                if request.done { outcome(request).into_any() } else { finish(request).into_any() },
            )),
        )
}

/// The form that marks the request as done, with a note.
fn finish(request: CallRequest) -> impl IntoView {
    let shell = Shell::get();
    let note = RwSignal::new(request.note.clone());
    let id = format!("note-{}", request.id);
    html::form()
        .class("card-foot")
        .on(ev::submit, move |event| {
            event.prevent_default();
            shell.act(Action::RequestDone { request: request.id.clone(), done: true, note: note.get_untracked() });
        })
        .child((
            html::div().class("field grow").child((
                html::label().attr("for", id.clone()).child("Your note (optional)"),
                html::input()
                    .id(id)
                    .attr("dir", "auto")
                    .attr("maxlength", limits::VALUE_CHARS.to_string())
                    .attr("data-test", "request-note")
                    .prop("value", move || note.get())
                    .on(ev::input, move |event| note.set(event_target_value(&event))),
            )),
            html::button()
                .attr("type", "submit")
                .class("button primary")
                .attr("data-test", "request-done")
                .child((icon(icons::CHECK), "Done")),
        ))
}

/// The agent who called, and a button that opens the request again.
fn outcome(request: CallRequest) -> impl IntoView {
    let shell = Shell::get();
    let by = request.done_by.as_ref().map_or_else(|| "Done".to_owned(), |by| format!("Done by {}", by.name));
    let note = request.note.clone();
    html::div().class("card-foot").child((
        html::p().class("grow").attr("dir", "auto").attr("data-test", "request-outcome").child(if note.is_empty() {
            by
        } else {
            format!("{by}: {note}")
        }),
        html::button()
            .attr("type", "button")
            .class("button small")
            .attr("data-test", "request-undone")
            .on(ev::click, move |_| {
                shell.act(Action::RequestDone { request: request.id.clone(), done: false, note: request.note.clone() });
            })
            .child("Not done after all"),
    ))
}

fn name(request: &CallRequest) -> String {
    let values = &request.values;
    let of = |kind: FieldKind| {
        values.iter().find(|answer| answer.kind == Some(kind)).map(|answer| answer.shown.as_ref().unwrap_or(&answer.value))
    };
    named(values)
        .or_else(|| of(FieldKind::Phone).or_else(|| of(FieldKind::Email)).cloned())
        .or_else(|| ["phone", "email"].iter().map(|name| text::trim(find_value(values, name)).to_owned()).find(|name| !name.is_empty()))
        .unwrap_or_else(|| "A visitor".to_owned())
}
