//! For dialects that need the whole transcript and have their own rules for restoring a conversation (feature `facade`).

use super::outbox::What;
use super::stored::Stored;
use super::widget::{Phase, Widget};
use super::{Engine, Happening, Injected, WidgetIndex};
use crate::model::{Entry, EntryId, FieldValue, Timestamp};
use crate::wire::json::Json;
use crate::wire::{Codec, Item, Trouble};

/// The state of the engine for such dialects.
#[derive(Debug, Default)]
pub(super) struct Retold {
    /// Attempts to reach the server that failed in a row.
    pub(super) failures: u32,
    /// The widget in whose composer the visitor is known to type.
    composing: Option<WidgetIndex>,
    /// The host begins conversations, see [`Happening::Filled`].
    pub(super) handed_over: bool,
    /// A conversation whose state was kept longer ago than this is not continued. Milliseconds.
    restore_within: Option<i64>,
    /// When the visitor was last known to be on the page, as far as that is stored.
    pub(super) at: Timestamp,
}

/// Where the time of leaving counts, the stored time is at most this old, in milliseconds: a page may end without any event.
const TOUCH: i64 = 10_000;

impl Engine {
    /// Conversations that the visitor left longer ago are forgotten when a page is loaded. Before [`super::Input::Start`].
    pub const fn restore_within(&mut self, millis: i64) {
        self.retold.restore_within = Some(millis);
    }

    /// The stored state; without its conversations, if `text` is too old to continue them.
    pub(super) fn unless_expired(&mut self, mut stored: Stored, text: &str) -> Stored {
        let at = Json::parse(text).ok().and_then(|json| Option::<Timestamp>::member(&json, "at", &mut Trouble::default()));
        let expired = |limit: i64| at.is_some_and(|at| self.now.since(at) > limit);
        if !stored.chats.is_empty() && self.retold.restore_within.is_some_and(expired) {
            stored.chats.clear();
            stored.parcels.clear();
            self.emit(None, Happening::RestoreExpired);
        }
        stored
    }

    /// Updates the stored time: with every other change, when the visitor leaves, and at intervals. Returns whether all of the state has to
    /// be stored.
    pub(super) fn touch(&mut self, all: bool, changed: bool) -> bool {
        let counts = self.retold.restore_within.is_some();
        let old = counts && self.now.since(self.retold.at) >= TOUCH;
        if changed || old || (all && counts) {
            self.retold.at = self.now;
        }
        all || old
    }

    pub(super) fn retell(&mut self, index: WidgetIndex, entries: &[Entry], restoring: bool) {
        let Some(conv) = self.conversation_or_last(index) else { return };
        self.emit(Some(index), Happening::Lines { conv, entries: entries.to_vec(), restoring });
    }

    /// Splits the entries of an open conversation into those from before, which an earlier core has told this page, and those that the page
    /// was not told of yet.
    pub(super) fn unheard(&self, index: WidgetIndex, mut entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
        let heard = match self.widgets.get(index).map(|widget| &widget.phase) {
            Some(Phase::Restoring { heard: Some(heard), .. }) => *heard,
            _ => return (entries, Vec::new()),
        };
        let news = entries.split_off(entries.iter().position(|entry| entry.seq > heard).unwrap_or(entries.len()));
        (entries, news)
    }

    /// Sends the events that happened while there was no core. The transcript has them already.
    pub(super) fn take_news(&mut self, index: WidgetIndex, news: &[Entry]) {
        let Some(conv) = self.conversation_or_last(index) else { return };
        for entry in news {
            self.retell(index, core::slice::from_ref(entry), false);
            self.tell(index, conv.clone(), entry);
        }
    }

    fn conversation_or_last(&self, index: WidgetIndex) -> Option<crate::model::ConversationId> {
        self.widgets.get(index)?.chat().map(|chat| chat.state.id.clone())
    }

    pub(super) fn trouble(&mut self) {
        self.retold.failures = self.retold.failures.saturating_add(1);
        self.emit(None, Happening::LinkTrouble { failures: self.retold.failures });
    }

    pub(super) fn put(&mut self, index: WidgetIndex, item: Item) {
        let Some(conv) = self.conversation(index).cloned() else { return };
        let id = self.post(index, None, What::Put { conv: conv.clone(), item });
        self.emit(Some(index), Happening::MessageQueued { conv: Some(conv), id });
    }

    /// The visitor types in the composer, or stopped.
    pub(super) fn composing(&mut self, index: WidgetIndex, on: bool) {
        if on && self.retold.composing.is_none() {
            self.retold.composing = Some(index);
            self.emit(Some(index), Happening::Composing { on });
        } else if !on && self.retold.composing == Some(index) {
            self.retold.composing = None;
            self.emit(Some(index), Happening::Composing { on });
        }
    }

    /// Begins with values that the host gives.
    pub(super) fn begin_with(&mut self, index: WidgetIndex, values: Vec<FieldValue>) {
        // An ended conversation is replaced; an open or starting one is not.
        let busy = self.widgets.get(index).is_some_and(Widget::is_starting);
        if busy || self.conversation(index).is_some() {
            return;
        }
        self.ask_for(index, values);
        self.render(index);
        self.focus_stage(index);
    }

    /// From now on the host begins the conversations that the visitor wants: the engine reports [`Happening::Filled`], the host answers with
    /// [`super::Command::Begin`].
    pub const fn hand_over(&mut self) {
        self.retold.handed_over = true;
    }

    pub(super) const fn is_handed_over(&self) -> bool {
        self.retold.handed_over
    }

    /// Takes ended conversations off the screen and forgets filled-in values.
    pub(super) fn renew(&mut self, index: WidgetIndex) {
        let busy = self.widgets.get(index).is_none_or(|widget| widget.conv().is_some() || matches!(widget.phase, Phase::Starting { .. }));
        if busy {
            return;
        }
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.values.clear();
            widget.draft.clear();
        }
        self.set_phase(index, Phase::Engagement);
        self.set_unread(index, 0);
    }

    /// The host page changes the text of a message on the screen. The server's copy stays as it is.
    pub(super) fn rewrite(&mut self, index: WidgetIndex, id: &EntryId, what: Option<Injected>) {
        if let Some(chat) = self.chat_mut(index) {
            chat.rewrite(id, what);
            self.render(index);
        }
    }

    /// Adds a line of the host page at the end of the transcript on the screen.
    pub(super) fn inject(&mut self, index: WidgetIndex, id: EntryId, what: Injected) {
        let at = self.server_now();
        if let Some(chat) = self.chat_mut(index) {
            chat.inject(id, at, what);
            self.render(index);
        }
    }
}
