//! The contract of `Store`, the same for every engine. An engine's test file calls [`conformance!`] with a way to open it.

#![allow(unreachable_pub, reason = "the macro below uses them")]

use bytes::Bytes;
use chinwag_machine::{grown, within};
use chinwag_server::store::{Draft, Erase, Event, Expect, FILE_BUCKET, LeaseEvent, OWNER_BUCKET, Span, Store, StoreError, Topics};
use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub type Engine = Arc<dyn Store>;

async fn soon<T>(what: impl Future<Output = T>) -> T {
    within(Duration::from_secs(10), what).await.expect("it takes too long")
}

/// The store numbers the entries of each log in rising order; `prev` is the number of the entry before.
pub async fn numbers_rise_and_prev_links(store: Engine) {
    let mut last = 0;
    for number in 0..5 {
        let appended = store.append("a", &format!("id-{number}"), "{}").await.expect("stored");
        assert!(!appended.duplicate);
        assert!(appended.entry.seq > last);
        assert_eq!(appended.entry.prev, last);
        last = appended.entry.seq;
    }
    let first = store.append("b", "id-0", "{}").await.expect("stored").entry;
    assert_eq!(first.prev, 0, "another log begins by itself");
}

/// A repeated append gets the first answer, at any time; the same id with other content is a conflict.
pub async fn r2_append_is_idempotent_for_ever(store: Engine) {
    let first = store.append("a", "x", "one").await.expect("stored").entry;
    for number in 0..50 {
        store.append("a", &format!("y{number}"), "two").await.expect("stored");
    }
    let again = store.append("a", "x", "one").await.expect("known");
    assert!(again.duplicate);
    assert_eq!(again.entry, first);
    match store.append("a", "x", "other").await {
        Err(StoreError::Conflict(known)) => assert_eq!(*known, first),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.find("a", "x").await.expect("read"), Some(first));
    assert_eq!(store.find("a", "nobody").await.expect("read"), None);
    assert!(!store.append("b", "x", "one").await.expect("stored").duplicate, "ids are of one log");
}

/// Many writers at once: no entry is doubled, there is one order, and all writers of an id get the same number.
pub async fn r3_writers_at_once_get_one_order(store: Engine) {
    let mut writers = Vec::new();
    for writer in 0..8 {
        let store = Arc::clone(&store);
        writers.push(tokio::spawn(async move {
            let mut seqs = Vec::new();
            for number in 0..25 {
                // Two writers share each id, as two tabs would.
                let id = format!("{}-{number}", writer / 2);
                seqs.push((id.clone(), store.append("a", &id, &id).await.expect("stored").entry.seq));
            }
            seqs
        }));
    }
    let mut told = HashSet::new();
    for writer in writers {
        told.extend(writer.await.expect("a writer"));
    }
    let run = store.read("a", Span::After(0), u32::MAX).await.expect("read");
    assert_eq!(run.entries.len(), 100);
    assert_eq!(told, run.entries.iter().map(|entry| (entry.client_id.clone(), entry.seq)).collect());
    let mut prev = 0;
    for entry in &run.entries {
        assert_eq!(entry.prev, prev);
        prev = entry.seq;
    }
    assert_eq!(run.head, prev);
}

/// Acknowledged entries can be read at once; pages go both ways.
pub async fn reads_see_what_was_acknowledged(store: Engine) {
    assert_eq!(store.read("none", Span::After(0), 10).await.expect("read").head, 0);
    let mut seqs = Vec::new();
    for number in 0..30 {
        let entry = store.append("a", &number.to_string(), "{}").await.expect("stored").entry;
        seqs.push(entry.seq);
        let run = store.read("a", Span::Before(u64::MAX), 1).await.expect("read");
        assert_eq!((run.entries.as_slice(), run.head), (&[entry.clone()][..], entry.seq));
    }
    let after = store.read("a", Span::After(seqs[9]), 5).await.expect("read");
    assert_eq!(after.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), seqs[10..15]);
    let before = store.read("a", Span::Before(seqs[9]), 5).await.expect("read");
    assert_eq!(before.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), seqs[4..9], "in order, the ones just before");
    assert!(store.read("a", Span::After(seqs[29]), 5).await.expect("read").entries.is_empty());
}

/// Subscribers get entries in order, once, and only for their topics.
pub async fn subscribers_hear_their_topics(store: Engine) {
    let mut all = store.subscribe(Topics::All);
    let mut some = store.subscribe(Topics::Some(HashSet::from(["b".to_owned()])));
    let a = store.append("a", "1", "{}").await.expect("stored").entry;
    store.append("a", "1", "{}").await.expect("a repeat is no news");
    store.publish_ephemeral("a", Bytes::from_static(b"typing")).await.expect("told");
    let b = store.append("b", "1", "{}").await.expect("stored").entry;
    let (at, entry) = ("a".to_owned(), a);
    assert_eq!(soon(all.next()).await, Some(Event::Entry { topic: at.clone(), entry }));
    assert_eq!(soon(all.next()).await, Some(Event::Ephemeral { topic: at, bytes: Bytes::from_static(b"typing") }));
    let told = Some(Event::Entry { topic: "b".into(), entry: b });
    assert_eq!(soon(all.next()).await, told);
    assert_eq!(soon(some.next()).await, told);
    let large = Bytes::from(vec![0; 65 * 1024]);
    assert!(matches!(store.publish_ephemeral("a", large).await, Err(StoreError::TooLarge)));
}

/// A subscriber that is too slow is told that it missed events.
pub async fn a_slow_subscriber_hears_that_it_missed(store: Engine) {
    let mut slow = store.subscribe(Topics::All);
    for _ in 0..20_000 {
        store.publish_ephemeral("a", Bytes::new()).await.expect("told");
    }
    assert_eq!(soon(slow.next()).await, Some(Event::Lagged));
    assert!(matches!(soon(slow.next()).await, Some(Event::Ephemeral { .. })), "and goes on");
}

/// A lease has one holder until it runs out, and watchers are told of both.
pub async fn leases_run_out_and_watchers_hear(store: Engine) {
    let long = Duration::from_secs(60);
    store.lease_put("node/old", "1", long, Expect::Any).await.expect("taken");
    let mut watch = store.lease_watch("node/").await;
    let put = |key: &str, value: &str| Some(LeaseEvent::Put { key: key.into(), value: value.into() });
    assert_eq!(soon(watch.next()).await, put("node/old", "1"), "what stands comes first");
    let begun = Instant::now();
    let rev = store.lease_put("node/a", "x", grown(Duration::from_millis(150)), Expect::Absent).await.expect("taken");
    store.lease_put("else/a", "x", long, Expect::Any).await.expect("taken");
    assert!(matches!(store.lease_put("node/a", "y", long, Expect::Absent).await, Err(StoreError::Stale)));
    assert_eq!(soon(watch.next()).await, put("node/a", "x"));
    let renewed = store.lease_put("node/a", "x", grown(Duration::from_millis(300)), Expect::Rev(rev)).await.expect("renewed");
    assert!(renewed > rev);
    assert!(matches!(store.lease_put("node/a", "x", long, Expect::Rev(rev)).await, Err(StoreError::Stale)));
    assert_eq!(soon(watch.next()).await, put("node/a", "x"));
    assert_eq!(soon(watch.next()).await, Some(LeaseEvent::Gone { key: "node/a".into() }));
    assert!(begun.elapsed() >= grown(Duration::from_millis(300)), "not before its time");
    store.lease_put("node/a", "z", long, Expect::Absent).await.expect("free again");
}

/// A document is changed only if it has the expected revision.
pub async fn documents_have_revisions(store: Engine) {
    assert_eq!(store.get_doc("k", "a").await.expect("read"), None);
    let one = store.put_doc("k", "a", Some("1"), Expect::Absent).await.expect("written");
    assert!(matches!(store.put_doc("k", "a", Some("2"), Expect::Absent).await, Err(StoreError::Stale)));
    let two = store.put_doc("k", "a", Some("2"), Expect::Rev(one)).await.expect("written");
    assert!(two > one);
    assert!(matches!(store.put_doc("k", "a", Some("3"), Expect::Rev(one)).await, Err(StoreError::Stale)));
    let doc = store.get_doc("k", "a").await.expect("read").expect("there");
    assert_eq!((doc.rev, doc.value.as_str()), (two, "2"));
    store.put_doc("k", "b/1", Some(""), Expect::Any).await.expect("written");
    store.put_doc("k", "b/2", Some(""), Expect::Any).await.expect("written");
    store.put_doc("else", "b/3", Some(""), Expect::Any).await.expect("written");
    let listed = store.list_docs("k", "b/").await.expect("read");
    assert_eq!(listed.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["b/1", "b/2"]);
    store.put_doc("k", "a", None, Expect::Rev(two)).await.expect("removed");
    assert_eq!(store.get_doc("k", "a").await.expect("read"), None);
}

/// Stored bytes are found by their hash.
pub async fn blobs_are_found_by_hash(store: Engine) {
    let hash = store.blob_put(Bytes::from_static(b"abc")).await.expect("kept");
    assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(store.blob_put(Bytes::from_static(b"abc")).await.expect("kept"), hash);
    assert_eq!(store.blob_get(&hash).await.expect("read"), Some(Bytes::from_static(b"abc")));
    assert_eq!(store.blob_get(&"0".repeat(64)).await.expect("read"), None);
    assert!(store.blob_get("../../etc/passwd").await.is_err(), "a hash is no path");
}

/// A blob that was dropped cannot be read, and dropping it once more is no error.
pub async fn a_dropped_blob_is_gone(store: Engine) {
    let kept = store.blob_put(Bytes::from_static(b"kept")).await.expect("kept");
    let hash = store.blob_put(Bytes::from_static(b"dropped")).await.expect("kept");
    store.blob_drop(&hash).await.expect("dropped");
    store.blob_drop(&hash).await.expect("dropped before");
    assert_eq!(store.blob_get(&hash).await.expect("read"), None);
    assert_eq!(store.blob_get(&kept).await.expect("read"), Some(Bytes::from_static(b"kept")));
    assert_eq!(store.blob_put(Bytes::from_static(b"dropped")).await.expect("kept again"), hash);
    assert!(store.blob_drop("../chinwag.db").await.is_err(), "a hash is no path");
}

/// The files of an erased conversation are deleted with it; those of others stay.
pub async fn the_files_of_an_erased_log_go_with_it(store: Engine) {
    let mut hashes = Vec::new();
    for conv in ["a", "b"] {
        store.append(conv, "1", "{}").await.expect("stored");
        let hash = store.blob_put(Bytes::from(format!("file of {conv}"))).await.expect("kept");
        store.put_doc(FILE_BUCKET, &format!("{conv}/f"), Some(&format!("{hash}\n{{}}")), Expect::Any).await.expect("written");
        hashes.push(hash);
    }
    assert_eq!(store.erase(Erase::Conversation("a".into())).await.expect("erased"), 1);
    assert_eq!(store.blob_get(&hashes[0]).await.expect("read"), None);
    assert_eq!(store.get_doc(FILE_BUCKET, "a/f").await.expect("read"), None);
    assert!(store.blob_get(&hashes[1]).await.expect("read").is_some(), "of another conversation");
    assert!(store.get_doc(FILE_BUCKET, "b/f").await.expect("read").is_some());
}

/// A sealed log can be read as before, knows its ids, and accepts no new entries.
pub async fn a_sealed_log_reads_and_takes_no_more(store: Engine) {
    for number in 0..10 {
        store.append("a", &number.to_string(), &format!("body {number}")).await.expect("stored");
    }
    let before = store.read("a", Span::After(0), u32::MAX).await.expect("read");
    let hash = store.seal("a").await.expect("sealed");
    assert_eq!(store.seal("a").await.expect("sealed before"), hash);
    assert_eq!(store.read("a", Span::After(0), u32::MAX).await.expect("read"), before);
    let page = store.read("a", Span::Before(before.entries[8].seq), 3).await.expect("read");
    assert_eq!(page.entries, before.entries[5..8]);
    assert!(store.append("a", "3", "body 3").await.expect("known").duplicate);
    assert!(matches!(store.append("a", "3", "other").await, Err(StoreError::Conflict(_))));
    assert!(matches!(store.append("a", "new", "x").await, Err(StoreError::Sealed)));
    assert_eq!(store.find("a", "4").await.expect("read").map(|entry| entry.body), Some("body 4".into()));
    assert!(matches!(store.seal("none").await, Err(StoreError::NotFound)));
}

/// Erased logs cannot be read any more, sealed or not.
pub async fn erased_logs_are_gone(store: Engine) {
    for conv in ["a", "b", "c"] {
        store.append(conv, "1", "{}").await.expect("stored");
    }
    store.put_doc(OWNER_BUCKET, "v/a", Some(""), Expect::Any).await.expect("written");
    store.put_doc(OWNER_BUCKET, "v/b", Some(""), Expect::Any).await.expect("written");
    store.put_doc(OWNER_BUCKET, "w/c", Some(""), Expect::Any).await.expect("written");
    let hash = store.seal("b").await.expect("sealed");
    assert_eq!(store.erase(Erase::Visitor("v".into())).await.expect("erased"), 2);
    for conv in ["a", "b"] {
        assert_eq!(store.read(conv, Span::After(0), 10).await.expect("read").head, 0);
    }
    assert_eq!(store.blob_get(&hash).await.expect("read"), None);
    assert_eq!(store.list_docs(OWNER_BUCKET, "v/").await.expect("read"), []);
    assert_ne!(store.read("c", Span::After(0), 10).await.expect("read").head, 0, "of another visitor");
    assert_eq!(store.erase(Erase::Conversation("c".into())).await.expect("erased"), 1);
    assert_eq!(store.erase(Erase::Conversation("c".into())).await.expect("erased"), 0);
}

/// Bytes are appended to a draft until it becomes a blob, which is read in pieces; then the draft is deleted, and so are old drafts.
pub async fn drafts_grow_and_become_blobs(store: Engine) {
    let draft = |group: &str, name: &str| Draft { group: group.into(), name: name.into() };
    let one = draft("a", "../x");
    assert_eq!(store.draft_len(&one).await.expect("read"), None);
    assert!(matches!(store.draft_append(&one, 5, Bytes::from_static(b"late")).await, Err(StoreError::Stale)));
    store.draft_append(&one, 0, Bytes::from_static(b"hello ")).await.expect("written");
    assert!(matches!(store.draft_append(&one, 0, Bytes::from_static(b"again")).await, Err(StoreError::Stale)));
    store.draft_append(&one, 6, Bytes::from_static(b"world")).await.expect("written");
    assert_eq!(store.draft_len(&one).await.expect("read"), Some(11));
    assert_eq!(store.draft_read(&one, 6, 3).await.expect("read").as_deref(), Some(b"wor".as_slice()));
    let hash = store.draft_keep(&one).await.expect("kept");
    assert_eq!(hash, store.blob_put(Bytes::from_static(b"hello world")).await.expect("kept"), "by its hash, as any blob");
    assert_eq!(store.draft_len(&one).await.expect("read"), None);
    assert!(matches!(store.draft_keep(&one).await, Err(StoreError::NotFound)));
    assert_eq!(store.blob_len(&hash).await.expect("read"), Some(11));
    let mut read = Vec::new();
    while let Some(piece) = store.blob_read(&hash, read.len() as u64, 4).await.expect("read").filter(|piece| !piece.is_empty()) {
        read.extend_from_slice(&piece);
    }
    assert_eq!(read, b"hello world");
    assert_eq!(store.blob_read(&"0".repeat(64), 0, 4).await.expect("read"), None);
    // Drafts that are given up, erased with their log, or too old.
    for name in ["x", "y"] {
        store.draft_append(&draft("b", name), 0, Bytes::from_static(b"b")).await.expect("written");
    }
    store.draft_append(&draft("c", "z"), 0, Bytes::from_static(b"c")).await.expect("written");
    store.draft_drop(&draft("b", "x")).await.expect("gone");
    store.draft_drop(&draft("b", "x")).await.expect("gone already");
    store.erase(Erase::Conversation("b".into())).await.expect("erased");
    assert_eq!(store.draft_len(&draft("b", "y")).await.expect("read"), None);
    assert_eq!(store.drafts_forget(Duration::from_secs(3600)).await.expect("looked"), 0);
    assert_eq!(store.drafts_forget(Duration::ZERO).await.expect("looked"), 1);
    assert_eq!(store.draft_len(&draft("c", "z")).await.expect("read"), None);
}

/// After closing nothing is acknowledged.
pub async fn r1_a_closed_store_acknowledges_nothing(store: Engine) {
    store.health().await.expect("healthy");
    let waiting: Vec<_> = (0..50)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.append("a", &number.to_string(), "{}").await.is_ok() })
        })
        .collect();
    store.close().await;
    let mut acknowledged = 0;
    for one in waiting {
        acknowledged += usize::from(one.await.expect("a writer"));
    }
    assert_eq!(store.read("a", Span::After(0), 100).await.expect("read").entries.len(), acknowledged);
    assert!(matches!(store.append("a", "late", "{}").await, Err(StoreError::Unavailable(_))));
    assert!(store.health().await.is_err());
}

/// Makes a test of every rule for an engine. `$open` returns `(guard, Engine)`: the guard is kept until the test ends.
#[macro_export]
macro_rules! conformance {
    ($open:path) => {
        $crate::conformance!(
            @ $open: numbers_rise_and_prev_links r2_append_is_idempotent_for_ever r3_writers_at_once_get_one_order
            reads_see_what_was_acknowledged subscribers_hear_their_topics a_slow_subscriber_hears_that_it_missed
            leases_run_out_and_watchers_hear documents_have_revisions blobs_are_found_by_hash a_dropped_blob_is_gone drafts_grow_and_become_blobs
            the_files_of_an_erased_log_go_with_it a_sealed_log_reads_and_takes_no_more
            erased_logs_are_gone r1_a_closed_store_acknowledges_nothing
        );
    };
    (@ $open:path: $($rule:ident)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            let (_kept, engine) = $open();
            conformance::$rule(engine).await;
        })*
    };
}
