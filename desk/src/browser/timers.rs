//! Timers, by gloo-timers. A handle that is dropped cancels its timer; timers without a handle (`forget`) are made here and nowhere else.

use gloo_timers::callback::{Interval, Timeout};
use std::time::Duration;

/// Calls `work` once, after a delay, unless the handle is dropped before.
pub(super) fn after(delay: Duration, work: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(millis(delay), work)
}

/// Calls `work` at intervals until the handle is dropped.
pub(super) fn every(period: Duration, work: impl FnMut() + 'static) -> Interval {
    Interval::new(millis(period), work)
}

/// Calls `work` once, after a delay. This cannot be cancelled.
pub(super) fn later(delay: Duration, work: impl FnOnce() + 'static) {
    after(delay, work).forget();
}

/// Calls `work` at intervals until the page is closed.
pub(super) fn tick(period: Duration, work: impl FnMut() + 'static) {
    every(period, work).forget();
}

/// Browsers count in 31 bits and fire longer timers at once: those get the longest time that fits.
fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs())
}
