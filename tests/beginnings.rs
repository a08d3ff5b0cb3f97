//! How conversations begin, also when no agent is there.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Code;
use support::page::Page;
use support::run::{Run, chat, full};
use support::*;

#[test]
fn opened_and_closed_the_form() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).act(Action::Close);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)");
    assert_eq!(run.page.kept, None, "nothing was started, so nothing is kept");
    // The draft is still there the next time.
    run.act(Action::Activate).act(Action::Edit(value("email", "x@y.z"))).act(Action::Close).act(Action::Activate);
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("the form is shown") };
    assert_eq!(find_value(form.values, "email"), "x@y.z");
}

#[test]
fn refused_at_once_gets_no_chat_events() {
    for code in [Code::Closed, Code::QueueFull, Code::NoAgents] {
        let mut run = Run::new(vec![full()]);
        run.server.refuse = Some(code);
        run.act(Action::Activate).fill();
        assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat)");
        assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Refused { code: shown, .. } if shown == code));
    }
}

#[test]
fn a_widget_without_a_form_begins_with_the_first_message() {
    let mut run = Run::new(vec![with_survey(chat())]);
    run.act(Action::Activate);
    assert_eq!(run.chat().progress, Progress::New);
    assert_eq!(run.page.focus.last(), Some(&Focus::Composer));
    assert_eq!((run.order().as_str(), run.server.logs.len(), run.page.stores), ("L S K(Chat)", 0, 0));
    assert!(run.page.wire.is_none(), "nobody is disturbed, nothing is stored");
    run.page.act(0, Action::Draft("is anybody there?".into()));
    run.page.act(0, Action::Send);
    assert_eq!(run.chat().progress, Progress::Starting);
    run.page.act(0, Action::Draft("I have a question".into()));
    run.page.act(0, Action::Send);
    assert_eq!(run.page.transcript(0).iter().filter(|(_, state)| *state == LineState::Sending).count(), 2);
    run.page.quiet(&mut run.server);
    assert_eq!(run.order(), "L S K(Chat) C1");
    assert_eq!(run.stored(), ["is anybody there?", "I have a question"]);
    assert!(run.page.transcript(0).iter().all(|(_, state)| *state == LineState::Sent));
    assert_eq!((run.told("messageQueued"), run.told("messageSent")), (2, 2));
}

#[test]
fn a_first_message_survives_a_reload_and_an_older_server() {
    for old in [false, true] {
        let mut run = Run::new(vec![chat()]);
        run.server.old = old;
        run.page.act(0, Action::Activate);
        for text in ["one", "two"] {
            run.page.act(0, Action::Draft(text.into()));
            run.page.act(0, Action::Send);
        }
        run.reload();
        assert_eq!(run.stored(), ["one", "two"]);
        assert_eq!(run.page.transcript(0).len(), 2);
    }
}

#[test]
fn a_first_message_that_is_refused_is_in_the_composer_again() {
    for code in [Code::Closed, Code::NoAgents, Code::QueueFull, Code::TooLarge] {
        let mut run = Run::new(vec![chat()]);
        run.server.refuse = Some(code);
        run.page.act(0, Action::Activate);
        for text in ["one", "two"] {
            run.page.act(0, Action::Draft(text.into()));
            run.page.act(0, Action::Send);
        }
        run.page.quiet(&mut run.server);
        assert_eq!((run.chat().draft, run.chat().refused, run.chat().lines.len()), ("one\ntwo", Some(code), 0));
        assert_eq!(run.order(), "L S K(Chat)");
        run.server.refuse = None;
        run.available(Availability::Available);
        assert_eq!((run.chat().draft, run.chat().refused), ("one\ntwo", if code == Code::TooLarge { Some(code) } else { None }));
        run.act(Action::Send);
        assert_eq!(run.stored(), ["one\ntwo"]);
    }
}

#[test]
fn the_host_may_say_the_first_thing() {
    let mut run = Run::new(vec![chat()]);
    run.page.host(Command::Open(None));
    run.page.host(Command::SendMessage(None, "from the page".into()));
    run.page.quiet(&mut run.server);
    assert_eq!((run.order().as_str(), run.stored()), ("L S K(Chat) C1", vec!["from the page".to_owned()]));
}

#[test]
fn a_first_message_that_is_given_up_waits_in_the_composer() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).act(Action::Draft("half a sen".into())).act(Action::Close);
    assert_eq!((run.stage_name(), run.page.stores), ("engagement", 0));
    run.act(Action::Activate);
    assert_eq!(run.chat().draft, "half a sen");
}

#[test]
fn a_form_that_finds_nobody_is_there_again_when_somebody_comes() {
    for code in [Code::NoAgents, Code::Closed, Code::QueueFull] {
        let mut run = Run::new(vec![full()]);
        run.server.refuse = Some(code);
        run.act(Action::Activate).fill();
        assert!(matches!(run.stage(), Stage::Refused { code: shown, kept: true } if shown == code));
        // It changes without an action, and arriving messages move no focus.
        let focus = run.page.focus.len();
        run.server.refuse = None;
        run.available(Availability::NoAgents).available(Availability::Available);
        let Stage::Collecting(form) = run.stage() else { panic!("the form is back: {:?}", run.stage()) };
        assert_eq!(find_value(form.values, "email"), "ada@example.org");
        assert_eq!(run.page.focus.len(), focus);
        run.act(Action::Submit);
        assert_eq!(run.chat().progress, Progress::Queued { position: 0 });
    }
}

#[test]
fn nobody_there_changes_by_itself_and_offers_a_call() {
    let mut spec = chat();
    (spec.rules.only_available, spec.availability, spec.opens) = (false, Availability::Closed, Some(Timestamp(86_400_000)));
    let mut call = with_form(widget("call", "ctw-2", WidgetKind::CallbackLater));
    call.availability = Availability::Closed;
    let mut config = site(vec![spec, call]);
    config.fallback = Fallback { label: "Write to us".into(), href: "mailto:a@b.example".into() };
    let mut run = Run::with(config);
    run.act(Action::Activate);
    let view = run.page.engine.view(0).unwrap();
    assert!(matches!(view.stage, Stage::Refused { code: Code::Closed, kept: false }));
    assert_eq!((view.spec.opens, view.contact.label.as_str()), (Some(Timestamp(86_400_000)), "Write to us"));
    assert!(view.callback.is_none(), "nobody calls back either");
    run.config.widgets[1].availability = Availability::Available;
    run.page.input(Input::Config(run.config.clone()));
    assert_eq!(run.page.engine.view(0).unwrap().callback.map(|spec| spec.element.as_str()), Some("ctw-2"));
    run.act(Action::CallBack);
    assert!(!run.page.engine.view(0).unwrap().open);
    assert!(matches!(run.page.engine.view(1).unwrap(), View { open: true, stage: Stage::Collecting(_), .. }));
    run.act(Action::Activate).available(Availability::Available);
    assert_eq!(run.chat().progress, Progress::New);
}

#[test]
fn a_call_is_not_asked_for_because_somebody_came() {
    let mut spec = widget("call", "ctw-2", WidgetKind::ClickToCall);
    (spec.rules.only_available, spec.availability) = (false, Availability::NoAgents);
    let mut run = Run::new(vec![spec]);
    run.act(Action::Activate).available(Availability::Available);
    assert_eq!((run.stage_name(), run.server.requests.len()), ("engagement", 0));
}

#[test]
fn nothing_is_clicked_while_it_is_not_shown() {
    let mut spec = chat();
    spec.rules.after = 1_000;
    let mut run = Run::new(vec![spec]);
    run.act(Action::Activate);
    assert_eq!(run.order(), "L");
    // The host may send: the widget is shown first.
    run.page.host(Command::Open(None));
    assert_eq!(run.order(), "L S K(Chat)");
}

#[test]
fn a_form_with_a_mistake_is_not_submitted_and_says_where() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).act(Action::Edit(value("email", "not an address"))).act(Action::Submit);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)");
    assert_eq!(run.page.focus.last(), Some(&Focus::Field(Some("email".into()))));
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("still the form") };
    assert_eq!(form.problems, [("email".to_owned(), FieldProblem::Invalid)]);
    // The problem disappears as soon as the value is correct.
    run.act(Action::Edit(value("email", "a@b.example")));
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("still the form") };
    assert_eq!(form.problems, []);
}

#[test]
fn a_form_that_the_server_refuses_is_shown_again() {
    let mut run = Run::new(vec![full()]);
    run.server.refuse = Some(Code::Unavailable);
    run.act(Action::Activate).fill();
    assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Starting));
    // A fault that will pass is waited for.
    run.server.refuse = None;
    run.page.pass(10_000);
    run.page.quiet(&mut run.server);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1");
}

#[test]
fn p1_nothing_is_stored_or_sent_before_the_visitor_starts_something() {
    let mut run = Run::new(vec![full()]);
    run.page.pass(60_000);
    run.act(Action::Activate).act(Action::Edit(value("email", "ada@example.org")));
    assert_eq!(run.page.stores, 0);
    assert!(run.page.wire.is_none());
    let first = run.page.engine.visitor().clone();
    run.page = Page::load(run.config.clone(), None, 2, Timestamp(0));
    assert_ne!(*run.page.engine.visitor(), first, "a fresh id on each page");
}

/// The first part of the widget's module carries out exactly these effects and writes exactly these events (`src/browser/runtime.rs`).
#[test]
fn launchers_alone_ask_for_nothing_but_to_be_seen() {
    for after in [0, 500] {
        for open_after in [0, 100] {
            for availability in [Availability::Available, Availability::Closed] {
                let mut spec = full();
                (spec.rules.after, spec.rules.open_after, spec.rules.only_available) = (after, open_after, true);
                spec.availability = availability;
                let mut page = Page::prepare(site(vec![spec, chat()]), None, 1, Timestamp(1_000_000));
                assert!(!page.engine.is_returning());
                page.engine.handle(page.now, Input::Start);
                let mut effects: Vec<Effect> = std::iter::from_fn(|| page.engine.poll_effect()).collect();
                while let Some(at) = page.engine.next_show() {
                    page.engine.show_due(at);
                    effects.extend(std::iter::from_fn(|| page.engine.poll_effect()));
                }
                page.engine.handle(page.now, Input::Host(Command::Destroy));
                effects.extend(std::iter::from_fn(|| page.engine.poll_effect()));
                let mut told = Vec::new();
                for effect in effects {
                    match effect {
                        Effect::Emit(event) => told.push(event.what.name()),
                        Effect::Render(_) | Effect::Tell(TabWord::Ask {}) => {}
                        other => panic!("{other:?}"),
                    }
                }
                assert!(told.iter().all(|name| ["loaded", "shown", "hidden"].contains(name)), "{told:?}");
                let count = |name: &str| told.iter().filter(|told| **told == name).count();
                let seen = if availability == Availability::Available { 2 } else { 1 };
                assert_eq!([count("loaded"), count("shown"), count("hidden")], [2, seen, seen], "after {after}, {availability:?}");
            }
        }
    }
}

/// A widget whose time to open is due opens only when the part of the module for conversations is loaded.
#[test]
fn what_is_due_besides_waits_and_is_done_with_the_next_wake() {
    let mut spec = full();
    (spec.rules.after, spec.rules.open_after) = (500, 100);
    let mut page = Page::prepare(site(vec![spec]), None, 1, Timestamp(1_000_000));
    page.input(Input::Start);
    page.engine.show_due(page.now.after(500));
    page.now = page.now.after(1_000);
    assert!(!page.engine.show_due(page.now), "it is to open, and that is not done here");
    assert!(page.engine.next_show().is_none() && page.engine.deadline().is_some());
    while page.engine.poll_effect().is_some() {}
    page.input(Input::Wake);
    assert!(page.engine.view(0).unwrap().open);
}
