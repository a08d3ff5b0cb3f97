//! Downloads of files of conversations. Their content is not trusted: browsers save them and never show them, except images that the
//! server has checked (quality S34, S42). Uploads are in `uploads`.

use super::{App, error};
use crate::domain::files::FileInfo;
use crate::random;
use crate::ws::agent::find_session;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chinwag::model::ConversationId;
use chinwag::wire::Code;
use futures_util::Stream;
use std::sync::Arc;

/// `GET /v1/agent/conversations/{conv}/files/{file}` with the token as `Authorization: Bearer`.
pub(super) async fn download(State(app): State<Arc<App>>, Path((conv, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(session) = find_session(&app, bearer(&headers)).await else {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "send the token as Authorization: Bearer", None);
    };
    let conv = ConversationId(conv);
    match app.domain.agent_may_see(&session.user, &conv).await {
        Ok(true) => {}
        Ok(false) => return no_file(),
        Err(refusal) => return refused(refusal.code, refusal.message),
    }
    // The log records which agent opened which conversation (quality P21).
    tracing::info!(%conv, agent = session.user, "an agent fetched a file");
    match app.domain.file(&conv, &file).await {
        Ok(Some((info, size, bytes))) => attachment(&info.name, size, bytes),
        Ok(None) => no_file(),
        Err(refusal) => refused(refusal.code, refusal.message),
    }
}

/// `GET /v1/files/{conv}/{file}/{key}`: the key, which is in the file's entry, gives access. Cookies are not used.
pub(super) async fn open(State(app): State<Arc<App>>, Path((conv, file, key)): Path<(String, String, String)>) -> Response {
    let conv = ConversationId(conv);
    // Without the key a client does not learn whether there is such a file (quality S19).
    if !random::same(&key, &app.domain.file_key(&conv, &file)) {
        return no_file();
    }
    match app.domain.file(&conv, &file).await {
        Ok(Some((info, size, bytes))) if info.pixels.is_some() => picture(&info, size, bytes),
        Ok(Some((info, size, bytes))) => attachment(&info.name, size, bytes),
        Ok(None) => no_file(),
        Err(refusal) => refused(refusal.code, refusal.message),
    }
}

/// The token of a request.
pub(super) fn bearer(headers: &HeaderMap) -> &str {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    token.unwrap_or_default()
}

fn no_file() -> Response {
    error(StatusCode::NOT_FOUND, "not_found", "there is no such file", None)
}

fn refused(code: Code, message: &str) -> Response {
    let status = if code == Code::Unavailable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
    error(status, code.word(), message, None)
}

/// Bytes to be saved under a name. No browser displays them, even if they are HTML.
pub(crate) fn attachment<E>(name: &str, size: u64, bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    answer("application/octet-stream", ("attachment", "same-origin"), name, size, bytes)
}

/// An image that browsers may show: on pages of any origin, like the site's picture.
fn picture<E>(info: &FileInfo, size: u64, bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    let mut answer = answer(&info.kind, ("inline", "cross-origin"), &info.name, size, bytes);
    // Widgets draw it onto a canvas, so that no page has to allow images for it. A client with the key can read the bytes in any case.
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

fn answer<E>(
    kind: &str,
    (manner, readers): (&str, &'static str),
    name: &str,
    size: u64,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let disposition = HeaderValue::from_str(&format!("{manner}; filename*=UTF-8''{encoded}"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"))),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(readers)),
    ];
    (StatusCode::OK, headers, Body::from_stream(bytes)).into_response()
}
