//! A conversation's log as the transcript that a Genesys chat server gives (G4.4): written once for the bus of a page
//! (`genesys.rs`) and for the server's room for other products' clients (`server/src/gms`).
//!
//! A fold over the entries that count. Its state: the participants with the numbers by which clients know them, and the files that
//! were sent.

use crate::model::{Entry, EntryBody, EntryId, Participant, ParticipantId, Party, Timestamp, visitor_name};
use crate::wire::{Codec, Object, RawJson};

/// The state of the fold.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    people: Vec<Person>,
    files: Vec<FileLine>,
}

/// One transcript event without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub kind: &'static str,
    /// The name to show.
    pub nickname: String,
    /// The sender's number: participants are counted in the order in which they joined, from 1 on.
    pub participant: u32,
    /// `Client`, `Agent` or `External`.
    pub from: &'static str,
    pub at: Timestamp,
    /// The id of the entry that the event came from.
    pub id: Option<EntryId>,
    pub text: Option<String>,
    pub user_data: Vec<(&'static str, String)>,
    /// The text of a JSON object; empty for none.
    pub attributes: String,
}

/// A file that was sent, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// Its name on the server.
    pub file: String,
    pub by: Party,
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    pub deleted: bool,
}

/// A participant. Its position in the list is its number.
#[derive(Clone, Debug)]
struct Person {
    who: Participant,
    here: bool,
}

impl Transcript {
    /// The transcript events of an entry: usually one; none for entries that clients are not told; several when all participants leave.
    pub fn entry(&mut self, entry: &Entry) -> Vec<Event> {
        let at = entry.at;
        let mut event = match &entry.body {
            EntryBody::Opened { visitor, values, .. } => {
                let who = Participant::new(visitor.clone(), Party::Visitor, visitor_name(values, None));
                return vec![self.opened(&who, at)];
            }
            EntryBody::Joined { who } => self.came(who, at),
            EntryBody::Left { who, .. } => self.went(who, at),
            EntryBody::Ended { by, .. } => return self.leave(*by, at),
            EntryBody::Message { from, text } => self.text("Message", from, at, text),
            EntryBody::PageNotice { from, text, attributes } => {
                Event { attributes: attributes.clone(), ..self.text("CustomNotice", from, at, text) }
            }
            EntryBody::AddressPushed { from, url } => self.text("PushUrl", from, at, url),
            EntryBody::Renamed { from, name } => {
                let place = self.place(from);
                if let Some(person) = self.people.get_mut(place) {
                    person.who.name.clone_from(name);
                }
                self.say("NicknameUpdated", &Participant { name: name.clone(), ..from.clone() }, at)
            }
            EntryBody::IdleWarned { seconds } => {
                let seconds = digits(*seconds);
                let text = ["The chat will be closed in ", &seconds, " seconds unless something is said."].concat();
                let user_data = vec![("next-idle-timer-type", "CLOSE".to_owned()), ("next-idle-timer-secs", seconds)];
                Event { user_data, ..self.text("IdleAlert", &system(), at, &text) }
            }
            EntryBody::IdleClosed {} => self.text("IdleClose", &system(), at, "The chat was closed because nothing was said."),
            EntryBody::File { from, file, name, size, kind, .. } => {
                self.files.push(FileLine { file: file.clone(), by: from.party, name: name.clone(), size: *size, deleted: false });
                let told =
                    [("file-id", file.clone()), ("file-name", name.clone()), ("file-size", digits(*size)), ("file-type", kind.clone())];
                Event { user_data: told.to_vec(), ..self.say("FileUploaded", from, at) }
            }
            EntryBody::FileDeleted { from, file } => {
                let line = self.files.iter_mut().find(|line| line.file == *file);
                let name = line.map(|line| {
                    line.deleted = true;
                    line.name.clone()
                });
                Event {
                    user_data: vec![("file-id", file.clone()), ("file-name", name.unwrap_or_default())],
                    ..self.say("FileDeleted", from, at)
                }
            }
            // Entries without a transcript event.
            EntryBody::Data { .. }
            | EntryBody::Survey { .. }
            | EntryBody::Moved { .. }
            | EntryBody::Disposed { .. }
            | EntryBody::Internal {} => return Vec::new(),
        };
        event.id = Some(entry.id.clone());
        vec![event]
    }

    /// The event of the first entry: the visitor joins, under this name.
    pub fn opened(&mut self, visitor: &Participant, at: Timestamp) -> Event {
        self.came(visitor, at)
    }

    /// A participant began or stopped typing. Typing is not in the log.
    pub fn typing(&mut self, who: &Participant, on: bool, at: Timestamp) -> Event {
        self.say(if on { "TypingStarted" } else { "TypingStopped" }, who, at)
    }

    /// The end. Clients recognise who ended it by who leaves: the visitor, or all others.
    pub fn leave(&mut self, by: Party, at: Timestamp) -> Vec<Event> {
        let goes = |person: &&Person| person.here && (person.who.party == Party::Visitor) == (by == Party::Visitor);
        let leaving: Vec<Participant> = self.people.iter().filter(goes).map(|person| person.who.clone()).collect();
        leaving.iter().map(|who| self.went(who, at)).collect()
    }

    /// A participant, with the latest name.
    #[must_use]
    pub fn person(&self, id: &ParticipantId) -> Option<&Participant> {
        self.people.iter().find(|person| person.who.id == *id).map(|person| &person.who)
    }

    /// The files of both sides, in the order in which they came.
    #[must_use]
    pub fn files(&self) -> &[FileLine] {
        &self.files
    }

    fn came(&mut self, who: &Participant, at: Timestamp) -> Event {
        self.stands(who, true);
        self.say("ParticipantJoined", who, at)
    }

    fn went(&mut self, who: &Participant, at: Timestamp) -> Event {
        self.stands(who, false);
        self.say("ParticipantLeft", who, at)
    }

    fn stands(&mut self, who: &Participant, here: bool) {
        let place = self.place(who);
        if let Some(person) = self.people.get_mut(place) {
            person.here = here;
        }
    }

    fn text(&mut self, kind: &'static str, who: &Participant, at: Timestamp, text: &str) -> Event {
        Event { text: Some(text.to_owned()), ..self.say(kind, who, at) }
    }

    fn say(&mut self, kind: &'static str, who: &Participant, at: Timestamp) -> Event {
        let place = self.place(who);
        // An entry may leave out a name that an earlier entry had.
        let known = self.people.get(place).map_or("", |person| person.who.name.as_str());
        let nickname = if who.name.is_empty() { known } else { &who.name }.to_owned();
        let participant = u32::try_from(place + 1).unwrap_or(u32::MAX);
        Event {
            kind,
            nickname,
            participant,
            from: side(who.party),
            at,
            id: None,
            text: None,
            user_data: Vec::new(),
            attributes: String::new(),
        }
    }

    fn place(&mut self, who: &Participant) -> usize {
        self.people.iter().position(|person| person.who.id == who.id).unwrap_or_else(|| {
            self.people.push(Person { who: who.clone(), here: false });
            self.people.len() - 1
        })
    }
}

impl Event {
    /// The JSON object of the event, with its index if it has one.
    #[must_use]
    pub fn to_json(&self, index: Option<u64>) -> RawJson {
        let from = Object::new().text("nickname", &self.nickname).put("participantId", &self.participant).text("type", self.from);
        let mut out = Object::new().put("from", &from.close()).put("index", &index).text("type", self.kind).put("utcTime", &self.at);
        if let Some(text) = &self.text {
            out = out.text("text", text);
            if self.kind == "Message" {
                out = out.text("messageType", "text");
            }
        }
        if !self.user_data.is_empty() {
            let data = self.user_data.iter().fold(Object::new(), |object, (name, value)| object.text(name, value));
            out = out.put("userData", &data.close());
        }
        let attributes = RawJson::from_text(&self.attributes).ok().filter(|attributes| attributes.as_str().starts_with('{'));
        out.put("eventAttributes", &attributes).close()
    }
}

const fn side(party: Party) -> &'static str {
    match party {
        Party::Visitor => "Client",
        Party::Agent => "Agent",
        Party::System | Party::Unknown(_) => "External",
    }
}

/// The sender of events that no participant caused.
fn system() -> Participant {
    Participant::new("system".into(), Party::System, String::new())
}

fn digits(number: u64) -> String {
    number.to_text()
}
