//! The same frames without sockets (docs/protocol.md, section 9), and the order of frames that are under way at the same time.

mod common;

use chinwag::model::{ConversationId, EntryBody, EntryId};
use chinwag::wire::{AgentFrame, Code, Codec, DeskFrame, Item, ServerFrame, VERSION, VisitorFrame};
use common::http::{Answer, request};
use common::people::{Agent, Visitor, new_id, new_visitor_id, start_frame};
use common::{Server, token_of};
use std::net::SocketAddr;

const ORIGIN: (&str, &str) = ("origin", "http://shop.test");

/// A client that polls.
struct Polling {
    address: SocketAddr,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    secret: String,
    heard: Vec<String>,
}

impl Polling {
    async fn begin(address: SocketAddr, path: &'static str) -> Self {
        let answer = request(address, "POST", path, &[ORIGIN], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "http://shop.test"));
        let secret = String::from_utf8(answer.body).expect("text");
        assert_eq!(secret.len(), 64);
        Self { address, path, headers: &[ORIGIN], secret, heard: Vec::new() }
    }

    async fn post(&self, lines: &[String]) -> Answer {
        let body: Vec<&str> = std::iter::once(&self.secret).chain(lines).map(String::as_str).collect();
        request(self.address, "POST", self.path, self.headers, &body.join("\n")).await
    }

    async fn say(&self, frames: &[VisitorFrame]) {
        let lines: Vec<String> = frames.iter().map(Codec::to_text).collect();
        assert_eq!(self.post(&lines).await.status, 204);
    }

    /// The value of `pick` for the next line for which it returns one. Other lines are ignored.
    async fn until<T>(&mut self, pick: impl Fn(&str) -> Option<T>) -> T {
        loop {
            while !self.heard.is_empty() {
                if let Some(found) = pick(&self.heard.remove(0)) {
                    return found;
                }
            }
            let answer = self.post(&[]).await;
            assert_eq!(answer.status, 200);
            // The sizes of chunks are separate lines.
            self.heard.extend(String::from_utf8_lossy(&answer.body).lines().map(|line| line.trim_end().to_owned()));
        }
    }

    async fn frame<T>(&mut self, pick: impl Fn(ServerFrame) -> Option<T>) -> T {
        self.until(|line| pick(ServerFrame::from_text(line).ok()?)).await
    }
}

fn hello() -> VisitorFrame {
    VisitorFrame::Hello { version: VERSION, visitor: new_visitor_id(), token: None, epoch: None, chats: Vec::new() }
}

fn put(conv: &ConversationId, id: &EntryId, text: &str, follows: Option<&EntryId>) -> VisitorFrame {
    VisitorFrame::Put { conv: conv.clone(), id: id.clone(), item: Item::Message { text: text.into() }, follows: follows.cloned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_a_visitor_and_an_agent_talk_while_the_visitor_polls() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Polling::begin(server.address, "/poll/visitor/shop").await;
    visitor.say(&[VisitorFrame::Ping {}]).await;
    visitor.frame(|frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
    visitor.say(&[hello()]).await;
    visitor.frame(|frame| matches!(frame, ServerFrame::Welcome { .. }).then_some(())).await;
    visitor.say(&[start_frame(&new_id(), "sales", &[])]).await;
    let conv = visitor.frame(|frame| if let ServerFrame::Started { chat, .. } = frame { Some(chat.state.id) } else { None }).await;
    assert_eq!(ada.accept().await, conv);
    // Several messages in one request, each following the one before.
    let ids: Vec<EntryId> = (0..5).map(|_| new_id()).collect();
    let frames: Vec<VisitorFrame> =
        (0..5).map(|n| put(&conv, &ids[n], &format!("m{n}"), n.checked_sub(1).map(|before| &ids[before]))).collect();
    visitor.say(&frames).await;
    for id in &ids {
        visitor.frame(|frame| matches!(&frame, ServerFrame::Ack { id: acked, .. } if acked == id).then_some(())).await;
    }
    ada.say(&conv, "hello").await;
    visitor
        .frame(|frame| match frame {
            ServerFrame::Entry { entry, .. } => matches!(&entry.body, EntryBody::Message { text, .. } if text == "hello").then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_polls_is_checked_like_a_socket() {
    let server = Server::start().await;
    let address = server.address;
    let begin = async |path: &str, headers: &[(&str, &str)]| request(address, "POST", path, headers, "").await;
    assert_eq!(begin("/poll/visitor/shop", &[]).await.code(), "origin_not_allowed");
    assert_eq!(begin("/poll/visitor/shop", &[("origin", "http://evil.test")]).await.code(), "origin_not_allowed");
    assert_eq!(begin("/poll/visitor/none", &[ORIGIN]).await.code(), "unknown_site");
    assert_eq!(begin("/poll/agent", &[("origin", "http://evil.test")]).await.status, 403);
    let visitor = Polling::begin(address, "/poll/visitor/shop").await;
    let other = request(address, "POST", "/poll/agent", &[], &visitor.secret).await;
    assert_eq!(other.status, 404, "a visitor's secret opens nothing to an agent");
    assert_eq!(request(address, "POST", "/poll/visitor/shop", &[ORIGIN], &"0".repeat(64)).await.status, 404);
    // A frame that is too long, and a text that is not a frame.
    let mut long = Polling::begin(address, "/poll/visitor/shop").await;
    long.post(&["x".repeat(262_145)]).await;
    assert_eq!(long.until(|line| line.parse::<u16>().ok().filter(|code| *code > 1_000)).await, 1009);
    let mut wrong = Polling::begin(address, "/poll/visitor/shop").await;
    wrong.post(&["{}".into()]).await;
    assert_eq!(wrong.until(|line| line.parse::<u16>().ok().filter(|code| *code > 1_000)).await, 4400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_polls_with_its_token() {
    let server = Server::start().await;
    let begin = async || {
        let answer = request(server.address, "POST", "/poll/agent", &[], "").await;
        let secret = String::from_utf8(answer.body).expect("text");
        Polling { address: server.address, path: "/poll/agent", headers: &[], secret, heard: Vec::new() }
    };
    let auth = |token: String| vec![AgentFrame::Auth { version: VERSION, token }.to_text()];
    let mut desk = begin().await;
    desk.post(&auth(token_of("ada"))).await;
    desk.until(|line| matches!(DeskFrame::from_text(line), Ok(DeskFrame::Welcome { .. })).then_some(())).await;
    let mut stranger = begin().await;
    stranger.post(&auth("0".repeat(64))).await;
    assert_eq!(stranger.until(|line| line.parse::<u16>().ok().filter(|code| *code > 1_000)).await, 4401);
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_an_entry_whose_predecessor_is_not_stored_is_refused_until_it_is() {
    let server = Server::start().await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    let (first, second, third) = (new_id(), new_id(), new_id());
    visitor.socket.send(&put(&conv, &second, "two", Some(&first))).await;
    assert_eq!(visitor.refusal(&second).await, Code::OutOfOrder);
    visitor.socket.send(&put(&conv, &first, "one", None)).await;
    visitor.socket.send(&put(&conv, &second, "two", Some(&first))).await;
    visitor.acked(&second).await;
    // Also when another connection stored it.
    let mut again = visitor.back(server.address, &conv, None).await;
    again.socket.send(&put(&conv, &third, "three", Some(&first))).await;
    again.acked(&third).await;
    // An item that can never be stored is refused with a reason.
    again.put(&conv, &new_id(), Item::End {}).await;
    let late = new_id();
    again.socket.send(&put(&conv, &late, "late", Some(&new_id()))).await;
    assert_eq!(again.refusal(&late).await, Code::Ended);
}
