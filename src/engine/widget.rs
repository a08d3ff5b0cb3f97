//! One widget: what is visible of it, and what is going on in it.

use super::chat::Chat;
use super::{Area, Effect, Engine, Focus, Happening, Subject, WidgetIndex};
use crate::engine::timers::TimerId;
use crate::model::{Availability, ConversationId, EntryId, FieldProblem, FieldValue, Timestamp, WidgetKind, WidgetSpec};
use crate::wire::Code;

/// A widget and its state.
#[derive(Debug)]
pub(super) struct Widget {
    pub(super) spec: WidgetSpec,
    /// The page was told that it is there.
    pub(super) loaded: bool,
    pub(super) shown: bool,
    pub(super) presence: Presence,
    pub(super) open: bool,
    pub(super) unread: u32,
    /// What was filled into the form, kept when the form is given up.
    pub(super) values: Vec<FieldValue>,
    /// The text in the composer, or what the host wants to be in it.
    pub(super) draft: String,
    /// Since when the visitor waits for the server.
    pub(super) waiting: Option<Timestamp>,
    pub(super) phase: Phase,
}

/// Whether a widget with nothing going on wants to be visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// Its rule is not met yet.
    Waiting,
    /// Its rule is met.
    Ready,
    /// The host or the visitor sent it away.
    Dismissed,
}

/// What is going on in a widget.
#[derive(Debug)]
pub(super) enum Phase {
    /// Nothing.
    Engagement,
    Collecting {
        problems: Vec<(String, FieldProblem)>,
    },
    /// A start of this id is in the outbox.
    Starting {
        id: EntryId,
    },
    /// A conversation from before this page was loaded; the server was not heard of it yet.
    Restoring {
        conv: ConversationId,
        /// The `seq` up to which it was read, where that is known.
        read: Option<u64>,
    },
    Chat(Box<Chat>),
    Survey {
        chat: Box<Chat>,
        values: Vec<FieldValue>,
        problems: Vec<(String, FieldProblem)>,
    },
    Thanks,
    Requested {
        due: Option<Timestamp>,
    },
    Refused {
        code: Code,
    },
}

impl Widget {
    pub(super) const fn new(spec: WidgetSpec) -> Self {
        Self {
            spec,
            loaded: false,
            shown: false,
            presence: Presence::Waiting,
            open: false,
            unread: 0,
            values: Vec::new(),
            draft: String::new(),
            waiting: None,
            phase: Phase::Engagement,
        }
    }

    /// The conversation on this page, also when it is over.
    pub(super) fn chat(&self) -> Option<&Chat> {
        match &self.phase {
            Phase::Chat(chat) | Phase::Survey { chat, .. } => Some(chat),
            _ => None,
        }
    }

    pub(super) fn chat_mut(&mut self) -> Option<&mut Chat> {
        match &mut self.phase {
            Phase::Chat(chat) | Phase::Survey { chat, .. } => Some(chat),
            _ => None,
        }
    }

    /// The id of the conversation that goes on here.
    pub(super) fn conv(&self) -> Option<&ConversationId> {
        match &self.phase {
            Phase::Restoring { conv, .. } => Some(conv),
            _ => self.chat().filter(|chat| chat.is_open()).map(|chat| &chat.state.id),
        }
    }

    /// The `seq` up to which the conversation here was read.
    pub(super) fn read_to(&self) -> Option<u64> {
        match &self.phase {
            Phase::Restoring { read, .. } => *read,
            _ => self.chat().map(|chat| if self.open { chat.last } else { chat.read }),
        }
    }

    /// Nothing but the server's answer is to be shown.
    pub(super) const fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting { .. } | Phase::Restoring { .. })
    }

    /// Its form has something for the visitor to fill in.
    pub(super) fn asks(&self) -> bool {
        self.spec.form.as_ref().is_some_and(|form| form.fields.iter().any(|field| field.visible_customer && field.kind.has_value()))
    }

    fn is_busy(&self) -> bool {
        !matches!(self.phase, Phase::Engagement)
    }

    /// All of the conversation here was read.
    fn read(&mut self) {
        if let Some(chat) = self.chat_mut() {
            chat.read = chat.last;
        }
    }

    fn is_available(&self) -> bool {
        self.spec.availability == Availability::Available
    }
}

impl Engine {
    /// The widget for events about it.
    pub(super) fn subject(&self, index: WidgetIndex) -> Option<Subject> {
        self.widgets.get(index).map(|widget| Subject {
            index,
            widget: widget.spec.id.clone(),
            element: widget.spec.element.clone(),
            kind: widget.spec.kind,
        })
    }

    /// Loads every widget that belongs on this page and is not there yet, in the site's order; then shows what is to be shown.
    /// While something from an earlier page goes on, only its widget is loaded (spec, restore).
    pub(super) fn load_widgets(&mut self) {
        for index in 0..self.widgets.len() {
            let Some(widget) = self.widgets.get(index) else { continue };
            let belongs = self.belongs(&widget.spec);
            let busy = widget.is_starting();
            if widget.loaded || !(busy || (belongs && !self.exclusive)) {
                continue;
            }
            let after = i64::from(widget.spec.rules.after);
            let first = !self.widgets.iter().any(|widget| widget.loaded);
            if let Some(widget) = self.widgets.get_mut(index) {
                widget.loaded = true;
                if after == 0 {
                    widget.presence = Presence::Ready;
                }
            }
            if after > 0 {
                self.timers.set(TimerId::Show(index), self.now.after(after));
            }
            self.emit(Some(index), Happening::Loaded { first });
        }
        for index in 0..self.widgets.len() {
            self.update_visibility(index);
        }
    }

    fn belongs(&self, spec: &WidgetSpec) -> bool {
        let url = &self.place.page.url;
        spec.rules.pages.is_empty() || spec.rules.pages.iter().any(|pattern| (self.services.matches)(pattern, url))
    }

    /// Shows or hides a widget if it has to change. Its panel closes before it hides.
    pub(super) fn update_visibility(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index) else { return };
        let reachable = widget.is_available() || !widget.spec.rules.only_available;
        let wanted = match widget.presence {
            Presence::Dismissed => false,
            _ if widget.is_busy() => true,
            Presence::Waiting => false,
            Presence::Ready => reachable && self.belongs(&widget.spec),
        };
        let wanted = wanted && widget.loaded && !self.destroyed;
        if wanted == widget.shown {
            return;
        }
        if !wanted {
            self.close_panel(index);
        }
        let open_after = self.widgets.get_mut(index).map_or(0, |widget| {
            widget.shown = wanted;
            widget.spec.rules.open_after
        });
        self.emit(Some(index), if wanted { Happening::Shown } else { Happening::Hidden });
        if wanted && open_after > 0 {
            self.timers.set(TimerId::OpenBySelf(index), self.now.after(i64::from(open_after)));
        } else {
            self.timers.stop(TimerId::OpenBySelf(index));
        }
        self.render(index);
    }

    /// The visitor, or the host for the visitor, begins what the widget offers or opens what is going on.
    pub(super) fn activate(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index).filter(|widget| widget.shown) else { return };
        if widget.is_busy() {
            self.open_panel(index);
            self.focus_stage(index);
            return;
        }
        let available = widget.spec.availability;
        let asks = widget.spec.form.is_some();
        self.emit(Some(index), Happening::Activated);
        self.open_panel(index);
        match available {
            Availability::Available if asks => self.begin_collection(index),
            Availability::Available => self.begin(index, Vec::new()),
            Availability::NoAgents => self.refuse(index, Code::NoAgents),
            Availability::Closed => self.refuse(index, Code::Closed),
        }
        self.focus_stage(index);
    }

    pub(super) fn open_panel(&mut self, index: WidgetIndex) {
        self.timers.stop(TimerId::OpenBySelf(index));
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.shown && !widget.open) else { return };
        widget.open = true;
        self.emit(Some(index), Happening::Opened);
        self.seen(index);
        self.render(index);
    }

    /// Closes the panel. A form or survey is given up; what is only a notice is done with.
    pub(super) fn close_panel(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.open) else { return };
        widget.read();
        widget.open = false;
        if matches!(
            widget.phase,
            Phase::Collecting { .. } | Phase::Survey { .. } | Phase::Thanks | Phase::Requested { .. } | Phase::Refused { .. }
        ) {
            widget.phase = Phase::Engagement;
        }
        self.emit(Some(index), Happening::Closed);
        self.render(index);
    }

    /// Leaves what is over and begins again.
    pub(super) fn restart(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let over = match &widget.phase {
            Phase::Chat(chat) => !chat.is_open(),
            Phase::Thanks | Phase::Requested { .. } | Phase::Refused { .. } | Phase::Survey { .. } => true,
            _ => false,
        };
        if over {
            widget.phase = Phase::Engagement;
            widget.draft.clear();
            self.render(index);
            self.activate(index);
        }
    }

    pub(super) fn refuse(&mut self, index: WidgetIndex, code: Code) {
        self.set_phase(index, Phase::Refused { code });
        self.emit(Some(index), Happening::Refused { code });
    }

    pub(super) fn set_phase(&mut self, index: WidgetIndex, phase: Phase) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.phase = phase;
        }
        self.update_visibility(index);
        self.render(index);
    }

    /// Nothing is unread any more.
    pub(super) fn seen(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.read();
        }
        self.set_unread(index, 0);
    }

    /// Tells the page and the screen how many messages are unread, when that is another number than before.
    pub(super) fn set_unread(&mut self, index: WidgetIndex, count: u32) {
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.unread != count) else { return };
        widget.unread = count;
        self.emit(Some(index), Happening::UnreadChanged { count });
        self.render(index);
    }

    /// Counts from the transcript what is unread: for one that was not followed entry by entry.
    pub(super) fn count_unread(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index).filter(|widget| !widget.open) else { return };
        self.set_unread(index, widget.chat().map_or(0, Chat::unread));
    }

    /// Puts the focus where the stage of an open panel wants it. Only after something that the visitor did.
    pub(super) fn focus_stage(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index).filter(|widget| widget.open) else { return };
        let focus = match &widget.phase {
            Phase::Collecting { .. } | Phase::Survey { .. } => Focus::Field(None),
            Phase::Chat(chat) if chat.is_open() => Focus::Composer,
            _ => Focus::Notice,
        };
        self.ask(Effect::Focus(index, focus));
    }

    /// The widget that a host's command without a widget means: the one whose panel is open, else one with something going on,
    /// else the first visible one.
    pub(super) fn pick(&self, index: Option<WidgetIndex>) -> Option<WidgetIndex> {
        index.or_else(|| {
            let first = |test: fn(&Widget) -> bool| self.widgets.iter().position(|widget| widget.loaded && test(widget));
            first(|widget| widget.open)
                .or_else(|| first(Widget::is_busy))
                .or_else(|| first(|widget| widget.shown && widget.spec.kind == WidgetKind::Chat))
                .or_else(|| first(|widget| widget.shown))
                .or_else(|| first(|_| true))
        })
    }

    /// Where things may be kept, if anywhere.
    pub(super) fn area(&self) -> Option<Area> {
        use crate::model::Consent;
        match (self.consent, self.config.consent) {
            (Some(false), _) => None,
            (Some(true), _) | (None, Consent::Remember) => Some(Area::Device),
            (None, Consent::Strict | Consent::Host) => Some(Area::Tab),
        }
    }
}
