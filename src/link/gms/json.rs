//! Lenient reading of another vendor's JSON: numbers as text, booleans as numbers and so on.

use crate::wire::Json;
use crate::wire::json::{Value, write_int};

/// Reads an object of another vendor's server.
pub(super) fn parse(text: &str) -> Option<Json> {
    Json::parse(text).ok().filter(|json| matches!(json.value, Value::Object(_)))
}

/// A whole number, also when it comes as text.
pub(super) fn int(json: Option<&Json>) -> Option<i64> {
    match &json?.value {
        Value::Int(value) => Some(*value),
        Value::Str(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A boolean, also when it comes as text or number.
pub(super) fn truth(json: Option<&Json>) -> Option<bool> {
    match &json?.value {
        Value::Bool(value) => Some(*value),
        Value::Str(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::Str(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Value::Int(value @ (0 | 1)) => Some(*value == 1),
        _ => None,
    }
}

/// The digits of a number.
pub(super) fn digits(value: i64) -> String {
    let mut out = String::new();
    write_int(&mut out, value);
    out
}

/// A text, also when it comes as a number; at most `most` characters of it.
pub(super) fn text(json: Option<&Json>, most: usize) -> Option<String> {
    match &json?.value {
        Value::Str(text) => Some(cut(text, most)),
        Value::Int(value) => Some(digits(*value)),
        Value::Number(text) => Some(cut(text, most)),
        _ => None,
    }
}

/// The first characters of a text, at most `most`.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => text.get(..at).unwrap_or("").to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_the_reader_does_not_count_with_are_texts() {
        let json = parse("{\"a\":1.5,\"b\":-7,\"c\":99999999999999999999,\"d\":true}").expect("read");
        let told = ["a", "b", "c", "d"].map(|name| text(json.get(name), 9));
        assert_eq!(told, [Some("1.5".into()), Some("-7".into()), Some("999999999".into()), None]);
        assert_eq!(int(json.get("a")), None);
        assert_eq!(parse("[1]"), None);
        assert_eq!(parse("{\"a\":01x}"), None);
    }
}
