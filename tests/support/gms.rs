//! A model of a Genesys server (GMS Chat API version 2, G4), and a page whose link talks to it over an unreliable network.

use chinwag::client::link::Output;
use chinwag::client::{Link, Signal};
use chinwag::engine::*;
use chinwag::link::gms::{self, Gms, HttpRequest, Operation, Raw, RawEvent, Reply, Settings, Status, Task};
use chinwag::model::*;
use chinwag::wire::*;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// The server: sessions with a transcript each.
#[derive(Default)]
pub struct Server {
    pub sessions: Vec<Session>,
    pub now: Timestamp,
    /// Answers begin this many events before the requested position.
    pub overlap: usize,
}

pub struct Session {
    pub chat: String,
    pub user: String,
    pub key: String,
    pub alias: u32,
    pub events: Vec<Value>,
    pub ended: bool,
    /// The paths of the requests that it received.
    pub heard: Vec<String>,
}

impl Session {
    /// The texts of a kind of participant, with their indexes.
    pub fn said(&self, role: &str) -> Vec<(i64, String)> {
        let fits = |event: &&Value| event["type"] == "Message" && event["from"]["type"] == role;
        self.events
            .iter()
            .filter(fits)
            .map(|event| (event["index"].as_i64().expect("an index"), event["text"].as_str().expect("a text").to_owned()))
            .collect()
    }
}

impl Server {
    pub fn handle(&mut self, request: &HttpRequest) -> (u16, String) {
        let field = |name: &str| request.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if request.path.is_empty() {
            return self.start(field("nickname").unwrap_or(""));
        }
        let mut parts = request.path.trim_start_matches('/').splitn(2, '/');
        let (chat, what) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let Some(at) = self.sessions.iter().position(|session| session.chat == chat) else {
            return (404, json!({"errors": [{"code": 404, "advice": "no such chat"}]}).to_string());
        };
        let session = &mut self.sessions[at];
        session.heard.push(what.to_owned());
        let alias: u32 = field("alias").and_then(|alias| alias.parse().ok()).unwrap_or(0);
        // The answer with a new alias can have been lost.
        let known = (1..=session.alias).contains(&alias) && field("secureKey").is_some_and(|key| key.starts_with(&session.key));
        if !known || field("userId") != Some(session.user.as_str()) {
            return (200, json!({"statusCode": 2, "errors": [{"code": 8210, "advice": "bad key"}]}).to_string());
        }
        if session.ended && what != "refresh" {
            return (200, json!({"statusCode": 2, "chatEnded": true, "errors": [{"code": 8209}]}).to_string());
        }
        let me = ("Client", 1, "Vi");
        match what {
            "send" => self.event(at, me, "Message", field("message").unwrap_or("")),
            "startTyping" => self.event(at, me, "TypingStarted", ""),
            "stopTyping" => self.event(at, me, "TypingStopped", ""),
            "disconnect" => {
                self.event(at, me, "ParticipantLeft", "");
                self.sessions[at].ended = true;
            }
            _ => {}
        }
        let position: usize = field("transcriptPosition").and_then(|position| position.parse().ok()).unwrap_or(0);
        (200, self.answer(at, if what == "refresh" { position } else { 0 }).to_string())
    }

    fn start(&mut self, nickname: &str) -> (u16, String) {
        if nickname.is_empty() {
            return (400, json!({"errors": [{"code": 102, "advice": "nickname"}]}).to_string());
        }
        let number = self.sessions.len() + 1;
        let (chat, user, key) = (format!("0004{number}"), format!("007{number}"), format!("4ee1{number}"));
        self.sessions.push(Session { chat, user, key, alias: 1, events: Vec::new(), ended: false, heard: Vec::new() });
        self.event(number - 1, ("Client", 1, nickname), "ParticipantJoined", "");
        (200, self.answer(number - 1, 1).to_string())
    }

    fn answer(&self, at: usize, position: usize) -> Value {
        let session = &self.sessions[at];
        let from = position.saturating_sub(1).saturating_sub(self.overlap).min(session.events.len());
        let messages: &[Value] = if position == 0 { &[] } else { &session.events[from..] };
        json!({
            "statusCode": 0, "chatEnded": session.ended, "chatId": session.chat, "userId": session.user,
            "secureKey": format!("{}-{}", session.key, session.alias), "alias": session.alias.to_string(),
            "messages": messages, "nextPosition": session.events.len() + 1,
        })
    }

    /// Appends an event to a session.
    pub fn event(&mut self, at: usize, (role, number, name): (&str, i64, &str), kind: &str, text: &str) {
        let now = self.now.0;
        let Some(session) = self.sessions.get_mut(at) else { return };
        let mut event = json!({
            "from": {"type": role, "participantId": number, "nickname": name},
            "index": session.events.len() + 1, "type": kind, "utcTime": now + 1_700_000_000_000,
        });
        if !text.is_empty() {
            event["text"] = json!(text);
            event["messageType"] = json!("text");
        }
        session.events.push(event);
    }
}

/// A request on its way.
pub struct Flight {
    pub request: HttpRequest,
    pub since: Timestamp,
    /// The answer, once the request reached the server.
    pub reached: Option<(u16, String)>,
}

/// Engine and link of one page.
pub struct Page {
    pub engine: Engine,
    pub link: Gms,
    pub kept: Option<(Area, String)>,
    pub session_kept: Option<String>,
    pub flights: VecDeque<Flight>,
    pub events: Vec<Event>,
    pub statuses: Vec<Status>,
    pub raws: Vec<Raw>,
    pub replies: Vec<(u32, Reply)>,
    /// All events for the page, in order and in short form.
    story: Vec<String>,
    pub now: Timestamp,
    /// The conversation and `seq` of the last entry that was delivered as news.
    last: Option<(ConversationId, u64)>,
}

impl Page {
    pub fn load(
        config: SiteConfig,
        settings: Settings,
        (kept, session_kept): (Option<(Area, String)>, Option<String>),
        seed: u128,
        now: Timestamp,
    ) -> Self {
        let mut counter = seed << 64;
        let random = Box::new(move || {
            counter += 1;
            counter
        });
        let page = chinwag::model::Page { url: "https://shop.example/tea".into(), title: "Tea".into() };
        let whereabouts = Whereabouts { page, locale: "en".into(), zone: "Europe/Rome".into() };
        let mut engine = Engine::new(config, whereabouts, kept.clone(), Services { random, matches: super::matches });
        engine.one_at_a_time();
        let link = Gms::new(settings, session_kept.as_deref());
        let mut page = Self {
            engine,
            link,
            kept,
            session_kept,
            flights: VecDeque::new(),
            events: Vec::new(),
            statuses: Vec::new(),
            raws: Vec::new(),
            replies: Vec::new(),
            story: Vec::new(),
            now,
            last: None,
        };
        page.input(Input::Start);
        page
    }

    pub fn input(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        self.drain();
    }

    pub fn signal(&mut self, signal: Signal<VisitorFrame>) {
        self.link.signal(self.now, signal);
        self.drain();
    }

    pub fn link_input(&mut self, input: gms::Input) {
        self.link.handle(self.now, input);
        self.drain();
    }

    pub fn act(&mut self, action: Action) {
        self.input(Input::Visitor(0, action));
    }

    /// The visitor presses the launcher, and the host begins the conversation like a facade: without a first message.
    pub fn begin(&mut self) {
        let waits =
            |page: &Self| matches!(page.engine.view(0).map(|view| view.stage), Some(Stage::Chat(ChatView { progress: Progress::New, .. })));
        if !waits(self) {
            self.act(Action::Activate);
        }
        if waits(self) {
            self.input(Input::Host(Command::Begin(Some(0), Vec::new())));
        }
    }

    pub fn say(&mut self, text: &str) {
        self.act(Action::Draft(text.into()));
        self.act(Action::Send);
    }

    fn drain(&mut self) {
        let mut inputs = VecDeque::new();
        loop {
            while let Some(effect) = self.engine.poll_effect() {
                match effect {
                    Effect::Emit(event) => {
                        self.note(&event.what);
                        self.events.push(event);
                    }
                    Effect::Send(frame) => self.link.signal(self.now, Signal::Send(frame)),
                    Effect::OpenLink => self.link.signal(self.now, Signal::Want(true)),
                    Effect::CloseLink => self.link.signal(self.now, Signal::Want(false)),
                    Effect::Store(area, text) => self.kept = text.map(|text| (area, text)),
                    Effect::Render(_) | Effect::Focus(..) | Effect::Tell(_) => {}
                }
            }
            while let Some(output) = self.link.poll_output() {
                match output {
                    Output::Task(Task::Http(request)) => {
                        let refreshes =
                            |flight: &&Flight| flight.request.operation == Operation::Refresh && flight.request.path == request.path;
                        if request.operation == Operation::Refresh {
                            assert_eq!(self.flights.iter().filter(refreshes).count(), 0, "one refresh in flight");
                        }
                        self.flights.push_back(Flight { request, since: self.now, reached: None });
                    }
                    Output::Frame(frame) => {
                        self.check(&frame);
                        inputs.push_back(Input::Server(frame));
                    }
                    Output::Event(event) => inputs.push_back(Input::Link(event)),
                    Output::Task(Task::Store(text)) => self.session_kept = text,
                    Output::Task(Task::Raw(raw)) => {
                        self.retell(&raw);
                        self.raws.push(raw);
                    }
                    Output::Task(Task::Status(status)) => {
                        self.story.push(format!("{status:?}"));
                        self.statuses.push(status);
                    }
                    Output::Task(Task::Reply { number, reply }) => self.replies.push((number, reply)),
                }
            }
            match inputs.pop_front() {
                Some(input) => self.engine.handle(self.now, input),
                None => break,
            }
        }
    }

    /// Notes the events that only the engine reports.
    fn note(&mut self, what: &Happening) {
        let told = matches!(
            what,
            Happening::ChatStarted { .. }
                | Happening::ChatFinished { .. }
                | Happening::MessageQueued { .. }
                | Happening::MessageSent { .. }
                | Happening::MessageFailed { .. }
                | Happening::Refused { .. }
        );
        if told {
            self.story.push(what.name().to_owned());
        }
    }

    /// The types of the events of an answer, with `restored:` in front when they are from before this page.
    fn retell(&mut self, raw: &Raw) {
        let Raw::Events { events, restoring, .. } = raw else { return };
        assert!(!events.is_empty(), "told of nothing");
        let kind = |event: &RawEvent| -> String {
            let event: Value = serde_json::from_str(event.json.as_str()).expect("an event is JSON");
            event["type"].as_str().unwrap_or("").to_owned()
        };
        let run = events.iter().map(kind).collect::<Vec<_>>().join(" ");
        self.story.push(if *restoring { format!("restored: {run}") } else { run });
    }

    /// The page's events since the last call.
    pub fn told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.story)
    }

    /// Checks that new entries come in order and without gaps, and none after the end.
    fn check(&mut self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Started { chat, .. } => self.last = Some((chat.state.id.clone(), chat.state.head)),
            ServerFrame::Welcome { chats, .. } => {
                for chat in chats {
                    let last = chat.entries.last().map(|entry| entry.seq);
                    if let Some(last) = last.filter(|_| !chat.more_after) {
                        self.last = Some((chat.state.id.clone(), last));
                    }
                }
            }
            ServerFrame::Entry { conv, entry } => {
                let (told, last) = self.last.clone().expect("begun before anything is told of it");
                assert_eq!((conv, entry.prev), (&told, last), "{entry:?}");
                assert!(entry.seq > last);
                // Nothing comes after the end.
                self.last = Some((told, if matches!(entry.body, EntryBody::Ended { .. }) { u64::MAX } else { entry.seq }));
            }
            _ => {}
        }
    }

    /// The answer to a request reaches the page.
    pub fn answer(&mut self, at: usize, status: u16, body: &str) {
        if let Some(flight) = self.flights.remove(at) {
            self.link_input(gms::Input::Answer { id: flight.request.id, status, body: body.into() });
        }
    }

    /// One request reaches the server; the answer is on its way.
    pub fn reach(&mut self, at: usize, server: &mut Server) {
        if let Some(flight) = self.flights.get_mut(at)
            && flight.reached.is_none()
        {
            flight.reached = Some(server.handle(&flight.request));
        }
    }

    /// One request reaches the server if it did not before, and the answer comes back.
    pub fn deliver(&mut self, at: usize, server: &mut Server) {
        self.reach(at, server);
        if let Some((status, body)) = self.flights.get_mut(at).and_then(|flight| flight.reached.take()) {
            self.answer(at, status, &body);
        }
    }

    /// The next time at which work is due: the deadlines of engine and link, and the timeouts of requests.
    fn next(&self) -> Option<Timestamp> {
        let timeouts = self.flights.iter().filter(|flight| flight.request.timeout > 0);
        let timeout = timeouts.map(|flight| flight.since.after(flight.request.timeout)).min();
        [self.engine.deadline(), self.link.deadline(), timeout].into_iter().flatten().min()
    }

    /// Lets time pass; work is done at its deadlines, requests that take too long are given up. `network` is called at each step.
    pub fn pass(&mut self, millis: i64, mut network: impl FnMut(&mut Self)) {
        let end = self.now.after(millis);
        for _ in 0..100_000 {
            network(self);
            let Some(at) = self.next().filter(|at| *at <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(at);
            while let Some(at) =
                self.flights.iter().position(|flight| flight.request.timeout > 0 && flight.since.after(flight.request.timeout) <= self.now)
            {
                self.answer(at, 0, "");
            }
            self.input(Input::Wake);
            self.signal(Signal::Wake);
        }
        panic!("time does not pass");
    }

    /// Lets time pass while the network works.
    pub fn calm(&mut self, millis: i64, server: &mut Server) {
        self.pass(millis, |page| {
            server.now = page.now;
            while !page.flights.is_empty() {
                page.deliver(0, server);
            }
        });
        server.now = self.now;
    }

    /// The texts in the transcript, with the state of each.
    pub fn transcript(&self) -> Vec<(String, LineState)> {
        super::transcript(&self.engine, 0)
    }
}
