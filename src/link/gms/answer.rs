//! An answer of the server (G4.3) and its transcript events (G4.4), read leniently: a member of a wrong type counts as
//! missing, and every size has a limit.

use super::json::{int, parse, text, truth};
use crate::wire::json::Value;
use crate::wire::{Json, RawJson};

/// The largest answer that is read, in bytes.
const BODY: usize = 4 * 1024 * 1024;
/// The most events that are taken from one answer; the rest is asked for again.
const EVENTS: usize = 1_000;
/// The most characters of a text, of a name, and of an id.
const TEXT: usize = 16_000;
const NAME: usize = 200;
const ID: usize = 256;
/// The error that a refresh gets for too long a typing preview (G4.6).
const TOO_LONG: i64 = 204;
/// No such user, logged out, bad key: the session cannot be used any more (G4.6).
const GONE: [i64; 3] = [8201, 8209, 8210];

/// The result of a request.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// No answer.
    Silent,
    /// An answer that asks to try again, or cannot be read.
    Trouble,
    Good(Box<Answer>),
    /// An error for which a repeat will not help.
    Fault(Box<Answer>),
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) http: u16,
    pub(super) code: Option<i64>,
    pub(super) ended: Option<bool>,
    pub(super) chat: Option<String>,
    pub(super) user: Option<String>,
    pub(super) key: Option<String>,
    pub(super) alias: Option<String>,
    /// The events, in the order of their indexes.
    pub(super) events: Vec<Event>,
    /// The answer had more events.
    pub(super) cut: bool,
    pub(super) next: Option<i64>,
    pub(super) idle: Option<i64>,
    pub(super) errors: Vec<i64>,
}

/// A transcript event.
#[derive(Debug, PartialEq)]
pub(super) struct Event {
    /// Its place in the transcript; `None` when the server did not give one.
    pub(super) index: Option<i64>,
    pub(super) kind: Kind,
    pub(super) role: Role,
    /// The participant's number, as text; empty when the server did not give one.
    pub(super) person: String,
    pub(super) name: String,
    pub(super) text: String,
    /// Milliseconds since 1970; `None` when the server did not give a time.
    pub(super) at: Option<i64>,
    /// The whole event, as the server sent it.
    pub(super) json: RawJson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Joined,
    Left,
    Message,
    PushUrl,
    Notice,
    FileUploaded,
    IdleAlert,
    IdleClose,
    TypingStarted,
    TypingStopped,
    /// An event that is not shown: a side channel, a new name, or a type of a later version.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Agent,
    Supervisor,
    /// Bots, routing strategies, the system; also unknown kinds.
    External,
}

/// The result of a request by the decision table of G4.3.
pub(super) fn judge(status: u16, body: &str) -> Verdict {
    if status == 0 {
        return Verdict::Silent;
    }
    let fine = (200..300).contains(&status);
    let json = Some(body).filter(|body| body.len() <= BODY).and_then(parse);
    let mut answer = Box::new(json.map_or_else(Answer::default, |json| read(body, &json)));
    answer.http = status;
    match answer.code {
        Some(1) => Verdict::Trouble,
        Some(2) => Verdict::Fault(answer),
        Some(0) if fine => Verdict::Good(answer),
        // The answer has no status code, but members that only a good answer has.
        None if fine && answer.errors.is_empty() && answer.chat.is_some() && answer.ended.is_some() => Verdict::Good(answer),
        _ if !answer.errors.is_empty() => Verdict::Fault(answer),
        _ if (400..500).contains(&status) => Verdict::Fault(answer),
        _ => Verdict::Trouble,
    }
}

impl Answer {
    /// Whether a refresh with this answer says that the session is over: `statusCode` 2, unless the answer says that the session goes on.
    pub(super) fn is_over(&self) -> bool {
        let gone = self.errors.iter().any(|code| GONE.contains(code));
        gone || self.ended == Some(true) || (self.code == Some(2) && self.ended.is_none() && !self.is_too_long())
    }

    /// Whether only the text was too long.
    pub(super) fn is_too_long(&self) -> bool {
        self.http == 413 || (!self.errors.is_empty() && self.errors.iter().all(|code| *code == TOO_LONG))
    }
}

fn read(body: &str, json: &Json) -> Answer {
    let id = |name: &str| text(json.get(name), ID).filter(|id| !id.is_empty());
    let list = |name: &str| match json.get(name).map(|json| &json.value) {
        Some(Value::List(items)) => items.as_slice(),
        _ => &[],
    };
    let messages = list("messages");
    let objects = messages.iter().take(EVENTS).filter(|json| matches!(json.value, Value::Object(_)));
    let mut events: Vec<Event> = objects.map(|json| event(body, json)).collect();
    // Events with an index are sorted by it; one without stays behind the event before it.
    let mut last = i64::MIN;
    let mut keyed: Vec<(i64, Event)> = Vec::new();
    for event in events.drain(..) {
        last = event.index.unwrap_or(last);
        keyed.push((last, event));
    }
    keyed.sort_by_key(|(place, _)| *place);
    Answer {
        http: 0,
        code: int(json.get("statusCode")),
        ended: truth(json.get("chatEnded")),
        chat: id("chatId"),
        user: id("userId"),
        key: id("secureKey"),
        alias: id("alias"),
        events: keyed.into_iter().map(|(_, event)| event).collect(),
        cut: messages.len() > EVENTS,
        next: int(json.get("nextPosition")),
        idle: int(json.get("idleTimerExpire")),
        errors: list("errors").iter().take(16).map(|error| int(error.get("code")).unwrap_or(0)).collect(),
    }
}

fn event(body: &str, json: &Json) -> Event {
    let from = |name: &str| json.get("from").and_then(|from| from.get(name));
    let kind = kind(&text(json.get("type"), NAME).unwrap_or_default());
    let said = match kind {
        Kind::FileUploaded => text(json.get("userData").and_then(|data| data.get("file-name")), NAME),
        _ => structured(json).or_else(|| text(json.get("text"), TEXT)),
    };
    Event {
        index: int(json.get("index")).filter(|index| (0..=1 << 48).contains(index)),
        kind,
        role: role(&text(from("type"), NAME).unwrap_or_default()),
        person: text(from("participantId"), 64).unwrap_or_default(),
        name: text(from("nickname"), NAME).unwrap_or_default(),
        text: said.unwrap_or_default(),
        at: int(json.get("utcTime")).filter(|at| *at > 0),
        json: RawJson::of(body, json),
    }
}

/// The text inside structured content (G4.4), which comes as an object or as the JSON text of one.
fn structured(json: &Json) -> Option<String> {
    let content = json.get("eventAttributes")?.get("structured-content")?.get("genesys-chat")?.get("content")?;
    match content.as_str() {
        Some(inner) => text(parse(inner)?.get("text"), TEXT),
        None => text(content.get("text"), TEXT),
    }
    .filter(|text| !text.is_empty())
}

/// Names are compared without regard to case (G4.4).
fn kind(name: &str) -> Kind {
    match name.to_ascii_lowercase().as_str() {
        "participantjoined" => Kind::Joined,
        "participantleft" => Kind::Left,
        "message" => Kind::Message,
        "pushurl" => Kind::PushUrl,
        "notice" => Kind::Notice,
        "fileuploaded" => Kind::FileUploaded,
        "idlealert" => Kind::IdleAlert,
        "idleclose" => Kind::IdleClose,
        "typingstarted" => Kind::TypingStarted,
        "typingstopped" => Kind::TypingStopped,
        _ => Kind::Other,
    }
}

fn role(name: &str) -> Role {
    match name.to_ascii_lowercase().as_str() {
        "client" => Role::Client,
        "agent" => Role::Agent,
        "supervisor" => Role::Supervisor,
        _ => Role::External,
    }
}
