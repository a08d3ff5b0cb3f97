//! Times as text, by the browser's own formatter.

use crate::browser::clock::{Style, date, write};
use chinwag::model::Timestamp;
use wasm_bindgen_test::wasm_bindgen_test;

/// 3 March 2026, 22:05 in UTC.
const AT: Timestamp = Timestamp(1_772_575_500_000);

#[wasm_bindgen_test]
fn a_time_is_written_in_the_zone_that_is_asked_for() {
    let written = |style, zone| write(AT, style, Some(zone)).expect("a zone that every browser knows");
    assert!(written(Style::Time, "UTC").contains("05"));
    assert_ne!(written(Style::Time, "UTC"), written(Style::Time, "Asia/Tokyo"));
    // In Tokyo it is the next day.
    for style in [Style::Full, Style::Day, Style::Date] {
        assert!(written(style, "UTC").contains('3') && !written(style, "UTC").contains('4'), "{}", written(style, "UTC"));
        assert!(written(style, "Asia/Tokyo").contains('4'), "{}", written(style, "Asia/Tokyo"));
    }
    assert!(written(Style::Date, "UTC").contains("2026"));
    assert!(!written(Style::Day, "UTC").contains("2026"));
    assert!(written(Style::Full, "UTC").contains("05"));
}

#[wasm_bindgen_test]
fn a_zone_that_the_browser_does_not_know_is_no_time() {
    for zone in ["", "Nowhere/Atlantis", "\u{0}"] {
        assert_eq!(write(AT, Style::Full, Some(zone)), None, "{zone:?}");
    }
    assert!(write(AT, Style::Full, None).is_some());
}

#[wasm_bindgen_test]
fn machines_and_calendars_have_their_forms() {
    assert_eq!(write(AT, Style::Machine, None).as_deref(), Some("2026-03-03T22:05:00.000Z"));
    assert!(date("2026-03-03").is_some_and(|date| date.contains("2026") && date.contains('3')));
    assert_eq!(date("soon"), None);
}
