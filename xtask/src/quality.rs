//! `cargo xtask quality`: which lines of docs/quality.md have a test.
//!
//! A test proves a line when its name begins with the line's number: `s17_foreign_origin_is_refused` in Rust,
//! `test('s17 ...')` or `it("s17_...")` in JavaScript.

use crate::stamp::files_below;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print only the lines without a test
    #[arg(long)]
    uncovered: bool,
}

const LIST: &str = "docs/quality.md";
const SOURCES: [&str; 6] = ["src", "desk", "server", "js", "tests", "xtask"];

/// Prints the list with the names of the tests.
///
/// # Errors
/// The list cannot be read or holds no lines.
pub(crate) fn quality(args: &Args) -> Result<()> {
    let list = fs::read_to_string(LIST).with_context(|| format!("cannot read {LIST}"))?;
    let lines = lines_of(&list);
    if lines.is_empty() {
        bail!("{LIST} holds no numbered lines");
    }
    let tests = tests_in_sources()?;
    let mut covered = 0;
    for (number, text) in &lines {
        let names = tests.get(&number.to_lowercase());
        covered += usize::from(names.is_some());
        match names {
            Some(names) if !args.uncovered => {
                println!("{number:<5} {}", short(text));
                names.iter().for_each(|name| println!("      {name}"));
            }
            None => println!("{number:<5} {}\n      no test", short(text)),
            Some(_) => {}
        }
    }
    println!("\n{covered} of {} lines have a test, {} have none", lines.len(), lines.len() - covered);
    Ok(())
}

/// Number and text of every line of the list: `- **S17 M** text`.
fn lines_of(list: &str) -> Vec<(String, String)> {
    list.lines()
        .filter_map(|line| {
            let (mark, text) = line.strip_prefix("- **")?.split_once("**")?;
            let number = mark.split(' ').next().filter(|number| is_number(number))?;
            Some((number.to_owned(), text.trim().to_owned()))
        })
        .collect()
}

/// A capital letter and digits.
fn is_number(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|first| first.is_ascii_uppercase()) && !chars.as_str().is_empty() && chars.all(|c| c.is_ascii_digit())
}

/// Number in lower case -> names of the tests that begin with it.
fn tests_in_sources() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in SOURCES {
        let files = files_below(Path::new(folder))?;
        if files.is_empty() {
            bail!("there are no tests to be found in {folder}, which is named in xtask/src/quality.rs");
        }
        for path in files {
            let is_source = path.extension().is_some_and(|extension| ["rs", "js", "mjs"].iter().any(|known| extension == *known));
            if !is_source {
                continue;
            }
            for name in fs::read_to_string(&path)?.lines().filter_map(test_name) {
                for number in numbers(name) {
                    tests.entry(number).or_default().insert(name.to_owned());
                }
            }
        }
    }
    Ok(tests)
}

/// The name of the test that a line of a source begins, if it begins one.
fn test_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rust = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ").map(|rest| rest.split('(').next().unwrap_or(rest));
    let script = || {
        let rest = line.strip_prefix("test(").or_else(|| line.strip_prefix("it("))?;
        let quote = rest.chars().next().filter(|c| "'\"`".contains(*c))?;
        rest.get(1..)?.split(quote).next()
    };
    rust.or_else(script)
}

/// The numbers at the front of a test's name: `s17_s30_...` proves two lines.
fn numbers(name: &str) -> Vec<String> {
    name.split(['_', ' ', ':', ','])
        .take_while(|word| word.starts_with(['s', 'r', 'p', 'a', 'S', 'R', 'P', 'A']) && is_number(&word.to_uppercase()))
        .map(str::to_lowercase)
        .collect()
}

/// The sentence up to the note how it is checked.
fn short(text: &str) -> String {
    let text = text.split("*Test:*").next().unwrap_or(text).trim();
    if text.chars().count() > 150 { text.chars().take(147).chain("...".chars()).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{lines_of, numbers, test_name};

    #[test]
    fn lines_are_found_with_their_numbers() {
        let list = "# Title\n- **S17 M** The handshake. *Test:* x\n- **A1 M auto** No violation.\n- plain\n";
        assert_eq!(
            lines_of(list),
            [("S17".to_owned(), "The handshake. *Test:* x".to_owned()), ("A1".to_owned(), "No violation.".to_owned())]
        );
    }

    #[test]
    fn tests_are_recognised_in_rust_and_javascript() {
        assert_eq!(test_name("    async fn s17_foreign_origin_is_refused() {"), Some("s17_foreign_origin_is_refused"));
        assert_eq!(test_name("test('s5 works under Trusted Types', () => {"), Some("s5 works under Trusted Types"));
        assert_eq!(test_name("let s17_x = 1;"), None);
        assert_eq!(numbers("s17_s30_foreign_origin"), ["s17", "s30"]);
        assert_eq!(numbers("sends_a_message"), Vec::<String>::new());
        assert_eq!(numbers("u64_is_read"), Vec::<String>::new());
    }
}
