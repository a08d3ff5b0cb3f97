//! The name that the server is addressed by. A page of a stranger can give its own name the address of a server inside an office, and
//! is of the same origin then: so pages and what agents ask for are only there under names that the operator knows. A trusted proxy
//! that speaks for the server knows its names, and while the configuration lists none, its word is taken.

use super::peer::Proxied;
use super::{App, error};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Characters of a name in the log.
const SHOWN: usize = 100;

/// Around what agents ask for.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match refuse(&app, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// The name that a request is addressed to, if it is one of the server's.
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
