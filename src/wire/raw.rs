//! JSON that is carried through as it came.

use super::codec::{Codec, Trouble};
use super::json::Json;

/// A JSON value that is not interpreted: its text, byte for byte as it was written, with its escapes, numbers and white space.
/// Made by reading ([`RawJson::from_text`](Codec::from_text), [`RawJson::of`]) or by an [`Object`](super::Object), so it is
/// always one whole value. In a frame it counts for the limit of depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawJson(String);

impl RawJson {
    /// A value that was read from this text.
    #[must_use]
    pub fn of(text: &str, json: &Json) -> Self {
        Self(text.get(json.span.clone()).filter(|text| !text.is_empty()).unwrap_or("null").to_owned())
    }

    /// A text that is one whole value.
    pub(super) const fn whole(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Codec for RawJson {
    fn encode(&self, out: &mut String) {
        out.push_str(&self.0);
    }

    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        let mut text = trouble.written(json);
        if text.is_empty() {
            trouble.miss("a JSON value");
            text = "null";
        }
        Self(text.to_owned())
    }
}

/// For documents that serde reads and writes. The value is kept there, but not its spelling.
#[cfg(feature = "serde")]
mod with_serde {
    use super::{Codec, Json, RawJson};
    use crate::wire::json::{Value, write_int, write_str};
    use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
    use serde::ser::{Error as _, Serialize, Serializer};

    impl Serialize for RawJson {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Json::parse(self.as_str()).map_err(S::Error::custom)?.serialize(serializer)
        }
    }

    impl Serialize for Json {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match &self.value {
                Value::Null => serializer.serialize_unit(),
                Value::Bool(value) => serializer.serialize_bool(*value),
                Value::Int(value) => serializer.serialize_i64(*value),
                Value::Number(text) => match text.parse() {
                    Ok(value) => serializer.serialize_u64(value),
                    Err(_) => serializer.serialize_f64(text.parse().map_err(S::Error::custom)?),
                },
                Value::Str(text) => serializer.serialize_str(text),
                Value::List(items) => serializer.collect_seq(items),
                Value::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
            }
        }
    }

    impl<'de> Deserialize<'de> for RawJson {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Writer)
        }
    }

    struct Writer;

    impl<'de> Visitor<'de> for Writer {
        type Value = RawJson;

        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("a JSON value")
        }

        fn visit_unit<E>(self) -> Result<RawJson, E> {
            Ok(RawJson("null".into()))
        }

        fn visit_bool<E>(self, value: bool) -> Result<RawJson, E> {
            Ok(RawJson(value.to_text()))
        }

        fn visit_i64<E>(self, value: i64) -> Result<RawJson, E> {
            let mut out = String::new();
            write_int(&mut out, value);
            Ok(RawJson(out))
        }

        fn visit_u64<E>(self, value: u64) -> Result<RawJson, E> {
            Ok(RawJson(value.to_string()))
        }

        fn visit_f64<E>(self, value: f64) -> Result<RawJson, E> {
            // With a point or an exponent, so that it stays a fraction.
            Ok(RawJson(format!("{value:?}")))
        }

        fn visit_str<E>(self, text: &str) -> Result<RawJson, E> {
            let mut out = String::new();
            write_str(&mut out, text);
            Ok(RawJson(out))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawJson, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element::<RawJson>()? {
                list.push(item);
            }
            Ok(RawJson(list.to_text()))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawJson, A::Error> {
            let mut out = String::from("{");
            while let Some((name, RawJson(value))) = members.next_entry::<String, RawJson>()? {
                if out.len() > 1 {
                    out.push(',');
                }
                write_str(&mut out, &name);
                out.push(':');
                out.push_str(&value);
            }
            out.push('}');
            Ok(RawJson(out))
        }
    }
}
