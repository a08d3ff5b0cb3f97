//! Addresses in what people write become links; everything else stays text (quality S1, S3).

use js_sys::{JsString, RegExp};
use wasm_bindgen::prelude::*;

use super::dom::{El, h};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = URL)]
    type Url;
    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn new(text: &str) -> Result<Url, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn href(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn protocol(this: &Url) -> String;
    #[wasm_bindgen(method, getter)]
    fn hostname(this: &Url) -> String;
}

thread_local! {
    /// An address: a beginning that is not inside a word, then anything up to a space, a quote or a full-width mark, without the
    /// punctuation that closes a sentence. Brackets belong to it in pairs.
    static ADDRESS: RegExp = {
        const STOPS: &str = "\\s<>\"，。、！？；：）」』】》”’";
        let mut pattern = String::from("((?<![a-z0-9])(?:https?://|mailto:|tel:|www\\.)(?:\\([^()");
        let pair = [STOPS, "]*\\)|[^(", STOPS, "]|\\((?![^()", STOPS, "]*\\)))*(?:\\([^()", STOPS];
        for part in pair.into_iter().chain(["]*\\)|[^.,;:!?'*_()\\[\\]{}", STOPS, "]))"]) {
            pattern.push_str(part);
        }
        RegExp::new(&pattern, "i")
    };
}

/// Appends a text to an element, its addresses as links.
pub(super) fn append_linked(target: &El, text: &str) {
    // The group in the pattern keeps the addresses: every second part is one.
    let parts = ADDRESS.with(|address| JsString::from(text).split_by_pattern(address));
    for (index, part) in parts.iter().enumerate() {
        let part = part.as_string().unwrap_or_default();
        match (index % 2 == 1).then(|| link(&part)).flatten() {
            Some(link) => {
                target.append(&link);
                if let Some(host) = other_host(&link, &part) {
                    // No text of the writer's can look like this: it is an element of its own.
                    target.append(&h("span").class("host").text(&host));
                }
            }
            None if part.is_empty() => {}
            None => target.append_text(&part),
        }
    }
}

/// A link to an address, or nothing when it is not one that may be followed.
pub(super) fn link(address: &str) -> Option<El> {
    // Invisible characters could make an address read as another one.
    if address.chars().any(is_hidden) {
        return None;
    }
    let bare = address.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    let mut full = String::from(if bare { "https://" } else { "" });
    full.push_str(address);
    let url = Url::new(&full).ok()?;
    if !["https:", "http:", "mailto:", "tel:"].contains(&url.protocol().as_str()) {
        return None;
    }
    let link = h("a").attr("href", &url.href()).attr("target", "_blank").attr("rel", "noopener noreferrer");
    Some(link.text(address))
}

/// The host that a link leads to, in brackets, when its text shows another.
fn other_host(link: &El, address: &str) -> Option<String> {
    let host = Url::new(&link.get("href")?).ok()?.hostname();
    // What a reader takes for the host: the first part after the slashes.
    let mut parts = address.split(['/', '?', '#', '\\']);
    let shown = match parts.next() {
        Some("http:" | "https:" | "HTTP:" | "HTTPS:") => parts.nth(1),
        first => first,
    };
    let shown = shown?.split(':').next()?;
    if host.is_empty() || shown.eq_ignore_ascii_case(&host) {
        return None;
    }
    let mut text = String::from(" (");
    text.push_str(&host);
    text.push(')');
    Some(text)
}

/// Controls, marks of direction, joiners and other characters without a width.
fn is_hidden(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
