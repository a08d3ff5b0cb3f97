//! The tables, and functions that read them.

use super::{Doc, Run, Span, StoreError, Stored, stored, unavailable};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (conv TEXT PRIMARY KEY, head INTEGER NOT NULL, sealed TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    conv TEXT NOT NULL, seq INTEGER NOT NULL, prev INTEGER NOT NULL, at INTEGER NOT NULL, client_id TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conv, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS entry_client_id ON entry (conv, client_id);
CREATE TABLE IF NOT EXISTS doc (
    bucket TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('commits', '0');
PRAGMA user_version = 1;
";

/// The version of the tables.
const VERSION: i64 = 1;

pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let db = Connection::open(path)?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        // Erased data is overwritten in the file, not only removed from the index.
        db.pragma_update(None, "secure_delete", "ON")?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(db)
    };
    let db = open().map_err(|error| unavailable(&error))?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|error| unavailable(&error))?;
    if version > VERSION {
        return Err(StoreError::Unavailable(format!("the data is of a later version ({version}) than this server reads ({VERSION})")));
    }
    db.execute_batch(TABLES).map_err(|error| unavailable(&error))?;
    Ok(db)
}

pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(Duration::from_secs(5))?;
        Ok(db)
    };
    open().map_err(|error| unavailable(&error))
}

/// The epoch of the data. The file next to the database holds the number of commits so far. A database with fewer commits, or without that file,
/// is an older copy that was restored: then the epoch is a new one, and clients drop their entries.
pub(super) fn epoch(db: &Connection, high_water: &Path) -> Result<String, StoreError> {
    let meta = |name: &str| -> Result<Option<String>, StoreError> {
        db.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional().map_err(|error| unavailable(&error))
    };
    let commits: u64 = meta("commits")?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let seen: Option<u64> = std::fs::read_to_string(high_water).ok().and_then(|text| text.trim().parse().ok());
    match meta("epoch")? {
        Some(epoch) if seen.is_some_and(|seen| seen <= commits) => Ok(epoch),
        _ => {
            let epoch = crate::random::hex::<8>();
            db.execute("INSERT OR REPLACE INTO meta VALUES ('epoch', ?1)", [&epoch]).map_err(|error| unavailable(&error))?;
            std::fs::write(high_water, commits.to_string()).map_err(|error| unavailable(&error))?;
            Ok(epoch)
        }
    }
}

pub(super) fn read(db: &Connection, conv: &str, span: Span, limit: u32) -> rusqlite::Result<Run> {
    // One transaction, so that head and entries belong to the same moment.
    let tx = db.unchecked_transaction()?;
    let head: Option<i64> = tx.prepare_cached("SELECT head FROM log WHERE conv = ?1")?.query_row([conv], |row| row.get(0)).optional()?;
    let (sql, bound) = match span {
        Span::After(after) => {
            ("SELECT seq, prev, at, client_id, body FROM entry WHERE conv = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3", after)
        }
        Span::Before(before) => {
            ("SELECT seq, prev, at, client_id, body FROM entry WHERE conv = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3", before)
        }
    };
    let bound = i64::try_from(bound).unwrap_or(i64::MAX);
    let mut entries: Vec<Stored> = tx.prepare_cached(sql)?.query_map(params![conv, bound, limit], stored)?.collect::<Result<_, _>>()?;
    if matches!(span, Span::Before(_)) {
        entries.reverse();
    }
    Ok(Run { entries, head: head.unwrap_or(0).unsigned_abs() })
}

pub(super) fn find(db: &Connection, conv: &str, client_id: &str) -> rusqlite::Result<Option<Stored>> {
    super::find(db, conv, client_id)
}

pub(super) fn sealed_hash(db: &Connection, conv: &str) -> rusqlite::Result<Option<String>> {
    let found = db.prepare_cached("SELECT sealed FROM log WHERE conv = ?1")?.query_row([conv], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

pub(super) fn get_doc(db: &Connection, bucket: &str, key: &str) -> rusqlite::Result<Option<Doc>> {
    db.prepare_cached("SELECT rev, value FROM doc WHERE bucket = ?1 AND key = ?2")?
        .query_row(params![bucket, key], |row| Ok(Doc { rev: row.get::<_, i64>(0)?.unsigned_abs(), value: row.get(1)? }))
        .optional()
}

pub(super) fn list_docs(db: &Connection, bucket: &str, prefix: &str) -> rusqlite::Result<Vec<(String, Doc)>> {
    db.prepare_cached("SELECT key, rev, value FROM doc WHERE bucket = ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY key")?
        .query_map(params![bucket, prefix], |row| Ok((row.get(0)?, Doc { rev: row.get::<_, i64>(1)?.unsigned_abs(), value: row.get(2)? })))?
        .collect()
}
