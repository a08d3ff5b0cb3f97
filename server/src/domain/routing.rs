//! Who gets which waiting conversation: the agent of the queue who has been idle for longest and has room.

use super::floor::{Floor, Offer, agent_id};
use super::now;
use chinwag::model::{ConversationId, Standing, Timestamp};
use chinwag::wire::{DeskFrame, OfferEnd};
use std::time::Instant;

impl Floor {
    /// Offers every waiting conversation that can be offered.
    pub(super) fn route(&mut self) {
        let config = std::sync::Arc::clone(&self.config);
        for campaign in config.campaigns() {
            for conv in self.queue(&campaign.name) {
                let Some(chat) = self.chats.get(&conv) else { continue };
                // A visitor who is not there is not offered: the agent would greet nobody.
                if chat.offer.is_some() || !self.visitors.contains_key(&chat.state.visitor) {
                    continue;
                }
                let Some(user) = self.longest_idle(&campaign.name, &conv) else { continue };
                let expires = now().after(campaign.offer_timeout.millis());
                let until = Instant::now() + campaign.offer_timeout.0;
                if let Some(chat) = self.chats.get_mut(&conv) {
                    chat.offer = Some(Offer { user: user.clone(), until, expires });
                }
                tracing::info!(%conv, agent = user, "offered");
                self.tell_agent(&user, &DeskFrame::Offer { conv, expires });
            }
        }
    }

    fn longest_idle(&self, campaign: &str, conv: &ConversationId) -> Option<String> {
        let now = Instant::now();
        let declined = |user: &str| self.chats.get(conv).and_then(|chat| chat.declined.get(user)).is_some_and(|until| *until > now);
        let agents = self.config.agents().iter().filter(|agent| agent.campaigns.iter().any(|name| name == campaign));
        let free = agents.filter_map(|agent| {
            let seat = self.seats.get(&agent.user).filter(|seat| seat.ready && !seat.links.is_empty())?;
            let busy = self.load(&agent.user) + self.offers_of(&agent.user);
            (busy < agent.capacity && !declined(&agent.user)).then_some((seat.idle_since, agent.user.clone()))
        });
        free.min().map(|(_, user)| user)
    }

    fn offers_of(&self, user: &str) -> u32 {
        let offers = self.chats.values().filter(|chat| chat.offer.as_ref().is_some_and(|offer| offer.user == user));
        u32::try_from(offers.count()).unwrap_or(u32::MAX)
    }

    /// Whether a conversation is offered to this agent now.
    pub(super) fn is_offered_to(&self, conv: &ConversationId, user: &str) -> bool {
        self.chats.get(conv).and_then(|chat| chat.offer.as_ref()).is_some_and(|offer| offer.user == user)
    }

    /// The offers of an agent that stand, for a desk that came back.
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
        // Who had the chance goes to the end of the line.
        if let Some(seat) = self.seats.get_mut(&offer.user) {
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

    /// Ends the offers whose time is over; gives the agents who did not answer and are away now.
    pub(super) fn time_out_offers(&mut self) -> Vec<String> {
        let now = Instant::now();
        let over = self.chats.iter().filter(|(_, chat)| chat.offer.as_ref().is_some_and(|offer| offer.until <= now));
        let over: Vec<ConversationId> = over.map(|(conv, _)| conv.clone()).collect();
        let mut away = Vec::new();
        for conv in over {
            let Some(user) = self.chats.get(&conv).and_then(|chat| chat.offer.as_ref()).map(|offer| offer.user.clone()) else { continue };
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
