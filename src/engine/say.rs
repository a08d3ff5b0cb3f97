//! Messages of the visitor: sending, acknowledgement, failure, typing.

use super::outbox::{Parcel, What};
use super::timers::TimerId;
use super::view::{Line, LineState, Said};
use super::widget::{Phase, Widget};
use super::{Effect, Engine, Happening, TabWord, WidgetIndex};
use crate::model::{ConversationId, EntryId, Participant, Party, WidgetKind, limits};
use crate::text;
use crate::wire::{Item, VisitorFrame};

/// While the visitor types, the server is told again at this interval, in milliseconds.
const TYPING_AGAIN: i64 = 4_000;
/// Typing counts as over after this time without a keystroke, in milliseconds. The second time is for pages where a facade begins conversations:
/// they expect a shorter one.
const TYPING_STOPS: i64 = 5_000;
#[cfg(feature = "facade")]
const TYPING_STOPS_THERE: i64 = 2_000;
/// A draft is stored at most this many milliseconds later, and not at every key: a browser writes to storage before it goes on.
const KEEP_TYPED: i64 = 2_000;

impl Engine {
    /// Puts a parcel into the outbox, with a fresh id if none is given. Returns the id.
    pub(super) fn post(&mut self, index: WidgetIndex, id: Option<EntryId>, what: What) -> EntryId {
        let id = id.unwrap_or_else(|| self.new_entry_id());
        if let Some(widget) = self.widgets.get(index) {
            let element = widget.spec.element.clone();
            self.outbox.add(Parcel { element, id: id.clone(), what, made: self.now });
        }
        id
    }

    /// The text in the composer changed.
    pub(super) fn set_draft(&mut self, index: WidgetIndex, text: String) {
        let now = self.now;
        let online = self.is_online();
        let stops = TYPING_STOPS;
        #[cfg(feature = "facade")]
        let stops = if self.is_handed_over() { TYPING_STOPS_THERE } else { stops };
        let text = text::without_nul(text);
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.draft != text) else { return };
        widget.draft = text;
        self.timers.begin(TimerId::Keep, now.after(KEEP_TYPED));
        let typing = !text::is_empty(&widget.draft);
        let Some(chat) = widget.chat_mut().filter(|chat| chat.is_open()) else { return };
        let conv = chat.state.id.clone();
        if !typing {
            self.stop_typing(index);
        } else if online {
            self.timers.set(TimerId::TypingStops(index), now.after(stops));
            if chat.told_typing.is_none_or(|told| now.since(told) >= TYPING_AGAIN) {
                chat.told_typing = Some(now);
                self.ask(Effect::Send(VisitorFrame::Typing { conv, on: true }));
            }
            #[cfg(feature = "facade")]
            self.composing(index, true);
        }
    }

    /// The visitor types in a field of the page, or stopped.
    pub(super) fn host_types(&mut self, index: WidgetIndex, on: bool) {
        let now = self.now;
        if !on {
            self.stop_typing(index);
            return;
        }
        if !self.is_online() {
            return;
        }
        let Some(chat) = self.chat_mut(index).filter(|chat| chat.is_open()) else { return };
        let conv = chat.state.id.clone();
        if chat.told_typing.is_none_or(|told| now.since(told) >= TYPING_AGAIN) {
            chat.told_typing = Some(now);
            self.ask(Effect::Send(VisitorFrame::Typing { conv, on: true }));
        }
    }

    pub(super) fn stop_typing(&mut self, index: WidgetIndex) {
        self.timers.stop(TimerId::TypingStops(index));
        #[cfg(feature = "facade")]
        self.composing(index, false);
        let Some(chat) = self.chat_mut(index) else { return };
        if chat.told_typing.take().is_some() {
            let conv = chat.state.id.clone();
            self.ask(Effect::Send(VisitorFrame::Typing { conv, on: false }));
        }
    }

    /// Sends the text in the composer, or another one in its place. If the text cannot be sent, because it is too long, the composer keeps
    /// its content; the view shows why.
    pub(super) fn say(&mut self, index: WidgetIndex, other: Option<String>) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let draft = core::mem::take(&mut widget.draft);
        if self.say_this(index, other.as_ref().unwrap_or(&draft)) {
            self.stop_typing(index);
        } else if let Some(widget) = self.widgets.get_mut(index) {
            widget.draft = draft;
        }
    }

    /// Sends a text, unless it is empty or too long; a conversation that waits for its first message begins with it. True when the message is
    /// on its way.
    pub(super) fn say_this(&mut self, index: WidgetIndex, text: &str) -> bool {
        let text = text::trim(text);
        if text.is_empty() || limits::longer_than(text, limits::MESSAGE_CHARS) {
            return false;
        }
        let Some(widget) = self.widgets.get_mut(index) else { return false };
        let conv = match &mut widget.phase {
            Phase::Composing { values, .. } => {
                let values = core::mem::take(values);
                self.ask_for(index, values);
                ConversationId(String::new())
            }
            Phase::Starting { .. } if widget.spec.kind == WidgetKind::Chat => ConversationId(String::new()),
            Phase::Chat(chat) if chat.is_open() => chat.state.id.clone(),
            _ => return false,
        };
        let item = Item::Message { text: text.to_owned() };
        let id = self.post(index, None, What::Put { conv: conv.clone(), item });
        self.queued(index, conv, id, text.to_owned());
        true
    }

    /// A message is in the outbox: it is shown, and the page is told.
    fn queued(&mut self, index: WidgetIndex, conv: ConversationId, id: EntryId, text: String) {
        let line = self.pending_line(id.clone(), text);
        let Some(lines) = self.widgets.get_mut(index).and_then(Widget::lines_mut) else { return };
        lines.push(line);
        let known = Some(conv).filter(|conv| !conv.0.is_empty());
        if let Some(parcel) = self.outbox.get(&id).filter(|_| known.is_some()).cloned() {
            self.ask(Effect::Tell(TabWord::Said { parcel }));
        }
        self.emit(Some(index), Happening::MessageQueued { conv: known, id });
        self.render(index);
    }

    pub(super) fn pending_line(&self, id: EntryId, text: String) -> Line {
        let from = Participant::new(self.visitor.clone(), Party::Visitor, String::new());
        Line { seq: None, id, at: self.server_now(), said: Said::Message { from, text }, state: LineState::Sending }
    }

    /// Tries again to send a message that failed. The message moves to the end.
    pub(super) fn retry(&mut self, index: WidgetIndex, id: &EntryId) {
        let Some(conv) = self.conversation(index).cloned() else { return };
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let Some(Line { said: Said::Message { text, .. }, .. }) = widget.pending(id).cloned() else { return };
        if self.outbox.retry(id, self.now).is_none() {
            return;
        }
        if let Some(chat) = widget.chat_mut() {
            chat.drop_pending(id);
        }
        self.queued(index, conv, id.clone(), text);
    }

    pub(super) fn discard(&mut self, index: WidgetIndex, id: &EntryId) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        if widget.pending(id).is_some_and(|line| matches!(line.state, LineState::Failed { .. }))
            && let Some(chat) = widget.chat_mut()
        {
            chat.drop_pending(id);
            self.outbox.take(id);
            self.render(index);
        }
    }

    pub(super) fn on_ack(&mut self, id: &EntryId, seq: u64) {
        let Some(parcel) = self.outbox.take(id) else { return };
        self.mark(id, LineState::Sent);
        self.sent(&parcel);
        // The entry is older than the loaded ones (sent before a reload): it appears in its position, not at the end.
        let Some(index) = self.widget_at(&parcel.element) else { return };
        let Some(chat) = self.chat_mut(index) else { return };
        if seq <= chat.window.last() {
            chat.drop_pending(id);
            self.render(index);
        }
    }

    pub(super) fn sent(&mut self, parcel: &Parcel) {
        if self.is_fostered(&parcel.id) {
            return;
        }
        #[cfg(feature = "facade")]
        if let What::Put { conv, item: Item::PageNotice { .. } | Item::Data { .. } } = &parcel.what {
            self.emit(self.widget_at(&parcel.element), Happening::MessageSent { conv: conv.clone(), id: parcel.id.clone() });
        }
        if let What::Put { conv, item: Item::Message { .. } } = &parcel.what {
            self.emit(self.widget_at(&parcel.element), Happening::MessageSent { conv: conv.clone(), id: parcel.id.clone() });
        }
    }

    /// Changes the state of a line that has no number yet.
    pub(super) fn mark(&mut self, id: &EntryId, state: LineState) {
        for index in 0..self.widgets.len() {
            let line = self.widgets.get_mut(index).and_then(|widget| widget.pending(id));
            if let Some(line) = line.filter(|line| line.state != state) {
                line.state = state;
                self.render(index);
            }
        }
    }

    /// Marks messages as late that were not acknowledged in time.
    pub(super) fn mark_late(&mut self) {
        for at in 0..self.outbox.all().len() {
            let late = self.outbox.all().get(at).filter(|held| held.is_late(self.now));
            if let Some(id) = late.map(|held| held.parcel.id.clone()) {
                self.mark(&id, LineState::Late);
            }
        }
    }

    /// The visitor ends the conversation. It is over on this page at once; the server is told when there is a connection.
    pub(super) fn end(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat(index).filter(|chat| chat.is_open()) else { return };
        let conv = chat.state.id.clone();
        self.post(index, None, What::Put { conv, item: Item::End {} });
        self.finish(index, Party::Visitor, false);
        self.focus_stage(index);
    }
}
