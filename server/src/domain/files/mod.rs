//! Files of conversations: bytes in the store's blobs, descriptions in its documents, entries in the logs.
//!
//! An upload grows as a draft ([`Incoming`]), which becomes a blob when it is complete ([`Domain::keep_file`]). `upload` handles the uploads of
//! our own clients; programs with other protocols send a file in one piece. `kind` decides the type, `name` cleans the name, `pictures` removes
//! metadata from photographs.

mod allowance;
mod kind;
mod name;
mod pictures;
mod upload;

use super::{Domain, Refusal};
use crate::config::Site;
use crate::store::{Draft, Expect, FILE_BUCKET, StoreError};
use bytes::{Bytes, BytesMut};
use chinwag::model::{ConversationId, EntryBody, FileFault, Participant, ParticipantId};
use chinwag::wire::Code;
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub use allowance::Sent;
pub use name::{clean_name, ending};
pub use upload::{Coming, Uploaded, Uploads, Who};

/// The document of a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    /// The name under which it is saved.
    pub name: String,
    /// The MIME type. Files from before this field have none, and can only be saved.
    #[serde(default)]
    pub kind: String,
    /// Width and height in pixels of an image that may be shown.
    #[serde(default)]
    pub pixels: Option<(u32, u32)>,
    /// How many bytes were sent, if the number of stored ones differs: a picture without its metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
}

/// Why a file is not taken.
#[derive(Debug)]
pub enum FileRefusal {
    /// A reason that has nothing to do with files.
    Other(Refusal),
    /// The type or size of the file, or the files that the conversation has already.
    Fault(FileFault, String),
    /// The draft has this many bytes: the client has to continue from there.
    Offset(u64),
    /// The request was cut off, or another request took over. The bytes so far are kept.
    Cut,
}

impl<T: Into<Refusal>> From<T> for FileRefusal {
    fn from(refusal: T) -> Self {
        Self::Other(refusal.into())
    }
}

/// A blob begins with its file's id, so that no two files share one and each can be deleted alone.
const ID_BYTES: u64 = 32;
/// Bytes that are collected in memory before they are written.
const BUFFER: usize = 64 * 1024;
/// A draft that has not grown for this long is deleted.
const FORGET: Duration = Duration::from_secs(24 * 3_600);
/// The interval at which drafts are checked.
const LOOK: Duration = Duration::from_secs(3_600);

/// An upload, from its beginning or from where it was cut off. The file is never in memory as a whole.
pub struct Incoming<'a> {
    domain: &'a Domain,
    draft: Draft,
    file: String,
    written: u64,
    buffer: BytesMut,
}

impl<'a> Incoming<'a> {
    /// Continues a draft. `file` is the id that the file gets.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn open(domain: &'a Domain, draft: Draft, file: String) -> Result<Self, Refusal> {
        let mut incoming = Self { domain, draft, file, written: 0, buffer: BytesMut::new() };
        incoming.written = domain.store.draft_len(&incoming.draft).await?.unwrap_or(0);
        if incoming.written < ID_BYTES {
            domain.store.draft_drop(&incoming.draft).await?;
            incoming.written = 0;
            incoming.buffer.extend_from_slice(incoming.file.as_bytes());
            incoming.flush().await?;
        }
        Ok(incoming)
    }

    /// The number of bytes so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        (self.written + self.buffer.len() as u64).saturating_sub(ID_BYTES)
    }

    /// Whether the upload has no bytes yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER { self.flush().await } else { Ok(()) }
    }

    /// Writes the bytes that are still in memory.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn flush(&mut self) -> Result<(), Refusal> {
        let bytes = self.buffer.split().freeze();
        if !bytes.is_empty() {
            let count = bytes.len() as u64;
            self.domain.store.draft_append(&self.draft, self.written, bytes).await?;
            self.written += count;
        }
        Ok(())
    }

    /// Deletes the upload.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn discard(self) -> Result<(), Refusal> {
        Ok(self.domain.store.draft_drop(&self.draft).await?)
    }
}

/// How a file is stored.
#[derive(Clone, Copy)]
pub struct Care<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Whether place, time and device are removed from pictures (quality S45).
    pub strip: bool,
    /// Called at intervals while storing takes long.
    pub progress: &'a (dyn Fn() + Sync),
}

/// A file whose bytes are stored, and which needs its entry in the log now.
#[derive(Clone, Debug)]
pub struct Kept {
    pub file: String,
    info: FileInfo,
    size: u64,
    key: String,
}

impl Kept {
    /// The entry of the file.
    #[must_use]
    pub fn line(&self, from: Participant) -> EntryBody {
        EntryBody::File {
            from,
            file: self.file.clone(),
            name: self.info.name.clone(),
            size: self.size,
            kind: self.info.kind.clone(),
            width: self.info.pixels.map(|(width, _)| width),
            height: self.info.pixels.map(|(_, height)| height),
            key: Some(self.key.clone()),
        }
    }
}

impl Domain {
    /// Stores a complete upload. A file whose content does not fit its name is deleted.
    ///
    /// # Errors
    /// `WrongType`, `Damaged`, `Empty`, `unavailable`.
    pub async fn keep_file(&self, conv: &ConversationId, mut incoming: Incoming<'_>, care: Care<'_>) -> Result<Kept, FileRefusal> {
        incoming.flush().await?;
        let sent = incoming.len();
        if sent == 0 {
            incoming.discard().await?;
            return Err(FileRefusal::Fault(FileFault::Empty, "the file is empty".into()));
        }
        let Some(mut kind) = self.kind_of(&incoming, care.name).await? else {
            incoming.discard().await?;
            return Err(FileRefusal::Fault(FileFault::WrongType, wrong_content(care.name)));
        };
        let mut whole = None;
        if let Some(format) = kind.format.filter(|_| care.strip) {
            let Ok(clean) = self.strip_picture(&incoming, format, care.progress).await? else {
                incoming.discard().await?;
                return Err(FileRefusal::Fault(FileFault::Damaged, DAMAGED.into()));
            };
            // The size of the image may come after the bytes that were read for the check.
            kind = self.kind_of(&clean, care.name).await?.unwrap_or(kind);
            whole = Some(std::mem::replace(&mut incoming, clean));
        }
        let size = incoming.len();
        let hash = self.store.draft_keep(&incoming.draft).await?;
        let sent = (sent != size).then_some(sent);
        let info = FileInfo { name: care.name.to_owned(), kind: kind.mime.to_owned(), pixels: kind.pixels, sent };
        let text = serde_json::to_string(&info).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
        let file = incoming.file;
        self.store.put_doc(FILE_BUCKET, &format!("{conv}/{file}"), Some(&format!("{hash}\n{text}")), Expect::Any).await?;
        // Not earlier: until now the next attempt would continue the draft.
        if let Some(whole) = whole {
            whole.discard().await?;
        }
        Ok(Kept { key: self.file_key(conv, &file), file, info, size })
    }

    async fn kind_of(&self, incoming: &Incoming<'_>, name: &str) -> Result<Option<kind::Kind>, Refusal> {
        let head = self.store.draft_read(&incoming.draft, ID_BYTES, kind::HEAD).await?.unwrap_or_default();
        Ok(kind::decide(&ending(name), &head))
    }

    /// A file that was stored, perhaps without an entry.
    async fn kept_file(&self, conv: &ConversationId, file: &str) -> Result<Option<Kept>, Refusal> {
        let Some((hash, info)) = self.find_file(conv, file).await? else { return Ok(None) };
        let Some(len) = self.store.blob_len(&hash).await? else { return Ok(None) };
        let (file, key) = (file.to_owned(), self.file_key(conv, file));
        Ok(Some(Kept { file, info, size: len.saturating_sub(ID_BYTES), key }))
    }

    /// The key at the end of a file's address: it cannot be guessed, and gives access to this file only.
    #[must_use]
    pub fn file_key(&self, conv: &ConversationId, file: &str) -> String {
        let mut key = self.seal(&["file-key", conv.as_str(), file]);
        key.truncate(32);
        key
    }

    /// A file: its description, its length, and its bytes in pieces. `None` when there is no such file (any more).
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn file(
        &self,
        conv: &ConversationId,
        file: &str,
    ) -> Result<Option<(FileInfo, u64, impl Stream<Item = Result<Bytes, StoreError>> + Send + use<>)>, Refusal> {
        let Some((hash, info)) = self.find_file(conv, file).await? else { return Ok(None) };
        let Some(len) = self.store.blob_len(&hash).await?.filter(|len| *len >= ID_BYTES) else { return Ok(None) };
        let store = std::sync::Arc::clone(&self.store);
        let pieces = futures_util::stream::try_unfold((store, hash, ID_BYTES), |(store, hash, at)| async move {
            let gone = || StoreError::Unavailable("a file is gone while it is read".into());
            let piece = store.blob_read(&hash, at, BUFFER).await?.ok_or_else(gone)?;
            let next = at + piece.len() as u64;
            Ok((!piece.is_empty()).then_some((piece, (store, hash, next))))
        });
        Ok(Some((info, len - ID_BYTES, pieces)))
    }

    async fn find_file(&self, conv: &ConversationId, file: &str) -> Result<Option<(String, FileInfo)>, Refusal> {
        let Some(doc) = self.store.get_doc(FILE_BUCKET, &format!("{conv}/{file}")).await? else { return Ok(None) };
        let Some((hash, info)) = doc.value.split_once('\n') else { return Ok(None) };
        Ok(serde_json::from_str(info).ok().map(|info| (hash.to_owned(), info)))
    }

    /// Counts a file whose upload begins, for its site and, unless an agent sends it, for its visitor.
    ///
    /// # Errors
    /// [`FileFault::Later`], when the allowance of this time is used up.
    pub fn count_file(&self, site: &str, visitor: Option<&ParticipantId>, bytes: u64) -> Result<(), FileRefusal> {
        let Some(allowance) = self.config().site(site).map(Site::file_allowance) else { return Ok(()) };
        self.sent.count(site, allowance, visitor, bytes)
    }

    /// Deletes a file's bytes.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn drop_file(&self, conv: &ConversationId, file: &str) -> Result<(), Refusal> {
        let key = format!("{conv}/{file}");
        let Some(doc) = self.store.get_doc(FILE_BUCKET, &key).await? else { return Ok(()) };
        if let Some((hash, _)) = doc.value.split_once('\n') {
            self.store.blob_drop(hash).await?;
        }
        self.store.put_doc(FILE_BUCKET, &key, None, Expect::Any).await?;
        Ok(())
    }

    /// Deletes a file that got no entry: without one no client could find it.
    pub async fn drop_unlisted(&self, conv: &ConversationId, file: &str) {
        if let Err(left) = self.drop_file(conv, file).await {
            tracing::warn!(code = left.code.word(), "a file without a line is left");
        }
    }
}

/// Deletes abandoned drafts, until the server stops.
pub(super) async fn tidy(domain: std::sync::Weak<Domain>) {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let Some(domain) = domain.upgrade() else { return };
        domain.sent.tidy();
        match domain.store.drafts_forget(FORGET).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "unfinished uploads were deleted"),
            Err(error) => tracing::warn!(%error, "old uploads could not be given up"),
        }
    }
}

/// The message for a picture from which metadata cannot be removed; it is refused, because it could contain anything.
const DAMAGED: &str = "the picture is damaged: it breaks off, or is not built as its format says; open it, save it again and send that";

/// The message for a file whose content does not fit its extension.
fn wrong_content(name: &str) -> String {
    format!("the content of the file is not of the type that its name says (.{}), or is a program", ending(name))
}
