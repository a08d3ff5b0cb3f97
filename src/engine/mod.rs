//! The engine: the state machine of widgets, collection, conversation and survey, without socket, timer, DOM or clock.
//!
//! One [`Engine`] per page. All data comes in as arguments, and all work for the driver comes out as effects:
//!
//! 1. [`Engine::handle`] an [`Input`] together with the time.
//! 2. Drain [`Engine::poll_effect`] until it is empty. (A debug assertion holds the caller to it.)
//! 3. Set one timer for [`Engine::deadline`]; when it fires, hand in [`Input::Wake`].
//! 4. Paint [`Engine::view`] of the widgets that [`Effect::Render`] named.
//!
//! The same inputs give the same effects, so that a run can be recorded, replayed, shrunk and simulated.

mod begin;
mod collection;
mod command;
mod conversation;
mod effect;
mod event;
mod first;
mod hear;
mod input;
mod outbox;
#[cfg(feature = "facade")]
mod retell;
mod say;
mod session;
mod show;
mod stored;
mod tabs;
mod timers;
mod view;
mod waiting;
mod widget;

pub use crate::client::{Fault, LinkEvent};
pub use effect::{Area, Effect, Focus};
pub use event::{Event, Happening, LinkStatus, Subject};
pub use input::{Action, Command, Input, WidgetIndex};
pub use outbox::{Parcel, What};
pub use stored::{Stored, StoredChat};
pub use tabs::{ASK, TabWord};
#[cfg(feature = "facade")]
pub use view::Injected;
pub use view::{ChatView, FilesView, FormView, Line, LineState, Progress, Said, Stage, SurveyView, View};
pub use waiting::Wait;

use crate::model::{EntryId, FieldValue, Page, ParticipantId, SiteConfig, Timestamp, WidgetSpec};
use crate::wire::{ServerFrame, VisitorFrame};
use conversation::{LiveConversation, Survey};
use outbox::Outbox;
use std::collections::VecDeque;
use timers::{TimerId, Timers};
use widget::{Phase, Widget};

/// Functions that the engine needs from its caller.
pub struct Services {
    /// 128 random bits from the system's source.
    pub random: Box<dyn FnMut() -> u128>,
    /// Whether the whole text fits a pattern of the configuration: [`fits`](crate::text::pattern::fits); tests may use regular expressions.
    pub matches: fn(pattern: &str, text: &str) -> bool,
}

/// Where the visitor is: the page, its locale, and the time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    pub page: Page,
    /// The page's locale, a BCP 47 tag.
    pub locale: String,
    /// The visitor's IANA time zone; empty when unknown.
    pub zone: String,
}

/// The state of all widgets on one page.
pub struct Engine {
    config: SiteConfig,
    whereabouts: Whereabouts,
    services: Services,
    widgets: Vec<Widget>,
    outbox: Outbox,
    /// How many parcels of one widget may be on their way at once.
    window: usize,
    timers: Timers,
    effects: VecDeque<Effect>,
    now: Timestamp,
    /// The difference of the server's time to ours, in milliseconds.
    clock_offset: i64,
    visitor: ParticipantId,
    /// The visitor's secret. Made by the client, so that a `hello` can be repeated after a lost answer.
    token: String,
    epoch: Option<String>,
    /// The visitor's consent, once the host page has set it.
    consent: Option<bool>,
    /// The visitor has started a conversation or requested a call, on this page or an earlier one.
    started: bool,
    prefill: Vec<FieldValue>,
    status: LinkStatus,
    /// The conversations that the last hello asked for.
    hello_for: Vec<crate::model::ConversationId>,
    fault: Option<Fault>,
    link_wanted: bool,
    /// The stored state of an earlier page, until it is read.
    kept: Option<(Area, String)>,
    /// The text that was stored last.
    written: Option<(Area, String)>,
    /// The stored text without the drafts. When it has changed, the state is stored at once.
    firm: Option<(Area, String)>,
    /// After this input the drafts are stored, too.
    keep_typed: bool,
    /// A conversation of an earlier page is open: other widgets are not loaded.
    exclusive: bool,
    /// When the other tabs were asked for a conversation; `None` once one has answered.
    asked: Option<Timestamp>,
    /// Messages that were written in other tabs.
    fostered: Vec<EntryId>,
    /// The state could not be stored on the device, and the visitor was told so.
    unkept: bool,
    /// Starts that the visitor cancelled before the server answered.
    taken_back: Vec<EntryId>,
    /// Panels that were open on the earlier page.
    reopen: Vec<WidgetIndex>,
    destroyed: bool,
    #[cfg(feature = "facade")]
    retold: retell::Retold,
}

impl Engine {
    /// An engine for one page. Nothing happens before [`Input::Start`]. `kept` is the last text of [`Effect::Store`], if there is one.
    #[must_use]
    pub fn new(mut config: SiteConfig, whereabouts: Whereabouts, kept: Option<(Area, String)>, mut services: Services) -> Self {
        let visitor = ParticipantId(hex_id("v_", (services.random)()));
        let token = new_token(&mut services);
        let mut widgets = Vec::new();
        for mut spec in core::mem::take(&mut config.widgets) {
            if widget::in_our_words(&mut spec) {
                widgets.push(Widget::new(spec));
            }
        }
        Self {
            config,
            whereabouts,
            services,
            widgets,
            outbox: Outbox::default(),
            window: crate::client::outbox::MOST,
            timers: Timers::default(),
            effects: VecDeque::new(),
            now: Timestamp::default(),
            clock_offset: 0,
            visitor,
            token,
            epoch: None,
            consent: None,
            started: false,
            prefill: Vec::new(),
            status: LinkStatus::Idle,
            hello_for: Vec::new(),
            fault: None,
            link_wanted: false,
            kept,
            written: None,
            firm: None,
            keep_typed: false,
            exclusive: false,
            asked: None,
            fostered: Vec::new(),
            unkept: false,
            taken_back: Vec::new(),
            reopen: Vec::new(),
            destroyed: false,
            #[cfg(feature = "facade")]
            retold: retell::Retold::default(),
        }
    }

    /// For a link that cannot keep the order of several parcels on their way: one parcel at a time for each widget.
    #[cfg(feature = "facade")]
    pub const fn one_at_a_time(&mut self) {
        self.window = 1;
    }

    /// Handles an input. A time before the last one counts as the last one.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        debug_assert!(self.effects.is_empty(), "drain poll_effect before the next input");
        if self.destroyed {
            return;
        }
        self.now = self.now.max(now);
        let done = match &input {
            Input::Start => self.start(),
            Input::Wake => self.show_due(now),
            Input::Host(Command::Destroy) => self.leave_unused(),
            _ => false,
        };
        if done {
            // None of these inputs owns memory.
            core::mem::forget(input);
        } else {
            self.take(input);
        }
    }

    /// Handles the inputs that launchers alone do not need. In the part of the module with the conversation.
    #[inline(never)]
    fn take(&mut self, input: Input) {
        match input {
            Input::Start => {
                self.restore();
                self.load_widgets();
                for index in core::mem::take(&mut self.reopen) {
                    self.open_panel(index);
                }
                self.ask_tabs();
            }
            Input::Host(command) => self.on_command(command),
            Input::Visitor(index, action) => self.on_action(index, action),
            Input::Server(frame) => self.on_frame(frame),
            Input::Link(event) => self.on_link(event),
            Input::Tab(word) => self.on_tab(word),
            Input::Watched(watched) => self.set_watched(watched),
            Input::Unkept => self.on_unkept(),
            Input::Config(config) => self.on_config(config),
            Input::Wake => self.on_wake(),
        }
        if !self.destroyed {
            self.settle();
        }
    }

    /// The next effect for the driver, until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The time at which to hand in [`Input::Wake`].
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.timers.next()
    }

    /// How many widgets there are; their indexes are below that.
    #[must_use]
    pub fn widgets(&self) -> usize {
        self.widgets.len()
    }

    /// The configuration as it is now, without the widgets: see [`Engine::spec`].
    #[must_use]
    pub const fn config(&self) -> &SiteConfig {
        &self.config
    }

    /// The configuration of a widget.
    #[must_use]
    pub fn spec(&self, index: WidgetIndex) -> Option<&WidgetSpec> {
        self.widgets.get(index).map(|widget| &widget.spec)
    }

    /// The state of the link to the server, and why there is no link, once that is known.
    #[must_use]
    pub const fn link(&self) -> (LinkStatus, Option<Fault>) {
        (self.status, self.fault)
    }

    /// The host page sets the visitor's consent.
    #[must_use]
    pub const fn consent(&self) -> Option<bool> {
        self.consent
    }

    /// Values that the host gave for fields of forms.
    #[must_use]
    pub fn prefill(&self) -> &[FieldValue] {
        &self.prefill
    }

    /// The visitor's id.
    #[must_use]
    pub const fn visitor(&self) -> &ParticipantId {
        &self.visitor
    }

    /// The state for a core that takes over on this page: as for [`Effect::Store`], also where nothing may be stored. The new core gets it as `kept`.
    #[inline(never)]
    #[must_use]
    pub fn handed_on(&self) -> String {
        self.stored_text(true, true)
    }

    /// Whether the conversation survives a navigation of this tab.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.written.is_some() && !self.unkept
    }

    /// The id of the open conversation in a widget.
    #[must_use]
    pub fn conversation(&self, index: WidgetIndex) -> Option<&crate::model::ConversationId> {
        self.widgets.get(index)?.chat().filter(|chat| chat.is_open()).map(|chat| &chat.state.id)
    }

    fn on_action(&mut self, index: WidgetIndex, action: Action) {
        match action {
            Action::Activate if self.widgets.get(index).is_some_and(|widget| widget.open && !matches!(widget.phase, Phase::Engagement)) => {
                self.close_panel(index);
                self.ask(Effect::Focus(index, Focus::Launcher));
            }
            Action::Activate => self.activate(index),
            Action::Close => {
                self.close_panel(index);
                self.ask(Effect::Focus(index, Focus::Launcher));
            }
            Action::Dismiss => self.dismiss(index),
            Action::Edit(value) => self.edit(index, value),
            Action::Submit => self.submit(index, Vec::new()),
            Action::Skip => self.skip(index, true),
            Action::Survey => self.skip(index, false),
            Action::CallBack => self.call_back(index),
            Action::Draft(text) => self.set_draft(index, text),
            Action::Send => self.say(index, None),
            Action::SendAs(text) => self.say(index, Some(text)),
            Action::Retry(id) => self.retry(index, &id),
            Action::Discard(id) => self.discard(index, &id),
            Action::End => self.end(index),
            #[cfg(feature = "facade")]
            Action::Stay => {}
            Action::Cancel => self.cancel(index),
            Action::Restart => self.restart(index),
            Action::Older => self.older(index),
            Action::Seen => self.seen(index),
        }
    }

    fn on_frame(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { visitor, token, epoch, now, chats, .. } => {
                self.set_clock(now);
                self.on_welcome(visitor, token, epoch, chats);
            }
            ServerFrame::Started { id, chat } => self.on_started(&id, chat),
            ServerFrame::Requested { id, request, due } => self.on_requested(&id, request, due),
            ServerFrame::Refused { id, code, retryable, problems, .. } => {
                self.on_refused(&id, code, code.may_help_later(retryable), problems);
            }
            ServerFrame::Ack { id, seq, .. } => self.on_ack(&id, seq),
            ServerFrame::Entry { conv, entry } => self.on_entry(&conv, entry),
            ServerFrame::Page { chat } => self.on_page(chat),
            ServerFrame::Typing { conv, who, on } => self.on_typing(&conv, who, on),
            ServerFrame::Queue { conv, position } => self.on_queue(&conv, position),
            ServerFrame::Available { widgets } => {
                for available in widgets {
                    for index in 0..self.widgets.len() {
                        if self.spec(index).is_some_and(|spec| spec.id == available.widget) {
                            self.set_availability(index, available.availability, available.opens);
                        }
                    }
                }
            }
            ServerFrame::Ping { now, heads } | ServerFrame::Pong { now, heads } => {
                self.set_clock(now);
                self.on_heads(&heads);
            }
            ServerFrame::Error { code, .. } => self.on_error(code),
            // The link handles this frame.
            ServerFrame::Bye { .. } => {}
        }
    }

    /// The configuration was read again. The widgets stay the same; their texts and their availability are updated.
    fn on_config(&mut self, mut config: SiteConfig) {
        let specs = core::mem::take(&mut config.widgets);
        self.whereabouts.locale.clone_from(&config.locale);
        self.config = config;
        for mut spec in specs {
            let Some(index) = self.widget_at(&spec.element).filter(|_| widget::in_our_words(&mut spec)) else { continue };
            let Some(widget) = self.widgets.get_mut(index) else { continue };
            let (availability, opens) = (spec.availability, spec.opens);
            spec.availability = widget.spec.availability;
            widget.spec = spec;
            self.set_availability(index, availability, opens);
        }
    }

    fn on_wake(&mut self) {
        while let Some(timer) = self.timers.take_due(self.now) {
            match timer {
                // Handled before the others.
                TimerId::Show(_) => {}
                TimerId::OpenBySelf(index) => self.open_panel(index),
                TimerId::TypingStops(index) => self.stop_typing(index),
                TimerId::TypingFades(index) => self.fade_typing(index),
                TimerId::Hello => self.say_hello(),
                TimerId::Outbox => {}
                TimerId::Fetch(index) => self.fetch_again(index),
                TimerId::Wait(index) => self.waited(index),
                TimerId::Keep => self.keep_typed = true,
            }
        }
    }

    /// After every input: sends due parcels and stores the state that has to survive the page.
    fn settle(&mut self) {
        self.mark_late();
        self.settle_link();
        self.settle_waits();
        self.settle_read();
        if self.is_online() {
            for (parcel, follows) in self.outbox.due(self.now, self.window) {
                let frame = self.frame_of(&parcel, follows);
                self.ask(Effect::Send(frame));
            }
        }
        match self.outbox.next(self.now) {
            Some(at) => self.timers.set(TimerId::Outbox, at),
            None => self.timers.stop(TimerId::Outbox),
        }
        self.persist();
    }

    fn frame_of(&self, parcel: &Parcel, follows: Option<EntryId>) -> VisitorFrame {
        let id = parcel.id.clone();
        match &parcel.what {
            What::Put { conv, item } => VisitorFrame::Put { conv: conv.clone(), id, item: item.clone(), follows },
            What::Start { values } => VisitorFrame::Start {
                id,
                widget: self.widget_at(&parcel.element).and_then(|index| self.spec(index)).map(|spec| spec.id.clone()).unwrap_or_default(),
                locale: self.whereabouts.locale.clone(),
                zone: self.whereabouts.zone.clone(),
                page: Some(self.whereabouts.page.clone()).filter(|page| !page.url.is_empty()),
                values: values.clone(),
                message: self.outbox.first_said(&parcel.element),
            },
        }
    }

    /// The visitor skips the survey, or wants to answer it after all.
    fn skip(&mut self, index: WidgetIndex, aside: bool) {
        let Some(chat) = self.chat_mut(index) else { return };
        let Survey::Offered { skipped, .. } = &mut chat.survey else { return };
        *skipped = aside;
        self.render(index);
        self.ask(Effect::Focus(index, if aside { Focus::Notice } else { Focus::Field(None) }));
    }

    // Each is written once and not inlined: the compiler would repeat it at every call, and every visitor downloads that code.

    /// Adds an effect for the driver.
    #[inline(never)]
    fn ask(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// The conversation in a widget, open or over.
    #[inline(never)]
    fn chat(&self, index: WidgetIndex) -> Option<&LiveConversation> {
        self.widgets.get(index)?.chat()
    }

    #[inline(never)]
    fn chat_mut(&mut self, index: WidgetIndex) -> Option<&mut LiveConversation> {
        self.widgets.get_mut(index)?.chat_mut()
    }

    #[inline(never)]
    fn emit(&mut self, index: Option<WidgetIndex>, what: Happening) {
        let subject = index.and_then(|index| self.subject(index));
        let event = Event { subject, visitor: self.visitor.clone(), at: self.server_now(), what };
        self.ask(Effect::Emit(event));
    }

    /// Asks the driver to paint a widget, once per drain.
    #[inline(never)]
    fn render(&mut self, index: WidgetIndex) {
        if !self.effects.iter().any(|effect| matches!(effect, Effect::Render(other) if *other == index)) {
            self.ask(Effect::Render(index));
        }
    }

    fn new_entry_id(&mut self) -> EntryId {
        EntryId(hex_id("m_", (self.services.random)()))
    }

    /// Makes a new visitor id and secret.
    fn become_new(&mut self) {
        self.visitor = ParticipantId(hex_id("v_", (self.services.random)()));
        self.token = new_token(&mut self.services);
    }
}

/// A secret of 256 random bits.
fn new_token(services: &mut Services) -> String {
    let half = hex_id("", (services.random)());
    hex_id(&half, (services.random)())
}

/// A prefix and 32 hexadecimal digits.
fn hex_id(prefix: &str, bits: u128) -> String {
    let mut text = String::from(prefix);
    for place in (0..32).rev() {
        let digit = u32::try_from((bits >> (place * 4)) & 15).unwrap_or(0);
        text.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
    text
}
