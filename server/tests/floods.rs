//! Clients that send too much: they are limited, and other conversations work.

mod common;

use chinwag::wire::{AgentItem, Code, Item, ServerFrame, VisitorFrame};
use chinwag_machine::{grown, within};
use common::Server;
use common::http::get;
use common::neighbours::Neighbours;
use common::people::{Agent, Visitor, new_id};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn r42_a_flood_is_limited_and_others_go_on() {
    let server = Server::with(&[("stop = \"3s\"", "stop = \"3s\"\n[limits]\nmessages_per_second = 5\nframes_per_second = 200")]).await;
    let mut neighbours = Neighbours::talk(&server).await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    let ids: Vec<_> = (0..60).map(|_| new_id()).collect();
    for id in &ids {
        visitor.put(&conv, id, Item::Message { text: "spam".into() }).await;
    }
    assert_eq!(visitor.refusal(&ids[59]).await, Code::RateLimited);
    visitor.acked(&ids[0]).await;
    let begun = Instant::now();
    neighbours.go_on().await;
    assert!(begun.elapsed() < grown(Duration::from_secs(1)));
    for _ in 0..2_000 {
        visitor.socket.send_text("{\"t\":\"pong\"}").await;
    }
    assert!(matches!(visitor.socket.end().await, 4429 | 1006));
    neighbours.go_on().await;
}

#[tokio::test]
async fn r12_a_reader_that_does_not_read_is_closed() {
    let server = Server::with(&[(
        "stop = \"3s\"",
        "stop = \"3s\"\n[limits]\nqueued_bytes = 200000\nmessages_per_second = 1000\nframes_per_second = 5000\nagent_frames_per_second = 5000",
    )])
    .await;
    let mut grace = Agent::ready(server.address, "grace").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.start("sales", &[]).await;
    let conv = grace.accept().await;
    // The same visitor, on another socket that gets all frames and reads none.
    let deaf = visitor.back(server.address, &conv, Some(0)).await;
    let text = "x".repeat(8_000);
    let mut sent = 0_usize;
    while sent < 20_000_000 {
        // In all more bytes than the buffers between the two hold; few enough at a time for the socket that is read.
        let mut last = String::new();
        for _ in 0..10 {
            last = format!("{sent} {text}");
            grace.put(&conv, AgentItem::Message { text: last.chars().take(8_000).collect() }).await;
            sent += text.len();
        }
        visitor.hears(&last.chars().take(8_000).collect::<String>()).await;
        grace.hears(&last.chars().take(8_000).collect::<String>()).await;
    }
    drop(grace);
    let mut deaf = deaf.socket;
    assert_eq!(deaf.end().await, 1006, "it was cut off");
    let heard = deaf.leftover().count();
    assert!(heard < sent / text.len(), "it did not get everything: {heard}");
}

#[tokio::test]
async fn r13_a_slow_header_is_cut_off() {
    let server = Server::with(&[("header = \"10000ms\"", "header = \"300ms\"")]).await;
    let mut neighbours = Neighbours::talk(&server).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.expect("sent");
        slow.push(stream);
    }
    for mut stream in slow {
        let mut rest = Vec::new();
        let read = within(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(read.is_some(), "the connection is still open");
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
    neighbours.go_on().await;
}

#[tokio::test]
async fn r13_one_address_has_so_many_connections_and_no_more() {
    let server = Server::with(&[("stop = \"3s\"", "stop = \"3s\"\n[limits]\nper_address = 3")]).await;
    let first = Visitor::come(server.address).await;
    let _second = Visitor::come(server.address).await;
    let mut third = Visitor::come(server.address).await;
    assert_eq!(get(server.address, "/health", &[]).await.status, 503);
    drop(first);
    // Its place is free as soon as the server has noticed.
    common::eventually("a place is free", async || get(server.address, "/health", &[]).await.status == 200).await;
    third.socket.send(&VisitorFrame::Ping {}).await;
    third.socket.until("pong", |frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
}
