//! The border between core and page: one table of what a page can ask of the core.
//!
//! [`Call`] and [`COMMANDS`] are made from the same rows ([`commands`]). From the rows `cargo xtask port` writes the types of the
//! JavaScript side (`js/port.js`) and the table in `docs/port.md`; `tests/port.rs` fails when they are stale. Another command is
//! another row, and an arm in its handler (`src/browser/page.rs`).

mod commands;
#[cfg(not(target_arch = "wasm32"))]
mod table;

pub use commands::Call;
#[cfg(not(target_arch = "wasm32"))]
pub use commands::COMMANDS;
#[cfg(not(target_arch = "wasm32"))]
pub use table::{Field, Row, document, script};
