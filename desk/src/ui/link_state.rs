//! The state of the link to the server, as text.

use super::icons;
use super::kit::icon;
use crate::browser::Shell;
use crate::state::{Action, LinkState, Stop, countdown};
use leptos::{ev, html, prelude::*};

/// A band under the bar while there is no link.
pub(super) fn banner() -> impl IntoView {
    let shell = Shell::get();
    let down = shell.select(|desk| !desk.is_up());
    html::div().class("link-place").attr("role", "status").attr("data-test", "link").child(move || {
        down.get().then(|| {
            html::div().class("link-band").child((
                icon(icons::WARN),
                html::div().class("link-words").child((
                    sentence(),
                    html::span().class("link-more").child(" What you write is kept and sent when the connection is back."),
                )),
                way_out(),
            ))
        })
    })
}

/// A button for the agent's possible reaction.
pub(super) fn way_out() -> impl IntoView {
    let shell = Shell::get();
    let outdated = shell.select(|desk| desk.link_state() == LinkState::Stopped(Stop::Version));
    html::button()
        .attr("type", "button")
        .class("button small")
        .on(ev::click, move |_| {
            if outdated.get_untracked() {
                // If the browser refuses, the text tells the agent what to do.
                let _ = web_sys::window().map(|window| window.location().reload());
            } else {
                shell.act(Action::Connect);
            }
        })
        .child(move || if outdated.get() { "Load again" } else { "Connect now" })
}

/// The state in a sentence. The seconds are not read out each time they change.
pub(super) fn sentence() -> impl IntoView {
    let shell = Shell::get();
    let state = shell.select(|desk| {
        let skew = desk.skew;
        (
            match desk.link_state() {
                LinkState::Waiting { .. } => "No connection.".to_owned(),
                LinkState::Stopped(Stop::Version) => "The server has been updated. Load this page again.".to_owned(),
                LinkState::Stopped(Stop::SentAway(words)) => format!("The server closed the connection: {words}"),
                LinkState::Stopped(Stop::SignedOut) | LinkState::Off => "Signed out.".to_owned(),
                LinkState::Connecting | LinkState::Up if desk.link.failures() > 0 => "Reconnecting…".to_owned(),
                LinkState::Connecting | LinkState::Up => "Connecting…".to_owned(),
            },
            match desk.link_state() {
                LinkState::Waiting { until } => Some(until.after(skew)),
                _ => None,
            },
        )
    });
    html::span().class("link-sentence").child((
        move || state.get().0,
        move || {
            state.get().1.map(|until| {
                html::span()
                    .attr("aria-hidden", "true")
                    .child(move || format!(" Next try in {} s.", countdown(until.since(shell.now.get()))))
            })
        },
    ))
}
