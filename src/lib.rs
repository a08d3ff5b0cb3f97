//! The core of the Chinwag chat widget.
//!
//! * [`text`]: rules for texts: empty, trimmed, links, telephone numbers, mail addresses.
//! * [`model`]: the data types and their invariants.
//! * [`wire`]: the frames between widget, desk and server, and their JSON codec.
//! * [`client`]: the client's side of our protocol, for widget and desk: connections, the outbox, the window of a log, files.
//! * [`engine`]: the widget's state machine, without sockets, timers, DOM or clock.
//! * [`link`]: the connections of a visitor, as state machines without sockets.
//! * [`dialects`]: our events as messages of other vendors.
//! * [`port`]: the border between core and page: tables of commands, events and the snapshot.
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
