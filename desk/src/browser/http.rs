//! Requests to our server, by gloo-net: signing in and out, and polling.

use super::storage::{Area, read, write};
use gloo_net::http::{Request, RequestBuilder};
use js_sys::JSON;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use web_sys::{AbortSignal, Url};

/// The body of a sign-in.
#[derive(Serialize)]
struct Credentials<'a> {
    user: &'a str,
    password: &'a str,
    /// A key that identifies this device. Password guessing from other devices does not slow its sign-ins down.
    device: Option<&'a str>,
}

/// The members of the server's answers. Each answer has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    token: Option<String>,
    device: Option<String>,
    error: Option<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    message: Option<String>,
}

/// Signs in. Returns the token.
///
/// # Errors
/// A sentence for the agent that says what to do.
pub async fn sign_in(user: &str, password: &str) -> Result<String, String> {
    let key = format!("chinwag.desk.device.{user}");
    let device = read(Area::Local, &key);
    let (status, text) = post_json("../v1/agent/login", &Credentials { user, password, device: device.as_deref() })
        .await
        .ok_or("The server cannot be reached. Check the connection and try again.")?;
    let Answer { token, device, error } = from_json(&text).unwrap_or_default();
    if let (Some(_), Some(device)) = (&token, device) {
        write(Area::Local, &key, Some(&device));
    }
    match (status, token) {
        (200..=299, Some(token)) => Ok(token),
        (401, _) => Err("User name or password is not right.".to_owned()),
        // The agent cannot fix this: the server's message tells the administrator how to fix it.
        (403 | 421, _) => {
            let said = error.and_then(|error| error.message).unwrap_or_else(|| "status 403".to_owned());
            Err(format!("This desk may not sign in here. Tell your administrator: {said}"))
        }
        (429, _) => Err("Too many attempts. Wait a moment, then try again.".to_owned()),
        (503, _) => Err("The server is busy at the moment. Try again in a few seconds.".to_owned()),
        (500..=599, _) => Err("The server has a problem at the moment. Try again in a minute.".to_owned()),
        _ => Err(format!("The server gave an answer that the desk does not understand (status {status}). Tell your administrator.")),
    }
}

/// Tells the server that a token is not used any more. If the request fails, the token expires by its age.
pub async fn sign_out(token: &str) {
    let request = || with_token(Request::post(&address("../v1/agent/logout")?.href()), token)?.build().ok();
    if let Some(request) = request() {
        answer(request).await;
    }
}

/// An address on our server, relative to the desk's own.
#[must_use]
pub fn address(relative: &str) -> Option<Url> {
    let base = web_sys::window()?.document()?.base_uri().ok()??;
    Url::new_with_base(relative, &base).ok()
}

/// Adds an agent's token. `None` for a token that is not allowed in a header: gloo-net would panic on it.
pub(super) fn with_token(request: RequestBuilder, token: &str) -> Option<RequestBuilder> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| request.header("authorization", &format!("Bearer {token}")))
}

/// Posts a text until it is aborted.
pub(super) async fn post_plain(relative: &str, body: &str, signal: &AbortSignal) -> Option<(u16, String)> {
    answer(Request::post(&address(relative)?.href()).abort_signal(Some(signal)).body(body).ok()?).await
}

async fn post_json(relative: &str, body: &impl Serialize) -> Option<(u16, String)> {
    let request = Request::post(&address(relative)?.href()).header("content-type", "application/json");
    answer(request.body(to_json(body)?).ok()?).await
}

/// Status and text of the answer; `None` when there is no answer.
async fn answer(request: Request) -> Option<(u16, String)> {
    let response = request.send().await.ok()?;
    Some((response.status(), response.text().await.ok()?))
}

/// A value as JSON, written by the browser. Members that are `None` are left out.
fn to_json(value: &impl Serialize) -> Option<String> {
    JSON::stringify(&serde_wasm_bindgen::to_value(value).ok()?).ok().map(String::from)
}

/// A value from JSON, parsed by the browser. `None` when the text is not JSON or not such an object.
fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(JSON::parse(text).ok()?).ok()
}
