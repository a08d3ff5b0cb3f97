//! The socket of an agent's desk.

use super::{Client, Farewell, Socket, dismiss, first_text, malformed, ping, pong, run, speaks, with_limits};
use crate::domain::link::{AgentLink, Outbound};
use crate::domain::session::{SESSIONS, Session, session_key};
use crate::http::accept::Permit;
use crate::http::peer::Peer;
use crate::http::{App, error, foreign_desk};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chinwag::model::limits;
use chinwag::wire::{AgentFrame, Codec};
use futures_util::SinkExt;
use std::net::IpAddr;
use std::sync::Arc;

/// `GET /ws/agent`. Programs without an origin may connect too: the token in the first frame gives access.
pub(crate) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(permit): Extension<Permit>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Some(refusal) = refuse(&app, &headers) {
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
        serve(&app, socket, peer.household()).await;
    })
}

/// The answer to a page that may not contain a desk.
pub(super) fn refuse(app: &App, headers: &HeaderMap) -> Option<Response> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    headers.get(header::ORIGIN)?;
    foreign_desk(app, text(header::ORIGIN), text(header::HOST))
}

pub(super) async fn serve(app: &App, mut socket: impl Socket, from: IpAddr) {
    let mut stop = app.stop.clone();
    let config = app.domain.config();
    let may_send = || app.domain.rates().frame_from(from);
    let mut first = AgentFrame::Ping {};
    for _ in 0..2 {
        let text = match first_text(&mut socket, config.timeouts().hello.0, &mut stop, may_send).await {
            Ok(text) => text,
            Err(farewell) => return dismiss(socket, farewell).await,
        };
        first = AgentFrame::from_text(&text).unwrap_or(AgentFrame::Pong {});
        // A desk checks whether frames get through before it uses the socket.
        if first != (AgentFrame::Ping {}) {
            break;
        }
        if socket.send(Message::Text(pong().into())).await.is_err() {
            return;
        }
    }
    let AgentFrame::Auth { version, token } = first else {
        return dismiss(socket, Farewell::malformed("the first frame has to be a whole auth")).await;
    };
    if !speaks(version) {
        return dismiss(socket, Farewell::version()).await;
    }
    let Some(session) = find_session(app, &token).await else {
        tracing::warn!("a desk came without a valid token");
        return dismiss(socket, Farewell::unauthorized("sign in again")).await;
    };
    let (out, queue) = Outbound::new(config.limits().queued_bytes);
    let link = Arc::new(AgentLink::new(session.user, session_key(&token), session.expires, out));
    let _gone = Gone { app, link: &link };
    if let Err(refusal) = app.domain.welcome_agent(&link) {
        return dismiss(socket, Farewell::refused(&refusal)).await;
    }
    let client = Agent { app, link: Arc::clone(&link) };
    run(app, socket, &client, queue).await;
}

/// The session of a token, if it is valid. Every failure looks the same (quality S19).
pub(crate) async fn find_session(app: &App, token: &str) -> Option<Session> {
    let doc = app.domain.store.get_doc(SESSIONS, &session_key(token)).await.ok().flatten()?;
    let session: Session = serde_json::from_str(&doc.value).ok()?;
    let holds = crate::domain::clean::is_hex(token, 64) && session.expires > crate::domain::now().0;
    holds.then_some(session)
}

/// Tells the domain that the socket closed, also when its task is dropped or panics.
struct Gone<'a> {
    app: &'a App,
    link: &'a AgentLink,
}

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.app.domain.agent_left(self.link);
    }
}

struct Agent<'a> {
    app: &'a App,
    link: Arc<AgentLink>,
}

impl Client for Agent<'_> {
    fn out(&self) -> &Outbound {
        &self.link.out
    }

    fn may_send(&self) -> bool {
        self.app.domain.rates().agent_frame(&self.link.user)
    }

    fn ping(&self) -> String {
        ping(self.link.heard.heads())
    }

    async fn text(&self, text: &str) -> Result<(), Farewell> {
        match AgentFrame::from_text(text) {
            Ok(frame) => self.app.domain.agent_frame(&self.link, frame).await,
            Err(error) => malformed(&error).into_iter().for_each(|answer| self.link.out.push_text(answer)),
        }
        Ok(())
    }
}
