//! The embedded engine: one SQLite file in WAL mode with `synchronous=FULL`, one thread that writes in groups, a few connections
//! that read, blobs as files named by their hash.

mod blobs;
mod drafts;
mod schema;
mod writer;

use super::lease::{LeaseWatch, Leases};
use super::{Appended, Doc, Draft, EPHEMERAL_BYTES, Erase, Event, Expect, Run, Span, Store, StoreError, Stored, Subscription, Topics};
use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, oneshot};
use writer::{Erased, Job, Writer};

/// A store in a directory of its own: `chinwag.db`, `high-water`, `blobs/`, `uploads/`.
pub struct Sqlite {
    writer: Writer,
    readers: Arc<Mutex<Vec<Connection>>>,
    reading: Arc<Semaphore>,
    events: broadcast::Sender<Event>,
    leases: Leases,
    blobs: PathBuf,
    drafts: PathBuf,
    epoch: String,
}

/// The number of connections that read.
const READERS: usize = 4;
/// How many events a subscriber may be behind before it gets [`Event::Lagged`].
const EVENTS: usize = 8192;

impl Sqlite {
    /// Opens the store in `dir`, and creates it when there is none. Needs a tokio runtime.
    ///
    /// # Errors
    /// `Unavailable` when the directory or the file cannot be used.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|error| unavailable(&error))?;
        let path = dir.join("chinwag.db");
        let write = schema::open_writer(&path)?;
        let epoch = schema::epoch(&write, &dir.join("high-water"))?;
        let readers = (0..READERS).map(|_| schema::open_reader(&path)).collect::<Result<Vec<_>, _>>()?;
        let (events, _) = broadcast::channel(EVENTS);
        let writer = Writer::start(write, dir.join("high-water"), events.clone())?;
        Ok(Self {
            writer,
            readers: Arc::new(Mutex::new(readers)),
            reading: Arc::new(Semaphore::new(READERS)),
            events,
            leases: Leases::start(),
            blobs: dir.join("blobs"),
            drafts: dir.join("uploads"),
            epoch,
        })
    }

    async fn write<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer.send(job(reply)).await?;
        answer.await.map_err(|_| StoreError::Unavailable("the writer is gone".into()))?
    }

    async fn query<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.reading).acquire_owned().await.map_err(|error| unavailable(&error))?;
        let readers = Arc::clone(&self.readers);
        let done = tokio::task::spawn_blocking(move || {
            // The permit guarantees that a connection is free; the connection is given back before the permit.
            let taken = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(connection) = taken else { return Err(StoreError::Unavailable("no reader".into())) };
            let result = query(&connection).map_err(|error| unavailable(&error));
            readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            drop(permit);
            result
        });
        done.await.map_err(|error| unavailable(&error))?
    }

    /// Runs blocking work with files on a thread for such work.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path, &Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (blobs, drafts) = (self.blobs.clone(), self.drafts.clone());
        tokio::task::spawn_blocking(move || work(&blobs, &drafts)).await.map_err(|error| unavailable(&error))?
    }

    /// The entries of a sealed log; `None` when it is not sealed.
    async fn sealed(&self, conv: &str) -> Result<Option<Vec<Stored>>, StoreError> {
        let key = conv.to_owned();
        let hash = self.query(move |db| schema::sealed_hash(db, &key)).await?;
        let Some(hash) = hash else { return Ok(None) };
        let bytes = self.blob_get(&hash).await?.ok_or_else(|| StoreError::Unavailable("a transcript is missing".into()))?;
        blobs::read_transcript(&bytes).map(Some)
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn append(&self, conv: &str, client_id: &str, body: &str) -> Result<Appended, StoreError> {
        let (conv, client_id, body) = (conv.to_owned(), client_id.to_owned(), body.to_owned());
        let (key, id, text) = (conv.clone(), client_id.clone(), body.clone());
        match self.write(|reply| Job::Append { conv, client_id, body, reply }).await {
            Err(StoreError::Sealed) => {
                let known = self.sealed(&key).await?.unwrap_or_default().into_iter().find(|entry| entry.client_id == id);
                match known {
                    Some(entry) if entry.body == text => Ok(Appended { entry, duplicate: true }),
                    Some(entry) => Err(StoreError::Conflict(Box::new(entry))),
                    None => Err(StoreError::Sealed),
                }
            }
            other => other,
        }
    }

    async fn read(&self, conv: &str, span: Span, limit: u32) -> Result<Run, StoreError> {
        let key = conv.to_owned();
        let run = self.query(move |db| schema::read(db, &key, span, limit)).await?;
        if run.head == 0 || !run.entries.is_empty() {
            return Ok(run);
        }
        let Some(all) = self.sealed(conv).await? else { return Ok(run) };
        let limit = limit as usize;
        let entries = match span {
            Span::After(after) => all.into_iter().filter(|entry| entry.seq > after).take(limit).collect(),
            Span::Before(before) => {
                let mut entries: Vec<Stored> = all.into_iter().filter(|entry| entry.seq < before).collect();
                entries.split_off(entries.len().saturating_sub(limit))
            }
        };
        Ok(Run { entries, head: run.head })
    }

    async fn find(&self, conv: &str, client_id: &str) -> Result<Option<Stored>, StoreError> {
        let (key, id) = (conv.to_owned(), client_id.to_owned());
        let found = self.query(move |db| schema::find(db, &key, &id)).await?;
        if found.is_some() {
            return Ok(found);
        }
        Ok(self.sealed(conv).await?.and_then(|all| all.into_iter().find(|entry| entry.client_id == client_id)))
    }

    fn subscribe(&self, topics: Topics) -> Subscription {
        Subscription::new(topics, self.events.subscribe())
    }

    async fn publish_ephemeral(&self, topic: &str, bytes: Bytes) -> Result<(), StoreError> {
        if bytes.len() > EPHEMERAL_BYTES {
            return Err(StoreError::TooLarge);
        }
        // An error means that there is no listener.
        let _ = self.events.send(Event::Ephemeral { topic: topic.to_owned(), bytes });
        Ok(())
    }

    async fn lease_put(&self, key: &str, value: &str, ttl: Duration, expect: Expect) -> Result<u64, StoreError> {
        self.leases.put(key, value, ttl, expect)
    }

    async fn lease_watch(&self, prefix: &str) -> LeaseWatch {
        self.leases.watch(prefix)
    }

    async fn put_doc(&self, bucket: &str, key: &str, value: Option<&str>, expect: Expect) -> Result<u64, StoreError> {
        let (bucket, key, value) = (bucket.to_owned(), key.to_owned(), value.map(str::to_owned));
        self.write(|reply| Job::PutDoc { bucket, key, value, expect, reply }).await
    }

    async fn get_doc(&self, bucket: &str, key: &str) -> Result<Option<Doc>, StoreError> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        self.query(move |db| schema::get_doc(db, &bucket, &key)).await
    }

    async fn list_docs(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, Doc)>, StoreError> {
        let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
        self.query(move |db| schema::list_docs(db, &bucket, &prefix)).await
    }

    async fn blob_put(&self, bytes: Bytes) -> Result<String, StoreError> {
        self.on_disk(move |dir, _| blobs::put(dir, &bytes)).await
    }

    async fn blob_get(&self, hash: &str) -> Result<Option<Bytes>, StoreError> {
        let hash = hash.to_owned();
        self.on_disk(move |dir, _| blobs::get(dir, &hash)).await
    }

    async fn blob_drop(&self, hash: &str) -> Result<(), StoreError> {
        let hash = hash.to_owned();
        self.on_disk(move |dir, _| blobs::remove(dir, &hash)).await
    }

    async fn blob_read(&self, hash: &str, at: u64, most: usize) -> Result<Option<Bytes>, StoreError> {
        let hash = hash.to_owned();
        self.on_disk(move |dir, _| drafts::read(&blobs::path(dir, &hash)?, at, most)).await
    }

    async fn blob_len(&self, hash: &str) -> Result<Option<u64>, StoreError> {
        let hash = hash.to_owned();
        self.on_disk(move |dir, _| blobs::len(dir, &hash)).await
    }

    async fn draft_len(&self, draft: &Draft) -> Result<Option<u64>, StoreError> {
        let draft = draft.clone();
        self.on_disk(move |_, dir| drafts::len(dir, &draft)).await
    }

    async fn draft_append(&self, draft: &Draft, at: u64, bytes: Bytes) -> Result<(), StoreError> {
        let draft = draft.clone();
        self.on_disk(move |_, dir| drafts::append(dir, &draft, at, &bytes)).await
    }

    async fn draft_read(&self, draft: &Draft, at: u64, most: usize) -> Result<Option<Bytes>, StoreError> {
        let draft = draft.clone();
        self.on_disk(move |_, dir| drafts::read(&drafts::path(dir, &draft), at, most)).await
    }

    async fn draft_keep(&self, draft: &Draft) -> Result<String, StoreError> {
        let draft = draft.clone();
        self.on_disk(move |blobs, dir| drafts::keep(dir, blobs, &draft)).await
    }

    async fn draft_drop(&self, draft: &Draft) -> Result<(), StoreError> {
        let draft = draft.clone();
        self.on_disk(move |_, dir| drafts::remove(dir, &draft)).await
    }

    async fn drafts_forget(&self, age: Duration) -> Result<u64, StoreError> {
        self.on_disk(move |_, dir| drafts::forget(dir, age)).await
    }

    async fn seal(&self, conv: &str) -> Result<String, StoreError> {
        let key = conv.to_owned();
        if let Some(hash) = self.query(move |db| schema::sealed_hash(db, &key)).await? {
            return Ok(hash);
        }
        loop {
            let run = self.read(conv, Span::After(0), u32::MAX).await?;
            if run.head == 0 {
                return Err(StoreError::NotFound);
            }
            let hash = self.blob_put(blobs::write_transcript(&run.entries)).await?;
            let (conv, sealed) = (conv.to_owned(), hash.clone());
            match self.write(|reply| Job::Seal { conv, head: run.head, hash, reply }).await {
                // An entry was added in between: the transcript is not complete.
                Err(StoreError::Stale) => {}
                other => return other.map(|()| sealed),
            }
        }
    }

    async fn erase(&self, what: Erase) -> Result<u64, StoreError> {
        let erased = self.write(|reply| Job::Erase { what, reply }).await?;
        let Erased { logs, convs, blobs } = erased;
        self.on_disk(move |dir, drafts| {
            convs.iter().try_for_each(|conv| drafts::remove_group(drafts, conv))?;
            blobs.iter().try_for_each(|hash| blobs::remove(dir, hash))
        })
        .await?;
        Ok(logs)
    }

    async fn health(&self) -> Result<(), StoreError> {
        self.write(|reply| Job::Health { reply }).await
    }

    fn epoch(&self) -> String {
        self.epoch.clone()
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        prev: row.get::<_, i64>(1)?.unsigned_abs(),
        at: row.get(2)?,
        client_id: row.get(3)?,
        body: row.get(4)?,
    })
}

fn find(db: &Connection, conv: &str, client_id: &str) -> rusqlite::Result<Option<Stored>> {
    db.prepare_cached("SELECT seq, prev, at, client_id, body FROM entry WHERE conv = ?1 AND client_id = ?2")?
        .query_row(params![conv, client_id], stored)
        .optional()
}

fn unavailable(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
