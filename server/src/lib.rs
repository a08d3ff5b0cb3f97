//! The Chinwag server: conversations as logs over a [`store::Store`], sockets for visitors and agents, files for pages.
//!
//! * [`config`] reads `chinwag.toml`.
//! * [`store`] is what conversations are kept in.
//! * [`domain`] knows who is here and decides what happens.
//! * [`gms`] speaks another product's protocol over the same conversations.
//! * [`demo`] is the shop to try everything in; [`init`] writes the configuration of a real one.
//! * [`http`] answers requests, [`ws`] speaks with sockets, [`password`] checks passwords, [`server`] ties everything together.

pub mod config;
pub mod demo;
pub mod domain;
pub mod gms;
pub mod http;
pub mod init;
pub mod password;
pub mod random;
pub mod server;
pub mod store;
pub mod ws;

#[cfg(test)]
#[path = "../../tests/tables/mod.rs"]
mod tables;
