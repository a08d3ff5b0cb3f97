//! Signing in and out of agents: argon2id, one answer for every failure, slower after several (quality S25).

use super::accept::Peer;
use super::{App, error, json};
use crate::domain::now;
use crate::domain::session::{SESSIONS, Session, session_key};
use crate::random;
use crate::store::{Expect, Store, StoreError};
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// The bucket of password hashes, by account.
const PASSWORDS: &str = "password";
/// Failures of one account, and of one address, that change nothing.
const FREE_FAILURES: (u32, u32) = (5, 50);
/// Failures are forgotten after this.
const FORGET: Duration = Duration::from_secs(15 * 60);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Characters of a password.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
/// Passwords that everybody tries first.
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
/// How many passwords are hashed at once: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    user: String,
    password: String,
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
    let first_wait = config.timeouts().login_wait.0;
    if let Some(wait) = app.failures.wait(&asked.user, peer.0, first_wait) {
        let seconds = wait.as_secs().max(1).to_string();
        let mut answer = error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many failed attempts: try again later", None);
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_str(&seconds).unwrap_or(HeaderValue::from_static("1")));
        return answer;
    }
    let hash = match app.domain.store.get_doc(PASSWORDS, &asked.user).await {
        Ok(doc) => doc.map(|doc| doc.value).filter(|_| config.agent(&asked.user).is_some()),
        Err(failure) => return store_failed(&failure),
    };
    if !verify(hash, asked.password).await {
        app.failures.note(&asked.user, peer.0);
        tracing::warn!(network = peer.network(), "a sign-in failed");
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "user or password is wrong", None);
    }
    app.failures.forget(&asked.user);
    let token = random::hex::<32>();
    let session = Session { user: asked.user.clone(), expires: now().after(config.timeouts().session.millis()).0 };
    let Ok(text) = serde_json::to_string(&session) else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the session cannot be written", None);
    };
    if let Err(failure) = app.domain.store.put_doc(SESSIONS, &session_key(&token), Some(&text), Expect::Absent).await {
        return store_failed(&failure);
    }
    let Some(agent) = app.domain.agent_view(&asked.user) else {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "user or password is wrong", None);
    };
    tracing::info!(agent = asked.user, "signed in");
    json(StatusCode::OK, &serde_json::json!({ "token": token, "agent": agent }).to_string())
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

/// A page of another origin has no business here, whatever it sends along (quality S18).
fn foreign(app: &App, headers: &HeaderMap) -> Option<Response> {
    let origin = headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let listed = app.domain.config().allows_desk(origin, host);
    (!listed).then(|| error(StatusCode::FORBIDDEN, "origin_not_allowed", "this origin may not sign in here", Some("origin")))
}

fn store_failed(failure: &StoreError) -> Response {
    tracing::error!(error = %failure, "the store failed");
    error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "cannot store at the moment", None)
}

async fn verify(hash: Option<String>, password: String) -> bool {
    // It never closes.
    let _permit = HASHING.acquire().await;
    let work = tokio::task::spawn_blocking(move || {
        // An account without a password costs the same time.
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.into());
        let fits = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && fits
    });
    work.await.unwrap_or(false)
}

/// A hash that nothing is known to fit, with the parameters of real ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$mCFYfPBeRXpZ7wOvq0fXrU3cVRrjFuKJ0Vt1jhSGpLY";

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

/// Sets the password of an account and ends its sessions.
///
/// # Errors
/// When the password is not acceptable or cannot be stored.
pub async fn set_password(store: &dyn Store, user: &str, password: &str) -> Result<(), PasswordError> {
    if !PASSWORD_CHARS.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    if COMMON.contains(&password.to_lowercase().as_str()) || password.eq_ignore_ascii_case(user) {
        return Err(PasswordError::Common);
    }
    let salt = SaltString::encode_b64(random::hex::<16>().as_bytes()).map_err(|_| PasswordError::Hash)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|_| PasswordError::Hash)?.to_string();
    store.put_doc(PASSWORDS, user, Some(&hash), Expect::Any).await?;
    for (key, doc) in store.list_docs(SESSIONS, "").await? {
        if serde_json::from_str::<Session>(&doc.value).is_ok_and(|session| session.user == user) {
            store.put_doc(SESSIONS, &key, None, Expect::Any).await?;
        }
    }
    Ok(())
}

/// Failed sign-ins, in memory.
#[derive(Default)]
pub struct Failures(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    accounts: HashMap<String, Count>,
    addresses: HashMap<IpAddr, Count>,
}

#[derive(Clone, Copy)]
struct Count {
    number: u32,
    last: Instant,
}

impl Failures {
    /// How long to wait before the next attempt counts.
    fn wait(&self, user: &str, address: IpAddr, first: Duration) -> Option<Duration> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |count: Option<&Count>, free: u32| {
            let count = count.filter(|count| count.last.elapsed() < FORGET)?;
            let over = count.number.checked_sub(free)?;
            let wait = first.saturating_mul(1 << over.min(10)).min(LONGEST_WAIT);
            wait.checked_sub(count.last.elapsed()).filter(|left| !left.is_zero())
        };
        of(counts.accounts.get(user), FREE_FAILURES.0).max(of(counts.addresses.get(&address), FREE_FAILURES.1))
    }

    fn note(&self, user: &str, address: IpAddr) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.accounts.retain(|_, count| count.last.elapsed() < FORGET);
        counts.addresses.retain(|_, count| count.last.elapsed() < FORGET);
        let now = Instant::now();
        let user = user.chars().take(64).collect();
        let more = |count: &mut Count| *count = Count { number: count.number.saturating_add(1), last: now };
        more(counts.accounts.entry(user).or_insert(Count { number: 0, last: now }));
        more(counts.addresses.entry(address).or_insert(Count { number: 0, last: now }));
    }

    fn forget(&self, user: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accounts.remove(user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s25_an_account_without_a_password_costs_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let salt = SaltString::encode_b64(b"0123456789abcdef").expect("a salt");
        let real = Argon2::default().hash_password(b"correct horse", &salt).expect("hashed");
        assert_eq!(nobody.algorithm, real.algorithm);
        assert_eq!(nobody.params, real.params, "memory, passes and lanes");
        assert!(nobody.hash.is_some_and(|hash| Some(hash.len()) == real.hash.map(|hash| hash.len())));
    }
}
