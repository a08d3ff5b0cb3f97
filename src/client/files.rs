//! Files on their way to the server: what is chosen, how far it is, what is to be done next. Without requests, timers or files of its own:
//! it is told what happened, and asks for what [`Order`] names.
//!
//! Files go one after the other, in the order in which they were chosen. The id of a file is made before its first byte leaves, so that
//! however often it is tried there is one of it. After a cut the server is asked how much it has, and the rest follows.

use crate::model::{ConversationId, EntryId, FileFault, FileRules, Timestamp};
use crate::wire::Json;
use std::collections::VecDeque;

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Of the entry that it becomes.
    pub id: EntryId,
    pub conv: ConversationId,
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was chosen.
    pub at: Timestamp,
    pub state: UploadState,
    /// Attempts in a row that brought nothing further.
    tries: u32,
    /// The server may have a part of it.
    begun: bool,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// Others go first.
    Waiting,
    /// So many bytes have left.
    Sending { sent: u64 },
    /// An attempt failed: the next one comes then.
    Resting { sent: u64, until: Timestamp },
    /// The server has it; its entry is not here yet.
    Stored,
    /// It does not go on by itself. `code`: a [`FileFault`](crate::model::FileFault) or another code of the server's; empty when it could not be reached.
    Failed { code: String, retry: bool },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Send the bytes of a file from `offset` on, and tell [`Uploads::progress`] and [`Uploads::answered`].
    Send { conv: ConversationId, id: EntryId, name: String, size: u64, offset: u64 },
    /// Ask the server how far it is, and tell [`Uploads::answered`].
    Ask { conv: ConversationId, id: EntryId },
    /// Stop the request of a file if there is one; with `begun` tell the server too. Its bytes are not needed any more.
    Drop { conv: ConversationId, id: EntryId, begun: bool },
}

/// Every file on its way.
#[derive(Debug, Default)]
pub struct Uploads {
    files: Vec<Upload>,
    orders: VecDeque<Order>,
}

/// Attempts in a row without a byte of progress, until somebody has to say that it is to go on.
const TRIES: u32 = 8;
/// Milliseconds before the second attempt; twice as long before each one after it.
const FIRST_REST: i64 = 1_000;
/// The longest rest.
const LONGEST_REST: i64 = 30_000;

impl Uploads {
    /// Files in the order in which they were chosen.
    #[must_use]
    pub fn files(&self) -> &[Upload] {
        &self.files
    }

    /// A file was chosen. What the site does not take does not leave. `used`: files of the conversation, and their bytes.
    pub fn add(
        &mut self,
        now: Timestamp,
        (conv, id): (ConversationId, EntryId),
        name: String,
        size: u64,
        rules: &FileRules,
        used: (u32, u64),
    ) {
        let coming =
            self.files.iter().filter(|file| file.conv == conv && !matches!(file.state, UploadState::Failed { .. } | UploadState::Stored));
        let used = coming.fold(used, |(count, bytes), file| (count.saturating_add(1), bytes.saturating_add(file.size)));
        let state = rules.fault(&name, size, used).map_or(UploadState::Waiting, |fault| failed(fault.word(), false));
        self.files.push(Upload { id, conv, name, size, at: now, state, tries: 0, begun: false });
        self.next();
    }

    /// So many bytes of a file have left.
    pub fn progress(&mut self, id: &EntryId, bytes: u64) {
        if let Some(file) = self.find(id)
            && let UploadState::Sending { sent } = &mut file.state
            && bytes > *sent
        {
            *sent = bytes.min(file.size);
            file.tries = 0;
        }
    }

    /// The answer to the request of a file: the HTTP status, 0 when there is none, and its text.
    pub fn answered(&mut self, now: Timestamp, id: &EntryId, status: u32, text: &str) {
        let json = Json::parse(text).ok();
        let json = json.as_ref();
        let number = json.and_then(|json| json.get("offset")?.as_count());
        // An entry is an object: it has members.
        let whole = json.is_some_and(|json| json.get("entry").is_some_and(|entry| entry.get("seq").is_some()));
        let code = json.and_then(|json| json.get("error")?.get("code")?.as_str()).unwrap_or_default();
        let Some(file) = self.find(id) else { return };
        let UploadState::Sending { sent } = file.state else { return };
        match (status, number) {
            (200, _) if whole => {
                file.state = UploadState::Stored;
                let (conv, id) = (file.conv.clone(), file.id.clone());
                self.orders.push_back(Order::Drop { conv, id, begun: false });
            }
            (200 | 409, Some(offset)) if offset <= file.size => {
                if offset > 0 {
                    file.tries = 0;
                }
                file.state = UploadState::Sending { sent: offset };
                let (conv, id, name, size) = (file.conv.clone(), file.id.clone(), file.name.clone(), file.size);
                self.orders.push_back(Order::Send { conv, id, name, size, offset });
            }
            // It is taken again in an hour or a day: nothing to wait for here.
            (429, _) if code == FileFault::Later.word() => file.state = failed(code, true),
            (0 | 408 | 429 | 500..=599, _) | (200, _) => {
                file.tries += 1;
                file.state = if file.tries < TRIES {
                    let rest = (FIRST_REST << (file.tries - 1).min(8)).min(LONGEST_REST);
                    UploadState::Resting { sent, until: now.after(rest) }
                } else {
                    failed(code, true)
                };
            }
            _ => file.state = failed(code, false),
        }
        self.next();
    }

    /// Its entry is here, or it is not wanted any more without anybody having to be told.
    pub fn listed(&mut self, id: &EntryId) {
        self.files.retain(|file| file.id != *id);
        self.next();
    }

    /// Gives a file up.
    pub fn cancel(&mut self, id: &EntryId) {
        if let Some(file) = self.find(id) {
            let (conv, id, begun) = (file.conv.clone(), file.id.clone(), file.begun);
            self.orders.push_back(Order::Drop { conv, id, begun });
        }
        self.listed(id);
    }

    /// Goes on with a file at once.
    pub fn retry(&mut self, id: &EntryId) {
        if let Some(file) = self.find(id)
            && matches!(file.state, UploadState::Failed { retry: true, .. } | UploadState::Resting { .. })
        {
            (file.tries, file.state) = (0, UploadState::Waiting);
        }
        self.next();
    }

    /// The server can be reached again: no file has to rest any longer, and those that were given up because the server was away go on by
    /// themselves (quality R64). One that is over a limit of time waits for its visitor.
    pub fn reachable(&mut self) {
        for file in &mut self.files {
            let goes_on = match &file.state {
                UploadState::Resting { .. } => true,
                UploadState::Failed { retry, code } => *retry && code != FileFault::Later.word(),
                _ => false,
            };
            if goes_on {
                (file.tries, file.state) = (0, UploadState::Waiting);
            }
        }
        self.next();
    }

    /// A conversation is over for good: its files are given up.
    pub fn forget(&mut self, conv: &ConversationId) {
        let ids: Vec<EntryId> = self.files.iter().filter(|file| file.conv == *conv).map(|file| file.id.clone()).collect();
        ids.iter().for_each(|id| self.cancel(id));
    }

    /// When to call [`Uploads::wake`].
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.files.iter().filter_map(|file| if let UploadState::Resting { until, .. } = file.state { Some(until) } else { None }).min()
    }

    /// The time of [`Uploads::deadline`] has come.
    pub fn wake(&mut self, now: Timestamp) {
        for file in &mut self.files {
            if matches!(file.state, UploadState::Resting { until, .. } if until <= now) {
                file.state = UploadState::Waiting;
            }
        }
        self.next();
    }

    /// What is to be done, until there is nothing.
    pub fn poll_order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    fn find(&mut self, id: &EntryId) -> Option<&mut Upload> {
        self.files.iter_mut().find(|file| file.id == *id)
    }

    /// Begins the first one that waits, when none is under way.
    fn next(&mut self) {
        let busy = |file: &Upload| matches!(file.state, UploadState::Sending { .. } | UploadState::Resting { .. });
        if self.files.iter().any(busy) {
            return;
        }
        let Some(file) = self.files.iter_mut().find(|file| file.state == UploadState::Waiting) else { return };
        file.state = UploadState::Sending { sent: 0 };
        let (conv, id) = (file.conv.clone(), file.id.clone());
        let order = if file.begun {
            Order::Ask { conv, id }
        } else {
            Order::Send { conv, id, name: file.name.clone(), size: file.size, offset: 0 }
        };
        file.begun = true;
        self.orders.push_back(order);
    }
}

fn failed(code: &str, retry: bool) -> UploadState {
    UploadState::Failed { code: code.to_owned(), retry }
}
