//! The contract of the eleven messages (CT1.4, CT1.5, CT1.10, CT1.11): names, order and types of every field.
#![cfg(not(target_arch = "wasm32"))]

use chinwag::dialects::ctlive::Ctlive;
use chinwag::dialects::{Message, Value};
use chinwag::engine::{Event, Happening, Subject};
use chinwag::model::*;

fn event(kind: WidgetKind, what: Happening) -> Event {
    let subject = Subject { index: 0, widget: "sales".into(), element: "ctw-1".into(), kind };
    Event { subject: Some(subject), visitor: "v_1".into(), at: Timestamp(1_700_000_000_123), what }
}

fn dialect(settings: &[(&str, &str)]) -> Ctlive {
    let settings = settings.iter().map(|(key, value)| Setting { key: (*key).into(), value: (*value).into() }).collect();
    Ctlive::new(&DialectSpec { name: "ctlive".into(), settings })
}

/// `type{field=value,...}`, the way the tables below are written.
fn written(messages: &[Message]) -> String {
    let value = |value: &Value| match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Flag(flag) => flag.to_string(),
        Value::List(items) => format!("[{}]", items.join(" ")),
    };
    let one = |message: &Message| {
        let fields: Vec<String> = message.fields.iter().map(|(name, field)| format!("{name}={}", value(field))).collect();
        format!("{}{{{}}}", message.kind, fields.join(","))
    };
    messages.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn conv() -> ConversationId {
    "c_1".into()
}

fn users() -> Vec<ParticipantId> {
    vec!["v_1".into(), "a_ada".into()]
}

#[test]
fn p18_each_of_the_eleven_has_exactly_its_fields() {
    let finished = |survey| Happening::ChatFinished { conv: conv(), by: Party::Agent, survey, missed: false };
    let table = [
        (Happening::Loaded { first: true }, "Loaded{elementID='ctw-1',widgetID='sales',userID='v_1'}"),
        (Happening::Loaded { first: false }, "Loaded{elementID='ctw-1',widgetID='sales',userID='v_1'}"),
        (Happening::Shown, "WidgetShown{elementID='ctw-1',widgetID='sales',userID='v_1'}"),
        (Happening::Hidden, "WidgetHidden{elementID='ctw-1',widgetID='sales',userID='v_1'}"),
        (Happening::Activated, "WidgetClicked{elementID='ctw-1',widgetID='sales',userID='v_1',type='Chat'}"),
        (Happening::ChatStarted { conv: conv() }, "ChatStarted{chatID='c_1',userID='v_1'}"),
        (Happening::ChatOnline { conv: conv(), users: users() }, "ChatOnline{chatID='c_1',users=[v_1 a_ada]}"),
        (finished(true), "ChatFinished{chatID='c_1',userID='v_1',isSurveyConfigured=true}"),
        (finished(false), "ChatFinished{chatID='c_1',userID='v_1',isSurveyConfigured=false}"),
        (Happening::CollectionStarted, "DatacollectionStarted{widgetID='sales',userID='v_1',type='Chat'}"),
        (Happening::CollectionSubmitted, "DatacollectionSubmitted{widgetID='sales',userID='v_1',type='Chat'}"),
        (Happening::SurveyStarted { conv: conv(), missed: false }, "SurveyStarted{widgetID='sales',chatID='c_1',userID='v_1'}"),
        (Happening::SurveySubmitted { conv: conv(), missed: false }, "SurveySubmitted{widgetID='sales',chatID='c_1',userID='v_1'}"),
    ];
    for (what, expected) in table {
        assert_eq!(written(&dialect(&[]).translate(&event(WidgetKind::Chat, what))), expected);
    }
}

#[test]
fn what_has_no_event_says_nothing() {
    let who = Participant::new("a_ada".into(), Party::Agent, "Ada".into());
    let silent = [
        Happening::Opened,
        Happening::Closed,
        Happening::QueueMoved { conv: conv(), position: 2 },
        Happening::AgentJoined { conv: conv(), who: who.clone() },
        Happening::AgentLeft { conv: conv(), who: who.clone(), reason: LeaveReason::Lost },
        Happening::MessageQueued { conv: Some(conv()), id: "m".into() },
        Happening::MessageSent { conv: conv(), id: "m".into() },
        Happening::MessageFailed { id: "m".into(), code: chinwag::wire::Code::Ended },
        Happening::MessageReceived { conv: conv(), id: "m".into(), from: who.clone(), text: "secret".into() },
        Happening::TypingChanged { conv: conv(), who, on: true },
        Happening::RequestStored { request: "r_1".into(), due: None },
        Happening::Refused { code: chinwag::wire::Code::Closed },
        Happening::UnreadChanged { count: 3 },
        // The conversation ended while no page was open: by the contract the next page starts like any other.
        Happening::ChatFinished { conv: conv(), by: Party::Agent, survey: true, missed: true },
        Happening::SurveyStarted { conv: conv(), missed: true },
        Happening::SurveySubmitted { conv: conv(), missed: true },
    ];
    for what in silent {
        for options in [&[][..], &[("extended", "true")][..]] {
            assert_eq!(dialect(options).translate(&event(WidgetKind::Chat, what.clone())), []);
        }
    }
}

#[test]
fn the_four_types_are_spelled_as_the_contract_has_them() {
    let kinds = [
        (WidgetKind::Chat, "Chat"),
        (WidgetKind::CallbackNow, "CallbackNow"),
        (WidgetKind::CallbackLater, "CallbackLater"),
        (WidgetKind::ClickToCall, "ClickToCall"),
    ];
    for (kind, word) in kinds {
        for what in [Happening::Activated, Happening::CollectionStarted, Happening::CollectionSubmitted] {
            let messages = dialect(&[]).translate(&event(kind, what));
            assert!(messages[0].fields.contains(&("type", Value::Text(word.into()))), "{messages:?}");
        }
    }
}

#[test]
fn restored_chats_follow_the_option() {
    let restored = |online| Happening::ChatRestored { conv: conv(), users: users(), online };
    let table = [
        ("online", true, "ChatOnline{chatID='c_1',users=[v_1 a_ada]}"),
        ("online", false, ""),
        ("", true, "ChatOnline{chatID='c_1',users=[v_1 a_ada]}"),
        ("silent", true, ""),
        ("full", true, "ChatStarted{chatID='c_1',userID='v_1'} ChatOnline{chatID='c_1',users=[v_1 a_ada]}"),
        ("full", false, "ChatStarted{chatID='c_1',userID='v_1'}"),
    ];
    for (option, online, expected) in table {
        assert_eq!(written(&dialect(&[("restore", option)]).translate(&event(WidgetKind::Chat, restored(online)))), expected);
    }
}

#[test]
fn extended_adds_what_is_missing_and_stays_with_strings_booleans_and_lists() {
    let extended = dialect(&[("extended", "true")]);
    let finished = Happening::ChatFinished { conv: conv(), by: Party::Visitor, survey: false, missed: false };
    let table = [
        (Happening::Shown, "WidgetShown{elementID='ctw-1',widgetID='sales',userID='v_1',type='Chat',ts='1700000000123'}"),
        (
            Happening::CollectionStarted,
            "DatacollectionStarted{widgetID='sales',userID='v_1',type='Chat',elementID='ctw-1',ts='1700000000123'}",
        ),
        (
            finished,
            "ChatFinished{chatID='c_1',userID='v_1',isSurveyConfigured=false,widgetID='sales',elementID='ctw-1',type='Chat',\
             ts='1700000000123',reason='visitor'}",
        ),
        (
            Happening::SurveyStarted { conv: conv(), missed: false },
            "SurveyStarted{widgetID='sales',chatID='c_1',userID='v_1',elementID='ctw-1',type='Chat',ts='1700000000123'}",
        ),
    ];
    for (what, expected) in table {
        assert_eq!(written(&extended.translate(&event(WidgetKind::Chat, what))), expected);
    }
}

#[test]
fn ids_can_be_the_ones_that_a_host_expects() {
    let mapped = dialect(&[("id.ctw-1", "theirElement"), ("id.sales", "theirWidget")]);
    let messages = mapped.translate(&event(WidgetKind::Chat, Happening::Shown));
    assert_eq!(written(&messages), "WidgetShown{elementID='theirElement',widgetID='theirWidget',userID='v_1'}");
}

#[test]
fn an_event_of_no_widget_says_nothing() {
    let mut event = event(WidgetKind::Chat, Happening::Shown);
    event.subject = None;
    assert_eq!(dialect(&[]).translate(&event), []);
}
