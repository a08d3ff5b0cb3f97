//! The variant with pushed events (G5): Bayeux over WebSocket and long polling at `/genesys/cometd`, files at `/genesys/2/chat-ntf`.
//!
//! * `client` is one Bayeux client: its queue, and the chats whose events it gets.
//! * `messages` has the handlers of Bayeux messages, `transport` the long polling and the WebSocket that carry them.
//! * `files` is the multipart address.

mod client;
mod files;
mod messages;
mod transport;

use crate::http::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::post;
use std::sync::Arc;

pub(super) use client::Clients;

/// The addresses of this variant.
pub(super) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let bayeux = post(transport::long_poll).get(transport::upgrade).options(async || StatusCode::NO_CONTENT);
    let files = post(files::perform).options(async || StatusCode::NO_CONTENT);
    Router::new()
        .route("/genesys/cometd", bayeux.clone())
        .route("/genesys/cometd/", bayeux.clone())
        // Clients append the kind of message to the address.
        .route("/genesys/cometd/{*kind}", bayeux)
        .route("/genesys/2/chat-ntf", files)
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(Arc::clone(app), super::cors::guard_any))
}
