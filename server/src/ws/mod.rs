//! Sockets: reading and writing frames, heartbeats, limits. The domain handles the frames.

pub(crate) mod agent;
pub(crate) mod poll;
pub(crate) mod visitor;

use crate::domain::link::{Out, Outbound};
use crate::domain::now;
use crate::http::App;
use crate::http::accept::stopped;
use crate::random;
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade};
use chinwag::wire::{Code, Codec, Malformed, ServerFrame, VERSION};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tungstenite::error::ProtocolError;

/// Close codes besides the standard ones.
pub(crate) mod close {
    /// Normal end.
    pub(crate) const NORMAL: u16 = 1000;
    /// The server stops.
    pub(crate) const GOING_AWAY: u16 = 1001;
    /// The other side broke the WebSocket protocol.
    pub(crate) const PROTOCOL: u16 = 1002;
    /// A message was not text.
    pub(crate) const NOT_TEXT: u16 = 1003;
    /// A text was not UTF-8.
    pub(crate) const NOT_UTF8: u16 = 1007;
    /// A message was larger than allowed.
    pub(crate) const TOO_LARGE: u16 = 1009;
    /// The first frame was not `hello` or `auth`.
    pub(crate) const BAD_FIRST_FRAME: u16 = 4400;
    /// No valid token.
    pub(crate) const UNAUTHORIZED: u16 = 4401;
    /// No message came for too long.
    pub(crate) const SILENT: u16 = 4408;
    /// The server does not speak this version of the protocol.
    pub(crate) const VERSION: u16 = 4426;
    /// Too many frames in too short a time.
    pub(crate) const FLOOD: u16 = 4429;
}

/// The time limit for sending one frame.
const SEND_TIME: Duration = Duration::from_secs(20);
/// How long the other side may take to answer a close frame.
const CLOSE_TIME: Duration = Duration::from_secs(2);
/// A server that stops asks its clients to connect again after a random time of up to this many milliseconds (quality R14).
const COME_BACK: u32 = 4_000;

/// The transport of messages: a WebSocket, or polling requests.
pub(crate) trait Socket: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Send + Unpin {}

impl<T: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Send + Unpin> Socket for T {}

/// Sets the limits of a socket before the upgrade; `bytes` is the longest message.
pub fn with_limits(upgrade: WebSocketUpgrade, bytes: usize) -> WebSocketUpgrade {
    upgrade.read_buffer_size(4096).write_buffer_size(0).max_write_buffer_size(2 * bytes).max_message_size(bytes).max_frame_size(bytes)
}

/// The close code for an error of the WebSocket layer; `None` when the connection itself is closed.
#[must_use]
pub fn broken(error: &axum::Error) -> Option<Farewell> {
    let wrong = |message, close| Some(Farewell { code: Code::Malformed, message, retry_after: Some(5_000), close });
    match std::error::Error::source(error)?.downcast_ref()? {
        tungstenite::Error::Capacity(_) => Some(too_large()),
        tungstenite::Error::Utf8(_) => wrong("a text is not UTF-8", close::NOT_UTF8),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        tungstenite::Error::Protocol(_) => wrong("this is not the WebSocket protocol", close::PROTOCOL),
        _ => None,
    }
}

/// Why a socket is closed, as a frame and a close code.
#[derive(Clone, Copy, Debug)]
pub struct Farewell {
    pub(crate) code: Code,
    pub(crate) message: &'static str,
    pub(crate) retry_after: Option<u32>,
    /// The close code.
    pub close: u16,
}

impl Farewell {
    /// The frame; it has the same form for a visitor and a desk.
    fn frame(self) -> String {
        ServerFrame::Bye { code: self.code, message: self.message.to_owned(), retry_after: self.retry_after }.to_text()
    }

    pub(crate) const fn malformed(message: &'static str) -> Self {
        Self { code: Code::Malformed, message, retry_after: None, close: close::BAD_FIRST_FRAME }
    }

    const fn not_text() -> Self {
        Self { code: Code::Malformed, message: "frames are text", retry_after: None, close: close::NOT_TEXT }
    }

    pub(crate) const fn version() -> Self {
        Self {
            code: Code::Version,
            message: "this version of the protocol is not spoken here: load the page again",
            retry_after: None,
            close: close::VERSION,
        }
    }

    pub(crate) const fn unauthorized(message: &'static str) -> Self {
        Self { code: Code::Unauthorized, message, retry_after: None, close: close::UNAUTHORIZED }
    }

    /// The farewell for a refusal that ends the socket.
    pub(crate) const fn refused(refusal: &crate::domain::Refusal) -> Self {
        match refusal.code {
            Code::Unauthorized => Self::unauthorized(refusal.message),
            Code::Malformed => Self::malformed(refusal.message),
            code => Self { code, message: refusal.message, retry_after: Some(5_000), close: close::NORMAL },
        }
    }

    fn restarting() -> Self {
        let retry_after = Some(1_000 + random::below(COME_BACK));
        Self { code: Code::Restarting, message: "the server is stopping", retry_after, close: close::GOING_AWAY }
    }
}

/// Whether the server speaks a client's version: the present one and the one before.
pub(crate) const fn speaks(version: u32) -> bool {
    version == VERSION || version + 1 == VERSION && version > 0
}

/// The next text of a socket without an identity. An error without a farewell means that the other side closed the connection.
pub(crate) async fn first_text(
    socket: &mut impl Socket,
    limit: Duration,
    stop: &mut watch::Receiver<bool>,
    may_send: impl Fn() -> bool,
) -> Result<String, Option<Farewell>> {
    let silent = Farewell { code: Code::Malformed, message: "nothing was said", retry_after: Some(5_000), close: close::SILENT };
    let until = tokio::time::Instant::now() + limit;
    loop {
        let next = tokio::select! {
            next = tokio::time::timeout_at(until, socket.next()) => next,
            () = stopped(stop) => return Err(Some(Farewell::restarting())),
        };
        match next {
            Err(_) => return Err(Some(silent)),
            Ok(Some(Ok(Message::Close(_))) | None) => return Err(None),
            Ok(Some(Err(error))) => return Err(broken(&error)),
            Ok(Some(Ok(_))) if !may_send() => return Err(Some(too_many())),
            Ok(Some(Ok(Message::Text(text)))) => return Ok(text.to_string()),
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
            Ok(Some(Ok(Message::Binary(_)))) => return Err(Some(Farewell::not_text())),
        }
    }
}

/// Sends `bye` and the close frame on a socket without a queue, or only answers the other side's close frame.
pub(crate) async fn dismiss(mut socket: impl Socket, farewell: impl Into<Option<Farewell>>) {
    let farewell = farewell.into();
    let say = async {
        if let Some(farewell) = farewell {
            socket.send(Message::Text(farewell.frame().into())).await?;
            socket.send(Message::Close(Some(CloseFrame { code: farewell.close, reason: farewell.code.word().into() }))).await?;
        }
        // So the other side's close frame is answered, and ours is not lost with the connection.
        while socket.next().await.is_some_and(|message| message.is_ok()) {}
        Ok::<(), axum::Error>(())
    };
    // A client that does not read it in time is disconnected.
    let _ = tokio::time::timeout(CLOSE_TIME, say).await;
}

/// The handler of a socket with an identity.
pub(crate) trait Client: Send + Sync {
    /// The queue of its frames.
    fn out(&self) -> &Outbound;
    /// Whether the client may send one more frame now.
    fn may_send(&self) -> bool;
    /// Handles a text that was received.
    fn text(&self, text: &str) -> impl Future<Output = Result<(), Farewell>> + Send;
    /// The frame of a heartbeat.
    fn ping(&self) -> String;
}

/// Runs a socket until it ends, for any reason.
pub(crate) async fn run(app: &App, socket: impl Socket, client: &impl Client, mut queue: mpsc::UnboundedReceiver<Out>) {
    let config = app.domain.config();
    let (heartbeat, silence) = (config.timeouts().heartbeat.0, config.timeouts().silence.0);
    let (mut sink, mut stream) = socket.split();
    let out = client.out();
    let write = async {
        while let Some(next) = queue.recv().await {
            let (message, bytes) = match next {
                Out::Text(text) => {
                    let bytes = text.len();
                    (Message::Text(text.into()), Some(bytes))
                }
                Out::Close(code) => (Message::Close(Some(CloseFrame { code, reason: "".into() })), None),
            };
            let sent = tokio::time::timeout(SEND_TIME, sink.send(message)).await;
            match (sent, bytes) {
                (Ok(Ok(())), Some(bytes)) => out.sent(bytes),
                _ => break,
            }
        }
    };
    let read = async {
        let mut stop = app.stop.clone();
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + heartbeat, heartbeat);
        let mut heard = tokio::time::Instant::now();
        loop {
            let next = tokio::select! {
                next = tokio::time::timeout_at(heard + silence, stream.next()) => next,
                _ = beat.tick() => {
                    out.push_text(client.ping());
                    continue;
                }
                () = stopped(&mut stop) => return Some(Farewell::restarting()),
            };
            heard = tokio::time::Instant::now();
            let text = match next {
                Err(_) => {
                    return Some(Farewell {
                        code: Code::Unavailable,
                        message: "nothing was heard for too long",
                        retry_after: Some(1_000),
                        close: close::SILENT,
                    });
                }
                Ok(Some(Ok(Message::Close(_))) | None) => return None,
                Ok(Some(Err(error))) => return broken(&error),
                Ok(Some(Ok(_))) if !client.may_send() => return Some(too_many()),
                Ok(Some(Ok(Message::Text(text)))) => text,
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => continue,
                Ok(Some(Ok(Message::Binary(_)))) => return Some(Farewell::not_text()),
            };
            if let Err(farewell) = client.text(&text).await {
                return Some(farewell);
            }
        }
    };
    tokio::pin!(write);
    let farewell = tokio::select! {
        farewell = read => farewell,
        () = &mut write => None,
        () = app.unplugged() => return,
        () = out.is_cut() => {
            tracing::info!("a socket that does not read was cut");
            return;
        }
    };
    let finish = async {
        if let Some(farewell) = farewell {
            out.push_text(farewell.frame());
            out.close(farewell.close);
            write.await;
        }
        // So the other side's close frame is answered, and ours is not lost with the connection.
        while stream.next().await.is_some_and(|message| message.is_ok()) {}
    };
    // A client that does not read it in time is disconnected.
    let _ = tokio::time::timeout(CLOSE_TIME, finish).await;
}

/// The answer to a text that is not a frame; `None` for a frame of a later version, which is ignored (quality R18).
pub(crate) fn malformed(error: &Malformed) -> Option<String> {
    if error.is_unknown_kind() && error.field == "t" {
        return None;
    }
    let field = (!error.field.is_empty()).then(|| error.field.clone());
    Some(ServerFrame::error(Code::Malformed, error.to_string(), field).to_text())
}

/// The text of a heartbeat; it has the same form for a visitor and a desk.
pub(crate) fn ping(heads: Vec<chinwag::wire::Head>) -> String {
    ServerFrame::Ping { now: now(), heads }.to_text()
}

/// The answer to a `ping` before the first frame.
fn pong() -> String {
    ServerFrame::Pong { now: now(), heads: Vec::new() }.to_text()
}

const fn too_large() -> Farewell {
    Farewell { code: Code::TooLarge, message: "a frame has 262144 bytes at most", retry_after: Some(5_000), close: close::TOO_LARGE }
}

const fn too_many() -> Farewell {
    Farewell { code: Code::RateLimited, message: "too many frames", retry_after: Some(10_000), close: close::FLOOD }
}
