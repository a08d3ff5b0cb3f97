//! Time and chance.

use crate::model::Timestamp;
use wasm_bindgen::prelude::*;

// Free names, not properties of `window`: the shim puts the ones in their place that it took when it started (js/natives.js).
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn elapsed() -> f64;
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static ORIGIN: f64;
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill(bytes: &mut [u8]);
}

/// The device's time when the page was loaded and what has passed since: it never goes back.
#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit into 53 bits")]
pub(super) fn now() -> Timestamp {
    Timestamp((ORIGIN.with(|origin| *origin) + elapsed()) as i64)
}

/// 128 bits of the system's random source.
pub(super) fn random() -> u128 {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    u128::from_le_bytes(bytes)
}
