//! The one vocabulary of events. Every dialect translates from it.

use super::Fault;
use super::WidgetIndex;
use crate::model::{ConversationId, EntryId, LeaveReason, Participant, ParticipantId, Party, RequestId, Timestamp, WidgetId, WidgetKind};
#[cfg(feature = "facade")]
use crate::model::{Entry, FieldValue};
use crate::wire::Code;

/// An event, told to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The widget in which it happened; `None` when it concerns all widgets.
    pub subject: Option<Subject>,
    /// The visitor's id at that time.
    pub visitor: ParticipantId,
    /// The server's time, as far as it is known.
    pub at: Timestamp,
    pub what: Happening,
}

/// The widget that an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub index: WidgetIndex,
    pub widget: WidgetId,
    /// The id of the element that holds the widget.
    pub element: String,
    pub kind: WidgetKind,
}

/// A happening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The widget is there and configured. `first`: no other widget of this page was before it.
    Loaded {
        first: bool,
    },
    /// A part of the widget became visible.
    Shown,
    /// No part of the widget is visible any more.
    Hidden,
    /// The visitor started the widget.
    Activated,
    /// The widget's panel is open.
    Opened,
    /// The widget's panel is closed.
    Closed,
    CollectionStarted,
    CollectionSubmitted,
    /// The server has stored a conversation of this visitor, and it waits for an agent.
    ChatStarted {
        conv: ConversationId,
    },
    /// The place in the queue changed.
    QueueMoved {
        conv: ConversationId,
        position: u32,
    },
    /// An agent is there, for the first time on this page. `users`: the visitor first, then agents.
    ChatOnline {
        conv: ConversationId,
        users: Vec<ParticipantId>,
    },
    /// A conversation of an earlier page was restored. `online`: an agent is in it.
    ChatRestored {
        conv: ConversationId,
        users: Vec<ParticipantId>,
        online: bool,
    },
    /// The conversation is over. `survey`: a survey will be offered. `missed`: it ended while no page was open that could be told; the next
    /// page is told, once.
    ChatFinished {
        conv: ConversationId,
        by: Party,
        survey: bool,
        missed: bool,
    },
    /// `missed`: the survey of a conversation whose end this page was not told.
    SurveyStarted {
        conv: ConversationId,
        missed: bool,
    },
    SurveySubmitted {
        conv: ConversationId,
        missed: bool,
    },
    AgentJoined {
        conv: ConversationId,
        who: Participant,
    },
    AgentLeft {
        conv: ConversationId,
        who: Participant,
        reason: LeaveReason,
    },
    /// A message of the visitor is on its way.
    MessageQueued {
        conv: Option<ConversationId>,
        id: EntryId,
    },
    /// The server has the message.
    MessageSent {
        conv: ConversationId,
        id: EntryId,
    },
    MessageFailed {
        id: EntryId,
        code: Code,
    },
    MessageReceived {
        conv: ConversationId,
        id: EntryId,
        from: Participant,
        text: String,
    },
    /// The other side sent a file.
    FileReceived {
        conv: ConversationId,
        id: EntryId,
        from: Participant,
        name: String,
    },
    /// Nothing was said for a long time: the conversation will be ended after this number of seconds.
    IdleWarned {
        conv: ConversationId,
        seconds: u64,
    },
    /// The other side types, or stopped.
    TypingChanged {
        conv: ConversationId,
        who: Participant,
        on: bool,
    },
    /// A request for a call is stored.
    RequestStored {
        request: RequestId,
        due: Option<Timestamp>,
    },
    /// The server refused the start; the widget shows the reason.
    Refused {
        code: Code,
    },
    UnreadChanged {
        count: u32,
    },
    /// Entries of a conversation's log were taken in, in order: for dialects that retell the whole transcript. `restoring`: they are
    /// from before this page was loaded.
    #[cfg(feature = "facade")]
    Lines {
        conv: ConversationId,
        entries: Vec<Entry>,
        restoring: bool,
    },
    /// The visitor began to type in the composer, or stopped.
    #[cfg(feature = "facade")]
    Composing {
        on: bool,
    },
    /// The visitor wants to begin, with these values: the host does it, by [`super::Command::Begin`].
    #[cfg(feature = "facade")]
    Filled {
        values: Vec<FieldValue>,
    },
    /// An attempt to reach the server failed; the number of failures in a row.
    #[cfg(feature = "facade")]
    LinkTrouble {
        failures: u32,
    },
    /// A conversation from before this page was loaded is to go on; the server is asked.
    #[cfg(feature = "facade")]
    RestoreBegun {
        conv: ConversationId,
    },
    /// The stored conversation is too old to be restored.
    #[cfg(feature = "facade")]
    RestoreExpired,
    /// A conversation of an earlier page has ended, or the server does not know it.
    #[cfg(feature = "facade")]
    RestoreFailed,
    /// The link to the server: "idle", "connecting", "online", "reconnecting", "stopped". `fault`: why there is no link, once that is known.
    LinkChanged {
        status: LinkStatus,
        fault: Option<Fault>,
    },
}

/// The state of the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkStatus {
    /// No link is needed at the moment.
    #[default]
    Idle,
    /// The first attempt is under way.
    Connecting,
    Online,
    /// The link was lost, and attempts to connect again are made.
    Reconnecting,
    /// There are no further attempts.
    Stopped,
}

impl LinkStatus {
    /// The word for it in the page's API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Online => "online",
            Self::Reconnecting => "reconnecting",
            Self::Stopped => "stopped",
        }
    }
}

#[cfg(feature = "facade")]
impl Happening {
    /// The name of an event for dialects only; empty for one that the page hears too.
    #[must_use]
    pub(crate) const fn inner_name(&self) -> &'static str {
        match self {
            Self::Lines { .. } => "lines",
            Self::Composing { .. } => "composing",
            Self::Filled { .. } => "filled",
            Self::LinkTrouble { .. } => "linkTrouble",
            Self::RestoreBegun { .. } => "restoreBegun",
            Self::RestoreExpired => "restoreExpired",
            Self::RestoreFailed => "restoreFailed",
            _ => "",
        }
    }
}
