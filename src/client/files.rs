//! Uploads: a queue of files, their progress and the next step. It sends no requests and sets no timers itself: the caller reports what
//! happened and carries out each [`Order`].
//!
//! Files are sent one after the other, in the order in which they were chosen. The id of a file is made before its first byte is sent,
//! so that repeated attempts leave one copy. After an interruption the server is asked how many bytes it has, and the rest is sent.

use crate::model::{ConversationId, EntryId, FileFault, FileRules, Timestamp};
use crate::wire::Json;
use std::collections::VecDeque;

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The id of the entry that the file becomes.
    pub id: EntryId,
    pub conv: ConversationId,
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The time when it was chosen.
    pub at: Timestamp,
    pub state: UploadState,
    /// Attempts in a row without progress.
    tries: u32,
    /// The server may have a part of it.
    begun: bool,
}

/// The progress of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// Waiting behind other files.
    Waiting,
    /// Being sent; the number of bytes so far.
    Sending { sent: u64 },
    /// An attempt failed; the time of the next one.
    Resting { sent: u64, until: Timestamp },
    /// The server has the file; its entry has not come yet.
    Stored,
    /// Failed, and not tried again by itself. `code`: a [`FileFault`](crate::model::FileFault) or another code of the server's; empty when
    /// the server could not be reached.
    Failed { code: String, retry: bool },
}

/// The next step for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Send the bytes of a file from `offset` on, and tell [`Uploads::progress`] and [`Uploads::answered`].
    Send { conv: ConversationId, id: EntryId, name: String, size: u64, offset: u64 },
    /// Ask the server how many bytes of a file it has, and tell [`Uploads::answered`].
    Ask { conv: ConversationId, id: EntryId },
    /// Stop the request of a file if there is one; with `begun` tell the server too. Its bytes are not needed any more.
    Drop { conv: ConversationId, id: EntryId, begun: bool },
}

/// All uploads.
#[derive(Debug, Default)]
pub struct Uploads {
    files: Vec<Upload>,
    orders: VecDeque<Order>,
}

/// Attempts in a row without progress after which only the user starts another one.
const TRIES: u32 = 8;
/// Milliseconds before the second attempt; twice as long before each one after it.
const FIRST_REST: i64 = 1_000;
/// The longest delay between two attempts.
const LONGEST_REST: i64 = 30_000;

impl Uploads {
    /// Files in the order in which they were chosen.
    #[must_use]
    pub fn files(&self) -> &[Upload] {
        &self.files
    }

    /// Adds a chosen file. One that the site does not take fails at once and is not sent. `used`: files of the conversation, and their bytes.
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

    /// Progress of a request: this number of bytes was sent.
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
            // The allowance returns after an hour or a day: no attempt before the user asks for it.
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

    /// Removes a file without telling the server: its entry has come, or it had failed.
    pub fn listed(&mut self, id: &EntryId) {
        self.files.retain(|file| file.id != *id);
        self.next();
    }

    /// Cancels a file.
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

    /// The server can be reached again: delays end, and files that failed without an answer of the server are tried again
    /// (quality R64). A file beyond a limit over time waits until the visitor tries again.
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

    /// Cancels the files of a conversation that has ended.
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

    /// The next order, until there is none.
    pub fn poll_order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    fn find(&mut self, id: &EntryId) -> Option<&mut Upload> {
        self.files.iter_mut().find(|file| file.id == *id)
    }

    /// Begins the first waiting file, when no file is under way.
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
