//! Three browser engines behind their drivers.

use crate::group::Group;
use crate::page::Page;
use anyhow::{Context, Result, bail};
use chinwag_machine::{Deadline, free_port};
use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// A running browser with one window, and its driver. Both end when the last copy is dropped.
#[derive(Clone)]
pub struct Browser {
    /// The window.
    pub page: Page,
    /// The address of the driver.
    pub(crate) driver: String,
    _group: Arc<Group>,
    _profile: Arc<tempfile::TempDir>,
}

impl Browser {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// Driver or browser are not installed or do not start.
    pub async fn start(engine: Engine, label: &str) -> Result<Self> {
        Self::start_with(engine, label, &[]).await
    }

    /// Like [`Browser::start`], with further arguments, which only Chromium takes.
    ///
    /// # Errors
    /// Driver or browser are not installed or do not start.
    pub async fn start_with(engine: Engine, label: &str, arguments: &[&str]) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let port = free_port()?;
        let group = Group::start(&mut driver_command(engine, port, profile.path())?)?;
        wait_for_port(port).await?;
        let driver = format!("http://127.0.0.1:{port}");
        let Value::Object(capabilities) = capabilities(engine, profile.path(), arguments) else { bail!("capabilities are an object") };
        let capabilities: Capabilities = capabilities;
        let mut builder = ClientBuilder::rustls()?;
        let client =
            builder.capabilities(capabilities).connect(&driver).await.with_context(|| format!("{engine:?} does not start a session"))?;
        let page = Page::new(client, label);
        page.client().set_window_size(1280, 900).await?;
        Ok(Self { page, driver, _group: Arc::new(group), _profile: Arc::new(profile) })
    }

    /// Sends a command of the Chrome DevTools protocol. Chromium only.
    ///
    /// # Errors
    /// The driver refuses the command.
    pub async fn devtools(&self, command: &str, parameters: &Value) -> Result<Value> {
        let session = self.page.client().session_id().await?.context("no session")?;
        let body = json!({"cmd": command, "params": parameters}).to_string();
        let answer = crate::host::post_json(&self.driver, &format!("/session/{session}/goog/cdp/execute"), &body).await?;
        let answer: Value = serde_json::from_str(&answer)?;
        if answer["value"]["error"].is_string() {
            bail!("{command}: {}", answer["value"]["message"]);
        }
        Ok(answer["value"].clone())
    }
}

fn driver_command(engine: Engine, port: u16, profile: &Path) -> Result<Command> {
    let mut command = match engine {
        Engine::Chromium => {
            let mut command = Command::new("chromedriver");
            command.arg(format!("--port={port}"));
            command
        }
        Engine::Firefox => {
            let mut command = Command::new(geckodriver());
            // The driver uses a second port for the browser; without this option it is always the same one.
            command.args(["--port", &port.to_string(), "--marionette-port", &free_port()?.to_string()]);
            command
        }
        Engine::WebKit => {
            // The only browser that needs a display.
            let mut command = Command::new("xvfb-run");
            command.args(["-a", "-s", "-screen 0 1400x1000x24", "WebKitWebDriver", &format!("--port={port}")]);
            command.env("XDG_CACHE_HOME", profile).env("XDG_DATA_HOME", profile).env("XDG_CONFIG_HOME", profile);
            command
        }
    };
    command.stdout(File::create(profile.join("driver.log"))?).stderr(File::create(profile.join("driver.err"))?);
    Ok(command)
}

fn capabilities(engine: Engine, profile: &Path, more: &[&str]) -> Value {
    match engine {
        Engine::Chromium => {
            let folder = format!("--user-data-dir={}", profile.join("profile").display());
            let mut arguments = vec![
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-device-scale-factor=1",
                "--lang=en-US",
                &folder,
            ];
            arguments.extend(more);
            json!({"browserName": "chrome", "goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}})
        }
        Engine::Firefox => json!({"browserName": "firefox", "moz:firefoxOptions": {"args": ["-headless"], "prefs": {
            "intl.accept_languages": "en-US",
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
            "app.update.enabled": false,
            "datareporting.policy.dataSubmissionEnabled": false,
        }}}),
        Engine::WebKit => json!({"browserName": "MiniBrowser", "webkitgtk:browserOptions": {
            "binary": "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
            "args": ["--automation"],
        }}),
    }
}

/// The driver on the path, or the one that `cargo xtask test` has installed.
fn geckodriver() -> PathBuf {
    let own = root().join(".cache/tools/bin/geckodriver");
    if own.is_file() { own } else { "geckodriver".into() }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Waits until a program listens on the port.
pub(crate) async fn wait_for_port(port: u16) -> Result<()> {
    let mut deadline = Deadline::new(Duration::from_secs(30));
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if deadline.has_passed() {
            bail!("nobody listens on port {port}");
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Ok(())
}
