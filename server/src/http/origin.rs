//! Pages whose origin a site does not list (quality S17): refused with the origin and advice in the answer, for the developer of the page.

use super::json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

/// Characters of an origin that are shown and logged.
const SHOWN: usize = 200;

/// The `Origin` header of a request, for messages and the log: shortened, and without bytes that are not text. Empty without the header.
pub(crate) fn shown_origin(headers: &HeaderMap) -> String {
    let origin = headers.get(header::ORIGIN).map(|origin| String::from_utf8_lossy(origin.as_bytes()));
    origin.unwrap_or_default().chars().take(SHOWN).collect()
}

/// The answer to a page of another origin, with a line in the log. Any page may read it: it contains only the page's own origin and the advice.
pub(crate) fn refuse_origin(site: &str, headers: &HeaderMap) -> Response {
    let origin = shown_origin(headers);
    tracing::warn!(site, origin, "a page was refused: its origin is not listed, add it to the site's origins");
    let message = if origin.is_empty() {
        "the request names no origin: a browser's page does, in the header `Origin`".into()
    } else {
        format!("the site does not list the origin {origin}: add \"{origin}\" to its origins in the server's configuration")
    };
    let refusal = serde_json::json!({ "error": { "code": "origin_not_allowed", "message": message, "field": "origin", "origin": origin } });
    let mut answer = json(StatusCode::FORBIDDEN, &refusal.to_string());
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Origin"));
    answer
}
