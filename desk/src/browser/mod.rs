//! The browser's side of the desk: socket, storage, clock, sound, title, and the runtime that ties them to the machine.

pub mod clock;
pub mod http;
pub mod runtime;
mod announcer;
mod socket;
mod sound;
pub mod storage;
mod title;

pub use runtime::{Shell, View};
