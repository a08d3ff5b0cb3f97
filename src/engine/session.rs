//! The visitor's session: id and secret, `hello` and `welcome`, the state that is stored on the device.

use super::conversation::LiveConversation;
use super::hear::users;
use super::outbox::{Outbox, Parcel, What};
use super::stored::{SHOW_IN_TAB, SHOW_ON_DEVICE, STORED_VERSION, Stored};
use super::timers::TimerId;
use super::view::Line;
use super::widget::{Phase, Widget};
use super::{Area, Effect, Engine, Fault, Happening, LinkEvent, LinkStatus, WidgetIndex};
use crate::client::PATIENCE;
use crate::model::{Conversation, ConversationId, EndReason, ParticipantId, Party, Standing, Timestamp};
use crate::wire::codec::{Codec, open_member, put_member};
use crate::wire::{self, ChatPage, Code, Have, Item, VisitorFrame};

impl Engine {
    /// Restores the stored state of an earlier page.
    pub(super) fn restore(&mut self) {
        let Some((area, text)) = self.kept.take() else { return };
        self.written = Some((area, text.clone()));
        self.keep_typed = true;
        let Some(stored) = Stored::read(&text, self.now) else { return };
        #[cfg(feature = "facade")]
        let stored = self.unless_expired(stored, &text);
        (self.visitor, self.token, self.epoch, self.started) = (stored.visitor, stored.token, stored.epoch, true);
        for chat in stored.chats {
            let Some(index) = self.widget_at(&chat.element) else { continue };
            let Some(widget) = self.widgets.get_mut(index) else { continue };
            #[cfg(feature = "facade")]
            let begun = Happening::RestoreBegun { conv: chat.conv.clone() };
            widget.phase = Phase::Restoring { conv: chat.conv, read: chat.read, told: chat.over == Some(true), heard: chat.heard };
            widget.draft = chat.draft;
            self.exclusive = true;
            if chat.open {
                self.reopen.push(index);
            }
            #[cfg(feature = "facade")]
            self.emit(Some(index), begun);
        }
        for parcel in &stored.parcels {
            let (What::Start { .. }, Some(index)) = (&parcel.what, self.widget_at(&parcel.element)) else { continue };
            self.exclusive = true;
            self.reopen.push(index);
            let lines = self.said(stored.parcels.iter(), &parcel.element, "");
            if let Some(widget) = self.widgets.get_mut(index) {
                widget.phase = Phase::Starting { id: parcel.id.clone(), lines };
            }
        }
        self.outbox = Outbox::restored(stored.parcels);
    }

    /// The visitor's messages in the conversation of an element that the server has not acknowledged, as lines.
    fn said<'a>(&self, parcels: impl Iterator<Item = &'a Parcel>, element: &str, of: &str) -> Vec<Line> {
        let mut lines = Vec::new();
        for parcel in parcels {
            if let What::Put { item: Item::Message { text }, conv } = &parcel.what
                && parcel.element == element
                && conv.0 == of
            {
                lines.push(self.pending_line(parcel.id.clone(), text.clone()));
            }
        }
        lines
    }

    /// The widget of an element.
    #[inline(never)]
    pub(super) fn widget_at(&self, element: &str) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.spec.element == element)
    }

    pub(super) fn on_link(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Opened => {
                // The new link may replace an open one.
                self.link_gone();
                self.say_hello();
            }
            LinkEvent::Lost(fault) => {
                #[cfg(feature = "facade")]
                self.trouble();
                self.link_gone();
                let before = self.status;
                self.set_status(if before == LinkStatus::Online { LinkStatus::Reconnecting } else { before }, Some(fault));
            }
            LinkEvent::Stopped(fault) => {
                self.link_gone();
                self.set_status(LinkStatus::Stopped, Some(fault));
            }
        }
    }

    /// The connection is gone: parcels count as not sent, and typing ends.
    fn link_gone(&mut self) {
        self.timers.stop(TimerId::Hello);
        self.outbox.unsend();
        for index in 0..self.widgets.len() {
            self.fade_typing(index);
            self.timers.stop(TimerId::Fetch(index));
            if let Some(chat) = self.chat_mut(index) {
                chat.window.unask();
                chat.told_typing = None;
            }
        }
    }

    /// Sends `hello` with the conversations that this page has, again if there is no answer.
    pub(super) fn say_hello(&mut self) {
        self.timers.set(TimerId::Hello, self.now.after(PATIENCE));
        let mut chats = Vec::new();
        self.hello_for.clear();
        for widget in &self.widgets {
            if let Some(conv) = widget.conv() {
                self.hello_for.push(conv.clone());
                chats.push(Have { conv: conv.clone(), after: widget.chat().and_then(|chat| chat.window.have()) });
            }
        }
        self.ask(Effect::Send(VisitorFrame::Hello {
            version: wire::VERSION,
            visitor: self.visitor.clone(),
            token: Some(self.token.clone()),
            epoch: self.epoch.clone(),
            chats,
        }));
    }

    pub(super) fn on_welcome(&mut self, visitor: ParticipantId, token: String, epoch: String, mut pages: Vec<ChatPage>) {
        self.timers.stop(TimerId::Hello);
        let replaced = self.epoch.as_ref().is_some_and(|known| *known != epoch);
        if !visitor.0.is_empty() && !token.is_empty() {
            (self.visitor, self.token) = (visitor, token);
        }
        self.epoch = Some(epoch);
        #[cfg(feature = "facade")]
        {
            self.retold.failures = 0;
        }
        self.set_status(LinkStatus::Online, None);
        for index in 0..self.widgets.len() {
            let Some(conv) = self.widgets.get(index).and_then(|widget| widget.conv()).cloned() else { continue };
            let page = pages.iter().position(|page| page.state.id == conv).map(|at| pages.swap_remove(at));
            match page {
                Some(page) if self.is_restoring(index) => self.restored(index, page),
                Some(page) if replaced => self.replace_chat(index, page),
                Some(page) => self.on_page(page),
                None if self.is_restoring(index) => self.not_known(index),
                // This is the answer to a `hello` from before the conversation began.
                None if !self.hello_for.contains(&conv) => {}
                // The server does not have the conversation any more.
                None => self.finish(index, Party::System, false),
            }
        }
        for index in 0..self.widgets.len() {
            if self.chat(index).is_some_and(|chat| chat.window.wants_older()) {
                self.older(index);
            }
        }
        if self.exclusive && !self.widgets.iter().any(Widget::is_going_on) {
            self.exclusive = false;
            self.load_widgets();
        }
    }

    fn is_restoring(&self, index: WidgetIndex) -> bool {
        self.widgets.get(index).is_some_and(|widget| matches!(widget.phase, Phase::Restoring { .. }))
    }

    fn restored(&mut self, index: WidgetIndex, page: ChatPage) {
        if page.state.standing == Standing::Ended {
            if self.may_show(&page.state) {
                self.show_over(index, LiveConversation::from_history(page));
            } else {
                self.not_restored(index);
            }
            return;
        }
        #[cfg(feature = "facade")]
        let (entries, news) = self.unheard(index, page.entries.clone());
        let mut chat = LiveConversation::from_history(page);
        let online = chat.state.standing == Standing::Online;
        chat.told_online = online;
        #[cfg(feature = "facade")]
        {
            chat.told_online &= !news.iter().any(|entry| matches!(entry.body, crate::model::EntryBody::Joined { .. }));
        }
        chat.read = self.widgets.get(index).and_then(Widget::read_to).unwrap_or_else(|| chat.window.last());
        chat.told_read = chat.read;
        let (conv, users) = (chat.state.id.clone(), users(&chat));
        // Entries that arrived before the page was left are in the history already.
        chat.add_pending(self.unsaid(index));
        self.set_phase(index, Phase::Chat(Box::new(chat)));
        self.emit(Some(index), Happening::ChatRestored { conv, users, online });
        #[cfg(feature = "facade")]
        {
            self.retell(index, &entries, true);
            self.take_news(index, &news);
        }
        self.count_unread(index);
    }

    /// The visitor's messages in the conversation to be restored that the server has not acknowledged.
    fn unsaid(&self, index: WidgetIndex) -> Vec<Line> {
        self.widgets.get(index).map_or_else(Vec::new, |widget| {
            let conv = widget.conv().map_or("", ConversationId::as_str);
            self.said(self.outbox.pending(), &widget.spec.element, conv)
        })
    }

    /// Whether a conversation that ended while the visitor was away may still be shown: another person may use the device by now (quality P20).
    fn may_show(&self, state: &Conversation) -> bool {
        #[cfg(feature = "facade")]
        if self.is_handed_over() {
            // The facade is told that the conversation could not be restored, and decides what to show.
            return false;
        }
        let passed = self.server_now().since(state.since);
        match self.written {
            Some((Area::Tab, _)) => passed < SHOW_IN_TAB,
            _ => passed < SHOW_ON_DEVICE && state.end != Some(EndReason::Abandoned),
        }
    }

    /// The conversation ended while the visitor was away: its end is shown and reported, once.
    fn show_over(&mut self, index: WidgetIndex, mut chat: LiveConversation) {
        let (read, told) = match self.widgets.get(index).map(|widget| &widget.phase) {
            Some(Phase::Restoring { read, told, .. }) => (*read, *told),
            _ => (None, false),
        };
        chat.read = read.unwrap_or_else(|| chat.window.last());
        chat.told_over = told;
        // The server accepts or refuses each of them.
        chat.add_pending(self.unsaid(index));
        let by = chat.ended_by();
        self.set_phase(index, Phase::Chat(Box::new(chat)));
        self.finish(index, by, true);
        self.count_unread(index);
    }

    /// The server no longer has the conversation. Messages that were not acknowledged are shown all the same.
    fn not_known(&mut self, index: WidgetIndex) {
        let draft = self.widgets.get(index).is_some_and(|widget| !widget.draft.is_empty());
        let conv = self.widgets.get(index).and_then(|widget| widget.conv()).cloned();
        #[cfg(feature = "facade")]
        let conv = conv.filter(|_| !self.is_handed_over());
        match conv {
            Some(conv) if draft || !self.unsaid(index).is_empty() => {
                self.show_over(index, LiveConversation::lost(conv, self.visitor.clone()))
            }
            _ => self.not_restored(index),
        }
    }

    /// Ends a conversation without showing it: the widget returns to its first state.
    fn not_restored(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.draft.clear();
            self.outbox.drop_of(&widget.spec.element, true);
        }
        #[cfg(feature = "facade")]
        self.emit(Some(index), Happening::RestoreFailed);
        self.close_panel(index);
        self.set_phase(index, Phase::Engagement);
    }

    /// The server answered a frame with an error.
    pub(super) fn on_error(&mut self, code: Code) {
        if code == Code::VisitorTaken {
            // The id belongs to another secret: a copy of this tab's storage without its secret, or a chance match. Take a new id.
            self.become_new();
            self.say_hello();
        }
    }

    /// `fault`: why there is no link, if that is known. A reason that was reported already is not reported again.
    pub(super) fn set_status(&mut self, status: LinkStatus, fault: Option<Fault>) {
        if self.status != status || self.fault != fault {
            (self.status, self.fault) = (status, fault);
            self.emit(None, Happening::LinkChanged { status, fault });
            for index in 0..self.widgets.len() {
                self.render(index);
            }
        }
    }

    /// Whether frames reach the server now.
    pub(super) fn is_online(&self) -> bool {
        self.status == LinkStatus::Online
    }

    /// The server's time, as far as it is known.
    pub(super) const fn server_now(&self) -> Timestamp {
        self.now.after(self.clock_offset)
    }

    pub(super) const fn set_clock(&mut self, server: Timestamp) {
        if server.is_real() {
            self.clock_offset = server.since(self.now);
        }
    }

    /// Opens the link while a widget waits for messages or has messages to send, and closes it otherwise.
    pub(super) fn settle_link(&mut self) {
        let wanted = self.outbox.is_busy() || self.widgets.iter().any(Widget::is_going_on);
        if wanted != self.link_wanted {
            self.link_wanted = wanted;
            self.ask(if wanted { Effect::OpenLink } else { Effect::CloseLink });
            if !wanted {
                self.link_gone();
            }
            self.set_status(if wanted { LinkStatus::Connecting } else { LinkStatus::Idle }, None);
        }
    }

    /// Closes the link. If it is still needed, it is opened again after this input, with a new `hello`.
    pub(super) fn drop_link(&mut self) {
        if self.link_wanted {
            self.link_wanted = false;
            self.ask(Effect::CloseLink);
            self.link_gone();
        }
    }

    /// Storage failed: the visitor is told, once.
    pub(super) fn on_unkept(&mut self) {
        if !self.unkept {
            self.unkept = true;
            for index in 0..self.widgets.len() {
                self.render(index);
            }
        }
    }

    /// Stores the state that has to survive this page, if consent allows it; otherwise, or if there is none, deletes the stored text.
    /// Drafts wait for [`TimerId::Keep`], for the visitor to leave, or for any other change.
    pub(super) fn persist(&mut self) {
        let kept = |widget: &Widget| widget.kept(false).is_some() || matches!(widget.phase, Phase::Starting { .. });
        let contact = self.outbox.is_busy() || self.widgets.iter().any(kept);
        let area = self.area().filter(|area| contact || self.consent == Some(true) || (*area == Area::Device && self.started));
        let all = core::mem::take(&mut self.keep_typed);
        let firm = area.map(|area| (area, self.stored_text(false, false)));
        #[cfg(feature = "facade")]
        let all = self.touch(all, firm != self.firm);
        if firm == self.firm && !all {
            return;
        }
        self.firm = firm;
        self.timers.stop(TimerId::Keep);
        let new = area.map(|area| (area, self.stored_text(true, false)));
        if new == self.written {
            return;
        }
        if let Some((old, _)) = self.written.take()
            && new.as_ref().is_none_or(|(area, _)| *area != old)
        {
            self.ask(Effect::Store(old, None));
        }
        if let Some((area, text)) = &new {
            self.ask(Effect::Store(*area, Some(text.clone())));
        }
        self.written = new;
    }

    /// The state as the text of a [`Stored`]. It is written from the engine's own data, without copies, because this happens at every input.
    /// `typed`: with the drafts; without them they are empty. `here`: for a core that takes over on this page.
    pub(super) fn stored_text(&self, typed: bool, here: bool) -> String {
        let nothing = String::new();
        let mut out = String::from("{");
        put_member(&mut out, "version", &STORED_VERSION);
        put_member(&mut out, "visitor", &self.visitor);
        put_member(&mut out, "token", &self.token);
        put_member(&mut out, "epoch", &self.epoch);
        #[cfg(feature = "facade")]
        if typed {
            put_member(&mut out, "at", &self.retold.at);
        }
        open_member(&mut out, "chats");
        out.push('[');
        for widget in &self.widgets {
            if let Some((conv, over)) = widget.kept(here) {
                if out.ends_with('}') {
                    out.push(',');
                }
                out.push('{');
                put_member(&mut out, "element", &widget.spec.element);
                put_member(&mut out, "conv", conv);
                put_member(&mut out, "open", &widget.open);
                put_member(&mut out, "read", &widget.read_to());
                put_member(&mut out, "over", &over);
                if here {
                    put_member(&mut out, "heard", &widget.heard_to());
                }
                put_member(&mut out, "draft", if typed { &widget.draft } else { &nothing });
                out.push('}');
            }
        }
        out.push(']');
        open_member(&mut out, "parcels");
        out.push('[');
        for parcel in self.outbox.pending() {
            if out.ends_with('}') {
                out.push(',');
            }
            parcel.encode(&mut out);
        }
        out.push(']');
        out.push('}');
        out
    }
}
