//! `[sites.idle]`: when a conversation in which nothing is said is closed. Without the table never.

use super::Span;
use serde::Deserialize;

/// See the module.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Idle {
    /// Nothing is said for this long while an agent is there: both are warned.
    pub warn: Span,
    /// After the warning: it is closed.
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
