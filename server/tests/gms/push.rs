//! The variant with push (G5): Bayeux over long polling and over a WebSocket, and files over HTTP.

use crate::client::{Answer, PARTS, multipart, send, server_with};
use crate::common::people::Agent;
use chinwag::wire::{AgentFrame, AgentItem};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio_tungstenite::tungstenite::Message;

const CHANNEL: &str = "/service/chatV2/customer-support";
const JSON: (&str, &str) = ("content-type", "application/json;charset=UTF-8");

/// The transport of a client's messages.
enum Way {
    Poll,
    Socket(Box<tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>>),
}

/// A Bayeux client.
struct Bayeux {
    address: SocketAddr,
    way: Way,
    id: String,
    /// Pushed messages that were not read yet.
    pushed: Vec<Value>,
    key: String,
    /// Numbers of events that came, in order.
    numbers: Vec<u64>,
}

impl Bayeux {
    /// Does the handshake and subscribes.
    async fn come(address: SocketAddr, over_socket: bool) -> Self {
        let way = if over_socket {
            let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/genesys/cometd")).await.expect("a socket");
            Way::Socket(Box::new(socket))
        } else {
            Way::Poll
        };
        let mut client = Self { address, way, id: String::new(), pushed: Vec::new(), key: String::new(), numbers: Vec::new() };
        let types = json!(["websocket", "long-polling"]);
        let hands = json!({ "id": "1", "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": types });
        let reply = client.ask(hands, "/meta/handshake").await;
        assert_eq!((&reply["successful"], &reply["id"]), (&true.into(), &"1".into()));
        client.id = reply["clientId"].as_str().expect("an id").to_owned();
        let reply = client.ask(json!({ "channel": "/meta/subscribe", "subscription": CHANNEL }), "/meta/subscribe").await;
        assert_eq!((&reply["successful"], &reply["subscription"]), (&true.into(), &CHANNEL.into()));
        client
    }

    /// Sends a message and waits for its answer.
    async fn ask(&mut self, mut message: Value, channel: &str) -> Value {
        if !self.id.is_empty() {
            message["clientId"] = self.id.clone().into();
        }
        self.post(message).await;
        loop {
            if let Some(at) = self.pushed.iter().position(|one| one["channel"] == channel && one["data"].is_null()) {
                return self.pushed.remove(at);
            }
            self.receive().await;
        }
    }

    async fn post(&mut self, message: Value) {
        let text = json!([message]).to_string();
        match &mut self.way {
            Way::Poll => {
                let answer = send(self.address, "POST", "/genesys/cometd", &[JSON], text.as_bytes()).await.expect("an answer");
                assert_eq!(answer.status, 200, "{answer:?}");
                let list = answer.json();
                self.pushed.extend(list.as_array().expect("a list").iter().cloned());
            }
            Way::Socket(socket) => socket.send(Message::Text(text.into())).await.expect("sent"),
        }
    }

    /// Waits for more messages; over a socket this needs no request.
    async fn receive(&mut self) {
        if let Way::Socket(socket) = &mut self.way {
            let next =
                chinwag_machine::within(crate::common::PATIENCE, socket.next()).await.expect("in time").expect("open").expect("a message");
            if let Message::Text(text) = next {
                let list: Value = serde_json::from_str(&text).expect("JSON");
                self.pushed.extend(list.as_array().expect("a list").iter().cloned());
            }
        } else {
            panic!("an answer was missing");
        }
    }

    async fn publish(&mut self, mut data: Value) {
        if !self.key.is_empty() {
            data["secureKey"] = self.key.clone().into();
        }
        let reply = self.ask(json!({ "channel": CHANNEL, "data": data }), CHANNEL).await;
        assert_eq!(reply["successful"], true, "{reply}");
    }

    /// The next push; connects as long as there is none.
    async fn push(&mut self) -> Value {
        loop {
            if let Some(at) = self.pushed.iter().position(|one| !one["data"].is_null()) {
                let data = self.pushed.remove(at)["data"].clone();
                if let Some(key) = data["secureKey"].as_str() {
                    key.clone_into(&mut self.key);
                }
                self.numbers.extend(data["messages"].as_array().into_iter().flatten().filter_map(|event| event["index"].as_u64()));
                return data;
            }
            match self.way {
                Way::Poll => {
                    let id = self.id.clone();
                    self.post(json!({ "channel": "/meta/connect", "clientId": id, "connectionType": "long-polling" })).await;
                    self.pushed.retain(|one| one["channel"] != "/meta/connect");
                }
                Way::Socket(_) => self.receive().await,
            }
        }
    }

    /// Waits for an event.
    async fn event(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let data = self.push().await;
            if let Some(event) = data["messages"].as_array().into_iter().flatten().find(|event| is_it(event)) {
                return event.clone();
            }
            assert_eq!(data["statusCode"], 0, "before {what}");
        }
    }
}

async fn talk(over_socket: bool) {
    let server = server_with("cometd = true").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Bayeux::come(server.address, over_socket).await;
    let data = json!({ "operation": "requestChat", "nickname": "Bob", "subject": "Parcel", "userData": { "tier": "gold", "n": 7 } });
    client.publish(data).await;
    let first = client.push().await;
    assert_eq!((&first["statusCode"], &first["messages"][0]["type"]), (&0.into(), &"ParticipantJoined".into()));
    assert_eq!(client.key.len(), 64);
    if over_socket {
        // Clients send this, although pushes come without it.
        client.post(json!({ "channel": "/meta/connect", "clientId": client.id, "connectionType": "websocket" })).await;
    }
    let conv = ada.accept().await;
    let page = ada.open(&conv, None).await;
    assert!(page.state.values.iter().any(|value| value.name == "n" && value.value == "7"));
    client.event("the agent", |event| event["from"]["type"] == "Agent").await;
    client.publish(json!({ "operation": "startTyping" })).await;
    client.publish(json!({ "operation": "sendMessage", "message": "Where is it?" })).await;
    ada.hears("Where is it?").await;
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    client.event("typing", |event| event["type"] == "TypingStarted").await;
    ada.say(&conv, "On its way.").await;
    client.event("the answer", |event| event["text"] == "On its way.").await;
    let notice = json!({ "operation": "customNotice", "message": "x", "eventAttributes": { "a": 1 } });
    client.publish(notice).await;
    assert_eq!(client.event("the notice", |event| event["type"] == "CustomNotice").await["eventAttributes"]["a"], 1);

    // Another client of the same browser continues the chat: with the key alone, from a position on.
    let mut back = Bayeux::come(server.address, over_socket).await;
    back.key.clone_from(&client.key);
    back.publish(json!({ "operation": "requestNotifications", "transcriptPosition": 3 })).await;
    back.event("the answer", |event| event["text"] == "On its way.").await;
    assert_eq!(back.numbers.first(), Some(&3));

    // Both get the end, and each event once and in order.
    let end = ada.put(&conv, AgentItem::End {}).await;
    ada.acked(&end).await;
    loop {
        if client.push().await["chatEnded"] == true {
            break;
        }
    }
    while back.push().await["chatEnded"] != true {}
    let whole: Vec<u64> = (1..=*client.numbers.last().expect("events")).collect();
    assert_eq!(client.numbers, whole);
    assert_eq!(back.numbers, whole[2..]);
    client.publish(json!({ "operation": "sendMessage", "message": "late" })).await;
    let late = client.push().await;
    assert_eq!((&late["statusCode"], &late["errors"][0]["code"]), (&2.into(), &8201.into()));
}

#[tokio::test]
async fn a_chat_is_pushed_over_long_polling() {
    talk(false).await;
}

#[tokio::test]
async fn a_chat_is_pushed_over_a_socket() {
    talk(true).await;
}

#[tokio::test]
async fn who_is_not_known_shakes_hands_again_and_a_wrong_key_is_pushed_back() {
    let server = server_with("cometd = true").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let post = async |headers: &[(&str, &str)], body: &str| -> Answer {
        let headers = [&[JSON][..], headers].concat();
        send(server.address, "POST", "/genesys/cometd/connect", &headers, body.as_bytes()).await.expect("an answer")
    };
    let unknown = post(&[], r#"[{"channel":"/meta/connect","clientId":"nobody","id":"5"}]"#).await.json();
    assert_eq!((&unknown[0]["error"], &unknown[0]["advice"]["reconnect"]), (&"402::Unknown client".into(), &"handshake".into()));

    let mut client = Bayeux::come(server.address, false).await;
    client.key = "0".repeat(64);
    for operation in ["requestNotifications", "sendMessage", "disconnect", "nonsense"] {
        client.publish(json!({ "operation": operation, "message": "x" })).await;
        let told = client.push().await;
        assert_eq!(
            (&told["statusCode"], &told["errors"][0]["code"], &told["chatEnded"]),
            (&2.into(), &401.into(), &true.into()),
            "{operation}"
        );
    }
    // The id of a client can only be used on pages of its origin.
    let stolen = json!([{ "channel": "/meta/connect", "clientId": client.id }]).to_string();
    let answer = post(&[("origin", "http://shop.test")], &stolen).await;
    assert_eq!(answer.json()[0]["error"], "402::Unknown client");
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://shop.test"));
    assert_eq!(post(&[("origin", "http://evil.test")], "[]").await.status, 403);
    // Bad bodies.
    assert_eq!(post(&[], "nonsense").await.fault(), (400, 2, false, 400));
    assert_eq!(post(&[], "3").await.fault(), (400, 2, false, 400));
    assert_eq!(post(&[], "[3, null, {}]").await.json()[0]["successful"], false);
    assert_eq!(post(&[], &"[".repeat(100_000)).await.fault(), (400, 2, false, 400));
    let other = client.ask(json!({ "channel": "/meta/subscribe", "subscription": "/service/chatV2/nothing" }), "/meta/subscribe").await;
    assert_eq!(other["successful"], false);
}

#[tokio::test]
async fn files_of_a_pushed_chat_have_one_address() {
    let server = server_with("cometd = true").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut client = Bayeux::come(server.address, false).await;
    client.publish(json!({ "operation": "requestChat", "nickname": "Bob" })).await;
    client.push().await;
    let ask = async |fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>| {
        send(server.address, "POST", "/genesys/2/chat-ntf", &[PARTS], &multipart(fields, file)).await.expect("an answer")
    };
    let key = ("secureKey", client.key.as_str());
    let json = ask(&[("operation", "fileUpload"), key], Some(("a.txt", "text/plain", b"abc"))).await.good();
    let file = json["userData"]["file-id"].as_str().expect("an id");
    let limits = ask(&[("operation", "fileGetLimits"), key], None).await.good();
    assert_eq!(limits["messages"][0]["userData"]["used-upload-max-files"], "1");
    assert_eq!(ask(&[("operation", "fileDownload"), key, ("fileId", file)], None).await.body, b"abc");
    ask(&[("operation", "fileDelete"), key, ("fileId", file)], None).await.good();
    assert_eq!(ask(&[("operation", "fileDownload"), key, ("fileId", file)], None).await.fault(), (404, 2, false, 404));
    assert_eq!(ask(&[("operation", "fileGetLimits"), ("secureKey", "x")], None).await.fault(), (200, 2, true, 401));
    client.event("the file", |event| event["type"] == "FileUploaded").await;
}

#[tokio::test]
async fn without_the_switch_there_is_no_such_address() {
    let server = server_with("").await;
    let answer = send(server.address, "POST", "/genesys/cometd", &[JSON], b"[]").await.expect("an answer");
    assert_eq!(answer.fault(), (404, 2, false, 404));
    assert_eq!(send(server.address, "POST", "/genesys/2/chat-ntf", &[PARTS], b"").await.expect("an answer").status, 404);
}

#[tokio::test]
async fn s34_one_address_does_not_take_every_place_of_those_who_are_pushed() {
    let settings = crate::client::settings("cometd = true");
    let changes = [
        (settings[0].0.as_str(), settings[0].1.as_str()),
        crate::common::BEHIND_PROXY,
        ("stop = \"3s\"", "stop = \"3s\"\n[limits]\nper_address = 5"),
        ("frames_per_second = 100000", "frames_per_second = 5"),
    ];
    let server = crate::common::Server::with(&changes).await;
    let shake = async |from: &str| {
        let text = json!([{ "id": "1", "channel": "/meta/handshake", "version": "1.0" }]).to_string();
        let headers = [JSON, ("x-forwarded-for", from)];
        send(server.address, "POST", "/genesys/cometd", &headers, text.as_bytes()).await.expect("an answer")
    };
    for _ in 0..5 {
        assert_eq!(shake("203.0.113.1").await.json()[0]["successful"], true);
    }
    assert_eq!(shake("203.0.113.1").await.json()[0]["error"], "503::Too many clients");
    assert_eq!(shake("203.0.113.2").await.json()[0]["successful"], true);
    // A client that asks without pauses is told to slow down, also without a socket.
    let mut slowed = false;
    for _ in 0..400 {
        slowed = shake("203.0.113.3").await.status == 429;
        if slowed {
            break;
        }
    }
    assert!(slowed, "four hundred requests in a row, of twenty");
    assert_eq!(shake("203.0.113.2").await.status, 200);
}
