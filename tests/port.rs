//! The interface between core and page: its table, the files that are generated from it, and wrong input.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests")]

use chinwag::port::{COMMANDS, Call, EVENTS, commands_document, events_document, script};

#[test]
fn what_is_written_from_the_table_is_up_to_date() {
    for (path, text) in [("js/port.js", script()), ("docs/port.md", commands_document()), ("docs/events.md", events_document())] {
        // `cargo xtask port` sets this.
        if std::env::var_os("CHINWAG_WRITE_PORT").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(there == text, "{path} is stale: run `cargo xtask port`");
    }
}

#[test]
fn every_command_has_a_name_and_fields_of_its_own() {
    for (index, row) in COMMANDS.iter().enumerate() {
        assert!(COMMANDS[..index].iter().all(|other| other.name != row.name), "{} is there twice", row.name);
        assert!(row.fields.iter().all(|field| !field.shape.is_empty()), "{}", row.name);
        assert!(!row.doc.is_empty(), "{}", row.name);
    }
    for (index, row) in EVENTS.iter().enumerate() {
        assert!(EVENTS[..index].iter().all(|other| other.name != row.name), "{} is there twice", row.name);
        assert!(["Page", "Widget", "Conversation"].contains(&row.of), "{}: {}", row.name, row.of);
        let has = row.members.iter().any(|member| member.name == "conversation" && !member.shape.ends_with('?'));
        assert_eq!(has, row.of == "Conversation", "{}", row.name);
    }
}

#[test]
fn a_call_without_fields_needs_no_payload_and_with_optional_ones_neither() {
    assert_eq!(Call::read("begin", ""), Ok(Call::Begin {}));
    assert_eq!(Call::read("open", ""), Ok(Call::Open { widget: None, asked: None }));
    assert_eq!(Call::read("open", "{\"widget\":\"sales\"}"), Ok(Call::Open { widget: Some("sales".into()), asked: None }));
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = |name: &str, payload: &str| {
        let error = Call::read(name, payload).unwrap_err();
        format!("{}: {}", error.field, error.expected)
    };
    assert_eq!(wrong("fly", ""), "name: the name of a command");
    assert_eq!(wrong("open", "{\"widget\":5}"), "widget: a string");
    assert_eq!(wrong("sendMessage", "{}"), "text: a string");
    assert_eq!(wrong("setConsent", "{\"given\":\"yes\"}"), "given: true or false");
    assert!(wrong("open", "{").starts_with(": "));
    // Unknown members come from a later version.
    assert!(Call::read("close", "{\"soon\":true}").is_ok());
}

#[test]
fn no_payload_makes_a_call_panic() {
    for row in COMMANDS {
        for payload in ["", "{}", "[]", "null", "5", "\"\"", "{\"widget\":{}}", "{\"values\":[5]}", "{\"line\":7}", "\u{0}"] {
            let _ = Call::read(row.name, payload);
        }
    }
}
