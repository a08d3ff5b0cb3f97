//! Pages of the site's origins may send requests; so may programs, which have no origin (quality S17).

use super::answer::Fault;
use crate::http::App;
use crate::http::origin::shown_origin;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// How long a browser may remember a preflight.
const REMEMBER: HeaderValue = HeaderValue::from_static("600");
/// A header of a page's own, such as `apikey`.
const HEADERS: usize = 300;

/// Middleware of every operation: checks the origin and adds the CORS headers.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let any = HeaderValue::from_static("*");
    let config = app.domain.config();
    let name = request.uri().path().split('/').nth(4).unwrap_or_default().to_owned();
    let Some((site, ..)) = config.service(&name) else {
        // Any page may read a 404, so that the integrator sees the reason in the console.
        return with_origin(Fault::no_service().answer(), origin.map(|_| any));
    };
    let listed = origin.as_ref().is_none_or(|origin| origin.to_str().is_ok_and(|origin| config.allows_origin(site, origin)));
    if !listed {
        let shown = shown_origin(request.headers());
        tracing::warn!(service = name, site = site.key, origin = shown, "a request was refused: its origin is not listed");
        let advice = format!("the site does not list the origin {shown}: add it to its origins in the server's configuration");
        return with_origin(Fault::denied(StatusCode::FORBIDDEN, 403, &advice).answer(), origin.map(|_| any));
    }
    if request.method() == Method::OPTIONS {
        return with_origin(preflight(request.headers()), origin);
    }
    with_origin(next.run(request).await, origin)
}

/// The guard for addresses without a service: pages of every site with pushed events may send requests; which chat they may use is checked later.
pub(super) async fn guard_any(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let config = app.domain.config();
    let mut pushing = config.sites().iter().filter(|site| site.gms.as_ref().is_some_and(|settings| settings.enabled && settings.cometd));
    let any = || origin.as_ref().map(|_| HeaderValue::from_static("*"));
    if pushing.clone().next().is_none() {
        return with_origin(Fault::no_service().answer(), any());
    }
    let listed = origin.as_ref().is_none_or(|origin| {
        let text = origin.to_str().ok();
        text.is_some_and(|origin| pushing.any(|site| config.allows_origin(site, origin)))
    });
    if !listed {
        let shown = shown_origin(request.headers());
        tracing::warn!(origin = shown, "a request for pushes was refused: its origin is not listed");
        let advice = format!("no site that pushes lists the origin {shown}: add it to its origins in the server's configuration");
        return with_origin(Fault::denied(StatusCode::FORBIDDEN, 403, &advice).answer(), any());
    }
    if request.method() == Method::OPTIONS {
        return with_origin(preflight(request.headers()), origin);
    }
    with_origin(next.run(request).await, origin)
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBER);
    // The origin is the site's own: its pages may send any headers, because no header is read here.
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).filter(|wanted| {
        let is_list = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_, ".contains(byte);
        wanted.len() <= HEADERS && wanted.as_bytes().iter().all(is_list)
    });
    if let Some(wanted) = wanted {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    answer
}

fn with_origin(mut answer: Response, origin: Option<HeaderValue>) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        if origin != "*" {
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("content-disposition, retry-after");
        headers.insert(HeaderName::from_static("access-control-expose-headers"), exposed);
    }
    answer
}
