//! One line of the transcript as an element.

#[cfg(feature = "facade")]
use super::dom::hold;
use super::dom::{El, begin_row, end_row, is_emoji, linked};
use super::files;
use crate::browser::texts::{Texts, day_number};
use crate::engine::{Line, LineState, Said};
use crate::model::{LeaveReason, Party};

/// The relation of a line to its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// The first line of a day.
    day: bool,
    /// Continues the message of the same person above it.
    follows: bool,
    /// The next line continues this message.
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
                (
                    Said::Message { from: a, .. } | Said::File { from: a, .. },
                    Said::Message { from: b, .. } | Said::File { from: b, .. },
                ) => {
                    // An agent and a visitor of one id do not become one group.
                    a.id == b.id && a.party == b.party && second.at.since(first.at) < PAUSE && !new_day(first, second)
                }
                _ => false,
            },
            _ => false,
        };
        let day = line.is_some_and(|line| before.map_or_else(|| line.at.is_real(), |before| new_day(before, line)));
        Self { day, follows: goes_on(before, line), leads: goes_on(line, after) }
    }
}

/// Whether a line begins a new day. A time outside of the calendar belongs to no day.
fn new_day(before: &Line, line: &Line) -> bool {
    line.at.is_real() && day_number(before.at) != day_number(line.at)
}

/// The element of a line. A line that the browser cannot draw is replaced by a note, and the other lines are drawn all the same.
pub(super) fn row(texts: &Texts, line: &Line, context: Context) -> El {
    let drawn = begin_row(line.id.as_str()).then(|| draw(texts, line, context));
    if let (true, Some(row)) = (end_row(), drawn) {
        #[cfg(feature = "facade")]
        crate::browser::slot("row", &row, line.id.as_str());
        return row;
    }
    let row = El::new("<li.row.note #message data-who=system data-state=sent <span.said dir=auto @unreadable", texts);
    row.put("", "data-id", line.id.as_str());
    row
}

/// Day, name, text, time, state, in this order (quality A5).
fn draw(texts: &Texts, line: &Line, context: Context) -> El {
    let state = match line.state {
        LineState::Sending => "sending",
        LineState::Late => "late",
        LineState::Sent => "sent",
        LineState::Failed { .. } => "failed",
    };
    let mut template = String::from("<li.row");
    let mut add = |parts: &[&str]| {
        for part in parts {
            template.push_str(part);
        }
    };
    let day = if context.day { " <div.day part=day <span > >" } else { "" };
    match &line.said {
        Said::Message { from, text } => {
            let visitor = from.party == Party::Visitor;
            add(&[
                if visitor { ".mine" } else { ".theirs" },
                if context.follows { ".follows" } else { "" },
                if context.leads { ".leads" } else { "" },
                if is_emoji(text) { ".large." } else { "." },
                state,
                " #message data-who=",
                // Only our own words go into a template: a word of a later version could be any text.
                if let Party::Unknown(_) = from.party { "system" } else { from.party.word() },
                day,
                // The direction of the text is the text's own, the shape around it keeps to the side it is on.
                if visitor || context.follows { " <div.vh.from dir=auto >" } else { " <div.name.from dir=auto >" },
                if visitor { " <div.bubble part=bubble+bubble-visitor" } else { " <div.bubble part=bubble+bubble-agent" },
                " <div.text dir=auto > >",
                // Inside a group only the last one shows its time; readers of the text get it for each.
                if context.leads && line.state == LineState::Sent { " <div.vh" } else { " <div.meta" },
                " <span.time >",
            ]);
            if visitor {
                add(&[" <span.state", if state == "failed" { " ~alert @" } else { " @" }, state, " >"]);
            }
            if let LineState::Failed { retry } = line.state {
                add(&[
                    " <div.acts",
                    if retry { " <button.small :retry @retry >" } else { "" },
                    " <button.small :copy @copy > <button.small :discard @discard",
                ]);
            }
        }
        Said::File { from, .. } => {
            let visitor = from.party == Party::Visitor;
            add(&[
                if visitor { ".mine" } else { ".theirs" },
                if context.follows { ".follows" } else { "" },
                if context.leads { ".leads." } else { "." },
                state,
                " #message data-who=",
                from.party.word(),
                day,
                if visitor || context.follows { " <div.vh.from dir=auto >" } else { " <div.name.from dir=auto >" },
                if visitor { " <div.bubble part=bubble+bubble-visitor " } else { " <div.bubble part=bubble+bubble-agent " },
                files::BUBBLE,
                " > > > >",
                if context.leads { " <div.vh" } else { " <div.meta" },
                " <span.time",
            ]);
        }
        #[cfg(feature = "facade")]
        Said::Injected(what) => {
            let side = if what.mine { ".mine" } else { ".theirs" };
            let name = if what.name.is_empty() { "" } else { " <div.name.from dir=auto >" };
            let words = if what.drawn { " <div.text.drawn dir=auto >" } else { " <div.text dir=auto >" };
            add(&[side, if what.bare { ".bare" } else { "" }, " #message data-who=page", day, name]);
            if what.bare {
                add(&[words]);
            } else {
                add(&[" <div.bubble part=bubble", words, " > <div.meta <span.time >"]);
            }
        }
        _ => add(&[".note #message data-who=system", day, " <span.said dir=auto > <span.time"]),
    }
    let row = El::new(&template, texts);
    row.put("", "data-state", state);
    row.put("", "data-id", line.id.as_str());
    if context.day {
        row.text(".day span", &texts.day(line.at));
    }
    row.text(".time", &texts.time(line.at));
    match &line.said {
        Said::Message { from, text } => {
            let name = if from.party == Party::Visitor { texts.get("visitor") } else { named(texts, &from.name) };
            row.text(".from", &name);
            linked(&row, ".text", text, true);
        }
        Said::File { from, .. } => {
            let name = if from.party == Party::Visitor { texts.get("visitor") } else { named(texts, &from.name) };
            row.text(".from", &name);
            files::fill(&row, texts, line);
        }
        #[cfg(feature = "facade")]
        Said::Injected(what) => {
            row.text(".from", &what.name);
            if what.drawn {
                hold(&row, ".text", line.id.as_str());
            } else {
                linked(&row, ".text", &what.text, false);
            }
        }
        said => row.text(".said", &note(texts, said)),
    }
    row
}

/// Adds a line as plain text: time, name, text.
pub(super) fn plain(texts: &Texts, line: &Line, all: &mut String) {
    let (who, words) = match &line.said {
        Said::Message { from, text } if from.party == Party::Visitor => (texts.get("visitor"), text.clone()),
        Said::Message { from, text } => (named(texts, &from.name), text.clone()),
        Said::File { from, name, .. } if from.party == Party::Visitor => (texts.get("visitor"), name.clone()),
        Said::File { from, name, .. } => (named(texts, &from.name), name.clone()),
        #[cfg(feature = "facade")]
        Said::Injected(what) => (what.name.clone(), what.text.clone()),
        said => (String::new(), note(texts, said)),
    };
    all.push_str(&texts.stamp(line.at));
    all.push_str("  ");
    all.push_str(&who);
    if line.seq.is_none() {
        for part in [" (", &texts.get("failed"), ")"] {
            all.push_str(part);
        }
    }
    if !who.is_empty() {
        all.push_str(": ");
    }
    all.push_str(&words);
    all.push('\n');
}

/// The words of a line without a writer.
fn note(texts: &Texts, said: &Said) -> String {
    match said {
        Said::Joined { who } => texts.fill("joined", &named(texts, &who.name)),
        Said::Left { who, reason } => texts.fill(if *reason == LeaveReason::Lost { "lost" } else { "left" }, &named(texts, who)),
        Said::Ended { by } => texts.get(ended_key(*by)),
        Said::Warned => texts.get("idle_warned"),
        Said::Message { .. } | Said::File { .. } => String::new(),
        #[cfg(feature = "facade")]
        Said::Injected(_) => String::new(),
    }
}

/// A person's name, or the general word for an agent.
pub(super) fn named(texts: &Texts, name: &str) -> String {
    if name.is_empty() { texts.get("agent") } else { name.into() }
}

pub(super) const fn ended_key(by: Party) -> &'static str {
    match by {
        Party::Visitor => "ended_visitor",
        Party::Agent => "ended_agent",
        Party::System | Party::Unknown(_) => "ended_system",
    }
}

/// The assumed height of a row that was not measured yet, in pixels.
pub(super) fn estimate(line: &Line) -> i32 {
    match &line.said {
        Said::File { pixels: Some(_), .. } => 300,
        Said::File { .. } => 80,
        Said::Message { text, .. } => 44 + 20 * i32::try_from(text.len() / 40).unwrap_or(0).min(200),
        _ => 36,
    }
}
