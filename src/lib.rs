//! The core of the Chinwag chat widget.
//!
//! * [`text`]: what can be said of a text: empty, trimmed, links, numbers, addresses.
//! * [`model`]: the nouns. Data and invariants.
//! * [`wire`]: what travels between widget, desk and server.
//! * [`client`]: the client's side of our protocol, for widget and desk: connections, what is on its way, what is there of a log, files.
//! * [`engine`]: what happens: a state machine without sockets, timers, DOM or clock.
//! * [`link`]: how bytes come and go, still without sockets.
//! * [`dialects`]: how others say it.
//! * [`port`]: what a page can ask of the core: one table for both sides of the border.
//! * `browser`: the only part that knows a browser.
//!
//! `docs/architecture.md` is the map.

#[cfg(all(target_arch = "wasm32", feature = "widget"))]
pub mod browser;
pub mod client;
pub mod dialects;
pub mod engine;
pub mod link;
pub mod model;
pub mod port;
pub mod text;
pub mod wire;
