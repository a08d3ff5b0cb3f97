//! A conversation's header: the visitor, the page, and the commands.

use super::icons;
use super::kit::icon;
use super::lists::campaign_label;
use crate::browser::Shell;
use crate::browser::clock::{Style, write};
use crate::state::{Action, LiveConversation, Seat, age, ago};
use chinwag::model::ConversationId;
use leptos::{ev, html, prelude::*};

pub(super) fn pane_header(conv: ConversationId, seat: Memo<Seat>) -> impl IntoView {
    let shell = Shell::get();
    let name = shell.select({
        let conv = conv.clone();
        move |desk| desk.chats.get(&conv).map(LiveConversation::title).unwrap_or_default()
    });
    let facts = shell.select({
        let conv = conv.clone();
        move |desk| {
            desk.chats.get(&conv).map(|chat| {
                let state = &chat.state;
                let agents = state.agents.iter().map(|agent| agent.name.clone()).collect::<Vec<_>>().join(", ");
                let standing = (chat.left, chat.unanswered(), agents);
                (campaign_label(desk, &state.campaign), state.locale.clone(), state.zone.clone(), standing)
            })
        }
    });
    let asking = RwSignal::new(false);
    let first_letter = move || name.with(|name| name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string()));
    let under = move || {
        facts.get().map(|(campaign, locale, zone, (left, unanswered, agents))| {
            let now = shell.now.get();
            let there = write(now, Style::Time, Some(&zone)).map(|time| format!("{time} there"));
            let standing = match (seat.get(), left, unanswered) {
                (Seat::WrapUp | Seat::Over, ..) => "ended".to_owned(),
                (_, Some(left), _) => format!("left {}", ago(now.since(left))),
                (Seat::Watched, ..) => format!("with {agents}"),
                (_, _, Some(since)) => format!("waiting for {}", age(now.since(since))),
                (..) => "answered".to_owned(),
            };
            [Some(standing), Some(campaign), Some(locale), there]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let left = shell.select({
        let conv = conv.clone();
        move |desk| desk.chats.get(&conv).is_some_and(|chat| chat.left.is_some())
    });
    html::header().class(move || if left.get() { "pane-head left" } else { "pane-head" }).child((
        html::span().class("face").attr("aria-hidden", "true").child(first_letter),
        html::div().class("pane-who").child((
            html::h2().id(format!("title-{conv}")).child(html::bdi().child(move || name.get())),
            html::p().attr("data-test", "conversation-facts").child(under),
        )),
        html::div().class("pane-tools").child({
            let conv = conv.clone();
            move || buttons(conv.clone(), seat.get(), asking)
        }),
        move || (asking.get() && seat.get() == Seat::Own).then(|| confirm(conv.clone(), asking)),
    ))
}

fn buttons(conv: ConversationId, seat: Seat, asking: RwSignal<bool>) -> impl IntoView {
    let shell = Shell::get();
    let (release, hide) = (conv.clone(), conv.clone());
    match seat {
        Seat::Own => (
            html::button()
                .attr("type", "button")
                .class("button small")
                .attr("title", "Give this conversation back to the queue")
                .attr("data-test", "release")
                .on(ev::click, move |_| shell.act(Action::Release(release.clone())))
                .child((icon(icons::QUEUE), "Back to queue")),
            html::button()
                .attr("type", "button")
                .class("button small")
                .attr("data-test", "end")
                .attr("aria-expanded", move || if asking.get() { "true" } else { "false" })
                .on(ev::click, move |_| {
                    asking.update(|asking| *asking = !*asking);
                    if asking.get_untracked() {
                        let id = format!("end-{conv}");
                        request_animation_frame(move || super::kit::focus(&id));
                    }
                })
                .child((icon(icons::STOP), "End")),
        )
            .into_any(),
        Seat::WrapUp => ().into_any(),
        Seat::Waiting | Seat::Watched | Seat::Over => html::button()
            .attr("type", "button")
            .class("tool")
            .attr("aria-label", "Close")
            .attr("title", "Close")
            .attr("data-test", "close")
            .on(ev::click, move |_| shell.act(Action::Hide(hide.clone())))
            .child(icon(icons::CLOSE))
            .into_any(),
    }
}

fn confirm(conv: ConversationId, asking: RwSignal<bool>) -> impl IntoView {
    let shell = Shell::get();
    let composer = format!("composer-{conv}");
    let id = format!("end-{conv}");
    let keep = move || {
        asking.set(false);
        let composer = composer.clone();
        request_animation_frame(move || super::kit::focus(&composer));
    };
    html::div()
        .class("confirm")
        .attr("role", "group")
        .attr("aria-label", "End this conversation?")
        .on(ev::keydown, {
            let keep = keep.clone();
            move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    keep();
                }
            }
        })
        .child((
            html::span().child("End it for the visitor, too?"),
            html::button()
                .attr("type", "button")
                .id(id)
                .class("button danger small")
                .attr("data-test", "end-confirm")
                .on(ev::click, move |_| {
                    asking.set(false);
                    shell.act(Action::End(conv.clone()));
                    crate::browser::focus::enter(Some(&conv));
                })
                .child("End conversation"),
            html::button().attr("type", "button").class("button small").on(ev::click, move |_| keep()).child("Keep open"),
        ))
}
