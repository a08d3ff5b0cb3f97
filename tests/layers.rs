//! Checks the arrows of docs/architecture.md in the sources: which folder may use which, and where a vendor's name may stand.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// The folders and modules that each folder of `src/` may use.
const ARROWS: [(&str, &[&str]); 9] = [
    ("text", &["text"]),
    // The types of `model` are read and written by the codec of `wire`, and the frames of `wire` are made of them.
    ("model", &["text", "model", "wire"]),
    ("wire", &["text", "model", "wire"]),
    ("client", &["text", "model", "wire", "client"]),
    ("engine", &["text", "model", "wire", "client", "engine"]),
    ("link", &["text", "model", "wire", "client", "engine", "link"]),
    ("dialects", &["text", "model", "wire", "engine", "dialects"]),
    ("port", &["text", "model", "wire", "engine", "dialects", "port"]),
    ("browser", &["text", "model", "wire", "client", "engine", "link", "dialects", "port", "browser"]),
];

/// The modules that the view may use: rules for texts, the model, and the plain types for its content, for actions and for events.
/// It may not use the state of the engine, links or frames. (`client::files` plans uploads, which the view carries out.)
const VIEW: [&str; 29] = [
    "text",
    "model",
    "client::files",
    "wire::Code",
    "wire::Json",
    "wire::codec::put_member",
    "wire::json::write_int",
    "browser::clock",
    "browser::texts",
    "browser::view",
    "browser::callback",
    "browser::slot",
    "engine::Action",
    "engine::ChatView",
    "engine::Event",
    "engine::Fault",
    "engine::FilesView",
    "engine::Focus",
    "engine::FormView",
    "engine::Happening",
    "engine::Line",
    "engine::LineState",
    "engine::LinkStatus",
    "engine::Progress",
    "engine::Said",
    "engine::Stage",
    "engine::SurveyView",
    "engine::View",
    "engine::Wait",
];

/// Crates that only work inside a browser.
const BROWSER_CRATES: [&str; 6] = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "serde_wasm_bindgen", "gloo_"];

/// Names that pure layers must not use: clocks, randomness, sockets, threads, files, a terminal.
const IMPURE: [&str; 7] = ["std::time", "std::net", "std::fs", "std::thread", "std::env", "println!", "async fn"];

/// Names of vendors, in lower case, besides the names of the dialects.
const VENDORS: [&str; 4] = ["comagic", "ucontact", "oracle", "cxbus"];

/// The places where a vendor's name is allowed: its dialect, its link, its facade, its examples, its pages.
const VENDOR_HOMES: [&str; 9] =
    ["src/dialects", "src/link/gms", "js/compat", "js/bench", "js/test", "examples", "server/src/gms", "www", "tests"];

#[test]
fn folders_use_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for (folder, allowed) in ARROWS {
        for path in sources(&Path::new("src").join(folder)) {
            for (number, used) in uses(&modules_of(&path), &code(&path)) {
                if !allowed.iter().any(|allowed| used == *allowed || used.starts_with(&format!("{allowed}::"))) {
                    wrong.push(format!("{}:{number}: {folder} uses {used}", path.display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The view is a client of the engine like any other: it gets plain data, so that it can be in a separate part of the module.
#[test]
fn the_view_knows_what_it_shows_and_nothing_of_the_engine() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src/browser/view")) {
        for (number, used) in uses(&modules_of(&path), &code(&path)) {
            let fits = |allowed: &&str| used == **allowed || used.starts_with(&format!("{allowed}::"));
            // A bare `browser` comes from `pub(in crate::browser)`.
            if used != "browser" && !VIEW.iter().any(fits) {
                wrong.push(format!("{}:{number}: the view uses {used}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A folder that was renamed or is new must not drop out of these tests unnoticed.
#[test]
fn every_folder_has_its_arrows_and_every_home_is_there() {
    let mut folders: Vec<String> = fs::read_dir("src")
        .expect("the sources are there")
        .map(|item| item.expect("a folder of the repository can be read").path())
        .filter(|path| path.is_dir())
        .filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    folders.sort();
    let mut known: Vec<&str> = ARROWS.iter().map(|(folder, _)| *folder).collect();
    known.sort_unstable();
    assert_eq!(folders, known);
    for (folder, allowed) in ARROWS {
        let unknown: Vec<_> = allowed.iter().filter(|other| !known.contains(other)).collect();
        assert_eq!(unknown, Vec::<&&str>::new(), "{folder} may use what is not there");
    }
    for home in VENDOR_HOMES {
        assert!(!sources(Path::new(home)).is_empty(), "{home} is named here and has no sources");
    }
}

#[test]
fn only_the_browser_folder_names_a_browser() {
    let outside = |path: &PathBuf| !path.starts_with("src/browser") && path != Path::new("src/lib.rs");
    assert_eq!(found(sources(Path::new("src")).into_iter().filter(outside), &BROWSER_CRATES), Vec::<String>::new());
}

#[test]
fn pure_layers_have_no_clock_no_socket_and_no_terminal() {
    let pure = ARROWS.iter().filter(|(folder, _)| *folder != "browser");
    let files = pure.flat_map(|(folder, _)| sources(&Path::new("src").join(folder)));
    assert_eq!(found(files, &IMPURE), Vec::<String>::new());
}

#[test]
fn vendors_words_stay_at_home() {
    let vendors: Vec<&str> = VENDORS.into_iter().chain(chinwag::dialects::DIALECTS.iter().map(|dialect| dialect.name)).collect();
    let folders = ["src", "js", "desk", "server"];
    let files = folders.iter().flat_map(|folder| sources(Path::new(folder)));
    let abroad = files.filter(|path| !VENDOR_HOMES.iter().any(|home| path.starts_with(home)));
    let mut wrong = Vec::new();
    for path in abroad {
        for (number, line) in code(&path) {
            let line = line.to_lowercase();
            if vendors.iter().any(|vendor| line.contains(vendor)) {
                wrong.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn s1_no_text_goes_through_an_html_parser() {
    // Written in pieces, so that this file does not match.
    let parsers = [
        "inner_html",
        "innerHTML",
        "outer_html",
        "outerHTML",
        "insert_adjacent",
        "insertAdjacent",
        "document.write",
        "DOMParser",
        "setHTMLUnsafe",
        "set_html_unsafe",
        "eval(",
        "new Function",
        "createContextualFragment",
    ];
    let files = ["src", "js", "desk", "www", "examples"].iter().flat_map(|folder| sources(Path::new(folder)));
    assert_eq!(found(files, &parsers), Vec::<String>::new());
}

/// Places where one of the words stands in code.
fn found(files: impl Iterator<Item = PathBuf>, words: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for path in files {
        for (number, line) in code(&path) {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                places.push(format!("{}:{number}: {word}", path.display()));
            }
        }
    }
    places
}

/// The module that a source of the core crate is: `src/engine/conversation.rs` -> `engine`, `conversation`.
fn modules_of(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let mut modules: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    modules.pop_if(|last| *last == "mod");
    modules
}

/// The paths of the core crate in the lines of a module, with the number of the line: `crate::wire::{codec, Item}` in any nesting and
/// over any number of lines is `wire::codec` and `wire::Item`; so is `super::super::wire::codec` if that leads out of the folder.
fn uses(module: &[String], lines: &[(usize, String)]) -> Vec<(usize, String)> {
    let text: Vec<(usize, char)> = lines.iter().flat_map(|(number, line)| line.chars().chain(['\n']).map(move |c| (*number, c))).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (number, word) = (text[at].0, word_at(&text, at));
        if word.is_empty() {
            at += 1;
            continue;
        }
        let inner = at >= 2 && text[at - 1].1 == ':' && text[at - 2].1 == ':';
        at += word.len();
        // In a macro `$crate` is the same crate.
        if (word == "crate" || word == "super") && !inner {
            let start = vec![word];
            at = paths(&text, at, &start, number, &mut found);
        }
    }
    found
        .into_iter()
        .filter_map(|(number, path)| {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let rest = match path.first().map(String::as_str) {
                Some("crate") => path.get(1..)?,
                _ if ups == module.len() => path.get(ups..)?,
                _ => return None,
            };
            rest.first().filter(|first| first.starts_with(char::is_lowercase)).map(|_| (number, rest.join("::")))
        })
        .collect()
}

/// Reads the rest of a path, and adds the whole paths to `found`. Returns the position of its end.
fn paths(text: &[(usize, char)], mut at: usize, start: &[String], number: usize, found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let blank = |at: usize| text.iter().skip(at).take_while(|(_, c)| c.is_whitespace()).count();
    let is = |at: usize, c: char| text.get(at).is_some_and(|(_, other)| *other == c);
    let colons = at + blank(at);
    if !(is(colons, ':') && is(colons + 1, ':')) {
        found.push((number, start.to_vec()));
        return at;
    }
    at = colons + 2;
    at += blank(at);
    if !is(at, '{') {
        let word = word_at(text, at);
        if word.is_empty() {
            // `crate::*`, or the angle bracket of a function.
            found.push((number, start.to_vec()));
            return at;
        }
        let number = text[at].0;
        let longer = [start, std::slice::from_ref(&word)].concat();
        return paths(text, at + word.len(), &longer, number, found);
    }
    at += 1;
    while at < text.len() && !is(at, '}') {
        let word = word_at(text, at);
        if word.is_empty() {
            at += 1;
        } else if word == "as" {
            // The name that follows `as` is a new one.
            at += word.len();
            at += blank(at);
            at += word_at(text, at).len().max(1);
        } else {
            let longer = if word == "self" { start.to_vec() } else { [start, std::slice::from_ref(&word)].concat() };
            at = paths(text, at + word.len(), &longer, text[at].0, found);
        }
    }
    at + 1
}

/// The word that begins at a position; empty when none begins there.
fn word_at(text: &[(usize, char)], at: usize) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if at > 0 && text.get(at - 1).is_some_and(|(_, c)| is_word(*c)) {
        return String::new();
    }
    text.iter().skip(at).map(|(_, c)| *c).take_while(|c| is_word(*c)).collect()
}

#[test]
fn paths_are_read_in_every_form_that_the_language_has() {
    let rows: [(&str, &str, &[&str]); 12] = [
        ("engine/conversation.rs", "use crate::wire::codec::record;", &["wire::codec::record"]),
        ("engine/conversation.rs", "use crate::{browser, wire};", &["browser", "wire"]),
        (
            "engine/conversation.rs",
            "use crate::{wire::{self, codec::{Codec, put_member}}, model::*};",
            &["wire", "wire::codec::Codec", "wire::codec::put_member", "model"],
        ),
        ("engine/conversation.rs", "use crate::{\n    model::Page,\n    browser::page as other,\n};", &["model::Page", "browser::page"]),
        ("engine/conversation.rs", "use super::super::browser::page;", &["browser::page"]),
        ("engine/mod.rs", "use super::{browser::{page, net}, engine::view};", &["browser::page", "browser::net", "engine::view"]),
        ("engine/conversation.rs", "use super::view::Line;", &[]),
        ("browser/view/mod.rs", "use super::super::dialects::Value;", &["dialects::Value"]),
        ("wire/codec.rs", "$crate::wire::Codec::decode($json); $crate::{dialects}", &["wire::Codec::decode", "dialects"]),
        ("engine/conversation.rs", "pub(in crate::browser) fn f() -> crate :: text::Link<u8> {", &["browser", "text::Link"]),
        ("engine/conversation.rs", "let x = mycrate::browser; pub(super) fn g() {} use crate::Site;", &[]),
        ("engine/conversation.rs", "use crate::{Site, client::{link::{self as way, Link}}};", &["client::link", "client::link::Link"]),
    ];
    for (file, source, expected) in rows {
        let lines: Vec<(usize, String)> = source.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect();
        let found: Vec<String> = uses(&modules_of(&Path::new("src").join(file)), &lines).into_iter().map(|(_, path)| path).collect();
        assert_eq!(found, expected, "{file}: {source}");
    }
    let lines = [(7, "use crate::{".to_owned()), (9, "    browser::page,".to_owned()), (10, "};".to_owned())];
    assert_eq!(uses(&["engine".to_owned()], &lines), [(9, "browser::page".to_owned())], "with the number of its line");
}

/// Sources below a folder, without the output of tools.
fn sources(folder: &Path) -> Vec<PathBuf> {
    // Folders of package managers and bundlers (see .gitignore) hold no sources of ours.
    let is_built = |name: &std::ffi::OsStr| name == "node_modules" || name == "dist" || name.to_string_lossy().starts_with('.');
    let items = fs::read_dir(folder).unwrap_or_else(|error| panic!("{} is named in this test: {error}", folder.display()));
    let mut files = Vec::new();
    for path in items.map(|item| item.expect("a folder of the repository can be read").path()) {
        if path.is_dir() && path.file_name().is_some_and(|name| !is_built(name)) {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| ["rs", "js", "mjs", "html"].iter().any(|known| extension == *known)) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines of a file with their numbers, without comments, and without the tests at the bottom of a Rust file.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("a file of the repository is text");
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    let is_test = path.file_stem().is_some_and(|stem| stem == "tests") || path.components().any(|part| part.as_os_str() == "tests");
    if is_rust && is_test {
        return Vec::new();
    }
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !(is_rust && line.starts_with("#[cfg(test)]")))
        .filter(|(_, line)| !["//", "*", "/*", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark)))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}
