//! When the screen is drawn: once for all changes since the last frame. Thousands of messages that arrive together are drawn in as few steps as
//! the screen has frames in that time.

use super::timers::after;
use gloo_timers::callback::Timeout;
use leptos::prelude::request_animation_frame;
use std::cell::{Cell, RefCell};
use std::time::Duration;

thread_local! {
    /// The function that draws.
    static WORK: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    /// The state has changed since the last drawing.
    static DUE: Cell<bool> = const { Cell::new(false) };
    /// A frame was asked for and has not come.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    static LATEST: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

/// Sets the function that draws from now on.
pub(super) fn with(work: impl Fn() + 'static) {
    WORK.set(Some(Box::new(work)));
}

/// Draws with the next frame. A window that shows no frames, because it is hidden or covered, is drawn after a moment, because its title may change.
pub(super) fn soon() {
    if DUE.replace(true) {
        return;
    }
    if !ASKED.replace(true) {
        request_animation_frame(|| {
            ASKED.set(false);
            now();
        });
    }
    LATEST.set(Some(after(WITHOUT_FRAMES, now)));
}

/// Draws now, if the state has changed.
pub(super) fn now() {
    drop(LATEST.take());
    if !DUE.replace(false) {
        return;
    }
    WORK.with_borrow(|work| {
        if let Some(work) = work {
            work();
        }
    });
}

/// How long a change waits for a frame.
const WITHOUT_FRAMES: Duration = Duration::from_millis(200);
