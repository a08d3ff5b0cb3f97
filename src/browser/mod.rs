//! The only part that knows a browser: turns the engine's effects into calls, and the browser's events into inputs.
//!
//! * `page`: the exports for JavaScript. No logic.
//! * `runtime`: the loop.
//! * `net`, `tabs`, `storage`, `clock`: socket, other tabs, storage, time and random numbers.
//! * `slot`: cells whose borrow check has no message.
//! * `view`, `texts`: the screen.

mod alloc;
mod blocks;
mod clock;
mod net;
mod page;
#[cfg(feature = "facade")]
mod requests;
mod runtime;
mod slot;
mod storage;
mod tabs;
pub mod texts;
pub mod view;

use wasm_bindgen::prelude::*;

/// A function for the page to call. One type for all of them, so that it is compiled once.
fn callback(call: impl Fn(JsValue) + 'static) -> Closure<dyn Fn(JsValue)> {
    Closure::wrap(Box::new(call) as Box<dyn Fn(JsValue)>)
}

#[cfg(feature = "facade")]
use page::slot;
pub use page::{Host, call, create, kept, restart, state, version};
