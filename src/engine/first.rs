//! The functions of the engine that launchers need before they are used. They are in the first part of the module (docs/architecture.md,
//! section 7), so they must not call the rest of the engine, which is behind [`Engine::take`](super::Engine).

use super::Engine;
use super::widget::Presence;
use crate::model::Timestamp;

impl Engine {
    /// Whether an earlier page has stored a state: then [`Input::Start`](super::Input::Start) restores it.
    #[must_use]
    pub const fn is_returning(&self) -> bool {
        self.kept.is_some()
    }

    /// Loads the widgets when there is no stored state. Returns whether there was none.
    pub(super) fn start(&mut self) -> bool {
        let new = !self.is_returning();
        if new {
            self.load_widgets();
            self.ask_tabs();
        }
        new
    }

    /// Shows the widgets whose time has come: the part of [`Input::Wake`](super::Input::Wake) that can be done while there are only
    /// launchers. Returns whether nothing else has to be done.
    pub fn show_due(&mut self, now: Timestamp) -> bool {
        self.now = self.now.max(now);
        while let Some(index) = self.timers.take_show(self.now) {
            if let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.presence == Presence::Waiting) {
                widget.presence = Presence::Ready;
            }
            self.update_visibility(index);
        }
        self.timers.due(self.now).is_none() && !self.link_wanted
    }

    /// When to call [`Engine::show_due`].
    #[must_use]
    pub fn next_show(&self) -> Option<Timestamp> {
        self.timers.next_show().map(|(_, at)| at)
    }

    /// Removes everything, if no launcher was used. Returns whether that was the case.
    pub(super) fn leave_unused(&mut self) -> bool {
        let unused = !self.started && self.written.is_none() && self.consent.is_none() && !self.is_returning();
        if unused {
            self.leave();
        }
        unused
    }
}
