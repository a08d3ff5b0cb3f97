//! What is heard of a conversation: entries in order, pages of them, typing, the place in the queue, the end.

use super::chat::{Chat, Fetch, Survey, Taken};
use super::collection::initial;
use super::outbox::PATIENCE;
use super::timers::TimerId;
use super::widget::Phase;
use super::{Effect, Engine, Happening, WidgetIndex};
use crate::model::{ConversationId, Entry, EntryBody, Participant, ParticipantId, Party, Standing};
use crate::wire::{ChatPage, Head, VisitorFrame};

/// The other side's typing fades when nothing was heard of it for this long.
const TYPING_FADES: i64 = 8_000;

impl Engine {
    pub(super) fn widget_of(&self, conv: &ConversationId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.chat().is_some_and(|chat| chat.state.id == *conv))
    }

    pub(super) fn on_entry(&mut self, conv: &ConversationId, entry: &Entry) {
        if let Some(index) = self.widget_of(conv) {
            self.take_entry(index, entry);
        }
    }

    /// Takes an entry in as news. False: entries before it are missing, and were asked for.
    pub(super) fn take_entry(&mut self, index: WidgetIndex, entry: &Entry) -> bool {
        let Some(chat) = self.chat_mut(index) else { return true };
        let conv = chat.state.id.clone();
        let counts = match chat.take(entry) {
            Taken::Known => return true,
            Taken::Gap => {
                self.fetch(index, Fetch::After);
                return false;
            }
            Taken::New { counts } => counts,
        };
        if let Some(parcel) = self.outbox.take(&entry.id) {
            self.sent(&parcel);
        }
        if counts {
            #[cfg(feature = "facade")]
            self.retell(index, core::slice::from_ref(entry), false);
            self.tell(index, conv, entry);
        }
        self.render(index);
        true
    }

    /// Tells the page what a new entry means.
    fn tell(&mut self, index: WidgetIndex, conv: ConversationId, entry: &Entry) {
        match &entry.body {
            EntryBody::Message { from, text } if from.party != Party::Visitor => {
                let (from, text) = (from.clone(), text.clone());
                self.fade_typing(index);
                self.emit(Some(index), Happening::MessageReceived { conv, id: entry.id.clone(), from, text });
                let Some(widget) = self.widgets.get(index).filter(|widget| !widget.is_read_now()) else { return };
                // Another tab may have shown it first.
                if widget.read_to().is_none_or(|read| read < entry.seq) {
                    self.set_unread(index, widget.unread.saturating_add(1));
                }
            }
            EntryBody::Joined { who } => {
                self.emit(Some(index), Happening::AgentJoined { conv, who: who.clone() });
                self.tell_online(index);
            }
            EntryBody::Left { who, reason } => {
                self.fade_typing(index);
                self.emit(Some(index), Happening::AgentLeft { conv, who: who.clone(), reason: *reason });
            }
            EntryBody::Ended { by, .. } => self.finish(index, *by, false),
            _ => {}
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

    /// A conversation that this page did not follow entry by entry: tells what it came to.
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

    pub(super) fn take_run(&mut self, index: WidgetIndex, entries: &[Entry], more: bool) {
        for entry in entries {
            if !self.take_entry(index, entry) {
                return;
            }
        }
        if more {
            self.fetch(index, Fetch::After);
        }
        self.render(index);
    }

    /// The server's data was replaced by an older copy: what is here is given up for what it has (quality R5).
    pub(super) fn replace_chat(&mut self, index: WidgetIndex, page: ChatPage) {
        if let Some(chat) = self.chat_mut(index) {
            chat.reset(page);
            self.catch_up(index);
        }
    }

    pub(super) fn on_page(&mut self, page: ChatPage) {
        let Some(index) = self.widget_of(&page.state.id) else { return };
        self.timers.stop(TimerId::Fetch(index));
        let Some(chat) = self.chat_mut(index) else { return };
        let asked = chat.fetching.take();
        chat.older &= asked != Some(Fetch::Before);
        if page.fresh {
            // A repeat of an older page must not take back what came since.
            if page.state.head > chat.last {
                chat.reset(page);
                self.catch_up(index);
            }
        } else if asked == Some(Fetch::Before) && page.entries.last().is_none_or(|entry| entry.seq <= chat.first()) {
            if page.entries.is_empty() {
                chat.more = false;
            }
            chat.prepend(&page.entries, page.more_before);
            // Unread messages may be among them.
            self.count_unread(index);
            self.render(index);
        } else {
            self.take_run(index, &page.entries, page.more_after);
        }
    }

    /// The server said where the logs end: whatever lies beyond what is here was lost on the way.
    pub(super) fn on_heads(&mut self, heads: &[Head]) {
        for head in heads {
            let Some(index) = self.widget_of(&head.conv) else { continue };
            if self.chat(index).is_some_and(|chat| chat.last < head.seq) {
                self.fetch(index, Fetch::After);
            }
        }
    }

    /// Asks for a page, unless one is on its way.
    pub(super) fn fetch(&mut self, index: WidgetIndex, which: Fetch) {
        if !self.is_online() {
            return;
        }
        let Some(chat) = self.chat_mut(index) else { return };
        if chat.fetching.is_some_and(|other| other == which || other == Fetch::After) {
            return;
        }
        chat.fetching = Some(which);
        let (after, before) = match which {
            Fetch::After => (Some(chat.last), None),
            Fetch::Before => (None, Some(chat.first())),
        };
        let conv = chat.state.id.clone();
        self.ask(Effect::Send(VisitorFrame::Fetch { conv, after, before }));
        self.timers.set(TimerId::Fetch(index), self.now.after(PATIENCE));
    }

    /// The page that was asked for did not come: ask again for what is known to be missing.
    pub(super) fn fetch_again(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat_mut(index) else { return };
        if let Some(which) = chat.fetching.take() {
            self.fetch(index, which);
        }
    }

    pub(super) fn older(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat_mut(index).filter(|chat| chat.more) else { return };
        chat.older = true;
        self.fetch(index, Fetch::Before);
    }

    pub(super) fn on_typing(&mut self, conv: &ConversationId, who: Participant, on: bool) {
        let Some(index) = self.widget_of(conv).filter(|_| who.party != Party::Visitor) else { return };
        if !self.chat(index).is_some_and(Chat::is_open) {
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

    /// It is over: tells the page, once, and offers the survey if there is to be one. `missed`: it ended before this page was there.
    pub(super) fn finish(&mut self, index: WidgetIndex, by: Party, missed: bool) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let (form, anyway) = (&widget.spec.survey, widget.spec.survey_after_unanswered);
        let Phase::Chat(chat) = &mut widget.phase else { return };
        if chat.finished.is_some() {
            return;
        }
        // "Online" as this page was told it: without ChatOnline a survey would come as a surprise to the host.
        let answered = chat.told_online || (missed && chat.state.answered);
        let values = form.as_ref().filter(|_| (answered || anyway) && !chat.state.surveyed).map(|form| initial(form, &[], &self.prefill));
        let survey = values.is_some();
        let conv = chat.state.id.clone();
        chat.finished = Some(by);
        chat.end_seen = by == Party::Visitor && !missed;
        #[cfg(feature = "facade")]
        {
            // The host has its own way to take up what is over.
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

/// The visitor first, then the agents (spec, ChatOnline).
pub(super) fn users(chat: &Chat) -> Vec<ParticipantId> {
    let mut users = vec![chat.state.visitor.clone()];
    for agent in &chat.state.agents {
        users.push(agent.id.clone());
    }
    users
}
