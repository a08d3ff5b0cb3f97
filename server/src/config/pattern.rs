//! An operator's regular expressions, as the tables that page and server evaluate (`chinwag::text::pattern`).

use chinwag::text::pattern::{POSITIONS, WAYS};
use regex_syntax::Parser;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

/// How much of the text an expression has to match.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum Scope {
    Whole,
    /// Any part of a text.
    Anywhere,
}

/// The table of an expression.
///
/// # Errors
/// The fault, and the text to write instead.
pub(super) fn compile(pattern: &str, scope: Scope) -> Result<String, String> {
    let hir = Parser::new().parse(pattern).map_err(|error| explain(pattern, &error.to_string()))?;
    let mut table = Table::default();
    table.positions.push(Position::default());
    let mut whole = Part::default();
    for branch in branches(&hir) {
        let (branch, from_start, to_end) = cut_anchors(branch);
        let mut part = Part { nullable: true, ..Part::default() };
        if scope == Scope::Anywhere && !from_start {
            part = table.anything()?;
        }
        let body = table.part(&branch)?;
        part = table.join(part, body);
        if scope == Scope::Anywhere && !to_end {
            let rest = table.anything()?;
            part = table.join(part, rest);
        }
        whole = either(whole, part);
    }
    table.finish(whole)
}

/// The last line of the error has the message; the lines before it show the position.
fn explain(pattern: &str, error: &str) -> String {
    let reason = error.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
    format!("`{pattern}` is not a regular expression: {reason}")
}

fn too_large() -> String {
    "is too large to be tried for every visitor: write fewer or shorter repetitions".to_owned()
}

/// A position of the automaton: each character that the expression names is one.
#[derive(Default)]
struct Position {
    class: usize,
    next: BTreeSet<usize>,
}

/// A part of the expression: the positions at which a text that matches it can begin and end, and whether it matches the empty text.
#[derive(Default)]
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    nullable: bool,
}

#[derive(Default)]
struct Table {
    classes: HashMap<Vec<u32>, usize>,
    positions: Vec<Position>,
    ways: usize,
}

impl Table {
    fn part(&mut self, hir: &Hir) -> Result<Part, String> {
        match hir.kind() {
            HirKind::Empty => Ok(Part { nullable: true, ..Part::default() }),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).map_err(|_| "matches bytes that are no text: leave (?-u) out".to_owned())?;
                let mut whole = Part { nullable: true, ..Part::default() };
                for c in text.chars() {
                    let one = self.position(vec![u32::from(c), u32::from(c)])?;
                    whole = self.join(whole, one);
                }
                Ok(whole)
            }
            HirKind::Class(class) => {
                let runs = match class {
                    Class::Unicode(class) => class.iter().flat_map(|run| [u32::from(run.start()), u32::from(run.end())]).collect(),
                    Class::Bytes(class) => class.iter().flat_map(|run| [u32::from(run.start()), u32::from(run.end())]).collect(),
                };
                self.position(runs)
            }
            HirKind::Look(_) => Err("has ^, $ or \\b inside: ^ can only stand at its beginning and $ at its end".to_owned()),
            HirKind::Capture(capture) => self.part(&capture.sub),
            HirKind::Concat(parts) => {
                let mut whole = Part { nullable: true, ..Part::default() };
                for part in parts {
                    let part = self.part(part)?;
                    whole = self.join(whole, part);
                }
                Ok(whole)
            }
            HirKind::Alternation(parts) => {
                let mut whole = Part::default();
                for part in parts {
                    whole = either(whole, self.part(part)?);
                }
                Ok(whole)
            }
            HirKind::Repetition(repetition) => self.repeated(&repetition.sub, repetition.min, repetition.max),
        }
    }

    fn repeated(&mut self, sub: &Hir, min: u32, max: Option<u32>) -> Result<Part, String> {
        // The optional copies are nested, the last one innermost, so that each leads only to the next.
        let mut tail = Part { nullable: true, ..Part::default() };
        match max {
            Some(max) => {
                for _ in min..max {
                    let one = self.part(sub)?;
                    tail = self.join(one, tail);
                    tail.nullable = true;
                }
            }
            None => {
                tail = self.part(sub)?;
                self.lead(&tail.last.clone(), &tail.first.clone());
                tail.nullable |= min == 0;
            }
        }
        for _ in 0..min.saturating_sub(u32::from(max.is_none())) {
            let one = self.part(sub)?;
            tail = self.join(one, tail);
        }
        Ok(tail)
    }

    fn anything(&mut self) -> Result<Part, String> {
        let mut part = self.position(vec![0, u32::from(char::MAX)])?;
        self.lead(&part.last.clone(), &part.first.clone());
        part.nullable = true;
        Ok(part)
    }

    fn position(&mut self, runs: Vec<u32>) -> Result<Part, String> {
        if self.positions.len() >= POSITIONS || self.ways > WAYS {
            return Err(too_large());
        }
        let fresh = self.classes.len();
        let class = *self.classes.entry(runs).or_insert(fresh);
        let at = self.positions.len();
        self.positions.push(Position { class, next: BTreeSet::new() });
        Ok(Part { first: vec![at], last: vec![at], nullable: false })
    }

    fn join(&mut self, before: Part, after: Part) -> Part {
        self.lead(&before.last, &after.first);
        let mut joined = Part { first: before.first, last: after.last, nullable: before.nullable && after.nullable };
        if before.nullable {
            joined.first.extend(after.first);
        }
        if after.nullable {
            joined.last.extend(before.last);
        }
        joined
    }

    /// Adds a transition from each position of `from` to each of `to`.
    fn lead(&mut self, from: &[usize], to: &[usize]) {
        for position in from {
            let Some(position) = self.positions.get_mut(*position) else { continue };
            for to in to {
                self.ways += usize::from(position.next.insert(*to));
                if self.ways > WAYS {
                    return;
                }
            }
        }
    }

    fn finish(mut self, whole: Part) -> Result<String, String> {
        self.lead(&[0], &whole.first);
        if self.ways > WAYS {
            return Err(too_large());
        }
        let mut classes: Vec<(&Vec<u32>, &usize)> = self.classes.iter().collect();
        classes.sort_by_key(|(_, index)| **index);
        let mut table = classes.len().to_string();
        for (runs, _) in classes {
            table.push(';');
            table.push_str(&runs.iter().map(u32::to_string).collect::<Vec<_>>().join(","));
        }
        let ends: BTreeSet<usize> = whole.last.into_iter().chain(whole.nullable.then_some(0)).collect();
        for (at, position) in self.positions.iter().enumerate() {
            // Writing into a string does not fail.
            let _ = write!(table, ";{},{}", position.class, u8::from(ends.contains(&at)));
            for next in &position.next {
                let _ = write!(table, ",{next}");
            }
        }
        Ok(table)
    }
}

fn either(mut one: Part, other: Part) -> Part {
    one.first.extend(other.first);
    one.last.extend(other.last);
    one.nullable |= other.nullable;
    one
}

/// The alternatives of an expression.
fn branches(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Alternation(parts) => parts.iter().flat_map(branches).collect(),
        HirKind::Capture(capture) => branches(&capture.sub),
        _ => vec![hir],
    }
}

/// An expression without the anchors at its ends, and whether each anchor was there.
fn cut_anchors(hir: &Hir) -> (Hir, bool, bool) {
    let parts: Vec<Hir> = match hir.kind() {
        HirKind::Concat(parts) => parts.clone(),
        _ => vec![hir.clone()],
    };
    let is = |hir: Option<&Hir>, look: Look| hir.is_some_and(|hir| *hir.kind() == HirKind::Look(look));
    let (mut start, mut end) = (0, parts.len());
    while start < end && is(parts.get(start), Look::Start) {
        start += 1;
    }
    while start < end && is(parts.get(end - 1), Look::End) {
        end -= 1;
    }
    let body = Hir::concat(parts.get(start..end).unwrap_or_default().to_vec());
    (body, start > 0, end < parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag::text::pattern::fits;
    use proptest::prelude::*;

    /// A backtracking engine would not finish this test.
    #[test]
    fn a_pattern_that_would_freeze_a_page_is_answered_at_once() {
        for pattern in [
            "(a+)+$",
            "^(a+)+$",
            "(a|a)*",
            "(a*)*b",
            "(.*a){12}",
            "(a|aa)+$",
            "([a-zA-Z]+)*",
            "(a?){30}a{30}",
            ".*.*.*=.*",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
        ] {
            let table = compile(pattern, Scope::Whole).expect(pattern);
            let bounded = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
            for text in [format!("{}!", "a".repeat(40)), format!("{}!", "a".repeat(4_000))] {
                assert_eq!(fits(&table, &text), bounded.is_match(&text), "{pattern}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_table_is_refused_in_words() {
        for (pattern, words) in [
            ("[A-Z", "unclosed character class"),
            ("(?=a)b", "look-around"),
            ("(a)\\1", "backreferences"),
            ("a\\bc", "inside"),
            ("a^b", "inside"),
            (".{4000}", "too large"),
            ("((a{9}){9}){99}", "too large"),
            ("(?-u:\\xff)", "invalid UTF-8"),
        ] {
            let error = compile(pattern, Scope::Whole).expect_err(pattern);
            assert!(error.contains(words), "{pattern}: {error}");
        }
    }

    #[test]
    fn anchors_at_the_ends_hold_where_any_part_may_match() {
        for (pattern, text, expected) in [
            ("/delivery\\.html$", "https://shop.example/delivery.html", true),
            ("/delivery\\.html$", "https://shop.example/delivery.html/x", false),
            ("^[^/]+//[^/]+/(index\\.html)?$", "https://shop.example/", true),
            ("^[^/]+//[^/]+/(index\\.html)?$", "https://shop.example/a", false),
            ("/examples/", "https://shop.example/examples/x", true),
            ("^a|b$", "ab", true),
            ("^a|b$", "xay", false),
            ("", "", true),
            ("", "x", true),
        ] {
            let table = compile(pattern, Scope::Anywhere).expect(pattern);
            assert_eq!(fits(&table, text), expected, "{pattern} {text}");
        }
    }

    /// Random expressions as operators write them, without anchors inside.
    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-c]",
            Just("[a-b]".to_owned()),
            Just(".".to_owned()),
            Just("\\d".to_owned()),
            Just("é".to_owned()),
            Just("(?i:B)".to_owned())
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
                (inner, prop_oneof!["\\*", "\\+", "\\?", Just("{2}".to_owned()), Just("{0,2}".to_owned()), Just("{1,}".to_owned())])
                    .prop_map(|(inner, times)| format!("({inner}){times}")),
            ]
        })
    }

    proptest! {
        #[test]
        fn tables_and_regular_expressions_agree(pattern in expression(), texts in proptest::collection::vec("[a-cBé1]{0,8}", 1..12)) {
            let Ok(whole) = compile(&pattern, Scope::Whole) else { return Ok(()) };
            let anywhere = compile(&pattern, Scope::Anywhere);
            for text in texts {
                let expected = regex::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern").is_match(&text);
                prop_assert_eq!(fits(&whole, &text), expected, "{} {}", &pattern, &text);
                if let Ok(anywhere) = &anywhere {
                    prop_assert_eq!(fits(anywhere, &text), regex::Regex::new(&pattern).expect("a pattern").is_match(&text), "{} {}", &pattern, &text);
                }
            }
        }
    }
}
