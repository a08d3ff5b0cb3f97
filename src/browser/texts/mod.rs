//! The words of the widget, and times and counts as the reader's language writes them.
//!
//! A language is a flat table of keys; English texts are used for keys that another language does not have. The English file comes with the
//! panel. `{}` in a text is filled in. A text that depends on a number has one key per plural form of the language: `key.one`, `key.other` ...
//! The table is kept and read in JavaScript (`js/words.js`), where templates and the browser's own formats need it.

use wasm_bindgen::prelude::*;

use crate::model::Timestamp;

#[wasm_bindgen(module = "/src/browser/js/words.js")]
extern "C" {
    #[derive(Clone)]
    pub type Words;
    #[wasm_bindgen(constructor)]
    fn new(own: &str, locale: &str) -> Words;
    /// All methods that make texts, called by name through this one function: see `tell` in `js/words.js`.
    #[wasm_bindgen(method)]
    fn tell(this: &Words, how: &str, key: &str, value: &str, number: f64) -> String;
    #[wasm_bindgen(method)]
    fn rtl(this: &Words) -> bool;
    #[wasm_bindgen(js_name = learn)]
    pub(super) fn learn(english: &str);
    #[wasm_bindgen(js_name = day_number)]
    fn number_of_day(millis: f64) -> f64;
}

/// The words of one language.
#[derive(Clone)]
pub struct Texts(pub(super) Words);

impl Texts {
    /// The words of a language file (`text-<locale>.json`), with times as `locale` writes them. Those in English where the file is
    /// empty or cannot be read.
    #[must_use]
    pub fn new(locale: &str, file: &str) -> Self {
        Self(Words::new(file, locale))
    }

    #[inline(never)]
    fn tell(&self, how: &str, key: &str, value: &str, number: f64) -> String {
        self.0.tell(how, key, value, number)
    }

    /// The language tag of the words, for `lang`.
    #[must_use]
    pub fn lang(&self) -> String {
        self.tell("lang", "", "", 0.0)
    }

    /// Whether the words are written from right to left.
    #[must_use]
    pub fn is_rtl(&self) -> bool {
        self.0.rtl()
    }

    /// The text of a key; empty when there is none.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, key: &str) -> String {
        self.tell("get", key, "", 0.0)
    }

    /// The text of a key with its blank filled in.
    #[must_use]
    #[inline(never)]
    pub fn fill(&self, key: &str, value: &str) -> String {
        self.tell("fill", key, value, 0.0)
    }

    /// The text of a key for a number of things, with the number filled in.
    #[must_use]
    #[inline(never)]
    pub fn count(&self, key: &str, count: u32) -> String {
        self.tell("count", key, "", f64::from(count))
    }

    /// A time of day, in the visitor's time zone.
    #[must_use]
    #[inline(never)]
    pub fn time(&self, at: Timestamp) -> String {
        self.tell("time", "", "", millis(at))
    }

    /// A day with its weekday, or "today" and "yesterday".
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.tell("day", "", "", millis(at))
    }

    /// A day and a time, short, for a file.
    #[must_use]
    pub fn stamp(&self, at: Timestamp) -> String {
        self.tell("stamp", "", "", millis(at))
    }

    /// A day and a time, with the name of the zone: the visitor's.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        self.tell("moment", "", "", millis(at))
    }
}

/// The number of a day in the visitor's zone: equal for two times of one day.
#[inline(never)]
pub(super) fn day_number(at: Timestamp) -> f64 {
    number_of_day(millis(at))
}

#[allow(clippy::cast_precision_loss, reason = "JavaScript's times are doubles")]
pub(super) const fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}
