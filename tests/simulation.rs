//! Random schedules of visitor, agent, server and network over the engine, the link and a model server: frames are lost, doubled
//! and reordered, connections break, the server crashes, the page is loaded anew. Whatever happens, the rules of the
//! specification's section 1.8 hold, and no acknowledged message is lost, doubled or out of order.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::dialects::{Message, Value};
use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Code;
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::page::{Lets, Page, Sockets};
use support::server::{ModelServer, agent};
use support::*;

/// Schedules per run.
const SCHEDULES: u32 = 10_000;

#[derive(Clone, Debug)]
enum Step {
    Visitor(usize, Action),
    /// Types a text and sends it.
    Say(usize),
    Host(Command),
    /// In the newest conversation.
    AgentJoins,
    AgentSays,
    AgentLeaves,
    Ends(Party),
    Open,
    Up,
    Down,
    Lose(bool),
    Double(bool),
    Reorder(bool),
    Cut,
    Heartbeat,
    /// The server's process dies: every connection with it. What it stored is there when it is back.
    Crash,
    Reload,
    Pass(i64),
    /// What the way lets through.
    Lets(Sockets, bool),
    /// The browser says that the network is another one.
    Network,
    /// Everything is delivered.
    Calm,
    /// Says so many texts in a row.
    Burst(usize, usize),
    /// The server does not take the next entry.
    RefusePut(Code),
    /// From now on the server begins nothing, or does so again.
    Refuse(Option<Code>),
}

fn step() -> impl Strategy<Value = Step> {
    let index = 0..2_usize;
    let action = prop_oneof![
        6 => Just(Action::Activate),
        1 => Just(Action::Close),
        1 => Just(Action::Dismiss),
        4 => Just(Action::Edit(value("email", "a@b.example"))),
        1 => Just(Action::Edit(value("email", "nonsense"))),
        3 => Just(Action::Edit(value("stars", "4"))),
        5 => Just(Action::Submit),
        1 => Just(Action::Skip),
        1 => Just(Action::Survey),
        1 => Just(Action::End),
        2 => Just(Action::Restart),
        1 => Just(Action::Older),
        1 => Just(Action::Seen),
        2 => Just(Action::Draft("half a sen".into())),
    ];
    let host = prop_oneof![
        Just(Command::Open(None)),
        Just(Command::Close(None)),
        Just(Command::Show(None)),
        Just(Command::Hide(Some(1))),
        Just(Command::SetConsent(true)),
        Just(Command::SetPage(Page2::other())),
        Just(Command::SetVisitor(vec![value("email", "known@b.example")])),
    ];
    prop_oneof![
        8 => (index.clone(), action).prop_map(|(index, action)| Step::Visitor(index, action)),
        6 => index.clone().prop_map(Step::Say),
        4 => (index, 2..8_usize).prop_map(|(index, many)| Step::Burst(index, many)),
        2 => prop_oneof![Just(Code::RateLimited), Just(Code::Unavailable), Just(Code::OutOfOrder)].prop_map(Step::RefusePut),
        1 => (prop_oneof![Just(Sockets::Pass), Just(Sockets::Refused), Just(Sockets::Silent), Just(Sockets::Swallowed)], prop_oneof![3 => Just(true), 1 => Just(false)])
            .prop_map(|(sockets, polling)| Step::Lets(sockets, polling)),
        1 => Just(Step::Network),
        2 => host.prop_map(Step::Host),
        4 => Just(Step::AgentJoins),
        5 => Just(Step::AgentSays),
        1 => Just(Step::AgentLeaves),
        2 => prop_oneof![Just(Party::Agent), Just(Party::System)].prop_map(Step::Ends),
        4 => Just(Step::Open),
        8 => Just(Step::Up),
        8 => Just(Step::Down),
        2 => any::<bool>().prop_map(Step::Lose),
        2 => any::<bool>().prop_map(Step::Double),
        2 => any::<bool>().prop_map(Step::Reorder),
        1 => Just(Step::Cut),
        1 => Just(Step::Heartbeat),
        1 => Just(Step::Crash),
        1 => Just(Step::Reload),
        3 => (1..30_000_i64).prop_map(Step::Pass),
        5 => Just(Step::Calm),
        1 => prop_oneof![Just(None), Just(Some(Code::NoAgents)), Just(Some(Code::QueueFull))].prop_map(Step::Refuse),
    ]
}

/// A conversation as it goes when nothing goes wrong.
fn story() -> Vec<Step> {
    let visitor = |action| Step::Visitor(0, action);
    vec![
        visitor(Action::Activate),
        visitor(Action::Edit(value("email", "a@b.example"))),
        visitor(Action::Submit),
        Step::Calm,
        Step::AgentJoins,
        Step::Say(0),
        Step::Calm,
        Step::AgentSays,
        Step::Ends(Party::Agent),
        Step::Calm,
        visitor(Action::Edit(value("stars", "4"))),
        visitor(Action::Submit),
        Step::Calm,
    ]
}

/// The story up to some point, so that what comes late in it is met often, and then anything.
fn schedule() -> impl Strategy<Value = Vec<Step>> {
    (0..=story().len(), proptest::collection::vec(step(), 1..120))
        .prop_map(|(begun, steps)| story().into_iter().take(begun).chain(steps).collect())
}

struct Page2;

impl Page2 {
    fn other() -> chinwag::model::Page {
        chinwag::model::Page { url: "https://shop.example/coffee".into(), title: "Coffee".into() }
    }
}

struct World {
    config: SiteConfig,
    server: ModelServer,
    page: Page,
    loads: u128,
    /// What the visitor said, in order, with its conversation; nothing: it was to begin one.
    said: Vec<(Option<ConversationId>, String)>,
    /// What the visitor wrote over, left behind or lost with a page that may keep nothing.
    given_up: Vec<String>,
    counter: u32,
    /// How often pages were told that a conversation is over.
    finished: BTreeMap<ConversationId, u32>,
    /// Conversations that a page heard of.
    known: Vec<ConversationId>,
    /// The `seq` up to which the visitor had a conversation before the eyes.
    read: BTreeMap<ConversationId, u64>,
}

impl World {
    fn new() -> Self {
        let mut config =
            site(vec![with_survey(with_form(widget("sales", "ctw-1", WidgetKind::Chat))), widget("sales", "ctw-2", WidgetKind::Chat)]);
        config.consent = Consent::Remember;
        let server = ModelServer::new(config.widgets.clone());
        let page = Page::load(config.clone(), None, 1, Timestamp(1_000));
        let (said, given_up, known, finished, read) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { config, server, page, loads: 1, said, given_up, counter: 0, finished, known, read }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Visitor(index, action) => {
                // Nobody sees what is in a closed panel.
                if action == Action::Seen && !self.page.engine.view(index).is_some_and(|view| view.open) {
                    return;
                }
                if let Action::Draft(_) = action {
                    self.give_up(index, false);
                } else if action == Action::Restart {
                    self.give_up(index, true);
                }
                self.page.act(index, action);
            }
            Step::Say(index) => self.say(index),
            Step::Host(command) => self.page.host(command),
            Step::AgentJoins => self.agent(EntryBody::Joined { who: agent("ada") }),
            Step::AgentSays => {
                let text = format!("a{}", self.counter + 1);
                self.agent(EntryBody::Message { from: agent("ada"), text });
            }
            Step::AgentLeaves => self.agent(EntryBody::Left { who: agent("ada"), reason: LeaveReason::Lost }),
            Step::Ends(by) => self.agent(EntryBody::Ended { by, reason: EndReason::Closed }),
            Step::Open => self.page.open_wire(),
            Step::Up => self.page.deliver_up(&mut self.server),
            Step::Down => self.page.deliver_down(),
            Step::Lose(up) => drop(self.queue(up).and_then(|queue| queue.pop_front())),
            Step::Double(up) => {
                if let Some(queue) = self.queue(up) {
                    queue.extend(queue.front().cloned());
                }
            }
            Step::Reorder(up) => {
                if let Some(queue) = self.queue(up).filter(|queue| queue.len() > 1) {
                    queue.swap(0, 1);
                }
            }
            Step::Cut | Step::Crash => self.page.cut(),
            Step::Heartbeat => self.page.heartbeat(&self.server),
            Step::Reload => self.reload(),
            Step::Pass(millis) => self.pass(millis),
            Step::Lets(sockets, polling) => self.page.lets = Lets { sockets, polling },
            Step::Network => self.page.network(),
            Step::Calm => self.page.quiet(&mut self.server),
            Step::Burst(index, many) => (0..many).for_each(|_| self.say(index)),
            Step::RefusePut(code) => self.server.refuse_put = Some(code),
            Step::Refuse(code) => self.server.refuse = code,
        }
        self.page.fan_out(&self.server);
        self.look();
    }

    fn say(&mut self, index: usize) {
        let Some(Stage::Chat(chat)) = self.page.engine.view(index).map(|view| view.stage) else { return };
        if matches!(chat.progress, Progress::Ended { .. }) {
            return;
        }
        let conv = self.page.engine.conversation(index).cloned();
        self.counter += 1;
        let text = format!("v{}", self.counter);
        self.give_up(index, false);
        self.page.act(index, Action::Draft(text.clone()));
        self.page.act(index, Action::Send);
        self.said.push((conv, text));
    }

    /// What stands in the composer is written over; with `all` also what stands in the transcript and failed.
    fn give_up(&mut self, index: usize, all: bool) {
        let Some(Stage::Chat(chat)) = self.page.engine.view(index).map(|view| view.stage) else { return };
        if !all {
            self.given_up.extend(chat.draft.lines().map(str::to_owned));
        }
        for line in chat.lines.iter().filter(|line| all && matches!(line.state, LineState::Failed { .. })) {
            if let Said::Message { text, .. } = &line.said {
                self.given_up.push(text.clone());
            }
        }
    }

    /// The visitor sees what is on the screen.
    fn look(&mut self) {
        for index in 0..self.page.engine.widgets() {
            let Some(View { open: true, stage: Stage::Chat(chat), .. }) = self.page.engine.view(index) else { continue };
            let Some(conv) = self.page.engine.conversation(index) else { continue };
            if let Some(seq) = chat.lines.iter().filter_map(|line| line.seq).max() {
                self.read.insert(conv.clone(), seq);
            }
        }
    }

    fn agent(&mut self, body: EntryBody) {
        if let Some(conv) = self.server.newest() {
            self.counter += 1;
            self.server.append(&conv, EntryId(format!("s{}", self.counter)), body);
        }
    }

    fn queue(&mut self, up: bool) -> Option<&mut std::collections::VecDeque<String>> {
        let wire = self.page.wire.as_mut().filter(|wire| wire.opened)?;
        Some(if up { &mut wire.up } else { &mut wire.down })
    }

    fn pass(&mut self, millis: i64) {
        self.page.pass(millis);
        self.server.now = self.page.now;
    }

    fn reload(&mut self) {
        self.check_page();
        self.count_ends();
        for index in 0..self.page.engine.widgets() {
            self.give_up(index, true);
        }
        // What was refused is in a composer, which nothing keeps before a conversation has begun; what is on its way is kept.
        let said: Vec<String> = self.said.iter().filter(|(conv, _)| conv.is_none()).map(|(_, text)| text.clone()).collect();
        for text in said {
            let on_its_way =
                (0..self.page.engine.widgets()).any(|index| self.page.transcript(index).iter().any(|(other, _)| *other == text));
            if !on_its_way {
                self.given_up.push(text);
            }
        }
        self.loads += 1;
        let kept = self.page.kept.clone();
        self.page = Page::load(self.config.clone(), kept, self.loads, self.page.now);
    }

    fn count_ends(&mut self) {
        for event in &self.page.events {
            if let Happening::ChatFinished { conv, .. } = &event.what {
                *self.finished.entry(conv.clone()).or_default() += 1;
            }
            if let Happening::ChatStarted { conv } = &event.what {
                self.known.push(conv.clone());
            }
        }
    }

    /// The network heals, and time enough passes for every retry.
    fn heal(&mut self) {
        self.server.refuse_put = None;
        // Where nothing at all came through, one way opens at the end.
        self.page.lets.polling |= self.page.lets.sockets != Sockets::Pass;
        for _ in 0..8 {
            self.page.quiet(&mut self.server);
            self.page.heartbeat(&self.server);
            self.page.quiet(&mut self.server);
            self.pass(11_000);
        }
        self.page.quiet(&mut self.server);
    }

    /// What must hold of one page at any time.
    fn check_page(&self) {
        check_order(&self.page.messages);
        let mut heard: BTreeMap<ConversationId, Vec<EntryId>> = BTreeMap::new();
        for event in &self.page.events {
            if let Happening::MessageReceived { conv, id, .. } = &event.what {
                heard.entry(conv.clone()).or_default().push(id.clone());
            }
        }
        for (conv, ids) in heard {
            let stored: Vec<&EntryId> = self.server.logs[&conv].entries.iter().map(|entry| &entry.id).collect();
            let places: Vec<usize> =
                ids.iter().map(|id| stored.iter().position(|other| *other == id).expect("heard what was stored")).collect();
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "told the page twice or out of order: {ids:?}");
        }
    }

    /// What must hold once everything could be delivered.
    fn check_world(&mut self) {
        self.check_page();
        self.count_ends();
        self.check_ends();
        self.check_first_words();
        for (conv, log) in &self.server.logs {
            let stored: Vec<&str> = log
                .entries
                .iter()
                .filter_map(|entry| match &entry.body {
                    EntryBody::Message { from, text } if from.party == Party::Visitor => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            // What was to begin a conversation is in the one that it began.
            let here =
                |said: &Option<ConversationId>, text: &str| said.as_ref().map_or_else(|| stored.contains(&text), |said| said == conv);
            let said: Vec<&str> = self.said.iter().filter(|(said, text)| here(said, text)).map(|(_, text)| text.as_str()).collect();
            // In the order in which they were said, each at most once.
            let mut rest = said.iter();
            assert!(stored.iter().all(|text| rest.any(|other| other == text)), "stored {stored:?}, said {said:?}");
            if log.state.standing != Standing::Ended {
                assert_eq!(stored, said, "everything that was said is stored while the conversation is open");
            }
        }
        for index in 0..self.page.engine.widgets() {
            let Some(conv) = self.page.engine.conversation(index) else { continue };
            let log = &self.server.logs[conv];
            assert_ne!(log.state.standing, Standing::Ended, "the page knows that it is over");
            let stored: Vec<&EntryId> =
                log.entries.iter().filter(|entry| matches!(entry.body, EntryBody::Message { .. })).map(|entry| &entry.id).collect();
            let Some(View { stage: Stage::Chat(chat), unread, open, .. }) = self.page.engine.view(index) else {
                panic!("a conversation is shown")
            };
            let read = self.read.get(conv).copied().unwrap_or(0);
            let others = |entry: &&Entry| matches!(&entry.body, EntryBody::Message { from, .. } if from.party != Party::Visitor);
            let new = log.entries.iter().filter(others).filter(|entry| entry.seq > read).count();
            let counted = usize::try_from(unread).expect("small");
            if open {
                assert_eq!(counted, 0, "what is before the eyes is read");
            } else {
                assert!(counted <= new && (chat.more || counted == new), "unread: {counted}, not {new}");
            }
            let lines: Vec<&Line> = chat.lines.iter().filter(|line| matches!(line.said, Said::Message { .. })).collect();
            assert!(lines.iter().all(|line| line.seq.is_some()), "nothing is pending: {lines:?}");
            let shown: Vec<&EntryId> = lines.iter().map(|line| &line.id).collect();
            let first = stored.len() - shown.len().min(stored.len());
            assert_eq!(shown, stored[first..], "the transcript is the log, from some place on");
            assert!(chat.more || first == 0);
        }
        for event in &self.page.events {
            if let Happening::MessageSent { conv, id } = &event.what {
                let times = self.server.logs[conv].entries.iter().filter(|entry| entry.id == *id).count();
                assert_eq!(times, 1, "called sent, so it is stored once");
            }
        }
    }
}

impl World {
    /// Whether the server has a text.
    fn has(&self, text: &str) -> bool {
        let mut entries = self.server.logs.values().flat_map(|log| &log.entries);
        entries.any(|entry| matches!(&entry.body, EntryBody::Message { text: other, .. } if other == text))
    }

    /// Every conversation that ended was told to a page, once, if there was one soon enough.
    fn check_ends(&self) {
        for (conv, log) in &self.server.logs {
            let told = self.finished.get(conv).copied().unwrap_or(0);
            let long_ago = self.page.now.since(log.state.since) > 15 * 60_000;
            if log.state.standing == Standing::Ended && self.known.contains(conv) {
                assert!(told == 1 || (told == 0 && long_ago), "{conv} is over and was told {told} times");
            } else {
                assert_eq!(told, 0, "{conv} goes on, or was taken back before a page knew of it");
            }
        }
    }

    /// What was said to begin a conversation with is stored once, or before the visitor's eyes.
    fn check_first_words(&self) {
        let stored = |text: &str| {
            let entries = self.server.logs.values().flat_map(|log| &log.entries);
            entries.filter(|entry| matches!(&entry.body, EntryBody::Message { text: other, .. } if other == text)).count()
        };
        let views = || (0..self.page.engine.widgets()).filter_map(|index| self.page.engine.view(index));
        for (conv, text) in &self.said {
            let times = stored(text);
            assert!(times <= 1, "{text} is stored {times} times");
            if conv.is_some() || times == 1 || self.given_up.contains(text) {
                continue;
            }
            let shown = views().any(|view| match view.stage {
                Stage::Chat(chat) => {
                    chat.draft.lines().any(|line| line == text)
                        || chat.lines.iter().any(|line| matches!(&line.said, Said::Message { text: other, .. } if other == text))
                }
                // The composer is behind this, with what is in it.
                Stage::Engagement | Stage::Refused { .. } => true,
                _ => false,
            });
            assert!(shown, "{text} is nowhere");
        }
    }
}

/// The invariants of the specification's section 1.8 over the messages of one page.
fn check_order(messages: &[Message]) {
    let text = |message: &Message, name: &str| match message.fields.iter().find(|(key, _)| *key == name) {
        Some((_, Value::Text(text))) => text.clone(),
        _ => String::new(),
    };
    let mut loaded = Vec::new();
    let mut shown: BTreeMap<String, bool> = BTreeMap::new();
    let mut collecting: Vec<(String, String)> = Vec::new();
    let mut chats: BTreeMap<String, (u32, u32, u32, bool)> = BTreeMap::new();
    let mut surveys: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for message in messages {
        assert!(message.fields.iter().all(|(_, value)| *value != Value::Text(String::new())), "empty field in {message:?}");
        let element = text(message, "elementID");
        let chat = text(message, "chatID");
        match message.kind {
            "Loaded" => loaded.push(element),
            "WidgetShown" => {
                assert!(loaded.contains(&element));
                assert_ne!(shown.insert(element, true), Some(true), "shown twice");
            }
            "WidgetHidden" => assert_eq!(shown.insert(element, false), Some(true), "hidden though not shown"),
            "WidgetClicked" => assert_eq!(shown.get(&element), Some(&true), "clicked though not shown"),
            "DatacollectionStarted" => collecting.push((text(message, "widgetID"), text(message, "type"))),
            "DatacollectionSubmitted" => {
                let key = (text(message, "widgetID"), text(message, "type"));
                let at = collecting.iter().position(|other| *other == key).expect("submitted after it started");
                collecting.remove(at);
            }
            "ChatStarted" => {
                let seen = chats.entry(chat).or_default();
                assert_eq!(*seen, (0, 0, 0, false), "started once, before everything else");
                seen.0 = 1;
            }
            "ChatOnline" => {
                let seen = chats.entry(chat).or_default();
                assert_eq!((seen.1, seen.2), (0, 0), "online once, before the end");
                seen.1 = 1;
            }
            "ChatFinished" => {
                let survey = message.fields.contains(&("isSurveyConfigured", Value::Flag(true)));
                let seen = chats.entry(chat).or_default();
                assert_eq!(seen.2, 0, "finished once");
                assert!(!survey || seen.1 == 1, "a survey only after it was online");
                (seen.2, seen.3) = (1, survey);
            }
            "SurveyStarted" => {
                assert_eq!(chats.get(&chat).map(|seen| (seen.2, seen.3)), Some((1, true)));
                let seen = surveys.entry(chat).or_default();
                assert_eq!(*seen, (0, 0));
                seen.0 = 1;
            }
            "SurveySubmitted" => {
                let seen = surveys.entry(chat).or_default();
                assert_eq!(*seen, (1, 0));
                seen.1 = 1;
            }
            other => panic!("not one of the eleven: {other}"),
        }
    }
}

#[test]
fn r29_no_schedule_breaks_the_rules() {
    every(SCHEDULES, &schedule(), |steps| {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
        world.heal();
        world.check_world();
    });
}

/// The schedules reach what they are about: otherwise they would prove nothing.
#[test]
fn r29_schedules_reach_conversations_surveys_and_restored_pages() {
    let counts = std::cell::Cell::new([0_u32; 7]);
    every(3_000, &schedule(), |steps| {
        let mut world = World::new();
        let mut seen = counts.get();
        for step in steps {
            world.run(step);
        }
        world.heal();
        for event in &world.page.events {
            match event.what {
                Happening::ChatOnline { .. } => seen[0] += 1,
                Happening::SurveyStarted { .. } => seen[1] += 1,
                Happening::ChatRestored { .. } => seen[2] += 1,
                Happening::MessageReceived { .. } => seen[3] += 1,
                Happening::ChatFinished { missed: true, .. } => seen[4] += 1,
                _ => {}
            }
        }
        let begun = world.said.iter().filter(|(conv, text)| conv.is_none() && world.has(text)).count();
        seen[5] += u32::try_from(begun).expect("few");
        seen[6] += u32::try_from(world.said.iter().filter(|(conv, _)| conv.is_none()).count() - begun).expect("few");
        counts.set(seen);
    });
    assert!(counts.get().iter().all(|count| *count > 100), "{:?}", counts.get());
}
