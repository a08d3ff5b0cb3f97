//! HTTP: the accept loop, the routes, files, signing in.

pub mod accept;
mod assets;
mod failures;
pub(crate) mod files;
mod headers;
mod home;
mod host;
mod linger;
mod login;
pub(crate) mod origin;
pub mod peer;
mod site;
mod uploads;

use crate::demo::{self, Plug};
use crate::domain::Domain;
use crate::gms::{self, Gms};
use crate::password::Checker;
use crate::ws;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use tokio::sync::watch;

pub use assets::{Assets, BuiltIn, Inside};
pub use failures::Failures;
pub use login::{PasswordError, check_password, set_password};
pub(crate) use login::{foreign_desk, has_password};

/// The state that all handlers share.
pub struct App {
    pub domain: Arc<Domain>,
    pub assets: Assets,
    /// Only in a demo.
    pub(crate) demo: Option<Arc<Plug>>,
    /// True once the server stops.
    pub stop: watch::Receiver<bool>,
    /// Checks passwords.
    pub passwords: Checker,
    pub failures: Failures,
    pub gms: Gms,
    pub(crate) polls: ws::poll::Polls,
}

impl App {
    /// The state over a domain and files. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub(crate) fn start(
        domain: Arc<Domain>,
        assets: Assets,
        demo: Option<Arc<Plug>>,
        stop: watch::Receiver<bool>,
    ) -> std::io::Result<Arc<Self>> {
        let passwords = Checker::start()?;
        let app = Arc::new(Self {
            domain,
            assets,
            demo,
            stop,
            passwords,
            failures: Failures::default(),
            gms: Gms::default(),
            polls: ws::poll::Polls::default(),
        });
        tokio::spawn(gms::watch(Arc::downgrade(&app)));
        Ok(app)
    }

    /// Whether new sockets are refused.
    pub(crate) fn is_unplugged(&self) -> bool {
        self.demo.as_ref().is_some_and(|plug| plug.is_out())
    }

    /// Resolves once every socket has to be cut.
    pub(crate) async fn unplugged(&self) {
        match &self.demo {
            Some(plug) => plug.pulled().await,
            None => std::future::pending().await,
        }
    }
}

/// The most bytes in the body of a request.
const BODY_BYTES: usize = 16 * 1024;

/// Every route.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(site::health))
        .route("/v1/sites/{key}/config", get(site::config))
        .route("/v1/sites/{key}/logo/{hash}", get(site::logo))
        .route("/v1/agents/{user}/picture/{hash}", get(site::agent_picture))
        .route(
            "/v1/sites/{key}/conversations/{conv}/uploads/{id}",
            get(uploads::of_visitor).post(uploads::of_visitor).delete(uploads::of_visitor).options(uploads::of_visitor),
        )
        .route("/v1/files/{conv}/{file}/{key}", get(files::open))
        .merge(agents(&app))
        .merge(gms::routes(&app))
        .merge(demo::routes(&app))
        .route("/ws/visitor/{key}", get(ws::visitor::upgrade))
        .route("/poll/visitor/{key}", post(ws::poll::visitor))
        .fallback(assets::serve)
        .method_not_allowed_fallback(async || {
            error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this address has no such method", None)
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), headers::add))
        .with_state(app)
}

/// The routes for desks and bots, only under known host names (see [`host`]).
fn agents(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/v1/agent/login", post(login::login))
        .route("/v1/agent/logout", post(login::logout))
        .route("/v1/agent/conversations/{conv}/files/{file}", get(files::download))
        .route("/v1/agent/conversations/{conv}/uploads/{id}", get(uploads::of_agent).post(uploads::of_agent).delete(uploads::of_agent))
        .route("/ws/agent", get(ws::agent::upgrade))
        .route("/poll/agent", post(ws::poll::agent))
        .route_layer(axum::middleware::from_fn_with_state(Arc::clone(app), host::guard))
}

/// An error as JSON: a code for programs, a message for people, the field if there is one (quality S33).
pub fn error(status: StatusCode, code: &str, message: &str, field: Option<&str>) -> Response {
    let mut inner = serde_json::json!({ "code": code, "message": message });
    if let (Some(field), Some(inner)) = (field, inner.as_object_mut()) {
        inner.insert("field".into(), field.into());
    }
    json(status, &serde_json::json!({ "error": inner }).to_string())
}

/// Adds the number of seconds after which the client may try again.
pub fn retry_later(mut answer: Response, seconds: u64) -> Response {
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

/// A JSON answer that must not be cached.
pub fn json(status: StatusCode, text: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text.to_owned()).into_response()
}
