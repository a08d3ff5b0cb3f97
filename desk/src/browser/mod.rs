//! The browser's side of the desk: socket, storage, clock, sound, title, and the runtime that connects them with the state machine.

mod announcer;
pub mod clock;
mod download;
mod draw;
pub mod focus;
pub mod http;
mod poll;
pub mod runtime;
mod socket;
mod sound;
pub mod storage;
#[cfg(test)]
mod tests;
mod timers;
mod title;
pub mod uploads;

pub use runtime::{Shell, View};
