//! Commands of the host page.

#[cfg(feature = "facade")]
use super::Focus;
use super::outbox::What;
use super::timers::TimerId;
use super::widget::{Phase, Presence};
use super::{Command, Effect, Engine, TabWord, WidgetIndex};
use crate::model::Page;
use crate::wire::Item;

impl Engine {
    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::Open(index) => {
                let Some(index) = self.pick(index) else { return };
                self.reveal(index);
                if self.widgets.get(index).is_some_and(|widget| !widget.open || matches!(widget.phase, Phase::Engagement)) {
                    self.activate(index);
                }
            }
            Command::Close(index) => self.each(index, Self::close_panel),
            Command::Show(index) => self.each(index, Self::reveal),
            Command::Hide(index) => self.each(index, Self::dismiss),
            Command::SendMessage(index, text) => {
                let Some(index) = self.pick(index) else { return };
                let Some(widget) = self.widgets.get(index) else { return };
                if widget.conv().is_some() || matches!(widget.phase, Phase::Composing { .. } | Phase::Starting { .. }) {
                    self.say_this(index, &text);
                } else {
                    self.set_draft(index, text);
                    self.render(index);
                }
            }
            Command::End(index) => self.each(index, Self::end),
            Command::Submit(index, values) => {
                if let Some(index) = self.pick(index) {
                    self.submit(index, values);
                }
            }
            Command::SetVisitor(values) => self.set_prefill(values),
            #[cfg(feature = "facade")]
            Command::Begin(index, values) => {
                if let Some(index) = self.pick(index) {
                    self.begin_with(index, values);
                }
            }
            Command::Typing(index, on) => {
                if let Some(index) = self.pick(index) {
                    self.host_types(index, on);
                }
            }
            #[cfg(feature = "facade")]
            Command::Put(index, item) => {
                if let Some(index) = self.pick(index) {
                    self.put(index, item);
                }
            }
            Command::Keep => self.keep_typed = true,
            #[cfg(feature = "facade")]
            Command::Renew(index) => self.each(index, Self::renew),
            #[cfg(feature = "facade")]
            Command::AskEnd(index) => {
                if let Some(index) = self.pick(index)
                    && self.conversation(index).is_some()
                {
                    self.ask(Effect::Focus(index, Focus::EndQuestion));
                }
            }
            #[cfg(feature = "facade")]
            Command::Inject(index, id, what) => {
                if let Some(index) = self.pick(index) {
                    self.inject(index, id, what);
                }
            }
            #[cfg(feature = "facade")]
            Command::Rewrite(index, id, what) => {
                if let Some(index) = self.pick(index) {
                    self.rewrite(index, &id, what);
                }
            }
            Command::SetConsent(given) => self.consent = Some(given),
            Command::SetPage(page) => self.set_page(page),
            Command::Forget => {
                let visitor = self.visitor.clone();
                self.ask(Effect::Tell(TabWord::Forget { visitor }));
                self.forget();
            }
            Command::Destroy => {
                self.keep_typed = true;
                self.persist();
                self.leave();
            }
        }
    }

    /// Calls a function for one widget, or for all on the page.
    // Not by a function pointer: functions in the table of functions are in the first part of the module.
    fn each(&mut self, index: Option<WidgetIndex>, act: impl Fn(&mut Self, WidgetIndex)) {
        let from = index.unwrap_or(0);
        let to = index.map_or(self.widgets.len(), |index| index + 1);
        (from..to).for_each(|index| act(self, index));
    }

    /// Makes a widget visible that rules or a dismissal kept away.
    pub(super) fn reveal(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.presence = Presence::Ready;
        }
        self.timers.stop(TimerId::Show(index));
        self.update_visibility(index);
    }

    pub(super) fn dismiss(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.presence = Presence::Dismissed;
        }
        self.update_visibility(index);
    }

    pub(super) fn set_page(&mut self, page: Page) {
        if self.whereabouts.page == page {
            return;
        }
        self.whereabouts.page = page.clone();
        for index in 0..self.widgets.len() {
            let Some(conv) = self.conversation(index).cloned() else { continue };
            self.post(index, None, What::Put { conv, item: Item::Moved { page: page.clone() } });
        }
        if self.exclusive && !self.widgets.iter().any(|widget| widget.conv().is_some()) {
            self.exclusive = false;
        }
        self.load_widgets();
    }

    /// Forgets the visitor: ends open conversations, deletes the stored state and makes a new visitor id.
    pub(super) fn forget(&mut self) {
        for index in 0..self.widgets.len() {
            self.end(index);
        }
        // The link closes after this. If the frame is lost, the server ends the conversation by its time limits.
        for held in core::mem::take(&mut self.outbox).all() {
            if self.is_online() && matches!(&held.parcel.what, What::Put { item: Item::End {}, .. }) {
                let frame = self.frame_of(&held.parcel, None);
                self.ask(Effect::Send(frame));
            }
        }
        for index in 0..self.widgets.len() {
            self.close_panel(index);
            if let Some(widget) = self.widgets.get_mut(index) {
                widget.values.clear();
                widget.draft.clear();
            }
            self.set_phase(index, Phase::Engagement);
            self.set_unread(index, 0);
        }
        self.prefill.clear();
        (self.epoch, self.started) = (None, false);
        self.consent = self.consent.filter(|given| !given);
        self.become_new();
    }

    /// Removes everything: hides every visible widget, and sends no event after that. The stored state stays, for the next page.
    pub(super) fn leave(&mut self) {
        self.destroyed = true;
        for index in 0..self.widgets.len() {
            self.update_visibility(index);
        }
        self.timers.clear();
        if self.link_wanted {
            self.ask(Effect::CloseLink);
        }
    }
}
