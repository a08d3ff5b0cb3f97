//! Signing in and out of agents: one answer for every failure, delays after several, and known devices are not affected by the failures
//! of others (quality S25).

use super::failures::Who;
use super::peer::Peer;
use super::{App, error, json, retry_later};
use crate::domain::now;
use crate::domain::session::{SESSIONS, Session, session_key};
use crate::password::{self, Attempt};
use crate::random;
use crate::store::{Expect, Store, StoreError};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The bucket of password hashes, by account.
const PASSWORDS: &str = "password";
/// A device is known for this long after it was last used to sign in, in milliseconds.
const DEVICE_MILLIS: i64 = 90 * 24 * 3_600_000;
/// Characters of a password.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
/// Passwords that attackers try first.
const COMMON: [&str; 12] = [
    "password",
    "12345678",
    "123456789",
    "1234567890",
    "password1",
    "password123",
    "qwertyuiop",
    "iloveyou",
    "11111111",
    "administrator",
    "letmein123",
    "welcome1",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    user: String,
    password: String,
    /// The proof from the last sign-in on this device. It gives no access: it only shows that the device is known.
    #[serde(default)]
    device: Option<String>,
}

/// `POST /v1/agent/login`
pub(super) async fn login(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(refusal) = foreign(&app, &headers) {
        return refusal;
    }
    let is_json = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !is_json.is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")) {
        return error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "send application/json", None);
    }
    let Ok(asked) = serde_json::from_slice::<Credentials>(&body) else {
        return error(StatusCode::BAD_REQUEST, "malformed", "send {\"user\": \"...\", \"password\": \"...\"}", None);
    };
    let config = app.domain.config();
    let hash = match app.domain.store.get_doc(PASSWORDS, &asked.user).await {
        Ok(doc) => doc.map(|doc| doc.value).filter(|_| config.agent(&asked.user).is_some()),
        Err(failure) => return store_failed(&failure),
    };
    let device = asked.device.as_deref().and_then(|device| proven(&app, device, &asked.user, hash.as_deref()?));
    let wait = config.timeouts().login_wait.0;
    let attempt = match app.failures.begin(Who::new(&asked.user, peer.household(), device.clone()), wait) {
        Ok(attempt) => attempt,
        Err(left) => return slow_down(left),
    };
    if !attempt.delay.is_zero() {
        tokio::time::sleep(attempt.delay).await;
    }
    let known_device = device.is_some();
    let check = Attempt { hash: hash.clone(), password: asked.password, from: peer.household(), known_device };
    match app.passwords.check(check).await {
        Ok(true) => attempt.succeed(),
        Ok(false) => {
            tracing::warn!(network = peer.network(), known_device, "a sign-in failed");
            return error(StatusCode::UNAUTHORIZED, "unauthorized", "user or password is wrong", None);
        }
        Err(password::Busy) => {
            attempt.withdraw();
            let message = "too many sign in at the moment: try again in a second";
            return retry_later(error(StatusCode::SERVICE_UNAVAILABLE, "busy", message, None), 1);
        }
    }
    welcome(&app, &asked.user, device, hash.as_deref().unwrap_or_default()).await
}

/// Creates the session of an account whose password was right.
async fn welcome(app: &App, user: &str, device: Option<String>, hash: &str) -> Response {
    let token = random::hex::<32>();
    let expires = now().after(app.domain.config().timeouts().session.millis()).0;
    let session = Session { user: user.to_owned(), expires };
    let Ok(text) = serde_json::to_string(&session) else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the session cannot be written", None);
    };
    if let Err(failure) = app.domain.store.put_doc(SESSIONS, &session_key(&token), Some(&text), Expect::Absent).await {
        return store_failed(&failure);
    }
    let Some(agent) = app.domain.agent_view(user) else {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "user or password is wrong", None);
    };
    tracing::info!(agent = user, "signed in");
    let device = proof(app, &device.unwrap_or_else(random::hex::<16>), now().after(DEVICE_MILLIS).0, user, hash);
    json(StatusCode::OK, &serde_json::json!({ "token": token, "agent": agent, "device": device }).to_string())
}

/// The proof that an account signed in on a device: the device's id, an expiry time, and a signature over both, the account and the stored hash
/// of its password. After a change of the password it is not valid any more.
fn proof(app: &App, id: &str, expires: i64, user: &str, hash: &str) -> String {
    format!("{id}.{expires}.{}", app.domain.seal(&["device", id, &expires.to_string(), user, hash]))
}

/// The id of a device that is known for an account, if its proof is valid.
fn proven(app: &App, device: &str, user: &str, hash: &str) -> Option<String> {
    let mut parts = device.splitn(3, '.');
    let (id, expires) = (parts.next()?, parts.next()?.parse::<i64>().ok()?);
    let holds = random::same(device, &proof(app, id, expires, user, hash)) && expires > now().0;
    holds.then(|| id.to_owned())
}

fn slow_down(left: Duration) -> Response {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    retry_later(error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many failed attempts: try again later", None), seconds)
}

/// `POST /v1/agent/logout`
pub(super) async fn logout(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(refusal) = foreign(&app, &headers) {
        return refusal;
    }
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let Some(token) = token.filter(|token| crate::domain::clean::is_hex(token, 64)) else {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "send the token as Authorization: Bearer", None);
    };
    let key = session_key(token);
    match app.domain.store.get_doc(SESSIONS, &key).await {
        Ok(Some(_)) => {}
        Ok(None) => return error(StatusCode::UNAUTHORIZED, "unauthorized", "send the token as Authorization: Bearer", None),
        Err(failure) => return store_failed(&failure),
    }
    if let Err(failure) = app.domain.store.put_doc(SESSIONS, &key, None, Expect::Any).await {
        return store_failed(&failure);
    }
    app.domain.end_session(&key);
    json(StatusCode::OK, "{}")
}

/// Refuses requests from pages of other origins, also with a valid token (quality S18).
pub(super) fn foreign(app: &App, headers: &HeaderMap) -> Option<Response> {
    let origin = headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    foreign_desk(app, origin, host)
}

/// The refusal of a desk whose page has another origin than the server. The usual cause is a proxy that changes `Host`: so the log has both
/// names, and the answer says what to do.
pub(crate) fn foreign_desk(app: &App, origin: &str, host: &str) -> Option<Response> {
    if app.domain.config().allows_desk(origin, host) {
        return None;
    }
    // Both are text that the client can choose.
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    tracing::warn!(
        origin = short(origin),
        host = short(host),
        "a desk was refused: its origin is not that of the host it asks, nor in [desk] origins; a proxy has to pass the Host header on"
    );
    let message = format!(
        "a desk on {} may not use the server that it reached as {}: let the proxy pass the Host header on, or list the origin in \
         [desk] origins (docs/operating.md)",
        short(origin),
        short(host)
    );
    Some(error(StatusCode::FORBIDDEN, "origin_not_allowed", &message, Some("origin")))
}

fn store_failed(failure: &StoreError) -> Response {
    tracing::error!(error = %failure, "the store failed");
    error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "cannot store at the moment", None)
}

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    #[error("a password has 8 to 256 characters")]
    Length,
    #[error("this password is among the first that everybody tries: choose another")]
    Common,
    #[error("the password cannot be hashed")]
    Hash,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether this is the password of an account.
pub(crate) async fn has_password(store: &dyn Store, user: &str, asked: &str) -> Result<bool, StoreError> {
    let hash = store.get_doc(PASSWORDS, user).await?.map(|doc| doc.value).unwrap_or_default();
    Ok(password::is_of(&hash, asked))
}

/// Whether an account may have this password.
///
/// # Errors
/// Why not.
pub fn check_password(user: &str, password: &str) -> Result<(), PasswordError> {
    if !PASSWORD_CHARS.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    if COMMON.contains(&password.to_lowercase().as_str()) || password.eq_ignore_ascii_case(user) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// Sets the password of an account and ends its sessions.
///
/// # Errors
/// When the password is not acceptable or cannot be stored.
pub async fn set_password(store: &dyn Store, user: &str, password: &str) -> Result<(), PasswordError> {
    check_password(user, password)?;
    let hash = password::hash(password).ok_or(PasswordError::Hash)?;
    store.put_doc(PASSWORDS, user, Some(&hash), Expect::Any).await?;
    for (key, doc) in store.list_docs(SESSIONS, "").await? {
        if serde_json::from_str::<Session>(&doc.value).is_ok_and(|session| session.user == user) {
            store.put_doc(SESSIONS, &key, None, Expect::Any).await?;
        }
    }
    Ok(())
}
