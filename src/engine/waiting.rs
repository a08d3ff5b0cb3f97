//! Waiting for the server: the times, the visitor's messages, and cancelling.

use super::outbox::What;
use super::timers::TimerId;
use super::widget::{Phase, Widget};
use super::{Effect, Engine, Focus, LinkStatus, WidgetIndex};
use crate::model::ConversationId;
use crate::wire::Code;

/// After this time the widget says that the server takes long, in milliseconds.
const LONG: i64 = 5_000;
/// After this time the widget offers other ways to reach the site, in milliseconds.
const TOO_LONG: i64 = 15_000;

/// How long the visitor has been waiting for the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// Not waiting, or not for long.
    #[default]
    Short,
    /// For more than five seconds.
    Long,
    /// For more than fifteen seconds, or it is known that the server will not answer.
    TooLong,
}

impl Engine {
    /// Updates the waiting time of every widget that waits for the server.
    pub(super) fn settle_waits(&mut self) {
        let online = self.is_online();
        for index in 0..self.widgets.len() {
            let Some(widget) = self.widgets.get_mut(index) else { return };
            let waits = widget.is_starting() || (!online && widget.conv().is_some());
            if waits == widget.waiting.is_some() {
                continue;
            }
            widget.waiting = waits.then_some(self.now);
            if waits {
                self.timers.set(TimerId::Wait(index), self.now.after(LONG));
            } else {
                self.timers.stop(TimerId::Wait(index));
                self.render(index);
            }
        }
    }

    /// The wait has reached the next length.
    pub(super) fn waited(&mut self, index: WidgetIndex) {
        if let Some(at) = self.widgets.get(index).and_then(|widget| widget.waiting).map(|since| since.after(TOO_LONG))
            && at > self.now
        {
            self.timers.set(TimerId::Wait(index), at);
        }
        self.render(index);
    }

    pub(super) fn wait_of(&self, widget: &Widget) -> Wait {
        match widget.waiting.map(|since| self.now.since(since)) {
            Some(_) if self.status == LinkStatus::Stopped => Wait::TooLong,
            Some(TOO_LONG..) => Wait::TooLong,
            Some(LONG..) => Wait::Long,
            _ => Wait::Short,
        }
    }

    /// The visitor cancels. The start is withdrawn, and the form's values are shown again.
    pub(super) fn cancel(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.is_starting()) else { return };
        if let Phase::Starting { id, .. } = &widget.phase {
            let id = id.clone();
            let mut begun = Vec::new();
            if let Some(What::Start { values }) = self.outbox.take(&id).map(|parcel| parcel.what)
                && widget.values.is_empty()
            {
                begun.clone_from(&values);
                widget.values = values;
            }
            let asks = widget.asks();
            self.taken_back.push(id);
            if self.take_back(index, &ConversationId(String::new()), Code::Unavailable) && !asks {
                // The first message goes back into the composer.
                self.set_phase(index, Phase::Composing { values: begun, refused: None });
                return self.focus_stage(index);
            }
            self.set_phase(index, Phase::Engagement);
            if asks {
                self.begin_collection(index);
                return self.focus_stage(index);
            }
        }
        // A conversation of an earlier page is not cancelled: it is restored when the server answers.
        self.close_panel(index);
        self.ask(Effect::Focus(index, Focus::Launcher));
    }
}
