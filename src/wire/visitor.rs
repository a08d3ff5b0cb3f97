//! Frames between widget and server.

use super::codec::{record, tagged, words};
use crate::model::{
    Availability, Conversation, ConversationId, Entry, EntryId, FieldProblem, FieldValue, Page, Participant, ParticipantId, RequestId,
    Timestamp, WidgetId,
};

tagged! {
    /// A frame from a widget.
    pub enum VisitorFrame, else Self::Ping {}; {
        /// The first frame: the visitor's id and token, and the state of the client.
        "hello" => Hello {
            version: u32,
            /// The id that this visitor goes by, made by the widget: `v_` and 32 hexadecimal digits.
            visitor: ParticipantId,
            /// The visitor's secret, made by the widget: 64 hexadecimal digits. The first `hello` with an unknown visitor id binds
            /// the two together, so that saying it again after a lost answer is the same hello; later ones must bring the same.
            /// Without a token the server makes one and sends it in `welcome`.
            token: Option<String>,
            /// The epoch of an earlier `welcome`. When the server's differs, it sends conversations from the start.
            epoch: Option<String>,
            /// Conversations to go on with.
            chats: Vec<Have>,
        },
        /// Begin the widget's offer: a conversation, or a request for a call. Sending it again with the same id gets the
        /// first answer again. A conversation may begin with its first message: then both are stored, or neither.
        "start" => Start {
            id: EntryId,
            widget: WidgetId,
            locale: String,
            zone: String,
            page: Option<Page>,
            values: Vec<FieldValue>,
            message: Option<FirstMessage>,
        },
        /// Add an entry. Answered by `ack` or `refused`; repeated with the same id it is stored once. `follows`: the entry of the same
        /// sender that was sent before this one and is not acknowledged; if the server does not have it, this one is refused with `out_of_order`.
        "put" => Put { conv: ConversationId, id: EntryId, item: Item, follows: Option<EntryId> },
        /// The visitor is typing, or stopped. Never stored.
        "typing" => Typing { conv: ConversationId, on: bool },
        /// Asks for the entries after `after`, or for the page that ends before `before`. Answered by `page`.
        "fetch" => Fetch { conv: ConversationId, after: Option<u64>, before: Option<u64> },
        /// Asks whether the server is there. Answered by `pong`.
        "ping" => Ping {},
        /// The answer to a `ping`.
        "pong" => Pong {},
    }
}

tagged! {
    /// An entry that a visitor can add to a conversation.
    pub enum Item, keep Unknown, else Self::End {}; {
        "message" => Message { text: String },
        "end" => End {},
        "survey" => Survey { values: Vec<FieldValue> },
        "moved" => Moved { page: Page },
        /// Data for the agent's programs, not shown as a message. Only on sites whose pages bring their own forms.
        #[cfg(feature = "full")]
        "notice" => PageNotice { text: String },
        /// More values, or new ones for names that were sent earlier. Only on sites whose pages bring their own forms.
        #[cfg(feature = "full")]
        "data" => Data { values: Vec<FieldValue> },
    }
}

tagged! {
    /// The server's frames to a widget.
    pub enum ServerFrame, else Self::Available { widgets: Vec::new() }; {
        /// The answer to `hello`.
        "welcome" => Welcome {
            version: u32,
            visitor: ParticipantId,
            /// The secret for the next `hello`.
            token: String,
            /// Changes when the server's data was replaced by an older copy: drop your entries and read them again.
            epoch: String,
            now: Timestamp,
            /// One for each conversation of `hello` that this visitor has; a conversation that is missing does not exist for this visitor.
            chats: Vec<ChatPage>,
        },
        /// The answer to `start` for a conversation.
        "started" => Started { id: EntryId, chat: ChatPage },
        /// The answer to `start` for a request.
        "requested" => Requested { id: EntryId, request: RequestId, due: Option<Timestamp> },
        /// A `start` or `put` was not accepted; nothing was stored. Sending it again gets the same answer unless the code says
        /// that it may help.
        "refused" => Refused {
            id: EntryId,
            code: Code,
            /// The value of [`Code::is_retryable`], for readers that do not know the code. Older servers do not send this field.
            retryable: Option<bool>,
            message: String,
            problems: Vec<Problem>,
        },
        /// A `put` is stored, durably, as entry `seq`.
        "ack" => Ack { conv: ConversationId, id: EntryId, seq: u64, at: Timestamp },
        /// A new entry.
        "entry" => Entry { conv: ConversationId, entry: Entry },
        /// The answer to `fetch`.
        "page" => Page { chat: ChatPage },
        /// A participant types, or stopped.
        "typing" => Typing { conv: ConversationId, who: Participant, on: bool },
        /// The place in the queue; 1 is the next visitor.
        "queue" => Queue { conv: ConversationId, position: u32 },
        /// Whether an agent can answer, per widget, after it changed.
        "available" => Available { widgets: Vec<Available> },
        /// Asks whether the client is there. Also says where the logs of this socket's conversations end, so that a lost entry is noticed.
        "ping" => Ping { now: Timestamp, heads: Vec<Head> },
        /// The answer to a `ping`.
        "pong" => Pong { now: Timestamp, heads: Vec<Head> },
        /// A frame was not accepted. The socket stays open unless `bye` follows.
        "error" => Error { code: Code, retryable: Option<bool>, message: String, field: Option<String> },
        /// The server closes. Connect again after `retry_after` milliseconds, or not at all when it is left out.
        "bye" => Bye { code: Code, message: String, retry_after: Option<u32> },
    }
}

impl ServerFrame {
    /// A `start` or `put` was not accepted.
    #[must_use]
    pub const fn refused(id: EntryId, code: Code, message: String, problems: Vec<Problem>) -> Self {
        Self::Refused { id, code, retryable: Some(code.is_retryable()), message, problems }
    }

    /// A frame was not accepted.
    #[must_use]
    pub const fn error(code: Code, message: String, field: Option<String>) -> Self {
        Self::Error { code, retryable: Some(code.is_retryable()), message, field }
    }
}

record! {
    /// The start of a conversation: widget, form values, first message.
    pub struct FirstMessage {
        /// The id of its entry, as in a `put`.
        pub id: EntryId,
        pub text: String,
    }
}

record! {
    /// A conversation that a client has, up to an entry.
    pub struct Have {
        pub conv: ConversationId,
        /// The last `seq` that the client has; `None` to get the newest page.
        pub after: Option<u64>,
    }
}

record! {
    /// Where a log ends.
    pub struct Head {
        pub conv: ConversationId,
        pub seq: u64,
    }
}

record! {
    /// A run of entries without a gap, and the state of the conversation at its head.
    pub struct ChatPage {
        /// As of `state.head`, which may be beyond the last of `entries`.
        pub state: Conversation,
        /// In order; `prev` of each is the `seq` of the one before.
        pub entries: Vec<Entry>,
        /// Whether entries come before the first of these.
        pub more_before: bool,
        /// Whether entries come after the last of these: fetch again.
        pub more_after: bool,
        /// True: the page does not join the entries that the client has, and the client forgets those (newest page, or a new epoch).
        pub fresh: bool,
    }
}

record! {
    /// Whether an agent can answer at a widget.
    pub struct Available {
        pub widget: WidgetId,
        pub availability: Availability,
        /// For `closed`: when it opens again, if that is known.
        pub opens: Option<Timestamp>,
    }
}

record! {
    /// The fault of one field.
    pub struct Problem {
        pub name: String,
        pub problem: FieldProblem,
    }
}

words! {
    /// Why a frame was not accepted.
    pub enum Code {
        /// The frame or a field in it has a wrong form.
        Malformed = "malformed",
        /// The frame or a value in it is too large.
        TooLarge = "too_large",
        /// Too many frames in too short a time; trying later may help.
        RateLimited = "rate_limited",
        /// The token is not valid, or this session has no right to do it. Trying again does not help.
        Unauthorized = "unauthorized",
        /// The visitor id is bound to another secret: make a new id.
        VisitorTaken = "visitor_taken",
        /// There is no such conversation or entry, or this session may not see it.
        NotFound = "not_found",
        /// The values break the form's rules; `problems` has them.
        InvalidForm = "invalid_form",
        /// The conversation has ended, or the request is done.
        Ended = "ended",
        /// An id was used before for another frame.
        Conflict = "conflict",
        /// Outside the opening hours.
        Closed = "closed",
        /// No agent is there.
        NoAgents = "no_agents",
        /// The queue is full.
        QueueFull = "queue_full",
        /// The entry that this one follows is not stored: send that one first, then this one.
        OutOfOrder = "out_of_order",
        /// The server does not speak this version of the protocol any more: load the page again.
        Version = "version",
        /// The server is stopping.
        Restarting = "restarting",
        /// The server cannot store at the moment; trying later may help.
        Unavailable = "unavailable",
        /// An error of the server.
        Internal = "internal",
    }
}

impl Code {
    /// Whether the same frame may be accepted later.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::OutOfOrder | Self::Restarting | Self::Unavailable | Self::Internal)
    }

    /// As [`is_retryable`](Self::is_retryable), unless the frame has the member `retryable`, which counts then: so a code of a later version is
    /// handled too.
    #[must_use]
    pub const fn may_help_later(self, told: Option<bool>) -> bool {
        match told {
            Some(told) => told,
            None => self.is_retryable(),
        }
    }
}
