//! Headers of every answer (quality S29).

use super::{App, error, host};
use crate::demo::strict_policy;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Adds the headers that every answer has, also a refusal.
pub(super) async fn add(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_desk = request.uri().path() == "/desk" || request.uri().path().starts_with("/desk/");
    let host = host::known(&app, &request).map(str::to_owned);
    let strict = app.demo.as_ref().and_then(|_| strict_policy(request.uri(), host.as_deref()));
    let mut response = if request.headers().contains_key(header::CONTENT_RANGE) {
        // A part that is taken for the whole body would be stored as the whole (RFC 9110, 14.5).
        error(StatusCode::BAD_REQUEST, "content_range", "bodies come whole: send it without Content-Range", Some("content-range"))
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    if is_desk {
        let ancestors: Vec<String> = app.domain.config().frame_ancestors().collect();
        let policy = desk_policy(host.as_deref(), &ancestors);
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).unwrap_or(STRICT));
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin-allow-popups"));
        let permissions = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";
        headers.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(permissions));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    } else if let Some(strict) = strict {
        headers.insert(header::CONTENT_SECURITY_POLICY, strict);
    } else if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'"));
    }
    response
}

const STRICT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'self'");

/// The desk's policy: its own files, its own sockets, nothing inline.
fn desk_policy(host: Option<&str>, ancestors: &[String]) -> String {
    // In older WebKit 'self' does not include a socket of the same host.
    let plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
    let sockets = host.filter(plain).map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    let mut frames = String::from("'self'");
    for origin in ancestors {
        frames.push(' ');
        frames.push_str(origin);
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         media-src 'self' data: blob:; connect-src 'self'{sockets}; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors {frames}"
    )
}
