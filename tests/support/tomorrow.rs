//! A writer of a later version: changes the output of this version as a later one may write it. And the lists of transmitted data, which
//! tests compare with the definitions and with docs/protocol.md.
#![allow(dead_code, unreachable_pub, reason = "each program of tests uses a part of it")]

use chinwag::wire::Json;
use chinwag::wire::json::{Value, write_int, write_str};
use std::collections::BTreeSet;
use std::path::Path;

/// Members that a later version adds to every object: names that are known elsewhere, numbers of every form, all escapes,
/// deep nesting, and unknown kinds.
const MEMBERS: &str = r#""later":{"t":"later","deep":[[[{"x":null}]],1.5e300,-0.25,-0,99999999999999999999,true,[]],"seq":-1,"":""},"quote":"\u0000\ud83d\ude00\ud800\\\"}]{[\/\b\f","share":0.5"#;

/// A word that no version has yet.
pub const WORD: &str = "of_tomorrow";

/// The words that are to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words<'a> {
    As,
    /// Only the word at this position, counted from 0.
    At(usize),
    /// All words in members of this name.
    In(&'a str),
}

/// Writes a text as a later version would. `words`: the names of the members that hold words.
pub fn rewrite(text: &str, words: &BTreeSet<String>, members: bool, change: Words<'_>) -> String {
    let json = Json::parse(text).expect("what this version writes can be read");
    let mut writer = Writer { out: String::new(), words, members, change, at: 0 };
    writer.write(&json, "");
    writer.out
}

/// The names of the members of a text that hold words, in order.
pub fn places(text: &str, words: &BTreeSet<String>) -> Vec<String> {
    fn walk(json: &Json, name: &str, words: &BTreeSet<String>, found: &mut Vec<String>) {
        match &json.value {
            Value::Str(_) if words.contains(name) => found.push(name.to_owned()),
            Value::List(items) => items.iter().for_each(|item| walk(item, name, words, found)),
            Value::Object(members) => members.iter().for_each(|(name, value)| walk(value, name, words, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&Json::parse(text).expect("JSON"), "", words, &mut found);
    found
}

struct Writer<'a> {
    out: String,
    words: &'a BTreeSet<String>,
    members: bool,
    change: Words<'a>,
    at: usize,
}

impl Writer<'_> {
    fn write(&mut self, json: &Json, name: &str) {
        match &json.value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => write_int(&mut self.out, *value),
            Value::Number(text) => self.out.push_str(text),
            Value::Str(text) => {
                let is_word = self.words.contains(name);
                let changed = is_word
                    && match self.change {
                        Words::As => false,
                        Words::At(at) => at == self.at,
                        Words::In(member) => member == name,
                    };
                self.at += usize::from(is_word);
                write_str(&mut self.out, if changed { WORD } else { text });
            }
            Value::List(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at > 0 { "," } else { "" });
                    self.write(item, name);
                }
                self.out.push(']');
            }
            Value::Object(members) => {
                self.out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    self.out.push_str(if at > 0 { "," } else { "" });
                    write_str(&mut self.out, name);
                    self.out.push(':');
                    self.write(value, name);
                }
                if self.members {
                    self.out.push_str(if members.is_empty() { "" } else { "," });
                    self.out.push_str(MEMBERS);
                }
                self.out.push('}');
            }
        }
    }
}

/// The files with the definitions of transmitted data.
const DEFINITIONS: [&str; 6] = [
    "src/wire/visitor.rs",
    "src/wire/agent.rs",
    "src/model/entry.rs",
    "src/model/form.rs",
    "src/model/site.rs",
    "src/model/conversation.rs",
];

/// Every type that is defined with `words!`, with the names of the members that hold one. `root` is the folder of the repository.
pub fn word_types(root: &Path) -> Vec<(String, BTreeSet<String>)> {
    let read = |name: &&str| std::fs::read_to_string(root.join(name)).expect("a file of the repository");
    let source: String = DEFINITIONS.iter().map(read).collect();
    let name_of = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    let types = source.split("words! {").skip(1).map(|block| name_of(block.split("pub enum ").nth(1).expect("an enum")));
    types
        .map(|name| {
            let mut members = BTreeSet::new();
            for form in [format!(": {name},"), format!(": {name} "), format!(": Option<{name}>"), format!(": Vec<{name}>")] {
                for (at, _) in source.match_indices(&form) {
                    let before = source[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                    members.insert(before.to_owned());
                }
            }
            (name, members)
        })
        .collect()
}

/// The names of all members that hold words.
pub fn word_members(root: &Path) -> BTreeSet<String> {
    word_types(root).into_iter().flat_map(|(_, members)| members).collect()
}

/// The names in the first column of the table under a heading of docs/protocol.md. `column` is the heading of that column.
pub fn documented(root: &Path, heading: &str, column: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root.join("docs/protocol.md")).expect("the documentation of the protocol");
    let section = text.split(&format!("\n{heading}\n")).nth(1).unwrap_or_else(|| panic!("docs/protocol.md has no {heading}"));
    let table = section.split(&format!("| `{column}` |")).nth(1).unwrap_or_else(|| panic!("{heading} has no table of `{column}`"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}
