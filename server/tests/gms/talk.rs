//! A whole conversation.

use crate::client::{Client, FORM, PARTS, multipart, send, server_with, urlencoded};
use crate::common::Server;
use crate::common::people::Agent;
use chinwag::model::{EndReason, EntryBody, Standing};
use chinwag::wire::{AgentFrame, AgentItem, DeskFrame};

#[tokio::test]
async fn a_client_and_an_agent_hold_a_conversation() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(
        server.address,
        &[
            ("nickname", "Bob"),
            ("subject", "Parcel"),
            ("emailAddress", "bob@bob.example"),
            ("text", ""),
            ("userData[tier]", "gold"),
            ("userData[_genesys_url]", "https://shop.test/basket?card=4111#x"),
            ("userData[_genesys_pageTitle]", "Basket"),
            ("userData[TimeZone]", "-480"),
        ],
    )
    .await;
    assert_eq!(client.story(), ["ParticipantJoined Client"]);
    assert_eq!(client.events[0]["from"]["nickname"], "Bob");
    assert!(client.events[0]["utcTime"].as_i64().is_some_and(|at| at > 1_700_000_000_000));

    // The agent sees the visitor's name.
    let conv = ada.accept().await;
    assert_eq!(conv.as_str(), client.chat);
    let state = ada
        .socket
        .until("the state", |frame| match frame {
            DeskFrame::Update { state } if state.standing == Standing::Online => Some(state.clone()),
            _ => None,
        })
        .await;
    let value = |name: &str| state.values.iter().find(|value| value.name == name).map(|value| value.value.as_str());
    assert_eq!(state.name, "Bob");
    assert_eq!((value("subject"), value("emailAddress"), value("tier")), (Some("Parcel"), Some("bob@bob.example"), Some("gold")));
    assert_eq!(value("_genesys_url"), None);
    assert_eq!(state.page.map(|page| (page.url, page.title)), Some(("https://shop.test/basket".into(), "Basket".into())), "P10");
    assert_eq!(state.zone, "Etc/GMT+8");

    let joined = client.until("the agent", |e| (e["from"]["type"] == "Agent").then(|| e.clone())).await;
    assert_eq!((joined["type"].as_str(), joined["from"]["nickname"].as_str()), (Some("ParticipantJoined"), Some("Ada")));
    assert_eq!((joined["index"].as_i64(), joined["from"]["participantId"].as_i64()), (Some(2), Some(2)));

    // Both type and send messages.
    client.call("startTyping", &[("message", "Where is")]).await;
    let typing = |on: bool| {
        move |frame: &DeskFrame| match frame {
            DeskFrame::Typing { on: is, .. } if *is == on => Some(()),
            _ => None,
        }
    };
    ada.socket.until("typing", typing(true)).await;
    client.call("stopTyping", &[]).await;
    ada.socket.until("no typing", typing(false)).await;
    client.say("Where is my parcel? <b>&amp; \u{1f600}").await;
    ada.hears("Where is my parcel? <b>&amp; \u{1f600}").await;
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    client.sees("TypingStarted").await;
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: false }).await;
    client.sees("TypingStopped").await;
    ada.say(&conv, "On its way.").await;
    let said = client.hears("On its way.").await;
    assert_eq!((said["from"]["participantId"].as_i64(), said["messageType"].as_str()), (Some(2), Some("text")));

    // Notices, an address, data, another name.
    let notice = [("message", r#"{"step":2}"#), ("eventAttributes", r#"{"a":{"b":1}}"#)];
    client.call("customNotice", &notice).await;
    let noticed = client.sees("CustomNotice").await;
    assert_eq!((noticed["text"].as_str(), &noticed["eventAttributes"]["a"]["b"]), (Some(r#"{"step":2}"#), &1.into()));
    client.call("pushUrl", &[("pushUrl", "https://shop.test/return")]).await;
    assert_eq!(client.sees("PushUrl").await["text"], "https://shop.test/return");
    client.call("updateData", &[("userData[tier]", "silver"), ("userData[order]", "OT-7")]).await;
    client.call("updateNickname", &[("nickname", "Robert")]).await;
    assert_eq!(client.sees("NicknameUpdated").await["from"]["nickname"], "Robert");
    client.call("readReceipt", &[("transcriptPosition", "3")]).await;
    let mut told = Vec::new();
    while told.len() < 4 {
        let body = ada
            .socket
            .until("what the page told", |frame| match frame {
                DeskFrame::Entry { entry, .. } => match &entry.body {
                    body @ (EntryBody::PageNotice { .. }
                    | EntryBody::AddressPushed { .. }
                    | EntryBody::Renamed { .. }
                    | EntryBody::Data { .. }) => Some(body.tag()),
                    _ => None,
                },
                _ => None,
            })
            .await;
        told.push(body);
    }
    assert_eq!(told, ["notice", "address_pushed", "data", "renamed"]);
    let page = ada.open(&conv, None).await;
    let value = |name: &str| page.state.values.iter().find(|value| value.name == name).map(|value| value.value.as_str());
    assert_eq!((page.state.name.as_str(), value("tier"), value("order")), ("Robert", Some("silver"), Some("OT-7")));

    // The chat ends, once.
    let last = client.call("disconnect", &[("transcriptPosition", "1")]).await;
    assert_eq!(last["chatEnded"], true);
    assert_eq!(client.call("disconnect", &[]).await["chatEnded"], true);
    assert_eq!(client.story().last().map(String::as_str), Some("ParticipantLeft Client"));
    ada.socket
        .until("the end", |frame| match frame {
            DeskFrame::Update { state } if state.standing == Standing::Ended => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn an_agent_ends_the_chat_and_the_client_hears_it_with_all_that_was_said() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("firstName", "Ann"), ("lastName", "Lee")]).await;
    let conv = ada.accept().await;
    ada.say(&conv, "Bye").await;
    let end = ada.put(&conv, AgentItem::End {}).await;
    ada.acked(&end).await;
    let json = client.poll().await;
    assert_eq!((json["chatEnded"].as_bool(), json["idleTimerExpire"].is_null()), (Some(true), true));
    let expected = ["ParticipantJoined Client", "ParticipantJoined Agent", "Message Agent", "ParticipantLeft Agent"];
    assert_eq!(client.story(), expected);
    assert_eq!(client.events[0]["from"]["nickname"], "Ann Lee");
}

#[tokio::test]
async fn positions_give_nothing_everything_a_part_or_the_newest() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    ada.accept().await;
    client.say("one").await;
    client.say("two").await;
    let numbers = async |position: &str| {
        let json = client.raw("refresh", &[("transcriptPosition", position)]).await.good();
        let events = json["messages"].as_array().expect("messages").iter().map(|event| event["index"].as_i64().expect("an index"));
        (events.collect::<Vec<_>>(), json["nextPosition"].as_i64().expect("a position"))
    };
    assert_eq!(numbers("1").await, (vec![1, 2, 3, 4], 5));
    assert_eq!(numbers("0").await, (vec![], 5));
    assert_eq!(numbers("3").await, (vec![3, 4], 5));
    assert_eq!(numbers("-1").await, (vec![4], 5));
    assert_eq!(numbers("99").await, (vec![], 5));
    // The answer to `send` has the transcript if that is requested.
    let json = client.raw("send", &[("message", "three"), ("transcriptPosition", "5")]).await.good();
    assert_eq!(json["messages"][0]["text"], "three");
    assert_eq!(json["messages"][0]["index"], 5);
}

#[tokio::test]
async fn two_pollers_of_one_chat_hear_the_same_under_the_same_numbers() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut one = Client::start(server.address, &[("nickname", "Bob")]).await;
    let mut two = one.clone();
    let conv = ada.accept().await;
    // They poll at the same time while the agent types and sends messages.
    let talk = async {
        for number in 0..8 {
            ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
            ada.say(&conv, &format!("line {number}")).await;
        }
    };
    let (_, _, ()) = tokio::join!(one.hears("line 7"), two.hears("line 7"), talk);
    one.poll().await;
    two.poll().await;
    let whole = one.raw("refresh", &[("transcriptPosition", "1")]).await.good();
    assert_eq!(whole["messages"].as_array(), Some(&one.events));
    assert_eq!(one.events, two.events);
    let said: Vec<&str> = one.events.iter().filter(|event| event["type"] == "Message").filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(said, (0..8).map(|number| format!("line {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_form_of_the_widget_lends_its_names_and_hides_what_agents_may_not_see() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let fields = [("nickname", "Bob"), ("emailAddress", "b@b.example"), ("userData[segment]", "vip"), ("userData[free]", "yes")];
    let mut client = Client::start_at(server.address, "with-form", &fields).await;
    let conv = ada.accept().await;
    client.call("updateData", &[("userData[segment]", "x"), ("userData[late]", "yes")]).await;
    let page = ada.open(&conv, None).await;
    let names: Vec<&str> = page.state.values.iter().map(|value| value.name.as_str()).collect();
    assert_eq!(names, ["nick", "mail", "free", "late"]);
    let data =
        page.entries.iter().find_map(|entry| if let EntryBody::Data { values, .. } = &entry.body { Some(values.len()) } else { None });
    assert_eq!(data, Some(1), "the hidden one is hidden here too");
}

#[tokio::test]
async fn bodies_may_be_multipart_and_the_address_may_end_in_a_slash() {
    let server = server_with("").await;
    let body = multipart(&[("nickname", "Bob"), ("userData[a]", "1")], None);
    let path = "/genesys/2/chat/customer-support/";
    let json = send(server.address, "POST", path, &[PARTS], &body).await.expect("an answer");
    // No agent is ready: a chat cannot be started.
    assert_eq!(json.fault(), (200, 2, true, 240));
    let _ada = Agent::ready(server.address, "ada").await;
    send(server.address, "POST", path, &[PARTS], &body).await.expect("an answer").good();
    send(server.address, "POST", path, &[FORM], urlencoded(&[("nickname", "Bob")]).as_bytes()).await.expect("an answer").good();
}

#[tokio::test]
async fn who_is_silent_is_given_up_and_who_polls_is_not() {
    let (from, gms) = {
        let [(from, to)] = crate::client::settings("flex_disconnect_timeout = \"1000ms\"");
        (from, to)
    };
    let server = Server::with(&[(&from, &gms), ("visitor_restore = \"30s\"", "visitor_restore = \"300ms\"")]).await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let silent = Client::start(server.address, &[("nickname", "Silent")]).await;
    let mut polls = Client::start(server.address, &[("nickname", "Polls")]).await;
    for _ in 0..2 {
        ada.accept().await;
    }
    // One polls until the other one has timed out, which takes longer than its own limit.
    let over = ada.socket.until("the end", |frame| match frame {
        DeskFrame::Update { state } if state.standing == Standing::Ended => Some((state.name.clone(), state.end)),
        _ => None,
    });
    let over = tokio::select! {
        over = over => over,
        () = poll_for_ever(&mut polls) => unreachable!("it polls for ever"),
    };
    assert_eq!(over, ("Silent".into(), Some(EndReason::Abandoned)));
    assert!(!polls.poll().await["chatEnded"].as_bool().expect("a flag"));
    assert_eq!(silent.raw("send", &[("message", "back")]).await.fault(), (200, 2, true, 8209));
}

async fn poll_for_ever(client: &mut Client) {
    loop {
        client.poll().await;
        client.pause().await;
    }
}
