//! Files of conversations, fetched with the agent's token and saved. Their content is never shown: it comes from an untrusted sender.

use super::http::{address, with_token};
use chinwag::model::ConversationId;
use gloo_net::http::Request;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlAnchorElement, Response, Url};

/// Fetches a file and hands it to the browser to save; `None` when that fails.
pub(super) async fn save(token: &str, conv: &ConversationId, file: &str, name: &str) -> Option<()> {
    let window = web_sys::window()?;
    let place = address(&format!("../v1/agent/conversations/{conv}/files/{file}"))?;
    let response = with_token(Request::get(&place.href()), token)?.send().await.ok()?;
    if !response.ok() {
        return None;
    }
    // A blob stays with the browser; gloo-net's function for bytes would copy the whole file into the module's memory.
    let blob = Response::from(response).blob().ok()?;
    let bytes = JsFuture::from(blob).await.ok()?.dyn_into::<Blob>().ok()?;
    let object = Url::create_object_url_with_blob(&bytes).ok()?;
    let anchor = window.document()?.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(&object);
    anchor.set_download(name);
    anchor.click();
    // The click has started the download: the link is not needed any more.
    Url::revoke_object_url(&object).ok()
}
