//! The socket of a visitor.

use super::{Client, Farewell, Socket, dismiss, first_text, malformed, ping, pong, run, speaks, with_limits};
use crate::domain::link::{Heard, LastPut, Outbound, VisitorLink};
use crate::domain::{Refusal, Start, error_frame, now, refused};
use crate::http::accept::Permit;
use crate::http::origin::refuse_origin;
use crate::http::peer::Peer;
use crate::http::{App, error};
use crate::random;
use axum::Extension;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chinwag::model::limits;
use chinwag::wire::{Code, Codec, ServerFrame, VisitorFrame};
use futures_util::SinkExt;
use std::net::IpAddr;
use std::sync::Arc;

/// How many times a socket may try another visitor id, after a `ping`.
const TRIES: usize = 4;

/// `GET /ws/visitor/{key}`: the origin is checked before the upgrade (quality S17).
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    Extension(permit): Extension<Permit>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Some(refusal) = refuse(&app, &key, &headers) {
        return refusal;
    }
    if app.is_unplugged() {
        return error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the plug of the demo is out", None);
    }
    let Ok(upgrade) = upgrade else {
        return error(StatusCode::UPGRADE_REQUIRED, "upgrade_required", "this address speaks WebSocket", None);
    };
    with_limits(upgrade, limits::FRAME_BYTES).on_upgrade(move |socket| async move {
        let _permit = permit;
        serve(&app, socket, key, peer.household()).await;
    })
}

/// The answer to a page whose origin the site does not list. The origin is checked before anything else (quality S17).
pub(super) fn refuse(app: &App, key: &str, headers: &HeaderMap) -> Option<Response> {
    let config = app.domain.config();
    let Some(site) = config.site(key) else {
        return Some(error(StatusCode::NOT_FOUND, "unknown_site", "there is no site with this key", Some("site")));
    };
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let listed = origin.is_some_and(|origin| config.allows_origin(site, origin));
    (!listed).then(|| refuse_origin(key, headers))
}

pub(super) async fn serve(app: &App, mut socket: impl Socket, site: String, from: IpAddr) {
    let mut stop = app.stop.clone();
    let limit = app.domain.config().timeouts().hello.0;
    let mut hello = None;
    for _ in 0..TRIES {
        let text = match first_text(&mut socket, limit, &mut stop, || app.domain.rates().frame_from(from)).await {
            Ok(text) => text,
            Err(farewell) => return dismiss(socket, farewell).await,
        };
        let (version, visitor, token, epoch, chats) = match VisitorFrame::from_text(&text) {
            Ok(VisitorFrame::Hello { version, visitor, token, epoch, chats }) => (version, visitor, token, epoch, chats),
            // A client checks whether frames get through before it uses the socket.
            Ok(VisitorFrame::Ping {}) => {
                if socket.send(Message::Text(pong().into())).await.is_err() {
                    return;
                }
                continue;
            }
            _ => return dismiss(socket, Farewell::malformed("the first frame has to be a whole hello")).await,
        };
        if !speaks(version) {
            return dismiss(socket, Farewell::version()).await;
        }
        match app.domain.admit(&site, &visitor, token.as_deref(), from).await {
            Ok(token) => {
                hello = Some((visitor, token, epoch, chats));
                break;
            }
            Err(refusal) if refusal.code == Code::VisitorTaken => {
                // The socket stays open: the next `hello` has another id.
                if socket.send(Message::Text(error_frame(&refusal).to_text().into())).await.is_err() {
                    return;
                }
            }
            Err(refusal) => {
                tracing::info!(site, code = refusal.code.word(), "a visitor was not let in");
                return dismiss(socket, Farewell::refused(&refusal)).await;
            }
        }
    }
    let Some((visitor, token, epoch, chats)) = hello else {
        return dismiss(socket, Farewell::malformed("too many ids that are taken")).await;
    };
    let config = app.domain.config();
    let (out, queue) = Outbound::new(config.limits().queued_bytes);
    let link = Arc::new(VisitorLink { id: random::hex::<8>(), visitor, site, out, heard: Heard::default(), put: LastPut::default(), from });
    let client = Visitor { app, link: Arc::clone(&link) };
    let _gone = Gone { app, link: &link };
    if let Err(refusal) = app.domain.welcome_visitor(&link, token, epoch.as_deref(), &chats).await {
        return dismiss(socket, Farewell::refused(&refusal)).await;
    }
    run(app, socket, &client, queue).await;
}

/// Tells the domain that the socket closed, also when its task is dropped or panics.
struct Gone<'a> {
    app: &'a App,
    link: &'a VisitorLink,
}

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.app.domain.visitor_left(self.link);
    }
}

struct Visitor<'a> {
    app: &'a App,
    link: Arc<VisitorLink>,
}

impl Client for Visitor<'_> {
    fn out(&self) -> &Outbound {
        &self.link.out
    }

    fn may_send(&self) -> bool {
        self.app.domain.rates().frame(&self.link.visitor, self.link.from)
    }

    fn ping(&self) -> String {
        ping(self.link.heard.heads())
    }

    async fn text(&self, text: &str) -> Result<(), Farewell> {
        let link = &*self.link;
        let domain = &self.app.domain;
        let frame = match VisitorFrame::from_text(text) {
            Ok(frame) => frame,
            Err(error) => {
                malformed(&error).into_iter().for_each(|answer| link.out.push_text(answer));
                return Ok(());
            }
        };
        let rates = domain.rates();
        let limited = || Refusal::new(Code::RateLimited, "too many in too short a time");
        match frame {
            VisitorFrame::Put { id, .. } if !rates.message(&link.visitor, link.from) => link.out.push(&refused(id, limited())),
            VisitorFrame::Put { conv, id, item, follows } => domain.visitor_put(link, conv, id, item, follows).await,
            VisitorFrame::Start { id, .. } if !rates.start(&link.visitor, link.from) => link.out.push(&refused(id, limited())),
            VisitorFrame::Start { id, widget, locale, zone, page, values, message } => {
                domain.visitor_start(link, Start { id, widget, locale, zone, page, values, message }).await;
            }
            VisitorFrame::Typing { conv, on } => domain.visitor_typing(link, &conv, on).await,
            VisitorFrame::Fetch { conv, after, before } => domain.visitor_fetch(link, &conv, after, before).await,
            VisitorFrame::Ping {} => link.out.push(&ServerFrame::Pong { now: now(), heads: link.heard.heads() }),
            VisitorFrame::Pong {} => {}
            VisitorFrame::Hello { .. } => {
                link.out.push(&error_frame(&Refusal::new(Code::Malformed, "hello comes once, as the first frame")))
            }
        }
        Ok(())
    }
}
