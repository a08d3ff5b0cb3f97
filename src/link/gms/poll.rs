//! When to send a refresh, and what follows from failures (G2.1, G4.7).

use super::io::{Settings, Status};
use super::out::Out;
use crate::client::{Fault, LinkEvent};
use crate::model::Timestamp;

/// While the server is offline the interval grows up to this. Milliseconds.
const LONGEST: i64 = 10_000;

/// The timing of refreshes.
#[derive(Debug)]
pub(super) struct Poll {
    /// The present interval.
    rate: i64,
    next: Timestamp,
    /// When the refresh began that is on its way.
    pub(super) flight: Option<Timestamp>,
    /// Whether the page asked to stop polling.
    pub(super) paused: bool,
    /// Whether the page was told that polling is active.
    told: bool,
}

impl Poll {
    pub(super) const fn new(settings: &Settings, at: Timestamp) -> Self {
        Self { rate: settings.poll_rate_min, next: at, flight: None, paused: false, told: false }
    }

    /// When the next refresh is due.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        (self.flight.is_none() && !self.paused).then_some(self.next)
    }

    /// Makes a refresh due at this time at the latest.
    pub(super) fn soon(&mut self, at: Timestamp) {
        self.next = self.next.min(at);
    }

    /// The visitor sent a message: an answer may come soon.
    pub(super) fn hurry(&mut self, now: Timestamp, settings: &Settings) {
        self.rate = settings.poll_rate_min;
        if settings.dynamic_polling {
            self.soon(now.after(self.rate));
        }
    }

    pub(super) fn begin(&mut self, now: Timestamp) {
        self.flight = Some(now);
        // Requests from here on come after this one.
        self.next = Timestamp(i64::MAX);
    }

    /// A refresh has ended. A further one that was asked for meanwhile stays due.
    pub(super) fn done(&mut self, now: Timestamp, settings: &Settings, hidden: bool, trouble: &Trouble) {
        self.flight = None;
        let interval = if trouble.failures > 0 {
            settings.poll_rate_max.max(trouble.delay)
        } else if hidden && settings.sleep_enabled {
            settings.poll_rate_sleep
        } else if settings.dynamic_polling {
            let rate = self.rate;
            // Rounded up, so that it grows from any value.
            self.rate = (rate.saturating_mul(settings.poll_rate_growth).saturating_add(99) / 100).min(settings.poll_rate_max);
            rate
        } else {
            settings.poll_rate
        };
        self.next = self.next.min(now.after(interval));
    }

    pub(super) fn tell(&mut self, polling: bool, out: &mut Out) {
        if self.told != polling {
            self.told = polling;
            out.status(if polling { Status::PollingStarted } else { Status::PollingStopped });
        }
    }
}

/// Failures in a row, and which statuses were reported.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    pub(super) failures: u32,
    /// The interval while the server is offline.
    delay: i64,
    disconnected: bool,
    pending: bool,
    offline: bool,
    /// Whether the engine was told that there is no link.
    lost: bool,
}

impl Trouble {
    /// A refresh failed. `silent`: there was no answer at all.
    pub(super) fn fail(&mut self, silent: bool, settings: &Settings, out: &mut Out) {
        self.failures = self.failures.saturating_add(1);
        if silent && !self.disconnected {
            self.disconnected = true;
            out.status(Status::Disconnected);
            self.suspect(out);
            self.lose(out);
        }
        if self.failures > settings.poll_exception_limit {
            if !self.offline {
                self.suspect(out);
                self.offline = true;
                out.status(Status::ServerOffline);
                self.lose(out);
            }
            self.slow(settings);
        }
    }

    /// A failure while an earlier page's session is restored: the engine does not know of a link yet.
    pub(super) fn fail_restore(&mut self, settings: &Settings, out: &mut Out) {
        self.failures = self.failures.saturating_add(1);
        if !self.offline {
            // One status stands for all three; each of the three is ended later.
            (self.pending, self.offline, self.disconnected) = (true, true, true);
            out.status(Status::RestoredOffline);
        }
        if self.failures > settings.poll_exception_limit {
            self.slow(settings);
        }
    }

    /// A refresh got an answer: the statuses of failures are ended, in the order of G2.6 and G4.7.
    pub(super) fn recover(&mut self, out: &mut Out) {
        let was = core::mem::take(self);
        for (told, status) in
            [(was.pending, Status::ConnectionRestored), (was.offline, Status::ServerBack), (was.disconnected, Status::Reconnected)]
        {
            if told {
                out.status(status);
            }
        }
        if was.lost {
            out.event(LinkEvent::Opened);
        }
    }

    /// Whether the page was told that the server is offline.
    pub(super) const fn is_offline(&self) -> bool {
        self.offline
    }

    pub(super) const fn reset(&mut self) {
        self.failures = 0;
        self.delay = 0;
    }

    fn suspect(&mut self, out: &mut Out) {
        if !self.pending {
            self.pending = true;
            out.status(Status::ConnectionPending);
        }
    }

    fn lose(&mut self, out: &mut Out) {
        if !self.lost {
            self.lost = true;
            out.event(LinkEvent::Lost(Fault::Refused));
        }
    }

    fn slow(&mut self, settings: &Settings) {
        let base = self.delay.max(settings.poll_rate_max);
        let longest = LONGEST.max(settings.poll_rate_max);
        self.delay = (base.saturating_mul(settings.poll_rate_growth) / 100).min(longest);
    }
}
