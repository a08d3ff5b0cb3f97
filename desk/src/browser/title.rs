//! The window's title: the number of new messages, and a slow flash while the agent does not look at the tab.

use super::timers::every;
use gloo_timers::callback::Interval;
use std::cell::{Cell, RefCell};
use std::time::Duration;

thread_local! {
    static FLASH: RefCell<Option<Interval>> = const { RefCell::new(None) };
    static LIT: Cell<bool> = const { Cell::new(false) };
}

/// Shows `fresh` new things in the title; flashes when the agent does not look at the tab and has not asked for reduced motion.
pub(super) fn show(fresh: usize, looking: bool) {
    drop(FLASH.take());
    let calm = if fresh == 0 { NAME.to_owned() } else { format!("({fresh}) {NAME}") };
    set(&calm);
    if fresh > 0 && !looking && !wants_calm() {
        let loud = if fresh == 1 { "1 new – answer".to_owned() } else { format!("{fresh} new – answer") };
        let flash = every(Duration::from_secs(1), move || {
            LIT.set(!LIT.get());
            set(if LIT.get() { &loud } else { &calm });
        });
        FLASH.set(Some(flash));
    }
}

/// Whether the system asks for reduced motion.
pub(super) fn wants_calm() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}

fn set(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

const NAME: &str = "Chinwag desk";
