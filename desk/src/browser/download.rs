//! Files of conversations, fetched with the agent's token and saved. Nothing of them is ever shown: what they hold is a stranger's.

use super::http::address;
use chinwag::model::ConversationId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlAnchorElement, Request, Response, Url};

/// Fetches a file and hands it to the browser to save; nothing when it cannot be had.
pub(super) async fn save(token: &str, conv: &ConversationId, file: &str, name: &str) -> Option<()> {
    let window = web_sys::window()?;
    let place = address(&format!("../v1/agent/conversations/{conv}/files/{file}"))?;
    let request = Request::new_with_str(&place.href()).ok()?;
    request.headers().set("authorization", &format!("Bearer {token}")).ok()?;
    let response = JsFuture::from(window.fetch_with_request(&request)).await.ok()?.dyn_into::<Response>().ok()?;
    if !response.ok() {
        return None;
    }
    let bytes = JsFuture::from(response.blob().ok()?).await.ok()?.dyn_into::<Blob>().ok()?;
    let object = Url::create_object_url_with_blob(&bytes).ok()?;
    let anchor = window.document()?.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(&object);
    anchor.set_download(name);
    anchor.click();
    // The click took what it needs.
    Url::revoke_object_url(&object).ok()
}
