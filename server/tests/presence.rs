//! Visitors who leave and come back: the effect on the queue, on offers and on agents.

mod common;

use chinwag::model::ConversationId;
use chinwag::wire::{AgentFrame, AgentItem, Code, DeskFrame, OfferEnd, ServerFrame};
use common::Server;
use common::people::{Agent, Visitor, new_id, start_frame};

/// A server on which a visitor without a connection for this long has left.
async fn server(grace: &str, more: &[(&str, &str)]) -> Server {
    let restore = "visitor_restore = \"30s\"";
    let both = format!("{restore}\nvisitor_grace = \"{grace}\"");
    let changes: Vec<(&str, &str)> = std::iter::once((restore, both.as_str())).chain(more.iter().copied()).collect();
    Server::with(&changes).await
}

/// The next report of whether the visitor of a conversation is present.
async fn is_here(agent: &mut Agent, conv: &ConversationId) -> bool {
    let told = agent.socket.until("whether the visitor is here", |frame| match frame {
        DeskFrame::Presence { conv: of, here, .. } if of == conv => Some(*here),
        _ => None,
    });
    told.await
}

async fn position(visitor: &mut Visitor, conv: &ConversationId, wanted: u32) {
    let told = visitor.socket.until("the place in the queue", |frame| match frame {
        ServerFrame::Queue { conv: of, position } if of == conv && *position == wanted => Some(()),
        _ => None,
    });
    told.await;
}

async fn offer_end(agent: &mut Agent, conv: &ConversationId) -> OfferEnd {
    let told = agent.socket.until("the end of the offer", |frame| match frame {
        DeskFrame::OfferGone { conv: of, reason } if of == conv => Some(*reason),
        _ => None,
    });
    told.await
}

#[tokio::test]
async fn who_left_holds_no_place_and_has_the_old_one_again_when_back() {
    let server = server("200ms", &[("capacity = 3", "capacity = 1"), ("max_queue = 20", "max_queue = 2")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut busy = Visitor::come(server.address).await;
    let own = busy.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, own);
    let (mut first, mut second) = (Visitor::come(server.address).await, Visitor::come(server.address).await);
    let waits = first.start("sales", &[]).await.state.id;
    let behind = second.start("sales", &[]).await.state.id;
    position(&mut first, &waits, 1).await;
    position(&mut second, &behind, 2).await;
    let mut third = Visitor::come(server.address).await;
    let id = new_id();
    third.socket.send(&start_frame(&id, "sales", &[])).await;
    assert_eq!(third.refusal(&id).await, Code::QueueFull);

    let (visitor, token) = (first.id.clone(), first.token.clone());
    first.socket.drop_link();
    assert!(!is_here(&mut ada, &waits).await);
    position(&mut second, &behind, 1).await;
    let last = third.start("sales", &[]).await.state.id;
    position(&mut third, &last, 2).await;

    let have = vec![chinwag::wire::Have { conv: waits.clone(), after: None }];
    let mut back = Visitor::hello(server.address, visitor, Some(token), None, have).await;
    assert!(is_here(&mut ada, &waits).await);
    position(&mut back, &waits, 1).await;
    position(&mut second, &behind, 2).await;
    let id = ada.put(&own, AgentItem::End {}).await;
    ada.acked(&id).await;
    assert_eq!(ada.offer().await, waits, "the one that began first");
}

#[tokio::test]
async fn an_offer_ends_when_the_visitor_leaves_and_costs_the_agent_nothing() {
    withdrawn(&server("200ms", &[]).await).await;
}

#[tokio::test]
async fn an_offer_that_ends_while_nobody_is_there_does_not_set_the_agent_away() {
    withdrawn(&server("20s", &[("offer_timeout = \"30s\"", "offer_timeout = \"300ms\"")]).await).await;
}

/// The visitor of an offer leaves: the offer is withdrawn, and the agent is as ready as before.
async fn withdrawn(server: &Server) {
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.offer().await, conv);
    visitor.socket.drop_link();
    assert_eq!(offer_end(&mut ada, &conv).await, OfferEnd::Withdrawn);
    let mut other = Visitor::come(server.address).await;
    let next = other.start("sales", &[]).await.state.id;
    assert_eq!(ada.offer().await, next, "still ready");
}

#[tokio::test]
async fn a_visitor_between_two_pages_has_not_left() {
    let server = server("20s", &[]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, conv);
    ada.open(&conv, None).await;
    let mut next = visitor.back(server.address, &conv, Some(0)).await;
    visitor.socket.drop_link();
    next.say(&conv, "on the next page").await;
    ada.hears("on the next page").await;
    assert!(!ada.socket.leftover().any(|frame| matches!(frame, DeskFrame::Presence { .. })));
}

#[tokio::test]
async fn a_desk_that_comes_later_is_told_who_left_and_what_was_said_first() {
    let server = server("200ms", &[]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    visitor.say(&conv, "Where is my order?").await;
    visitor.say(&conv, "It is late.").await;
    visitor.socket.drop_link();
    assert!(!is_here(&mut ada, &conv).await);
    let mut grace = Agent::away(server.address, "grace").await;
    assert!(!is_here(&mut grace, &conv).await);
    let page = grace.open(&conv, None).await;
    assert_eq!(page.state.first.as_deref(), Some("Where is my order?"));
    // Taken from the queue by hand it is a conversation like others, and does not block the desk.
    grace.send(AgentFrame::Take { conv: conv.clone() }).await;
    grace.say(&conv, "I look for it.").await;
}
