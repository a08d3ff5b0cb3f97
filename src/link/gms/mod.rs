//! The link to a Genesys server: a client of the Chat API version 2 of Genesys Mobile Services over plain requests (G4,
//! docs/spec/genesys.md). It plays the server's part towards the engine, which says and hears the same frames
//! as over our own WebSocket.
//!
//! Driven as every [`Link`](crate::client::Link). The driver carries a [`Request`] out (base address, headers and encoding are its
//! business) and hands the answer in under the same number.
//!
//! * `machine`: the session's life: begin, restore, go on, end.
//! * `talk`: what the engine says. `command`: what has no frame. `heard`: what an answer means.
//! * `log`: transcript events as entries. `sends`: which of them are the visitor's own messages coming back.
//! * `poll`: when to ask, and what failures mean. `kept`: what survives a navigation.
//! * `answer`, `json`: reading; `form`: writing; `io`: the types at the border; `out`: what leaves, and what is awaited.

mod answer;
mod command;
mod form;
mod heard;
mod io;
mod json;
mod kept;
mod log;
mod machine;
mod out;
mod poll;
mod sends;
mod talk;

pub use io::{Command, Input, Operation, Options, Output, Raw, RawEvent, Refusal, Reply, Request, SessionIds, Status, Task};
pub use kept::{Kept, KeptSend};
pub use log::{index_of, seq_of};
pub use machine::Gms;
