//! The contract of the link to a Genesys server, row by row; each names its section of docs/spec/genesys.md. Here: the requests,
//! and the meaning of answers and transcript events.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::client::Link as _;
use chinwag::link::gms::*;
use chinwag::model::*;
use chinwag::wire::*;
use serde_json::{Value, json};
use support::gms_link::*;

/// G4.1, G4.2, G2.5: the start.
#[test]
fn a_start_has_named_parameters_and_flattened_data() {
    let mut link = Link::new(Settings { endpoint: "Environment:default".into(), ..Settings::default() }, None, 0);
    assert!(matches!(&link.hello(&[])[..], [Output::Frame(ServerFrame::Welcome { chats, .. })] if chats.is_empty()));
    link.told(Input::Attach(vec![("lang".into(), "en".into()), ("topic".into(), "override".into())]));
    let values =
        [("firstname", "Vi"), ("LastName", "Sitor"), ("email", "v@b.example"), ("subject", "tea"), ("topic", "order"), ("a[b]", "c")];
    let request = request(&link.send(start(&values)));
    assert_eq!((request.operation, request.path.as_str(), request.timeout, request.upload), (Operation::Start, "", 3_000, None));
    let expected = [
        ("firstName", "Vi"),
        ("lastName", "Sitor"),
        ("emailAddress", "v@b.example"),
        ("subject", "tea"),
        ("text", ""),
        ("alias", ""),
        ("secureKey", ""),
        ("userId", ""),
        ("endpoint", "Environment:default"),
        ("userData[a[b]]", "c"),
        ("userData[lang]", "en"),
        ("userData[topic]", "override"),
    ];
    assert_eq!(form(&request), expected);
    // The same start again is the same start.
    assert_eq!(link.send(start(&values)), []);
    let outputs = link.answer(request.id, 200, &good(&[event(1, "ParticipantJoined", VI, "")]));
    let [Output::Frame(ServerFrame::Started { chat, .. }), Output::Task(Task::Status(Status::PollingStarted))] = &outputs[..] else {
        panic!("{outputs:?}")
    };
    assert_eq!((chat.state.id.as_str(), chat.state.standing, chat.entries.len()), ("0004", Standing::Queued, 1));
    // G4.7, 1: from position 1.
    let refresh = self::request(&link.wake());
    assert_eq!(form(&refresh), [("userId", "007"), ("secureKey", "4ee1"), ("alias", "117"), ("transcriptPosition", "1")]);
}

/// G4.2: one of nickname and both names is required.
#[test]
fn a_visitor_without_a_name_gets_one() {
    for (values, nickname) in
        [(&[][..], Some("Anonymous")), (&[("lastname", "Sitor")], Some("Sitor")), (&[("firstname", "A"), ("lastname", "B")], None)]
    {
        let mut link = Link::new(Settings::default(), None, 0);
        let request = request(&link.send(start(values)));
        assert_eq!(request.form.iter().find(|(name, _)| name == "nickname").map(|(_, value)| value.as_str()), nickname);
    }
}

/// G4.3, G4.6: the code of a failed start. The engine tries again after none of them.
#[test]
fn a_start_that_fails_is_refused() {
    let errors = json!({"errors": [{"code": 500, "advice": "x"}]});
    let rows = [
        (0, json!(null), Code::NotFound),
        (503, json!(null), Code::NotFound),
        (200, json!({"statusCode": 1}), Code::NotFound),
        (200, json!({"statusCode": 2, "errors": [{"code": 102}]}), Code::Malformed),
        (401, json!(null), Code::Unauthorized),
        (404, json!(null), Code::NotFound),
        (429, json!(null), Code::QueueFull),
        (500, errors, Code::Malformed),
        (200, json!({"statusCode": 0, "chatEnded": false}), Code::Malformed),
        (200, with(good(&[]), "chatId", json!("..")), Code::Malformed),
    ];
    for (status, body, code) in rows {
        let mut link = Link::new(Settings::default(), None, 0);
        let request = request(&link.send(start(&[])));
        let outputs = link.answer(request.id, status, &body);
        assert_eq!(refused(&outputs), Some(code), "{status} {body}");
        assert!(!code.is_retryable());
        // The visitor may try again.
        assert_eq!(self::request(&link.send(start(&[]))).operation, Operation::Start);
    }
}

/// G4.2: every operation, its address and its parameters behind the session's.
#[test]
fn commands_have_their_addresses_and_parameters() {
    let data = || vec![("k".to_owned(), "v".to_owned())];
    let rows = [
        (Request::CustomNotice { text: "n".into() }, Operation::CustomNotice, "customNotice", vec![("message", "n")]),
        (Request::UpdateData(data()), Operation::UpdateData, "updateData", vec![("userData[k]", "v")]),
        (Request::ReadReceipt { position: 4 }, Operation::ReadReceipt, "readReceipt", vec![("transcriptPosition", "4")]),
        (Request::PushUrl { url: "https://a.example".into() }, Operation::PushUrl, "pushUrl", vec![("pushUrl", "https://a.example")]),
        (Request::UpdateNickname { name: "V".into() }, Operation::UpdateNickname, "updateNickname", vec![("nickname", "V")]),
        (Request::FileLimits, Operation::FileLimits, "file/limits", vec![]),
        (Request::FileUpload { data: data() }, Operation::FileUpload, "file", vec![("userData[k]", "v")]),
        (Request::FileDelete { file: "a/b".into() }, Operation::FileDelete, "file/a%2Fb/delete", vec![]),
        (Request::Typing { text: "hel".into() }, Operation::StartTyping, "startTyping", vec![("message", "hel")]),
    ];
    for (asked, operation, path, more) in rows {
        let (mut link, _) = Link::begun(Settings::default());
        let request = request(&link.request(asked));
        assert_eq!((request.operation, request.path), (operation, format!("/0004/{path}")));
        let upload = operation == Operation::FileUpload;
        assert_eq!((request.upload, request.timeout), if upload { (Some(7), 0) } else { (None, 3_000) });
        let session = [("userId", "007"), ("secureKey", "4ee1"), ("alias", "117")];
        let sent: Vec<(&str, &str)> = request.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(sent, [&session[..], &more[..]].concat());
        // G2.5: the caller gets the answer, also a failure.
        let outputs = link.told(Input::Answer { id: request.id, status: 500, body: "x".into() });
        assert!(
            outputs.contains(&Output::Task(Task::Reply { number: 7, reply: Reply::Answer { status: 500, body: "x".into() } })),
            "{outputs:?}"
        );
    }
    let (mut link, _) = Link::begun(Settings::default());
    let outputs = link.request(Request::FileDownload { file: "12".into() });
    let session = [("userId", "007"), ("secureKey", "4ee1"), ("alias", "117")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reply = Reply::Post { path: "/0004/file/12/download".into(), form: session.to_vec() };
    assert_eq!(outputs, [Output::Task(Task::Reply { number: 7, reply })]);
}

/// G2.5: commands that are not carried out.
#[test]
fn commands_are_refused_when_they_make_no_sense() {
    let mut link = Link::new(Settings::default(), None, 0);
    let refusal = |why| [Output::Task(Task::Reply { number: 7, reply: Reply::Refused(why) })];
    assert_eq!(link.request(Request::FileLimits), refusal(Refusal::NoSession));
    let (mut link, refresh) = Link::begun(Settings::default());
    assert_eq!(link.request(Request::PollNow), refusal(Refusal::PollRunning));
    assert_eq!(link.request(Request::FileDelete { file: "..".into() }), refusal(Refusal::Malformed));
    link.answer(refresh, 200, &good(&[]));
    let poll = request(&link.request(Request::PollNow));
    let outputs = link.answer(poll.id, 200, &good(&[]));
    assert!(matches!(&outputs[0], Output::Task(Task::Reply { number: 7, reply: Reply::Answer { status: 200, .. } })), "{outputs:?}");
    let done = Output::Task(Task::Reply { number: 7, reply: Reply::Done });
    assert_eq!(link.request(Request::StopPoll), [Output::Task(Task::Status(Status::PollingStopped)), done.clone()]);
    assert_eq!(link.request(Request::StopPoll), refusal(Refusal::NotPolling));
    assert_eq!(link.gms.deadline(), None, "nothing is due while it is stopped");
    assert_eq!(link.request(Request::StartPoll), [Output::Task(Task::Status(Status::PollingStarted)), done]);
    assert!(link.gms.deadline().is_some());
}

/// G4.1: the session's members of an answer are used for the next request, unless the answer to a later request came before.
#[test]
fn changed_ids_are_adopted() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let sent = request(&link.put("m-1", "hi"));
    let changed = with(with(with(good(&[]), "alias", json!(118)), "secureKey", json!("new")), "userId", json!("008"));
    link.answer(sent.id, 200, &with(changed, "chatId", json!("other")));
    assert_eq!(link.gms.session(), Some(SessionIds { chat: "0004", user: "008", key: "new", alias: "118" }));
    // The answer to an older request arrives late.
    link.answer(refresh, 200, &good(&[]));
    let next = request(&link.wake());
    assert_eq!(next.path, "/0004/refresh");
    assert_eq!(form(&next)[..3], [("userId", "008"), ("secureKey", "new"), ("alias", "118")]);
    // G4.3: with `statusCode` 1 nothing else can be trusted.
    link.answer(next.id, 200, &json!({"statusCode": 1, "alias": "666", "chatEnded": true}));
    assert_eq!(link.gms.session().map(|ids| ids.alias), Some("118"));
    assert!(link.kept.as_ref().is_some_and(|kept| kept.contains("\"alias\":\"118\"")));
}

/// G4.3: whether the session is over. The decision table, for a refresh.
#[test]
fn the_decision_table_for_the_end() {
    let rows = [
        (200, json!({"statusCode": 0, "chatEnded": false}), false),
        (200, json!({"statusCode": "0", "chatEnded": "false"}), false),
        (200, json!({"statusCode": 0, "chatEnded": true}), true),
        (200, json!({"statusCode": 1, "chatEnded": true}), false),
        (200, json!({"statusCode": 2}), true),
        (200, json!({"statusCode": 2, "chatEnded": true}), true),
        (200, json!({"statusCode": 2, "chatEnded": false, "errors": [{"code": 500}]}), false),
        // G4.6: a preview that is too long does not end the session; three codes say that the session is not ours any more.
        (200, json!({"statusCode": 2, "errors": [{"code": 204}]}), false),
        (400, json!({"errors": [{"code": 204}]}), false),
        (400, json!({"errors": [{"code": 8201}]}), true),
        (400, json!({"errors": [{"code": 8209}]}), true),
        (400, json!({"errors": [{"code": "8210"}]}), true),
        (404, json!({}), false),
        (500, json!({}), false),
        (0, json!({}), false),
    ];
    for (status, body, over) in rows {
        let (mut link, refresh) = Link::begun(Settings::default());
        let outputs = link.answer(refresh, status, &body);
        let ended = entries(&outputs).iter().any(|entry| entry.starts_with("ended"));
        assert_eq!(ended, over, "{status} {body}: {outputs:?}");
        assert_eq!(link.gms.session().is_none(), over);
        assert_eq!(link.kept.is_none(), over, "what is over is not kept");
        assert_eq!(link.gms.deadline().is_none(), over, "what is over is not asked for");
    }
}

/// G4.4: the result of each type of event, and of each type of participant.
#[test]
fn transcript_events_become_entries() {
    let structured = |content: Value| {
        let mut row = event(1, "Message", ADA, "plain");
        row["eventAttributes"] = json!({"structured-content": {"genesys-chat": {"content": content}}});
        row
    };
    let file = {
        let mut row = event(1, "FileUploaded", ADA, "");
        row["userData"] = json!({"file-id": "12", "file-name": "a.pdf", "file-size": "1.5"});
        row
    };
    let rows = [
        (event(1, "ParticipantJoined", ADA, ""), vec!["8 joined p_2 Ada"]),
        (event(1, "PARTICIPANTJOINED", ADA, ""), vec!["8 joined p_2 Ada"]),
        (event(1, "ParticipantJoined", BOT, ""), vec![]),
        (event(1, "ParticipantJoined", EVE, ""), vec![]),
        (event(1, "ParticipantJoined", VI, ""), vec![]),
        (event(1, "Message", VI, "hi"), vec!["8 visitor Vi: hi"]),
        (event(1, "Message", BOT, "beep"), vec!["8 system Bot: beep"]),
        (event(1, "Message", ADA, "hi"), vec!["7 joined p_2 Ada", "8 agent Ada: hi"]),
        (event(1, "Message", EVE, "hi"), vec!["7 joined p_4 Eve", "8 agent Eve: hi"]),
        (event(1, "Message", ADA, " "), vec![]),
        (event(1, "PushUrl", ADA, "https://a.example"), vec!["7 joined p_2 Ada", "8 agent Ada: https://a.example"]),
        (event(1, "Notice", BOT, "soon"), vec!["8 system Bot: soon"]),
        (event(1, "IdleAlert", BOT, "still there?"), vec!["8 system Bot: still there?"]),
        (event(1, "CustomNotice", ADA, "{}"), vec![]),
        (event(1, "NicknameUpdated", ADA, "x"), vec![]),
        (event(1, "TypingStarted", ADA, "hel"), vec!["Ada types true"]),
        (event(1, "TypingStopped", BOT, ""), vec!["Bot types false"]),
        (event(1, "TypingStarted", VI, ""), vec![]),
        (event(1, "Unheard", ADA, "x"), vec![]),
        (file, vec!["7 joined p_2 Ada", "8 agent Ada: a.pdf"]),
        (structured(json!({"text": "inner"})), vec!["7 joined p_2 Ada", "8 agent Ada: inner"]),
        (structured(json!("{\"text\":\"inner\"}")), vec!["7 joined p_2 Ada", "8 agent Ada: inner"]),
        (structured(json!("not json")), vec!["7 joined p_2 Ada", "8 agent Ada: plain"]),
    ];
    for (row, expected) in rows {
        let (mut link, refresh) = Link::begun(Settings::default());
        assert_eq!(entries(&link.answer(refresh, 200, &good(std::slice::from_ref(&row)))), expected, "{row}");
        // Also for an unknown event the position advances.
        assert_eq!(form(&request(&link.wake())).last(), Some(&("transcriptPosition", "2")));
    }
}

/// G4.4: a transfer: the second agent takes over when the first one leaves, and its messages before that arrive.
#[test]
fn several_agents_take_turns() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let events = [
        event(1, "ParticipantJoined", VI, ""),
        event(2, "ParticipantJoined", ADA, ""),
        event(3, "ParticipantJoined", BOB, ""),
        event(4, "Message", BOB, "one"),
        event(5, "ParticipantLeft", ADA, ""),
        event(6, "Message", BOB, "two"),
        event(7, "ParticipantLeft", BOB, ""),
    ];
    let expected = [
        "12 joined p_2 Ada",
        "20 system Bob: one",
        "24 left Ada",
        "25 joined p_3 Bob",
        "28 agent Bob: two",
        "32 left Bob",
        "ended by agent closed",
    ];
    let outputs = link.answer(refresh, 200, &with(good(&events), "chatEnded", json!(true)));
    assert_eq!(entries(&outputs), expected);
    assert_eq!((index_of(seq_of(5)), index_of(25)), (Some(5), None));
}

/// G4.4: the party that ended the conversation.
#[test]
fn the_last_one_to_leave_ended_it() {
    let rows = [
        (vec![event(1, "ParticipantLeft", VI, "")], "ended by visitor closed"),
        (vec![event(1, "IdleClose", BOT, "bye")], "ended by system abandoned"),
        (vec![], "ended by system closed"),
    ];
    for (events, expected) in rows {
        let (mut link, refresh) = Link::begun(Settings::default());
        let outputs = link.answer(refresh, 200, &with(good(&events), "chatEnded", json!(true)));
        assert_eq!(entries(&outputs).last().map(String::as_str), Some(expected));
        // G2.7: polling stops before the end is told.
        let stopped = outputs.iter().position(|output| *output == Output::Task(Task::Status(Status::PollingStopped)));
        assert!(stopped.is_some_and(|at| at < outputs.len() - 1), "{outputs:?}");
        // An ended conversation stays ended.
        assert_eq!(refused(&link.put("m-1", "hi")), Some(Code::Ended));
        assert_eq!(link.request(Request::FileLimits), [Output::Task(Task::Reply { number: 7, reply: Reply::Refused(Refusal::NoSession) })]);
    }
}

/// G2.7, G4.7, 5: events in their order, each once, and one batch for an answer with anything new, after its frames.
#[test]
fn a_batch_is_ordered_and_without_repeats() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let raws = |outputs: &[Output]| -> Vec<String> {
        outputs
            .iter()
            .filter_map(|output| match output {
                Output::Task(Task::Raw(Raw::Events { events, restoring: false, idle })) => {
                    let index = |event: &RawEvent| {
                        let json: Value = serde_json::from_str(event.json.as_str()).expect("JSON");
                        assert_eq!(json["index"], json!(event.index));
                        event.index
                    };
                    Some(format!("{:?} {idle:?}", events.iter().map(index).collect::<Vec<_>>()))
                }
                Output::Frame(ServerFrame::Entry { entry, .. }) => Some(told(entry)),
                _ => None,
            })
            .collect()
    };
    let events = [event(3, "Message", ADA, "b"), event(2, "ParticipantJoined", ADA, ""), event(3, "Message", ADA, "b")];
    let outputs = link.all(Input::Answer { id: refresh, status: 200, body: with(good(&events), "idleTimerExpire", json!(45)).to_string() });
    assert!(matches!(&outputs[0], Output::Task(Task::Raw(Raw::Answer { operation: Operation::Refresh, status: 200, .. }))));
    assert_eq!(raws(&outputs), ["12 joined p_2 Ada", "16 agent Ada: b", "[2, 3] Some(45)"]);
    // The same events again, and one more.
    let more = [events.as_slice(), &[event(4, "Message", ADA, "c")]].concat();
    link.wake();
    let id = refresh + 1;
    let body = good(&more).to_string();
    assert_eq!(raws(&link.all(Input::Answer { id, status: 200, body: body.clone() })), ["20 agent Ada: c", "[4] None"]);
    assert_eq!(link.all(Input::Answer { id, status: 200, body }), [], "an answer counts once");
}

/// G2.3: pages get an event unchanged, with unknown members, and the id of its entry beside it.
#[test]
fn an_event_keeps_its_bytes() {
    let odd = [
        r#"{"index":1,"type":"Message","from":{"type":"Agent","participantId":2},"text":"half \ud800","score":1.50,"big":12345678901234567890}"#,
        r#"{ "id" : "theirs", "index": 2, "type": "Unheard", "deep": [ {"a" : null} , -0.0 ] }"#,
        r#"{"index":3}"#,
    ];
    let (mut link, refresh) = Link::begun(Settings::default());
    let body = format!(r#"{{"statusCode":0,"chatEnded":false,"chatId":"0004","messages":[{}],"nextPosition":4}}"#, odd.join(" , "));
    let outputs = link.all(Input::Answer { id: refresh, status: 200, body });
    let raws = outputs
        .iter()
        .find_map(|output| if let Output::Task(Task::Raw(Raw::Events { events, .. })) = output { Some(events) } else { None });
    let raws = raws.expect("events came");
    assert_eq!(raws.iter().map(|event| event.json.as_str()).collect::<Vec<_>>(), odd);
    let entry = outputs
        .iter()
        .rev()
        .find_map(|output| if let Output::Frame(ServerFrame::Entry { entry, .. }) = output { Some(entry) } else { None });
    assert_eq!(Some(&raws[0].entry), entry.map(|entry| &entry.id));
}

/// G4.2: events without an index are counted from the requested position.
#[test]
fn events_without_an_index_have_the_place_that_was_asked_for() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let bare = |text: &str| json!({"from": {"type": "External", "nickname": "Bot"}, "type": "Message", "text": text});
    let answer = with(good(&[]), "messages", json!([bare("a"), bare("b")]));
    assert_eq!(entries(&link.answer(refresh, 200, &with(answer, "nextPosition", json!(3)))), ["8 system Bot: a", "12 system Bot: b"]);
    let answer = with(with(good(&[]), "messages", json!([bare("c")])), "nextPosition", json!(4));
    assert_eq!(entries(&link.polled(200, &answer)), ["16 system Bot: c"]);
}
