//! The chat protocol of Genesys Mobile Services, version 2 (REST; G4), over our conversations: a chat that is started here waits,
//! is offered, answered and ended like one of our own widget. docs/compat/gms.md tells what differs from the original.
//!
//! * `settings` has the configuration, `fields` reads bodies, `answer` writes answers, `cors` checks origins.
//! * `session` has the clients' sessions; `transcript` gives events their numbers.
//! * `cometd` is the variant with pushed events (G5).
//! * `start`, `operations` and `files` are the operations; `idle` drops silent clients.

mod answer;
mod cometd;
mod cors;
mod fields;
mod files;
mod idle;
mod operations;
mod session;
mod settings;
mod start;
mod transcript;

use crate::http::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::post;
use std::sync::Arc;

pub use idle::watch;
pub use session::Gms;
pub use settings::{Files, Settings};

/// The addresses of the protocol.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let addresses = [
        ("", post(start::start)),
        // The addresses in pages' configurations often end with a slash.
        ("/", post(start::start)),
        ("/{chat}/file", post(files::upload)),
        ("/{chat}/{operation}", post(operations::perform)),
        ("/{chat}/file/limits", post(files::limits)),
        ("/{chat}/file/{file}/download", post(files::download)),
        ("/{chat}/file/{file}/delete", post(files::delete)),
    ];
    let mut router = Router::new();
    for (rest, handler) in addresses {
        // A preflight is answered by the guard; it only needs the method to exist.
        let handler = handler.options(async || StatusCode::NO_CONTENT);
        router = router.route(&format!("/genesys/2/chat/{{service}}{rest}"), handler);
    }
    router
        // Every reader of a body here has a limit of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(Arc::clone(app), cors::guard))
        .merge(cometd::routes(app))
}
