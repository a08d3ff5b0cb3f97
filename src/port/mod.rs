//! The border between core and page, as tables: the commands of a page ([`Call`]), its events ([`event()`]), the questions to it
//! before an action takes effect ([`Before`]), and the snapshot of the state ([`state`]).
//!
//! Reader, writer and table are made from the same rows. From the rows `cargo xtask port` writes the types of the JavaScript side
//! (`js/port.js`), `docs/port.md` and `docs/events.md`; `tests/port.rs` fails when they are stale. Another command is another row and an arm
//! in its handler (`src/browser/page.rs`), another event is a variant of `Happening` and a row.

mod before;
mod commands;
mod events;
mod members;
mod message;
mod snapshot;
#[cfg(not(target_arch = "wasm32"))]
mod table;

pub use before::{Before, answered, question};
pub use commands::Call;
pub use events::event;
pub use message::message;
pub use snapshot::state;
#[cfg(not(target_arch = "wasm32"))]
pub use table::{BeforeRow, EventRow, Field, ObjectRow, Row, commands_document, events_document, script};
#[cfg(not(target_arch = "wasm32"))]
pub use {before::BEFORE, commands::COMMANDS, events::EVENTS, snapshot::SNAPSHOT};
