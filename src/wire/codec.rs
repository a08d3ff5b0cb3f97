//! How the nouns of the model become JSON and come back: one trait, three macros. Each macro writes the type, its codec and,
//! with the `serde` feature, the derives, from one definition, so that the two cannot drift apart.

use super::json::{Json, Malformed, UNKNOWN_KIND, Value, write_int, write_str};
use super::word::Word;

/// A value that travels.
pub trait Codec: Sized {
    /// Appends the JSON of this value.
    fn encode(&self, out: &mut String);

    /// Reads it back. What is not of the form is noted in `trouble`, and something of the type is returned all the same: reading
    /// goes on, and whoever began it looks at `trouble` once at the end. A way out of every step would double the size of the
    /// readers, which every visitor downloads. What is missing is read as null.
    fn decode(json: &Json, trouble: &mut Trouble) -> Self;

    /// Reads the member of an object.
    #[inline(never)]
    fn member(json: &Json, name: &'static str, trouble: &mut Trouble) -> Self {
        let value = Self::decode(trouble.enter(json, name), trouble);
        trouble.path.pop();
        value
    }

    /// Whether the member is left out when written.
    fn is_absent(&self) -> bool {
        false
    }

    /// The JSON text of this value.
    #[must_use]
    fn to_text(&self) -> String {
        let mut out = String::new();
        self.encode(&mut out);
        out
    }

    /// Reads a whole text.
    ///
    /// # Errors
    /// [`Malformed`] naming the field and what was expected in it, or when the text is not JSON.
    fn from_text(text: &str) -> Result<Self, Malformed> {
        Self::read_text(text).0
    }

    /// As [`from_text`](Self::from_text). Tells besides what was wrong with the first part that is left out so that the rest can be read.
    fn read_text(text: &str) -> (Result<Self, Malformed>, Option<Malformed>) {
        let json = match Json::parse(text) {
            Ok(json) => json,
            Err(error) => return (Err(error), None),
        };
        let mut trouble = Trouble::of(text);
        let value = Self::decode(&json, &mut trouble);
        (trouble.first.map_or(Ok(value), Err), trouble.left_out)
    }
}

/// Where a reader is, and the first thing that was wrong.
#[derive(Debug, Default)]
pub struct Trouble<'a> {
    /// What is read.
    text: &'a str,
    path: Vec<&'static str>,
    first: Option<Malformed>,
    left_out: Option<Malformed>,
}

impl<'a> Trouble<'a> {
    /// Nothing was wrong so far with this text.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, ..Self::default() }
    }

    /// What was read, unless something was wrong.
    ///
    /// # Errors
    /// The first thing that was.
    pub(crate) fn end<T>(self, value: T) -> Result<T, Malformed> {
        self.first.map_or(Ok(value), Err)
    }

    #[inline(never)]
    fn enter<'j>(&mut self, json: &'j Json, name: &'static str) -> &'j Json {
        self.path.push(name);
        json.get(name).unwrap_or(Json::MISSING)
    }

    /// A value as it was written; empty for one that is missing.
    pub(super) fn written(&self, json: &Json) -> &'a str {
        self.text.get(json.span.clone()).unwrap_or("")
    }

    /// Notes what was expected here, unless something was wrong before.
    #[inline(never)]
    pub fn miss(&mut self, expected: &'static str) {
        if self.first.is_none() {
            let mut field = String::new();
            for name in &self.path {
                if !field.is_empty() {
                    field.push('.');
                }
                field.push_str(name);
            }
            self.first = Some(Malformed { field, expected, offset: None });
        }
    }

    /// Reads something that can be done without, with `read`. False when it is not of the form: then it counts as left out, and the rest
    /// can be read all the same.
    pub(crate) fn spare(&mut self, read: &mut dyn FnMut(&mut Self)) -> bool {
        let before = self.first.take();
        read(self);
        let wrong = core::mem::replace(&mut self.first, before);
        let fine = wrong.is_none();
        self.left_out = self.left_out.take().or(wrong);
        fine
    }

    /// Whether something that is of a later version was read since there was no trouble. Then there is none.
    #[inline(never)]
    fn is_of_tomorrow(&mut self, untroubled: bool) -> bool {
        let of_tomorrow = untroubled && self.first.as_ref().is_some_and(Malformed::is_unknown_kind);
        if of_tomorrow {
            self.first = None;
        }
        of_tomorrow
    }

    /// Notes that the tag of a tagged value is of a later version.
    pub(crate) fn unknown_kind(&mut self) {
        self.path.push("t");
        self.miss(UNKNOWN_KIND);
        self.path.pop();
    }
}

/// Which of the words a value is. One that is none of them has an index beyond the last, and is kept; what is no text is noted.
#[inline(never)]
pub fn word_of(json: &Json, words: &[&str], expected: &'static str, trouble: &mut Trouble) -> (usize, Word) {
    let Some(word) = json.as_str() else {
        trouble.miss(expected);
        return (words.len(), Word::LOST);
    };
    let mut index = 0;
    for other in words {
        if *other == word {
            return (index, Word::LOST);
        }
        index += 1;
    }
    (index, Word::keep(word))
}

/// Writes the name of a member, with a comma in front unless it is the first.
#[inline(never)]
pub fn open_member(out: &mut String, name: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// Writes one member, unless it is left out.
pub fn put_member<T: Codec>(out: &mut String, name: &'static str, value: &T) {
    if !value.is_absent() {
        open_member(out, name);
        value.encode(out);
    }
}

impl Codec for String {
    fn encode(&self, out: &mut String) {
        write_str(out, self);
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        if let Value::Str(text) = &json.value {
            return text.clone();
        }
        trouble.miss("a string");
        Self::new()
    }
}

impl Codec for bool {
    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        if let Value::Bool(value) = &json.value {
            return *value;
        }
        trouble.miss("true or false");
        false
    }
}

macro_rules! integers {
    ($($t:ty: $expected:literal),*) => {$(
        impl Codec for $t {
            fn encode(&self, out: &mut String) {
                write_int(out, i64::try_from(*self).unwrap_or(i64::MAX));
            }

            #[inline(never)]
            fn decode(json: &Json, trouble: &mut Trouble) -> Self {
                if let Value::Int(value) = &json.value
                    && let Ok(value) = Self::try_from(*value)
                {
                    return value;
                }
                trouble.miss($expected);
                0
            }
        }
    )*};
}

integers!(u32: "an integer of 0 to 4294967295", u64: "an integer of 0 or more", i64: "an integer");

impl<T: Codec> Codec for Option<T> {
    fn encode(&self, out: &mut String) {
        match self {
            Some(value) => value.encode(out),
            None => out.push_str("null"),
        }
    }

    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        match json.value {
            Value::Null => None,
            _ => Some(T::decode(json, trouble)),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Writes a list.
pub fn write_list<T: Codec>(out: &mut String, items: &[T]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item.encode(out);
    }
    out.push(']');
}

impl<T: Codec> Codec for Vec<T> {
    fn encode(&self, out: &mut String) {
        write_list(out, self);
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        let mut list = Self::new();
        for item in items(json, trouble) {
            let untroubled = trouble.first.is_none();
            let value = T::decode(item, trouble);
            // What is of a kind that is not known is left out, and the others are there.
            if !trouble.is_of_tomorrow(untroubled) {
                list.push(value);
            }
        }
        list
    }
}

/// What is in a list. A function of its own, so that every kind of list has less of it.
#[inline(never)]
fn items<'a>(json: &'a Json, trouble: &mut Trouble) -> &'a [Json] {
    if let Value::List(items) = &json.value {
        return items;
    }
    trouble.miss("a list");
    &[]
}

/// A struct that travels as an object with members of the fields' names. An `Option` that is `None` is left out.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $Name:ident { $($(#[$fmeta:meta])* pub $field:ident: $T:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        pub struct $Name { $($(#[$fmeta])* pub $field: $T),* }

        // The attributes of a field go with its reader and writer too, for the `cfg` among them; the documentation comes along.
        #[allow(unused_doc_comments)]
        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                out.push('{');
                $($(#[$fmeta])* $crate::wire::codec::put_member(out, stringify!($field), &self.$field);)*
                out.push('}');
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Trouble) -> Self {
                if !matches!(json.value, $crate::wire::json::Value::Object(_)) {
                    trouble.miss("an object");
                }
                Self { $($(#[$fmeta])* $field: $crate::wire::Codec::member(json, stringify!($field), trouble)),* }
            }
        }
    };
}

/// An enum that travels as an object whose member `t` says which variant it is. `else` is what stands for one that cannot be read.
/// An unknown `t` is an error for which `Malformed::is_unknown_kind` is true; with `, unknown` behind the `else` it is read as that
/// without a word. With `, keep Unknown` behind the name it is read as that variant, which holds all of it and is written as it came.
/// A variant may have a `#[cfg(...)]`: its readers and writers come and go with it.
macro_rules! tagged {
    ($(#[$meta:meta])* pub enum $Name:ident $(, keep $Keep:ident)?, else $empty:expr $(, $unknown:ident)?; {
        $($(#[$vmeta:meta])* $tag:literal => $Variant:ident { $($(#[$fmeta:meta])* $field:ident: $T:ty),* $(,)? }),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        #[cfg_attr(feature = "serde", serde(tag = "t"))]
        pub enum $Name {
            $($(#[$vmeta])* #[cfg_attr(feature = "serde", serde(rename = $tag))] $Variant { $($(#[$fmeta])* $field: $T),* },)*
            $(
                /// One of a later version, as it came.
                #[cfg_attr(feature = "serde", serde(untagged))]
                $Keep($crate::wire::RawJson),
            )?
        }

        // The attributes of a variant go on its arms too, for the `cfg` among them; the documentation comes along.
        #[allow(unused_doc_comments)]
        impl $Name {
            /// The names of all variants on the wire, in the order of the definition.
            pub const TAGS: &'static [&'static str] = &[$($(#[$vmeta])* $tag),*];

            /// What a reader returns after it noted trouble.
            const fn nothing() -> Self {
                $empty
            }

            /// The name of the variant on the wire; empty for one of a later version.
            #[must_use]
            pub const fn tag(&self) -> &'static str {
                match self {
                    $($(#[$vmeta])* Self::$Variant { .. } => $tag,)*
                    $(Self::$Keep(_) => "",)?
                }
            }
        }

        #[allow(unused_doc_comments)]
        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                $(if let Self::$Keep(raw) = self {
                    return raw.encode(out);
                })?
                out.push_str("{\"t\":\"");
                out.push_str(self.tag());
                out.push('"');
                match self {
                    $($(#[$vmeta])* Self::$Variant { $($field),* } => {
                        $($crate::wire::codec::put_member(out, stringify!($field), $field);)*
                    })*
                    $(Self::$Keep(_) => {})?
                }
                out.push('}');
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Trouble) -> Self {
                match json.get("t").and_then($crate::wire::Json::as_str) {
                    $($(#[$vmeta])*
                    Some($tag) => return Self::$Variant { $($field: $crate::wire::Codec::member(json, stringify!($field), trouble)),* },)*
                    Some(_) => $crate::wire::codec::unknown_kind!(json, trouble $(, $unknown)? $(, keep $Keep)?),
                    None => trouble.miss("an object with a string in t"),
                }
                Self::nothing()
            }
        }
    };
}

/// What a reader does with a kind that it does not know.
macro_rules! unknown_kind {
    ($json:ident, $trouble:ident) => {
        $trouble.unknown_kind()
    };
    ($json:ident, $trouble:ident, unknown) => {{}};
    ($json:ident, $trouble:ident, keep $Keep:ident) => {
        return Self::$Keep($crate::wire::Codec::decode($json, $trouble))
    };
}

/// The words to choose from, for an error text. The widget does without: nobody but the server's operator could mend it, and the
/// server tells.
#[cfg(all(target_arch = "wasm32", feature = "widget"))]
macro_rules! one_of {
    ($($word:literal)*) => {
        "a known word"
    };
}

/// The words to choose from, for an error text.
#[cfg(not(all(target_arch = "wasm32", feature = "widget")))]
macro_rules! one_of {
    ($($word:literal)*) => {
        concat!("one of:", $(" ", $word),*)
    };
}

/// An enum without data that travels as a word. A word that it does not have is one of a later version: `Unknown` keeps it.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $Name:ident { $($(#[$vmeta:meta])* $Variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Name {
            $($(#[$vmeta])* $Variant,)*
            /// A word of a later version; see `wire::word`.
            Unknown($crate::wire::Word),
        }

        impl $Name {
            /// Every variant that has a word, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The word on the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                if let Self::Unknown(word) = self {
                    return word.text();
                }
                // Only constants, so that it becomes a table.
                match self {
                    $(Self::$Variant => $word,)*
                    Self::Unknown(_) => "",
                }
            }

            /// The variant of a word, if it is known.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.word() == word)
            }

            /// For `#[serde(deserialize_with = ...)]` where only what is known will do, as in a file that a person writes.
            ///
            /// # Errors
            /// What it is not a word of this, naming those that are.
            #[cfg(feature = "serde")]
            pub fn known<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word: String = serde::Deserialize::deserialize(deserializer)?;
                Self::from_word(&word).ok_or_else(|| serde::de::Error::unknown_variant(&word, &[$($word),*]))
            }
        }

        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                $crate::wire::json::write_str(out, self.word());
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Trouble) -> Self {
                let (index, word) =
                    $crate::wire::codec::word_of(json, &[$($word),*], $crate::wire::codec::one_of!($($word)*), trouble);
                Self::ALL.get(index).copied().unwrap_or(Self::Unknown(word))
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word: String = serde::Deserialize::deserialize(deserializer)?;
                Ok(Self::from_word(&word).unwrap_or_else(|| Self::Unknown($crate::wire::Word::keep(&word))))
            }
        }
    };
}

/// A newtype over a string: an opaque id that must not be mixed up with another kind of id.
macro_rules! id {
    ($($(#[$meta:meta])* $Name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        #[cfg_attr(feature = "serde", serde(transparent))]
        pub struct $Name(pub String);

        impl $Name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $Name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl core::fmt::Display for $Name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                self.0.encode(out);
            }

            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Trouble) -> Self {
                Self(String::decode(json, trouble))
            }
        }
    )*};
}

pub(crate) use {id, one_of, record, tagged, unknown_kind, words};
