//! What was sent and is not acknowledged yet. One entry of a conversation is under way at a time, so that a refusal that may be
//! retried cannot change the order; a repeat has the same id, so that the server stores it once.

use chinwag::model::{ConversationId, EntryId, Timestamp};
use chinwag::wire::{AgentFrame, AgentItem, Codec};

/// Entries on their way, in the order in which they were made.
#[derive(Debug, Default)]
pub struct Outbox {
    pub parcels: Vec<Parcel>,
}

/// One entry on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub conv: ConversationId,
    pub id: EntryId,
    pub item: AgentItem,
    /// When it was made, by our clock.
    pub at: Timestamp,
    pub state: ParcelState,
    /// How often the server asked to try again.
    tries: u32,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParcelState {
    /// Not sent on this link.
    Waiting,
    /// Refused for now; goes out again at this time.
    Resting(Timestamp),
    Sent,
    /// Stored; its entry has not come yet.
    Stored,
    /// Will not be stored, and why.
    Failed(String),
}

impl Outbox {
    /// Adds an entry at the end.
    pub fn add(&mut self, conv: ConversationId, id: EntryId, item: AgentItem, at: Timestamp) {
        self.parcels.push(Parcel { conv, id, item, at, state: ParcelState::Waiting, tries: 0 });
    }

    /// What can go out now. Call it when the link is up.
    pub fn next(&mut self, now: Timestamp) -> Vec<AgentFrame> {
        let mut busy: Vec<ConversationId> = Vec::new();
        let mut frames = Vec::new();
        for parcel in &mut self.parcels {
            match parcel.state {
                ParcelState::Stored | ParcelState::Failed(_) => continue,
                _ if busy.contains(&parcel.conv) => continue,
                ParcelState::Sent => {}
                ParcelState::Resting(until) if now < until => {}
                ParcelState::Waiting | ParcelState::Resting(_) => {
                    parcel.state = ParcelState::Sent;
                    frames.push(parcel.frame());
                }
            }
            busy.push(parcel.conv.clone());
        }
        frames
    }

    /// The link is gone: what was under way goes out again on the next one.
    pub fn unsend(&mut self) {
        for parcel in &mut self.parcels {
            if matches!(parcel.state, ParcelState::Sent | ParcelState::Resting(_)) {
                parcel.state = ParcelState::Waiting;
            }
        }
    }

    /// The server stored it. It stays to be seen until its entry comes; a disposition's does not have to come.
    pub fn acknowledge(&mut self, id: &EntryId) -> Option<Parcel> {
        let index = self.parcels.iter().position(|parcel| parcel.id == *id)?;
        let parcel = self.parcels.get_mut(index)?;
        parcel.state = ParcelState::Stored;
        let parcel = parcel.clone();
        if !matches!(parcel.item, AgentItem::Message { .. }) {
            self.parcels.remove(index);
        }
        Some(parcel)
    }

    /// Its entry came: it is in the transcript now.
    pub fn arrived(&mut self, id: &EntryId) -> bool {
        let before = self.parcels.len();
        self.parcels.retain(|parcel| parcel.id != *id);
        self.parcels.len() != before
    }

    /// The server did not take it. Returns it when that is final; with `later` it may be taken later.
    pub fn refuse(&mut self, id: &EntryId, later: bool, message: &str, now: Timestamp) -> Option<Parcel> {
        let parcel = self.parcels.iter_mut().find(|parcel| parcel.id == *id)?;
        if later {
            let rest = REST.saturating_mul(1 << parcel.tries.min(5));
            parcel.tries = parcel.tries.saturating_add(1);
            parcel.state = ParcelState::Resting(now.after(rest));
            None
        } else {
            parcel.state = ParcelState::Failed(message.to_owned());
            Some(parcel.clone())
        }
    }

    /// Tries a failed one again, as a new entry: the old id has its answer for ever.
    pub fn retry(&mut self, id: &EntryId, fresh: EntryId, now: Timestamp) {
        if let Some(index) = self.parcels.iter().position(|parcel| parcel.id == *id && matches!(parcel.state, ParcelState::Failed(_))) {
            let parcel = self.parcels.remove(index);
            self.add(parcel.conv, fresh, parcel.item, now);
        }
    }

    /// Gives up a failed one.
    pub fn discard(&mut self, id: &EntryId) {
        self.parcels.retain(|parcel| parcel.id != *id || !matches!(parcel.state, ParcelState::Failed(_)));
    }

    /// Those of one conversation.
    pub fn of<'a>(&'a self, conv: &'a ConversationId) -> impl Iterator<Item = &'a Parcel> {
        self.parcels.iter().filter(move |parcel| parcel.conv == *conv)
    }

    /// Whether something of this conversation is not stored yet.
    #[must_use]
    pub fn holds(&self, conv: &ConversationId) -> bool {
        self.of(conv).any(|parcel| parcel.state != ParcelState::Stored)
    }

    /// What has to survive a reload, as text.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        let frames: Vec<AgentFrame> = self
            .parcels
            .iter()
            .filter(|parcel| !matches!(parcel.state, ParcelState::Stored | ParcelState::Failed(_)))
            .map(Parcel::frame)
            .collect();
        (!frames.is_empty()).then(|| frames.to_text())
    }

    /// Reads back what survived a reload. A text that is not ours is as good as none.
    #[must_use]
    pub fn from_text(text: &str, now: Timestamp) -> Self {
        let mut outbox = Self::default();
        for frame in Vec::<AgentFrame>::from_text(text).unwrap_or_default() {
            if let AgentFrame::Put { conv, id, item } = frame {
                outbox.add(conv, id, item, now);
            }
        }
        outbox
    }
}

impl Parcel {
    fn frame(&self) -> AgentFrame {
        AgentFrame::Put { conv: self.conv.clone(), id: self.id.clone(), item: self.item.clone() }
    }
}

/// Milliseconds before what was refused for now goes out again, the first time.
const REST: i64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(frames: &[AgentFrame]) -> Vec<&str> {
        frames
            .iter()
            .filter_map(|frame| match frame {
                AgentFrame::Put { id, .. } => Some(id.as_str()),
                _ => None,
            })
            .collect()
    }

    fn say(outbox: &mut Outbox, conv: &str, id: &str) {
        outbox.add(conv.into(), id.into(), AgentItem::Message { text: id.to_owned() }, Timestamp(0));
    }

    #[test]
    fn r3_one_at_a_time_in_each_conversation() {
        let mut outbox = Outbox::default();
        say(&mut outbox, "c_1", "a");
        say(&mut outbox, "c_1", "b");
        say(&mut outbox, "c_2", "c");
        assert_eq!(ids(&outbox.next(Timestamp(0))), ["a", "c"]);
        assert_eq!(ids(&outbox.next(Timestamp(0))), [""; 0]);
        outbox.acknowledge(&"a".into());
        assert_eq!(ids(&outbox.next(Timestamp(0))), ["b"]);
    }

    #[test]
    fn r2_a_new_link_gets_the_same_ids_in_the_same_order() {
        let mut outbox = Outbox::default();
        say(&mut outbox, "c_1", "a");
        say(&mut outbox, "c_1", "b");
        outbox.next(Timestamp(0));
        outbox.unsend();
        assert_eq!(ids(&outbox.next(Timestamp(1))), ["a"]);
        let mut again = Outbox::from_text(&outbox.to_text().expect("two are not stored"), Timestamp(2));
        assert_eq!(ids(&again.next(Timestamp(2))), ["a"]);
        again.acknowledge(&"a".into());
        assert_eq!(ids(&again.next(Timestamp(2))), ["b"]);
    }

    #[test]
    fn a_refusal_for_now_holds_the_ones_behind_it_and_a_final_one_does_not() {
        let mut outbox = Outbox::default();
        say(&mut outbox, "c_1", "a");
        say(&mut outbox, "c_1", "b");
        outbox.next(Timestamp(0));
        assert_eq!(outbox.refuse(&"a".into(), true, "full", Timestamp(0)), None);
        assert_eq!(ids(&outbox.next(Timestamp(999))), [""; 0]);
        assert_eq!(ids(&outbox.next(Timestamp(1_000))), ["a"]);
        assert!(outbox.refuse(&"a".into(), false, "It has ended.", Timestamp(1_000)).is_some());
        assert_eq!(ids(&outbox.next(Timestamp(1_000))), ["b"]);
        outbox.retry(&"a".into(), "z".into(), Timestamp(2_000));
        assert_eq!(outbox.parcels.iter().map(|parcel| parcel.id.as_str()).collect::<Vec<_>>(), ["b", "z"]);
    }

    #[test]
    fn what_is_stored_is_seen_until_its_entry_comes() {
        let mut outbox = Outbox::default();
        say(&mut outbox, "c_1", "a");
        outbox.next(Timestamp(0));
        outbox.acknowledge(&"a".into());
        assert_eq!(outbox.of(&"c_1".into()).count(), 1);
        assert!(!outbox.holds(&"c_1".into()));
        assert!(outbox.arrived(&"a".into()));
        assert!(!outbox.arrived(&"a".into()));
        assert_eq!(outbox.to_text(), None);
        assert!(Outbox::from_text("nonsense", Timestamp(0)).parcels.is_empty());
    }
}
