//! Timers.

use super::*;
use crate::browser::timers::{after, every, later};
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn what_is_dropped_is_not_called_and_what_is_let_go_is() {
    let (dropped, called, ticks) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let count = |of: &Rc<Cell<u32>>| {
        let of = Rc::clone(of);
        move || of.set(of.get() + 1)
    };
    drop(after(Duration::ZERO, count(&dropped)));
    drop(every(Duration::ZERO, count(&dropped)));
    let ticking = every(Duration::ZERO, count(&ticks));
    later(Duration::ZERO, count(&called));
    until(|| ticks.get() >= 3 && called.get() == 1).await;
    drop(ticking);
    let then = ticks.get();
    for _ in 0..3 {
        settle().await;
    }
    assert_eq!((dropped.get(), called.get(), ticks.get()), (0, 1, then));
}

#[wasm_bindgen_test]
async fn a_timer_may_be_dropped_by_its_own_call() {
    let place: Rc<RefCell<Option<gloo_timers::callback::Timeout>>> = Rc::default();
    let done = Rc::new(Cell::new(false));
    let own = {
        let (place, done) = (Rc::clone(&place), Rc::clone(&done));
        after(Duration::ZERO, move || {
            drop(place.take());
            done.set(true);
        })
    };
    place.replace(Some(own));
    until(|| done.get()).await;
}

#[wasm_bindgen_test]
async fn a_delay_that_is_longer_than_a_browser_can_count_is_not_called_at_once() {
    let called = Rc::new(Cell::new(false));
    let timers: Vec<_> = [Duration::from_secs(30 * 24 * 3_600), Duration::from_millis(u64::from(u32::MAX)), Duration::MAX]
        .into_iter()
        .map(|delay| {
            let called = Rc::clone(&called);
            after(delay, move || called.set(true))
        })
        .collect();
    for _ in 0..5 {
        settle().await;
    }
    assert!(!called.get());
    drop(timers);
}
