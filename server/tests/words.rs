//! Messages of visitors and agents, by the table that widget, desk and server share; and how form values are stored.

mod common;
#[path = "../../tests/tables/mod.rs"]
mod tables;

use chinwag::model::{Answer, EntryBody, FieldKind, FieldProblem, find_value};
use chinwag::wire::{AgentFrame, AgentItem, Code, DeskFrame, Item, ServerFrame};
use common::Server;
use common::http::get;
use common::people::{Agent, Visitor, new_id, start_frame};

/// A form with all kinds of values that have to be made readable for an agent, for the widget `asking` and for calls.
const FIELDS: (&str, &str) = (
    "[[forms.fields]]\nname = \"segment\"",
    "[[forms.fields]]\nname = \"hotel\"\nkind = \"nickname\"\nlabel = { en = \"Hotel\", it = \"Albergo\" }
[[forms.fields]]\nname = \"phone\"\nkind = \"phone\"\nlabel = \"Phone\"
[[forms.fields]]\nname = \"topic\"\nkind = \"select\"\nlabel = { it = \"Argomento\", en = \"Topic\" }
options = [{ value = \"advice\", label = { it = \"Consigli\", en = \"Advice\" } }, { value = \"order\", label = \"Order\" }]
[[forms.fields]]\nname = \"segment\"",
);

/// The tables have more messages than one visitor may send in a second.
const UNHURRIED: (&str, &str) = ("[limits.address]", "[limits]\nmessages_per_second = 1000\nstarts_per_minute = 100000\n[limits.address]");

fn answer(values: &[Answer], name: &str) -> Answer {
    values.iter().find(|answer| answer.name == name).cloned().unwrap_or_else(|| panic!("no {name} among {values:?}"))
}

#[tokio::test]
async fn what_shows_nothing_is_no_message_and_blanks_around_one_are_not_kept() {
    let server = Server::with(&[UNHURRIED]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    ada.send(AgentFrame::Take { conv: conv.clone() }).await;
    visitor.entry("the agent", |entry| matches!(entry.body, EntryBody::Joined { .. }).then_some(())).await;
    for text in tables::EMPTY {
        let id = new_id();
        visitor.put(&conv, &id, Item::Message { text: (*text).into() }).await;
        assert_eq!(visitor.refusal(&id).await, Code::Malformed, "{text:?}");
        let id = new_id();
        ada.send(AgentFrame::Put { conv: conv.clone(), id: id.clone(), item: AgentItem::Message { text: (*text).into() }, follows: None })
            .await;
        let pick = |frame: &DeskFrame| match frame {
            DeskFrame::Refused { id: answered, code, .. } if *answered == id => Some(*code),
            _ => None,
        };
        assert_eq!(ada.socket.until("a refusal", pick).await, Code::Malformed, "{text:?}");
    }
    for (text, left) in tables::TRIMMED.iter().filter(|(text, _)| !text.contains('\0')) {
        visitor.say(&conv, text).await;
        visitor.hears(left).await;
        let id = new_id();
        ada.send(AgentFrame::Put { conv: conv.clone(), id, item: AgentItem::Message { text: (*text).into() }, follows: None }).await;
        visitor.hears(left).await;
    }
}

/// A client that is newer than the server gets the name of the member with the unknown word, and stays connected.
#[tokio::test]
async fn r18_what_a_later_client_says_is_answered_and_the_link_stays() {
    let server = Server::with(&[]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    ada.send(AgentFrame::Take { conv: conv.clone() }).await;
    visitor.entry("the agent", |entry| matches!(entry.body, EntryBody::Joined { .. }).then_some(())).await;
    let put = |id: &str| format!(r#"{{"t":"put","conv":"{conv}","id":"{id}","item":{{"t":"of_tomorrow","share":0.5}},"later":[1e400]}}"#);
    visitor.socket.send_text(r#"{"t":"of_tomorrow","deep":{"share":1.5}}"#).await;
    visitor.socket.send_text(&put("later-1")).await;
    let refused = visitor.socket.until("a refusal", |frame| match frame {
        ServerFrame::Refused { id, code, retryable, message, .. } if id.as_str() == "later-1" => Some((*code, *retryable, message.clone())),
        ServerFrame::Error { message, .. } => panic!("an error without the id: {message}"),
        _ => None,
    });
    let (code, retryable, message) = refused.await;
    assert_eq!((code, retryable), (Code::Malformed, Some(false)));
    assert!(message.starts_with("item.t: "), "{message}");
    visitor.say(&conv, "and goes on").await;

    ada.socket.send_text(&put("later-2")).await;
    assert_eq!(ada.refusal(&"later-2".into()).await, Code::Malformed);
    ada.socket.send_text(r#"{"t":"status","status":"of_tomorrow"}"#).await;
    let wrong = ada.socket.until("an error", |frame| match frame {
        DeskFrame::Error { code, retryable, field, .. } => Some((*code, *retryable, field.clone())),
        _ => None,
    });
    assert_eq!(wrong.await, (Code::Malformed, Some(false), Some("status".into())));
    ada.say(&conv, "goes on too").await;
    visitor.hears("goes on too").await;
}

#[tokio::test]
async fn a_mandatory_name_shows_something_and_addresses_are_one() {
    let server = Server::with(&[UNHURRIED]).await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    for name in tables::EMPTY {
        assert_eq!(problem(&mut visitor, &[("nick", name)]).await, ("nick".to_owned(), FieldProblem::Missing), "{name:?}");
    }
    for mail in tables::NO_ADDRESSES {
        assert_eq!(
            problem(&mut visitor, &[("nick", "Vera"), ("mail", mail)]).await,
            ("mail".to_owned(), FieldProblem::Invalid),
            "{mail:?}"
        );
    }
    let long = format!("a@{}.example", "x".repeat(300));
    assert_eq!(problem(&mut visitor, &[("nick", "Vera"), ("mail", &long)]).await.1, FieldProblem::Invalid);
    let chat =
        visitor.start("asking", &[("nick", "\u{a0}Vera\u{200b}"), ("mail", " müller@bücher.example\u{feff}"), ("order", "\u{3164}")]).await;
    assert_eq!(find_value(&chat.state.values, "nick"), "Vera");
    assert_eq!(find_value(&chat.state.values, "mail"), "müller@bücher.example");
    assert_eq!(chat.state.name, "Vera");
    assert!(!chat.state.values.iter().any(|value| value.name == "order"), "of which nothing can be seen");
}

async fn problem(visitor: &mut Visitor, values: &[(&str, &str)]) -> (String, FieldProblem) {
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "asking", values)).await;
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Refused { id: answered, problems, .. } if *answered == id => Some((problems[0].name.clone(), problems[0].problem)),
        ServerFrame::Started { id: answered, .. } if *answered == id => panic!("{values:?} was taken"),
        _ => None,
    };
    visitor.socket.until("a refusal", pick).await
}

#[tokio::test]
async fn values_reach_the_desk_with_what_their_fields_are() {
    let server = Server::with(&[FIELDS, ("label = \"Stars\"", "label = { en = \"Stars\", it = \"Stelle\" }")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let values = [
        ("nick", "Vera"),
        ("hotel", "12345"),
        ("phone", "\u{202a}333\u{a0}1234567 доб. 12\u{202c}"),
        ("topic", "advice"),
        ("segment", "gold"),
    ];
    let chat = visitor.start("asking", &values).await;
    assert!(chat.state.values.iter().all(|value| value.kind.is_none() && value.label.is_none()), "what is known of fields is for desks");
    let conv = chat.state.id;
    let pick = |frame: &DeskFrame| match frame {
        DeskFrame::Update { state } if state.id == conv => Some(state.clone()),
        _ => None,
    };
    let state = ada.socket.until("the conversation", pick).await;
    let hotel = answer(&state.values, "hotel");
    assert_eq!((hotel.kind, hotel.label.as_deref(), hotel.e164), (Some(FieldKind::Nickname), Some("Hotel"), None));
    let phone = answer(&state.values, "phone");
    assert_eq!(phone.value, "333\u{a0}1234567 доб. 12", "as it was typed");
    assert_eq!((phone.e164.as_deref(), phone.shown.as_deref()), (Some("+393331234567"), Some("+39 333 123 4567 ext. 12")));
    let topic = answer(&state.values, "topic");
    assert_eq!((topic.value.as_str(), topic.label.as_deref(), topic.shown.as_deref()), ("advice", Some("Topic"), Some("Advice")));
    assert!(!state.values.iter().any(|value| value.name == "segment"), "not for agents");

    ada.send(AgentFrame::Take { conv: conv.clone() }).await;
    visitor.entry("the agent", |entry| matches!(entry.body, EntryBody::Joined { .. }).then_some(())).await;
    ada.send(AgentFrame::Open { conv: conv.clone(), after: None }).await;
    let page = |frame: &DeskFrame| matches!(frame, DeskFrame::Page { .. }).then_some(());
    ada.socket.until("the log", page).await;
    let id = new_id();
    visitor.put(&conv, &id, Item::End {}).await;
    visitor.acked(&id).await;
    let id = new_id();
    let stars = Item::Survey { values: vec![chinwag::model::FieldValue { name: "stars".into(), value: " 4".into() }] };
    visitor.put(&conv, &id, stars.clone()).await;
    let seq = visitor.acked(&id).await;
    let pick = |frame: &DeskFrame| match frame {
        DeskFrame::Entry { entry, .. } => match &entry.body {
            EntryBody::Survey { values } => Some(values.clone()),
            _ => None,
        },
        _ => None,
    };
    let answers = ada.socket.until("the survey", pick).await;
    let stars_shown = answer(&answers, "stars");
    assert_eq!((stars_shown.value.as_str(), stars_shown.most, stars_shown.label.as_deref()), ("4", Some(5), Some("Stars")));
    // A repeat is still the same survey when labels have changed since.
    server.folder.write_config(&[("label = \"Stars\"", "label = \"Your stars\"")]);
    common::eventually("the new form", async || {
        String::from_utf8_lossy(&get(server.address, "/v1/sites/shop/config", &[]).await.body).contains("Your stars")
    })
    .await;
    visitor.put(&conv, &id, stars).await;
    assert_eq!(visitor.acked(&id).await, seq);
}

#[tokio::test]
async fn a_request_for_a_call_has_its_labels_and_one_from_before_is_still_read() {
    let server = Server::start().await;
    let mut ada = Agent::away(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.socket.send(&start_frame(&new_id(), "later", &[("first", "true")])).await;
    let pick = |frame: &DeskFrame| match frame {
        DeskFrame::Request { request } => Some(request.values.clone()),
        _ => None,
    };
    let first = answer(&ada.socket.until("a request", pick).await, "first");
    assert_eq!((first.kind, first.label.as_deref()), (Some(FieldKind::FirstSlot), Some("First")));
    let old: Answer = serde_json::from_str(r#"{"name":"phone","value":"12345"}"#).expect("as it was stored before");
    assert_eq!((old.value.as_str(), old.kind, old.e164), ("12345", None, None));
}
