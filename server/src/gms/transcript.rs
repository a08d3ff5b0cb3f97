//! A conversation's log as the numbered events of G4.4. No side effects: entries and notes in, events out. The events of an entry are made in
//! [`chinwag::dialects::transcript`]; this module decides which entries count and at which position typing is.
//!
//! Numbers begin at 1, have no gaps and never change: events are made in the order of the log. Typing, which the log does not have, is stored as
//! a [`Note`] outside the log; the note has the number of the entry after which it was sent.

use chinwag::dialects::transcript::{self, Event, FileLine};
use chinwag::model::{Conversation, Entry, EntryBody, FieldValue, Participant, ParticipantId, Party, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// An agent began or stopped typing, in the form that the client was sent.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Note {
    /// The `seq` of the entry after which the note stands.
    pub(super) after: u64,
    pub(super) who: ParticipantId,
    pub(super) on: bool,
    pub(super) at: i64,
}

/// The events of one conversation, see the module.
pub(super) struct Transcript {
    state: Option<Conversation>,
    told: transcript::Transcript,
    events: Vec<Event>,
    /// The participants who type, as far as the client was told.
    typing: HashSet<ParticipantId>,
    /// The chat was closed because no message came.
    closed_idle: bool,
    head: u64,
}

impl Transcript {
    /// The transcript of a log and its notes, both in order. `name` is the visitor's at the start.
    pub(super) fn new(conv: &Conversation, name: &str, entries: &[Entry], notes: Vec<Note>) -> Self {
        let mut transcript = Self {
            state: None,
            told: transcript::Transcript::default(),
            events: Vec::new(),
            typing: HashSet::new(),
            closed_idle: false,
            head: 0,
        };
        let mut notes = notes.into_iter().peekable();
        for entry in entries {
            while let Some(note) = notes.next_if(|note| note.after < entry.seq) {
                transcript.note(&note);
            }
            if transcript.state.is_none() {
                transcript.open(conv, name, entry);
            } else {
                transcript.entry(entry);
            }
        }
        notes.for_each(|note| transcript.note(&note));
        transcript
    }

    /// The `seq` of the last entry that it contains.
    pub(super) const fn head(&self) -> u64 {
        self.head
    }

    /// Every event with its number, from 1.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    /// The state of the fold so far.
    pub(super) const fn state(&self) -> Option<&Conversation> {
        self.state.as_ref()
    }

    /// The files that the client sent and did not delete.
    pub(super) fn own_files(&self) -> impl Iterator<Item = &FileLine> {
        self.told.files().iter().filter(|line| line.by == Party::Visitor && !line.deleted)
    }

    /// Whether the chat was closed because no message came.
    pub(super) const fn closed_idle(&self) -> bool {
        self.closed_idle
    }

    /// Whether the client was told otherwise about this agent: `on` is whether `who` types now.
    pub(super) fn is_news(&self, who: &ParticipantId, on: bool) -> bool {
        let here = self.state.as_ref().is_some_and(|state| state.has_agent(who));
        here && self.typing.contains(who) != on
    }

    /// Adds the next entry.
    pub(super) fn entry(&mut self, entry: &Entry) {
        let Some(state) = &mut self.state else { return };
        self.head = self.head.max(entry.seq);
        if !state.apply(entry) {
            return;
        }
        match &entry.body {
            EntryBody::Message { from: who, .. } | EntryBody::Left { who, .. } => drop(self.typing.remove(&who.id)),
            EntryBody::Ended { .. } => self.typing.clear(),
            EntryBody::IdleClosed {} => self.closed_idle = true,
            _ => {}
        }
        // The ids of entries are not a part of the contract.
        self.events.extend(self.told.entry(entry).into_iter().map(|event| Event { id: None, ..event }));
    }

    /// Adds a note.
    pub(super) fn note(&mut self, note: &Note) {
        let Some(known) = self.told.person(&note.who) else { return };
        if note.on {
            self.typing.insert(note.who.clone());
        } else {
            self.typing.remove(&note.who);
        }
        let who = Participant { party: Party::Agent, ..known.clone() };
        self.events.push(self.told.typing(&who, note.on, Timestamp(note.at)));
    }

    fn open(&mut self, conv: &Conversation, name: &str, entry: &Entry) {
        let Some(mut state) = Conversation::open(conv.id.clone(), entry) else { return };
        name.clone_into(&mut state.name);
        self.head = entry.seq;
        self.events.push(self.told.opened(&visitor(&state), entry.at));
        self.state = Some(state);
    }
}

/// About how many bytes an event takes.
pub(super) fn weight(event: &Event) -> usize {
    let data: usize = event.user_data.iter().map(|(key, value)| key.len() + value.len()).sum();
    200 + event.nickname.len() + event.text.as_ref().map_or(0, String::len) + event.attributes.len() + data
}

/// A conversation's visitor as a participant.
pub(super) fn visitor(state: &Conversation) -> Participant {
    Participant::new(state.visitor.clone(), Party::Visitor, state.name.clone())
}

/// A value by its name, if it is there and not empty.
pub(super) fn value(name: &str, value: &str) -> Option<FieldValue> {
    let value = chinwag::text::trim(value);
    (!value.is_empty()).then(|| FieldValue { name: name.to_owned(), value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag::model::{ConversationId, EndReason};

    fn agent(user: &str) -> Participant {
        Participant::new(format!("a_{user}").as_str().into(), Party::Agent, user.to_owned())
    }

    fn log(bodies: Vec<EntryBody>) -> Vec<Entry> {
        let opened = EntryBody::Opened {
            widget: "w".into(),
            visitor: "v_1".into(),
            locale: String::new(),
            zone: String::new(),
            page: None,
            values: Vec::new(),
            campaign: "sales".into(),
        };
        let bodies = std::iter::once(opened).chain(bodies);
        let entry = |(index, body): (usize, EntryBody)| {
            let seq = 3 + 2 * index as u64;
            Entry { seq, prev: seq - 2, at: Timestamp(index as i64), id: format!("{index}").as_str().into(), body }
        };
        bodies.enumerate().map(entry).collect()
    }

    fn whole(entries: &[Entry], notes: Vec<Note>) -> Transcript {
        let state = Conversation::open(ConversationId("c_1".into()), &entries[0]).expect("opened");
        Transcript::new(&state, "Bob", entries, notes)
    }

    fn said(transcript: &Transcript) -> Vec<(&'static str, u32)> {
        transcript.events().iter().map(|event| (event.kind, event.participant)).collect()
    }

    #[test]
    fn a_participant_keeps_its_number() {
        let entries = log(vec![
            EntryBody::Joined { who: agent("ada") },
            EntryBody::Left { who: agent("ada"), reason: chinwag::model::LeaveReason::Lost },
            EntryBody::Joined { who: agent("eve") },
            EntryBody::Left { who: agent("eve"), reason: chinwag::model::LeaveReason::Lost },
            EntryBody::Joined { who: agent("ada") },
            EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed },
        ]);
        let expected = [
            ("ParticipantJoined", 1),
            ("ParticipantJoined", 2),
            ("ParticipantLeft", 2),
            ("ParticipantJoined", 3),
            ("ParticipantLeft", 3),
            ("ParticipantJoined", 2),
            ("ParticipantLeft", 2),
        ];
        assert_eq!(said(&whole(&entries, Vec::new())), expected);
    }

    #[test]
    fn notes_stand_where_they_were_told() {
        let entries = log(vec![EntryBody::Joined { who: agent("ada") }, EntryBody::Message { from: agent("ada"), text: "hi".into() }]);
        let note = |after, on| Note { after, who: "a_ada".into(), on, at: 1 };
        let kept = vec![note(5, true), note(5, false), note(7, true)];
        let whole = whole(&entries, kept.clone());
        let names: Vec<_> = said(&whole).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(names, ["ParticipantJoined", "ParticipantJoined", "TypingStarted", "TypingStopped", "Message", "TypingStarted"]);
        // Entries added one by one, as they arrive, get the same numbers.
        let mut live = self::whole(&entries[..2], Vec::new());
        live.note(&kept[0]);
        live.note(&kept[1]);
        live.entry(&entries[2]);
        live.note(&kept[2]);
        assert_eq!(live.events(), whole.events());
        assert!(!live.is_news(&"a_ada".into(), true) && live.is_news(&"a_ada".into(), false));
        assert!(!live.is_news(&"a_eve".into(), true), "who is not in it does not type");
    }

    #[test]
    fn what_does_not_count_has_no_number() {
        let entries = log(vec![
            EntryBody::Joined { who: agent("ada") },
            EntryBody::Joined { who: agent("eve") },
            EntryBody::Message { from: agent("eve"), text: "not in it".into() },
            EntryBody::Internal {},
            EntryBody::Ended { by: Party::Visitor, reason: EndReason::Closed },
            EntryBody::Message { from: agent("ada"), text: "too late".into() },
        ]);
        let expected = [("ParticipantJoined", 1), ("ParticipantJoined", 2), ("ParticipantLeft", 1)];
        assert_eq!(said(&whole(&entries, Vec::new())), expected);
    }
}
