//! The outbox: parcels that must reach the server and are not acknowledged yet.
//!
//! Parcels of one lane are stored in the order in which they were made. They do not wait for each other's answers: up to [`MOST`]
//! are on their way at once, and each says which one it follows. The server refuses one whose predecessor it does not have, so that
//! a loss or a refusal in the middle cannot change the order. A refusal stops its lane: parcels that were sent behind it count as not sent, and
//! go out again, with the same ids, after a rest.

use crate::model::{ConversationId, EntryId, Timestamp};

/// The time after which a parcel without an acknowledgement is sent again and marked as late, in milliseconds (quality R6).
pub const PATIENCE: i64 = 10_000;
/// How long a lane rests after a refusal of a parcel that may be accepted later; doubles with each refusal in a row. Milliseconds.
const REST: i64 = 1_000;
/// How many times the rest doubles at most.
const RESTS: u32 = 5;
/// Parcels of a lane that may be on their way at once. A visitor may send 30 messages at once (docs/protocol.md, section 7).
pub const MOST: usize = 16;

/// A parcel for the server.
pub trait Parcel: Clone {
    /// Made before the parcel is sent first, and kept for every repeat.
    fn id(&self) -> &EntryId;
    /// The lane: parcels of one lane keep their order.
    fn lane(&self) -> &str;
    /// The destination of the parcel.
    fn to(&self) -> To<'_>;
    /// When the parcel was made.
    fn made(&self) -> Timestamp;
    /// Sets the time at which it was made, for a failed one that is sent again.
    fn renew(&mut self, now: Timestamp);
}

/// The destination of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To<'a> {
    /// A conversation, together with other parcels.
    Into(&'a ConversationId),
    /// The parcel waits for all parcels before it in its lane, and those behind it wait for its answer.
    Alone,
    /// The parcel's conversation is not known yet: the parcel is not sent.
    Nowhere,
}

/// The state of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Not sent on this connection.
    Waiting,
    /// Sent at that time, without an answer yet.
    Sent(Timestamp),
    /// The server has the parcel; its entry has not come yet.
    Stored,
    /// The server refused the parcel for good; the reason, as a text for people.
    Failed(String),
}

/// A parcel and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<P> {
    pub parcel: P,
    pub way: Way,
}

impl<P: Parcel> Held<P> {
    /// Whether the server may not have the parcel yet, and can still get it.
    pub fn is_pending(&self) -> bool {
        matches!(self.way, Way::Waiting | Way::Sent(_))
    }

    /// Whether the parcel has had no acknowledgement for [`PATIENCE`].
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.is_pending() && now.since(self.parcel.made()) >= PATIENCE
    }
}

/// Parcels in the order in which they were made.
#[derive(Debug)]
pub struct Outbox<P> {
    parcels: Vec<Held<P>>,
    rests: Vec<Rest>,
}

/// A lane that rests after a refusal.
#[derive(Debug)]
struct Rest {
    lane: String,
    until: Timestamp,
    refusals: u32,
}

impl<P> Default for Outbox<P> {
    fn default() -> Self {
        Self { parcels: Vec::new(), rests: Vec::new() }
    }
}

impl<P: Parcel> Outbox<P> {
    /// The parcels that an earlier page stored.
    #[must_use]
    pub fn restored(parcels: Vec<P>) -> Self {
        let mut outbox = Self::default();
        for parcel in parcels {
            outbox.add(parcel);
        }
        outbox
    }

    /// Adds a parcel at the end.
    pub fn add(&mut self, parcel: P) {
        self.parcels.push(Held { parcel, way: Way::Waiting });
    }

    /// Adds a parcel that another tab sent at that time: it is sent from here if its acknowledgement does not come.
    pub fn add_sent(&mut self, parcel: P, at: Timestamp) {
        self.parcels.push(Held { parcel, way: Way::Sent(at) });
    }

    /// All parcels, in order.
    #[must_use]
    pub fn all(&self) -> &[Held<P>] {
        &self.parcels
    }

    /// The parcel with this id.
    #[must_use]
    pub fn get(&self, id: &EntryId) -> Option<&P> {
        self.at(id).and_then(|at| self.parcels.get(at)).map(|held| &held.parcel)
    }

    /// The parcels that the server may not have yet.
    pub fn pending(&self) -> impl Iterator<Item = &P> {
        self.parcels.iter().filter(|held| held.is_pending()).map(|held| &held.parcel)
    }

    /// Changes parcels in place.
    pub fn each(&mut self, mut change: impl FnMut(&mut P)) {
        for held in &mut self.parcels {
            change(&mut held.parcel);
        }
    }

    /// Keeps only the parcels for which `keep` is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&Held<P>) -> bool) {
        self.parcels.retain(|held| keep(held));
    }

    /// Removes a parcel: its entry has come, or it was discarded.
    pub fn take(&mut self, id: &EntryId) -> Option<P> {
        let at = self.at(id)?;
        let held = self.parcels.remove(at);
        if held.is_pending() {
            self.progress(held.parcel.lane());
        }
        Some(held.parcel)
    }

    /// The server stored the parcel. It stays in the outbox until its entry comes.
    pub fn acknowledge(&mut self, id: &EntryId) -> Option<&P> {
        let at = self.at(id)?;
        let held = self.parcels.get_mut(at)?;
        held.way = Way::Stored;
        let lane = held.parcel.lane().to_owned();
        self.progress(&lane);
        self.parcels.get(at).map(|held| &held.parcel)
    }

    /// The server refused a parcel. `later`: it may be accepted later, and is sent again. True when the refusal is final: the parcel stays
    /// as failed, with this reason, for a [`retry`](Self::retry).
    pub fn refuse(&mut self, id: &EntryId, later: bool, why: &str, now: Timestamp) -> bool {
        let Some(at) = self.at(id) else { return false };
        let (before, rest) = self.parcels.split_at_mut(at);
        let Some((held, behind)) = rest.split_first_mut() else { return false };
        let lane = held.parcel.lane().to_owned();
        let mut stops = false;
        match held.way {
            Way::Sent(_) if later => {
                held.way = Way::Waiting;
                stops = true;
            }
            // This refusal is for an earlier copy.
            _ if later => return false,
            _ => held.way = Way::Failed(why.to_owned()),
        }
        // Its predecessor was lost on the way, or refused.
        let lost = before.iter_mut().filter(|_| later);
        for held in lost.chain(behind).filter(|held| held.parcel.lane() == lane && matches!(held.way, Way::Sent(_))) {
            held.way = Way::Waiting;
            stops = true;
        }
        if stops {
            self.rest(lane, now);
        }
        !later
    }

    /// Sends a failed one again: at the end, and with its id, because a copy of it may have been stored after all.
    pub fn retry(&mut self, id: &EntryId, now: Timestamp) -> Option<&P> {
        let at = self.at(id).filter(|at| self.parcels.get(*at).is_some_and(|held| matches!(held.way, Way::Failed(_))))?;
        let mut parcel = self.parcels.remove(at).parcel;
        parcel.renew(now);
        self.add(parcel);
        self.parcels.last().map(|held| &held.parcel)
    }

    /// There is a new connection: every parcel counts as not sent.
    pub fn unsend(&mut self) {
        for held in &mut self.parcels {
            if matches!(held.way, Way::Sent(_)) {
                held.way = Way::Waiting;
            }
        }
        self.rests.clear();
    }

    /// Parcels to send now, each with the id of the one that it follows on its way. They count as sent. `most`: how many of a lane may be
    /// on their way at once.
    pub fn due(&mut self, now: Timestamp, most: usize) -> Vec<(P, Option<EntryId>)> {
        let mut due: Vec<(P, Option<EntryId>)> = Vec::new();
        for at in 0..self.parcels.len() {
            let (before, rest) = self.parcels.split_at_mut(at);
            let Some(held) = rest.first_mut() else { break };
            let lane = held.parcel.lane();
            let is_due = match held.way {
                Way::Waiting => !self.rests.iter().any(|rest| rest.lane == lane && now < rest.until),
                Way::Sent(since) => now.since(since) >= PATIENCE,
                _ => false,
            };
            if !is_due {
                continue;
            }
            let mut ahead = before.iter().rev().filter(|other| other.is_pending() && other.parcel.lane() == lane);
            let last = ahead.next();
            let goes = match (last, held.parcel.to()) {
                (None, To::Into(_) | To::Alone) => true,
                (Some(last), to @ To::Into(_)) => last.parcel.to() == to && matches!(last.way, Way::Sent(_)) && ahead.count() + 1 < most,
                _ => false,
            };
            if goes {
                let follows = last.map(|last| last.parcel.id().clone());
                held.way = Way::Sent(now);
                due.push((held.parcel.clone(), follows));
            }
        }
        due
    }

    /// The time of the next check: a parcel becomes late, or has to be sent again.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        let mut look = |at: Timestamp| {
            if at > now && next.is_none_or(|next| at < next) {
                next = Some(at);
            }
        };
        for held in self.parcels.iter().filter(|held| held.is_pending()) {
            look(held.parcel.made().after(PATIENCE));
            if let Way::Sent(since) = held.way {
                look(since.after(PATIENCE));
            }
        }
        for rest in &self.rests {
            look(rest.until);
        }
        next
    }

    fn at(&self, id: &EntryId) -> Option<usize> {
        self.parcels.iter().position(|held| held.parcel.id() == id)
    }

    /// The server accepted a parcel of this lane: the next pause is a short one.
    fn progress(&mut self, lane: &str) {
        for rest in self.rests.iter_mut().filter(|rest| rest.lane == lane) {
            rest.refusals = 0;
        }
    }

    fn rest(&mut self, lane: String, now: Timestamp) {
        let known = self.rests.iter().position(|rest| rest.lane == lane).map(|at| self.rests.swap_remove(at));
        let refusals = known.map_or(0, |rest| rest.refusals);
        let until = now.after(REST << refusals.min(RESTS));
        self.rests.push(Rest { lane, until, refusals: refusals.saturating_add(1) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug)]
    struct Said {
        id: EntryId,
        conv: ConversationId,
        made: Timestamp,
    }

    impl Parcel for Said {
        fn id(&self) -> &EntryId {
            &self.id
        }

        fn lane(&self) -> &str {
            &self.conv.0
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

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    /// Parcels of one conversation, all made at time 0.
    fn outbox(ids: &[&str]) -> Outbox<Said> {
        Outbox::restored(ids.iter().map(|id| Said { id: (*id).into(), conv: "c".into(), made: at(0) }).collect())
    }

    /// The parcels to be sent, as `id` or `id after the one before`.
    fn due(outbox: &mut Outbox<Said>, now: i64) -> Vec<String> {
        let told = |(said, follows): (Said, Option<EntryId>)| {
            follows.map_or_else(|| said.id.0.clone(), |before| format!("{} after {before}", said.id))
        };
        outbox.due(at(now), MOST).into_iter().map(told).collect()
    }

    #[test]
    fn r6_what_has_no_answer_is_sent_again_after_ten_seconds_on_the_same_link() {
        let mut outbox = outbox(&["a", "b"]);
        assert_eq!(due(&mut outbox, 1_000), ["a", "b after a"]);
        assert_eq!(outbox.next(at(10_000)), Some(at(11_000)));
        assert_eq!(due(&mut outbox, 10_999), Vec::<String>::new());
        // Only the answer to the first parcel was lost: the second one is stored.
        outbox.acknowledge(&"b".into());
        assert_eq!(due(&mut outbox, 11_000), ["a"]);
        // The parcel is sent again until there is an answer.
        assert_eq!(outbox.next(at(11_000)), Some(at(21_000)));
        assert_eq!(due(&mut outbox, 21_000), ["a"]);
        outbox.acknowledge(&"a".into());
        assert_eq!((due(&mut outbox, 90_000), outbox.next(at(90_000))), (Vec::new(), None));
    }

    #[test]
    fn r6_what_waits_longer_than_ten_seconds_is_called_late() {
        let mut outbox = outbox(&["a"]);
        due(&mut outbox, 0);
        let late = |outbox: &Outbox<Said>, now: i64| outbox.all().iter().any(|held| held.is_late(at(now)));
        assert_eq!([9_999, 10_000].map(|now| late(&outbox, now)), [false, true]);
        assert_eq!(outbox.next(at(0)), Some(at(10_000)), "somebody has to look then");
        outbox.acknowledge(&"a".into());
        assert!(!late(&outbox, 99_000));
    }

    #[test]
    fn r2_a_refused_message_that_is_tried_again_keeps_its_id() {
        let mut outbox = outbox(&["a", "b"]);
        due(&mut outbox, 0);
        assert!(outbox.refuse(&"a".into(), false, "no", at(100)), "that is final");
        assert!(outbox.all().iter().any(|held| held.parcel.id.0 == "a" && held.way == Way::Failed("no".into())));
        assert_eq!(outbox.retry(&"b".into(), at(200)).map(|said| said.id.clone()), None, "it has not failed");
        assert_eq!(outbox.retry(&"a".into(), at(200)).map(|said| (said.id.0.clone(), said.made)), Some(("a".into(), at(200))));
        // After the messages that were added meanwhile.
        assert_eq!(due(&mut outbox, 2_000), ["b", "a after b"]);
    }

    #[test]
    fn r2_another_link_gets_everything_again_with_the_same_ids_and_in_order() {
        let mut outbox = outbox(&["a", "b", "c"]);
        due(&mut outbox, 0);
        outbox.acknowledge(&"a".into());
        outbox.unsend();
        assert_eq!(due(&mut outbox, 50), ["b", "c after b"]);
    }

    #[test]
    fn a_refusal_that_may_pass_stops_its_lane_for_a_rest_that_doubles() {
        let mut outbox = outbox(&["a", "b", "c"]);
        outbox.add(Said { id: "x".into(), conv: "other".into(), made: at(0) });
        assert_eq!(due(&mut outbox, 0), ["a", "b after a", "c after b", "x"]);
        let (mut now, mut rests) = (0, Vec::new());
        for _ in 0..7 {
            assert!(!outbox.refuse(&"a".into(), true, "later", at(now)));
            // Such answers to the copies behind it are not refusals of their own.
            assert!(!outbox.refuse(&"b".into(), true, "out of order", at(now)));
            assert_eq!(due(&mut outbox, now), Vec::<String>::new());
            let next = (now + 1..).find(|at| !outbox.rests.iter().any(|rest| Timestamp(*at) < rest.until)).unwrap_or_default();
            rests.push(next - now);
            now = next;
            outbox.acknowledge(&"x".into());
            assert_eq!(due(&mut outbox, now), ["a", "b after a", "c after b"]);
        }
        assert_eq!(rests, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000]);
        // The server accepts a parcel again: the next rest is a short one.
        outbox.acknowledge(&"a".into());
        outbox.refuse(&"b".into(), true, "later", at(now));
        assert_eq!((due(&mut outbox, now + 999), due(&mut outbox, now + 1_000)), (Vec::new(), vec!["b".into(), "c after b".into()]));
    }
}
