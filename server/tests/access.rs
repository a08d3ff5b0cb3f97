//! Access and its limits: foreign pages and names, ids and tokens of others, forbidden requests of agents.

mod common;

use chinwag::model::ParticipantId;
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, Code, DeskFrame, Item, ServerFrame, VERSION, VisitorFrame};
use common::http::get;
use common::neighbours::Neighbours;
use common::people::{Agent, Socket, Visitor, new_id, new_visitor_id, refused_socket};
use common::{Server, token_of};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
        // The refused page may read the reason: it names the page's own origin, and no data of the site.
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

    // Wrong tokens, and the right token on another site: the id belongs to another visitor.
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
        assert_eq!(refused.await, (Code::VisitorTaken, "this id belongs to another visitor: take a new one".into()));
    }
    // Texts that do not have the form of a token.
    for token in [String::new(), "x".into(), format!("{right}\0"), right.to_uppercase()] {
        let mut socket = Socket::<ServerFrame>::open(server.address, "/ws/visitor/shop", Some("http://shop.test")).await;
        let hello = VisitorFrame::Hello { version: VERSION, visitor: owner.clone(), token: Some(token), epoch: None, chats: vec![] };
        socket.send(&hello).await;
        assert_eq!(socket.end().await, 4400);
    }
    // The id without a token is refused as taken, and another id may be tried on the same socket.
    let mut socket = Socket::<ServerFrame>::open(server.address, "/ws/visitor/shop", Some("http://shop.test")).await;
    let hello = |visitor: ParticipantId| VisitorFrame::Hello { version: VERSION, visitor, token: None, epoch: None, chats: vec![] };
    socket.send(&hello(owner)).await;
    socket.until("taken", |frame| matches!(frame, ServerFrame::Error { code: Code::VisitorTaken, .. }).then_some(())).await;
    socket.send(&hello(new_visitor_id())).await;
    socket.until("welcome", |frame| matches!(frame, ServerFrame::Welcome { .. }).then_some(())).await;

    // A desk with a visitor's token, with none, with random text.
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
    // Of another campaign: the answer is the same as for an unknown id.
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
    // A supervisor may read the conversation and end it, but cannot write without joining.
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

/// Sends a request with exactly this head.
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
    common::write(&server.folder.path("dist/www/index.html"), b"shop");
    common::write(&server.folder.path("dist/desk/index.html"), b"desk");
    common::write(&server.folder.path("dist/widget/chinwag.js"), b"loader");
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
    // Host names that a foreign name server resolves to this server.
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
    common::write(&proxied.folder.path("dist/www/index.html"), b"shop");
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: chat.test").await.0, 200);
    let listed = [("assets = \"ASSETS\"", "assets = \"ASSETS\"\ntrusted_proxies = [\"127.0.0.1\"]\nhosts = [\"chat.test\"]")];
    let proxied = Server::with(&listed).await;
    common::write(&proxied.folder.path("dist/www/index.html"), b"shop");
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: chat.test").await.0, 200);
    assert_eq!(exact(proxied.address, "GET / HTTP/1.1\r\nhost: evil.test").await.0, 421);
    // Requests by pages of other sites are checked by their origin, not by the host name.
    for path in ["/chinwag.js", "/health", "/v1/sites/shop/config"] {
        assert_eq!(exact(server.address, &format!("GET {path} HTTP/1.1\r\nhost: anything.test")).await.0, 200, "{path}");
    }
}
