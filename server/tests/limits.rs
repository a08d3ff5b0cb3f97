//! Limits that a client cannot evade by another socket, id or header.

mod common;

use chinwag::wire::{AgentFrame, Code, DeskFrame, Item, ServerFrame, VERSION, VisitorFrame};
use common::people::{Agent, Socket, Visitor, new_id, new_visitor_id, start_frame};
use common::{BEHIND_PROXY, Server, token_of};
use std::time::Instant;
use tokio_tungstenite::tungstenite::Message;

/// The answer to a `start`.
async fn started(visitor: &mut Visitor, widget: &str, values: &[(&str, &str)]) -> Result<(), Code> {
    let id = new_id();
    visitor.socket.send(&start_frame(&id, widget, values)).await;
    visitor
        .socket
        .until("an answer", |frame| match frame {
            ServerFrame::Started { id: answered, .. } | ServerFrame::Requested { id: answered, .. } if *answered == id => Some(Ok(())),
            ServerFrame::Refused { id: answered, code, .. } if *answered == id => Some(Err(*code)),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn s34_one_address_with_made_up_ids_does_not_fill_the_queue() {
    let server = Server::with(&[BEHIND_PROXY, ("open = 1000", "open = 4")]).await;
    let mut agent = Agent::ready(server.address, "ada").await;
    let mut waiting = 0;
    for _ in 0..50 {
        let mut visitor = Visitor::come_via(server.address, "203.0.113.1").await;
        match started(&mut visitor, "sales", &[]).await {
            Ok(()) => waiting += 1,
            Err(code) => assert_eq!(code, Code::RateLimited, "not the queue is full, this address is"),
        }
        visitor.socket.drop_link();
    }
    assert_eq!(waiting, 4);
    // Another client is accepted, however many ids the first one made up.
    let mut visitor = Visitor::come_via(server.address, "203.0.113.2").await;
    assert_eq!(started(&mut visitor, "sales", &[]).await, Ok(()));
    // Ended conversations do not count any more.
    let conv = agent.accept().await;
    let end = agent.put(&conv, chinwag::wire::AgentItem::End {}).await;
    agent.acked(&end).await;
    let mut visitor = Visitor::come_via(server.address, "203.0.113.1").await;
    assert_eq!(started(&mut visitor, "sales", &[]).await, Ok(()));
    assert_eq!(started(&mut visitor, "sales", &[]).await, Err(Code::RateLimited));
}

#[tokio::test]
async fn s34_two_starts_at_once_are_not_both_the_last() {
    let server = Server::with(&[("open = 1000", "open = 1")]).await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut visitors = Vec::new();
    for _ in 0..8 {
        visitors.push(Visitor::come(server.address).await);
    }
    let starts = visitors.iter_mut().map(|visitor| started(visitor, "sales", &[]));
    let outcomes = futures_util::future::join_all(starts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
}

#[tokio::test]
async fn s34_calls_from_one_address_do_not_take_every_time() {
    let server = Server::with(&[BEHIND_PROXY, ("open = 1000", "open = 3")]).await;
    let mut taken = 0;
    for _ in 0..10 {
        let mut visitor = Visitor::come_via(server.address, "203.0.113.1").await;
        taken += u32::from(started(&mut visitor, "later", &[("first", "true")]).await.is_ok());
    }
    assert_eq!(taken, 3);
    let mut visitor = Visitor::come_via(server.address, "203.0.113.2").await;
    assert_eq!(started(&mut visitor, "later", &[("first", "true")]).await, Ok(()));
}

#[tokio::test]
async fn s34_ids_that_nobody_knows_are_few_a_minute_and_known_ones_are_not_concerned() {
    let server = Server::with(&[BEHIND_PROXY, ("visitors_per_minute = 10000", "visitors_per_minute = 3")]).await;
    let mut known = Vec::new();
    for _ in 0..3 {
        known.push(Visitor::come_via(server.address, "203.0.113.1").await);
    }
    let hello = |visitor, token| VisitorFrame::Hello { version: VERSION, visitor, token, epoch: None, chats: vec![] };
    let headers = [("origin", "http://shop.test"), ("x-forwarded-for", "203.0.113.1")];
    let mut socket = Socket::<ServerFrame>::open_with(server.address, "/ws/visitor/shop", &headers).await;
    socket.send(&hello(new_visitor_id(), None)).await;
    let (code, after) = socket
        .until("a farewell", |frame| match frame {
            ServerFrame::Bye { code, retry_after, .. } => Some((*code, *retry_after)),
            _ => None,
        })
        .await;
    assert_eq!((code, after.is_some()), (Code::RateLimited, true), "come back later");
    let mut socket = Socket::<ServerFrame>::open_with(server.address, "/ws/visitor/shop", &headers).await;
    socket.send(&hello(known[0].id.clone(), Some(known[0].token.clone()))).await;
    socket.until("welcome", |frame| matches!(frame, ServerFrame::Welcome { .. }).then_some(())).await;
    Visitor::come_via(server.address, "203.0.113.2").await;
}

#[tokio::test]
async fn s34_a_new_socket_brings_no_new_messages() {
    let limits = "stop = \"3s\"\n[limits]\nmessages_per_second = 2\nframes_per_second = 1000";
    let server = Server::with(&[("stop = \"3s\"", limits)]).await;
    let _ada = Agent::ready(server.address, "ada").await;
    let begun = Instant::now();
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    let mut stored = 0;
    for _ in 0..6 {
        let ids: Vec<_> = (0..20).map(|_| new_id()).collect();
        for id in &ids {
            visitor.put(&conv, id, Item::Message { text: "spam".into() }).await;
        }
        for id in &ids {
            stored += visitor
                .socket
                .until("an answer", |frame| match frame {
                    ServerFrame::Ack { id: answered, .. } if answered == id => Some(1),
                    ServerFrame::Refused { id: answered, code: Code::RateLimited, .. } if answered == id => Some(0),
                    _ => None,
                })
                .await;
        }
        let again = visitor.back(server.address, &conv, None).await;
        visitor.socket.drop_link();
        visitor = again;
    }
    let allowed = 6 + 2 * (begun.elapsed().as_secs() + 1);
    assert!(stored <= allowed, "{stored} were stored, {allowed} are allowed");
}

#[tokio::test]
async fn s34_frames_count_for_a_visitor_over_all_sockets() {
    let server = Server::with(&[("stop = \"3s\"", "stop = \"3s\"\n[limits]\nframes_per_second = 5")]).await;
    let first = Visitor::come(server.address).await;
    let mut sockets = 0;
    // Each sends less than one socket may; together they are too many.
    let mut latest = Visitor::hello(server.address, first.id.clone(), Some(first.token.clone()), None, vec![]).await;
    let closed = loop {
        for _ in 0..10 {
            latest.socket.send_text("{\"t\":\"ping\"}").await;
        }
        let pongs = async {
            for _ in 0..10 {
                let next = latest.socket.next().await;
                match next {
                    Some(ServerFrame::Bye { code, .. }) => return Some(code),
                    Some(_) => {}
                    None => return None,
                }
            }
            None
        };
        if let Some(code) = pongs.await {
            break code;
        }
        sockets += 1;
        assert!(sockets < 10, "ten sockets of ten frames each");
        latest = Visitor::hello(server.address, first.id.clone(), Some(first.token.clone()), None, vec![]).await;
    };
    assert_eq!(closed, Code::RateLimited);
    Visitor::come(server.address).await;
}

#[tokio::test]
async fn s34_whoever_floods_before_saying_who_it_is_is_cut() {
    let server = Server::with(&[BEHIND_PROXY, ("frames_per_second = 100000", "frames_per_second = 10")]).await;
    for path in ["/ws/visitor/shop", "/ws/agent"] {
        let headers =
            [("origin", "http://shop.test"), ("x-forwarded-for", if path.contains("agent") { "203.0.113.1" } else { "203.0.113.2" })];
        let headers = if path.contains("agent") { &headers[1..] } else { &headers[..] };
        let mut socket = Socket::<ServerFrame>::open_with(server.address, path, headers).await;
        for _ in 0..200 {
            socket.send_message(Message::Ping(Default::default())).await;
        }
        assert_eq!(socket.end().await, 4429, "{path}");
    }
}

#[tokio::test]
async fn an_agent_that_is_a_program_takes_fifty_offers_at_once() {
    let server = Server::with(&[("capacity = 3", "capacity = 60"), ("max_queue = 20", "max_queue = 60")]).await;
    let mut bot = Agent::ready(server.address, "ada").await;
    let mut visitors = Vec::new();
    for _ in 0..50 {
        let mut visitor = Visitor::come(server.address).await;
        visitor.start("sales", &[]).await;
        visitors.push(visitor);
    }
    let mut offers = Vec::new();
    for _ in 0..50 {
        offers.push(bot.offer().await);
    }
    // Six frames for each, as fast as possible.
    for conv in &offers {
        bot.send(AgentFrame::Accept { conv: conv.clone() }).await;
        bot.send(AgentFrame::Open { conv: conv.clone(), after: None }).await;
        bot.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
        bot.put(conv, chinwag::wire::AgentItem::Message { text: "welcome".into() }).await;
        bot.send(AgentFrame::Typing { conv: conv.clone(), on: false }).await;
        bot.send(AgentFrame::Fetch { conv: conv.clone(), after: None, before: None }).await;
    }
    for visitor in &mut visitors {
        visitor.hears("welcome").await;
    }
    assert_eq!(bot.socket.closed, None);
}

#[tokio::test]
async fn an_agents_frames_have_a_limit_of_their_own_over_all_sockets() {
    let server = Server::with(&[("stop = \"3s\"", "stop = \"3s\"\n[limits]\nagent_frames_per_second = 20")]).await;
    let mut closed = false;
    for _ in 0..10 {
        let mut socket = Socket::<DeskFrame>::open(server.address, "/ws/agent", None).await;
        socket.send(&AgentFrame::Auth { version: VERSION, token: token_of("ada") }).await;
        for _ in 0..40 {
            socket.send_text("{\"t\":\"ping\"}").await;
        }
        let mut pongs = 0;
        while pongs < 40 && !closed {
            match socket.next().await {
                Some(DeskFrame::Pong { .. }) => pongs += 1,
                Some(DeskFrame::Bye { code, .. }) => closed = code == Code::RateLimited,
                Some(_) => {}
                None => break,
            }
        }
        if closed {
            break;
        }
    }
    assert!(closed, "four hundred frames in a moment, of eighty");
    Agent::away(server.address, "grace").await;
}
