//! Finding a canned reply.

use chinwag::wire::Canned;

/// Replies that fit what was typed after `/`, best first: shortcut begins with it, then title begins with it, then it occurs anywhere.
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
}
