//! One widget: its visibility and its phase.

use super::conversation::LiveConversation;
use super::view::Line;
use super::{Area, Effect, Engine, Focus, Happening, Subject, WidgetIndex};
use crate::engine::timers::TimerId;
use crate::model::{Availability, ConversationId, EngagementKind, EntryId, FieldProblem, FieldValue, Timestamp, WidgetKind, WidgetSpec};
use crate::wire::Code;

/// A widget and its state.
#[derive(Debug)]
pub(super) struct Widget {
    pub(super) spec: WidgetSpec,
    /// The page was told that the widget is loaded.
    pub(super) loaded: bool,
    pub(super) shown: bool,
    pub(super) presence: Presence,
    pub(super) open: bool,
    /// Whether the tab is visible.
    pub(super) watched: bool,
    pub(super) unread: u32,
    /// Values of the form, kept when the visitor closes it.
    pub(super) values: Vec<FieldValue>,
    /// The text in the composer, or the text that the host page set.
    pub(super) draft: String,
    /// Since when the visitor waits for the server.
    pub(super) waiting: Option<Timestamp>,
    pub(super) phase: Phase,
}

/// Whether a widget without a contact may be visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// The widget's rule is not met yet.
    Waiting,
    /// The widget's rule is met.
    Ready,
    /// The host or the visitor dismissed the widget.
    Dismissed,
}

/// The phase of a widget.
#[derive(Debug)]
pub(super) enum Phase {
    /// No form, conversation or request: only the launcher, or the greeting in an open panel.
    Engagement,
    Collecting {
        problems: Vec<(String, FieldProblem)>,
    },
    /// The visitor writes the first message of a conversation, which begins with it.
    Composing {
        /// Form values, to be sent with the start.
        values: Vec<FieldValue>,
        /// Why the server refused the start before.
        refused: Option<Code>,
    },
    /// A start with this id is in the outbox.
    Starting {
        id: EntryId,
        /// Messages that the visitor has sent already.
        lines: Vec<Line>,
    },
    /// A conversation of an earlier page; the server has not answered for it yet.
    Restoring {
        conv: ConversationId,
        /// The `seq` up to which the conversation was read, where that is known.
        read: Option<u64>,
        /// Whether an earlier page has had the event `chatFinished`.
        told: bool,
        /// The `seq` up to which an earlier core has told this page the events.
        heard: Option<u64>,
    },
    /// A conversation, open or ended. It stays until the next one begins.
    Chat(Box<LiveConversation>),
    Requested {
        due: Option<Timestamp>,
    },
    Refused {
        code: Code,
    },
}

/// Replaces unknown words of a later version by known ones. False: the kind of widget is unknown, and the widget is left out.
pub(super) fn in_our_words(spec: &mut WidgetSpec) -> bool {
    spec.availability = spec.availability.in_our_words();
    if let EngagementKind::Unknown(_) = spec.engagement {
        spec.engagement = EngagementKind::Button;
    }
    !matches!(spec.kind, WidgetKind::Unknown(_))
}

impl Widget {
    pub(super) const fn new(spec: WidgetSpec) -> Self {
        Self {
            spec,
            loaded: false,
            shown: false,
            presence: Presence::Waiting,
            open: false,
            watched: true,
            unread: 0,
            values: Vec::new(),
            draft: String::new(),
            waiting: None,
            phase: Phase::Engagement,
        }
    }

    /// The conversation on this page, open or ended.
    pub(super) fn chat(&self) -> Option<&LiveConversation> {
        match &self.phase {
            Phase::Chat(chat) => Some(chat),
            _ => None,
        }
    }

    pub(super) fn chat_mut(&mut self) -> Option<&mut LiveConversation> {
        match &mut self.phase {
            Phase::Chat(chat) => Some(chat),
            _ => None,
        }
    }

    /// The id of the open conversation.
    pub(super) fn conv(&self) -> Option<&ConversationId> {
        match &self.phase {
            Phase::Restoring { conv, .. } => Some(conv),
            _ => self.chat().filter(|chat| chat.is_open()).map(|chat| &chat.state.id),
        }
    }

    /// The conversation to store for the next page: it is open, or the visitor has not seen its end. Also whether the page has had
    /// `chatFinished`. `here`: for a core that takes over on this page, where the screen does not change.
    pub(super) fn kept(&self, here: bool) -> Option<(&ConversationId, Option<bool>)> {
        match &self.phase {
            Phase::Restoring { conv, told, .. } => Some((conv, told.then_some(true))),
            Phase::Chat(chat) if here || !chat.end_seen => Some((&chat.state.id, chat.finished.is_some().then_some(true))),
            _ => None,
        }
    }

    /// The lines of the conversation, or of the one that is being started, to be changed.
    pub(super) fn lines_mut(&mut self) -> Option<&mut Vec<Line>> {
        match &mut self.phase {
            Phase::Starting { lines, .. } => Some(lines),
            Phase::Chat(chat) => Some(&mut chat.lines),
            _ => None,
        }
    }

    /// The line of this id that the server does not have yet.
    pub(super) fn pending(&mut self, id: &EntryId) -> Option<&mut Line> {
        self.lines_mut()?.iter_mut().rev().take_while(|line| line.seq.is_none()).find(|line| line.id == *id)
    }

    /// The `seq` up to which the conversation here was read.
    pub(super) fn read_to(&self) -> Option<u64> {
        match &self.phase {
            Phase::Restoring { read, .. } => *read,
            _ => self.chat().map(|chat| if self.is_read_now() { chat.read.max(chat.window.last()) } else { chat.read }),
        }
    }

    /// The `seq` up to which the page has heard the events of the conversation.
    pub(super) fn heard_to(&self) -> Option<u64> {
        match &self.phase {
            Phase::Restoring { heard, .. } => *heard,
            _ => self.chat().map(|chat| chat.window.last()),
        }
    }

    /// Whether the panel waits for the server's first answer and has nothing else to show.
    pub(super) const fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting { .. } | Phase::Restoring { .. })
    }

    /// Whether its form has fields for the visitor.
    pub(super) fn asks(&self) -> bool {
        self.spec.form.as_ref().is_some_and(|form| form.fields.iter().any(|field| field.visible_customer && field.kind.has_value()))
    }

    /// Whether the widget waits for messages of the server.
    pub(super) fn is_going_on(&self) -> bool {
        self.conv().is_some() || matches!(self.phase, Phase::Starting { .. }) || self.chat().is_some_and(|chat| chat.window.wants_older())
    }

    fn is_busy(&self) -> bool {
        !matches!(self.phase, Phase::Engagement)
    }

    /// Whether new messages count as read at once: the panel is open and the tab is visible.
    pub(super) const fn is_read_now(&self) -> bool {
        self.open && self.watched
    }

    /// Whether a conversation of another tab may be taken over here.
    pub(super) fn is_free(&self) -> bool {
        match &self.phase {
            Phase::Engagement => true,
            Phase::Chat(chat) => !chat.is_open() && !self.open,
            _ => false,
        }
    }

    /// Marks the whole conversation as read, with its end.
    fn read(&mut self) {
        self.read_so_far();
        if let Some(chat) = self.chat_mut() {
            chat.end_seen = chat.finished.is_some();
        }
    }

    /// Marks all lines as read.
    pub(super) fn read_so_far(&mut self) {
        if let Some(chat) = self.chat_mut() {
            // Another tab may have shown later entries than this one has.
            chat.read = chat.read.max(chat.window.last());
        }
    }

    fn is_available(&self) -> bool {
        self.spec.availability == Availability::Available
    }
}

impl Engine {
    /// The widget as the subject of events.
    pub(super) fn subject(&self, index: WidgetIndex) -> Option<Subject> {
        self.widgets.get(index).map(|widget| Subject {
            index,
            widget: widget.spec.id.clone(),
            element: widget.spec.element.clone(),
            kind: widget.spec.kind,
        })
    }

    /// Loads every widget that belongs on this page and is not loaded yet, in the site's order; then shows those that are due.
    /// While a conversation of an earlier page goes on, only its widget is loaded (CT1.8).
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
        let url = &self.whereabouts.page.url;
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
        if widget.open && !wanted {
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

    /// The visitor or the host page starts the widget, or opens the panel if it was started before.
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
            Availability::NoAgents => self.refuse(index, Phase::Refused { code: Code::NoAgents }, Code::NoAgents),
            Availability::Closed => self.refuse(index, Phase::Refused { code: Code::Closed }, Code::Closed),
            _ if asks => self.begin_collection(index),
            _ => self.compose(index, Vec::new()),
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

    /// Closes the panel. A form or a first message is left, and its text is kept; a confirmation or refusal ends. A conversation stays,
    /// open or ended.
    // In the part of the widget's module that has the conversation: not inlined into its callers, which may be in the first part.
    #[inline(never)]
    pub(super) fn close_panel(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.open) else { return };
        if widget.watched {
            widget.read_so_far();
        }
        widget.open = false;
        if matches!(widget.phase, Phase::Collecting { .. } | Phase::Composing { .. } | Phase::Requested { .. } | Phase::Refused { .. }) {
            widget.phase = Phase::Engagement;
        }
        self.emit(Some(index), Happening::Closed);
        self.render(index);
    }

    /// Leaves an ended conversation, a confirmation or a refusal, and begins again.
    pub(super) fn restart(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let over = match &widget.phase {
            Phase::Chat(chat) => !chat.is_open(),
            Phase::Requested { .. } | Phase::Refused { .. } => true,
            _ => false,
        };
        if over {
            // Unsent text goes into the composer of the next conversation.
            let conv = widget.chat().map(|chat| chat.state.id.clone());
            if let Some(conv) = conv {
                self.take_back(index, &conv, Code::Ended);
            }
            let Some(widget) = self.widgets.get_mut(index) else { return };
            widget.phase = Phase::Engagement;
            self.outbox.drop_of(&widget.spec.element, false);
            self.render(index);
            self.activate(index);
        }
    }

    /// The server refused the start. The widget counts as not available until the server says otherwise.
    pub(super) fn refuse(&mut self, index: WidgetIndex, phase: Phase, code: Code) {
        if let Some(widget) = self.widgets.get_mut(index) {
            match code {
                Code::Closed => widget.spec.availability = Availability::Closed,
                Code::NoAgents | Code::QueueFull => widget.spec.availability = Availability::NoAgents,
                _ => {}
            }
        }
        self.set_phase(index, phase);
        self.emit(Some(index), Happening::Refused { code });
    }

    pub(super) fn set_phase(&mut self, index: WidgetIndex, phase: Phase) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.phase = phase;
        }
        self.update_visibility(index);
        self.render(index);
    }

    /// No message is unread any more.
    pub(super) fn seen(&mut self, index: WidgetIndex) {
        if let Some(widget) = self.widgets.get_mut(index) {
            widget.read();
        }
        self.set_unread(index, 0);
    }

    /// Tells the page and the screen the number of unread messages, when it has changed.
    pub(super) fn set_unread(&mut self, index: WidgetIndex, count: u32) {
        let Some(widget) = self.widgets.get_mut(index).filter(|widget| widget.unread != count) else { return };
        widget.unread = count;
        self.emit(Some(index), Happening::UnreadChanged { count });
        self.render(index);
    }

    /// Counts unread messages from the transcript, for a conversation that was not followed entry by entry.
    pub(super) fn count_unread(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index).filter(|widget| !widget.is_read_now()) else { return };
        self.set_unread(index, widget.chat().map_or(0, LiveConversation::unread));
    }

    /// The server reported the availability of a widget. A refusal on the screen is removed when agents are available again.
    pub(super) fn set_availability(&mut self, index: WidgetIndex, availability: Availability, opens: Option<Timestamp>) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let availability = availability.in_our_words();
        let came = !widget.is_available() && availability == Availability::Available;
        widget.spec.availability = availability;
        widget.spec.opens = opens;
        let asks = widget.spec.form.is_some();
        let chat = widget.spec.kind == WidgetKind::Chat;
        match &mut widget.phase {
            Phase::Composing { refused, .. } if came => *refused = None,
            Phase::Refused { code: Code::Closed | Code::NoAgents | Code::QueueFull } if came => {
                widget.phase = Phase::Engagement;
                if asks {
                    self.begin_collection(index);
                } else if chat {
                    self.compose(index, Vec::new());
                }
            }
            _ => {}
        }
        self.update_visibility(index);
        for other in 0..self.widgets.len() {
            // Other widgets may offer this one to their visitors.
            self.render(other);
        }
    }

    /// The widget that offers a call to visitors of another widget that is not available.
    pub(super) fn callback(&self, index: WidgetIndex) -> Option<WidgetIndex> {
        self.widgets.iter().enumerate().find_map(|(other, widget)| {
            let calls = matches!(widget.spec.kind, WidgetKind::CallbackNow | WidgetKind::CallbackLater);
            (calls && other != index && widget.loaded && widget.is_available()).then_some(other)
        })
    }

    /// The visitor wants a call instead.
    pub(super) fn call_back(&mut self, index: WidgetIndex) {
        if let Some(other) = self.callback(index) {
            self.close_panel(index);
            self.reveal(other);
            self.activate(other);
        }
    }

    /// Sets the focus that fits the stage of an open panel. Only after an action of the visitor.
    pub(super) fn focus_stage(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get(index).filter(|widget| widget.open) else { return };
        let focus = match &widget.phase {
            Phase::Collecting { .. } => Focus::Field(None),
            Phase::Composing { .. } => Focus::Composer,
            Phase::Chat(chat) if chat.is_open() => Focus::Composer,
            _ => Focus::Notice,
        };
        self.ask(Effect::Focus(index, focus));
    }

    /// The widget for a command of the host that names none: the one whose panel is open, else one with a conversation or form under way,
    /// else the first visible one.
    pub(crate) fn pick(&self, index: Option<WidgetIndex>) -> Option<WidgetIndex> {
        index.or_else(|| {
            let first = |test: fn(&Widget) -> bool| self.widgets.iter().position(|widget| widget.loaded && test(widget));
            first(|widget| widget.open)
                .or_else(|| first(Widget::is_busy))
                .or_else(|| first(|widget| widget.shown && widget.spec.kind == WidgetKind::Chat))
                .or_else(|| first(|widget| widget.shown))
                .or_else(|| first(|_| true))
        })
    }

    /// The storage area that consent allows, if any.
    pub(super) fn area(&self) -> Option<Area> {
        use crate::model::Consent;
        match (self.consent, self.config.consent) {
            (Some(false), _) => None,
            (Some(true), _) | (None, Consent::Remember) => Some(Area::Device),
            (None, Consent::Strict | Consent::Host | Consent::Unknown(_)) => Some(Area::Tab),
        }
    }
}
