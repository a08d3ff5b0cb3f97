//! Random schedules of visitor, agents, a model of a Genesys server and a network that loses requests and answers, delivers them late,
//! repeats them and asks to try again, over the engine and the link to that server (G4). In every case, no message is lost, doubled or out
//! of order on either side, an ended session stays ended, and only one refresh is under way at a time.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::link::gms::{self, Raw, Request as Ask, Settings, Status};
use chinwag::model::*;
use proptest::prelude::*;
use support::gms::{Page, Server};
use support::*;

/// Schedules per run.
const SCHEDULES: u32 = 3_000;

#[derive(Clone, Debug)]
enum Step {
    Begin,
    Say,
    /// Sends an earlier text again: only the order distinguishes the two messages.
    SayAgain,
    Type,
    End,
    Ask(Ask),
    Hidden(bool),
    AgentJoins(i64),
    AgentSays(i64),
    AgentTypes,
    AgentLeaves(i64),
    BotSays,
    UnknownEvent,
    Ends,
    NewAlias,
    Overlap(usize),
    /// A request reaches the server; the answer is on its way.
    Reach(usize),
    /// The answer reaches the page.
    Deliver(usize),
    /// The request does not reach the server.
    Lose(usize),
    /// The answer does not reach the page.
    LoseAnswer(usize),
    /// The page gives up; the request reaches the server a little later.
    Late(usize),
    /// The server asks to try again. The flag: whether it took the request.
    Again(usize, bool),
    /// A proxy answers that the server is down.
    Gone(usize),
    /// The answer has the wrong form.
    Junk(usize, bool),
    /// The same answer comes twice.
    Twice(usize),
    Pass(i64),
    Calm(i64),
    /// Another page. The flag: whether the requests that were under way reached the server.
    Reload(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 2..5_i64;
    let any_flight = || 0..3_usize;
    let ask = prop_oneof![
        Just(Ask::PollNow),
        Just(Ask::Typing { text: "half".into() }),
        Just(Ask::CustomNotice { text: "x".into() }),
        Just(Ask::UpdateData(vec![("a".into(), "b".into())])),
        Just(Ask::ResetPollFailures),
    ];
    prop_oneof![
        3 => Just(Step::Begin),
        8 => Just(Step::Say),
        5 => Just(Step::SayAgain),
        1 => Just(Step::Type),
        1 => Just(Step::End),
        1 => ask.prop_map(Step::Ask),
        1 => any::<bool>().prop_map(Step::Hidden),
        3 => who().prop_map(Step::AgentJoins),
        5 => who().prop_map(Step::AgentSays),
        1 => Just(Step::AgentTypes),
        1 => who().prop_map(Step::AgentLeaves),
        1 => Just(Step::BotSays),
        1 => Just(Step::UnknownEvent),
        1 => Just(Step::Ends),
        2 => Just(Step::NewAlias),
        1 => (0..4_usize).prop_map(Step::Overlap),
        6 => any_flight().prop_map(Step::Reach),
        12 => any_flight().prop_map(Step::Deliver),
        3 => any_flight().prop_map(Step::Lose),
        4 => any_flight().prop_map(Step::LoseAnswer),
        3 => any_flight().prop_map(Step::Late),
        3 => (any_flight(), any::<bool>()).prop_map(|(at, took)| Step::Again(at, took)),
        1 => any_flight().prop_map(Step::Gone),
        1 => (any_flight(), any::<bool>()).prop_map(|(at, took)| Step::Junk(at, took)),
        2 => any_flight().prop_map(Step::Twice),
        6 => (1..6_000_i64).prop_map(Step::Pass),
        1 => (6_000..90_000_i64).prop_map(Step::Pass),
        4 => (1..9_000_i64).prop_map(Step::Calm),
        1 => any::<bool>().prop_map(Step::Reload),
    ]
}

/// A conversation up to some point, and then random steps.
fn schedule() -> impl Strategy<Value = Vec<Step>> {
    let story = vec![Step::Begin, Step::Deliver(0), Step::AgentJoins(2), Step::Say, Step::Calm(2_000), Step::AgentSays(2)];
    (0..=story.len(), proptest::collection::vec(step(), 1..100))
        .prop_map(move |(begun, steps)| story.clone().into_iter().take(begun).chain(steps).collect())
}

struct World {
    config: SiteConfig,
    server: Server,
    page: Page,
    loads: u128,
    /// The visitor's messages, in order, with their conversation.
    said: Vec<(ConversationId, String)>,
    counter: u32,
    /// Requests that the page gave up and that reach the server later.
    late: Vec<gms::HttpRequest>,
}

impl World {
    fn new() -> Self {
        let mut config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
        config.consent = Consent::Remember;
        let server = Server { now: Timestamp(1_000), ..Server::default() };
        let page = Page::load(config.clone(), Settings::default(), (None, None), 1, Timestamp(1_000));
        Self { config, server, page, loads: 1, said: Vec::new(), counter: 0, late: Vec::new() }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Begin => {
                self.page.act(Action::Restart);
                self.page.begin();
            }
            Step::Say => {
                self.counter += 1;
                self.say(format!("v{}", self.counter));
            }
            Step::SayAgain => self.say("ok".into()),
            Step::Type => self.page.act(Action::Draft("half a sen".into())),
            Step::End => self.page.act(Action::End),
            Step::Ask(request) => {
                self.counter += 1;
                self.page.link_input(gms::Input::Request { number: self.counter, request });
            }
            Step::Hidden(hidden) => self.page.link_input(gms::Input::Hidden(hidden)),
            Step::AgentJoins(number) => self.event("Agent", number, "ParticipantJoined", ""),
            Step::AgentSays(number) => {
                self.counter += 1;
                let text = format!("a{}", self.counter);
                self.event("Agent", number, "Message", &text);
            }
            Step::AgentTypes => self.event("Agent", 2, "TypingStarted", ""),
            Step::AgentLeaves(number) => self.event("Agent", number, "ParticipantLeft", ""),
            Step::BotSays => self.event("External", 9, "Message", "beep"),
            Step::UnknownEvent => self.event("External", 9, "SomethingOfALaterVersion", "?"),
            Step::Ends => {
                self.event("Agent", 2, "ParticipantLeft", "");
                if let Some(session) = self.server.sessions.last_mut() {
                    session.ended = true;
                }
            }
            Step::NewAlias => {
                if let Some(session) = self.server.sessions.last_mut() {
                    session.alias += 1;
                }
            }
            Step::Overlap(events) => self.server.overlap = events,
            Step::Reach(at) => self.reach(at),
            Step::Deliver(at) => self.page.deliver(at, &mut self.server),
            Step::Lose(at) => self.page.answer(at, 0, ""),
            Step::LoseAnswer(at) => {
                self.reach(at);
                self.page.answer(at, 0, "");
            }
            Step::Late(at) => {
                let Some(flight) = self.page.flights.get(at) else { return };
                if flight.reached.is_none() {
                    self.late.push(flight.request.clone());
                }
                self.page.answer(at, 0, "");
            }
            Step::Again(at, took) => {
                if took {
                    self.reach(at);
                }
                // An answer that was under way is lost.
                self.page.answer(at, 200, "{\"statusCode\":1,\"chatEnded\":true,\"alias\":\"999\",\"secureKey\":\"\"}");
            }
            Step::Gone(at) => self.page.answer(at, 503, "<html>no such luck</html>"),
            Step::Junk(at, took) => {
                if took {
                    self.reach(at);
                }
                self.page.answer(at, 200, "{\"messages\":[{\"index\":1.5},7");
            }
            Step::Twice(at) => {
                self.reach(at);
                let Some(flight) = self.page.flights.get_mut(at) else { return };
                let id = flight.request.id;
                let Some((status, body)) = flight.reached.clone() else { return };
                self.page.answer(at, status, &body);
                self.page.link_input(gms::Input::Answer { id, status, body });
            }
            Step::Pass(millis) => {
                self.arrive();
                self.page.pass(millis, |_| {});
                self.server.now = self.page.now;
            }
            Step::Calm(millis) => {
                self.arrive();
                self.page.calm(millis, &mut self.server);
            }
            Step::Reload(reached) => self.reload(reached),
        }
    }

    fn say(&mut self, text: String) {
        if let Some(conv) = self.page.engine.conversation(0).cloned() {
            self.page.say(&text);
            self.said.push((conv, text));
        }
    }

    fn event(&mut self, role: &str, number: i64, kind: &str, text: &str) {
        let newest = self.server.sessions.len().wrapping_sub(1);
        if self.server.sessions.get(newest).is_some_and(|session| !session.ended) {
            self.server.event(newest, (role, number, "Somebody"), kind, text);
        }
    }

    fn reach(&mut self, at: usize) {
        self.page.reach(at, &mut self.server);
    }

    fn arrive(&mut self) {
        for request in std::mem::take(&mut self.late) {
            self.server.handle(&request);
        }
    }

    fn reload(&mut self, reached: bool) {
        self.check_page();
        if reached {
            (0..self.page.flights.len()).for_each(|at| self.reach(at));
        }
        self.loads += 1;
        let kept = (self.page.kept.clone(), self.page.session_kept.clone());
        self.page = Page::load(self.config.clone(), Settings::default(), kept, self.loads, self.page.now);
    }

    /// The network works again, and enough time passes for every retry.
    fn heal(&mut self) {
        self.arrive();
        self.page.calm(90_000, &mut self.server);
    }

    /// The rules for one page at any time.
    fn check_page(&self) {
        let mut ended = Vec::new();
        let mut indexes: Vec<(ConversationId, i64)> = Vec::new();
        for event in &self.page.events {
            match &event.what {
                Happening::MessageReceived { conv, id, .. } => {
                    // A conversation that the visitor ends is ended on the screen at once; the server gets the end after the messages before it.
                    assert!(!ended.contains(&(conv.clone(), false)), "a message after the end");
                    let seq: u64 = id.0.trim_start_matches('e').parse().expect("an id that the link made");
                    indexes.push((conv.clone(), gms::index_of(seq).expect("made from an event")));
                }
                Happening::ChatFinished { conv, by, .. } => {
                    assert!(!ended.iter().any(|(other, _)| other == conv), "ended twice");
                    ended.push((conv.clone(), *by == Party::Visitor));
                }
                _ => {}
            }
        }
        for pair in indexes.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[0].1 < pair[1].1, "told twice or out of order: {indexes:?}");
        }
        check_statuses(&self.page.statuses);
    }

    /// The rules at the end, when everything has been delivered.
    fn check_world(&self) {
        self.check_page();
        let going = self.page.engine.conversation(0);
        for session in &self.server.sessions {
            let stored: Vec<String> = session.said("Client").into_iter().map(|(_, text)| text).collect();
            let said: Vec<&String> = self.said.iter().filter(|(conv, _)| conv.0 == session.chat).map(|(_, text)| text).collect();
            let mut rest = said.iter();
            assert!(stored.iter().all(|text| rest.any(|other| *other == text)), "stored {stored:?}, said {said:?}");
            if going.is_some_and(|conv| conv.0 == session.chat) {
                assert!(!session.ended, "the page knows that it is over");
                assert_eq!(stored.iter().collect::<Vec<_>>(), said, "everything that was said is stored");
                let log: Vec<&str> =
                    session.events.iter().filter(|event| event["type"] == "Message").filter_map(|event| event["text"].as_str()).collect();
                let shown = self.page.transcript();
                assert!(shown.iter().all(|(_, state)| *state == LineState::Sent), "{shown:?}");
                let shown: Vec<&str> = shown.iter().map(|(text, _)| text.as_str()).collect();
                assert_eq!(shown, log, "the screen shows the transcript");
            }
        }
    }
}

/// Each status ends before it comes again, and they come in order (G2.6, G4.7).
fn check_statuses(statuses: &[Status]) {
    let (mut pending, mut offline, mut disconnected, mut polling) = (false, false, false, false);
    for status in statuses {
        match status {
            Status::Disconnected => assert!(!std::mem::replace(&mut disconnected, true)),
            Status::ConnectionPending => assert!(!std::mem::replace(&mut pending, true)),
            Status::ServerOffline => {
                assert!(pending, "pending comes before offline");
                assert!(!std::mem::replace(&mut offline, true));
            }
            Status::RestoredOffline => {
                assert!(!offline && !pending && !disconnected);
                (pending, offline, disconnected) = (true, true, true);
            }
            Status::ConnectionRestored => assert!(std::mem::replace(&mut pending, false)),
            Status::ServerBack => {
                assert!(!pending, "restored comes with back");
                assert!(std::mem::replace(&mut offline, false));
            }
            Status::Reconnected => assert!(std::mem::replace(&mut disconnected, false) && !pending && !offline),
            Status::PollingStarted => assert!(!std::mem::replace(&mut polling, true)),
            Status::PollingStopped => assert!(std::mem::replace(&mut polling, false)),
            // A session that ended or was given up during an outage: the next one starts without it.
            _ => {}
        }
        if *status == Status::PollingStopped {
            (pending, offline, disconnected) = (false, false, false);
        }
    }
}

#[test]
fn r29_no_schedule_loses_doubles_or_reorders_a_message() {
    every(SCHEDULES, &schedule(), |steps| {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
        world.heal();
        world.check_world();
    });
}

/// The random schedules reach the rare cases: otherwise they would prove nothing.
#[test]
fn r29_schedules_reach_outages_restores_and_unsure_messages() {
    let counts = std::cell::Cell::new([0_u32; 7]);
    every(800, &schedule(), |steps| {
        let mut world = World::new();
        let mut seen = counts.get();
        let mut count = |page: &Page| {
            for status in &page.statuses {
                match status {
                    Status::ServerOffline => seen[0] += 1,
                    Status::Reconnected => seen[1] += 1,
                    Status::Restored => seen[2] += 1,
                    Status::RestoredOffline => seen[3] += 1,
                    Status::RestoreTimeout | Status::Over => seen[4] += 1,
                    _ => {}
                }
            }
            for raw in &page.raws {
                match raw {
                    Raw::Answer { operation: gms::Operation::Send, status: 0, .. } => seen[5] += 1,
                    Raw::Events { restoring: false, events, .. } => seen[6] += u32::try_from(events.len()).expect("few"),
                    _ => {}
                }
            }
        };
        for step in steps {
            if matches!(step, Step::Reload(_)) {
                count(&world.page);
            }
            world.run(step);
        }
        world.heal();
        count(&world.page);
        counts.set(seen);
    });
    assert!(counts.get().iter().all(|count| *count > 20), "{:?}", counts.get());
}
