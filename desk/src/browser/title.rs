//! The window's title: how much is new, and a slow flash while nobody looks.

use leptos::prelude::{IntervalHandle, set_interval_with_handle};
use std::cell::{Cell, RefCell};
use std::time::Duration;

thread_local! {
    static FLASH: RefCell<Option<IntervalHandle>> = const { RefCell::new(None) };
    static LIT: Cell<bool> = const { Cell::new(false) };
}

/// Shows `fresh` new things in the title; flashes when nobody looks and movement is welcome.
pub(super) fn show(fresh: usize, looking: bool) {
    if let Some(flash) = FLASH.take() {
        flash.clear();
    }
    let calm = if fresh == 0 { NAME.to_owned() } else { format!("({fresh}) {NAME}") };
    set(&calm);
    if fresh > 0 && !looking && !wants_calm() {
        let loud = if fresh == 1 { "1 new – answer".to_owned() } else { format!("{fresh} new – answer") };
        let flash = set_interval_with_handle(
            move || {
                LIT.set(!LIT.get());
                set(if LIT.get() { &loud } else { &calm });
            },
            Duration::from_secs(1),
        );
        FLASH.set(flash.ok());
    }
}

/// Whether the system asks for less movement.
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
