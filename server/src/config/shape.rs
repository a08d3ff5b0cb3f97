//! Reads a file into the types of its keys and finds all faults in one run. The TOML reader stops at the first fault. So a missing key or a value
//! of the wrong type is noted, replaced by a value of the right type, and the file is read again.

use super::check::Found;
use super::file::File;
use super::{Fault, lines};
use std::collections::HashMap;
use toml::{Table, Value};

/// Reads the text of a file.
///
/// # Errors
/// The one fault of a text that is not TOML, or every key that is missing, unknown, or of the wrong kind.
pub(super) fn read(text: &str) -> Result<File, Vec<Fault>> {
    let table: Table = text.parse().map_err(|error| vec![lines::of_error(text, &error)])?;
    let mut tree = Value::Table(table);
    let mut found = Vec::new();
    // Replaced values by path, and how many candidates were tried there.
    let mut replaced: HashMap<String, usize> = HashMap::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, File>(tree.clone()) {
            Ok(file) if found.is_empty() => return Ok(file),
            Ok(_) => break,
            Err(error) => error,
        };
        let fault = Shape::of(&error);
        let tried = replaced.entry(fault.path()).or_default();
        if *tried == 0 {
            found.push(Found { path: fault.path(), message: fault.message.clone() });
        }
        *tried += 1;
        if !fault.repair(&mut tree, *tried - 1) {
            break;
        }
    }
    let mut faults = lines::find_lines(text, found);
    faults.sort_by_key(|fault| fault.line);
    Err(faults)
}

/// One fault of the form.
struct Shape {
    /// The path of the table or the value that has the fault.
    at: String,
    kind: Kind,
    message: String,
}

enum Kind {
    Missing(String),
    Unknown,
    Wrong,
}

impl Shape {
    fn of(error: &serde_path_to_error::Error<toml::de::Error>) -> Self {
        let at = match error.path().to_string() {
            whole if whole == "." => String::new(),
            path => path,
        };
        let said = error.inner().message();
        if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            return Self { at, kind: Kind::Missing(name.to_owned()), message: "is missing: it has no default".into() };
        }
        let kind = if said.starts_with("unknown field") { Kind::Unknown } else { Kind::Wrong };
        Self { at, kind, message: said.to_owned() }
    }

    fn path(&self) -> String {
        match &self.kind {
            Kind::Missing(name) if self.at.is_empty() => name.clone(),
            Kind::Missing(name) => format!("{}.{name}", self.at),
            Kind::Unknown | Kind::Wrong => self.at.clone(),
        }
    }

    /// Replaces the value by the next candidate of another type. False when there is none left.
    fn repair(&self, tree: &mut Value, tried: usize) -> bool {
        let path = self.path();
        let (parent, key) = match path.rsplit_once('.') {
            Some((parent, key)) => (parent, key),
            None => ("", path.as_str()),
        };
        let (key, indices) = key.split_once('[').map_or((key, String::new()), |(key, rest)| (key, format!("[{rest}")));
        let Some(Value::Table(table)) = walk(tree, parent) else { return false };
        // The key may have a default: try without it.
        if matches!(self.kind, Kind::Unknown) || (matches!(self.kind, Kind::Wrong) && tried == 0 && indices.is_empty()) {
            return table.remove(key).is_some();
        }
        let words: Vec<&str> = self.message.split('`').skip(3).step_by(2).collect();
        let candidates = [
            Value::Array(Vec::new()),
            Value::String("x".into()),
            Value::Integer(1),
            Value::Boolean(false),
            Value::Table(Table::new()),
            Value::String((*words.first().unwrap_or(&"")).into()),
            Value::Array(Vec::new()),
        ];
        let is_word = self.message.starts_with("unknown variant");
        let Some(candidate) = (if is_word { candidates.get(WORD) } else { candidates.get(tried) }) else { return false };
        if tried > candidates.len() {
            return false;
        }
        if indices.is_empty() {
            table.insert(key.to_owned(), candidate.clone());
            return true;
        }
        let Some(value) = table.get_mut(key).and_then(|list| walk(list, &indices)) else { return false };
        *value = candidate.clone();
        true
    }
}

/// The candidate that is one of the words that the message lists.
const WORD: usize = 5;

/// The value at a path, such as `sites[0].brand`.
fn walk<'a>(mut value: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        value = match value {
            Value::Table(table) => table.get_mut(part)?,
            Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}
