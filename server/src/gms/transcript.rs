//! A conversation's log as the numbered events of G4.4. Pure: entries and notes in, events out.
//!
//! Numbers begin at 1, have no gaps and never change: events are made in the order of the log, and typing, which the log does not
//! have, is kept as a [`Note`] beside it that says after which entry it was told.

use chinwag::model::{Conversation, Entry, EntryBody, FieldValue, Participant, ParticipantId, Party, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// One transcript event without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: &'static str,
    nickname: String,
    participant: u32,
    from: &'static str,
    at: Timestamp,
    text: Option<String>,
    user_data: Vec<(&'static str, String)>,
    /// JSON text; empty for none.
    attributes: String,
}

/// That an agent began or stopped typing, as it was told to the client.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Note {
    /// The `seq` of the entry after which it stands.
    pub(super) after: u64,
    pub(super) who: ParticipantId,
    pub(super) on: bool,
    pub(super) at: i64,
}

/// A file that a participant sent, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileLine {
    pub(super) by: Party,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) deleted: bool,
}

/// See the module.
pub(super) struct Transcript {
    state: Option<Conversation>,
    events: Vec<Event>,
    /// Numbers of participants, in the order in which they came.
    people: Vec<(ParticipantId, String)>,
    /// Who types, as far as the client was told.
    typing: HashSet<ParticipantId>,
    files: HashMap<String, FileLine>,
    /// The client was warned, and nothing was said since.
    /// The chat was closed because nothing was said.
    closed_idle: bool,
    head: u64,
}

impl Transcript {
    /// Of a log and its notes, both in order. `name` is the visitor's at the start.
    pub(super) fn new(conv: &Conversation, name: &str, entries: &[Entry], notes: Vec<Note>) -> Self {
        let mut transcript = Self {
            state: None,
            events: Vec::new(),
            people: Vec::new(),
            typing: HashSet::new(),
            files: HashMap::new(),
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

    /// The `seq` of the last entry in it.
    pub(super) const fn head(&self) -> u64 {
        self.head
    }

    /// Every event with its number, from 1.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    /// What the log comes to so far.
    pub(super) const fn state(&self) -> Option<&Conversation> {
        self.state.as_ref()
    }

    /// The files in it, by their names on the server.
    pub(super) const fn files(&self) -> &HashMap<String, FileLine> {
        &self.files
    }

    /// Whether it was closed because nothing was said.
    pub(super) const fn closed_idle(&self) -> bool {
        self.closed_idle
    }

    /// Whether telling this changes what the client knows of who types.
    pub(super) fn is_news(&self, who: &ParticipantId, on: bool) -> bool {
        let here = self.state.as_ref().is_some_and(|state| state.has_agent(who));
        here && self.typing.contains(who) != on
    }

    /// Takes the next entry in.
    pub(super) fn entry(&mut self, entry: &Entry) {
        let Some(state) = &mut self.state else { return };
        let before = state.agents.clone();
        self.head = self.head.max(entry.seq);
        if !state.apply(entry) {
            return;
        }
        let at = entry.at;
        match &entry.body {
            EntryBody::Message { from, text } => {
                self.typing.remove(&from.id);
                self.say("Message", from, at).text = Some(text.clone());
            }
            EntryBody::Joined { who } => drop(self.say("ParticipantJoined", who, at)),
            EntryBody::Left { who, .. } => {
                self.typing.remove(&who.id);
                self.say("ParticipantLeft", who, at);
            }
            EntryBody::Ended { by, .. } => self.end(*by, &before, at),
            EntryBody::File { from, file, name, size, kind, .. } => {
                self.files.insert(file.clone(), FileLine { by: from.party, name: name.clone(), size: *size, deleted: false });
                let size = size.to_string();
                self.say("FileUploaded", from, at).user_data =
                    vec![("file-id", file.clone()), ("file-name", name.clone()), ("file-size", size), ("file-type", kind.clone())];
            }
            EntryBody::FileDeleted { from, file } => {
                let line = self.files.get_mut(file);
                let name = line.map(|line| {
                    line.deleted = true;
                    line.name.clone()
                });
                self.say("FileDeleted", from, at).user_data = vec![("file-id", file.clone()), ("file-name", name.unwrap_or_default())];
            }
            EntryBody::Notice { from, text, attributes } => {
                let event = self.say("CustomNotice", from, at);
                event.text = Some(text.clone());
                event.attributes.clone_from(attributes);
            }
            EntryBody::AddressPushed { from, url } => self.say("PushUrl", from, at).text = Some(url.clone()),
            EntryBody::Renamed { from, name } => {
                let named = Participant { name: name.clone(), ..from.clone() };
                if let Some(known) = self.people.iter_mut().find(|(id, _)| *id == from.id) {
                    known.1.clone_from(name);
                }
                self.say("NicknameUpdated", &named, at);
            }
            EntryBody::IdleWarned { seconds } => {
                let event = self.say("IdleAlert", &system(), at);
                event.text = Some(format!("The chat will be closed in {seconds} seconds unless something is said."));
                event.user_data = vec![("next-idle-timer-type", "CLOSE".to_owned()), ("next-idle-timer-secs", seconds.to_string())];
            }
            EntryBody::IdleClosed {} => {
                self.closed_idle = true;
                self.say("IdleClose", &system(), at).text = Some("The chat was closed because nothing was said.".to_owned());
            }
            // They tell the client nothing new, or nothing that is its own.
            EntryBody::Data { .. }
            | EntryBody::Opened { .. }
            | EntryBody::Survey { .. }
            | EntryBody::Moved { .. }
            | EntryBody::Disposed { .. }
            | EntryBody::Internal {} => {}
        }
    }

    /// Takes a note in.
    pub(super) fn note(&mut self, note: &Note) {
        let Some((number, name)) = self.number(&note.who) else { return };
        let kind = if note.on { "TypingStarted" } else { "TypingStopped" };
        if note.on {
            self.typing.insert(note.who.clone());
        } else {
            self.typing.remove(&note.who);
        }
        self.events.push(Event {
            kind,
            nickname: name,
            participant: number,
            from: "Agent",
            at: Timestamp(note.at),
            text: None,
            user_data: Vec::new(),
            attributes: String::new(),
        });
    }

    fn open(&mut self, conv: &Conversation, name: &str, entry: &Entry) {
        let Some(mut state) = Conversation::open(conv.id.clone(), entry) else { return };
        name.clone_into(&mut state.name);
        let who = visitor(&state);
        self.head = entry.seq;
        self.state = Some(state);
        self.say("ParticipantJoined", &who, entry.at);
    }

    /// Whose side ended it leaves: clients read off the last who left who it was.
    fn end(&mut self, by: Party, agents: &[Participant], at: Timestamp) {
        let client = self.state.as_ref().map(visitor);
        let leaving: Vec<Participant> = if by == Party::Visitor { client.into_iter().collect() } else { agents.to_vec() };
        for who in &leaving {
            self.say("ParticipantLeft", who, at);
        }
        self.typing.clear();
    }

    /// Adds an event of somebody.
    fn say(&mut self, kind: &'static str, who: &Participant, at: Timestamp) -> &mut Event {
        let participant = self.number(&who.id).map(|(number, _)| number).unwrap_or_else(|| {
            self.people.push((who.id.clone(), who.name.clone()));
            u32::try_from(self.people.len()).unwrap_or(u32::MAX)
        });
        let from = match who.party {
            Party::Visitor => "Client",
            Party::Agent => "Agent",
            Party::System | Party::Unknown(_) => "External",
        };
        let nickname = who.name.clone();
        self.events.push(Event { kind, nickname, participant, from, at, text: None, user_data: Vec::new(), attributes: String::new() });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    fn number(&self, id: &ParticipantId) -> Option<(u32, String)> {
        let at = self.people.iter().position(|(known, _)| known == id)?;
        let (_, name) = self.people.get(at)?;
        Some((u32::try_from(at + 1).unwrap_or(u32::MAX), name.clone()))
    }
}

impl Event {
    /// As it travels, under its number.
    pub(super) fn to_json(&self, index: usize) -> Value {
        let mut from = Map::new();
        from.insert("nickname".into(), self.nickname.clone().into());
        from.insert("participantId".into(), self.participant.into());
        from.insert("type".into(), self.from.into());
        let mut event = Map::new();
        event.insert("from".into(), from.into());
        event.insert("index".into(), index.into());
        event.insert("type".into(), self.kind.into());
        event.insert("utcTime".into(), self.at.0.into());
        if let Some(text) = &self.text {
            event.insert("text".into(), text.clone().into());
            if self.kind == "Message" {
                event.insert("messageType".into(), "text".into());
            }
        }
        if !self.user_data.is_empty() {
            let data = self.user_data.iter().map(|(key, value)| ((*key).to_owned(), Value::from(value.clone())));
            event.insert("userData".into(), Value::Object(data.collect()));
        }
        if let Ok(attributes @ Value::Object(_)) = serde_json::from_str(&self.attributes) {
            event.insert("eventAttributes".into(), attributes);
        }
        Value::Object(event)
    }

    /// About how many bytes it takes.
    pub(super) fn weight(&self) -> usize {
        let data: usize = self.user_data.iter().map(|(key, value)| key.len() + value.len()).sum();
        200 + self.nickname.len() + self.text.as_ref().map_or(0, String::len) + self.attributes.len() + data
    }
}

/// A conversation's visitor as a participant.
pub(super) fn visitor(state: &Conversation) -> Participant {
    Participant { id: state.visitor.clone(), party: Party::Visitor, name: state.name.clone() }
}

/// A value by its name, if it is there and not empty.
pub(super) fn value(name: &str, value: &str) -> Option<FieldValue> {
    let value = chinwag::text::trim(value);
    (!value.is_empty()).then(|| FieldValue { name: name.to_owned(), value: value.to_owned() })
}

/// Who does what nobody does.
fn system() -> Participant {
    Participant { id: "system".into(), party: Party::System, name: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag::model::{ConversationId, EndReason};

    fn agent(user: &str) -> Participant {
        Participant { id: format!("a_{user}").as_str().into(), party: Party::Agent, name: user.to_owned() }
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
        // Taken in one by one, as it happens, the numbers are the same.
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
