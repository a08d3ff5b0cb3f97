//! Genesys Widgets and the Chat API of Genesys Mobile Services, as far as they are about what happened (spec genesys, G2.3 to G2.7,
//! G4.4). Each event comes to [`Notice`]s: what became of the session and the connection, and runs of transcript events in the form
//! in which a chat server gives them. What a page may put in between (filters, preprocessors) is JavaScript, so the order inside a
//! run and the names on the bus are the facade's (`js/compat/genesys/service.js`).
//!
//! A fold over the events: it keeps who is in the conversation, by the numbers that pages know them by, and how the connection
//! stands. Nothing else.

use super::notice::{Notice, of_message, run, session, word};
use crate::engine::{Event, Happening, LinkStatus};
use crate::model::{ConversationId, Entry, EntryBody, EntryId, Participant, ParticipantId, Party};
use crate::wire::codec::{open_member, put_member};

/// Attempts that may fail in a row before the chat server counts as offline, unless the page says another number (G2.1).
pub const POLL_EXCEPTION_LIMIT: u32 = 5;

/// One page's retelling.
#[derive(Clone, Debug)]
pub struct Genesys {
    limit: u32,
    people: Vec<Person>,
    /// The index of the last transcript event, and the number in the log of the entry that it came from. A log's numbers may have gaps,
    /// a transcript's do not.
    index: u64,
    seq: u64,
    trouble: Trouble,
    /// The conversation that is retold is not over.
    active: bool,
    /// One from an earlier page that the server has not been heard about.
    restoring: Option<ConversationId>,
}

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    None,
    /// Attempts fail.
    Pending,
    /// Too many of them did.
    Offline,
}

/// Somebody who was in the conversation. The place in the list is the number, from 1 on.
#[derive(Clone, Debug)]
struct Person {
    id: ParticipantId,
    name: String,
    here: bool,
}

impl Genesys {
    /// `limit`: attempts that may fail in a row before the chat server counts as offline.
    #[must_use]
    pub const fn new(limit: u32) -> Self {
        Self { limit, people: Vec::new(), index: 0, seq: 0, trouble: Trouble::None, active: false, restoring: None }
    }

    /// What an event comes to, in order.
    pub fn translate(&mut self, event: &Event) -> Vec<Notice> {
        match &event.what {
            // The secret of our own link stays where it is: a page needs none to use the bus.
            Happening::ChatStarted { conv } => {
                self.begin();
                vec![session("started", &conv.0, &event.visitor.0, "", "")]
            }
            Happening::RestoreBegun { conv } => {
                self.restoring = Some(conv.clone());
                Vec::new()
            }
            Happening::ChatRestored { conv, .. } => {
                // It was told already when the server could not be reached at first.
                let told = self.active;
                if !told {
                    self.begin();
                }
                self.restoring = None;
                if told { Vec::new() } else { vec![session("restored", &conv.0, &event.visitor.0, "", "")] }
            }
            // Too old, or the server says that it is over: the same word for both (G2.6).
            Happening::RestoreExpired => vec![word("restoreTimeout")],
            Happening::RestoreFailed => {
                self.restoring = None;
                let told = core::mem::replace(&mut self.active, false);
                if told { vec![word("ended")] } else { vec![word("restoreTimeout")] }
            }
            Happening::LinkTrouble { .. } if self.restoring.is_some() && !self.active => {
                self.begin();
                self.trouble = Trouble::Offline;
                let conv = self.restoring.take().unwrap_or_default();
                vec![session("restoredOffline", &conv.0, &event.visitor.0, "", "")]
            }
            Happening::Lines { entries, restoring, .. } if self.active => self.lines(entries, *restoring),
            Happening::TypingChanged { who, on, .. } if self.active => {
                let kind = if *on { "TypingStarted" } else { "TypingStopped" };
                vec![run(&[self.raw(kind, who, event.at.0, None)], false, false)]
            }
            Happening::ChatFinished { by: Party::Visitor, .. } if self.active => {
                self.active = false;
                vec![word("ended")]
            }
            Happening::ChatFinished { .. } if self.active => self.end(event.at.0),
            Happening::Composing { on } if self.active => vec![word(if *on { "clientTypingStarted" } else { "clientTypingStopped" })],
            Happening::LinkTrouble { failures } if self.active => self.worse(*failures),
            Happening::LinkChanged { status: LinkStatus::Online, .. } => self.better(),
            other => of_message(other),
        }
    }

    fn begin(&mut self) {
        self.people.clear();
        (self.index, self.seq) = (0, 0);
        self.active = true;
    }

    /// The connection is gone, or another attempt failed. Pending comes before offline, each is told once (G2.6).
    fn worse(&mut self, failures: u32) -> Vec<Notice> {
        let mut told = Vec::new();
        if self.trouble == Trouble::None {
            self.trouble = Trouble::Pending;
            told.extend([word("disconnected"), word("connectionPending")]);
        }
        if failures > self.limit && self.trouble == Trouble::Pending {
            self.trouble = Trouble::Offline;
            told.push(word("chatServerWentOffline"));
        }
        told
    }

    fn better(&mut self) -> Vec<Notice> {
        match core::mem::replace(&mut self.trouble, Trouble::None) {
            Trouble::None => Vec::new(),
            Trouble::Pending => vec![word("connectionRestored"), word("reconnected")],
            Trouble::Offline => vec![word("connectionRestored"), word("chatServerBackOnline"), word("reconnected")],
        }
    }

    /// Entries of the log as one run of transcript events.
    fn lines(&mut self, entries: &[Entry], restoring: bool) -> Vec<Notice> {
        let mut events = Vec::new();
        let mut over = false;
        for entry in entries {
            // The whole log came again, because what was here did not connect to it.
            if entry.seq <= self.seq || over {
                continue;
            }
            self.seq = entry.seq;
            if let EntryBody::Ended { by, .. } = &entry.body {
                if *by != Party::Visitor {
                    over = true;
                    self.leave(entry.at.0, &mut events);
                }
            } else {
                self.line(entry, &mut events);
            }
        }
        if events.is_empty() && !over { Vec::new() } else { vec![run(&events, restoring, over)] }
    }

    fn line(&mut self, entry: &Entry, events: &mut Vec<String>) {
        let at = entry.at.0;
        let event = match &entry.body {
            EntryBody::Opened { visitor, values, .. } => {
                let name = nickname(values);
                let who = Participant { id: visitor.clone(), party: Party::Visitor, name };
                self.raw("ParticipantJoined", &who, at, None)
            }
            EntryBody::Joined { who } => self.raw("ParticipantJoined", who, at, None),
            EntryBody::Left { who, .. } => self.raw("ParticipantLeft", who, at, None),
            EntryBody::Message { from, text } => self.raw("Message", from, at, Some((&entry.id, text))),
            EntryBody::Notice { from, text, .. } => self.raw("CustomNotice", from, at, Some((&entry.id, text))),
            EntryBody::AddressPushed { from, url } => self.raw("PushUrl", from, at, Some((&entry.id, url))),
            EntryBody::Renamed { from, name } => self.renamed(from, name, at),
            EntryBody::IdleWarned { seconds } => {
                let event = self.raw("IdleAlert", &system(), at, None);
                with_data(event, &[("next-idle-timer-type", "CLOSE"), ("next-idle-timer-secs", &seconds.to_string())])
            }
            EntryBody::IdleClosed {} => self.raw("IdleClose", &system(), at, None),
            EntryBody::File { from, file, name, size, kind, .. } => {
                let event = self.raw("FileUploaded", from, at, None);
                with_data(event, &[("file-id", file), ("file-name", name), ("file-size", &size.to_string()), ("file-type", kind)])
            }
            EntryBody::FileDeleted { from, file } => with_data(self.raw("FileDeleted", from, at, None), &[("file-id", file)]),
            _ => return,
        };
        events.push(event);
    }

    fn renamed(&mut self, from: &Participant, name: &str, at: i64) -> String {
        let named = Participant { name: name.to_owned(), ..from.clone() };
        let number = self.number(&named, "");
        if let Some(person) = self.people.get_mut(number - 1) {
            name.clone_into(&mut person.name);
        }
        self.raw("NicknameUpdated", &named, at, None)
    }

    /// It was not the visitor who ended it: whoever is there leaves, and it is over.
    fn end(&mut self, at: i64) -> Vec<Notice> {
        let mut events = Vec::new();
        self.leave(at, &mut events);
        vec![run(&events, false, true)]
    }

    fn leave(&mut self, at: i64, events: &mut Vec<String>) {
        self.active = false;
        let agents: Vec<_> =
            self.people.iter().filter(|person| person.here).map(|person| (person.id.clone(), person.name.clone())).collect();
        for (id, name) in agents {
            let who = Participant { id, party: Party::Agent, name };
            events.push(self.raw("ParticipantLeft", &who, at, None));
        }
    }

    /// One transcript event as a chat server gives it (G4.4).
    fn raw(&mut self, kind: &str, who: &Participant, at: i64, said: Option<(&EntryId, &String)>) -> String {
        let number = self.number(who, kind);
        let nickname = if who.name.is_empty() {
            self.people.get(number - 1).map_or_else(String::new, |person| person.name.clone())
        } else {
            who.name.clone()
        };
        let mut out = String::from("{");
        open_member(&mut out, "from");
        out.push('{');
        put_member(&mut out, "nickname", &nickname);
        put_member(&mut out, "participantId", &(number as u64));
        put_member(&mut out, "type", &party(who.party).to_owned());
        out.push('}');
        // Typing passes: it has no place in the transcript.
        if !kind.starts_with("Typing") {
            self.index += 1;
            put_member(&mut out, "index", &self.index);
        }
        put_member(&mut out, "type", &kind.to_owned());
        put_member(&mut out, "utcTime", &at);
        if let Some((id, text)) = said {
            // Beyond the contract: by which the facade finds it on the screen.
            put_member(&mut out, "id", id);
            put_member(&mut out, "text", text);
            put_member(&mut out, "messageType", &"text".to_owned());
        }
        out.push('}');
        out
    }

    /// The number that somebody goes by: the order in which they were first seen.
    fn number(&mut self, who: &Participant, kind: &str) -> usize {
        let at = self.people.iter().position(|person| person.id == who.id).unwrap_or_else(|| {
            self.people.push(Person { id: who.id.clone(), name: who.name.clone(), here: false });
            self.people.len() - 1
        });
        if let Some(person) = self.people.get_mut(at).filter(|_| who.party == Party::Agent) {
            match kind {
                "ParticipantJoined" => person.here = true,
                "ParticipantLeft" => person.here = false,
                _ => {}
            }
        }
        at + 1
    }
}

/// An event, with its `userData`.
fn with_data(mut event: String, data: &[(&'static str, &str)]) -> String {
    event.pop();
    open_member(&mut event, "userData");
    event.push('{');
    for (name, value) in data {
        put_member(&mut event, name, &(*value).to_owned());
    }
    event.push_str("}}");
    event
}

const fn party(party: Party) -> &'static str {
    match party {
        Party::Visitor => "Client",
        Party::Agent => "Agent",
        Party::System | Party::Unknown(_) => "External",
    }
}

/// What a visitor called themselves in the form (G4.2: a nickname, or first and last name).
fn nickname(values: &[crate::model::Answer]) -> String {
    let value = |name: &str| values.iter().find(|value| value.name.eq_ignore_ascii_case(name)).map_or("", |value| value.value.as_str());
    let given = value("nickname");
    if !given.is_empty() {
        return given.to_owned();
    }
    let mut full = value("firstname").to_owned();
    let last = value("lastname");
    if !full.is_empty() && !last.is_empty() {
        full.push(' ');
    }
    full.push_str(last);
    if full.is_empty() { value("name").to_owned() } else { full }
}

/// Who does what nobody does.
fn system() -> Participant {
    Participant { id: "system".into(), party: Party::System, name: String::new() }
}
