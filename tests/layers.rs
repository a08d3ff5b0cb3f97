//! The arrows of docs/architecture.md, read off the sources: who may name whom, and where a vendor's word may stand.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// What each folder of `src/` may use of the others.
const ARROWS: [(&str, &[&str]); 8] = [
    ("text", &["text"]),
    // The nouns are read and written by the codec of `wire`; its frames are made of them.
    ("model", &["text", "model", "wire"]),
    ("wire", &["text", "model", "wire"]),
    ("client", &["text", "model", "wire", "client"]),
    ("engine", &["text", "model", "wire", "client", "engine"]),
    ("link", &["text", "model", "wire", "client", "engine", "link"]),
    ("dialects", &["text", "model", "wire", "engine", "dialects"]),
    ("browser", &["text", "model", "wire", "client", "engine", "link", "dialects", "browser"]),
];

/// Crates that only work inside a browser.
const BROWSER_CRATES: [&str; 6] = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "serde_wasm_bindgen", "gloo_"];

/// What only the pure layers' callers have: clocks, randomness, sockets, threads, files, a terminal.
const IMPURE: [&str; 7] = ["std::time", "std::net", "std::fs", "std::thread", "std::env", "println!", "async fn"];

/// Words of vendors, in lower case.
const VENDORS: [&str; 6] = ["ctlive", "genesys", "comagic", "ucontact", "oracle", "cxbus"];

/// Where a vendor's word is at home: its dialect, its link, its facade, its examples, its pages.
const VENDOR_HOMES: [&str; 9] =
    ["src/dialects", "src/link/gms", "js/compat", "js/bench", "js/test", "examples", "server/src/gms", "www", "tests"];

#[test]
fn folders_use_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for (folder, allowed) in ARROWS {
        for path in sources(&Path::new("src").join(folder)) {
            for (number, line) in code(&path) {
                for used in uses(&line) {
                    if !allowed.iter().any(|allowed| used == *allowed || used.starts_with(&format!("{allowed}::"))) {
                        wrong.push(format!("{}:{number}: {folder} uses {used}", path.display()));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_browser_folder_names_a_browser() {
    let outside = |path: &PathBuf| !path.starts_with("src/browser") && path != Path::new("src/lib.rs");
    assert_eq!(found(sources(Path::new("src")).into_iter().filter(outside), &BROWSER_CRATES), Vec::<String>::new());
}

#[test]
fn pure_layers_have_no_clock_no_socket_and_no_terminal() {
    let folders = ["text", "model", "wire", "client", "engine", "link", "dialects"];
    let files = folders.iter().flat_map(|folder| sources(&Path::new("src").join(folder)));
    assert_eq!(found(files, &IMPURE), Vec::<String>::new());
}

#[test]
fn vendors_words_stay_at_home() {
    let folders = ["src", "js", "desk", "server"];
    let files = folders.iter().flat_map(|folder| sources(Path::new(folder)));
    let abroad = files.filter(|path| !VENDOR_HOMES.iter().any(|home| path.starts_with(home)));
    let mut wrong = Vec::new();
    for path in abroad {
        for (number, line) in code(&path) {
            let line = line.to_lowercase();
            if VENDORS.iter().any(|vendor| line.contains(vendor)) {
                wrong.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn s1_no_text_goes_through_an_html_parser() {
    // In pieces, so that this file does not find itself.
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

/// The modules of the core crate that a line names: `crate::wire::codec` -> `wire::codec`.
fn uses(line: &str) -> Vec<String> {
    let path = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':')).collect::<String>();
    line.split("crate::")
        .skip(1)
        .map(|rest| path(rest).trim_end_matches(':').to_owned())
        .filter(|used| used.starts_with(char::is_lowercase))
        .collect()
}

/// Sources below a folder, without what tools put there.
fn sources(folder: &Path) -> Vec<PathBuf> {
    // Folders of package managers and bundlers (see .gitignore) hold no sources of ours.
    let is_built = |name: &std::ffi::OsStr| name == "node_modules" || name == "dist" || name.to_string_lossy().starts_with('.');
    let Ok(items) = fs::read_dir(folder) else { return Vec::new() };
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
