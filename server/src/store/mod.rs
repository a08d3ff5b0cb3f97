//! The store of conversations: one trait, so that the code above it is the same for every engine.
//!
//! The embedded engine is [`sqlite::Sqlite`]. The suite in `tests/store.rs` holds every engine to this contract.

mod lease;
pub mod sqlite;

use async_trait::async_trait;
use std::collections::HashSet;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::broadcast;

pub use lease::LeaseEvent;

/// An entry of a log, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Rises strictly inside a log; otherwise opaque.
    pub seq: u64,
    /// The `seq` of the entry before it, 0 for the first.
    pub prev: u64,
    /// Milliseconds since 1970, the clock of the store's machine.
    pub at: i64,
    /// The id that the sender gave it; unique in its log for ever.
    pub client_id: String,
    /// The body: JSON text whose member `t` is its kind.
    pub body: String,
}

/// The answer to an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    pub entry: Stored,
    /// The entry was there before; this call stored nothing.
    pub duplicate: bool,
}

/// Which entries to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The first ones whose `seq` is greater.
    After(u64),
    /// The last ones whose `seq` is less.
    Before(u64),
}

/// A run of entries in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub entries: Vec<Stored>,
    /// The last `seq` of the log at the time of reading, 0 when there is no log.
    pub head: u64,
}

/// A small durable document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// 1 when new, one higher with every change.
    pub rev: u64,
    pub value: String,
}

/// The precondition of a change of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// No condition.
    Any,
    /// There is no document.
    Absent,
    /// The document has this revision.
    Rev(u64),
}

/// The data to erase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erase {
    /// One log, sealed or not, and its files.
    Conversation(String),
    /// Every log, with its files, that a document `OWNER_BUCKET`, `visitor/conversation` names, and those documents.
    Visitor(String),
}

/// The bucket whose documents say which visitor a conversation belongs to.
pub const OWNER_BUCKET: &str = "owner";

/// The bucket whose documents, `conversation/file`, hold the hash of a file's blob: 64 digits, and after a line break the other data about the
/// file. A blob belongs to one file, so that both can be deleted together.
pub const FILE_BUCKET: &str = "file";

/// An unfinished file, which grows at its end until it becomes a blob or is dropped. Both names may be any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The log that it belongs to: erased with it.
    pub group: String,
    /// Unique in its group.
    pub name: String,
}

/// An event for subscribers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An entry became durable. May be missed, never silently: compare `prev`, or [`Event::Lagged`].
    Entry { topic: String, entry: Stored },
    /// An ephemeral message, which is never stored.
    Ephemeral { topic: String, bytes: bytes::Bytes },
    /// Events were missed: read the logs again.
    Lagged,
}

/// The topics of a subscription. The topic of an entry is its log.
#[derive(Clone, Debug)]
pub enum Topics {
    All,
    Some(HashSet<String>),
}

/// A running subscription.
pub struct Subscription {
    topics: Topics,
    events: broadcast::Receiver<Event>,
}

impl Subscription {
    /// A subscription over a channel of all events.
    #[must_use]
    pub const fn new(topics: Topics, events: broadcast::Receiver<Event>) -> Self {
        Self { topics, events }
    }

    /// The next event; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            match self.events.recv().await {
                Ok(event) if self.wants(&event) => return Some(event),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(Event::Lagged),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    fn wants(&self, event: &Event) -> bool {
        match (&self.topics, event) {
            (Topics::All, _) | (_, Event::Lagged) => true,
            (Topics::Some(topics), Event::Entry { topic, .. } | Event::Ephemeral { topic, .. }) => topics.contains(topic),
        }
    }
}

/// Errors of the store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The id was used in this log for another body, which is returned.
    #[error("the id is taken by another entry")]
    Conflict(Box<Stored>),
    /// The document has another revision or value than the caller expected.
    #[error("the document is not in the expected revision")]
    Stale,
    /// The log is sealed and accepts no more entries.
    #[error("the log is sealed")]
    Sealed,
    /// There is no such log.
    #[error("there is no such log")]
    NotFound,
    /// The ephemeral message is too large.
    #[error("too large")]
    TooLarge,
    /// The store cannot write or read now (disk full, read-only, closed). Nothing was acknowledged.
    #[error("the store is not available: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// The word for it in logs and for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "conflict",
            Self::Stale => "stale",
            Self::Sealed => "sealed",
            Self::NotFound => "not_found",
            Self::TooLarge => "too_large",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Bytes in one ephemeral message.
pub const EPHEMERAL_BYTES: usize = 64 * 1024;

/// The operations of ST1, with those for drafts. A writing operation answers when the change is durable.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// 1. Adds an entry. Idempotent for ever on (conversation, client id): a repeat gets the first answer.
    ///
    /// # Errors
    /// `Conflict` when the id holds another body, `Sealed`, `Unavailable`.
    async fn append(&self, conv: &str, client_id: &str, body: &str) -> Result<Appended, StoreError>;

    /// 2. Reads a run of at most `limit` entries. Sees everything that was acknowledged before the call.
    ///
    /// # Errors
    /// `Unavailable`. A log that does not exist is an empty run.
    async fn read(&self, conv: &str, span: Span, limit: u32) -> Result<Run, StoreError>;

    /// 2b. Reads the entry of a client id.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, conv: &str, client_id: &str) -> Result<Option<Stored>, StoreError>;

    /// 3. Subscribes to entries and ephemeral messages from now on.
    fn subscribe(&self, topics: Topics) -> Subscription;

    /// 4. Sends subscribers a message that is never stored: at most once.
    ///
    /// # Errors
    /// `TooLarge`.
    async fn publish_ephemeral(&self, topic: &str, bytes: bytes::Bytes) -> Result<(), StoreError>;

    /// 5. Takes or renews a lease, which ends after `ttl` unless renewed. Returns its revision.
    ///
    /// # Errors
    /// `Stale` when it is not as expected.
    async fn lease_put(&self, key: &str, value: &str, ttl: Duration, expect: Expect) -> Result<u64, StoreError>;

    /// 6. The leases whose key begins with `prefix`, then every change of them; an end reaches the watcher too.
    async fn lease_watch(&self, prefix: &str) -> lease::LeaseWatch;

    /// 7. Writes a document, or removes it when `value` is `None`. Returns its revision, 0 when removed.
    ///
    /// # Errors
    /// `Stale` when it is not as expected, `Unavailable`.
    async fn put_doc(&self, bucket: &str, key: &str, value: Option<&str>, expect: Expect) -> Result<u64, StoreError>;

    /// 7b. Reads a document.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn get_doc(&self, bucket: &str, key: &str) -> Result<Option<Doc>, StoreError>;

    /// 7c. The documents of a bucket whose key begins with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list_docs(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, Doc)>, StoreError>;

    /// 8. Stores bytes under their SHA-256, which is returned as 64 hexadecimal digits.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn blob_put(&self, bytes: bytes::Bytes) -> Result<String, StoreError>;

    /// 8b. The bytes of a hash.
    ///
    /// # Errors
    /// `Unavailable`, also when the bytes no longer match their hash.
    async fn blob_get(&self, hash: &str) -> Result<Option<bytes::Bytes>, StoreError>;

    /// 8c. Deletes the bytes of a hash. No error when there are none.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn blob_drop(&self, hash: &str) -> Result<(), StoreError>;

    /// 8d. Bytes of a blob from `at` on, at most `most`; none at its end. For reading a file in pieces.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn blob_read(&self, hash: &str, at: u64, most: usize) -> Result<Option<bytes::Bytes>, StoreError>;

    /// 8e. How many bytes a blob has.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn blob_len(&self, hash: &str) -> Result<Option<u64>, StoreError>;

    /// 8f. How many bytes a draft has; `None` when there is no draft.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn draft_len(&self, draft: &Draft) -> Result<Option<u64>, StoreError>;

    /// 8g. Adds bytes at the end of a draft, which must have `at` bytes before; with 0 the draft is created.
    ///
    /// # Errors
    /// `Stale` when the draft has another length, `Unavailable`.
    async fn draft_append(&self, draft: &Draft, at: u64, bytes: bytes::Bytes) -> Result<(), StoreError>;

    /// 8h. Reads bytes of a draft, like those of a blob.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn draft_read(&self, draft: &Draft, at: u64, most: usize) -> Result<Option<bytes::Bytes>, StoreError>;

    /// 8i. Turns a draft into a blob: it is durable, and its hash is returned. The draft does not exist any more.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`.
    async fn draft_keep(&self, draft: &Draft) -> Result<String, StoreError>;

    /// 8j. Deletes a draft. No error when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn draft_drop(&self, draft: &Draft) -> Result<(), StoreError>;

    /// 8k. Deletes the drafts that did not grow for this long; returns their number.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn drafts_forget(&self, age: Duration) -> Result<u64, StoreError>;

    /// 9. Moves a log into a transcript blob, whose hash is returned. The log can still be read, and accepts no more entries.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`.
    async fn seal(&self, conv: &str) -> Result<String, StoreError>;

    /// 9b. Deletes for ever; returns the number of logs.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn erase(&self, what: Erase) -> Result<u64, StoreError>;

    /// Whether the store can write.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn health(&self) -> Result<(), StoreError>;

    /// Changes when the data was replaced by an older copy.
    fn epoch(&self) -> String;

    /// Finishes the calls under way and closes. Later calls are `Unavailable`.
    async fn close(&self);
}
