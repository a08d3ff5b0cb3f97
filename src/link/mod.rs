//! How bytes come and go, still without a socket: state machines that a driver feeds.

#[cfg(feature = "facade")]
pub mod gms;
pub mod live;
