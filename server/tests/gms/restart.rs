//! The server is killed in the middle: nothing is lost, nothing comes twice, the numbers continue.

use crate::client::{Client, folder_with, run};
use crate::common::people::Agent;
use crate::common::program::Program;
use chinwag::wire::AgentFrame;

#[tokio::test]
async fn a_killed_server_loses_no_message_and_goes_on_counting() {
    let folder = folder_with("");
    folder.sign_in_everybody().await;
    let program = Program::start(&folder);
    let mut ada = Agent::ready(program.address, "ada").await;
    let mut client = Client::start(program.address, &[("nickname", "Bob")]).await;
    let conv = ada.accept().await;
    client.say("one").await;
    // A typing notice has a number too, which must still count after the restart.
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    client.sees("TypingStarted").await;
    ada.say(&conv, "two").await;
    client.hears("two").await;
    let file = client.upload("a.txt", b"kept").await.good()["userData"]["file-id"].as_str().expect("an id").to_owned();
    client.call("updateNickname", &[("nickname", "Robert")]).await;
    client.poll().await;
    let before = client.events.clone();
    // Acknowledged entries that were not polled yet are there too.
    ada.say(&conv, "three").await;
    program.kill();

    let program = Program::start(&folder);
    client.address = program.address;
    let mut ada = Agent::away(program.address, "ada").await;
    ada.open(&conv, None).await;
    let whole = client.raw("refresh", &[("transcriptPosition", "1")]).await.good();
    assert_eq!(whole["messages"].as_array().map(|events| &events[..before.len()]), Some(&before[..]), "not one event changed");
    client.hears("three").await;
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    client
        .until("typing again", |event| {
            (event["type"] == "TypingStarted" && event["index"].as_u64() > Some(before.len() as u64)).then_some(())
        })
        .await;
    client.say("four").await;
    ada.hears("four").await;
    ada.say(&conv, "five").await;
    client.hears("five").await;
    let said: Vec<&str> =
        client.events.iter().filter(|event| event["type"] == "Message").filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(said, ["one", "two", "three", "four", "five"]);
    assert_eq!(client.raw(&format!("file/{file}/download"), &[]).await.body, b"kept");
    // The key is checked as before.
    let mut thief = client.clone();
    thief.key = "0".repeat(64);
    assert_eq!(thief.raw("refresh", &[]).await.fault(), (200, 2, true, 401));
    program.kill();
}

#[tokio::test]
async fn a_server_that_stops_says_try_again() {
    let folder = folder_with("");
    folder.sign_in_everybody().await;
    let running = run(&folder).await;
    let ada = Agent::ready(running.address, "ada").await;
    let client = Client::start(running.address, &[("nickname", "Bob")]).await;
    // A request whose head came before the stop is answered after it.
    let all = crate::client::urlencoded(&[("userId", &client.user), ("secureKey", &client.key), ("alias", &client.alias)]);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        client.path("refresh"),
        all.len()
    );
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(running.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("sent");
    // A request on another connection makes sure that the server has received the first one.
    client.raw("refresh", &[]).await.good();
    let late = async {
        let mut ada = ada;
        // The desk's socket is closed first: from then on the server is stopping.
        ada.socket.end().await;
        stream.write_all(all.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (answer, ()) = tokio::join!(late, running.stop());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"statusCode\":1") && answer.contains("\"chatEnded\":false"), "{answer}");
}

#[tokio::test]
async fn r1_a_store_that_cannot_write_says_try_again_and_takes_it_later() {
    let server = crate::client::server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    // A file stands in the place of the folder for blobs.
    let blobs = server.folder.path("data/blobs");
    std::fs::write(&blobs, "in the way").expect("written");
    assert_eq!(client.upload("a.txt", b"a").await.fault(), (200, 1, false, 503));
    client.poll().await;
    assert!(!client.story().iter().any(|line| line.starts_with("File")), "what is not kept is not told");
    std::fs::remove_file(&blobs).expect("removed");
    client.upload("a.txt", b"a").await.good();
    client.sees("FileUploaded").await;
}
