//! What the page is told, as JSON. Contact data and what people write stay out of it (quality P18).

use crate::dialects::{Message, Value};
use crate::engine::{Engine, Event, Happening, Progress, Stage, SurveyView};
use crate::model::{ConversationId, Participant, ParticipantId};
use crate::wire::codec::put_member;

/// An event of the page's API.
#[inline(never)]
pub(super) fn event(event: &Event) -> String {
    let mut out = String::from("{");
    put_text(&mut out, "name", event.what.name());
    put_member(&mut out, "visitor", &event.visitor);
    put_member(&mut out, "at", &event.at);
    if let Some(subject) = &event.subject {
        put_member(&mut out, "element", &subject.element);
        put_member(&mut out, "widget", &subject.widget);
        put_text(&mut out, "kind", subject.kind.word());
    }
    happening(&mut out, &event.what);
    out.push('}');
    out
}

#[inline(never)]
fn happening(out: &mut String, what: &Happening) {
    match what {
        Happening::Loaded { .. }
        | Happening::Shown
        | Happening::Hidden
        | Happening::Activated
        | Happening::Opened
        | Happening::Closed
        | Happening::CollectionStarted
        | Happening::CollectionSubmitted => {}
        Happening::ChatStarted { conv } | Happening::SurveyStarted { conv, .. } | Happening::SurveySubmitted { conv, .. } => {
            put_conv(out, conv);
        }
        Happening::QueueMoved { conv, position } => {
            put_conv(out, conv);
            put_member(out, "position", position);
        }
        Happening::ChatOnline { conv, users } => put_users(out, conv, users),
        Happening::ChatRestored { conv, users, online } => {
            put_users(out, conv, users);
            put_member(out, "online", online);
        }
        Happening::ChatFinished { conv, by, survey, missed } => {
            put_conv(out, conv);
            put_text(out, "by", by.word());
            put_member(out, "survey", survey);
            put_member(out, "missed", missed);
        }
        Happening::AgentJoined { conv, who } => put_person(out, conv, who),
        Happening::AgentLeft { conv, who, reason } => {
            put_person(out, conv, who);
            put_text(out, "reason", reason.word());
        }
        Happening::MessageQueued { conv, id } => {
            put_member(out, "conversation", conv);
            put_member(out, "message", id);
        }
        Happening::MessageSent { conv, id } => {
            put_conv(out, conv);
            put_member(out, "message", id);
        }
        Happening::MessageFailed { id, code } => {
            put_member(out, "message", id);
            put_text(out, "code", code.word());
        }
        Happening::MessageReceived { conv, id, from, .. } => {
            put_person(out, conv, from);
            put_member(out, "message", id);
        }
        Happening::FileReceived { conv, id, from, .. } => {
            put_person(out, conv, from);
            put_member(out, "message", id);
        }
        Happening::IdleWarned { conv, seconds } => {
            put_conv(out, conv);
            put_member(out, "seconds", seconds);
        }
        Happening::TypingChanged { conv, who, on } => {
            put_person(out, conv, who);
            put_member(out, "on", on);
        }
        Happening::RequestStored { request, due } => {
            put_member(out, "request", request);
            put_member(out, "due", due);
        }
        Happening::Refused { code } => put_text(out, "code", code.word()),
        Happening::UnreadChanged { count } => put_member(out, "count", count),
        // For the dialect alone.
        #[cfg(feature = "facade")]
        Happening::Lines { .. } | Happening::Composing { .. } | Happening::LinkTrouble { .. } | Happening::RestoreBegun { .. } => {}
        #[cfg(feature = "facade")]
        Happening::RestoreExpired | Happening::RestoreFailed | Happening::Filled { .. } => {}
        Happening::LinkChanged { status, fault } => {
            put_text(out, "status", status.word());
            if let Some(fault) = fault {
                put_text(out, "code", fault.word());
            }
        }
    }
}

/// What `getState` gives.
pub(super) fn state(engine: &Engine) -> String {
    let mut out = String::from("{");
    let views = || (0..engine.widgets()).filter_map(|index| engine.view(index));
    put_text(&mut out, "link", views().next().map_or("idle", |view| view.link.word()));
    put_member(&mut out, "locale", &engine.config().locale);
    out.push_str(",\"widgets\":[");
    for view in views() {
        if out.ends_with('}') {
            out.push(',');
        }
        out.push('{');
        put_member(&mut out, "element", &view.spec.element);
        put_member(&mut out, "widget", &view.spec.id);
        put_text(&mut out, "kind", view.spec.kind.word());
        put_member(&mut out, "shown", &view.shown);
        put_member(&mut out, "open", &view.open);
        put_text(&mut out, "stage", stage(&view.stage));
        put_member(&mut out, "unread", &view.unread);
        out.push('}');
    }
    out.push_str("]}");
    out
}

const fn stage(stage: &Stage<'_>) -> &'static str {
    match stage {
        Stage::Engagement => "engagement",
        Stage::Collecting(_) => "form",
        Stage::Starting => "starting",
        Stage::Chat(chat) => match (chat.progress, &chat.survey) {
            (Progress::New, _) => {
                if chat.refused.is_some() {
                    "refused"
                } else {
                    "new"
                }
            }
            (Progress::Starting, _) => "starting",
            (Progress::Queued { .. } | Progress::Requeued { .. }, _) => "queued",
            (Progress::Online, _) => "online",
            (Progress::Ended { .. }, SurveyView::Offered(_)) => "survey",
            (Progress::Ended { .. }, SurveyView::Done) => "thanks",
            (Progress::Ended { .. }, _) => "ended",
        },
        Stage::Requested { .. } => "requested",
        Stage::Refused { .. } => "refused",
    }
}

/// A message of a dialect: `name`, `type`, `object`, in this order.
#[inline(never)]
pub(super) fn message(message: &Message) -> String {
    let mut out = String::from("{");
    put_text(&mut out, "name", message.envelope);
    put_text(&mut out, "type", message.kind);
    out.push_str(",\"object\":{");
    for (name, value) in &message.fields {
        match value {
            Value::Text(text) => put_member(&mut out, name, text),
            Value::Flag(flag) => put_member(&mut out, name, flag),
            Value::List(list) => put_member(&mut out, name, list),
        }
    }
    out.push_str("}}");
    out
}

fn put_text(out: &mut String, name: &'static str, text: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    crate::wire::json::write_str(out, name);
    out.push(':');
    crate::wire::json::write_str(out, text);
}

fn put_conv(out: &mut String, conv: &ConversationId) {
    put_member(out, "conversation", conv);
}

fn put_users(out: &mut String, conv: &ConversationId, users: &[ParticipantId]) {
    put_conv(out, conv);
    put_member(out, "users", &users.to_vec());
}

/// Who, without the name: it may be a visitor's.
fn put_person(out: &mut String, conv: &ConversationId, who: &Participant) {
    put_conv(out, conv);
    put_text(out, "party", who.party.word());
    put_member(out, "who", &who.id);
}
