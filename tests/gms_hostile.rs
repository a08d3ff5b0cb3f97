//! A Genesys server that is hostile, or broken in every way: nothing panics, nothing grows without bound, and the link goes on working.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::client::{Link, Signal};
use chinwag::engine::*;
use chinwag::link::gms::{self, Gms, Output, Settings};
use chinwag::model::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::gms::Page;
use support::*;

/// Names of members that the reader of answers knows, and some unknown names.
const NAMES: [&str; 26] = [
    "statusCode",
    "chatEnded",
    "chatId",
    "userId",
    "secureKey",
    "alias",
    "messages",
    "nextPosition",
    "errors",
    "code",
    "idleTimerExpire",
    "from",
    "nickname",
    "participantId",
    "type",
    "index",
    "utcTime",
    "text",
    "userData",
    "file-name",
    "eventAttributes",
    "structured-content",
    "genesys-chat",
    "content",
    "__proto__",
    "",
];

/// Known values.
const WORDS: [&str; 16] = [
    "Message",
    "ParticipantJoined",
    "participantleft",
    "TypingStarted",
    "FileUploaded",
    "IdleClose",
    "Agent",
    "Client",
    "Supervisor",
    "External",
    "..",
    "0004",
    "2",
    "{\"text\":\"in\"}",
    "\u{0}\u{202e}\u{1f600}",
    "hi",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..6_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        proptest::sample::select(&WORDS[..]).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((proptest::sample::select(&NAMES[..]), inner), 0..8)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// An event with small faults.
fn event() -> impl Strategy<Value = Value> {
    let words = || proptest::sample::select(&WORDS[..]);
    (words(), words(), leaf(), leaf(), tree()).prop_map(|(kind, role, index, text, rest)| {
        json!({"type": kind, "from": {"type": role, "participantId": index, "nickname": text}, "index": index, "text": text, "utcTime": index,
            "eventAttributes": rest, "userData": rest})
    })
}

/// An answer that is accepted but has wrong members in it, or random text.
fn body() -> impl Strategy<Value = String> {
    let believed = (proptest::collection::vec(event(), 0..8), 0..3_i64, any::<bool>(), leaf(), tree()).prop_map(|(events, code, ended, next, rest)| {
        json!({"statusCode": code, "chatEnded": ended, "chatId": "0004", "userId": next, "secureKey": rest, "alias": next, "messages": events,
            "nextPosition": next, "errors": rest, "idleTimerExpire": next})
        .to_string()
    });
    prop_oneof![
        4 => believed,
        2 => tree().prop_map(|tree| tree.to_string()),
        1 => ".{0,40}",
        1 => Just("{\"statusCode\":0,\"chatEnded\":false,\"chatId\":\"0004\"}".to_owned()),
    ]
}

#[test]
fn s34_no_answer_breaks_the_engine_or_the_link() {
    let status = prop_oneof![5 => Just(200_u16), 1 => Just(0_u16), 1 => any::<u16>()];
    let steps = proptest::collection::vec((status, body(), 0..5_000_i64, 0..8_u8), 1..40);
    proptest!(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() }, |(steps in steps)| {
        let config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
        let mut page = Page::load(config.clone(), Settings::default(), (None, None), 1, Timestamp(1_000));
        page.begin();
        for (status, body, millis, what) in steps {
            match what {
                0 => {
                    page.act(Action::Restart);
                    page.begin();
                }
                1 => page.say("hi"),
                2 => page.act(Action::End),
                3 => {
                    let kept = (page.kept.clone(), page.session_kept.clone());
                    page = Page::load(config.clone(), Settings::default(), kept, 2, page.now);
                }
                _ => {}
            }
            page.answer(0, status, &body);
            page.pass(millis, |_| {});
            // The transcript has no more entries than the answers.
            prop_assert!(page.transcript().len() < 500);
        }
        // Afterwards the next conversation is like the first.
        while !page.flights.is_empty() {
            page.answer(0, 200, "{\"statusCode\":2,\"chatEnded\":true}");
        }
    });
}

#[test]
fn s34_whatever_is_kept_is_read_or_forgotten() {
    proptest!(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() }, |(tree in tree(), text in ".{0,60}")| {
        for kept in [tree.to_string(), text] {
            let mut link = Gms::new(Settings::default(), Some(&kept));
            link.signal(Timestamp(0), Signal::Wake);
            prop_assert_eq!(link.session(), None);
        }
    });
}

/// A server that floods: events beyond the limit of one answer are requested again, and texts are cut.
#[test]
fn s34_a_flood_is_taken_in_pieces() {
    let config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
    let mut page = Page::load(config, Settings::default(), (None, None), 1, Timestamp(1_000));
    page.begin();
    page.answer(0, 200, "{\"statusCode\":0,\"chatEnded\":false,\"chatId\":\"0004\"}");
    let long = "x".repeat(20_000);
    let event =
        |index: i64| json!({"index": index, "type": "Message", "from": {"type": "External"}, "text": if index == 1 { &long } else { "y" }});
    let all: Vec<Value> = (1..=2_500).map(event).collect();
    let mut positions = Vec::new();
    for _ in 0..3 {
        page.pass(600, |_| {});
        let request = page.flights.front().expect("asked again").request.clone();
        let position: usize = request.form.last().and_then(|(_, value)| value.parse().ok()).expect("a position");
        positions.push(position);
        let body = json!({"statusCode": 0, "chatEnded": false, "messages": all[position - 1..], "nextPosition": 2_501});
        page.answer(0, 200, &body.to_string());
    }
    assert_eq!(positions, [1, 1_001, 2_001]);
    let heard = page.events.iter().filter(|event| matches!(event.what, Happening::MessageReceived { .. })).count();
    assert_eq!(heard, 2_500);
    let longest = page.transcript().iter().map(|(text, _)| text.len()).max();
    assert_eq!(longest, Some(16_000));
}

/// The answer to a request that was never made changes nothing.
#[test]
fn s34_answers_to_nothing_are_ignored() {
    let mut link = Gms::new(Settings::default(), None);
    for id in [0, 1, u64::MAX] {
        link.handle(Timestamp(0), gms::Input::Answer { id, status: 200, body: "{\"statusCode\":0,\"chatId\":\"1\"}".into() });
    }
    assert_eq!(std::iter::from_fn(|| link.poll_output()).collect::<Vec<Output>>(), []);
}
