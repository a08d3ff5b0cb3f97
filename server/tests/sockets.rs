//! Violations of the WebSocket protocol: each kind has its close code (RFC 6455, 7.4.1), before the first frame and after it.

mod common;

use chinwag::wire::{AgentFrame, Codec, VERSION, VisitorFrame};
use chinwag_machine::within;
use common::people::{Visitor, new_visitor_id};
use common::{PATIENCE, Server, token_of};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A socket that can send any bytes.
struct Raw {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Raw {
    async fn open(address: SocketAddr, path: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: BwcHBwcHBwcHBwcHBwcHBw==\r\n{}\r\n",
            if path.contains("visitor") { "origin: http://shop.test\r\n" } else { "" }
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut socket = Self { stream, heard: Vec::new() };
        while !socket.heard.windows(4).any(|four| four == b"\r\n\r\n") {
            assert!(socket.read().await > 0, "an answer");
        }
        assert!(socket.heard.starts_with(b"HTTP/1.1 101"));
        let end = socket.heard.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        socket.heard.drain(..end);
        socket
    }

    async fn read(&mut self) -> usize {
        let read = within(PATIENCE, self.stream.read_buf(&mut self.heard)).await;
        read.expect("something in time").unwrap_or(0)
    }

    /// A frame of any kind, masked or not. The mask consists of zeros.
    async fn send(&mut self, first: u8, masked: bool, payload: &[u8]) {
        let mask = u8::from(masked) << 7;
        let mut frame = vec![first];
        match payload.len() {
            short @ ..126 => frame.push(mask | u8::try_from(short).expect("short")),
            middle @ ..65_536 => {
                frame.push(mask | 126);
                frame.extend(u16::try_from(middle).expect("middle").to_be_bytes());
            }
            long => {
                frame.push(mask | 127);
                frame.extend((long as u64).to_be_bytes());
            }
        }
        if masked {
            frame.extend([0; 4]);
        }
        frame.extend(payload);
        // The server may have closed the connection meanwhile: some tests wait for that.
        let _ = self.stream.write_all(&frame).await;
    }

    /// The next frame: its kind and its content; nothing at the end of the connection.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            let header = match self.heard.get(1).map(|second| second & 127) {
                Some(126) => self.heard.get(2..4).map(|two| (4, usize::from(u16::from_be_bytes([two[0], two[1]])))),
                Some(127) => self.heard.get(2..10).map(|eight| (10, usize::from_be_bytes(eight.try_into().expect("eight")))),
                Some(short) => Some((2, usize::from(short))),
                None => None,
            };
            if let Some((start, length)) = header
                && self.heard.len() >= start + length
            {
                let frame: Vec<u8> = self.heard.drain(..start + length).collect();
                return Some((frame[0] & 15, frame[start..].to_vec()));
            }
            if self.read().await == 0 {
                return None;
            }
        }
    }

    /// The server's close code, and whether it sent `bye` before.
    async fn closed(&mut self) -> (Option<u16>, bool) {
        let mut farewell = false;
        while let Some((kind, content)) = self.next().await {
            match kind {
                1 => farewell |= content.starts_with(b"{\"t\":\"bye\""),
                8 => return (content.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]])), farewell),
                _ => {}
            }
        }
        (None, farewell)
    }
}

/// Breaks the protocol in one way; returns the close code.
async fn break_it(socket: &mut Raw, how: &str) -> u16 {
    match how {
        "a reserved bit" => socket.send(0xc1, true, b"{}").await,
        "no mask" => socket.send(0x81, false, b"{}").await,
        "a reserved kind" => socket.send(0x83, true, b"{}").await,
        "a reserved kind of control" => socket.send(0x8b, true, b"").await,
        "a ping in parts" => socket.send(0x09, true, b"").await,
        "a long ping" => socket.send(0x89, true, &[b'x'; 126]).await,
        "a rest without a beginning" => socket.send(0x80, true, b"{}").await,
        "two beginnings" => {
            socket.send(0x01, true, b"{").await;
            socket.send(0x81, true, b"}").await;
        }
        "half a close code" => socket.send(0x88, true, &[3]).await,
        "bytes" => {
            socket.send(0x82, true, b"{}").await;
            return 1003;
        }
        "a text that is not UTF-8" => {
            socket.send(0x81, true, &[b'"', 0xff, 0xfe, b'"']).await;
            return 1007;
        }
        "a text in parts that is not UTF-8" => {
            socket.send(0x01, true, b"\"").await;
            socket.send(0x80, true, &[0xc3, 0x28]).await;
            return 1007;
        }
        "a reason that is not UTF-8" => {
            socket.send(0x88, true, &[3, 0xe8, 0xff]).await;
            return 1007;
        }
        "a long text" => {
            socket.send(0x81, true, &vec![b'x'; 262_145]).await;
            return 1009;
        }
        "a text that grows too long" => {
            socket.send(0x01, true, &vec![b'x'; 200_000]).await;
            socket.send(0x80, true, &vec![b'x'; 200_000]).await;
            return 1009;
        }
        other => panic!("there is no {other}"),
    }
    1002
}

const BREAKS: [&str; 15] = [
    "a reserved bit",
    "no mask",
    "a reserved kind",
    "a reserved kind of control",
    "a ping in parts",
    "a long ping",
    "a rest without a beginning",
    "two beginnings",
    "half a close code",
    "bytes",
    "a text that is not UTF-8",
    "a text in parts that is not UTF-8",
    "a reason that is not UTF-8",
    "a long text",
    "a text that grows too long",
];

#[tokio::test]
async fn what_breaks_the_protocol_is_told_by_its_close_code() {
    let server = Server::start().await;
    let hello = || VisitorFrame::Hello { version: VERSION, visitor: new_visitor_id(), token: None, epoch: None, chats: vec![] }.to_text();
    let auth = AgentFrame::Auth { version: VERSION, token: token_of("ada") };
    for how in BREAKS {
        for (path, first) in
            [("/ws/visitor/shop", None), ("/ws/visitor/shop", Some(hello())), ("/ws/agent", None), ("/ws/agent", Some(auth.to_text()))]
        {
            let mut socket = Raw::open(server.address, path).await;
            let after = first.is_some();
            if let Some(first) = first {
                socket.send(0x81, true, first.as_bytes()).await;
                let (kind, welcome) = socket.next().await.expect("a frame");
                assert!(kind == 1 && welcome.starts_with(b"{\"t\":\"welcome\""), "{how}");
            }
            let code = break_it(&mut socket, how).await;
            assert_eq!(socket.closed().await, (Some(code), true), "{how} at {path}, after the first frame: {after}");
        }
    }
    Visitor::come(server.address).await;
}

#[tokio::test]
async fn a_close_is_answered_with_its_code_and_the_connection_ends() {
    let server = Server::start().await;
    for (sent, answered) in [(1000_u16, 1000_u16), (1001, 1001), (3999, 3999), (4999, 4999), (1005, 1002), (999, 1002), (5000, 1002)] {
        for hello in [false, true] {
            let mut socket = Raw::open(server.address, "/ws/visitor/shop").await;
            if hello {
                let frame = VisitorFrame::Hello { version: VERSION, visitor: new_visitor_id(), token: None, epoch: None, chats: vec![] };
                socket.send(0x81, true, frame.to_text().as_bytes()).await;
                socket.next().await.expect("welcome");
            }
            socket.send(0x88, true, &sent.to_be_bytes()).await;
            assert_eq!(socket.closed().await, (Some(answered), false), "{sent}, after hello: {hello}");
            assert_eq!(socket.next().await, None, "{sent}: it is the server that ends the connection");
        }
    }
}
