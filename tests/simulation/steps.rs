//! The steps of a schedule, and how one is chosen.

use super::support::page::Sockets;
use super::support::value;
use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Code;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Step {
    Visitor(usize, Action),
    /// Types a text and sends it.
    Say(usize),
    Host(Command),
    /// An agent joins the newest conversation.
    AgentJoins,
    AgentSays,
    AgentLeaves,
    Ends(Party),
    Open,
    Up,
    Down,
    Lose(bool),
    Double(bool),
    Reorder(bool),
    Cut,
    Heartbeat,
    /// The server's process is killed, and every connection is lost. Its stored data is there when it starts again.
    Crash,
    Reload,
    /// The browser is killed: no page can react. Another page begins.
    Kill,
    Pass(i64),
    /// Sets the transports that reach the server.
    Lets(Sockets, bool),
    /// The browser reports another network.
    Network,
    /// Everything is delivered.
    Calm,
    /// Sends so many texts in a row.
    Burst(usize, usize),
    /// The server refuses the next entry.
    RefusePut(Code),
    /// From now on the server refuses new conversations, or accepts them again.
    Refuse(Option<Code>),
}

fn step() -> impl Strategy<Value = Step> {
    let index = 0..2_usize;
    let action = prop_oneof![
        6 => Just(Action::Activate),
        1 => Just(Action::Close),
        1 => Just(Action::Dismiss),
        4 => Just(Action::Edit(value("email", "a@b.example"))),
        1 => Just(Action::Edit(value("email", "nonsense"))),
        3 => Just(Action::Edit(value("stars", "4"))),
        5 => Just(Action::Submit),
        1 => Just(Action::Skip),
        1 => Just(Action::Survey),
        1 => Just(Action::End),
        2 => Just(Action::Restart),
        1 => Just(Action::Older),
        1 => Just(Action::Seen),
        2 => Just(Action::Draft("half a sen".into())),
    ];
    let host = prop_oneof![
        Just(Command::Open(None)),
        Just(Command::Close(None)),
        Just(Command::Show(None)),
        Just(Command::Hide(Some(1))),
        Just(Command::SetConsent(true)),
        Just(Command::SetPage(other_page())),
        Just(Command::SetVisitor(vec![value("email", "known@b.example")])),
    ];
    prop_oneof![
        8 => (index.clone(), action).prop_map(|(index, action)| Step::Visitor(index, action)),
        6 => index.clone().prop_map(Step::Say),
        4 => (index, 2..8_usize).prop_map(|(index, many)| Step::Burst(index, many)),
        2 => prop_oneof![Just(Code::RateLimited), Just(Code::Unavailable), Just(Code::OutOfOrder)].prop_map(Step::RefusePut),
        1 => (prop_oneof![Just(Sockets::Pass), Just(Sockets::Refused), Just(Sockets::Silent), Just(Sockets::Swallowed)], prop_oneof![3 => Just(true), 1 => Just(false)])
            .prop_map(|(sockets, polling)| Step::Lets(sockets, polling)),
        1 => Just(Step::Network),
        2 => host.prop_map(Step::Host),
        4 => Just(Step::AgentJoins),
        5 => Just(Step::AgentSays),
        1 => Just(Step::AgentLeaves),
        2 => prop_oneof![Just(Party::Agent), Just(Party::System)].prop_map(Step::Ends),
        4 => Just(Step::Open),
        8 => Just(Step::Up),
        8 => Just(Step::Down),
        2 => any::<bool>().prop_map(Step::Lose),
        2 => any::<bool>().prop_map(Step::Double),
        2 => any::<bool>().prop_map(Step::Reorder),
        1 => Just(Step::Cut),
        1 => Just(Step::Heartbeat),
        1 => Just(Step::Crash),
        1 => Just(Step::Reload),
        1 => Just(Step::Kill),
        3 => (1..30_000_i64).prop_map(Step::Pass),
        5 => Just(Step::Calm),
        1 => prop_oneof![Just(None), Just(Some(Code::NoAgents)), Just(Some(Code::QueueFull))].prop_map(Step::Refuse),
    ]
}

/// A conversation without any fault.
fn story() -> Vec<Step> {
    let visitor = |action| Step::Visitor(0, action);
    vec![
        visitor(Action::Activate),
        visitor(Action::Edit(value("email", "a@b.example"))),
        visitor(Action::Submit),
        Step::Calm,
        Step::AgentJoins,
        Step::Say(0),
        Step::Calm,
        Step::AgentSays,
        Step::Ends(Party::Agent),
        Step::Calm,
        visitor(Action::Edit(value("stars", "4"))),
        visitor(Action::Submit),
        Step::Calm,
    ]
}

/// The story up to some point, so that its late steps are reached often, and then random steps.
pub fn schedule() -> impl Strategy<Value = Vec<Step>> {
    (0..=story().len(), proptest::collection::vec(step(), 1..120))
        .prop_map(|(begun, steps)| story().into_iter().take(begun).chain(steps).collect())
}

fn other_page() -> chinwag::model::Page {
    chinwag::model::Page { url: "https://shop.example/coffee".into(), title: "Coffee".into() }
}
