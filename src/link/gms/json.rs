//! What the crate's JSON reader leaves to this one: fractions are let through as text, values are read in whatever type they come,
//! and a value is written back.

use crate::wire::Json;
use crate::wire::json::{write_int, write_str};

/// Reads an object of another vendor's server. Numbers that are no 64-bit integers come as strings: the crate's reader knows none,
/// and nothing here counts with them.
pub(super) fn parse(text: &str) -> Option<Json> {
    match Json::parse(text) {
        Ok(json) => Some(json),
        Err(_) => Json::parse(&quoted(text)).ok(),
    }
    .filter(|json| matches!(json, Json::Object(_)))
}

/// The text with quotes around every number that is no 64-bit integer.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut inside, mut escaped) = (false, false);
    let mut number = String::new();
    for c in text.chars() {
        let numeric = !inside && (c.is_ascii_digit() || matches!(c, '-' | '+' | '.') || (!number.is_empty() && matches!(c, 'e' | 'E')));
        if numeric {
            number.push(c);
            continue;
        }
        flush(&mut out, &mut number);
        if inside {
            inside = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else {
            inside = c == '"';
        }
        out.push(c);
    }
    flush(&mut out, &mut number);
    out
}

fn flush(out: &mut String, number: &mut String) {
    if number.is_empty() {
        return;
    }
    if matches!(Json::parse(number), Ok(Json::Int(_))) {
        out.push_str(number);
    } else {
        write_str(out, number);
    }
    number.clear();
}

/// A whole number, also when it comes as text.
pub(super) fn int(json: Option<&Json>) -> Option<i64> {
    match json? {
        Json::Int(value) => Some(*value),
        Json::Str(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A truth, also when it comes as text or number.
pub(super) fn truth(json: Option<&Json>) -> Option<bool> {
    match json? {
        Json::Bool(value) => Some(*value),
        Json::Str(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Json::Str(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Json::Int(value @ (0 | 1)) => Some(*value == 1),
        _ => None,
    }
}

/// The digits of a number.
pub(super) fn digits(value: i64) -> String {
    let mut out = String::new();
    write_int(&mut out, value);
    out
}

/// A text, also when it comes as a number; at most so many characters of it.
pub(super) fn text(json: Option<&Json>, most: usize) -> Option<String> {
    match json? {
        Json::Str(text) => Some(cut(text, most)),
        Json::Int(value) => Some(digits(*value)),
        _ => None,
    }
}

/// At most so many characters of a text.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => text.get(..at).unwrap_or("").to_owned(),
        None => text.to_owned(),
    }
}

/// Writes a value.
pub(super) fn write(out: &mut String, json: &Json) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Int(value) => write_int(out, *value),
        Json::Str(text) => write_str(out, text),
        Json::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_str(out, name);
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_the_reader_does_not_know_come_as_text() {
        let json = parse("{\"a\":1.5,\"b\":\"1.5\\\"2.5\",\"c\":[-2e3,7],\"d\":99999999999999999999,\"e\":true}").expect("read");
        let mut out = String::new();
        write(&mut out, &json);
        assert_eq!(out, "{\"a\":\"1.5\",\"b\":\"1.5\\\"2.5\",\"c\":[\"-2e3\",7],\"d\":\"99999999999999999999\",\"e\":true}");
        assert_eq!(parse("[1]"), None);
        assert_eq!(parse("{\"a\":01x}"), None);
    }
}
