//! The desk against a server whose frames the tests write by hand.

mod giving_back;
mod life;
mod log;
mod presence;
mod schedules;
#[path = "../../../../tests/tables/mod.rs"]
mod tables;
mod tomorrow;
mod words;
#[path = "../../../../tests/support/tomorrow.rs"]
mod writer;

use super::*;
use chinwag::client::{Transport, Way};
use chinwag::model::{Answer, Conversation, ConversationId, Entry, EntryBody, FieldValue, Page, Participant, Party, Standing, Timestamp};
use chinwag::wire::{
    AgentFrame, AgentInfo, AgentItem, AgentStatus, CallRequest, CampaignInfo, ChatPage, Code, Codec, DeskFrame, Head, OfferEnd, Role,
};

const T0: Timestamp = Timestamp(1_700_000_000_000);

/// A desk and its effects.
struct Bench {
    desk: Desk,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        Self { desk: Desk::new(1), now: T0 }
    }

    /// A desk that is signed in and has had `welcome`, with these conversations.
    fn entered(role: Role, conversations: Vec<Conversation>) -> Self {
        let mut bench = Self::new();
        bench.does(Input::SignedIn { token: "t".into() });
        bench.does(Input::Opened(Transport::Socket));
        bench.hears(welcome("e1", role, conversations));
        bench
    }

    fn does(&mut self, input: Input) -> Vec<Effect> {
        self.desk.handle(self.now, input);
        std::iter::from_fn(|| self.desk.poll_effect()).collect()
    }

    fn acts(&mut self, action: Action) -> Vec<Effect> {
        self.does(Input::Act(action))
    }

    fn hears(&mut self, frame: DeskFrame) -> Vec<Effect> {
        self.does(Input::Text(Transport::Socket, frame.to_text()))
    }

    fn waits(&mut self, millis: i64) -> Vec<Effect> {
        self.now = self.now.after(millis);
        self.does(Input::Tick)
    }

    /// The link breaks and comes back.
    fn reconnects(&mut self, epoch: &str, conversations: Vec<Conversation>) -> Vec<Effect> {
        self.does(Input::Closed(Transport::Socket, 1006));
        assert!(!self.desk.is_up());
        self.waits(1_001);
        self.does(Input::Opened(Transport::Socket));
        self.hears(welcome(epoch, Role::Agent, conversations))
    }

    fn texts(&self, conv: &str) -> Vec<String> {
        self.desk.chats[&ConversationId::from(conv)].entries.iter().filter_map(|entry| text_of(entry)).collect()
    }

    fn shown(&self, conv: &str) -> Vec<String> {
        let chat = &self.desk.chats[&ConversationId::from(conv)];
        lines(chat, &self.desk.outbox, &self.desk.my_id(), self.now)
            .iter()
            .filter_map(|line| match line {
                Line::Entry { entry, .. } => text_of(entry),
                Line::Parcel { held, late } => match &held.parcel.item {
                    AgentItem::Message { text } => Some(format!("{text}{}", if *late { " (late)" } else { " (sending)" })),
                    _ => None,
                },
                Line::Unread => Some("--".to_owned()),
            })
            .collect()
    }
}

fn text_of(entry: &Entry) -> Option<String> {
    match &entry.body {
        EntryBody::Message { text, .. } => Some(text.clone()),
        _ => None,
    }
}

fn ada(status: AgentStatus, role: Role) -> AgentInfo {
    AgentInfo { id: "a_ada".into(), name: "Ada".into(), role, status, load: 0, capacity: 4 }
}

fn agent(name: &str) -> Participant {
    Participant::new(format!("a_{name}").as_str().into(), Party::Agent, name.to_owned())
}

fn welcome(epoch: &str, role: Role, conversations: Vec<Conversation>) -> DeskFrame {
    DeskFrame::Welcome {
        version: 1,
        epoch: epoch.to_owned(),
        now: T0,
        me: ada(AgentStatus::Away, role),
        campaigns: vec![CampaignInfo { name: "sales".into(), label: "Sales".into(), dispositions: Vec::new() }],
        canned: Vec::new(),
        conversations,
        requests: Vec::new(),
        agents: Vec::new(),
    }
}

fn opening(conv: &str) -> Conversation {
    let body = EntryBody::Opened {
        widget: "w".into(),
        visitor: "v_1234".into(),
        locale: "it".into(),
        zone: "Europe/Rome".into(),
        page: Some(Page { url: "https://shop.example/".into(), title: "Shop".into() }),
        values: Vec::new(),
        campaign: "sales".into(),
    };
    Conversation::open(conv.into(), &Entry { seq: 1, prev: 0, at: T0, id: "o".into(), body }).expect("it opens")
}

fn waiting(conv: &str) -> Conversation {
    opening(conv)
}

fn own(conv: &str) -> Conversation {
    Conversation { standing: Standing::Online, agents: vec![agent("ada")], answered: true, ..opening(conv) }
}

fn entry(seq: u64, text: &str) -> Entry {
    let from = Participant::new("v_1234".into(), Party::Visitor, String::new());
    Entry { seq, prev: seq - 1, at: T0, id: format!("v{seq}").as_str().into(), body: EntryBody::Message { from, text: text.to_owned() } }
}

fn mine(seq: u64, id: &str, text: &str) -> Entry {
    Entry { seq, prev: seq - 1, at: T0, id: id.into(), body: EntryBody::Message { from: agent("ada"), text: text.to_owned() } }
}

fn page(state: Conversation, entries: Vec<Entry>, fresh: bool) -> DeskFrame {
    let head = entries.last().map_or(state.head, |entry| entry.seq);
    DeskFrame::Page { chat: ChatPage { state: Conversation { head, ..state }, entries, more_before: false, more_after: false, fresh } }
}

fn hear(conv: &str, entry: Entry) -> DeskFrame {
    DeskFrame::Entry { conv: conv.into(), entry }
}

fn puts(effects: &[Effect]) -> Vec<(String, String)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, AgentFrame::Put { id, item: AgentItem::Message { text }, .. }) => Some((id.to_string(), text.clone())),
            _ => None,
        })
        .collect()
}

fn sends(effects: &[Effect], wanted: &AgentFrame) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Send(_, frame) if frame == wanted))
}

fn loaded() -> Bench {
    let mut bench = Bench::entered(Role::Agent, vec![own("c_1")]);
    bench.hears(page(own("c_1"), vec![entry(1, "one"), entry(2, "two")], true));
    bench
}
