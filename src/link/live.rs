//! The link over a WebSocket: connects, keeps trying, notices when the other end is gone, turns text into frames and back.
//!
//! [`Live::handle`] an [`Input`] with the time, drain [`Live::poll_output`], wake it at [`Live::deadline`].

use crate::engine::{Fault, LinkEvent};
use crate::model::{Timestamp, limits};
use crate::wire::{Code, Codec, ServerFrame, VisitorFrame};
use std::collections::VecDeque;

/// The first delay is random below this; it doubles with every failure (quality R8). Milliseconds, as all of these.
const FIRST_DELAY: i64 = 1_000;
/// No delay is longer, while nobody looks at the page.
const LONGEST_DELAY: i64 = 30_000;
/// No delay is longer while somebody does, counted from the beginning of the attempt before.
const LONGEST_WATCHED: i64 = 10_000;
/// After so long a good link the delays begin anew.
const GOOD_LINK: i64 = 60_000;
/// The server sends something at least every 15 s; after so long a silence it is gone (quality R7).
const SILENCE: i64 = 25_000;
/// A connection attempt that takes longer is given up.
const CONNECT: i64 = 10_000;
/// A nudge cuts a delay short at most this often.
const NUDGE: i64 = 5_000;
/// What a server may ask for as a delay is clamped to this (quality R10).
const RETRY_AFTER: (i64, i64) = (1_000, 600_000);

/// What the driver tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Whether a link is wanted.
    Want(bool),
    /// The socket is open.
    Opened,
    /// The socket is closed, or could not be opened.
    Closed { code: u16 },
    /// The browser did not begin to open a socket, and will not the next time either.
    Refused(Fault),
    /// A text message came.
    Text(String),
    /// Send this if the socket is open.
    Send(VisitorFrame),
    /// It may work now: the browser is online again, the page is visible again, the visitor did something.
    Nudge,
    /// It may not work any more: the browser says that it is offline.
    Doubt,
    /// Whether somebody looks at the page.
    Watched(bool),
    /// The time of [`Live::deadline`] has come.
    Wake,
}

/// What the driver has to do.
#[allow(clippy::large_enum_variant, reason = "each is handed on at once; a box would cost an allocation a frame")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a socket.
    Connect,
    /// Close the socket, or give the attempt up; nothing more is to be heard of it.
    Disconnect,
    /// Send this text.
    Transmit(String),
    /// For the engine.
    Frame(ServerFrame),
    /// For the engine.
    Event(LinkEvent),
}

/// The state of the link.
#[derive(Debug)]
pub struct Live {
    state: State,
    wanted: bool,
    watched: bool,
    /// Failures in a row.
    failures: u32,
    last_nudge: Option<Timestamp>,
    random: u64,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum State {
    /// No link is wanted, or the server sent us away.
    Idle,
    /// Waiting for the next attempt.
    Delay {
        until: Timestamp,
        /// The server named the time: it is kept to.
        asked: bool,
    },
    Connecting {
        since: Timestamp,
    },
    Open {
        since: Timestamp,
        heard: Timestamp,
    },
}

impl Live {
    /// A link that is not wanted yet. `seed` makes its delays differ from those of others.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        // An xorshift generator never leaves zero.
        Self { state: State::Idle, wanted: false, watched: true, failures: 0, last_nudge: None, random: seed | 1, outputs: VecDeque::new() }
    }

    /// Takes an input in.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Want(true) if !self.wanted => {
                self.wanted = true;
                self.failures = 0;
                self.connect(now);
            }
            Input::Want(false) if self.wanted => {
                self.wanted = false;
                self.disconnect();
            }
            Input::Want(_) => {}
            Input::Opened => {
                if matches!(self.state, State::Connecting { .. }) {
                    self.state = State::Open { since: now, heard: now };
                    self.outputs.push_back(Output::Event(LinkEvent::Opened));
                }
            }
            Input::Closed { code } => self.closed(now, code),
            Input::Refused(fault) => {
                // The word may come after the end of the attempt.
                if matches!(self.state, State::Connecting { .. } | State::Delay { .. }) {
                    self.outputs.push_back(Output::Disconnect);
                    self.stop(fault);
                }
            }
            Input::Text(text) => self.text(now, &text),
            Input::Send(frame) => {
                if matches!(self.state, State::Open { .. }) {
                    self.outputs.push_back(Output::Transmit(frame.to_text()));
                }
            }
            Input::Nudge => self.nudge(now),
            Input::Doubt => self.doubt(now),
            Input::Watched(watched) => self.watched = watched,
            Input::Wake => self.wake(now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Wake`].
    #[must_use]
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self.state {
            State::Idle => None,
            State::Delay { until, .. } => Some(until),
            State::Connecting { since } => Some(since.after(CONNECT)),
            State::Open { heard, .. } => Some(heard.after(SILENCE)),
        }
    }

    fn connect(&mut self, now: Timestamp) {
        self.state = State::Connecting { since: now };
        self.outputs.push_back(Output::Connect);
    }

    fn disconnect(&mut self) {
        if matches!(self.state, State::Connecting { .. } | State::Open { .. }) {
            self.outputs.push_back(Output::Disconnect);
        }
        self.state = State::Idle;
    }

    fn closed(&mut self, now: Timestamp, code: u16) {
        let mut fault = Fault::Lost;
        match self.state {
            State::Idle | State::Delay { .. } => return,
            State::Open { since, .. } if now.since(since) >= GOOD_LINK => self.failures = 0,
            State::Connecting { .. } => fault = Fault::Refused,
            State::Open { .. } => {}
        }
        match code {
            // This client is not let in, is not understood, or is too old: trying again changes nothing.
            4401 | 4403 => self.stop(Fault::Server(Code::Unauthorized)),
            1003 | 4400 => self.stop(Fault::Server(Code::Malformed)),
            4426 => self.stop(Fault::Server(Code::Version)),
            _ => self.lose(now, fault),
        }
    }

    /// The connection is gone, or the attempt failed: another one follows after a delay.
    fn lose(&mut self, now: Timestamp, fault: Fault) {
        let mut delay = self.delay();
        if let State::Connecting { since } = self.state {
            // An attempt that nobody answered has taken its part of the delay.
            delay = delay.saturating_sub(now.since(since)).max(0);
        }
        self.wait(now.after(delay), false, fault);
    }

    fn wait(&mut self, until: Timestamp, asked: bool, fault: Fault) {
        self.failures = self.failures.saturating_add(1);
        self.state = State::Delay { until, asked };
        self.outputs.push_back(Output::Event(LinkEvent::Lost(fault)));
    }

    fn stop(&mut self, fault: Fault) {
        self.wanted = false;
        self.state = State::Idle;
        self.outputs.push_back(Output::Event(LinkEvent::Stopped(fault)));
    }

    /// Full jitter: anything between nothing and the ceiling, which doubles with every failure.
    fn delay(&mut self) -> i64 {
        let longest = if self.watched { LONGEST_WATCHED } else { LONGEST_DELAY };
        let ceiling = FIRST_DELAY.saturating_mul(1 << self.failures.min(10)).min(longest);
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        i64::try_from(self.random % u64::try_from(ceiling).unwrap_or(1)).unwrap_or(0)
    }

    // In the part of the widget's module that comes later: not a part of its caller.
    #[inline(never)]
    fn text(&mut self, now: Timestamp, text: &str) {
        let State::Open { heard, .. } = &mut self.state else { return };
        *heard = now;
        if text.len() > limits::FRAME_BYTES {
            // As the server does: nothing of this size is read, and what it was asked for is asked for anew after a while.
            self.outputs.push_back(Output::Disconnect);
            self.lose(now, Fault::Server(Code::TooLarge));
            return;
        }
        // What cannot be read is a later version's, or broken: neither is a reason to break off (quality R18, R62).
        let Ok(frame) = ServerFrame::from_text(text) else { return };
        match &frame {
            ServerFrame::Ping { .. } => self.outputs.push_back(Output::Transmit(VisitorFrame::Pong {}.to_text())),
            ServerFrame::Bye { code, retry_after, .. } => {
                self.outputs.push_back(Output::Disconnect);
                let fault = Fault::Server(*code);
                match retry_after {
                    Some(after) => self.wait(now.after(i64::from(*after).clamp(RETRY_AFTER.0, RETRY_AFTER.1)), true, fault),
                    None => self.stop(fault),
                }
                return;
            }
            _ => {}
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
                self.connect(now);
            }
            // Perhaps it began while there was no network.
            State::Connecting { since } if now.since(since) >= NUDGE => {
                self.outputs.push_back(Output::Disconnect);
                self.connect(now);
            }
            State::Connecting { .. } => {}
            State::Open { heard, .. } => {
                if now.since(heard) > NUDGE {
                    self.doubt(now);
                }
            }
        }
    }

    /// The socket may be dead without knowing it, after a sleep for example: ask, and shorten the wait for the answer.
    fn doubt(&mut self, now: Timestamp) {
        if let State::Open { heard, .. } = &mut self.state {
            *heard = (*heard).min(now.after(NUDGE - SILENCE));
            self.outputs.push_back(Output::Transmit(VisitorFrame::Ping {}.to_text()));
        }
    }

    fn wake(&mut self, now: Timestamp) {
        if self.deadline().is_none_or(|at| now < at) {
            return;
        }
        match self.state {
            State::Delay { .. } => self.connect(now),
            State::Connecting { .. } | State::Open { .. } => {
                self.outputs.push_back(Output::Disconnect);
                self.lose(now, Fault::Silent);
            }
            State::Idle => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(link: &mut Live) -> Vec<Output> {
        core::iter::from_fn(|| link.poll_output()).collect()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    fn open(link: &mut Live, now: i64) {
        link.handle(at(now), Input::Want(true));
        link.handle(at(now), Input::Opened);
        assert_eq!(drain(link), [Output::Connect, Output::Event(LinkEvent::Opened)]);
    }

    #[test]
    fn r8_delays_are_random_double_and_have_a_ceiling() {
        let mut longest = [0; 12];
        for seed in 0..300u64 {
            let mut link = Live::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            link.handle(at(0), Input::Watched(false));
            link.handle(at(0), Input::Want(true));
            let mut now = 0;
            for most in &mut longest {
                drain(&mut link);
                link.handle(at(now), Input::Closed { code: 1006 });
                let next = link.deadline().map_or(0, |at| at.0);
                *most = (*most).max(next - now);
                now = next;
                link.handle(at(now), Input::Wake);
            }
        }
        assert!((900..1000).contains(&longest[0]), "{longest:?}");
        assert!((1800..2000).contains(&longest[1]), "{longest:?}");
        assert!((27_000..30_000).contains(&longest[11]), "{longest:?}");
    }

    #[test]
    fn r8_while_somebody_looks_attempts_begin_within_ten_seconds_of_each_other() {
        for seed in 0..300u64 {
            let mut link = Live::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            open(&mut link, 0);
            link.handle(at(0), Input::Closed { code: 1006 });
            let mut begun = 0;
            for round in 0..40 {
                let now = link.deadline().expect("another attempt is planned");
                link.handle(now, Input::Wake);
                assert!(now.0 - begun <= 10_000, "attempt {round} begins {} ms after the one before", now.0 - begun);
                begun = now.0;
                // Every other attempt is refused at once, the rest is not answered.
                if round % 2 == 0 {
                    link.handle(now, Input::Closed { code: 1006 });
                } else {
                    let given_up = link.deadline().expect("it is given up at some time");
                    link.handle(given_up, Input::Wake);
                }
                drain(&mut link);
            }
        }
    }

    #[test]
    fn r8_offline_asks_and_online_tries_anew() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(1_000), Input::Doubt);
        assert_eq!(drain(&mut link), [Output::Transmit("{\"t\":\"ping\"}".into())]);
        link.handle(at(6_000), Input::Wake);
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Event(LinkEvent::Lost(Fault::Silent))]);
        link.handle(at(6_001), Input::Nudge);
        assert_eq!(drain(&mut link), [Output::Connect]);
        // The network came while an attempt without one was under way.
        link.handle(at(11_001), Input::Nudge);
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Connect]);
    }

    #[test]
    fn r10_codes_that_say_stay_away_stop_it() {
        for (code, word) in [(1003, "malformed"), (4400, "malformed"), (4401, "unauthorized"), (4403, "unauthorized"), (4426, "version")] {
            let mut link = Live::new(7);
            open(&mut link, 0);
            link.handle(at(5), Input::Closed { code });
            let Some(Output::Event(LinkEvent::Stopped(fault))) = link.poll_output() else { panic!("{code} stops it") };
            assert_eq!((fault.word(), link.deadline()), (word, None));
        }
    }

    #[test]
    fn a_browser_that_refuses_a_socket_is_not_asked_again() {
        let mut link = Live::new(7);
        link.handle(at(0), Input::Want(true));
        link.handle(at(0), Input::Refused(Fault::Unsupported));
        assert_eq!(drain(&mut link), [Output::Connect, Output::Disconnect, Output::Event(LinkEvent::Stopped(Fault::Unsupported))]);
        assert_eq!(link.deadline(), None);
    }

    #[test]
    fn r7_silence_of_25_seconds_ends_the_connection() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(20_000), Input::Text("{\"t\":\"ping\",\"now\":1,\"heads\":[]}".into()));
        assert_eq!(drain(&mut link)[0], Output::Transmit("{\"t\":\"pong\"}".into()));
        link.handle(at(44_999), Input::Wake);
        assert_eq!(drain(&mut link), []);
        link.handle(at(45_000), Input::Wake);
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Event(LinkEvent::Lost(Fault::Silent))]);
    }

    #[test]
    fn r10_bye_is_obeyed_and_clamped() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(5), Input::Text("{\"t\":\"bye\",\"code\":\"restarting\",\"message\":\"\",\"retry_after\":1}".into()));
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Event(LinkEvent::Lost(Fault::Server(Code::Restarting)))]);
        // A visitor who is in a hurry changes nothing about it.
        link.handle(at(6), Input::Nudge);
        assert_eq!(link.deadline(), Some(at(1_005)));
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(5), Input::Text("{\"t\":\"bye\",\"code\":\"version\",\"message\":\"\"}".into()));
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Event(LinkEvent::Stopped(Fault::Server(Code::Version)))]);
        assert_eq!(link.deadline(), None);
    }

    #[test]
    fn s34_a_frame_over_the_limit_ends_the_link() {
        let frame = |bytes: usize| {
            let text = "{\"t\":\"pong\",\"now\":1,\"heads\":[],\"x\":\"\"}";
            text.replace("\"x\":\"", &format!("\"x\":\"{}", "x".repeat(bytes - text.len())))
        };
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(1), Input::Text(frame(limits::FRAME_BYTES)));
        assert!(matches!(drain(&mut link)[..], [Output::Frame(ServerFrame::Pong { .. })]));
        link.handle(at(2), Input::Text(frame(limits::FRAME_BYTES + 1)));
        assert_eq!(drain(&mut link), [Output::Disconnect, Output::Event(LinkEvent::Lost(Fault::Server(Code::TooLarge)))]);
        assert!(link.deadline().is_some(), "it comes back, and later each time");
    }

    #[test]
    fn r62_broken_frames_are_ignored() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        for text in ["", "null", "[]", "{\"t\":7}", "{\"t\":\"later\"}", "{\"t\":\"entry\",\"conv\":1}", "\u{0}"] {
            link.handle(at(1), Input::Text(text.into()));
        }
        assert_eq!(drain(&mut link), []);
    }

    #[test]
    fn a_nudge_cuts_a_delay_short_but_not_too_often() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(10_000), Input::Closed { code: 1006 });
        drain(&mut link);
        link.handle(at(10_001), Input::Nudge);
        assert_eq!(drain(&mut link), [Output::Connect]);
        link.handle(at(10_002), Input::Closed { code: 1006 });
        drain(&mut link);
        link.handle(at(10_003), Input::Nudge);
        assert_eq!(drain(&mut link), []);
        assert!(link.deadline().is_some_and(|next| next <= at(15_001)), "but as soon as that");
    }

    #[test]
    fn nothing_more_is_heard_after_the_link_is_not_wanted() {
        let mut link = Live::new(7);
        open(&mut link, 0);
        link.handle(at(1), Input::Want(false));
        assert_eq!(drain(&mut link), [Output::Disconnect]);
        link.handle(at(2), Input::Closed { code: 1000 });
        link.handle(at(2), Input::Text("{\"t\":\"pong\",\"now\":1,\"heads\":[]}".into()));
        assert_eq!(drain(&mut link), []);
        assert_eq!(link.deadline(), None);
    }
}
