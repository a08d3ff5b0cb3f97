//! Every mark has a target: `G3.6` to a heading of docs/spec, `quality S42` to a line of docs/quality.md, the number in front of a
//! test's name to the line that the test proves, and the name of a file or of a section to that file and section.
#![cfg(not(target_arch = "wasm32"))]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that tools fill (see .gitignore), beside those whose names begin with a dot.
const BUILT: [&str; 5] = ["target", "node_modules", "dist", "out", "screens"];
/// Files in which marks stand.
const READ: [&str; 12] = ["rs", "js", "mjs", "jsx", "ts", "vue", "css", "html", "toml", "md", "yml", "sh"];
/// Placeholders for names in documents.
const PLACEHOLDERS: [&str; 2] = ["NAME", "TAG"];
/// Words that refer to a document without its name.
const VAGUE: &str = r"shared design|the specification|\(spec[,) ]|\bspec (?:[A-Z]{1,2}\d|\d|genesys|ctlive)|the facts' section";

/// Where a mark stands: `file:line: mark`.
fn at(path: &Path, line: usize, mark: &str) -> String {
    format!("{}:{}: {mark}", path.display(), line + 1)
}

/// Headings of docs/spec (`### G3.6 Title`) and lines of docs/quality.md (`- **S42 M** text`), each with its place.
fn defined() -> BTreeMap<String, Vec<String>> {
    let heading = Regex::new(r"^#+ ([A-Z]{1,2}\d+(?:\.\d+)*) ").unwrap();
    let line = Regex::new(r"^- \*\*([SRPA]\d+) ").unwrap();
    let mut marks = BTreeMap::<String, Vec<String>>::new();
    for path in files() {
        let pattern = if path.starts_with("docs/spec") {
            &heading
        } else if path == Path::new("docs/quality.md") {
            &line
        } else {
            continue;
        };
        for (number, text) in lines(&path) {
            if let Some(found) = pattern.captures(&text) {
                marks.entry(found[1].to_owned()).or_default().push(at(&path, number, &found[1]));
            }
        }
    }
    marks
}

#[test]
fn no_mark_is_defined_twice() {
    let marks = defined();
    assert!(marks.len() > 250, "{} marks: were the files of docs/spec read?", marks.len());
    assert_eq!(marks.into_values().filter(|places| places.len() > 1).collect::<Vec<_>>(), Vec::<Vec<String>>::new());
}

#[test]
fn every_mark_is_a_heading_or_a_numbered_line() {
    let marks = defined();
    // Marks with a known letter count everywhere, also in titles of tests and messages; in comments and documents any other letter is a mistake.
    let known = mark("(?:G|CT|CM|OC|CB|ST|[SRPA])");
    let any = mark("[A-Z]{1,2}");
    let mut wrong = BTreeSet::new();
    for path in files() {
        for (number, text) in lines(&path) {
            let said = comment(&path, &text);
            let in_comment = any.captures_iter(said).filter(|_| !path.starts_with("docs/spec"));
            for found in known.captures_iter(&text).chain(in_comment) {
                if !marks.contains_key(&found[1]) {
                    wrong.insert(at(&path, number, &found[1]));
                }
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}

#[test]
fn the_number_of_a_test_is_a_line_of_the_list() {
    let marks = defined();
    let name = Regex::new(r#"(?:\bfn |\b(?:test|it)\(['"`])((?:[srpa]\d+[_ ])+)"#).unwrap();
    let mut wrong = Vec::new();
    for path in files() {
        for (number, text) in lines(&path) {
            for found in name.captures_iter(&text) {
                let numbers = found[1].split(['_', ' ']).filter(|word| !word.is_empty());
                wrong.extend(numbers.filter(|word| !marks.contains_key(&word.to_uppercase())).map(|word| at(&path, number, word)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_and_sections_that_are_named_are_there() {
    let all = files_below(Path::new(""), &|_| true);
    let name = Regex::new(r"(^|[^\w./:-])((?:\.{1,2}/)*[\w.-]+(?:/[\w.-]+)*\.(?:md|rs|js|css|toml|html|json))\b").unwrap();
    let vague = Regex::new(VAGUE).unwrap();
    let section = Regex::new(r#"([\w./-]+\.md)(?:\)?, (?:section (\d+)|"([^"]+)"\)?)|#([\w-]+))"#).unwrap();
    let mut wrong = Vec::new();
    // CHANGELOG.md names files of earlier versions; docs/spec names files of vendors.
    let read = files().into_iter().filter(|path| !path.starts_with("docs/spec") && path != Path::new("CHANGELOG.md"));
    for path in read {
        for (number, text) in lines(&path) {
            let said = comment(&path, &text);
            wrong.extend(vague.find_iter(said).filter(|_| path != Path::new(file!())).map(|found| at(&path, number, found.as_str())));
            for found in name.captures_iter(said) {
                let file = found[2].trim_start_matches("./").trim_start_matches("../");
                let stem = Path::new(file).file_stem().unwrap_or_default();
                let is_path = file.contains('/') || file.ends_with(".md");
                let is_named = is_path && !PLACEHOLDERS.iter().any(|placeholder| stem == *placeholder);
                if is_named && !file.starts_with("dist/") && !file.starts_with("target/") && found_as(&all, file).is_none() {
                    wrong.push(at(&path, number, &found[2]));
                }
            }
            for found in section.captures_iter(said) {
                let named = (2..=4).find_map(|index| Some((index, found.get(index)?.as_str())));
                let document = found_as(&all, found[1].trim_start_matches("./").trim_start_matches("../"));
                if let (Some((kind, title)), Some(document)) = (named, document)
                    && !has_section(document, kind, title)
                {
                    wrong.push(at(&path, number, &found[0]));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A whole mark with these letters: not a piece of a word, an address, a colour or a number.
fn mark(letters: &str) -> Regex {
    Regex::new(&format!(r"(?:^|[^\w%#&.\\-])({letters}\d+(?:\.\d+)*)\b")).unwrap()
}

/// The file of a repository with a name: the whole path, or its end.
fn found_as<'a>(all: &'a [PathBuf], name: &str) -> Option<&'a PathBuf> {
    all.iter().find(|path| path.ends_with(name))
}

/// Whether a document has a section: by number (2), by title in a heading or in bold (3), by the anchor of a heading (4).
fn has_section(document: &Path, kind: usize, wanted: &str) -> bool {
    let anchor = |title: &str| -> String {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    lines(document).iter().any(|(_, line)| {
        let heading = line.starts_with('#').then(|| line.trim_start_matches('#').trim());
        match kind {
            2 => heading.is_some_and(|title| title.starts_with(&format!("{wanted}. "))),
            3 => {
                line.contains(&format!("**{wanted}"))
                    || heading.is_some_and(|title| title.trim_start_matches(|c: char| c.is_ascii_digit() || ". ".contains(c)) == wanted)
            }
            _ => heading.is_some_and(|title| anchor(title) == wanted),
        }
    })
}

/// The part of a line that people read: all of a document, the comment of a source.
fn comment<'a>(path: &Path, line: &'a str) -> &'a str {
    let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    let from = match kind {
        "md" => Some(0),
        "toml" | "yml" | "sh" => line.find('#'),
        _ if line.trim_start().starts_with('*') => Some(0),
        _ => ["//", "/*", "<!--"].iter().filter_map(|sign| line.find(sign)).min(),
    };
    from.and_then(|from| line.get(from..)).unwrap_or("")
}

/// The lines of a file, counted from 0.
fn lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("a source of the repository is text");
    text.lines().map(str::to_owned).enumerate().collect()
}

/// The sources, tests and documents of the repository.
fn files() -> Vec<PathBuf> {
    let lock = |path: &Path| path.file_name().is_some_and(|name| name == "package-lock.json");
    let kind = |path: &Path| path.extension().is_some_and(|extension| READ.iter().any(|known| extension == *known));
    files_below(Path::new(""), &|path| kind(path) && !lock(path))
}

/// Whether tools fill a folder of this name. That of cargo's settings is written by hand.
fn is_built(name: &str) -> bool {
    BUILT.contains(&name) || (name.starts_with('.') && name != ".cargo")
}

#[test]
fn folders_that_tools_fill_are_not_read() {
    for name in [".git", ".next", ".nuxt", ".cache", "target", "node_modules", "dist", "out", "screens"] {
        assert!(is_built(name), "{name}");
    }
    for name in ["src", "tests", "docs", ".cargo", "output"] {
        assert!(!is_built(name), "{name}");
    }
}

/// Files below a folder, as paths from the root of the repository, without the output of tools.
fn files_below(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let place = if folder == Path::new("") { Path::new(".") } else { folder };
    let mut found = Vec::new();
    for item in fs::read_dir(place).expect("a folder of the repository can be read") {
        let item = item.expect("a folder of the repository can be read");
        let name = item.file_name();
        let path = folder.join(&name);
        if item.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !is_built(&name.to_string_lossy()) {
                found.extend(files_below(&path, wanted));
            }
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}
