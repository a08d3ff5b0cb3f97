//! Names of files.

use chinwag::text;

/// Characters of a file's name.
const NAME_CHARS: usize = 120;

/// The name of a file for the log: the last part of a path, without invisible and bidirectional control characters.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = text::without_hidden(last);
    let shown = text::trim(text::trim(&shown).trim_start_matches('.'));
    // The extension gives the type: it stays when the rest is cut.
    let (stem, ending) = shown.rsplit_once('.').map_or((shown, ""), |(stem, ending)| (stem, ending));
    let ending: String = ending.chars().take(10).collect();
    let stem: String = stem.chars().take(NAME_CHARS - 11).collect();
    match (text::is_empty(&stem), ending.is_empty()) {
        (true, true) => "file".to_owned(),
        (true, false) => format!("file.{ending}"),
        (false, true) => stem,
        (false, false) => format!("{stem}.{ending}"),
    }
}

/// The extension of a name in lower case; empty when it has none.
#[must_use]
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s34_a_name_is_no_path_and_hides_nothing() {
        for (name, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\a.txt", "a.txt"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("\r\nSet-Cookie: x.txt", "Set-Cookie: x.txt"),
            ("", "file"),
            ("..", "file"),
            (".htaccess", "htaccess"),
            ("фото.png", "фото.png"),
            ("نامه\u{200c}ها.pdf", "نامه\u{200c}ها.pdf"),
            ("क्\u{200d}ष.txt", "क्\u{200d}ष.txt"),
            ("\u{1f469}\u{200d}\u{1f4bb}\u{fe0f}.png", "\u{1f469}\u{200d}\u{1f4bb}\u{fe0f}.png"),
            ("a\u{ad}b\u{3164}.pdf", "ab.pdf"),
            ("\u{200d}.pdf", "pdf"),
            ("\u{2800}\u{a0}", "file"),
        ] {
            assert_eq!(clean_name(name), kept);
        }
        let long = clean_name(&format!("{}.pdf", "x".repeat(500)));
        assert!(long.chars().count() <= NAME_CHARS && long.ends_with("x.pdf"));
    }
}
