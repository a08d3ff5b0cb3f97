//! Signing in and out over HTTP.

use super::storage::{Area, read, write};
use chinwag::wire::Json;
use chinwag::wire::json::write_str;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit, Response, Url};

/// Signs in. The token, or what went wrong in words for the agent.
///
/// # Errors
/// A sentence that says what to do.
pub async fn sign_in(user: &str, password: &str) -> Result<String, String> {
    let mut body = String::from("{\"user\":");
    write_str(&mut body, user);
    body.push_str(",\"password\":");
    write_str(&mut body, password);
    // What tells this device from a stranger's, so that those who guess passwords elsewhere do not slow it down.
    let key = format!("chinwag.desk.device.{user}");
    if let Some(device) = read(Area::Local, &key) {
        body.push_str(",\"device\":");
        write_str(&mut body, &device);
    }
    body.push('}');
    let (status, text) =
        post("../v1/agent/login", Some(&body), None).await.ok_or("The server cannot be reached. Check the connection and try again.")?;
    let json = Json::parse(&text).ok();
    let text_of = |name: &str| json.as_ref().and_then(|json| json.get(name)).and_then(Json::as_str);
    let token = text_of("token");
    if let (Some(_), Some(device)) = (token, text_of("device")) {
        write(Area::Local, &key, Some(device));
    }
    match (status, token) {
        (200..=299, Some(token)) => Ok(token.to_owned()),
        (401, _) => Err("User name or password is not right.".to_owned()),
        // Not the agent's fault: the server says what the administrator has to do.
        (403 | 421, _) => {
            let said = json.as_ref().and_then(|json| json.get("error")).and_then(|error| error.get("message")).and_then(Json::as_str);
            Err(format!("This desk may not sign in here. Tell your administrator: {}", said.unwrap_or("status 403")))
        }
        (429, _) => Err("Too many attempts. Wait a moment, then try again.".to_owned()),
        (503, _) => Err("The server is busy at the moment. Try again in a few seconds.".to_owned()),
        (500..=599, _) => Err("The server has a problem at the moment. Try again in a minute.".to_owned()),
        _ => Err(format!("The server gave an answer that the desk does not understand (status {status}). Tell your administrator.")),
    }
}

/// Tells the server that a token is not used any more. If it cannot be told, the token ends by its age.
pub async fn sign_out(token: &str) {
    post("../v1/agent/logout", None, Some(token)).await;
}

/// The address of something on our server, relative to the desk's own.
#[must_use]
pub fn address(relative: &str) -> Option<Url> {
    let base = web_sys::window()?.document()?.base_uri().ok()??;
    Url::new_with_base(relative, &base).ok()
}

/// Status and text of the answer; nothing when there is none.
async fn post(relative: &str, body: Option<&str>, token: Option<&str>) -> Option<(u16, String)> {
    let init = RequestInit::new();
    init.set_method("POST");
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    let request = Request::new_with_str_and_init(&address(relative)?.href(), &init).ok()?;
    if body.is_some() {
        request.headers().set("content-type", "application/json").ok()?;
    }
    if let Some(token) = token {
        request.headers().set("authorization", &format!("Bearer {token}")).ok()?;
    }
    answer(&request).await
}

/// Posts a text until it is aborted.
pub(super) async fn post_plain(relative: &str, body: &str, signal: &AbortSignal) -> Option<(u16, String)> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    init.set_signal(Some(signal));
    answer(&Request::new_with_str_and_init(&address(relative)?.href(), &init).ok()?).await
}

async fn answer(request: &Request) -> Option<(u16, String)> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(request)).await.ok()?.dyn_into::<Response>().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some((response.status(), text))
}
