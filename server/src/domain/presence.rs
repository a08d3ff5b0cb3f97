//! Presence of visitors. A short interruption does not count: the next page of the site opens a new link. A visitor without a
//! link for longer than the grace time has left: the conversation keeps no position in the queue, is not offered, and desks are told. A
//! visitor who comes back has the old position, because queues are ordered by the time at which conversations began.

use super::floor::{Floor, OpenConversation};
use super::link::AgentLink;
use super::now;
use chinwag::model::{ConversationId, ParticipantId, Standing, Timestamp};
use chinwag::wire::{DeskFrame, OfferEnd};
use std::time::{Duration, Instant};

/// A visitor without a link.
pub(super) struct Absence {
    /// When it began, by the monotonic clock, to measure durations.
    pub(super) since: Instant,
    /// When it began, by the time of day, to show it.
    at: Timestamp,
    /// Whether the absence is long enough to count.
    pub(super) counts: bool,
}

impl Absence {
    /// An absence that begins now.
    pub(super) fn begin() -> Self {
        Self { since: Instant::now(), at: now(), counts: false }
    }
}

impl OpenConversation {
    /// Whether the visitor has left.
    pub(super) fn is_left(&self) -> bool {
        self.absence.as_ref().is_some_and(|absence| absence.counts)
    }

    /// Whether the conversation waits in a campaign's queue while its visitor is there.
    pub(super) fn waits_in(&self, campaign: &str) -> bool {
        self.state.standing == Standing::Queued && self.state.campaign == campaign && !self.is_left()
    }
}

impl Floor {
    /// The visitor has a link again.
    pub(super) fn visitor_is_back(&mut self, visitor: &ParticipantId) {
        let mut back = Vec::new();
        for (conv, chat) in self.chats.iter_mut().filter(|(_, chat)| chat.state.visitor == *visitor) {
            if chat.absence.take().is_some_and(|absence| absence.counts) {
                back.push((conv.clone(), chat.state.campaign.clone()));
            }
        }
        for (conv, campaign) in back {
            self.tell_presence(&conv, &DeskFrame::Presence { conv: conv.clone(), here: true, since: now() });
            self.push_positions(&campaign);
        }
    }

    /// The last link of this visitor closed.
    pub(super) fn visitor_is_gone(&mut self, visitor: &ParticipantId) {
        let chats = self.chats.values_mut().filter(|chat| chat.state.visitor == *visitor);
        chats.for_each(|chat| chat.absence = Some(Absence::begin()));
    }

    /// Visitors without a link for longer than the grace time count as having left.
    pub(super) fn count_who_left(&mut self, grace: Duration) {
        let mut left = Vec::new();
        for (conv, chat) in self.chats.iter_mut().filter(|(_, chat)| chat.state.standing != Standing::Ended) {
            if let Some(absence) = chat.absence.as_mut().filter(|absence| !absence.counts && absence.since.elapsed() >= grace) {
                absence.counts = true;
                chat.position = 0;
                left.push((conv.clone(), absence.at, chat.state.campaign.clone()));
            }
        }
        for (conv, at, campaign) in left {
            tracing::info!(%conv, "the visitor left");
            self.tell_presence(&conv, &DeskFrame::Presence { conv: conv.clone(), here: false, since: at });
            self.end_offer(&conv, OfferEnd::Withdrawn);
            self.push_positions(&campaign);
        }
    }

    /// Tells one desk, which was just shown this conversation, that its visitor has left.
    pub(super) fn tell_if_left(&self, link: &AgentLink, conv: &ConversationId) {
        let chat = self.chats.get(conv).filter(|chat| chat.is_left() && chat.state.standing != Standing::Ended);
        if let Some(absence) = chat.and_then(|chat| chat.absence.as_ref()) {
            link.out.push(&DeskFrame::Presence { conv: conv.clone(), here: false, since: absence.at });
        }
    }

    fn tell_presence(&self, conv: &ConversationId, frame: &DeskFrame) {
        for link in self.seats.values().flat_map(|seat| &seat.links).filter(|link| link.shown().contains(conv)) {
            link.out.push(frame);
        }
    }
}
