//! Routing: which agent gets which conversation, and timeouts of offers.

mod common;

use chinwag::model::{Availability, ConversationId, EndReason, Entry, EntryBody, LeaveReason, Party, Standing};
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, Code, DeskFrame, OfferEnd, ServerFrame};
use common::Server;
use common::people::{Agent, Visitor, new_id, start_frame};

async fn offer_end(agent: &mut Agent, conv: &ConversationId) -> OfferEnd {
    agent
        .socket
        .until("the end of the offer", |frame| match frame {
            DeskFrame::OfferGone { conv: gone, reason } if gone == conv => Some(*reason),
            _ => None,
        })
        .await
}

async fn ended(visitor: &mut Visitor) -> (Party, EndReason) {
    visitor
        .entry("the end", |entry| match entry.body {
            EntryBody::Ended { by, reason } => Some((by, reason)),
            _ => None,
        })
        .await
}

fn joined(entry: &Entry) -> Option<String> {
    match &entry.body {
        EntryBody::Joined { who } => Some(who.name.clone()),
        _ => None,
    }
}

async fn available(visitor: &mut Visitor, widget: &str, wanted: Availability) {
    visitor
        .socket
        .until("availability", |frame| match frame {
            ServerFrame::Available { widgets } => {
                widgets.iter().any(|one| one.widget.as_str() == widget && one.availability == wanted).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn r45_two_agents_race_and_one_wins() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let mut grace = Agent::away(server.address, "grace").await;
    for _ in 0..10 {
        let conv = visitor.start("sales", &[]).await.state.id;
        assert_eq!(ada.offer().await, conv);
        let take = AgentFrame::Take { conv: conv.clone() };
        let accept = AgentFrame::Accept { conv: conv.clone() };
        tokio::join!(ada.socket.send(&accept), grace.socket.send(&take));
        let name = visitor.entry("an agent", joined).await;
        let loser = if name == "Ada" { &mut grace } else { &mut ada };
        assert_eq!(loser.error().await, Code::Conflict, "the other is told");
        let winner = if name == "Ada" { &mut ada } else { &mut grace };
        let page = winner.open(&conv, None).await;
        assert_eq!(page.entries.iter().filter(|entry| joined(entry).is_some()).count(), 1);
        assert_eq!(page.state.agents.len(), 1);
        let id = winner.put(&conv, AgentItem::End {}).await;
        winner.acked(&id).await;
        ended(&mut visitor).await;
        offer_end(&mut ada, &conv).await;
    }
}

#[tokio::test]
async fn the_one_who_has_been_idle_for_longest_is_asked_up_to_the_capacity() {
    let server = Server::with(&[("capacity = 3", "capacity = 1")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut grace = Agent::ready(server.address, "grace").await;
    let mut visitor = Visitor::come(server.address).await;
    let first = visitor.start("sales", &[]).await.state.id;
    let second = visitor.start("sales", &[]).await.state.id;
    let third = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, first, "Ada was ready first");
    assert_eq!(grace.accept().await, second);
    let position = visitor.socket.until("the place of the third", |frame| match frame {
        ServerFrame::Queue { conv, position } if *conv == third => Some(*position),
        _ => None,
    });
    position.await;
    assert!(!ada.socket.leftover().chain(grace.socket.leftover()).any(|frame| matches!(frame, DeskFrame::Offer { .. })));
    // Both agents are full: the first one with free capacity gets the third visitor.
    let id = grace.put(&second, AgentItem::End {}).await;
    grace.acked(&id).await;
    assert_eq!(grace.offer().await, third);
    grace.send(AgentFrame::Take { conv: first.clone() }).await;
    assert_eq!(grace.error().await, Code::Conflict, "it is Ada's");
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_agent() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut grace = Agent::ready(server.address, "grace").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.offer().await, conv);
    ada.send(AgentFrame::Decline { conv: conv.clone() }).await;
    assert_eq!(offer_end(&mut ada, &conv).await, OfferEnd::Declined);
    assert_eq!(grace.offer().await, conv);
    ada.send(AgentFrame::Accept { conv: conv.clone() }).await;
    assert_eq!(ada.error().await, Code::Conflict, "too late");
    grace.send(AgentFrame::Accept { conv }).await;
    assert_eq!(visitor.entry("an agent", joined).await, "Grace");
}

#[tokio::test]
async fn an_offer_that_is_not_answered_goes_on_and_the_agent_is_away() {
    let server = Server::with(&[("offer_timeout = \"30s\"", "offer_timeout = \"250ms\"")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.offer().await, conv);
    assert_eq!(offer_end(&mut ada, &conv).await, OfferEnd::TimedOut);
    let away = ada.socket.until("away", |frame| match frame {
        DeskFrame::Agent { agent } if agent.status == AgentStatus::Away => Some(agent.name.clone()),
        _ => None,
    });
    assert_eq!(away.await, "Ada");
    available(&mut visitor, "sales", Availability::NoAgents).await;
    let mut grace = Agent::ready(server.address, "grace").await;
    assert_eq!(grace.accept().await, conv);
    assert_eq!(visitor.entry("an agent", joined).await, "Grace");
}

#[tokio::test]
async fn a_queue_gives_up_in_its_time_and_takes_no_more_than_it_may() {
    let server = Server::with(&[("queue_timeout = \"60s\"", "queue_timeout = \"500ms\""), ("max_queue = 20", "max_queue = 2")]).await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let first = visitor.start("sales", &[]).await.state.id;
    visitor.start("sales", &[]).await;
    let folder = visitor.socket.until("the second folder", |frame| match frame {
        ServerFrame::Queue { conv, position: 2 } if *conv != first => Some(()),
        _ => None,
    });
    folder.await;
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "sales", &[])).await;
    assert_eq!(visitor.refusal(&id).await, Code::QueueFull);
    available(&mut visitor, "sales", Availability::NoAgents).await;
    assert_eq!(ended(&mut visitor).await, (Party::System, EndReason::Unanswered));
    assert_eq!(ended(&mut visitor).await, (Party::System, EndReason::Unanswered));
    available(&mut visitor, "sales", Availability::Available).await;
    visitor.start("sales", &[]).await;
}

#[tokio::test]
async fn r44_an_agent_who_is_gone_for_too_long_loses_the_conversation_to_the_next() {
    let server = Server::start().await;
    let ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    let mut ada = ada;
    assert_eq!(ada.accept().await, conv);
    visitor.entry("Ada", joined).await;
    // A short loss of the connection does not count: the desk is back within the grace time and still in the conversation.
    ada.socket.drop_link();
    let mut ada = Agent::away(server.address, "ada").await;
    let DeskFrame::Welcome { conversations, me, .. } = &ada.welcome else { panic!("welcome") };
    assert_eq!((conversations[0].id.clone(), conversations[0].standing, me.status), (conv.clone(), Standing::Online, AgentStatus::Ready));
    ada.open(&conv, None).await;
    ada.say(&conv, "still here").await;
    visitor.hears("still here").await;
    let mut grace = Agent::ready(server.address, "grace").await;
    ada.socket.drop_link();
    let left = visitor.entry("left", |entry| match &entry.body {
        EntryBody::Left { who, reason } => Some((who.name.clone(), *reason)),
        _ => None,
    });
    assert_eq!(left.await, ("Ada".into(), LeaveReason::Lost));
    assert_eq!(grace.accept().await, conv);
    assert_eq!(visitor.entry("the next agent", joined).await, "Grace");
    let ada = Agent::away(server.address, "ada").await;
    let DeskFrame::Welcome { conversations, me, .. } = &ada.welcome else { panic!("welcome") };
    assert!(conversations.is_empty(), "it is not Ada's any more");
    assert_eq!(me.status, AgentStatus::Away);
}

#[tokio::test]
async fn a_released_conversation_goes_to_somebody_else() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    assert_eq!(ada.accept().await, conv);
    let mut grace = Agent::ready(server.address, "grace").await;
    ada.send(AgentFrame::Release { conv: conv.clone() }).await;
    assert_eq!(grace.accept().await, conv);
    grace.say(&conv, "I go on").await;
    visitor.hears("I go on").await;
    let id = ada.put(&conv, AgentItem::Message { text: "me too".into() }).await;
    assert_eq!(ada.refusal(&id).await, Code::NotFound, "it is not Ada's any more");
}

#[tokio::test]
async fn a_visitor_who_is_gone_for_too_long_ends_it() {
    let server = Server::with(&[("visitor_restore = \"30s\"", "visitor_restore = \"300ms\"")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    ada.accept().await;
    // Another socket of the same visitor keeps the conversation open.
    let mut second = visitor.back(server.address, &conv, Some(0)).await;
    visitor.socket.drop_link();
    second.say(&conv, "I am still here").await;
    ada.hears("I am still here").await;
    second.socket.drop_link();
    let reason = ada.socket.until("the end", |frame| match frame {
        DeskFrame::Entry { entry, .. } => match entry.body {
            EntryBody::Ended { by, reason } => Some((by, reason)),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(reason.await, (Party::System, EndReason::Abandoned));
}

#[tokio::test]
async fn availability_follows_the_agents_and_the_hours() {
    let server = Server::start().await;
    let mut visitor = Visitor::come(server.address).await;
    available(&mut visitor, "sales", Availability::NoAgents).await;
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "sales", &[])).await;
    assert_eq!(visitor.refusal(&id).await, Code::NoAgents);
    let mut ada = Agent::ready(server.address, "ada").await;
    available(&mut visitor, "sales", Availability::Available).await;
    ada.set(AgentStatus::Away).await;
    available(&mut visitor, "sales", Availability::NoAgents).await;
    // The hours change while the server runs.
    ada.set(AgentStatus::Ready).await;
    available(&mut visitor, "sales", Availability::Available).await;
    let closed = format!("queue_timeout = \"60s\"\nclosed_on = [{}]", days());
    server.folder.write_config(&[("queue_timeout = \"60s\"", &closed)]);
    available(&mut visitor, "sales", Availability::Closed).await;
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "sales", &[])).await;
    assert_eq!(visitor.refusal(&id).await, Code::Closed);
}

/// Today and its neighbours, as a list in TOML.
fn days() -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = (-1..=5).map(|offset| format!("\"{}\"", today.saturating_add(jiff::Span::new().days(offset))));
    days.collect::<Vec<_>>().join(", ")
}
