//! The clock, and times written as the agent's browser writes them: in its language and its formats.

use chinwag::model::Timestamp;
use js_sys::{Array, Date, Function, Reflect};
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// The present time, by this computer's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    Timestamp(Date::now() as i64)
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `14:05`
    Time,
    /// `Tue, 3 Mar, 14:05`
    Full,
    /// `Tuesday, 3 March`
    Day,
    /// `3 March 2026`
    Date,
    /// `2026-03-03T13:05:00Z`, for machines.
    Machine,
}

/// A time in words, in a time zone (the agent's own when it is `None`). `None` when the browser does not know the zone.
#[must_use]
pub fn write(at: Timestamp, style: Style, zone: Option<&str>) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "a calendar time is far below 2^53")]
    let millis = JsValue::from_f64(at.0 as f64);
    if style == Style::Machine {
        let date = Date::new(&millis);
        return if date.get_time().is_nan() { None } else { Some(String::from(date.to_iso_string())) };
    }
    let (format, method) = formatter(style, zone)?;
    method.call1(&format, &millis).ok()?.as_string()
}

/// A time in the agent's own zone.
#[must_use]
pub fn local(at: Timestamp, style: Style) -> String {
    write(at, style, None).unwrap_or_default()
}

/// A day of a calendar (`YYYY-MM-DD`), which is in no zone. `None` for a text that is not a day.
#[must_use]
pub fn date(text: &str) -> Option<String> {
    // Such a text is read as midnight in UTC.
    let at = Date::parse(text);
    if at.is_nan() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a calendar time is far below 2^53")]
    write(Timestamp(at as i64), Style::Date, Some("UTC"))
}

/// The day in the agent's own zone, as a number that differs from any other day's.
#[must_use]
pub fn day(at: Timestamp) -> u32 {
    #[expect(clippy::cast_precision_loss, reason = "a calendar time is far below 2^53")]
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    date.get_full_year() * 512 + date.get_month() * 32 + date.get_date()
}

/// A formatter and its method; `None` for a zone that the browser does not know.
type Formatter = Option<(JsValue, Function)>;

thread_local! {
    /// The formatters made so far: making one takes the browser long, and only a few are needed.
    static FORMATTERS: RefCell<Vec<(Style, Option<String>, Formatter)>> = const { RefCell::new(Vec::new()) };
}

fn formatter(style: Style, zone: Option<&str>) -> Formatter {
    FORMATTERS.with_borrow_mut(|known| {
        if let Some((.., formatter)) = known.iter().find(|(of, in_zone, _)| *of == style && in_zone.as_deref() == zone) {
            return formatter.clone();
        }
        if known.len() >= MOST_FORMATTERS {
            known.clear();
        }
        let made = make(style, zone);
        known.push((style, zone.map(str::to_owned), made.clone()));
        made
    })
}

/// The options of `Intl.DateTimeFormat`. An option that is `None` is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct FormatOptions<'a> {
    time_zone: Option<&'a str>,
    weekday: Option<&'static str>,
    year: Option<&'static str>,
    month: Option<&'static str>,
    day: Option<&'static str>,
    hour: Option<&'static str>,
    minute: Option<&'static str>,
}

impl<'a> FormatOptions<'a> {
    fn of(style: Style, time_zone: Option<&'a str>) -> Self {
        let of = Self { time_zone, ..Self::default() };
        let (two, number) = (Some("2-digit"), Some("numeric"));
        match style {
            Style::Time => Self { hour: two, minute: two, ..of },
            Style::Full => Self { weekday: Some("short"), day: number, month: Some("short"), hour: two, minute: two, ..of },
            Style::Day => Self { weekday: Some("long"), day: number, month: Some("long"), ..of },
            Style::Date => Self { year: number, day: number, month: Some("long"), ..of },
            Style::Machine => of,
        }
    }
}

fn make(style: Style, zone: Option<&str>) -> Formatter {
    if zone.is_some_and(str::is_empty) {
        return None;
    }
    let options = serde_wasm_bindgen::to_value(&FormatOptions::of(style, zone)).ok()?;
    // By reflection, because the constructor throws for a zone that it does not know.
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into::<Function>().ok()?;
    let format = Reflect::construct(&constructor, &Array::of2(&JsValue::UNDEFINED, &options)).ok()?;
    let method = Reflect::get(&format, &"format".into()).ok()?.dyn_into::<Function>().ok()?;
    Some((format, method))
}

const MOST_FORMATTERS: usize = 64;
