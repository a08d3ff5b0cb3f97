//! The widget's texts: every language has every text, and every text is used.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Words = BTreeMap<String, String>;

const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn read(locale: &str) -> Words {
    serde_json::from_str(&fs::read_to_string(format!("src/browser/texts/{locale}.json")).unwrap()).unwrap()
}

/// The key without its plural form.
fn stem(key: &str) -> &str {
    key.rsplit_once('.').filter(|(_, form)| FORMS.contains(form)).map_or(key, |(stem, _)| stem)
}

fn stems(words: &Words) -> Vec<&str> {
    let mut stems: Vec<&str> = words.keys().map(|key| stem(key)).collect();
    stems.dedup();
    stems
}

#[test]
fn a32_every_language_has_every_text() {
    let english = read("en");
    // The plural forms that a language has for whole numbers (CLDR).
    let forms = [
        ("it", &["one", "other"][..]),
        ("es", &["one", "other"]),
        ("de", &["one", "other"]),
        ("ru", &["one", "few", "many", "other"]),
        ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ];
    for file in fs::read_dir("src/browser/texts").unwrap() {
        let file = file.unwrap().path();
        let Some(locale) = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json")) else { continue };
        assert!(locale == "en" || forms.iter().any(|(known, _)| *known == locale), "{locale}: its plural forms are missing here");
        let named = |file: &str| fs::read_to_string(file).unwrap().contains(&format!("/text-{locale}.js'"));
        assert!(named("js/index.js") && named("js/globals.d.ts"), "{locale}: the package does not load it");
        let guide = fs::read_to_string("docs/embedding.md").unwrap();
        let listed = guide.lines().any(|line| line.starts_with("| `data-locale`") && line.contains(&format!("`{locale}`")));
        assert!(listed, "{locale}: docs/embedding.md does not list it (data-locale)");
    }
    for (locale, forms) in forms {
        let words = read(locale);
        assert_eq!(stems(&words), stems(&english), "{locale}");
        for (key, text) in &english {
            let other = words.get(key).unwrap_or_else(|| panic!("{locale} lacks {key}"));
            let blanks = |text: &str| text.matches("{}").count();
            assert!(!other.trim().is_empty(), "{locale} {key}");
            // "One message" need not contain the number.
            assert!(blanks(other) == blanks(text) || key.ends_with(".one"), "{locale} {key}: {other}");
            if key.ends_with(".other") {
                for form in forms {
                    assert!(words.contains_key(&format!("{}.{form}", stem(key))), "{locale} {key}: {form}");
                }
            }
        }
    }
}

#[test]
fn every_text_is_used() {
    let mut sources = String::new();
    for folder in ["src/browser", "src/browser/js", "src/browser/view"] {
        let files = fs::read_dir(Path::new(folder)).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.is_file()).for_each(|path| sources += &fs::read_to_string(path).unwrap());
    }
    // In code a key stands between quotes, in a template it is a word after `@`.
    let words: Vec<&str> =
        sources.split(|c: char| !(c.is_alphanumeric() || "_@'\"".contains(c))).map(|word| word.trim_end_matches('"')).collect();
    let is_used = |key: &str| {
        let quoted = sources.contains(&format!("\"{key}\"")) || sources.contains(&format!("'{key}'"));
        quoted || words.contains(&format!("@{key}").as_str())
    };
    let english = read("en");
    let unused: Vec<&str> = stems(&english).into_iter().filter(|key| !is_used(key)).collect();
    assert_eq!(unused, Vec::<&str>::new());
}
