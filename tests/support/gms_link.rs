//! The link to a Genesys server on its own, and answers for it.

use super::value;
use chinwag::client::{Link as _, LinkEvent, Signal};
use chinwag::link::gms::*;
use chinwag::model::*;
use chinwag::wire::*;
use serde_json::{Value, json};

/// A link on its own.
pub struct Link {
    pub gms: Gms,
    pub now: i64,
    pub kept: Option<String>,
}

impl Link {
    pub fn new(settings: Settings, kept: Option<String>, now: i64) -> Self {
        let mut link = Self { gms: Gms::new(settings, kept.as_deref()), now, kept };
        assert_eq!(link.signal(Signal::Want(true)), [Output::Event(LinkEvent::Opened)]);
        link
    }

    /// The outputs of an input, without stored texts and raw answers.
    pub fn told(&mut self, input: Input) -> Vec<Output> {
        without_raw(self.all(input))
    }

    /// The outputs of a signal, without stored texts and raw answers.
    pub fn signal(&mut self, signal: Signal<VisitorFrame>) -> Vec<Output> {
        self.gms.signal(Timestamp(self.now), signal);
        without_raw(self.drain())
    }

    pub fn all(&mut self, input: Input) -> Vec<Output> {
        self.gms.handle(Timestamp(self.now), input);
        self.drain()
    }

    fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        while let Some(output) = self.gms.poll_output() {
            match output {
                Output::Task(Task::Store(text)) => self.kept = text,
                other => outputs.push(other),
            }
        }
        outputs
    }

    pub fn send(&mut self, frame: VisitorFrame) -> Vec<Output> {
        self.signal(Signal::Send(frame))
    }

    pub fn hello(&mut self, chats: &[&str]) -> Vec<Output> {
        let chats = chats.iter().map(|chat| Have { conv: (*chat).into(), after: None }).collect();
        self.send(VisitorFrame::Hello { version: 1, visitor: "v_1".into(), token: Some("t".into()), epoch: None, chats })
    }

    /// Time goes to the next deadline.
    pub fn wake(&mut self) -> Vec<Output> {
        self.now = self.gms.deadline().expect("something is due").0;
        self.signal(Signal::Wake)
    }

    pub fn answer(&mut self, id: u64, status: u16, body: &Value) -> Vec<Output> {
        self.told(Input::Answer { id, status, body: body.to_string() })
    }

    /// A conversation that has begun; the first refresh is on its way.
    pub fn begun(settings: Settings) -> (Self, u64) {
        let mut link = Self::new(settings, None, 0);
        link.hello(&[]);
        let start = request(&link.send(start(&[("nickname", "Vi")])));
        link.answer(start.id, 200, &good(&[]));
        let refresh = request(&link.wake());
        assert_eq!(refresh.path, "/0004/refresh");
        (link, refresh.id)
    }

    /// The next refresh, answered.
    pub fn polled(&mut self, status: u16, body: &Value) -> Vec<Output> {
        for _ in 0..20 {
            let outputs = self.wake();
            if let Some(Output::Task(Task::Http(request))) =
                outputs.iter().find(|output| matches!(output, Output::Task(Task::Http(request)) if request.operation == Operation::Refresh))
            {
                return self.answer(request.id, status, body);
            }
        }
        panic!("no refresh is due");
    }

    pub fn put(&mut self, id: &str, text: &str) -> Vec<Output> {
        self.send(VisitorFrame::Put { conv: "0004".into(), id: id.into(), item: Item::Message { text: text.into() }, follows: None })
    }

    pub fn request(&mut self, request: Request) -> Vec<Output> {
        self.told(Input::Request { number: 7, request })
    }
}

fn without_raw(outputs: Vec<Output>) -> Vec<Output> {
    outputs.into_iter().filter(|output| !matches!(output, Output::Task(Task::Raw(_)))).collect()
}

pub fn start(values: &[(&str, &str)]) -> VisitorFrame {
    VisitorFrame::Start {
        message: None,
        id: "s-1".into(),
        widget: "sales".into(),
        locale: "en".into(),
        zone: "Europe/Rome".into(),
        page: None,
        values: values.iter().map(|(name, text)| value(name, text)).collect(),
    }
}

pub fn request(outputs: &[Output]) -> HttpRequest {
    let found = outputs.iter().find_map(|output| if let Output::Task(Task::Http(request)) = output { Some(request.clone()) } else { None });
    found.unwrap_or_else(|| panic!("a request in {outputs:?}"))
}

pub fn form(request: &HttpRequest) -> Vec<(&str, &str)> {
    request.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A good answer with these events; the first has index 1 unless it says otherwise.
pub fn good(events: &[Value]) -> Value {
    let last = events.iter().filter_map(|event| event["index"].as_i64()).max().unwrap_or(0);
    json!({"statusCode": 0, "chatEnded": false, "chatId": "0004", "userId": "007", "secureKey": "4ee1", "alias": "117",
        "messages": events, "nextPosition": last + 1})
}

pub fn with(mut answer: Value, name: &str, value: Value) -> Value {
    answer[name] = value;
    answer
}

pub fn event(index: i64, kind: &str, from: (&str, i64, &str), text: &str) -> Value {
    json!({"from": {"type": from.0, "participantId": from.1, "nickname": from.2}, "index": index, "type": kind, "utcTime": 1_432_845_088_000_i64,
        "text": text})
}

pub const VI: (&str, i64, &str) = ("Client", 1, "Vi");
pub const ADA: (&str, i64, &str) = ("Agent", 2, "Ada");
pub const BOB: (&str, i64, &str) = ("Agent", 3, "Bob");
pub const EVE: (&str, i64, &str) = ("Supervisor", 4, "Eve");
pub const BOT: (&str, i64, &str) = ("External", 5, "Bot");

/// Entries as a person would tell them.
pub fn entries(outputs: &[Output]) -> Vec<String> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Frame(ServerFrame::Entry { entry, .. }) => Some(told(entry)),
            Output::Frame(ServerFrame::Typing { who, on, .. }) => Some(format!("{} types {on}", who.name)),
            _ => None,
        })
        .collect()
}

pub fn told(entry: &Entry) -> String {
    match &entry.body {
        EntryBody::Message { from, text } => format!("{} {} {}: {text}", entry.seq, from.party.word(), from.name),
        EntryBody::Joined { who } => format!("{} joined {} {}", entry.seq, who.id, who.name),
        EntryBody::Left { who, .. } => format!("{} left {}", entry.seq, who.name),
        EntryBody::Ended { by, reason } => format!("ended by {} {}", by.word(), reason.word()),
        other => format!("{other:?}"),
    }
}

pub fn statuses(outputs: &[Output]) -> Vec<Status> {
    outputs.iter().filter_map(|output| if let Output::Task(Task::Status(status)) = output { Some(*status) } else { None }).collect()
}

pub fn refused(outputs: &[Output]) -> Option<Code> {
    outputs.iter().find_map(|output| if let Output::Frame(ServerFrame::Refused { code, .. }) = output { Some(*code) } else { None })
}

pub fn acked(outputs: &[Output]) -> bool {
    outputs.iter().any(|output| matches!(output, Output::Frame(ServerFrame::Ack { .. })))
}
