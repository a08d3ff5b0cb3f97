//! The link to a Genesys server: a client of the Chat API version 2 of Genesys Mobile Services over plain requests (G4,
//! docs/spec/genesys.md). Towards the engine it acts as the server: it takes and gives the same frames as our own WebSocket.
//!
//! Driven as every [`Link`](crate::client::Link). The driver carries an [`HttpRequest`] out (base address, headers and encoding are its
//! business) and hands the answer in under the same number.
//!
//! * `machine`: the states of the session: start, restore, open, end.
//! * `talk`: frames of the engine, as requests. `request`: requests of a page for which there is no frame. `heard`: answers.
//! * `log`: transcript events as entries. `sends`: which of them are the visitor's own messages coming back.
//! * `poll`: when to refresh, and failures. `kept`: the state that is stored over a navigation.
//! * `answer`, `json`: reading; `form`: writing; `io`: inputs and outputs; `out`: requests that wait for an answer.

mod answer;
mod form;
mod heard;
mod io;
mod json;
mod kept;
mod log;
mod machine;
mod out;
mod poll;
mod request;
mod sends;
mod talk;

pub use io::{HttpRequest, Input, Operation, Output, Raw, RawEvent, Refusal, Reply, Request, SessionIds, Settings, Status, Task};
pub use kept::{Kept, KeptSend};
pub use log::{index_of, seq_of};
pub use machine::Gms;
