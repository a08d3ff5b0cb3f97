//! `[sites.idle]`: when a conversation without messages is closed. Without the table it is never closed.

use super::Span;
use serde::Deserialize;

/// The table `[sites.idle]`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Idle {
    /// When no message came for this long while an agent is in the conversation, both sides are warned.
    pub warn: Span,
    /// The conversation is closed this long after the warning.
    pub close: Span,
}

impl Idle {
    /// The faults: the key below `idle`, and what to write instead.
    pub(super) fn faults(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let spans = [("warn", self.warn), ("close", self.close)];
        let empty = spans.into_iter().filter(|(_, span)| span.0.is_zero());
        empty.map(|(key, _)| {
            (key, "has to be longer than nothing; leave the table out for conversations that are never closed by themselves")
        })
    }
}
