//! The snapshot that a page can read at any time.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use chinwag::engine::{Action, Command};
use chinwag::model::*;
use chinwag::port::{SNAPSHOT, state};
use serde_json::{Value, json};
use support::page::Page;
use support::server::{ModelServer, agent};
use support::*;

const SERVER: &str = "https://chat.example/";

fn read(page: &Page) -> Value {
    serde_json::from_str(&state(&page.engine, SERVER, true)).unwrap()
}

fn begin(spec: WidgetSpec) -> (Page, ModelServer) {
    let server = ModelServer::new(vec![spec.clone()]);
    (Page::load(site(vec![spec]), None, 1, Timestamp(1_000)), server)
}

/// Each member of an object is in the table, and no mandatory member is missing.
fn check(object: &str, value: &Value) {
    let row = SNAPSHOT.iter().find(|row| row.name == object).unwrap();
    let members = value.as_object().unwrap();
    for (field, _) in row.members {
        assert!(field.shape.ends_with('?') || members.contains_key(field.name), "{object}.{}: {value}", field.name);
    }
    for (name, value) in members {
        let shape = row.members.iter().find(|(field, _)| field.name == name).unwrap_or_else(|| panic!("{object}.{name}")).0.shape;
        let of = shape.trim_end_matches('?').trim_end_matches("[]");
        if SNAPSHOT.iter().any(|row| row.name == of) {
            value.as_array().map_or_else(|| vec![value], |list| list.iter().collect()).into_iter().for_each(|value| check(of, value));
        }
        let right = match shape.trim_end_matches('?') {
            "string" => value.is_string(),
            "number" => value.is_i64(),
            "boolean" => value.is_boolean(),
            list if list.ends_with("[]") => value.is_array(),
            words if words.starts_with('\'') => words.split(" | ").any(|word| Some(word.trim_matches('\'')) == value.as_str()),
            _ => true,
        };
        assert!(right, "{object}.{name} is {value}, not {shape}");
    }
}

#[test]
fn a_form_is_there_with_its_fields_values_and_problems() {
    let (mut page, _) = begin(with_form(widget("sales", "el", WidgetKind::Chat)));
    page.host(Command::SetVisitor(vec![value("email", "nonsense")]));
    page.act(0, Action::Activate);
    page.act(0, Action::Submit);
    let now = read(&page);
    check("Snapshot", &now);
    let form = &now["widgets"][0]["form"];
    assert_eq!((now["widgets"][0]["stage"].as_str(), form["survey"].as_bool()), (Some("form"), Some(false)));
    assert_eq!(form["fields"][0]["value"], "nonsense");
    assert_eq!(form["fields"][0]["problem"], "invalid");
    assert_eq!(now["values"], json!([{"name": "email", "value": "nonsense"}]));
    page.host(Command::Submit(None, vec![value("email", "a@b.example")]));
    assert_eq!(read(&page)["widgets"][0]["stage"], "starting");
}

#[test]
fn a_conversation_is_there_with_its_agents_entries_and_survey() {
    let (mut page, mut server) = begin(with_survey(widget("sales", "el", WidgetKind::Chat)));
    page.act(0, Action::Activate);
    page.host(Command::SendMessage(None, "hello \"there\"".into()));
    let sending = read(&page)["widgets"][0]["chat"]["entries"].clone();
    assert_eq!((&sending[0]["text"], &sending[0]["state"]), (&json!("hello \"there\""), &json!("sending")));
    page.quiet(&mut server);
    let conv = server.newest().unwrap();
    let who = Participant { position: Some("Expert".into()), picture: Some("v1/agents/ada/picture/1".into()), ..agent("ada") };
    server.append(&conv, "j".into(), EntryBody::Joined { who });
    server.append(&conv, "m".into(), EntryBody::Message { from: agent("ada"), text: "hi".into() });
    let file = EntryBody::File {
        from: agent("ada"),
        file: "f".into(),
        name: "a.png".into(),
        size: 5,
        kind: "image/png".into(),
        width: Some(3),
        height: Some(4),
        key: Some("k".into()),
    };
    server.append(&conv, "f".into(), file);
    page.quiet(&mut server);
    let now = read(&page);
    check("Snapshot", &now);
    let widget = &now["widgets"][0];
    assert_eq!((&widget["stage"], &widget["chat"]["conversation"]), (&json!("online"), &json!(conv.as_str())));
    let ada = &widget["chat"]["agents"][0];
    assert_eq!((&ada["name"], &ada["position"]), (&json!(agent("ada").name), &json!("Expert")));
    assert_eq!(ada["picture"], "https://chat.example/v1/agents/ada/picture/1");
    let entries = widget["chat"]["entries"].as_array().unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message", "joined", "message", "file"]);
    assert_eq!((&entries[0]["party"], &entries[0]["state"]), (&json!("visitor"), &json!("sent")));
    assert_eq!((&entries[2]["party"], &entries[2]["text"]), (&json!("agent"), &json!("hi")));
    let address = entries[3]["file"]["address"].as_str().unwrap();
    assert!(address.starts_with("https://chat.example/v1/files/"), "{address}");
    assert_eq!((&entries[3]["file"]["width"], &entries[3]["file"]["size"]), (&json!(3), &json!(5)));
    page.host(Command::End(None));
    let now = read(&page);
    check("Snapshot", &now);
    let widget = &now["widgets"][0];
    assert_eq!((&widget["stage"], &widget["form"]["survey"], &widget["chat"]["by"]), (&json!("survey"), &json!(true), &json!("visitor")));
    assert!(widget["chat"].get("conversation").is_none());
    page.host(Command::Submit(None, vec![value("stars", "4")]));
    assert_eq!(read(&page)["widgets"][0]["chat"]["survey"], "done");
}

#[test]
fn before_the_panels_part_is_there_neither_forms_nor_conversations_are() {
    let (mut page, _) = begin(with_form(widget("sales", "el", WidgetKind::Chat)));
    page.act(0, Action::Activate);
    let early: Value = serde_json::from_str(&state(&page.engine, SERVER, false)).unwrap();
    check("Snapshot", &early);
    assert_eq!(early["widgets"][0]["stage"], "form");
    assert!(early["widgets"][0].get("form").is_none());
}

#[test]
fn a_page_that_types_for_the_visitor_is_told_on_and_off() {
    let (mut page, mut server) = begin(widget("sales", "el", WidgetKind::Chat));
    page.act(0, Action::Activate);
    page.host(Command::SendMessage(None, "hello".into()));
    page.quiet(&mut server);
    let typing = |page: &Page| page.sent.iter().filter(|frame| matches!(frame, chinwag::wire::VisitorFrame::Typing { .. })).count();
    page.host(Command::Typing(None, true));
    page.host(Command::Typing(None, true));
    assert_eq!(typing(&page), 1, "told once");
    page.pass(4_100);
    page.host(Command::Typing(None, true));
    assert_eq!(typing(&page), 2, "told again, because it goes on");
    page.host(Command::Typing(None, false));
    page.host(Command::Typing(None, false));
    assert_eq!(typing(&page), 3);
}
