//! Timers, by gloo-timers. A handle that is dropped cancels its timer; timers without a handle (`forget`) are made here and nowhere else.

use gloo_timers::callback::{Interval, Timeout};
use std::time::Duration;

/// Calls once, after a delay, unless the handle is dropped before.
pub(super) fn after(delay: Duration, work: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(millis(delay), work)
}

/// Calls again and again until the handle is dropped.
pub(super) fn every(period: Duration, work: impl FnMut() + 'static) -> Interval {
    Interval::new(millis(period), work)
}

/// Calls once, after a delay. It cannot be cancelled.
pub(super) fn later(delay: Duration, work: impl FnOnce() + 'static) {
    after(delay, work).forget();
}

/// Calls again and again for as long as the page is there.
pub(super) fn tick(period: Duration, work: impl FnMut() + 'static) {
    every(period, work).forget();
}

/// A browser counts in 31 bits and calls longer timers at once: those get the longest time that fits.
fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs())
}
