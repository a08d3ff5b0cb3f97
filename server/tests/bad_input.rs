//! What strangers send that is not right: a clear answer, the server stays up, the conversation next door goes on.

mod common;

use chinwag::model::{FieldProblem, ParticipantId};
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, Code, DeskFrame, Item, ServerFrame, VERSION, VisitorFrame};
use chinwag_machine::{grown, within};
use common::http::{get, request};
use common::people::{Agent, Socket, Visitor, new_id, new_visitor_id, refused_socket, start_frame};
use common::{Server, token_of};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

/// Two who talk and must not notice anything.
struct Neighbours {
    agent: Agent,
    visitor: Visitor,
    conv: chinwag::model::ConversationId,
    said: u32,
}

impl Neighbours {
    async fn talk(server: &Server) -> Self {
        let mut agent = Agent::ready(server.address, "grace").await;
        let mut visitor = Visitor::come(server.address).await;
        visitor.start("sales", &[]).await;
        let conv = agent.accept().await;
        let mut neighbours = Self { agent, visitor, conv, said: 0 };
        neighbours.go_on().await;
        neighbours
    }

    async fn go_on(&mut self) {
        self.said += 1;
        let text = format!("undisturbed {}", self.said);
        self.visitor.say(&self.conv, &text).await;
        self.agent.hears(&text).await;
    }
}

#[tokio::test]
async fn an_unknown_site_key_is_named_as_such() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    let answer = get(server.address, "/v1/sites/nope/config", &[("origin", "http://shop.test")]).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "unknown_site"));
    assert_eq!(answer.header("access-control-allow-origin"), "*", "so that the page can read why");
    assert_eq!(refused_socket(server.address, "/ws/visitor/nope", Some("http://shop.test")).await, 404);
    neighbours.go_on().await;
}

#[tokio::test]
async fn s17_foreign_origin_is_refused() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    let foreign = [
        "http://evil.test",
        "null",
        "http://shop.test.evil.test",
        "https://shop.test",
        "http://shop.test:81",
        "http://xshop.test",
        "http://SHOP.test",
        "",
    ];
    for origin in foreign {
        assert_eq!(refused_socket(server.address, "/ws/visitor/shop", Some(origin)).await, 403, "{origin}");
        assert_eq!(refused_socket(server.address, "/ws/agent", Some(origin)).await, 403, "{origin}");
        let answer = get(server.address, "/v1/sites/shop/config", &[("origin", origin)]).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "origin_not_allowed"), "{origin}");
        // The page that is refused may read why: its own origin, and nothing of the site's.
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let told = answer.json();
        assert_eq!(told["error"]["origin"], *origin);
        let advice = if origin.is_empty() { "names no origin".into() } else { format!("add \"{origin}\" to its origins") };
        assert!(told["error"]["message"].as_str().is_some_and(|words| words.contains(&advice)), "{told}");
        assert_eq!(told.as_object().map(serde_json::Map::len), Some(1), "{told}");
    }
    assert_eq!(refused_socket(server.address, "/ws/visitor/shop", None).await, 403, "a visitor has an origin");
    assert_eq!(refused_socket(server.address, "/ws/visitor/other", Some("http://shop.test")).await, 403, "of another site");
    let own = format!("http://{}", server.address);
    assert_eq!(refused_socket(server.address, "/ws/visitor/shop", Some(&own)).await, 101, "{{port}} is filled in");
    assert_eq!(refused_socket(server.address, "/ws/agent", Some(&own)).await, 101);
    neighbours.go_on().await;
}

#[tokio::test]
async fn malformed_frames_are_answered_with_the_field_and_the_socket_stays() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    let mut visitor = Visitor::come(server.address).await;
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let cases = [
        ("", None),
        ("hello", None),
        ("[]", None),
        ("{\"t\":7}", None),
        (deep.as_str(), None),
        ("{\"t\":\"put\",\"conv\":\"c\",\"id\":7}", Some("id")),
        ("{\"t\":\"put\",\"conv\":\"c\",\"id\":\"x\",\"item\":{\"t\":\"message\",\"text\":[]}}", Some("item.text")),
        ("{\"t\":\"typing\",\"conv\":\"c\"}", Some("on")),
        ("{\"t\":\"fetch\",\"conv\":\"c\",\"after\":-1}", Some("after")),
        ("{\"t\":\"fetch\",\"conv\":\"c\",\"after\":1.5}", None),
        ("{\"t\":\"hello\",\"version\":1,\"visitor\":\"v\",\"chats\":[]}", None),
    ];
    for (text, field) in cases {
        visitor.socket.send_text(text).await;
        let (code, named) = visitor.error().await;
        assert_eq!(code, Code::Malformed, "{text}");
        if field.is_some() {
            assert_eq!(named.as_deref(), field, "{text}");
        }
    }
    // A frame of a later version is ignored, and so are members that nobody knows.
    visitor.socket.send_text("{\"t\":\"dance\",\"style\":\"tango\"}").await;
    visitor.socket.send_text("{\"t\":\"ping\",\"later\":{\"a\":[1]}}").await;
    visitor.socket.until("pong", |frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
    assert!(!visitor.socket.leftover().any(|frame| matches!(frame, ServerFrame::Error { .. })));
    neighbours.agent.socket.send_text("{\"t\":\"status\",\"status\":\"dancing\"}").await;
    assert_eq!(neighbours.agent.error().await, Code::Malformed);
    neighbours.go_on().await;
}

#[tokio::test]
async fn a_socket_that_does_not_begin_with_its_first_frame_is_closed() {
    let server = Server::with(&[("hello = \"10000ms\"", "hello = \"300ms\"")]).await;
    let open = async || Socket::<ServerFrame>::open(server.address, "/ws/visitor/shop", Some("http://shop.test")).await;
    for text in ["{\"t\":\"pong\"}", "what", "{\"t\":\"hello\",\"version\":1,\"visitor\":\"me\",\"chats\":[]}"] {
        let mut socket = open().await;
        socket.send_text(text).await;
        assert_eq!(socket.end().await, 4400, "{text}");
    }
    let mut socket = open().await;
    socket.send(&VisitorFrame::Hello { version: VERSION + 1, visitor: new_visitor_id(), token: None, epoch: None, chats: vec![] }).await;
    assert_eq!(socket.end().await, 4426);
    let mut socket = open().await;
    assert_eq!(socket.end().await, 4408, "whoever says nothing");
    let mut socket = open().await;
    socket.send_message(Message::Binary(vec![1, 2, 3].into())).await;
    assert_eq!(socket.end().await, 1003);
}

#[tokio::test]
async fn s34_oversized_frames_close_the_socket_and_nobody_else() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    for size in [262_145, 8 * 1024 * 1024] {
        let mut visitor = Visitor::come(server.address).await;
        visitor.socket.send_text(&"x".repeat(size)).await;
        let code = visitor.socket.end().await;
        assert_eq!(code, 1009, "also when the larger one is still being sent");
        neighbours.go_on().await;
    }
    let mut visitor = Visitor::come(server.address).await;
    let conv = visitor.start("sales", &[]).await.state.id;
    let id = new_id();
    visitor.put(&conv, &id, Item::Message { text: "é".repeat(8_001) }).await;
    assert_eq!(visitor.refusal(&id).await, Code::TooLarge);
    visitor.say(&conv, &"é".repeat(8_000)).await;
    for text in ["", "  \n ", "a\0b"] {
        let id = new_id();
        visitor.put(&conv, &id, Item::Message { text: text.into() }).await;
        assert_eq!(visitor.refusal(&id).await, Code::Malformed);
    }
    let id = chinwag::model::EntryId("x".repeat(65));
    visitor.put(&conv, &id, Item::Message { text: "hi".into() }).await;
    assert_eq!(visitor.refusal(&id).await, Code::Malformed);
    let many: Vec<(String, String)> = (0..65).map(|number| (format!("f{number}"), "x".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "asking", &many)).await;
    assert_eq!(visitor.refusal(&id).await, Code::TooLarge);
    neighbours.go_on().await;
}

#[tokio::test]
async fn form_values_against_their_rule_are_refused_field_by_field() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    let mut visitor = Visitor::come(server.address).await;
    let mut problems = async |values: &[(&str, &str)]| {
        let id = new_id();
        visitor.socket.send(&start_frame(&id, "asking", values)).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Refused { id: answered, code: Code::InvalidForm, problems, .. } if *answered == id => {
                Some(problems.iter().map(|problem| (problem.name.clone(), problem.problem)).collect::<Vec<_>>())
            }
            ServerFrame::Started { id: answered, .. } if *answered == id => panic!("accepted"),
            _ => None,
        };
        visitor.socket.until("a refusal", pick).await
    };
    let long = "x".repeat(4_001);
    assert_eq!(problems(&[]).await, [("nick".into(), FieldProblem::Missing)]);
    assert_eq!(problems(&[("nick", " ")]).await, [("nick".into(), FieldProblem::Missing)]);
    assert_eq!(problems(&[("nick", &long)]).await, [("nick".into(), FieldProblem::TooLong)]);
    assert_eq!(problems(&[("nick", "Zoë"), ("mail", "nobody")]).await, [("mail".into(), FieldProblem::Invalid)]);
    // The pattern has to match the whole value, not a part of it.
    for order in ["AB-7x", "xAB-7", "AB-", "AB-7\nAB-8"] {
        assert_eq!(problems(&[("nick", "Zoë"), ("order", order)]).await, [("order".into(), FieldProblem::Invalid)], "{order}");
    }
    assert_eq!(problems(&[("nick", "Zoë"), ("unknown", "x")]).await, []);
    neighbours.go_on().await;
}

#[tokio::test]
async fn s19_ids_and_wrong_tokens_open_nothing() {
    let server = Server::start().await;
    let mut neighbours = Neighbours::talk(&server).await;
    let (conv, owner) = (neighbours.conv.clone(), neighbours.visitor.id.clone());

    // Another visitor who knows the id of the conversation.
    let mut stranger = Visitor::come(server.address).await;
    let id = new_id();
    stranger.put(&conv, &id, Item::Message { text: "let me in".into() }).await;
    assert_eq!(stranger.refusal(&id).await, Code::NotFound);
    stranger.socket.send(&VisitorFrame::Fetch { conv: conv.clone(), after: None, before: None }).await;
    let known = stranger.error().await;
    stranger.socket.send(&VisitorFrame::Fetch { conv: "c_00000000000000000000000000000000".into(), after: None, before: None }).await;
    assert_eq!(stranger.error().await, known, "what is not yours and what is not there sound alike");
    let back = stranger.back(server.address, &conv, Some(0)).await;
    assert!(back.chats.is_empty());
    stranger.socket.send(&VisitorFrame::Typing { conv: conv.clone(), on: true }).await;

    // Tokens that are not this visitor's, and the right one on another site: the id is somebody else's.
    let right = neighbours.visitor.token.clone();
    let cases = [("shop", stranger.token.clone()), ("shop", token_of("ada")), ("shop", "0".repeat(64)), ("other", right.clone())];
    for (site, token) in cases {
        let mut socket =
            Socket::<ServerFrame>::open(server.address, &format!("/ws/visitor/{site}"), Some(&format!("http://{site}.test"))).await;
        let hello = VisitorFrame::Hello { version: VERSION, visitor: owner.clone(), token: Some(token), epoch: None, chats: vec![] };
        socket.send(&hello).await;
        let refused = socket.until("a refusal", |frame| match frame {
            ServerFrame::Error { code, message, .. } => Some((*code, message.clone())),
            ServerFrame::Welcome { .. } => panic!("let in on {site}"),
            _ => None,
        });
        assert_eq!(refused.await, (Code::VisitorTaken, "the id is somebody else's: take another".into()));
    }
    // What is no token at all.
    for token in [String::new(), "x".into(), format!("{right}\0"), right.to_uppercase()] {
        let mut socket = Socket::<ServerFrame>::open(server.address, "/ws/visitor/shop", Some("http://shop.test")).await;
        let hello = VisitorFrame::Hello { version: VERSION, visitor: owner.clone(), token: Some(token), epoch: None, chats: vec![] };
        socket.send(&hello).await;
        assert_eq!(socket.end().await, 4400);
    }
    // The id without a token: it is taken, and another id may be tried on the same socket.
    let mut socket = Socket::<ServerFrame>::open(server.address, "/ws/visitor/shop", Some("http://shop.test")).await;
    let hello = |visitor: ParticipantId| VisitorFrame::Hello { version: VERSION, visitor, token: None, epoch: None, chats: vec![] };
    socket.send(&hello(owner)).await;
    socket.until("taken", |frame| matches!(frame, ServerFrame::Error { code: Code::VisitorTaken, .. }).then_some(())).await;
    socket.send(&hello(new_visitor_id())).await;
    socket.until("welcome", |frame| matches!(frame, ServerFrame::Welcome { .. }).then_some(())).await;

    // A desk with a visitor's token, with none, with rubbish.
    for token in [neighbours.visitor.token.clone(), String::new(), "0".repeat(64)] {
        let mut socket = Socket::<DeskFrame>::open(server.address, "/ws/agent", None).await;
        socket.send(&AgentFrame::Auth { version: VERSION, token }).await;
        assert_eq!(socket.end().await, 4401);
    }
    neighbours.go_on().await;
    assert!(
        !neighbours.agent.socket.leftover().any(|frame| matches!(frame, DeskFrame::Typing { .. })),
        "a stranger's typing is not passed on"
    );
}

#[tokio::test]
async fn s26_agents_do_only_what_their_role_and_campaigns_allow() {
    let server = Server::start().await;
    let neighbours = Neighbours::talk(&server).await;
    let conv = neighbours.conv.clone();
    // Of another campaign: as if it were not there.
    let mut eve = Agent::ready(server.address, "eve").await;
    let DeskFrame::Welcome { conversations, agents, .. } = &eve.welcome else { panic!("welcome") };
    assert!(conversations.is_empty());
    assert_eq!(agents.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), ["Eve"], "agents see themselves only");
    let open = |conv: &chinwag::model::ConversationId| AgentFrame::Open { conv: conv.clone(), after: None };
    eve.send(open(&conv)).await;
    assert_eq!(eve.error().await, Code::NotFound);
    eve.send(AgentFrame::Take { conv: conv.clone() }).await;
    assert_eq!(eve.error().await, Code::NotFound);
    eve.send(AgentFrame::Release { conv: conv.clone() }).await;
    assert_eq!(eve.error().await, Code::NotFound);
    for item in [AgentItem::End {}, AgentItem::Message { text: "hi".into() }] {
        let id = eve.put(&conv, item).await;
        assert_eq!(eve.refusal(&id).await, Code::NotFound);
    }
    eve.send(AgentFrame::RequestDone { request: "r_1".into(), done: true, note: String::new() }).await;
    assert_eq!(eve.error().await, Code::NotFound);
    // A supervisor reads along, does not speak without joining, and may end.
    let mut sam = Agent::away(server.address, "sam").await;
    let DeskFrame::Welcome { conversations, agents, .. } = &sam.welcome else { panic!("welcome") };
    assert_eq!((conversations.len(), agents.len()), (1, 4));
    sam.open(&conv, None).await;
    let id = sam.put(&conv, AgentItem::Message { text: "I am watching".into() }).await;
    assert_eq!(sam.refusal(&id).await, Code::Unauthorized);
    let id = sam.put(&conv, AgentItem::End {}).await;
    sam.acked(&id).await;
    sam.send(AgentFrame::Status { status: AgentStatus::Offline }).await;
    assert_eq!(sam.error().await, Code::Malformed);
}

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
    // The same visitor, on another socket that hears everything and reads nothing.
    let deaf = visitor.back(server.address, &conv, Some(0)).await;
    let text = "x".repeat(8_000);
    let mut sent = 0_usize;
    while sent < 20_000_000 {
        // More in all than the buffers between the two take; little enough at once for the one who reads.
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

#[tokio::test]
async fn s29_s30_s31_s33_requests_that_are_not_right_get_a_code_and_headers() {
    let server = Server::start().await;
    let long = format!("/{}", "x".repeat(40_000));
    let json = [("content-type", "application/json")];
    let cases = [
        ("GET", "/nothing/here", "", 404),
        ("GET", "/../../etc/passwd", "", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", "", 404),
        ("GET", "/w/..%2f..%2fchinwag.toml", "", 404),
        ("DELETE", "/health", "", 405),
        ("POST", "/", "", 405),
        ("POST", "/v1/sites/shop/config", "", 405),
        ("POST", "/v1/agent/login", "{", 400),
        ("POST", "/v1/agent/login", "{\"user\":[\"ada\"],\"password\":1}", 400),
        ("POST", "/v1/agent/login", "{\"user\":\"ada\",\"password\":\"x\",\"admin\":true}", 400),
        ("POST", "/v1/agent/logout", "{}", 401),
        ("GET", "/ws/agent", "", 426),
    ];
    for (method, path, body, status) in cases {
        let answer = request(server.address, method, path, &json, body).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{method} {path}");
        assert!(!answer.header("referrer-policy").is_empty());
        assert!(answer.header("content-type").contains("charset=utf-8"), "{method} {path}: {}", answer.header("content-type"));
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("/tmp") && !text.contains("sqlite"), "{text}");
    }
    assert!(request(server.address, "GET", &long, &[], "").await.status >= 400);
    let large = "x".repeat(20_000);
    assert_eq!(request(server.address, "POST", "/v1/agent/login", &json, &large).await.status, 413);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let answer =
            request(server.address, "POST", "/v1/agent/login", &[("content-type", kind)], "{\"user\":\"ada\",\"password\":\"x\"}").await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    // A part of a body is not taken for the whole.
    let part = [("content-type", "application/json"), ("content-range", "bytes 0-9/100")];
    for path in ["/v1/agent/login", "/genesys/2/chat/none/c_1/file", "/"] {
        let answer = request(server.address, "POST", path, &part, "{\"user\":\"ada\",\"password\":\"x\"}").await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "content_range"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(get(server.address, "/health", &[]).await.status, 200);
}

/// A request whose head is sent as it is.
async fn exact(address: std::net::SocketAddr, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).await.expect("sent");
    let mut bytes = Vec::new();
    chinwag_machine::within(common::PATIENCE, stream.read_to_end(&mut bytes)).await.expect("in time").expect("an answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), text)
}

#[tokio::test]
async fn s17_pages_and_agents_are_there_only_under_names_that_are_known() {
    let known = [
        ("assets = \"ASSETS\"", "assets = \"ASSETS\"\nhosts = [\"chat.test\"]"),
        ("[[sites]]\nkey = \"shop\"", "[desk]\norigins = [\"https://desk.test:8443\"]\n[[sites]]\nkey = \"shop\""),
    ];
    let server = Server::with(&known).await;
    common::write(&server.place.path("dist/www/index.html"), b"shop");
    common::write(&server.place.path("dist/desk/index.html"), b"desk");
    common::write(&server.place.path("dist/widget/chinwag.js"), b"loader");
    let port = server.address.port();
    let pages = ["GET / HTTP/1.1", "GET /desk/ HTTP/1.1"];
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "chat.test",
        "Chat.Test",
        "chat.test.",
        "desk.test",
        "[::1]",
        "192.0.2.7",
        &format!("chat.test:{port}"),
        &format!("[::1]:{port}"),
    ] {
        for page in pages {
            assert_eq!(exact(server.address, &format!("{page}\r\nhost: {host}")).await.0, 200, "{host}");
        }
    }
    // Names that lead here because a stranger's name server says so.
    for host in [
        "evil.test",
        "chat.test.evil.test",
        "xchat.test",
        "127.0.0.1.evil.test",
        "localhost.evil.test",
        "",
        " ",
        "[::1",
        "chat.test\r\nhost: evil.test",
    ] {
        for page in pages {
            let (status, text) = exact(server.address, &format!("{page}\r\nhost: {host}")).await;
            assert!(matches!(status, 400 | 421) && !text.contains("evil.test"), "{host}: {text}");
        }
        let (status, _) =
            exact(server.address, &format!("POST /v1/agent/login HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncontent-length: 0"))
                .await;
        assert!(matches!(status, 400 | 421), "{host}");
        let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: BwcHBwcHBwcHBwcHBwcHBw==";
        let (status, _) =
            exact(server.address, &format!("GET /ws/agent HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n{upgrade}")).await;
        assert!(matches!(status, 400 | 421), "{host}");
    }
    assert!(matches!(exact(server.address, "GET / HTTP/1.1").await.0, 400 | 421), "without a name");
    // A trusted proxy knows the server's names, until the configuration lists them.
    let proxied = Server::with(&[common::BEHIND_PROXY]).await;
    common::write(&proxied.place.path("dist/www/index.html"), b"shop");
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: chat.test").await.0, 200);
    let listed = [("assets = \"ASSETS\"", "assets = \"ASSETS\"\ntrusted_proxies = [\"127.0.0.1\"]\nhosts = [\"chat.test\"]")];
    let proxied = Server::with(&listed).await;
    common::write(&proxied.place.path("dist/www/index.html"), b"shop");
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: chat.test").await.0, 200);
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: evil.test").await.0, 421);
    // What pages of other sites load is checked by their origin, not by the name.
    for path in ["/chinwag.js", "/health", "/v1/sites/shop/config"] {
        assert_eq!(exact(server.address, &format!("GET {path} HTTP/1.1\r\nhost: anything.test")).await.0, 200, "{path}");
    }
}
