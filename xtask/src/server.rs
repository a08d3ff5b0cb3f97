//! The server's binary, and a running server.

use crate::run::{Did, cargo, command, run};
use crate::stamp::digest_below;
use anyhow::{Context, Result, bail};
use chinwag_machine::{Deadline, grown};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// The binary that the tasks build and run.
pub(crate) const SERVER: &str = "target/native/chinwag-server";

/// Builds the binary. It contains the files of `dist/`: Cargo is told when they change.
///
/// # Errors
/// It does not compile.
pub(crate) fn compile() -> Result<Did> {
    let mut build = cargo("build --quiet --profile native --package chinwag-server".split(' '));
    run(build.env("CHINWAG_DIST", digest_below(Path::new("dist"))?))?;
    Ok(Did::Work)
}

/// A running server; stopped when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts the demo with this folder for its data. `shown`: the destination of its output.
    ///
    /// # Errors
    /// The binary is not there.
    pub(crate) fn start(port: u16, data: &Path, shown: Stdio) -> Result<Self> {
        let child = Command::new(SERVER)
            .args(["--demo", "--port", &port.to_string(), "--data"])
            .arg(data)
            .stdout(shown)
            .spawn()
            .with_context(|| format!("cannot start {SERVER}"))?;
        Ok(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) })
    }

    /// Waits until the server answers: half a minute on an idle machine, longer on a busy one.
    ///
    /// # Errors
    /// The server ended, does not answer in time, or `give_up` returned true.
    pub(crate) fn wait_until_healthy(&mut self, give_up: impl Fn() -> bool) -> Result<()> {
        let mut deadline = Deadline::new(Duration::from_secs(30));
        while self.get("/health").is_err() {
            if let Some(status) = self.ended()? {
                bail!("the server ended at once: {status}");
            }
            if give_up() || deadline.has_passed() {
                bail!("the server did not get ready");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The body of the answer to a GET, when its status is 200.
    ///
    /// # Errors
    /// No connection, or another status.
    pub(crate) fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, grown(Duration::from_secs(1)))?;
        stream.set_read_timeout(Some(grown(Duration::from_secs(5))))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
        let first = head.lines().next().unwrap_or_default();
        if first.split(' ').nth(1) != Some("200") {
            bail!("{path}: {first}");
        }
        Ok(body.to_owned())
    }

    /// The exit status of the server, once it has ended.
    ///
    /// # Errors
    /// The system cannot tell.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks the server to finish its requests and end.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn ask_to_stop(&self) -> Result<()> {
        run(&mut command("kill", ["-TERM", &self.child.id().to_string()]))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error cannot be reported here; if the server has ended already, nothing has to be done.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
