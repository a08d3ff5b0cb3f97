//! One line of a transcript. The writer is shown by the structure of elements, which no text can imitate (quality S7).

use super::kit::{icon, unseen};
use super::rich_text::rich_text;
use super::transcript::Row;
use super::{details, file, icons};
use crate::browser::Shell;
use crate::browser::clock::{Style, local, write};
use crate::state::{Action, Line, Parcel};
use chinwag::client::Way;
use chinwag::client::outbox::Held;
use chinwag::model::{Answer, ConversationId, EndReason, Entry, EntryBody, LeaveReason, Participant, Party};
use chinwag::wire::AgentItem;
use leptos::{ev, html, prelude::*};

pub(super) fn row(row: Row, conv: ConversationId) -> impl IntoView {
    let Row { day, line } = row;
    let line = match line {
        Line::Unread => html::li().class("unread-mark").child(html::span().child("New")).into_any(),
        Line::Parcel { held, late } => on_its_way(held, late).into_any(),
        Line::Entry { entry, mine, follows } => match &entry.body {
            EntryBody::Message { from, text } => message(&entry, from, text, mine, follows, &conv),
            EntryBody::File { .. } => file::line(&entry, mine, &conv),
            _ => event(&entry, &conv),
        },
    };
    (day.map(|day| html::li().class("day").child(html::span().child(day))), line)
}

fn message(entry: &Entry, from: &Participant, text: &str, mine: bool, follows: bool, conv: &ConversationId) -> AnyView {
    let (class, party): (&'static str, &'static str) = match (from.party, mine) {
        (_, true) => ("message mine", "you"),
        (Party::Agent, false) => ("message agent", "agent"),
        (Party::Visitor, _) => ("message visitor", "visitor"),
        (Party::System | Party::Unknown(_), _) => ("message system", "system"),
    };
    let name = match (from.party, mine) {
        (_, true) => "You".to_owned(),
        (Party::Visitor, _) => title(conv),
        (Party::System, _) => "Automatic".to_owned(),
        (Party::Agent | Party::Unknown(_), _) => from.name.clone(),
    };
    let kind = (from.party == Party::Agent && !mine).then(|| html::span().class("who-kind").child("agent"));
    html::li()
        .class(if follows { format!("{class} follows") } else { class.to_owned() })
        .attr("data-party", party)
        .attr("data-test", "message")
        .child((
            html::div().class(if follows { "who unseen" } else { "who" }).child((html::bdi().child(name), kind)),
            html::div().class("bubble").attr("dir", "auto").attr("data-test", "message-text").child(rich_text(text)),
            stamp(entry),
        ))
        .into_any()
}

pub(super) fn stamp(entry: &Entry) -> impl IntoView + use<> {
    let at = entry.at;
    html::time().attr("datetime", write(at, Style::Machine, None)).attr("title", local(at, Style::Full)).child(local(at, Style::Time))
}

fn on_its_way(held: Held<Parcel>, late: bool) -> impl IntoView {
    let shell = Shell::get();
    let Held { parcel: Parcel { id, item, .. }, way } = held;
    let AgentItem::Message { text } = item else { return ().into_any() };
    let failed = matches!(way, Way::Failed(_));
    let words = match &way {
        Way::Failed(why) => format!("Not sent. {why}"),
        Way::Stored => "Sent".to_owned(),
        _ if late => "Not sent yet".to_owned(),
        _ => "Sending…".to_owned(),
    };
    let (again, away, copy) = (id.clone(), id, text.clone());
    html::li()
        .class(if failed { "message mine failed" } else { "message mine pending" })
        .attr("data-party", "you")
        .attr("data-test", "message")
        .child((
            html::div().class("who").child("You"),
            html::div().class("bubble").attr("dir", "auto").attr("data-test", "message-text").child(rich_text(&text)),
            html::div().class("fate").attr("data-test", "message-state").child((failed.then(|| icon(icons::WARN)), words)),
            failed.then(|| {
                html::div().class("fate-buttons").child((
                    html::button()
                        .attr("type", "button")
                        .class("button small")
                        .on(ev::click, move |_| shell.act(Action::Retry(again.clone())))
                        .child("Send again"),
                    html::button().attr("type", "button").class("button small").on(ev::click, move |_| copy_text(&copy)).child("Copy"),
                    html::button()
                        .attr("type", "button")
                        .class("button small")
                        .on(ev::click, move |_| shell.act(Action::Discard(away.clone())))
                        .child("Remove"),
                ))
            }),
        ))
        .into_any()
}

fn event(entry: &Entry, conv: &ConversationId) -> AnyView {
    let visitor = || Some(title(conv));
    let (name, words, named): (Option<String>, &'static str, Option<String>) = match &entry.body {
        EntryBody::Opened { .. } => (visitor(), " asked for a conversation", None),
        EntryBody::Joined { who } => (Some(called(who)), " joined", None),
        EntryBody::Left { who, reason: LeaveReason::Released } => (Some(called(who)), " gave it back to the queue", None),
        EntryBody::Left { who, reason: LeaveReason::Lost } => (Some(called(who)), " lost the connection", None),
        EntryBody::Left { who, reason: LeaveReason::Unknown(_) } => (Some(called(who)), " left", None),
        EntryBody::Ended { by, reason } => match (reason, by) {
            (EndReason::Unanswered, _) => (None, "Ended: nobody could answer in time", None),
            (EndReason::Abandoned, _) => (None, "Ended: gone for too long: ", visitor()),
            (_, Party::Visitor) => (visitor(), " ended the conversation", None),
            (_, Party::Agent) => (None, "The agent ended the conversation", None),
            (_, Party::System | Party::Unknown(_)) => (None, "The conversation was ended", None),
        },
        EntryBody::Survey { .. } => (None, "Survey answered", None),
        EntryBody::Moved { page } => {
            (visitor(), " moved to ", Some(if chinwag::text::is_empty(&page.title) { page.url.clone() } else { page.title.clone() }))
        }
        EntryBody::Disposed { path, comment, .. } => {
            let comment = if comment.is_empty() { String::new() } else { format!(" – {comment}") };
            (None, "Classified: ", Some(format!("{}{comment}", path.join(" › "))))
        }
        EntryBody::File { from, name, .. } => (sender(from, conv), " sent the file ", Some(name.clone())),
        EntryBody::FileDeleted { from, file } => (sender(from, conv), " deleted the file ", file_name(conv, file)),
        EntryBody::PageNotice { from, text, .. } => (sender(from, conv), "’s page tells: ", Some(text.clone())),
        EntryBody::AddressPushed { from, url } => (sender(from, conv), " shows the address ", Some(url.clone())),
        EntryBody::Renamed { name, .. } => (Some(name.clone()), " is the name from now on", None),
        EntryBody::IdleWarned { .. } => (visitor(), " was warned: nothing was said for long", None),
        EntryBody::IdleClosed {} => (None, "It is ended because nothing was said for long", None),
        EntryBody::Data { from, .. } => (sender(from, conv), "’s page tells more: ", None),
        EntryBody::Message { .. } | EntryBody::Internal {} => (None, "", None),
    };
    let values: Vec<Answer> = match &entry.body {
        EntryBody::Survey { values } => values.clone(),
        EntryBody::Data { values, .. } => values.iter().cloned().map(Answer::from).collect(),
        _ => Vec::new(),
    };
    let answers: Vec<_> = values
        .iter()
        .map(|value| {
            html::span().class("answer").attr("data-test", format!("answer-{}", value.name)).child((
                html::bdi().child(details::called(value)),
                ": ",
                html::bdi().child(details::in_words(value)),
            ))
        })
        .collect();
    let isolated = |text: Option<String>| text.map(|text| html::bdi().child(text));
    html::li()
        .class("event")
        .attr("data-test", "event")
        .child((unseen("Event: "), isolated(name), words, isolated(named), answers, stamp(entry)))
        .into_any()
}

pub(super) fn title(conv: &ConversationId) -> String {
    Shell::get().desk.with_untracked(|desk| desk.chats.get(conv).map(crate::state::LiveConversation::title).unwrap_or_default())
}

/// The name of an entry's sender, as the desk shows it.
fn sender(from: &Participant, conv: &ConversationId) -> Option<String> {
    match from.party {
        Party::Visitor => Some(title(conv)),
        Party::Agent | Party::Unknown(_) => Some(called(from)),
        Party::System => None,
    }
}

/// The name of a file of an earlier entry.
fn file_name(conv: &ConversationId, file: &str) -> Option<String> {
    Shell::get().desk.with_untracked(|desk| {
        desk.chats.get(conv)?.entries.iter().find_map(|entry| match &entry.body {
            EntryBody::File { file: known, name, .. } if known == file => Some(name.clone()),
            _ => None,
        })
    })
}

pub(super) fn called(who: &Participant) -> String {
    let me = Shell::get().desk.with_untracked(crate::state::Desk::my_id);
    if who.id == me { "You".to_owned() } else { who.name.clone() }
}

fn copy_text(text: &str) {
    if let Some(window) = web_sys::window() {
        // A frame without the permission cannot copy; the text can still be selected.
        let _ = window.navigator().clipboard().write_text(text);
    }
}
