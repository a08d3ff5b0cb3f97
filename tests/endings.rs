//! How conversations end, and which lines count as read: no message is lost or hidden, and an ended conversation is forgotten where it has to be.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use support::run::{CHAT, Run, chat, full};
use support::server::agent;
use support::*;

#[test]
fn left_while_queuing_gets_no_survey() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().act(Action::End);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(false)");
}

#[test]
fn queue_timed_out() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().entry(EntryBody::Ended { by: Party::System, reason: EndReason::Unanswered });
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(false)");
}

#[test]
fn closed_the_tab_while_chatting_says_nothing_more() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join();
    let before = run.order();
    run.page.cut();
    run.agent_ends_unheard();
    assert_eq!(run.order(), before);
}

#[test]
fn came_back_after_it_ended() {
    let mut run = Run::new(vec![full(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).fill().join();
    run.page.cut();
    run.agent_ends_unheard().reload();
    assert_eq!(run.order(), "L S L S", "both widgets, as on any page, and no ChatFinished of the old chat");
    run.act(Action::Seen);
    assert_eq!(run.page.kept, None);
}

#[test]
fn survey_ignored_or_closed() {
    for leave in [Action::Skip, Action::Close] {
        let mut run = Run::new(vec![full()]);
        run.act(Action::Activate).fill().join().says("bye").agent_ends().act(leave.clone());
        assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+");
        assert_eq!(run.page.transcript(0).len(), 1, "the transcript stays");
        let asked = if leave == Action::Skip { run.act(Action::Survey) } else { run.act(Action::Activate) };
        assert!(matches!(asked.chat().survey, SurveyView::Offered(_)), "there is a way back");
        run.survey();
        assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+ V✓");
        assert!(matches!(run.chat().survey, SurveyView::Done));
    }
}

#[test]
fn the_last_message_and_the_end_stay_until_another_conversation_begins() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join().says("here is your number: 4711").agent_ends();
    for _ in 0..2 {
        assert_eq!(run.page.transcript(0), [("here is your number: 4711".to_owned(), LineState::Sent)]);
        assert_eq!(run.chat().progress, Progress::Ended { by: Party::Agent, unanswered: false });
        run.act(Action::Close).act(Action::Activate);
    }
    run.survey();
    assert_eq!(run.page.transcript(0).len(), 1);
    run.act(Action::Restart);
    assert!(matches!(run.stage(), Stage::Collecting(_)));
}

#[test]
fn an_end_between_two_pages_is_shown_and_told_once() {
    let mut run = Run::new(vec![full(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).fill().join().write("any news?").act(Action::Close);
    run.page.cut();
    run.unheard(EntryBody::Message { from: agent("ada"), text: "yes, all is well".into() }).agent_ends_unheard().reload();
    assert_eq!((run.told("chatFinished"), run.told("surveyStarted"), run.unread()), (1, 1, 1));
    assert_eq!(run.page.transcript(0).last().map(|(text, _)| text.as_str()), Some("yes, all is well"));
    assert!(matches!(run.chat().survey, SurveyView::Offered(_)));
    assert!(run.page.engine.view(1).is_some(), "the other widgets are there as on any page");
    assert!(run.page.wire.is_none(), "there is nothing to hear any more");
    // The visitor did not look at the end: the next page shows the conversation again, and repeats no event.
    run.reload();
    assert_eq!((run.told("chatFinished"), run.unread()), (0, 1));
    run.act(Action::Activate);
    assert_eq!((run.unread(), run.page.kept.clone()), (0, None), "seen, and forgotten");
    run.survey();
    run.reload();
    assert_eq!(run.stage_name(), "engagement");
    assert!(run.server.newest().is_some_and(|conv| run.server.logs[&conv].state.surveyed));
}

#[test]
fn an_end_that_came_while_the_panel_was_closed_is_there_on_the_next_page() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join().act(Action::Close).says("bye").agent_ends();
    assert_eq!(run.told("chatFinished"), 1);
    run.reload();
    assert_eq!((run.told("chatFinished"), run.unread(), run.page.transcript(0).len()), (0, 1, 1));
}

#[test]
fn what_was_not_sent_before_the_end_is_shown_as_such() {
    for open in [true, false] {
        let mut run = Run::new(vec![full()]);
        run.act(Action::Activate).fill().join();
        run.page.cut();
        for text in ["one", "two"] {
            run.page.act(0, Action::Draft(text.into()));
            run.page.act(0, Action::Send);
        }
        run.page.act(0, Action::Draft("half a sen".into()));
        if !open {
            run.page.act(0, Action::Close);
        }
        run.agent_ends_unheard().reload();
        let texts = run.page.transcript(0);
        if open {
            let failed = LineState::Failed { retry: false };
            assert_eq!(texts, [("one".to_owned(), failed), ("two".to_owned(), failed)]);
            assert_eq!(run.chat().draft, "half a sen");
        } else {
            assert_eq!(run.chat().draft, "one\ntwo\nhalf a sen", "kept until somebody sees it");
            run.reload();
            assert_eq!(run.chat().draft, "one\ntwo\nhalf a sen");
        }
        assert_eq!(run.stored(), Vec::<String>::new());
        run.act(Action::Close).act(Action::Activate);
        assert_eq!(run.page.kept, None);
    }
}

#[test]
fn p20_on_a_shared_device_an_end_is_shown_for_a_short_time_only() {
    let cases = [
        (Consent::Remember, EndReason::Closed, 5, true),
        (Consent::Remember, EndReason::Closed, 20, false),
        (Consent::Remember, EndReason::Abandoned, 1, false),
        (Consent::Strict, EndReason::Abandoned, 20, true),
        (Consent::Strict, EndReason::Closed, 25 * 60, false),
    ];
    for (consent, reason, minutes, shown) in cases {
        let mut config = site(vec![full()]);
        config.consent = consent;
        let mut run = Run::with(config);
        run.act(Action::Activate).fill().join().says("your number is 4711");
        run.page.cut();
        run.unheard(EntryBody::Ended { by: Party::System, reason });
        run.server.now = run.page.now.after(minutes * 60_000);
        run.page.now = run.server.now;
        run.reload();
        assert_eq!(run.page.transcript(0).len(), usize::from(shown), "{consent:?} {reason:?} {minutes} min");
        assert_eq!(run.told("chatFinished"), usize::from(shown));
        if !shown {
            assert!(!run.page.kept.as_ref().is_some_and(|(_, text)| text.contains("conv\"")), "forgotten");
        }
    }
}

#[test]
fn a_conversation_that_the_server_lost_gives_back_what_was_written() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join();
    run.page.act(0, Action::Draft("half a sen".into()));
    run.server.logs.clear();
    run.reload();
    assert_eq!((run.chat().draft, run.told("chatFinished")), ("half a sen", 1));
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join();
    run.server.logs.clear();
    run.reload();
    assert_eq!((run.stage_name(), run.page.kept.clone()), ("engagement", None), "nothing to show");
}

#[test]
fn every_end_looks_the_same() {
    let mut orders = Vec::new();
    for end in 0..4 {
        let mut run = Run::new(vec![full()]);
        run.act(Action::Activate).fill().join();
        match end {
            0 => run.act(Action::End),
            1 => run.agent_ends(),
            2 => run.entry(EntryBody::Ended { by: Party::System, reason: EndReason::Abandoned }),
            _ => {
                run.page.host(Command::End(None));
                &mut run
            }
        };
        orders.push(run.order());
    }
    assert!(orders.iter().all(|order| order == "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+"), "{orders:?}");
}

#[test]
fn p4_ending_deletes_what_the_tab_kept_and_closes_the_link() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    assert!(run.page.kept.is_some());
    run.act(Action::End);
    assert_eq!(run.page.kept, None);
    assert!(run.page.wire.is_none());
}

#[test]
fn r6_a_message_to_an_ended_conversation_is_not_lost_from_sight() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    let conv = run.server.newest().unwrap();
    run.server.append(&conv, "end".into(), EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed });
    run.page.act(0, Action::Draft("too late".into()));
    run.page.act(0, Action::Send);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.transcript(0).last(), Some(&("too late".to_owned(), LineState::Failed { retry: false })));
}

#[test]
fn unread_counts_while_closed_and_is_gone_when_opened() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().act(Action::Close);
    for text in ["one", "two"] {
        run.entry(EntryBody::Message { from: agent("ada"), text: text.into() });
    }
    assert_eq!(run.page.engine.view(0).unwrap().unread, 2);
    run.act(Action::Activate);
    assert_eq!(run.page.engine.view(0).unwrap().unread, 0);
}

#[test]
fn what_was_not_read_is_still_unread_after_a_reload_and_what_came_between_counts() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("read").act(Action::Close);
    run.says("one").says("two");
    assert_eq!(run.unread(), 2);
    run.reload();
    assert_eq!(run.unread(), 2, "nobody read them");
    assert_eq!(run.page.events.iter().filter(|event| matches!(event.what, Happening::UnreadChanged { count: 2 })).count(), 1);
    let kept = run.page.kept.clone();
    run.page.cut();
    run.unheard(EntryBody::Message { from: agent("ada"), text: "three".into() });
    run.page.kept = kept;
    run.reload();
    assert_eq!(run.unread(), 3, "what came between two pages counts");
    run.act(Action::Activate).reload();
    assert_eq!(run.unread(), 0, "read is read");
    run.act(Action::Close).reload();
    assert_eq!(run.unread(), 0);
}

#[test]
fn unread_messages_on_an_earlier_page_count_when_it_is_there() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("read").act(Action::Close);
    for text in ["one", "two", "three", "four", "five", "six", "seven"] {
        run.says(text);
    }
    assert_eq!(run.unread(), 7);
    run.reload().act(Action::Older);
    assert_eq!(run.unread(), 7, "nobody read them");
}

#[test]
fn what_an_earlier_release_kept_counts_as_read() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().act(Action::Close).says("one");
    let (area, text) = run.page.kept.clone().expect("kept");
    let at = text.find("\"read\":").expect("it is kept how far it was read");
    let end = at + text[at..].find(',').expect("more comes") + 1;
    run.page.kept = Some((area, format!("{}{}", &text[..at], &text[end..])));
    run.reload();
    assert_eq!((run.unread(), run.page.transcript(0).len()), (0, 2));
}

#[test]
fn r22_earlier_messages_can_be_read_after_the_end() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    for number in 0..12 {
        run.says(&number.to_string());
    }
    run.reload();
    run.agent_ends();
    assert!(run.chat().more && run.page.wire.is_none());
    run.act(Action::Seen);
    for _ in 0..10 {
        run.act(Action::Older);
        assert_eq!(run.page.kept, None, "reading does not store anything again");
    }
    assert_eq!((run.page.transcript(0).len(), run.chat().more), (13, false));
    assert!(run.page.wire.is_none(), "and the link is closed again");
}

#[test]
fn who_waits_no_longer_has_the_first_message_in_the_composer_again() {
    let mut run = Run::new(vec![chat()]);
    for action in [Action::Activate, Action::Draft("one".into()), Action::Send, Action::Draft("two".into()), Action::Send] {
        run.page.act(0, action);
    }
    run.page.pass(16_000);
    run.page.act(0, Action::Cancel);
    assert_eq!((run.chat().progress, run.chat().draft), (Progress::New, "one\ntwo"));
    assert!(run.page.wire.is_none() && run.page.kept.is_none());
    run.act(Action::Send);
    assert_eq!(run.stored(), ["one\ntwo"]);
}

#[test]
fn r56_an_end_while_the_page_slept_is_heard_when_it_wakes() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join();
    run.page.cut();
    for number in 0..8 {
        run.unheard(EntryBody::Message { from: agent("ada"), text: number.to_string() });
    }
    run.agent_ends_unheard();
    run.page.pass(3 * 3_600_000);
    run.page.quiet(&mut run.server);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+");
    assert_eq!((run.told("messageReceived"), run.page.transcript(0).len()), (8, 8));
}

#[test]
fn what_was_said_in_the_last_conversation_is_not_shown_in_the_next() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    run.page.cut();
    for action in [Action::Draft("too late".into()), Action::Send, Action::End, Action::Restart, Action::Draft("anew".into()), Action::Send]
    {
        run.page.act(0, action);
    }
    run.reload();
    assert_eq!(run.page.transcript(0), [("anew".to_owned(), LineState::Sent)]);
}
