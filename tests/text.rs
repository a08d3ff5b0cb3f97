//! The rules for texts, by the table that widget, desk and server share.
#![cfg(not(target_arch = "wasm32"))]

mod support;
mod tables;

use chinwag::model::*;
use chinwag::text::{email::is_email, is_empty, links::*, phone::Phone, trim, without_nul};
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::*;

/// The links of a text: the shown text, the address, and the host that has to be shown. The addresses are read by another parser than the finder's.
fn linked(text: &str) -> Vec<(String, String, String)> {
    let found = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Link(link) => {
            let url = url::Url::parse(&link.address()).ok()?;
            let mail = url::Url::parse(&format!("http://{}", link.look())).ok();
            let host = url.host_str().or_else(|| mail.as_ref()?.host_str()).unwrap_or("").to_owned();
            Some((link.shown.to_owned(), url.to_string(), if link.looks_like(&host) { String::new() } else { host }))
        }
        Piece::Text(_) => None,
    });
    found.collect()
}

fn again(text: &str) -> String {
    let shown = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Link(Link { shown, .. }) => shown,
    };
    pieces(text).into_iter().map(shown).collect()
}

#[test]
fn what_shows_nothing_is_empty_everywhere() {
    for text in tables::EMPTY {
        assert!(is_empty(text) && trim(text).is_empty(), "{text:?}");
        let name = form(vec![field("name", FieldKind::Nickname)]);
        assert_eq!(validate(&name, &[value("name", text)], &[], &matches), [("name".to_owned(), FieldProblem::Missing)], "{text:?}");
    }
    assert_eq!(without_nul("a\0b\0".into()), "ab");
}

#[test]
fn what_shows_nothing_goes_from_both_ends() {
    for (text, left) in tables::TRIMMED {
        assert_eq!(trim(text), *left, "{text:?}");
        assert_eq!(trim(left), *left, "{text:?}");
    }
}

#[test]
fn s3_links_are_found_in_what_people_write() {
    for (text, links) in tables::LINKS {
        let expected: Vec<_> = links.iter().map(|(shown, href, host)| ((*shown).into(), (*href).into(), (*host).into())).collect();
        assert_eq!(linked(text), expected, "{text}");
        assert_eq!(again(text), *text);
    }
}

/// A list of a table that JavaScript reads too.
fn rows(table: &str, list: &str) -> Vec<String> {
    let mut table: BTreeMap<String, Vec<String>> = serde_json::from_str(table).expect("a table is JSON");
    table.remove(list).expect("that list is in it")
}

#[test]
fn s3_where_a_link_may_lead() {
    for address in rows(tables::FOLLOWED, "followed") {
        assert!(may_follow(&address), "{address}");
    }
    for address in rows(tables::FOLLOWED, "not_followed") {
        assert!(!may_follow(&address), "{address}");
    }
}

#[test]
fn addresses_and_numbers_are_told_from_what_is_none() {
    let check = |kind: FieldKind, text: &str| validate(&form(vec![field("f", kind)]), &[value("f", text)], &[], &matches).is_empty();
    for address in tables::ADDRESSES {
        assert!(is_email(address) && check(FieldKind::Email, address), "{address}");
        assert!(check(FieldKind::Email, &format!("\u{feff} {address}\u{a0}\u{200b}")), "{address} with blanks around it");
    }
    for wrong in tables::NO_ADDRESSES {
        assert!(!is_email(wrong), "{wrong}");
    }
    assert!(!is_email(&format!("a@{}.example", "x".repeat(300))));
    assert!(!is_email(&format!("a@{}", "x.".repeat(130) + "example")));
    for (number, ..) in tables::NUMBERS {
        assert!(check(FieldKind::Phone, number), "{number}");
    }
    for wrong in tables::NO_NUMBERS {
        assert!(!check(FieldKind::Phone, wrong), "{wrong}");
    }
    let phone = Phone::read("+١ (555) 010-9999 ext. ۱۲").expect("a number");
    assert_eq!((phone.digits.as_str(), phone.extension.as_str()), ("+15550109999", "12"));
    assert_eq!(phone.link(None), "tel:+15550109999;ext=12");
}

/// Words in scripts with spaces between words, and in scripts without them.
const SPACED: [&str; 14] =
    ["see", "größer", "Привет", "ελληνικά", "שלום", "سلام", "می\u{200c}خواهم", "नमस्ते", "বাংলা", "தமிழ்", "ქართული", "հայերեն", "ኢትዮጵያ", "Việt"];
const GLUED: [&str; 8] = ["见", "当当网", "すぐに", "カタカナ", "에서", "สวัสดี", "ສະບາຍ", "សួស្តី"];
const LINKS: [&str; 8] = [
    "https://shop.example/a",
    "http://shop.example",
    "https://shop.example/a_(b)",
    "https://shop.example/?q=1&r=2",
    "www.shop.example/a-b",
    "hello@shop.example",
    "mailto:hello@shop.example",
    "tel:+390612345",
];

proptest! {
    #[test]
    fn text_of_any_script_around_a_link_is_not_part_of_it(
        link in proptest::sample::select(LINKS.to_vec()),
        word in proptest::sample::select(SPACED.to_vec()),
        glued in proptest::sample::select(GLUED.to_vec()),
        mark in "[\\p{P}--[\\x00-\\x7f]]",
        ascii in proptest::sample::select(vec![".", ",", ";", ":", "!", "?", ")", "]", "\"", ">", "'", "...", ".)", "?!", "\")."]),
    ) {
        for text in [
            format!("{word} {link} {word}"),
            format!("{glued}{link}{glued}"),
            format!("{glued}{link} {word}"),
            format!("{mark}{link}{mark}"),
            format!("{glued}{mark}{link}{mark}{glued}"),
            format!("{word}{mark} {link}{mark} {word}"),
            format!("({link}{ascii}"),
            format!("{word} ({link}){ascii} {word}"),
            format!("{word} \u{201c}{link}{ascii}\u{201d}"),
        ] {
            let shown: Vec<_> = linked(&text).into_iter().map(|(shown, ..)| shown).collect();
            prop_assert_eq!(shown, [link], "{}", text);
            prop_assert_eq!(again(&text), text);
        }
    }

    #[test]
    fn nothing_of_any_text_is_lost(text in "(\\PC|[ -~]|https?://|www\\.|@|mailto:|[\\u{200b}-\\u{2010}]|[。（）]){0,60}") {
        prop_assert_eq!(again(&text), text);
    }

    #[test]
    fn what_is_trimmed_shows_the_same(text in "([ -~]|\\PC|[\\u{0}-\\u{20}]|[\\u{200b}-\\u{200f}]|\\u{fe0f}){0,20}") {
        let left = trim(&text);
        prop_assert!(text.contains(left) && trim(left) == left);
        prop_assert_eq!(is_empty(&text), left.is_empty());
    }
}

#[test]
fn every_mark_of_every_script_ends_a_link() {
    let punctuation = regex::Regex::new(r"^\p{P}$").expect("a pattern");
    for c in ('\u{80}'..=char::MAX).filter(|c| punctuation.is_match(&c.to_string())) {
        for link in ["https://shop.example/a", "hello@shop.example"] {
            let shown: Vec<_> = linked(&format!("{c}{link}{c} b")).into_iter().map(|(shown, ..)| shown).collect();
            assert_eq!(shown, [link], "{c:?}");
        }
    }
}

#[test]
fn s2_the_finder_takes_time_in_proportion() {
    // Ten times the text is ten times the work; with quadratic growth it would be a hundred times as much. The shortest of three runs
    // counts, because other programs slow the machine down.
    let time = |text: &str| {
        let once = || {
            let began = std::time::Instant::now();
            assert_eq!(again(text), text);
            began.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or_default()
    };
    for part in ["@", "a@", "https://", "tel:", "(", ")", "www.", "a.", "https://a)", "\u{200b}https://a", "mailto:a@"] {
        let small = time(&part.repeat(10_000 / part.len())).max(std::time::Duration::from_millis(1));
        let large = time(&part.repeat(100_000 / part.len()));
        assert!(large < small * 50, "{part}: {small:?} {large:?}");
    }
}
