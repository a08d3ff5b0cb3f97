//! `chinwag-server`: reads the command line and runs.

use chinwag_server::http::set_password;
use chinwag_server::server::{self, Options};
use chinwag_server::store::Store;
use chinwag_server::store::sqlite::Sqlite;
use clap::{Parser, Subcommand};
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The Chinwag server: one binary that serves widget, desk and demo site and keeps the conversations.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The configuration.
    #[arg(long, default_value = "chinwag.toml")]
    config: PathBuf,
    /// Port to listen on, in place of the one in the configuration.
    #[arg(long)]
    port: Option<u16>,
    /// Data directory, in place of the one in the configuration.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Folder of widget, desk and pages, in place of the one in the configuration.
    #[arg(long)]
    assets: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Set the password of an agent; it is read from standard input.
    Passwd {
        /// The name to sign in with.
        user: String,
        /// The server's data directory.
        #[arg(long, default_value = "data")]
        data: PathBuf,
    },
    /// Check a configuration and say what is wrong with it.
    Check {
        /// The configuration.
        #[arg(long, default_value = "chinwag.toml")]
        config: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("CHINWAG_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).with_env_filter(filter).init();
    if tracing::level_filters::LevelFilter::current() > tracing::level_filters::LevelFilter::INFO {
        tracing::warn!("the log tells more than it does by default: what people wrote may be in it");
    }
    let done = match cli.command {
        Some(Command::Passwd { user, data }) => passwd(&user, data).await,
        Some(Command::Check { config }) => check(&config),
        None => run(Options { config: cli.config, port: cli.port, data: cli.data, assets: cli.assets }).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("chinwag-server: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    let running = server::start(options).await.map_err(|error| error.to_string())?;
    println!("listening on http://{}", running.address);
    wait_for_stop().await?;
    running.stop().await;
    Ok(())
}

async fn wait_for_stop() -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.map_err(|error| error.to_string()),
        _ = terminate.recv() => Ok(()),
    }
}

fn check(config: &std::path::Path) -> Result<(), String> {
    server::load(config).map_err(|error| error.to_string())?;
    println!("{} is fine", config.display());
    Ok(())
}

async fn passwd(user: &str, data: PathBuf) -> Result<(), String> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| error.to_string())?;
    let store = Sqlite::open(&data).map_err(|error| error.to_string())?;
    set_password(&store, user, password.trim_end_matches(['\r', '\n'])).await.map_err(|error| error.to_string())?;
    store.close().await;
    println!("the password of {user} is set");
    Ok(())
}
