//! The bar on top: navigation, the agent's status, settings.

use super::icons;
use super::kit::{icon, unseen};
use crate::browser::{Shell, View};
use crate::state::{Action, Urgency, urgency};
use chinwag::wire::AgentStatus;
use leptos::{ev, html, prelude::*};

pub(super) fn bar() -> impl IntoView {
    let shell = Shell::get();
    let supervises = shell.select(crate::state::Desk::supervises);
    html::header().class("bar").child((
        html::div()
            .class("brand")
            .child((html::span().class("mark").child(icon(icons::MARK)), html::span().class("word").child("Chinwag"))),
        html::nav().class("places").attr("aria-label", "Desk").child((
            place(View::Chats, "Chats", icons::CHATS, "chats-tab", chats_count),
            place(View::Requests, "Requests", icons::PHONE, "requests-tab", requests_count),
            move || supervises.get().then(|| place(View::Team, "Team", icons::TEAM, "agents-tab", |_| None)),
        )),
        html::div().class("gap"),
        status(),
        tools(),
    ))
}

/// A number with its noun, as text.
type Count = Option<(usize, &'static str, bool)>;

fn chats_count(shell: Shell) -> Count {
    let (waiting, unread) = shell.desk.with(|desk| (desk.waiting().len(), desk.unread() as usize));
    match (waiting, unread) {
        (0, 0) => None,
        (waiting, 0) => Some((waiting, "waiting", false)),
        (_, unread) => Some((unread, "unread", true)),
    }
}

fn requests_count(shell: Shell) -> Count {
    let now = shell.now.get();
    shell.desk.with(|desk| {
        let open = desk.requests.iter().filter(|request| !request.done).count();
        let overdue = desk.requests.iter().any(|request| urgency(request, now) == Urgency::Overdue);
        (open > 0).then_some((open, if overdue { "open, some overdue" } else { "open" }, overdue))
    })
}

fn place(
    view: View,
    label: &'static str,
    picture: &'static [&'static str],
    hook: &'static str,
    count: impl Fn(Shell) -> Count + Send + Sync + 'static,
) -> impl IntoView {
    let shell = Shell::get();
    let count = Memo::new(move |_| count(shell));
    html::button()
        .attr("type", "button")
        .class("place")
        .attr("data-test", hook)
        .attr("aria-current", move || (shell.view.get() == view).then_some("page"))
        .on(ev::click, move |_| {
            shell.view.set(view);
            if view == View::Chats {
                shell.at_lists.set(true);
            }
        })
        .child((icon(picture), html::span().class("place-label").child(label), move || {
            count.get().map(|(number, words, urgent)| {
                html::span().class(if urgent { "badge urgent" } else { "badge" }).child((number.to_string(), unseen(format!(" {words}"))))
            })
        }))
}

fn status() -> impl IntoView {
    let shell = Shell::get();
    let status = shell.select(|desk| desk.me.as_ref().map(|me| me.status));
    let choice = move |value: AgentStatus, label: &'static str, hook: &'static str| {
        html::button()
            .attr("type", "button")
            .class("choice")
            .attr("data-test", hook)
            .attr("aria-pressed", move || if status.get() == Some(value) { "true" } else { "false" })
            .on(ev::click, move |_| shell.act(Action::Status(value)))
            .child((html::span().class("dot").attr("aria-hidden", "true"), label))
    };
    html::div()
        .class("status")
        .attr("role", "group")
        .attr("aria-label", "Your status")
        .attr("data-test", "status")
        .attr("data-status", move || status.get().map(AgentStatus::word))
        .child((choice(AgentStatus::Ready, "Ready", "status-ready"), choice(AgentStatus::Away, "Away", "status-away")))
}

fn tools() -> impl IntoView {
    let shell = Shell::get();
    let me = shell.select(|desk| desk.me.as_ref().map(|me| (me.name.clone(), me.role.word())).unwrap_or_default());
    html::div().class("tools").child((
        html::button()
            .attr("type", "button")
            .class("tool")
            .attr("data-test", "sound")
            .attr("aria-label", "Sounds")
            .attr("title", move || if shell.sound.get() { "Sounds are on" } else { "Sounds are off" })
            .attr("aria-pressed", move || if shell.sound.get() { "true" } else { "false" })
            .on(ev::click, move |_| shell.set_sound(!shell.sound.get_untracked()))
            .child(move || icon(if shell.sound.get() { icons::SOUND_ON } else { icons::SOUND_OFF })),
        html::button()
            .attr("type", "button")
            .class("tool")
            .attr("data-test", "help")
            .attr("aria-label", "Keyboard and help")
            .attr("title", "Keyboard and help")
            .attr("aria-haspopup", "dialog")
            .on(ev::click, move |_| shell.help.set(true))
            .child(icon(icons::HELP)),
        html::span().class("me").child((
            html::span().class("me-name").attr("dir", "auto").attr("data-test", "me").child(move || me.get().0),
            html::span().class("me-role").child(move || me.get().1),
        )),
        html::button()
            .attr("type", "button")
            .class("tool")
            .attr("data-test", "sign-out")
            .attr("aria-label", "Sign out")
            .attr("title", "Sign out")
            .on(ev::click, move |_| shell.act(Action::SignOut))
            .child(icon(icons::LEAVE)),
    ))
}
