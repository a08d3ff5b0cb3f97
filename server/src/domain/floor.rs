//! The floor: connected agents, visitors' sockets, open conversations and their queues, requests. In memory only; it is rebuilt from the store
//! when the server starts. One lock, held for a short time and never across an await.

use super::idle::Quiet;
use super::link::{AgentLink, VisitorLink};
use super::presence::Absence;
use super::refusal::Refusal;
use super::requests::Request;
use super::room::{Log, Reader};
use crate::config::{Config, Idle};
use crate::http::peer::Peer;
use chinwag::model::{
    Availability, Conversation, ConversationId, Entry, Participant, ParticipantId, Party, RequestId, Standing, Timestamp, limits,
};
use chinwag::wire::{AgentInfo, AgentStatus, Code, DeskFrame, OfferEnd, Role, ServerFrame};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// The state of an agent.
pub(super) struct Seat {
    pub(super) links: Vec<Arc<AgentLink>>,
    /// The status that the agent chose. It counts while the agent has a link, and for the grace time after it.
    pub(super) ready: bool,
    pub(super) idle_since: Instant,
    /// Since when the agent has no link.
    pub(super) gone: Option<Instant>,
}

/// A conversation that is offered to an agent.
pub(super) struct Offer {
    pub(super) user: String,
    pub(super) until: Instant,
    pub(super) expires: Timestamp,
}

/// A conversation that is not over, or ended and not classified yet.
pub(super) struct OpenConversation {
    pub(super) state: Conversation,
    /// The state without the members that agents may not see.
    pub(super) for_agents: Conversation,
    pub(super) offer: Option<Offer>,
    /// The agents who declined it, and until when it is not offered to them again.
    pub(super) declined: HashMap<String, Instant>,
    /// Since when the conversation has its standing, by the monotonic clock.
    pub(super) since: Instant,
    /// Set while its visitor has no link.
    pub(super) absence: Option<Absence>,
    /// The place in the queue that the visitor was told.
    pub(super) position: u32,
    /// The visitor's last address, as limits count it. In memory only (quality P8).
    pub(super) from: Option<IpAddr>,
    pub(super) site: String,
    pub(super) quiet: Quiet,
    /// Idle times of the conversation, in place of its site's.
    pub(super) idle: Option<Idle>,
}

/// A place in a queue that a start holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) campaign: String,
    pub(super) visitor: ParticipantId,
    pub(super) from: IpAddr,
}

/// The state behind the lock, see the module.
pub(super) struct Floor {
    pub(super) config: Arc<Config>,
    pub(super) seats: HashMap<String, Seat>,
    pub(super) visitors: HashMap<ParticipantId, Vec<Arc<VisitorLink>>>,
    pub(super) chats: HashMap<ConversationId, OpenConversation>,
    pub(super) requests: BTreeMap<RequestId, Request>,
    /// Places in queues that a start holds until its entry is stored.
    pub(super) held: Vec<Held>,
    /// By site and widget.
    pub(super) availability: HashMap<(String, String), Availability>,
}

impl Floor {
    pub(super) fn new(config: Arc<Config>) -> Self {
        Self {
            config,
            seats: HashMap::new(),
            visitors: HashMap::new(),
            chats: HashMap::new(),
            requests: BTreeMap::new(),
            held: Vec::new(),
            availability: HashMap::new(),
        }
    }

    /// The seat of an agent; added when there is none.
    pub(super) fn seat(&mut self, user: &str) -> &mut Seat {
        let now = Instant::now();
        self.seats.entry(user.to_owned()).or_insert_with(|| Seat { links: Vec::new(), ready: false, idle_since: now, gone: Some(now) })
    }

    /// Adds a conversation, or updates its state.
    pub(super) fn follow(&mut self, log: &Log) {
        let here = self.visitors.contains_key(&log.state.visitor);
        let now = Instant::now();
        let chat = OpenConversation {
            state: log.state.clone(),
            for_agents: log.state_for(Reader::Agent),
            offer: None,
            declined: HashMap::new(),
            since: now,
            absence: (!here).then(Absence::begin),
            position: 0,
            from: None,
            site: log.site.clone(),
            quiet: Quiet::begin(log),
            idle: None,
        };
        self.chats.insert(log.state.id.clone(), chat);
        self.show_chat(&log.state.id);
        self.push_positions(&log.state.campaign);
        self.route();
    }

    /// Sends an entry to every socket that subscribed to its conversation.
    pub(super) fn tell_entry(&self, log: &Log, entry: &Entry) {
        let conv = &log.state.id;
        let mut text = None;
        for link in self.visitors.get(&log.state.visitor).into_iter().flatten().filter(|link| link.heard.advance(conv, entry.seq)) {
            let frame = || text_of(&ServerFrame::Entry { conv: conv.clone(), entry: log.shown(entry, Reader::Visitor) });
            link.out.push_text(text.get_or_insert_with(frame).clone());
        }
        let mut text = None;
        let desks = self.seats.values().flat_map(|seat| &seat.links);
        for link in desks.filter(|link| link.heard.advance(conv, entry.seq)) {
            let frame = || text_of(&DeskFrame::Entry { conv: conv.clone(), entry: log.shown(entry, Reader::Agent) });
            link.out.push_text(text.get_or_insert_with(frame).clone());
        }
    }

    /// Passes typing on, to the other side and to other agents.
    pub(super) fn tell_typing(&self, conv: &ConversationId, who: &Participant, on: bool, text: &str) {
        let Some(chat) = self.chats.get(conv) else { return };
        if who.party == Party::Agent {
            for link in self.visitors.get(&chat.state.visitor).into_iter().flatten().filter(|link| link.heard.has(conv)) {
                link.out.push(&ServerFrame::Typing { conv: conv.clone(), who: who.clone(), on });
            }
        }
        for link in self.seats.values().flat_map(|seat| &seat.links).filter(|link| link.heard.has(conv)) {
            if agent_id(&link.user) != who.id {
                link.out.push_text(text.to_owned());
            }
        }
    }

    /// Applies a changed state: updates desks, queue positions and offers.
    pub(super) fn update(&mut self, log: &Log) {
        let Some(chat) = self.chats.get_mut(&log.state.id) else { return };
        let before = chat.state.standing;
        let agents_before: Vec<ParticipantId> = chat.state.agents.iter().map(|agent| agent.id.clone()).collect();
        chat.state = log.state.clone();
        chat.quiet.follow(log);
        chat.for_agents = log.state_for(Reader::Agent);
        let standing = chat.state.standing;
        let conv = log.state.id.clone();
        if standing != before {
            chat.since = Instant::now();
            chat.position = 0;
            if standing == Standing::Online {
                chat.declined.clear();
            }
            if let Some(offer) = chat.offer.take() {
                let id = agent_id(&offer.user);
                let reason = if log.state.has_agent(&id) { OfferEnd::Accepted } else { OfferEnd::Withdrawn };
                self.tell_agent(&offer.user, &DeskFrame::OfferGone { conv: conv.clone(), reason });
            }
        }
        self.show_chat(&conv);
        if standing != before {
            let mut involved = agents_before;
            involved.extend(log.state.agents.iter().map(|agent| agent.id.clone()));
            involved.dedup();
            for id in involved {
                let user = user_of(&id).to_owned();
                if standing != Standing::Online
                    && let Some(seat) = self.seats.get_mut(&user)
                {
                    seat.idle_since = Instant::now();
                }
                self.show_agent(&user);
            }
            self.push_positions(&log.state.campaign);
            self.route();
        }
    }

    /// Shows a conversation to the desks that may see it, and removes it from those that may not any more.
    pub(super) fn show_chat(&self, conv: &ConversationId) {
        let chat = self.chats.get(conv);
        let mut text = None;
        for (user, seat) in &self.seats {
            let state = chat.filter(|chat| self.may_see(user, &chat.state));
            for link in &seat.links {
                if let Some(chat) = state {
                    let news = link.shown().insert(conv.clone());
                    let frame = || text_of(&DeskFrame::Update { state: chat.for_agents.clone() });
                    link.out.push_text(text.get_or_insert_with(frame).clone());
                    if news {
                        self.tell_if_left(link, conv);
                    }
                } else if link.shown().remove(conv) {
                    if chat.is_some() {
                        link.heard.remove(conv);
                    }
                    link.out.push(&DeskFrame::Gone { conv: conv.clone() });
                }
            }
        }
    }

    /// Whether an agent may see a conversation: an own one, one that waits in an own queue, or any one for supervisors.
    pub(super) fn may_see(&self, user: &str, state: &Conversation) -> bool {
        let Some(agent) = self.config.agent(user) else { return false };
        let waiting = state.standing == Standing::Queued && agent.campaigns.contains(&state.campaign);
        agent.role != Role::Agent || state.has_agent(&agent_id(user)) || waiting
    }

    /// Whether an agent is a supervisor.
    pub(super) fn supervises(&self, user: &str) -> bool {
        self.config.agent(user).is_some_and(|agent| agent.role != Role::Agent)
    }

    /// Whether this campaign is one of an agent's.
    pub(super) fn serves(&self, user: &str, campaign: &str) -> bool {
        self.config.agent(user).is_some_and(|agent| agent.role != Role::Agent || agent.campaigns.iter().any(|name| name == campaign))
    }

    /// Sends a frame to every desk of an agent.
    pub(super) fn tell_agent(&self, user: &str, frame: &DeskFrame) {
        for link in self.seats.get(user).into_iter().flat_map(|seat| &seat.links) {
            link.out.push(frame);
        }
    }

    /// Conversations that an agent has now.
    pub(super) fn load(&self, user: &str) -> u32 {
        let id = agent_id(user);
        let own = self.chats.values().filter(|chat| chat.state.standing == Standing::Online && chat.state.has_agent(&id));
        u32::try_from(own.count()).unwrap_or(u32::MAX)
    }

    /// An agent as others see it.
    pub(super) fn agent_view(&self, user: &str) -> Option<AgentInfo> {
        let agent = self.config.agent(user)?;
        let seat = self.seats.get(user);
        let status = match seat {
            Some(seat) if !seat.links.is_empty() => {
                if seat.ready {
                    AgentStatus::Ready
                } else {
                    AgentStatus::Away
                }
            }
            _ => AgentStatus::Offline,
        };
        Some(AgentInfo {
            id: agent_id(user),
            name: agent.name.clone(),
            role: agent.role,
            status,
            load: self.load(user),
            capacity: agent.capacity,
        })
    }

    /// Shows an agent's status and load to the agent and to supervisors.
    pub(super) fn show_agent(&self, user: &str) {
        let Some(agent) = self.agent_view(user) else { return };
        let frame = DeskFrame::Agent { agent };
        for (other, seat) in &self.seats {
            if other == user || self.supervises(other) {
                seat.links.iter().for_each(|link| link.out.push(&frame));
            }
        }
    }

    /// How many conversations wait in a campaign, without those whose visitor has left.
    pub(super) fn waiting(&self, campaign: &str) -> usize {
        self.chats.values().filter(|chat| chat.waits_in(campaign)).count()
    }

    /// The waiting conversations of a campaign, the next one first, without those whose visitor has left.
    pub(super) fn queue(&self, campaign: &str) -> Vec<ConversationId> {
        let waiting = self.chats.values().filter(|chat| chat.waits_in(campaign));
        let mut waiting: Vec<(Timestamp, &ConversationId)> = waiting.map(|chat| (chat.state.opened, &chat.state.id)).collect();
        waiting.sort();
        waiting.into_iter().map(|(_, conv)| conv.clone()).collect()
    }

    /// Tells visitors their place in a queue where it changed.
    pub(super) fn push_positions(&mut self, campaign: &str) {
        for (index, conv) in self.queue(campaign).into_iter().enumerate() {
            let position = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let Some(chat) = self.chats.get_mut(&conv) else { continue };
            if chat.position != position {
                chat.position = position;
                self.tell_position(&conv, None);
            }
        }
        self.push_room(campaign);
    }

    /// Tells one socket of a visitor, or all of them, the place in the queue.
    pub(super) fn tell_position(&self, conv: &ConversationId, only: Option<&VisitorLink>) {
        let Some(chat) = self.chats.get(conv) else { return };
        if chat.state.standing != Standing::Queued || chat.position == 0 {
            return;
        }
        let frame = ServerFrame::Queue { conv: conv.clone(), position: chat.position };
        for link in self.visitors.get(&chat.state.visitor).into_iter().flatten() {
            if link.heard.has(conv) && only.is_none_or(|only| only.id == link.id) {
                link.out.push(&frame);
            }
        }
    }

    /// Notes the address of a visitor.
    pub(super) fn came_from(&mut self, visitor: &ParticipantId, from: IpAddr) {
        self.chats.values_mut().filter(|chat| chat.state.visitor == *visitor).for_each(|chat| chat.from = Some(from));
    }

    /// Holds a place in a queue for a start.
    pub(super) fn hold_place(&mut self, wanted: &Held) -> Result<(), Refusal> {
        self.may_open(&wanted.visitor, wanted.from)?;
        let limit = self.config.campaign(&wanted.campaign).map_or(0, |campaign| campaign.max_queue);
        let held = self.held.iter().filter(|held| held.campaign == wanted.campaign).count();
        if self.waiting(&wanted.campaign) + held >= limit {
            return Err(Refusal::new(Code::QueueFull, "the queue is full"));
        }
        self.held.push(Held { campaign: wanted.campaign.clone(), visitor: wanted.visitor.clone(), from: wanted.from });
        Ok(())
    }

    /// Releases the place, used or not.
    pub(super) fn free_place(&mut self, place: &Held) {
        if let Some(index) = self.held.iter().position(|held| held == place) {
            self.held.swap_remove(index);
        }
    }

    /// Whether a visitor, and an address, may have one more conversation that is not over or request that is not done. The limit for the
    /// address is needed because a client can make any number of ids, and one address could fill a queue by itself.
    pub(super) fn may_open(&self, visitor: &ParticipantId, from: IpAddr) -> Result<(), Refusal> {
        let day = super::now().after(-DAY_MILLIS);
        let chats = || self.chats.values().filter(|chat| chat.state.standing != Standing::Ended);
        let calls = || self.requests.values().filter(|request| !request.call.done && request.call.created >= day);
        let own = chats().filter(|chat| chat.state.visitor == *visitor).count()
            + self.held.iter().filter(|held| held.visitor == *visitor).count();
        let own_calls = calls().filter(|request| request.call.visitor == *visitor).count();
        if own >= limits::OPEN_CONVERSATIONS || own_calls >= limits::OPEN_CONVERSATIONS {
            return Err(Refusal::new(Code::RateLimited, "a visitor has 8 open conversations, and 8 requests, at most"));
        }
        let near = chats().filter(|chat| chat.from == Some(from)).count()
            + self.held.iter().filter(|held| held.from == from).count()
            + calls().filter(|request| request.from == Some(from)).count();
        if near >= self.config.limits().address.open {
            let network = Peer(from).network();
            tracing::warn!(network, "a start was refused: this address has as many open conversations as limits.address.open allows");
            return Err(Refusal::new(Code::RateLimited, "too many open conversations from one address"));
        }
        Ok(())
    }
}

/// Requests count for the limit of an address for this long, in milliseconds.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// The participant of an agent's account.
pub(super) fn agent_id(user: &str) -> ParticipantId {
    ParticipantId(format!("a_{user}"))
}

/// The account of an agent's participant.
pub(super) fn user_of(id: &ParticipantId) -> &str {
    id.0.strip_prefix("a_").unwrap_or_default()
}

fn text_of(frame: &impl chinwag::wire::Codec) -> String {
    frame.to_text()
}
