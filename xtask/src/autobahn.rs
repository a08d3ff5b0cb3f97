//! `cargo xtask autobahn`: Autobahn's test suite for the WebSocket protocol, run against our sockets.

use crate::run::{cargo, command, quiet, run};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The last version that works; later ones do not start.
const SUITE: &str = "autobahntestsuite==0.8.2";
/// The folder of the installation, which git ignores.
const PLACE: &str = ".cache/autobahn";

/// Installs the suite if it is missing, and runs it against the server's socket stack.
///
/// # Errors
/// There is no Python 2.7, the suite cannot be installed, or a case fails.
pub(crate) fn autobahn() -> Result<()> {
    let wstest = install()?;
    let test = ["test", "--package", "chinwag-server", "--test", "autobahn", "--", "--ignored", "--nocapture"];
    run(cargo(test).env("WSTEST", wstest))
}

fn install() -> Result<PathBuf> {
    let wstest = std::env::current_dir()?.join(PLACE).join("bin/wstest");
    if wstest.is_file() {
        return Ok(wstest);
    }
    println!("installing {SUITE}");
    let advice = "the suite needs Python 2.7 as `python2`, with pip: install it (with pyenv, for example), then run this again";
    // With pyenv, its version has to be selected.
    let python = |arguments: &[&str]| {
        let mut python = command("python2", arguments);
        if let Some(version) = pyenv_version() {
            python.env("PYENV_VERSION", version);
        }
        python
    };
    quiet(&mut python(&["-m", "pip", "install", "--user", "virtualenv"])).context(advice)?;
    quiet(&mut python(&["-m", "virtualenv", PLACE])).context(advice)?;
    quiet(&mut command(&Path::new(PLACE).join("bin/pip").display().to_string(), ["install", SUITE]))?;
    Ok(wstest)
}

/// The newest Python 2.7 that pyenv has installed.
fn pyenv_version() -> Option<String> {
    let versions = quiet(&mut command("pyenv", ["versions", "--bare"])).ok()?;
    versions.lines().map(str::trim).rfind(|version| version.starts_with("2.7")).map(str::to_owned)
}
