//! A sample of each kind of transmitted data: frames, entries, documents. `tests/tomorrow.rs` compares the lists with the definitions.
#![allow(dead_code, reason = "each program of tests uses a part of it")]

use super::{field, form, site, value, widget};
use chinwag::engine::{Parcel, Stored, StoredChat, What};
use chinwag::model::*;
use chinwag::wire::*;

const NOW: Timestamp = Timestamp(1_795_177_390_436);

fn ada() -> Participant {
    Participant::new("a_ada".into(), Party::Agent, "Ada".into())
}

fn page() -> Page {
    Page { url: "https://shop.example/".into(), title: "Shop \"one\"".into() }
}

/// An answer with all members.
fn answer() -> Answer {
    let (label, shown, e164) = (Some("Phone".into()), Some("+39 02".into()), Some("+3902".into()));
    Answer { name: "phone".into(), value: "02".into(), kind: Some(FieldKind::Phone), label, shown, most: Some(5), e164 }
}

pub fn bodies() -> Vec<EntryBody> {
    vec![
        EntryBody::Opened {
            widget: "sales".into(),
            visitor: "v_1".into(),
            locale: "it".into(),
            zone: "Europe/Rome".into(),
            page: Some(page()),
            values: vec![answer()],
            campaign: "sales".into(),
        },
        EntryBody::Message { from: ada(), text: "hello\n".into() },
        EntryBody::Joined { who: ada() },
        EntryBody::Left { who: ada(), reason: LeaveReason::Released },
        EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed },
        EntryBody::Survey { values: vec![answer()] },
        EntryBody::Moved { page: page() },
        EntryBody::Disposed { agent: "a_ada".into(), path: vec!["Sales".into()], comment: String::new() },
        EntryBody::File {
            from: ada(),
            file: "f".into(),
            name: "a.pdf".into(),
            size: 7,
            kind: "application/pdf".into(),
            width: Some(3),
            height: Some(2),
            key: Some("k".into()),
        },
        EntryBody::FileDeleted { from: ada(), file: "f".into() },
        #[cfg(feature = "full")]
        EntryBody::PageNotice { from: ada(), text: "{}".into(), attributes: "{}".into() },
        #[cfg(feature = "full")]
        EntryBody::AddressPushed { from: ada(), url: "https://a.example".into() },
        #[cfg(feature = "full")]
        EntryBody::Renamed { from: ada(), name: "Bob".into() },
        EntryBody::IdleWarned { seconds: 45 },
        #[cfg(feature = "full")]
        EntryBody::IdleClosed {},
        #[cfg(feature = "full")]
        EntryBody::Data { from: ada(), values: vec![value("a", "b")] },
        EntryBody::Internal {},
    ]
}

fn entry(seq: u64, body: EntryBody) -> Entry {
    Entry { seq, prev: seq - 1, at: NOW, id: EntryId(format!("e{seq}")), body }
}

fn state() -> Conversation {
    let mut state = Conversation::open("c_1".into(), &entry(1, bodies().remove(0))).expect("an opening");
    (state.agents, state.end) = (vec![ada()], Some(EndReason::Closed));
    state
}

/// A page with an entry of each kind.
pub fn chat_page() -> ChatPage {
    let entries = (1..).zip(bodies()).map(|(seq, body)| entry(seq, body)).collect();
    ChatPage { state: state(), entries, more_before: false, more_after: false, fresh: true }
}

pub fn to_widget() -> Vec<ServerFrame> {
    let (conv, id) = (|| ConversationId::from("c_1"), || EntryId::from("m_1"));
    let heads = || vec![Head { conv: conv(), seq: 7 }];
    vec![
        ServerFrame::Welcome {
            version: VERSION,
            visitor: "v_1".into(),
            token: "t".into(),
            epoch: "e".into(),
            now: NOW,
            chats: vec![chat_page()],
        },
        ServerFrame::Started { id: id(), chat: chat_page() },
        ServerFrame::Requested { id: id(), request: "r_1".into(), due: Some(NOW) },
        ServerFrame::refused(id(), Code::InvalidForm, "no".into(), vec![Problem { name: "email".into(), problem: FieldProblem::Invalid }]),
        ServerFrame::Ack { conv: conv(), id: id(), seq: 7, at: NOW },
        ServerFrame::Entry { conv: conv(), entry: entry(7, bodies().remove(1)) },
        ServerFrame::Page { chat: chat_page() },
        ServerFrame::Typing { conv: conv(), who: ada(), on: true },
        ServerFrame::Queue { conv: conv(), position: 2 },
        ServerFrame::Available {
            widgets: vec![Available { widget: "sales".into(), availability: Availability::Closed, opens: Some(NOW) }],
        },
        ServerFrame::Ping { now: NOW, heads: heads() },
        ServerFrame::Pong { now: NOW, heads: heads() },
        ServerFrame::error(Code::Malformed, "no".into(), Some("item.text".into())),
        ServerFrame::Bye { code: Code::Restarting, message: "back soon".into(), retry_after: Some(1_000) },
    ]
}

pub fn items() -> Vec<Item> {
    vec![
        Item::Message { text: "hi".into() },
        Item::End {},
        Item::Survey { values: vec![value("stars", "5")] },
        Item::Moved { page: page() },
        #[cfg(feature = "full")]
        Item::PageNotice { text: "n".into() },
        #[cfg(feature = "full")]
        Item::Data { values: vec![value("a", "b")] },
    ]
}

pub fn from_widget() -> Vec<VisitorFrame> {
    let (conv, id) = (|| ConversationId::from("c_1"), || EntryId::from("m_1"));
    let mut frames = vec![
        VisitorFrame::Hello {
            version: VERSION,
            visitor: "v_1".into(),
            token: Some("t".into()),
            epoch: Some("e".into()),
            chats: vec![Have { conv: conv(), after: Some(7) }],
        },
        VisitorFrame::Start {
            id: id(),
            widget: "sales".into(),
            locale: "it".into(),
            zone: String::new(),
            page: Some(page()),
            values: vec![value("email", "a@b.example")],
            message: Some(FirstMessage { id: id(), text: "hi".into() }),
        },
        VisitorFrame::Typing { conv: conv(), on: true },
        VisitorFrame::Fetch { conv: conv(), after: Some(7), before: None },
        VisitorFrame::Ping {},
        VisitorFrame::Pong {},
    ];
    frames.extend(items().into_iter().map(|item| VisitorFrame::Put { conv: conv(), id: id(), item, follows: Some(id()) }));
    frames
}

fn agent_info() -> AgentInfo {
    AgentInfo { id: "a_ada".into(), name: "Ada".into(), role: Role::Supervisor, status: AgentStatus::Ready, load: 1, capacity: 4 }
}

fn request() -> CallRequest {
    CallRequest {
        id: "r_1".into(),
        kind: WidgetKind::CallbackLater,
        widget: "call".into(),
        campaign: "sales".into(),
        visitor: "v_1".into(),
        locale: "it".into(),
        zone: "Europe/Rome".into(),
        page: Some(page()),
        values: vec![answer()],
        created: NOW,
        due: NOW,
        first_slot: false,
        done: true,
        done_by: Some(ada()),
        note: String::new(),
    }
}

pub fn to_desk() -> Vec<DeskFrame> {
    let (conv, id) = (|| ConversationId::from("c_1"), || EntryId::from("m_1"));
    let heads = || vec![Head { conv: conv(), seq: 7 }];
    let dispositions = vec![Disposition { name: "Sales".into(), children: vec![Disposition { name: "Won".into(), children: Vec::new() }] }];
    vec![
        DeskFrame::Welcome {
            version: VERSION,
            epoch: "e".into(),
            now: NOW,
            me: agent_info(),
            campaigns: vec![CampaignInfo { name: "sales".into(), label: "Sales".into(), dispositions }],
            canned: vec![Canned { shortcut: "hi".into(), title: "Hi".into(), text: "Hello".into() }],
            conversations: vec![state()],
            requests: vec![request()],
            agents: vec![agent_info()],
        },
        DeskFrame::Update { state: state() },
        DeskFrame::Gone { conv: conv() },
        DeskFrame::Offer { conv: conv(), expires: NOW },
        DeskFrame::Presence { conv: conv(), here: false, since: NOW },
        DeskFrame::OfferGone { conv: conv(), reason: OfferEnd::TimedOut },
        DeskFrame::Page { chat: chat_page() },
        DeskFrame::Entry { conv: conv(), entry: entry(7, bodies().remove(1)) },
        DeskFrame::Typing { conv: conv(), who: ada(), on: true },
        DeskFrame::Ack { conv: conv(), id: id(), seq: 7, at: NOW },
        DeskFrame::refused(id(), Code::Ended, "it has ended".into()),
        DeskFrame::Request { request: request() },
        DeskFrame::Agent { agent: agent_info() },
        DeskFrame::Ping { now: NOW, heads: heads() },
        DeskFrame::Pong { now: NOW, heads: heads() },
        DeskFrame::error(Code::Conflict, "taken".into(), Some("conv".into())),
        DeskFrame::Bye { code: Code::Restarting, message: "back soon".into(), retry_after: Some(1_000) },
    ]
}

pub fn agent_items() -> Vec<AgentItem> {
    vec![
        AgentItem::Message { text: "hi".into() },
        AgentItem::End {},
        AgentItem::Disposed { path: vec!["Sales".into(), "Won".into()], comment: String::new() },
    ]
}

pub fn from_desk() -> Vec<AgentFrame> {
    let (conv, id) = (|| ConversationId::from("c_1"), || EntryId::from("m_1"));
    let mut frames = vec![
        AgentFrame::Auth { version: VERSION, token: "t".into() },
        AgentFrame::Status { status: AgentStatus::Away },
        AgentFrame::Accept { conv: conv() },
        AgentFrame::Decline { conv: conv() },
        AgentFrame::Take { conv: conv() },
        AgentFrame::Release { conv: conv() },
        AgentFrame::Typing { conv: conv(), on: false },
        AgentFrame::Open { conv: conv(), after: Some(7) },
        AgentFrame::Close { conv: conv() },
        AgentFrame::Fetch { conv: conv(), after: None, before: Some(7) },
        AgentFrame::RequestDone { request: "r_1".into(), done: true, note: "called".into() },
        AgentFrame::Ping {},
        AgentFrame::Pong {},
    ];
    frames.extend(agent_items().into_iter().map(|item| AgentFrame::Put { conv: conv(), id: id(), item, follows: Some(id()) }));
    frames
}

/// A configuration with a widget of each kind and a field of each kind.
pub fn config() -> SiteConfig {
    let widgets = WidgetKind::ALL.iter().map(|kind| {
        let mut spec = widget(kind.word(), kind.word(), *kind);
        spec.form = Some(form(FieldKind::ALL.iter().map(|kind| field(kind.word(), *kind)).collect()));
        spec.survey = Some(form(vec![field("stars", FieldKind::RatingStar)]));
        (spec.opens, spec.slots) = (Some(NOW), vec![Slot { start: NOW, minutes: 30 }]);
        spec
    });
    let mut config = site(widgets.collect());
    config.dialects[0].settings.push(Setting { key: "target".into(), value: "parent".into() });
    config.brand.logo = Some("v1/sites/demo/logo".into());
    config.origins = Some(vec!["https://shop.example".into()]);
    config.files = Some(FileRules { max_size: 7, max_files: 2, max_total: 9, types: vec!["pdf".into()] });
    config
}

/// A page's stored state: a conversation, and parcels under way.
pub fn stored() -> Stored {
    let parcel = |what| Parcel { element: "ctw-1".into(), id: "m_1".into(), what, made: NOW };
    let mut parcels = vec![parcel(What::Start { values: vec![value("email", "a@b.example")] })];
    parcels.extend(items().into_iter().map(|item| parcel(What::Put { conv: "c_1".into(), item })));
    let chat = StoredChat {
        element: "ctw-1".into(),
        conv: "c_1".into(),
        open: true,
        read: Some(7),
        over: Some(true),
        heard: None,
        draft: "half a".into(),
    };
    Stored { version: 2, visitor: "v_1".into(), token: "t".into(), epoch: Some("e".into()), chats: vec![chat], parcels }
}
