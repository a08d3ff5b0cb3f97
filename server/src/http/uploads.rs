//! Uploads of files of conversations: the bytes of one file, whole or in parts, with an id that the client gives (docs/protocol.md, section 7).
//!
//! Checks that need no bytes are made before any are read.

use super::accept::Progress;
use super::files::bearer;
use super::login::foreign;
use super::origin::refuse_origin;
use super::peer::Peer;
use super::{App, error, json};
use crate::domain::Refusal;
use crate::domain::files::{Coming, FileRefusal, Uploaded, Who};
use crate::ws::agent::find_session;
use axum::Extension;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chinwag::model::{ConversationId, EntryId, FileFault, ParticipantId};
use chinwag::wire::{Code, Codec};
use futures_util::StreamExt;
use serde::Deserialize;
use std::net::IpAddr;
use std::sync::Arc;

/// The query of a request that has bytes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UploadQuery {
    name: String,
    size: u64,
    offset: u64,
}

/// When to try again after an allowance was used up, in seconds.
const LATER: u64 = 600;
/// How long browsers may cache the answer to a preflight, in seconds.
const PREFLIGHT: &str = "600";

/// `/v1/sites/{key}/conversations/{conv}/uploads/{id}`: `POST` sends bytes, `GET` asks how many the server has, `DELETE` cancels. The token is
/// `Authorization: Bearer VISITOR.TOKEN`.
pub(super) async fn of_visitor(
    State(app): State<Arc<App>>,
    Path((key, conv, id)): Path<(String, String, String)>,
    Extension(peer): Extension<Peer>,
    Extension(progress): Extension<Progress>,
    request: Request,
) -> Response {
    let config = app.domain.config();
    let Some(site) = config.site(&key) else {
        return error(StatusCode::NOT_FOUND, "unknown_site", "there is no site with this key", Some("site"));
    };
    let origin = request.headers().get(header::ORIGIN).cloned();
    let listed = origin.as_ref().is_none_or(|origin| origin.to_str().is_ok_and(|origin| config.allows_origin(site, origin)));
    if !listed {
        return refuse_origin(&key, request.headers());
    }
    let answer = if request.method() == Method::OPTIONS {
        preflight()
    } else {
        visit(&app, &key, (ConversationId(conv), EntryId(id)), peer.household(), &progress, request).await
    };
    with_origin(answer, origin)
}

async fn visit(app: &App, key: &str, place: (ConversationId, EntryId), from: IpAddr, progress: &Progress, request: Request) -> Response {
    if !app.domain.rates().frame_from(from) {
        return super::retry_later(error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests from one address", None), 1);
    }
    let token = bearer(request.headers()).to_owned();
    let Some((visitor, token)) = token.split_once('.') else { return unauthorized() };
    let id = ParticipantId::from(visitor);
    match app.domain.is_visitor(key, &id, token).await {
        Ok(true) => serve(app, Who::Visitor { site: key, id: &id, from }, place, progress, request).await,
        Ok(false) => unauthorized(),
        Err(refusal) => refused(FileRefusal::Other(refusal)),
    }
}

/// `/v1/agent/conversations/{conv}/uploads/{id}`: the same for agents, with their token.
pub(super) async fn of_agent(
    State(app): State<Arc<App>>,
    Path((conv, id)): Path<(String, String)>,
    Extension(progress): Extension<Progress>,
    request: Request,
) -> Response {
    if let Some(refusal) = foreign(&app, request.headers()) {
        return refusal;
    }
    let token = bearer(request.headers()).to_owned();
    let Some(session) = find_session(&app, &token).await else { return unauthorized() };
    if !app.domain.rates().agent_frame(&session.user) {
        return super::retry_later(error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests of one agent", None), 1);
    }
    serve(&app, Who::Agent { user: &session.user }, (ConversationId(conv), EntryId(id)), &progress, request).await
}

async fn serve(app: &App, who: Who<'_>, (conv, id): (ConversationId, EntryId), progress: &Progress, request: Request) -> Response {
    let done = match *request.method() {
        Method::GET => app.domain.upload_state(who, &conv, &id).await,
        Method::DELETE => {
            let gone = app.domain.upload_cancel(who, &conv, &id).await;
            gone.map(|()| Uploaded::Part(0))
        }
        _ => {
            let Ok(Query(query)) = Query::<UploadQuery>::try_from_uri(request.uri()) else {
                return malformed("size", "size and offset are whole numbers of bytes, in the query of the address");
            };
            // The body must not be longer than its declared length.
            let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
            if announced.is_some_and(|bytes| query.offset.saturating_add(bytes) > query.size) {
                return malformed("size", "the body is longer than what is left of the file by its size and the offset");
            }
            let coming =
                Coming { conv: &conv, id: &id, name: query.name, size: query.size, offset: query.offset, progress: &|| progress.made() };
            let bytes = request.into_body().into_data_stream().inspect(|_| progress.made());
            app.domain.upload(who, &coming, bytes).await
        }
    };
    match done {
        Ok(Uploaded::Part(offset)) => json(StatusCode::OK, &serde_json::json!({ "offset": offset }).to_string()),
        Ok(Uploaded::Whole(entry)) => json(StatusCode::OK, &format!("{{\"entry\":{}}}", entry.to_text())),
        Err(refusal) => refused(refusal),
    }
}

fn refused(refusal: FileRefusal) -> Response {
    match refusal {
        FileRefusal::Fault(fault, message) => {
            let (status, field) = match fault {
                FileFault::Off => (StatusCode::FORBIDDEN, None),
                FileFault::Empty => (StatusCode::BAD_REQUEST, Some("size")),
                FileFault::TooLarge | FileFault::TooMuch => (StatusCode::PAYLOAD_TOO_LARGE, Some("size")),
                FileFault::WrongType | FileFault::Damaged => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Some("name")),
                FileFault::TooMany => (StatusCode::FORBIDDEN, None),
                FileFault::Later => (StatusCode::TOO_MANY_REQUESTS, None),
            };
            let answer = error(status, fault.word(), &message, field);
            if fault == FileFault::Later { super::retry_later(answer, LATER) } else { answer }
        }
        FileRefusal::Offset(offset) => {
            let message = "the bytes do not go on where the last ones ended";
            let body = serde_json::json!({ "error": { "code": "offset", "message": message, "field": "offset" }, "offset": offset });
            json(StatusCode::CONFLICT, &body.to_string())
        }
        FileRefusal::Cut => error(StatusCode::REQUEST_TIMEOUT, "cut", "the body broke off: go on from where it is", None),
        FileRefusal::Other(Refusal { code, message, field, .. }) => {
            let status = match code {
                Code::Malformed => StatusCode::BAD_REQUEST,
                Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
                Code::Unauthorized => StatusCode::FORBIDDEN,
                Code::NotFound => StatusCode::NOT_FOUND,
                Code::Ended | Code::Conflict => StatusCode::CONFLICT,
                Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            error(status, code.word(), message, field)
        }
    }
}

fn malformed(field: &str, message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "malformed", message, Some(field))
}

fn unauthorized() -> Response {
    error(StatusCode::UNAUTHORIZED, "unauthorized", "send the token as Authorization: Bearer", None)
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn with_origin(mut answer: Response, origin: Option<HeaderValue>) -> Response {
    let headers: &mut HeaderMap = answer.headers_mut();
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    answer
}
