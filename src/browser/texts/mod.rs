//! The words of the widget, and times and counts as the reader's language writes them.
//!
//! A language is a flat table of keys; English is compiled in and stands in for keys that another language does not have. `{}` in a
//! text is filled in. A text that depends on a number has one key per plural form of the language: `key.one`, `key.other` ...

use std::cell::OnceCell;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::model::Timestamp;
use crate::wire::json::write_int;
use crate::wire::{Json, Malformed};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    type DateFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "DateTimeFormat", catch)]
    fn new(locale: &JsValue, options: &Object) -> Result<DateFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateFormat, millis: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl, js_name = PluralRules)]
    type Plurals;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "PluralRules", catch)]
    fn new(locale: &JsValue) -> Result<Plurals, JsValue>;
    #[wasm_bindgen(method)]
    fn select(this: &Plurals, count: u32) -> String;

    type Date;
    #[wasm_bindgen(constructor)]
    fn new(millis: f64) -> Date;
    #[wasm_bindgen(static_method_of = Date)]
    fn now() -> f64;
    #[wasm_bindgen(method, js_name = getTimezoneOffset)]
    fn offset(this: &Date) -> i32;
}

/// The words of one language.
pub struct Texts {
    locale: String,
    own: Json,
    english: Json,
    plurals: OnceCell<Option<Plurals>>,
    time: OnceCell<Option<DateFormat>>,
    day: OnceCell<Option<DateFormat>>,
    moment: OnceCell<Option<DateFormat>>,
}

impl Texts {
    /// The words in English, times as `locale` writes them.
    #[must_use]
    pub fn english(locale: &str) -> Self {
        Self::with(locale, Json::Null)
    }

    /// The words of a language file (`text-<locale>.json`).
    ///
    /// # Errors
    /// [`Malformed`] when the file is not JSON.
    pub fn parse(locale: &str, file: &str) -> Result<Self, Malformed> {
        Ok(Self::with(locale, Json::parse(file)?))
    }

    fn with(locale: &str, own: Json) -> Self {
        Self {
            locale: locale.into(),
            own,
            english: Json::parse(include_str!("en.json")).unwrap_or(Json::Null),
            plurals: OnceCell::new(),
            time: OnceCell::new(),
            day: OnceCell::new(),
            moment: OnceCell::new(),
        }
    }

    /// The language tag of the words, for `lang`.
    #[must_use]
    pub fn lang(&self) -> &str {
        if self.own == Json::Null { "en" } else { &self.locale }
    }

    /// Whether the words are written from right to left.
    #[must_use]
    pub fn is_rtl(&self) -> bool {
        let language = self.lang().split('-').next().unwrap_or("");
        ["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"].contains(&language)
    }

    /// The text of a key; empty when there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.own.get(key).or_else(|| self.english.get(key)).and_then(Json::as_str).unwrap_or("")
    }

    /// The text of a key with its blank filled in.
    #[must_use]
    pub fn fill(&self, key: &str, value: &str) -> String {
        fill(self.get(key), value)
    }

    /// The text of a key for a number of things, with the number filled in.
    #[must_use]
    pub fn count(&self, key: &str, count: u32) -> String {
        let rules = self.plurals.get_or_init(|| Plurals::new(&self.lang().into()).ok());
        let form = rules.as_ref().map_or_else(|| "other".into(), |rules| rules.select(count));
        let mut full = String::from(key);
        full.push('.');
        full.push_str(&form);
        let mut text = self.get(&full);
        if text.is_empty() {
            full.truncate(key.len());
            full.push_str(".other");
            text = self.get(&full);
        }
        let mut number = String::new();
        write_int(&mut number, i64::from(count));
        fill(text, &number)
    }

    /// A time of day, in the visitor's zone.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        self.date(&self.time, &[("hour", "numeric"), ("minute", "2-digit")], at)
    }

    /// A day with its weekday, or "today" and "yesterday".
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
        let today = day_number(Timestamp(Date::now() as i64));
        match today - day_number(at) {
            0 => self.get("today").into(),
            1 => self.get("yesterday").into(),
            _ => self.date(&self.day, &[("weekday", "long"), ("day", "numeric"), ("month", "long")], at),
        }
    }

    /// A day and a time.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        self.date(&self.moment, &[("dateStyle", "full"), ("timeStyle", "short")], at)
    }

    fn date(&self, cell: &OnceCell<Option<DateFormat>>, options: &[(&str, &str)], at: Timestamp) -> String {
        let format = cell.get_or_init(|| {
            let object = Object::new();
            for (name, value) in options {
                let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
            }
            // A tag that the browser does not take: the browser's own language.
            DateFormat::new(&self.locale.as_str().into(), &object).or_else(|_| DateFormat::new(&JsValue::UNDEFINED, &object)).ok()
        });
        format.as_ref().map(|format| format.format(millis(at))).unwrap_or_default()
    }
}

/// The number of a day in the visitor's zone: equal for two times of one day.
pub(super) fn day_number(at: Timestamp) -> i64 {
    let minutes = i64::from(Date::new(millis(at)).offset());
    at.0.saturating_sub(minutes.saturating_mul(60_000)).div_euclid(86_400_000)
}

/// A text with its first blank filled in.
pub(super) fn fill(text: &str, value: &str) -> String {
    let mut out = String::new();
    match text.split_once('{') {
        Some((before, after)) => {
            out.push_str(before);
            out.push_str(value);
            out.push_str(after.get(1..).unwrap_or(""));
        }
        None => out.push_str(text),
    }
    out
}

#[allow(clippy::cast_precision_loss, reason = "JavaScript's times are doubles")]
fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}
