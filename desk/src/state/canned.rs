//! Canned replies: detecting the search in a text, finding replies, and inserting one.

use super::caret::{units, up_to};
use chinwag::wire::Canned;

/// Replies that fit the text after `/`, best first: shortcut begins with it, then title begins with it, then it occurs anywhere.
#[must_use]
pub fn find_canned<'a>(replies: &'a [Canned], typed: &str) -> Vec<&'a Canned> {
    let typed = typed.trim().to_lowercase();
    let rank = |reply: &Canned| {
        let (shortcut, title) = (reply.shortcut.to_lowercase(), reply.title.to_lowercase());
        if shortcut.starts_with(&typed) {
            Some(0)
        } else if title.starts_with(&typed) {
            Some(1)
        } else if title.contains(&typed) || reply.text.to_lowercase().contains(&typed) {
            Some(2)
        } else {
            None
        }
    };
    let mut found: Vec<_> = replies.iter().filter_map(|reply| rank(reply).map(|rank| (rank, reply))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, reply)| reply).collect()
}

/// The text after a `/` that begins the word in which the caret is, up to the caret. The caret is counted as browsers do: in
/// UTF-16 units from the start.
#[must_use]
pub fn canned_query(text: &str, caret: usize) -> Option<&str> {
    let (before, typed) = up_to(text, caret).rsplit_once('/')?;
    let begins = before.is_empty() || before.ends_with(char::is_whitespace);
    (begins && !typed.contains(char::is_whitespace) && typed.len() < LONGEST).then_some(typed)
}

/// The text with a reply in place of the `/` and the letters after it, and the new position of the caret. The text after the caret stays.
#[must_use]
pub fn insert_canned(text: &str, caret: usize, reply: &str) -> Option<(String, usize)> {
    let head = up_to(text, caret);
    let kept = head.strip_suffix(canned_query(text, caret)?)?.strip_suffix('/')?;
    let rest = text.strip_prefix(head)?;
    let caret = units(kept) + units(reply);
    Some((format!("{kept}{reply}{rest}"), caret))
}

/// The text with a `/` at the caret, separated from the word before, and the new position of the caret.
#[must_use]
pub fn begin_canned(text: &str, caret: usize) -> (String, usize) {
    let head = up_to(text, caret);
    let rest = text.strip_prefix(head).unwrap_or_default();
    let gap = if head.is_empty() || head.ends_with(char::is_whitespace) { "" } else { " " };
    (format!("{head}{gap}/{rest}"), units(head) + gap.len() + 1)
}

/// Bytes of the longest search text.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortcut_comes_first() {
        let reply = |shortcut: &str, title: &str, text: &str| Canned { shortcut: shortcut.into(), title: title.into(), text: text.into() };
        let replies = [reply("bye", "Good bye", "See you"), reply("ship", "Delivery", "Bye the way"), reply("hi", "Bye-laws", "x")];
        let found = |typed: &str| find_canned(&replies, typed).into_iter().map(|reply| reply.shortcut.clone()).collect::<Vec<_>>();
        assert_eq!(found("BYE"), ["bye", "hi", "ship"]);
        assert_eq!(found(""), ["bye", "ship", "hi"]);
        assert!(found("zzz").is_empty());
    }

    /// A text with `|` where the caret is.
    fn at(marked: &str) -> (String, usize) {
        let (before, after) = marked.split_once('|').expect("a caret");
        (format!("{before}{after}"), units(before))
    }

    #[test]
    fn a_slash_that_begins_a_word_is_found_wherever_the_caret_is() {
        for (marked, typed) in [
            ("/|", Some("")),
            ("/or|", Some("or")),
            ("Hello /or| and good bye", Some("or")),
            ("/or|der", Some("or")),
            ("first line\n/or|\nlast line", Some("or")),
            ("😀 /or| 😀", Some("or")),
            ("\u{a0}/or|", Some("or")),
            ("|/order", None),
            ("/order |", None),
            ("see https://shop.example/or|", None),
            ("and/or|", None),
            ("1/|2", None),
            ("/order and more|", None),
        ] {
            let (text, caret) = at(marked);
            assert_eq!(canned_query(&text, caret), typed, "{marked}");
        }
        // A caret beyond the text, or inside a pair of UTF-16 units, does no harm.
        assert_eq!(canned_query("/or", 99), Some("or"));
        assert_eq!(canned_query("😀", 1), None);
    }

    #[test]
    fn a_reply_takes_the_place_of_what_was_typed_and_of_nothing_else() {
        for (marked, wanted) in [
            ("/or|", "Your order is on its way.|"),
            ("Hello 😀 /or| Bye", "Hello 😀 Your order is on its way.| Bye"),
            ("/|Hello", "Your order is on its way.|Hello"),
            ("a /b /or|", "a /b Your order is on its way.|"),
        ] {
            let ((text, caret), wanted) = (at(marked), at(wanted));
            assert_eq!(insert_canned(&text, caret, "Your order is on its way."), Some(wanted), "{marked}");
        }
        assert_eq!(insert_canned("no slash", 3, "x"), None);
        for (marked, wanted) in [("|", "/|"), ("Hi| there", "Hi /| there"), ("Hi |there", "Hi /|there")] {
            let ((text, caret), wanted) = (at(marked), at(wanted));
            assert_eq!(begin_canned(&text, caret), wanted, "{marked}");
        }
    }
}
