//! The routes that only the demo's page uses: the token of its desk, and the plug.

use super::sign_in;
use crate::http::{App, error, json};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;

/// The routes of the demo; empty in a server that is not a demo.
pub(crate) fn routes(app: &App) -> Router<Arc<App>> {
    if app.demo.is_none() {
        return Router::new();
    }
    Router::new().route("/v1/demo/agent", post(agent)).route("/v1/demo/plug", get(plug_is).post(set_plug))
}

/// `POST /v1/demo/agent`: `{"token": "..."}` of a session of the demo's agent.
async fn agent(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(refusal) = foreign(&app, &headers) {
        return refusal;
    }
    match sign_in(&*app.domain.store, app.domain.config().timeouts().session.millis()).await {
        Ok(token) => json(StatusCode::OK, &serde_json::json!({ "token": token }).to_string()),
        Err(failure) => {
            tracing::error!(error = %failure, "the store failed");
            error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "cannot store at the moment", None)
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    out: bool,
}

/// `GET /v1/demo/plug`: `{"out": false}`
async fn plug_is(State(app): State<Arc<App>>) -> Response {
    let out = app.demo.as_ref().is_some_and(|plug| plug.is_out());
    json(StatusCode::OK, &serde_json::json!({ "out": out }).to_string())
}

/// `POST /v1/demo/plug` with `{"out": true}` or `{"out": false}`
async fn set_plug(State(app): State<Arc<App>>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    if let Some(refusal) = foreign(&app, &headers) {
        return refusal;
    }
    let Ok(Asked { out }) = serde_json::from_slice(&body) else {
        return error(StatusCode::BAD_REQUEST, "malformed", "send {\"out\": true} or {\"out\": false}", Some("out"));
    };
    if let Some(plug) = &app.demo {
        plug.set(out);
    }
    plug_is(State(app)).await
}

/// Only pages of this server may send requests, and only under an address of this machine; a DNS name that points here is refused.
fn foreign(app: &App, headers: &HeaderMap) -> Option<Response> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (origin, host) = (text(header::ORIGIN), text(header::HOST));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    let allowed = is_here && app.domain.config().allows_desk(origin, host);
    (!allowed).then(|| error(StatusCode::FORBIDDEN, "origin_not_allowed", "only the demo's own pages may ask this", Some("origin")))
}

/// The policy of a page of the shop whose address ends in `?policy=strict`: the sources that the widget needs according to docs/embedding.md, and
/// those of the page itself.
pub(crate) fn strict_policy(uri: &Uri, host: Option<&str>) -> Option<HeaderValue> {
    let asked = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "policy=strict"));
    let host = host.filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b)))?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self' ws://{host}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    asked.then(|| HeaderValue::from_str(&policy).ok()).flatten()
}
