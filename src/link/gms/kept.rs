//! The state that is stored over page loads: the session, and which messages may be on the server.

use crate::model::{EntryId, Timestamp, WidgetId};
use crate::wire::Codec;
use crate::wire::codec::record;

/// Version of the form below. Another version is not read.
pub(super) const VERSION: u32 = 1;

record! {
    /// A session on the server, as it is stored.
    pub struct Kept {
        pub version: u32,
        pub chat: String,
        pub user: String,
        /// The session's secret.
        pub key: String,
        pub alias: String,
        /// The id of the start that began it.
        pub start: EntryId,
        pub widget: WidgetId,
        pub opened: Timestamp,
        /// When the server was last asked.
        pub polled: Timestamp,
        /// The index of the last event; -1 before the first one.
        pub last: i64,
        /// Messages whose event was not seen yet.
        pub sends: Vec<KeptSend>,
    }
}

record! {
    /// A message of the visitor that was sent and was not seen in the transcript yet.
    pub struct KeptSend {
        pub id: EntryId,
        pub text: String,
        /// The index of the last event when the message was first sent: its own event comes later.
        pub after: i64,
        /// The server answered that it has the message.
        pub stored: bool,
    }
}

impl Kept {
    /// Reads the stored state. A text of any other form counts as nothing.
    pub(super) fn read(text: &str) -> Option<Self> {
        Self::from_text(text).ok().filter(|kept| kept.version == VERSION && super::form::is_segment(&kept.chat))
    }
}
