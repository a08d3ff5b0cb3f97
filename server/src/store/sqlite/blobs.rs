//! Blobs: files named by the SHA-256 of their bytes, and the transcripts among them.

use super::{StoreError, Stored, unavailable};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) fn put(dir: &Path, bytes: &[u8]) -> Result<String, StoreError> {
    let hash = crate::random::to_hex(&Sha256::digest(bytes));
    let target = path(dir, &hash)?;
    if target.exists() {
        return Ok(hash);
    }
    let write = || -> std::io::Result<()> {
        let folder = target.parent().unwrap_or(dir);
        fs::create_dir_all(folder)?;
        // Written under another name first: after a crash there is no incomplete file under a hash.
        let draft = folder.join(format!("draft-{}", crate::random::hex::<8>()));
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, &target)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| unavailable(&error))?;
    Ok(hash)
}

/// Turns a file into the blob of a hash. The caller has computed the hash and flushed the file.
pub(super) fn adopt(dir: &Path, hash: &str, from: &Path) -> Result<(), StoreError> {
    let target = path(dir, hash)?;
    let take = || -> std::io::Result<()> {
        let folder = target.parent().unwrap_or(dir);
        fs::create_dir_all(folder)?;
        fs::rename(from, &target)?;
        File::open(folder)?.sync_all()
    };
    take().map_err(|error| unavailable(&error))
}

pub(super) fn len(dir: &Path, hash: &str) -> Result<Option<u64>, StoreError> {
    match fs::metadata(path(dir, hash)?) {
        Ok(meta) => Ok(Some(meta.len())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(&error)),
    }
}

pub(super) fn get(dir: &Path, hash: &str) -> Result<Option<Bytes>, StoreError> {
    match fs::read(path(dir, hash)?) {
        Ok(bytes) if crate::random::to_hex(&Sha256::digest(&bytes)) == hash => Ok(Some(bytes.into())),
        Ok(_) => Err(StoreError::Unavailable("a blob is damaged".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(&error)),
    }
}

pub(super) fn remove(dir: &Path, hash: &str) -> Result<(), StoreError> {
    match fs::remove_file(path(dir, hash)?) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unavailable(&error)),
        _ => Ok(()),
    }
}

/// A transcript: one line of JSON per entry.
pub(super) fn write_transcript(entries: &[Stored]) -> Bytes {
    let mut text = String::new();
    for entry in entries {
        let line = serde_json::json!([entry.seq, entry.prev, entry.at, entry.client_id, entry.body]);
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text.into()
}

pub(super) fn read_transcript(bytes: &[u8]) -> Result<Vec<Stored>, StoreError> {
    let line = |line: &[u8]| {
        serde_json::from_slice(line)
            .map(|(seq, prev, at, client_id, body)| Stored { seq, prev, at, client_id, body })
            .map_err(|error| unavailable(&error))
    };
    bytes.split(|byte| *byte == b'\n').filter(|text| !text.is_empty()).map(line).collect()
}

pub(super) fn path(dir: &Path, hash: &str) -> Result<PathBuf, StoreError> {
    // Only hashes that this module made may become paths: another text could lead out of the folder.
    if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(StoreError::NotFound);
    }
    Ok(dir.join(hash.get(..2).unwrap_or_default()).join(hash))
}
