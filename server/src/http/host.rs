//! The name that the server is addressed by. A page of a stranger can give its own name the address of a server inside an office, and
//! is of the same origin then: so pages and what agents ask for are only there under names that the operator knows.

use super::{App, error};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Characters of a name in the log.
const SHOWN: usize = 100;

/// Around what agents ask for.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match refuse(&app, request.headers()) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// The answer to a request under a name that the server does not have.
pub(super) fn refuse(app: &App, headers: &HeaderMap) -> Option<Response> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    if hosts.next().is_none() && app.domain.config().answers_to(host) {
        return None;
    }
    let host: String = host.chars().take(SHOWN).collect();
    tracing::warn!(host, "a request was refused: if this is a name of this server, add it to server.hosts");
    let message = "this server does not go by this name: its operator can add it to server.hosts in the configuration";
    Some(error(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message, Some("host")))
}
