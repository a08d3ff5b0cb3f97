//! Offers: conversations that this agent may take, with the time that is left. They are drawn over the lists and move no other element: the agent
//! may be typing.

use super::kit::each;
use super::lists::campaign_label;
use crate::browser::Shell;
use crate::state::{Action, Offer, countdown};
use leptos::{ev, html, prelude::*};

pub(super) fn offers() -> impl IntoView {
    let shell = Shell::get();
    let offers = shell.select(|desk| desk.offers.clone());
    html::div().class("offers-place").attr("hidden", move || offers.with(Vec::is_empty)).child(
        html::section().class("offers").attr("aria-label", "Offered to you").child(each(
            move || offers.get(),
            |offer| (offer.conv.clone(), offer.expires),
            offer,
        )),
    )
}

fn offer(offer: Offer) -> impl IntoView {
    let shell = Shell::get();
    let Offer { conv, expires } = offer;
    let whole = expires.since(shell.now.get_untracked()).max(1);
    let facts = shell.select({
        let conv = conv.clone();
        move |desk| {
            desk.chats.get(&conv).map(|chat| {
                let more = [campaign_label(desk, &chat.state.campaign), chat.state.locale.clone()];
                (chat.title(), more, chat.subject(), chat.state.page.as_ref().map(|page| page.title.clone()))
            })
        }
    });
    let name = Memo::new(move |_| facts.get().map_or_else(|| "A visitor".to_owned(), |(name, ..)| name));
    let more = move || {
        facts.get().map(|(_, more, _, page)| {
            more.into_iter().chain(page).filter(|part| !chinwag::text::is_empty(part)).collect::<Vec<_>>().join(" · ")
        })
    };
    let about = move || facts.get().and_then(|(_, _, subject, _)| subject);
    let left = Memo::new(move |_| expires.since(shell.now.get()).max(0));
    html::article().class("offer").attr("data-test", "offer").attr("aria-label", move || format!("Offer: {}", name.get())).child((
        html::div().class("offer-words").child((
            html::strong().child(html::bdi().child(move || name.get())),
            html::span().class("offer-more").child(html::bdi().child(more)),
            move || about().map(|about| html::p().class("offer-about").attr("dir", "auto").attr("data-test", "offer-about").child(about)),
        )),
        html::span().class("offer-left").attr("data-test", "offer-left").child(move || format!("{} s", countdown(left.get()))),
        html::div().class("offer-buttons").child((
            html::button()
                .attr("type", "button")
                .class("button primary")
                .attr("data-test", "offer-accept")
                .attr("aria-keyshortcuts", "Alt+A")
                .on(ev::click, {
                    let conv = conv.clone();
                    move |_| shell.act(Action::Accept(conv.clone()))
                })
                .child("Accept"),
            html::button()
                .attr("type", "button")
                .class("button")
                .attr("data-test", "offer-decline")
                .attr("aria-keyshortcuts", "Alt+X")
                .on(ev::click, move |_| shell.act(Action::Decline(conv.clone())))
                .child("Decline"),
        )),
        html::div().class("offer-track").attr("aria-hidden", "true").child(
            html::div().class("offer-rest").style(("inline-size", move || format!("{}%", (left.get() * 100 / whole).clamp(0, 100)))),
        ),
    ))
}
