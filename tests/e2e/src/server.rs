//! The real server, as a process of its own.

use crate::browser::{root, wait_for_port};
use crate::group::Group;
use anyhow::{Context, Result, bail};
use chinwag_machine::free_port;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The password of every account.
pub const PASSWORD: &str = "correct horse battery";

/// A server with its data in a temporary folder.
pub struct Server {
    port: u16,
    data: tempfile::TempDir,
    assets: PathBuf,
    flags: Vec<&'static str>,
    group: Option<Group>,
}

impl Server {
    /// Starts a server with this configuration.
    ///
    /// # Errors
    /// It is not built (`cargo xtask test --only build`), refuses the configuration, or does not start.
    pub async fn start(config: &str) -> Result<Self> {
        let mut server = Self::new()?;
        fs::write(server.config(), config)?;
        for user in ["ada", "grace", "sam", "root"] {
            server.set_password(user)?;
        }
        server.run().await?;
        Ok(server)
    }

    /// Starts the demo. Its agent answers only in a demo `with_bot`.
    ///
    /// # Errors
    /// Those of [`Server::start`].
    pub async fn demo(with_bot: bool) -> Result<Self> {
        let mut server = Self { flags: if with_bot { vec!["--demo"] } else { vec!["--demo", "--no-bot"] }, ..Self::new()? };
        server.run().await?;
        Ok(server)
    }

    fn new() -> Result<Self> {
        Ok(Self { port: free_port()?, data: tempfile::tempdir()?, assets: root().join("dist"), flags: Vec::new(), group: None })
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The path of its configuration; the running server takes up changes.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.data.path().join("chinwag.toml")
    }

    /// Kills it (`kill -9`).
    pub fn kill(&mut self) {
        self.group = None;
    }

    /// Starts it (again) at the same address with the same data.
    ///
    /// # Errors
    /// It does not start.
    pub async fn run(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.data.path().join("server.log"))?;
        let mut command = self.command();
        command
            .args(["--port", &self.port.to_string(), "--assets"])
            .arg(&self.assets)
            .args(&self.flags)
            .arg("--data")
            .arg(self.data.path())
            .env("CHINWAG_DEMO_PASSWORD", PASSWORD)
            .stdout(log.try_clone()?)
            .stderr(log);
        if self.config().exists() {
            command.arg("--config").arg(self.config());
        }
        self.group = Some(Group::start(&mut command)?);
        wait_for_port(self.port).await.with_context(|| self.log())
    }

    /// Ends it and starts it again.
    ///
    /// # Errors
    /// It does not start.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill();
        self.run().await
    }

    /// After the next start it serves the output of `cargo xtask test --only package` below `/examples/built/`.
    ///
    /// # Errors
    /// It was not built.
    pub fn add_built_examples(&mut self) -> Result<()> {
        let to = self.own_assets()?.join("examples/built");
        if !Command::new("cp").arg("-r").arg(root().join("target/examples")).arg(to).status()?.success() {
            bail!("the examples are not built");
        }
        Ok(())
    }

    /// After the next start it serves every state of the widget's view below `/examples/gallery/`.
    ///
    /// # Errors
    /// It was not built.
    pub fn add_gallery(&mut self) -> Result<()> {
        // Only a demo serves files besides widget and desk.
        self.flags = vec!["--demo", "--no-bot"];
        let to = self.own_assets()?.join("examples/gallery");
        if !Command::new("cp").arg("-r").arg(root().join("target/gallery")).arg(to).status()?.success() {
            bail!("the gallery is not built (`cargo xtask test --only build` does it)");
        }
        Ok(())
    }

    /// After the next start it serves a copy of `dist/`, which tests may damage. Returns the path of the copy.
    ///
    /// # Errors
    /// The copy cannot be made.
    pub fn own_assets(&mut self) -> Result<PathBuf> {
        let copy = self.data.path().join("assets");
        if !Command::new("cp").arg("-r").arg(root().join("dist")).arg(&copy).status()?.success() {
            bail!("dist/ cannot be copied");
        }
        self.assets.clone_from(&copy);
        Ok(copy)
    }

    /// The text of its log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.data.path().join("server.log")).unwrap_or_default()
    }

    fn command(&self) -> Command {
        Command::new(std::env::var_os("CHINWAG_SERVER").map_or_else(|| root().join("target/native/chinwag-server"), PathBuf::from))
    }

    fn set_password(&self, user: &str) -> Result<()> {
        let mut child = self
            .command()
            .args(["passwd", user, "--config"])
            .arg(self.config())
            .arg("--data")
            .arg(self.data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("the server is not built")?;
        child.stdin.take().context("no standard input")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
        if !child.wait()?.success() {
            bail!("the password of {user} could not be set");
        }
        Ok(())
    }
}
