//! The requests of a page before it opens a socket.

use super::origin::refuse_origin;
use super::{App, error, json};
use crate::config::Picture;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chinwag::wire::Codec;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    locale: String,
}

/// `GET /v1/sites/{key}/config?locale=it`
pub(super) async fn config(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let config = app.domain.config();
    let origin = headers.get(header::ORIGIN);
    let Some(site) = config.site(&key) else {
        // Any page may read a 404, so that the integrator sees the reason in the console.
        let answer =
            error(StatusCode::NOT_FOUND, "unknown_site", "there is no site with this key: check data-site in the snippet", Some("site"));
        return with_origin(answer, HeaderValue::from_static("*"));
    };
    let listed = origin.is_none_or(|origin| origin.to_str().is_ok_and(|origin| config.allows_origin(site, origin)));
    if !listed {
        return refuse_origin(&key, &headers);
    }
    let Some(view) = app.domain.site_view(&key, &asked.locale) else {
        return error(StatusCode::NOT_FOUND, "unknown_site", "there is no site with this key", Some("site"));
    };
    let answer = json(StatusCode::OK, &view.to_text());
    match origin {
        Some(origin) => with_origin(answer, origin.clone()),
        None => vary(answer),
    }
}

/// `GET /v1/sites/{key}/logo/{hash}`: the picture of a site.
pub(super) async fn logo(State(app): State<Arc<App>>, Path((key, hash)): Path<(String, String)>) -> Response {
    picture(app.domain.config().logo(&key), &hash)
}

/// `GET /v1/agents/{user}/picture/{hash}`: the picture of an agent.
pub(super) async fn agent_picture(State(app): State<Arc<App>>, Path((user, hash)): Path<(String, String)>) -> Response {
    picture(app.domain.config().agent_picture(&user), &hash)
}

/// A picture as an answer. Pages of any origin may show it, like the widget's own files.
fn picture(found: Option<&Picture>, hash: &str) -> Response {
    let Some(picture) = found.filter(|picture| picture.hash == hash) else {
        let answer = error(StatusCode::NOT_FOUND, "not_found", "there is no such picture", None);
        return with_origin(answer, HeaderValue::from_static("*"));
    };
    let headers = [
        (header::CONTENT_TYPE, picture.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    with_origin((StatusCode::OK, headers, picture.bytes.clone()).into_response(), HeaderValue::from_static("*"))
}

fn with_origin(mut answer: Response, origin: HeaderValue) -> Response {
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    vary(answer)
}

fn vary(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Origin"));
    answer
}

/// `GET /health`: whether the server can store.
pub(super) async fn health(State(app): State<Arc<App>>) -> Response {
    if *app.stop.borrow() {
        return json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopping"}"#);
    }
    match app.domain.store.health().await {
        Ok(()) => json(StatusCode::OK, r#"{"status":"ok"}"#),
        Err(error) => {
            tracing::error!(%error, "the store is not healthy");
            json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"store_unavailable"}"#)
        }
    }
}
