//! One conversation: its log in the store and the state of the log, behind a lock, so that checking an entry and appending it are one
//! step in this process.

use super::link::LastPut;
use super::{Domain, Refusal};
use crate::config::files::Files;
use crate::store::{Span, StoreError, Stored};
use chinwag::model::{
    Answer, Conversation, ConversationId, Entry, EntryBody, EntryId, FileRules, Named, Standing, Timestamp, limits, visitor_name,
};
use chinwag::wire::{ChatPage, Code, Codec, Json};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The document of a conversation, which is stored beside its log.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Origin {
    pub(super) site: String,
    /// The hash of the `start` that created it.
    pub(super) fingerprint: String,
}

/// The bucket of [`Origin`] documents, by conversation.
pub(super) const CONVERSATIONS: &str = "conversation";
/// The bucket that names the conversations that are not over, so that a start finds them.
pub(super) const OPEN: &str = "open";

/// The lock of one conversation.
pub(super) type Room = Arc<Mutex<Option<Log>>>;
/// The lock of a conversation, while it is held.
pub(super) type Held = OwnedMutexGuard<Option<Log>>;

/// A conversation in memory.
pub(super) struct Log {
    pub(super) state: Conversation,
    pub(super) site: String,
    /// Fields whose values agents may not see.
    hidden: Vec<String>,
    /// Entries that do not count: readers get `internal` in their place.
    void: BTreeSet<u64>,
    /// The bytes of each file in the conversation.
    files: BTreeMap<String, u64>,
    /// The `seq` of the last entry that counts as a message, and of the last idle warning.
    stirred: (u64, u64),
    /// The files that may be sent in it, for desks.
    rules: Option<FileRules>,
}

/// The reader of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Visitor,
    Agent,
}

/// Bytes of entries in one page, so that the frame stays inside its limit.
pub(super) const PAGE_BYTES: usize = 96 * 1024;

impl Log {
    /// An entry as a reader may see it.
    pub(super) fn shown(&self, entry: &Entry, reader: Reader) -> Entry {
        let mut entry = entry.clone();
        // The visitor knows such data already. A build that does not know files and notices reads them as internal.
        let kept_back = |body: &EntryBody| matches!(body, EntryBody::Disposed { .. } | EntryBody::Data { .. });
        if (reader == Reader::Visitor && kept_back(&entry.body)) || self.void.contains(&entry.seq) {
            entry.body = EntryBody::Internal {};
        }
        match (reader, &mut entry.body) {
            (Reader::Agent, EntryBody::Opened { values, .. } | EntryBody::Survey { values }) => self.hide(values),
            (Reader::Agent, EntryBody::Data { values, .. }) => self.hide(values),
            (Reader::Visitor, EntryBody::Opened { values, .. } | EntryBody::Survey { values }) => bare(values),
            _ => {}
        }
        entry
    }

    /// The state as a reader may see it.
    pub(super) fn state_for(&self, reader: Reader) -> Conversation {
        let mut state = self.state.clone();
        match reader {
            Reader::Visitor => {
                state.disposed = false;
                state.first = None;
                bare(&mut state.values);
            }
            Reader::Agent => {
                state.files.clone_from(&self.rules);
                self.hide(&mut state.values);
            }
        }
        state
    }

    fn hide<V: Named>(&self, values: &mut Vec<V>) {
        values.retain(|value| !self.hidden.iter().any(|hidden| hidden == value.name()));
    }

    fn take(&mut self, entry: &Entry) {
        if !self.state.apply(entry) {
            self.void.insert(entry.seq);
            return;
        }
        match &entry.body {
            EntryBody::Message { .. } | EntryBody::File { .. } | EntryBody::Joined { .. } => self.stirred.0 = entry.seq,
            EntryBody::IdleWarned { .. } => self.stirred.1 = entry.seq,
            _ => {}
        }
        match &entry.body {
            EntryBody::File { file, size, .. } => drop(self.files.insert(file.clone(), *size)),
            EntryBody::FileDeleted { file, .. } => drop(self.files.remove(file)),
            _ => {}
        }
    }

    /// The `seq` of the last entry that counts as a message, and of the last idle warning.
    pub(super) const fn stirred(&self) -> (u64, u64) {
        self.stirred
    }

    /// The number of files in the conversation, and their bytes.
    pub(super) fn used_by_files(&self) -> (u32, u64) {
        (u32::try_from(self.files.len()).unwrap_or(u32::MAX), self.files.values().fold(0, |all: u64, size| all.saturating_add(*size)))
    }
}

impl Domain {
    /// Locks a conversation, whether it exists or not.
    pub(super) async fn lock(&self, conv: &ConversationId) -> Result<Held, Refusal> {
        let room = Arc::clone(self.rooms().entry(conv.clone()).or_default());
        let mut held = room.lock_owned().await;
        if held.is_none() {
            *held = self.load(conv).await?;
        }
        Ok(held)
    }

    /// Reads a conversation from the store.
    async fn load(&self, conv: &ConversationId) -> Result<Option<Log>, Refusal> {
        let Some(doc) = self.store.get_doc(CONVERSATIONS, conv.as_str()).await? else { return Ok(None) };
        let Ok(origin) = serde_json::from_str::<Origin>(&doc.value) else { return Err(damaged(conv)) };
        let run = self.store.read(conv.as_str(), Span::After(0), u32::MAX).await?;
        let mut entries = run.entries.iter().map(to_entry);
        let first = match entries.next() {
            None => return Ok(None),
            Some(first) => first.map_err(|()| damaged(conv))?,
        };
        let Some(state) = Conversation::open(conv.clone(), &first) else { return Err(damaged(conv)) };
        let mut log = self.log(state, origin.site);
        for entry in entries {
            log.take(&entry.map_err(|()| damaged(conv))?);
        }
        Ok(Some(log))
    }

    fn log(&self, mut state: Conversation, site: String) -> Log {
        let config = self.config();
        let widget = config.site(&site).and_then(|site| site.widget(state.widget.as_str()));
        let form = config.form(widget.and_then(|widget| widget.form.as_deref()), "", "");
        state.name = visitor_name(&state.values, form.as_ref());
        let rules = config.site(&site).and_then(|site| site.files.as_ref()).and_then(Files::rules);
        let hidden = config.hidden_from_agents(state.widget.as_str());
        Log { state, site, hidden, void: BTreeSet::new(), files: BTreeMap::new(), stirred: (0, 0), rules }
    }

    /// Opens a conversation under its lock.
    pub(super) async fn open_log(
        &self,
        held: &mut Held,
        conv: &ConversationId,
        site: &str,
        id: &EntryId,
        body: &EntryBody,
    ) -> Result<(), Refusal> {
        let stored = self.store.append(conv.as_str(), id.as_str(), &body.to_text()).await?.entry;
        let entry = to_entry(&stored).map_err(|()| damaged(conv))?;
        let Some(state) = Conversation::open(conv.clone(), &entry) else { return Err(damaged(conv)) };
        let log = self.log(state, site.to_owned());
        self.floor().follow(&log);
        **held = Some(log);
        Ok(())
    }

    /// Adds an entry if the state allows it, and tells all subscribers. A repeat of an id gives the entry that is stored.
    pub(super) async fn add(&self, log: &mut Log, id: &EntryId, body: &EntryBody) -> Result<Entry, Refusal> {
        let conv = log.state.id.clone();
        if !log.state.allows(body) {
            let known = self.store.find(conv.as_str(), id.as_str()).await?;
            return match known {
                Some(stored) => repeat(&stored, body),
                None if log.state.standing == Standing::Ended => Err(Refusal::new(Code::Ended, "the conversation has ended")),
                None => Err(Refusal::new(Code::Conflict, "that cannot come now")),
            };
        }
        let appended = match self.store.append(conv.as_str(), id.as_str(), &body.to_text()).await {
            Err(StoreError::Conflict(stored)) => return repeat(&stored, body),
            other => other?,
        };
        let entry = to_entry(&appended.entry).map_err(|()| damaged(&conv))?;
        if !appended.duplicate {
            if entry.prev != log.state.head {
                self.catch_up(log).await?;
            } else {
                self.took(log, &entry);
            }
        }
        Ok(entry)
    }

    /// Entries of one sender may be on their way together; each says which one it follows. If that one was lost or refused, this one would be
    /// stored before it, so it is refused.
    ///
    /// # Errors
    /// `out_of_order`, `unavailable`.
    pub(super) async fn check_order(&self, last: &LastPut, log: &Log, body: &EntryBody, follows: Option<&EntryId>) -> Result<(), Refusal> {
        let conv = &log.state.id;
        // An entry that could never be added is refused for that reason first.
        let Some(follows) = follows.filter(|follows| log.state.allows(body) && !last.is(conv, follows)) else { return Ok(()) };
        match self.store.find(conv.as_str(), follows.as_str()).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::field(Code::OutOfOrder, "follows", "the entry that it follows is not stored: send that one first")),
        }
    }

    /// Applies entries of another process.
    pub(super) async fn catch_up(&self, log: &mut Log) -> Result<(), Refusal> {
        let conv = log.state.id.clone();
        let run = self.store.read(conv.as_str(), Span::After(log.state.head), u32::MAX).await?;
        for stored in &run.entries {
            let entry = to_entry(stored).map_err(|()| damaged(&conv))?;
            self.took(log, &entry);
        }
        Ok(())
    }

    fn took(&self, log: &mut Log, entry: &Entry) {
        log.take(entry);
        self.floor().tell_entry(log, entry);
        self.state_changed(log);
    }

    /// A page of a log for a reader: the entries after a `seq`, before one, or the newest.
    /// Entries beyond `budget` bytes are left for the next page; there is always one.
    pub(super) async fn page(&self, log: &Log, wanted: Wanted, reader: Reader, budget: usize) -> Result<ChatPage, Refusal> {
        let conv = &log.state.id;
        let span = match wanted {
            Wanted::After(after) => Span::After(after),
            Wanted::Before(before) => Span::Before(before),
            Wanted::Newest => Span::Before(u64::MAX),
        };
        let run = self.store.read(conv.as_str(), span, limits::PAGE_ENTRIES).await?;
        // Entries that another process has added since are not in `state` yet: they arrive as entries.
        let mut stored: Vec<Stored> = run.entries.into_iter().filter(|entry| entry.seq <= log.state.head).collect();
        let forward = matches!(span, Span::After(_));
        if !forward {
            stored.reverse();
        }
        let mut bytes = 0;
        let fitting = stored.iter().take_while(|entry| {
            let first = bytes == 0;
            bytes += entry.body.len() + 128;
            first || bytes <= budget
        });
        let fitting = fitting.count();
        stored.truncate(fitting);
        if !forward {
            stored.reverse();
        }
        let entries = stored.iter().map(|stored| to_entry(stored).map(|entry| log.shown(&entry, reader)));
        let entries = entries.collect::<Result<Vec<_>, ()>>().map_err(|()| damaged(conv))?;
        let before = match wanted {
            Wanted::After(after) => after,
            Wanted::Before(_) | Wanted::Newest => 0,
        };
        let last = entries.last().map_or(before, |entry| entry.seq);
        Ok(ChatPage {
            state: log.state_for(reader),
            more_before: entries.first().map_or(before, |entry| entry.prev) != 0,
            more_after: forward && last < log.state.head,
            entries,
            fresh: matches!(wanted, Wanted::Newest),
        })
    }
}

/// Removes the descriptions of fields from the visitor's own values: they are for desks only.
fn bare(values: &mut [Answer]) {
    for value in values {
        *value = Answer::from(value.plain());
    }
}

/// Which page of a log.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    After(u64),
    Before(u64),
    Newest,
}

impl Wanted {
    /// The page that the members of a frame ask for.
    pub(super) fn of(after: Option<u64>, before: Option<u64>) -> Self {
        after.map_or_else(|| before.map_or(Self::Newest, Self::Before), Self::After)
    }
}

/// The answer to a repeat of an id: the first answer if the content is the same, else a conflict.
fn repeat(stored: &Stored, body: &EntryBody) -> Result<Entry, Refusal> {
    let entry = to_entry(stored).map_err(|()| Refusal::new(Code::Internal, "a damaged entry"))?;
    // The name of a sender may have changed in between, without an action of the sender.
    let same = match (&entry.body, body) {
        (EntryBody::Message { from, text }, EntryBody::Message { from: who, text: said }) => from.id == who.id && text == said,
        // The labels of a form may have changed as well.
        (EntryBody::Survey { values }, EntryBody::Survey { values: told }) => {
            values.iter().map(Answer::plain).eq(told.iter().map(Answer::plain))
        }
        (one, other) => one == other,
    };
    if same { Ok(entry) } else { Err(Refusal::field(Code::Conflict, "id", "the id was used before for something else")) }
}

pub(super) fn to_entry(stored: &Stored) -> Result<Entry, ()> {
    let body = read_body(&stored.body).ok_or(())?;
    Ok(Entry { seq: stored.seq, prev: stored.prev, at: Timestamp(stored.at), id: EntryId(stored.client_id.clone()), body })
}

/// The content of an entry. Earlier servers stored several kinds of entries as notices.
fn read_body(text: &str) -> Option<EntryBody> {
    let body = EntryBody::from_text(text).ok()?;
    let EntryBody::PageNotice { from, text: said, .. } = &body else { return Some(body) };
    let json = Json::parse(text).ok()?;
    let from = from.clone();
    Some(match json.get("kind").and_then(Json::as_str) {
        Some("url") => EntryBody::AddressPushed { from, url: said.clone() },
        Some("name") => EntryBody::Renamed { from, name: said.clone() },
        Some("idle_alert") => EntryBody::IdleWarned { seconds: said.parse().unwrap_or(0) },
        Some("idle_close") => EntryBody::IdleClosed {},
        _ => body,
    })
}

/// A damaged record isolates its conversation (quality R15).
fn damaged(conv: &ConversationId) -> Refusal {
    tracing::error!(%conv, "a conversation cannot be read: its record is damaged");
    Refusal::new(Code::Internal, "the conversation cannot be read")
}
