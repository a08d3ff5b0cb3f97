//! The agent's parcels for the server, in the shared [`Outbox`](client::Outbox), and as the text that survives a reload.

use chinwag::client::outbox::Held;
use chinwag::client::{self, To};
use chinwag::model::{ConversationId, EntryId, Timestamp};
use chinwag::wire::{AgentFrame, AgentItem, Codec};

/// One entry on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub conv: ConversationId,
    pub id: EntryId,
    pub item: AgentItem,
    /// When it was made, by our clock.
    pub made: Timestamp,
}

impl client::Parcel for Parcel {
    fn id(&self) -> &EntryId {
        &self.id
    }

    fn lane(&self) -> &str {
        self.conv.as_str()
    }

    fn to(&self) -> To<'_> {
        To::Into(&self.conv)
    }

    fn made(&self) -> Timestamp {
        self.made
    }

    fn renew(&mut self, now: Timestamp) {
        self.made = now;
    }
}

/// All entries on their way.
pub type Outbox = client::Outbox<Parcel>;

/// The entries on their way to one conversation.
pub fn parcels_of<'a>(outbox: &'a Outbox, conv: &'a ConversationId) -> impl Iterator<Item = &'a Held<Parcel>> {
    outbox.all().iter().filter(move |held| held.parcel.conv == *conv)
}

/// The frame that carries a parcel.
pub(super) fn frame_of(parcel: &Parcel, follows: Option<EntryId>) -> AgentFrame {
    AgentFrame::Put { conv: parcel.conv.clone(), id: parcel.id.clone(), item: parcel.item.clone(), follows }
}

/// The parcels that have to survive a reload, as text.
pub(super) fn kept(outbox: &Outbox) -> Option<String> {
    let frames: Vec<AgentFrame> = outbox.pending().map(|parcel| frame_of(parcel, None)).collect();
    (!frames.is_empty()).then(|| frames.to_text())
}

/// Reads the stored parcels. A text of another form counts as empty.
pub(super) fn restored(text: &str, now: Timestamp) -> Outbox {
    let frames = Vec::<AgentFrame>::from_text(text).unwrap_or_default();
    let parcels = frames.into_iter().filter_map(|frame| match frame {
        AgentFrame::Put { conv, id, item, .. } => Some(Parcel { conv, id, item, made: now }),
        _ => None,
    });
    Outbox::restored(parcels.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stored_survives_a_reload_with_its_id() {
        let mut outbox = Outbox::default();
        for id in ["a", "b"] {
            let item = AgentItem::Message { text: id.to_owned() };
            outbox.add(Parcel { conv: "c_1".into(), id: id.into(), item, made: Timestamp(0) });
        }
        outbox.due(Timestamp(0), 2);
        outbox.acknowledge(&"a".into());
        let again = restored(&kept(&outbox).expect("one is not stored"), Timestamp(2));
        assert_eq!(again.pending().map(|parcel| parcel.id.as_str()).collect::<Vec<_>>(), ["b"]);
        outbox.take(&"b".into());
        assert_eq!(kept(&outbox), None);
        assert!(restored("nonsense", Timestamp(0)).all().is_empty());
    }
}
