//! The JavaScript tools, in exactly the versions of package-lock.json.

use crate::run::{Did, command, is_installed, quiet};
use crate::stamp::Stamp;
use anyhow::{Result, bail};
use std::process::Command;

/// Installs the tools into `node_modules/` when they are missing or differ from the lock file.
///
/// # Errors
/// Node is missing or too old, or npm cannot install.
pub(crate) fn install() -> Result<Did> {
    if !is_installed("node") || !is_installed("npm") {
        bail!("Node 20 or newer, with npm, is needed: https://nodejs.org, or `apt-get install nodejs npm`");
    }
    let version = quiet(&mut command("node", ["--version"]))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("Node 20 or newer is needed, this is {}", version.trim());
    }
    Stamp::new("npm").input("package.json")?.input("package-lock.json")?.output("node_modules/.package-lock.json").unless_fresh(|| {
        quiet(&mut command("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        Ok(())
    })
}

/// One of the installed tools.
pub(crate) fn tool(name: &str) -> Command {
    Command::new(format!("node_modules/.bin/{name}"))
}
