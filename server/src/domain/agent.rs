//! The frames of agents: sign in, accept, answer, end, classify.

use super::floor::agent_id;
use super::link::AgentLink;
use super::room::{Log, PAGE_BYTES, Reader, Wanted};
use super::{AGENTS, Domain, Refusal, ack_of, clean, now};
use crate::random;
use crate::store::Expect;
use chinwag::model::{ConversationId, EndReason, EntryBody, EntryId, LeaveReason, Participant, Party, Standing, limits};
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, Code, DeskFrame, OfferEnd, VERSION};
use std::sync::Arc;
use std::time::Instant;

/// The close code of a socket whose identity is not valid any more.
const UNAUTHORIZED: u16 = 4401;

impl Domain {
    /// Registers a socket of a signed-in agent and sends `welcome`.
    ///
    /// # Errors
    /// `unauthorized` when there is no such account any more.
    pub fn welcome_agent(&self, link: &Arc<AgentLink>) -> Result<(), Refusal> {
        let mut floor = self.floor();
        let config = Arc::clone(&floor.config);
        let Some(agent) = config.agent(&link.user) else { return Err(Refusal::new(Code::Unauthorized, "there is no such account")) };
        let seat = floor.seat(&link.user);
        seat.links.push(Arc::clone(link));
        seat.gone = None;
        let supervises = floor.supervises(&link.user);
        let visible = floor.chats.values().filter(|chat| floor.may_see(&link.user, &chat.state));
        let conversations: Vec<_> = visible.map(|chat| chat.for_agents.clone()).collect();
        link.shown().extend(conversations.iter().map(|state| state.id.clone()));
        let serves = |name: &str| supervises || agent.campaigns.iter().any(|campaign| campaign == name);
        let agents = config.agents().iter().filter(|other| supervises || other.user == link.user);
        let Some(me) = floor.agent_view(&link.user) else { return Err(Refusal::new(Code::Unauthorized, "there is no such account")) };
        link.out.push(&DeskFrame::Welcome {
            version: VERSION,
            epoch: self.store.epoch(),
            now: now(),
            me,
            campaigns: config.campaigns().iter().filter(|c| serves(&c.name)).map(|c| config.campaign_view(c)).collect(),
            canned: config.canned_view(),
            conversations,
            requests: floor.requests_of(&link.user),
            agents: agents.filter_map(|other| floor.agent_view(&other.user)).collect(),
        });
        link.shown().iter().for_each(|conv| floor.tell_if_left(link, conv));
        for (conv, expires) in floor.standing_offers(&link.user) {
            link.out.push(&DeskFrame::Offer { conv, expires });
        }
        floor.show_agent(&link.user);
        floor.push_availability();
        floor.route();
        Ok(())
    }

    /// Closes the sockets of a session that was signed out.
    pub fn end_session(&self, session: &str) {
        let mut floor = self.floor();
        let links = floor.seats.values().flat_map(|seat| &seat.links).filter(|link| link.session == session);
        let links: Vec<Arc<AgentLink>> = links.cloned().collect();
        for link in links {
            sign_off(&link);
            let seat = floor.seat(&link.user);
            // The agent signs out at the last desk: set to away at once, without the grace time.
            if seat.links.len() == 1 {
                seat.ready = false;
            }
        }
        floor.push_availability();
    }

    /// Handles a frame of a desk. Refusals are sent on the socket.
    pub async fn agent_frame(&self, link: &Arc<AgentLink>, frame: AgentFrame) {
        let done = match frame {
            AgentFrame::Put { conv, id, item, follows } => {
                match self.put_for_agent(link, &conv, &id, item, follows.as_ref()).await {
                    Ok((seq, at)) => link.out.push(&DeskFrame::Ack { conv, id, seq, at }),
                    Err(refusal) => {
                        link.out.push(&DeskFrame::refused(id, refusal.code, refusal.message.to_owned()));
                    }
                }
                Ok(())
            }
            AgentFrame::Status { status } => self.set_status(&link.user, status).await,
            AgentFrame::Accept { conv } => self.accept(link, &conv).await,
            AgentFrame::Decline { conv } => self.decline(link, &conv),
            AgentFrame::Take { conv } => self.take(link, &conv).await,
            AgentFrame::Release { conv } => self.release(link, &conv).await,
            AgentFrame::Typing { conv, on } => {
                self.agent_typing(&link.user, &conv, on).await;
                Ok(())
            }
            AgentFrame::Open { conv, after } => self.open(link, &conv, Wanted::of(after, None)).await,
            AgentFrame::Fetch { conv, after, before } => self.open(link, &conv, Wanted::of(after, before)).await,
            AgentFrame::Close { conv } => {
                link.heard.remove(&conv);
                Ok(())
            }
            AgentFrame::RequestDone { request, done, note } => self.settle_request(&link.user, &request, done, &note).await,
            AgentFrame::Ping {} => {
                link.out.push(&DeskFrame::Pong { now: now(), heads: link.heard.heads() });
                Ok(())
            }
            AgentFrame::Pong {} => Ok(()),
            AgentFrame::Auth { .. } => Err(Refusal::new(Code::Malformed, "auth comes once, as the first frame")),
        };
        if let Err(refusal) = done {
            link.out.push(&DeskFrame::error(refusal.code, refusal.message.to_owned(), refusal.field.map(str::to_owned)));
        }
    }

    pub(super) async fn set_status(&self, user: &str, status: AgentStatus) -> Result<(), Refusal> {
        let ready = match status {
            AgentStatus::Ready => true,
            AgentStatus::Away => false,
            AgentStatus::Offline | AgentStatus::Unknown(_) => {
                return Err(Refusal::field(Code::Malformed, "status", "one of: ready away; sign out to be offline"));
            }
        };
        {
            let mut floor = self.floor();
            let seat = floor.seat(user);
            if ready && !seat.ready {
                seat.idle_since = Instant::now();
            }
            seat.ready = ready;
            if !ready {
                floor.withdraw_offers(user);
            }
            floor.show_agent(user);
            floor.push_availability();
            floor.route();
        }
        self.keep_status(user, ready).await
    }

    /// Stores the status, so that it survives a restart.
    pub(super) async fn keep_status(&self, user: &str, ready: bool) -> Result<(), Refusal> {
        self.store.put_doc(AGENTS, user, Some(if ready { "ready" } else { "away" }), Expect::Any).await?;
        Ok(())
    }

    async fn accept(&self, link: &AgentLink, conv: &ConversationId) -> Result<(), Refusal> {
        if !self.floor().is_offered_to(conv, &link.user) {
            return Err(Refusal::field(Code::Conflict, "conv", "it is not offered to you any more"));
        }
        self.join_agent(link, conv).await
    }

    fn decline(&self, link: &AgentLink, conv: &ConversationId) -> Result<(), Refusal> {
        let mut floor = self.floor();
        if !floor.is_offered_to(conv, &link.user) {
            return Err(Refusal::field(Code::Conflict, "conv", "it is not offered to you any more"));
        }
        floor.end_offer(conv, OfferEnd::Declined);
        floor.route();
        Ok(())
    }

    async fn take(&self, link: &AgentLink, conv: &ConversationId) -> Result<(), Refusal> {
        {
            let floor = self.floor();
            let Some(chat) = floor.chats.get(conv).filter(|chat| floor.serves(&link.user, &chat.state.campaign)) else {
                return Err(Refusal::not_found());
            };
            if chat.state.standing != Standing::Queued {
                return Err(lost_race());
            }
            let capacity = floor.config.agent(&link.user).map_or(0, |agent| agent.capacity);
            if floor.load(&link.user) >= capacity {
                return Err(Refusal::field(Code::Conflict, "conv", "you have as many conversations as you may have"));
            }
        }
        self.join_agent(link, conv).await
    }

    async fn join_agent(&self, link: &AgentLink, conv: &ConversationId) -> Result<(), Refusal> {
        let mut held = self.lock(conv).await?;
        let Some(log) = held.as_mut() else { return Err(Refusal::not_found()) };
        // The first request that gets the lock gets the conversation; the other one is refused.
        if log.state.standing != Standing::Queued {
            return Err(lost_race());
        }
        let mut who = self.participant(&link.user)?;
        let config = self.config();
        who.position = config.agent(&link.user).and_then(|agent| agent.position.clone());
        who.picture = config.agent_picture_address(&link.user);
        drop(config);
        self.add(log, &own_entry("join"), &EntryBody::Joined { who }).await?;
        tracing::info!(%conv, agent = link.user, "an agent joined");
        Ok(())
    }

    async fn release(&self, link: &AgentLink, conv: &ConversationId) -> Result<(), Refusal> {
        self.leave(&link.user, conv, LeaveReason::Released).await
    }

    pub(super) async fn leave(&self, user: &str, conv: &ConversationId, reason: LeaveReason) -> Result<(), Refusal> {
        let mut held = self.lock(conv).await?;
        let id = agent_id(user);
        let Some(log) = held.as_mut() else { return Err(Refusal::not_found()) };
        let Some(who) = log.state.agents.iter().find(|agent| agent.id == id).cloned() else { return Err(Refusal::not_found()) };
        if reason == LeaveReason::Released {
            // The conversation is not offered to the same agent again at once.
            let pause = self.config().campaign(&log.state.campaign).map(|campaign| campaign.offer_timeout.0).unwrap_or_default();
            if let Some(chat) = self.floor().chats.get_mut(conv) {
                chat.declined.insert(user.to_owned(), Instant::now() + pause);
            }
        }
        self.add(log, &own_entry("left"), &EntryBody::Left { who, reason }).await?;
        tracing::info!(%conv, agent = user, reason = reason.word(), "an agent left");
        Ok(())
    }

    async fn put_for_agent(
        &self,
        link: &AgentLink,
        conv: &ConversationId,
        id: &EntryId,
        item: AgentItem,
        follows: Option<&EntryId>,
    ) -> Result<(u64, chinwag::model::Timestamp), Refusal> {
        clean::entry_id(id)?;
        let mut held = self.lock(conv).await?;
        let log = held.as_mut().filter(|log| self.floor().may_see(&link.user, &log.state)).ok_or_else(Refusal::not_found)?;
        let me = agent_id(&link.user);
        let mine = log.state.has_agent(&me);
        let supervises = self.floor().supervises(&link.user);
        let not_yours = || Refusal::field(Code::Unauthorized, "conv", "you are not in this conversation");
        let body = match item {
            AgentItem::Message { text } => {
                let text = clean::message(&text)?.to_owned();
                EntryBody::Message { from: self.participant(&link.user)?, text }
            }
            AgentItem::End {} if mine || supervises => EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed },
            AgentItem::Disposed { path, comment } if mine || supervises => {
                self.check_disposition(log, &path, &comment)?;
                EntryBody::Disposed { agent: me, path, comment }
            }
            AgentItem::End {} | AgentItem::Disposed { .. } => return Err(not_yours()),
            AgentItem::Unknown(_) => return Err(Refusal::unknown_item()),
        };
        if matches!(body, EntryBody::Message { .. }) && !mine && log.state.standing != Standing::Ended {
            // A repeat of an entry from the time when the agent was in the conversation is still acknowledged.
            let known = self.store.find(conv.as_str(), id.as_str()).await?;
            known.ok_or_else(not_yours)?;
        }
        self.check_order(&link.put, log, &body, follows).await?;
        let added = self.add(log, id, &body).await?;
        link.put.note(conv, id);
        Ok(ack_of(&added))
    }

    fn check_disposition(&self, log: &Log, path: &[String], comment: &str) -> Result<(), Refusal> {
        if comment.chars().count() > limits::VALUE_CHARS {
            return Err(Refusal::field(Code::TooLarge, "comment", "a comment has 4000 characters at most"));
        }
        let known = self.config().campaign(&log.state.campaign).is_some_and(|campaign| campaign.has_disposition(path));
        if known {
            Ok(())
        } else {
            Err(Refusal::field(Code::InvalidForm, "path", "the path does not lead to a leaf of the campaign's tree"))
        }
    }

    async fn open(&self, link: &AgentLink, conv: &ConversationId, wanted: Wanted) -> Result<(), Refusal> {
        let held = self.lock(conv).await?;
        let log = held.as_ref().filter(|log| self.floor().may_see(&link.user, &log.state)).ok_or_else(Refusal::not_found)?;
        let wanted = match wanted {
            Wanted::After(after) if after > log.state.head => Wanted::Newest,
            other => other,
        };
        let chat = self.page(log, wanted, Reader::Agent, PAGE_BYTES).await?;
        if !link.heard.has(conv) {
            // The log records which agent opened which conversation (quality P21).
            tracing::info!(%conv, agent = link.user, "an agent opened a conversation");
        }
        link.heard.add(conv, log.state.head);
        link.out.push(&DeskFrame::Page { chat });
        Ok(())
    }

    pub(super) fn participant(&self, user: &str) -> Result<Participant, Refusal> {
        let config = self.config();
        let agent = config.agent(user).ok_or_else(|| Refusal::new(Code::Unauthorized, "there is no such account"))?;
        Ok(Participant::new(agent_id(user), Party::Agent, agent.name.clone()))
    }
}

/// Reports to a desk that its session ended, and closes the socket.
pub(super) fn sign_off(link: &AgentLink) {
    link.out.push(&DeskFrame::Bye { code: Code::Unauthorized, message: "signed out".into(), retry_after: None });
    link.out.close(UNAUTHORIZED);
}

/// The id of an entry that the server makes.
#[must_use]
pub fn own_entry(what: &str) -> EntryId {
    EntryId(format!("{what}-{}", random::hex::<16>()))
}

const fn lost_race() -> Refusal {
    Refusal::field(Code::Conflict, "conv", "another agent has it")
}
