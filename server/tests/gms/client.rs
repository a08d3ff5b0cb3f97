//! A client written from G4 alone: it starts, sends, polls, and reads the answers. Each request has a
//! connection of its own.

use crate::common::{Folder, PATIENCE, Server, eventually};
use chinwag_server::server;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The protocol's part of the configuration in tests; `MORE` is replaced.
const GMS: &str =
    "id = { ctw-1 = \"old-1\" }\n[sites.gms]\nservices = { \"customer-support\" = \"sales\", \"with-form\" = \"asking\" }\nMORE";

/// The change of [`crate::common::CONFIG`] that switches on the protocol, with more lines of `[sites.gms]`.
pub fn settings(more: &str) -> [(String, String); 1] {
    [("id = { ctw-1 = \"old-1\" }".into(), GMS.replace("MORE", more))]
}

/// A server that speaks the protocol.
pub async fn server_with(more: &str) -> Server {
    let settings = settings(more);
    let changes: Vec<(&str, &str)> = settings.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    Server::with(&changes).await
}

/// The folder of such a server, which outlives the server.
pub fn folder_with(more: &str) -> Folder {
    let settings = settings(more);
    let changes: Vec<(&str, &str)> = settings.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    Folder::new(&changes)
}

/// Starts a server in a place.
pub async fn run(folder: &Folder) -> server::Running {
    server::start(folder.options()).await.expect("a server")
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// The JSON of an answer that reports success.
    pub fn good(&self) -> Value {
        let json = self.json();
        assert_eq!((self.status, json["statusCode"].as_i64()), (200, Some(0)), "{json}");
        json
    }

    /// HTTP status, `statusCode`, `chatEnded` and the code of the error.
    pub fn fault(&self) -> (u16, i64, bool, i64) {
        let json = self.json();
        let number = |value: &Value| value.as_i64().unwrap_or_else(|| panic!("no number in {json}"));
        assert!(json["errors"][0]["advice"].is_string(), "{json}");
        (self.status, number(&json["statusCode"]), json["chatEnded"].as_bool().expect("a flag"), number(&json["errors"][0]["code"]))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |key: &str| key.eq_ignore_ascii_case(name);
        self.head.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| is_it(key)).map(|(_, value)| value.trim())
    }
}

/// Sends one request; `None` when the server cannot be reached.
pub async fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head, body: bytes[end + 4..].to_vec() })
    };
    chinwag_machine::within(PATIENCE, exchange).await.expect("an answer in time")
}

/// Fields as `application/x-www-form-urlencoded`.
pub fn urlencoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Fields, and perhaps a file, as `multipart/form-data` with the boundary `xXx`.
pub fn multipart(fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--xXx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    if let Some((name, kind, bytes)) = file {
        let head = format!("--xXx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xXx--\r\n");
    body
}

pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
pub const PARTS: (&str, &str) = ("content-type", "multipart/form-data; boundary=xXx");

/// A client in a chat.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: SocketAddr,
    pub base: String,
    pub chat: String,
    pub user: String,
    pub key: String,
    pub alias: String,
    /// The position at which the next refresh begins.
    pub next: i64,
    /// Every event so far, in the order of their numbers.
    pub events: Vec<Value>,
    pub ended: bool,
}

impl Client {
    /// Requests a chat.
    pub async fn start(address: SocketAddr, fields: &[(&str, &str)]) -> Self {
        Self::start_at(address, "customer-support", fields).await
    }

    pub async fn start_at(address: SocketAddr, service: &str, fields: &[(&str, &str)]) -> Self {
        let base = format!("/genesys/2/chat/{service}");
        let json = send(address, "POST", &base, &[FORM], urlencoded(fields).as_bytes()).await.expect("an answer").good();
        let text = |name: &str| json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")).to_owned();
        let (chat, user, key, alias) = (text("chatId"), text("userId"), text("secureKey"), text("alias"));
        let mut client = Self { address, base, chat, user, key, alias, next: 1, events: Vec::new(), ended: false };
        client.take(&json);
        client
    }

    fn mandatory(&self) -> [(&str, &str); 3] {
        [("userId", &self.user), ("secureKey", &self.key), ("alias", &self.alias)]
    }

    /// The address of an operation.
    pub fn path(&self, operation: &str) -> String {
        format!("{}/{}/{operation}", self.base, self.chat)
    }

    /// Calls an operation, and returns its answer, also a refusal.
    pub async fn raw(&self, operation: &str, fields: &[(&str, &str)]) -> Answer {
        let all = [&self.mandatory()[..], fields].concat();
        send(self.address, "POST", &self.path(operation), &[FORM], urlencoded(&all).as_bytes()).await.expect("an answer")
    }

    /// Calls an operation that has to succeed.
    pub async fn call(&mut self, operation: &str, fields: &[(&str, &str)]) -> Value {
        let json = self.raw(operation, fields).await.good();
        self.take(&json);
        json
    }

    pub async fn say(&mut self, text: &str) -> Value {
        self.call("send", &[("message", text)]).await
    }

    /// Polls once.
    pub async fn poll(&mut self) -> Value {
        let position = self.next.to_string();
        self.call("refresh", &[("transcriptPosition", &position)]).await
    }

    /// The pause between two polls: a client that polls without pauses is told to slow down.
    pub async fn pause(&self) {
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
    }

    /// Polls until `pick` returns a value for an event.
    pub async fn until<T>(&mut self, what: &str, pick: impl Fn(&Value) -> Option<T>) -> T {
        let mut seen = 0;
        let mut found = None;
        eventually(what, async || {
            found = self.events[seen..].iter().find_map(&pick);
            seen = self.events.len();
            if found.is_none() {
                self.pause().await;
                self.poll().await;
            }
            found.is_some()
        })
        .await;
        found.expect("found")
    }

    pub async fn hears(&mut self, text: &str) -> Value {
        self.until(text, |event| (event["type"] == "Message" && event["text"] == text).then(|| event.clone())).await
    }

    pub async fn sees(&mut self, kind: &str) -> Value {
        self.until(kind, |event| (event["type"] == kind).then(|| event.clone())).await
    }

    /// Processes an answer: changed ids, events, the next position. Events that came before are compared and not added again.
    fn take(&mut self, json: &Value) {
        for (name, field) in [("alias", &mut self.alias), ("secureKey", &mut self.key), ("userId", &mut self.user)] {
            if let Some(fresh) = json[name].as_str() {
                fresh.clone_into(field);
            }
        }
        for event in json["messages"].as_array().expect("messages") {
            let index = event["index"].as_u64().expect("an index") as usize;
            match self.events.get(index - 1) {
                Some(known) => assert_eq!(known, event, "an event changed"),
                None => {
                    assert_eq!(index, self.events.len() + 1, "an index was left out: {json}");
                    self.events.push(event.clone());
                }
            }
        }
        if let Some(next) = json["nextPosition"].as_i64()
            && json["messages"].as_array().is_some_and(|events| !events.is_empty())
        {
            assert_eq!(next, self.events.len() as i64 + 1, "{json}");
            self.next = next;
        }
        self.ended |= json["chatEnded"].as_bool().expect("chatEnded");
    }

    /// The events so far, in short: type and sender of each.
    pub fn story(&self) -> Vec<String> {
        let line = |event: &Value| {
            let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
            format!("{} {}", text(&event["type"]), text(&event["from"]["type"]))
        };
        self.events.iter().map(line).collect()
    }

    /// Uploads a file.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let body = multipart(&self.mandatory(), Some((name, "text/plain", bytes)));
        send(self.address, "POST", &self.path("file"), &[PARTS], &body).await.expect("an answer")
    }
}
