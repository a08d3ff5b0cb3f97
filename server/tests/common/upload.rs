//! Uploads to a server: senders, addresses, and answers.

use super::http::{self, Answer};
use super::people::{Agent, Visitor};
use super::{Folder, Server, token_of};
use chinwag::model::{ConversationId, Entry, EntryBody};
use chinwag::wire::Codec;
use std::net::SocketAddr;
use std::path::Path;

/// A configuration in which the first site accepts files, with more lines of `[sites.files]`.
pub fn with(more: &str) -> Vec<(String, String)> {
    let first = "id = { ctw-1 = \"old-1\" }\n";
    vec![(first.to_owned(), format!("{first}[sites.files]\n{more}\n"))]
}

pub async fn server(more: &str) -> Server {
    let changes = with(more);
    Server::with(&changes.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect::<Vec<_>>()).await
}

/// A PNG of 3 by 2 pixels with so many bytes. Its content is not valid picture data.
pub fn png(bytes: usize) -> Vec<u8> {
    let data = u32::try_from(bytes - 57).expect("less than 4 GiB");
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x06\0\0\0crc.".to_vec();
    png.extend(data.to_be_bytes());
    png.extend(b"IDAT");
    png.extend((0..data).map(|number| (number % 251) as u8));
    png.extend(b"crc.\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

/// A sender: the address for uploads, and the header that authorises them.
pub struct Sender {
    pub address: SocketAddr,
    pub base: String,
    pub token: String,
}

impl Sender {
    pub fn visitor(address: SocketAddr, visitor: &Visitor, conv: &ConversationId) -> Self {
        Self {
            address,
            base: format!("/v1/sites/shop/conversations/{conv}/uploads"),
            token: format!("Bearer {}.{}", visitor.id, visitor.token),
        }
    }

    pub fn agent(address: SocketAddr, user: &str, conv: &ConversationId) -> Self {
        Self { address, base: format!("/v1/agent/conversations/{conv}/uploads"), token: format!("Bearer {}", token_of(user)) }
    }

    pub fn path(&self, id: &str, name: &str, size: usize, offset: usize) -> String {
        let name: String = form_urlencoded(name);
        format!("{}/{id}?name={name}&size={size}&offset={offset}", self.base)
    }

    pub async fn post(&self, id: &str, name: &str, size: usize, offset: usize, body: &[u8]) -> Answer {
        let headers = [("authorization", self.token.as_str()), ("origin", "http://shop.test")];
        let headers = if self.base.starts_with("/v1/agent") { &headers[..1] } else { &headers[..] };
        http::send(self.address, &self.address.to_string(), "POST", &self.path(id, name, size, offset), headers, body).await
    }

    pub async fn whole(&self, id: &str, name: &str, body: &[u8]) -> Answer {
        self.post(id, name, body.len(), 0, body).await
    }

    pub async fn ask(&self, method: &str, id: &str) -> Answer {
        http::request(self.address, method, &format!("{}/{id}", self.base), &[("authorization", &self.token)], "").await
    }

    pub async fn offset(&self, id: &str) -> u64 {
        self.ask("GET", id).await.json()["offset"].as_u64().expect("an offset")
    }
}

pub fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The address of the bytes of a file.
pub fn address_of(conv: &ConversationId, entry: &Entry) -> String {
    let EntryBody::File { file, key, .. } = &entry.body else { panic!("no file: {entry:?}") };
    format!("/v1/files/{conv}/{file}/{}", key.as_deref().expect("a key"))
}

pub fn entry_of(answer: &Answer) -> Entry {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    Entry::from_text(&answer.json()["entry"].to_string()).expect("an entry")
}

/// A visitor in a conversation with Ada.
pub async fn talk(address: SocketAddr) -> (Agent, Visitor, ConversationId) {
    let mut ada = Agent::ready(address, "ada").await;
    let mut visitor = Visitor::come(address).await;
    visitor.start("sales", &[]).await;
    let conv = ada.accept().await;
    ada.open(&conv, None).await;
    (ada, visitor, conv)
}

pub fn files_below(dir: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// A folder whose first site accepts files.
pub fn folder(more: &str) -> Folder {
    let changes = with(more);
    Folder::new(&changes.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect::<Vec<_>>())
}
