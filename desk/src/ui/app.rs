//! The whole window: the sign-in screen, a screen while entering, or the desk.

use super::kit::unseen;
use super::{bar, help, link_state, lists, offers, requests, sign_in, tabs, team, toasts, workspace};
use crate::browser::{Shell, View};
use crate::state::{Action, LinkState, Stage};
use leptos::{ev, html, prelude::*};

pub(super) fn app() -> impl IntoView {
    let shell = Shell::get();
    let stage = shell.select(crate::state::Desk::stage);
    (
        move || match stage.get() {
            Stage::SignIn => sign_in::sign_in().into_any(),
            Stage::Entering => entering().into_any(),
            Stage::Desk => desk().into_any(),
        },
        // In the document before any text is announced: otherwise screen readers do not read it.
        html::div().class("unseen").attr("role", "status").attr("data-test", "announcements").child(move || shell.polite.get()),
        html::div().class("unseen").attr("role", "alert").child(move || shell.urgent.get()),
    )
}

fn entering() -> impl IntoView {
    let shell = Shell::get();
    let trying = shell.select(|desk| desk.link_state() == LinkState::Connecting);
    html::main().class("entering").child((
        html::h1().class("unseen").child("Chinwag desk"),
        html::div().class("entering-card").child((
            html::div().class("pulse").attr("aria-hidden", "true"),
            html::p().attr("role", "status").child(link_state::sentence()),
            html::div().class("entering-buttons").child((
                move || (!trying.get()).then(link_state::way_out),
                html::button()
                    .attr("type", "button")
                    .class("button small")
                    .on(ev::click, move |_| shell.act(Action::SignOut))
                    .child("Sign out"),
            )),
        )),
    ))
}

fn desk() -> impl IntoView {
    let shell = Shell::get();
    let narrow = Memo::new(move |_| shell.width.get() < NARROW);
    let place = move || match (shell.view.get(), narrow.get()) {
        (View::Requests, _) => "requests",
        (View::Team, _) => "team",
        (View::Chats, false) => "both",
        (View::Chats, true) if shell.at_lists.get() => "lists",
        (View::Chats, true) => "panes",
    };
    let place = Memo::new(move |_| place());
    html::div().class("desk").child((
        html::a().class("skip").attr("href", "#main").child("Skip to the main part"),
        bar::bar(),
        link_state::banner(),
        toasts::toasts(),
        move || (narrow.get() && shell.view.get() == View::Chats).then(tabs::tabs),
        offers::offers(),
        html::div().class("body").child(move || match place.get() {
            "requests" => html::main().id("main").class("page").attr("tabindex", "-1").child(requests::requests()).into_any(),
            "team" => html::main().id("main").class("page").attr("tabindex", "-1").child(team::team()).into_any(),
            "lists" => html::main().id("main").class("only").attr("tabindex", "-1").child((title(), lists::lists())).into_any(),
            "panes" => html::main().id("main").class("only").attr("tabindex", "-1").child((title(), workspace::workspace())).into_any(),
            _ => (
                html::aside().class("side").attr("aria-label", "Lists").child(lists::lists()),
                html::main().id("main").class("work").attr("tabindex", "-1").child((title(), workspace::workspace())),
            )
                .into_any(),
        }),
        help::help(),
    ))
}

fn title() -> impl IntoView {
    html::h1().class("unseen").child(unseen("Conversations"))
}

/// Below this width lists and conversations are not shown side by side. In the units of [`Shell::width`].
const NARROW: u32 = 760;
