//! A visitor and an agent talk.

mod common;

use chinwag::model::{EndReason, EntryBody, Party, Standing};
use chinwag::wire::{AgentFrame, AgentItem, Code, DeskFrame, Item, ServerFrame, VisitorFrame};
use common::Server;
use common::people::{Agent, Visitor, new_id, start_frame, start_saying};

#[tokio::test]
async fn a_visitor_and_an_agent_talk_from_the_form_to_the_survey() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let chat = visitor.start("asking", &[("nick", "Zoë"), ("mail", "zoe@home.test"), ("order", "AB-7"), ("segment", "gold")]).await;
    let conv = chat.state.id.clone();
    assert_eq!((chat.state.standing, chat.state.name.as_str()), (Standing::Queued, "Zoë"));
    let position = visitor.socket.until("the place", |frame| match frame {
        ServerFrame::Queue { position, .. } => Some(*position),
        _ => None,
    });
    assert_eq!(position.await, 1);

    assert_eq!(ada.accept().await, conv);
    visitor.entry("joined", |entry| matches!(&entry.body, EntryBody::Joined { who } if who.name == "Ada").then_some(())).await;

    let seq = visitor.say(&conv, "hi").await;
    let heard = ada.hears("hi").await;
    assert_eq!((heard.seq, heard.prev), (seq, seq - 1), "the numbers are without a gap");
    ada.say(&conv, "hello").await;
    let heard = visitor.hears("hello").await;
    assert!(matches!(heard.body, EntryBody::Message { from, .. } if from.party == Party::Agent && from.name == "Ada"));

    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    let typing = visitor.socket.until("typing", |frame| match frame {
        ServerFrame::Typing { who, on, .. } => Some((who.name.clone(), *on)),
        _ => None,
    });
    assert_eq!(typing.await, ("Ada".to_owned(), true));
    visitor.socket.send(&VisitorFrame::Typing { conv: conv.clone(), on: true }).await;
    let typing = ada.socket.until("typing", |frame| match frame {
        DeskFrame::Typing { who, .. } => Some(who.party),
        _ => None,
    });
    assert_eq!(typing.await, Party::Visitor);

    let id = ada.put(&conv, AgentItem::End {}).await;
    ada.acked(&id).await;
    let by = visitor.entry("ended", |entry| match entry.body {
        EntryBody::Ended { by, reason } => Some((by, reason)),
        _ => None,
    });
    assert_eq!(by.await, (Party::Agent, EndReason::Closed));
    let id = new_id();
    visitor.put(&conv, &id, Item::Message { text: "one more thing".into() }).await;
    assert_eq!(visitor.refusal(&id).await, Code::Ended);
    let id = new_id();
    let stars = |value: &str| Item::Survey { values: vec![chinwag::model::FieldValue { name: "stars".into(), value: value.into() }] };
    visitor.put(&conv, &id, stars("9")).await;
    assert_eq!(visitor.refusal(&id).await, Code::InvalidForm);
    visitor.put(&conv, &id, stars("5")).await;
    visitor.acked(&id).await;

    let id = ada.put(&conv, AgentItem::Disposed { path: vec!["Sale".into()], comment: String::new() }).await;
    assert_eq!(ada.refusal(&id).await, Code::InvalidForm, "a branch is not a leaf");
    let id = ada.put(&conv, AgentItem::Disposed { path: vec!["Sale".into(), "Now".into()], comment: "nice".into() }).await;
    ada.acked(&id).await;
    visitor.entry("something internal", |entry| (entry.body == EntryBody::Internal {}).then_some(())).await;
    ada.socket.until("gone", |frame| matches!(frame, DeskFrame::Gone { conv: gone } if *gone == conv).then_some(())).await;
}

#[tokio::test]
async fn p10_agents_see_the_page_without_query_and_fragment_and_no_hidden_values() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.start("asking", &[("nick", "Zoë"), ("segment", "gold")]).await;
    let conv = ada.offer().await;
    let page = ada.open(&conv, None).await;
    let state = page.state;
    assert_eq!(state.page.expect("a page").url, "https://shop.test/basket");
    assert_eq!((state.locale.as_str(), state.zone.as_str()), ("it", "Europe/Rome"));
    assert!(state.values.iter().all(|value| value.name != "segment"), "the field is not for agents");
    let EntryBody::Opened { values, page, .. } = &page.entries[0].body else { panic!("the first entry opens") };
    assert!(values.iter().all(|value| value.name != "segment"));
    assert!(!page.as_ref().expect("a page").url.contains("4111"));
}

#[tokio::test]
async fn r2_a_repeat_gets_the_first_answer_and_other_content_a_conflict() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let start = new_id();
    let mut convs = Vec::new();
    for _ in 0..3 {
        visitor.socket.send(&start_frame(&start, "sales", &[])).await;
        let started = visitor.socket.until("started", |frame| match frame {
            ServerFrame::Started { chat, .. } => Some(chat.state.id.clone()),
            _ => None,
        });
        convs.push(started.await);
    }
    convs.dedup();
    assert_eq!(convs.len(), 1, "the same start is the same conversation");
    let conv = ada.accept().await;
    assert_eq!(convs.first(), Some(&conv));
    visitor.socket.send(&start_frame(&start, "asking", &[("nick", "Zoë")])).await;
    assert_eq!(visitor.refusal(&start).await, Code::Conflict);

    let id = new_id();
    let say = |text: &str| Item::Message { text: text.into() };
    let mut seqs = Vec::new();
    for _ in 0..3 {
        visitor.put(&conv, &id, say("once")).await;
        seqs.push(visitor.acked(&id).await);
    }
    seqs.dedup();
    assert_eq!(seqs.len(), 1);
    visitor.put(&conv, &id, say("something else")).await;
    assert_eq!(visitor.refusal(&id).await, Code::Conflict);
    visitor.say(&conv, "twice").await;
    ada.hears("twice").await;
    let page = ada.open(&conv, None).await;
    let said = page.entries.iter().filter(|entry| matches!(entry.body, EntryBody::Message { .. })).count();
    assert_eq!(said, 2, "nothing was stored twice");

    // Also after the end: the repeat of a message that was stored is acknowledged.
    visitor.put(&conv, &new_id(), Item::End {}).await;
    visitor.entry("ended", |entry| matches!(entry.body, EntryBody::Ended { .. }).then_some(())).await;
    visitor.put(&conv, &id, say("once")).await;
    assert_eq!(vec![visitor.acked(&id).await], seqs);
}

#[tokio::test]
async fn a_conversation_begins_with_its_first_message_or_not_at_all() {
    let server = Server::start().await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let (id, said) = (new_id(), new_id());
    // A repeat, also one with the message that was left out at first, gets the same conversation with one message in it.
    let mut heads = Vec::new();
    for frame in [start_saying(&id, "sales", &said, "is anybody there?"), start_frame(&id, "sales", &[])] {
        visitor.socket.send(&frame).await;
        let chat = visitor.socket.until("the start", |frame| match frame {
            ServerFrame::Started { chat, .. } => Some(chat.clone()),
            _ => None,
        });
        let chat = chat.await;
        assert_eq!(chat.entries.len(), 2, "the opening and the message");
        assert!(matches!(&chat.entries[1].body, EntryBody::Message { text, .. } if text == "is anybody there?"));
        assert_eq!((&chat.entries[1].id, chat.state.messages), (&said, 1));
        heads.push((chat.state.id, chat.state.head));
    }
    assert_eq!(heads[0], heads[1]);
    let conv = ada.accept().await;
    let page = ada.open(&conv, None).await;
    assert!(page.entries.iter().any(|entry| entry.id == said), "the agent has it before anything else is said");
    let own = new_id();
    let cases = [
        (start_saying(&new_id(), "sales", &new_id(), " \n "), Code::Malformed),
        (start_saying(&new_id(), "sales", &new_id(), &"x".repeat(8_001)), Code::TooLarge),
        (start_saying(&own, "sales", &own, "hi"), Code::Conflict),
        (start_saying(&new_id(), "call", &new_id(), "hi"), Code::Malformed),
    ];
    for (frame, code) in cases {
        let VisitorFrame::Start { id, .. } = &frame else { unreachable!() };
        visitor.socket.send(&frame).await;
        assert_eq!(visitor.refusal(id).await, code);
    }
}
