//! The contract of the link to a Genesys server, row by row; each names its section of docs/spec/genesys.md. Here: events over
//! time: polling, outages, messages under way, typing, the end, restoring.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::client::{Fault, LinkEvent};
use chinwag::link::gms::*;
use chinwag::model::*;
use chinwag::wire::*;
use serde_json::json;
use support::gms_link::*;

/// G2.1: the rhythm of polling.
#[test]
fn the_interval_grows_and_falls_to_the_minimum_after_a_message() {
    let intervals = |link: &mut Link, times: usize| -> Vec<i64> {
        (0..times)
            .map(|_| {
                let before = link.now;
                let refresh = request(&link.wake());
                let after = link.now;
                link.answer(refresh.id, 200, &good(&[]));
                after - before
            })
            .collect()
    };
    let (mut link, refresh) = Link::begun(Settings::default());
    link.answer(refresh, 200, &good(&[]));
    assert_eq!(intervals(&mut link, 13), [500, 600, 720, 864, 1037, 1245, 1494, 1793, 2152, 2583, 3000, 3000, 3000]);
    let sent = request(&link.put("m-1", "hi"));
    link.answer(sent.id, 200, &good(&[]));
    assert_eq!(intervals(&mut link, 2), [500, 500]);
    let (mut link, refresh) = Link::begun(Settings { dynamic_polling: false, poll_rate: 2_000, ..Settings::default() });
    link.answer(refresh, 200, &good(&[]));
    assert_eq!(intervals(&mut link, 3), [2_000; 3]);
    let (mut link, refresh) = Link::begun(Settings { sleep_enabled: true, ..Settings::default() });
    link.told(Input::Hidden(true));
    link.answer(refresh, 200, &good(&[]));
    assert_eq!(intervals(&mut link, 2), [30_000; 2]);
    // When the page is visible again, it polls at once.
    link.now += 5_000;
    assert_eq!(request(&link.told(Input::Hidden(false))).operation, Operation::Refresh);
}

/// G2.1: limits of the options.
#[test]
fn options_are_kept_within_bounds() {
    let wild =
        Settings { poll_rate: 1, poll_rate_min: -5, poll_rate_max: i64::MAX, poll_rate_growth: 0, ajax_timeout: 0, ..Settings::default() };
    let tame = wild.bounded();
    assert_eq!((tame.poll_rate, tame.poll_rate_min, tame.poll_rate_max, tame.poll_rate_growth), (1_000, 250, 30_000, 100));
    assert!(tame.ajax_timeout > 0);
}

/// G2.6, G4.7, 3 and 4: the events of a network outage, in order: "pending" comes before "offline", and "restored" together with "back".
#[test]
fn an_outage_is_told_in_order() {
    use Status::*;
    let (mut link, refresh) = Link::begun(Settings::default());
    let first = link.answer(refresh, 0, &json!(null));
    assert_eq!(
        first,
        [
            Output::Task(Task::Status(Disconnected)),
            Output::Task(Task::Status(ConnectionPending)),
            Output::Event(LinkEvent::Lost(Fault::Refused))
        ]
    );
    for failure in 2..=8 {
        let expected: &[Status] = if failure == 6 { &[ServerOffline] } else { &[] };
        assert_eq!(statuses(&link.polled(0, &json!(null))), expected, "five are tolerated; failure {failure}");
    }
    let back = link.polled(200, &good(&[event(1, "Message", BOT, "still here")]));
    assert_eq!(statuses(&back), [ConnectionRestored, ServerBack, Reconnected]);
    assert_eq!(back[3], Output::Event(LinkEvent::Opened));
    assert_eq!(entries(&back), ["8 system Bot: still here"]);
    // The engine sends `hello`, and gets the entries that it missed.
    assert!(matches!(&link.hello(&["0004"])[..], [Output::Frame(ServerFrame::Welcome { chats, .. })] if chats[0].entries.len() == 2));
}

/// G4.7, 3 and 4: errors of the server alone do not count as a loss of the network.
#[test]
fn answers_that_say_again_are_counted() {
    use Status::*;
    for (status, body) in [(200, json!({"statusCode": 1})), (503, json!(null)), (200, json!("junk")), (404, json!({}))] {
        let (mut link, refresh) = Link::begun(Settings { poll_exception_limit: 2, ..Settings::default() });
        assert_eq!(link.answer(refresh, status, &body), [], "{status} {body}");
        assert_eq!(link.polled(status, &body), []);
        let third = link.polled(status, &body);
        assert_eq!(
            third,
            [
                Output::Task(Task::Status(ConnectionPending)),
                Output::Task(Task::Status(ServerOffline)),
                Output::Event(LinkEvent::Lost(Fault::Refused))
            ]
        );
        assert_eq!(statuses(&link.polled(200, &good(&[]))), [ConnectionRestored, ServerBack]);
    }
    // G2.5: resetPollExceptions.
    let (mut link, refresh) = Link::begun(Settings { poll_exception_limit: 1, ..Settings::default() });
    link.answer(refresh, 200, &json!({"statusCode": 1}));
    link.request(Request::ResetPollFailures);
    assert_eq!(link.polled(200, &json!({"statusCode": 1})), []);
}

/// A short loss of the network ends with an event too.
#[test]
fn a_short_loss_is_taken_back() {
    let (mut link, refresh) = Link::begun(Settings::default());
    link.answer(refresh, 0, &json!(null));
    assert_eq!(statuses(&link.polled(200, &good(&[]))), [Status::ConnectionRestored, Status::Reconnected]);
}

/// G2.1: a request without an answer from the driver is given up in the end, so that polling never stops.
#[test]
fn an_answer_that_the_driver_lost_is_a_failure() {
    let (mut link, _) = Link::begun(Settings::default());
    assert_eq!(statuses(&link.wake()), [Status::Disconnected, Status::ConnectionPending]);
    assert_eq!(request(&link.wake()).operation, Operation::Refresh);
}

/// Messages: stored once, shown once.
#[test]
fn a_message_is_acknowledged_and_its_event_is_the_same_message() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let sent = request(&link.put("m-1", "hi"));
    assert_eq!(sent.path, "/0004/send");
    assert_eq!(form(&sent)[3..], [("message", "hi"), ("messageType", "text")]);
    assert_eq!(link.put("m-1", "hi"), [], "on its way");
    assert!(acked(&link.answer(sent.id, 200, &good(&[]))));
    assert!(acked(&link.put("m-1", "hi")), "stored, though not seen yet");
    let outputs = link.answer(refresh, 200, &good(&[event(1, "ParticipantJoined", VI, ""), event(2, "Message", VI, "hi")]));
    let ids: Vec<&str> = outputs
        .iter()
        .filter_map(|output| if let Output::Frame(ServerFrame::Entry { entry, .. }) = output { Some(entry.id.as_str()) } else { None })
        .collect();
    assert_eq!(ids, ["m-1"]);
    assert!(acked(&link.put("m-1", "hi")), "known by its entry");
}

/// After a failure with an unknown result the transcript decides, and is requested late enough.
#[test]
fn an_unanswered_message_is_looked_for_before_it_is_sent_again() {
    for arrived in [true, false] {
        for (status, body) in [(0, json!(null)), (502, json!(null)), (200, json!({"statusCode": 1}))] {
            let (mut link, refresh) = Link::begun(Settings::default());
            let sent = request(&link.put("m-1", "hi"));
            let failed = link.now;
            assert_eq!(link.answer(sent.id, status, &body), []);
            // This refresh was sent before the message.
            assert_eq!(link.answer(refresh, 200, &good(&[])), []);
            let events = if arrived { vec![event(1, "Message", VI, "hi")] } else { vec![] };
            let mut outputs = Vec::new();
            while outputs.is_empty() && link.now < failed + 10_000 {
                let before = link.now;
                outputs = link.polled(200, &good(&events));
                assert!(link.now - before <= 3_000);
            }
            if arrived {
                assert_eq!(entries(&outputs), ["8 visitor Vi: hi"]);
                assert!(acked(&link.put("m-1", "hi")));
            } else {
                assert!(link.now >= failed + 2_000, "a request may arrive late");
                assert_eq!(form(&request(&outputs))[3], ("message", "hi"));
            }
        }
    }
}

/// G4.6: a message that the server refuses.
#[test]
fn a_message_that_is_refused_is_told_of() {
    let rows = [
        (200, json!({"statusCode": 2, "chatEnded": false, "errors": [{"code": 204}]}), Code::TooLarge),
        (413, json!(null), Code::TooLarge),
        (200, json!({"statusCode": 2, "chatEnded": true, "errors": [{"code": 8209}]}), Code::Ended),
        (400, json!({"errors": [{"code": 8201}]}), Code::Ended),
        (403, json!(null), Code::Unauthorized),
        (400, json!({"errors": [{"code": 1}]}), Code::Malformed),
        (429, json!(null), Code::RateLimited),
    ];
    for (status, body, code) in rows {
        let (mut link, _) = Link::begun(Settings::default());
        let sent = request(&link.put("m-1", "hi"));
        assert_eq!(refused(&link.answer(sent.id, status, &body)), Some(code), "{status} {body}");
        assert!(link.gms.session().is_some(), "the transcript says whether it is over");
    }
}

/// G2.5: the typing windows.
#[test]
fn typing_is_told_once_and_ends() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let outputs = link.request(Request::Typing { text: "h".into() });
    assert_eq!((request(&outputs).operation, statuses(&outputs)), (Operation::StartTyping, vec![Status::TypingStarted]));
    link.now += 1_500;
    assert_eq!(link.request(Request::Typing { text: "he".into() }), [Output::Task(Task::Reply { number: 7, reply: Reply::Done })]);
    let until = link.now + 2_000;
    // G4.2: a refresh carries the unfinished message.
    link.answer(refresh, 200, &good(&[]));
    assert_eq!(form(&request(&link.wake())).last(), Some(&("message", "he")));
    let outputs = link.wake();
    assert_eq!(link.now, until);
    assert_eq!((request(&outputs).operation, statuses(&outputs)), (Operation::StopTyping, vec![Status::TypingStopped]));
    // A message ends typing.
    link.send(VisitorFrame::Typing { conv: "0004".into(), on: true });
    let outputs = link.put("m-1", "hi");
    assert_eq!((request(&outputs).operation, statuses(&outputs)), (Operation::Send, vec![Status::TypingStopped]));
    // The engine reports when typing ends.
    link.send(VisitorFrame::Typing { conv: "0004".into(), on: true });
    assert_eq!(request(&link.send(VisitorFrame::Typing { conv: "0004".into(), on: false })).operation, Operation::StopTyping);
}

/// G4.2, G2.7: the visitor ends the conversation; the request is repeated until the server answers, but not for ever.
#[test]
fn the_end_is_told_to_the_server() {
    let end = || VisitorFrame::Put { conv: "0004".into(), id: "m-e".into(), item: Item::End {}, follows: None };
    for failures in [0, 3, 99] {
        let (mut link, _) = Link::begun(Settings::default());
        let outputs = link.send(end());
        assert_eq!(statuses(&outputs), [Status::PollingStopped]);
        let mut disconnect = request(&outputs);
        let mut tries = 1;
        let outputs = loop {
            assert_eq!((disconnect.operation, disconnect.path.as_str()), (Operation::Disconnect, "/0004/disconnect"));
            if tries > failures {
                break link.answer(disconnect.id, 200, &with(good(&[]), "chatEnded", json!(true)));
            }
            let outputs = link.answer(disconnect.id, 0, &json!(null));
            if acked(&outputs) {
                break outputs;
            }
            assert_eq!(link.send(end()), [], "said again: it is being told");
            // The answer to a refresh that was under way is ignored.
            let outputs = (0..5).map(|_| link.wake()).find(|outputs| !outputs.is_empty()).expect("it is tried again");
            disconnect = request(&outputs);
            tries += 1;
        };
        assert!(acked(&outputs) && link.gms.session().is_none() && link.kept.is_none());
        assert!(tries <= 6, "a server that never hears of it drops a silent client by itself");
    }
}

/// That server has no surveys and page changes: the link acknowledges them itself.
#[test]
fn surveys_and_moves_are_acknowledged_here() {
    let (mut link, _) = Link::begun(Settings::default());
    let page = Page { url: "https://a.example/".into(), title: String::new() };
    for item in [Item::Moved { page }, Item::Survey { values: vec![] }] {
        let outputs = link.send(VisitorFrame::Put { conv: "0004".into(), id: "x".into(), item, follows: None });
        assert!(acked(&outputs) && outputs.len() == 1);
    }
}

/// G4.7, 7; G2.1; G2.6: page load with a kept session.
#[test]
fn restore_within_and_beyond_the_time() {
    let (mut link, refresh) = Link::begun(Settings::default());
    link.answer(refresh, 200, &good(&[event(1, "ParticipantJoined", VI, ""), event(2, "ParticipantJoined", ADA, "")]));
    let (kept, left) = (link.kept.clone(), link.now);
    let restoring = |away: i64| {
        let mut link = Link::new(Settings::default(), kept.clone(), left + away);
        let outputs = link.hello(&["0004"]);
        (link, outputs)
    };
    // Away for longer than a minute: no request is made, and nothing is kept.
    let (link, outputs) = restoring(60_001);
    assert!(
        matches!(&outputs[..], [Output::Task(Task::Status(Status::RestoreTimeout)), Output::Frame(ServerFrame::Welcome { chats, .. })] if chats.is_empty())
    );
    assert_eq!(link.kept, None);
    let events = [event(1, "ParticipantJoined", VI, ""), event(2, "ParticipantJoined", ADA, ""), event(3, "Message", ADA, "hi")];
    // In time: first `restored`, then the transcript.
    let (mut link, outputs) = restoring(59_000);
    let refresh = request(&outputs);
    assert_eq!(form(&refresh).last(), Some(&("transcriptPosition", "1")));
    assert_eq!(link.hello(&["0004"]), [], "an answer is awaited");
    let outputs = link.all(Input::Answer { id: refresh.id, status: 200, body: good(&events).to_string() });
    let kinds: Vec<String> = outputs
        .iter()
        .filter_map(|output| match output {
            Output::Task(Task::Status(status)) => Some(format!("{status:?}")),
            Output::Frame(ServerFrame::Welcome { chats, .. }) => {
                Some(chats[0].entries.iter().skip(1).map(told).collect::<Vec<_>>().join(", "))
            }
            Output::Task(Task::Raw(Raw::Events { events, restoring: true, .. })) => {
                Some(format!("raw {:?}", events.iter().map(|event| event.index).collect::<Vec<_>>()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["Restored", "12 joined p_2 Ada, 16 agent Ada: hi", "raw [1, 2, 3]", "PollingStarted"]);
    // The server answers with an error in place of the transcript.
    let rows = [
        (200, with(good(&[]), "chatEnded", json!(true)), Status::RestoreTimeout),
        (200, json!({"statusCode": 0}), Status::RestoreTimeout),
        (200, json!({"statusCode": 2}), Status::RestoreTimeout),
        (404, json!(null), Status::RestoreFailed),
        (500, json!({"errors": [{"code": 500}]}), Status::RestoreFailed),
    ];
    for (status, body, expected) in rows {
        let (mut link, outputs) = restoring(1_000);
        let outputs = link.answer(request(&outputs).id, status, &body);
        assert!(
            matches!(&outputs[..], [Output::Task(Task::Status(told)), Output::Frame(ServerFrame::Welcome { chats, .. })] if *told == expected && chats.is_empty()),
            "{outputs:?}"
        );
        assert_eq!(link.kept, None);
    }
    // The server is down: that is reported once, and the request is repeated until the server is back.
    for (status, body) in [(0, json!(null)), (503, json!(null)), (200, json!({"statusCode": 1}))] {
        let (mut link, outputs) = restoring(1_000);
        assert_eq!(link.answer(request(&outputs).id, status, &body), [Output::Task(Task::Status(Status::RestoredOffline))]);
        for _ in 0..8 {
            assert_eq!(link.polled(status, &body), []);
        }
        let back = link.polled(200, &good(&events));
        // As after any outage; "restored" was reported before.
        let words = [Status::ConnectionRestored, Status::ServerBack, Status::Reconnected];
        assert_eq!(statuses(&back), [&words[..], &[Status::PollingStarted]].concat());
        let Some(Output::Frame(ServerFrame::Welcome { chats, .. })) = back.iter().find(|output| matches!(output, Output::Frame(_))) else {
            panic!("{back:?}")
        };
        assert_eq!(chats[0].entries.len(), 3);
        // Or the session ended meanwhile, after it was reported as restored.
        let (mut link, outputs) = restoring(1_000);
        link.answer(request(&outputs).id, status, &body);
        let back = link.polled(200, &json!({"statusCode": 2}));
        assert_eq!(statuses(&back), [&words[..], &[Status::Over]].concat());
        assert_eq!(link.kept, None);
    }
}

/// A page that was left while messages were under way: the next page finds out which of them arrived.
#[test]
fn what_was_under_way_is_settled_by_the_next_page() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let first = request(&link.put("m-1", "ok"));
    link.answer(first.id, 200, &good(&[]));
    link.put("m-2", "ok");
    link.answer(refresh, 200, &good(&[]));
    let mut next = Link::new(Settings::default(), link.kept.clone(), link.now + 500);
    let refresh = request(&next.hello(&["0004"]));
    // The transcript has one "ok": it is the acknowledged one.
    let outputs = next.answer(refresh.id, 200, &good(&[event(1, "Message", VI, "ok")]));
    let Some(Output::Frame(ServerFrame::Welcome { chats, .. })) = outputs.iter().find(|output| matches!(output, Output::Frame(_))) else {
        panic!("{outputs:?}")
    };
    assert_eq!(chats[0].entries[1].id.as_str(), "m-1");
    assert_eq!(next.put("m-2", "ok"), [], "it may still arrive");
    let mut again = None;
    while again.is_none() && next.now < 20_000 {
        let outputs = next.polled(200, &good(&[event(1, "Message", VI, "ok")]));
        again = outputs.into_iter().find_map(|output| if let Output::Task(Task::Http(request)) = output { Some(request) } else { None });
    }
    assert_eq!(again.map(|request| request.operation), Some(Operation::Send));
}

/// The visitor ended the conversation and left the page before the server was told.
#[test]
fn an_end_that_was_not_told_is_told_by_the_next_page() {
    let (link, _) = Link::begun(Settings::default());
    let end = || VisitorFrame::Put { conv: "0004".into(), id: "m-e".into(), item: Item::End {}, follows: None };
    let mut next = Link::new(Settings::default(), link.kept.clone(), link.now + 500);
    assert!(matches!(&next.hello(&[])[..], [Output::Frame(ServerFrame::Welcome { .. })]));
    assert_eq!(request(&next.send(end())).path, "/0004/disconnect");
    let mut late = Link::new(Settings::default(), link.kept.clone(), link.now + 70_000);
    assert!(acked(&late.send(end())) && late.kept.is_none());
}

/// Forgetting a visitor leaves nothing, and the server is told.
#[test]
fn nothing_is_kept_of_a_session_that_is_forgotten() {
    let (mut link, refresh) = Link::begun(Settings::default());
    let kept = link.kept.clone();
    let outputs = link.told(Input::Forget);
    assert_eq!((request(&outputs).path.as_str(), statuses(&outputs)), ("/0004/disconnect", vec![Status::PollingStopped]));
    assert_eq!((link.kept.clone(), link.gms.session()), (None, None));
    assert_eq!(link.answer(refresh, 200, &good(&[event(1, "Message", ADA, "hi")])), []);
    // Also the session of an earlier page, which this page did not restore.
    let mut next = Link::new(Settings::default(), kept, 1_000);
    assert_eq!(request(&next.told(Input::Forget)).path, "/0004/disconnect");
    assert_eq!(next.kept, None);
}

/// Items beside the messages, a notice and data: acknowledged by their answers.
#[test]
fn notices_and_data_of_the_engine_are_requests() {
    let put = |item: Item| VisitorFrame::Put { conv: "0004".into(), id: "x".into(), item, follows: None };
    let rows = [
        (Item::PageNotice { text: "n".into() }, "/0004/customNotice", ("message", "n")),
        (Item::Data { values: vec![support::value("k", "v")] }, "/0004/updateData", ("userData[k]", "v")),
    ];
    for (item, path, field) in rows {
        let (mut link, _) = Link::begun(Settings::default());
        let asked = request(&link.send(put(item.clone())));
        assert_eq!((asked.path.as_str(), form(&asked).last()), (path, Some(&field)));
        // Without an answer the engine sends the item again.
        assert_eq!(link.answer(asked.id, 0, &json!(null)), []);
        let again = request(&link.send(put(item.clone())));
        assert!(acked(&link.answer(again.id, 200, &good(&[]))));
        let wrong = request(&link.send(put(item.clone())));
        assert_eq!(refused(&link.answer(wrong.id, 400, &json!({"errors": [{"code": 400}]}))), Some(Code::Malformed));
        link.told(Input::Forget);
        assert_eq!(refused(&link.send(put(item))), Some(Code::Ended));
    }
}
