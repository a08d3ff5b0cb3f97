//! Giving a conversation back to its queue. The server is told only after some seconds, so that undoing it has no effect on others: a
//! conversation in the queue may get another agent within a moment, and its visitor would see agents come and go.

use super::{Desk, Effect, Seat};
use chinwag::model::{ConversationId, Timestamp};
use chinwag::wire::AgentFrame;

impl Desk {
    /// The agent wants to give an own conversation back.
    pub(super) fn release(&mut self, now: Timestamp, conv: &ConversationId) {
        if !self.up {
            self.complain(now, "Not given back: there is no connection at the moment. Try again when it is back.");
            return;
        }
        if self.seat(conv) != Some(Seat::Own) {
            return;
        }
        let until = now.after(UNDO);
        let Some(chat) = self.chats.get_mut(conv).filter(|chat| chat.parting.is_none() && !chat.releasing) else { return };
        chat.parting = Some(until);
        let text = format!("{} goes back to the queue.", chat.title());
        self.hide(conv);
        self.inform_undo(until, text, conv.clone());
        self.push(Effect::FocusElsewhere);
    }

    /// The agent keeps the conversation, or does not have it any more.
    pub(super) fn keep(&mut self, conv: &ConversationId) {
        if let Some(chat) = self.chats.get_mut(conv) {
            chat.parting = None;
        }
        self.toasts.retain(|toast| toast.undo.as_ref() != Some(conv));
    }

    /// Gives conversations back that can no longer be undone. Without a link this waits for the link.
    pub(super) fn part(&mut self, now: Timestamp) {
        self.part_with(|until| now >= until);
    }

    /// Tells the server of all of them at once, because the agent leaves.
    pub(super) fn part_now(&mut self) {
        self.part_with(|_| true);
    }

    fn part_with(&mut self, is_due: impl Fn(Timestamp) -> bool) {
        if !self.up {
            return;
        }
        let due = self.chats.values_mut().filter(|chat| chat.parting.is_some_and(&is_due));
        let due: Vec<ConversationId> = due
            .map(|chat| {
                chat.releasing = true;
                chat.state.id.clone()
            })
            .collect();
        for conv in due {
            self.keep(&conv);
            self.send(AgentFrame::Release { conv });
        }
    }
}

/// Milliseconds in which the agent can undo it.
const UNDO: i64 = 8_000;
