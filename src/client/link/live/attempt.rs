//! Attempts to connect: over which transport, with which time limit, and the delays between them.

use super::{Fault, LinkEvent, Live, Side, State, Task, Transport};
use crate::model::Timestamp;

/// The first delay is random below this; it doubles with every failure (quality R8). Milliseconds, as all of these.
pub(super) const FIRST_DELAY: i64 = 1_000;
/// The longest delay while the page is hidden.
const LONGEST_DELAY: i64 = 30_000;
/// The longest delay while the page is visible, counted from the beginning of the attempt before.
const LONGEST_WATCHED: i64 = 10_000;
/// After a connection of this length the delays start from the first one again.
const GOOD_LINK: i64 = 60_000;
/// Time limit of an attempt: without a first frame until then, the attempt has failed.
const CONNECT: i64 = 10_000;
/// Time limit of an attempt with a socket, as long as no socket has worked and there is another transport (quality R11).
const TRIAL: i64 = 4_000;
/// Where sockets do not work and polling does, a socket is tried again after this time, and no sooner (quality R11).
const SOCKET_AGAIN: i64 = 300_000;
/// A socket that has worked before and fails this often in a row does not work any more.
const STRIKES: u32 = 2;

/// Whether sockets work here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sockets {
    /// Unknown so far.
    Unknown,
    /// A socket has brought a frame. Since then this number of attempts in a row failed.
    Work { strikes: u32 },
    /// Since then sockets do not work here and polling does.
    Fail { since: Timestamp },
    /// The browser allows no sockets on this page.
    Never,
}

impl<S: Side> Live<S> {
    /// Begins a round: with a socket, unless it is known that none works.
    pub(super) fn attempt(&mut self, now: Timestamp) {
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
        self.task(Task::Connect(by));
    }

    /// The socket beside polling works and replaces it. The owner sends `hello`, and its unacknowledged parcels again.
    pub(super) fn move_over(&mut self, now: Timestamp) {
        self.trial = None;
        self.task(Task::Disconnect(Transport::Polling));
        self.sockets = Sockets::Work { strikes: 0 };
        self.state = State::Open { by: Transport::Socket, since: now, heard: now, greeted: true, asked: false };
        self.event(LinkEvent::Opened);
    }

    /// The trial of a socket failed: polling goes on.
    pub(super) fn stay(&mut self, now: Timestamp) {
        self.trial = None;
        self.sockets = Sockets::Fail { since: now };
    }

    pub(super) fn refused(&mut self, now: Timestamp, fault: Fault) {
        if self.trial.take().is_some() {
            self.task(Task::Disconnect(Transport::Socket));
            self.sockets = Sockets::Never;
            return;
        }
        // The driver may report it after the attempt has ended.
        match self.state {
            State::Connecting { by: Transport::Socket, .. } | State::Delay { .. } if !self.polls => {
                self.task(Task::Disconnect(Transport::Socket));
                self.stop(fault);
            }
            State::Connecting { by: Transport::Socket, .. } => {
                self.task(Task::Disconnect(Transport::Socket));
                self.never(fault);
                self.connect(now, Transport::Polling);
            }
            State::Connecting { .. } | State::Delay { .. } => self.never(fault),
            State::Open { by: Transport::Polling, .. } => self.sockets = Sockets::Never,
            _ => {}
        }
    }

    /// The browser allows no sockets on this page: the page's developer is told.
    fn never(&mut self, fault: Fault) {
        self.sockets = Sockets::Never;
        self.event(LinkEvent::Lost(fault));
    }

    /// The connection is gone, or the attempt failed: the other transport is tried, or another attempt follows after a delay.
    pub(super) fn lose(&mut self, now: Timestamp, fault: Fault) {
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
            self.task(Task::Disconnect(Transport::Socket));
        }
        if is_new && by == Transport::Socket && self.fails(now) {
            if matches!(self.state, State::Open { .. }) {
                self.event(LinkEvent::Lost(fault));
            }
            return self.connect(now, Transport::Polling);
        }
        if is_new && self.sockets != Sockets::Never && by == Transport::Polling {
            // Neither works, so the failures say nothing about sockets in particular.
            self.sockets = Sockets::Unknown;
        }
        let mut delay = self.delay();
        if is_new {
            // The time of an unanswered attempt counts as part of the delay.
            delay = delay.saturating_sub(now.since(self.round)).max(0);
        }
        self.wait(now.after(delay), false, fault);
    }

    /// An attempt with a socket failed. Whether polling is tried now.
    fn fails(&mut self, now: Timestamp) -> bool {
        if let Sockets::Work { strikes } = &mut self.sockets {
            *strikes = strikes.saturating_add(1);
            if *strikes < STRIKES {
                return false;
            }
        }
        if self.polls {
            // Polling gets its part of the round's time.
            self.round = self.round.max(now.after(TRIAL - CONNECT));
        }
        self.polls
    }

    pub(super) fn wait(&mut self, until: Timestamp, asked: bool, fault: Fault) {
        self.failures = self.failures.saturating_add(1);
        self.state = State::Delay { until, asked };
        self.event(LinkEvent::Lost(fault));
    }

    pub(super) fn stop(&mut self, fault: Fault) {
        if self.trial.take().is_some() {
            self.task(Task::Disconnect(Transport::Socket));
        }
        self.wanted = false;
        self.state = State::Idle;
        self.event(LinkEvent::Stopped(fault));
    }

    /// Full jitter: anything between nothing and the ceiling, which doubles with every failure.
    fn delay(&mut self) -> i64 {
        let longest = if self.watched { LONGEST_WATCHED } else { LONGEST_DELAY };
        let ceiling = FIRST_DELAY.saturating_mul(1 << self.failures.min(10)).min(longest);
        self.below(ceiling)
    }

    pub(super) fn below(&mut self, ceiling: i64) -> i64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        i64::try_from(self.random % u64::try_from(ceiling).unwrap_or(1)).unwrap_or(0)
    }

    /// The network may have changed: forgets whether sockets work.
    pub(super) fn network(&mut self, now: Timestamp) {
        self.sockets = match self.sockets {
            Sockets::Fail { .. } => Sockets::Fail { since: now.after(-SOCKET_AGAIN) },
            Sockets::Work { .. } => Sockets::Unknown,
            known => known,
        };
    }

    /// The first frame came over a connection.
    pub(super) fn works(&mut self, now: Timestamp, by: Transport) {
        self.sockets = match (by, self.sockets) {
            (Transport::Socket, _) => Sockets::Work { strikes: 0 },
            (Transport::Polling, Sockets::Unknown | Sockets::Work { .. }) => Sockets::Fail { since: now },
            (Transport::Polling, known) => known,
        };
    }

    /// The time at which the attempt under way is given up.
    pub(super) fn patience(&self, by: Transport) -> Timestamp {
        let is_trial = by == Transport::Socket && self.polls && !matches!(self.sockets, Sockets::Work { .. });
        self.round.after(if is_trial { TRIAL } else { CONNECT })
    }

    /// The time to begin a trial of a socket beside polling, or to give one up.
    pub(super) fn next_trial(&self) -> Option<Timestamp> {
        match (self.state, self.trial, self.sockets) {
            (_, Some(since), _) => Some(since.after(TRIAL)),
            (State::Open { by: Transport::Polling, greeted: true, .. }, None, Sockets::Fail { since }) => Some(since.after(SOCKET_AGAIN)),
            _ => None,
        }
    }

    /// Begins to try a socket beside polling, or cancels a trial that has timed out.
    pub(super) fn try_socket(&mut self, now: Timestamp) {
        if self.trial.is_some() {
            self.task(Task::Disconnect(Transport::Socket));
            self.stay(now);
        } else {
            self.trial = Some(now);
            self.task(Task::Connect(Transport::Socket));
        }
    }
}
