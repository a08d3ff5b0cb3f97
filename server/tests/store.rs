//! The SQLite engine fulfils the contract of `Store`; and tests of its own.

mod conformance;

use chinwag_server::store::sqlite::Sqlite;
use chinwag_server::store::{Span, Store, StoreError};
use conformance::Engine;
use std::sync::Arc;
use tempfile::TempDir;

fn open() -> (TempDir, Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(dir.path()).expect("a store");
    (dir, Arc::new(store))
}

conformance!(open);

#[tokio::test]
async fn r1_what_was_stored_is_there_after_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(dir.path()).expect("a store");
    let epoch = store.epoch();
    let entry = store.append("a", "1", "{}").await.expect("stored").entry;
    store.close().await;
    drop(store);
    let store = Sqlite::open(dir.path()).expect("a store");
    assert_eq!(store.epoch(), epoch, "a restart is no other data");
    assert_eq!(store.read("a", Span::After(0), 10).await.expect("read").entries, [entry]);
    assert!(store.append("a", "1", "{}").await.expect("known").duplicate);
}

#[tokio::test]
async fn r5_an_older_copy_put_back_has_another_epoch() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = dir.path().join("chinwag.db");
    let store = Sqlite::open(dir.path()).expect("a store");
    let epoch = store.epoch();
    store.append("a", "1", "{}").await.expect("stored");
    store.close().await;
    drop(store);
    let backup = std::fs::read(&database).expect("a copy");
    let store = Sqlite::open(dir.path()).expect("a store");
    store.append("a", "2", "{}").await.expect("stored");
    store.close().await;
    drop(store);
    std::fs::write(&database, backup).expect("put back");
    for name in ["chinwag.db-wal", "chinwag.db-shm"] {
        // These files exist only if SQLite could not merge them when the database was closed.
        let _ = std::fs::remove_file(dir.path().join(name));
    }
    let store = Sqlite::open(dir.path()).expect("a store");
    assert_ne!(store.epoch(), epoch);
    let again = store.epoch();
    drop(store);
    assert_eq!(Sqlite::open(dir.path()).expect("a store").epoch(), again, "and keeps it");
}

#[tokio::test]
async fn a_store_of_a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(Sqlite::open(dir.path()).expect("a store"));
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).expect("opened");
    db.pragma_update(None, "user_version", 99).expect("written");
    drop(db);
    assert!(matches!(Sqlite::open(dir.path()), Err(StoreError::Unavailable(why)) if why.contains("later version")));
}

#[tokio::test]
async fn r16_a_store_that_cannot_write_refuses_and_recovers() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(dir.path()).expect("a store");
    store.append("a", "1", "{}").await.expect("stored");
    // Another process holds the database for longer than SQLite waits.
    let other = rusqlite::Connection::open(dir.path().join("chinwag.db")).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    assert!(matches!(store.append("a", "2", "{}").await, Err(StoreError::Unavailable(_))), "never acknowledged");
    assert_eq!(store.read("a", Span::After(0), 10).await.expect("reading goes on").entries.len(), 1);
    other.execute_batch("ROLLBACK").expect("free");
    store.append("a", "2", "{}").await.expect("recovers by itself");
    assert_eq!(store.read("a", Span::After(0), 10).await.expect("read").entries.len(), 2);
}

#[tokio::test]
async fn p5_erased_texts_are_not_in_the_files() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(dir.path()).expect("a store");
    store.append("a", "1", "a canary that sings").await.expect("stored");
    store.append("b", "1", "{}").await.expect("stored");
    store.erase(chinwag_server::store::Erase::Conversation("a".into())).await.expect("erased");
    store.close().await;
    drop(store);
    for file in std::fs::read_dir(dir.path()).expect("files") {
        let bytes = std::fs::read(file.expect("a file").path()).unwrap_or_default();
        assert!(!bytes.windows(8).any(|part| part == b"a canary"), "the text is still there");
    }
}
