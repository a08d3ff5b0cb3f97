//! The accept loop: limits before anything is read, a time limit for the head of a request, small buffers (quality R13).

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;

/// Where a request came from.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The network of the address, for what is kept: the address itself is only in memory (quality P8).
    #[must_use]
    pub fn network(self) -> String {
        match self.0 {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        }
    }
}

/// A connection's place among all; given back when the last copy is dropped. A socket keeps a copy beyond its request.
#[derive(Clone)]
pub struct Place {
    _place: Arc<Taken>,
}

struct Taken {
    address: IpAddr,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Taken {
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

/// How many connections there may be, and how long one may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub connections: usize,
    pub per_address: usize,
    pub header: Duration,
    pub body: Duration,
}

/// Bytes that are read ahead of a request: its head has to fit in.
const BUFFER: usize = 16 * 1024;
/// What a connection gets that is one too many.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n";

/// Serves until `stop` turns true, then waits at most `grace` for what is going on.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, mut stop: watch::Receiver<bool>, grace: Duration) {
    let all = Arc::new(Semaphore::new(bounds.connections));
    let addresses: Arc<Mutex<HashMap<IpAddr, usize>>> = Arc::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, for example: the others go on, and so do we in a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(place) = take_place(&all, &addresses, from.ip().to_canonical(), bounds.per_address) else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        // Small frames are to leave at once. A socket that cannot do it works anyway.
        let _ = stream.set_nodelay(true);
        tokio::spawn(connection(stream, Peer(from.ip().to_canonical()), place, router.clone(), bounds, stop.clone()));
    }
    drop(listener);
    let everybody = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(grace, all.acquire_many(everybody)).await.is_err() {
        tracing::warn!("connections were cut at the end of the stop time");
    }
}

/// Resolves once the server stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender is in the hand of whoever started us; gone means stop as well.
    drop(stop.wait_for(|stop| *stop).await.map(|stop| *stop));
}

fn take_place(all: &Arc<Semaphore>, addresses: &Arc<Mutex<HashMap<IpAddr, usize>>>, address: IpAddr, limit: usize) -> Option<Place> {
    let permit = Arc::clone(all).try_acquire_owned().ok()?;
    let mut counts = addresses.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(address).or_default();
    if *count >= limit {
        return None;
    }
    *count += 1;
    Some(Place { _place: Arc::new(Taken { address, addresses: Arc::clone(addresses), _permit: permit }) })
}

async fn turn_away(mut stream: TcpStream) {
    // Beyond these the connection is dropped without a word: being polite must not cost what the limit saves.
    let Ok(_permit) = POLITE.try_acquire() else { return };
    let say = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await?;
        // What was sent to us is taken in, or the answer would be lost with a reset.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<(), std::io::Error>(())
    };
    // Whoever does not read it is cut off all the same.
    let _ = tokio::time::timeout(Duration::from_millis(500), say).await;
}

/// How many are turned away with words at once.
static POLITE: Semaphore = Semaphore::const_new(64);

async fn connection(stream: TcpStream, peer: Peer, place: Place, router: Router, bounds: Bounds, mut stop: watch::Receiver<bool>) {
    let kept = place.clone();
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(place.clone());
        let mut router = router.clone();
        async move {
            match tokio::time::timeout(bounds.body, Service::call(&mut router, request)).await {
                Ok(answer) => answer,
                Err(_) => Ok(super::error(axum::http::StatusCode::REQUEST_TIMEOUT, "timeout", "the request took too long", None)),
            }
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(bounds.header).max_buf_size(BUFFER).max_headers(64).half_close(false);
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
    drop(kept);
}
