//! Announcements for assistive technology: each text once, a burst as one sentence, removed again after a moment.

use super::timers::later;
use leptos::prelude::{RwSignal, Set};
use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Announces a text politely, together with others that come within half a second.
pub(super) fn announce(region: RwSignal<String>, text: String) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push(text);
        waiting.len() == 1
    });
    if first {
        later(Duration::from_millis(500), move || {
            let texts = WAITING.take();
            let said = if texts.len() > 3 { format!("{} new messages and changes.", texts.len()) } else { texts.join(" ") };
            say(region, said);
        });
    }
}

/// Puts a text into a live region and removes it again after a moment.
pub(super) fn say(region: RwSignal<String>, text: String) {
    region.set(text);
    later(Duration::from_millis(1_500), move || region.set(String::new()));
}
