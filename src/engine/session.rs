//! The visitor's session: who the visitor is, what the server knows, what is kept on the device.

use super::chat::Chat;
use super::outbox::{Outbox, PATIENCE, What};
use super::stored::{STORED_VERSION, Stored};
use super::talk::users;
use super::timers::TimerId;
use super::widget::{Phase, Widget};
use super::{Area, Effect, Engine, Fault, Happening, LinkEvent, LinkStatus, WidgetIndex};
use crate::model::{ParticipantId, Party, Standing, Timestamp};
use crate::wire::codec::{open_member, put_member};
use crate::wire::{self, ChatPage, Code, Have, Item, VisitorFrame};

impl Engine {
    /// Takes up what was kept from an earlier page.
    pub(super) fn restore(&mut self) {
        let Some((area, text)) = self.kept.take() else { return };
        self.written = Some((area, text.clone()));
        let Some(stored) = Stored::read(&text, self.now) else { return };
        #[cfg(feature = "facade")]
        let stored = self.unless_expired(stored, &text);
        (self.visitor, self.token, self.epoch, self.started) = (stored.visitor, stored.token, stored.epoch, true);
        for chat in stored.chats {
            let Some(index) = self.widget_at(&chat.element) else { continue };
            let Some(widget) = self.widgets.get_mut(index) else { continue };
            #[cfg(feature = "facade")]
            let begun = Happening::RestoreBegun { conv: chat.conv.clone() };
            widget.phase = Phase::Restoring { conv: chat.conv, read: chat.read };
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
            if let Some(widget) = self.widgets.get_mut(index) {
                widget.phase = Phase::Starting { id: parcel.id.clone() };
            }
        }
        self.outbox = Outbox(stored.parcels);
        self.outbox.unsend();
    }

    /// The widget of an element.
    #[inline(never)]
    pub(super) fn widget_at(&self, element: &str) -> Option<WidgetIndex> {
        self.widgets.iter().position(|widget| widget.spec.element == element)
    }

    pub(super) fn on_link(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Opened => self.say_hello(),
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

    /// Nothing is on its way any more, and nobody types.
    fn link_gone(&mut self) {
        self.timers.stop(TimerId::Hello);
        self.outbox.unsend();
        for index in 0..self.widgets.len() {
            self.fade_typing(index);
            self.timers.stop(TimerId::Fetch(index));
            if let Some(chat) = self.chat_mut(index) {
                chat.fetching = None;
                chat.told_typing = None;
            }
        }
    }

    /// Says who we are and what we have, and says it again if there is no answer.
    pub(super) fn say_hello(&mut self) {
        self.timers.set(TimerId::Hello, self.now.after(PATIENCE));
        let mut chats = Vec::new();
        for widget in &self.widgets {
            if let Some(conv) = widget.conv() {
                chats.push(Have { conv: conv.clone(), after: widget.chat().map(|chat| chat.last) });
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
                None if self.is_restoring(index) => self.not_restored(index),
                // The server knows nothing of it any more.
                None => self.finish(index, Party::System),
            }
        }
        if self.exclusive && !self.widgets.iter().any(|widget| widget.loaded && !matches!(widget.phase, Phase::Engagement)) {
            self.exclusive = false;
            self.load_widgets();
        }
    }

    fn is_restoring(&self, index: WidgetIndex) -> bool {
        self.widgets.get(index).is_some_and(|widget| matches!(widget.phase, Phase::Restoring { .. }))
    }

    fn restored(&mut self, index: WidgetIndex, page: ChatPage) {
        if page.state.standing == Standing::Ended {
            self.not_restored(index);
            return;
        }
        #[cfg(feature = "facade")]
        let entries = page.entries.clone();
        let mut chat = Chat::from_history(page);
        let online = chat.state.standing == Standing::Online;
        chat.told_online = online;
        chat.read = self.widgets.get(index).and_then(Widget::read_to).unwrap_or(chat.last);
        let (conv, users) = (chat.state.id.clone(), users(&chat));
        for parcel in self.outbox.iter() {
            // What arrived before the page was left is in the history already.
            let new = self.widget_at(&parcel.element) == Some(index) && !chat.lines.iter().any(|line| line.id == parcel.id);
            if let What::Put { item: Item::Message { text }, .. } = &parcel.what
                && new
            {
                chat.lines.push(self.pending_line(parcel.id.clone(), text.clone()));
            }
        }
        self.set_phase(index, Phase::Chat(Box::new(chat)));
        self.emit(Some(index), Happening::ChatRestored { conv, users, online });
        #[cfg(feature = "facade")]
        self.retell(index, &entries, true);
        self.count_unread(index);
    }

    /// It ended while the visitor was away: the widget begins afresh.
    fn not_restored(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.draft.clear();
            self.outbox.drop_of(&widget.spec.element);
        }
        #[cfg(feature = "facade")]
        self.emit(Some(index), Happening::RestoreFailed);
        self.close_panel(index);
        self.set_phase(index, Phase::Engagement);
    }

    /// The server answered a frame with an error.
    pub(super) fn on_error(&mut self, code: Code) {
        if code == Code::VisitorTaken {
            // One chance in 2^128, or somebody copied this tab's storage without its secret: be somebody new.
            self.become_new();
            self.say_hello();
        }
    }

    /// `fault`: why it is not there, if that is known. The same reason again is not told again.
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

    /// The server's time, as well as known.
    pub(super) const fn server_now(&self) -> Timestamp {
        self.now.after(self.clock_offset)
    }

    pub(super) const fn set_clock(&mut self, server: Timestamp) {
        self.clock_offset = server.since(self.now);
    }

    /// Opens the link while there is something to hear or to say, and only then.
    pub(super) fn settle_link(&mut self) {
        let waiting = |widget: &Widget| widget.conv().is_some() || matches!(widget.phase, Phase::Starting { .. });
        let wanted = self.outbox.len() > 0 || self.widgets.iter().any(waiting);
        if wanted != self.link_wanted {
            self.link_wanted = wanted;
            self.ask(if wanted { Effect::OpenLink } else { Effect::CloseLink });
            if !wanted {
                self.link_gone();
            }
            self.set_status(if wanted { LinkStatus::Connecting } else { LinkStatus::Idle }, None);
        }
    }

    /// Keeps what has to survive this page, where consent allows it; deletes what was kept when it does not, or is not needed.
    pub(super) fn persist(&mut self) {
        let contact = self.link_wanted;
        let area = self.area().filter(|area| contact || self.consent == Some(true) || (*area == Area::Device && self.started));
        let new = area.map(|area| (area, self.stored_text()));
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

    /// What is kept, as the text of a [`Stored`]. Written straight from where it is: copies of it all would be made at every input.
    fn stored_text(&self) -> String {
        let mut out = String::from("{");
        put_member(&mut out, "version", &STORED_VERSION);
        put_member(&mut out, "visitor", &self.visitor);
        put_member(&mut out, "token", &self.token);
        put_member(&mut out, "epoch", &self.epoch);
        #[cfg(feature = "facade")]
        put_member(&mut out, "at", &self.now);
        open_member(&mut out, "chats");
        out.push('[');
        for widget in &self.widgets {
            if let Some(conv) = widget.conv() {
                if out.ends_with('}') {
                    out.push(',');
                }
                out.push('{');
                put_member(&mut out, "element", &widget.spec.element);
                put_member(&mut out, "conv", conv);
                put_member(&mut out, "open", &widget.open);
                put_member(&mut out, "read", &widget.read_to());
                put_member(&mut out, "draft", &widget.draft);
                out.push('}');
            }
        }
        out.push(']');
        put_member(&mut out, "parcels", &self.outbox.0);
        out.push('}');
        out
    }
}
