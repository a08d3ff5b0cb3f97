//! Another core takes over on the same page, with the state of the core before it as a text: the conversation continues, also when nothing may be
//! stored, and the page gets each event once.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::{Action, Area, Command, Stage};
use chinwag::model::EntryBody;
use support::page::Page;
use support::run::{Run, chat, full};
use support::server::agent;

/// The core hands over; `meanwhile` runs before the other core starts.
fn take_over(run: &mut Run, meanwhile: impl FnOnce(&mut Run)) {
    let text = run.page.engine.handed_on();
    meanwhile(run);
    run.page = Page::load(run.config.clone(), Some((Area::Tab, text)), 99, run.page.now);
    run.page.quiet(&mut run.server);
}

fn message(text: &str) -> EntryBody {
    EntryBody::Message { from: agent("ada"), text: text.into() }
}

#[test]
fn what_was_told_is_not_told_again_and_what_came_meanwhile_is() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("one");
    take_over(&mut run, |_| {});
    assert_eq!(run.told("messageReceived"), 0);
    assert_eq!(run.told("chatRestored"), 1, "the page's side knows whether that is news");
    assert_eq!(run.page.transcript(0).len(), 2);

    take_over(&mut run, |run| {
        run.unheard(message("two"));
        run.unheard(message("three"));
    });
    assert_eq!(run.told("messageReceived"), 2);
    assert_eq!(run.page.transcript(0).len(), 4);
    take_over(&mut run, |_| {});
    assert_eq!(run.told("messageReceived"), 0);
    run.says("four");
    assert_eq!(run.told("messageReceived"), 1);
}

#[test]
fn an_agent_who_came_meanwhile_is_told() {
    let mut run = Run::new(vec![chat()]);
    run.begin();
    take_over(&mut run, |run| {
        run.unheard(EntryBody::Joined { who: agent("ada") });
    });
    assert_eq!((run.told("agentJoined"), run.told("chatOnline")), (1, 1));
    take_over(&mut run, |_| {});
    assert_eq!((run.told("agentJoined"), run.told("chatOnline")), (0, 0));
}

#[test]
fn before_the_server_has_answered_one_hands_over_what_it_was_given() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("one");
    let first = run.page.engine.handed_on();
    // Two takeovers, and the server sends nothing in between.
    let between = Page::load(run.config.clone(), Some((Area::Tab, first)), 7, run.page.now);
    run.page = between;
    take_over(&mut run, |run| {
        run.unheard(message("two"));
    });
    assert_eq!(run.told("messageReceived"), 1);
}

#[test]
fn it_goes_on_where_nothing_may_be_stored() {
    let mut run = Run::new(vec![chat()]);
    run.page.host(Command::SetConsent(false));
    run.begin().join().says("one");
    run.act(Action::Draft("half".into()));
    assert!(run.page.kept.is_none(), "the visitor does not want it");
    take_over(&mut run, |run| {
        run.unheard(message("two"));
    });
    assert!(matches!(run.stage(), Stage::Chat(_)));
    assert_eq!(run.told("messageReceived"), 1);
    run.page.host(Command::SetConsent(false));
    assert!(run.page.kept.is_none(), "still nothing");
}

#[test]
fn an_ended_conversation_stays_on_the_screen() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().write("hi");
    run.join();
    run.act(Action::End);
    run.page.quiet(&mut run.server);
    let before = run.told("chatFinished");
    take_over(&mut run, |_| {});
    assert_eq!((before, run.told("chatFinished")), (1, 0));
    assert!(matches!(run.stage(), Stage::Chat(_)));
}

#[test]
fn a_page_that_is_loaded_again_is_not_told_what_came_between() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("one");
    run.unheard(message("two"));
    run.reload();
    assert_eq!(run.told("messageReceived"), 0);
}
