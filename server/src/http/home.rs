//! The page at the address of a server that is not the demo.

use super::assets::answer;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;

/// `GET /`
pub(super) fn page(head: bool) -> Response {
    let length = PAGE.len().to_string();
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (header::CONTENT_LENGTH, &length),
    ];
    answer(StatusCode::OK, &headers, if head { Body::empty() } else { Body::from(PAGE) })
}

const PAGE: &str = include_str!("home.html");
