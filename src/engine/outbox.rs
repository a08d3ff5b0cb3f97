//! Parcels of a visitor's page. The [`client`](crate::client)'s outbox decides when they are sent.

use crate::client;
use crate::model::{ConversationId, EntryId, FieldValue, Timestamp};
use crate::wire::codec::{record, tagged};
use crate::wire::{FirstMessage, Item};

record! {
    /// A parcel for the server.
    pub struct Parcel {
        /// The element of its widget.
        pub element: String,
        pub id: EntryId,
        pub what: What,
        pub made: Timestamp,
    }
}

tagged! {
    /// The content of a parcel.
    pub enum What, else Self::Start { values: Vec::new() }; {
        "start" => Start { values: Vec<FieldValue> },
        /// `conv` is empty while the conversation that the message belongs to is being started.
        "put" => Put { conv: ConversationId, item: Item },
    }
}

impl client::Parcel for Parcel {
    fn id(&self) -> &EntryId {
        &self.id
    }

    fn lane(&self) -> &str {
        &self.element
    }

    fn to(&self) -> client::To<'_> {
        match &self.what {
            What::Start { .. } => client::To::Alone,
            What::Put { conv, .. } if conv.0.is_empty() => client::To::Nowhere,
            What::Put { conv, .. } => client::To::Into(conv),
        }
    }

    fn made(&self) -> Timestamp {
        self.made
    }

    fn renew(&mut self, now: Timestamp) {
        self.made = now;
    }
}

pub(super) type Outbox = client::Outbox<Parcel>;

impl Outbox {
    /// The first message of the conversation that is being started in an element, if it begins with one.
    pub(super) fn first_said(&self, element: &str) -> Option<FirstMessage> {
        self.pending().find_map(|parcel| match &parcel.what {
            What::Put { conv, item: Item::Message { text } } if conv.0.is_empty() && parcel.element == element => {
                Some(FirstMessage { id: parcel.id.clone(), text: text.clone() })
            }
            _ => None,
        })
    }

    /// The conversation was started: messages that were written meanwhile get its id.
    pub(super) fn started(&mut self, element: &str, started: &ConversationId) {
        self.each(|parcel| {
            if let What::Put { conv, .. } = &mut parcel.what
                && conv.0.is_empty()
                && parcel.element == element
            {
                conv.clone_from(started);
            }
        });
    }

    /// Removes the unsent messages of an element's conversation. Gives their ids and texts, in order.
    pub(super) fn unsaid(&mut self, element: &str, of: &ConversationId) -> Vec<(EntryId, String)> {
        let mut said = Vec::new();
        self.retain(|held| match &held.parcel.what {
            What::Put { conv, item: Item::Message { text } } if conv == of && held.parcel.element == element && held.is_pending() => {
                said.push((held.parcel.id.clone(), text.clone()));
                false
            }
            _ => true,
        });
        said
    }

    /// Removes the failed parcels of an element; with `all`, all parcels of the element.
    pub(super) fn drop_of(&mut self, element: &str, all: bool) {
        self.retain(|held| held.parcel.element != element || (!all && held.is_pending()));
    }

    /// Whether there are parcels that the server may not have.
    pub(super) fn is_busy(&self) -> bool {
        self.pending().next().is_some()
    }
}
