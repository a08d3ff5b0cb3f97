//! `cargo xtask bench`: what takes how long.

use crate::browsers;
use crate::build;
use crate::run::{Progress, cargo, run};
use crate::server;
use anyhow::Result;

/// Builds everything, then measures in Chromium at a quarter of the machine's speed and on the server.
///
/// # Errors
/// The build fails, or something is over its limit.
pub(crate) fn bench() -> Result<()> {
    browsers::install()?;
    let mut progress = Progress::new(build::STEPS + 1);
    build::steps(&mut progress)?;
    progress.step("server: compile", server::compile)?;
    run(&mut cargo(["run", "--quiet", "--package", "chinwag-e2e", "--bin", "bench"]))
}
