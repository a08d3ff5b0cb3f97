//! Routing: a waiting conversation is offered to the agent of its campaign who has been idle for longest and has capacity.

use super::floor::{Floor, Offer, agent_id, user_of};
use crate::config::Agent;
use chinwag::model::{ConversationId, Standing, Timestamp};
use chinwag::wire::{DeskFrame, OfferEnd};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

impl Floor {
    /// Offers every waiting conversation that can be offered.
    pub(super) fn route(&mut self) {
        let config = Arc::clone(&self.config);
        let mut busy = self.busy();
        for campaign in config.campaigns() {
            let serves = |agent: &&Agent| agent.campaigns.contains(&campaign.name);
            let present = |agent: &Agent| self.seats.get(&agent.user).filter(|seat| seat.ready && !seat.links.is_empty());
            let free = config.agents().iter().filter(serves).filter_map(|agent| present(agent).map(|seat| (seat.idle_since, agent)));
            let mut free: Vec<(Instant, &Agent)> = free.collect();
            free.sort_by_key(|(idle_since, _)| *idle_since);
            free.retain(|(_, agent)| has_room(&busy, agent));
            if free.is_empty() {
                continue;
            }
            for conv in self.queue(&campaign.name) {
                let Some(chat) = self.chats.get_mut(&conv) else { continue };
                // A conversation whose visitor has left is not offered.
                if chat.offer.is_some() || !self.visitors.contains_key(&chat.state.visitor) {
                    continue;
                }
                let now = Instant::now();
                let willing = |user: &str| chat.declined.get(user).is_none_or(|until| *until <= now);
                let Some(at) = free.iter().position(|(_, agent)| willing(&agent.user)) else { continue };
                // The agent moves to the end of the list, if there is still capacity.
                let (_, agent) = free.remove(at);
                *busy.entry(agent.user.clone()).or_default() += 1;
                if has_room(&busy, agent) {
                    free.push((now, agent));
                }
                let expires = super::now().after(campaign.offer_timeout.millis());
                chat.offer = Some(Offer { user: agent.user.clone(), until: now + campaign.offer_timeout.0, expires });
                tracing::info!(%conv, agent = agent.user, "offered");
                self.tell_agent(&agent.user, &DeskFrame::Offer { conv, expires });
            }
        }
    }

    /// How many conversations and offers each agent has.
    fn busy(&self) -> HashMap<String, u32> {
        let mut busy: HashMap<String, u32> = HashMap::new();
        for chat in self.chats.values() {
            let own = chat.state.agents.iter().filter(|_| chat.state.standing == Standing::Online).map(|agent| user_of(&agent.id));
            for user in own.chain(chat.offer.as_ref().map(|offer| offer.user.as_str())) {
                *busy.entry(user.to_owned()).or_default() += 1;
            }
        }
        busy
    }

    /// Whether a conversation is offered to this agent now.
    pub(super) fn is_offered_to(&self, conv: &ConversationId, user: &str) -> bool {
        self.chats.get(conv).and_then(|chat| chat.offer.as_ref()).is_some_and(|offer| offer.user == user)
    }

    /// The open offers of an agent, for a desk that reconnects.
    pub(super) fn standing_offers(&self, user: &str) -> Vec<(ConversationId, Timestamp)> {
        let offered = self.chats.iter().filter_map(|(conv, chat)| chat.offer.as_ref().map(|offer| (conv, offer)));
        offered.filter(|(_, offer)| offer.user == user).map(|(conv, offer)| (conv.clone(), offer.expires)).collect()
    }

    /// Ends an offer without a conversation. The agent is not asked again for a while.
    pub(super) fn end_offer(&mut self, conv: &ConversationId, reason: OfferEnd) {
        let Some(chat) = self.chats.get_mut(conv) else { return };
        let Some(offer) = chat.offer.take() else { return };
        if reason != OfferEnd::Withdrawn {
            let pause = self.config.campaign(&chat.state.campaign).map(|campaign| campaign.offer_timeout.0).unwrap_or_default();
            chat.declined.insert(offer.user.clone(), Instant::now() + pause);
        }
        // The agent goes to the end of the order, unless the visitor had left: then the agent had no chance to answer.
        if let Some(seat) = self.seats.get_mut(&offer.user).filter(|_| reason != OfferEnd::Withdrawn) {
            seat.idle_since = Instant::now();
        }
        tracing::info!(%conv, agent = offer.user, reason = reason.word(), "offer over");
        self.tell_agent(&offer.user, &DeskFrame::OfferGone { conv: conv.clone(), reason });
    }

    /// Withdraws every offer of an agent who is away or gone.
    pub(super) fn withdraw_offers(&mut self, user: &str) {
        for (conv, _) in self.standing_offers(user) {
            self.end_offer(&conv, OfferEnd::Withdrawn);
        }
    }

    /// Ends the offers that have timed out; returns the agents who did not answer and are set to away now.
    pub(super) fn time_out_offers(&mut self) -> Vec<String> {
        let now = Instant::now();
        let over = self.chats.iter().filter(|(_, chat)| chat.offer.as_ref().is_some_and(|offer| offer.until <= now));
        let over: Vec<ConversationId> = over.map(|(conv, _)| conv.clone()).collect();
        let mut away = Vec::new();
        for conv in over {
            let Some(chat) = self.chats.get(&conv) else { continue };
            let Some(user) = chat.offer.as_ref().map(|offer| offer.user.clone()) else { continue };
            if chat.absence.is_some() {
                // The visitor had left: the agent is not set to away.
                self.end_offer(&conv, OfferEnd::Withdrawn);
                continue;
            }
            self.end_offer(&conv, OfferEnd::TimedOut);
            if let Some(seat) = self.seats.get_mut(&user) {
                seat.ready = false;
            }
            self.withdraw_offers(&user);
            self.show_agent(&user);
            away.push(user);
        }
        away
    }

    /// Conversations that an agent is in and that are not over.
    pub(super) fn chats_of(&self, user: &str) -> Vec<ConversationId> {
        let id = agent_id(user);
        let own = self.chats.iter().filter(|(_, chat)| chat.state.standing == Standing::Online && chat.state.has_agent(&id));
        own.map(|(conv, _)| conv.clone()).collect()
    }
}

/// Whether an agent may have one more conversation.
fn has_room(busy: &HashMap<String, u32>, agent: &Agent) -> bool {
    busy.get(&agent.user).copied().unwrap_or(0) < agent.capacity
}
