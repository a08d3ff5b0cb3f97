//! Finding what may be a link in a text from anyone. The text stays text: the result says which runs are links.

/// A run of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// `shown` is the run itself, `href` where it leads: `http:`, `https:`, `mailto:` or `tel:` only.
    Link {
        shown: String,
        href: String,
    },
}

/// Cuts a text into runs. Put together again they are the whole text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut plain = String::new();
    for run in runs(text) {
        match link(run) {
            Some((before, shown, href, after)) => {
                plain.push_str(before);
                if !plain.is_empty() {
                    found.push(Piece::Text(std::mem::take(&mut plain)));
                }
                found.push(Piece::Link { shown: shown.to_owned(), href });
                plain.push_str(after);
            }
            None => plain.push_str(run),
        }
    }
    if !plain.is_empty() {
        found.push(Piece::Text(plain));
    }
    found
}

/// Runs of white space and runs without, in order.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let space = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != space).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

/// What is before the link, the link as written, where it leads, what is after.
fn link(run: &str) -> Option<(&str, &str, String, &str)> {
    let start = run.find(|c: char| !OPENERS.contains(&c))?;
    let (before, rest) = run.split_at(start);
    let shown = trim_end(rest);
    let after = rest.strip_prefix(shown)?;
    let lower = shown.get(..shown.len().min(8)).map(str::to_ascii_lowercase).unwrap_or_default();
    let long_enough = |scheme: &str| shown.len() > scheme.len() + 2;
    let harmless = !shown.chars().any(is_deceiving);
    if !harmless {
        return None;
    }
    if SCHEMES.iter().any(|scheme| lower.starts_with(scheme) && long_enough(scheme)) {
        Some((before, shown, shown.to_owned(), after))
    } else if lower.starts_with("www.") && shown.matches('.').count() > 1 {
        Some((before, shown, format!("https://{shown}"), after))
    } else {
        None
    }
}

/// Punctuation at the end belongs to the sentence, and a closing bracket that was not opened to what is around.
fn trim_end(text: &str) -> &str {
    let mut text = text;
    while let Some(last) = text.chars().next_back() {
        let unopened = |open: char, close: char| last == close && text.matches(close).count() > text.matches(open).count();
        if CLOSERS.contains(&last) || unopened('(', ')') || unopened('[', ']') || last == '>' {
            text = text.strip_suffix(last).unwrap_or_default();
        } else {
            break;
        }
    }
    text
}

/// Marks that change the direction of what is read: an address with them does not lead where it seems to.
const fn is_deceiving(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];
const OPENERS: [char; 6] = ['(', '[', '<', '"', '\'', '«'];
const CLOSERS: [char; 9] = ['.', ',', ';', ':', '!', '?', '"', '\'', '»'];

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<(String, String)> {
        pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link { shown, href } => Some((shown, href)),
                Piece::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn what_people_write_becomes_links() {
        let link = |shown: &str, href: &str| vec![(shown.to_owned(), href.to_owned())];
        assert_eq!(links("see https://example.org/a_(b)."), link("https://example.org/a_(b)", "https://example.org/a_(b)"));
        assert_eq!(links("(http://example.org/x)"), link("http://example.org/x", "http://example.org/x"));
        assert_eq!(links("www.example.org, please"), link("www.example.org", "https://www.example.org"));
        assert_eq!(links("write <mailto:a@example.org>"), link("mailto:a@example.org", "mailto:a@example.org"));
        assert_eq!(links("tel:+390612345"), link("tel:+390612345", "tel:+390612345"));
        assert_eq!(links("HTTPS://EXAMPLE.ORG"), link("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"));
    }

    #[test]
    fn s1_other_schemes_stay_text() {
        for text in
            ["javascript:alert(1)", "data:text/html,x", " vbscript:x", "file:///etc/passwd", "https://", "tel:", "www.", "java\nscript:x"]
        {
            assert_eq!(links(text), [], "{text}");
        }
        assert_eq!(links("https://example.org/\u{202e}gpj.exe"), []);
    }

    #[test]
    fn together_again_it_is_the_same_text() {
        for text in
            ["", "a b", "  x https://a.example/ü?q=1#z), ok\n\nwww.a.example!!", "\u{1f469}\u{200d}\u{1f4bb} https://a.example", "((("]
        {
            let again: String = pieces(text)
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Link { shown, .. } => shown.as_str(),
                })
                .collect();
            assert_eq!(again, text);
        }
    }
}
