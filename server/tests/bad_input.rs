//! Malformed input: a clear answer, the server stays up, and other conversations work.

mod common;

use chinwag::model::FieldProblem;
use chinwag::wire::{Code, Item, ServerFrame, VERSION, VisitorFrame};
use common::Server;
use common::http::{get, request};
use common::neighbours::Neighbours;
use common::people::{Socket, Visitor, new_id, new_visitor_id, refused_socket, start_frame};
use tokio_tungstenite::tungstenite::Message;

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
    // A frame of a later version is ignored, and so are unknown members.
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
    assert_eq!(socket.end().await, 4408, "a client that sends nothing");
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
    // A part of a body is not accepted as the whole.
    let part = [("content-type", "application/json"), ("content-range", "bytes 0-9/100")];
    for path in ["/v1/agent/login", "/genesys/2/chat/none/c_1/file", "/"] {
        let answer = request(server.address, "POST", path, &part, "{\"user\":\"ada\",\"password\":\"x\"}").await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "content_range"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(get(server.address, "/health", &[]).await.status, 200);
}
