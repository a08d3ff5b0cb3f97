//! A log as the transcript of a chat server (G4.4): one function serves the bus of a page and the server's chat API.
#![cfg(all(not(target_arch = "wasm32"), feature = "full"))]

use chinwag::dialects::transcript::{Event, Transcript};
use chinwag::model::*;
use serde_json::{Value, json};

fn who(party: Party, name: &str) -> Participant {
    Participant::new(format!("p_{name}").as_str().into(), party, name.to_owned())
}

fn ada() -> Participant {
    who(Party::Agent, "ada")
}

fn vera() -> Participant {
    Participant { name: String::new(), ..who(Party::Visitor, "vera") }
}

fn opened() -> EntryBody {
    EntryBody::Opened {
        widget: "w".into(),
        visitor: vera().id,
        locale: String::new(),
        zone: String::new(),
        page: None,
        values: vec![FieldValue { name: "firstname".into(), value: "Vera".into() }.into()],
        campaign: "sales".into(),
    }
}

/// The event that the last of these entries gives.
fn last(bodies: Vec<EntryBody>) -> Vec<Event> {
    let mut transcript = Transcript::default();
    let mut told = Vec::new();
    for (seq, body) in (1..).zip(bodies) {
        let entry = Entry { seq, prev: seq - 1, at: Timestamp(1_000), id: format!("m_{seq}").as_str().into(), body };
        told = transcript.entry(&entry);
    }
    told
}

fn file() -> EntryBody {
    EntryBody::File {
        from: ada(),
        file: "f1".into(),
        name: "a \"b\".pdf".into(),
        size: 5_000_000_000,
        kind: "application/pdf".into(),
        width: None,
        height: None,
        key: Some("k".into()),
    }
}

#[test]
fn every_entry_is_told_as_a_chat_server_tells_it() {
    let agent = json!({"nickname": "ada", "participantId": 2, "type": "Agent"});
    let client = json!({"nickname": "Vera", "participantId": 1, "type": "Client"});
    let system = json!({"nickname": "", "participantId": 3, "type": "External"});
    let renamed = json!({"nickname": "Ada L.", "participantId": 2, "type": "Agent"});
    let notice = |attributes: &str| EntryBody::PageNotice { from: vera(), text: "{}".into(), attributes: attributes.into() };
    let table: Vec<(EntryBody, &str, &Value, Value)> = vec![
        (
            EntryBody::Message { from: ada(), text: "hi \"you\"\u{202e}".into() },
            "Message",
            &agent,
            json!({"text": "hi \"you\"\u{202e}", "messageType": "text"}),
        ),
        (EntryBody::Message { from: vera(), text: "hi".into() }, "Message", &client, json!({"text": "hi", "messageType": "text"})),
        (EntryBody::Left { who: ada(), reason: LeaveReason::Released }, "ParticipantLeft", &agent, json!({})),
        (EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed }, "ParticipantLeft", &agent, json!({})),
        (EntryBody::Ended { by: Party::System, reason: EndReason::Abandoned }, "ParticipantLeft", &agent, json!({})),
        (EntryBody::Ended { by: Party::Visitor, reason: EndReason::Closed }, "ParticipantLeft", &client, json!({})),
        (
            EntryBody::AddressPushed { from: ada(), url: "https://b.example".into() },
            "PushUrl",
            &agent,
            json!({"text": "https://b.example"}),
        ),
        (EntryBody::Renamed { from: ada(), name: "Ada L.".into() }, "NicknameUpdated", &renamed, json!({})),
        (
            EntryBody::IdleWarned { seconds: 45 },
            "IdleAlert",
            &system,
            json!({
                "text": "The chat will be closed in 45 seconds unless something is said.",
                "userData": {"next-idle-timer-type": "CLOSE", "next-idle-timer-secs": "45"},
            }),
        ),
        (EntryBody::IdleClosed {}, "IdleClose", &system, json!({"text": "The chat was closed because nothing was said."})),
        (notice(""), "CustomNotice", &client, json!({"text": "{}"})),
        (notice(r#"{"a": [1.5, "x"]}"#), "CustomNotice", &client, json!({"text": "{}", "eventAttributes": {"a": [1.5, "x"]}})),
        (notice("[1]"), "CustomNotice", &client, json!({"text": "{}"})),
        (notice("{} , \"x\": {"), "CustomNotice", &client, json!({"text": "{}"})),
        (
            file(),
            "FileUploaded",
            &agent,
            json!({"userData": {"file-id": "f1", "file-name": "a \"b\".pdf", "file-size": "5000000000", "file-type": "application/pdf"}}),
        ),
    ];
    for (body, kind, from, more) in table {
        let events = last(vec![opened(), EntryBody::Joined { who: ada() }, body]);
        assert_eq!(events.len(), 1, "{kind}");
        let mut expected = json!({"from": from, "index": 7, "type": kind, "utcTime": 1_000});
        expected.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        assert_eq!(serde_json::from_str::<Value>(events[0].to_json(Some(7)).as_str()).expect("JSON"), expected);
    }
}

#[test]
fn what_clients_are_not_told_comes_to_nothing() {
    let data = EntryBody::Data { from: vera(), values: Vec::new() };
    let moved = EntryBody::Moved { page: Page { url: String::new(), title: String::new() } };
    let disposed = EntryBody::Disposed { agent: ada().id, path: Vec::new(), comment: String::new() };
    for body in [data, moved, disposed, EntryBody::Survey { values: Vec::new() }, EntryBody::Internal {}] {
        assert_eq!(last(vec![opened(), body.clone()]), [], "{body:?}");
    }
    assert_eq!(last(vec![opened(), EntryBody::Ended { by: Party::System, reason: EndReason::Unanswered }]), [], "nobody was there");
}

#[test]
fn who_was_there_keeps_number_and_name() {
    let went = EntryBody::Left { who: ada(), reason: LeaveReason::Lost };
    let story = vec![opened(), EntryBody::Joined { who: ada() }, went, EntryBody::Joined { who: who(Party::Agent, "eve") }];
    let told = |more: EntryBody| {
        let mut story = story.clone();
        story.push(more);
        last(story).iter().map(|event| (event.kind, event.participant, event.nickname.clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed }), [("ParticipantLeft", 3, "eve".to_owned())]);
    assert_eq!(told(EntryBody::Joined { who: ada() }), [("ParticipantJoined", 2, "ada".to_owned())]);
    let renamed = EntryBody::Renamed { from: vera(), name: "Vesna".into() };
    let events = last(vec![opened(), renamed, EntryBody::Message { from: vera(), text: "hi".into() }]);
    assert_eq!((events[0].nickname.as_str(), events[0].participant), ("Vesna", 1), "an entry without a name has the last one");
    let gone = last(vec![opened(), file(), EntryBody::FileDeleted { from: ada(), file: "f1".into() }]);
    assert_eq!(gone[0].user_data, [("file-id", "f1".to_owned()), ("file-name", "a \"b\".pdf".to_owned())]);
}
