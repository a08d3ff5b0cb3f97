//! Whole conversations over the link to a Genesys server and through the engine: the events of the page, in their order (G2.6, G2.7, G4.7).
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::link::gms::{Operation, Settings};
use chinwag::model::*;
use support::gms::{Page, Server};
use support::*;

const ADA: (&str, i64, &str) = ("Agent", 2, "Ada");

fn config() -> SiteConfig {
    let mut config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
    config.consent = Consent::Remember;
    config
}

/// A conversation with an agent.
fn begun() -> (Page, Server) {
    let mut server = Server { now: Timestamp(1_000), ..Server::default() };
    let mut page = Page::load(config(), Settings::default(), (None, None), 1, Timestamp(1_000));
    page.begin();
    page.calm(1_000, &mut server);
    server.event(0, ADA, "ParticipantJoined", "");
    page.calm(3_000, &mut server);
    assert_eq!(page.told(), ["PollingStarted", "ParticipantJoined", "chatStarted", "ParticipantJoined"]);
    (page, server)
}

/// The page's own script sends a message, without typing notices.
fn host_says(page: &mut Page, text: &str) {
    page.input(Input::Host(Command::SendMessage(Some(0), text.into())));
}

fn reload(page: &Page, away: i64) -> Page {
    let kept = (page.kept.clone(), page.session_kept.clone());
    Page::load(config(), Settings::default(), kept, 2, page.now.after(away))
}

/// The server does not answer for so long.
fn outage(page: &mut Page, millis: i64) {
    page.pass(millis, |page| {
        while !page.flights.is_empty() {
            page.answer(0, 0, "");
        }
    });
}

#[test]
fn a_conversation_that_the_visitor_ends() {
    let (mut page, mut server) = begun();
    host_says(&mut page, "hello");
    page.calm(3_000, &mut server);
    server.event(0, ADA, "TypingStarted", "");
    server.event(0, ADA, "Message", "hi");
    page.calm(3_000, &mut server);
    assert_eq!(page.told(), ["messageQueued", "messageSent", "Message", "TypingStarted Message"]);
    assert_eq!(page.transcript(), [("hello".into(), LineState::Sent), ("hi".into(), LineState::Sent)]);
    page.act(Action::End);
    page.calm(3_000, &mut server);
    assert_eq!(page.told(), ["chatFinished", "PollingStopped"]);
    assert!(server.sessions[0].ended, "the server was told");
    assert!(page.session_kept.is_none() && page.link.session().is_none());
}

#[test]
fn typing_is_told_once_and_its_end() {
    let (mut page, mut server) = begun();
    for text in ["h", "he", "hel"] {
        page.act(Action::Draft(text.into()));
        page.calm(700, &mut server);
    }
    page.calm(6_000, &mut server);
    let told: Vec<&String> = server.sessions[0].heard.iter().filter(|what| what.ends_with("Typing")).collect();
    assert_eq!(told, ["startTyping", "stopTyping"]);
}

#[test]
fn an_outage_and_its_end() {
    let (mut page, mut server) = begun();
    outage(&mut page, 10_000);
    assert_eq!(page.told(), ["Disconnected", "ConnectionPending"]);
    // Messages wait meanwhile.
    host_says(&mut page, "are you there?");
    outage(&mut page, 20_000);
    assert_eq!(page.told(), ["messageQueued", "ServerOffline"]);
    assert!(page.flights.iter().all(|flight| flight.request.operation == Operation::Refresh));
    server.event(0, ADA, "Message", "hello?");
    page.calm(15_000, &mut server);
    assert_eq!(page.told(), ["ConnectionRestored", "ServerBack", "Reconnected", "Message", "messageSent", "Message"]);
    assert_eq!(server.sessions[0].said("Client").len(), 1);
}

#[test]
fn navigation_within_and_beyond_a_minute() {
    let (mut page, mut server) = begun();
    host_says(&mut page, "hello");
    page.calm(3_000, &mut server);
    let mut next = reload(&page, 50_000);
    next.calm(100, &mut server);
    assert_eq!(next.told(), ["Restored", "restored: ParticipantJoined ParticipantJoined Message", "PollingStarted"]);
    assert_eq!(next.transcript(), [("hello".into(), LineState::Sent)]);
    server.event(0, ADA, "Message", "welcome back");
    server.event(0, ADA, "ParticipantLeft", "");
    server.sessions[0].ended = true;
    next.calm(4_000, &mut server);
    assert_eq!(next.told(), ["Message ParticipantLeft", "PollingStopped", "chatFinished"]);
    let mut late = reload(&page, 61_000);
    late.calm(100, &mut server);
    assert_eq!(late.told(), ["RestoreTimeout"]);
    assert_eq!(late.session_kept, None);
}

#[test]
fn a_restore_while_the_server_is_down() {
    let (page, mut server) = begun();
    let mut next = reload(&page, 1_000);
    outage(&mut next, 20_000);
    assert_eq!(next.told(), ["RestoredOffline"]);
    next.calm(15_000, &mut server);
    let back = ["ConnectionRestored", "ServerBack", "Reconnected"];
    let told = ["restored: ParticipantJoined ParticipantJoined", "PollingStarted"];
    assert_eq!(next.told(), [&back[..], &told].concat());
    assert!(next.engine.conversation(0).is_some());
    // The conversation ended meanwhile.
    let mut other = reload(&page, 1_000);
    outage(&mut other, 20_000);
    server.sessions[0].ended = true;
    other.calm(15_000, &mut server);
    assert_eq!(other.told(), [&["RestoredOffline"], &back[..], &["Over"]].concat());
    assert!(other.engine.conversation(0).is_none());
}

#[test]
fn a_server_that_refuses_or_ends_without_a_word() {
    let mut page = Page::load(config(), Settings::default(), (None, None), 1, Timestamp(1_000));
    page.begin();
    page.answer(0, 200, "{\"statusCode\":2,\"errors\":[{\"code\":240,\"advice\":\"no\"}]}");
    assert_eq!(page.told(), ["refused"]);
    let (mut page, mut server) = begun();
    page.pass(4_000, |page| {
        while !page.flights.is_empty() {
            page.answer(0, 200, "{\"statusCode\":2,\"chatEnded\":true,\"errors\":[{\"code\":8209}]}");
        }
    });
    assert_eq!(page.told(), ["PollingStopped", "chatFinished"]);
    page.calm(5_000, &mut server);
    assert_eq!(page.told(), Vec::<String>::new());
}
