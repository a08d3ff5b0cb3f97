//! The machine itself: its state, its inputs and its effects.

use super::conversation::LiveConversation;
use super::outbox::{frame_of, restored};
use super::{Action, Effect, Ids, Kept, Link, LinkState, Outbox, Seat, Stop, Toast};
use chinwag::client::files::Uploads;
use chinwag::client::link::Input as LinkInput;
use chinwag::client::outbox::MOST;
use chinwag::client::{Fault, Signal, Transport};
use chinwag::model::{ConversationId, EntryId, ParticipantId, Timestamp};
use chinwag::wire::{AgentFrame, AgentInfo, AgentStatus, CallRequest, CampaignInfo, Canned, Role};
use std::collections::{BTreeMap, VecDeque};

/// The whole state of the desk. After every [`Desk::handle`] drain [`Desk::poll_effect`] until it is empty.
#[derive(Debug)]
pub struct Desk {
    pub link: Link,
    /// The server has accepted the agent's token.
    pub(super) up: bool,
    /// Why there are no further attempts to connect.
    pub(super) stop: Option<Stop>,
    /// The server's error message before it closed the connection.
    pub(super) farewell: Option<String>,
    /// The time of the wake-up that was requested for the next attempt.
    pub(super) woken: Timestamp,
    /// The agent who is signed in; known once the server has sent `welcome`.
    pub me: Option<AgentInfo>,
    pub campaigns: Vec<CampaignInfo>,
    pub canned: Vec<Canned>,
    pub chats: BTreeMap<ConversationId, LiveConversation>,
    pub offers: Vec<Offer>,
    pub requests: Vec<CallRequest>,
    pub agents: Vec<AgentInfo>,
    pub outbox: Outbox,
    /// Files on their way.
    pub uploads: Uploads,
    /// Conversations that have a pane, in the order in which they were opened.
    pub panes: Vec<ConversationId>,
    /// The pane that the agent was in last.
    pub active: Option<ConversationId>,
    pub toasts: Vec<Toast>,
    /// The message on the sign-in screen.
    pub problem: Option<String>,
    /// Whether the agent looks at the desk's window.
    pub looking: bool,
    /// Server's clock minus ours, in milliseconds.
    pub skew: i64,
    pub(super) token: Option<String>,
    pub(super) epoch: String,
    pub(super) wanted: Option<AgentStatus>,
    /// Accepted conversations whose state has not come yet.
    pub(super) accepted: Vec<ConversationId>,
    /// Drafts from before the reload, until their conversation comes.
    pub(super) drafts: Vec<(ConversationId, String)>,
    /// When the drafts have to be stored; `None`: they are stored already.
    pub(super) drafts_due: Option<Timestamp>,
    /// The texts that this desk stored last.
    pub(super) kept: Vec<(Kept, Option<String>)>,
    /// The offers that were announced, so that none is announced twice.
    pub(super) told: Vec<(ConversationId, Timestamp)>,
    pub(super) ids: Ids,
    effects: VecDeque<Effect>,
    pub(super) toast_count: u64,
}

/// A conversation that the agent may take within a time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub conv: ConversationId,
    /// The end of the time limit, in the server's time.
    pub expires: Timestamp,
}

/// The inputs of the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The desk is loaded, with the state that was stored before a reload.
    Loaded {
        kept: Vec<(Kept, String)>,
    },
    /// Signing in succeeded.
    SignedIn {
        token: String,
    },
    Opened(Transport),
    /// A connection closed, with its close code.
    Closed(Transport, u16),
    /// A text arrived.
    Text(Transport, String),
    /// The browser opens no sockets.
    Refused,
    Act(Action),
    Tick,
}

/// Which screen is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    SignIn,
    /// Signed in, and the server has not sent `welcome` yet.
    Entering,
    Desk,
}

impl Desk {
    /// A desk without an agent who is signed in.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            link: Link::new(seed, true),
            up: false,
            stop: None,
            farewell: None,
            woken: Timestamp(0),
            me: None,
            campaigns: Vec::new(),
            canned: Vec::new(),
            chats: BTreeMap::new(),
            offers: Vec::new(),
            requests: Vec::new(),
            agents: Vec::new(),
            outbox: Outbox::default(),
            uploads: Uploads::default(),
            panes: Vec::new(),
            active: None,
            toasts: Vec::new(),
            problem: None,
            looking: true,
            skew: 0,
            token: None,
            epoch: String::new(),
            wanted: None,
            accepted: Vec::new(),
            drafts: Vec::new(),
            drafts_due: None,
            kept: Vec::new(),
            told: Vec::new(),
            ids: Ids::new(seed),
            effects: VecDeque::new(),
            toast_count: 0,
        }
    }

    /// Handles an input at `now` (our clock). Returns whether the screen may have to change.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> bool {
        // The text of a draft is on the screen already.
        let shows = !matches!(input, Input::Act(Action::Draft { .. }));
        match input {
            Input::Loaded { kept } => self.load(now, kept),
            Input::SignedIn { token } => {
                self.problem = None;
                self.keep_text(Kept::Token, Some(token.clone()));
                self.token = Some(token);
                self.connect(now);
            }
            Input::Opened(by) => self.hear(now, LinkInput::Opened(by)),
            Input::Closed(by, code) => self.hear(now, LinkInput::Closed { by, code }),
            Input::Text(by, text) => self.hear(now, LinkInput::Text { by, text }),
            Input::Refused => self.hear(now, LinkInput::Refused(Fault::Unsupported)),
            Input::Act(action) => self.act(now, action),
            Input::Tick => {
                let shows = self.tick(now);
                self.order_uploads();
                return shows;
            }
        }
        self.order_uploads();
        shows
    }

    /// The next effect for the runtime, until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Which screen is to be shown.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match (&self.token, &self.me) {
            (None, _) => Stage::SignIn,
            (Some(_), None) => Stage::Entering,
            (Some(_), Some(_)) => Stage::Desk,
        }
    }

    /// This agent's id; empty while unknown.
    #[must_use]
    pub fn my_id(&self) -> ParticipantId {
        self.me.as_ref().map(|me| me.id.clone()).unwrap_or_default()
    }

    /// Whether this agent may see every conversation and agent.
    #[must_use]
    pub fn supervises(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.role != Role::Agent)
    }

    /// The seat of a conversation.
    #[must_use]
    pub fn seat(&self, conv: &ConversationId) -> Option<Seat> {
        Some(self.chats.get(conv)?.seat(&self.me.as_ref()?.id))
    }

    /// Conversations of one seat, the one with the longest time in that seat first. Of the waiting ones, those whose visitor has left come
    /// last: they have no place in the queue.
    #[must_use]
    pub fn seated(&self, seat: Seat) -> Vec<&LiveConversation> {
        let me = self.my_id();
        let mut chats: Vec<_> = self.chats.values().filter(|chat| chat.seat(&me) == seat).collect();
        chats.sort_by_key(|chat| (seat == Seat::Waiting && chat.left.is_some(), chat.state.since, chat.state.id.clone()));
        chats
    }

    /// The waiting conversations whose visitors are present, the next one first.
    #[must_use]
    pub fn waiting(&self) -> Vec<&LiveConversation> {
        self.seated(Seat::Waiting).into_iter().filter(|chat| chat.left.is_none()).collect()
    }

    /// The server's time when ours is `now`.
    #[must_use]
    pub const fn server_time(&self, now: Timestamp) -> Timestamp {
        now.after(self.skew)
    }

    /// The number of unread messages in all conversations.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.chats.values().map(|chat| chat.unread).sum()
    }

    fn load(&mut self, now: Timestamp, kept: Vec<(Kept, String)>) {
        for (what, text) in kept {
            match what {
                Kept::Token => self.token = Some(text),
                Kept::Outbox => self.outbox = restored(&text, now),
                Kept::Panes => self.restore_panes(&text),
                Kept::Drafts => self.restore_drafts(&text),
            }
        }
        if self.token.is_some() {
            self.connect(now);
        }
    }

    /// Returns true when the screen has to change.
    fn tick(&mut self, now: Timestamp) -> bool {
        let shown = self.by_time();
        self.signal(now, Signal::Wake);
        let mut quiet = Vec::new();
        for chat in self.chats.values_mut() {
            if chat.typing.as_ref().is_some_and(|(_, until)| now >= *until) {
                chat.typing = None;
            }
            if chat.told_typing.is_some() && now.since(chat.typed) >= TYPING_IDLE {
                chat.told_typing = None;
                quiet.push(chat.state.id.clone());
            }
        }
        for conv in quiet {
            self.send(AgentFrame::Typing { conv, on: false });
        }
        self.part(now);
        self.uploads.wake(now);
        if self.drafts_due.is_some_and(|due| now >= due) {
            self.keep_drafts();
        }
        let server = self.server_time(now);
        self.offers.retain(|offer| server < offer.expires.after(OFFER_GRACE));
        self.toasts.retain(|toast| toast.until.is_none_or(|until| now.0 < until));
        if self.up {
            self.ask_again(now);
            if !self.outbox.all().is_empty() {
                self.flush(now);
            }
        }
        // A message whose sending takes long is marked as late.
        shown != self.by_time() || !self.outbox.all().is_empty() || !self.uploads.files().is_empty()
    }

    /// The parts of the screen that change with time alone.
    fn by_time(&self) -> (LinkState, usize, usize, usize) {
        let typing = self.chats.values().filter(|chat| chat.typing.is_some()).count();
        (self.link_state(), self.offers.len(), self.toasts.len(), typing)
    }

    /// Back to the sign-in screen. Unsent messages stay, for when the same agent signs in again.
    pub(super) fn leave(&mut self, problem: Option<String>) {
        if self.drafts_due.is_some() {
            self.keep_drafts();
        }
        self.problem = problem;
        self.me = None;
        self.wanted = None;
        self.chats.clear();
        self.offers.clear();
        self.requests.clear();
        self.agents.clear();
        self.toasts.clear();
        self.epoch.clear();
        self.told.clear();
        if self.problem.is_none() {
            self.panes.clear();
            self.active = None;
            self.drafts.clear();
        }
    }

    /// Turns the next steps of the uploads into effects.
    fn order_uploads(&mut self) {
        while let Some(order) = self.uploads.poll_order() {
            self.push(Effect::Upload { token: self.token.clone().unwrap_or_default(), order });
        }
    }

    /// Gives up every file on its way.
    pub(super) fn drop_uploads(&mut self) {
        let ids: Vec<EntryId> = self.uploads.files().iter().map(|file| file.id.clone()).collect();
        ids.iter().for_each(|id| self.uploads.cancel(id));
    }

    /// Sends the parcels of the outbox that are due, and stores the outbox.
    pub(super) fn flush(&mut self, now: Timestamp) {
        if self.up {
            for (parcel, follows) in self.outbox.due(now, MOST) {
                self.transmit(frame_of(&parcel, follows));
            }
        }
        self.keep_outbox();
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// Stores a text, or deletes it, unless that was done already.
    pub(super) fn keep_text(&mut self, what: Kept, text: Option<String>) {
        if self.kept.iter().any(|(kept, known)| *kept == what && *known == text) {
            return;
        }
        // Of several texts for the same key only the newest counts.
        self.effects.retain(|old| !matches!(old, Effect::Keep(kept, _) if *kept == what));
        self.kept.retain(|(kept, _)| *kept != what);
        self.kept.push((what, text.clone()));
        self.push(Effect::Keep(what, text));
    }

    /// Opens a pane; `focus`: also moves the focus there.
    pub(super) fn show(&mut self, conv: &ConversationId, focus: bool) {
        if !self.panes.contains(conv) {
            self.panes.push(conv.clone());
            self.keep_panes();
            self.subscribe(conv);
        }
        if focus || self.active.is_none() {
            self.active = Some(conv.clone());
        }
        if focus {
            self.attend(conv);
            self.push(Effect::Focus(conv.clone()));
        }
    }

    /// Closes a pane. A conversation that does not concern this agent any more is forgotten.
    pub(super) fn hide(&mut self, conv: &ConversationId) {
        let Some(index) = self.panes.iter().position(|pane| pane == conv) else { return };
        self.panes.remove(index);
        if self.active.as_ref() == Some(conv) {
            self.active = self.panes.get(index.min(self.panes.len().saturating_sub(1))).cloned();
        }
        match self.seat(conv) {
            Some(Seat::Over) => {
                self.chats.remove(conv);
            }
            Some(Seat::Waiting | Seat::Watched) => self.send(AgentFrame::Close { conv: conv.clone() }),
            _ => {}
        }
        self.keep_panes();
    }

    /// The agent looks at a conversation.
    pub(super) fn attend(&mut self, conv: &ConversationId) {
        self.active = Some(conv.clone());
        if let Some(chat) = self.chats.get_mut(conv) {
            chat.unread = 0;
        }
    }
}

/// Milliseconds without a key after which typing counts as stopped.
const TYPING_IDLE: i64 = 4_000;
/// Milliseconds for which an offer stays after its time, until the server reports how it ended.
const OFFER_GRACE: i64 = 3_000;
