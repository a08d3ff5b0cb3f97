//! Random schedules: a model server, and between it and the desk a line that loses, doubles and reorders frames and breaks.

use super::*;

/// The server's side of one conversation, and the frames under way.
struct World {
    bench: Bench,
    chance: Ids,
    log: Vec<Entry>,
    /// The frames on their way to the server, and those to the desk.
    up: Vec<AgentFrame>,
    down: Vec<DeskFrame>,
    /// Whether the desk gets new entries.
    hears: bool,
    /// The transport of the connection.
    by: Transport,
    /// A proxy on the way refuses sockets.
    refuses: bool,
    said: Vec<String>,
    /// The probability of a fault on the line, in percent.
    faults: i64,
}

impl World {
    fn new(seed: u64) -> Self {
        let opened = EntryBody::Internal {};
        let log = vec![Entry { seq: 1, prev: 0, at: T0, id: "o".into(), body: opened }];
        let bench = Bench { desk: Desk::new(seed), now: T0 };
        let mut world = Self {
            bench,
            chance: Ids::new(seed.wrapping_mul(77)),
            log,
            up: Vec::new(),
            down: Vec::new(),
            hears: false,
            by: Transport::Socket,
            refuses: seed % 2 == 1,
            said: Vec::new(),
            faults: 20,
        };
        let effects = world.bench.does(Input::SignedIn { token: "t".into() });
        world.perform(effects);
        world
    }

    fn one_in(&mut self, range: i64) -> bool {
        self.chance.up_to(range - 1) == 0
    }

    fn faulty(&mut self) -> bool {
        self.chance.up_to(99) < self.faults
    }

    /// Carries out the desk's effects. Frames are put onto the line.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Connect(by) => {
                    let refused = by == Transport::Socket && self.refuses;
                    if !refused {
                        self.cut();
                        self.by = by;
                    }
                    let input = if refused { Input::Closed(by, 1006) } else { Input::Opened(by) };
                    let effects = self.bench.does(input);
                    self.perform(effects);
                }
                Effect::Disconnect(_) => self.cut(),
                Effect::Send(_, frame) => self.up.push(frame),
                _ => {}
            }
        }
    }

    fn cut(&mut self) {
        self.up.clear();
        self.down.clear();
        self.hears = false;
    }

    fn state(&self) -> Conversation {
        Conversation { head: self.log.last().map_or(0, |entry| entry.seq), ..own("c_1") }
    }

    /// The server adds an entry, once for each id.
    fn append(&mut self, id: &str, body: EntryBody) -> u64 {
        if let Some(known) = self.log.iter().find(|entry| entry.id.as_str() == id) {
            return known.seq;
        }
        let prev = self.log.last().map_or(0, |entry| entry.seq);
        // Sparse numbers: only `prev` says whether an entry is missing.
        let seq = prev + 1 + u64::try_from(self.chance.up_to(3)).unwrap_or(0);
        let entry = Entry { seq, prev, at: T0, id: id.into(), body };
        self.log.push(entry.clone());
        if self.hears {
            self.down.push(DeskFrame::Entry { conv: "c_1".into(), entry });
        }
        seq
    }

    /// The server handles the next frame of the desk.
    fn serve(&mut self) {
        if self.up.is_empty() {
            return;
        }
        match self.up.remove(0) {
            AgentFrame::Auth { .. } => {
                let state = self.state();
                self.down.push(welcome("e1", Role::Agent, vec![state]));
            }
            AgentFrame::Put { id, item: AgentItem::Message { text }, follows, .. } => {
                let has = |id: &chinwag::model::EntryId| self.log.iter().any(|entry| entry.id == *id);
                if follows.is_some_and(|follows| !has(&follows)) {
                    self.down.push(DeskFrame::refused(id, Code::OutOfOrder, "later".into()));
                } else if self.faulty() {
                    self.down.push(DeskFrame::refused(id, Code::Unavailable, "later".into()));
                } else {
                    let seq = self.append(id.as_str(), EntryBody::Message { from: agent("ada"), text });
                    self.down.push(DeskFrame::Ack { conv: "c_1".into(), id, seq, at: T0 });
                }
            }
            AgentFrame::Open { after, .. } | AgentFrame::Fetch { after, before: None, .. } => {
                self.hears = true;
                let most = 3;
                let from = self.log.iter().position(|entry| entry.seq > after.unwrap_or(0)).unwrap_or(self.log.len());
                let entries: Vec<Entry> = self.log.iter().skip(from).take(most).cloned().collect();
                let more_after = from + entries.len() < self.log.len();
                let chat = ChatPage { state: self.state(), entries, more_before: false, more_after, fresh: after.is_none() };
                self.down.push(DeskFrame::Page { chat });
            }
            AgentFrame::Ping {} => self.beat(),
            _ => {}
        }
    }

    fn beat(&mut self) {
        let heads = if self.hears { vec![Head { conv: "c_1".into(), seq: self.state().head }] } else { Vec::new() };
        self.down.push(DeskFrame::Ping { now: self.bench.now, heads });
    }

    /// The line brings a frame to the desk, or an event of the connection.
    fn deliver(&mut self) {
        if self.down.is_empty() {
            return;
        }
        let ephemeral = matches!(self.down.first(), Some(DeskFrame::Entry { .. }));
        // Answers are in order on one socket; entries may be lost, doubled or late (ST1).
        let at = if ephemeral && self.faulty() { usize::try_from(self.chance.up_to(2)).unwrap_or(0).min(self.down.len() - 1) } else { 0 };
        let frame = if ephemeral && self.faulty() { self.down[at].clone() } else { self.down.remove(at) };
        if ephemeral && matches!(frame, DeskFrame::Entry { .. }) && self.faulty() {
            return;
        }
        let effects = self.bench.does(Input::Text(self.by, frame.to_text()));
        self.perform(effects);
    }

    fn step(&mut self) {
        match self.chance.up_to(9) {
            0 => {
                let text = format!("ada {}", self.said.len());
                self.said.push(text.clone());
                let effects = self.bench.acts(Action::Say { conv: "c_1".into(), text });
                self.perform(effects);
            }
            1 => {
                let id = format!("v{}", self.log.len());
                let from = Participant::new("v_1234".into(), Party::Visitor, String::new());
                let text = format!("visitor {}", self.log.len());
                self.append(&id, EntryBody::Message { from, text });
            }
            2 => self.pass(1_000),
            3 if self.faults > 0 && self.one_in(4) => {
                self.cut();
                let effects = self.bench.does(Input::Closed(self.by, 1006));
                self.perform(effects);
            }
            4..=6 => self.serve(),
            _ => self.deliver(),
        }
    }

    fn pass(&mut self, millis: i64) {
        let effects = self.bench.waits(millis);
        self.perform(effects);
    }
}

#[test]
fn r35_whatever_the_line_does_everything_arrives_once_and_in_order() {
    for seed in 0..2_000 {
        let mut world = World::new(seed);
        // The agent cannot write before the conversation is there.
        for _ in 0..20 {
            world.serve();
            world.deliver();
        }
        for _ in 0..150 {
            world.step();
        }
        // The network works again: everything has to recover without an action.
        world.faults = 0;
        for _ in 0..60 {
            world.pass(1_000);
            world.beat();
            for _ in 0..20 {
                world.serve();
                world.deliver();
            }
        }
        let log: Vec<_> = world.log.iter().map(|entry| entry.seq).collect();
        let chat = &world.bench.desk.chats[&"c_1".into()];
        assert_eq!(
            chat.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
            log,
            "seed {seed}: the desk has the whole log, in its order"
        );
        let mine: Vec<_> = world.log.iter().filter_map(text_of).filter(|text| text.starts_with("ada")).collect();
        assert_eq!(mine, world.said, "seed {seed}: what was written is stored once, in the order in which it was written");
        assert!(world.bench.desk.outbox.all().is_empty(), "seed {seed}: nothing is left in the outbox");
        assert_eq!(chat.unread, 0, "seed {seed}");
    }
}
