//! The contract of the link to a Genesys server, row by row; each names its section.
#![cfg(not(target_arch = "wasm32"))]

mod support;
