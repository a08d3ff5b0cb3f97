//! The Chinwag server: conversations as logs over a [`store::Store`], sockets for visitors and agents, files for pages.
//!
//! * [`config`]: `chinwag.toml`.
//! * [`store`]: what conversations are kept in.

pub mod config;
pub mod domain;
pub mod http;
pub mod random;
pub mod server;
pub mod store;
mod ws;
