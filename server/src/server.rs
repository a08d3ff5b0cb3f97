//! The server as a whole: store, domain, listener, reload, stop.

use crate::config::{Config, Fault};
use crate::demo::{self, Account, Plug};
use crate::domain::Domain;
use crate::http::accept::{self, Bounds};
use crate::http::peer::Proxies;
use crate::http::{self, App, Assets, BuiltIn, PasswordError};
use crate::store::sqlite::Sqlite;
use crate::store::{Store, StoreError};
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How to start the server; made from the command line.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The configuration. A demo has one of its own when this is left out.
    pub config: Option<PathBuf>,
    /// The port, in place of the one in the file; 0 for any that is free.
    pub port: Option<u16>,
    pub data: Option<PathBuf>,
    pub assets: Option<PathBuf>,
    /// The widget and the desk inside this program.
    pub built_in: Option<BuiltIn>,
    pub demo: Option<DemoSetup>,
}

/// How to run the demo.
#[derive(Clone, Debug, Default)]
pub struct DemoSetup {
    /// The password of every account; each gets a random one when this is left out.
    pub password: Option<String>,
    /// Run without the program that answers as an agent.
    pub no_bot: bool,
}

/// Why the server does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    #[error("the configuration is not usable:\n{0}")]
    Config(String),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("cannot use the data directory: {0}")]
    Data(std::io::Error),
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    #[error("another server uses this data directory")]
    DataTaken,
    #[error("cannot serve the widget and the desk: {0}")]
    Assets(String),
    #[error(
        "everyone who opens the demo's page can be an agent, so it listens on this machine only, not on {0}: take listen = \"127.0.0.1:8080\""
    )]
    DemoAddress(SocketAddr),
    #[error("the demo's password: {0}")]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running server.
pub struct Running {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The accounts that can sign in, in a demo.
    pub accounts: Vec<Account>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Stops: no new connections, every client is told, writes are finished. Returns when this is done.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server did not stop cleanly");
        }
    }
}

/// How often the configuration file is checked for changes.
const LOOK_AT_FILE: Duration = Duration::from_millis(500);

/// Starts a server.
///
/// # Errors
/// When the configuration, the data or the address cannot be used.
pub async fn start(options: Setup) -> Result<Running, StartError> {
    let config = match &options.config {
        Some(path) => load(path)?,
        None => Config::parse(demo::CONFIG).map_err(|faults| told("the demo", &faults))?,
    };
    let mut address = config.server().listen;
    address.set_port(options.port.unwrap_or_else(|| address.port()));
    if options.demo.is_some() && !address.ip().is_loopback() {
        return Err(StartError::DemoAddress(address));
    }
    let assets = Assets::find(options.assets.or_else(|| config.server().assets.clone()), options.built_in).map_err(StartError::Assets)?;
    let data = options.data.unwrap_or_else(|| config.server().data.clone());
    let lock = lock(&data)?;
    let listener = TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(address, error))?;
    let config = config.with_port(address.port());
    let bounds = Bounds {
        connections: config.limits().connections,
        per_address: config.limits().per_address,
        header: config.timeouts().header.0,
        body: config.timeouts().body.0,
        proxies: Proxies::new(&config),
    };
    let grace = config.timeouts().stop.0;
    let store = Arc::new(Sqlite::open(&data)?);
    let accounts = match &options.demo {
        Some(demo) => demo::set_passwords(&*store, demo.password.as_deref()).await?,
        None => Vec::new(),
    };
    let domain = Domain::start(Arc::clone(&store) as Arc<dyn Store>, Arc::new(config)).await?;
    let (stop, stopped) = watch::channel(false);
    let plug = options.demo.is_some().then(|| Arc::new(Plug::default()));
    let app = App::start(Arc::clone(&domain), assets, plug.clone(), stopped.clone()).map_err(StartError::Thread)?;
    let mut helpers = tokio::task::JoinSet::new();
    if let Some(path) = options.config {
        helpers.spawn(watch_file(path, address.port(), Arc::clone(&domain)));
    }
    if let Some(plug) = plug.filter(|_| options.demo.is_some_and(|demo| !demo.no_bot)) {
        helpers.spawn(demo::run_bot(domain, plug, address));
    }
    let task = tokio::spawn(async move {
        accept::serve(listener, http::router(app), bounds, stopped, grace).await;
        helpers.shutdown().await;
        store.close().await;
        tracing::info!("stopped");
        drop(lock);
    });
    tracing::info!(%address, "listening");
    Ok(Running { address, accounts, stop, task })
}

/// Reads a configuration, with every fault on a line of its own.
///
/// # Errors
/// `Config` with the faults.
pub fn load(path: &Path) -> Result<Config, StartError> {
    Config::load(path).map_err(|faults| told(&path.display().to_string(), &faults))
}

fn told(file: &str, faults: &[Fault]) -> StartError {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{file}: {fault}")).collect();
    StartError::Config(lines.join("\n"))
}

fn lock(data: &Path) -> Result<File, StartError> {
    std::fs::create_dir_all(data).map_err(StartError::Data)?;
    let file = File::create(data.join("lock")).map_err(StartError::Data)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StartError::DataTaken),
        Err(std::fs::TryLockError::Error(error)) => Err(StartError::Data(error)),
    }
}

/// Loads a changed file; a bad one is logged, and the old configuration stays.
async fn watch_file(path: PathBuf, port: u16, domain: Arc<Domain>) {
    let stamp = |path: &Path| -> Option<Stamp> {
        let meta = std::fs::metadata(path).ok()?;
        Some((meta.modified().ok()?, meta.len()))
    };
    let mut changes = Changes { seen: stamp(&path), before: None };
    loop {
        tokio::time::sleep(LOOK_AT_FILE).await;
        if !changes.is_new(stamp(&path)) {
            continue;
        }
        match Config::load(&path) {
            Ok(config) => {
                domain.reconfigure(Arc::new(config.with_port(port)));
                tracing::info!("the changed configuration is in use");
            }
            Err(faults) => {
                for fault in faults {
                    tracing::error!(
                        line = fault.line,
                        field = fault.field,
                        reason = fault.message,
                        "the changed configuration is not usable; the one before stays"
                    );
                }
            }
        }
    }
}

/// The time of the last change of a file, and its length, to detect further changes.
type Stamp = (SystemTime, u64);

/// Detects when a changed file has to be read.
struct Changes {
    /// The file's state when it was read.
    seen: Option<Stamp>,
    /// The file's state at the last check.
    before: Option<Stamp>,
}

impl Changes {
    /// Whether the file has changed and is complete. A file that is being written is empty or incomplete for a moment: so it is read only
    /// when it has not changed between two checks.
    fn is_new(&mut self, now: Option<Stamp>) -> bool {
        let stands_still = now == self.before;
        self.before = now;
        let is_new = now.is_some() && stands_still && now != self.seen;
        if is_new {
            self.seen = now;
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_once_and_not_while_it_is_being_written() {
        let at = |seconds, length| Some((SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), length));
        let mut changes = Changes { seen: at(1, 10), before: None };
        let looks = [at(1, 10), at(2, 0), at(2, 7), at(3, 12), at(3, 12), at(3, 12), None, at(4, 0), at(4, 0), at(3, 12), at(3, 12)];
        let read: Vec<bool> = looks.into_iter().map(|now| changes.is_new(now)).collect();
        assert_eq!(read, [false, false, false, false, true, false, false, false, true, false, true]);
    }
}
