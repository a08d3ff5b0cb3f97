//! The time, and random numbers.

use crate::model::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/js/clock.js")]
extern "C" {
    #[wasm_bindgen(js_name = now)]
    fn millis() -> f64;
    #[wasm_bindgen(js_name = random)]
    fn bits() -> u32;
}

/// The device's time when the page was loaded, plus the time since: it never goes back.
#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit into 53 bits")]
pub(super) fn now() -> Timestamp {
    Timestamp(millis() as i64)
}

/// 128 bits of the system's random source.
pub(super) fn random() -> u128 {
    let mut number = 0;
    for _ in 0..4 {
        number = number << 32 | u128::from(bits());
    }
    number
}
