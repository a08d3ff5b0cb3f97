//! A transcript's lines: entries, what is on its way, and the marks between them.

use super::{Chat, Outbox, Parcel, ParcelState};
use chinwag::model::{Entry, EntryBody, ParticipantId, Party, Timestamp};
use chinwag::wire::AgentItem;
use std::sync::Arc;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// From here on they were not looked at.
    Unread,
    Entry {
        entry: Arc<Entry>,
        /// Said by this agent.
        mine: bool,
        /// Said by the same one shortly after the line before: needs no name.
        follows: bool,
    },
    /// On its way.
    Parcel {
        parcel: Parcel,
        /// It takes longer than one would expect.
        late: bool,
    },
}

impl Line {
    /// A key that changes when the line has to be drawn anew.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Unread => "unread".to_owned(),
            Self::Entry { entry, follows, .. } => format!("{}{}", entry.seq, if *follows { "+" } else { "" }),
            Self::Parcel { parcel, late } => {
                let state = match &parcel.state {
                    ParcelState::Waiting | ParcelState::Resting(_) | ParcelState::Sent => "s",
                    ParcelState::Stored => "k",
                    ParcelState::Failed(_) => "f",
                };
                format!("{}{state}{}", parcel.id, if *late { "!" } else { "" })
            }
        }
    }
}

/// The lines of a conversation as this agent sees them at `now` (our clock).
#[must_use]
pub fn lines(chat: &Chat, outbox: &Outbox, me: &ParticipantId, now: Timestamp) -> Vec<Line> {
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
    for parcel in outbox.of(&chat.state.id) {
        if matches!(parcel.item, AgentItem::Message { .. }) || matches!(parcel.state, ParcelState::Failed(_)) {
            lines.push(Line::Parcel { parcel: parcel.clone(), late: now.since(parcel.at) >= LATE });
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

/// Milliseconds after which "sending" becomes "not sent yet" (quality R6).
const LATE: i64 = 10_000;
/// Milliseconds between lines that need no new name and time.
const BREATH: i64 = 3 * 60_000;
