//! Logs and the outbox: nothing is lost, nothing is stored twice, and the order stays.

use super::*;

#[test]
fn a_reload_stays_signed_in_and_keeps_what_was_not_sent() {
    let mut bench = loaded();
    let effects = bench.acts(Action::Say { conv: "c_1".into(), text: "hello".into() });
    let (id, _) = puts(&effects).remove(0);
    bench.acts(Action::Draft { conv: "c_1".into(), text: "half a sen".into() });
    bench.acts(Action::Draft { conv: "c_1".into(), text: "half a sentence".into() });
    let mut kept = vec![(Kept::Token, "t".to_owned())];
    for effect in bench.acts(Action::Looking(false)) {
        if let Effect::Keep(what, Some(text)) = effect {
            kept.push((what, text));
        }
    }
    for effect in effects {
        if let Effect::Keep(Kept::Outbox, Some(text)) = effect {
            kept.push((Kept::Outbox, text));
        }
    }
    let mut bench = Bench::new();
    assert!(bench.does(Input::Loaded { kept }).contains(&Effect::Connect(Transport::Socket)));
    bench.does(Input::Opened(Transport::Socket));
    let effects = bench.hears(welcome("e1", Role::Agent, vec![own("c_1")]));
    assert_eq!(puts(&effects), [(id, "hello".to_owned())]);
    assert_eq!(bench.desk.chats[&"c_1".into()].draft, "half a sentence");
}

#[test]
fn r6_typing_is_kept_every_two_seconds_and_not_at_every_key() {
    let mut bench = loaded();
    let keeps = |effects: &[Effect]| -> Vec<Option<String>> {
        effects.iter().filter_map(|effect| if let Effect::Keep(Kept::Drafts, text) = effect { Some(text.clone()) } else { None }).collect()
    };
    let mut written = Vec::new();
    let mut text = String::new();
    for key in 0..100 {
        text.push('x');
        written.extend(keeps(&bench.acts(Action::Draft { conv: "c_1".into(), text: text.clone() })));
        if key % 10 == 9 {
            // The desk's clock ticks once a second.
            written.extend(keeps(&bench.waits(1_000)));
        }
    }
    assert!((4..=5).contains(&written.len()), "{} times for 100 keys in 10 seconds", written.len());
    written.extend(keeps(&bench.waits(1_000)));
    written.extend(keeps(&bench.waits(1_000)));
    assert!(written.last().is_some_and(|kept| kept.as_ref().is_some_and(|kept| kept.contains(&text))), "the last keys too");
    // Sending a message removes its text from the kept draft at once.
    bench.acts(Action::Draft { conv: "c_1".into(), text: "hello".into() });
    assert_eq!(keeps(&bench.acts(Action::Say { conv: "c_1".into(), text: "hello".into() })), [None]);
}

#[test]
fn what_is_kept_already_is_not_written_again() {
    let mut bench = loaded();
    bench.acts(Action::Say { conv: "c_1".into(), text: "hello".into() });
    for _ in 0..20 {
        let effects = bench.waits(1_000);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Keep(..))), "{effects:?}");
    }
}

#[test]
fn r2_an_entry_that_comes_twice_is_shown_once() {
    let mut bench = loaded();
    for _ in 0..3 {
        bench.hears(hear("c_1", entry(3, "three")));
    }
    bench.hears(hear("c_1", entry(2, "two")));
    assert_eq!(bench.texts("c_1"), ["one", "two", "three"]);
}

#[test]
fn r4_a_gap_is_asked_for_once_and_nothing_is_shown_before_it_is_filled() {
    let mut bench = loaded();
    let ask = AgentFrame::Fetch { conv: "c_1".into(), after: Some(2), before: None };
    assert!(sends(&bench.hears(hear("c_1", entry(5, "five"))), &ask));
    assert!(!sends(&bench.hears(hear("c_1", entry(4, "four"))), &ask));
    assert_eq!(bench.texts("c_1"), ["one", "two"]);
    bench.hears(page(own("c_1"), vec![entry(3, "three"), entry(4, "four")], false));
    assert_eq!(bench.texts("c_1"), ["one", "two", "three", "four", "five"]);
}

#[test]
fn r4_a_page_that_does_not_come_is_asked_for_again() {
    let mut bench = loaded();
    bench.hears(hear("c_1", entry(4, "four")));
    let ask = AgentFrame::Fetch { conv: "c_1".into(), after: Some(2), before: None };
    assert!(!sends(&bench.waits(9_000), &ask));
    bench.hears(DeskFrame::Ping { now: T0, heads: Vec::new() });
    assert!(sends(&bench.waits(1_000), &ask));
}

#[test]
fn r4_a_heartbeat_shows_that_the_last_entry_was_lost() {
    let mut bench = loaded();
    let effects = bench.hears(DeskFrame::Ping { now: T0, heads: vec![Head { conv: "c_1".into(), seq: 3 }] });
    assert!(sends(&effects, &AgentFrame::Pong {}));
    assert!(sends(&effects, &AgentFrame::Fetch { conv: "c_1".into(), after: Some(2), before: None }));
}

#[test]
fn r3_entries_that_come_out_of_order_are_shown_in_order() {
    for order in [[3, 4, 5], [3, 5, 4], [4, 3, 5], [4, 5, 3], [5, 3, 4], [5, 4, 3]] {
        let mut bench = loaded();
        for seq in order {
            bench.hears(hear("c_1", entry(seq, &format!("{seq}"))));
        }
        assert_eq!(bench.texts("c_1"), ["one", "two", "3", "4", "5"], "{order:?}");
    }
}

#[test]
fn entries_before_the_first_page_wait_for_it() {
    let mut bench = Bench::entered(Role::Agent, vec![own("c_1")]);
    bench.hears(hear("c_1", entry(3, "three")));
    bench.hears(hear("c_1", entry(2, "two")));
    assert!(bench.texts("c_1").is_empty());
    bench.hears(page(own("c_1"), vec![entry(1, "one"), entry(2, "two")], true));
    assert_eq!(bench.texts("c_1"), ["one", "two", "three"]);
}

#[test]
fn r2_what_is_sent_is_shown_once_whatever_comes_first() {
    for ack_first in [true, false] {
        let mut bench = loaded();
        let effects = bench.acts(Action::Say { conv: "c_1".into(), text: "hello".into() });
        let (id, _) = puts(&effects).remove(0);
        assert_eq!(bench.shown("c_1"), ["one", "two", "hello (sending)"]);
        let ack = DeskFrame::Ack { conv: "c_1".into(), id: id.as_str().into(), seq: 3, at: T0 };
        let own_copy = hear("c_1", mine(3, &id, "hello"));
        let frames = if ack_first { [ack, own_copy] } else { [own_copy, ack] };
        for frame in frames {
            bench.hears(frame);
            assert_eq!(bench.shown("c_1").len(), 3);
        }
        assert_eq!(bench.shown("c_1"), ["one", "two", "hello"]);
        assert!(bench.desk.outbox.all().is_empty());
    }
}

#[test]
fn r2_messages_of_a_broken_link_go_out_again_in_order_with_their_ids() {
    let mut bench = loaded();
    let first = puts(&bench.acts(Action::Say { conv: "c_1".into(), text: "a".into() }));
    bench.does(Input::Closed(Transport::Socket, 1006));
    assert!(puts(&bench.acts(Action::Say { conv: "c_1".into(), text: "b".into() })).is_empty());
    bench.waits(1_001);
    bench.does(Input::Opened(Transport::Socket));
    let effects = bench.hears(welcome("e1", Role::Agent, vec![own("c_1")]));
    let again = puts(&effects);
    assert_eq!(again.first(), first.first());
    assert_eq!(again.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(sends(&effects, &AgentFrame::Open { conv: "c_1".into(), after: Some(2) }));
    // The server had stored the first one before the link broke: the page brings it.
    let effects = bench.hears(page(own("c_1"), vec![mine(3, &first[0].0, "a")], false));
    assert!(puts(&effects).is_empty());
    assert_eq!(bench.shown("c_1"), ["one", "two", "a", "b (sending)"]);
    bench.waits(10_000);
    assert_eq!(bench.shown("c_1"), ["one", "two", "a", "b (late)"]);
}

#[test]
fn r5_another_epoch_starts_the_transcript_anew() {
    let mut bench = loaded();
    let effects = bench.reconnects("e2", vec![own("c_1")]);
    assert!(sends(&effects, &AgentFrame::Open { conv: "c_1".into(), after: None }));
    bench.hears(page(own("c_1"), vec![entry(1, "only this")], true));
    assert_eq!(bench.texts("c_1"), ["only this"]);
}

#[test]
fn older_pages_go_in_front() {
    let mut bench = Bench::entered(Role::Agent, vec![own("c_1")]);
    let newest = vec![entry(4, "four"), entry(5, "five")];
    let state = Conversation { head: 5, ..own("c_1") };
    bench.hears(DeskFrame::Page {
        chat: ChatPage { state: state.clone(), entries: newest, more_before: true, more_after: false, fresh: true },
    });
    let ask = AgentFrame::Fetch { conv: "c_1".into(), after: None, before: Some(4) };
    assert!(sends(&bench.acts(Action::Older("c_1".into())), &ask));
    assert!(!sends(&bench.acts(Action::Older("c_1".into())), &ask));
    bench.hears(DeskFrame::Page {
        chat: ChatPage { state, entries: vec![entry(2, "two"), entry(3, "three")], more_before: true, more_after: true, fresh: false },
    });
    assert_eq!(bench.texts("c_1"), ["two", "three", "four", "five"]);
    assert!(bench.desk.chats[&"c_1".into()].window.has_more());
}

#[test]
fn unread_counts_only_what_is_not_looked_at() {
    let mut bench = loaded();
    bench.hears(hear("c_1", entry(3, "seen")));
    assert_eq!(bench.desk.unread(), 0);
    bench.acts(Action::Looking(false));
    let effects = bench.hears(hear("c_1", entry(4, "unseen")));
    assert_eq!(bench.desk.unread(), 1);
    assert!(effects.contains(&Effect::Chime(Chime::Message)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Announce(text) if text.ends_with(": unseen"))));
    assert_eq!(bench.shown("c_1"), ["one", "two", "seen", "--", "unseen"]);
    bench.acts(Action::Looking(true));
    assert_eq!(bench.desk.unread(), 0);
}

#[test]
fn a9_history_is_not_read_out() {
    let mut bench = Bench::entered(Role::Agent, vec![own("c_1")]);
    let effects = bench.hears(page(own("c_1"), (1..=100).map(|seq| entry(seq, "old")).collect(), true));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Announce(_) | Effect::Chime(_))));
    assert_eq!(bench.desk.unread(), 0);
}

#[test]
fn r6_a_refused_message_stays_with_the_reason_and_can_be_sent_again() {
    let mut bench = loaded();
    let (id, _) = puts(&bench.acts(Action::Say { conv: "c_1".into(), text: "hello".into() })).remove(0);
    bench.hears(DeskFrame::refused(id.as_str().into(), Code::TooLarge, "Too long.".into()));
    assert!(matches!(&bench.desk.outbox.all()[0].way, Way::Failed(why) if why == "Too long."));
    let again = puts(&bench.acts(Action::Retry(id.as_str().into())));
    assert_eq!(again.len(), 1);
    // With its id: a copy of it may have been stored after all.
    assert_eq!(again[0].0, id);
}
