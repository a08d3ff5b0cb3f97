//! The macros that write a type, its codec and, with the `serde` feature, the derives, from one definition, so that the two cannot drift apart.

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

/// An enum that travels as an object whose member `t` names the variant. `else` is the value that a reader returns after a fault.
/// An unknown `t` is an error for which `Malformed::is_unknown_kind` is true; with `, unknown` behind the `else` it is read as
/// the `else` value and is no fault. With `, keep Unknown` behind the name it is read as that variant, which keeps the whole JSON.
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
                /// A variant of a later version, as it was received.
                #[cfg_attr(feature = "serde", serde(untagged))]
                $Keep($crate::wire::RawJson),
            )?
        }

        // The attributes of a variant go on its arms too, for the `cfg` among them; the documentation comes along.
        #[allow(unused_doc_comments)]
        impl $Name {
            /// The names of all variants on the wire, in the order of the definition.
            pub const TAGS: &'static [&'static str] = &[$($(#[$vmeta])* $tag),*];

            /// The value that a reader returns after it noted an error.
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

/// How a reader treats an unknown kind.
macro_rules! unknown_kind {
    ($json:ident, $trouble:ident) => {
        $trouble.unknown_kind()
    };
    ($json:ident, $trouble:ident, unknown) => {{}};
    ($json:ident, $trouble:ident, keep $Keep:ident) => {
        return Self::$Keep($crate::wire::Codec::decode($json, $trouble))
    };
}

/// The words to choose from, for an error text. Not in the widget: only the operator of the server can correct such an error, and
/// the server reports it too.
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

            /// For `#[serde(deserialize_with = ...)]` where an unknown word is an error, as in a file that a person writes.
            ///
            /// # Errors
            /// The text is not one of the words; the error lists them.
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
