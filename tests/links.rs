//! The rules of every link, over any transport: each test runs over the link to our own server and over the one to another
//! product's, with a driver and a server for each.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::client::link::Output;
use chinwag::client::{Link, LinkEvent, Signal, Transport};
use chinwag::link::{gms, live};
use chinwag::model::*;
use chinwag::wire::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use support::server::{ModelServer, Socket};
use support::{every, gms_link, widget};

/// A link with its driver, and a server behind it.
trait Way {
    type Link: Link<Up = VisitorFrame, Down = ServerFrame>;

    fn new() -> Self;
    fn link(&mut self) -> &mut Self::Link;
    /// Carries out a task of the link. Its result waits.
    fn carry_out(&mut self, task: <Self::Link as Link>::Task);
    /// The driver's next result, if one waits. `good` false: the result is a failure.
    fn next(&mut self, good: bool) -> Option<<Self::Link as Link>::Input>;
}

/// Our own link.
struct Ours {
    link: live::Live,
    server: ModelServer,
    sockets: [Option<(Socket, BTreeMap<ConversationId, usize>)>; 2],
    waiting: VecDeque<(Transport, live::Input)>,
}

impl Way for Ours {
    type Link = live::Live;

    fn new() -> Self {
        let server = ModelServer::new(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
        Self { link: live::Live::new(7, true), server, sockets: [None, None], waiting: VecDeque::new() }
    }

    fn link(&mut self) -> &mut live::Live {
        &mut self.link
    }

    fn carry_out(&mut self, task: live::Task) {
        match task {
            live::Task::Connect(by) => {
                self.sockets[by as usize] = Some(Default::default());
                self.waiting.push_back((by, live::Input::Opened(by)));
            }
            live::Task::Disconnect(by) => {
                self.sockets[by as usize] = None;
                self.waiting.retain(|(other, _)| *other != by);
            }
            live::Task::Warn(wrong) => panic!("the server says what cannot be read: {wrong}"),
            live::Task::Transmit(by, frame) => {
                let Some((socket, seen)) = &mut self.sockets[by as usize] else { return };
                let mut frames = self.server.handle(socket, frame);
                frames.extend(self.server.news(socket, seen));
                self.waiting.extend(frames.iter().map(|frame| (by, live::Input::Text { by, text: frame.to_text() })));
            }
        }
    }

    fn next(&mut self, good: bool) -> Option<live::Input> {
        let (by, input) = self.waiting.pop_front()?;
        if good {
            return Some(input);
        }
        self.carry_out(live::Task::Disconnect(by));
        Some(live::Input::Closed { by, code: 1006 })
    }
}

/// The link to another product's server.
struct Theirs {
    link: gms::Gms,
    server: support::gms::Server,
    requests: VecDeque<gms::HttpRequest>,
}

impl Way for Theirs {
    type Link = gms::Gms;

    fn new() -> Self {
        Self { link: gms::Gms::new(gms::Settings::default(), None), server: Default::default(), requests: VecDeque::new() }
    }

    fn link(&mut self) -> &mut gms::Gms {
        &mut self.link
    }

    fn carry_out(&mut self, task: gms::Task) {
        if let gms::Task::Http(request) = task {
            self.requests.push_back(request);
        }
    }

    fn next(&mut self, good: bool) -> Option<gms::Input> {
        let request = self.requests.pop_front()?;
        let (status, body) = if good { self.server.handle(&request) } else { (0, String::new()) };
        Some(gms::Input::Answer { id: request.id, status, body })
    }
}

/// A link in use.
struct Used<W: Way> {
    way: W,
    now: Timestamp,
    frames: Vec<ServerFrame>,
    events: Vec<LinkEvent>,
}

impl<W: Way> Used<W> {
    fn new() -> Self {
        Self { way: W::new(), now: Timestamp(1_000), frames: Vec::new(), events: Vec::new() }
    }

    /// A link with an open conversation, and the conversation's id.
    fn talking() -> (Self, ConversationId) {
        let mut used = Self::new();
        used.signal(Signal::Want(true));
        used.settle();
        assert_eq!(used.events, [LinkEvent::Opened]);
        used.signal(Signal::Send(hello(None)));
        used.signal(Signal::Send(gms_link::start(&[("nickname", "Vi")])));
        used.settle();
        let started =
            used.frames.iter().find_map(|frame| if let ServerFrame::Started { chat, .. } = frame { Some(&chat.state.id) } else { None });
        let conv = started.expect("a conversation").clone();
        (used, conv)
    }

    /// Takes the outputs; returns their number.
    fn drain(&mut self) -> usize {
        let mut count = 0;
        while let Some(output) = self.way.link().poll_output() {
            count += 1;
            match output {
                Output::Frame(frame) => self.frames.push(frame),
                Output::Event(event) => self.events.push(event),
                Output::Task(task) => self.way.carry_out(task),
            }
        }
        count
    }

    fn signal(&mut self, signal: Signal<VisitorFrame>) -> usize {
        self.way.link().signal(self.now, signal);
        self.drain()
    }

    fn hear(&mut self, input: <W::Link as Link>::Input) -> usize {
        self.way.link().handle(self.now, input);
        self.drain()
    }

    /// Gives the link all results that wait.
    fn settle(&mut self) {
        while let Some(input) = self.way.next(true) {
            self.hear(input);
        }
    }

    /// Lets time pass, and gives the link the results that wait, until a condition holds.
    fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..200 {
            self.settle();
            if is_so(self) {
                return;
            }
            self.now = self.way.link().deadline().expect("something is due");
            self.signal(Signal::Wake);
        }
        panic!("it never came to this: {:?}", self.frames);
    }
}

fn hello(conv: Option<&ConversationId>) -> VisitorFrame {
    let chats = conv.into_iter().map(|conv| Have { conv: conv.clone(), after: Some(0) }).collect();
    VisitorFrame::Hello { version: VERSION, visitor: "v_1".into(), token: Some("t".into()), epoch: None, chats }
}

fn put(conv: &ConversationId, id: &str) -> VisitorFrame {
    VisitorFrame::Put { conv: conv.clone(), id: id.into(), item: Item::Message { text: id.into() }, follows: None }
}

fn frame() -> impl Strategy<Value = VisitorFrame> {
    // The first conversations of the two servers.
    let conv = || prop_oneof![Just(ConversationId::from("c_1")), Just(ConversationId::from("00041"))];
    prop_oneof![
        conv().prop_map(|conv| hello(Some(&conv))),
        Just(gms_link::start(&[])),
        (conv(), 0..5_u32).prop_map(|(conv, number)| put(&conv, &format!("m{number}"))),
        (conv(), any::<bool>()).prop_map(|(conv, on)| VisitorFrame::Typing { conv, on }),
        conv().prop_map(|conv| VisitorFrame::Put { conv, id: "end".into(), item: Item::End {}, follows: None }),
        Just(VisitorFrame::Ping {}),
        Just(VisitorFrame::Pong {}),
    ]
}

/// Any signal except the one that the link is wanted.
fn signal() -> impl Strategy<Value = Signal<VisitorFrame>> {
    prop_oneof![
        4 => frame().prop_map(Signal::Send),
        1 => Just(Signal::Want(false)),
        1 => Just(Signal::Nudge),
        1 => Just(Signal::Network),
        1 => Just(Signal::Doubt),
        1 => any::<bool>().prop_map(Signal::Watched),
        1 => Just(Signal::Wake),
    ]
}

fn nothing_comes_out_unwanted<W: Way>() {
    every(200, &(any::<bool>(), proptest::collection::vec((signal(), 0..60_000_i64), 1..20)), |(begun, signals)| {
        let mut used = Used::<W>::new();
        if begun {
            let (talking, conv) = Used::<W>::talking();
            used = talking;
            used.signal(Signal::Send(put(&conv, "m0")));
            let late: Vec<_> = std::iter::from_fn(|| used.way.next(true)).collect();
            used.signal(Signal::Want(false));
            for input in late {
                assert_eq!(used.hear(input), 0, "what comes late is nobody's");
            }
        }
        for (signal, pause) in signals {
            used.now = used.now.after(pause);
            let said = format!("{signal:?}");
            assert_eq!((used.signal(signal), used.way.link().deadline()), (0, None), "{said}");
        }
    });
}

#[test]
fn nothing_comes_out_of_a_link_that_is_not_wanted() {
    nothing_comes_out_unwanted::<Ours>();
    nothing_comes_out_unwanted::<Theirs>();
}

#[allow(clippy::large_enum_variant, reason = "a few dozen of them")]
#[derive(Clone, Debug)]
enum Step {
    Signal(Signal<VisitorFrame>),
    /// The driver's next result. The flag: whether it is a success.
    Next(bool),
    Pass(i64),
    Due,
}

fn deadlines_are_kept<W: Way>() {
    let step = prop_oneof![
        3 => signal().prop_map(Step::Signal),
        1 => Just(Step::Signal(Signal::Want(true))),
        6 => prop_oneof![3 => Just(true), 1 => Just(false)].prop_map(Step::Next),
        2 => (1..20_000_i64).prop_map(Step::Pass),
        3 => Just(Step::Due),
    ];
    every(1_000, &proptest::collection::vec(step, 1..80), |steps| {
        let (mut used, _) = Used::<W>::talking();
        for step in steps {
            match step {
                Step::Signal(signal) => drop(used.signal(signal)),
                Step::Next(good) => drop(used.way.next(good).map(|input| used.hear(input))),
                Step::Pass(millis) => used.now = used.now.after(millis),
                Step::Due => used.now = used.way.link().deadline().map_or(used.now, |at| at.max(used.now)),
            }
            // Work that is due is done after two wakes at most: a driver that keeps the deadlines never loops.
            for _ in 0..2 {
                if used.way.link().deadline().is_some_and(|at| at <= used.now) {
                    used.signal(Signal::Wake);
                }
            }
            let next = used.way.link().deadline();
            assert!(next.is_none_or(|at| at > used.now), "{next:?} at {:?}", used.now);
            assert_eq!(used.signal(Signal::Wake), 0, "too early: nothing is due");
        }
    });
}

#[test]
fn a_deadline_is_in_the_future_once_it_was_kept() {
    deadlines_are_kept::<Ours>();
    deadlines_are_kept::<Theirs>();
}

fn wanted_again<W: Way>() {
    let (mut used, conv) = Used::<W>::talking();
    for round in 0..3 {
        used.signal(Signal::Want(false));
        used.now = used.now.after(5_000);
        used.events.clear();
        used.frames.clear();
        used.signal(Signal::Want(true));
        used.settle();
        assert_eq!(used.events, [LinkEvent::Opened], "round {round}");
        used.signal(Signal::Send(hello(Some(&conv))));
        used.until(|used| used.frames.iter().any(|frame| matches!(frame, ServerFrame::Welcome { chats, .. } if chats.len() == 1)));
        let id = format!("m{round}");
        used.signal(Signal::Send(put(&conv, &id)));
        used.until(|used| acked(&used.frames) == [id.clone()]);
    }
}

#[test]
fn a_link_that_is_wanted_again_goes_on() {
    wanted_again::<Ours>();
    wanted_again::<Theirs>();
}

fn acked(frames: &[ServerFrame]) -> Vec<String> {
    frames.iter().filter_map(|frame| if let ServerFrame::Ack { id, .. } = frame { Some(id.0.clone()) } else { None }).collect()
}

fn in_order<W: Way>() {
    let (mut used, conv) = Used::<W>::talking();
    let ids: Vec<String> = (0..10).map(|number| format!("m{number}")).collect();
    for id in &ids {
        used.signal(Signal::Send(put(&conv, id)));
    }
    let entries = |used: &Used<W>| -> Vec<Entry> {
        let entry = |frame: &ServerFrame| if let ServerFrame::Entry { entry, .. } = frame { Some(entry.clone()) } else { None };
        used.frames.iter().filter_map(entry).filter(|entry| matches!(entry.body, EntryBody::Message { .. })).collect()
    };
    used.until(|used| acked(&used.frames).len() == ids.len() && entries(used).len() == ids.len());
    assert_eq!(acked(&used.frames), ids);
    let entries = entries(&used);
    assert_eq!(entries.iter().map(|entry| entry.id.0.clone()).collect::<Vec<_>>(), ids);
    assert!(entries.windows(2).all(|pair| pair[1].prev == pair[0].seq && pair[0].seq < pair[1].seq), "{entries:?}");
}

#[test]
fn what_is_said_arrives_in_order_and_so_do_the_answers() {
    in_order::<Ours>();
    in_order::<Theirs>();
}
