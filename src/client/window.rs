//! The window: which entries of a conversation's log the client has, as one run without a gap that ends at the newest.
//!
//! The window decides for each entry and page which entries are new and which have to be fetched. It holds only entries that came before their
//! predecessor.

use super::outbox::PATIENCE;
use crate::model::{Entry, Timestamp};
use crate::wire::ChatPage;

/// How many entries are kept beyond a gap. Further ones are fetched later.
const EARLY: usize = 64;

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The entries after the newest one that is loaded.
    After,
    /// The entries before the oldest one that is loaded.
    Before,
}

/// How an entry relates to the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The entry is the next one; with the early entries that follow it.
    Next(Vec<Entry>),
    /// The window has the entry already.
    Repeat,
    /// Entries before this one are missing: [`Window::ask`].
    Gap,
}

/// How a page of entries joins the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The page replaces all entries. [`Window::join`] gives the early entries that follow it.
    Fresh(Vec<Entry>),
    /// Older entries, to be put in front.
    Older(Vec<Entry>),
    /// The entries that follow the newest one.
    Next(Vec<Entry>),
}

/// The numbers of a run of entries.
#[derive(Debug)]
pub struct Window {
    /// The `seq` of the oldest entry that is loaded, and of the one before it.
    first: u64,
    before: u64,
    /// The `seq` of the newest entry that is loaded.
    last: u64,
    /// Whether a page has come; before that the numbers have no meaning.
    loaded: bool,
    /// Whether entries before the first one exist.
    more: bool,
    /// Entries beyond a gap, in order.
    early: Vec<Entry>,
    /// Which page was asked for, and when.
    asked: Option<(Which, Timestamp)>,
    /// Whether earlier entries are wanted, and have not come yet.
    older: bool,
}

impl Window {
    /// An empty window.
    #[must_use]
    pub const fn empty() -> Self {
        Self { first: 0, before: 0, last: 0, loaded: false, more: false, early: Vec::new(), asked: None, older: false }
    }

    /// An empty window whose next entry is the one after `seq`.
    #[must_use]
    pub const fn after(seq: u64) -> Self {
        Self { first: seq, before: seq, last: seq, loaded: true, more: false, early: Vec::new(), asked: None, older: false }
    }

    /// The `seq` of the newest entry that is loaded; 0 when there is none.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Whether a page has come.
    #[must_use]
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Whether older entries exist that are not loaded.
    #[must_use]
    pub const fn has_more(&self) -> bool {
        self.more
    }

    /// Whether earlier entries are wanted and have not come yet.
    #[must_use]
    pub const fn wants_older(&self) -> bool {
        self.older
    }

    /// The `after` of a `hello` or `open`: the `seq` of the newest entry.
    #[must_use]
    pub fn have(&self) -> Option<u64> {
        self.loaded.then_some(self.last)
    }

    /// Begins with an entry that is the first of its log.
    pub fn begin(&mut self, first: &Entry) {
        *self = Self::after(first.seq);
        self.before = first.prev;
    }

    /// Adds an entry.
    pub fn receive(&mut self, entry: Entry) -> Receipt {
        if self.loaded && entry.seq <= self.last {
            return Receipt::Repeat;
        }
        if !self.loaded || entry.prev != self.last {
            let at = self.early.partition_point(|other| other.seq < entry.seq);
            if self.early.get(at).is_some_and(|other| other.seq == entry.seq) {
                return Receipt::Repeat;
            }
            if self.early.len() < EARLY {
                self.early.insert(at, entry);
            }
            return Receipt::Gap;
        }
        self.last = entry.seq;
        let mut next = vec![entry];
        self.join_early(&mut next);
        Receipt::Next(next)
    }

    /// Adds a page. If it says `more_after`, [`Window::ask`] fetches the entries after it.
    pub fn receive_page(&mut self, page: &mut ChatPage) -> Run {
        let entries = core::mem::take(&mut page.entries);
        let older = matches!(self.asked, Some((Which::Before, _)));
        if !older || page.fresh || entries.last().is_none_or(|entry| entry.seq < self.first) {
            self.asked = None;
        }
        // A repeat of an older page must not remove entries that came since.
        if !self.loaded || (page.fresh && page.state.head > self.last) {
            self.replace(&entries, page);
            return Run::Fresh(entries);
        }
        if page.fresh {
            return Run::Next(Vec::new());
        }
        if older && self.asked.is_none() {
            self.older = false;
            return Run::Older(self.prepend(entries, page.more_before));
        }
        let mut next = Vec::new();
        for entry in entries {
            if let Receipt::Next(more) = self.receive(entry) {
                next.extend(more);
            }
        }
        Run::Next(next)
    }

    fn replace(&mut self, entries: &[Entry], page: &ChatPage) {
        let head = page.state.head;
        (self.first, self.before) = entries.first().map_or((head, head), |entry| (entry.seq, entry.prev));
        self.last = entries.last().map_or(head, |entry| entry.seq);
        (self.loaded, self.more, self.older) = (true, page.more_before, false);
    }

    /// After a fresh page: the early entries that follow it.
    pub fn join(&mut self) -> Vec<Entry> {
        let mut next = Vec::new();
        self.join_early(&mut next);
        next
    }

    /// Whether entries beyond a gap are waiting.
    #[must_use]
    pub const fn has_gap(&self) -> bool {
        self.loaded && !self.early.is_empty()
    }

    fn prepend(&mut self, entries: Vec<Entry>, more: bool) -> Vec<Entry> {
        let Some(last) = entries.last() else {
            self.more = false;
            return entries;
        };
        if last.seq != self.before {
            return Vec::new();
        }
        if let Some(first) = entries.first() {
            (self.first, self.before) = (first.seq, first.prev);
        }
        self.more = more;
        entries
    }

    /// The early entries that follow the newest without a gap.
    fn join_early(&mut self, next: &mut Vec<Entry>) {
        let early = core::mem::take(&mut self.early);
        for entry in early {
            if entry.seq <= self.last {
                continue;
            }
            if entry.prev == self.last {
                self.last = entry.seq;
                next.push(entry);
            } else {
                self.early.push(entry);
            }
        }
    }

    /// Whether entries are missing, judged by the end of the log that the server gives.
    #[must_use]
    pub const fn is_behind(&self, head: u64) -> bool {
        self.loaded && self.last < head
    }

    /// The next `fetch`: its `after` and `before`. None while a page is on its way. Newer entries are fetched before older ones.
    pub fn ask(&mut self, which: Which, now: Timestamp) -> Option<(Option<u64>, Option<u64>)> {
        if !self.loaded || self.asked.is_some_and(|(other, _)| other == which || other == Which::After) {
            return None;
        }
        self.asked = Some((which, now));
        Some(match which {
            Which::After => (Some(self.last), None),
            Which::Before => (None, Some(self.first)),
        })
    }

    /// Wants earlier entries, now and after every reconnect until they have come. False when there are none.
    pub const fn want_older(&mut self) -> bool {
        self.older |= self.more;
        self.more
    }

    /// The time after which a page is asked for again.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.asked.map(|(_, since)| since.after(PATIENCE))
    }

    /// The fetch, if it has had no answer for too long. It is forgotten, so that [`ask`](Self::ask) repeats it.
    pub fn overdue(&mut self, now: Timestamp) -> Option<Which> {
        let (which, since) = self.asked?;
        if now.since(since) < PATIENCE {
            return None;
        }
        self.asked = None;
        Some(which)
    }

    /// The connection is gone: no answer to the fetch will come.
    pub const fn unask(&mut self) {
        self.asked = None;
    }
}
