//! How bytes come and go, still without a socket: state machines that a driver feeds.

pub mod live;
