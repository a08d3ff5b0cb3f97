//! Requests to the server (G4.2): addresses and form fields.

use super::io::Settings;
use super::json::cut;
use super::kept::Kept;
use crate::model::{FieldValue, visitor_name};
use crate::text;

/// Attached data in one request, and the characters of a key.
const DATA: usize = 200;
const KEY: usize = 200;
/// Characters of one attached value.
const VALUE: usize = 16_000;

/// A form, in order.
pub(super) type Form = Vec<(String, String)>;

/// The form of a start: the names that the API has as parameters, everything else as attached data. Later data of the same key
/// overrides (G2.5).
pub(super) fn start(settings: &Settings, values: &[FieldValue], attached: &[(String, String)]) -> Form {
    let mut form: Form = Vec::new();
    let mut data: Form = Vec::new();
    // Attached data of the page is among the values, too.
    for value in values.iter().take(DATA) {
        match parameter(&value.name) {
            Some(name) => put(&mut form, name, &value.value),
            None => put(&mut data, &value.name, &value.value),
        }
    }
    let named = |name: &str| form.iter().any(|(key, value)| key == name && !text::is_empty(value));
    let has_name = named("nickname") || (named("firstName") && named("lastName"));
    if !has_name {
        let name = visitor_name(values, None);
        put(&mut form, "nickname", if name.is_empty() { &settings.anonymous } else { &name });
    }
    for (key, value) in attached {
        put(&mut data, key, value);
    }
    // The vendor's widget also sends these, empty.
    for name in ["text", "alias", "secureKey", "userId"] {
        put(&mut form, name, "");
    }
    if !settings.endpoint.is_empty() {
        put(&mut form, "endpoint", &settings.endpoint);
    }
    form.extend(flattened(&data));
    form
}

fn parameter(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "nickname" => Some("nickname"),
        "firstname" => Some("firstName"),
        "lastname" => Some("lastName"),
        "email" | "emailaddress" => Some("emailAddress"),
        "subject" => Some("subject"),
        _ => None,
    }
}

fn put(form: &mut Form, key: &str, value: &str) {
    form.retain(|(other, _)| other != key);
    form.push((key.to_owned(), cut(value, VALUE)));
}

/// `userData[key]=value`, as the API wants nested data (G4.1).
pub(super) fn flattened(data: &[(String, String)]) -> Form {
    data.iter()
        .filter(|(key, _)| !key.is_empty())
        .take(DATA)
        .map(|(key, value)| (["userData[", &cut(key, KEY), "]"].concat(), cut(value, VALUE)))
        .collect()
}

/// The three parameters that every request in a session has.
pub(super) fn session(kept: &Kept) -> Form {
    let pair = |name: &str, value: &String| (name.to_owned(), value.clone());
    vec![pair("userId", &kept.user), pair("secureKey", &kept.key), pair("alias", &kept.alias)]
}

/// The address of an operation: `/{chatId}/{rest}`.
pub(super) fn path(chat: &str, rest: &str) -> String {
    ["/", &encoded(chat), "/", rest].concat()
}

/// Whether an id can be a segment of an address: not empty, and neither `.` nor `..`, which browsers resolve.
pub(super) fn is_segment(id: &str) -> bool {
    !id.is_empty() && id.len() <= 256 && id.bytes().any(|byte| byte != b'.')
}

/// Percent-encoding of every character that has a meaning in an address.
pub(super) fn encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(HEX.get(usize::from(half)).copied().map_or('0', char::from));
            }
        }
    }
    out
}
