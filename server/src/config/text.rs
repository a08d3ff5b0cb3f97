//! Texts for people, in one language or in several.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;

/// A text: one for all locales, or one for each locale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    plain: String,
    by_locale: BTreeMap<String, String>,
}

impl Text {
    /// The text for a locale: its own, else its language's, else the same for the fallback locale, else any.
    #[must_use]
    pub fn get(&self, locale: &str, fallback: &str) -> &str {
        if self.by_locale.is_empty() {
            return &self.plain;
        }
        self.of(locale).or_else(|| self.of(fallback)).or_else(|| self.by_locale.values().next()).map_or("", String::as_str)
    }

    /// Whether the text is empty in every language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.by_locale.values().all(String::is_empty)
    }

    /// The locales in which it is written.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.by_locale.keys().map(String::as_str)
    }

    fn of(&self, locale: &str) -> Option<&String> {
        let exact = self.by_locale.iter().find(|(key, _)| key.eq_ignore_ascii_case(locale));
        let language = || self.by_locale.iter().find(|(key, _)| key.eq_ignore_ascii_case(super::language(locale)));
        exact.or_else(language).map(|(_, text)| text)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Text;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, or a table of texts by locale such as { en = \"Hello\", it = \"Ciao\" }")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text { plain: text.to_owned(), by_locale: BTreeMap::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut by_locale = BTreeMap::new();
                while let Some((locale, text)) = map.next_entry()? {
                    by_locale.insert(locale, text);
                }
                Ok(Text { plain: String::new(), by_locale })
            }
        }

        deserializer.deserialize_any(Reader)
    }
}
