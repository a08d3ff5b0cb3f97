//! Files over our own link: upload in parts, download with a key, limits, bad files, a server that is killed meanwhile (quality S42 to S44, R65).

mod common;

use chinwag::model::{Entry, EntryBody};
use chinwag::wire::{AgentFrame, DeskFrame};
use chinwag_machine::within;
use common::people::Visitor;
use common::program::Program;
use common::upload::{Sender, address_of, entry_of, files_below, folder, png, server, talk};
use common::{PATIENCE, Server, eventually, http};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn s42_files_go_both_ways_and_come_down_with_their_key_only() {
    let server = server("").await;
    let (mut ada, mut visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    let image = png(100_000);
    let answer = up.whole("u-1", "cat.png", &image).await;
    assert_eq!(answer.header("access-control-allow-origin"), "http://shop.test");
    let entry = entry_of(&answer);
    let EntryBody::File { name, size, kind, width, height, from, .. } = &entry.body else { panic!("{entry:?}") };
    assert_eq!((name.as_str(), *size, kind.as_str(), *width, *height), ("cat.png", 100_000, "image/png", Some(3), Some(2)));
    assert_eq!((entry.id.as_str(), &from.id), ("u-1", &visitor.id));
    // Both get the file as an entry like others.
    let is = |wanted: &'static str| move |entry: &Entry| (entry.id.as_str() == wanted).then(|| entry.clone());
    assert_eq!(visitor.entry("the file", is("u-1")).await, entry);
    let heard = ada.socket.until("the file", |frame| match frame {
        DeskFrame::Entry { entry, .. } => is("u-1")(entry),
        _ => None,
    });
    assert_eq!(heard.await, entry);
    let down = http::get(server.address, &address_of(&conv, &entry), &[]).await;
    assert_eq!((down.status, down.body == image), (200, true));
    assert_eq!((down.header("content-type"), down.header("x-content-type-options")), ("image/png", "nosniff"));
    assert_eq!(down.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(
        (down.header("content-disposition"), down.header("cross-origin-resource-policy")),
        ("inline; filename*=UTF-8''cat.png", "cross-origin")
    );

    // The agent's file, which is not an image.
    let text = Sender::agent(server.address, "ada", &conv).whole("u-2", "Pr\u{e9}cis.txt", b"hello").await;
    let entry = entry_of(&text);
    assert_eq!(visitor.entry("the file", is("u-2")).await, entry);
    let path = address_of(&conv, &entry);
    let down = http::get(server.address, &path, &[]).await;
    assert_eq!((down.status, down.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!(down.header("content-type"), "application/octet-stream");
    assert_eq!(down.header("content-disposition"), "attachment; filename*=UTF-8''Pr%C3%A9cis.txt");

    // No download with another key, with the key of another file, or for an agent who is not in the conversation.
    let key = path.rsplit_once('/').expect("a key").0;
    for wrong in [key.to_owned(), format!("{key}/{}", "0".repeat(32)), format!("{key}/")] {
        assert_eq!(http::get(server.address, &wrong, &[]).await.status, 404, "{wrong}");
    }
    let mut other = Visitor::come(server.address).await;
    other.start("sales", &[]).await;
    assert_eq!(Sender::visitor(server.address, &other, &conv).whole("u-3", "a.txt", b"a").await.code(), "not_found");
    let mut stranger = Sender::visitor(server.address, &visitor, &conv);
    stranger.token = format!("Bearer {}.{}", visitor.id, other.token);
    assert_eq!(stranger.whole("u-4", "a.txt", b"a").await.status, 401);
    assert_eq!(stranger.ask("GET", "u-1").await.status, 401);
    assert_eq!(Sender::agent(server.address, "eve", &conv).whole("u-5", "a.txt", b"a").await.status, 404);
    assert_eq!(Sender::agent(server.address, "sam", &conv).whole("u-6", "a.txt", b"a").await.status, 403, "reads along, is not in it");
    let foreign = [("authorization", up.token.as_str()), ("origin", "http://evil.test")];
    assert_eq!(http::request(server.address, "POST", &up.path("u-7", "a.txt", 1, 0), &foreign, "a").await.code(), "origin_not_allowed");
    let ask = [("origin", "http://shop.test"), ("access-control-request-method", "POST")];
    let preflight = http::request(server.address, "OPTIONS", &up.path("u-8", "a.txt", 1, 0), &ask, "").await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-headers")), (204, "authorization, content-type"));
}

#[tokio::test]
async fn r65_an_id_is_one_file_however_often_and_in_whatever_parts_it_comes() {
    let server = server("").await;
    let (mut ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    let bytes = png(300_000);
    assert_eq!(up.offset("u").await, 0, "what is not known has no bytes");
    assert_eq!(up.post("u", "a.png", 300_000, 0, &bytes[..100_000]).await.json()["offset"], 100_000);
    assert_eq!(up.offset("u").await, 100_000);
    // A gap, and a repeated part: the answer has the position to continue at.
    for offset in [0, 50_000, 200_000] {
        let answer = up.post("u", "a.png", 300_000, offset, &bytes[offset..offset + 1000]).await;
        assert_eq!((answer.status, answer.code(), answer.json()["offset"].as_u64()), (409, "offset".into(), Some(100_000)));
    }
    let first = entry_of(&up.post("u", "a.png", 300_000, 100_000, &bytes[100_000..]).await);
    for _ in 0..2 {
        assert_eq!(entry_of(&up.whole("u", "a.png", &bytes).await), first, "a repeat gets the first answer");
    }
    assert_eq!(up.whole("u", "b.png", &bytes).await.code(), "conflict");
    assert_eq!(entry_of(&up.ask("GET", "u").await), first);
    assert_eq!(http::get(server.address, &address_of(&conv, &first), &[]).await.body, bytes);
    let page = ada.open(&conv, None).await;
    assert_eq!(page.entries.iter().filter(|entry| matches!(entry.body, EntryBody::File { .. })).count(), 1);

    // Given up: no bytes of the upload are left, and the entries of the log stay.
    up.post("v", "a.png", 300_000, 0, &bytes[..100_000]).await;
    assert_eq!(files_below(&server.folder.path("data/uploads")), 1);
    assert_eq!(up.ask("DELETE", "v").await.status, 200);
    assert_eq!(up.ask("DELETE", "u").await.status, 200);
    assert_eq!(files_below(&server.folder.path("data/uploads")), 0);
    assert_eq!(http::get(server.address, &address_of(&conv, &first), &[]).await.status, 200);
    // After the end no file is accepted, and a repeat still gets the first answer.
    ada.send(AgentFrame::Put { conv: conv.clone(), id: "end".into(), item: chinwag::wire::AgentItem::End {}, follows: None }).await;
    ada.acked(&"end".into()).await;
    assert_eq!(up.whole("w", "a.png", &bytes).await.code(), "ended");
    assert_eq!(entry_of(&up.whole("u", "a.png", &bytes).await), first);
}

#[tokio::test]
async fn s43_bad_files_are_refused_by_name_and_leave_nothing() {
    let server = server("max_size = 1000\nmax_files = 2\nmax_total = 1500\ntypes = [\"png\", \"txt\"]").await;
    let (mut ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, bytes, status, code, field) in [
        ("a.txt", b"".as_slice(), 400, "file_empty", "size"),
        ("a.txt", [b'x'; 1001].as_slice(), 413, "file_too_large", "size"),
        ("a.svg", svg, 415, "file_wrong_type", "name"),
        ("a.html", html, 415, "file_wrong_type", "name"),
        ("a.txt", html, 415, "file_wrong_type", "name"),
        ("a.png", svg, 415, "file_wrong_type", "name"),
        ("a.png", html, 415, "file_wrong_type", "name"),
        ("a.png.exe", b"MZ\x90\0", 415, "file_wrong_type", "name"),
        ("a.txt", b"MZ\x90\0", 415, "file_wrong_type", "name"),
        ("png", b"x", 415, "file_wrong_type", "name"),
        ("", b"x", 415, "file_wrong_type", "name"),
        ("a\u{202e}gnp.exe", b"x", 415, "file_wrong_type", "name"),
    ] {
        let answer = up.whole("bad", name, bytes).await;
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, error["code"].as_str(), error["field"].as_str()),
            (status, Some(code), Some(field)),
            "{name:?}: {error}"
        );
        assert!(!error["message"].as_str().unwrap_or_default().is_empty());
    }
    let bad_id = format!("{}/{}?name=a.txt&size=1", up.base, "x".repeat(65));
    let token = [("authorization", up.token.as_str())];
    assert_eq!(http::request(server.address, "POST", &bad_id, &token, "a").await.code(), "malformed");
    for query in
        ["", "?name=a.txt&size=-1", "?name=a.txt&size=x", "?name=a.txt&size=1&offset=1", "?name=a.txt&size=1&offset=99999999999999999999"]
    {
        let answer = http::request(server.address, "POST", &format!("{}/x{query}", up.base), &token, "ab").await;
        assert!((400..=415).contains(&answer.status), "{query}: {}", answer.status);
    }
    assert_eq!(files_below(&server.folder.path("data/uploads")) + files_below(&server.folder.path("data/blobs")), 0);

    // Odd names are reduced to characters that can be shown and saved.
    for (id, name, kept) in [
        ("n-1", "../..\\x/\u{202e}\"evil'<b>\r\n.txt", "\"evil'<b>.txt".to_owned()),
        ("n-2", &format!("{}.txt", "\u{e9}".repeat(300)), format!("{}.txt", "\u{e9}".repeat(109))),
    ] {
        let entry = entry_of(&up.whole(id, name, &[b'y'; 700]).await);
        assert!(matches!(&entry.body, EntryBody::File { name, .. } if *name == kept), "{entry:?}");
        let down = http::get(server.address, &address_of(&conv, &entry), &[]).await;
        assert!(down.header("content-disposition").starts_with("attachment; filename*=UTF-8''") && down.status == 200);
    }
    assert_eq!(up.whole("n-3", "c.txt", b"c").await.code(), "too_many_files");
    ada.say(&conv, "still here").await;
}

#[tokio::test]
async fn limits_hold_for_a_conversation_and_files_are_off_without_the_section() {
    let server = server("max_size = 1000\nmax_total = 1500").await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    entry_of(&up.whole("1", "a.txt", &[b'x'; 1000]).await);
    assert_eq!(up.whole("2", "b.txt", &[b'x'; 501]).await.code(), "files_too_large");
    // Of two uploads at once, only one can take the last free space.
    let (body, agent) = ([b'x'; 500], Sender::agent(server.address, "ada", &conv));
    let (one, two) = tokio::join!(up.whole("3", "b.txt", &body), agent.whole("4", "c.txt", &body));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 413]);
    assert_eq!(files_below(&server.folder.path("data/blobs")), 2);
    let config = http::get(server.address, "/v1/sites/shop/config", &[]).await.json();
    assert_eq!((config["files"]["max_size"].as_u64(), config["files"]["max_files"].as_u64()), (Some(1000), Some(20)));

    let server = Server::start().await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    assert_eq!(up.whole("1", "a.txt", b"a").await.code(), "files_off");
    assert!(http::get(server.address, "/v1/sites/shop/config", &[]).await.json()["files"].is_null());
}

#[tokio::test]
async fn s44_what_is_too_large_is_refused_before_its_bytes_are_sent() {
    let server = server("").await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    let size = 100 * 1024 * 1024;
    for (path, code) in [(up.path("u", "a.png", size, 0), "file_too_large"), (up.path("u", "a.png", 10, 0), "malformed")] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {0}\r\nauthorization: {1}\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n",
            up.address, up.token
        );
        let exchange = async {
            let mut stream = TcpStream::connect(up.address).await.expect("connected");
            stream.write_all(head.as_bytes()).await.expect("sent");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("an answer");
            answer
        };
        let answer = http::read(&within(PATIENCE, exchange).await.expect("an answer without a byte of the body"));
        assert_eq!(answer.code(), code);
    }
    assert_eq!(files_below(&server.folder.path("data/uploads")), 0);
}

/// Begins a request and sends a part of its body.
async fn send_part(up: &Sender, id: &str, size: usize, part: &[u8]) -> TcpStream {
    let path = up.path(id, "a.png", size, 0);
    let head = format!("POST {path} HTTP/1.1\r\nhost: {0}\r\nauthorization: {1}\r\ncontent-length: {size}\r\n\r\n", up.address, up.token);
    let mut stream = TcpStream::connect(up.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(part).await.expect("sent");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn r65_an_upload_cut_at_half_by_kill_9_goes_on_and_leaves_one_file() {
    let folder = folder("");
    folder.sign_in_everybody().await;
    let program = Program::start(&folder);
    let (_ada, visitor, conv) = talk(program.address).await;
    let bytes = png(2_000_000);
    let up = Sender::visitor(program.address, &visitor, &conv);
    let stream = send_part(&up, "u", bytes.len(), &bytes[..1_000_000]).await;
    eventually("half of it is there", async || up.offset("u").await >= 900_000).await;
    program.kill();
    drop(stream);
    let program = Program::start(&folder);
    let up = Sender { address: program.address, ..up };
    let offset = usize::try_from(up.offset("u").await).expect("a number");
    assert!((900_000..=1_000_000).contains(&offset), "{offset}");
    let entry = entry_of(&up.post("u", "a.png", bytes.len(), offset, &bytes[offset..]).await);
    assert_eq!(entry_of(&up.whole("u", "a.png", &bytes).await), entry);
    assert_eq!(http::get(program.address, &address_of(&conv, &entry), &[]).await.body, bytes);
    let files = || (files_below(&folder.path("data/uploads")), files_below(&folder.path("data/blobs")));
    assert_eq!(files(), (0, 1));

    // A second request takes over from one that hangs.
    let _hangs = send_part(&up, "v", bytes.len(), &bytes[..500_000]).await;
    eventually("a part of it is there", async || up.offset("v").await >= 400_000).await;
    let offset = eventually_offset(&up, "v").await;
    entry_of(&up.post("v", "a.png", bytes.len(), offset, &bytes[offset..]).await);
    assert_eq!(files(), (0, 2));
    program.kill();
}

/// The position to continue at, once a request that hangs has been ended: the answer to an attempt at a wrong position has it.
async fn eventually_offset(up: &Sender, id: &str) -> usize {
    let answer = up.post(id, "a.png", 2_000_000, 1, b"x").await;
    usize::try_from(answer.json()["offset"].as_u64().expect("an offset")).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn s44_memory_stays_flat_while_a_large_file_arrives_and_leaves() {
    const SIZE: usize = 256 * 1024 * 1024;
    let folder = folder("max_size = 300000000\nmax_total = 300000000");
    folder.sign_in_everybody().await;
    let program = Program::start(&folder);
    let (_ada, visitor, conv) = talk(program.address).await;
    let up = Sender::visitor(program.address, &visitor, &conv);
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
    };
    let before = memory();
    // A picture: the server writes it a second time without its metadata.
    let picture = png(SIZE);
    let (first, rest) = picture.split_at(64 * 1024);
    let mut stream = send_part(&up, "u", SIZE, first).await;
    for piece in rest.chunks(1024 * 1024) {
        stream.write_all(piece).await.expect("sent");
    }
    eventually("it is whole", async || up.ask("GET", "u").await.json()["entry"].is_object()).await;
    let arrived = memory();
    let entry = entry_of(&up.ask("GET", "u").await);
    let down = http::get(program.address, &address_of(&conv, &entry), &[]).await;
    assert_eq!(down.body.len(), SIZE);
    let left = memory();
    println!("memory of the server at most: {before} MiB before, {arrived} MiB after {} MiB came, {left} MiB after they left", SIZE >> 20);
    assert!(left < before + 48, "it was never whole in memory");
    program.kill();
}

#[tokio::test]
async fn s44_a_visitor_sends_no_more_than_may_be_in_some_time() {
    let server = server("max_size = 2048\nvisitor_per_hour = 3\nvisitor_bytes_per_day = 4096").await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    // The parts of a file count as one file, and a repeat does not count again.
    assert_eq!(up.post("1", "a.txt", 2048, 0, &[b'a'; 1000]).await.json()["offset"], 1000);
    entry_of(&up.post("1", "a.txt", 2048, 1000, &[b'a'; 1048]).await);
    entry_of(&up.whole("1", "a.txt", &[b'a'; 2048]).await);
    // A file that is refused for its type does not count either.
    for id in ["x", "y", "z"] {
        assert_eq!(up.whole(id, "a.exe", b"a").await.code(), "file_wrong_type");
    }
    entry_of(&up.whole("2", "b.txt", &[b'b'; 1024]).await);
    let refused = up.whole("3", "c.txt", &[b'c'; 1025]).await;
    assert_eq!((refused.status, refused.code()), (429, "files_later".into()));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    let message = refused.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("4096 bytes in a day") && message.contains("later"), "{message}");
    assert_eq!(up.whole("4", "d.txt", b"d").await.code(), "files_later", "the third had its turn, and did not fit");
    assert_eq!(files_below(&server.folder.path("data/uploads")), 0, "nothing is left of what was refused");
    // The limit of the visitor is not that of the agent or of another visitor.
    entry_of(&Sender::agent(server.address, "ada", &conv).whole("5", "e.txt", b"e").await);
    let mut other = Visitor::come(server.address).await;
    let conv = other.start("sales", &[]).await.state.id;
    entry_of(&Sender::visitor(server.address, &other, &conv).whole("6", "f.txt", b"f").await);
}
