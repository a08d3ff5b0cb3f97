//! `chinwag-server`: reads the command line and runs.

use chinwag_server::http::{Inside, set_password};
use chinwag_server::init::{self, init};
use chinwag_server::server::{self, DemoSetup, Running, Setup};
use chinwag_server::store::Store;
use chinwag_server::store::sqlite::Sqlite;
use clap::{Parser, Subcommand};
use rust_embed::Embed;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The Chinwag server: one binary that serves widget and desk and keeps the conversations.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Option<Verb>,
    /// The configuration (chinwag.toml when left out). A demo has one of its own.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Port to listen on, in place of the one in the configuration.
    #[arg(long)]
    port: Option<u16>,
    /// Data directory, in place of the one in the configuration.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Folder of widget, desk and pages, in place of the ones inside this program.
    #[arg(long)]
    assets: Option<PathBuf>,
    /// Run the demo: a shop with a configuration and accounts of its own, and a program that answers as an agent. On this machine only.
    #[arg(long)]
    demo: bool,
    /// The demo without the program that answers.
    #[arg(long, requires = "demo")]
    no_bot: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Write a configuration, make the first account, and print the line for the pages. Asks for missing values.
    Init(init::Args),
    /// Set the password of an agent; it is read from standard input.
    Passwd {
        /// The name to sign in with, as the configuration has it.
        user: String,
        /// The configuration.
        #[arg(long, default_value = "chinwag.toml")]
        config: PathBuf,
        /// Data directory, in place of the one in the configuration.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Check a configuration and list its errors.
    Check {
        /// The configuration.
        #[arg(long, default_value = "chinwag.toml")]
        config: PathBuf,
    },
}

/// Widget and desk as they were when this program was built. A debug build reads them from the folder at each request.
#[derive(Embed)]
#[folder = "../dist"]
#[allow_missing = true]
// Clients that do not accept brotli get the files uncompressed.
#[exclude = "*.gz"]
struct Dist;

/// Tells Cargo to build the program again when `cargo xtask` has built other files, or files for the first time.
const _: Option<&str> = option_env!("CHINWAG_DIST");

/// Where a demo keeps its data: not in the folder of a real server.
const DEMO_DATA: &str = "demo-data";

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let usual = if cli.demo { "warn" } else { "info" };
    let filter = EnvFilter::try_from_env("CHINWAG_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).with_env_filter(filter).init();
    if tracing::level_filters::LevelFilter::current() > tracing::level_filters::LevelFilter::INFO {
        tracing::warn!("the log tells more than it does by default: what people wrote may be in it");
    }
    let done = match cli.command {
        Some(Verb::Init(options)) => init(&options).await.map(|told| println!("{told}")),
        Some(Verb::Passwd { user, config, data }) => passwd(&user, &config, data).await,
        Some(Verb::Check { config }) => check(&config),
        None => run(cli).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("chinwag-server: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), String> {
    let demo = cli.demo.then(|| DemoSetup {
        password: std::env::var("CHINWAG_DEMO_PASSWORD").ok().filter(|password| !password.is_empty()),
        no_bot: cli.no_bot,
    });
    let options = Setup {
        config: cli.config.or_else(|| (!cli.demo).then(|| "chinwag.toml".into())),
        port: cli.port,
        data: cli.data.or_else(|| cli.demo.then(|| DEMO_DATA.into())),
        assets: cli.assets,
        built_in: Some(built_in),
        demo,
    };
    if let Some(config) = options.config.as_ref().filter(|config| !config.exists()) {
        let config = config.display();
        return Err(format!("there is no {config}: `chinwag-server init` writes one, --config names another, --demo needs none"));
    }
    let running = server::start(options).await.map_err(|error| error.to_string())?;
    println!("listening on http://{}", running.address);
    if cli.demo {
        announce(&running);
    }
    wait_for_stop().await?;
    running.stop().await;
    Ok(())
}

fn built_in(name: &str) -> Option<Inside> {
    Dist::get(name).map(|file| Inside { bytes: file.data, hash: file.metadata.sha256_hash() })
}

fn announce(running: &Running) {
    let base = format!("http://{}", running.address);
    println!("\nChinwag is running. Stop it with Ctrl-C.\n");
    println!("  Everything at once   {base}/");
    println!("  The shop             {base}/shop.html");
    println!("  The agents' desk     {base}/desk/");
    println!("  Events as they come  {base}/events.html");
    println!("  Examples             {base}/examples/");
    println!();
    for account in &running.accounts {
        println!("  {:<6} {:<11} {}", account.user, account.role, account.password);
    }
    println!();
}

async fn wait_for_stop() -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.map_err(|error| error.to_string()),
        _ = terminate.recv() => Ok(()),
    }
}

fn check(config: &Path) -> Result<(), String> {
    server::load(config).map_err(|error| error.to_string())?;
    println!("{} is fine", config.display());
    Ok(())
}

async fn passwd(user: &str, path: &Path, data: Option<PathBuf>) -> Result<(), String> {
    let config = server::load(path).map_err(|error| error.to_string())?;
    if config.agent(user).is_none() {
        let known = config.agents().iter().map(|agent| agent.user.as_str()).collect::<Vec<_>>().join(", ");
        let path = path.display();
        return Err(format!("there is no account `{user}` in {path}: add [[agents]] with that user, or use one of: {known}"));
    }
    let data = data.unwrap_or_else(|| config.server().data.clone());
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| error.to_string())?;
    let store = Sqlite::open(&data).map_err(|error| error.to_string())?;
    set_password(&store, user, password.trim_end_matches(['\r', '\n'])).await.map_err(|error| error.to_string())?;
    store.close().await;
    println!("the password of {user} is set");
    Ok(())
}
