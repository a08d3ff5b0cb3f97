//! When the kept state is written: promised messages at once, a draft every few seconds, and nothing twice.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use proptest::prelude::*;
use support::page::Page;
use support::run::{Run, chat};
use support::{every, site};

/// A draft is written at most this often, in milliseconds.
const OFTEN: i64 = 2_000;

#[test]
fn r6_typing_writes_every_two_seconds_and_not_at_every_key() {
    let mut run = talking();
    let before = run.page.stores;
    let mut text = String::new();
    for _ in 0..100 {
        text.push('x');
        run.page.act(0, Action::Draft(text.clone()));
        run.page.pass(100);
    }
    let written = run.page.stores - before;
    assert!((4..=5).contains(&written), "{written} times for 100 keys in 10 seconds");
    run.page.pass(OFTEN);
    assert!(kept(&run.page).contains(&text), "the last keys too");
    assert!(run.page.stores - before <= 6);
    let all = run.page.stores;
    // Typed and deleted again: nothing to write.
    run.page.act(0, Action::Draft(format!("{text}y")));
    run.page.act(0, Action::Draft(text));
    run.page.pass(60_000);
    assert_eq!(run.page.stores, all);
}

#[test]
fn r6_what_is_typed_is_written_when_the_visitor_leaves() {
    let ways = [
        ("the page goes", Input::Host(Command::Keep)),
        ("another tab is looked at", Input::Watched(false)),
        ("the widget is taken down", Input::Host(Command::Destroy)),
    ];
    for (way, input) in ways {
        let mut run = talking();
        run.page.act(0, Action::Draft("half a sen".into()));
        let before = run.page.stores;
        run.page.input(input.clone());
        assert!(kept(&run.page).contains("half a sen"), "{way}");
        run.page.input(input);
        assert_eq!(run.page.stores, before + 1, "{way}: nothing is written twice");
        run.page = Page::load(run.config.clone(), run.page.kept.clone(), 2, run.page.now);
        run.page.quiet(&mut run.server);
        assert_eq!(run.chat().draft, "half a sen", "{way}");
    }
}

#[test]
fn r6_a_message_is_written_at_once_and_is_not_in_the_composer_too() {
    let mut run = talking();
    run.page.cut();
    run.page.act(0, Action::Draft("hello".into()));
    run.page.pass(OFTEN);
    assert!(kept(&run.page).contains(r#""draft":"hello""#));
    run.page.act(0, Action::Send);
    assert!(kept(&run.page).contains(r#""text":"hello""#) && kept(&run.page).contains(r#""draft":"""#), "{}", kept(&run.page));
    // Another write includes the draft.
    run.page.act(0, Action::Draft("and then".into()));
    run.page.act(0, Action::Close);
    assert!(kept(&run.page).contains("and then"));
}

#[test]
fn what_was_refused_is_written_at_once_where_it_stands_then() {
    let mut run = talking();
    run.act(Action::Close);
    run.agent_ends_unheard();
    run.page.act(0, Action::Draft("too late".into()));
    run.page.act(0, Action::Send);
    run.page.quiet(&mut run.server);
    assert_eq!(run.chat().draft, "too late");
    assert!(kept(&run.page).contains(r#""draft":"too late""#));
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let mut run = talking();
    run.page.input(Input::Watched(false));
    let before = run.page.stores;
    for _ in 0..100 {
        run.page.pass(15_000);
        run.page.heartbeat(&run.server);
        run.page.quiet(&mut run.server);
        run.page.input(Input::Config(run.config.clone()));
        run.page.input(Input::Watched(false));
        run.page.input(Input::Watched(true));
        run.page.host(Command::Keep);
    }
    assert_eq!(run.page.stores, before);
}

#[test]
fn nothing_is_written_of_what_is_typed_before_anything_may_be() {
    for consent in [None, Some(false)] {
        let mut run = Run::new(vec![chat()]);
        if let Some(given) = consent {
            run.page.host(Command::SetConsent(given));
        }
        run.act(Action::Activate).act(Action::Draft("half a sen".into()));
        run.page.pass(60_000);
        run.page.host(Command::Keep);
        assert_eq!((run.page.stores, run.page.kept.clone()), (0, None), "{consent:?}");
    }
}

/// When the host forgets conversations that were left some time ago, the stored time is kept up to date, also when no page is told that it ends.
#[cfg(feature = "facade")]
#[test]
fn the_time_of_leaving_is_written_now_and_then_and_not_at_every_input() {
    let mut run = talking();
    run.page.engine.restore_within(60_000);
    let before = run.page.stores;
    for second in 0..600 {
        run.page.pass(1_000);
        if second % 15 == 0 {
            run.page.heartbeat(&run.server);
        }
        run.page.act(0, Action::Draft("x".repeat(second)));
        run.page.quiet(&mut run.server);
    }
    let written = run.page.stores - before;
    assert!(written <= 310, "{written} times in 600 seconds");
    for _ in 0..20 {
        run.page.pass(15_000);
        run.page.heartbeat(&run.server);
        run.page.quiet(&mut run.server);
    }
    // The browser is killed.
    run.page = Page::prepare(run.config.clone(), run.page.kept.clone(), 2, run.page.now.after(30_000));
    run.page.engine.restore_within(60_000);
    run.page.input(Input::Start);
    run.page.quiet(&mut run.server);
    assert_eq!(run.told("restoreExpired"), 0);
    assert!(matches!(run.stage(), Stage::Chat(_)), "it goes on");
}

#[derive(Clone, Debug)]
enum Step {
    Key(char),
    Paste(String),
    Send,
    Pass(i64),
    AgentSays,
    Cut,
    Calm,
    Press,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => proptest::char::range('a', 'z').prop_map(Step::Key),
        1 => "[a-z \\u{e4}\"\\\\]{0,9}".prop_map(Step::Paste),
        2 => Just(Step::Send),
        6 => (1..1_500_i64).prop_map(Step::Pass),
        1 => Just(Step::AgentSays),
        1 => Just(Step::Cut),
        2 => Just(Step::Calm),
        1 => Just(Step::Press),
    ]
}

/// The browser is killed at any moment (`kill -9`): every message is there, and of the text in the composer at most the last two
/// seconds are lost.
#[test]
fn r6_a_killed_browser_loses_two_seconds_of_typing_and_no_message() {
    every(2_000, &proptest::collection::vec(step(), 1..80), |steps| {
        let mut run = talking();
        let mut said = vec!["hi".to_owned()];
        // The texts in the composer, and the time of each.
        let mut stood = vec![(run.page.now, String::new())];
        for step in steps {
            let now = stood.last().map(|(_, text)| text.clone()).unwrap_or_default();
            let next = match step {
                Step::Key(key) => Some(format!("{now}{key}")),
                Step::Paste(text) => Some(text),
                Step::Send => {
                    run.page.act(0, Action::Send);
                    let text = chinwag::text::trim(&now);
                    (!text.is_empty()).then(|| {
                        said.push(text.to_owned());
                        stood.clear();
                        String::new()
                    })
                }
                Step::Pass(millis) => {
                    run.page.pass(millis);
                    None
                }
                Step::AgentSays => {
                    run.says("well");
                    None
                }
                Step::Cut => {
                    run.page.cut();
                    None
                }
                Step::Calm => {
                    run.page.quiet(&mut run.server);
                    None
                }
                Step::Press => {
                    run.act(Action::Activate);
                    None
                }
            };
            if let Some(text) = next {
                run.page.act(0, Action::Draft(text.clone()));
                stood.push((run.page.now, text));
            }
        }
        let killed = run.page.now;
        run.page = Page::load(run.config.clone(), run.page.kept.clone(), 2, killed);
        for _ in 0..4 {
            run.page.quiet(&mut run.server);
            run.page.pass(11_000);
        }
        run.page.quiet(&mut run.server);
        let mine: Vec<String> = run.stored().into_iter().filter(|text| text != "well").collect();
        assert_eq!(mine, said, "every message, once, in order");
        // Each text was in the composer until the next one.
        let until = |at: usize| stood.get(at + 1).map_or(killed, |(next, _)| *next);
        let recent = |at: &usize| killed.since(until(*at)) <= OFTEN;
        let texts: Vec<&str> = (0..stood.len()).filter(recent).map(|at| stood[at].1.as_str()).collect();
        assert!(texts.contains(&run.chat().draft), "{:?} is not one of {texts:?}", run.chat().draft);
    });
}

/// A conversation with an agent in it.
fn talking() -> Run {
    let mut run = Run::with(site(vec![chat()]));
    run.begin().join();
    run
}

fn kept(page: &Page) -> &str {
    page.kept.as_ref().map_or("", |(_, text)| text)
}
