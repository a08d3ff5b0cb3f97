//! Drafts: unfinished uploads. Each is a file of its own beside the blobs; bytes are appended.

use super::{StoreError, blobs, unavailable};
use crate::random;
use crate::store::Draft;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes that are read at a time to hash a draft.
const PIECE: usize = 64 * 1024;

pub(super) fn len(dir: &Path, draft: &Draft) -> Result<Option<u64>, StoreError> {
    match fs::metadata(path(dir, draft)) {
        Ok(meta) => Ok(Some(meta.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(&error)),
    }
}

pub(super) fn append(dir: &Path, draft: &Draft, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
    let path = path(dir, draft);
    let write = || -> io::Result<bool> {
        if at == 0
            && let Some(folder) = path.parent()
        {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().append(true).create(at == 0).open(&path)?;
        if file.metadata()?.len() != at {
            return Ok(false);
        }
        if let Err(error) = file.write_all(bytes) {
            // The disk is full: the partial write is cut off again, so that the next attempt begins at the same offset.
            file.set_len(at)?;
            return Err(error);
        }
        Ok(true)
    };
    match write() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Stale),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::Stale),
        Err(error) => Err(unavailable(&error)),
    }
}

pub(super) fn read(path: &Path, at: u64, most: usize) -> Result<Option<Bytes>, StoreError> {
    let read = || -> io::Result<Bytes> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::with_capacity(most);
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    };
    match read() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(&error)),
    }
}

pub(super) fn keep(dir: &Path, blob_dir: &Path, draft: &Draft) -> Result<String, StoreError> {
    let path = path(dir, draft);
    let hash = || -> io::Result<String> {
        let mut file = File::open(&path)?;
        let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
        loop {
            let read = file.read(&mut piece)?;
            let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            hash.update(bytes);
        }
        file.sync_all()?;
        Ok(random::to_hex(&hash.finalize()))
    };
    let hash = match hash() {
        Ok(hash) => hash,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::NotFound),
        Err(error) => return Err(unavailable(&error)),
    };
    blobs::adopt(blob_dir, &hash, &path)?;
    tidy(&path);
    Ok(hash)
}

pub(super) fn remove(dir: &Path, draft: &Draft) -> Result<(), StoreError> {
    let path = path(dir, draft);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unavailable(&error)),
        _ => {}
    }
    tidy(&path);
    Ok(())
}

/// Deletes every draft of a group.
pub(super) fn remove_group(dir: &Path, group: &str) -> Result<(), StoreError> {
    match fs::remove_dir_all(dir.join(random::digest(&[group]))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(&error)),
        _ => Ok(()),
    }
}

/// Deletes the drafts that did not grow for this long.
pub(super) fn forget(dir: &Path, age: Duration) -> Result<u64, StoreError> {
    let groups = match fs::read_dir(dir) {
        Ok(groups) => groups,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(unavailable(&error)),
    };
    let mut gone = 0;
    for group in groups {
        let group = group.map_err(|error| unavailable(&error))?.path();
        // Another task may have removed it meanwhile.
        let Ok(drafts) = fs::read_dir(&group) else { continue };
        for draft in drafts.flatten() {
            let old = draft.metadata().and_then(|meta| meta.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|passed| passed >= age));
            if old && fs::remove_file(draft.path()).is_ok() {
                gone += 1;
            }
        }
        // This removes the folder only if it is empty.
        let _ = fs::remove_dir(&group);
    }
    Ok(gone)
}

pub(super) fn path(dir: &Path, draft: &Draft) -> PathBuf {
    // Names come from clients: only their hashes are parts of a path.
    dir.join(random::digest(&[&draft.group])).join(random::digest(&[&draft.name]))
}

/// Removes the folder of a group after its last draft.
fn tidy(path: &Path) {
    if let Some(folder) = path.parent() {
        // A folder that is not empty stays.
        let _ = fs::remove_dir(folder);
    }
}
