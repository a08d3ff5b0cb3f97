//! Frames of the server about a conversation: entries, pages of entries, typing, the position in the queue, the end.

use super::collection::initial;
use super::conversation::{LiveConversation, Survey};
use super::timers::TimerId;
use super::widget::Phase;
use super::{Effect, Engine, Happening, WidgetIndex};
use crate::client::{Receipt, Run, Which, Window};
use crate::model::{ConversationId, Entry, EntryBody, Participant, ParticipantId, Party, Standing};
use crate::wire::{ChatPage, Head, VisitorFrame};

/// The other side's typing notice goes away when no new one came for this long. Milliseconds.
const TYPING_FADES: i64 = 8_000;

impl Engine {
    pub(super) fn widget_of(&self, conv: &ConversationId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.chat().is_some_and(|chat| chat.state.id == *conv))
    }

    pub(super) fn on_entry(&mut self, conv: &ConversationId, entry: Entry) {
        if let Some(index) = self.widget_of(conv) {
            self.take_run(index, vec![entry], false);
        }
    }

    /// Applies the next entries and sends the page their events.
    fn take_next(&mut self, index: WidgetIndex, entries: &[Entry]) {
        for entry in entries {
            let Some(chat) = self.chat_mut(index) else { return };
            let conv = chat.state.id.clone();
            let counts = chat.take(entry);
            if let Some(parcel) = self.outbox.take(&entry.id) {
                self.sent(&parcel);
            }
            if counts {
                #[cfg(feature = "facade")]
                self.retell(index, core::slice::from_ref(entry), false);
                self.tell(index, conv, entry);
            }
        }
        self.render(index);
    }

    /// Sends the page the events of a new entry.
    pub(super) fn tell(&mut self, index: WidgetIndex, conv: ConversationId, entry: &Entry) {
        match &entry.body {
            EntryBody::Message { from, text } if from.party != Party::Visitor => {
                let (from, text) = (from.clone(), text.clone());
                self.fade_typing(index);
                self.emit(Some(index), Happening::MessageReceived { conv, id: entry.id.clone(), from, text });
                self.is_unread(index, entry);
            }
            EntryBody::File { from, name, .. } if from.party != Party::Visitor => {
                let (from, name) = (from.clone(), name.clone());
                self.emit(Some(index), Happening::FileReceived { conv, id: entry.id.clone(), from, name });
                self.is_unread(index, entry);
            }
            EntryBody::Joined { who } => {
                self.emit(Some(index), Happening::AgentJoined { conv, who: who.clone() });
                self.tell_online(index);
            }
            EntryBody::Left { who, reason } => {
                self.fade_typing(index);
                self.emit(Some(index), Happening::AgentLeft { conv, who: who.clone(), reason: *reason });
            }
            EntryBody::IdleWarned { seconds } => self.emit(Some(index), Happening::IdleWarned { conv, seconds: *seconds }),
            EntryBody::Ended { by, .. } => self.finish(index, *by, false),
            _ => {}
        }
    }

    /// A message or file of the other side counts as unread, unless the visitor sees it here or saw it in another tab.
    fn is_unread(&mut self, index: WidgetIndex, entry: &Entry) {
        let Some(widget) = self.widgets.get(index).filter(|widget| !widget.is_read_now()) else { return };
        // Another tab may have shown the entry first.
        if widget.read_to().is_none_or(|read| read < entry.seq) {
            self.set_unread(index, widget.unread.saturating_add(1));
        }
    }

    pub(super) fn tell_online(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat_mut(index) else { return };
        if chat.told_online || chat.finished.is_some() {
            return;
        }
        chat.told_online = true;
        let conv = chat.state.id.clone();
        let users = users(chat);
        self.emit(Some(index), Happening::ChatOnline { conv, users });
    }

    /// Tells the page the state of a conversation that it did not follow entry by entry.
    pub(super) fn catch_up(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat(index) else { return };
        let (standing, answered, by) = (chat.state.standing, chat.state.answered, chat.ended_by());
        if answered {
            self.tell_online(index);
        }
        self.count_unread(index);
        if standing == Standing::Ended {
            self.finish(index, by, false);
        }
        self.render(index);
    }

    /// Applies entries; fetches the missing ones between them, and with `more` those after them.
    pub(super) fn take_run(&mut self, index: WidgetIndex, entries: Vec<Entry>, more: bool) {
        let mut missing = more;
        for entry in entries {
            match self.chat_mut(index).map(|chat| chat.window.receive(entry)) {
                Some(Receipt::Next(next)) => self.take_next(index, &next),
                Some(Receipt::Gap) => missing = true,
                _ => {}
            }
        }
        if missing {
            self.fetch(index, Which::After);
        }
    }

    /// The server's data was replaced by an older copy: the client drops its entries and takes the server's (quality R5).
    pub(super) fn replace_chat(&mut self, index: WidgetIndex, page: ChatPage) {
        if let Some(chat) = self.chat_mut(index) {
            chat.window = Window::empty();
            self.on_page(page);
        }
    }

    pub(super) fn on_page(&mut self, mut page: ChatPage) {
        let Some(index) = self.widget_of(&page.state.id) else { return };
        let Some(chat) = self.chat_mut(index) else { return };
        match chat.window.receive_page(&mut page) {
            Run::Fresh(entries) => {
                let next = chat.window.join();
                chat.reset(page.state, &entries);
                self.catch_up(index);
                self.take_next(index, &next);
            }
            Run::Older(entries) => {
                chat.prepend(&entries);
                // Some of the entries may be unread.
                self.count_unread(index);
                self.render(index);
            }
            Run::Next(entries) => {
                let missing = page.more_after || chat.window.has_gap();
                self.take_next(index, &entries);
                if missing {
                    self.fetch(index, Which::After);
                }
            }
        }
        self.time_fetch(index);
    }

    /// A heartbeat with the last `seq` of each log: if it is higher than ours, entries were lost on the way and are fetched.
    pub(super) fn on_heads(&mut self, heads: &[Head]) {
        for head in heads {
            let Some(index) = self.widget_of(&head.conv) else { continue };
            if self.chat(index).is_some_and(|chat| chat.window.is_behind(head.seq)) {
                self.fetch(index, Which::After);
            }
        }
    }

    /// Asks for a page, unless one is on its way.
    pub(super) fn fetch(&mut self, index: WidgetIndex, which: Which) {
        let now = self.now;
        if !self.is_online() {
            return;
        }
        let Some(chat) = self.chat_mut(index) else { return };
        if let Some((after, before)) = chat.window.ask(which, now) {
            let conv = chat.state.id.clone();
            self.ask(Effect::Send(VisitorFrame::Fetch { conv, after, before }));
            self.time_fetch(index);
        }
    }

    /// Sets the timer after which the page is asked for again.
    fn time_fetch(&mut self, index: WidgetIndex) {
        match self.chat(index).and_then(|chat| chat.window.deadline()) {
            Some(at) => self.timers.set(TimerId::Fetch(index), at),
            None => self.timers.stop(TimerId::Fetch(index)),
        }
    }

    /// The page that was fetched did not come: fetch the missing entries again.
    pub(super) fn fetch_again(&mut self, index: WidgetIndex) {
        let now = self.now;
        if let Some(which) = self.chat_mut(index).and_then(|chat| chat.window.overdue(now)) {
            self.fetch(index, which);
        }
    }

    pub(super) fn older(&mut self, index: WidgetIndex) {
        if self.chat_mut(index).is_some_and(|chat| chat.window.want_older()) {
            self.fetch(index, Which::Before);
        }
    }

    pub(super) fn on_typing(&mut self, conv: &ConversationId, who: Participant, on: bool) {
        let Some(index) = self.widget_of(conv).filter(|_| who.party != Party::Visitor) else { return };
        if !self.chat(index).is_some_and(LiveConversation::is_open) {
            return;
        }
        let conv = conv.clone();
        if on {
            self.timers.set(TimerId::TypingFades(index), self.now.after(TYPING_FADES));
            let Some(chat) = self.chat_mut(index) else { return };
            if chat.typing.as_ref() != Some(&who) {
                chat.typing = Some(who.clone());
                self.emit(Some(index), Happening::TypingChanged { conv, who, on: true });
                self.render(index);
            }
        } else {
            self.fade_typing(index);
        }
    }

    pub(super) fn fade_typing(&mut self, index: WidgetIndex) {
        self.timers.stop(TimerId::TypingFades(index));
        let Some(chat) = self.chat_mut(index) else { return };
        if let Some(who) = chat.typing.take() {
            let conv = chat.state.id.clone();
            self.emit(Some(index), Happening::TypingChanged { conv, who, on: false });
            self.render(index);
        }
    }

    pub(super) fn on_queue(&mut self, conv: &ConversationId, position: u32) {
        let Some(index) = self.widget_of(conv) else { return };
        let Some(chat) = self.chat_mut(index) else { return };
        if chat.is_open() && chat.position != position {
            chat.position = position;
            self.emit(Some(index), Happening::QueueMoved { conv: conv.clone(), position });
            self.render(index);
        }
    }

    /// The conversation ended: tells the page, once, and offers the survey if the widget has one. `missed`: the end was before this page was loaded.
    pub(super) fn finish(&mut self, index: WidgetIndex, by: Party, missed: bool) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let (form, anyway) = (&widget.spec.survey, widget.spec.survey_after_unanswered);
        let Phase::Chat(chat) = &mut widget.phase else { return };
        if chat.finished.is_some() {
            return;
        }
        // Only if this page was told `chatOnline`: a host page does not expect a survey without it.
        let answered = chat.told_online || (missed && chat.state.answered);
        let values = form.as_ref().filter(|_| (answered || anyway) && !chat.state.surveyed).map(|form| initial(form, &[], &self.prefill));
        let survey = values.is_some();
        let conv = chat.state.id.clone();
        chat.finished = Some(by);
        chat.end_seen = by == Party::Visitor && !missed;
        #[cfg(feature = "facade")]
        {
            // A facade decides itself how to show an ended conversation.
            chat.end_seen |= self.retold.handed_over;
        }
        if let Some(values) = values {
            chat.survey = Survey::Offered { skipped: false, values, problems: Vec::new(), missed };
        }
        let told = chat.told_over;
        self.timers.stop(TimerId::TypingStops(index));
        self.fade_typing(index);
        if !told {
            self.emit(Some(index), Happening::ChatFinished { conv: conv.clone(), by, survey, missed });
        }
        if survey {
            self.emit(Some(index), Happening::SurveyStarted { conv, missed });
        }
        self.update_visibility(index);
        self.render(index);
    }
}

/// The visitor first, then the agents (CT5).
pub(super) fn users(chat: &LiveConversation) -> Vec<ParticipantId> {
    let mut users = vec![chat.state.visitor.clone()];
    for agent in &chat.state.agents {
        users.push(agent.id.clone());
    }
    users
}
