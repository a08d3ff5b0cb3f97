//! Idle conversations over our own link.

mod common;

use chinwag::model::{EndReason, EntryBody};
use chinwag::wire::AgentFrame;
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
    // A message comes in time: the conversation goes on, and is warned again later.
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

#[tokio::test]
async fn who_waits_in_the_queue_is_not_idle() {
    let server = server().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut waiting = Visitor::come(server.address).await;
    let queued = waiting.start("sales", &[]).await.state.id;
    assert_eq!(ada.offer().await, queued);
    ada.send(AgentFrame::Decline { conv: queued.clone() }).await;
    // The conversation of another visitor, who came later and has an agent, is warned and closed meanwhile.
    let mut talking = Visitor::come(server.address).await;
    let conv = talking.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, conv);
    talking.entry("the end", |entry| matches!(entry.body, EntryBody::Ended { .. }).then_some(())).await;
    let begun = Instant::now();
    ada.send(AgentFrame::Take { conv: queued.clone() }).await;
    waiting.entry("an agent", |entry| matches!(entry.body, EntryBody::Joined { .. }).then_some(())).await;
    let page = ada.open(&queued, None).await;
    let kinds: Vec<_> = page.entries.iter().map(|entry| entry.body.tag()).collect();
    assert_eq!(kinds, ["opened", "joined"], "nobody warned who waited");
    // The time begins when an agent joins.
    waiting.entry("the warning", |entry| matches!(entry.body, EntryBody::IdleWarned { .. }).then_some(())).await;
    assert!(begun.elapsed() >= grown(Duration::from_millis(1_000)), "from when the agent came, not from when it was asked for");
}
