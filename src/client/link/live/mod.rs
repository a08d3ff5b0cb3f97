//! The link to our own server: when to connect and over what, when a connection is dead, and what its end means.
//!
//! There are two ways to the server, with the same frames: a socket, and requests that wait for their answer (long polling). The socket
//! is tried first; where it does not work, polling follows in the same moment, and a socket is tried beside it from time to time.
//! `attempt` has the attempts and the delays between them.

mod attempt;
mod io;
#[cfg(test)]
mod tests;

use attempt::{FIRST_DELAY, Sockets};
pub use io::{Input, Side, Sign, State, Task, Transport, Visitor};

use super::{Fault, Link, LinkEvent, Output, Signal};
use crate::model::Timestamp;
use crate::wire::{Code, Codec};
use std::collections::VecDeque;
use std::marker::PhantomData;

/// After this time without a frame the client sends `ping`. The server sends a heartbeat as often.
const HEARTBEAT: i64 = 15_000;
/// After this time without a frame the connection counts as dead (quality R7).
const SILENCE: i64 = 25_000;
/// A nudge cuts a delay short at most this often.
const NUDGE: i64 = 5_000;
/// A delay that the server asks for is clamped to this, in milliseconds (quality R10).
const RETRY_AFTER: (i64, i64) = (1_000, 600_000);

/// A link to our own server. `S`: the frames of a visitor or of an agent.
#[derive(Debug)]
pub struct Live<S: Side> {
    state: State,
    wanted: bool,
    watched: bool,
    /// Failures in a row.
    failures: u32,
    last_nudge: Option<Timestamp>,
    random: u64,
    /// Whether the driver can poll.
    polls: bool,
    sockets: Sockets,
    /// When this round of attempts began: a socket, then polling.
    round: Timestamp,
    /// When the trial of a socket beside polling began.
    trial: Option<Timestamp>,
    /// Whether the warning about a frame of a wrong form was given.
    told: bool,
    outputs: VecDeque<Output<Task<S::Up>, S::Down>>,
    side: PhantomData<S>,
}

impl<S: Side> Link for Live<S> {
    type Up = S::Up;
    type Down = S::Down;
    type Input = Input;
    type Task = Task<S::Up>;

    // This and the next are in the part of the widget's module that comes later: not parts of their callers.
    #[inline(never)]
    fn signal(&mut self, now: Timestamp, signal: Signal<S::Up>) {
        match signal {
            Signal::Want(wanted) => self.want(now, wanted),
            Signal::Send(frame) => self.send(frame),
            Signal::Nudge => self.nudge(now),
            Signal::Network => {
                self.network(now);
                self.nudge(now);
                self.wake(now);
            }
            Signal::Doubt => self.doubt(now),
            Signal::Watched(watched) => self.watched = watched,
            Signal::Wake => self.wake(now),
        }
    }

    #[inline(never)]
    fn handle(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Opened(by) => self.opened(now, by),
            Input::Closed { by: Transport::Socket, .. } if self.trial.is_some() => self.stay(now),
            Input::Closed { by, code } if self.by() == Some(by) => self.closed(now, code),
            Input::Closed { .. } => {}
            Input::Refused(fault) => self.refused(now, fault),
            Input::Text { by: Transport::Socket, .. } if self.trial.is_some() => self.move_over(now),
            Input::Text { by, text } if self.by() == Some(by) => self.text(now, &text),
            Input::Text { .. } => {}
        }
    }

    fn poll_output(&mut self) -> Option<Output<Task<S::Up>, S::Down>> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Timestamp> {
        let own = match self.state {
            State::Idle => return None,
            State::Delay { until, .. } => until,
            State::Connecting { by, .. } => self.patience(by),
            State::Open { by, greeted: false, heard, .. } => self.patience(by).min(heard.after(SILENCE)),
            State::Open { heard, asked: false, .. } => heard.after(HEARTBEAT),
            State::Open { heard, .. } => heard.after(SILENCE),
        };
        Some(self.next_trial().map_or(own, |trial| own.min(trial)))
    }
}

impl<S: Side> Live<S> {
    /// A link that is not wanted yet. `seed` makes its delays differ from those of others; `polls`: the driver knows both transports.
    #[must_use]
    pub const fn new(seed: u64, polls: bool) -> Self {
        Self {
            state: State::Idle,
            wanted: false,
            watched: true,
            failures: 0,
            last_nudge: None,
            // An xorshift generator never leaves zero.
            random: seed | 1,
            polls,
            sockets: Sockets::Unknown,
            round: Timestamp(0),
            trial: None,
            told: false,
            outputs: VecDeque::new(),
            side: PhantomData,
        }
    }

    /// The state of the link.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Failures in a row.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// The transport in use, or tried.
    const fn by(&self) -> Option<Transport> {
        match self.state {
            State::Connecting { by, .. } | State::Open { by, .. } => Some(by),
            _ => None,
        }
    }

    fn task(&mut self, task: Task<S::Up>) {
        self.outputs.push_back(Output::Task(task));
    }

    fn event(&mut self, event: LinkEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    fn want(&mut self, now: Timestamp, wanted: bool) {
        if core::mem::replace(&mut self.wanted, wanted) == wanted {
            return;
        }
        if wanted {
            self.failures = 0;
            self.attempt(now);
        } else {
            self.disconnect();
            self.state = State::Idle;
        }
    }

    fn disconnect(&mut self) {
        if self.trial.take().is_some() {
            self.task(Task::Disconnect(Transport::Socket));
        }
        if let Some(by) = self.by() {
            self.task(Task::Disconnect(by));
        }
    }

    fn opened(&mut self, now: Timestamp, by: Transport) {
        if self.trial.is_some() && by == Transport::Socket {
            // An open socket is no proof: some proxies let a socket through, but no frames over it.
            self.task(Task::Transmit(by, S::ping()));
        } else if matches!(self.state, State::Connecting { by: other, .. } if other == by) {
            self.state = State::Open { by, since: now, heard: now, greeted: false, asked: false };
            self.event(LinkEvent::Opened);
        }
    }

    fn closed(&mut self, now: Timestamp, code: u16) {
        match code {
            // The server refuses this client for good (not authorised, not understood, too old): no further attempt.
            4401 | 4403 => self.stop(Fault::Server(Code::Unauthorized)),
            1003 | 4400 => self.stop(Fault::Server(Code::Malformed)),
            4426 => self.stop(Fault::Server(Code::Version)),
            _ => {
                let fault = if matches!(self.state, State::Connecting { .. }) { Fault::Refused } else { Fault::Lost };
                self.lose(now, fault);
            }
        }
    }

    fn send(&mut self, frame: S::Up) {
        if let State::Open { by, .. } = self.state {
            self.task(Task::Transmit(by, frame));
        }
    }

    fn text(&mut self, now: Timestamp, text: &str) {
        let State::Open { by, heard, greeted, asked, .. } = &mut self.state else { return };
        let (by, is_first) = (*by, !core::mem::replace(greeted, true));
        (*heard, *asked) = (now, false);
        if is_first {
            self.works(now, by);
        }
        if text.len() > S::MOST {
            // As on the server: a frame of this size is not read. The client asks again after a while.
            self.disconnect();
            self.lose(now, Fault::Server(Code::TooLarge));
            return;
        }
        // An unreadable frame is of a later version, or damaged: the connection stays open (quality R18, R62).
        let (read, left_out) = S::Down::read_text(text);
        if !self.told
            && let Some(wrong) = left_out.or_else(|| read.as_ref().err().filter(|wrong| !wrong.is_unknown_kind()).cloned())
        {
            self.told = true;
            self.task(Task::Warn(wrong));
        }
        let Ok(frame) = read else { return };
        match S::sign(&frame) {
            Sign::Ping => self.task(Task::Transmit(by, S::pong())),
            Sign::Bye { code, retry_after } => {
                self.outputs.push_back(Output::Frame(frame));
                self.disconnect();
                let fault = Fault::Server(code);
                return match retry_after {
                    Some(after) => {
                        let after = i64::from(after).clamp(RETRY_AFTER.0, RETRY_AFTER.1).saturating_add(self.below(FIRST_DELAY));
                        self.wait(now.after(after), true, fault);
                    }
                    None => self.stop(fault),
                };
            }
            Sign::Other => {}
        }
        self.outputs.push_back(Output::Frame(frame));
    }

    fn nudge(&mut self, now: Timestamp) {
        let next = self.last_nudge.map_or(now, |last| last.after(NUDGE).max(now));
        match self.state {
            State::Idle | State::Delay { asked: true, .. } => {}
            // Too soon after the last nudge: at the earliest time that is allowed.
            State::Delay { until, .. } if next > now => {
                if until > next {
                    self.last_nudge = Some(next);
                    self.state = State::Delay { until: next, asked: false };
                }
            }
            State::Delay { .. } => {
                self.last_nudge = Some(now);
                self.attempt(now);
            }
            // The attempt may have begun while there was no network.
            State::Connecting { since, .. } if now.since(since) >= NUDGE => {
                self.disconnect();
                self.attempt(now);
            }
            State::Connecting { .. } => {}
            State::Open { heard, .. } => {
                if now.since(heard) > NUDGE {
                    self.doubt(now);
                }
            }
        }
    }

    /// The connection may be dead, for example after a sleep of the machine: send `ping`, and wait less long for the answer.
    fn doubt(&mut self, now: Timestamp) {
        if let State::Open { by, heard, asked, .. } = &mut self.state {
            *heard = (*heard).min(now.after(NUDGE - SILENCE));
            *asked = true;
            let by = *by;
            self.task(Task::Transmit(by, S::ping()));
        }
    }

    fn wake(&mut self, now: Timestamp) {
        if self.next_trial().is_some_and(|at| at <= now) {
            self.try_socket(now);
        }
        if self.deadline().is_none_or(|at| now < at) {
            return;
        }
        match &mut self.state {
            State::Delay { .. } => self.attempt(now),
            State::Open { by, heard, greeted: true, asked, .. } if now.since(*heard) < SILENCE => {
                *asked = true;
                let by = *by;
                self.task(Task::Transmit(by, S::ping()));
            }
            State::Connecting { .. } | State::Open { .. } => {
                self.disconnect();
                self.lose(now, Fault::Silent);
            }
            State::Idle => {}
        }
    }
}
