//! Frames between desk and server.

use super::codec::{record, tagged, words};
use super::{ChatPage, Code, Head};
use crate::model::{
    Answer, Conversation, ConversationId, Entry, EntryId, Page, Participant, ParticipantId, RequestId, Timestamp, WidgetId, WidgetKind,
};

tagged! {
    /// A frame from a desk.
    pub enum AgentFrame, else Self::Ping {}; {
        /// The first frame. The token comes from signing in over HTTP.
        "auth" => Auth { version: u32, token: String },
        "status" => Status { status: AgentStatus },
        /// Accept a conversation that was offered.
        "accept" => Accept { conv: ConversationId },
        /// Decline the offer: it goes to the next agent.
        "decline" => Decline { conv: ConversationId },
        /// Take a waiting conversation without an offer.
        "take" => Take { conv: ConversationId },
        /// Give an own conversation back to its queue.
        "release" => Release { conv: ConversationId },
        /// Add an entry to an own conversation. Answered by `ack` or `refused`; repeated with the same id it is stored once.
        "put" => Put { conv: ConversationId, id: EntryId, item: AgentItem, follows: Option<EntryId> },
        "typing" => Typing { conv: ConversationId, on: bool },
        /// Send me a conversation and tell me of its entries from now on. Own and waiting ones; any one for supervisors. Answered
        /// by `page`.
        "open" => Open { conv: ConversationId, after: Option<u64> },
        /// Send no more entries of it.
        "close" => Close { conv: ConversationId },
        /// The page that ends before `before`, or starts after `after`. Answered by `page`.
        "fetch" => Fetch { conv: ConversationId, after: Option<u64>, before: Option<u64> },
        /// A call request was dealt with, or is open again.
        "request_done" => RequestDone { request: RequestId, done: bool, note: String },
        "ping" => Ping {},
        "pong" => Pong {},
    }
}

tagged! {
    /// An entry that an agent can add to a conversation.
    pub enum AgentItem, keep Unknown, else Self::End {}; {
        "message" => Message { text: String },
        "end" => End {},
        /// Classify an ended conversation: a path of names in the campaign's tree, root first.
        "disposed" => Disposed { path: Vec<String>, comment: String },
    }
}

tagged! {
    /// The server's frames to a desk.
    pub enum DeskFrame, else Self::Pong { now: Timestamp(0), heads: Vec::new() }; {
        /// The answer to `auth`: everything the desk shows at first.
        "welcome" => Welcome {
            version: u32,
            epoch: String,
            now: Timestamp,
            me: AgentInfo,
            campaigns: Vec<CampaignInfo>,
            canned: Vec<Canned>,
            /// Waiting ones of the agent's campaigns, own ones, and for supervisors all that are open.
            conversations: Vec<Conversation>,
            requests: Vec<CallRequest>,
            /// Agents of the site, for supervisors; otherwise only oneself.
            agents: Vec<AgentInfo>,
        },
        /// A conversation that the agent may see changed. Waiting, own, being watched: the desk sorts them by `standing` and `agents`.
        "update" => Update { state: Conversation },
        /// The agent may not see this conversation any more.
        "gone" => Gone { conv: ConversationId },
        /// Offers a conversation, until `expires` in the server's time.
        "offer" => Offer { conv: ConversationId, expires: Timestamp },
        /// The visitor of a conversation left or came back, and since when. Sent for every open conversation that the desk knows; a
        /// visitor without such a frame is connected.
        "presence" => Presence { conv: ConversationId, here: bool, since: Timestamp },
        /// The offer ended.
        "offer_gone" => OfferGone { conv: ConversationId, reason: OfferEnd },
        "page" => Page { chat: ChatPage },
        "entry" => Entry { conv: ConversationId, entry: Entry },
        "typing" => Typing { conv: ConversationId, who: Participant, on: bool },
        "ack" => Ack { conv: ConversationId, id: EntryId, seq: u64, at: Timestamp },
        "refused" => Refused { id: EntryId, code: Code, retryable: Option<bool>, message: String },
        /// A call request is new or changed.
        "request" => Request { request: CallRequest },
        /// An agent's status or load changed.
        "agent" => Agent { agent: AgentInfo },
        "ping" => Ping { now: Timestamp, heads: Vec<Head> },
        "pong" => Pong { now: Timestamp, heads: Vec<Head> },
        "error" => Error { code: Code, retryable: Option<bool>, message: String, field: Option<String> },
        "bye" => Bye { code: Code, message: String, retry_after: Option<u32> },
    }
}

impl DeskFrame {
    /// A `put` was not accepted.
    #[must_use]
    pub const fn refused(id: EntryId, code: Code, message: String) -> Self {
        Self::Refused { id, code, retryable: Some(code.is_retryable()), message }
    }

    /// A frame had a wrong form, or its request is refused.
    #[must_use]
    pub const fn error(code: Code, message: String, field: Option<String>) -> Self {
        Self::Error { code, retryable: Some(code.is_retryable()), message, field }
    }
}

record! {
    /// An agent as others see it.
    pub struct AgentInfo {
        pub id: ParticipantId,
        pub name: String,
        pub role: Role,
        pub status: AgentStatus,
        /// Conversations the agent has now.
        pub load: u32,
        /// Conversations the agent may have at once.
        pub capacity: u32,
    }
}

record! {
    /// A queue and the dispositions of its conversations.
    pub struct CampaignInfo {
        pub name: String,
        pub label: String,
        pub dispositions: Vec<Disposition>,
    }
}

record! {
    /// A level of the tree of dispositions.
    pub struct Disposition {
        pub name: String,
        pub children: Vec<Disposition>,
    }
}

record! {
    /// A prepared reply.
    pub struct Canned {
        /// The letters after `/` that find it.
        pub shortcut: String,
        pub title: String,
        pub text: String,
    }
}

record! {
    /// A stored request for a call.
    pub struct CallRequest {
        pub id: RequestId,
        pub kind: WidgetKind,
        pub widget: WidgetId,
        pub campaign: String,
        pub visitor: ParticipantId,
        pub locale: String,
        pub zone: String,
        pub page: Option<Page>,
        pub values: Vec<Answer>,
        pub created: Timestamp,
        /// When to call: the start of the chosen or first free slot; for "now" and click to call the time of the request.
        pub due: Timestamp,
        /// Whether "the first free time" was asked for.
        pub first_slot: bool,
        pub done: bool,
        /// The agent who marked it as done.
        pub done_by: Option<Participant>,
        pub note: String,
    }
}

words! {
    pub enum AgentStatus { Ready = "ready", Away = "away", Offline = "offline" }
}

words! {
    /// The rights of an account. Each role has the rights of the roles before it, too.
    pub enum Role { Agent = "agent", Supervisor = "supervisor", Admin = "admin" }
}

words! {
    /// The reason why an offer ended.
    pub enum OfferEnd {
        Accepted = "accepted",
        Declined = "declined",
        /// Not answered in time; the agent is set to away.
        TimedOut = "timed_out",
        /// The visitor left, or another agent took the conversation.
        Withdrawn = "withdrawn",
    }
}
