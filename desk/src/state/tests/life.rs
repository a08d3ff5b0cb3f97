//! Signing in and out, offers, conversations from the queue to the classification, requests.

use super::*;

#[test]
fn signing_in_greets_and_opens_the_own_conversations() {
    let mut bench = Bench::new();
    assert_eq!(bench.desk.stage(), Stage::SignIn);
    assert!(bench.does(Input::SignedIn { token: "t".into() }).contains(&Effect::Connect(Transport::Socket)));
    assert!(sends(&bench.does(Input::Opened(Transport::Socket)), &AgentFrame::Auth { version: 1, token: "t".into() }));
    assert_eq!(bench.desk.stage(), Stage::Entering);
    let effects = bench.hears(welcome("e1", Role::Agent, vec![own("c_1"), waiting("c_2")]));
    assert_eq!(bench.desk.stage(), Stage::Desk);
    assert!(sends(&effects, &AgentFrame::Open { conv: "c_1".into(), after: None }));
    assert!(!sends(&effects, &AgentFrame::Open { conv: "c_2".into(), after: None }));
}

#[test]
fn an_offer_alarms_once_and_accepting_opens_the_conversation_with_the_focus() {
    let mut bench = Bench::entered(Role::Agent, vec![waiting("c_1")]);
    let offer = DeskFrame::Offer { conv: "c_1".into(), expires: T0.after(20_000) };
    let alarms = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Alert(_))).count();
    assert_eq!(alarms(&bench.hears(offer.clone())), 1);
    assert_eq!(alarms(&bench.hears(offer)), 0);
    assert_eq!(bench.desk.offers.len(), 1);
    assert!(sends(&bench.acts(Action::Accept("c_1".into())), &AgentFrame::Accept { conv: "c_1".into() }));
    assert!(bench.desk.offers.is_empty());
    let effects = bench.hears(DeskFrame::Update { state: Conversation { head: 2, ..own("c_1") } });
    assert!(effects.contains(&Effect::Focus("c_1".into())));
    assert!(sends(&effects, &AgentFrame::Open { conv: "c_1".into(), after: None }));
    assert_eq!(bench.desk.active, Some("c_1".into()));
}

#[test]
fn a15_an_assignment_that_nobody_asked_for_does_not_take_the_focus() {
    let mut bench = loaded();
    let effects = bench.hears(DeskFrame::Update { state: own("c_2") });
    assert!(bench.desk.panes.contains(&"c_2".into()));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Focus(_))));
    assert_eq!(bench.desk.active, Some("c_1".into()));
}

#[test]
fn r45_the_slower_agent_is_told() {
    let mut bench = Bench::entered(Role::Agent, vec![waiting("c_1")]);
    bench.acts(Action::Take("c_1".into()));
    bench.hears(DeskFrame::Update { state: Conversation { head: 2, agents: vec![agent("grace")], ..own("c_1") } });
    assert!(bench.desk.toasts.iter().any(|toast| toast.text.contains("grace was faster")));
    let mut bench = Bench::entered(Role::Agent, vec![waiting("c_1")]);
    bench.acts(Action::Take("c_1".into()));
    bench.hears(DeskFrame::Gone { conv: "c_1".into() });
    assert!(!bench.desk.toasts.is_empty());
    assert!(bench.desk.chats.is_empty());
}

#[test]
fn an_offer_that_times_out_sets_away_and_a_reconnect_does_not_undo_it() {
    let mut bench = Bench::entered(Role::Agent, vec![waiting("c_1")]);
    bench.acts(Action::Status(AgentStatus::Ready));
    bench.hears(DeskFrame::Offer { conv: "c_1".into(), expires: T0.after(20_000) });
    bench.hears(DeskFrame::OfferGone { conv: "c_1".into(), reason: OfferEnd::TimedOut });
    assert!(bench.desk.toasts.iter().any(|toast| toast.tone == Tone::Problem));
    bench.hears(DeskFrame::Agent { agent: ada(AgentStatus::Away, Role::Agent) });
    assert_eq!(bench.desk.me.as_ref().map(|me| me.status), Some(AgentStatus::Away));
    let effects = bench.reconnects("e1", vec![waiting("c_1")]);
    assert!(!sends(&effects, &AgentFrame::Status { status: AgentStatus::Ready }));
}

#[test]
fn the_chosen_status_survives_a_reconnect() {
    let mut bench = loaded();
    bench.acts(Action::Status(AgentStatus::Ready));
    let effects = bench.reconnects("e1", vec![own("c_1")]);
    assert!(sends(&effects, &AgentFrame::Status { status: AgentStatus::Ready }));
    assert_eq!(bench.desk.me.as_ref().map(|me| me.status), Some(AgentStatus::Ready));
}

#[test]
fn ending_asks_for_a_classification_and_saving_it_closes_the_pane() {
    let mut bench = loaded();
    bench.acts(Action::End("c_1".into()));
    let ended = EntryBody::Ended { by: Party::Agent, reason: chinwag::model::EndReason::Closed };
    bench.hears(hear("c_1", Entry { seq: 3, prev: 2, at: T0, id: "x".into(), body: ended }));
    assert_eq!(bench.desk.seat(&"c_1".into()), Some(Seat::WrapUp));
    let id = bench.desk.outbox.all()[0].parcel.id.clone();
    bench.hears(DeskFrame::Ack { conv: "c_1".into(), id, seq: 3, at: T0 });
    let dispose = Action::Dispose { conv: "c_1".into(), path: vec!["Order".into()], comment: " ok ".into() };
    let effects = bench.acts(dispose.clone());
    assert!(bench.acts(dispose).iter().all(|effect| !matches!(effect, Effect::Send(..))), "a second press does nothing");
    let (id, item) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(_, AgentFrame::Put { id, item, .. }) => Some((id.clone(), item.clone())),
            _ => None,
        })
        .expect("it is sent");
    assert_eq!(item, AgentItem::Disposed { path: vec!["Order".into()], comment: "ok".into() });
    let effects = bench.hears(DeskFrame::Ack { conv: "c_1".into(), id, seq: 4, at: T0 });
    assert!(effects.contains(&Effect::FocusElsewhere));
    assert!(bench.desk.panes.is_empty() && bench.desk.chats.is_empty());
}

#[test]
fn a_lost_conversation_can_still_be_read() {
    let mut bench = loaded();
    bench.hears(DeskFrame::Gone { conv: "c_1".into() });
    assert_eq!(bench.desk.seat(&"c_1".into()), Some(Seat::Over));
    assert_eq!(bench.texts("c_1"), ["one", "two"]);
    bench.acts(Action::Hide("c_1".into()));
    assert!(bench.desk.chats.is_empty());
}

#[test]
fn a_supervisor_watches_and_leaves_without_a_trace() {
    let others = Conversation { agents: vec![agent("grace")], ..own("c_1") };
    let mut bench = Bench::entered(Role::Supervisor, vec![others.clone()]);
    assert!(bench.desk.panes.is_empty());
    assert!(sends(&bench.acts(Action::Show("c_1".into())), &AgentFrame::Open { conv: "c_1".into(), after: None }));
    bench.hears(page(others, vec![entry(1, "one")], true));
    assert_eq!(bench.desk.seat(&"c_1".into()), Some(Seat::Watched));
    assert!(puts(&bench.acts(Action::Say { conv: "c_1".into(), text: "x".into() })).is_empty());
    assert!(sends(&bench.acts(Action::Hide("c_1".into())), &AgentFrame::Close { conv: "c_1".into() }));
}

#[test]
fn typing_is_told_sparingly_and_ends_by_itself() {
    let mut bench = loaded();
    let typing = |effects: &[Effect]| {
        effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(_, AgentFrame::Typing { on, .. }) => Some(*on),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let draft = |text: &str| Action::Draft { conv: "c_1".into(), text: text.into() };
    assert_eq!(typing(&bench.acts(draft("h"))), [true]);
    assert!(typing(&bench.acts(draft("he"))).is_empty());
    bench.now = bench.now.after(3_000);
    assert_eq!(typing(&bench.acts(draft("hel"))), [true]);
    assert_eq!(typing(&bench.waits(4_000)), [false]);
    bench.hears(DeskFrame::Typing { conv: "c_1".into(), who: agent("grace"), on: true });
    assert!(bench.desk.chats[&"c_1".into()].typing.is_some());
    bench.waits(8_000);
    assert!(bench.desk.chats[&"c_1".into()].typing.is_none());
}

#[test]
fn r10_a_dead_token_leads_to_the_sign_in_screen_with_a_reason() {
    let mut bench = loaded();
    bench.acts(Action::Say { conv: "c_1".into(), text: "kept".into() });
    let effects = bench.hears(DeskFrame::Bye { code: Code::Unauthorized, message: "no".into(), retry_after: None });
    assert!(effects.contains(&Effect::Keep(Kept::Token, None)));
    assert_eq!(bench.desk.stage(), Stage::SignIn);
    assert!(bench.desk.problem.is_some());
    // The same agent signs in again and continues.
    bench.does(Input::SignedIn { token: "t2".into() });
    bench.does(Input::Opened(Transport::Socket));
    let effects = bench.hears(welcome("e1", Role::Agent, vec![own("c_1")]));
    assert_eq!(puts(&effects).len(), 1);
}

#[test]
fn r10_sent_away_for_good_it_stays_away_until_the_agent_asks() {
    let mut bench = loaded();
    bench.hears(DeskFrame::Bye { code: Code::Malformed, message: "too much".into(), retry_after: None });
    assert_eq!(bench.desk.link_state(), LinkState::Stopped(Stop::SentAway("Too much.".into())));
    assert!(!bench.waits(600_000).contains(&Effect::Connect(Transport::Socket)));
    assert!(!bench.acts(Action::Looking(true)).contains(&Effect::Connect(Transport::Socket)));
    assert!(bench.acts(Action::Connect).contains(&Effect::Connect(Transport::Socket)));
}

#[test]
fn signing_out_forgets_everything() {
    let mut bench = loaded();
    bench.acts(Action::Say { conv: "c_1".into(), text: "x".into() });
    let effects = bench.acts(Action::SignOut);
    assert!(effects.contains(&Effect::SignOut("t".into())));
    assert!(effects.contains(&Effect::Disconnect(Transport::Socket)));
    for kept in [Kept::Token, Kept::Outbox, Kept::Drafts, Kept::Panes] {
        assert!(effects.contains(&Effect::Keep(kept, None)), "{kept:?}");
    }
    assert_eq!(bench.desk.stage(), Stage::SignIn);
    assert_eq!(bench.desk.problem, None);
}

#[test]
fn requests_are_sorted_by_what_presses() {
    let request = |id: &str, due: i64, done: bool| CallRequest {
        id: id.into(),
        kind: chinwag::model::WidgetKind::CallbackLater,
        widget: "w".into(),
        campaign: "sales".into(),
        visitor: "v".into(),
        locale: "it".into(),
        zone: "Europe/Rome".into(),
        page: None,
        values: Vec::new(),
        created: T0,
        due: T0.after(due),
        first_slot: false,
        done,
        done_by: None,
        note: String::new(),
    };
    let mut bench = Bench::entered(Role::Agent, Vec::new());
    for (id, due, done) in [("later", 3_600_000, false), ("done", 0, true), ("overdue", -60_001, false), ("soon", 60_000, false)] {
        bench.hears(DeskFrame::Request { request: request(id, due, done) });
    }
    let order: Vec<_> = bench.desk.requests.iter().map(|request| (request.id.as_str(), urgency(request, T0))).collect();
    assert_eq!(order, [("overdue", Urgency::Overdue), ("soon", Urgency::Soon), ("later", Urgency::Later), ("done", Urgency::Done)]);
    let done = AgentFrame::RequestDone { request: "soon".into(), done: true, note: "called".into() };
    let effects = bench.acts(Action::RequestDone { request: "soon".into(), done: true, note: " called ".into() });
    assert!(sends(&effects, &done));
}

#[test]
fn a_file_counts_as_unread_is_told_and_is_fetched_with_the_token() {
    let mut bench = loaded();
    bench.acts(Action::Looking(false));
    let from = Participant::new("v_1".into(), Party::Visitor, "Bob".into());
    let seq = bench.desk.chats[&ConversationId::from("c_1")].window.last() + 1;
    let body = EntryBody::File {
        from,
        file: "f1".into(),
        name: "invoice.pdf".into(),
        size: 7,
        kind: "application/pdf".into(),
        width: None,
        height: None,
        key: None,
    };
    let entry = Entry { seq, prev: seq - 1, at: T0, id: "file".into(), body };
    let effects = bench.hears(DeskFrame::Entry { conv: "c_1".into(), entry });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Announce(text) if text.ends_with("sent the file invoice.pdf"))));
    assert_eq!(bench.desk.chats[&ConversationId::from("c_1")].unread, 1);
    let (conv, file, name) = (ConversationId::from("c_1"), "f1".to_owned(), "invoice.pdf".to_owned());
    let effects = bench.acts(Action::Download { conv: conv.clone(), file: file.clone(), name: name.clone() });
    assert_eq!(effects, [Effect::Download { token: "t".into(), conv, file, name: name.clone() }]);
    bench.acts(Action::DownloadFailed(name));
    assert!(bench.desk.toasts.iter().any(|toast| toast.text.contains("invoice.pdf")));
}

#[test]
fn r7_a_desk_that_hears_nothing_asks_after_15_seconds_and_gives_up_after_25() {
    let mut bench = loaded();
    assert!(!sends(&bench.waits(14_999), &AgentFrame::Ping {}));
    assert!(sends(&bench.waits(1), &AgentFrame::Ping {}));
    assert!(bench.desk.is_up());
    let effects = bench.waits(10_000);
    assert!(effects.contains(&Effect::Disconnect(Transport::Socket)));
    assert!(!bench.desk.is_up());
}
