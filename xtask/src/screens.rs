//! `cargo xtask screens`: pictures of the screens in `screens/`, for people to look at.

use crate::browsers;
use crate::build;
use crate::run::{Progress, cargo, run};
use crate::server;
use anyhow::{Context, Result};
use std::fs;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also renew the picture in the README (docs/screenshot.png)
    #[arg(long)]
    readme: bool,
}

/// Builds everything and takes the pictures.
///
/// # Errors
/// The build fails, or a state cannot be reached.
pub(crate) fn screens(args: &Args) -> Result<()> {
    browsers::install()?;
    let mut progress = Progress::new(build::STEPS + 2);
    build::steps(&mut progress)?;
    progress.step("server: compile", server::compile)?;
    progress.step("gallery", build::gallery)?;
    fs::create_dir_all("screens")?;
    run(&mut cargo(["run", "--quiet", "--package", "chinwag-e2e", "--bin", "screens", "--", "screens"]))?;
    if args.readme {
        fs::copy("screens/readme.png", "docs/screenshot.png").context("no picture for the README")?;
    }
    println!("the pictures are in screens/");
    Ok(())
}
