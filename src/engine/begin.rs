//! How conversations and call requests begin, and what happens when the server refuses.

use super::conversation::LiveConversation;
use super::outbox::What;
use super::view::LineState;
use super::widget::Phase;
use super::{Effect, Engine, Happening, WidgetIndex};
use crate::model::{ConversationId, EntryId, FieldValue, RequestId, Timestamp, WidgetKind};
use crate::wire::{ChatPage, Code, Item, Problem, VisitorFrame};

impl Engine {
    /// Asks the server for the widget's offer.
    pub(super) fn begin(&mut self, index: WidgetIndex, values: Vec<FieldValue>) {
        #[cfg(feature = "facade")]
        if self.is_handed_over() && self.spec(index).is_some_and(|spec| spec.kind == WidgetKind::Chat) {
            return self.emit(Some(index), Happening::Filled { values });
        }
        self.ask_for(index, values);
    }

    /// Offers the composer: a conversation begins with its first message. A call is asked for at once.
    pub(super) fn compose(&mut self, index: WidgetIndex, values: Vec<FieldValue>) {
        let writes = self.spec(index).is_some_and(|spec| spec.kind == WidgetKind::Chat);
        #[cfg(feature = "facade")]
        let writes = writes && !self.is_handed_over();
        if writes {
            self.set_phase(index, Phase::Composing { values, refused: None });
        } else {
            self.begin(index, values);
        }
    }

    #[inline(never)]
    pub(super) fn ask_for(&mut self, index: WidgetIndex, values: Vec<FieldValue>) {
        self.started = true;
        let id = self.post(index, None, What::Start { values });
        self.set_phase(index, Phase::Starting { id, lines: Vec::new() });
    }

    pub(super) fn starting(&self, id: &EntryId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| matches!(&widget.phase, Phase::Starting { id: own, .. } if own == id))
    }

    pub(super) fn on_started(&mut self, id: &EntryId, page: ChatPage) {
        self.outbox.take(id);
        let conv = page.state.id.clone();
        let Some(index) = self.starting(id) else {
            if self.taken_back.contains(id) {
                let id = self.new_entry_id();
                self.ask(Effect::Send(VisitorFrame::Put { conv, id, item: Item::End {}, follows: None }));
            }
            return;
        };
        let Some(widget) = self.widgets.get_mut(index) else { return };
        self.outbox.started(&widget.spec.element, &conv);
        let said = widget.lines_mut().map(core::mem::take).unwrap_or_default();
        let from_start = if page.more_before { None } else { LiveConversation::from_start(&page) };
        let Some(mut chat) = from_start else {
            // The conversation has many entries by now (the answer was late): they are taken as history.
            let mut chat = LiveConversation::from_history(page);
            chat.add_pending(said);
            self.set_phase(index, Phase::Chat(Box::new(chat)));
            self.emit(Some(index), Happening::ChatStarted { conv });
            self.catch_up(index);
            self.tell_tabs(false);
            return;
        };
        chat.add_pending(said);
        self.set_phase(index, Phase::Chat(Box::new(chat)));
        self.emit(Some(index), Happening::ChatStarted { conv });
        #[cfg(feature = "facade")]
        self.retell(index, page.entries.get(..1).unwrap_or_default(), false);
        self.take_run(index, page.entries, page.more_after);
        self.tell_tabs(false);
    }

    pub(super) fn on_requested(&mut self, id: &EntryId, request: RequestId, due: Option<Timestamp>) {
        self.outbox.take(id);
        let Some(index) = self.starting(id) else { return };
        self.set_phase(index, Phase::Requested { due });
        self.emit(Some(index), Happening::RequestStored { request, due });
    }

    /// `later`: the server may accept the same later.
    pub(super) fn on_refused(&mut self, id: &EntryId, code: Code, later: bool, problems: Vec<Problem>) {
        if !self.outbox.refuse(id, later, "", self.now) {
            // The parcel is sent again after a pause. An entry that only came too early is not reported.
            if later && code != Code::OutOfOrder {
                self.mark(id, LineState::Late);
            }
            return;
        }
        let lasting = matches!(code, Code::Ended | Code::NotFound | Code::Unauthorized | Code::TooLarge);
        let Some(parcel) = self.outbox.get(id).cloned() else { return };
        if lasting || !matches!(parcel.what, What::Put { item: Item::Message { .. }, .. }) {
            self.outbox.take(id);
        }
        match parcel.what {
            What::Start { values } => {
                if let Some(index) = self.starting(id) {
                    self.not_started(index, code, problems, values);
                }
            }
            What::Put { item: Item::Message { text }, conv } => {
                if let Some(index) = self.widget_at(&parcel.element) {
                    self.too_late(index, &conv, id, &text, code);
                }
                self.mark(id, LineState::Failed { retry: !lasting });
                if !self.is_fostered(id) {
                    self.emit(self.widget_at(&parcel.element), Happening::MessageFailed { id: id.clone(), code });
                }
            }
            #[cfg(feature = "facade")]
            What::Put { item: Item::PageNotice { .. } | Item::Data { .. }, .. } => {
                self.emit(self.widget_at(&parcel.element), Happening::MessageFailed { id: id.clone(), code });
            }
            What::Put { .. } => {}
        }
    }

    /// The server refused the start. The first message goes back into the composer.
    fn not_started(&mut self, index: WidgetIndex, code: Code, problems: Vec<Problem>, values: Vec<FieldValue>) {
        let said = self.take_back(index, &ConversationId(String::new()), code);
        let asks = self.spec(index).is_some_and(|spec| spec.form.is_some());
        if code == Code::InvalidForm && asks && !problems.is_empty() {
            self.form_refused(index, problems);
        } else if said {
            self.refuse(index, Phase::Composing { values, refused: Some(code) }, code);
        } else {
            self.refuse(index, Phase::Refused { code }, code);
        }
    }

    /// Puts the unsent messages of a conversation back into the composer. False when there are none.
    pub(super) fn take_back(&mut self, index: WidgetIndex, conv: &ConversationId, code: Code) -> bool {
        let Some(widget) = self.widgets.get(index) else { return false };
        let said = self.outbox.unsaid(&widget.spec.element, conv);
        for (id, text) in said.iter().rev() {
            self.unsay(index, id, text);
            self.emit(Some(index), Happening::MessageFailed { id: id.clone(), code });
        }
        !said.is_empty()
    }

    /// The server refused a message because its conversation had ended. The message and those queued behind it go back into the composer,
    /// unless the panel is open and shows the end. The same when the widget does not show that conversation any more, because the page was
    /// left after the visitor had seen its end.
    pub(super) fn too_late(&mut self, index: WidgetIndex, conv: &ConversationId, id: &EntryId, text: &str, code: Code) {
        let Some(widget) = self.widgets.get(index).filter(|_| matches!(code, Code::Ended | Code::NotFound)) else { return };
        let shown = widget.chat().is_some_and(|chat| chat.state.id == *conv);
        // A message of another tab goes back into that tab's composer.
        let unseen = if shown { !widget.open } else { !self.is_fostered(id) };
        if unseen {
            self.take_back(index, conv, code);
            self.unsay(index, id, text);
        }
    }

    /// Puts an unsent text in front of the text in the composer.
    pub(super) fn unsay(&mut self, index: WidgetIndex, id: &EntryId, text: &str) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        if let Some(chat) = widget.chat_mut() {
            chat.drop_pending(id);
        }
        let mut all = String::from(text);
        if !widget.draft.is_empty() {
            all.push('\n');
            all.push_str(&widget.draft);
        }
        widget.draft = all;
        // The text was stored as a message until now.
        self.keep_typed = true;
        self.render(index);
    }
}
