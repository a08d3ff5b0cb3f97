//! The widget's own client of this protocol (`chinwag::link::gms`) against this server: both were written from the same specification, by
//! different authors, and have to agree.

use crate::client::{FORM, send, server_with, urlencoded};
use crate::common::PATIENCE;
use crate::common::people::{Agent, is_text, new_id, new_visitor_id, start_frame};
use chinwag::client::{Link, Signal};
use chinwag::link::gms::{Gms, HttpRequest, Input, Output, Raw, Settings, Task};
use chinwag::model::{ConversationId, EntryBody, Party};
use chinwag::wire::{AgentFrame, AgentItem, Have, Item, ServerFrame, VERSION, VisitorFrame};
use chinwag_server::domain::now;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

/// A page: the client, whose requests are carried out one after the other.
struct Page {
    address: SocketAddr,
    gms: Gms,
    frames: Vec<ServerFrame>,
    kept: Option<String>,
    /// Numbers of the transcript events that came.
    numbers: Vec<i64>,
}

impl Page {
    async fn come(address: SocketAddr, kept: Option<String>, chats: &[ConversationId]) -> Self {
        let options = Settings { poll_rate_min: 250, poll_rate_max: 300, ..Settings::default() };
        let mut page = Self { address, gms: Gms::new(options, kept.as_deref()), frames: Vec::new(), kept, numbers: Vec::new() };
        page.tell(Signal::Want(true)).await;
        let chats = chats.iter().map(|conv| Have { conv: conv.clone(), after: None }).collect();
        let hello = VisitorFrame::Hello { version: VERSION, visitor: new_visitor_id(), token: Some("t".into()), epoch: None, chats };
        page.tell(Signal::Send(hello)).await;
        page
    }

    async fn tell(&mut self, signal: Signal<VisitorFrame>) {
        self.gms.signal(now(), signal);
        let mut answers = VecDeque::new();
        loop {
            while let Some(output) = self.gms.poll_output() {
                match output {
                    Output::Task(Task::Http(request)) => {
                        let id = request.id;
                        let (status, body) = self.carry(&request).await;
                        answers.push_back(Input::Answer { id, status, body });
                    }
                    Output::Frame(frame) => self.frames.push(frame),
                    Output::Task(Task::Store(text)) => self.kept = text,
                    Output::Task(Task::Raw(Raw::Events { events, .. })) => self.numbers.extend(events.iter().map(|event| event.index)),
                    _ => {}
                }
            }
            let Some(answer) = answers.pop_front() else { return };
            self.gms.handle(now(), answer);
        }
    }

    async fn carry(&self, request: &HttpRequest) -> (u16, String) {
        let form: Vec<(&str, &str)> = request.form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let path = format!("/genesys/2/chat/customer-support{}", request.path);
        match send(self.address, "POST", &path, &[FORM], urlencoded(&form).as_bytes()).await {
            Some(answer) => (answer.status, String::from_utf8(answer.body).expect("text")),
            None => (0, String::new()),
        }
    }

    async fn say(&mut self, conv: &ConversationId, text: &str) {
        let item = Item::Message { text: text.into() };
        self.tell(Signal::Send(VisitorFrame::Put { conv: conv.clone(), id: new_id(), item, follows: None })).await;
    }

    /// Lets time pass to the client's deadlines until a frame comes for which `pick` returns a value.
    async fn until<T>(&mut self, what: &str, pick: impl Fn(&ServerFrame) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = self.frames.iter().find_map(&pick) {
                    return found;
                }
                let due = self.gms.deadline().unwrap_or_else(|| panic!("nothing is due before {what}: {:?}", self.frames));
                tokio::time::sleep(Duration::from_millis(due.since(now()).max(0).unsigned_abs())).await;
                self.tell(Signal::Wake).await;
            }
        };
        chinwag_machine::within(PATIENCE, wait).await.unwrap_or_else(|| panic!("it never came to this: {what}"))
    }

    async fn entry<T>(&mut self, what: &str, pick: impl Fn(&EntryBody) -> Option<T>) -> T {
        self.until(what, |frame| match frame {
            ServerFrame::Entry { entry, .. } => pick(&entry.body),
            ServerFrame::Welcome { chats, .. } => chats.iter().flat_map(|chat| &chat.entries).find_map(|entry| pick(&entry.body)),
            _ => None,
        })
        .await
    }

    async fn start(&mut self) -> ConversationId {
        let id = new_id();
        self.tell(Signal::Send(start_frame(&id, "sales", &[("nickname", "Bob"), ("topic", "parcel")]))).await;
        self.until("started", |frame| match frame {
            ServerFrame::Started { chat, .. } => Some(chat.state.id.clone()),
            ServerFrame::Refused { code, .. } => panic!("refused: {code:?}"),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn our_client_and_our_server_hold_a_conversation() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut page = Page::come(server.address, None, &[]).await;
    let conv = page.start().await;
    assert_eq!(ada.accept().await, conv);
    page.entry("the agent", |body| matches!(body, EntryBody::Joined { who } if who.name == "Ada").then_some(())).await;
    page.say(&conv, "Where is it?").await;
    ada.hears("Where is it?").await;
    page.until("the acknowledgement", |frame| matches!(frame, ServerFrame::Ack { .. }).then_some(())).await;
    page.tell(Signal::Send(VisitorFrame::Typing { conv: conv.clone(), on: true })).await;
    ada.socket.until("typing", |frame| matches!(frame, chinwag::wire::DeskFrame::Typing { on: true, .. }).then_some(())).await;
    ada.send(AgentFrame::Typing { conv: conv.clone(), on: true }).await;
    page.until("typing", |frame| matches!(frame, ServerFrame::Typing { on: true, .. }).then_some(())).await;
    ada.say(&conv, "On its way.").await;
    page.entry("the answer", |body| matches!(body, EntryBody::Message { text, .. } if text == "On its way.").then_some(())).await;

    // Another page of the same visitor continues the chat.
    let mut next = Page::come(server.address, page.kept.clone(), std::slice::from_ref(&conv)).await;
    next.entry("what was said before", |body| matches!(body, EntryBody::Message { text, .. } if text == "On its way.").then_some(())).await;
    next.say(&conv, "Thanks").await;
    ada.hears("Thanks").await;
    let end = ada.put(&conv, AgentItem::End {}).await;
    ada.acked(&end).await;
    let by = next.entry("the end", |body| if let EntryBody::Ended { by, .. } = body { Some(*by) } else { None }).await;
    assert_eq!(by, Party::Agent, "the client reads off who ended it");
    let whole: Vec<i64> = (1..=*next.numbers.last().expect("events")).collect();
    assert_eq!(next.numbers, whole, "each event once, in order");
    let said = ada.open(&conv, None).await.entries.into_iter().filter(|entry| is_text(entry, "Where is it?") || is_text(entry, "Thanks"));
    assert_eq!(said.count(), 2, "nothing twice");
}

#[tokio::test]
async fn our_client_ends_the_chat_and_is_told_when_none_can_be_started() {
    let server = server_with("").await;
    let mut page = Page::come(server.address, None, &[]).await;
    page.tell(Signal::Send(start_frame(&new_id(), "sales", &[("nickname", "Bob")]))).await;
    let code = page.until("the refusal", |frame| if let ServerFrame::Refused { code, .. } = frame { Some(*code) } else { None }).await;
    assert!(!code.is_retryable(), "the engine does not try again by itself: {code:?}");

    let mut ada = Agent::ready(server.address, "ada").await;
    let mut page = Page::come(server.address, None, &[]).await;
    let conv = page.start().await;
    ada.accept().await;
    page.entry("the agent", |body| matches!(body, EntryBody::Joined { .. }).then_some(())).await;
    let end = new_id();
    page.tell(Signal::Send(VisitorFrame::Put { conv: conv.clone(), id: end.clone(), item: Item::End {}, follows: None })).await;
    page.until("the acknowledgement", |frame| matches!(frame, ServerFrame::Ack { id, .. } if *id == end).then_some(())).await;
    ada.socket
        .until("the end", |frame| match frame {
            chinwag::wire::DeskFrame::Update { state } if state.end.is_some() => Some(()),
            _ => None,
        })
        .await;
}
