//! A proxy between browser and server that lets all requests through except sockets, and holds large uploads back on demand.

use anyhow::{Context, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The treatment of a request for a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrades {
    /// Lets it through.
    Pass,
    /// Answers with this status and closes.
    Refuse(u16),
    /// Accepts it and never answers.
    Swallow,
    /// Closes the connection without an answer.
    Cut,
}

/// The treatment, and whether polling requests get the same.
#[derive(Clone, Copy)]
struct Rules {
    upgrades: Upgrades,
    polls: bool,
}

/// A gate on a free port.
pub struct Gate {
    port: u16,
    rules: Arc<Mutex<Rules>>,
    most: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Gate {
    /// Starts in front of a server.
    ///
    /// # Errors
    /// No port is free, or `base` is no http address.
    pub async fn start(base: &str, upgrades: Upgrades) -> Result<Self> {
        let server = base.strip_prefix("http://").context("only http")?.to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let rules = Arc::new(Mutex::new(Rules { upgrades, polls: true }));
        let most = Arc::new(AtomicU64::new(u64::MAX));
        let (now, bound) = (Arc::clone(&rules), Arc::clone(&most));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, now, bound) = (server.clone(), Arc::clone(&now), Arc::clone(&bound));
                // A browser may close the connection at any time.
                tokio::spawn(async move { drop(carry(stream, &server, &now, &bound).await) });
            }
        });
        Ok(Self { port, rules, most, task })
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it holds back the bytes of a browser on a connection beyond this number.
    pub fn hold_after(&self, bytes: u64) {
        self.most.store(bytes, Ordering::Relaxed);
    }

    /// Changes the treatment of requests for sockets.
    pub fn set(&self, upgrades: Upgrades) {
        self.rules().upgrades = upgrades;
    }

    /// From now on polling requests get the same treatment, or are let through.
    pub fn stop_polls(&self, stops: bool) {
        self.rules().polls = !stops;
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Rules> {
        self.rules.lock().expect("no test panics while it holds this")
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection. All its requests are of the same kind as the first: browsers open sockets on separate connections.
async fn carry(mut stream: TcpStream, server: &str, rules: &Mutex<Rules>, most: &AtomicU64) -> Result<()> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await?;
        if read == 0 || head.len() > 65_536 {
            return Ok(());
        }
        head.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let Rules { upgrades, polls } = *rules.lock().expect("no test panics while it holds this");
    let polling = text.starts_with("POST /poll/");
    let upgrading = text.to_ascii_lowercase().contains("\r\nupgrade: websocket");
    let asks = upgrading || (polling && !polls);
    if !upgrading {
        // Each request gets a separate connection, so that each is checked.
        head = text.replacen("Connection: keep-alive", "Connection: close", 1).into_bytes();
    }
    match upgrades {
        Upgrades::Refuse(status) if asks => {
            stream.write_all(format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).await?;
            Ok(stream.shutdown().await?)
        }
        // Reads until the browser gives up.
        Upgrades::Swallow if asks => {
            while stream.read(&mut buffer).await? > 0 {}
            Ok(())
        }
        Upgrades::Cut if asks => Ok(()),
        _ => {
            let mut server = TcpStream::connect(server).await?;
            server.write_all(&head).await?;
            let (mut from_page, mut to_page) = stream.split();
            let (mut from_server, mut to_server) = server.split();
            let up = async {
                let (mut sent, mut buffer) = (0, vec![0; 16 * 1024]);
                loop {
                    let read = from_page.read(&mut buffer).await?;
                    sent += read as u64;
                    if sent > most.load(Ordering::Relaxed) {
                        // Held back: until the other direction ends.
                        std::future::pending::<()>().await;
                    }
                    if read == 0 {
                        return to_server.shutdown().await;
                    }
                    to_server.write_all(buffer.get(..read).unwrap_or_default()).await?;
                }
            };
            let down = async {
                tokio::io::copy(&mut from_server, &mut to_page).await?;
                to_page.shutdown().await
            };
            tokio::select! {
                done = down => done?,
                gone = async { match up.await { Ok(()) => std::future::pending().await, Err(gone) => gone } } => return Err(gone.into()),
            }
            Ok(())
        }
    }
}
