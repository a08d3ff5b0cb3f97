//! Files of conversations for agents. What is in them is a stranger's: they are saved, never shown (quality S34).

use super::{App, error};
use crate::ws::agent::find_session;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chinwag::model::ConversationId;
use chinwag::wire::Code;
use std::sync::Arc;

/// `GET /v1/agent/conversations/{conv}/files/{file}` with the token as `Authorization: Bearer`.
pub(super) async fn download(State(app): State<Arc<App>>, Path((conv, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let Some(session) = find_session(&app, token.unwrap_or_default()).await else {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "send the token as Authorization: Bearer", None);
    };
    let conv = ConversationId(conv);
    let found = match app.domain.agent_may_see(&session.user, &conv).await {
        Ok(true) => app.domain.file(&conv, &file).await,
        Ok(false) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok(Some((info, bytes))) => {
            // Who looked at what is kept in the log (quality P21).
            tracing::info!(%conv, agent = session.user, "an agent fetched a file");
            attachment(&info.name, bytes)
        }
        Ok(None) => error(StatusCode::NOT_FOUND, "not_found", "there is no such file", None),
        Err(refusal) if refusal.code == Code::Unavailable => error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", refusal.message, None),
        Err(refusal) => error(StatusCode::INTERNAL_SERVER_ERROR, "internal", refusal.message, None),
    }
}

/// Bytes to be saved under a name: no browser shows them, whatever they are.
pub(crate) fn attachment(name: &str, bytes: Bytes) -> Response {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let disposition = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    (StatusCode::OK, headers, bytes).into_response()
}
