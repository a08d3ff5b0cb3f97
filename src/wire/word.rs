//! Words of later versions: where a word stands that this version does not have, it is kept as it came and written back as it came.
//!
//! A word type is a small `Copy` value all over the code, and most of what is done with one is to compare it. So its `Unknown` has a
//! text that lives for ever, and each text is there once. The price is memory that is never given back, so there is a limit: what goes
//! beyond it is still unknown, but its text is lost.

use std::sync::Mutex;

/// Bytes of a word that is kept; the protocol has none of half that length.
const LONGEST: usize = 64;
/// How many different ones are kept. Whoever sends more does not speak a later version, but plays.
const MOST: usize = 1_000;

static KEPT: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The word, to keep; empty when it is too long or too many came before.
#[inline(never)]
pub fn keep(word: &str) -> &'static str {
    let Ok(mut kept) = KEPT.lock() else { return "" };
    for known in kept.iter() {
        if *known == word {
            return known;
        }
    }
    if word.len() > LONGEST || kept.len() >= MOST {
        return "";
    }
    let word: &'static str = Box::leak(Box::from(word));
    kept.push(word);
    word
}
