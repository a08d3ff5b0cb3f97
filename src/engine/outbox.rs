//! What must reach the server and is not yet acknowledged.
//!
//! Of each widget only the first is on its way at a time, so that the server gets them in the order in which they were made, also
//! when frames are lost between. The price is one round trip between two messages of one person.

use crate::model::{ConversationId, EntryId, FieldValue, Timestamp};
use crate::wire::codec::{record, tagged};
use crate::wire::{FirstMessage, Item};

/// How long to wait for an acknowledgement before sending again and calling it late, in milliseconds (quality R6).
pub(super) const PATIENCE: i64 = 10_000;

record! {
    /// Something for the server.
    pub struct Parcel {
        /// The element of its widget.
        pub element: String,
        pub id: EntryId,
        pub what: What,
        pub made: Timestamp,
        /// When it was last sent on the present connection.
        pub sent: Option<Timestamp>,
    }
}

tagged! {
    /// What is in a parcel.
    pub enum What, else Self::Start { values: Vec::new() }; {
        "start" => Start { values: Vec<FieldValue> },
        /// `conv` is empty while the conversation that it begins is being started.
        "put" => Put { conv: ConversationId, item: Item },
    }
}

#[derive(Debug, Default)]
pub(super) struct Outbox(pub(super) Vec<Parcel>);

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Parcel> {
        self.0.get(at)
    }

    /// Lets go of a parcel that the server has, or refused.
    pub(super) fn take(&mut self, id: &EntryId) -> Option<Parcel> {
        self.0.extract_if(.., |parcel| parcel.id == *id).next()
    }

    /// The message that the conversation which is being started in an element begins with, if it does.
    pub(super) fn first_said(&self, element: &str) -> Option<FirstMessage> {
        self.0.iter().find_map(|parcel| match &parcel.what {
            What::Put { conv, item: Item::Message { text } } if conv.0.is_empty() && parcel.element == element => {
                Some(FirstMessage { id: parcel.id.clone(), text: text.clone() })
            }
            _ => None,
        })
    }

    /// What was said while a conversation was being started belongs to it.
    pub(super) fn started(&mut self, element: &str, started: &ConversationId) {
        for parcel in &mut self.0 {
            if let What::Put { conv, .. } = &mut parcel.what
                && conv.0.is_empty()
                && parcel.element == element
            {
                conv.clone_from(started);
            }
        }
    }

    /// Lets go of what was said in a conversation of an element: id and text, in order.
    pub(super) fn unsaid(&mut self, element: &str, of: &ConversationId) -> Vec<(EntryId, String)> {
        let mut said = Vec::new();
        self.0.retain(|parcel| match &parcel.what {
            What::Put { conv, item: Item::Message { text } } if conv == of && parcel.element == element => {
                said.push((parcel.id.clone(), text.clone()));
                false
            }
            _ => true,
        });
        said
    }

    pub(super) fn drop_of(&mut self, element: &str) {
        self.0.retain(|parcel| parcel.element != element);
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
        let mut due: Vec<Parcel> = Vec::new();
        for at in 0..self.0.len() {
            let (before, rest) = self.0.split_at_mut(at);
            let Some(parcel) = rest.first_mut() else { break };
            let first = !before.iter().any(|other| other.element == parcel.element);
            if first && parcel.sent.is_none_or(|sent| now.since(sent) >= PATIENCE) {
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
