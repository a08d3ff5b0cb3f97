//! Whether an agent can answer at a widget, and which times for calls are free.

use super::floor::Floor;
use super::now;
use crate::config::{Campaign, Site, Widget, WidgetState, is_chat};
use chinwag::model::{Availability, Slot, Timestamp, WidgetId, WidgetKind};
use chinwag::wire::{Available, ServerFrame};

impl Floor {
    /// Whether an agent can answer at a widget now. While the queue of a chat is full, none can.
    pub(super) fn availability(&self, widget: &Widget) -> Availability {
        match self.staffed(widget) {
            Availability::Available if is_chat(widget.kind) && self.is_full(&widget.campaign) => Availability::NoAgents,
            other => other,
        }
    }

    /// Whether a campaign's queue has as many conversations as it may have.
    fn is_full(&self, campaign: &str) -> bool {
        self.config.campaign(campaign).is_some_and(|limits| self.waiting(campaign) >= limits.max_queue)
    }

    /// Tells pages when a queue has become full, or has places again.
    pub(super) fn push_room(&mut self, campaign: &str) {
        let limit = self.config.campaign(campaign).map_or(0, |limits| limits.max_queue);
        if self.waiting(campaign) + 1 >= limit {
            self.push_availability();
        }
    }

    /// Whether a widget is open and an agent is ready. The length of the queue does not count.
    pub(super) fn staffed(&self, widget: &Widget) -> Availability {
        if widget.kind == WidgetKind::CallbackLater {
            // A call later needs no agent now; it needs a free time.
            return if self.free_slots(&widget.campaign).is_empty() { Availability::Closed } else { Availability::Available };
        }
        if !self.config.hours(&widget.campaign).is_some_and(|hours| hours.is_open(now())) {
            return Availability::Closed;
        }
        let serves = |user: &str| self.config.agent(user).is_some_and(|agent| agent.campaigns.contains(&widget.campaign));
        // Agents stay ready for the grace time after their link was lost, so that a restart does not make a widget unavailable.
        if self.seats.iter().any(|(user, seat)| seat.ready && serves(user)) { Availability::Available } else { Availability::NoAgents }
    }

    /// The times of a campaign that can still be chosen.
    pub(super) fn free_slots(&self, campaign: &str) -> Vec<Slot> {
        let (Some(hours), Some(campaign)) = (self.config.hours(campaign), self.config.campaign(campaign)) else { return Vec::new() };
        let slots = hours.slots(now(), &campaign.slots);
        slots.into_iter().filter(|slot| self.taken(campaign, slot.start) < campaign.slots.per_slot as usize).collect()
    }

    fn taken(&self, campaign: &Campaign, start: Timestamp) -> usize {
        let calls = self.requests.values().map(|request| &request.call);
        let here = calls.filter(|call| call.kind == WidgetKind::CallbackLater && call.campaign == campaign.name);
        here.filter(|call| call.due == start && !call.done).count()
    }

    /// The availability of a widget, as pages get it.
    pub(super) fn widget_state(&self, widget: &Widget) -> WidgetState {
        let slots = if widget.kind == WidgetKind::CallbackLater { self.free_slots(&widget.campaign) } else { Vec::new() };
        let availability = self.availability(widget);
        WidgetState { availability, opens: self.opens(widget, availability), slots }
    }

    /// When a closed widget opens again. `None` for calls at a chosen time: the opening hours of today do not matter for them.
    fn opens(&self, widget: &Widget, availability: Availability) -> Option<Timestamp> {
        let closed = availability == Availability::Closed && widget.kind != WidgetKind::CallbackLater;
        self.config.hours(&widget.campaign).filter(|_| closed)?.opens(now())
    }

    fn available(&self, widget: &Widget, availability: Availability) -> Available {
        Available { widget: WidgetId(widget.id.clone()), availability, opens: self.opens(widget, availability) }
    }

    /// Tells pages the changes since the last time.
    pub(super) fn push_availability(&mut self) {
        let config = std::sync::Arc::clone(&self.config);
        for site in config.sites() {
            let mut changed = Vec::new();
            for widget in &site.widgets {
                let availability = self.availability(widget);
                let before = self.availability.insert((site.key.clone(), widget.id.clone()), availability);
                let known = changed.iter().any(|available: &Available| available.widget.0 == widget.id);
                if before != Some(availability) && !known {
                    changed.push(self.available(widget, availability));
                }
            }
            if !changed.is_empty() {
                let frame = ServerFrame::Available { widgets: changed };
                self.visitors.values().flatten().filter(|link| link.site == site.key).for_each(|link| link.out.push(&frame));
            }
        }
    }

    /// The availability of all widgets of a site, for a page that connects.
    pub(super) fn all_available(&self, site: &Site) -> Vec<Available> {
        let mut all: Vec<Available> = Vec::new();
        for widget in &site.widgets {
            if !all.iter().any(|available| available.widget.0 == widget.id) {
                all.push(self.available(widget, self.availability(widget)));
            }
        }
        all
    }
}
