//! What must reach the server and is not yet acknowledged.
//!
//! Of each widget only the first is on its way at a time, so that the server gets them in the order in which they were made, also
//! when frames are lost between. The price is one round trip between two messages of one person.

use super::WidgetIndex;
use crate::model::{ConversationId, EntryId, FieldValue, Timestamp};
use crate::wire::Item;

/// How long to wait for an acknowledgement before sending again and calling it late, in milliseconds (quality R6).
pub(super) const PATIENCE: i64 = 10_000;

/// Something for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) widget: WidgetIndex,
    pub(super) id: EntryId,
    pub(super) what: What,
    pub(super) made: Timestamp,
    /// When it was last sent on the present connection.
    pub(super) sent: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Start { values: Vec<FieldValue> },
    Put { conv: ConversationId, item: Item },
}

#[derive(Debug, Default)]
pub(super) struct Outbox(Vec<Parcel>);

impl Outbox {
    pub(super) fn push(&mut self, parcel: Parcel) {
        self.0.push(parcel);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Parcel> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Parcel> {
        self.0.get(at)
    }

    /// Lets go of a parcel that the server has, or refused.
    pub(super) fn take(&mut self, id: &EntryId) -> Option<Parcel> {
        let index = self.0.iter().position(|parcel| parcel.id == *id)?;
        Some(self.0.remove(index))
    }

    pub(super) fn drop_of(&mut self, widget: WidgetIndex) {
        self.0.retain(|parcel| parcel.widget != widget);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The connection is another one: nothing is on its way.
    pub(super) fn unsend(&mut self) {
        for parcel in &mut self.0 {
            parcel.sent = None;
        }
    }

    /// Parcels to send now: each widget's first, if it is not on its way or has been for too long. They count as sent.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Parcel> {
        let mut seen = Vec::new();
        let mut due = Vec::new();
        for parcel in &mut self.0 {
            if seen.contains(&parcel.widget) {
                continue;
            }
            seen.push(parcel.widget);
            if parcel.sent.is_none_or(|sent| now.since(sent) >= PATIENCE) {
                parcel.sent = Some(now);
                due.push(parcel.clone());
            }
        }
        due
    }

    /// When to look again: a parcel becomes late, or is to be sent again.
    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        for parcel in &self.0 {
            for since in [Some(parcel.made), parcel.sent].into_iter().flatten() {
                let at = since.after(PATIENCE);
                if at > now && next.is_none_or(|next| at < next) {
                    next = Some(at);
                }
            }
        }
        next
    }
}
