//! Links, without sockets of their own: implementations of [`Link`](crate::client::Link) that exchange the same frames with the engine.

#[cfg(feature = "facade")]
pub mod gms;
pub mod live;
