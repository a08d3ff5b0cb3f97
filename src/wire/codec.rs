//! How the nouns of the model become JSON and come back: one trait, three macros. Each macro writes the type, its codec and,
//! with the `serde` feature, the derives, from one definition, so that the two cannot drift apart.

use super::json::{Json, Malformed, write_int, write_str};

/// A value that travels.
pub trait Codec: Sized {
    /// Appends the JSON of this value.
    fn encode(&self, out: &mut String);

    /// Reads it back. Nothing when it is not of the form, and then `trouble` says where and what was expected: a `Result` with all of
    /// that in each step would make the widget a third larger.
    fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self>;

    /// What a member that is not there stands for; nothing when it has to be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
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
        let json = Json::parse(text)?;
        let mut trouble = Malformed::expected("a value");
        Self::decode(&json, &mut trouble).ok_or(trouble)
    }
}

/// Reads one member of an object. On failure the member's name is in front of where the trouble is.
#[inline(never)]
pub fn member<T: Codec>(json: &Json, name: &'static str, trouble: &mut Malformed) -> Option<T> {
    let value = match json.get(name) {
        None | Some(Json::Null) => {
            let value = T::absent();
            if value.is_none() {
                trouble.expected = "a value";
            }
            value
        }
        Some(value) => T::decode(value, trouble),
    };
    if value.is_none() {
        trouble.step_out(name);
    }
    value
}

/// Writes one member, with a comma in front unless it is the first.
#[inline(never)]
pub fn put_member<T: Codec>(out: &mut String, name: &'static str, value: &T) {
    if value.is_absent() {
        return;
    }
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
    value.encode(out);
}

impl Codec for String {
    fn encode(&self, out: &mut String) {
        write_str(out, self);
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self> {
        match json {
            Json::Str(text) => Some(text.clone()),
            _ => trouble.miss("a string"),
        }
    }
}

impl Codec for bool {
    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }

    fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(*value),
            _ => trouble.miss("true or false"),
        }
    }
}

macro_rules! integers {
    ($($t:ty: $expected:literal),*) => {$(
        impl Codec for $t {
            fn encode(&self, out: &mut String) {
                write_int(out, i64::try_from(*self).unwrap_or(i64::MAX));
            }

            fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self> {
                let value = match json {
                    Json::Int(value) => Self::try_from(*value).ok(),
                    _ => None,
                };
                value.or_else(|| trouble.miss($expected))
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

    fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self> {
        match json {
            Json::Null => Some(None),
            value => T::decode(value, trouble).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn encode(&self, out: &mut String) {
        out.push('[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            item.encode(out);
        }
        out.push(']');
    }

    #[inline(never)]
    fn decode(json: &Json, trouble: &mut Malformed) -> Option<Self> {
        let Json::List(items) = json else { return trouble.miss("a list") };
        let mut list = Self::with_capacity(items.len());
        for item in items {
            list.push(T::decode(item, trouble)?);
        }
        Some(list)
    }
}

/// A struct that travels as an object with members of the fields' names. An `Option` that is `None` is left out.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $Name:ident { $($(#[$fmeta:meta])* pub $field:ident: $T:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        pub struct $Name { $($(#[$fmeta])* pub $field: $T),* }

        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                out.push('{');
                $($crate::wire::codec::put_member(out, stringify!($field), &self.$field);)*
                out.push('}');
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Malformed) -> Option<Self> {
                if !matches!(json, $crate::wire::Json::Object(_)) {
                    return trouble.miss("an object");
                }
                Some(Self { $($field: $crate::wire::codec::member(json, stringify!($field), trouble)?),* })
            }
        }
    };
}

/// An enum that travels as an object whose member `t` says which variant it is. An unknown `t` is an error for which
/// `Malformed::is_unknown_kind` is true.
macro_rules! tagged {
    ($(#[$meta:meta])* pub enum $Name:ident {
        $($(#[$vmeta:meta])* $tag:literal => $Variant:ident { $($(#[$fmeta:meta])* $field:ident: $T:ty),* $(,)? }),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        #[cfg_attr(feature = "serde", serde(tag = "t"))]
        pub enum $Name {
            $($(#[$vmeta])* #[cfg_attr(feature = "serde", serde(rename = $tag))] $Variant { $($(#[$fmeta])* $field: $T),* }),*
        }

        impl $Name {
            /// The name of the variant on the wire.
            #[must_use]
            pub const fn tag(&self) -> &'static str {
                match self { $(Self::$Variant { .. } => $tag),* }
            }
        }

        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                out.push_str("{\"t\":\"");
                out.push_str(self.tag());
                out.push('"');
                match self {
                    $(Self::$Variant { $($field),* } => { $($crate::wire::codec::put_member(out, stringify!($field), $field);)* })*
                }
                out.push('}');
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Malformed) -> Option<Self> {
                match json.get("t").and_then($crate::wire::Json::as_str) {
                    $(Some($tag) => Some(Self::$Variant { $($field: $crate::wire::codec::member(json, stringify!($field), trouble)?),* }),)*
                    Some(_) => {
                        trouble.expected = $crate::wire::json::UNKNOWN_KIND;
                        trouble.step_out("t");
                        None
                    }
                    None => trouble.miss("an object with a string in t"),
                }
            }
        }
    };
}

/// An enum without data that travels as a word.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $Name:ident { $($(#[$vmeta:meta])* $Variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
        pub enum $Name { $($(#[$vmeta])* #[cfg_attr(feature = "serde", serde(rename = $word))] $Variant),* }

        impl $Name {
            /// Every variant, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The word on the wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$Variant => $word),* }
            }

            /// The variant of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.word() == word)
            }
        }

        impl $crate::wire::Codec for $Name {
            fn encode(&self, out: &mut String) {
                $crate::wire::json::write_str(out, self.word());
            }

            #[inline(never)]
            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Malformed) -> Option<Self> {
                json.as_str().and_then(Self::from_word).or_else(|| trouble.miss(concat!("one of:", $(" ", $word),*)))
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

            fn decode(json: &$crate::wire::Json, trouble: &mut $crate::wire::Malformed) -> Option<Self> {
                String::decode(json, trouble).map(Self)
            }
        }
    )*};
}

pub(crate) use {id, record, tagged, words};
