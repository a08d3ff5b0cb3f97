//! The visitor's messages from their request until their event comes in the transcript.
//!
//! The server knows no ids of a client: a message that was sent comes back as an event with the visitor's participant number and a
//! text, and nothing else tells that it is the same. It is matched by participant, order and text.
//!
//! The failures, and how each is handled:
//! * The server changed the text (a filter, a trimmed space within). When it said that it stored the message, the next own event of
//!   an unknown text is taken for it: the line gets the server's text. If that event was of another tab of the same visitor, the
//!   message itself comes as a line of its own. Either way every event makes one line, and none is missing.
//! * A request without an answer, and the server changed the text: the event is not recognised, the message is sent again, and is
//!   there twice. The transcript shows both, as the agent sees them.
//! * A request without an answer that did not arrive, and another tab says the same words at that moment: the other tab's event is
//!   taken for it, and it is not sent again. The words are in the transcript once instead of twice.
//! * A request that arrives after it was given up and after the transcript was asked ([`SETTLE`] later): it is there twice.

use super::kept::KeptSend;
use crate::model::{EntryId, Timestamp};

/// How long after a failure the transcript is asked whether the message arrived all the same. Milliseconds; grows with failures.
const SETTLE: i64 = 2_000;
const LONGEST_SETTLE: i64 = 30_000;
/// The most messages that can be under way. The engine sends one at a time.
const MOST: usize = 50;

#[derive(Debug)]
pub(super) struct Send {
    pub(super) id: EntryId,
    pub(super) text: String,
    /// The index of the last event when the message was first sent.
    after: i64,
    pub(super) stage: Stage,
    tries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// To be sent when no other message is on its way.
    Waiting,
    /// The message is on its way.
    Sent,
    /// There was no clear answer. A transcript that is read after this time decides.
    Unsure { until: Timestamp },
    /// The server has it; its event was not seen yet.
    Stored,
}

#[derive(Debug, Default)]
pub(super) struct Sends(Vec<Send>);

impl Sends {
    /// Messages of an earlier page. Those without an answer are unsure from now on.
    pub(super) fn read(kept: &[KeptSend], now: Timestamp) -> Self {
        let stage = |stored: bool| if stored { Stage::Stored } else { Stage::Unsure { until: now.after(SETTLE) } };
        let send =
            |kept: &KeptSend| Send { id: kept.id.clone(), text: kept.text.clone(), after: kept.after, stage: stage(kept.stored), tries: 0 };
        Self(kept.iter().take(MOST).map(send).collect())
    }

    /// The messages to store: those that the server may have.
    pub(super) fn keep(&self) -> Vec<KeptSend> {
        let left = self.0.iter().filter(|send| send.stage != Stage::Waiting);
        left.map(|send| KeptSend { id: send.id.clone(), text: send.text.clone(), after: send.after, stored: send.stage == Stage::Stored })
            .collect()
    }

    pub(super) fn get(&self, id: &EntryId) -> Option<Stage> {
        self.0.iter().find(|send| send.id == *id).map(|send| send.stage)
    }

    /// A new message. False: there are too many already.
    pub(super) fn push(&mut self, id: EntryId, text: String) -> bool {
        let room = self.0.len() < MOST;
        if room {
            self.0.push(Send { id, text, after: 0, stage: Stage::Waiting, tries: 0 });
        }
        room
    }

    /// The message to send now, if no other is on its way or unsure: so messages are stored in the order in which they were made.
    pub(super) fn next(&mut self, last: i64) -> Option<&Send> {
        if self.0.iter().any(|send| matches!(send.stage, Stage::Sent | Stage::Unsure { .. })) {
            return None;
        }
        let send = self.0.iter_mut().find(|send| send.stage == Stage::Waiting)?;
        if send.tries == 0 {
            send.after = last;
        }
        send.tries = send.tries.saturating_add(1);
        send.stage = Stage::Sent;
        Some(send)
    }

    /// The server has it. False: its event was seen already.
    pub(super) fn stored(&mut self, id: &EntryId) -> bool {
        self.set(id, Stage::Stored)
    }

    /// It is not known whether the message arrived. Returns the time at which the transcript is read to find out.
    pub(super) fn unsure(&mut self, id: &EntryId, now: Timestamp) -> Option<Timestamp> {
        let send = self.0.iter_mut().find(|send| send.id == *id && send.stage == Stage::Sent)?;
        let until = now.after(SETTLE.saturating_mul(i64::from(send.tries.max(1))).min(LONGEST_SETTLE));
        send.stage = Stage::Unsure { until };
        Some(until)
    }

    /// The transcript as of `asked` was read: messages that were unsure before and are not in it did not arrive, and are sent again.
    pub(super) fn settle(&mut self, asked: Timestamp) {
        for send in &mut self.0 {
            if matches!(send.stage, Stage::Unsure { until } if until <= asked) {
                send.stage = Stage::Waiting;
            }
        }
    }

    /// When the transcript decides about the first unsure message.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        let unsure = |send: &Send| if let Stage::Unsure { until } = send.stage { Some(until) } else { None };
        self.0.iter().filter_map(unsure).min()
    }

    pub(super) fn drop(&mut self, id: &EntryId) {
        self.0.retain(|send| send.id != *id);
    }

    /// No more messages can be sent: returns the ids of the entries that the server may not have.
    pub(super) fn give_up(&mut self) -> Vec<EntryId> {
        core::mem::take(&mut self.0).into_iter().filter(|send| send.stage != Stage::Stored).map(|send| send.id).collect()
    }

    /// The message that an own event repeats; it is removed from the list.
    pub(super) fn claim(&mut self, index: i64, text: &str) -> Option<EntryId> {
        let left = |send: &Send| send.after < index && (send.stage != Stage::Waiting || send.tries > 0);
        let place = self
            .0
            .iter()
            .position(|send| left(send) && is_same(&send.text, text))
            .or_else(|| self.0.iter().position(|send| left(send) && send.stage == Stage::Stored))?;
        let id = self.0.remove(place).id;
        // The message was sent after this event, so the transcript is being read again from its beginning.
        for send in self.0.iter_mut().skip(place) {
            send.after = send.after.max(index);
        }
        Some(id)
    }

    fn set(&mut self, id: &EntryId, stage: Stage) -> bool {
        let found = self.0.iter_mut().find(|send| send.id == *id);
        found.map(|send| send.stage = stage).is_some()
    }
}

/// Whether two texts are equal, apart from line ends and surrounding space.
fn is_same(one: &str, other: &str) -> bool {
    one.trim().lines().eq(other.trim().lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(texts: &[&str]) -> Sends {
        let mut sends = Sends::default();
        for text in texts {
            assert!(sends.push(EntryId::from(*text), (*text).to_owned()));
            assert!(sends.next(3).is_some_and(|send| send.text == *text));
            assert!(sends.stored(&EntryId::from(*text)));
        }
        sends
    }

    #[test]
    fn own_events_are_matched_by_text_then_by_order() {
        let mut sends = sent(&["a", "b"]);
        assert_eq!(sends.claim(3, "a"), None, "an event from before it was sent");
        assert_eq!(sends.claim(4, " b\r\n"), Some("b".into()));
        assert_eq!(sends.claim(5, "changed by a filter"), Some("a".into()));
        assert_eq!(sends.claim(6, "another tab"), None);
    }

    #[test]
    fn an_event_is_one_message_also_when_it_is_read_again() {
        let mut sends = sent(&["ok"]);
        sends.push("again".into(), "ok".into());
        sends.next(3);
        assert_eq!(sends.claim(4, "ok"), Some("ok".into()));
        // The page is loaded again.
        let mut sends = Sends::read(&sends.keep(), Timestamp(0));
        assert_eq!(sends.claim(4, "ok"), None);
        assert_eq!(sends.claim(5, "ok"), Some("again".into()));
    }

    #[test]
    fn what_nobody_knows_of_is_decided_by_a_transcript_that_was_asked_for_later() {
        let mut sends = Sends::default();
        sends.push("m".into(), "hi".into());
        sends.next(0);
        let until = sends.unsure(&"m".into(), Timestamp(1_000)).expect("on its way");
        assert_eq!(until, Timestamp(3_000));
        assert_eq!(sends.claim(1, "something else"), None, "unsure: only the same words count");
        sends.settle(Timestamp(2_999));
        assert!(sends.next(0).is_none());
        sends.settle(Timestamp(3_000));
        assert!(sends.next(0).is_some_and(|send| send.text == "hi"));
    }
}
