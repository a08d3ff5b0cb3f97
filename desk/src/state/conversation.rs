//! One conversation as the desk has it: its state, and a run of its log without a gap.

use chinwag::client::{Run, Window};
use chinwag::model::{self, Answer, Conversation, Entry, EntryBody, FieldKind, Participant, ParticipantId, Party, Standing, Timestamp};
use chinwag::text;
use chinwag::wire::ChatPage;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A conversation and the part of its log that this desk has.
#[derive(Debug)]
pub struct LiveConversation {
    pub state: Conversation,
    /// A run of the log without a gap. Empty until the first page has come.
    pub entries: Vec<Arc<Entry>>,
    /// The numbers of these entries, and which entries are missing.
    pub window: Window,
    /// Messages of the visitor that the agent has not looked at.
    pub unread: u32,
    /// The `seq` of the first unread message.
    pub first_unread: Option<u64>,
    /// The participants who type, with the time until which a typing frame counts.
    pub typing: Option<(Participant, Timestamp)>,
    /// The text in the composer.
    pub draft: String,
    /// The agent asked to take the conversation and has no answer yet.
    pub taking: bool,
    /// When the conversation is given back, unless the agent undoes it before.
    pub parting: Option<Timestamp>,
    /// The server was told that the agent gives it back, and has not answered yet.
    pub releasing: bool,
    /// Since when the visitor has left, by the server's clock.
    pub left: Option<Timestamp>,
    /// The last time of leaving that the agent was told.
    pub told_left: Option<Timestamp>,
    /// The server does not show the conversation to this agent any more.
    pub gone: bool,
    /// When the desk last reported typing, and when the agent last typed.
    pub told_typing: Option<Timestamp>,
    pub typed: Timestamp,
}

/// The relation of a conversation to the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// The agent is in the conversation.
    Own,
    /// The conversation has ended and has to be classified.
    WrapUp,
    /// No agent is in it.
    Waiting,
    /// Other agents have it; this agent can only read it.
    Watched,
    /// It is finished, or this agent may not see it any more.
    Over,
}

impl LiveConversation {
    /// A conversation of which only the state is known.
    #[must_use]
    pub const fn new(state: Conversation) -> Self {
        Self {
            state,
            entries: Vec::new(),
            window: Window::empty(),
            unread: 0,
            first_unread: None,
            typing: None,
            draft: String::new(),
            taking: false,
            parting: None,
            releasing: false,
            left: None,
            told_left: None,
            gone: false,
            told_typing: None,
            typed: Timestamp(0),
        }
    }

    /// The seat of the conversation: its relation to this agent.
    #[must_use]
    pub fn seat(&self, me: &ParticipantId) -> Seat {
        let mine = self.state.has_agent(me);
        match self.state.standing {
            _ if self.gone => Seat::Over,
            Standing::Queued => Seat::Waiting,
            Standing::Ended if mine && !self.state.disposed => Seat::WrapUp,
            Standing::Ended => Seat::Over,
            // A status of a later version: the list of participants decides.
            Standing::Unknown(_) if self.state.agents.is_empty() => Seat::Waiting,
            Standing::Online | Standing::Unknown(_) if mine => Seat::Own,
            Standing::Online | Standing::Unknown(_) => Seat::Watched,
        }
    }

    /// The visitor's name, as the desk shows it.
    #[must_use]
    pub fn title(&self) -> String {
        visitor_name(&self.state)
    }

    /// Its subject: the visitor's first message, else the answer to the subject field of a form, else nothing.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        self.state.first.clone().or_else(|| topic(&self.state.values))
    }

    /// Since when the visitor waits for an answer; `None` when the last message was an agent's.
    #[must_use]
    pub fn unanswered(&self) -> Option<Timestamp> {
        if self.state.standing == Standing::Queued {
            return Some(self.state.since);
        }
        let mut since = None;
        for entry in self.entries.iter().rev() {
            match &entry.body {
                EntryBody::Message { from, .. } | EntryBody::File { from, .. } => match from.party {
                    Party::Agent => return since,
                    Party::Visitor => since = Some(entry.at),
                    Party::System | Party::Unknown(_) => {}
                },
                _ => {}
            }
        }
        // No agent has written yet: the wait began with the conversation, unless its beginning is not loaded.
        if self.window.has_more() || !self.window.is_loaded() { since } else { Some(self.state.opened) }
    }

    /// Takes a newer state. A state that is older than the present one is ignored.
    pub fn update(&mut self, state: Conversation) {
        if state.head >= self.state.head {
            self.state = state;
        }
    }

    /// Forgets the log, because the server's data is another copy now.
    pub fn forget(&mut self) {
        self.entries.clear();
        self.window = Window::empty();
        self.first_unread = None;
        self.state.head = 0;
        self.unask();
    }

    /// The link closed: requests under way will not be answered.
    pub fn unask(&mut self) {
        self.window.unask();
        self.typing = None;
        self.told_typing = None;
        self.taking = false;
        self.releasing = false;
    }

    /// Takes a page. Returns the entries at the end that are new to us, and whether more of them are missing.
    pub fn receive_page(&mut self, mut page: ChatPage) -> (Vec<Arc<Entry>>, bool) {
        let known = self.window.last();
        let mut missing = page.more_after;
        let taken = match self.window.receive_page(&mut page) {
            Run::Fresh(entries) => {
                self.entries = entries.into_iter().map(Arc::new).collect();
                let mut taken: Vec<_> = self.entries.iter().filter(|entry| known > 0 && entry.seq > known).cloned().collect();
                let next = self.window.join();
                taken.extend(self.append(next));
                taken
            }
            Run::Older(entries) => {
                self.entries.splice(0..0, entries.into_iter().map(Arc::new));
                missing = false;
                Vec::new()
            }
            Run::Next(entries) => self.append(entries),
        };
        // Beyond the page the state is newer than the entries; otherwise the entries have updated it already.
        if page.more_after || page.state.head >= self.state.head {
            self.update(page.state);
        }
        (taken, missing || self.window.has_gap())
    }

    /// Files among the loaded entries: their number and their bytes. The server counts all files.
    #[must_use]
    pub fn used_by_files(&self) -> (u32, u64) {
        let mut used = BTreeMap::new();
        for entry in &self.entries {
            match &entry.body {
                EntryBody::File { file, size, .. } => drop(used.insert(file, *size)),
                EntryBody::FileDeleted { file, .. } => drop(used.remove(file)),
                _ => {}
            }
        }
        (u32::try_from(used.len()).unwrap_or(u32::MAX), used.values().fold(0, |all: u64, size| all.saturating_add(*size)))
    }

    /// Takes the next entries.
    pub fn append(&mut self, entries: Vec<Entry>) -> Vec<Arc<Entry>> {
        entries.into_iter().map(|entry| self.append_one(entry)).collect()
    }

    fn append_one(&mut self, entry: Entry) -> Arc<Entry> {
        if self.state.head == entry.prev {
            self.state.apply(&entry);
        }
        if let EntryBody::Message { from, .. } = &entry.body
            && self.typing.as_ref().is_some_and(|(who, _)| who.id == from.id)
        {
            self.typing = None;
        }
        let entry = Arc::new(entry);
        self.entries.push(Arc::clone(&entry));
        entry
    }
}

/// The form's value that is the subject: found by its name, else the first one that was chosen from a list or written as text.
fn topic(values: &[Answer]) -> Option<String> {
    let named = TOPICS.iter().filter_map(|name| values.iter().find(|answer| answer.name == *name));
    let tells = |answer: &&Answer| matches!(answer.kind, Some(FieldKind::Textarea | FieldKind::Select | FieldKind::Radio));
    let words = named
        .chain(values.iter().filter(tells))
        .map(|answer| text::trim(answer.shown.as_ref().unwrap_or(&answer.value)))
        .find(|words| !words.is_empty())?;
    Some(words.chars().take(200).collect())
}

/// The name of a conversation's visitor: the given one, or the end of its id.
#[must_use]
pub(super) fn visitor_name(state: &Conversation) -> String {
    Some(text::trim(&state.name).to_owned()).filter(|name| !name.is_empty()).or_else(|| named(&state.values)).unwrap_or_else(|| {
        let id = state.visitor.as_str();
        let tail = id.char_indices().rev().nth(3).and_then(|(at, _)| id.get(at..)).unwrap_or(id);
        format!("Visitor {tail}")
    })
}

/// The visitor's name, from the values of the form; `None` when none of them is a name.
#[must_use]
pub fn named(values: &[Answer]) -> Option<String> {
    Some(model::visitor_name(values, None)).filter(|name| !name.is_empty())
}

/// Whether an entry is a message or a file of the visitor.
#[must_use]
pub(super) fn is_from_visitor(entry: &Entry) -> bool {
    matches!(&entry.body, EntryBody::Message { from, .. } | EntryBody::File { from, .. } if from.party == Party::Visitor)
}

/// Usual names of the subject field in forms.
const TOPICS: [&str; 6] = ["topic", "subject", "question", "message", "reason", "order"];
