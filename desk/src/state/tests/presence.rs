//! Visitors who leave and come back, and the queue of those who wait.

use super::*;
use chinwag::model::FieldKind;

fn left(conv: &str, since: i64) -> DeskFrame {
    DeskFrame::Presence { conv: conv.into(), here: false, since: T0.after(since) }
}

fn back(conv: &str) -> DeskFrame {
    DeskFrame::Presence { conv: conv.into(), here: true, since: T0 }
}

fn announced(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Announce(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn names(chats: &[&LiveConversation]) -> Vec<String> {
    chats.iter().map(|chat| chat.state.id.to_string()).collect()
}

#[test]
fn who_left_does_not_wait_and_has_the_old_place_when_back() {
    let opened = |conv: &str, after: i64| Conversation { since: T0.after(after), ..waiting(conv) };
    let mut bench = Bench::entered(Role::Agent, vec![opened("c_1", 0), opened("c_2", 1_000)]);
    assert_eq!(names(&bench.desk.waiting()), ["c_1", "c_2"]);
    assert!(announced(&bench.hears(left("c_1", 5))).is_empty(), "it is nobody's yet");
    assert_eq!(names(&bench.desk.waiting()), ["c_2"]);
    assert_eq!(names(&bench.desk.seated(Seat::Waiting)), ["c_2", "c_1"], "shown, below the others");
    bench.hears(back("c_1"));
    assert_eq!(names(&bench.desk.waiting()), ["c_1", "c_2"]);
}

#[test]
fn an_agent_is_told_once_that_the_visitor_left_and_is_back() {
    let mut bench = loaded();
    assert_eq!(announced(&bench.hears(left("c_1", 5))), ["Visitor 1234 has left."]);
    let effects = bench.reconnects("e1", vec![own("c_1")]);
    assert!(announced(&effects).is_empty());
    assert_eq!(bench.desk.chats[&"c_1".into()].left, None, "the server tells it again");
    assert!(announced(&bench.hears(left("c_1", 5))).is_empty());
    assert!(bench.desk.chats[&"c_1".into()].left.is_some());
    assert_eq!(announced(&bench.hears(back("c_1"))), ["Visitor 1234 is back."]);
}

#[test]
fn an_offer_that_ends_because_the_visitor_left_says_so() {
    let mut bench = Bench::entered(Role::Agent, vec![waiting("c_1")]);
    bench.acts(Action::Status(AgentStatus::Ready));
    bench.hears(DeskFrame::Offer { conv: "c_1".into(), expires: T0.after(20_000) });
    bench.hears(left("c_1", 5));
    bench.hears(DeskFrame::OfferGone { conv: "c_1".into(), reason: OfferEnd::Withdrawn });
    assert!(bench.desk.offers.is_empty());
    assert!(bench.desk.toasts.iter().any(|toast| toast.text == "Visitor 1234 has left. The offer is over."));
}

#[test]
fn how_long_a_visitor_waits_for_an_answer() {
    let at = |entry: Entry, after: i64| Entry { at: T0.after(after), ..entry };
    let mut bench = loaded();
    let unanswered = |bench: &Bench| bench.desk.chats[&"c_1".into()].unanswered();
    assert_eq!(unanswered(&bench), Some(T0), "since it began");
    bench.hears(hear("c_1", at(mine(3, "m", "Hello"), 10)));
    assert_eq!(unanswered(&bench), None);
    bench.hears(hear("c_1", at(entry(4, "three"), 20)));
    bench.hears(hear("c_1", at(entry(5, "four"), 30)));
    assert_eq!(unanswered(&bench), Some(T0.after(20)), "since the first that has no answer");
    let bench = Bench::entered(Role::Agent, vec![Conversation { since: T0.after(7), ..waiting("c_1") }]);
    assert_eq!(unanswered(&bench), Some(T0.after(7)));
}

#[test]
fn what_it_is_about_is_the_first_message_or_a_topic() {
    let value = |name: &str, value: &str| Answer::from(FieldValue { name: name.into(), value: value.into() });
    let subject = |state: Conversation| LiveConversation::new(state).subject();
    assert_eq!(subject(waiting("c_1")), None);
    let asked = Conversation { values: vec![value("email", "v@example.com"), value("topic", " An order ")], ..waiting("c_1") };
    assert_eq!(subject(asked.clone()).as_deref(), Some("An order"));
    // The subject is found under any name of its field.
    let chosen = Answer { kind: Some(FieldKind::Select), shown: Some("Una consegna".into()), ..value("motivo", "delivery") };
    let in_italian = Conversation { values: vec![value("email", "v@example.com"), chosen], ..waiting("c_1") };
    assert_eq!(subject(in_italian).as_deref(), Some("Una consegna"));
    assert_eq!(subject(Conversation { first: Some("Where is it?".into()), ..asked }).as_deref(), Some("Where is it?"));
}
