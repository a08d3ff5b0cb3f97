//! Requests for a call: now, later, from the browser.

mod common;

use chinwag::model::{FieldProblem, WidgetKind};
use chinwag::wire::{AgentFrame, CallRequest, Code, DeskFrame, ServerFrame};
use common::http::get;
use common::people::{Agent, Visitor, new_id, start_frame};
use common::{Server, eventually};
use std::net::SocketAddr;

async fn slots(address: SocketAddr) -> Vec<i64> {
    let config = get(address, "/v1/sites/shop/config", &[]).await.json();
    let widgets = config["widgets"].as_array().expect("widgets");
    let later = widgets.iter().find(|widget| widget["id"] == "later").expect("the widget");
    later["slots"].as_array().expect("slots").iter().filter_map(|slot| slot["start"].as_i64()).collect()
}

async fn request(agent: &mut Agent) -> CallRequest {
    agent
        .socket
        .until("a request", |frame| match frame {
            DeskFrame::Request { request } => Some(request.clone()),
            _ => None,
        })
        .await
}

async fn requested(visitor: &mut Visitor, widget: &str, values: &[(&str, &str)]) -> Option<i64> {
    let id = new_id();
    visitor.socket.send(&start_frame(&id, widget, values)).await;
    visitor
        .socket
        .until("requested", |frame| match frame {
            ServerFrame::Requested { id: answered, due, .. } if *answered == id => Some(due.map(|due| due.0)),
            ServerFrame::Refused { code, problems, .. } => panic!("refused: {code:?} {problems:?}"),
            _ => None,
        })
        .await
}

async fn slot_problem(visitor: &mut Visitor, values: &[(&str, &str)]) -> FieldProblem {
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "later", values)).await;
    visitor
        .socket
        .until("a refusal", |frame| match frame {
            ServerFrame::Refused { id: answered, code: Code::InvalidForm, problems, .. } if *answered == id => Some(problems[0].problem),
            ServerFrame::Requested { id: answered, .. } if *answered == id => panic!("accepted"),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_call_later_takes_its_slot_and_is_done_by_an_agent() {
    let server = Server::start().await;
    let mut ada = Agent::away(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    let free = slots(server.address).await;
    assert!(free.windows(2).all(|two| two[0] < two[1]), "soonest first");
    let (first, second) = (free[0].to_string(), free[1].to_string());
    assert_eq!(requested(&mut visitor, "later", &[("slot", &second)]).await, Some(free[1]));
    let call = request(&mut ada).await;
    assert_eq!((call.kind, call.due.0, call.first_slot, call.done), (WidgetKind::CallbackLater, free[1], false, false));
    assert_eq!((call.zone.as_str(), call.page.expect("a page").url.as_str()), ("Europe/Rome", "https://shop.test/basket"));
    // The time is taken now; times that were never free are refused too.
    assert!(!slots(server.address).await.contains(&free[1]));
    let past = (free[0] - 7 * 86_400_000).to_string();
    let odd = (free[0] + 1).to_string();
    for wrong in [second.as_str(), past.as_str(), odd.as_str(), "soon"] {
        assert_eq!(slot_problem(&mut visitor, &[("slot", wrong)]).await, FieldProblem::Invalid, "{wrong}");
    }
    assert_eq!(slot_problem(&mut visitor, &[]).await, FieldProblem::Missing);
    // The first free one, twice: two different times.
    assert_eq!(requested(&mut visitor, "later", &[("first", "true")]).await, first.parse().ok());
    assert_eq!(requested(&mut visitor, "later", &[("first", "true")]).await, Some(free[2]));
    assert!(request(&mut ada).await.first_slot);
    request(&mut ada).await;

    ada.send(AgentFrame::RequestDone { request: call.id.clone(), done: true, note: "reached".into() }).await;
    let done = request(&mut ada).await;
    assert_eq!(
        (done.id.clone(), done.done, done.note.as_str(), done.done_by.expect("who").name.as_str()),
        (call.id.clone(), true, "reached", "Ada")
    );
    assert!(slots(server.address).await.contains(&free[1]), "the slot is free again");
    ada.send(AgentFrame::RequestDone { request: call.id.clone(), done: false, note: String::new() }).await;
    let open = request(&mut ada).await;
    assert_eq!((open.done, open.done_by), (false, None));
    let again = Agent::away(server.address, "grace").await;
    let DeskFrame::Welcome { requests, .. } = &again.welcome else { panic!("welcome") };
    assert_eq!(requests.len(), 3);
    let other = Agent::away(server.address, "eve").await;
    let DeskFrame::Welcome { requests, .. } = &other.welcome else { panic!("welcome") };
    assert_eq!(requests.len(), 0, "of another campaign");
}

#[tokio::test]
async fn two_visitors_cannot_have_the_same_last_place() {
    let server = Server::start().await;
    let mut one = Visitor::come(server.address).await;
    let mut two = Visitor::come(server.address).await;
    let slot = slots(server.address).await[0].to_string();
    let (a, b) = (new_id(), new_id());
    let values = [("slot", slot.as_str())];
    let (first, second) = (start_frame(&a, "later", &values), start_frame(&b, "later", &values));
    tokio::join!(one.socket.send(&first), two.socket.send(&second));
    let pick = |frame: &ServerFrame| match frame {
        ServerFrame::Requested { .. } => Some(true),
        ServerFrame::Refused { .. } => Some(false),
        _ => None,
    };
    let (first, second) = (one.socket.until("an answer", pick).await, two.socket.until("an answer", pick).await);
    assert!(first != second, "one has it, the other not");
}

#[tokio::test]
async fn a_call_now_needs_somebody_and_a_repeat_is_stored_once() {
    let server = Server::start().await;
    let mut visitor = Visitor::come(server.address).await;
    let id = new_id();
    visitor.socket.send(&start_frame(&id, "call", &[])).await;
    assert_eq!(visitor.refusal(&id).await, Code::NoAgents);
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        visitor.socket.send(&start_frame(&id, "call", &[])).await;
        let pick = |frame: &ServerFrame| match frame {
            ServerFrame::Requested { request, due, .. } => Some((request.clone(), *due)),
            _ => None,
        };
        answers.push(visitor.socket.until("requested", pick).await);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "one request, one answer");
    assert_eq!(request(&mut ada).await.kind, WidgetKind::CallbackNow);
    let other = start_frame(&id, "later", &[("first", "true")]);
    visitor.socket.send(&other).await;
    assert_eq!(visitor.refusal(&id).await, Code::Conflict);
}

#[tokio::test]
async fn requests_are_there_after_a_restart_and_slots_stay_taken() {
    let mut server = Server::start().await;
    let mut visitor = Visitor::come(server.address).await;
    let slot = slots(server.address).await[0];
    requested(&mut visitor, "later", &[("slot", &slot.to_string())]).await;
    server.stop().await;
    let again = chinwag_server::server::start(server.folder.options()).await.expect("a server");
    let ada = Agent::away(again.address, "ada").await;
    let DeskFrame::Welcome { requests, .. } = &ada.welcome else { panic!("welcome") };
    assert_eq!(requests.iter().map(|request| request.due.0).collect::<Vec<_>>(), [slot]);
    eventually("the slot is taken", async || !slots(again.address).await.contains(&slot)).await;
    again.stop().await;
}
