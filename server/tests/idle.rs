//! Conversations over our own link in which nothing is said.

mod common;

use chinwag::model::{EndReason, EntryBody};
use chinwag_machine::grown;
use common::Server;
use common::people::{Agent, Visitor};
use std::time::{Duration, Instant};

async fn server() -> Server {
    let first = "id = { ctw-1 = \"old-1\" }\n";
    Server::with(&[(first, &format!("{first}[sites.idle]\nwarn = \"1200ms\"\nclose = \"1200ms\"\n"))]).await
}

#[tokio::test]
async fn who_says_nothing_is_warned_and_then_it_is_over() {
    let server = server().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, conv);
    visitor.entry("the warning", |entry| matches!(entry.body, EntryBody::IdleWarned { .. }).then_some(())).await;
    // Something is said after all: it goes on, and is warned of again.
    visitor.say(&conv, "still here").await;
    let said = Instant::now();
    visitor.entry("another warning", |entry| matches!(entry.body, EntryBody::IdleWarned { .. }).then_some(())).await;
    assert!(said.elapsed() >= grown(Duration::from_millis(1_000)), "the time began anew");
    visitor.entry("the reason", |entry| matches!(entry.body, EntryBody::IdleClosed {}).then_some(())).await;
    let end = visitor.entry("the end", |entry| if let EntryBody::Ended { reason, .. } = entry.body { Some(reason) } else { None });
    assert_eq!(end.await, EndReason::Closed);
    let page = ada.open(&conv, None).await;
    assert_eq!(page.entries.iter().filter(|entry| matches!(entry.body, EntryBody::IdleWarned { .. })).count(), 2);
}
