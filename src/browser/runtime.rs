//! The loop: an input goes into the engine, its effects are carried out, the screen is painted, one timer is set.
//!
//! Whatever happens meanwhile (a listener of the page's calls `open`, a field loses the focus because it is taken away) is put into
//! the queue and handled when what is under way is done: nothing is entered twice.

mod commands;
mod links;
mod paint;

use super::clock;
use super::net::Socket;
use super::page::Host;
#[cfg(feature = "facade")]
use super::requests::Requests;
use super::slot::Slot;
use super::storage::Storage;
use super::tabs;
use super::texts::Texts;
use super::view::dom::{clear_timeout, set_timeout};
#[cfg(feature = "facade")]
use super::view::set_names;
use super::view::{WidgetView, dress};
use crate::client::{Link, Signal, Transport};
#[cfg(feature = "facade")]
use crate::dialects::Retelling;
use crate::dialects::{DIALECTS, Dialects};
use crate::engine::{Effect, Engine, Event, Focus, Happening, Input, Services, Whereabouts, WidgetIndex};
use crate::link::live::{self, Live};
use crate::model::{Consent, EngagementKind, Fallback, Page, SiteConfig, WidgetKind};
use crate::port;
use crate::wire::{Codec, Malformed, VisitorFrame};
use std::cell::Cell;
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

/// Something to handle.
pub(super) enum Job {
    Engine(Input),
    /// For the engine, without asking the page.
    Asked(Input),
    /// For the link that this page has.
    Link(Signal<VisitorFrame>),
    /// For the link to our own server.
    Live(live::Input),
    /// For the link that makes requests.
    #[cfg(feature = "facade")]
    Requests(crate::link::gms::Input),
}

/// Everything of one page. A page has one as long as it is there, so nobody takes it apart: once closed, it is empty and silent.
pub(super) struct Runtime {
    /// Told by timer and socket, and by requests in its place.
    hear: Slot<[JsValue; 2]>,
    pub(super) host: Host,
    /// The link of a page that talks to another server by requests.
    #[cfg(feature = "facade")]
    pub(super) requests: Option<Requests>,
    engine: Slot<Engine>,
    link: Slot<Live>,
    /// One for each transport.
    wires: Slot<[Option<Socket>; 2]>,
    /// The second part of the module is there. Until then nothing is connected.
    dressed: Cell<bool>,
    wanted: Cell<bool>,
    watched: Cell<bool>,
    dialects: Dialects,
    #[cfg(feature = "facade")]
    retelling: Slot<Retelling>,
    storage: Storage,
    texts: Slot<Texts>,
    /// One per widget of the configuration; nothing for those that are not on this page.
    views: Slot<Vec<Option<WidgetView>>>,
    queue: Slot<VecDeque<Job>>,
    /// What has to be painted, and where the focus belongs then.
    dirty: Slot<Vec<WidgetIndex>>,
    focus: Slot<Option<(WidgetIndex, Focus)>>,
    new_texts: Cell<bool>,
    /// What is to be read out once it is on the screen.
    said: Slot<Vec<Event>>,
    /// The screen was painted and has not been shown yet: what comes until then is painted together.
    painted: Cell<bool>,
    /// The queue is being worked off.
    busy: Cell<bool>,
    timer: Cell<i32>,
    /// Another number after each input.
    pub(super) version: Cell<u32>,
    /// The page draws everything itself.
    headless: bool,
}

impl Runtime {
    /// # Errors
    /// The configuration cannot be read.
    pub(super) fn new(host: Host) -> Result<&'static Self, Malformed> {
        let config = read_config(&host, &host.text("config"))?;
        for spec in &config.widgets {
            if let WidgetKind::Unknown(kind) = spec.kind {
                left_out(kind.text(), spec.id.as_str());
            }
        }
        let storage = Storage::new(&host.text("site"));
        let locale = host.text("locale");
        let texts = Texts::new(&locale, &host.text("texts"));
        let whereabouts = Whereabouts { page: Page { url: host.text("url"), title: host.text("title") }, locale, zone: host.text("zone") };
        let services = Services { random: Box::new(clock::random), matches: crate::text::pattern::fits };
        let dialects = Dialects::of(DIALECTS, &config);
        let headless = host.text("root") == "none";
        let engine = Engine::new(config, whereabouts, storage.read(), services);
        #[cfg(feature = "facade")]
        set_names(&host.text("names"));
        #[cfg(feature = "facade")]
        let engine = with_limits(engine, &host);
        #[cfg(feature = "facade")]
        let retelling = Retelling::new(DIALECTS, &|name| host.text(name));
        #[allow(clippy::cast_possible_truncation, reason = "any 64 of the bits")]
        let link = Live::new(clock::random() as u64, true);
        let me: &Self = Box::leak(Box::new(Self {
            hear: Slot::default(),
            #[cfg(feature = "facade")]
            requests: Requests::of(&host),
            host,
            views: Slot::new((0..engine.widgets()).map(|_| None).collect()),
            engine: Slot::new(engine),
            link: Slot::new(link),
            wires: Slot::default(),
            dressed: Cell::new(false),
            wanted: Cell::new(false),
            watched: Cell::new(true),
            dialects,
            #[cfg(feature = "facade")]
            retelling: Slot::new(retelling),
            storage,
            texts: Slot::new(texts),
            queue: Slot::default(),
            dirty: Slot::default(),
            focus: Slot::default(),
            new_texts: Cell::new(false),
            said: Slot::default(),
            painted: Cell::new(false),
            busy: Cell::new(false),
            timer: Cell::new(0),
            version: Cell::new(1),
            headless,
        }));
        *me.hear.borrow_mut() = [Transport::Socket, Transport::Polling].map(|by| links::hear(me, by));
        Ok(me)
    }

    pub(super) fn begin(&'static self) {
        // A page that talks to another product's server has its own way of coming back.
        #[cfg(feature = "facade")]
        let alone = self.requests.is_some();
        #[cfg(not(feature = "facade"))]
        let alone = false;
        if !alone {
            tabs::open(&self.host, self);
        }
        self.run(Job::Engine(Input::Start));
    }

    pub(super) fn config(&'static self, config: &str) {
        if let Ok(config) = read_config(&self.host, config) {
            self.run(Job::Engine(Input::Config(config)));
        }
    }

    pub(super) fn texts(&'static self, locale: &str, texts: &str) {
        *self.texts.borrow_mut() = Texts::new(locale, texts);
        self.new_texts.set(true);
        self.work();
    }

    #[cfg(feature = "facade")]
    pub(super) fn slot(&'static self, name: &str, element: &JsValue, id: &str) {
        // The view is being drawn: what the facade asks for meanwhile is done when that is over.
        let busy = self.busy.replace(true);
        self.host.slot(name, element, id);
        self.busy.set(busy);
        if !busy && !self.queue.borrow().is_empty() {
            let [hear, _] = &*self.hear.borrow();
            set_timeout(hear, 0, "");
        }
    }

    /// The panels' part of the module is there, with its style sheet and the English words: from now on they can be opened.
    pub(super) fn dress(&'static self, css: &str, english: &str) {
        if !self.headless {
            dress(css, english, &self.host.text("server"));
        }
        self.dressed.set(true);
        self.version.update(|version| version.wrapping_add(1));
        self.later(Job::Link(Signal::Watched(self.watched.get())));
        self.want(self.wanted.get());
        for (index, view) in self.views.borrow_mut().iter_mut().enumerate() {
            if let Some(wanted) = view.as_mut().and_then(WidgetView::complete) {
                *self.focus.borrow_mut() = Some((index, wanted));
            }
            self.mark(index);
        }
        self.work();
    }

    pub(super) fn nudge(&'static self) {
        self.run(Job::Link(Signal::Nudge));
    }

    /// Whether somebody looks at the page, and what the browser just said of the network: `online`, `offline` or nothing.
    pub(super) fn watched(&'static self, watched: bool, network: &str) {
        self.watched.set(watched);
        self.later(Job::Link(Signal::Watched(watched)));
        self.later(Job::Engine(Input::Watched(watched)));
        match network {
            "offline" => self.later(Job::Link(Signal::Doubt)),
            "" if !watched => {}
            "online" => self.later(Job::Link(Signal::Network)),
            _ => self.later(Job::Link(Signal::Nudge)),
        }
        self.work();
    }

    pub(super) fn state(&'static self) -> String {
        port::state(&self.engine.borrow(), &self.host.text("server"), self.dressed.get())
    }

    /// Takes everything down that the engine does not know of.
    pub(super) fn close(&'static self) {
        clear_timeout(self.timer.get());
        tabs::close();
        self.wires.take();
        self.views.borrow_mut().drain(..).flatten().for_each(WidgetView::remove);
        self.queue.borrow_mut().clear();
    }

    pub(super) fn run(&'static self, job: Job) {
        self.later(job);
        self.work();
    }

    /// Handles what is in the queue, and whatever comes up meanwhile. Called from inside, it leaves that to the call that is under
    /// way.
    fn work(&'static self) {
        if self.busy.replace(true) {
            return;
        }
        loop {
            while let Some(job) = self.next() {
                match job {
                    Job::Engine(input) => self.ask_first(input),
                    Job::Asked(input) => self.tell_engine(input),
                    Job::Link(signal) => self.signal(signal),
                    Job::Live(input) => self.link.borrow_mut().handle(clock::now(), input),
                    #[cfg(feature = "facade")]
                    Job::Requests(input) => self.requests_handle(input),
                }
                self.carry_out_links();
            }
            // A flood is painted once a frame. Where the focus goes is the answer to something that the visitor did: that is at once.
            if !self.painted.get() || self.focus.borrow().is_some() {
                self.paint();
            }
            if self.queue.borrow().is_empty() {
                break;
            }
        }
        self.busy.set(false);
        self.set_timer();
    }

    // Each of these lets go of what it borrows before the caller goes on.

    fn next(&'static self) -> Option<Job> {
        self.queue.borrow_mut().pop_front()
    }

    fn effect(&'static self) -> Option<Effect> {
        self.engine.borrow_mut().poll_effect()
    }

    /// Tells the engine, and does at once what it asks for: so everything comes in the order of whoever tells it.
    pub(super) fn tell_engine(&'static self, input: Input) {
        self.version.update(|version| version.wrapping_add(1));
        self.engine.borrow_mut().handle(clock::now(), input);
        while let Some(effect) = self.effect() {
            self.carry_out(effect);
        }
    }

    fn later(&'static self, job: Job) {
        self.queue.borrow_mut().push_back(job);
    }

    #[inline(never)]
    fn carry_out(&'static self, effect: Effect) {
        match effect {
            Effect::Emit(event) => self.emit(event),
            Effect::Send(frame) => self.later(Job::Link(Signal::Send(frame))),
            Effect::OpenLink => self.want(true),
            Effect::CloseLink => self.want(false),
            Effect::Store(area, text) => {
                if !self.storage.write(area, text.as_deref()) && text.is_some() {
                    self.later(Job::Engine(Input::Unkept));
                }
            }
            Effect::Tell(word) => tabs::tell(&word),
            Effect::Render(index) => self.mark(index),
            Effect::Focus(index, focus) => *self.focus.borrow_mut() = Some((index, focus)),
        }
    }

    /// Tells the page, the other vendors' listeners and the screen reader. The widget's element is there before anyone hears of it.
    #[inline(never)]
    fn emit(&'static self, event: Event) {
        if let (Happening::Loaded { .. }, Some(subject)) = (&event.what, &event.subject) {
            self.make_view(subject.index);
        }
        if self.host.event(&port::event(&event)) {
            #[cfg(feature = "facade")]
            self.retell(&event);
            for message in self.dialects.translate(&event) {
                self.host.post(&port::message(&message));
            }
        }
        self.said.borrow_mut().push(event);
    }

    /// Tells the facade.
    #[cfg(feature = "facade")]
    fn retell(&'static self, event: &Event) {
        let notices = match &self.requests {
            Some(requests) => requests.translate(event),
            None => self.retelling.borrow_mut().translate(event),
        };
        notices.iter().for_each(|notice| self.host.notice(notice.as_str()));
    }

    /// One timer for whatever is due first.
    #[inline(never)]
    fn set_timer(&'static self) {
        let engine = self.engine.borrow().deadline();
        let link = self.link_deadline();
        clear_timeout(self.timer.get());
        let at = match (engine, link) {
            (Some(engine), Some(link)) => engine.min(link),
            (at, None) | (None, at) => match at {
                Some(at) => at,
                None => return,
            },
        };
        // No timer runs longer than a day: what is due later is set again then.
        let millis = i32::try_from(at.since(clock::now()).clamp(0, 86_400_000)).unwrap_or(0);
        let [hear, _] = &*self.hear.borrow();
        self.timer.set(set_timeout(hear, millis, ""));
    }
}

#[wasm_bindgen(module = "/src/browser/js/warnings.js")]
extern "C" {
    /// Says on the console that a widget is left out, and why.
    fn left_out(kind: &str, widget: &str);
}

/// A configuration, with the page's own words, colour and contact link in place of the site's, and with the site's wish to remember
/// visitors given up where the browser's user does not want it (quality P19).
fn read_config(host: &Host, text: &str) -> Result<SiteConfig, Malformed> {
    let mut config = SiteConfig::from_text(text)?;
    let contact = host.text("contact_href");
    if !contact.is_empty() {
        config.fallback = Fallback { label: host.text("contact_label"), href: contact };
    }
    // Whatever it says, only our server is asked for it (quality S39).
    if let Some(logo) = &mut config.brand.logo {
        logo.insert_str(0, &host.text("server"));
    }
    let accent = host.text("accent");
    if !accent.is_empty() {
        config.brand.accent = accent;
    }
    let label = host.text("label");
    if !label.is_empty()
        && let Some(first) = config.widgets.iter_mut().find(|spec| spec.engagement == EngagementKind::Button)
    {
        first.label = label;
    }
    if !host.text("private").is_empty() && config.consent == Consent::Remember {
        config.consent = Consent::Strict;
    }
    Ok(config)
}

/// What the facade says about coming back.
#[cfg(feature = "facade")]
fn with_limits(mut engine: Engine, host: &Host) -> Engine {
    // The other link knows better how old its session is.
    if host.text("service").is_empty()
        && let Ok(millis) = host.text("restore_within").parse()
    {
        engine.restore_within(millis);
    }
    if !host.text("service").is_empty() {
        engine.one_at_a_time();
    }
    if !host.text("hands_over").is_empty() {
        engine.hand_over();
    }
    engine
}
