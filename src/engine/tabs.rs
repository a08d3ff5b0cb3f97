//! Other tabs of the same site in the same browser: they share the conversation and the read position. Nothing is stored for it.
//!
//! No tab leads: every message between tabs is complete and may arrive twice.

use super::outbox::{Parcel, What};
use super::stored::{STORED_VERSION, Stored};
use super::widget::{Phase, Widget};
use super::{Effect, Engine, WidgetIndex};
use crate::client::PATIENCE;
use crate::model::{ConversationId, EntryId, ParticipantId, limits};
use crate::wire::Item;
use crate::wire::codec::tagged;

/// The answer of another tab also opens the panel when it comes within this time, in milliseconds.
const ANSWER: i64 = 2_000;
/// A message of another tab that the server does not have after this time is sent from here, in milliseconds.
const TAKE_OVER: i64 = 2_000;

tagged! {
    /// A message from one tab to the others.
    pub enum TabWord, else Self::Ask {}; {
        /// This tab has just begun: is there an open conversation in another tab?
        "ask" => Ask {},
        /// This tab has an open conversation; here is the state to take it over. Without the text in the composer.
        "have" => Have { stored: Stored },
        /// A message was written here. If this tab is closed before the server has the message, another tab sends it.
        "said" => Said { parcel: Parcel },
        /// A conversation was read up to this `seq`.
        "read" => Read { conv: ConversationId, seq: u64 },
        /// This visitor wants to be forgotten.
        "forget" => Forget { visitor: ParticipantId },
    }
}

/// [`TabWord::Ask`] as text, for a part of the widget's module that does not have the codec.
pub const ASK: &str = r#"{"t":"ask"}"#;

impl Engine {
    pub(super) fn on_tab(&mut self, word: TabWord) {
        match word {
            TabWord::Ask {} => self.tell_tabs(true),
            TabWord::Have { stored } => self.take_part(stored),
            TabWord::Said { parcel } => self.foster(parcel),
            TabWord::Read { conv, seq } => self.read_elsewhere(&conv, seq),
            TabWord::Forget { visitor } => {
                if visitor == self.visitor {
                    self.forget();
                }
            }
        }
    }

    /// Asks the other tabs.
    pub(super) fn ask_tabs(&mut self) {
        self.asked = Some(self.now);
        self.ask(Effect::Tell(TabWord::Ask {}));
    }

    /// Tells the other tabs of the conversations that are open here, if any. `panels`: also which panels are open; a tab that did not ask opens none.
    pub(super) fn tell_tabs(&mut self, panels: bool) {
        if !self.widgets.iter().any(|widget| widget.conv().is_some()) {
            return;
        }
        let Some(mut stored) = Stored::read(&self.stored_text(false, false), self.now) else { return };
        // Ended conversations are not sent to other tabs (quality P20).
        stored.chats.retain(|chat| self.goes_on(&chat.conv).is_some());
        for chat in &mut stored.chats {
            chat.open &= panels;
        }
        stored
            .parcels
            .retain(|parcel| matches!(&parcel.what, What::Put { conv, item: Item::Message { .. } } if self.goes_on(conv).is_some()));
        self.ask(Effect::Tell(TabWord::Have { stored }));
    }

    /// Takes over the conversation of another tab, unless this tab has one.
    fn take_part(&mut self, stored: Stored) {
        if stored.version != STORED_VERSION || stored.visitor.0.len() != self.visitor.0.len() || stored.token.len() != self.token.len() {
            return;
        }
        if stored.visitor != self.visitor {
            if self.outbox.is_busy() || !self.widgets.iter().all(Widget::is_free) {
                return;
            }
            (self.visitor, self.token, self.epoch, self.started) = (stored.visitor, stored.token, stored.epoch, true);
        }
        let opens = self.asked.take().is_some_and(|asked| self.now.since(asked) < ANSWER);
        for chat in stored.chats {
            if self.goes_on(&chat.conv).is_some() {
                self.read_elsewhere(&chat.conv, chat.read.unwrap_or(0));
                continue;
            }
            let Some(index) = self.widget_at(&chat.element) else { continue };
            if self.widgets.get(index).is_some_and(Widget::is_free) {
                #[cfg(feature = "facade")]
                self.emit(Some(index), super::Happening::RestoreBegun { conv: chat.conv.clone() });
                self.set_phase(index, Phase::Restoring { conv: chat.conv, read: chat.read, told: false, heard: None });
                self.load_widgets();
                // The server does not know on this connection that the conversation is wanted: connect again and send `hello`.
                self.drop_link();
                if opens && chat.open {
                    self.open_panel(index);
                }
            }
        }
        for parcel in stored.parcels {
            self.foster(parcel);
        }
    }

    /// Keeps a message of another tab until the server has it.
    fn foster(&mut self, mut parcel: Parcel) {
        let What::Put { conv, item: Item::Message { text } } = &parcel.what else { return };
        let Some(index) = self.goes_on(conv) else { return };
        let known = self.outbox.all().iter().any(|other| other.parcel.id == parcel.id)
            || self.chat(index).is_some_and(|chat| chat.lines.iter().any(|line| line.id == parcel.id));
        if known || limits::longer_than(text, limits::MESSAGE_CHARS) {
            return;
        }
        let line = self.pending_line(parcel.id.clone(), text.clone());
        if let Some(chat) = self.chat_mut(index) {
            chat.lines.push(line);
        }
        if let Some(widget) = self.widgets.get(index) {
            parcel.element.clone_from(&widget.spec.element);
        }
        parcel.made = parcel.made.min(self.now);
        self.fostered.push(parcel.id.clone());
        self.outbox.add_sent(parcel, self.now.after(TAKE_OVER - PATIENCE));
        self.render(index);
    }

    /// Whether a message was written in another tab: that tab reports the delivery to its page.
    pub(super) fn is_fostered(&self, id: &EntryId) -> bool {
        self.fostered.contains(id)
    }

    fn read_elsewhere(&mut self, conv: &ConversationId, seq: u64) {
        let Some(index) = self.goes_on(conv) else { return };
        if let Some(widget) = self.widgets.get_mut(index) {
            match &mut widget.phase {
                Phase::Restoring { read, .. } => *read = (*read).max(Some(seq)),
                _ => {
                    if let Some(chat) = widget.chat_mut() {
                        chat.read = chat.read.max(seq);
                        chat.told_read = chat.told_read.max(seq);
                    }
                }
            }
        }
        self.count_unread(index);
    }

    /// After every input: tells the other tabs how far the visitor has read in this one.
    pub(super) fn settle_read(&mut self) {
        for index in 0..self.widgets.len() {
            let Some(widget) = self.widgets.get_mut(index) else { return };
            let read = widget.read_to().unwrap_or(0);
            if let Some(chat) = widget.chat_mut().filter(|chat| chat.told_read < read) {
                chat.told_read = read;
                let conv = chat.state.id.clone();
                self.ask(Effect::Tell(TabWord::Read { conv, seq: read }));
            }
        }
    }

    /// The tab was shown or hidden. Messages in an open panel count as read only while it is visible.
    pub(super) fn set_watched(&mut self, watched: bool) {
        // Browsers may discard a hidden page without any further event.
        self.keep_typed |= !watched;
        if watched && self.widgets.iter().any(|widget| !widget.watched) {
            // While the page was frozen, messages of other tabs may have been lost.
            self.ask(Effect::Tell(TabWord::Ask {}));
        }
        for index in 0..self.widgets.len() {
            let Some(widget) = self.widgets.get_mut(index) else { return };
            if widget.is_read_now() {
                widget.read_so_far();
            }
            widget.watched = watched;
            if widget.is_read_now() {
                widget.read_so_far();
                self.set_unread(index, 0);
            }
        }
    }

    /// The widget in which this conversation is open.
    fn goes_on(&self, conv: &ConversationId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.conv() == Some(conv))
    }
}
