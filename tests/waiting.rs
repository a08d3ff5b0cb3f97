//! The server cannot be reached: the notices for visitor and page, and the ways out.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use support::page::Page;
use support::server::ModelServer;
use support::*;

/// A page whose visitor has submitted the form; nothing has reached the server.
fn submitted(widgets: Vec<WidgetSpec>) -> Page {
    let mut page = Page::load(site(widgets), None, 1, Timestamp(0));
    page.act(0, Action::Activate);
    page.act(0, Action::Edit(value("email", "ada@example.org")));
    page.act(0, Action::Submit);
    page
}

fn chat() -> WidgetSpec {
    with_form(widget("sales", "ctw-1", WidgetKind::Chat))
}

fn wait(page: &Page) -> Wait {
    page.engine.view(0).expect("the widget is there").wait
}

/// The page's events of the link: `connecting`, `connecting/refused` ...
fn heard(page: &Page) -> Vec<String> {
    let told = page.events.iter().filter_map(|event| match event.what {
        Happening::LinkChanged { status, fault: Some(fault) } => Some(format!("{}/{}", status.word(), fault.word())),
        Happening::LinkChanged { status, fault: None } => Some(status.word().to_owned()),
        _ => None,
    });
    told.collect()
}

/// Attempts to connect are refused at once, as by a proxy that answers the upgrade with 403.
fn refuse(page: &mut Page, millis: i64) {
    for _ in 0..millis / 100 {
        page.cut();
        page.pass(100);
    }
}

/// The server can be reached again.
fn reach(page: &mut Page, server: &mut ModelServer) {
    // By then another attempt has begun.
    page.pass(10_000);
    page.quiet(server);
}

#[test]
fn r39_refused_attempts_are_said_after_five_seconds_and_other_ways_after_fifteen() {
    let mut page = submitted(vec![chat()]);
    refuse(&mut page, 4_900);
    assert_eq!(wait(&page), Wait::Short);
    refuse(&mut page, 200);
    assert_eq!(wait(&page), Wait::Long);
    refuse(&mut page, 9_700);
    assert_eq!(wait(&page), Wait::Long);
    refuse(&mut page, 300);
    assert_eq!(wait(&page), Wait::TooLong);
    assert_eq!(heard(&page), ["connecting", "connecting/refused"], "the reason once, however many attempts fail");
}

#[test]
fn r39_attempts_that_nobody_answers_have_a_name_too() {
    let mut page = submitted(vec![chat()]);
    page.pass(15_100);
    assert_eq!(wait(&page), Wait::TooLong);
    assert_eq!(heard(&page), ["connecting", "connecting/silent"]);
}

#[test]
fn r6_who_waits_no_longer_gets_the_form_back_as_it_was() {
    let mut page = submitted(vec![chat()]);
    refuse(&mut page, 16_000);
    page.act(0, Action::Cancel);
    let Some(View { stage: Stage::Collecting(form), wait: Wait::Short, open: true, .. }) = page.engine.view(0) else {
        panic!("the form is open")
    };
    assert_eq!(form.values, [value("email", "ada@example.org")]);
    assert!(page.wire.is_none() && page.kept.is_none(), "nothing is tried or kept any more");
    // The form can be sent again.
    let mut server = ModelServer::new(vec![chat()]);
    page.act(0, Action::Submit);
    page.quiet(&mut server);
    assert_eq!(server.logs.len(), 1);
    assert!(matches!(page.engine.view(0).expect("a view").stage, Stage::Chat(_)));
}

#[test]
fn who_waits_no_longer_without_a_form_is_back_at_the_launcher() {
    for kind in [WidgetKind::ClickToCall, WidgetKind::CallbackNow] {
        let mut page = Page::load(site(vec![widget("call", "ctw-1", kind)]), None, 1, Timestamp(0));
        page.act(0, Action::Activate);
        refuse(&mut page, 16_000);
        page.act(0, Action::Cancel);
        assert!(matches!(page.engine.view(0), Some(View { open: false, stage: Stage::Engagement, .. })));
        assert_eq!(page.focus.last(), Some(&Focus::Launcher));
    }
}

#[test]
fn what_was_taken_back_on_its_way_is_ended_when_it_arrives() {
    let widgets = vec![chat(), with_form(widget("sales", "ctw-2", WidgetKind::Chat))];
    let mut server = ModelServer::new(widgets.clone());
    let mut page = Page::load(site(widgets), None, 1, Timestamp(0));
    for index in [1, 0] {
        page.act(index, Action::Activate);
        page.act(index, Action::Edit(value("email", "ada@example.org")));
        page.act(index, Action::Submit);
        if index == 1 {
            page.quiet(&mut server);
        }
    }
    page.act(0, Action::Cancel);
    page.quiet(&mut server);
    let standings: Vec<Standing> = server.logs.values().map(|log| log.state.standing).collect();
    assert_eq!(standings, [Standing::Queued, Standing::Ended]);
}

#[test]
fn a_conversation_from_before_is_kept_when_its_visitor_waits_no_longer() {
    let mut server = ModelServer::new(vec![chat()]);
    let mut page = submitted(vec![chat()]);
    page.quiet(&mut server);
    let mut page = Page::load(site(vec![chat()]), page.kept.clone(), 2, page.now);
    refuse(&mut page, 16_000);
    assert_eq!(wait(&page), Wait::TooLong);
    page.act(0, Action::Cancel);
    assert!(page.engine.view(0).is_some_and(|view| !view.open));
    reach(&mut page, &mut server);
    page.act(0, Action::Activate);
    assert!(matches!(page.engine.view(0).expect("a view").stage, Stage::Chat(_)));
}

#[test]
fn r10_a_link_that_stops_shows_a_way_out_at_once() {
    let mut page = submitted(vec![chat()]);
    page.input(Input::Link(LinkEvent::Stopped(Fault::Blocked)));
    assert_eq!(wait(&page), Wait::TooLong);
    assert_eq!(heard(&page), ["connecting", "stopped/socket_blocked"]);
}

#[test]
fn a_conversation_that_is_cut_off_for_long_names_other_ways() {
    let mut server = ModelServer::new(vec![chat()]);
    let mut page = submitted(vec![chat()]);
    page.quiet(&mut server);
    assert_eq!(wait(&page), Wait::Short);
    refuse(&mut page, 16_000);
    assert_eq!(wait(&page), Wait::TooLong);
    reach(&mut page, &mut server);
    assert_eq!(wait(&page), Wait::Short);
    assert_eq!(heard(&page), ["connecting", "online", "reconnecting/lost", "reconnecting/refused", "online"]);
}
