//! The accept loop: limits before anything is read, a time limit for the head of a request, small buffers (quality R13).

use super::linger::Lingering;
use super::peer::{Peer, Proxied, Proxies};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;

/// Permits for connections, with a limit for all and one for each address.
#[derive(Clone)]
struct Permits {
    all: Arc<Semaphore>,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
}

impl Permits {
    fn new(bounds: &Bounds) -> Self {
        Self { all: Arc::new(Semaphore::new(bounds.connections)), addresses: Arc::default(), per_address: bounds.per_address }
    }

    /// A permit for a connection. A connection from a trusted proxy does not count for the proxy's address: its requests count for the
    /// addresses of the clients.
    fn take(&self, proxies: &Proxies, socket: IpAddr) -> Option<Permit> {
        let all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let share = if proxies.trusts(socket) { None } else { Some(self.share(Peer(socket))?) };
        Some(Permit { _all: Arc::new(all), _share: share })
    }

    /// One of the connections that an address may have.
    fn share(&self, peer: Peer) -> Option<Arc<Share>> {
        let address = peer.household();
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Arc::new(Share { address, addresses: Arc::clone(&self.addresses) }))
    }
}

/// A connection's permit; given back when the last copy is dropped. A socket keeps a copy beyond its request.
#[derive(Clone)]
pub struct Permit {
    _all: Arc<OwnedSemaphorePermit>,
    _share: Option<Arc<Share>>,
}

struct Share {
    address: IpAddr,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = addresses.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}

/// Called when more bytes of a long body arrived: the time limit of the request starts again.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicBool>);

impl Progress {
    /// Notes that more bytes arrived.
    pub fn made(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Limits of connections, trusted proxies, and time limits.
#[derive(Clone, Debug)]
pub struct Bounds {
    pub connections: usize,
    pub per_address: usize,
    pub header: Duration,
    pub body: Duration,
    pub proxies: Proxies,
}

/// Bytes that are read ahead of a request: the head of the request has to fit into them.
const BUFFER: usize = 16 * 1024;
/// The answer to a connection above the limit.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n";

/// Serves until `stop` turns true, then waits at most `grace` for open requests.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, mut stop: watch::Receiver<bool>, grace: Duration) {
    let permits = Permits::new(&bounds);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // For example, there are no file handles left: open connections go on, and accepting goes on after a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let socket = from.ip().to_canonical();
        let Some(permit) = permits.take(&bounds.proxies, socket) else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        // Small frames have to be sent at once. A socket that does not support this works all the same.
        let _ = stream.set_nodelay(true);
        let front = Front { socket, permit, permits: permits.clone(), bounds: bounds.clone(), router: router.clone() };
        tokio::spawn(front.run(stream, stop.clone()));
    }
    drop(listener);
    let everybody = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(grace, permits.all.acquire_many(everybody)).await.is_err() {
        tracing::warn!("connections were cut at the end of the stop time");
    }
}

/// Resolves once the server stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender is held by the caller that started the server; if it is dropped, the server stops too.
    drop(stop.wait_for(|stop| *stop).await.map(|stop| *stop));
}

async fn turn_away(mut stream: TcpStream) {
    // Above this number connections are dropped without an answer, which would cost as much as the limit saves.
    let Ok(_permit) = POLITE.try_acquire() else { return };
    let say = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await?;
        // The input is read first: otherwise a reset could discard the answer.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    // A client that does not read the answer is disconnected all the same.
    let _ = tokio::time::timeout(Duration::from_millis(500), say).await;
}

/// How many connections get the answer at the same time.
static POLITE: Semaphore = Semaphore::const_new(64);

/// A connection, before any request is read.
struct Front {
    socket: IpAddr,
    permit: Permit,
    permits: Permits,
    bounds: Bounds,
    router: Router,
}

impl Front {
    async fn run(self, stream: TcpStream, mut stop: watch::Receiver<bool>) {
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.bounds.header).max_buf_size(BUFFER).max_headers(64).half_close(false);
        let stream = Lingering::new(stream, self.permit.clone(), stop.clone());
        let service = hyper::service::service_fn(|request| self.answer(request));
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }

    async fn answer(&self, mut request: Request<Incoming>) -> Result<Response, Infallible> {
        let peer = self.bounds.proxies.client(self.socket, request.headers());
        let mut permit = self.permit.clone();
        if self.bounds.proxies.trusts(self.socket) {
            let Some(share) = self.permits.share(peer) else {
                let message = "too many connections from one address";
                return Ok(super::retry_later(super::error(StatusCode::SERVICE_UNAVAILABLE, "too_many_connections", message, None), 5));
            };
            permit._share = Some(share);
            request.extensions_mut().insert(Proxied);
        }
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(permit);
        let progress = Progress::default();
        request.extensions_mut().insert(progress.clone());
        let mut router = self.router.clone();
        let mut answer = pin!(Service::call(&mut router, request));
        loop {
            match tokio::time::timeout(self.bounds.body, answer.as_mut()).await {
                Ok(answer) => return answer,
                Err(_) if progress.take() => {}
                Err(_) => break,
            }
        }
        Ok(super::error(StatusCode::REQUEST_TIMEOUT, "timeout", "the request took too long", None))
    }
}
