//! The half of the runtime that is in the part of the module with the conversation. The first part enters it by the functions that
//! `xtask/src/build/parts.rs` lists.

use super::links::hear;
use super::{Job, Runtime, Waits, read_config};
use crate::browser::clock;
use crate::browser::page::ask;
#[cfg(feature = "facade")]
use crate::browser::requests::Requests;
use crate::browser::tabs;
use crate::browser::texts::Texts;
use crate::browser::view::{WidgetView, dress};
use crate::client::{Link, Signal, Transport};
#[cfg(feature = "facade")]
use crate::dialects::{RETELLS, Retelling};
#[cfg(feature = "facade")]
use crate::engine::Event;
use crate::engine::{Effect, Input, TabWord};
use crate::model::Timestamp;
use crate::wire::Codec;

impl Runtime {
    /// Called when this part is attached: carries out the calls and inputs that waited for it, in their order. Gives the errors of calls that
    /// could not be read, as a text; the others were carried out.
    #[inline(never)]
    pub(in crate::browser) fn talk(&'static self) -> String {
        self.talks.set(true);
        self.version.update(|version| version.wrapping_add(1));
        *self.hear.borrow_mut() = [Transport::Socket, Transport::Polling].map(|by| hear(self, by));
        #[cfg(feature = "facade")]
        self.set_up_facade();
        #[cfg(feature = "facade")]
        if self.has_service() {
            drop(self.requests.set(Requests::new(&self.host)));
        }
        let mut wrong = String::new();
        for waits in self.waits.take() {
            match waits {
                Waits::Call(name, payload) => {
                    let fault = ask(self, &name, &payload);
                    if !fault.is_empty() && !wrong.is_empty() {
                        wrong.push_str("; ");
                    }
                    wrong.push_str(&fault);
                }
                Waits::Job(job) => self.run(*job),
            }
        }
        self.work();
        wrong
    }

    /// Applies the options of a facade: the translations of events for it, and how conversations begin and are restored.
    #[cfg(feature = "facade")]
    fn set_up_facade(&'static self) {
        *self.retelling.borrow_mut() = Retelling::new(&RETELLS, &|name| self.host.text(name));
        let mut engine = self.engine.borrow_mut();
        if self.has_service() {
            engine.one_at_a_time();
        } else if let Ok(millis) = self.host.text("restore_within").parse() {
            // The link by requests knows better how old its session is.
            engine.restore_within(millis);
        }
        if !self.host.text("hands_over").is_empty() {
            engine.hand_over();
        }
    }

    pub(in crate::browser) fn config(&'static self, config: &str) {
        if let Ok(config) = read_config(&self.host, config) {
            self.run(Job::Engine(Input::Config(config)));
        }
    }

    pub(in crate::browser) fn texts(&'static self, locale: &str, texts: &str) {
        *self.texts.borrow_mut() = Texts::new(locale, texts);
        self.new_texts.set(true);
        self.work();
    }

    /// The view's part of the module is there, with its style sheet and the English words: from now on panels can be opened.
    pub(in crate::browser) fn dress(&'static self, css: &str, english: &str) {
        dress(css, english, &self.host.text("server"));
        for (index, view) in self.views.borrow_mut().iter_mut().enumerate() {
            if let Some(wanted) = view.as_mut().and_then(WidgetView::complete) {
                *self.focus.borrow_mut() = Some((index, wanted));
            }
            self.mark(index);
        }
        self.work();
    }

    pub(in crate::browser) fn nudge(&'static self) {
        self.run(Job::Link(Signal::Nudge));
    }

    /// Whether the page is visible, and the browser's last event about the network: `online`, `offline` or none.
    pub(in crate::browser) fn watched(&'static self, watched: bool, network: &str) {
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

    /// Drops connections, the queue and waiting calls.
    #[inline(never)]
    pub(super) fn silence(&'static self) {
        self.wires.take();
        self.queue.borrow_mut().clear();
    }

    /// Handles the jobs in the queue.
    #[inline(never)]
    pub(super) fn work_off(&'static self) {
        loop {
            while let Some(job) = self.next() {
                match job {
                    Job::Engine(input) => self.ask_first(input),
                    Job::Asked(input) => self.tell_engine(input),
                    // A message of a wrong form comes from another script, and is ignored.
                    Job::Tab(text) => {
                        if let Ok(word) = TabWord::from_text(&text) {
                            self.tell_engine(Input::Tab(word));
                        }
                    }
                    Job::Link(signal) => self.signal(signal),
                    Job::Live(input) => self.link.borrow_mut().handle(clock::now(), input),
                    #[cfg(feature = "facade")]
                    Job::Requests(input) => self.requests_handle(input),
                }
                self.carry_out_links();
            }
            // Many inputs are painted once per frame of the screen. A change of the focus answers an action of the visitor: it is painted at once.
            if !self.painted.get() || self.focus.borrow().is_some() {
                self.paint();
            }
            if self.queue.borrow().is_empty() {
                break;
            }
        }
    }

    // A function of its own, so that the borrow ends before the caller handles the job.
    fn next(&'static self) -> Option<Job> {
        self.queue.borrow_mut().pop_front()
    }

    /// Hands an input to the engine and carries out its effects at once, so that effects come in the order of the inputs.
    pub(in crate::browser) fn tell_engine(&'static self, input: Input) {
        self.version.update(|version| version.wrapping_add(1));
        self.engine.borrow_mut().handle(clock::now(), input);
        while let Some(effect) = self.effect() {
            self.carry_out(effect);
        }
    }

    fn carry_out(&'static self, effect: Effect) {
        match effect {
            Effect::Emit(event) => self.emit(event),
            Effect::Send(frame) => self.later(Job::Link(Signal::Send(frame))),
            Effect::OpenLink => self.later(Job::Link(Signal::Want(true))),
            Effect::CloseLink => self.later(Job::Link(Signal::Want(false))),
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

    /// Hands an event to the facade.
    #[cfg(feature = "facade")]
    #[inline(never)]
    pub(super) fn retell(&'static self, event: &Event) {
        let notices = match self.requests.get() {
            Some(requests) => requests.translate(event),
            None => self.retelling.borrow_mut().translate(event),
        };
        notices.iter().for_each(|notice| self.host.notice(notice.as_str()));
    }

    /// The time at which the engine or the link wants to be woken.
    #[inline(never)]
    pub(super) fn deadline(&'static self) -> Option<Timestamp> {
        let engine = self.engine.borrow().deadline();
        match (engine, self.link_deadline()) {
            (Some(engine), Some(link)) => Some(engine.min(link)),
            (at, None) | (None, at) => at,
        }
    }
}
