//! Conversations: begin, say, hear, end.

use super::chat::{Chat, Fetch, Survey, Taken};
use super::collection::initial;
use super::outbox::{PATIENCE, Parcel, What};
use super::timers::TimerId;
use super::view::{Line, LineState, Said};
use super::widget::{Phase, Widget};
use super::{Effect, Engine, Happening, TabWord, WidgetIndex};
use crate::model::{
    ConversationId, Entry, EntryBody, EntryId, FieldValue, Participant, ParticipantId, Party, RequestId, Standing, Timestamp, WidgetKind,
    limits,
};
use crate::text;
use crate::wire::{ChatPage, Code, Head, Item, Problem, VisitorFrame};

/// While the visitor types, the server is told again after this many milliseconds.
const TYPING_AGAIN: i64 = 4_000;
/// Typing is over when nothing was typed for this long.
const TYPING_STOPS: i64 = if cfg!(feature = "facade") { 2_000 } else { 5_000 };
/// The other side's typing fades when nothing was heard of it for this long.
const TYPING_FADES: i64 = 8_000;

impl Engine {
    /// Puts something into the outbox, with a fresh id if none is given. Gives the id.
    pub(super) fn post(&mut self, index: WidgetIndex, id: Option<EntryId>, what: What) -> EntryId {
        let id = id.unwrap_or_else(|| self.new_entry_id());
        if let Some(widget) = self.widgets.get(index) {
            let element = widget.spec.element.clone();
            self.outbox.0.push(Parcel { element, id: id.clone(), what, made: self.now, sent: None });
        }
        id
    }

    /// Asks the server for what the widget offers.
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

    fn starting(&self, id: &EntryId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| matches!(&widget.phase, Phase::Starting { id: own, .. } if own == id))
    }

    pub(super) fn on_started(&mut self, id: &EntryId, page: ChatPage) {
        self.outbox.take(id);
        let conv = page.state.id.clone();
        let Some(index) = self.starting(id) else {
            if self.taken_back.contains(id) {
                let id = self.new_entry_id();
                self.ask(Effect::Send(VisitorFrame::Put { conv, id, item: Item::End {} }));
            }
            return;
        };
        let Some(widget) = self.widgets.get_mut(index) else { return };
        self.outbox.started(&widget.spec.element, &conv);
        let said = widget.lines_mut().map(core::mem::take).unwrap_or_default();
        let from_start = if page.more_before { None } else { Chat::from_start(&page) };
        let Some(mut chat) = from_start else {
            // Much has been said meanwhile (the answer was lost for long): taken as history.
            let mut chat = Chat::from_history(page);
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
        self.take_run(index, &page.entries, page.more_after);
        self.tell_tabs(false);
    }

    pub(super) fn on_requested(&mut self, id: &EntryId, request: RequestId, due: Option<Timestamp>) {
        self.outbox.take(id);
        let Some(index) = self.starting(id) else { return };
        self.set_phase(index, Phase::Requested { due });
        self.emit(Some(index), Happening::RequestStored { request, due });
    }

    pub(super) fn on_refused(&mut self, id: &EntryId, code: Code, problems: Vec<Problem>) {
        if code.is_retryable() {
            // It stays in the outbox, whose timer sends it again.
            self.mark(id, LineState::Late);
            return;
        }
        let Some(parcel) = self.outbox.take(id) else { return };
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
                let lasting = matches!(code, Code::Ended | Code::NotFound | Code::Unauthorized | Code::TooLarge);
                self.mark(id, LineState::Failed { retry: !lasting });
                if !self.is_fostered(id) {
                    self.emit(self.widget_at(&parcel.element), Happening::MessageFailed { id: id.clone(), code });
                }
            }
            #[cfg(feature = "facade")]
            What::Put { item: Item::Notice { .. } | Item::Data { .. }, .. } => {
                self.emit(self.widget_at(&parcel.element), Happening::MessageFailed { id: id.clone(), code });
            }
            What::Put { .. } => {}
        }
    }

    /// The server began nothing. What was said to begin it with is in the composer again.
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

    /// What was said in a conversation and is still to be sent goes back into the composer. False when there is nothing.
    pub(super) fn take_back(&mut self, index: WidgetIndex, conv: &ConversationId, code: Code) -> bool {
        let Some(widget) = self.widgets.get(index) else { return false };
        let said = self.outbox.unsaid(&widget.spec.element, conv);
        for (id, text) in said.iter().rev() {
            self.unsay(index, id, text);
            self.emit(Some(index), Happening::MessageFailed { id: id.clone(), code });
        }
        !said.is_empty()
    }

    /// A message came after the end. While nobody sees that, it is kept with what was not sent, and so is what was to follow it.
    fn too_late(&mut self, index: WidgetIndex, conv: &ConversationId, id: &EntryId, text: &str, code: Code) {
        let late = matches!(code, Code::Ended | Code::NotFound);
        if self.widgets.get(index).is_some_and(|widget| late && !widget.open && widget.chat().is_some_and(|chat| chat.state.id == *conv)) {
            self.take_back(index, conv, code);
            self.unsay(index, id, text);
        }
    }

    /// Puts a text that was not sent in front of what is in the composer.
    fn unsay(&mut self, index: WidgetIndex, id: &EntryId, text: &str) {
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
        self.render(index);
    }

    pub(super) fn on_ack(&mut self, id: &EntryId, seq: u64) {
        let Some(parcel) = self.outbox.take(id) else { return };
        self.mark(id, LineState::Sent);
        self.sent(&parcel);
        // An entry from before what is loaded (sent, then the page was loaded anew): it shows up in its place, not at the end.
        let Some(index) = self.widget_at(&parcel.element) else { return };
        let Some(chat) = self.chat_mut(index) else { return };
        if seq <= chat.last {
            chat.drop_pending(id);
            self.render(index);
        }
    }

    fn sent(&mut self, parcel: &Parcel) {
        if self.is_fostered(&parcel.id) {
            return;
        }
        #[cfg(feature = "facade")]
        if let What::Put { conv, item: Item::Notice { .. } | Item::Data { .. } } = &parcel.what {
            self.emit(self.widget_at(&parcel.element), Happening::MessageSent { conv: conv.clone(), id: parcel.id.clone() });
        }
        if let What::Put { conv, item: Item::Message { .. } } = &parcel.what {
            self.emit(self.widget_at(&parcel.element), Happening::MessageSent { conv: conv.clone(), id: parcel.id.clone() });
        }
    }

    /// Changes the state of a line that has no number yet.
    fn mark(&mut self, id: &EntryId, state: LineState) {
        for index in 0..self.widgets.len() {
            let line = self.widgets.get_mut(index).and_then(|widget| widget.pending(id));
            if let Some(line) = line.filter(|line| line.state != state) {
                line.state = state;
                self.render(index);
            }
        }
    }

    /// Calls messages late that were not acknowledged in time.
    pub(super) fn mark_late(&mut self) {
        for at in 0..self.outbox.len() {
            let late = self.outbox.get(at).filter(|parcel| self.now.since(parcel.made) >= PATIENCE);
            if let Some(id) = late.map(|parcel| parcel.id.clone()) {
                self.mark(&id, LineState::Late);
            }
        }
    }

    pub(super) fn widget_of(&self, conv: &ConversationId) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.chat().is_some_and(|chat| chat.state.id == *conv))
    }

    pub(super) fn on_entry(&mut self, conv: &ConversationId, entry: &Entry) {
        if let Some(index) = self.widget_of(conv) {
            self.take_entry(index, entry);
        }
    }

    /// Takes an entry in as news. False: entries before it are missing, and were asked for.
    fn take_entry(&mut self, index: WidgetIndex, entry: &Entry) -> bool {
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

    fn tell_online(&mut self, index: WidgetIndex) {
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
    fn catch_up(&mut self, index: WidgetIndex) {
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

    fn take_run(&mut self, index: WidgetIndex, entries: &[Entry], more: bool) {
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
    fn fetch(&mut self, index: WidgetIndex, which: Fetch) {
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

    /// The text in the composer changed.
    pub(super) fn set_draft(&mut self, index: WidgetIndex, text: String) {
        let now = self.now;
        let online = self.is_online();
        let text = text::without_nul(text);
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.draft != text) else { return };
        widget.draft = text;
        let typing = !text::is_empty(&widget.draft);
        let Some(chat) = widget.chat_mut().filter(|chat| chat.is_open()) else { return };
        let conv = chat.state.id.clone();
        if !typing {
            self.stop_typing(index);
        } else if online {
            self.timers.set(TimerId::TypingStops(index), now.after(TYPING_STOPS));
            if chat.told_typing.is_none_or(|told| now.since(told) >= TYPING_AGAIN) {
                chat.told_typing = Some(now);
                self.ask(Effect::Send(VisitorFrame::Typing { conv, on: true }));
            }
            #[cfg(feature = "facade")]
            self.composing(index, true);
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

    /// Sends what is in the composer. Too long a text stays there; the view says why.
    pub(super) fn say(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let text = core::mem::take(&mut widget.draft);
        if self.say_this(index, &text) {
            self.stop_typing(index);
        } else if let Some(widget) = self.widgets.get_mut(index) {
            widget.draft = text;
        }
    }

    /// Sends a text, unless it is empty or too long; a conversation that waits for its first message begins with it. True when it is
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
        let id = self.new_entry_id();
        self.queue_message(index, conv, id, text.to_owned());
        true
    }

    pub(super) fn queue_message(&mut self, index: WidgetIndex, conv: ConversationId, id: EntryId, text: String) {
        let line = self.pending_line(id.clone(), text.clone());
        let Some(lines) = self.widgets.get_mut(index).and_then(Widget::lines_mut) else { return };
        lines.push(line);
        let known = Some(conv.clone()).filter(|conv| !conv.0.is_empty());
        self.post(index, Some(id.clone()), What::Put { conv, item: Item::Message { text } });
        if let Some(parcel) = self.outbox.0.last().filter(|_| known.is_some()).cloned() {
            self.ask(Effect::Tell(TabWord::Said { parcel }));
        }
        self.emit(Some(index), Happening::MessageQueued { conv: known, id });
        self.render(index);
    }

    pub(super) fn pending_line(&self, id: EntryId, text: String) -> Line {
        let from = Participant { id: self.visitor.clone(), party: Party::Visitor, name: String::new() };
        Line { seq: None, id, at: self.server_now(), said: Said::Message { from, text }, state: LineState::Sending }
    }

    /// Tries again to send a message that failed. It goes to the end, and keeps its id: the server has none of that id.
    pub(super) fn retry(&mut self, index: WidgetIndex, id: &EntryId) {
        let Some(conv) = self.conversation(index).cloned() else { return };
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let Some(Line { said: Said::Message { text, .. }, state: LineState::Failed { .. }, .. }) = widget.pending(id).cloned() else {
            return;
        };
        if let Some(chat) = widget.chat_mut() {
            chat.drop_pending(id);
        }
        self.queue_message(index, conv, id.clone(), text);
    }

    pub(super) fn discard(&mut self, index: WidgetIndex, id: &EntryId) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        if widget.pending(id).is_some_and(|line| matches!(line.state, LineState::Failed { .. }))
            && let Some(chat) = widget.chat_mut()
        {
            chat.drop_pending(id);
            self.render(index);
        }
    }

    /// The visitor ends it. It is over here at once; the server is told as soon as it can be.
    pub(super) fn end(&mut self, index: WidgetIndex) {
        let Some(chat) = self.chat(index).filter(|chat| chat.is_open()) else { return };
        let conv = chat.state.id.clone();
        self.post(index, None, What::Put { conv, item: Item::End {} });
        self.finish(index, Party::Visitor, false);
        self.focus_stage(index);
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
