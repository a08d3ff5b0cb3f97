//! Line numbers of paths in a TOML file.

use super::Fault;
use super::check::Found;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The fault of a text that is not TOML.
pub(super) fn of_error(text: &str, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(0, |span| line(text, span.start));
    Fault { line, field: String::new(), message: error.message().to_owned() }
}

/// Adds the lines to the faults of the check.
pub(super) fn find_lines(text: &str, found: Vec<Found>) -> Vec<Fault> {
    let table = DeTable::parse(text).ok();
    let to_fault = |found: Found| {
        let span = table.as_ref().and_then(|table| span_of(table.get_ref(), &found.path));
        Fault { line: span.map_or(0, |span| line(text, span.start)), field: found.path, message: found.message }
    };
    found.into_iter().map(to_fault).collect()
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The range of the value at a path in the text; the nearest one around it when the value is not written.
fn span_of(table: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let mut steps = path.split('.').flat_map(|part| {
        let (name, indices) = part.split_once('[').unwrap_or((part, ""));
        let name = (!name.is_empty()).then_some(Step::Key(name));
        name.into_iter().chain(indices.split(['[', ']']).filter_map(|index| index.parse().ok().map(Step::Index)))
    });
    let Some(Step::Key(first)) = steps.next() else { return None };
    let (key, mut value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    let mut span = key.span();
    for step in steps {
        let next = match (step, value.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => {
                let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == name) else { break };
                span = key.span();
                value
            }
            (Step::Index(index), DeValue::Array(items)) => {
                let Some(item) = items.get(index) else { break };
                span = item.span();
                item
            }
            _ => break,
        };
        value = next;
    }
    Some(span)
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}
