//! The `Host` of a request (protection against DNS rebinding). A hostile page can point its own DNS name at a server inside an office, and
//! is then of the same origin. So pages and the agents' interface are only served under names in the configuration. While it lists
//! none, the name that a trusted proxy passes on is accepted.

use super::peer::Proxied;
use super::{App, error};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Characters of a name in the log.
const SHOWN: usize = 100;

/// A layer around the routes of agents: refuses requests under another host name.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match refuse(&app, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// The host name of a request, if it is one of the server's.
pub(super) fn known<'r>(app: &App, request: &'r Request) -> Option<&'r str> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    let config = app.domain.config();
    let by_proxy = config.server().hosts.is_empty() && request.extensions().get::<Proxied>().is_some();
    (hosts.next().is_none() && (by_proxy || config.answers_to(host))).then_some(host)
}

/// The answer to a request under a name that the server does not have.
pub(super) fn refuse(app: &App, request: &Request) -> Option<Response> {
    if known(app, request).is_some() {
        return None;
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host: String = host.chars().take(SHOWN).collect();
    tracing::warn!(host, "a request was refused: if this is a name of this server, add it to server.hosts");
    let message = "this server does not go by this name: its operator can add it to server.hosts in the configuration";
    Some(error(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message, Some("host")))
}
