//! Toasts: messages to the agent that belong to no conversation.

use super::{Desk, Effect};
use chinwag::model::{ConversationId, Timestamp};

/// One toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub id: u64,
    pub tone: Tone,
    pub text: String,
    /// The conversation that [`Action::Show`](super::Action::Show) keeps, while giving it back can be undone.
    pub undo: Option<ConversationId>,
    /// The time at which it disappears; problems stay until they are dismissed. Milliseconds since 1970.
    pub until: Option<i64>,
}

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Problem,
}

impl Desk {
    pub(super) fn inform(&mut self, now: Timestamp, text: impl Into<String>) {
        self.notify(Tone::Information, Some(now.after(TOAST)), text.into(), None);
    }

    pub(super) fn complain(&mut self, _now: Timestamp, text: impl Into<String>) {
        self.notify(Tone::Problem, None, text.into(), None);
    }

    /// Shows an action that can be undone until this time.
    pub(super) fn inform_undo(&mut self, until: Timestamp, text: String, conv: ConversationId) {
        self.notify(Tone::Information, Some(until), text, Some(conv));
    }

    fn notify(&mut self, tone: Tone, until: Option<Timestamp>, text: String, undo: Option<ConversationId>) {
        self.toasts.retain(|toast| toast.text != text || toast.undo != undo);
        self.toast_count = self.toast_count.saturating_add(1);
        self.push(Effect::Announce(text.clone()));
        self.toasts.push(Toast { id: self.toast_count, tone, text, undo, until: until.map(|until| until.0) });
        if self.toasts.len() > MOST_TOASTS {
            self.toasts.remove(0);
        }
    }
}

/// Milliseconds for which an information is shown.
const TOAST: i64 = 8_000;
const MOST_TOASTS: usize = 4;
