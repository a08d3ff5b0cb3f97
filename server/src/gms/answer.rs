//! Answers: one form for every operation (G4.3), and the errors in it (G4.6).

use crate::domain::Refusal;
use crate::http::json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chinwag::dialects::transcript::Event;
use chinwag::wire::Code;
use serde_json::{Map, Value};

/// An error for the list `errors`, with its status.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    status: StatusCode,
    /// 1: try again; 2: trying again does not help.
    status_code: u8,
    code: u32,
    advice: String,
    /// Whether the client has no session any more, or never had one.
    over: bool,
}

impl Fault {
    /// The request itself is wrong.
    pub(super) fn request(code: u32, advice: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, status_code: 2, code, advice: advice.into(), over: false }
    }

    /// The request is valid, but cannot be granted; the session goes on.
    pub(super) fn denied(status: StatusCode, code: u32, advice: &str) -> Self {
        Self { status, status_code: 2, code, advice: advice.to_owned(), over: false }
    }

    /// The request may succeed later.
    pub(super) fn later(advice: &str) -> Self {
        Self { status: StatusCode::OK, status_code: 1, code: 503, advice: advice.to_owned(), over: false }
    }

    /// Too many requests in too short a time.
    pub(super) fn too_many() -> Self {
        let advice = "too many requests: slow down".to_owned();
        Self { status: StatusCode::TOO_MANY_REQUESTS, status_code: 1, code: 429, advice, over: false }
    }

    /// There is no such session: the same answer for an unknown chat, a wrong user and a wrong key (quality S19).
    pub(super) fn session() -> Self {
        Self { status: StatusCode::OK, status_code: 2, code: 401, advice: "the session is not valid".to_owned(), over: true }
    }

    /// The chat ended and accepts no more operations.
    pub(super) fn over(code: u32, advice: &str) -> Self {
        Self { status: StatusCode::OK, status_code: 2, code, advice: advice.to_owned(), over: true }
    }

    /// A chat cannot be started at present.
    pub(super) fn no_chat(advice: &str) -> Self {
        Self::over(240, advice)
    }

    /// The address belongs to no service.
    pub(super) fn no_service() -> Self {
        Self::denied(StatusCode::NOT_FOUND, 404, "there is no service of this name")
    }

    /// The HTTP response for this error.
    pub(super) fn answer(&self) -> Response {
        let mut answer = json(self.status, &self.body().to_string());
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer
    }

    /// The body of the response.
    pub(super) fn body(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".into(), self.code.into());
        error.insert("advice".into(), self.advice.clone().into());
        let mut body = Map::new();
        body.insert("statusCode".into(), self.status_code.into());
        body.insert("chatEnded".into(), self.over.into());
        body.insert("messages".into(), Value::Array(Vec::new()));
        body.insert("errors".into(), Value::Array(vec![Value::Object(error)]));
        Value::Object(body)
    }
}

/// The answer of an operation.
pub(super) fn answer(done: Result<Value, Fault>) -> Response {
    match done {
        Ok(body) => json(StatusCode::OK, &body.to_string()),
        Err(fault) => fault.answer(),
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal.code {
            Code::Unavailable | Code::Restarting => Self::later(refusal.message),
            Code::RateLimited => Self::too_many(),
            Code::TooLarge => Self::request(204, refusal.message),
            Code::Malformed | Code::InvalidForm => Self::request(400, refusal.message),
            Code::NoAgents | Code::Closed | Code::QueueFull => Self::no_chat(refusal.message),
            Code::NotFound | Code::Unauthorized => Self::session(),
            Code::Ended => Self::over(8201, refusal.message),
            _ => Self::denied(StatusCode::INTERNAL_SERVER_ERROR, 500, refusal.message),
        }
    }
}

/// An event as it is sent.
fn told((index, event): &(usize, &Event)) -> Option<Value> {
    serde_json::from_str(event.to_json(u64::try_from(*index).ok()).as_str()).ok()
}

/// The content of a successful answer.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    pub(super) session: Option<&'a super::session::Session>,
    /// Only when it is new: the client knows it from then on.
    pub(super) secure_key: Option<&'a str>,
    pub(super) events: Vec<(usize, &'a Event)>,
    pub(super) next: usize,
    pub(super) ended: bool,
    pub(super) idle: Option<u64>,
    pub(super) user_data: Vec<(&'static str, String)>,
}

impl Members<'_> {
    /// The body of the response.
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("statusCode".into(), 0.into());
        body.insert("chatEnded".into(), self.ended.into());
        if let Some(session) = self.session {
            body.insert("chatId".into(), session.conv.as_str().into());
            body.insert("userId".into(), session.link.visitor.as_str().into());
            body.insert("alias".into(), super::session::ALIAS.into());
        }
        if let Some(key) = self.secure_key {
            body.insert("secureKey".into(), key.into());
        }
        body.insert("messages".into(), self.events.iter().filter_map(told).collect());
        body.insert("nextPosition".into(), self.next.into());
        if let Some(seconds) = self.idle {
            body.insert("idleTimerExpire".into(), seconds.into());
        }
        if !self.user_data.is_empty() {
            let data = self.user_data.iter().map(|(key, value)| ((*key).to_owned(), Value::from(value.clone())));
            body.insert("userData".into(), Value::Object(data.collect()));
        }
        Value::Object(body)
    }
}
