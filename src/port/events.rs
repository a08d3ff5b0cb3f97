//! The events of the page's API, as JSON. Contact data and the texts of people stay out of them (quality P18).

use super::members::{List, Member, Word};
use crate::engine::{Event, Happening};
use crate::model::Participant;

/// Makes the names of the events, the writer of their members, and the rows of the table. A row is: documentation, the name, what it is an
/// event of (`Widget`, `Conversation`, `Page`), the variant, and its members with their types at the border (with `?`: may be absent).
macro_rules! events {
    ($( $(#[doc = $doc:literal])+ $name:ident: $of:ident, $pattern:pat => { $($member:ident: $value:expr => $shape:literal),* } )+) => {
        impl Happening {
            /// The name of the event in the page's API, or among the dialects.
            #[must_use]
            #[allow(unused_variables, reason = "the patterns are those of the writer")]
            pub const fn name(&self) -> &'static str {
                match self {
                    $( $pattern => stringify!($name), )+
                    #[cfg(feature = "facade")]
                    _ => self.inner_name(),
                }
            }
        }

        /// Writes the members of an event beyond those that all events have.
        #[inline(never)]
        fn members(out: &mut String, what: &Happening) {
            match what {
                $( $pattern => { $( ($value).put(out, stringify!($member)); )* } )+
                #[cfg(feature = "facade")]
                _ => {}
            }
        }

        /// The rows of the table.
        #[cfg(not(target_arch = "wasm32"))]
        pub const EVENTS: &[super::EventRow] = &[
            $( super::EventRow {
                name: stringify!($name),
                doc: &[$($doc),+],
                of: stringify!($of),
                members: &[$(super::Field { name: stringify!($member), shape: $shape }),*],
            }, )+
        ];
    };
}

events! {
    /// The widget is on the page and configured.
    loaded: Widget, Happening::Loaded { .. } => {}
    /// Some part of it came onto the screen.
    shown: Widget, Happening::Shown => {}
    /// No part of it is on the screen any more.
    hidden: Widget, Happening::Hidden => {}
    /// The visitor began a chat or the request of a call.
    activated: Widget, Happening::Activated => {}
    /// The panel is open.
    opened: Widget, Happening::Opened => {}
    /// The panel is closed.
    closed: Widget, Happening::Closed => {}
    /// The form before a conversation or a call is shown.
    formStarted: Widget, Happening::CollectionStarted => {}
    /// That form was sent.
    formSubmitted: Widget, Happening::CollectionSubmitted => {}
    /// The server has a conversation, and it waits for an agent. Without a form it begins with the first message.
    chatStarted: Conversation, Happening::ChatStarted { conv } => { conversation: conv => "string" }
    /// The place in the queue changed.
    queueMoved: Conversation, Happening::QueueMoved { conv, position } => { conversation: conv => "string", position: position => "number" }
    /// An agent is in the conversation, for the first time on this page. `users`: the visitor first.
    chatOnline: Conversation, Happening::ChatOnline { conv, users } => { conversation: conv => "string", users: List(users) => "string[]" }
    /// A conversation goes on from an earlier page. `online`: an agent is in it.
    chatRestored: Conversation, Happening::ChatRestored { conv, users, online } =>
        { conversation: conv => "string", users: List(users) => "string[]", online: online => "boolean" }
    /// The conversation ended; told once. `survey`: a survey is offered. `missed`: it ended between two pages, and this one did not hear its last events.
    chatFinished: Conversation, Happening::ChatFinished { conv, by, survey, missed } =>
        { conversation: conv => "string", by: Word(by.word()) => "Party", survey: survey => "boolean", missed: missed => "boolean" }
    /// The survey after a conversation is shown.
    surveyStarted: Conversation, Happening::SurveyStarted { conv, .. } => { conversation: conv => "string" }
    /// The survey was sent.
    surveySubmitted: Conversation, Happening::SurveySubmitted { conv, .. } => { conversation: conv => "string" }
    /// An agent joined.
    agentJoined: Conversation, Happening::AgentJoined { conv, who: Participant { party, id, .. } } =>
        { conversation: conv => "string", party: Word(party.word()) => "Party", who: id => "string" }
    /// An agent left.
    agentLeft: Conversation, Happening::AgentLeft { conv, who: Participant { party, id, .. }, reason } =>
        { conversation: conv => "string", party: Word(party.word()) => "Party", who: id => "string", reason: Word(reason.word()) => "LeaveReason" }
    /// A message of the visitor is being sent. Without a conversation: it begins one.
    messageQueued: Widget, Happening::MessageQueued { conv, id } => { conversation: conv => "string?", message: id => "string" }
    /// The server has stored the message.
    messageSent: Conversation, Happening::MessageSent { conv, id } => { conversation: conv => "string", message: id => "string" }
    /// The server refused the message.
    messageFailed: Widget, Happening::MessageFailed { id, code } => { message: id => "string", code: Word(code.word()) => "Code" }
    /// A message of the other side.
    messageReceived: Conversation, Happening::MessageReceived { conv, id: message, from: Participant { party, id, .. }, .. } =>
        { conversation: conv => "string", party: Word(party.word()) => "Party", who: id => "string", message: message => "string" }
    /// The other side sent a file.
    fileReceived: Conversation, Happening::FileReceived { conv, id: message, from: Participant { party, id, .. }, .. } =>
        { conversation: conv => "string", party: Word(party.word()) => "Party", who: id => "string", message: message => "string" }
    /// Nobody has written for long: the conversation ends after so many seconds without a message.
    idleWarned: Conversation, Happening::IdleWarned { conv, seconds } => { conversation: conv => "string", seconds: seconds => "number" }
    /// The other side types, or stopped.
    typing: Conversation, Happening::TypingChanged { conv, who: Participant { party, id, .. }, on } =>
        { conversation: conv => "string", party: Word(party.word()) => "Party", who: id => "string", on: on => "boolean" }
    /// A call was requested. `due`: its time, if not now.
    requestStored: Widget, Happening::RequestStored { request, due } => { request: request => "string", due: due => "number?" }
    /// A start was refused; the widget shows the reason.
    refused: Widget, Happening::Refused { code } => { code: Word(code.word()) => "Code" }
    /// The number of unread messages changed; also after a reload, when some still are.
    unread: Widget, Happening::UnreadChanged { count } => { count: count => "number" }
    /// The link to the server. `code`: the reason why there is none, once it is known.
    link: Page, Happening::LinkChanged { status, fault } => { status: Word(status.word()) => "Snapshot['link']", code: Fault(fault) => "LinkCode?" }
}

/// The reason why there is no link, if it is known.
struct Fault<'a>(&'a Option<crate::engine::Fault>);

impl Member for Fault<'_> {
    fn put(&self, out: &mut String, name: &'static str) {
        if let Some(fault) = self.0 {
            Word(fault.word()).put(out, name);
        }
    }
}

/// An event of the page's API.
#[inline(never)]
#[must_use]
pub fn event(event: &Event) -> String {
    let mut out = String::from("{");
    Word(event.what.name()).put(&mut out, "name");
    event.visitor.put(&mut out, "visitor");
    event.at.put(&mut out, "at");
    if let Some(subject) = &event.subject {
        subject.element.put(&mut out, "element");
        subject.widget.put(&mut out, "widget");
        Word(subject.kind.word()).put(&mut out, "kind");
    }
    // These have none, and are told before the part of the module is there that writes any.
    if !matches!(event.what, Happening::Loaded { .. } | Happening::Shown | Happening::Hidden) {
        members(&mut out, &event.what);
    }
    out.push('}');
    out
}
