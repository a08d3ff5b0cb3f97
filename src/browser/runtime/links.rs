//! The driver of the page's link: of our own over sockets and polling, or of one that makes requests in its place (`requests.rs`).

use super::{Job, Runtime};
use crate::browser::net::Socket;
use crate::browser::slot::Slot;
use crate::browser::{callback, clock};
use crate::client::link::Output;
use crate::client::{Link, Signal, Transport};
use crate::engine::{Fault, Input};
#[cfg(feature = "facade")]
use crate::link::gms;
use crate::link::live;
use crate::model::Timestamp;
use crate::wire::{Codec, ServerFrame, VisitorFrame};
use wasm_bindgen::prelude::*;

impl Runtime {
    /// Hands a signal to the link; all links have the same signals.
    pub(super) fn signal(&'static self, signal: Signal<VisitorFrame>) {
        #[cfg(feature = "facade")]
        if let Some(requests) = self.requests.get() {
            return requests.signal(signal);
        }
        self.link.borrow_mut().signal(clock::now(), signal);
    }

    #[cfg(feature = "facade")]
    pub(super) fn requests_handle(&'static self, input: gms::Input) {
        if let Some(requests) = self.requests.get() {
            requests.handle(input);
        }
    }

    /// Carries out the outputs of the link, in order, until there are none.
    pub(super) fn carry_out_links(&'static self) {
        #[cfg(feature = "facade")]
        if let Some(requests) = self.requests.get() {
            return self.carry_out_requests(requests);
        }
        self.drain(&self.link, |task| self.carry_out_task(task));
    }

    pub(super) fn link_deadline(&'static self) -> Option<Timestamp> {
        #[cfg(feature = "facade")]
        if let Some(requests) = self.requests.get() {
            return requests.deadline();
        }
        self.link.borrow().deadline()
    }

    /// Empties the outputs of a link: frames and events go to the engine, tasks to `carry_out`.
    pub(in crate::browser) fn drain<L: Link<Down = ServerFrame>>(&'static self, link: &Slot<L>, carry_out: impl Fn(L::Task)) {
        // A closure, so that the borrow ends before the output is handed on.
        let next = || link.borrow_mut().poll_output();
        while let Some(output) = next() {
            self.tell_engine(match output {
                Output::Frame(frame) => Input::Server(frame),
                Output::Event(event) => Input::Link(event),
                Output::Task(task) => {
                    carry_out(task);
                    continue;
                }
            });
        }
    }

    fn carry_out_task(&'static self, task: live::Task) {
        match task {
            live::Task::Connect(by) => self.connect(by),
            live::Task::Disconnect(by) => drop(self.put_wire(by, None)),
            live::Task::Transmit(by, frame) => {
                if let Some(Some(wire)) = self.wires.borrow().get(by as usize) {
                    wire.send(&frame.to_text());
                }
            }
            live::Task::Warn(wrong) => unreadable(&wrong.field, wrong.expected),
        }
    }

    fn connect(&'static self, by: Transport) {
        let wire = self.hear.borrow().get(by as usize).and_then(|hear| Socket::open(by, &self.host.text("socket"), hear));
        if wire.is_none() {
            self.later(Job::Live(live::Input::Refused(Fault::Unsupported)));
        }
        drop(self.put_wire(by, wire));
    }

    // A closure is in the table of functions and so in the first part of the module; this function is not.
    #[inline(never)]
    fn heard(&'static self, by: Transport, heard: &JsValue) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "codes of sockets have four digits")]
        let input = match (heard.as_f64(), heard.as_string()) {
            (Some(0.0), _) => live::Input::Refused(Fault::Blocked),
            (Some(code), _) => live::Input::Closed { by, code: code as u16 },
            (_, Some(text)) => live::Input::Text { by, text },
            _ => live::Input::Opened(by),
        };
        self.run(Job::Live(input));
    }

    /// Stores the connection of a transport; returns the one that was there.
    fn put_wire(&'static self, by: Transport, wire: Option<Socket>) -> Option<Socket> {
        self.wires.borrow_mut().get_mut(by as usize).and_then(|place| core::mem::replace(place, wire))
    }
}

/// The callback of a socket (see `Socket::open`).
pub(super) fn hear(me: &'static Runtime, by: Transport) -> JsValue {
    callback(move |heard| me.heard(by, &heard)).into_js_value()
}

#[wasm_bindgen(module = "/src/browser/js/warnings.js")]
extern "C" {
    /// Warns on the console that a value from the server is ignored: its path, and what is expected there.
    fn unreadable(field: &str, expected: &str);
}
