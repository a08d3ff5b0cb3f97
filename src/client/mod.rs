//! A client of our protocol, the same for widget and desk, without a socket of its own.
//!
//! * [`files`]: files on their way.
//! * [`link`]: the trait of links to a server, and the link to ours: when to connect and how, when a connection is dead, what a close code means.
//! * [`outbox`]: the parcels that are not acknowledged yet, and their order.
//! * [`window`]: which entries of a log are there: repeats, gaps, pages.
//!
//! Time and randomness come in as arguments. Differences between visitors and agents are in [`link::Side`] and [`outbox::Parcel`].

pub mod files;
pub mod link;
pub mod outbox;
pub mod window;

pub use link::{Fault, Link, LinkEvent, Live, Side, Sign, Signal, Transport, Visitor};
pub use outbox::{Outbox, PATIENCE, Parcel, To, Way};
pub use window::{Receipt, Run, Which, Window};
