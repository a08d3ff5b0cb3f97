//! The questions of `before`, and the effect of the page's answers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

#[cfg(feature = "facade")]
use chinwag::engine::Focus;
use chinwag::engine::{Action, Command, Happening, Input, Stage};
use chinwag::model::*;
use chinwag::port::{answered, question};
use support::page::Page;
use support::server::ModelServer;
use support::*;

/// A page with an open conversation.
fn talking() -> (Page, ModelServer) {
    let spec = with_survey(widget("sales", "el", WidgetKind::Chat));
    let mut server = ModelServer::new(vec![spec.clone()]);
    let mut page = Page::load(site(vec![spec]), None, 1, Timestamp(1_000));
    page.act(0, Action::Activate);
    page.act(0, Action::Draft("hello".into()));
    page.act(0, Action::Send);
    page.quiet(&mut server);
    assert!(page.engine.conversation(0).is_some());
    (page, server)
}

fn form_page() -> Page {
    let mut page = Page::load(site(vec![with_form(widget("sales", "el", WidgetKind::Chat))]), None, 1, Timestamp(1_000));
    page.act(0, Action::Activate);
    page
}

fn asked(page: &Page, input: &Input) -> String {
    question(&page.engine, input).map(|(kind, json)| format!("{} {json}", kind.name())).unwrap_or_default()
}

fn host(command: Command) -> Input {
    Input::Host(command)
}

#[test]
fn each_action_and_command_is_told_with_its_arguments() {
    let (mut page, _) = talking();
    page.act(0, Action::Draft("more \"to\" say".into()));
    let visitor = |action| asked(&page, &Input::Visitor(0, action));
    assert_eq!(visitor(Action::Send), r#"send {"widget":"el","by":"visitor","text":"more \"to\" say"}"#);
    assert_eq!(visitor(Action::Close), r#"close {"widget":"el","by":"visitor"}"#);
    assert_eq!(visitor(Action::End), r#"end {"widget":"el","by":"visitor"}"#);
    #[cfg(feature = "facade")]
    assert_eq!(visitor(Action::Stay), r#"stay {"widget":"el","by":"visitor"}"#);
    assert_eq!(asked(&page, &host(Command::End(None))), r#"end {"widget":"el","by":"page"}"#);
    assert_eq!(asked(&page, &host(Command::Close(Some(0)))), r#"close {"widget":"el","by":"page"}"#);
    assert_eq!(asked(&page, &host(Command::SendMessage(None, "hi".into()))), r#"send {"widget":"el","by":"page","text":"hi"}"#);
    page.act(0, Action::Close);
    assert_eq!(asked(&page, &host(Command::Open(None))), r#"open {"widget":"el","by":"page"}"#);
    assert_eq!(asked(&page, &Input::Visitor(0, Action::Activate)), r#"activate {"widget":"el","by":"visitor"}"#);
}

#[test]
fn what_would_change_nothing_is_not_asked() {
    let (mut page, mut server) = talking();
    assert_eq!(asked(&page, &host(Command::Open(None))), "", "it is open");
    page.act(0, Action::Close);
    assert_eq!(asked(&page, &host(Command::Close(None))), "", "it is closed");
    page.act(0, Action::Activate);
    page.act(0, Action::End);
    page.quiet(&mut server);
    for input in [Input::Visitor(0, Action::End), host(Command::End(None)), Input::Wake, Input::Visitor(7, Action::Send)] {
        assert_eq!(asked(&page, &input), "");
    }
    assert_eq!(asked(&page, &Input::Visitor(0, Action::Draft("x".into()))), "", "typing is not asked for");
}

#[test]
fn a_form_and_a_survey_are_told_with_their_values() {
    let mut page = form_page();
    page.act(0, Action::Edit(value("email", "a@b.example")));
    let submit = Input::Visitor(0, Action::Submit);
    assert_eq!(
        asked(&page, &submit),
        r#"submit {"widget":"el","by":"visitor","survey":false,"values":[{"name":"email","value":"a@b.example"}]}"#
    );
    let by_page = host(Command::Submit(None, vec![value("email", "c@d.example")]));
    assert_eq!(
        asked(&page, &by_page),
        r#"submit {"widget":"el","by":"page","survey":false,"values":[{"name":"email","value":"c@d.example"}]}"#
    );
    let (mut page, mut server) = talking();
    assert_eq!(asked(&page, &submit), "", "there is no form");
    let conv = server.newest().unwrap();
    server.append(&conv, "j".into(), EntryBody::Joined { who: server::agent("ada") });
    page.quiet(&mut server);
    page.act(0, Action::End);
    assert!(asked(&page, &submit).contains(r#""survey":true"#), "{}", asked(&page, &submit));
}

#[test]
fn an_answer_lets_it_go_on_stops_it_or_changes_its_arguments() {
    let send = || Input::Visitor(0, Action::Send);
    assert_eq!(answered(send(), ""), Some(send()));
    assert_eq!(answered(send(), "false"), None);
    assert_eq!(answered(send(), r#"{"text":"other"}"#), Some(Input::Visitor(0, Action::SendAs("other".into()))));
    let said = |text: &str| host(Command::SendMessage(Some(0), text.into()));
    assert_eq!(answered(said("one"), r#"{"text":"two"}"#), Some(said("two")));
    // An answer that cannot be read changes nothing.
    for answer in ["{", "5", "null", "[]", r#"{"text":5}"#, r#"{"txet":"x"}"#, r#"{"values":{}}"#] {
        assert_eq!(answered(send(), answer), Some(send()), "{answer}");
        assert_eq!(answered(said("one"), answer), Some(said("one")), "{answer}");
    }
    let close = host(Command::Close(None));
    assert_eq!(answered(close.clone(), r#"{"text":"x"}"#), Some(close));
}

#[test]
fn another_text_is_sent_and_the_composer_is_empty() {
    let (mut page, mut server) = talking();
    page.act(0, Action::Draft("my card is 4111".into()));
    let changed = answered(Input::Visitor(0, Action::Send), r#"{"text":"my card is ****"}"#).unwrap();
    page.input(changed);
    page.quiet(&mut server);
    let texts: Vec<String> = page.transcript(0).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["hello", "my card is ****"]);
    let Some(Stage::Chat(chat)) = page.engine.view(0).map(|view| view.stage) else { panic!("a conversation") };
    assert_eq!(chat.draft, "");
}

#[test]
fn another_text_that_cannot_be_sent_leaves_the_composer_as_it_was() {
    let (mut page, _) = talking();
    page.act(0, Action::Draft("written by hand".into()));
    for text in [String::new(), " ".into(), "x".repeat(limits::MESSAGE_CHARS + 1)] {
        page.act(0, Action::SendAs(text));
        let Some(Stage::Chat(chat)) = page.engine.view(0).map(|view| view.stage) else { panic!("a conversation") };
        assert_eq!((chat.draft, chat.lines.len()), ("written by hand", 1));
    }
}

#[test]
fn other_values_are_submitted_and_looked_at_like_those_of_the_visitor() {
    let mut page = form_page();
    page.act(0, Action::Edit(value("email", "a@b.example")));
    let submit = |answer: &str| answered(Input::Visitor(0, Action::Submit), answer).unwrap();
    page.input(submit(r#"{"values":[{"name":"email","value":"no address"},{"name":"unknown","value":"x"}]}"#));
    let Some(Stage::Collecting(form)) = page.engine.view(0).map(|view| view.stage) else { panic!("the form is still there") };
    assert_eq!(form.problems, [("email".to_owned(), FieldProblem::Invalid)]);
    assert_eq!(form.values, [value("email", "no address")]);
    page.input(submit(r#"{"values":[{"name":"email","value":"c@d.example"}]}"#));
    assert!(page.events.iter().any(|event| matches!(event.what, Happening::CollectionSubmitted)));
}

/// A page that wants to close the window asks the visitor first; if the visitor stays, nothing changes.
#[cfg(feature = "facade")]
#[test]
fn the_visitor_is_asked_whether_to_end_only_what_goes_on() {
    let (mut page, mut server) = talking();
    let before = page.focus.len();
    page.host(Command::AskEnd(Some(0)));
    assert_eq!(page.focus.split_off(before), [Focus::EndQuestion]);
    let lines = page.transcript(0);
    page.act(0, Action::Stay);
    page.quiet(&mut server);
    assert_eq!(page.transcript(0), lines);
    assert!(page.engine.conversation(0).is_some());
    page.act(0, Action::End);
    page.quiet(&mut server);
    let before = page.focus.len();
    page.host(Command::AskEnd(Some(0)));
    assert!(page.focus.len() == before, "nothing goes on");
}
