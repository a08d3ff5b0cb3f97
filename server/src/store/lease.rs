//! Leases in memory: a map, and one task that ends expired leases.

use super::{Expect, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// A change of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseEvent {
    Put {
        key: String,
        value: String,
    },
    /// The lease expired, or its holder ended it.
    Gone {
        key: String,
    },
}

/// A subscription to leases: first the existing ones, then every change.
pub struct LeaseWatch(mpsc::UnboundedReceiver<LeaseEvent>);

impl LeaseWatch {
    /// The next change; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<LeaseEvent> {
        self.0.recv().await
    }
}

struct Lease {
    value: String,
    rev: u64,
    until: Instant,
}

#[derive(Default)]
struct Inner {
    leases: BTreeMap<String, Lease>,
    watchers: Vec<(String, mpsc::UnboundedSender<LeaseEvent>)>,
}

impl Inner {
    fn tell(&mut self, event: &LeaseEvent) {
        let (LeaseEvent::Put { key, .. } | LeaseEvent::Gone { key }) = event;
        self.watchers.retain(|(prefix, watcher)| !key.starts_with(prefix) || watcher.send(event.clone()).is_ok());
    }
}

/// The leases of one process.
pub(crate) struct Leases {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<Notify>,
    sweeper: tokio::task::JoinHandle<()>,
}

impl Leases {
    /// Starts the task that ends leases. Needs a tokio runtime.
    pub(crate) fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let changed = Arc::new(Notify::new());
        let sweeper = tokio::spawn(sweep(Arc::clone(&inner), Arc::clone(&changed)));
        Self { inner, changed, sweeper }
    }

    pub(crate) fn put(&self, key: &str, value: &str, ttl: Duration, expect: Expect) -> Result<u64, StoreError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let rev = inner.leases.get(key).filter(|lease| lease.until > now).map(|lease| lease.rev);
        let fits = match expect {
            Expect::Any => true,
            Expect::Absent => rev.is_none(),
            Expect::Rev(wanted) => rev == Some(wanted),
        };
        if !fits {
            return Err(StoreError::Stale);
        }
        let rev = rev.unwrap_or(0) + 1;
        inner.leases.insert(key.to_owned(), Lease { value: value.to_owned(), rev, until: now + ttl });
        inner.tell(&LeaseEvent::Put { key: key.to_owned(), value: value.to_owned() });
        self.changed.notify_one();
        Ok(rev)
    }

    pub(crate) fn watch(&self, prefix: &str) -> LeaseWatch {
        let (tell, hear) = mpsc::unbounded_channel();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, lease) in inner.leases.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix)) {
            // This function owns the receiver, so sending cannot fail.
            let _ = tell.send(LeaseEvent::Put { key: key.clone(), value: lease.value.clone() });
        }
        inner.watchers.push((prefix.to_owned(), tell));
        LeaseWatch(hear)
    }
}

impl Drop for Leases {
    fn drop(&mut self) {
        self.sweeper.abort();
    }
}

async fn sweep(inner: Arc<Mutex<Inner>>, changed: Arc<Notify>) {
    loop {
        let next = {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let over: Vec<String> = inner.leases.iter().filter(|(_, lease)| lease.until <= now).map(|(key, _)| key.clone()).collect();
            for key in over {
                inner.leases.remove(&key);
                inner.tell(&LeaseEvent::Gone { key });
            }
            inner.leases.values().map(|lease| lease.until).min()
        };
        match next {
            Some(at) => tokio::select! {
                () = tokio::time::sleep_until(at) => {}
                () = changed.notified() => {}
            },
            None => changed.notified().await,
        }
    }
}
