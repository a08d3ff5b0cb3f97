//! The table of reasons to wake up.

use super::WidgetIndex;
use crate::model::Timestamp;

/// A reason to wake up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimerId {
    /// The time has come at which the widget becomes visible.
    Show(WidgetIndex),
    /// The time has come at which the widget opens by itself.
    OpenBySelf(WidgetIndex),
    /// Nothing was typed for a while: report that typing stopped.
    TypingStops(WidgetIndex),
    /// The other side's typing was not reported again for a while: stop showing it.
    TypingFades(WidgetIndex),
    /// The server did not answer our hello.
    Hello,
    /// A parcel in the outbox is due to be sent again, or to be shown as late.
    Outbox,
    /// A page of entries was asked for and did not come.
    Fetch(WidgetIndex),
    /// The visitor has waited for the server for so long that the widget has to show it.
    Wait(WidgetIndex),
    /// The draft was changed a while ago and is not stored yet.
    Keep,
}

/// At most one deadline per reason.
#[derive(Debug, Default)]
pub(super) struct Timers(Vec<(TimerId, Timestamp)>);

impl Timers {
    /// Sets or moves a deadline.
    pub(super) fn set(&mut self, id: TimerId, at: Timestamp) {
        self.stop(id);
        self.0.push((id, at));
    }

    /// Sets a deadline, unless there is one for this reason.
    pub(super) fn begin(&mut self, id: TimerId, at: Timestamp) {
        if !self.0.iter().any(|(other, _)| *other == id) {
            self.0.push((id, at));
        }
    }

    pub(super) fn stop(&mut self, id: TimerId) {
        self.0.retain(|(other, _)| *other != id);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The time of the earliest deadline.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.earliest().and_then(|index| self.0.get(index)).map(|(_, at)| *at)
    }

    /// The next widget to become visible, and when.
    pub(super) fn next_show(&self) -> Option<(WidgetIndex, Timestamp)> {
        let shows = self.0.iter().filter_map(|(id, at)| if let TimerId::Show(index) = id { Some((*index, *at)) } else { None });
        shows.min_by_key(|(_, at)| *at)
    }

    /// A widget whose time to become visible has come, the earliest first. Its deadline is taken out.
    pub(super) fn take_show(&mut self, now: Timestamp) -> Option<WidgetIndex> {
        let (index, _) = self.next_show().filter(|(_, at)| *at <= now)?;
        self.stop(TimerId::Show(index));
        Some(index)
    }

    /// The reason with the earliest deadline, if that time has come.
    pub(super) fn due(&self, now: Timestamp) -> Option<TimerId> {
        self.earliest().and_then(|index| self.0.get(index)).filter(|(_, at)| *at <= now).map(|(id, _)| *id)
    }

    /// As [`Timers::due`], but also removes the deadline.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<TimerId> {
        let id = self.due(now)?;
        self.stop(id);
        Some(id)
    }

    fn earliest(&self) -> Option<usize> {
        let mut found: Option<(usize, Timestamp)> = None;
        for (index, (_, at)) in self.0.iter().enumerate() {
            if found.is_none_or(|(_, earliest)| *at < earliest) {
                found = Some((index, *at));
            }
        }
        found.map(|(index, _)| index)
    }
}
