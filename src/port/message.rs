//! The messages of dialects, as JSON.

use super::members::{Member, Word};
use crate::dialects::{Message, Value};

/// A message of a dialect as JSON: `name`, `type`, `object`, in this order.
#[inline(never)]
#[must_use]
pub fn message(message: &Message) -> String {
    let mut out = String::from("{");
    Word(message.envelope).put(&mut out, "name");
    Word(message.kind).put(&mut out, "type");
    out.push_str(",\"object\":{");
    for (name, value) in &message.fields {
        match value {
            Value::Text(text) => text.put(&mut out, name),
            Value::Flag(flag) => flag.put(&mut out, name),
            Value::List(list) => list.put(&mut out, name),
        }
    }
    out.push_str("}}");
    out
}
