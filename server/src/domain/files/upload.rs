//! Uploads of our own clients. The client gives each an id, so that a repeat leaves no second file, and they continue where the last attempt was
//! cut off.

use super::{Care, FileRefusal, Incoming, Kept, pictures};
use crate::config::Site;
use crate::config::files::Files;
use crate::domain::floor::agent_id;
use crate::domain::room::{Log, to_entry};
use crate::domain::{Domain, Refusal, clean};
use crate::store::Draft;
use bytes::Bytes;
use chinwag::model::{ConversationId, Entry, EntryBody, EntryId, FileFault, FileRules, Participant, ParticipantId, Party, Standing};
use chinwag::wire::Code;
use futures_util::{Stream, StreamExt};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The sender of a file.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    Visitor { site: &'a str, id: &'a ParticipantId, from: IpAddr },
    Agent { user: &'a str },
}

/// The description of a file, which comes before its bytes.
#[derive(Clone)]
pub struct Coming<'a> {
    pub conv: &'a ConversationId,
    /// The client's id for the upload, which becomes the id of its entry.
    pub id: &'a EntryId,
    /// The name that the sender gave.
    pub name: String,
    /// Bytes of the whole file.
    pub size: u64,
    /// The offset in the file at which the bytes of this request begin.
    pub offset: u64,
    /// Called at intervals while a complete file is being stored.
    pub progress: &'a (dyn Fn() + Sync),
}

/// The progress of an upload.
#[derive(Clone, Debug)]
pub enum Uploaded {
    /// The server has this many bytes.
    Part(u64),
    /// The file is in the log.
    Whole(Box<Entry>),
}

/// Uploads that are under way, each with the number of the request that may write: the latest.
#[derive(Default)]
pub struct Uploads(Mutex<HashMap<(ConversationId, EntryId), Arc<Slot>>>);

#[derive(Default)]
struct Slot {
    writing: tokio::sync::Mutex<()>,
    turn: watch::Sender<u64>,
}

impl Uploads {
    fn slot(&self, conv: &ConversationId, id: &EntryId) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Uploads without a request are removed.
        slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        Arc::clone(slots.entry((conv.clone(), id.clone())).or_default())
    }
}

/// The permission to send a file: its sender and the limits.
struct Leave {
    from: Participant,
    rules: FileRules,
    used: (u32, u64),
    /// Whether metadata is removed from pictures.
    strip: bool,
    site: String,
}

impl Domain {
    /// The progress of an upload; an unknown one has no bytes.
    ///
    /// # Errors
    /// `not_found`, `unauthorized`, `malformed`, `unavailable`.
    pub async fn upload_state(&self, who: Who<'_>, conv: &ConversationId, id: &EntryId) -> Result<Uploaded, FileRefusal> {
        clean::entry_id(id)?;
        let held = self.lock(conv).await?;
        self.sender(who, held.as_ref())?;
        drop(held);
        if let Some(entry) = self.uploaded(conv, id).await? {
            return Ok(Uploaded::Whole(Box::new(entry)));
        }
        let len = self.store.draft_len(&draft(conv, id)).await?.unwrap_or(0);
        Ok(Uploaded::Part(len.saturating_sub(super::ID_BYTES)))
    }

    /// Cancels an upload and deletes its bytes. A file that is in the log stays.
    ///
    /// # Errors
    /// As [`Domain::upload_state`].
    pub async fn upload_cancel(&self, who: Who<'_>, conv: &ConversationId, id: &EntryId) -> Result<(), FileRefusal> {
        clean::entry_id(id)?;
        let held = self.lock(conv).await?;
        self.sender(who, held.as_ref())?;
        drop(held);
        let slot = self.uploads.slot(conv, id);
        slot.turn.send_modify(|turn| *turn += 1);
        let _writing = slot.writing.lock().await;
        let draft = draft(conv, id);
        self.store.draft_drop(&draft).await?;
        // The second draft of a picture, if the server stopped while it was being written.
        self.store.draft_drop(&pictures::stripped(&draft)).await?;
        Ok(())
    }

    /// Takes bytes of a file; after the last ones the file becomes an entry. A later request for the same upload replaces this one: its
    /// connection may be dead without the server knowing.
    ///
    /// # Errors
    /// Why the file is not taken; after [`FileRefusal::Offset`] and [`FileRefusal::Cut`] the client tries again from the stored offset.
    pub async fn upload<E>(
        &self,
        who: Who<'_>,
        coming: &Coming<'_>,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Uploaded, FileRefusal> {
        clean::entry_id(coming.id)?;
        let name = super::clean_name(&coming.name);
        let held = self.lock(coming.conv).await?;
        let from = self.sender(who, held.as_ref())?;
        if let Some(entry) = self.uploaded(coming.conv, coming.id).await? {
            let kept = self.find_file(coming.conv, &self.file_id(coming.conv, coming.id)).await?;
            return repeated(entry, kept.and_then(|(_, info)| info.sent), &from, (&name, coming.size));
        }
        let leave = self.leave_for_files(who, held.as_ref(), from)?;
        drop(held);
        check(&leave.rules, &name, coming.size, leave.used)?;
        if coming.offset == 0
            && let Who::Visitor { id, from, .. } = who
            && !self.rates().message(id, from)
        {
            return Err(Refusal::new(Code::RateLimited, "too many messages in too short a time").into());
        }
        let slot = self.uploads.slot(coming.conv, coming.id);
        let mut turn = 0;
        slot.turn.send_modify(|last| {
            *last += 1;
            turn = *last;
        });
        let _writing = slot.writing.lock().await;
        let file = self.file_id(coming.conv, coming.id);
        let kept = match self.kept_file(coming.conv, &file).await? {
            // The file is complete, but the server stopped before its entry was added.
            Some(kept) => {
                self.store.draft_drop(&draft(coming.conv, coming.id)).await?;
                kept
            }
            None => {
                // A file is counted when its upload begins, not for each of its parts.
                if self.store.draft_len(&draft(coming.conv, coming.id)).await?.is_none() {
                    let visitor = if let Who::Visitor { id, .. } = who { Some(id) } else { None };
                    self.count_file(&leave.site, visitor, coming.size)?;
                }
                let incoming = Incoming::open(self, draft(coming.conv, coming.id), file).await?;
                match receive(incoming, coming, &slot, turn, bytes).await? {
                    Ok(whole) => {
                        let care = Care { name: &name, strip: leave.strip, progress: coming.progress };
                        self.keep_file(coming.conv, whole, care).await?
                    }
                    Err(offset) => return Ok(Uploaded::Part(offset)),
                }
            }
        };
        self.list_file(who, coming, kept).await
    }

    /// Adds the entry of a file.
    async fn list_file(&self, who: Who<'_>, coming: &Coming<'_>, kept: Kept) -> Result<Uploaded, FileRefusal> {
        let mut held = self.lock(coming.conv).await?;
        let done = async {
            let from = self.sender(who, held.as_ref())?;
            let leave = self.leave_for_files(who, held.as_ref(), from)?;
            // Another request may have finished it meanwhile.
            check(&leave.rules, &coming.name, coming.size, leave.used)?;
            let log = held.as_mut().ok_or_else(Refusal::not_found)?;
            Ok::<_, FileRefusal>(self.add(log, coming.id, &kept.line(leave.from)).await?)
        };
        match done.await {
            Ok(entry) => Ok(Uploaded::Whole(Box::new(entry))),
            // The file stays until the store works again: the next request adds its entry.
            Err(FileRefusal::Other(refusal)) if refusal.code == Code::Unavailable => Err(refusal.into()),
            Err(refusal) => {
                self.drop_unlisted(coming.conv, &kept.file).await;
                Err(refusal)
            }
        }
    }

    /// The entry of an upload that is done.
    async fn uploaded(&self, conv: &ConversationId, id: &EntryId) -> Result<Option<Entry>, Refusal> {
        let stored = self.store.find(conv.as_str(), id.as_str()).await?;
        let entry = stored.map(|stored| to_entry(&stored).map_err(|()| Refusal::new(Code::Internal, "a damaged entry")));
        entry.transpose()
    }

    /// The sender as a participant, if the sender may read the conversation.
    fn sender(&self, who: Who<'_>, log: Option<&Log>) -> Result<Participant, Refusal> {
        let log = log.ok_or_else(Refusal::not_found)?;
        match who {
            Who::Visitor { site, id, .. } if log.state.visitor == *id && log.site == site => {
                Ok(Participant::new(id.clone(), Party::Visitor, log.state.name.clone()))
            }
            Who::Agent { user } if self.floor().may_see(user, &log.state) => self.participant(user),
            Who::Visitor { .. } | Who::Agent { .. } => Err(Refusal::not_found()),
        }
    }

    /// Whether files can be sent to a conversation now.
    fn leave_for_files(&self, who: Who<'_>, log: Option<&Log>, from: Participant) -> Result<Leave, FileRefusal> {
        let log = log.ok_or_else(Refusal::not_found)?;
        if log.state.standing == Standing::Ended {
            return Err(Refusal::field(Code::Ended, "conv", "the conversation has ended").into());
        }
        if let Who::Agent { user } = who
            && !log.state.has_agent(&agent_id(user))
        {
            return Err(Refusal::field(Code::Unauthorized, "conv", "you are not in this conversation").into());
        }
        let config = self.config();
        let site = config.site(&log.site);
        let rules = site.and_then(|site| site.files.as_ref()).and_then(Files::rules);
        let off = || FileRefusal::Fault(FileFault::Off, "this site takes no files: its configuration has no [sites.files]".into());
        let strip = site.is_none_or(Site::strips_metadata);
        Ok(Leave { from, rules: rules.ok_or_else(off)?, used: log.used_by_files(), strip, site: log.site.clone() })
    }

    /// The id of an upload's file: the same for every attempt, and not guessable.
    fn file_id(&self, conv: &ConversationId, id: &EntryId) -> String {
        let mut file = self.seal(&["file", conv.as_str(), id.as_str()]);
        file.truncate(32);
        file
    }
}

/// Takes bytes until the file is complete, or the request ends; returns how many there are.
async fn receive<'a, E>(
    mut incoming: Incoming<'a>,
    coming: &Coming<'_>,
    slot: &Slot,
    turn: u64,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Result<Incoming<'a>, u64>, FileRefusal> {
    if coming.offset != incoming.len() {
        return Err(FileRefusal::Offset(incoming.len()));
    }
    let mut bytes = std::pin::pin!(bytes);
    let mut turns = slot.turn.subscribe();
    loop {
        let next = tokio::select! {
            biased;
            // An error means that no other request can take over any more.
            _ = turns.wait_for(|now| *now != turn) => None,
            next = bytes.next() => Some(next),
        };
        match next {
            Some(Some(Ok(bytes))) => {
                if incoming.len() + bytes.len() as u64 > coming.size {
                    incoming.discard().await?;
                    return Err(Refusal::field(Code::TooLarge, "size", "the file is longer than its size says").into());
                }
                incoming.add(&bytes).await?;
            }
            Some(None) => break,
            Some(Some(Err(_))) | None => {
                incoming.flush().await?;
                return Err(FileRefusal::Cut);
            }
        }
    }
    incoming.flush().await?;
    let len = incoming.len();
    Ok(if len == coming.size { Ok(incoming) } else { Err(len) })
}

fn draft(conv: &ConversationId, id: &EntryId) -> Draft {
    Draft { group: conv.0.clone(), name: id.0.clone() }
}

/// The answer to a repeat of a finished upload: the first answer, if the request is the same. `sent`: the number of bytes that were sent, if the
/// stored number differs.
fn repeated(entry: Entry, sent: Option<u64>, by: &Participant, (told, bytes): (&str, u64)) -> Result<Uploaded, FileRefusal> {
    let same = |size: u64| sent.unwrap_or(size) == bytes;
    let same = matches!(&entry.body, EntryBody::File { from, name, size, .. } if from.id == by.id && name == told && same(*size));
    if same {
        Ok(Uploaded::Whole(Box::new(entry)))
    } else {
        Err(Refusal::field(Code::Conflict, "id", "the id was used before for something else").into())
    }
}

/// Whether a file of this name and size is allowed, by the limits of a site.
fn check(rules: &FileRules, name: &str, size: u64, used: (u32, u64)) -> Result<(), FileRefusal> {
    let Some(fault) = rules.fault(name, size, used) else { return Ok(()) };
    let message = match fault {
        FileFault::Empty => "the file is empty".to_owned(),
        FileFault::TooLarge => format!("a file has {} bytes at most", rules.max_size),
        FileFault::TooMany => format!("a conversation has {} files at most", rules.max_files),
        FileFault::Later => "too many files in this time: try again later".to_owned(),
        FileFault::TooMuch => format!("the files of a conversation have {} bytes together at most", rules.max_total),
        FileFault::WrongType | FileFault::Damaged | FileFault::Off => format!("the name has to end in one of: {}", rules.types.join(" ")),
    };
    Err(FileRefusal::Fault(fault, message))
}
