//! Running other programs, and reporting progress.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Makes the root of the repository the current directory.
pub(crate) fn enter_root() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    std::env::set_current_dir(root).with_context(|| format!("cannot enter {}", root.display()))
}

/// A command with these arguments, in this order.
pub(crate) fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    // The Cargo that started this program has ended, and its job server with it.
    for stale in ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"] {
        command.env_remove(stale);
    }
    command
}

/// Cargo, in the version that started this program. It builds into `target/`, also when the environment sets another folder: the tasks look for
/// its results there.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut cargo = command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments);
    cargo.env("CARGO_TARGET_DIR", "target");
    cargo
}

/// Runs a command with its output visible.
///
/// # Errors
/// The command cannot be started, or does not end with success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

/// Runs a command without showing its output, unless it fails. Returns its output.
///
/// # Errors
/// The command cannot be started, or it fails; the error then contains its output.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{name}: {}\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(said)
}

/// Whether a program is in `PATH`.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    let line = words.join(" ");
    if line.chars().count() > 160 { line.chars().take(157).chain("...".chars()).collect() } else { line }
}

/// The result of a step.
pub(crate) enum Did {
    /// The step did its work.
    Work,
    /// The step was skipped, because its inputs had not changed.
    Nothing,
}

impl Did {
    /// Whether one of two steps did any work.
    pub(crate) const fn or(self, other: Self) -> Self {
        if matches!(self, Self::Work) { self } else { other }
    }
}

/// Shows on the terminal which step of how many runs, and how long each took.
pub(crate) struct Progress {
    total: usize,
    at: usize,
}

impl Progress {
    pub(crate) const fn new(total: usize) -> Self {
        Self { total, at: 0 }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// The error of the step, with the step's name.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Did>) -> Result<()> {
        self.at += 1;
        let head = format!("[{}/{}] {name}", self.at, self.total);
        println!("{head}");
        let begun = Instant::now();
        let did = work().with_context(|| format!("{name} failed"))?;
        match did {
            Did::Work => println!("{head}: {:.1} s", begun.elapsed().as_secs_f64()),
            Did::Nothing => println!("{head}: unchanged"),
        }
        Ok(())
    }
}
