//! The browsers, drivers and proxies that the tests need.

use crate::run::{Did, cargo, command, is_installed, quiet, run};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// A program, and the Debian package that has it.
const PROGRAMS: [(&str, &str); 8] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("xvfb-run", "xvfb"),
    ("xauth", "xauth"),
    ("nginx", "nginx-light"),
    ("caddy", "caddy"),
];

/// Debian has no package of Firefox's driver: it is compiled once, into a folder that git ignores.
const TOOLS: &str = ".cache/tools";
const GECKODRIVER_VERSION: &str = "0.37.1";

/// Installs the missing tools.
///
/// # Errors
/// A package is missing and there is no apt-get, or no right to use it.
pub(crate) fn install() -> Result<Did> {
    let missing: Vec<&str> = PROGRAMS.iter().filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        if !is_installed("apt-get") {
            bail!("please install: {} (there is no apt-get here to do it)", missing.join(" "));
        }
        println!("installing {}", missing.join(" "));
        quiet(&mut apt_get(&["update"])?)?;
        quiet(&mut apt_get(&[&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat())?)?;
    }
    let gecko_missing = geckodriver().is_none();
    if gecko_missing {
        println!("compiling geckodriver {GECKODRIVER_VERSION}: about two minutes, once");
        run(&mut cargo(["install", "--quiet", "--locked", "--root", TOOLS, "--version", GECKODRIVER_VERSION, "geckodriver"]))?;
    }
    Ok(if missing.is_empty() && !gecko_missing { Did::Nothing } else { Did::Work })
}

/// Firefox's driver, once it is installed.
pub(crate) fn geckodriver() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).chain([Path::new(TOOLS).join("bin")]).map(|folder| folder.join("geckodriver")).find(|file| file.is_file())
}

fn apt_get(arguments: &[&str]) -> Result<std::process::Command> {
    let is_root = quiet(&mut command("id", ["-u"]))?.trim() == "0";
    let mut command = match (is_root, is_installed("sudo")) {
        (true, _) => command("apt-get", arguments),
        (false, true) => command("sudo", [&["-n", "apt-get"], arguments].concat()),
        (false, false) => bail!("installing programs needs root or sudo"),
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
