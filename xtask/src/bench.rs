//! `cargo xtask bench`: measures loading and drawing.

use crate::browsers;
use crate::build;
use crate::npm;
use crate::run::{Progress, cargo, quiet, run};
use crate::server;
use anyhow::Result;
use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure only this
    part: Option<Part>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// How long until the widget is there, and how long its tasks are
    Load,
    /// How long a message is under way
    Talk,
    /// How fast the bus of the Genesys facade is, beside two emitters
    Bus,
}

/// Builds everything, then measures in Chromium at a quarter of the machine's speed and on the server.
///
/// # Errors
/// The build fails, or a figure exceeds its limit.
pub(crate) fn bench(args: &Args) -> Result<()> {
    browsers::install()?;
    // The bus needs no build.
    if !matches!(args.part, Some(Part::Bus)) {
        let mut progress = Progress::new(build::STEPS + 1);
        build::steps(&mut progress)?;
        progress.step("server: compile", server::compile)?;
    }
    bundle_bus()?;
    let part = args.part.and_then(|part| part.to_possible_value()).map(|part| part.get_name().to_owned());
    run(cargo(["run", "--quiet", "--package", "chinwag-e2e", "--bin", "bench", "--"]).args(part))
}

/// The page's script for the part `bus`.
fn bundle_bus() -> Result<()> {
    npm::install()?;
    let args = ["js/bench/bus.js", "--bundle", "--minify", "--format=iife", "--target=es2022", "--log-level=warning"];
    quiet(npm::tool("esbuild").args(args).arg("--outfile=target/bench/bus.js"))?;
    Ok(())
}
