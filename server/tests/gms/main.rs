//! The chat protocol of G4, spoken by a small client of its own over plain HTTP, with agents over their sockets.

#![allow(unreachable_pub, reason = "the modules use each other's")]

#[path = "../common/mod.rs"]
mod common;

mod client;
mod faults;
mod files;
mod idle;
mod link;
mod push;
mod restart;
mod talk;
