//! The Genesys dialect's notices for the engine's events (G2.2, G2.6, G2.7, G4.4), over the engine and our own link.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::dialects::Retell;
use chinwag::dialects::genesys::{Genesys, POLL_EXCEPTION_LIMIT};
use chinwag::engine::{Action, Command, Fault, Injected, Input, LinkEvent, LinkStatus, Said, Stage};
use chinwag::model::*;
use serde_json::{Value, json};
use support::page::Page;
use support::server::{ModelServer, agent};
use support::{field, site, value, widget};

const NOON: Timestamp = Timestamp(1_795_176_000_000);

struct World {
    page: Page,
    server: ModelServer,
    dialect: Genesys,
    told: usize,
}

impl World {
    fn new() -> Self {
        let specs = vec![widget("sales", "ctw-1", WidgetKind::Chat)];
        Self {
            page: Page::load(site(specs.clone()), None, 1, NOON),
            server: ModelServer::new(specs),
            dialect: Genesys::new(POLL_EXCEPTION_LIMIT),
            told: 0,
        }
    }

    /// A page with a conversation that an agent has joined.
    fn talking() -> Self {
        let mut world = Self::new();
        let values = vec![value("firstname", "Vera"), value("lastname", "Visitor"), value("order", "7")];
        world.page.host(Command::Begin(None, values));
        world.page.quiet(&mut world.server);
        world.append(1, EntryBody::Joined { who: agent("ada") });
        world
    }

    fn conv(&self) -> ConversationId {
        self.server.newest().expect("a conversation")
    }

    fn append(&mut self, id: u32, body: EntryBody) {
        let conv = self.conv();
        self.server.append(&conv, format!("m_{id:032}").as_str().into(), body);
        self.page.quiet(&mut self.server);
    }

    /// Lets time pass until the connection is open.
    fn recover(&mut self) {
        while self.page.engine.view(0).is_some_and(|view| view.link != LinkStatus::Online) {
            self.page.pass(500);
            self.page.quiet(&mut self.server);
        }
    }

    /// The notices since the last call.
    fn notices(&mut self) -> Vec<Value> {
        let events: Vec<_> = self.page.events.iter().skip(self.told).cloned().collect();
        self.told = self.page.events.len();
        events
            .iter()
            .flat_map(|event| self.dialect.translate(event))
            .map(|text| serde_json::from_str(text.as_str()).expect("JSON"))
            .collect()
    }

    fn words(&mut self) -> Vec<String> {
        self.notices().iter().map(short).collect()
    }

    /// Another page, so many milliseconds later.
    fn reload(&mut self, after: i64, within: Option<i64>) {
        let specs = vec![widget("sales", "ctw-1", WidgetKind::Chat)];
        let kept = self.page.leave();
        self.page = Page::prepare(site(specs), kept, 2, self.page.now.after(after));
        if let Some(millis) = within {
            self.page.engine.restore_within(millis);
        }
        // As on the facade's pages: the host handles ended conversations itself.
        self.page.engine.hand_over();
        self.page.input(Input::Start);
        self.dialect = Genesys::new(POLL_EXCEPTION_LIMIT);
        self.told = 0;
    }
}

/// `what`, or for a run `what[kind by whom: text]`.
fn short(notice: &Value) -> String {
    let what = notice["what"].as_str().unwrap_or_default();
    if what != "events" {
        return what.into();
    }
    let events: Vec<String> = notice["events"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|told| {
            let event = &told["event"];
            let text = event["text"].as_str().map_or(String::new(), |text| format!(": {text}"));
            format!(
                "{} by {} {}{text}",
                event["type"].as_str().unwrap_or_default(),
                event["from"]["type"].as_str().unwrap_or_default(),
                event["from"]["nickname"].as_str().unwrap_or_default()
            )
        })
        .collect();
    let flags = [("restoring", "restoring "), ("over", "over ")]
        .iter()
        .filter(|(name, _)| notice[*name] == true)
        .map(|(_, word)| *word)
        .collect::<String>();
    format!("{flags}[{}]", events.join(", "))
}

#[test]
fn a_conversation_is_told_in_order() {
    let mut world = World::talking();
    assert_eq!(world.words(), ["started", "[ParticipantJoined by Client Vera Visitor]", "[ParticipantJoined by Agent ada]"]);
    world.append(2, EntryBody::Message { from: agent("ada"), text: "Hello".into() });
    world.page.host(Command::SendMessage(None, "  hi there ".into()));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["[Message by Agent ada: Hello]", "queued", "sent", "[Message by Client Vera Visitor: hi there]"]);
    world.append(3, EntryBody::Left { who: agent("ada"), reason: LeaveReason::Released });
    world.append(4, EntryBody::Joined { who: agent("grace") });
    world.append(5, EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed });
    assert_eq!(
        world.words(),
        ["[ParticipantLeft by Agent ada]", "[ParticipantJoined by Agent grace]", "over [ParticipantLeft by Agent grace]"],
        "whoever is there leaves, and then it is over, once"
    );
}

#[test]
fn a_visitor_who_ends_it_hears_of_it_once() {
    let mut world = World::talking();
    world.notices();
    world.page.host(Command::End(None));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["ended"]);
}

#[test]
fn every_field_is_as_the_contract_has_it() {
    let mut world = World::talking();
    world.append(2, EntryBody::Message { from: agent("ada"), text: "Hello \"you\"".into() });
    let notices = world.notices();
    let conv = world.conv();
    assert_eq!(
        notices[0]["session"],
        json!({"sessionID": conv.0, "userId": world.page.engine.visitor().0, "secureKey": "", "alias": ""}),
        "G2.2"
    );
    let event = &notices[3]["events"][0]["event"];
    assert_eq!(
        event["from"],
        json!({"nickname": "ada", "participantId": 2, "type": "Agent"}),
        "G4.4: numbers in the order in which they came"
    );
    assert_eq!((&event["type"], &event["text"], &event["messageType"]), (&json!("Message"), &json!("Hello \"you\""), &json!("text")));
    assert_eq!(event["index"], 3);
    assert_eq!(notices[3]["events"][0]["id"], "m_00000000000000000000000000000002", "by which it is found on the screen");
    assert!(event.get("id").is_none(), "beside the event, not in it");
    assert!(event["utcTime"].as_i64().is_some(), "milliseconds");
    let indexes: Vec<_> = notices.iter().filter_map(|notice| notice["events"][0]["event"]["index"].as_u64()).collect();
    assert_eq!(indexes, [1, 2, 3]);
}

#[test]
fn notices_and_files_are_told_as_a_chat_server_tells_them() {
    let mut world = World::talking();
    world.notices();
    let visitor = Participant::new(world.page.engine.visitor().clone(), Party::Visitor, "Vera".into());
    let notice = EntryBody::PageNotice { from: visitor.clone(), text: "{}".into(), attributes: String::new() };
    let file = EntryBody::File {
        from: agent("ada"),
        file: "f1".into(),
        name: "a.pdf".into(),
        size: 12,
        kind: "application/pdf".into(),
        width: None,
        height: None,
        key: None,
    };
    let rows = [
        (notice, "[CustomNotice by Client Vera: {}]", json!(null)),
        (
            EntryBody::AddressPushed { from: agent("ada"), url: "https://example.com".into() },
            "[PushUrl by Agent ada: https://example.com]",
            json!(null),
        ),
        (EntryBody::Renamed { from: visitor, name: "Vesna".into() }, "[NicknameUpdated by Client Vesna]", json!(null)),
        (
            EntryBody::IdleWarned { seconds: 45 },
            "[IdleAlert by External : The chat will be closed in 45 seconds unless something is said.]",
            json!({"next-idle-timer-type": "CLOSE", "next-idle-timer-secs": "45"}),
        ),
        (
            file,
            "[FileUploaded by Agent ada]",
            json!({"file-id": "f1", "file-name": "a.pdf", "file-size": "12", "file-type": "application/pdf"}),
        ),
        (
            EntryBody::FileDeleted { from: agent("ada"), file: "f1".into() },
            "[FileDeleted by Agent ada]",
            json!({"file-id": "f1", "file-name": "a.pdf"}),
        ),
    ];
    for (id, (body, expected, data)) in (10..).zip(rows) {
        world.append(id, body);
        let notices = world.notices();
        assert_eq!(notices.iter().map(short).collect::<Vec<_>>(), [expected], "G4.4");
        assert_eq!(notices[0]["events"][0]["event"]["userData"], data, "{expected}");
    }
    world.page.host(Command::Put(None, chinwag::wire::Item::Data { values: vec![value("order", "8")] }));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["queued", "sent"]);
}

#[test]
fn the_connection_is_pending_before_the_server_is_offline() {
    let mut world = World::talking();
    world.notices();
    for failure in 1..=POLL_EXCEPTION_LIMIT + 3 {
        world.page.input(Input::Link(LinkEvent::Lost(Fault::Lost)));
        let expected: &[&str] = match failure {
            1 => &["disconnected", "connectionPending"],
            6 => &["chatServerWentOffline"],
            _ => &[],
        };
        assert_eq!(world.words(), expected, "failure {failure}");
    }
    world.page.cut();
    world.recover();
    assert_eq!(world.words(), ["connectionRestored", "chatServerBackOnline", "reconnected"]);
    world.page.cut();
    world.recover();
    assert_eq!(world.words(), ["disconnected", "connectionPending", "connectionRestored", "reconnected"], "a short one");
}

#[test]
fn a_conversation_is_restored_within_the_time_and_not_beyond() {
    let mut world = World::talking();
    world.append(2, EntryBody::Message { from: agent("ada"), text: "Hello".into() });
    world.reload(59_000, Some(60_000));
    world.page.quiet(&mut world.server);
    assert_eq!(
        world.words(),
        ["restored", "restoring [ParticipantJoined by Client Vera Visitor, ParticipantJoined by Agent ada, Message by Agent ada: Hello]"]
    );
    world.reload(61_000, Some(60_000));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["restoreTimeout"]);
    assert!(world.page.engine.conversation(0).is_none());
}

#[test]
fn one_that_ended_meanwhile_is_a_timeout() {
    let mut world = World::talking();
    world.page.cut();
    let conv = world.conv();
    world.server.append(
        &conv,
        "m_00000000000000000000000000000009".into(),
        EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed },
    );
    world.reload(1_000, Some(60_000));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["restoreTimeout"]);
}

#[test]
fn a_server_that_is_down_at_restore_comes_back_later() {
    let mut world = World::talking();
    world.reload(1_000, Some(60_000));
    // Neither a socket nor polling reaches it.
    world.page.cut();
    world.page.cut();
    assert_eq!(world.words(), ["restoredOffline"]);
    world.recover();
    assert_eq!(
        world.words(),
        [
            "connectionRestored",
            "chatServerBackOnline",
            "reconnected",
            "restoring [ParticipantJoined by Client Vera Visitor, ParticipantJoined by Agent ada]"
        ]
    );
}

#[test]
fn a_message_of_the_page_leaves_what_the_visitor_writes() {
    let mut world = World::talking();
    world.page.act(0, chinwag::engine::Action::Draft("half a sen".into()));
    world.page.host(Command::SendMessage(None, "from the page".into()));
    world.page.quiet(&mut world.server);
    assert!(world.page.kept.as_ref().is_some_and(|(_, text)| text.contains("half a sen")), "the draft is still there");
    assert!(world.page.transcript(0).iter().any(|(line, _)| line.contains("from the page")));
}

/// A page whose host begins conversations itself, with a form or without.
fn handed_over(form: Option<Form>) -> World {
    let mut spec = widget("sales", "ctw-1", WidgetKind::Chat);
    spec.form = form;
    let mut world = World::new();
    world.page = Page::prepare(site(vec![spec]), None, 3, NOON);
    world.page.engine.hand_over();
    world.page.input(Input::Start);
    world
}

/// A form with one field that has to be filled in.
fn form() -> Form {
    support::form(vec![field("firstname", FieldKind::GivenName)])
}

#[test]
fn what_was_filled_in_goes_to_the_host_which_begins() {
    let mut world = handed_over(Some(form()));
    world.page.host(Command::Open(None));
    world.page.act(0, Action::Submit);
    assert_eq!(world.words(), [] as [&str; 0], "the form's own rules come first");
    world.page.act(0, Action::Edit(value("firstname", "Vera")));
    world.page.act(0, Action::Submit);
    let notices = world.notices();
    assert_eq!(notices, [json!({"what": "filled", "values": [{"name": "firstname", "value": "Vera"}]})]);
    assert!(matches!(world.page.engine.view(0).expect("a view").stage, Stage::Collecting(_)), "it stays until the host begins");
    world.page.host(Command::Begin(None, vec![value("firstname", "Vera"), value("more", "7")]));
    world.page.quiet(&mut world.server);
    assert_eq!(world.words(), ["started", "[ParticipantJoined by Client Vera]"]);
}

#[test]
fn without_a_form_the_host_is_asked_at_once_and_a_request_for_a_call_is_none_of_its_business() {
    let mut world = handed_over(None);
    world.page.host(Command::Open(None));
    assert_eq!(world.notices(), [json!({"what": "filled", "values": []})]);

    let mut world = World::new();
    world.page = Page::prepare(site(vec![widget("sales", "ctw-1", WidgetKind::CallbackNow)]), None, 3, NOON);
    world.page.engine.hand_over();
    world.page.input(Input::Start);
    world.page.host(Command::Open(None));
    assert_eq!(world.words(), [] as [&str; 0]);
    assert!(matches!(world.page.engine.view(0).expect("a view").stage, Stage::Starting));
}

#[test]
fn what_is_over_is_left_and_what_was_filled_in_forgotten() {
    let mut world = handed_over(Some(form()));
    world.page.host(Command::Open(None));
    world.page.act(0, Action::Edit(value("firstname", "Vera")));
    world.page.host(Command::Close(None));
    world.page.host(Command::Renew(None));
    world.page.host(Command::Open(None));
    let Stage::Collecting(view) = world.page.engine.view(0).expect("a view").stage else { panic!("no form") };
    assert_eq!(find_value(view.values, "firstname"), "");

    let mut world = World::talking();
    world.page.host(Command::Renew(None));
    assert!(matches!(world.page.engine.view(0).expect("a view").stage, Stage::Chat(_)), "what goes on stays");
    world.page.host(Command::End(None));
    world.page.host(Command::Renew(None));
    assert!(matches!(world.page.engine.view(0).expect("a view").stage, Stage::Engagement));
}

#[test]
fn a_line_of_the_hosts_keeps_its_place() {
    let mut world = World::talking();
    world.append(2, EntryBody::Message { from: agent("ada"), text: "before".into() });
    let what = Injected { name: "Shop".into(), text: "between".into(), ..Injected::default() };
    world.page.host(Command::Inject(None, "i_1".into(), what));
    world.append(3, EntryBody::Message { from: agent("ada"), text: "after".into() });
    world.page.host(Command::SendMessage(None, "mine".into()));
    world.page.quiet(&mut world.server);
    assert_eq!(said(&world), ["before", "Shop: between", "after", "mine"]);
    world.notices();
    world.page.host(Command::Inject(None, "i_2".into(), Injected::default()));
    assert_eq!(world.words(), [] as [&str; 0], "nobody else hears of it");
}

#[test]
fn the_host_shows_messages_in_its_own_way() {
    let mut world = World::talking();
    for (id, text) in [(2, "EUR 7"), (3, "hidden"), (4, "list")] {
        world.append(id, EntryBody::Message { from: agent("ada"), text: text.into() });
    }
    let id = |number: u32| EntryId::from(format!("m_{number:032}").as_str());
    world.page.host(Command::Rewrite(None, id(2), Some(Injected { text: "€ 7".into(), ..Injected::default() })));
    world.page.host(Command::Rewrite(None, id(3), None));
    world.page.host(Command::Rewrite(None, id(4), Some(Injected { text: "items".into(), drawn: true, ..Injected::default() })));
    world.page.host(Command::Rewrite(None, id(99), None));
    assert_eq!(said(&world), ["€ 7", "ada: items"]);
}

/// The lines of the transcript, with the names of inserted lines.
fn said(world: &World) -> Vec<String> {
    let Stage::Chat(chat) = world.page.engine.view(0).expect("a view").stage else { panic!("no conversation") };
    chat.lines
        .iter()
        .filter_map(|line| match &line.said {
            Said::Message { text, .. } => Some(text.clone()),
            Said::Injected(what) => Some(format!("{}: {}", what.name, what.text)),
            _ => None,
        })
        .collect()
}
