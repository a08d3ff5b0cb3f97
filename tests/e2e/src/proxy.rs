//! A reverse proxy in front of the server.

use crate::browser::wait_for_port;
use crate::group::Group;
use anyhow::{Context, Result, ensure};
use chinwag_machine::free_port;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// A running proxy; it ends when this is dropped.
pub struct Proxy {
    port: u16,
    _group: Group,
    folder: tempfile::TempDir,
}

impl Proxy {
    /// nginx with this inside its `http` block, made for a port.
    ///
    /// # Errors
    /// It is not installed (`cargo xtask test --only tools`), or refuses its configuration.
    pub async fn nginx(inside: impl FnOnce(u16) -> Result<String>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        configure_nginx(folder.path(), &inside(port)?)?;
        Self::run(nginx(folder.path()), port, folder, "error.log").await
    }

    /// Changes the content of the `http` block of an nginx that runs. Open connections keep the old configuration.
    ///
    /// # Errors
    /// nginx refuses the configuration.
    pub fn reload(&self, inside: impl FnOnce(u16) -> Result<String>) -> Result<()> {
        configure_nginx(self.folder.path(), &inside(self.port)?)?;
        let done = nginx(self.folder.path()).args(["-s", "reload"]).output()?;
        ensure!(done.status.success(), "nginx: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// Caddy with this file, made for a port.
    ///
    /// # Errors
    /// It is not installed (`cargo xtask test --only tools`), or refuses its configuration.
    pub async fn caddy(file: impl FnOnce(u16) -> Result<String>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        fs::write(folder.path().join("Caddyfile"), format!("{{\n\tadmin off\n}}\n{}", file(port)?))?;
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config", "Caddyfile"]).current_dir(folder.path());
        command.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
        Self::run(command, port, folder, "output.log").await
    }

    async fn run(mut command: Command, port: u16, folder: tempfile::TempDir, log: &str) -> Result<Self> {
        let output = File::create(folder.path().join("output.log"))?;
        command.stdout(output.try_clone()?).stderr(output);
        let group = Group::start(&mut command)?;
        wait_for_port(port).await.with_context(|| fs::read_to_string(folder.path().join(log)).unwrap_or_default())?;
        Ok(Self { port, _group: group, folder })
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn nginx(folder: &Path) -> Command {
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "error.log"]);
    command
}

fn configure_nginx(folder: &Path, inside: &str) -> Result<()> {
    // The folders for temporary files, which would otherwise be folders of the system.
    let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {name};")).join(" ");
    let text = format!(
        "user root; daemon off; pid nginx.pid; error_log error.log; worker_processes 1; events {{}}\n\
         http {{ include /etc/nginx/mime.types; access_log off; {own}\n{inside} }}"
    );
    Ok(fs::write(folder.join("nginx.conf"), text)?)
}
