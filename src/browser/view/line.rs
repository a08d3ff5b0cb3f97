//! One line of the transcript as an element.

use super::dom::{El, button, div, h};
use super::icons::{ALERT, icon};
use super::links::append_linked;
use crate::browser::texts::{Texts, day_number};
use crate::engine::{Line, LineState, Said};
use crate::model::{LeaveReason, Party};

/// How a line stands to its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// The first one of a day.
    day: bool,
    /// Goes on with what the same person just said.
    follows: bool,
    /// The next one does.
    leads: bool,
}

/// Longest pause inside a group, in milliseconds.
const PAUSE: i64 = 5 * 60_000;

impl Context {
    pub(super) fn of(lines: &[Line], index: usize) -> Self {
        let line = lines.get(index);
        let before = index.checked_sub(1).and_then(|index| lines.get(index));
        let after = lines.get(index + 1);
        let goes_on = |first: Option<&Line>, second: Option<&Line>| match (first, second) {
            (Some(first), Some(second)) => match (&first.said, &second.said) {
                (Said::Message { from: a, .. }, Said::Message { from: b, .. }) => {
                    // An agent and a visitor of one id do not become one group.
                    a.id == b.id && a.party == b.party && second.at.since(first.at) < PAUSE && !new_day(first, second)
                }
                _ => false,
            },
            _ => false,
        };
        let day = line.is_some_and(|line| before.is_none_or(|before| new_day(before, line)));
        Self { day, follows: goes_on(before, line), leads: goes_on(line, after) }
    }
}

fn new_day(before: &Line, line: &Line) -> bool {
    day_number(before.at) != day_number(line.at)
}

/// The element of a line: day, who, text, time, state, in this order (quality A5).
pub(super) fn row(texts: &Texts, line: &Line, context: Context) -> El {
    let item = h("li").test("message");
    if context.day {
        item.append(&div("day").part("day").with(&h("span").text(&texts.day(line.at))));
    }
    match &line.said {
        Said::Message { from, text } => {
            let visitor = from.party == Party::Visitor;
            let mut class = String::from(if visitor { "row mine" } else { "row theirs" });
            for (name, on) in [(" follows", context.follows), (" leads", context.leads), (" failed", is_failed(line.state))] {
                if on {
                    class.push_str(name);
                }
            }
            item.set("class", &class);
            item.set("data-who", from.party.word());
            let name = if visitor {
                texts.get("visitor")
            } else if from.name.is_empty() {
                texts.get("agent")
            } else {
                &from.name
            };
            item.append(&div(if visitor || context.follows { "vh" } else { "name" }).attr("dir", "auto").text(name));
            // The direction of the text is the text's own, the shape around it keeps to the side it is on.
            let words = div("text").attr("dir", "auto");
            append_linked(&words, text);
            item.append(&div("bubble").part(if visitor { "bubble bubble-visitor" } else { "bubble bubble-agent" }).with(&words));
            item.append(&meta(texts, line, visitor, context.leads));
        }
        said => {
            item.set("class", "row note");
            item.set("data-who", "system");
            item.append(&h("span").class("said").attr("dir", "auto").text(&note(texts, said)));
            item.append(&h("span").class("time").text(&texts.time(line.at)));
        }
    }
    item.set("data-state", state_word(line.state));
    item
}

fn meta(texts: &Texts, line: &Line, visitor: bool, leads: bool) -> El {
    let calm = line.state == LineState::Sent;
    // Inside a group only the last one shows its time; readers of the text get it for each.
    let meta = div(if leads && calm { "vh" } else { "meta" });
    meta.append(&h("span").class("time").text(&texts.time(line.at)));
    if visitor {
        let state = h("span").class("state");
        if is_failed(line.state) {
            state.append(&icon(ALERT));
        }
        let word = match line.state {
            LineState::Sending => "sending",
            LineState::Late => "late",
            LineState::Sent => "sent",
            LineState::Failed { .. } => "failed",
        };
        meta.append(&state.text(texts.get(word)));
    }
    if let LineState::Failed { retry } = line.state {
        let acts = div("acts");
        for (act, on) in [("retry", retry), ("copy", true), ("discard", true)] {
            if on {
                acts.append(&button("small", act).attr("data-id", line.id.as_str()).text(texts.get(act)));
            }
        }
        meta.append(&acts);
    }
    meta
}

const fn is_failed(state: LineState) -> bool {
    matches!(state, LineState::Failed { .. })
}

const fn state_word(state: LineState) -> &'static str {
    match state {
        LineState::Sending => "sending",
        LineState::Late => "late",
        LineState::Sent => "sent",
        LineState::Failed { .. } => "failed",
    }
}

/// The words of a line that nobody said.
fn note(texts: &Texts, said: &Said) -> String {
    match said {
        Said::Joined { who } => texts.fill("joined", named(texts, &who.name)),
        Said::Left { who, reason } => texts.fill(if *reason == LeaveReason::Lost { "lost" } else { "left" }, named(texts, who)),
        Said::Ended { by } => texts.get(ended_key(*by)).into(),
        Said::Message { .. } => String::new(),
    }
}

/// Somebody's name, or the word for somebody.
pub(super) fn named<'a>(texts: &'a Texts, name: &'a str) -> &'a str {
    if name.is_empty() { texts.get("agent") } else { name }
}

pub(super) const fn ended_key(by: Party) -> &'static str {
    match by {
        Party::Visitor => "ended_visitor",
        Party::Agent => "ended_agent",
        Party::System => "ended_system",
    }
}

/// The height to reckon with until a row was measured, in pixels.
pub(super) fn estimate(line: &Line) -> i32 {
    match &line.said {
        Said::Message { text, .. } => 44 + 20 * i32::try_from(text.len() / 40).unwrap_or(0).min(200),
        _ => 36,
    }
}
