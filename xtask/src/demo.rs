//! `cargo xtask demo`: builds everything and runs the server's demo.

use crate::build;
use crate::run::{Progress, command, is_installed};
use crate::server::{Server, compile};
use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the server keeps its data
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
}

/// Builds, starts the server and waits until it ends or this program is asked to stop.
///
/// # Errors
/// The build fails, the port is taken, or the server ends by itself.
pub(crate) fn demo(args: &Args) -> Result<()> {
    // Checked before the build, which takes minutes.
    drop(
        TcpListener::bind(("127.0.0.1", args.port))
            .with_context(|| format!("port {} is not free; choose another with --port", args.port))?,
    );
    let mut progress = Progress::new(build::STEPS + 1);
    build::steps(&mut progress)?;
    progress.step("server: compile", compile)?;
    fs::create_dir_all(&args.data).with_context(|| format!("cannot make {}", args.data.display()))?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    // The server prints its address and the accounts itself.
    let mut server = Server::start(args.port, &args.data, Stdio::inherit())?;
    server.wait_until_healthy(|| stop.load(Ordering::Relaxed))?;
    if !args.no_open {
        open(&format!("http://127.0.0.1:{}/", args.port));
    }
    stay(&mut server, &stop)
}

/// Opens the address in a browser, if there is a desktop.
fn open(address: &str) {
    let desktop = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if (desktop || cfg!(target_os = "macos")) && is_installed(opener) {
        // For convenience only: the address is printed anyway.
        let _ = command(opener, [address]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Waits for the server's end. When this program is asked to stop, it asks the server to stop.
fn stay(server: &mut Server, stop: &AtomicBool) -> Result<()> {
    let mut asked = false;
    loop {
        if let Some(status) = server.ended()? {
            if asked || status.success() {
                return Ok(());
            }
            bail!("the server ended: {status}");
        }
        if stop.load(Ordering::Relaxed) && !asked {
            asked = true;
            server.ask_to_stop()?;
        }
        thread::sleep(Duration::from_millis(100));
    }
}
