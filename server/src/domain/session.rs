//! Sessions of agents: stored under the hash of their token; the token itself is not stored (quality S21).

use crate::random;
use serde::{Deserialize, Serialize};

/// A session as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    pub user: String,
    /// Milliseconds since 1970.
    pub expires: i64,
}

/// The bucket of sessions.
pub const SESSIONS: &str = "session";

/// The key under which the session of a token is stored.
#[must_use]
pub fn session_key(token: &str) -> String {
    random::digest(&["agent-token", token])
}
