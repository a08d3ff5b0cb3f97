//! Programs that start programs of their own.

use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A program and its child processes; all of them end when this is dropped.
pub(crate) struct Group {
    child: Child,
}

impl Group {
    /// Starts the program as the leader of a process group.
    ///
    /// # Errors
    /// The program is not installed.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { child })
    }

    /// Kills all of them at once, without a chance to clean up (`kill -9`).
    pub(crate) fn kill(&mut self) {
        // An error only means that no process is left.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
