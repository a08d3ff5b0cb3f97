//! The harness of the end-to-end tests: the real server, real browsers, a host site, a visitor and an agent.
//!
//! `cargo xtask test --only build --only e2e` builds what they need and runs them. A test that fails leaves a picture of every
//! page in `target/e2e/`.

mod agent;
mod browser;
mod gallery;
mod gate;
mod group;
mod host;
mod page;
mod proxy;
mod scenario;
mod server;
mod visitor;

pub use agent::Agent;
pub use browser::{Browser, Engine};
pub use gallery::{Gallery, LOOKS, Look, faults};
pub use gate::{Gate, Upgrades};
pub use host::{HURRY, Host, HostPage};
pub use page::Page;
pub use proxy::Proxy;
pub use scenario::{World, demo_scenario, lively_demo_scenario, scenario};
pub use server::{PASSWORD, Server};
pub use visitor::Visitor;
