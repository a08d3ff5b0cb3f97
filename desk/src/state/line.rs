//! A transcript's lines: entries, messages on their way, and the marks between them.

use super::{LiveConversation, Outbox, Parcel, parcels_of};
use chinwag::client::Way;
use chinwag::client::outbox::Held;
use chinwag::model::{Entry, EntryBody, ParticipantId, Party, Timestamp};
use chinwag::wire::AgentItem;
use std::sync::Arc;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The mark before the first unread line.
    Unread,
    Entry {
        entry: Arc<Entry>,
        /// Written by this agent.
        mine: bool,
        /// By the same writer shortly after the line before: no name is needed.
        follows: bool,
    },
    /// An entry on its way to the server.
    Parcel {
        held: Held<Parcel>,
        /// Sending takes longer than expected.
        late: bool,
    },
}

impl Line {
    /// A key that changes when the line has to be drawn again.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Unread => "unread".to_owned(),
            Self::Entry { entry, follows, .. } => format!("{}{}", entry.seq, if *follows { "+" } else { "" }),
            Self::Parcel { held, late } => {
                let state = match &held.way {
                    Way::Waiting | Way::Sent(_) => "s",
                    Way::Stored => "k",
                    Way::Failed(_) => "f",
                };
                format!("{}{state}{}", held.parcel.id, if *late { "!" } else { "" })
            }
        }
    }
}

/// The lines of a conversation as this agent sees them at `now` (our clock).
#[must_use]
pub fn lines(chat: &LiveConversation, outbox: &Outbox, me: &ParticipantId, now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::with_capacity(chat.entries.len() + 4);
    let mut last: Option<&Arc<Entry>> = None;
    for entry in &chat.entries {
        if matches!(entry.body, EntryBody::Internal {}) {
            continue;
        }
        let breaks = chat.first_unread == Some(entry.seq);
        if breaks {
            lines.push(Line::Unread);
        }
        let follows = !breaks && last.is_some_and(|last| is_same_breath(last, entry));
        let mine = matches!(&entry.body, EntryBody::Message { from, .. } | EntryBody::File { from, .. } if from.id == *me && from.party == Party::Agent);
        lines.push(Line::Entry { entry: Arc::clone(entry), mine, follows });
        last = Some(entry);
    }
    for held in parcels_of(outbox, &chat.state.id) {
        if matches!(held.parcel.item, AgentItem::Message { .. }) || matches!(held.way, Way::Failed(_)) {
            lines.push(Line::Parcel { held: held.clone(), late: held.is_late(now) });
        }
    }
    lines
}

fn is_same_breath(last: &Entry, entry: &Entry) -> bool {
    match (&last.body, &entry.body) {
        (EntryBody::Message { from: a, .. }, EntryBody::Message { from: b, .. }) => {
            a.id == b.id && a.party == b.party && entry.at.since(last.at) < BREATH
        }
        _ => false,
    }
}

/// Milliseconds between two lines of one writer after which name and time are shown again.
const BREATH: i64 = 3 * 60_000;
