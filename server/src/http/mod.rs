//! HTTP: the accept loop, the routes, files, signing in.

pub mod accept;
mod assets;
pub(crate) mod files;
mod headers;
mod login;
mod site;

use crate::domain::Domain;
use crate::gms::{self, Gms};
use crate::ws;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

pub use login::set_password;

/// What every handler knows.
pub struct App {
    pub domain: Arc<Domain>,
    pub assets: PathBuf,
    /// True once the server stops.
    pub stop: watch::Receiver<bool>,
    pub failures: login::Failures,
    pub gms: Gms,
}

impl App {
    /// Over a domain and a folder of files. Needs a tokio runtime.
    #[must_use]
    pub fn new(domain: Arc<Domain>, assets: PathBuf, stop: watch::Receiver<bool>) -> Arc<Self> {
        let app = Arc::new(Self { domain, assets, stop, failures: login::Failures::default(), gms: Gms::default() });
        tokio::spawn(gms::watch(Arc::downgrade(&app)));
        app
    }
}

/// Bytes in the body of a request.
const BODY_BYTES: usize = 16 * 1024;

/// Every route.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(site::health))
        .route("/v1/sites/{key}/config", get(site::config))
        .route("/v1/sites/{key}/logo/{hash}", get(site::logo))
        .route("/v1/agent/login", post(login::login))
        .route("/v1/agent/logout", post(login::logout))
        .route("/v1/agent/conversations/{conv}/files/{file}", get(files::download))
        .merge(gms::routes(&app))
        .route("/ws/visitor/{key}", get(ws::visitor::upgrade))
        .route("/ws/agent", get(ws::agent::upgrade))
        .fallback(assets::serve)
        .method_not_allowed_fallback(async || {
            error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this address has no such method", None)
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), headers::add))
        .with_state(app)
}

/// An error as JSON: a code for programs, words for people, the field if there is one (quality S33).
pub fn error(status: StatusCode, code: &str, message: &str, field: Option<&str>) -> Response {
    let mut inner = serde_json::json!({ "code": code, "message": message });
    if let (Some(field), Some(inner)) = (field, inner.as_object_mut()) {
        inner.insert("field".into(), field.into());
    }
    json(status, &serde_json::json!({ "error": inner }).to_string())
}

/// An answer that is JSON and not for anybody's cache.
pub fn json(status: StatusCode, text: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text.to_owned()).into_response()
}
