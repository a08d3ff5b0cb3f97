//! Every row of CT1.8 (docs/spec/ctlive-and-ucontact.md), at the engine with a model server behind it.
#![cfg(not(target_arch = "wasm32"))]

mod support;
mod tables;

use chinwag::engine::*;
use chinwag::model::*;
use support::page::Page;
use support::run::{CHAT, Run, chat, full};
use support::server::agent;
use support::*;

#[test]
fn page_load_shows_when_the_rule_is_met() {
    let mut spec = chat();
    spec.rules.after = 3_000;
    let mut run = Run::new(vec![spec]);
    assert_eq!(run.order(), "L");
    run.page.pass(2_999);
    assert_eq!(run.order(), "L");
    run.page.pass(1);
    assert_eq!(run.order(), "L S");
}

#[test]
fn availability_lost_and_regained() {
    let mut run = Run::new(vec![chat()]);
    for availability in [Availability::NoAgents, Availability::NoAgents, Availability::Available, Availability::Closed] {
        let mut config = run.config.clone();
        config.widgets[0].availability = availability;
        run.page.input(Input::Config(config));
    }
    assert_eq!(run.order(), "L S H S H");
}

#[test]
fn chat_without_form_and_survey() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().agent_ends();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(false)");
}

#[test]
fn chat_with_form() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).fill().join().act(Action::End);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(false)");
}

#[test]
fn chat_with_form_and_survey() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join().agent_ends().survey();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+ V✓");
}

#[test]
fn chat_with_survey_only() {
    let mut run = Run::new(vec![with_survey(chat())]);
    run.begin().join().act(Action::End).survey();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(true) V+ V✓");
}

#[test]
fn requests_end_with_the_form() {
    for (kind, word) in
        [(WidgetKind::CallbackNow, "CallbackNow"), (WidgetKind::CallbackLater, "CallbackLater"), (WidgetKind::ClickToCall, "ClickToCall")]
    {
        let mut run = Run::new(vec![with_form(widget("call", "ctw-2", kind))]);
        run.act(Action::Activate).fill();
        assert_eq!(run.order(), format!("L S K({word}) D+({word}) D✓({word})"));
        assert_eq!(run.server.requests.len(), 1);
        assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Requested { .. }));
    }
}

#[test]
fn click_to_call_without_form() {
    let mut run = Run::new(vec![widget("call", "ctw-2", WidgetKind::ClickToCall)]);
    run.act(Action::Activate);
    assert_eq!(run.order(), "L S K(ClickToCall)");
    assert_eq!(run.server.requests.len(), 1);
}

#[test]
fn several_widgets_load_in_order_and_keep_apart() {
    let widgets = vec![full(), widget("sales", "ctw-2", CHAT), widget("call", "ctw-3", WidgetKind::CallbackNow)];
    let mut run = Run::new(widgets);
    assert_eq!(run.order(), "L L L S S S");
    run.on(1, Action::Activate).on(1, Action::Draft("hi".into())).on(1, Action::Send);
    assert_eq!(run.order(), "L L L S S S K(Chat) C1");
    let elements: Vec<_> =
        run.page.events.iter().filter_map(|event| event.subject.as_ref()).map(|subject| subject.element.as_str()).collect();
    assert_eq!(&elements[..6], ["ctw-1", "ctw-2", "ctw-3", "ctw-1", "ctw-2", "ctw-3"]);
    assert_eq!(elements[6], "ctw-2");
}

#[test]
fn second_chat_on_the_same_page_has_another_id() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).fill().join().agent_ends().act(Action::Restart).fill().join();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(false) K(Chat) D+(Chat) D✓(Chat) C1 C2");
    let ids: Vec<_> = run.server.logs.keys().collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_widget_that_never_met_its_rule_only_loads() {
    let mut spec = chat();
    spec.availability = Availability::NoAgents;
    assert_eq!(Run::new(vec![spec]).order(), "L");
}

#[test]
fn a_widget_of_another_page_is_not_there() {
    let mut spec = chat();
    spec.rules.pages = vec!["https://shop\\.example/coffee".into()];
    assert_eq!(Run::new(vec![spec]).order(), "");
}

#[test]
fn what_shows_nothing_is_not_said_and_blanks_are_not_part_of_what_is() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate);
    for text in tables::EMPTY {
        run.write(text);
        run.page.host(Command::SendMessage(None, (*text).into()));
        assert!(run.server.newest().is_none(), "{text:?} begins no conversation");
    }
    run.write("hi").join();
    for text in tables::EMPTY {
        run.write(text);
        run.page.host(Command::SendMessage(None, (*text).into()));
        assert_eq!(run.stored(), ["hi"], "{text:?}");
    }
    for (text, left) in tables::TRIMMED {
        assert_eq!(run.write(text).stored().last().map(String::as_str), Some(*left), "{text:?}");
    }
    assert_eq!(run.write("a\0b").stored().last().map(String::as_str), Some("ab"), "NUL goes where it is typed");
}

#[test]
fn what_is_filled_in_goes_without_the_blanks_around_it() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).act(Action::Edit(value("email", "\u{200b} ada@shop.example\u{a0}\0"))).act(Action::Submit).join();
    let state = run.server.newest().map(|conv| run.server.logs[&conv].state.clone()).expect("a conversation");
    assert_eq!(find_value(&state.values, "email"), "ada@shop.example");
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).act(Action::Edit(value("email", "\u{3164}"))).act(Action::Submit);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)", "an invisible letter is no address");
}

#[test]
fn dismissed_before_anything() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Dismiss);
    assert_eq!(run.order(), "L S H");
}

#[test]
fn survey_after_an_unanswered_chat_where_the_site_wants_it() {
    let mut spec = full();
    spec.survey_after_unanswered = true;
    let mut run = Run::new(vec![spec]);
    run.act(Action::Activate).fill().act(Action::End).survey();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(true) V+ V✓");
}

#[test]
fn came_back_while_the_chat_is_open() {
    let mut run = Run::new(vec![full(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).fill().join().reload();
    assert_eq!(run.order(), "L S C2", "that widget only, and no second ChatStarted");
    run.agent_ends();
    assert_eq!(run.order(), "L S C2 C3(true) V+");
}

#[test]
fn came_back_while_queuing() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().reload();
    assert_eq!(run.order(), "L S");
    run.join();
    assert_eq!(run.order(), "L S C2");
}

#[test]
fn came_back_with_the_restore_options() {
    for (option, order) in [("silent", "L S"), ("full", "L S C1 C2"), ("online", "L S C2")] {
        let mut config = site(vec![full()]);
        config.dialects[0].settings.push(Setting { key: "restore".into(), value: option.into() });
        let mut run = Run::with(config);
        run.act(Action::Activate).fill().join().reload();
        assert_eq!(run.order(), order);
    }
}

#[test]
fn agent_lost_and_another_comes_is_still_one_chat() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().entry(EntryBody::Left { who: agent("ada"), reason: LeaveReason::Lost });
    assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Chat(ChatView { progress: Progress::Requeued { .. }, .. })));
    run.entry(EntryBody::Joined { who: agent("grace") }).agent_ends();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(false)");
}

#[test]
fn destroy_hides_each_visible_widget_and_is_silent_after() {
    let mut run = Run::new(vec![chat(), widget("other", "ctw-9", CHAT)]);
    run.begin().join();
    run.page.host(Command::Destroy);
    assert_eq!(run.order(), "L L S S K(Chat) C1 C2 H H");
    let conv = run.server.newest().unwrap();
    run.server.append(&conv, "late".into(), EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed });
    run.page.quiet(&mut run.server);
    run.page.host(Command::Open(None));
    run.page.pass(100_000);
    assert_eq!(run.order(), "L L S S K(Chat) C1 C2 H H");
}

#[test]
fn hidden_on_open_alternates() {
    let mut config = site(vec![chat()]);
    config.dialects[0].settings.push(Setting { key: "hiddenOnOpen".into(), value: "true".into() });
    let mut run = Run::with(config);
    run.begin().act(Action::Close).act(Action::Activate);
    run.page.host(Command::Hide(None));
    assert_eq!(run.order(), "L S K(Chat) H C1 S H S H");
}

#[test]
fn loaded_once_says_it_for_the_first_widget_that_is_there() {
    let mut elsewhere = chat();
    elsewhere.rules.pages = vec!["nowhere".into()];
    let mut config = site(vec![elsewhere, widget("a", "ctw-2", CHAT), widget("b", "ctw-3", CHAT)]);
    config.dialects[0].settings.push(Setting { key: "loaded".into(), value: "once".into() });
    assert_eq!(Run::with(config).order(), "L S S");
}

#[test]
fn p2_consent_decides_where_things_are_kept() {
    let mut config = site(vec![chat()]);
    config.consent = Consent::Host;
    let mut run = Run::with(config);
    run.begin();
    assert_eq!(run.page.kept.as_ref().map(|(area, _)| *area), Some(Area::Tab));
    run.page.host(Command::SetConsent(true));
    assert_eq!(run.page.kept.as_ref().map(|(area, _)| *area), Some(Area::Device));
    run.page.host(Command::SetConsent(false));
    assert_eq!(run.page.kept, None);
}

#[test]
fn p4_forget_ends_and_deletes_and_is_somebody_new() {
    let mut config = site(vec![full()]);
    config.consent = Consent::Remember;
    let mut run = Run::with(config);
    run.act(Action::Activate).fill().join();
    let before = run.page.engine.visitor().clone();
    run.page.host(Command::Forget);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.kept, None);
    assert!(run.page.wire.is_none());
    assert_ne!(*run.page.engine.visitor(), before);
    run.act(Action::Activate);
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("the form") };
    assert_eq!(find_value(form.values, "email"), "");
}

#[test]
fn the_visitor_id_stays_after_something_was_started() {
    let mut config = site(vec![full()]);
    config.consent = Consent::Remember;
    let mut run = Run::with(config);
    run.act(Action::Activate).fill().join().agent_ends().survey();
    let visitor = run.page.engine.visitor().clone();
    run.reload();
    assert_eq!(*run.page.engine.visitor(), visitor);
    assert_eq!(run.order(), "L S");
}

#[test]
fn r6_an_unacknowledged_message_is_called_late_and_then_sent_once() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    run.page.cut();
    run.page.act(0, Action::Draft("hello".into()));
    run.page.act(0, Action::Send);
    assert_eq!(run.page.transcript(0).last(), Some(&("hello".to_owned(), LineState::Sending)));
    run.page.pass(10_000);
    assert_eq!(run.page.transcript(0).last(), Some(&("hello".to_owned(), LineState::Late)));
    run.page.pass(60_000);
    run.page.quiet(&mut run.server);
    run.page.pass(60_000);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.transcript(0), [("hi".to_owned(), LineState::Sent), ("hello".to_owned(), LineState::Sent)]);
}

#[test]
fn a15_nothing_that_arrives_moves_the_focus() {
    let mut spec = full();
    spec.rules.open_after = 1_000;
    let mut run = Run::new(vec![spec]);
    run.page.pass(2_000);
    assert!(run.page.engine.view(0).unwrap().open, "it opened by itself");
    assert_eq!(run.page.focus, []);
    run.act(Action::Activate).fill();
    let before = run.page.focus.len();
    run.join().entry(EntryBody::Message { from: agent("ada"), text: "hi".into() }).agent_ends();
    assert_eq!(run.page.focus.len(), before);
}

#[test]
fn r22_earlier_messages_are_fetched_page_by_page() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join();
    for number in 0..23 {
        run.entry(EntryBody::Message { from: agent("ada"), text: number.to_string() });
    }
    run.reload();
    assert!(run.page.transcript(0).len() < 23);
    for _ in 0..10 {
        run.act(Action::Older);
    }
    let texts: Vec<String> = run.page.transcript(0).into_iter().map(|(text, _)| text).collect();
    let all: Vec<String> = std::iter::once("hi".to_owned()).chain((0..23).map(|number| number.to_string())).collect();
    assert_eq!(texts, all);
}

#[test]
fn s15_hostile_storage_is_as_good_as_none() {
    for text in ["", "null", "{", "{\"version\":1}", "{\"version\":2,\"visitor\":\"v\",\"chats\":[],\"parcels\":[]}", "[[[[[[[["] {
        let page = Page::load(site(vec![chat()]), Some((Area::Tab, text.into())), 5, Timestamp(0));
        assert_eq!(page.order(), "L S");
        assert_eq!(page.kept, None, "{text}: what cannot be read is deleted");
    }
}
