//! Words of later versions: an unknown word is kept and written back unchanged.
//!
//! A word type is a small `Copy` value, used all over the code and mostly compared. So its `Unknown` is a number, and the texts are in one table,
//! each once and for ever. The price is memory that is never freed, so there is a limit: a word beyond the limit is still unknown, but its text
//! is lost.

use std::sync::{Mutex, MutexGuard};

/// Bytes of a word that is kept; the protocol has none of half that length.
const LONGEST: usize = 64;
/// The number of different words that are kept. No later version has so many new ones; a client that sends more is hostile.
const MOST: usize = 1_000;

static KEPT: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// A word that this version does not have. Two are the same when their texts are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word(u16);

impl Word {
    /// Stands for every word whose text was not kept.
    pub const LOST: Self = Self(u16::MAX);

    /// The word of a text; [`Word::LOST`] when it is too long, or too many came before.
    #[inline(never)]
    #[must_use]
    pub fn keep(text: &str) -> Self {
        let Some(mut kept) = kept() else { return Self::LOST };
        let known = kept.iter().position(|known| *known == text).unwrap_or(kept.len());
        if known == kept.len() {
            if text.len() > LONGEST || known >= MOST {
                return Self::LOST;
            }
            kept.push(Box::leak(Box::from(text)));
        }
        u16::try_from(known).map_or(Self::LOST, Self)
    }

    /// The text of the word; empty when it was not kept.
    #[inline(never)]
    #[must_use]
    pub fn text(self) -> &'static str {
        kept().and_then(|kept| kept.get(usize::from(self.0)).copied()).unwrap_or("")
    }
}

/// The table. A browser has one thread, so the lock is always free; waiting for it would add the code for formatting panics.
#[cfg(target_arch = "wasm32")]
fn kept() -> Option<MutexGuard<'static, Vec<&'static str>>> {
    KEPT.try_lock().ok()
}

/// The table.
#[cfg(not(target_arch = "wasm32"))]
fn kept() -> Option<MutexGuard<'static, Vec<&'static str>>> {
    KEPT.lock().ok()
}

impl core::fmt::Debug for Word {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.text().fmt(f)
    }
}
