//! One conversation.

use super::{composer, details, disposition, pane_header, transcript};
use crate::browser::Shell;
use crate::state::{Action, Seat};
use chinwag::model::ConversationId;
use leptos::{ev, html, prelude::*};

pub(super) fn pane(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    let seat = shell.select({
        let conv = conv.clone();
        move |desk| desk.seat(&conv).unwrap_or(Seat::Over)
    });
    let active = shell.select({
        let conv = conv.clone();
        move |desk| desk.active.as_ref() == Some(&conv)
    });
    let attend = {
        let conv = conv.clone();
        move || {
            let news = shell
                .desk
                .with_untracked(|desk| desk.active.as_ref() != Some(&conv) || desk.chats.get(&conv).is_some_and(|chat| chat.unread > 0));
            if news {
                shell.act(Action::Attend(conv.clone()));
            }
        }
    };
    html::section()
        .id(format!("pane-{conv}"))
        .class(move || if active.get() { "pane active" } else { "pane" })
        .attr("tabindex", "-1")
        .attr("data-test", "conversation")
        .attr("data-conv", conv.to_string())
        .attr("data-seat", move || hook(seat.get()))
        .attr("aria-labelledby", format!("title-{conv}"))
        .on(ev::focusin, {
            let attend = attend.clone();
            move |_| attend()
        })
        .on(ev::pointerdown, move |_| attend())
        .child((
            pane_header::pane_header(conv.clone(), seat),
            details::details(conv.clone()),
            transcript::transcript(conv.clone()),
            move || match seat.get() {
                Seat::Own => composer::composer(conv.clone()).into_any(),
                Seat::WrapUp => disposition::disposition(conv.clone()).into_any(),
                Seat::Waiting => waiting(conv.clone()).into_any(),
                Seat::Watched => {
                    html::p().class("pane-foot").child("You are reading along. Nobody in the conversation sees it.").into_any()
                }
                Seat::Over => {
                    html::p().class("pane-foot").child("This conversation is closed for you. You can still read it here.").into_any()
                }
            },
        ))
}

fn waiting(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    html::div().class("pane-foot row").child((
        html::span().child("Waiting for an agent."),
        html::button()
            .attr("type", "button")
            .class("button primary")
            .attr("data-test", "pane-take")
            .on(ev::click, move |_| shell.act(Action::Take(conv.clone())))
            .child("Take it"),
    ))
}

const fn hook(seat: Seat) -> &'static str {
    match seat {
        Seat::Own => "own",
        Seat::WrapUp => "wrap-up",
        Seat::Waiting => "waiting",
        Seat::Watched => "watched",
        Seat::Over => "over",
    }
}
