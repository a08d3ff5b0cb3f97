//! The agent desk. `state` is a pure machine, built and tested natively; everything else is the browser's side of it.

pub mod state;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod ui;
