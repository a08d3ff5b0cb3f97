//! Files of conversations: their bytes in the store's blobs, what is known of them in its documents. Their lines are in the logs.

use super::{Domain, Refusal};
use crate::random;
use crate::store::{Expect, FILE_BUCKET};
use bytes::{Bytes, BytesMut};
use chinwag::model::ConversationId;
use chinwag::text;
use chinwag::wire::Code;
use serde::{Deserialize, Serialize};

/// What is kept beside a file's bytes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    /// What to call it when it is saved.
    pub name: String,
}

/// Characters of a file's name.
const NAME_CHARS: usize = 120;
/// A blob begins with its file's id, so that no two files share one and each can be deleted alone.
const ID_BYTES: usize = 32;

impl Domain {
    /// Keeps the bytes of a file; gives its id.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn keep_file(&self, conv: &ConversationId, name: &str, bytes: &[u8]) -> Result<String, Refusal> {
        let file = random::hex::<16>();
        let mut blob = BytesMut::with_capacity(ID_BYTES + bytes.len());
        blob.extend_from_slice(file.as_bytes());
        blob.extend_from_slice(bytes);
        let hash = self.store.blob_put(blob.freeze()).await?;
        let info = FileInfo { name: name.to_owned() };
        let text = serde_json::to_string(&info).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
        self.store.put_doc(FILE_BUCKET, &format!("{conv}/{file}"), Some(&format!("{hash}\n{text}")), Expect::Any).await?;
        Ok(file)
    }

    /// A file's bytes; nothing when there is no such file, or none any more.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn file(&self, conv: &ConversationId, file: &str) -> Result<Option<(FileInfo, Bytes)>, Refusal> {
        let Some(doc) = self.store.get_doc(FILE_BUCKET, &format!("{conv}/{file}")).await? else { return Ok(None) };
        let Some((hash, info)) = doc.value.split_once('\n') else { return Ok(None) };
        let Ok(info) = serde_json::from_str(info) else { return Ok(None) };
        let blob = self.store.blob_get(hash).await?;
        Ok(blob.filter(|blob| blob.len() >= ID_BYTES).map(|blob| (info, blob.slice(ID_BYTES..))))
    }

    /// Forgets a file's bytes.
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
}

/// The name of a file as it is kept: the last part of a path, without what cannot be seen or turns the writing around.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Joiners and variation selectors are part of how words and emoji are written.
    let kept =
        |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{e0100}'..='\u{e01ef}');
    let hidden = |c: char| c.is_control() || (text::is_ignorable(c) && !kept(c));
    let shown: String = last.chars().filter(|c| !hidden(*c)).collect();
    let shown = text::trim(text::trim(&shown).trim_start_matches('.'));
    // The ending says what it is: it stays when the rest is cut.
    let (stem, ending) = shown.rsplit_once('.').map_or((shown, ""), |(stem, ending)| (stem, ending));
    let ending: String = ending.chars().take(10).collect();
    let stem: String = stem.chars().take(NAME_CHARS - 11).collect();
    match (text::is_empty(&stem), ending.is_empty()) {
        (true, true) => "file".to_owned(),
        (true, false) => format!("file.{ending}"),
        (false, true) => stem,
        (false, false) => format!("{stem}.{ending}"),
    }
}

/// The ending of a name in lower case, empty when it has none.
#[must_use]
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// What a sender says that a file is, if it can be a MIME type.
#[must_use]
pub fn clean_kind(kind: &str) -> String {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let fits = kind.len() <= 100 && kind.split_once('/').is_some_and(|(one, other)| part(one) && part(other));
    if fits { kind } else { "application/octet-stream".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s34_a_name_is_no_path_and_hides_nothing() {
        for (name, kept) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\a.txt", "a.txt"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("\r\nSet-Cookie: x.txt", "Set-Cookie: x.txt"),
            ("", "file"),
            ("..", "file"),
            (".htaccess", "htaccess"),
            ("фото.png", "фото.png"),
            ("نامه\u{200c}ها.pdf", "نامه\u{200c}ها.pdf"),
            ("क्\u{200d}ष.txt", "क्\u{200d}ष.txt"),
            ("\u{1f469}\u{200d}\u{1f4bb}\u{fe0f}.png", "\u{1f469}\u{200d}\u{1f4bb}\u{fe0f}.png"),
            ("a\u{ad}b\u{3164}.pdf", "ab.pdf"),
            ("\u{200d}.pdf", "pdf"),
            ("\u{2800}\u{a0}", "file"),
        ] {
            assert_eq!(clean_name(name), kept);
        }
        let long = clean_name(&format!("{}.pdf", "x".repeat(500)));
        assert!(long.chars().count() <= NAME_CHARS && long.ends_with("x.pdf"));
        assert_eq!(clean_kind("image/PNG; q=1"), "image/png");
        assert_eq!(clean_kind("text/html\r\nx: y"), "application/octet-stream");
    }
}
