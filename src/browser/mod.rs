//! The only part that knows a browser: turns the engine's effects into calls, and what the browser tells into inputs.
//!
//! * `page`: what JavaScript sees. No logic.
//! * `runtime`: the loop.
//! * `net`, `storage`, `clock`: socket, storage, time and chance.
//! * `report`: what the page is told, as JSON.
//! * `view`, `texts`: what the visitor sees.

mod alloc;
mod clock;
mod net;
mod page;
mod report;
mod runtime;
mod storage;
pub mod texts;
pub mod view;

pub use page::{Core, Host, restart};
