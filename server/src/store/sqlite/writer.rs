//! The writer thread (group commit). It takes all jobs that wait in its queue, carries them out in one transaction and answers after the
//! commit: one flush to the disk for many writers.

use super::{Appended, Doc, Erase, Event, Expect, StoreError, Stored, find, unavailable};
use crate::store::{FILE_BUCKET, OWNER_BUCKET};
use rusqlite::{Connection, OptionalExtension, params};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{broadcast, mpsc, oneshot};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// A job for the writer thread.
pub(super) enum Job {
    Append {
        conv: String,
        client_id: String,
        body: String,
        reply: Reply<Appended>,
    },
    PutDoc {
        bucket: String,
        key: String,
        value: Option<String>,
        expect: Expect,
        reply: Reply<u64>,
    },
    Seal {
        conv: String,
        head: u64,
        hash: String,
        reply: Reply<()>,
    },
    /// Answers with one item per log: the hash of its transcript, if it was sealed.
    Erase {
        what: Erase,
        reply: Reply<Erased>,
    },
    Health {
        reply: Reply<()>,
    },
    /// Ends the thread: no job is taken after this one.
    Close {
        done: oneshot::Sender<()>,
    },
}

/// The length of the queue; further senders wait.
const WAITING: usize = 4096;
/// How many jobs one transaction has at most.
const GROUP: usize = 512;

pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(db: Connection, high_water: PathBuf, events: broadcast::Sender<Event>) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let mark = OpenOptions::new().write(true).open(high_water).map_err(|error| unavailable(&error))?;
        let run = move || run(&db, &mark, waiting, &events);
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(run).map_err(|error| unavailable(&error))?;
        Ok(Self { jobs, thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).await.map_err(|_| StoreError::Unavailable("the store is closed".into()))
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.send(Job::Close { done }).await.is_ok() {
            // An error means that the thread has ended, so the store is closed as well.
            let _ = closed.await;
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // The thread is ending; a panic in it was reported by its replies.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn run(db: &Connection, mark: &File, mut waiting: mpsc::Receiver<Job>, events: &broadcast::Sender<Event>) {
    let mut group = Vec::with_capacity(GROUP);
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        while group.len() < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            group.push(next);
        }
        let close = group.iter().position(|job| matches!(job, Job::Close { .. }));
        let after = close.map(|at| group.split_off(at));
        commit(db, mark, std::mem::take(&mut group), events);
        if let Some(after) = after {
            waiting.close();
            for job in after {
                match job {
                    Job::Close { done } => drop(done.send(())),
                    other => drop(other),
                }
            }
            return;
        }
    }
}

/// An answer, to be sent after the commit.
type Answer = Box<dyn FnOnce(Result<(), &StoreError>)>;

fn commit(db: &Connection, mark: &File, group: Vec<Job>, events: &broadcast::Sender<Event>) {
    if group.is_empty() {
        return;
    }
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    let work = || -> rusqlite::Result<u64> {
        let tx = rusqlite::Transaction::new_unchecked(db, rusqlite::TransactionBehavior::Immediate)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let mut failed = None;
        for job in group {
            // After a failure the other jobs are not tried: all get the same error.
            if let Err(error) = perform(&tx, job, now, events, &mut answers, failed.is_some()) {
                failed.get_or_insert(error);
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        tx.prepare_cached("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'commits'")?.execute([])?;
        let commits: i64 =
            tx.prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'commits'")?.query_row([], |row| row.get(0))?;
        tx.commit()?;
        Ok(commits.unsigned_abs())
    };
    let result = work();
    match &result {
        Ok(commits) => {
            // The number only grows, so the new digits replace all old ones. The file is not flushed: after a power cut it is behind
            // the database, which is harmless.
            if let Err(error) = mark.write_all_at(commits.to_string().as_bytes(), 0) {
                tracing::warn!(error = %error.kind(), "the high-water mark could not be written");
            }
        }
        Err(error) => tracing::error!(%error, "a group of writes failed"),
    }
    let outcome = result.map_err(|error| unavailable(&error));
    for answer in answers {
        answer(outcome.as_ref().map(|_| ()));
    }
}

fn skipped<T>() -> rusqlite::Result<T> {
    Err(rusqlite::Error::InvalidQuery)
}

/// Does one job inside the transaction; its answer is sent after the commit.
fn perform(
    db: &Connection,
    job: Job,
    now: i64,
    events: &broadcast::Sender<Event>,
    answers: &mut Vec<Answer>,
    skip: bool,
) -> rusqlite::Result<()> {
    fn settle<T: 'static>(
        answers: &mut Vec<Answer>,
        reply: Reply<T>,
        done: rusqlite::Result<Result<T, StoreError>>,
        tell: impl FnOnce(&T) + 'static,
    ) -> rusqlite::Result<()> {
        let (done, failure) = match done {
            Ok(done) => (Some(done), Ok(())),
            Err(error) => (None, Err(error)),
        };
        answers.push(Box::new(move |outcome| {
            let answer = match (outcome, done) {
                (Ok(()), Some(done)) => done,
                (Err(StoreError::Unavailable(why)), _) => Err(StoreError::Unavailable(why.clone())),
                _ => Err(StoreError::Unavailable("not stored".into())),
            };
            if let Ok(value) = &answer {
                tell(value);
            }
            // An error means that the caller stopped waiting.
            let _ = reply.send(answer);
        }));
        failure
    }
    match job {
        Job::Append { conv, client_id, body, reply } => {
            let done = if skip { skipped() } else { append(db, &conv, client_id, body, now) };
            let events = events.clone();
            settle(answers, reply, done, move |appended: &Appended| {
                if !appended.duplicate {
                    // An error means that there is no listener.
                    let _ = events.send(Event::Entry { topic: conv, entry: appended.entry.clone() });
                }
            })
        }
        Job::PutDoc { bucket, key, value, expect, reply } => {
            let done = if skip { skipped() } else { put_doc(db, &bucket, &key, value.as_deref(), expect) };
            settle(answers, reply, done, |_| {})
        }
        Job::Seal { conv, head, hash, reply } => {
            let done = if skip { skipped() } else { seal(db, &conv, head, &hash) };
            settle(answers, reply, done, |()| {})
        }
        Job::Erase { what, reply } => {
            let done = if skip { skipped() } else { erase(db, &what).map(Ok) };
            settle(answers, reply, done, |_| {})
        }
        Job::Health { reply } => settle(answers, reply, if skip { skipped() } else { Ok(Ok(())) }, |()| {}),
        Job::Close { .. } => Ok(()),
    }
}

fn append(db: &Connection, conv: &str, client_id: String, body: String, now: i64) -> rusqlite::Result<Result<Appended, StoreError>> {
    if let Some(entry) = find(db, conv, &client_id)? {
        return Ok(if entry.body == body { Ok(Appended { entry, duplicate: true }) } else { Err(StoreError::Conflict(Box::new(entry))) });
    }
    let log: Option<(i64, Option<String>)> = db
        .prepare_cached("SELECT head, sealed FROM log WHERE conv = ?1")?
        .query_row([conv], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if log.as_ref().is_some_and(|(_, sealed)| sealed.is_some()) {
        return Ok(Err(StoreError::Sealed));
    }
    let prev = log.map_or(0, |(head, _)| head);
    let seq = prev + 1;
    db.prepare_cached("INSERT INTO log (conv, head) VALUES (?1, ?2) ON CONFLICT (conv) DO UPDATE SET head = ?2")?
        .execute(params![conv, seq])?;
    db.prepare_cached("INSERT INTO entry (conv, seq, prev, at, client_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![conv, seq, prev, now, client_id, body])?;
    let entry = Stored { seq: seq.unsigned_abs(), prev: prev.unsigned_abs(), at: now, client_id, body };
    Ok(Ok(Appended { entry, duplicate: false }))
}

fn put_doc(db: &Connection, bucket: &str, key: &str, value: Option<&str>, expect: Expect) -> rusqlite::Result<Result<u64, StoreError>> {
    let rev: Option<i64> = db
        .prepare_cached("SELECT rev FROM doc WHERE bucket = ?1 AND key = ?2")?
        .query_row(params![bucket, key], |row| row.get(0))
        .optional()?;
    let fits = match expect {
        Expect::Any => true,
        Expect::Absent => rev.is_none(),
        Expect::Rev(wanted) => rev.is_some_and(|rev| rev.unsigned_abs() == wanted),
    };
    if !fits {
        return Ok(Err(StoreError::Stale));
    }
    let Some(value) = value else {
        db.prepare_cached("DELETE FROM doc WHERE bucket = ?1 AND key = ?2")?.execute(params![bucket, key])?;
        return Ok(Ok(0));
    };
    let rev = rev.unwrap_or(0) + 1;
    db.prepare_cached("INSERT OR REPLACE INTO doc (bucket, key, rev, value) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![bucket, key, rev, value])?;
    Ok(Ok(rev.unsigned_abs()))
}

fn seal(db: &Connection, conv: &str, head: u64, hash: &str) -> rusqlite::Result<Result<(), StoreError>> {
    let head = i64::try_from(head).unwrap_or(i64::MAX);
    let changed = db.execute("UPDATE log SET sealed = ?3 WHERE conv = ?1 AND head = ?2 AND sealed IS NULL", params![conv, head, hash])?;
    if changed == 0 {
        return Ok(Err(StoreError::Stale));
    }
    db.execute("DELETE FROM entry WHERE conv = ?1", [conv])?;
    Ok(Ok(()))
}

/// The result of an erasure: how many logs, and the drafts and blobs that have to be deleted with them.
#[derive(Default)]
pub(super) struct Erased {
    pub(super) logs: u64,
    pub(super) convs: Vec<String>,
    pub(super) blobs: Vec<String>,
}

fn erase(db: &Connection, what: &Erase) -> rusqlite::Result<Erased> {
    let convs = match what {
        Erase::Conversation(conv) => vec![conv.clone()],
        Erase::Visitor(visitor) => {
            let prefix = format!("{visitor}/");
            let owned = take_docs(db, OWNER_BUCKET, &prefix)?;
            owned.into_iter().filter_map(|(key, _)| key.strip_prefix(&prefix).map(str::to_owned)).collect()
        }
    };
    let mut erased = Erased { convs, ..Erased::default() };
    for conv in erased.convs.clone() {
        let sealed: Option<Option<String>> =
            db.query_row("SELECT sealed FROM log WHERE conv = ?1", [&conv], |row| row.get(0)).optional()?;
        if let Some(sealed) = sealed {
            db.execute("DELETE FROM entry WHERE conv = ?1", [&conv])?;
            db.execute("DELETE FROM log WHERE conv = ?1", [&conv])?;
            erased.logs += 1;
            erased.blobs.extend(sealed);
        }
        let files = take_docs(db, FILE_BUCKET, &format!("{conv}/"))?;
        erased.blobs.extend(files.into_iter().filter_map(|(_, doc)| doc.value.lines().next().map(str::to_owned)));
    }
    Ok(erased)
}

/// Reads and removes the documents whose key begins with `prefix`.
fn take_docs(db: &Connection, bucket: &str, prefix: &str) -> rusqlite::Result<Vec<(String, Doc)>> {
    let docs = super::schema::list_docs(db, bucket, prefix)?;
    db.execute("DELETE FROM doc WHERE bucket = ?1 AND substr(key, 1, length(?2)) = ?2", params![bucket, prefix])?;
    Ok(docs)
}
