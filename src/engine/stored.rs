//! The stored state, which survives a reload, as text (docs/embedding.md lists it for operators; quality P3).

use super::outbox::Parcel;
use crate::model::{ConversationId, ParticipantId, Timestamp};
use crate::wire::Codec;
use crate::wire::codec::record;

/// Version of the form below. A text of another version is not read: the visitor begins without stored state.
pub(super) const STORED_VERSION: u32 = 2;
/// Messages that could not be delivered are kept this long, in milliseconds (quality P3).
const KEEP_UNSENT: i64 = 24 * 3600 * 1000;
/// How long after its end a conversation is still shown in its own tab, if the visitor has not seen the end. Milliseconds.
pub(super) const SHOW_IN_TAB: i64 = 24 * 3600 * 1000;
/// The same limit for another tab of that browser, in milliseconds. Another person may use it, so the time is short (quality P20).
pub(super) const SHOW_ON_DEVICE: i64 = 15 * 60 * 1000;

record! {
    /// A visitor's state, as it is stored, and as it is sent to other tabs.
    pub struct Stored {
        pub version: u32,
        pub visitor: ParticipantId,
        /// The visitor's secret.
        pub token: String,
        pub epoch: Option<String>,
        pub chats: Vec<StoredChat>,
        pub parcels: Vec<Parcel>,
    }
}

record! {
    /// An open conversation, or one whose end the visitor has not seen yet.
    pub struct StoredChat {
        /// The element of its widget.
        pub element: String,
        pub conv: ConversationId,
        pub open: bool,
        /// The `seq` up to which the conversation was read; `None`: all of it was read, as far as is known.
        pub read: Option<u64>,
        /// Missing while it is open; true when it has ended and the page has had `chatFinished`.
        pub over: Option<bool>,
        /// The `seq` up to which the page was told the events. Only for a core that takes over on the same page: it reports the later ones.
        pub heard: Option<u64>,
        /// The text in the composer.
        pub draft: String,
    }
}

impl Stored {
    /// Reads the stored state. A text of any other form counts as nothing: it may be of another version, or written by a script that
    /// changes the page's storage.
    pub(super) fn read(text: &str, now: Timestamp) -> Option<Self> {
        let mut stored = Self::from_text(text).ok().filter(|stored| stored.version == STORED_VERSION && !stored.visitor.0.is_empty())?;
        stored.parcels.retain(|parcel| now.since(parcel.made) < KEEP_UNSENT);
        Some(stored)
    }
}
