//! Addresses in what people write become links; everything else stays text (quality S1, S3).

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

/// What an address begins with. All of them are followed by at least one more character.
const STARTS: [&str; 5] = ["https://", "http://", "mailto:", "tel:", "www."];

/// Appends a text to an element, its addresses as links.
pub(super) fn append_linked(target: &El, text: &str) {
    let mut plain = 0;
    let mut at = 0;
    let mut boundary = true;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if boundary && let Some(start) = STARTS.iter().find(|start| begins(rest, start)) {
            let end = at + extent(rest);
            let address = text.get(at..end).unwrap_or("");
            if let Some(link) = link(address, *start == "www.") {
                append_plain(target, text.get(plain..at).unwrap_or(""));
                target.append(&link);
                if let Some(host) = other_host(&link, address) {
                    // No text of the writer's can look like this: it is an element of its own.
                    target.append(&h("span").class("host").text(&host));
                }
                plain = end;
            }
            at = end.max(at + 1);
            boundary = false;
            continue;
        }
        boundary = !c.is_ascii_alphanumeric();
        at += c.len_utf8();
    }
    append_plain(target, text.get(plain..).unwrap_or(""));
}

/// A link to an address, or nothing when it is not one that may be followed.
pub(super) fn link(address: &str, bare: bool) -> Option<El> {
    // Invisible characters could make an address read as another one.
    if address.chars().any(is_hidden) {
        return None;
    }
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
    let scheme = STARTS.iter().find(|start| start.ends_with('/') && begins(address, start)).map_or(0, |start| start.len());
    let shown = address.get(scheme..)?.split(['/', '?', '#', ':', '\\']).next().unwrap_or("");
    if host.is_empty() || shown.eq_ignore_ascii_case(&host) {
        return None;
    }
    let mut text = String::from(" (");
    text.push_str(&host);
    text.push(')');
    Some(text)
}

fn append_plain(target: &El, text: &str) {
    if !text.is_empty() {
        target.append_text(text);
    }
}

fn begins(text: &str, start: &str) -> bool {
    text.len() > start.len() && text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// How many bytes of a text belong to the address at its beginning: up to a space, a quote or a full-width mark, without the
/// punctuation that closes a sentence.
fn extent(text: &str) -> usize {
    let stops = |c: char| c.is_ascii_whitespace() || "<>\"\u{a0}\u{2028}\u{2029}\u{3000}，。、！？；：）」』】》”’".contains(c);
    let mut word = text.split(stops).next().unwrap_or("");
    while let Some(last) = word.chars().next_back() {
        let opened = |open: char| word.chars().filter(|c| *c == open).count() >= word.chars().filter(|c| *c == last).count();
        let ends = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => true,
            ')' => !opened('('),
            ']' => !opened('['),
            '}' => !opened('{'),
            _ => false,
        };
        if !ends {
            break;
        }
        word = word.get(..word.len() - last.len_utf8()).unwrap_or("");
    }
    word.len()
}

/// Controls, marks of direction, joiners and other characters without a width.
fn is_hidden(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
