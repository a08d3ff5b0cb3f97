//! Whole conversations over the link to a Genesys server, as the page's facade is told of them: the same words in the same order as
//! over our own socket (G2.6, G2.7).
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::link::gms::{self, Options};
use chinwag::model::*;
use chinwag::wire::Codec;
use serde_json::json;
use support::gms::{Page, Server};
use support::*;

const ADA: (&str, i64, &str) = ("Agent", 2, "Ada");

fn config() -> SiteConfig {
    let mut config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
    config.consent = Consent::Remember;
    config
}

/// A conversation in which an agent is.
fn begun() -> (Page, Server) {
    let mut server = Server { now: Timestamp(1_000), ..Server::default() };
    let mut page = Page::load(config(), Options::default(), (None, None), 1, Timestamp(1_000));
    page.act(Action::Activate);
    page.calm(1_000, &mut server);
    server.event(0, ADA, "ParticipantJoined", "");
    page.calm(3_000, &mut server);
    assert_eq!(page.story(), ["started", "ParticipantJoined", "ParticipantJoined"]);
    (page, server)
}

fn reload(page: &Page, away: i64) -> Page {
    let kept = (page.kept.clone(), page.session_kept.clone());
    Page::load(config(), Options::default(), kept, 2, page.now.after(away))
}

/// The page's own script says something: without typing.
fn host_says(page: &mut Page, text: &str) {
    page.input(Input::Host(Command::SendMessage(Some(0), text.into())));
}

/// Nobody answers for so long.
fn outage(page: &mut Page, millis: i64) {
    page.pass(millis, |page| {
        while !page.flights.is_empty() {
            page.answer(0, 0, "");
        }
    });
}

#[test]
fn a_conversation_as_the_facade_hears_it() {
    let (mut page, mut server) = begun();
    host_says(&mut page, "hello");
    page.calm(3_000, &mut server);
    server.event(0, ADA, "TypingStarted", "");
    server.event(0, ADA, "Message", "hi");
    page.calm(3_000, &mut server);
    // Typed in our own field.
    page.act(Action::Draft("h".into()));
    page.calm(4_000, &mut server);
    page.act(Action::End);
    page.calm(3_000, &mut server);
    let typed = ["clientTypingStarted", "clientTypingStopped"];
    let expected = [&["queued", "sent", "Message", "TypingStarted Message"][..], &typed, &["ended"]].concat();
    let story: Vec<String> = page.story().into_iter().filter(|told| !told.starts_with("TypingSt") || told.contains("Message")).collect();
    assert_eq!(story, expected);
    assert_eq!(server.sessions[0].heard.iter().filter(|what| what.ends_with("Typing")).count(), 2);
    assert!(server.sessions[0].ended, "the server was told");
    assert!(page.session_kept.is_none() && page.link.session().is_none());
}

#[test]
fn a_notice_has_what_the_facade_needs() {
    let mut server = Server { now: Timestamp(1_000), ..Server::default() };
    let mut page = Page::load(config(), Options::default(), (None, None), 1, Timestamp(1_000));
    page.act(Action::Activate);
    page.calm(1_000, &mut server);
    let started = page.notices.iter().find(|notice| notice["what"] == "started").expect("told");
    assert_eq!(started["session"], json!({"sessionID": "00041", "userId": "0071", "secureKey": "4ee11-1", "alias": "1"}));
    let answer = page.notices.iter().find(|notice| notice["what"] == "answer").expect("told");
    assert_eq!((&answer["operation"], &answer["status"]), (&json!("start"), &json!(200)));
    page.notices.clear();
    host_says(&mut page, "hello");
    page.calm(3_000, &mut server);
    let id = page.notices.iter().find(|notice| notice["what"] == "queued").expect("told")["id"].clone();
    let sent = page.notices.iter().find(|notice| notice["operation"] == "send").expect("the answer is told");
    assert_eq!(sent["id"], id);
    let event = &page.notices.iter().find(|notice| notice["what"] == "events").expect("told")["events"][0];
    assert_eq!((&event["id"], &event["from"]["participantId"], &event["text"]), (&id, &json!(1), &json!("hello")));
    // A command of the facade's, and its answer.
    let command = gms::Command::from_text("{\"t\":\"data\",\"values\":[{\"name\":\"k\",\"value\":\"v\"}]}").expect("read");
    page.link_input(gms::Input::Command { number: 9, command });
    page.calm(1, &mut server);
    let reply = page.notices.iter().find(|notice| notice["what"] == "reply").expect("told");
    assert_eq!((&reply["number"], &reply["status"]), (&json!(9), &json!(200)));
    page.link_input(gms::Input::Command { number: 10, command: gms::Command::StartPoll {} });
    page.link_input(gms::Input::Command { number: 11, command: gms::Command::FileDownload { file: "..".into() } });
    let last = page.notices.last().expect("told");
    assert_eq!((&last["number"], &last["refused"]), (&json!(11), &json!("malformed")));
}

#[test]
fn an_outage_and_its_end_as_the_facade_hears_them() {
    let (mut page, mut server) = begun();
    outage(&mut page, 10_000);
    assert_eq!(page.story(), ["disconnected", "connectionPending"]);
    // What is said meanwhile waits.
    page.say("are you there?");
    outage(&mut page, 20_000);
    assert_eq!(page.story(), ["queued", "chatServerWentOffline"]);
    server.event(0, ADA, "Message", "hello?");
    page.calm(15_000, &mut server);
    assert_eq!(page.story(), ["connectionRestored", "chatServerBackOnline", "reconnected", "Message", "sent", "Message"]);
    assert_eq!(server.sessions[0].said("Client").len(), 1);
}

#[test]
fn navigation_within_and_beyond_a_minute_as_the_facade_hears_it() {
    let (mut page, mut server) = begun();
    host_says(&mut page, "hello");
    page.calm(3_000, &mut server);
    let mut next = reload(&page, 50_000);
    next.calm(100, &mut server);
    assert_eq!(next.story(), ["restored", "!ParticipantJoined ParticipantJoined Message"]);
    server.event(0, ADA, "Message", "welcome back");
    server.event(0, ADA, "ParticipantLeft", "");
    server.sessions[0].ended = true;
    next.calm(4_000, &mut server);
    assert_eq!(next.story(), ["Message ParticipantLeft!"]);
    let mut late = reload(&page, 61_000);
    late.calm(100, &mut server);
    assert_eq!(late.story(), ["restoreTimeout"]);
    assert_eq!(late.session_kept, None);
}

#[test]
fn a_restore_while_the_server_is_down_as_the_facade_hears_it() {
    let (page, mut server) = begun();
    let mut next = reload(&page, 1_000);
    outage(&mut next, 20_000);
    assert_eq!(next.story(), ["restoredOffline"]);
    next.calm(15_000, &mut server);
    let expected = ["connectionRestored", "chatServerBackOnline", "reconnected", "!ParticipantJoined ParticipantJoined"];
    assert_eq!(next.story(), expected);
    // It ended meanwhile.
    let mut other = reload(&page, 1_000);
    outage(&mut other, 20_000);
    server.sessions[0].ended = true;
    other.calm(15_000, &mut server);
    assert_eq!(other.story(), ["restoredOffline", "connectionRestored", "chatServerBackOnline", "reconnected", "ended"]);
}

#[test]
fn a_server_that_refuses_or_ends_as_the_facade_hears_it() {
    let mut page = Page::load(config(), Options::default(), (None, None), 1, Timestamp(1_000));
    page.act(Action::Activate);
    page.answer(0, 200, "{\"statusCode\":2,\"errors\":[{\"code\":240,\"advice\":\"no\"}]}");
    assert_eq!(page.story(), ["refused"]);
    let (mut page, mut server) = begun();
    // Without a word: it is over all the same.
    page.pass(4_000, |page| {
        while !page.flights.is_empty() {
            page.answer(0, 200, "{\"statusCode\":2,\"chatEnded\":true,\"errors\":[{\"code\":8209}]}");
        }
    });
    assert_eq!(page.story(), ["!"]);
    page.calm(5_000, &mut server);
    assert_eq!(page.story(), Vec::<String>::new());
}

/// G2.1: the section of a page's configuration, with values of every type.
#[test]
fn options_are_read_from_the_page() {
    let text = json!({"endpoint": "Environment:default", "ajaxTimeout": "5000", "pollRateMult": 1.25, "pollRateMin": 250, "pollRateMax": 99_999,
        "pollExceptionLimit": 2, "dynamicPolling": "false", "sleepEnabled": true, "restoreTimeout": null, "pollRate": {}, "pollRateSleep": "soon"});
    let options = Options::read(&text.to_string());
    let expected = Options {
        endpoint: "Environment:default".into(),
        ajax_timeout: 5_000,
        poll_rate_growth: 125,
        poll_rate_min: 250,
        poll_rate_max: 30_000,
        poll_exception_limit: 2,
        dynamic_polling: false,
        sleep_enabled: true,
        ..Options::default()
    };
    assert_eq!(options, expected);
    for text in ["", "null", "[]", "{\"pollRateMult\":\"1.x\"}", "{\"pollRateMult\":1e400,\"pollRate\":99999999999999999999}"] {
        assert_eq!(Options::read(text), Options::default(), "{text}");
    }
    let idle = Options::read("{\"pollIntervalIdle_ms\":2000}");
    assert_eq!((idle.poll_rate_max, Options::read("{\"pollIntervalIdle_ms\":2000,\"pollRateMax\":4000}").poll_rate_max), (2_000, 4_000));
}
