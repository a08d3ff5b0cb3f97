//! Texts and the caret in them. Browsers count in UTF-16 units, limits are in characters.

/// The text cut to `limit` characters: the surplus is removed in front of the caret, where the last input was. Nothing when all of it
/// fits.
#[must_use]
pub fn keep_to(text: &str, caret: usize, limit: usize) -> Option<(String, usize)> {
    let excess = text.chars().count().checked_sub(limit).filter(|excess| *excess > 0)?;
    let head = up_to(text, caret);
    let rest = text.strip_prefix(head)?;
    let kept: String = head.chars().take(head.chars().count().saturating_sub(excess)).collect();
    let caret = units(&kept);
    // The caret is not right after the input, as after a drop: then the end is cut.
    Some((format!("{kept}{rest}").chars().take(limit).collect(), caret))
}

/// The text in front of the caret.
#[must_use]
pub(super) fn up_to(text: &str, caret: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        let inside = units >= caret;
        units += c.len_utf16();
        inside
    });
    end.map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}

/// The length of a text in UTF-16 units, as browsers count.
#[must_use]
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with `|` where the caret is.
    fn at(marked: &str) -> (String, usize) {
        let (before, after) = marked.split_once('|').expect("a caret");
        (format!("{before}{after}"), units(before))
    }

    #[test]
    fn f4_what_does_not_fit_is_what_came_last() {
        for (marked, wanted) in
            [("abcdef|", Some("abcd|")), ("abXY|cd", Some("ab|cd")), ("😀😀😀😀😀|😀", Some("😀😀😀|😀")), ("abcd|", None), ("|", None)]
        {
            let (text, caret) = at(marked);
            assert_eq!(keep_to(&text, caret, 4), wanted.map(at), "{marked}");
        }
        assert_eq!(keep_to("abcdef", 0, 4), Some(("abcd".into(), 0)));
    }
}
