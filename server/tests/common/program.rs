//! The server as a program of its own.

use super::Folder;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs the program to its end: whether it succeeded, and the text of its two outputs.
pub fn run(folder: &Folder, arguments: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chinwag-server"))
        .args(arguments)
        .current_dir(folder.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // An error means that the program has ended without reading its input.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("an end");
    (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// The real program, which can be killed.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    pub fn start(folder: &Folder) -> Self {
        Self::with(folder, &[])
    }

    /// Starts it with further arguments on its command line.
    pub fn with(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chinwag-server"))
            .args(["--port", "0", "--config"])
            .arg(folder.path("chinwag.toml"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::options().create(true).append(true).open(folder.path("log")).expect("a log"))
            .spawn()
            .expect("started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        Self { address: address.unwrap_or_else(|| panic!("no address in {line:?}")), child }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("over");
    }

    /// Asks it to stop, as an operator's system does; returns whether it ended without an error, and after how long.
    pub fn terminate(mut self) -> (bool, Duration) {
        let begun = Instant::now();
        let done = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("asked");
        assert!(done.success());
        (self.child.wait().expect("over").success(), begun.elapsed())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already when the test succeeded.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
