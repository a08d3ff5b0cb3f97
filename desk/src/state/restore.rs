//! The state that survives a reload of the page, as text for the browser's storage.

use super::{Desk, Kept, outbox};
use chinwag::model::ConversationId;
use chinwag::wire::Codec;

impl Desk {
    pub(super) fn keep_outbox(&mut self) {
        let text = outbox::kept(&self.outbox);
        self.keep_text(Kept::Outbox, text);
    }

    pub(super) fn keep_panes(&mut self) {
        let text = (!self.panes.is_empty()).then(|| self.panes.to_text());
        self.keep_text(Kept::Panes, text);
    }

    /// Drafts are kept as a list of conversation, text, conversation, text ...
    pub(super) fn keep_drafts(&mut self) {
        let begun = self.chats.values().filter(|chat| !chinwag::text::is_empty(&chat.draft)).map(|chat| (&chat.state.id, &chat.draft));
        let waiting = self.drafts.iter().map(|(conv, draft)| (conv, draft));
        let drafts: Vec<String> = begun.chain(waiting).flat_map(|(conv, draft)| [conv.0.clone(), draft.clone()]).collect();
        let text = (!drafts.is_empty()).then(|| drafts.to_text());
        self.drafts_due = None;
        self.keep_text(Kept::Drafts, text);
    }

    pub(super) fn restore_panes(&mut self, text: &str) {
        self.panes = Vec::<ConversationId>::from_text(text).unwrap_or_default();
        self.active = self.panes.first().cloned();
    }

    pub(super) fn restore_drafts(&mut self, text: &str) {
        let mut parts = Vec::<String>::from_text(text).unwrap_or_default().into_iter();
        while let (Some(conv), Some(draft)) = (parts.next(), parts.next()) {
            self.drafts.push((ConversationId(conv), draft));
        }
    }
}
