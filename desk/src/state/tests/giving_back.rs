//! Giving a conversation back to its queue, and undoing it.

use super::*;

const RELEASE: fn() -> AgentFrame = || AgentFrame::Release { conv: "c_1".into() };

fn undo(bench: &Bench) -> Option<ConversationId> {
    bench.desk.toasts.iter().find_map(|toast| toast.undo.clone())
}

/// The link breaks for ten seconds, and the conversation is still this agent's.
fn breaks(bench: &mut Bench) -> Vec<Effect> {
    let mut effects = bench.does(Input::Closed(Transport::Socket, 1006));
    effects.extend(bench.waits(10_000));
    effects.extend(bench.does(Input::Opened(Transport::Socket)));
    effects.extend(bench.hears(welcome("e1", Role::Agent, vec![own("c_1")])));
    effects
}

#[test]
fn giving_back_closes_the_pane_and_tells_the_server_after_some_seconds() {
    let mut bench = loaded();
    let effects = bench.acts(Action::Release("c_1".into()));
    assert!(effects.contains(&Effect::FocusElsewhere));
    assert!(!sends(&effects, &RELEASE()));
    assert!(bench.desk.panes.is_empty());
    assert_eq!(undo(&bench), Some("c_1".into()));
    assert!(!sends(&bench.waits(7_999), &RELEASE()));
    assert!(sends(&bench.waits(1), &RELEASE()));
    assert_eq!(undo(&bench), None, "too late to undo");
    for _ in 0..6 {
        bench.hears(DeskFrame::Ping { now: T0, heads: Vec::new() });
        assert!(!sends(&bench.waits(10_000), &RELEASE()), "once");
    }
    bench.hears(DeskFrame::Update { state: Conversation { head: 3, ..waiting("c_1") } });
    assert_eq!(bench.desk.seat(&"c_1".into()), Some(Seat::Waiting));
}

#[test]
fn undoing_leaves_no_trace() {
    let mut bench = loaded();
    bench.acts(Action::Draft { conv: "c_1".into(), text: "half a word".into() });
    bench.acts(Action::Release("c_1".into()));
    let effects = bench.acts(Action::Show("c_1".into()));
    assert!(effects.contains(&Effect::Focus("c_1".into())));
    assert_eq!(undo(&bench), None);
    assert!(!sends(&bench.waits(60_000), &RELEASE()));
    assert_eq!(bench.desk.panes, ["c_1".into()]);
    assert_eq!(bench.desk.chats[&"c_1".into()].draft, "half a word");
}

#[test]
fn a_lost_link_does_not_lose_the_wish() {
    let mut bench = loaded();
    bench.acts(Action::Release("c_1".into()));
    assert!(!sends(&breaks(&mut bench), &RELEASE()));
    assert!(bench.desk.panes.is_empty(), "its pane stays closed");
    assert!(sends(&bench.waits(1_000), &RELEASE()));
    // The link breaks before the server answers: the agent still has the conversation and can try again.
    breaks(&mut bench);
    assert_eq!(bench.desk.panes, ["c_1".into()]);
    bench.acts(Action::Release("c_1".into()));
    assert!(sends(&bench.waits(8_000), &RELEASE()));
}

#[test]
fn without_a_link_the_agent_is_told() {
    let mut bench = loaded();
    bench.does(Input::Closed(Transport::Socket, 1006));
    bench.acts(Action::Release("c_1".into()));
    assert!(bench.desk.toasts.iter().any(|toast| toast.tone == Tone::Problem && toast.text.starts_with("Not given back")));
    assert_eq!(bench.desk.panes, ["c_1".into()]);
}

#[test]
fn whoever_signs_out_gives_back_at_once() {
    let mut bench = loaded();
    bench.acts(Action::Release("c_1".into()));
    let effects = bench.acts(Action::SignOut);
    let at = |wanted: &Effect| effects.iter().position(|effect| effect == wanted).expect("it happens");
    assert!(at(&Effect::Send(Transport::Socket, RELEASE())) < at(&Effect::Disconnect(Transport::Socket)));
}

#[test]
fn one_that_ends_meanwhile_cannot_be_given_back() {
    let mut bench = loaded();
    bench.acts(Action::Release("c_1".into()));
    let ended = EntryBody::Ended { by: Party::Visitor, reason: chinwag::model::EndReason::Closed };
    bench.hears(hear("c_1", Entry { seq: 3, prev: 2, at: T0, id: "x".into(), body: ended }));
    assert_eq!(undo(&bench), None);
    assert!(!sends(&bench.waits(60_000), &RELEASE()));
}
