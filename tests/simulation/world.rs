//! A page, its server and its network, and the effect of a step on them.

use super::steps::Step;
use super::support::page::{Lets, Page, Sockets};
use super::support::server::{ModelServer, agent};
use super::support::{site, widget, with_form, with_survey};
use chinwag::engine::*;
use chinwag::model::*;
use std::collections::BTreeMap;

pub struct World {
    pub config: SiteConfig,
    pub server: ModelServer,
    pub page: Page,
    pub loads: u128,
    /// The visitor's messages, in order, with their conversation; `None`: a message that was to begin one.
    pub said: Vec<(Option<ConversationId>, String)>,
    /// Messages that the visitor overwrote, abandoned or lost with a page that may store nothing.
    pub given_up: Vec<String>,
    pub counter: u32,
    /// How often pages were told the end of a conversation.
    pub finished: BTreeMap<ConversationId, u32>,
    /// Conversations that a page was told of.
    pub known: Vec<ConversationId>,
    /// The `seq` up to which the visitor saw a conversation on the screen.
    pub read: BTreeMap<ConversationId, u64>,
}

impl World {
    pub fn new() -> Self {
        let mut config =
            site(vec![with_survey(with_form(widget("sales", "ctw-1", WidgetKind::Chat))), widget("sales", "ctw-2", WidgetKind::Chat)]);
        config.consent = Consent::Remember;
        let server = ModelServer::new(config.widgets.clone());
        let page = Page::load(config.clone(), None, 1, Timestamp(1_000));
        let (said, given_up, known, finished, read) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { config, server, page, loads: 1, said, given_up, counter: 0, finished, known, read }
    }

    pub fn run(&mut self, step: Step) {
        match step {
            Step::Visitor(index, action) => {
                // The visitor does not see the lines of a closed panel.
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
            Step::Reload => {
                self.page.leave();
                self.reload();
            }
            Step::Kill => self.reload(),
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

    /// The visitor overwrites the text in the composer; with `all`, failed messages of the transcript are lost too.
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

    /// The visitor reads the screen.
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

    pub fn pass(&mut self, millis: i64) {
        self.page.pass(millis);
        self.server.now = self.page.now;
    }

    fn reload(&mut self) {
        self.check_page();
        self.count_ends();
        for index in 0..self.page.engine.widgets() {
            self.give_up(index, true);
        }
        // A refused text is in the composer, which is not stored before a conversation has begun; messages under way are stored.
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
    /// The network works again, and enough time passes for every retry.
    pub fn heal(&mut self) {
        self.server.refuse_put = None;
        // If no transport came through, polling does at the end.
        self.page.lets.polling |= self.page.lets.sockets != Sockets::Pass;
        // Each step is shorter than the shortest time after which an attempt to connect is given up (4 s), so connections open between the steps.
        for _ in 0..36 {
            self.page.quiet(&mut self.server);
            self.page.heartbeat(&self.server);
            self.page.quiet(&mut self.server);
            self.pass(3_000);
        }
        self.page.quiet(&mut self.server);
    }
}
