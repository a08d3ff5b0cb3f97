//! A page: engine, link and dialect together, as in the browser's runtime, over an unreliable network.

use super::server::{ModelServer, Socket};
use chinwag::client::link::Output;
use chinwag::client::{Link, Signal, Transport};
use chinwag::dialects::{Dialects, Message, SPEECHES};
use chinwag::engine::*;
use chinwag::link::live;
use chinwag::model::*;
use chinwag::wire::*;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

pub struct Page {
    pub engine: Engine,
    link: live::Live,
    dialects: Dialects,
    pub kept: Option<(Area, String)>,
    pub events: Vec<Event>,
    pub messages: Vec<Message>,
    pub focus: Vec<Focus>,
    pub wire: Option<Wire>,
    /// A socket that is tried while the page polls.
    pub beside: Option<Wire>,
    /// Whether the network lets sockets and polling through.
    pub lets: Lets,
    pub now: Timestamp,
    /// How often the state was stored or deleted.
    pub stores: usize,
    /// Storage is blocked: nothing can be kept.
    pub blocked: bool,
    /// Words to other tabs that are not delivered yet.
    pub told: Vec<TabWord>,
    /// The frames that it sent, in order.
    pub sent: Vec<VisitorFrame>,
    /// The page's lines on the console about the server's frames.
    pub warned: Vec<String>,
    /// Rewrites the server's texts, as another server would write them.
    pub rewrite: Option<Rewrite>,
}

/// Returns the texts that replace a text.
pub type Rewrite = Rc<dyn Fn(&str) -> Vec<String>>;
/// The transports that reach the server.
#[derive(Clone, Copy, Debug)]
pub struct Lets {
    pub sockets: Sockets,
    pub polling: bool,
}

/// The fate of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    Pass,
    Refused,
    /// They never open.
    Silent,
    /// They open, and nothing comes through.
    Swallowed,
}

/// A connection: the frames on their way, oldest first.
pub struct Wire {
    pub by: Transport,
    pub opened: bool,
    pub up: VecDeque<String>,
    pub down: VecDeque<String>,
    pub socket: Socket,
    pub seen: BTreeMap<ConversationId, usize>,
}

impl Wire {
    fn new(by: Transport) -> Self {
        Self { by, opened: false, up: VecDeque::new(), down: VecDeque::new(), socket: Socket::default(), seen: BTreeMap::new() }
    }
}

impl Page {
    /// A page on which the widget starts.
    pub fn load(config: SiteConfig, kept: Option<(Area, String)>, seed: u128, now: Timestamp) -> Self {
        let mut page = Self::prepare(config, kept, seed, now);
        page.input(Input::Start);
        page
    }

    /// A page on which the widget is about to start.
    pub fn prepare(config: SiteConfig, kept: Option<(Area, String)>, seed: u128, now: Timestamp) -> Self {
        let dialects = Dialects::of(&SPEECHES, &config);
        let mut counter = seed << 64;
        let random = Box::new(move || {
            counter += 1;
            counter
        });
        let page = chinwag::model::Page { url: "https://shop.example/tea".into(), title: "Tea".into() };
        let whereabouts = Whereabouts { page, locale: "en".into(), zone: "Europe/Rome".into() };
        let engine = Engine::new(config, whereabouts, kept.clone(), Services { random, matches: super::matches });
        let link = live::Live::new(seed as u64 | 1, true);
        let lets = Lets { sockets: Sockets::Pass, polling: true };
        let (events, messages, focus) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            engine,
            link,
            dialects,
            kept,
            events,
            messages,
            focus,
            wire: None,
            beside: None,
            lets,
            now,
            stores: 0,
            blocked: false,
            told: Vec::new(),
            sent: Vec::new(),
            warned: Vec::new(),
            rewrite: None,
        }
    }

    pub fn input(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        self.drain();
    }

    pub fn act(&mut self, index: usize, action: Action) {
        self.input(Input::Visitor(index, action));
    }

    pub fn host(&mut self, command: Command) {
        self.input(Input::Host(command));
    }

    /// The visitor leaves the page. Returns the stored state for the next page.
    pub fn leave(&mut self) -> Option<(Area, String)> {
        self.host(Command::Keep);
        self.kept.clone()
    }

    fn drain(&mut self) {
        let mut frames = VecDeque::new();
        loop {
            while let Some(effect) = self.engine.poll_effect() {
                match effect {
                    Effect::Emit(event) => {
                        self.messages.extend(self.dialects.translate(&event));
                        self.events.push(event);
                    }
                    Effect::Send(frame) => {
                        self.sent.push(frame.clone());
                        self.link.signal(self.now, Signal::Send(frame));
                    }
                    Effect::OpenLink => self.link.signal(self.now, Signal::Want(true)),
                    Effect::CloseLink => self.link.signal(self.now, Signal::Want(false)),
                    Effect::Store(_, Some(_)) if self.blocked => frames.push_back(Input::Unkept),
                    Effect::Tell(word) => self.told.push(word),
                    Effect::Store(area, text) => {
                        self.stores += 1;
                        self.kept = text.map(|text| (area, text));
                    }
                    Effect::Render(_) => {}
                    Effect::Focus(_, focus) => self.focus.push(focus),
                }
            }
            while let Some(output) = self.link.poll_output() {
                match output {
                    Output::Task(live::Task::Connect(by)) => {
                        let place = if self.wire.is_some() { &mut self.beside } else { &mut self.wire };
                        *place = Some(Wire::new(by));
                    }
                    Output::Task(live::Task::Disconnect(by)) if self.wire.as_ref().is_some_and(|wire| wire.by == by) => {
                        self.wire = self.beside.take()
                    }
                    Output::Task(live::Task::Disconnect(_)) => self.beside = None,
                    Output::Task(live::Task::Transmit(by, frame)) => {
                        let wires = [&mut self.wire, &mut self.beside].into_iter().flatten();
                        wires.filter(|wire| wire.by == by).for_each(|wire| wire.up.push_back(frame.to_text()));
                    }
                    Output::Task(live::Task::Warn(wrong)) => self.warned.push(wrong.to_string()),
                    Output::Frame(frame) => frames.push_back(Input::Server(frame)),
                    Output::Event(event) => frames.push_back(Input::Link(event)),
                }
            }
            match frames.pop_front() {
                Some(input) => self.engine.handle(self.now, input),
                None => break,
            }
        }
    }

    fn signal(&mut self, signal: Signal<VisitorFrame>) {
        self.link.signal(self.now, signal);
        self.drain();
    }

    fn link_input(&mut self, input: live::Input) {
        self.link.handle(self.now, input);
        self.drain();
    }

    /// The connection opens, if the network lets it through.
    pub fn open_wire(&mut self) {
        for _ in 0..2 {
            let Some(wire) = [&mut self.wire, &mut self.beside].into_iter().flatten().find(|wire| !wire.opened) else { return };
            let by = wire.by;
            match (by, self.lets) {
                (Transport::Socket, Lets { sockets: Sockets::Silent, .. }) => return,
                (Transport::Socket, Lets { sockets: Sockets::Refused, .. }) | (Transport::Polling, Lets { polling: false, .. }) => {
                    self.close(by);
                }
                _ => {
                    wire.opened = true;
                    self.link_input(live::Input::Opened(by));
                }
            }
        }
    }

    /// A connection ends; frames on their way are lost.
    fn close(&mut self, by: Transport) {
        if self.wire.as_ref().is_some_and(|wire| wire.by == by) {
            self.wire = self.beside.take();
        } else {
            self.beside = None;
        }
        self.link_input(live::Input::Closed { by, code: 1006 });
    }

    /// The connection breaks.
    pub fn cut(&mut self) {
        if let Some(by) = self.wire.as_ref().map(|wire| wire.by) {
            self.close(by);
        }
    }

    /// The browser reports that it is online, perhaps in another network.
    pub fn network(&mut self) {
        self.signal(Signal::Network);
    }

    /// Delivers the frames of a socket that is being tried, both ways.
    fn deliver_beside(&mut self, server: &mut ModelServer) -> bool {
        let swallowed = self.lets.sockets == Sockets::Swallowed;
        let Some(wire) = self.beside.as_mut().filter(|wire| wire.opened && !swallowed) else { return false };
        let Some(text) = wire.up.pop_front() else { return false };
        let frame = VisitorFrame::from_text(&text).expect("the widget writes frames that can be read");
        let by = wire.by;
        for answer in server.handle(&mut wire.socket, frame) {
            self.link_input(live::Input::Text { by, text: answer.to_text() });
        }
        true
    }

    /// One frame reaches the server.
    pub fn deliver_up(&mut self, server: &mut ModelServer) {
        self.deliver_beside(server);
        let swallowed = self.lets.sockets == Sockets::Swallowed;
        let Some(wire) = self.wire.as_mut().filter(|wire| wire.opened) else { return };
        let Some(text) = wire.up.pop_front() else { return };
        if swallowed && wire.by == Transport::Socket {
            return;
        }
        let frame = VisitorFrame::from_text(&text).expect("the widget writes frames that can be read");
        let answers = server.handle(&mut wire.socket, frame);
        wire.down.extend(answers.iter().map(Codec::to_text));
        self.fan_out(server);
    }

    /// The server sends new entries to the page.
    pub fn fan_out(&mut self, server: &ModelServer) {
        if let Some(wire) = self.wire.as_mut().filter(|wire| wire.opened) {
            let news = server.news(&wire.socket, &mut wire.seen);
            wire.down.extend(news.iter().map(Codec::to_text));
        }
    }

    /// The server's heartbeat.
    pub fn heartbeat(&mut self, server: &ModelServer) {
        if let Some(wire) = self.wire.as_mut().filter(|wire| wire.opened) {
            wire.down.push_back(ServerFrame::Ping { now: server.now, heads: server.heads(&wire.socket) }.to_text());
        }
    }

    /// One frame reaches the page.
    pub fn deliver_down(&mut self) {
        let by = self.wire.as_ref().map(|wire| wire.by);
        let swallowed = by == Some(Transport::Socket) && self.lets.sockets == Sockets::Swallowed;
        if let Some(text) = self.wire.as_mut().filter(|wire| wire.opened).and_then(|wire| wire.down.pop_front()).filter(|_| !swallowed) {
            let texts = self.rewrite.as_ref().map_or_else(|| vec![text.clone()], |rewrite| rewrite(&text));
            for text in texts {
                self.link_input(live::Input::Text { by: by.unwrap_or(Transport::Socket), text });
            }
        }
    }

    /// Lets time pass; work is done at its deadlines.
    pub fn pass(&mut self, millis: i64) {
        let end = self.now.after(millis);
        loop {
            let next = [self.engine.deadline(), self.link.deadline()].into_iter().flatten().min().filter(|at| *at <= end);
            let Some(at) = next else { break };
            self.now = self.now.max(at);
            self.input(Input::Wake);
            self.signal(Signal::Wake);
        }
        self.now = end;
    }

    /// Runs until no frame is under way.
    pub fn quiet(&mut self, server: &mut ModelServer) {
        for _ in 0..10_000 {
            self.open_wire();
            self.fan_out(server);
            let tried = self.deliver_beside(server);
            let Some(wire) = &self.wire else { return };
            if tried || !wire.opened {
                if !tried {
                    return;
                }
            } else if !wire.up.is_empty() {
                self.deliver_up(server);
            } else if !wire.down.is_empty() {
                self.deliver_down();
            } else {
                return;
            }
        }
        panic!("engine and server never come to rest");
    }

    /// The messages so far, short: `L S K(Chat) D+(Chat) ...`, with the element in brackets when there are several widgets.
    pub fn order(&self) -> String {
        self.messages.iter().map(short).collect::<Vec<_>>().join(" ")
    }

    /// The texts in a transcript, with the state of each.
    pub fn transcript(&self, index: usize) -> Vec<(String, LineState)> {
        super::transcript(&self.engine, index)
    }
}

/// A message in the shorthand of CT1.8.
pub fn short(message: &Message) -> String {
    use chinwag::dialects::Value;
    let field = |name: &str| match message.fields.iter().find(|(key, _)| *key == name) {
        Some((_, Value::Text(text))) => text.clone(),
        Some((_, Value::Flag(flag))) => flag.to_string(),
        _ => String::new(),
    };
    match message.kind {
        "Loaded" => "L".into(),
        "WidgetShown" => "S".into(),
        "WidgetHidden" => "H".into(),
        "WidgetClicked" => format!("K({})", field("type")),
        "DatacollectionStarted" => format!("D+({})", field("type")),
        "DatacollectionSubmitted" => format!("D✓({})", field("type")),
        "ChatStarted" => "C1".into(),
        "ChatOnline" => "C2".into(),
        "ChatFinished" => format!("C3({})", field("isSurveyConfigured")),
        "SurveyStarted" => "V+".into(),
        "SurveySubmitted" => "V✓".into(),
        other => panic!("not one of the eleven: {other}"),
    }
}
