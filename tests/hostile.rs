//! A server that sends anything at all: the engine neither panics nor has effects that the visitor did not ask for.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::*;
use proptest::prelude::*;
use support::page::Page;
use support::server::{ModelServer, agent};
use support::*;

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..6_u64, Just(u64::MAX), any::<u64>()]
}

fn entry() -> impl Strategy<Value = Entry> {
    let body = prop_oneof![
        Just(EntryBody::Joined { who: agent("ada") }),
        Just(EntryBody::Left { who: agent("ada"), reason: LeaveReason::Lost }),
        Just(EntryBody::Message { from: agent("ada"), text: "hi".into() }),
        Just(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed }),
        Just(EntryBody::Survey { values: Vec::new() }),
        Just(EntryBody::Internal {}),
        Just(opened()),
    ];
    (number(), number(), any::<i64>(), "[a-c]", body).prop_map(|(seq, prev, at, id, body)| Entry {
        seq,
        prev,
        at: Timestamp(at),
        id: EntryId(id),
        body,
    })
}

fn opened() -> EntryBody {
    let (widget, visitor) = ("sales".into(), "v".into());
    EntryBody::Opened {
        widget,
        visitor,
        locale: String::new(),
        zone: String::new(),
        page: None,
        values: Vec::new(),
        campaign: String::new(),
    }
}

fn chat_page() -> impl Strategy<Value = ChatPage> {
    (proptest::collection::vec(entry(), 0..4), number(), any::<[bool; 3]>(), 0..3_usize).prop_map(|(entries, head, flags, standing)| {
        let first = Entry { seq: head, prev: 0, at: Timestamp(0), id: "x".into(), body: opened() };
        let mut state = Conversation::open("c_1".into(), &first).expect("opens");
        state.standing = Standing::ALL[standing];
        ChatPage { state, entries, more_before: flags[0], more_after: flags[1], fresh: flags[2] }
    })
}

fn frame() -> impl Strategy<Value = ServerFrame> {
    let id = || Just(EntryId("m_00000000000000010000000000000004".into()));
    let conv = || Just(ConversationId("c_1".into()));
    prop_oneof![
        (any::<i64>(), proptest::collection::vec(chat_page(), 0..3)).prop_map(|(now, chats)| ServerFrame::Welcome {
            version: 9,
            visitor: String::new().as_str().into(),
            token: String::new(),
            epoch: "other".into(),
            now: Timestamp(now),
            chats
        }),
        (id(), chat_page()).prop_map(|(id, chat)| ServerFrame::Started { id, chat }),
        id().prop_map(|id| ServerFrame::Requested { id, request: "r".into(), due: Some(Timestamp(i64::MIN)) }),
        (id(), 0..Code::ALL.len()).prop_map(|(id, code)| ServerFrame::refused(id, Code::ALL[code], String::new(), Vec::new())),
        (id(), number()).prop_map(|(id, seq)| ServerFrame::Ack { conv: "c_1".into(), id, seq, at: Timestamp(0) }),
        (conv(), entry()).prop_map(|(conv, entry)| ServerFrame::Entry { conv, entry }),
        chat_page().prop_map(|chat| ServerFrame::Page { chat }),
        (conv(), any::<bool>()).prop_map(|(conv, on)| ServerFrame::Typing { conv, who: agent("ada"), on }),
        (conv(), any::<u32>()).prop_map(|(conv, position)| ServerFrame::Queue { conv, position }),
        number().prop_map(|seq| ServerFrame::Ping { now: Timestamp(i64::MAX), heads: vec![Head { conv: "c_1".into(), seq }] }),
        (0..Code::ALL.len()).prop_map(|code| ServerFrame::error(Code::ALL[code], String::new(), None)),
    ]
}

proptest! {
    #[test]
    fn r62_hostile_frames_neither_break_the_page_nor_make_it_speak(frames in proptest::collection::vec((frame(), 0..20_000_i64), 1..40)) {
        let config = site(vec![with_survey(with_form(widget("sales", "ctw-1", WidgetKind::Chat)))]);
        let mut server = ModelServer::new(config.widgets.clone());
        let mut page = Page::load(config, None, 1, Timestamp(0));
        page.act(0, Action::Activate);
        page.act(0, Action::Edit(value("email", "a@b.example")));
        page.act(0, Action::Submit);
        page.quiet(&mut server);
        let focused = page.focus.len();
        for (frame, millis) in frames {
            page.input(Input::Server(frame));
            page.pass(millis);
            let _ = page.engine.view(0);
        }
        prop_assert!(!page.events.iter().any(|event| matches!(event.what, Happening::MessageQueued { .. })), "the visitor said nothing");
        prop_assert_eq!(page.focus.len(), focused, "only what the visitor did moved the focus");
    }
}
