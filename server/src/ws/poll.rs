//! Polling, for clients without WebSockets: the same frames over plain requests (docs/protocol.md, section 9). A polling session is wrapped as a
//! [`Socket`], so that limits, heartbeats and handlers are the same.

use super::{agent, visitor};
use crate::http::accept::Permit;
use crate::http::peer::Peer;
use crate::http::{App, error, retry_later};
use crate::random;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::ws::Message;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chinwag::model::limits;
use futures_util::{Sink, Stream};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// Bytes of a request. A client puts several frames into one.
const BODY: usize = 4 * limits::FRAME_BYTES;
/// Frames of a session that wait to be read.
const UNREAD: usize = 64;
/// Bytes that may wait for the next request. Further frames wait in the link's own queue.
const ROOM: usize = limits::FRAME_BYTES;
/// A client that sends no request for this long has left.
const GAP: Duration = Duration::from_secs(10);

/// The polling sessions, by their secret.
#[derive(Default)]
pub(crate) struct Polls(Mutex<HashMap<String, Arc<Session>>>);

impl Polls {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The kind of client.
#[derive(Clone, PartialEq, Eq)]
enum Whose {
    /// A visitor of the site.
    Visitor(String),
    Agent,
}

/// A polling session.
struct Session {
    whose: Whose,
    up: mpsc::Sender<Result<Message, axum::Error>>,
    down: Mutex<Down>,
    /// Woken when there are frames for the next answer.
    ready: Notify,
    /// Woken when a waiting request has begun or ended.
    turn: Notify,
}

/// Frames that wait for the next request.
struct Down {
    lines: String,
    /// No more frames will come.
    over: bool,
    /// The task that waits for free space.
    writer: Option<Waker>,
    /// Whether a request is waiting.
    polled: bool,
    /// When the last request began or ended.
    since: Instant,
}

/// `POST /poll/visitor/{key}`: the origin is checked as before an upgrade.
pub(crate) async fn visitor(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    Extension(permit): Extension<Permit>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if let Some(refusal) = visitor::refuse(&app, &key, &headers) {
        return refusal;
    }
    let mut answer = exchange(&app, Whose::Visitor(key), (permit, peer), body).await;
    if let Some(origin) = headers.get(header::ORIGIN) {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Origin"));
    answer
}

/// `POST /poll/agent`.
pub(crate) async fn agent(
    State(app): State<Arc<App>>,
    Extension(permit): Extension<Permit>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match agent::refuse(&app, &headers) {
        Some(refusal) => refusal,
        None => exchange(&app, Whose::Agent, (permit, peer), body).await,
    }
}

/// Handles one request: the first line is the session's secret, the others are frames. Without a secret a session begins; without frames the
/// request waits.
async fn exchange(app: &Arc<App>, whose: Whose, (permit, peer): (Permit, Peer), body: Body) -> Response {
    let Ok(bytes) = axum::body::to_bytes(body, BODY).await else {
        return error(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "a request has 1048576 bytes at most", None);
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return error(StatusCode::BAD_REQUEST, "malformed", "the body is not UTF-8", None);
    };
    let (secret, frames) = text.split_once('\n').map_or((text, None), |(secret, frames)| (secret, Some(frames)));
    if frames.is_none() && !app.domain.rates().frame_from(peer.household()) {
        return retry_later(error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests", None), 5);
    }
    if secret.is_empty() {
        return begin(app, whose, permit, peer.household());
    }
    let session = app.polls.lock().get(secret).filter(|session| session.whose == whose).cloned();
    match (session, frames) {
        (None, _) => error(StatusCode::NOT_FOUND, "not_found", "there is no such session: begin another one", None),
        (Some(session), Some(frames)) => session.push(frames).await,
        (Some(session), None) => session.poll(),
    }
}

fn begin(app: &Arc<App>, whose: Whose, permit: Permit, from: IpAddr) -> Response {
    if app.is_unplugged() {
        return error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the plug of the demo is out", None);
    }
    let secret = random::hex::<32>();
    let (up, frames) = mpsc::channel(UNREAD);
    let down = Down { lines: String::new(), over: false, writer: None, polled: false, since: Instant::now() };
    let (ready, turn) = (Notify::new(), Notify::new());
    let session = Arc::new(Session { whose, up, down: Mutex::new(down), ready, turn });
    app.polls.lock().insert(secret.clone(), Arc::clone(&session));
    let listed = Listed { app: Arc::clone(app), secret: secret.clone() };
    tokio::spawn(async move {
        let app = &listed.app;
        let polled = Polled { frames, session: Arc::clone(&session) };
        let serve = async {
            match &session.whose {
                Whose::Visitor(site) => visitor::serve(app, polled, site.clone(), from).await,
                Whose::Agent => agent::serve(app, polled, from).await,
            }
        };
        tokio::select! {
            () = serve => {}
            () = session.left() => {}
        }
        session.end();
        // The connection's permit is released; the last frames can still be fetched.
        drop(permit);
        session.left().await;
    });
    text(secret)
}

/// A session in the list; it is removed when its task ends, for any reason.
struct Listed {
    app: Arc<App>,
    secret: String,
}

impl Drop for Listed {
    fn drop(&mut self) {
        let session = self.app.polls.lock().remove(&self.secret);
        session.iter().for_each(|session| session.end());
    }
}

impl Session {
    fn lock(&self) -> MutexGuard<'_, Down> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads frames, one in each line.
    async fn push(&self, frames: &str) -> Response {
        for frame in frames.split('\n') {
            let message = if frame.len() > limits::FRAME_BYTES {
                let size = frame.len();
                let error = tungstenite::error::CapacityError::MessageTooLong { size, max_size: limits::FRAME_BYTES };
                Err(axum::Error::new(tungstenite::Error::Capacity(error)))
            } else {
                Ok(Message::Text(frame.into()))
            };
            if self.up.send(message).await.is_err() {
                return error(StatusCode::NOT_FOUND, "not_found", "the session is over: begin another one", None);
            }
        }
        StatusCode::NO_CONTENT.into_response()
    }

    /// Waits for frames for the answer. The head of the answer is sent at once, so that no proxy takes the request for a dead one.
    fn poll(self: Arc<Self>) -> Response {
        if std::mem::replace(&mut self.lock().polled, true) {
            return error(StatusCode::CONFLICT, "conflict", "another request of this session is waiting", None);
        }
        self.turn.notify_one();
        let turn = Turn(self);
        let lines = futures_util::stream::once(async move { Ok::<_, Infallible>(Bytes::from(turn.0.take().await)) });
        ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], Body::from_stream(lines)).into_response()
    }

    /// Waits for frames; `None` when the session has ended.
    async fn take(&self) -> String {
        loop {
            {
                let mut down = self.lock();
                if !down.lines.is_empty() || down.over {
                    down.writer.take().into_iter().for_each(Waker::wake);
                    return std::mem::take(&mut down.lines);
                }
            }
            self.ready.notified().await;
        }
    }

    /// Marks that no more frames will come.
    fn end(&self) {
        self.lock().over = true;
        self.ready.notify_one();
    }

    /// Resolves when there was no request for too long.
    async fn left(&self) {
        loop {
            let until = {
                let down = self.lock();
                (!down.polled).then(|| down.since + GAP)
            };
            match until {
                None => self.turn.notified().await,
                Some(until) if until <= Instant::now() => return,
                Some(until) => drop(tokio::time::timeout_at(until, self.turn.notified()).await),
            }
        }
    }
}

/// A waiting request; dropping this marks its end, answered or not.
struct Turn(Arc<Session>);

impl Drop for Turn {
    fn drop(&mut self) {
        {
            let mut down = self.0.lock();
            (down.polled, down.since) = (false, Instant::now());
        }
        self.0.turn.notify_one();
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

fn text(text: String) -> Response {
    ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// A session as a socket.
struct Polled {
    frames: mpsc::Receiver<Result<Message, axum::Error>>,
    session: Arc<Session>,
}

impl Stream for Polled {
    type Item = Result<Message, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.frames.poll_recv(cx)
    }
}

impl Sink<Message> for Polled {
    type Error = axum::Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        let mut down = self.session.lock();
        if down.lines.len() < ROOM {
            return Poll::Ready(Ok(()));
        }
        down.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
        {
            let mut down = self.session.lock();
            match message {
                Message::Text(text) => down.lines.push_str(&text),
                // A line with a number in place of a frame is the code with which a socket would be closed.
                Message::Close(frame) => down.lines.push_str(&frame.map_or(super::close::NORMAL, |frame| frame.code).to_string()),
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) => return Ok(()),
            }
            down.lines.push('\n');
        }
        self.session.ready.notify_one();
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }
}
