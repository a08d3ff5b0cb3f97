//! Reconnecting: after a lost connection, and after the server was killed or stopped.

mod common;

use chinwag::dialects::transcript::Transcript;
use chinwag::model::{ConversationId, EntryBody, EntryId, Standing};
use chinwag::wire::{AgentFrame, AgentItem, Code, Codec, DeskFrame, Have, Item, ServerFrame, VisitorFrame};
use chinwag_machine::{grown, within};
use chinwag_server::store::Store;
use chinwag_server::store::sqlite::Sqlite;
use common::people::{Agent, Visitor, is_text, new_id};
use common::program::Program;
use common::{Folder, PATIENCE, Server};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

/// A server program, and a conversation of the visitor with Ada in it, begun with these values over a widget.
async fn meeting(widget: &str, values: &[(&str, &str)]) -> (Folder, Program, Agent, Visitor, ConversationId) {
    let folder = Folder::new(&[]);
    folder.sign_in_everybody().await;
    let program = Program::start(&folder);
    let mut ada = Agent::ready(program.address, "ada").await;
    let mut visitor = Visitor::come(program.address).await;
    visitor.start(widget, values).await;
    let conv = ada.accept().await;
    (folder, program, ada, visitor, conv)
}

fn texts(entries: &[chinwag::model::Entry]) -> Vec<&str> {
    let text = |entry: &'_ chinwag::model::Entry| matches!(entry.body, EntryBody::Message { .. });
    entries
        .iter()
        .filter(|entry| text(entry))
        .map(|entry| match &entry.body {
            EntryBody::Message { text, .. } => text.as_str(),
            _ => "",
        })
        .collect()
}

#[tokio::test]
async fn r4_who_comes_back_gets_exactly_what_is_missing() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.start("sales", &[]).await;
    let conv = ada.accept().await;
    let last = visitor.say(&conv, "one").await;
    for text in ["two", "three"] {
        ada.say(&conv, text).await;
    }
    let mut back = visitor.back(server.address, &conv, Some(last)).await;
    let page = back.chats.first().cloned().expect("the conversation");
    assert_eq!((texts(&page.entries), page.fresh, page.more_after, page.more_before), (vec!["two", "three"], false, false, true));
    assert_eq!(page.entries[0].prev, last, "it connects");
    // And the entries from then on.
    ada.say(&conv, "four").await;
    back.hears("four").await;
    // No entry is missing: an empty page.
    let head = page.state.head;
    let again = visitor.back(server.address, &conv, Some(head + 1)).await;
    assert!(again.chats[0].entries.is_empty());
    // A client whose entries come from other data gets all entries.
    let have = vec![Have { conv: conv.clone(), after: Some(last) }];
    let other = Visitor::hello(server.address, visitor.id.clone(), Some(visitor.token.clone()), Some("other".into()), have).await;
    assert!(other.chats[0].fresh);
    assert_eq!(texts(&other.chats[0].entries), ["one", "two", "three", "four"]);
    assert_eq!(other.token, visitor.token, "the token stays");
    // A page that is ahead of the log has to forget its entries.
    let ahead = visitor.back(server.address, &conv, Some(999)).await;
    assert!(ahead.chats[0].fresh);
}

#[tokio::test]
async fn r22_long_histories_come_in_pages_without_a_gap() {
    let server =
        Server::with(&[("stop = \"3s\"", "stop = \"3s\"\n[limits]\nmessages_per_second = 10000\nframes_per_second = 10000")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.start("sales", &[]).await;
    let conv = ada.accept().await;
    let long = "x".repeat(3_000);
    let mut ids: Vec<EntryId> = Vec::new();
    for number in 0..250 {
        let id = new_id();
        visitor.put(&conv, &id, Item::Message { text: format!("{number} {long}") }).await;
        ids.push(id);
    }
    for id in &ids {
        visitor.acked(id).await;
    }
    let fresh = visitor.back(server.address, &conv, None).await;
    let newest = &fresh.chats[0];
    assert!(newest.fresh && newest.more_before && !newest.more_after);
    let mut entries = newest.entries.clone();
    let mut back = fresh;
    while entries[0].prev != 0 {
        back.socket.send(&VisitorFrame::Fetch { conv: conv.clone(), after: None, before: Some(entries[0].seq) }).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Page { chat } => Some(chat.clone()),
            _ => None,
        };
        let mut page = back.socket.until("a page", pick).await;
        assert!(!page.entries.is_empty() && page.entries.len() <= 100);
        assert_eq!(page.more_before, page.entries[0].prev != 0);
        page.entries.append(&mut entries);
        entries = page.entries;
    }
    assert!(entries.windows(2).all(|two| two[1].prev == two[0].seq), "no gap");
    assert_eq!(texts(&entries).len(), 250);
    // Pages of entries forwards, as after a long absence.
    let mut after = 1;
    let mut seen = 0;
    loop {
        back.socket.send(&VisitorFrame::Fetch { conv: conv.clone(), after: Some(after), before: None }).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Page { chat } => Some(chat.clone()),
            _ => None,
        };
        let page = back.socket.until("a page", pick).await;
        assert_eq!(page.entries[0].prev, after);
        seen += page.entries.len();
        after = page.entries.last().map_or(after, |entry| entry.seq);
        assert_eq!(page.more_after, after < page.state.head);
        if !page.more_after {
            break;
        }
    }
    assert_eq!(seen + 1, entries.len());
}

#[tokio::test]
async fn r22_several_long_conversations_come_back_in_one_frame_and_go_on_in_pages() {
    let limits = "stop = \"3s\"\n[limits]\nmessages_per_second = 10000\nframes_per_second = 10000";
    let server = Server::with(&[("stop = \"3s\"", limits)]).await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let long = "é".repeat(8_000);
    let mut have = Vec::new();
    for _ in 0..8 {
        let conv = visitor.start("sales", &[]).await.state.id;
        for _ in 0..20 {
            visitor.say(&conv, &long).await;
        }
        have.push(Have { conv, after: Some(1) });
    }
    let epoch = Some(visitor.epoch.clone());
    let mut back = Visitor::hello(server.address, visitor.id.clone(), Some(visitor.token.clone()), epoch, have).await;
    assert_eq!(back.chats.len(), 8);
    let bytes: usize = back.chats.iter().map(|page| chinwag::wire::Codec::to_text(page).len()).sum();
    assert!(bytes <= chinwag::model::limits::FRAME_BYTES, "{bytes}");
    for page in back.chats.clone() {
        assert!(page.more_after && !page.entries.is_empty());
        let last = page.entries.last().expect("an entry").seq;
        back.socket.send(&VisitorFrame::Fetch { conv: page.state.id.clone(), after: Some(last), before: None }).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Page { chat } => Some(chat.clone()),
            _ => None,
        };
        assert_eq!(back.socket.until("a page", pick).await.entries[0].prev, last);
    }
}

#[tokio::test]
async fn r32_a_conversation_survives_a_kill() {
    let (folder, program, mut ada, mut visitor, conv) = meeting("asking", &[("nick", "Zoë")]).await;
    let last = visitor.say(&conv, "before").await;
    ada.hears("before").await;
    let kept = new_id();
    visitor.put(&conv, &kept, Item::Message { text: "in flight".into() }).await;
    let seq = visitor.acked(&kept).await;
    program.kill();
    let program = Program::start(&folder);
    // The visitor sends the parcels without an answer again, because they may be lost.
    let mut back = visitor.back(program.address, &conv, Some(last)).await;
    assert_eq!(back.epoch, visitor.epoch);
    assert_eq!(texts(&back.chats[0].entries), ["in flight"]);
    assert_eq!((back.chats[0].state.standing, back.chats[0].state.name.as_str()), (Standing::Online, "Zoë"));
    back.put(&conv, &kept, Item::Message { text: "in flight".into() }).await;
    assert_eq!(back.acked(&kept).await, seq, "once");
    // The desk is still signed in, still ready, still in the conversation.
    let mut ada = Agent::away(program.address, "ada").await;
    let DeskFrame::Welcome { conversations, me, .. } = &ada.welcome else { panic!("welcome") };
    assert_eq!((conversations.len(), me.load, me.status), (1, 1, chinwag::wire::AgentStatus::Ready));
    ada.open(&conv, None).await;
    ada.say(&conv, "after").await;
    back.hears("after").await;
    back.say(&conv, "and on").await;
    ada.hears("and on").await;
}

#[tokio::test]
async fn r44_an_agent_who_does_not_come_back_after_a_kill_loses_the_conversation() {
    let (folder, program, _ada, visitor, conv) = meeting("sales", &[]).await;
    program.kill();
    let program = Program::start(&folder);
    let mut back = visitor.back(program.address, &conv, Some(2)).await;
    back.entry("Ada is gone", |entry| matches!(entry.body, EntryBody::Left { .. }).then_some(())).await;
    let mut grace = Agent::ready(program.address, "grace").await;
    assert_eq!(grace.accept().await, conv);
}

/// A client that writes all the time, and records the acknowledgements.
struct Writer {
    visitor: Visitor,
    conv: ConversationId,
    number: usize,
    /// The sent messages in order, each with its number in the log once it was acknowledged.
    ledger: Vec<(EntryId, String, Option<u64>)>,
}

impl Writer {
    async fn write_until(&mut self, until: Instant) {
        while Instant::now() < until {
            let (id, text) = (new_id(), format!("writer {} message {}", self.number, self.ledger.len()));
            self.ledger.push((id.clone(), text.clone(), None));
            self.visitor.put(&self.conv, &id, Item::Message { text }).await;
            let Some(frame) = self.visitor.socket.next().await else { return };
            self.note(&frame);
        }
    }

    fn note(&mut self, frame: &ServerFrame) {
        if let ServerFrame::Ack { id, seq, .. } = frame
            && let Some(line) = self.ledger.iter_mut().find(|line| line.0 == *id)
        {
            assert!(line.2.is_none_or(|known| known == *seq), "one number for one id");
            line.2 = Some(*seq);
        }
    }

    /// Reads the remaining frames of a socket whose server was stopped.
    async fn drain(&mut self) {
        while let Some(frame) = self.visitor.socket.next().await {
            self.note(&frame);
        }
    }

    async fn come_back(&mut self, address: SocketAddr) {
        self.visitor = self.visitor.back(address, &self.conv, Some(1)).await;
        // All messages without an answer are sent again, in order.
        for (id, text, _) in self.ledger.iter().filter(|line| line.2.is_none()) {
            let frame =
                VisitorFrame::Put { conv: self.conv.clone(), id: id.clone(), item: Item::Message { text: text.clone() }, follows: None };
            self.visitor.socket.send(&frame).await;
        }
        let waiting: Vec<EntryId> = self.ledger.iter().filter(|line| line.2.is_none()).map(|line| line.0.clone()).collect();
        for id in waiting {
            let seq = self.visitor.acked(&id).await;
            self.ledger.iter_mut().filter(|line| line.0 == id).for_each(|line| line.2 = Some(seq));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_kill_at_any_moment_loses_and_doubles_nothing() {
    const ROUNDS: u32 = 22;
    const WRITERS: usize = 4;
    let limits = "stop = \"3s\"\n[limits]\nmessages_per_second = 100000\nframes_per_second = 100000";
    let folder = Folder::new(&[("stop = \"3s\"", limits), ("agent_grace = \"400ms\"", "agent_grace = \"60s\"")]);
    folder.sign_in_everybody().await;
    let mut program = Program::start(&folder);
    let ada = Agent::ready(program.address, "ada").await;
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let mut visitor = Visitor::come(program.address).await;
        let conv = visitor.start("sales", &[]).await.state.id;
        writers.push(Writer { visitor, conv, number, ledger: Vec::new() });
    }
    drop(ada);
    for _ in 0..ROUNDS {
        let until = Instant::now() + grown(Duration::from_millis(10 + u64::from(chinwag_server::random::below(120))));
        let kill = async {
            tokio::time::sleep_until(until.into()).await;
            program.kill();
        };
        // They write until after the kill, so that it comes in the middle of a write.
        let write =
            futures_util::future::join_all(writers.iter_mut().map(|writer| writer.write_until(until + grown(Duration::from_secs(2)))));
        tokio::join!(kill, write);
        for writer in &mut writers {
            writer.drain().await;
        }
        program = Program::start(&folder);
        let back = futures_util::future::join_all(writers.iter_mut().map(|writer| writer.come_back(program.address)));
        within(PATIENCE, back).await.expect("everybody is back");
    }
    let mut total = 0;
    for writer in &mut writers {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            writer.visitor.socket.send(&VisitorFrame::Fetch { conv: writer.conv.clone(), after: Some(after), before: None }).await;
            let pick = |frame: &ServerFrame| match frame {
                ServerFrame::Page { chat } => Some(chat.clone()),
                _ => None,
            };
            let page = writer.visitor.socket.until("a page", pick).await;
            after = page.entries.last().map_or(after, |entry| entry.seq);
            all.extend(page.entries);
            if !page.more_after {
                break;
            }
        }
        assert!(all.windows(2).all(|two| two[1].prev == two[0].seq), "no gap");
        let stored: HashMap<&EntryId, u64> = all.iter().map(|entry| (&entry.id, entry.seq)).collect();
        assert_eq!(stored.len(), all.len(), "no id twice");
        for (id, text, seq) in &writer.ledger {
            assert_eq!(stored.get(id).copied(), *seq, "{text} was acknowledged as {seq:?}");
        }
        let said: Vec<&str> = writer.ledger.iter().map(|line| line.1.as_str()).collect();
        assert_eq!(texts(&all), said, "each once, in the order in which it was sent");
        total += said.len();
    }
    assert!(total > WRITERS * ROUNDS as usize, "there was load: {total}");
}

#[tokio::test]
async fn r14_a_stop_tells_everybody_and_loses_nothing() {
    let (folder, program, mut ada, mut visitor, conv) = meeting("sales", &[]).await;
    let seq = visitor.say(&conv, "last words").await;
    let address = program.address;
    let stop = tokio::task::spawn_blocking(move || program.terminate());
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Bye { code, retry_after, .. } => Some((*code, *retry_after)),
        _ => None,
    };
    let (code, retry_after) = visitor.socket.until("bye", pick).await;
    assert_eq!(code, Code::Restarting);
    assert!((1_000..5_000).contains(&retry_after.expect("come back")), "{retry_after:?}");
    assert_eq!(visitor.socket.end().await, 1001);
    assert_eq!(ada.socket.end().await, 1001);
    let (well, took) = stop.await.expect("stopped");
    assert!(well && took < grown(Duration::from_secs(10)), "{took:?}");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "no new connections");
    let program = Program::start(&folder);
    let back = visitor.back(program.address, &conv, Some(seq - 1)).await;
    assert_eq!(texts(&back.chats[0].entries), ["last words"]);
}

#[tokio::test]
async fn two_servers_do_not_share_data() {
    let folder = Folder::new(&[]);
    let program = Program::start(&folder);
    let mut second = Command::new(env!("CARGO_BIN_EXE_chinwag-server"));
    second.args(["--port", "0", "--config"]).arg(folder.path("chinwag.toml"));
    let output = second.output().expect("it ends");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("another server uses this data directory"));
    program.kill();
}

#[tokio::test]
async fn s22_the_log_holds_no_text_name_token_or_address_of_a_page() {
    let (folder, program, mut ada, mut visitor, conv) = meeting("asking", &[("nick", "Canarina"), ("mail", "canary@home.test")]).await;
    visitor.say(&conv, "a canary sings").await;
    ada.say(&conv, "a canary answers").await;
    visitor.socket.send_text("{\"t\":\"put\",\"canary\":").await;
    visitor.error().await;
    let id = ada.put(&conv, AgentItem::End {}).await;
    ada.acked(&id).await;
    ada.send(AgentFrame::Close { conv }).await;
    let token = visitor.token.clone();
    program.terminate();
    let log = std::fs::read_to_string(folder.path("log")).expect("a log");
    assert!(log.lines().count() > 4);
    for line in log.lines() {
        let parsed: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(parsed["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')));
    }
    let lower = log.to_lowercase();
    for secret in ["canar", "home.test", "basket", token.as_str(), common::token_of("ada").as_str()] {
        assert!(!lower.contains(secret), "the log holds {secret}");
    }
    assert!(is_text(&visitor.hears("a canary answers").await, "a canary answers"));
}

/// Notices of earlier servers, and the entries as which this version reads them.
const NOTICES: [(&str, &str); 5] = [
    (
        r#""kind":"url","text":"https://shop.example/a","attributes":"""#,
        r#"{"t":"address_pushed","from":FROM,"url":"https://shop.example/a"}"#,
    ),
    (r#""kind":"name","text":"Vesna","attributes":"""#, r#"{"t":"renamed","from":FROM,"name":"Vesna"}"#),
    (r#""kind":"idle_alert","text":"45","attributes":"""#, r#"{"t":"idle_warned","seconds":45}"#),
    (r#""kind":"custom","text":"{}","attributes":"""#, r#"{"t":"notice","from":FROM,"text":"{}","attributes":""}"#),
    (r#""kind":"idle_close","text":"","attributes":"""#, r#"{"t":"idle_closed"}"#),
];

#[tokio::test]
async fn what_an_earlier_server_kept_as_notices_is_read_as_what_it_is() {
    let (folder, program, _ada, mut visitor, conv) = meeting("sales", &[]).await;
    let last = visitor.say(&conv, "before").await;
    program.kill();
    let from = format!(r#"{{"id":"{}","party":"visitor","name":"Vera"}}"#, visitor.id);
    let store = Sqlite::open(&folder.path("data")).expect("a store");
    for (number, (notice, _)) in NOTICES.iter().enumerate() {
        let body = format!(r#"{{"t":"notice","from":{from},{notice}}}"#);
        store.append(conv.as_str(), &format!("old-{number}"), &body).await.expect("kept");
    }
    store.close().await;

    let program = Program::start(&folder);
    let read: Vec<String> = NOTICES.iter().map(|(_, body)| body.replace("FROM", &from)).collect();
    let bodies = |entries: &[chinwag::model::Entry]| -> Vec<String> {
        entries.iter().filter(|entry| entry.id.0.starts_with("old-")).map(|entry| entry.body.to_text()).collect()
    };
    let back = visitor.back(program.address, &conv, Some(last)).await;
    let shown: Vec<String> = bodies(&back.chats[0].entries);
    assert_eq!(shown, read, "to the widget");
    assert_eq!(back.chats[0].state.name, "Vesna");
    let mut ada = Agent::away(program.address, "ada").await;
    let page = ada.open(&conv, None).await;
    assert_eq!(bodies(&page.entries), read, "to the desk");
    // The page of a facade gets them in the form of a chat server.
    let mut transcript = Transcript::default();
    let kinds: Vec<_> = page.entries.iter().flat_map(|entry| transcript.entry(entry)).map(|event| event.kind).collect();
    assert_eq!(kinds[3..], ["PushUrl", "NicknameUpdated", "IdleAlert", "CustomNotice", "IdleClose"]);
}
