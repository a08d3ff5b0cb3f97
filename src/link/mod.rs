//! How bytes come and go, still without a socket: implementations of [`Link`](crate::client::Link), which say and hear the same frames.

#[cfg(feature = "facade")]
pub mod gms;
pub mod live;
