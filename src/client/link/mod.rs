//! Connections: when to connect and over what, when one is dead, and what its end means.
//!
//! [`Link::handle`] an [`Input`] with the time, drain [`Link::poll_output`], wake it at [`Link::deadline`]. There are two ways to the
//! server, with the same frames: a socket, and requests that wait for their answer (long polling). The socket is tried first; where it
//! does not work, polling follows in the same moment, and a socket is tried beside it from time to time.

mod io;
#[cfg(test)]
mod tests;

pub use io::{Fault, Input, LinkEvent, Output, Side, Sign, State, Transport, Visitor};

use crate::model::Timestamp;
use crate::wire::{Code, Codec};
use std::collections::VecDeque;
use std::marker::PhantomData;

/// The first delay is random below this; it doubles with every failure (quality R8). Milliseconds, as all of these.
const FIRST_DELAY: i64 = 1_000;
/// No delay is longer, while nobody looks at the page.
const LONGEST_DELAY: i64 = 30_000;
/// No delay is longer while somebody does, counted from the beginning of the attempt before.
const LONGEST_WATCHED: i64 = 10_000;
/// After so long a good link the delays begin anew.
const GOOD_LINK: i64 = 60_000;
/// When nothing was heard for so long, the server is asked whether it is there. It sends something as often by itself.
const HEARTBEAT: i64 = 15_000;
/// After so long a silence it is gone (quality R7).
const SILENCE: i64 = 25_000;
/// An attempt that has brought no frame after so long is given up.
const CONNECT: i64 = 10_000;
/// The same for a socket, as long as none has worked and there is another way (quality R11).
const TRIAL: i64 = 4_000;
/// Where sockets do not work and polling does, one is tried again after so long, and no sooner (quality R11).
const SOCKET_AGAIN: i64 = 300_000;
/// A socket that has worked before and fails so often in a row does not work any more.
const STRIKES: u32 = 2;
/// A nudge cuts a delay short at most this often.
const NUDGE: i64 = 5_000;
/// What a server may ask for as a delay is clamped to this (quality R10).
const RETRY_AFTER: (i64, i64) = (1_000, 600_000);

/// Whether sockets work here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sockets {
    /// Not known.
    Unknown,
    /// One has brought a frame. Since then so many failed in a row.
    Work { strikes: u32 },
    /// As of then they do not: polling does.
    Fail { since: Timestamp },
    /// The browser has none for this page.
    Never,
}

/// The state of the link.
#[derive(Debug)]
pub struct Link<S: Side> {
    state: State,
    wanted: bool,
    watched: bool,
    /// Failures in a row.
    failures: u32,
    last_nudge: Option<Timestamp>,
    random: u64,
    /// There is another way than sockets.
    polls: bool,
    sockets: Sockets,
    /// When this round of attempts began: a socket, then polling.
    round: Timestamp,
    /// A socket is tried beside polling since then.
    trial: Option<Timestamp>,
    /// It was told that the server says what cannot be read.
    told: bool,
    outputs: VecDeque<Output<S::Up, S::Down>>,
    side: PhantomData<S>,
}

impl<S: Side> Link<S> {
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

    /// Takes an input in.
    // In the part of the widget's module that comes later: not a part of its caller.
    #[inline(never)]
    pub fn handle(&mut self, now: Timestamp, input: Input<S::Up>) {
        match input {
            Input::Want(true) if !self.wanted => {
                self.wanted = true;
                self.failures = 0;
                self.attempt(now);
            }
            Input::Want(false) if self.wanted => {
                self.wanted = false;
                self.disconnect();
                self.state = State::Idle;
            }
            Input::Want(_) => {}
            Input::Opened(by) => self.opened(now, by),
            Input::Closed { by: Transport::Socket, .. } if self.trial.is_some() => self.stay(now),
            Input::Closed { by, code } if self.by() == Some(by) => self.closed(now, code),
            Input::Closed { .. } => {}
            Input::Refused(fault) => self.refused(now, fault),
            Input::Text { by: Transport::Socket, .. } if self.trial.is_some() => self.move_over(now),
            Input::Text { by, text } if self.by() == Some(by) => self.text(now, &text),
            Input::Text { .. } => {}
            Input::Send(frame) => self.send(frame),
            Input::Nudge => self.nudge(now),
            Input::Network => {
                self.sockets = match self.sockets {
                    Sockets::Fail { .. } => Sockets::Fail { since: now.after(-SOCKET_AGAIN) },
                    Sockets::Work { .. } => Sockets::Unknown,
                    known => known,
                };
                self.nudge(now);
                self.wake(now);
            }
            Input::Doubt => self.doubt(now),
            Input::Watched(watched) => self.watched = watched,
            Input::Wake => self.wake(now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll_output(&mut self) -> Option<Output<S::Up, S::Down>> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Wake`].
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
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

    /// How it stands.
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

    /// When the attempt that is under way is given up.
    fn patience(&self, by: Transport) -> Timestamp {
        let is_trial = by == Transport::Socket && self.polls && !matches!(self.sockets, Sockets::Work { .. });
        self.round.after(if is_trial { TRIAL } else { CONNECT })
    }

    /// When to begin a trial of a socket beside polling, or to give one up.
    fn next_trial(&self) -> Option<Timestamp> {
        match (self.state, self.trial, self.sockets) {
            (_, Some(since), _) => Some(since.after(TRIAL)),
            (State::Open { by: Transport::Polling, greeted: true, .. }, None, Sockets::Fail { since }) => Some(since.after(SOCKET_AGAIN)),
            _ => None,
        }
    }

    /// Begins a round: with a socket, unless it is known that none works.
    fn attempt(&mut self, now: Timestamp) {
        self.round = now;
        let by = match self.sockets {
            Sockets::Never => Transport::Polling,
            Sockets::Fail { since } if now.since(since) < SOCKET_AGAIN => Transport::Polling,
            _ => Transport::Socket,
        };
        self.connect(now, by);
    }

    fn connect(&mut self, now: Timestamp, by: Transport) {
        self.state = State::Connecting { by, since: now };
        self.outputs.push_back(Output::Connect(by));
    }

    fn disconnect(&mut self) {
        if self.trial.take().is_some() {
            self.outputs.push_back(Output::Disconnect(Transport::Socket));
        }
        if let Some(by) = self.by() {
            self.outputs.push_back(Output::Disconnect(by));
        }
    }

    fn opened(&mut self, now: Timestamp, by: Transport) {
        if self.trial.is_some() && by == Transport::Socket {
            // Open is not enough: some let a socket through and nothing over it.
            self.outputs.push_back(Output::Transmit(by, S::ping()));
        } else if matches!(self.state, State::Connecting { by: other, .. } if other == by) {
            self.state = State::Open { by, since: now, heard: now, greeted: false, asked: false };
            self.outputs.push_back(Output::Event(LinkEvent::Opened));
        }
    }

    /// The socket beside polling works: from now on it is the link. Whoever uses it says hello, and sends again what was on its way.
    fn move_over(&mut self, now: Timestamp) {
        self.trial = None;
        self.outputs.push_back(Output::Disconnect(Transport::Polling));
        self.sockets = Sockets::Work { strikes: 0 };
        self.state = State::Open { by: Transport::Socket, since: now, heard: now, greeted: true, asked: false };
        self.outputs.push_back(Output::Event(LinkEvent::Opened));
    }

    /// The socket beside polling does not work.
    fn stay(&mut self, now: Timestamp) {
        self.trial = None;
        self.sockets = Sockets::Fail { since: now };
    }

    fn refused(&mut self, now: Timestamp, fault: Fault) {
        if self.trial.take().is_some() {
            self.outputs.push_back(Output::Disconnect(Transport::Socket));
            self.sockets = Sockets::Never;
            return;
        }
        // The word may come after the end of the attempt.
        match self.state {
            State::Connecting { by: Transport::Socket, .. } | State::Delay { .. } if !self.polls => {
                self.outputs.push_back(Output::Disconnect(Transport::Socket));
                self.stop(fault);
            }
            State::Connecting { by: Transport::Socket, .. } => {
                self.outputs.push_back(Output::Disconnect(Transport::Socket));
                self.never(fault);
                self.connect(now, Transport::Polling);
            }
            State::Connecting { .. } | State::Delay { .. } => self.never(fault),
            State::Open { by: Transport::Polling, .. } => self.sockets = Sockets::Never,
            _ => {}
        }
    }

    /// The browser has no sockets for this page: whoever made the page is to hear of it.
    fn never(&mut self, fault: Fault) {
        self.sockets = Sockets::Never;
        self.outputs.push_back(Output::Event(LinkEvent::Lost(fault)));
    }

    fn closed(&mut self, now: Timestamp, code: u16) {
        match code {
            // This client is not let in, is not understood, or is too old: trying again changes nothing.
            4401 | 4403 => self.stop(Fault::Server(Code::Unauthorized)),
            1003 | 4400 => self.stop(Fault::Server(Code::Malformed)),
            4426 => self.stop(Fault::Server(Code::Version)),
            _ => {
                let fault = if matches!(self.state, State::Connecting { .. }) { Fault::Refused } else { Fault::Lost };
                self.lose(now, fault);
            }
        }
    }

    /// The connection is gone, or the attempt failed: the other transport is tried, or another attempt follows after a delay.
    fn lose(&mut self, now: Timestamp, fault: Fault) {
        let (by, is_new) = match self.state {
            State::Connecting { by, .. } => (by, true),
            State::Open { by, greeted, since, .. } => {
                if greeted && now.since(since) >= GOOD_LINK {
                    self.failures = 0;
                }
                (by, !greeted)
            }
            _ => return,
        };
        if self.trial.take().is_some() {
            self.outputs.push_back(Output::Disconnect(Transport::Socket));
        }
        if is_new && by == Transport::Socket && self.fails(now) {
            if matches!(self.state, State::Open { .. }) {
                self.outputs.push_back(Output::Event(LinkEvent::Lost(fault)));
            }
            return self.connect(now, Transport::Polling);
        }
        if is_new && self.sockets != Sockets::Never && by == Transport::Polling {
            // Neither works: nothing is known of either.
            self.sockets = Sockets::Unknown;
        }
        let mut delay = self.delay();
        if is_new {
            // An attempt that nobody answered has taken its part of the delay.
            delay = delay.saturating_sub(now.since(self.round)).max(0);
        }
        self.wait(now.after(delay), false, fault);
    }

    /// A socket did not come to be. Whether polling is to be tried now.
    fn fails(&mut self, now: Timestamp) -> bool {
        if let Sockets::Work { strikes } = &mut self.sockets {
            *strikes = strikes.saturating_add(1);
            if *strikes < STRIKES {
                return false;
            }
        }
        if self.polls {
            // Polling gets its part of the time of a round.
            self.round = self.round.max(now.after(TRIAL - CONNECT));
        }
        self.polls
    }

    fn wait(&mut self, until: Timestamp, asked: bool, fault: Fault) {
        self.failures = self.failures.saturating_add(1);
        self.state = State::Delay { until, asked };
        self.outputs.push_back(Output::Event(LinkEvent::Lost(fault)));
    }

    fn stop(&mut self, fault: Fault) {
        if self.trial.take().is_some() {
            self.outputs.push_back(Output::Disconnect(Transport::Socket));
        }
        self.wanted = false;
        self.state = State::Idle;
        self.outputs.push_back(Output::Event(LinkEvent::Stopped(fault)));
    }

    /// Full jitter: anything between nothing and the ceiling, which doubles with every failure.
    fn delay(&mut self) -> i64 {
        let longest = if self.watched { LONGEST_WATCHED } else { LONGEST_DELAY };
        let ceiling = FIRST_DELAY.saturating_mul(1 << self.failures.min(10)).min(longest);
        self.below(ceiling)
    }

    fn below(&mut self, ceiling: i64) -> i64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        i64::try_from(self.random % u64::try_from(ceiling).unwrap_or(1)).unwrap_or(0)
    }

    fn send(&mut self, frame: S::Up) {
        if let State::Open { by, .. } = self.state {
            self.outputs.push_back(Output::Transmit(by, frame));
        }
    }

    fn text(&mut self, now: Timestamp, text: &str) {
        let State::Open { by, heard, greeted, asked, .. } = &mut self.state else { return };
        let by = *by;
        if !core::mem::replace(greeted, true) {
            self.sockets = match (by, self.sockets) {
                (Transport::Socket, _) => Sockets::Work { strikes: 0 },
                (Transport::Polling, Sockets::Unknown | Sockets::Work { .. }) => Sockets::Fail { since: now },
                (Transport::Polling, known) => known,
            };
        }
        (*heard, *asked) = (now, false);
        if text.len() > S::MOST {
            // As the server does: nothing of this size is read, and what it was asked for is asked for anew after a while.
            self.disconnect();
            self.lose(now, Fault::Server(Code::TooLarge));
            return;
        }
        // What cannot be read is a later version's, or broken: neither is a reason to break off (quality R18, R62).
        let (read, left_out) = S::Down::read_text(text);
        if !self.told
            && let Some(wrong) = left_out.or_else(|| read.as_ref().err().filter(|wrong| !wrong.is_unknown_kind()).cloned())
        {
            self.told = true;
            self.outputs.push_back(Output::LeftOut(wrong));
        }
        let Ok(frame) = read else { return };
        match S::sign(&frame) {
            Sign::Ping => self.outputs.push_back(Output::Transmit(by, S::pong())),
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
            // Too soon after the last one: as soon as may be.
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
            // Perhaps it began while there was no network.
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

    /// The connection may be dead without knowing it, after a sleep for example: ask, and shorten the wait for the answer.
    fn doubt(&mut self, now: Timestamp) {
        if let State::Open { by, heard, asked, .. } = &mut self.state {
            *heard = (*heard).min(now.after(NUDGE - SILENCE));
            *asked = true;
            self.outputs.push_back(Output::Transmit(*by, S::ping()));
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
                self.outputs.push_back(Output::Transmit(*by, S::ping()));
            }
            State::Connecting { .. } | State::Open { .. } => {
                self.disconnect();
                self.lose(now, Fault::Silent);
            }
            State::Idle => {}
        }
    }

    /// Begins to try a socket beside polling, or gives the one up that did not come to be.
    fn try_socket(&mut self, now: Timestamp) {
        if self.trial.is_some() {
            self.outputs.push_back(Output::Disconnect(Transport::Socket));
            self.stay(now);
        } else {
            self.trial = Some(now);
            self.outputs.push_back(Output::Connect(Transport::Socket));
        }
    }
}
