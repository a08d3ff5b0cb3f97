//! The Chinwag server: conversations as logs over a [`store::Store`], sockets for visitors and agents, files for pages.
//!
//! * [`config`] reads and checks `chinwag.toml`.
//! * [`store`] keeps logs, documents and files on disk.
//! * [`domain`] has the rules: conversations, queues, agents, visitors, requests.
//! * [`gms`] is the chat protocol of Genesys Mobile Services over the same conversations.
//! * [`demo`] is the shop to try everything in; [`init`] writes the first configuration of a real server.
//! * [`http`] has the HTTP handlers, [`ws`] the WebSocket and polling handlers, [`password`] the thread that hashes passwords.
//! * [`server`] starts all of these, reloads the configuration and stops.

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
