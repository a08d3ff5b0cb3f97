//! `cargo xtask demo`: everything built, a server running, people to sign in as.

use crate::build;
use crate::run::{Did, Progress, command, is_installed};
use crate::server::{Server, compile, set_password};
use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Options {
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

/// Who can sign in at the desk, and as what.
pub(crate) const ACCOUNTS: [(&str, &str); 4] = [("ada", "agent"), ("grace", "agent"), ("sam", "supervisor"), ("root", "admin")];

/// Builds, starts the server and stays until it ends or is told to.
///
/// # Errors
/// The build fails, the port is taken, or the server ends by itself.
pub(crate) fn demo(options: &Options) -> Result<()> {
    // Asked before minutes of building.
    drop(
        TcpListener::bind(("127.0.0.1", options.port))
            .with_context(|| format!("port {} is not free; choose another with --port", options.port))?,
    );
    let mut progress = Progress::new(build::STEPS + 2);
    build::steps(&mut progress)?;
    progress.step("server: compile", compile)?;
    let mut accounts = Vec::new();
    progress.step("server: accounts", || {
        fs::create_dir_all(&options.data).with_context(|| format!("cannot make {}", options.data.display()))?;
        accounts = set_passwords(&options.data)?;
        Ok(Did::Work)
    })?;

    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let mut server = Server::start(options.port, &options.data)?;
    server.wait_until_healthy(|| stop.load(Ordering::Relaxed))?;
    announce(options.port, &accounts);
    if !options.no_open {
        open(&format!("http://127.0.0.1:{}/", options.port));
    }
    stay(&mut server, &stop)
}

/// Gives every account the password of `CHINWAG_DEMO_PASSWORD`, or each a random one. Returns user, role, password.
fn set_passwords(data: &Path) -> Result<Vec<(&'static str, &'static str, String)>> {
    let chosen = std::env::var("CHINWAG_DEMO_PASSWORD").ok().filter(|password| !password.is_empty());
    let mut accounts = Vec::new();
    for (user, role) in ACCOUNTS {
        let password = chosen.clone().map_or_else(random_password, Ok)?;
        set_password(user, &password, data)?;
        accounts.push((user, role, password));
    }
    Ok(accounts)
}

/// Sixteen letters and digits: eighty bits.
fn random_password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

fn announce(port: u16, accounts: &[(&str, &str, String)]) {
    let base = format!("http://127.0.0.1:{port}");
    println!("\nChinwag is running. Stop it with Ctrl-C.\n");
    println!("  Demo shop   {base}/");
    println!("  Agent desk  {base}/desk/");
    println!("  Inspector   {base}/inspector.html");
    println!("  Genesys     {base}/genesys/");
    println!("  Health      {base}/health\n");
    for (user, role, password) in accounts {
        println!("  {user:<6} {role:<11} {password}");
    }
    println!();
}

/// Opens the address where there is a desktop to open it on.
fn open(address: &str) {
    let desktop = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if (desktop || cfg!(target_os = "macos")) && is_installed(opener) {
        // Convenience only: the address is on the screen anyway.
        let _ = command(opener, [address]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Waits for the server's end; asked to stop, asks the server to.
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
