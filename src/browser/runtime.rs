//! The main loop: an input goes into the engine, its effects are carried out, the screen is painted, one timer is set.
//!
//! Inputs that arrive during this (a listener of the page calls `open`, a field loses the focus because it is removed) are put into
//! the queue and handled afterwards: the engine is never entered twice.
//!
//! The module comes in parts (`xtask/src/build/parts.rs`). The first part alone puts widgets on the page, shows them at their time and removes
//! them ([`First`]). Everything else waits until the part with the conversation is there ([`Runtime::talk`], in `talk.rs`).

mod commands;
mod links;
mod paint;
mod talk;

use super::net::Socket;
use super::page::Host;
#[cfg(feature = "facade")]
use super::requests::Requests;
use super::slot::Slot;
use super::storage::Storage;
use super::tabs;
use super::texts::Texts;
use super::view::WidgetView;
use super::view::dom::{clear_timeout, set_timeout};
#[cfg(feature = "facade")]
use super::view::set_names;
use super::{callback, clock};
use crate::client::Signal;
#[cfg(feature = "facade")]
use crate::dialects::Retelling;
use crate::dialects::{Dialects, SPEECHES};
use crate::engine::{Area, Command, Effect, Engine, Event, Focus, Happening, Input, Services, TabWord, Whereabouts, WidgetIndex};
use crate::link::live::{self, Live};
use crate::model::{Consent, EngagementKind, Fallback, Page, SiteConfig, WidgetKind};
use crate::port;
use crate::wire::{Codec, Malformed, VisitorFrame};
use std::cell::Cell;
#[cfg(feature = "facade")]
use std::cell::OnceCell;
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

/// An input in the queue.
pub(super) enum Job {
    Engine(Input),
    /// For the engine, without asking the page's listeners of `before`.
    Asked(Input),
    /// A message of another tab, not parsed yet.
    Tab(String),
    /// For the link that this page has.
    Link(Signal<VisitorFrame>),
    /// For the link to our own server.
    Live(live::Input),
    /// For the link that makes requests to another product's server.
    #[cfg(feature = "facade")]
    Requests(crate::link::gms::Input),
}

/// Jobs that the first part of the module can do alone.
#[derive(Clone, Copy)]
enum First {
    Start,
    Wake,
    Destroy,
}

/// A call or an input that waits for the part of the module with the conversation.
enum Waits {
    /// A call of the page's: name and payload.
    Call(String, String),
    Job(Box<Job>),
}

/// The whole widget set of one page. It is never dropped, because a page has it until it is left; once closed, it is empty and silent.
pub(super) struct Runtime {
    /// The callback of the timer and of new frames of the screen.
    ticks: Slot<JsValue>,
    /// The callbacks of the connections, one for each transport.
    hear: Slot<[JsValue; 2]>,
    pub(super) host: Host,
    /// The link of a page that talks to another server by requests.
    #[cfg(feature = "facade")]
    pub(super) requests: OnceCell<Requests>,
    engine: Slot<Engine>,
    link: Slot<Live>,
    /// The connections, one for each transport.
    wires: Slot<[Option<Socket>; 2]>,
    /// Whether the part of the module with the conversation is loaded.
    talks: Cell<bool>,
    /// The job that can be done with the first part alone.
    first: Cell<Option<First>>,
    waits: Slot<Vec<Waits>>,
    dialects: Dialects,
    #[cfg(feature = "facade")]
    retelling: Slot<Retelling>,
    storage: Storage,
    texts: Slot<Texts>,
    /// The views, one per widget of the configuration; `None` for widgets that are not on this page.
    views: Slot<Vec<Option<WidgetView>>>,
    queue: Slot<VecDeque<Job>>,
    /// The widgets that have to be painted, and where the focus has to be afterwards.
    dirty: Slot<Vec<WidgetIndex>>,
    focus: Slot<Option<(WidgetIndex, Focus)>>,
    new_texts: Cell<bool>,
    /// Events to be read out by screen readers when they are on the screen.
    said: Slot<Vec<Event>>,
    /// The screen was painted and the browser has not shown it yet: further changes are painted together in its next frame.
    painted: Cell<bool>,
    /// Whether the queue is being handled.
    busy: Cell<bool>,
    timer: Cell<i32>,
    /// Changes with each input.
    pub(super) version: Cell<u32>,
    /// Whether the page draws everything itself.
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
        let dialects = Dialects::of(&SPEECHES, &config);
        let headless = host.text("root") == "none";
        let before = host.text("kept");
        let kept = if before.is_empty() { storage.read() } else { Some((Area::Tab, before)) };
        let engine = Engine::new(config, whereabouts, kept, services);
        #[cfg(feature = "facade")]
        set_names(&host.text("names"));
        #[allow(clippy::cast_possible_truncation, reason = "any 64 of the bits")]
        let link = Live::new(clock::random() as u64, true);
        let me: &Self = Box::leak(Box::new(Self {
            ticks: Slot::default(),
            hear: Slot::default(),
            #[cfg(feature = "facade")]
            requests: OnceCell::new(),
            host,
            views: Slot::new((0..engine.widgets()).map(|_| None).collect()),
            engine: Slot::new(engine),
            link: Slot::new(link),
            wires: Slot::default(),
            talks: Cell::new(false),
            first: Cell::new(None),
            waits: Slot::default(),
            dialects,
            #[cfg(feature = "facade")]
            retelling: Slot::default(),
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
        *me.ticks.borrow_mut() = callback(move |ticked| me.ticked(ticked == false)).into_js_value();
        Ok(me)
    }

    /// Whether the runtime can begin with the first part of the module alone: no conversation of an earlier page goes on.
    pub(super) fn is_new(&self) -> bool {
        !self.engine.borrow().is_returning()
    }

    /// Whether the part of the module with the conversation is there. Before that a call of the page's has to wait, see
    /// [`Runtime::hold`].
    pub(super) fn talks(&self) -> bool {
        self.talks.get()
    }

    /// Keeps a call of the page's until it can be carried out, in its place among all that waits.
    pub(super) fn hold(&self, name: &str, payload: &str) {
        self.waits.borrow_mut().push(Waits::Call(name.into(), payload.into()));
    }

    pub(super) fn begin(&'static self) {
        // A page that talks to another product's server restores its conversation in its own way.
        if !self.has_service() {
            tabs::open(&self.host, self);
        }
        self.first(First::Start);
    }

    /// Whether the page names another product's server to talk to.
    fn has_service(&self) -> bool {
        cfg!(feature = "facade") && !self.host.text("service").is_empty()
    }

    /// Carries out a job that needs only the first part of the module.
    fn first(&'static self, what: First) {
        if self.talks.get() {
            return self.run(Job::Engine(match what {
                First::Start => Input::Start,
                First::Wake => Input::Wake,
                First::Destroy => Input::Host(Command::Destroy),
            }));
        }
        if self.first.get().is_none() || !matches!(what, First::Wake) {
            self.first.set(Some(what));
        }
        self.work();
    }

    #[cfg(feature = "facade")]
    pub(super) fn slot(&'static self, name: &str, element: &JsValue, id: &str) {
        // The view is being drawn: commands of the facade go into the queue until that is done.
        let busy = self.busy.replace(true);
        self.host.slot(name, element, id);
        self.busy.set(busy);
        if !busy && (self.first.get().is_some() || !self.queue.borrow().is_empty()) {
            set_timeout(&self.ticks.borrow(), 0, "");
        }
    }

    /// The timer has run out, or (`frame`) a new frame of the screen begins.
    fn ticked(&'static self, frame: bool) {
        if frame {
            self.painted.set(false);
            return self.work();
        }
        if self.talks.get() {
            self.later(Job::Link(Signal::Wake));
        }
        self.first(First::Wake);
    }

    pub(super) fn state(&'static self) -> String {
        port::state(&self.engine.borrow(), &self.host.text("server"), self.talks.get())
    }

    /// The state for a core that takes over. Empty as long as there are only launchers: they have no state to hand on.
    pub(super) fn kept(&'static self) -> String {
        if self.talks.get() { self.engine.borrow().handed_on() } else { String::new() }
    }

    /// Removes everything.
    pub(super) fn destroy(&'static self) {
        self.first(First::Destroy);
        clear_timeout(self.timer.get());
        tabs::close();
        if self.talks.get() {
            self.silence();
        }
        self.views.borrow_mut().drain(..).flatten().for_each(WidgetView::remove);
    }

    pub(super) fn run(&'static self, job: Job) {
        self.later(job);
        self.work();
    }

    /// Handles the inputs in the queue, and those that are added meanwhile. When it is called during itself, it returns early: the
    /// outer call handles them.
    fn work(&'static self) {
        if self.busy.replace(true) {
            return;
        }
        if self.talks.get() {
            self.work_off();
        } else {
            while let Some(what) = self.first.take() {
                self.do_first(what);
            }
            self.paint();
        }
        self.busy.set(false);
        self.set_timer();
    }

    fn do_first(&'static self, what: First) {
        let now = clock::now();
        self.version.update(|version| version.wrapping_add(1));
        let mut engine = self.engine.borrow_mut();
        match what {
            First::Start => engine.handle(now, Input::Start),
            First::Wake => {
                engine.show_due(now);
            }
            First::Destroy => engine.handle(now, Input::Host(Command::Destroy)),
        }
        drop(engine);
        while let Some(effect) = self.effect() {
            match effect {
                Effect::Emit(event) => self.emit(event),
                Effect::Render(index) => self.mark(index),
                Effect::Tell(TabWord::Ask {}) => tabs::ask(),
                // Launchers alone cause no other effects.
                other => core::mem::forget(other),
            }
        }
    }

    // A function of its own, so that the borrow ends before the caller handles the effect.
    fn effect(&'static self) -> Option<Effect> {
        self.engine.borrow_mut().poll_effect()
    }

    fn later(&'static self, job: Job) {
        if self.talks.get() {
            self.queue.borrow_mut().push_back(job);
        } else {
            self.waits.borrow_mut().push(Waits::Job(Box::new(job)));
        }
    }

    /// Tells the page, the other vendors' listeners and the screen reader. The widget's element is there before the events are sent.
    #[inline(never)]
    fn emit(&'static self, event: Event) {
        if let (Happening::Loaded { .. }, Some(subject)) = (&event.what, &event.subject) {
            self.make_view(subject.index);
        }
        #[cfg(feature = "facade")]
        let is_public = event.what.inner_name().is_empty();
        #[cfg(not(feature = "facade"))]
        let is_public = true;
        let is_new = is_public && self.host.event(&port::event(&event));
        // A facade may have come later than the page's own listeners.
        #[cfg(feature = "facade")]
        if self.talks.get() {
            self.retell(&event);
        }
        if is_new {
            for message in self.dialects.translate(&event) {
                self.host.post(&port::message(&message));
            }
        }
        if self.talks.get() {
            self.said.borrow_mut().push(event);
        } else {
            // There is no live region to read the event out from. It is leaked: freeing its two hundred bytes would need the code that
            // frees every kind of event.
            core::mem::forget(event);
        }
    }

    /// Sets the one timer to the earliest deadline.
    #[inline(never)]
    fn set_timer(&'static self) {
        clear_timeout(self.timer.get());
        let at = if self.talks.get() { self.deadline() } else { self.engine.borrow().next_show() };
        let Some(at) = at else { return };
        // No timer runs longer than a day: for a later deadline it is set again then.
        let millis = i32::try_from(at.since(clock::now()).clamp(0, 86_400_000)).unwrap_or(0);
        self.timer.set(set_timeout(&self.ticks.borrow(), millis, ""));
    }
}

#[wasm_bindgen(module = "/src/browser/js/warnings.js")]
extern "C" {
    /// Writes to the console that a widget is left out, and why.
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
    // Only a path on our own server is possible (quality S39).
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
