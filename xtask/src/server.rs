//! A server with the demo's configuration.

use crate::run::{Did, cargo, command, run};
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

/// The configuration of the demo. Its origins follow the port.
const CONFIG: &str = "server/demo.toml";

/// Builds the binary.
///
/// # Errors
/// It does not compile.
pub(crate) fn compile() -> Result<Did> {
    run(&mut cargo("build --quiet --profile native --package chinwag-server".split(' ')))?;
    Ok(Did::Work)
}

/// Sets the password of one of the configured agents.
///
/// # Errors
/// The server refuses it.
pub(crate) fn set_password(user: &str, password: &str, data: &Path) -> Result<()> {
    let mut child = Command::new(SERVER)
        .args(["passwd", user, "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {SERVER}"))?;
    child.stdin.take().context("no way to hand over the password")?.write_all(format!("{password}\n").as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("the password of {user} could not be set");
    }
    Ok(())
}

/// A running server; stopped when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts the server with the demo's configuration and this folder for its data.
    ///
    /// # Errors
    /// The binary is not there.
    pub(crate) fn start(port: u16, data: &Path) -> Result<Self> {
        let child = Command::new(SERVER)
            .args(["--config", CONFIG, "--port", &port.to_string(), "--assets", "dist", "--data"])
            .arg(data)
            .env("CHINWAG_LOG", std::env::var("CHINWAG_LOG").unwrap_or_else(|_| "warn".into()))
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {SERVER}"))?;
        Ok(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) })
    }

    /// Waits until the server answers, for half a minute on a machine that has nothing else to do.
    ///
    /// # Errors
    /// It ended, does not answer in time, or `give_up` said so.
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

    /// How the server ended, once it has.
    ///
    /// # Errors
    /// The system does not tell.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks the server to finish what it does and end.
    ///
    /// # Errors
    /// The system refuses.
    pub(crate) fn ask_to_stop(&self) -> Result<()> {
        run(&mut command("kill", ["-TERM", &self.child.id().to_string()]))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to tell; when it has ended already, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
