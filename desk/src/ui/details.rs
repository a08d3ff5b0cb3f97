//! The visitor's details: the page, the filled-in values, the visitor's local time.

use super::icons;
use super::kit::icon;
use super::rich_text::{is_phone, phone_link, rich_text, web_link};
use crate::browser::Shell;
use crate::browser::clock::{Style, date, local, write};
use crate::state::label_of;
use chinwag::model::{Answer, Conversation, ConversationId, FieldKind, Timestamp};
use chinwag::text;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

pub(super) fn details(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    let state = shell.select(move |desk| {
        // Without the parts that change with every entry.
        desk.chats.get(&conv).map(|chat| Conversation { head: 0, messages: 0, ..chat.state.clone() })
    });
    // The agent's choice stays when the facts change.
    let open = RwSignal::new(false);
    move || state.get().map(|state| facts(&state, open))
}

/// One line, and more when the agent opens it: the transcript needs the space.
fn facts(state: &Conversation, open: RwSignal<bool>) -> impl IntoView + use<> {
    let page = state.page.as_ref().map(|page| if text::is_empty(&page.title) { page.url.clone() } else { page.title.clone() });
    let known: Vec<String> = state.values.iter().map(in_short).filter(|value| !value.is_empty()).collect();
    html::details()
        .class("facts")
        .attr("open", open.get_untracked())
        .attr("data-test", "details")
        .on(ev::toggle, move |event| {
            let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            open.set(details.is_some_and(|details| details.has_attribute("open")));
        })
        .child((
            html::summary().child((
                icon(icons::PAGE),
                html::span().class("facts-line").child((
                    html::span()
                        .attr("dir", "auto")
                        .attr("data-test", "page-title")
                        .child(page.unwrap_or_else(|| "No page known".to_owned())),
                    known.into_iter().map(|value| (" · ", html::bdi().child(value))).collect::<Vec<_>>(),
                )),
                html::span().class("facts-more").child(move || if open.get() { "less" } else { "more" }),
            )),
            html::div()
                .class("facts-all")
                .attr("role", "group")
                .attr("tabindex", "0")
                .attr("aria-label", "Details of the visitor")
                .child(all(state)),
        ))
}

/// A value in the short line; a checkbox is left out there.
fn in_short(answer: &Answer) -> String {
    if matches!(answer.value.as_str(), "true" | "false") { String::new() } else { in_words(answer).chars().take(80).collect() }
}

fn all(state: &Conversation) -> impl IntoView + use<> {
    let shell = Shell::get();
    let zone = state.zone.clone();
    let label = |text: &str| html::dt().child(text.to_owned());
    html::dl().child((
        state.page.clone().map(|page| pair(label("Page"), html::dd().attr("data-test", "page-url").child(web_link(&page.url)))),
        values(&state.values),
        pair(label("Language"), html::dd().child(state.locale.clone())),
        (!zone.is_empty()).then(|| {
            let shown = zone.clone();
            pair(
                label("Local time"),
                html::dd().child(move || {
                    let there = write(shell.now.get(), Style::Full, Some(&zone));
                    there.map_or_else(|| shown.clone(), |there| format!("{there} ({shown})"))
                }),
            )
        }),
        pair(label("Began"), html::dd().child(local(state.opened, Style::Full))),
    ))
}

/// A term and its description, which stay together.
pub(super) fn pair(term: impl IntoView, description: impl IntoView) -> impl IntoView {
    html::div().child((term, description))
}

/// The label of a field, or its name where no form of ours is known.
pub(super) fn called(answer: &Answer) -> String {
    answer.label.clone().unwrap_or_else(|| label_of(&answer.name))
}

/// A value in words: a choice by its label, a time in the agent's zone, a rating with its highest score.
pub(super) fn in_words(answer: &Answer) -> String {
    let value = &answer.value;
    let words = match answer.kind {
        Some(FieldKind::Checkbox | FieldKind::FirstSlot) | None if value == "true" => Some("Yes".to_owned()),
        Some(FieldKind::Checkbox | FieldKind::FirstSlot) | None if value == "false" => Some("No".to_owned()),
        Some(FieldKind::TimeSlot) => value.parse().ok().map(|at| local(Timestamp(at), Style::Full)).filter(|words| !words.is_empty()),
        Some(FieldKind::Date) => date(value),
        Some(kind) if kind.is_rating() => answer.most.map(|most| format!("{value} of {most}")),
        _ => answer.shown.clone(),
    };
    words.unwrap_or_else(|| value.clone())
}

/// A telephone number can be dialled, an address opened; every other value is text.
fn written(answer: &Answer) -> AnyView {
    let words = in_words(answer);
    if is_phone(answer) {
        phone_link(answer)
    } else if words == answer.value {
        html::span().child(rich_text(&words)).into_any()
    } else {
        html::span().child(words).into_any()
    }
}

/// Filled-in values as terms and descriptions.
pub(super) fn values(values: &[Answer]) -> impl IntoView + use<> {
    values
        .iter()
        .filter(|value| !text::is_empty(&value.value))
        .map(|value| {
            pair(
                html::dt().child(html::bdi().child(called(value))),
                html::dd().attr("data-test", format!("value-{}", value.name)).child(html::bdi().child(written(value))),
            )
        })
        .collect::<Vec<_>>()
}
