//! The transports of Bayeux messages: long polling and WebSocket. Their handlers are in `messages`.

use super::client::Hold;
use super::messages::{BATCH, Done, Sender};
use crate::gms::answer::Fault;
use crate::http::accept::{Permit, stopped};
use crate::http::peer::Peer;
use crate::http::{App, json};
use crate::ws::with_limits;
use axum::Extension;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Bytes of one batch.
const BYTES: usize = 256 * 1024;
/// The longest that a connect is held over a socket.
const SOCKET_HOLD: Duration = Duration::from_secs(15);
/// The time limit for sending one message.
const SEND_TIME: Duration = Duration::from_secs(20);

/// `POST /genesys/cometd`: a batch, and its answers. A connect waits until there is a message.
pub(super) async fn long_poll(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, request: Request) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Fault::denied(StatusCode::UNSUPPORTED_MEDIA_TYPE, 415, "send application/json").answer();
    }
    if !app.domain.rates().frame_from(peer.household()) {
        return Fault::too_many().answer();
    }
    let origin = origin_of(request.headers());
    let Ok(bytes) = axum::body::to_bytes(request.into_body(), BYTES).await else {
        return Fault::denied(StatusCode::PAYLOAD_TOO_LARGE, 413, "the body is too large").answer();
    };
    let Some(batch) = std::str::from_utf8(&bytes).ok().and_then(batch) else {
        return Fault::request(400, "the body is not a list of messages").answer();
    };
    // A request may not take longer than the server's limit for one.
    let hold = SOCKET_HOLD.min(app.domain.config().timeouts().body.0.mul_f32(0.7));
    let mut stop = app.stop.clone();
    let Done { mut replies, connect, client } = Sender { app: &app, peer, origin, hold }.take(batch).await;
    if let Some((client, reply, hold)) = connect {
        let _hold: Hold = client.hold();
        let until = Instant::now() + hold;
        let mut told = client.take();
        while told.is_empty() && !client.is_gone() && replies.is_empty() {
            let waited = tokio::select! {
                waited = tokio::time::timeout_at(until, client.ready.notified()) => waited.is_ok(),
                () = stopped(&mut stop) => false,
            };
            told = client.take();
            if !waited {
                break;
            }
        }
        replies.append(&mut told);
        replies.push(reply);
    } else if let Some(client) = client {
        replies.append(&mut client.take());
    }
    json(StatusCode::OK, &Value::Array(replies).to_string())
}

/// `GET /genesys/cometd`: the same over a WebSocket.
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Extension(permit): Extension<Permit>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return Fault::denied(StatusCode::UPGRADE_REQUIRED, 426, "send a POST, or ask for a WebSocket").answer();
    };
    let origin = origin_of(&headers);
    with_limits(upgrade, BYTES).on_upgrade(move |socket| async move {
        let _permit = permit;
        serve(&app, peer, origin, socket).await;
    })
}

/// A connect over a socket that is not answered yet.
struct Waiting {
    reply: Value,
    until: Instant,
}

async fn serve(app: &Arc<App>, peer: Peer, origin: Option<String>, mut socket: WebSocket) {
    let sender = Sender { app, peer, origin, hold: SOCKET_HOLD };
    // The visitor is not known before a chat is named: frames count for the address.
    let may_send = || app.domain.rates().frame_from(peer.household());
    let mut stop = app.stop.clone();
    let mut known: Option<Hold> = None;
    let mut waiting: Option<Waiting> = None;
    loop {
        let until = waiting.as_ref().map_or_else(|| Instant::now() + SOCKET_HOLD, |waiting| waiting.until);
        let ready = async {
            match &known {
                Some(hold) => hold.client().ready.notified().await,
                None => std::future::pending().await,
            }
        };
        let mut out = Vec::new();
        tokio::select! {
            message = tokio::time::timeout(2 * SOCKET_HOLD, socket.recv()) => match message {
                Ok(Some(Ok(Message::Text(text)))) if may_send() => {
                    let Some(batch) = batch(&text) else { break };
                    let done = sender.take(batch).await;
                    out = done.replies;
                    if let Some(client) = done.client
                        && known.as_ref().is_none_or(|hold| hold.client().id != client.id)
                    {
                        known = Some(client.hold());
                    }
                    if let Some((_, reply, hold)) = done.connect {
                        waiting = Some(Waiting { reply, until: Instant::now() + hold });
                    }
                }
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) if may_send() => {}
                _ => break,
            },
            () = ready => {}
            () = tokio::time::sleep_until(until) => {}
            () = stopped(&mut stop) => break,
        }
        let client = known.as_ref().map(Hold::client);
        if client.is_some_and(|client| client.is_gone()) {
            break;
        }
        out.extend(client.into_iter().flat_map(|client| client.take()));
        if let Some(due) = waiting.take_if(|waiting| waiting.until <= Instant::now()) {
            out.push(due.reply);
        }
        if !out.is_empty() {
            let text = Value::Array(out).to_string();
            let sent = tokio::time::timeout(SEND_TIME, socket.send(Message::Text(text.into()))).await;
            if !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
    }
    // A peer that does not read the close frame is cut off.
    let _ = tokio::time::timeout(Duration::from_secs(2), socket.send(Message::Close(None))).await;
}

fn origin_of(headers: &HeaderMap) -> Option<String> {
    headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default().to_owned())
}

/// One message or a list of them.
fn batch(text: &str) -> Option<Vec<Value>> {
    match serde_json::from_str(text).ok()? {
        Value::Array(list) if list.len() <= BATCH => Some(list),
        one @ Value::Object(_) => Some(vec![json!(one)]),
        _ => None,
    }
}
