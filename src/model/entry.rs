//! One line of a conversation's log.

#[cfg(feature = "full")]
use super::FieldValue;
use super::{Answer, EntryId, ParticipantId, Timestamp, WidgetId};
use crate::wire::codec::{put_member, record, tagged, words};
use crate::wire::{Codec, Json, Trouble};

/// An entry as the server numbered it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct Entry {
    /// Rises inside a conversation; otherwise opaque (ST1).
    pub seq: u64,
    /// The `seq` of the entry before it, 0 for the first: so a reader notices that an entry is missing.
    pub prev: u64,
    /// The server's time.
    pub at: Timestamp,
    /// The id that the sender gave the entry.
    pub id: EntryId,
    pub body: EntryBody,
}

/// Written by hand: an entry of which only the numbers can be read becomes [`EntryBody::Internal`]. If it were dropped, a client would see a gap
/// and ask for the entry again for ever.
impl Codec for Entry {
    fn encode(&self, out: &mut String) {
        out.push('{');
        put_member(out, "seq", &self.seq);
        put_member(out, "prev", &self.prev);
        put_member(out, "at", &self.at);
        put_member(out, "id", &self.id);
        put_member(out, "body", &self.body);
        out.push('}');
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        let (seq, prev) = (Codec::member(json, "seq", trouble), Codec::member(json, "prev", trouble));
        let mut entry = Self { seq, prev, at: Timestamp(0), id: EntryId::default(), body: EntryBody::Internal {} };
        let fine = trouble.spare(&mut |trouble| {
            entry.at = Codec::member(json, "at", trouble);
            entry.id = Codec::member(json, "id", trouble);
            entry.body = Codec::member(json, "body", trouble);
        });
        if !fine {
            entry.body = EntryBody::Internal {};
        }
        entry
    }
}

tagged! {
    /// The content of an entry. An unknown kind is read as `Internal`: one of a later version, or one that the visitor's
    /// build does without (feature `full`), which never shows it.
    pub enum EntryBody, else Self::Internal {}, unknown; {
        /// The visitor asked for a conversation. Always the first entry.
        "opened" => Opened {
            widget: WidgetId,
            visitor: ParticipantId,
            /// The page's locale as a BCP 47 tag.
            locale: String,
            /// The visitor's IANA time zone, empty when unknown.
            zone: String,
            page: Option<Page>,
            /// The values of the form before the conversation.
            values: Vec<Answer>,
            /// The queue it waits in.
            campaign: String,
        },
        /// A message.
        "message" => Message { from: Participant, text: String },
        /// An agent took the conversation, or was added to it. When two agents take it at the same time, the first entry in the log counts.
        "joined" => Joined { who: Participant },
        /// An agent left the conversation. When the last one leaves, the conversation waits in its queue again.
        "left" => Left { who: Participant, reason: LeaveReason },
        /// The conversation ended. Later messages are not accepted; a survey and a disposition are.
        "ended" => Ended { by: Party, reason: EndReason },
        /// The visitor answered the survey.
        "survey" => Survey { values: Vec<Answer> },
        /// The visitor moved to another page.
        "moved" => Moved { page: Page },
        /// An agent classified the conversation. Not shown to the visitor, who gets `Internal` in its place.
        "disposed" => Disposed { agent: ParticipantId, path: Vec<String>, comment: String },
        /// A file was sent. The log has its description; the server gives the bytes to those who may read the conversation.
        "file" => File {
            from: Participant,
            /// The id of the file: it is unguessable, and does not grant access by itself.
            file: String,
            /// Its name, without a path and control characters.
            name: String,
            /// Bytes.
            size: u64,
            /// The MIME type, decided by the server from name and content together.
            kind: String,
            /// Width and height in pixels of an image that may be shown, after the server has checked its bytes. Left out for other files.
            width: Option<u32>,
            height: Option<u32>,
            /// The key at the end of the file's address: a request with it may read the bytes. Earlier servers did not send one.
            key: Option<String>,
        },
        /// A file was deleted by its sender: its bytes are gone.
        "file_deleted" => FileDeleted { from: Participant, file: String },
        /// The visitor has a new name.
        #[cfg(feature = "full")]
        "renamed" => Renamed { from: Participant, name: String },
        /// An address (URL) that one side shows to the other.
        #[cfg(feature = "full")]
        "address_pushed" => AddressPushed { from: Participant, url: String },
        /// No message came for a long time: the conversation ends after this number of seconds unless one comes.
        "idle_warned" => IdleWarned { seconds: u64 },
        /// The conversation is ended because nothing was said.
        #[cfg(feature = "full")]
        "idle_closed" => IdleClosed {},
        /// A message between programs, in any form.
        #[cfg(feature = "full")]
        "notice" => PageNotice {
            from: Participant,
            text: String,
            /// Its attributes, as JSON text; empty for none.
            attributes: String,
        },
        /// The visitor's side gives further values, or changes earlier ones.
        #[cfg(feature = "full")]
        "data" => Data { from: Participant, values: Vec<FieldValue> },
        /// An entry that the reader may not see. It is sent so that the numbers have no gap.
        "internal" => Internal {},
    }
}

record! {
    /// A member of a conversation.
    pub struct Participant {
        pub id: ParticipantId,
        pub party: Party,
        /// The name to show; may be empty for a visitor who gave none.
        pub name: String,
        /// The agent's position, as a text to show. Given when the agent joins or leaves.
        pub position: Option<String>,
        /// The path of an agent's picture on the server. Given when the agent joins or leaves.
        pub picture: Option<String>,
    }
}

impl Participant {
    /// A participant of whom only the name is given.
    #[must_use]
    pub const fn new(id: ParticipantId, party: Party, name: String) -> Self {
        Self { id, party, name, position: None, picture: None }
    }
}

record! {
    /// A page of the host's site.
    pub struct Page {
        /// Address without query and fragment (quality P10).
        pub url: String,
        pub title: String,
    }
}

words! {
    /// The side of a participant.
    pub enum Party { Visitor = "visitor", Agent = "agent", System = "system" }
}

words! {
    /// Why an agent left.
    pub enum LeaveReason {
        /// The agent gave the conversation back or handed it on.
        Released = "released",
        /// The agent's link was gone for longer than the grace time.
        Lost = "lost",
    }
}

words! {
    /// Why a conversation ended.
    pub enum EndReason {
        /// The visitor or an agent pressed "end".
        Closed = "closed",
        /// No agent took the conversation within the queue's time.
        Unanswered = "unanswered",
        /// The visitor was gone for longer than the restore time.
        Abandoned = "abandoned",
    }
}
