//! The transcript as the engine knows it: events become entries with numbers that rise.
//!
//! The engine's conversations have one agent at a time, the server's may have several. The first agent is the agent of the
//! conversation. While that one is in it, messages of other agents have the party `system` (their names are shown all the same), and
//! when that one leaves, the next takes over. Bots, routing strategies and the system itself (`External`) have the party `system`
//! too, and no line is shown when they join or leave. The raw events contain all of it.

use super::answer::{Event, Kind, Role};
use super::json::digits;
use crate::model::{
    Conversation, ConversationId, EndReason, Entry, EntryBody, EntryId, LeaveReason, Participant, ParticipantId, Party, Timestamp,
    WidgetId, limits,
};
use crate::wire::ChatPage;

/// Entries and bytes of text that are held. The oldest entries are dropped first: the visitor can then not scroll back to them.
const ENTRIES: usize = 2_000;
const BYTES: usize = 8 * 1024 * 1024;
/// How many agents are held besides the agent of the conversation.
const WAITING: usize = 50;

/// The `seq` of the entry that a transcript event of this index becomes. There is room between two of them for entries that the engine needs and
/// the transcript does not have: an agent who takes over.
#[must_use]
pub const fn seq_of(index: i64) -> u64 {
    index.saturating_add(1).unsigned_abs().saturating_mul(STEP)
}

/// The index of the transcript event that an entry came from; `None` for an entry that came from no event.
#[must_use]
pub fn index_of(seq: u64) -> Option<i64> {
    let whole = seq.is_multiple_of(STEP).then_some(seq / STEP)?;
    i64::try_from(whole).ok()?.checked_sub(1).filter(|index| *index >= 0)
}

const STEP: u64 = 4;

/// The entries of one conversation.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) state: Conversation,
    entries: Vec<Entry>,
    bytes: usize,
    /// The index of the last event.
    pub(super) last: i64,
    /// The visitor's number among the participants.
    me: Option<String>,
    /// The other agents, in the order in which they joined.
    waiting: Vec<Participant>,
    /// Who left last. If the conversation ends now, this participant ended it.
    left: Option<(Party, EndReason)>,
}

/// The result of an event.
pub(super) struct Heard {
    pub(super) id: EntryId,
    pub(super) entries: Vec<Entry>,
    pub(super) typing: Option<(Participant, bool)>,
}

impl Log {
    pub(super) fn new(chat: &str, start: &EntryId, widget: &WidgetId, visitor: &ParticipantId, at: Timestamp) -> Option<Self> {
        let body = EntryBody::Opened {
            widget: widget.clone(),
            visitor: visitor.clone(),
            locale: String::new(),
            zone: String::new(),
            page: None,
            values: Vec::new(),
            campaign: String::new(),
        };
        let opening = Entry { seq: 1, prev: 0, at, id: start.clone(), body };
        let state = Conversation::open(ConversationId(chat.to_owned()), &opening)?;
        Some(Self { state, entries: vec![opening], bytes: 0, last: -1, me: None, waiting: Vec::new(), left: None })
    }

    /// Adds an event whose index is higher than the last. `own` gives the id of the visitor's message that the event repeats.
    pub(super) fn hear(&mut self, now: Timestamp, index: i64, event: &Event, own: impl FnOnce(&str) -> Option<EntryId>) -> Heard {
        let seq = seq_of(index);
        let at = event.at.map_or(now, Timestamp);
        let before = self.entries.len();
        let mine = self.is_mine(event);
        let mut id = entry_id(seq);
        let mut typing = None;
        self.last = self.last.max(index);
        match event.kind {
            Kind::Joined => self.joined(seq, at, event),
            Kind::Left => self.went(seq, at, event),
            Kind::TypingStarted | Kind::TypingStopped => {
                typing = (!mine).then(|| (self.person(event), event.kind == Kind::TypingStarted));
            }
            Kind::Message | Kind::PushUrl | Kind::Notice | Kind::FileUploaded => {
                if mine && event.kind == Kind::Message {
                    id = own(&event.text).unwrap_or(id);
                }
                self.said(seq, at, event, &id);
            }
            Kind::IdleAlert | Kind::IdleClose => {
                if event.kind == Kind::IdleClose {
                    self.left = Some((Party::System, EndReason::Abandoned));
                }
                self.said(seq, at, event, &id);
            }
            Kind::Other => {}
        }
        let entries = self.entries.get(before..).unwrap_or_default().to_vec();
        self.shorten();
        Heard { id, entries, typing }
    }

    /// Ends the conversation. Returns the entry for it.
    pub(super) fn end(&mut self, now: Timestamp, by: Option<Party>) -> Option<Entry> {
        let (left, reason) = self.left.unwrap_or((Party::System, EndReason::Closed));
        let seq = self.state.head.saturating_add(1);
        self.push(seq, now, entry_id(seq), EntryBody::Ended { by: by.unwrap_or(left), reason });
        self.entries.last().filter(|entry| entry.seq == seq).cloned()
    }

    /// A page for the engine: after a number, before one, or the newest.
    pub(super) fn page(&self, after: Option<u64>, before: Option<u64>) -> ChatPage {
        let most = limits::PAGE_ENTRIES as usize;
        let all = self.entries.len();
        // The entries after that number were dropped: the newest page, as for a client without entries.
        let after = after.filter(|after| self.entries.first().is_none_or(|first| first.prev <= *after));
        let (from, to) = match (after, before) {
            (Some(after), _) => {
                let from = self.entries.partition_point(|entry| entry.seq <= after);
                (from, from.saturating_add(most).min(all))
            }
            (None, before) => {
                let to = before.map_or(all, |before| self.entries.partition_point(|entry| entry.seq < before));
                (to.saturating_sub(most), to)
            }
        };
        ChatPage {
            state: self.state.clone(),
            entries: self.entries.get(from..to).unwrap_or_default().to_vec(),
            more_before: from > 0,
            more_after: to < all,
            fresh: after.is_none() && before.is_none(),
        }
    }

    /// The number of the entry with this id.
    pub(super) fn find(&self, id: &EntryId) -> Option<u64> {
        self.entries.iter().rev().find(|entry| entry.id == *id).map(|entry| entry.seq)
    }

    /// Whether an event is the visitor's. All tabs of a visitor are one participant: the first client in the transcript.
    fn is_mine(&mut self, event: &Event) -> bool {
        if event.role != Role::Client {
            return false;
        }
        if self.me.is_none() && !event.person.is_empty() {
            self.me = Some(event.person.clone());
        }
        event.person.is_empty() || self.me.as_ref() == Some(&event.person)
    }

    fn person(&mut self, event: &Event) -> Participant {
        if self.is_mine(event) {
            return Participant::new(self.state.visitor.clone(), Party::Visitor, event.name.clone());
        }
        let number = if event.person.is_empty() { &event.name } else { &event.person };
        let id = ParticipantId(["p_", number].concat());
        let party = match event.role {
            Role::Client => Party::Visitor,
            Role::Agent | Role::Supervisor if self.state.has_agent(&id) => Party::Agent,
            _ => Party::System,
        };
        Participant::new(id, party, event.name.clone())
    }

    fn joined(&mut self, seq: u64, at: Timestamp, event: &Event) {
        self.left = None;
        if event.role != Role::Agent {
            // A supervisor is silent until the first message.
            self.person(event);
            return;
        }
        let who = Participant { party: Party::Agent, ..self.person(event) };
        if self.state.agents.is_empty() {
            self.push(seq, at, entry_id(seq), EntryBody::Joined { who });
        } else if !self.state.has_agent(&who.id) && self.waiting.len() < WAITING {
            self.waiting.retain(|other| other.id != who.id);
            self.waiting.push(who);
        }
    }

    fn went(&mut self, seq: u64, at: Timestamp, event: &Event) {
        let who = self.person(event);
        self.waiting.retain(|other| other.id != who.id);
        if who.party == Party::Visitor {
            self.left = Some((Party::Visitor, EndReason::Closed));
        } else if self.state.has_agent(&who.id) {
            self.left = Some((Party::Agent, EndReason::Closed));
            self.push(seq, at, entry_id(seq), EntryBody::Left { who, reason: LeaveReason::Released });
            if !self.waiting.is_empty() {
                let next = self.waiting.remove(0);
                let seq = seq.saturating_add(1);
                self.push(seq, at, entry_id(seq), EntryBody::Joined { who: next });
            }
        }
    }

    fn said(&mut self, seq: u64, at: Timestamp, event: &Event, id: &EntryId) {
        let mut from = self.person(event);
        if crate::text::is_empty(&event.text) {
            return;
        }
        if matches!(event.role, Role::Agent | Role::Supervisor) && self.state.agents.is_empty() && from.party != Party::Visitor {
            // A message of a participant without a join event, or of a supervisor who was silent until now.
            from.party = Party::Agent;
            self.waiting.retain(|other| other.id != from.id);
            let seq = seq.saturating_sub(1);
            self.push(seq, at, entry_id(seq), EntryBody::Joined { who: from.clone() });
        }
        self.push(seq, at, id.clone(), EntryBody::Message { from, text: event.text.clone() });
    }

    /// Appends an entry, unless its number does not rise.
    fn push(&mut self, seq: u64, at: Timestamp, id: EntryId, body: EntryBody) {
        if seq <= self.state.head {
            return;
        }
        if let EntryBody::Message { text, .. } = &body {
            self.bytes = self.bytes.saturating_add(text.len());
        }
        let entry = Entry { seq, prev: self.state.head, at, id, body };
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    fn shorten(&mut self) {
        let mut most = ENTRIES;
        if self.bytes > BYTES {
            most = self.entries.len() / 2;
        }
        let extra = self.entries.len().saturating_sub(most);
        if extra == 0 || (extra < ENTRIES / 4 && self.bytes <= BYTES) {
            return;
        }
        self.entries.drain(..extra);
        let size = |entry: &Entry| if let EntryBody::Message { text, .. } = &entry.body { text.len() } else { 0 };
        self.bytes = self.entries.iter().map(size).sum();
    }
}

/// The id of an entry that is not a message of this page.
fn entry_id(seq: u64) -> EntryId {
    EntryId(["e", &digits(i64::try_from(seq).unwrap_or(i64::MAX))].concat())
}
