//! The demo: a shop in which everything can be tried. Everybody who opens its page is signed in as an agent, so it listens on this machine only,
//! and a server that is not a demo has none of these routes.

mod bot;
mod plug;
mod routes;
mod socket;

pub(crate) use plug::Plug;
pub(crate) use routes::{routes, strict_policy};
pub(crate) use socket::run_bot;

use crate::domain::now;
use crate::domain::session::{SESSIONS, Session, session_key};
use crate::http::{PasswordError, has_password, set_password};
use crate::random;
use crate::store::{Expect, Store, StoreError};

/// The configuration of the shop.
pub const CONFIG: &str = include_str!("../../demo.toml");

/// The accounts of the desk, with their roles.
const ACCOUNTS: [(&str, &str); 4] = [("ada", "agent"), ("grace", "agent"), ("sam", "supervisor"), ("root", "admin")];

/// The agent whose desk the demo's page shows, and whose account the bot uses too.
const AGENT: &str = "ada";

/// An account that can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: &'static str,
    pub role: &'static str,
    pub password: String,
}

/// Gives every account this password, or each a random one.
///
/// # Errors
/// The password is not acceptable, or cannot be stored.
pub async fn set_passwords(store: &dyn Store, chosen: Option<&str>) -> Result<Vec<Account>, PasswordError> {
    let mut accounts = Vec::new();
    for (user, role) in ACCOUNTS {
        let password = chosen.map_or_else(random_password, str::to_owned);
        // Setting the password again would end the sessions of desks that are open.
        if !has_password(store, user, &password).await? {
            set_password(store, user, &password).await?;
        }
        accounts.push(Account { user, role, password });
    }
    Ok(accounts)
}

/// Sixteen letters and digits: eighty bits.
#[must_use]
pub fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    (0..16).map(|_| char::from(LETTERS[random::below(32) as usize % LETTERS.len()])).collect()
}

/// A session of the demo's agent, without a password.
///
/// # Errors
/// The session cannot be stored.
pub(crate) async fn sign_in(store: &dyn Store, lasts: i64) -> Result<String, StoreError> {
    let token = random::hex::<32>();
    let session = Session { user: AGENT.into(), expires: now().after(lasts).0 };
    let text = serde_json::to_string(&session).unwrap_or_default();
    store.put_doc(SESSIONS, &session_key(&token), Some(&text), Expect::Absent).await?;
    Ok(token)
}
