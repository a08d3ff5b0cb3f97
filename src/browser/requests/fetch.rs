//! Carries out a request of the link to a chat server: gloo-net builds the request, a timer of gloo-timers cancels it when it takes too long.

use crate::browser::page::Host;
use crate::link::gms::HttpRequest;
use gloo_net::http::{Request, RequestBuilder};
use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::js_sys::Promise;
use web_sys::{AbortController, Blob, FormData, RequestCredentials, RequestMode, Response, UrlSearchParams};

/// The status of HTTP and the body. Status 0 when there is no answer: no network, too late, or a header that cannot be sent.
pub(super) async fn carry_out(host: Host, request: HttpRequest) -> (u16, String) {
    let Ok(off) = AbortController::new() else { return (0, String::new()) };
    let late = u32::try_from(request.timeout).ok().filter(|timeout| *timeout > 0).map(|timeout| {
        let off = off.clone();
        Timeout::new(timeout, move || off.abort())
    });
    let answer = ask(&host, &request, &off).await;
    // Dropping it cancels the timer.
    drop(late);
    answer.unwrap_or_default()
}

async fn ask(host: &Host, request: &HttpRequest, off: &AbortController) -> Option<(u16, String)> {
    let terms = host.terms(request.upload.unwrap_or(0));
    let credentials = if terms.with_credentials() { RequestCredentials::Include } else { RequestCredentials::Omit };
    let mut address = host.text("service");
    address.push_str(&request.path);
    let mut made = Request::post(&address).mode(RequestMode::Cors).credentials(credentials).abort_signal(Some(&off.signal()));
    for (name, value) in [("apikey", terms.apikey()), ("Authorization", terms.authorization())] {
        if let Some(value) = value {
            made = with_header(made, name, &value)?;
        }
    }
    let made =
        if request.upload.is_some() { made.body(multipart(&request.form, &terms.file())?) } else { made.body(encoded(&request.form)?) };
    let response: Response = JsFuture::from(fetch(&made.ok()?.into()).ok()?).await.ok()?.unchecked_into();
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
}

/// Adds a header. `None` for a value that no header can have: gloo-net would panic.
fn with_header(request: RequestBuilder, name: &str, value: &str) -> Option<RequestBuilder> {
    let fits = value.chars().all(|c| c == '\t' || (' '..='~').contains(&c) || ('\u{80}'..='\u{ff}').contains(&c));
    fits.then(|| request.header(name, value))
}

fn encoded(form: &[(String, String)]) -> Option<UrlSearchParams> {
    let body = UrlSearchParams::new().ok()?;
    form.iter().for_each(|(name, value)| body.append(name, value));
    Some(body)
}

fn multipart(form: &[(String, String)], file: &JsValue) -> Option<FormData> {
    let body = FormData::new().ok()?;
    for (name, value) in form {
        body.append_with_str(name, value).ok()?;
    }
    body.append_with_blob("file", file.dyn_ref::<Blob>()?).ok()?;
    Some(body)
}

#[wasm_bindgen]
extern "C" {
    /// The page's `fetch`, as the shim took it before the page could replace it (`js/natives.js`). gloo-net's own call panics when a page's
    /// wrapper rejects with a value that is not an `Error`.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}
