//! Steps that are skipped while their inputs have not changed.

use crate::run::Did;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The inputs of a step, hashed; stored in `target/xtask/` under the step's name once the step has succeeded.
pub(crate) struct Stamp {
    name: String,
    hash: Sha256,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), hash: Sha256::new(), outputs: Vec::new() }
    }

    /// Adds an input: this file, or all files below this folder. A missing file counts as missing, and is a change when it appears.
    pub(crate) fn input(mut self, path: impl AsRef<Path>) -> Result<Self> {
        for file in files_below(path.as_ref())? {
            self.hash.update(file.to_string_lossy().as_bytes());
            self.hash.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        Ok(self)
    }

    /// Adds an output: the step makes this file.
    pub(crate) fn output(mut self, path: impl AsRef<Path>) -> Self {
        self.outputs.push(path.as_ref().to_owned());
        self
    }

    /// Does the work, unless it was done for the same inputs and its outputs exist.
    ///
    /// # Errors
    /// The error of the work.
    pub(crate) fn unless_fresh(self, work: impl FnOnce() -> Result<()>) -> Result<Did> {
        let note = Path::new("target/xtask").join(&self.name);
        let hash = hex(&self.hash.finalize());
        if fs::read_to_string(&note).is_ok_and(|known| known == hash) && self.outputs.iter().all(|output| output.exists()) {
            return Ok(Did::Nothing);
        }
        work()?;
        fs::create_dir_all("target/xtask")?;
        fs::write(note, hash)?;
        Ok(Did::Work)
    }
}

/// One text for everything below a folder: it changes when a file changes, is added or is removed.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn digest_below(folder: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if entry.file_type().is_file() {
            hash.update(entry.path().to_string_lossy().as_bytes());
            hash.update(fs::read(entry.path())?);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// All files below a folder in a fixed order, or the file itself; none when the path does not exist.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    // Files that tools put into examples are not inputs.
    let is_source = |item: &walkdir::DirEntry| item.depth() == 0 || !["node_modules", "dist"].iter().any(|made| item.file_name() == *made);
    for item in WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(is_source) {
        let item = item?;
        if item.file_type().is_file() {
            files.push(item.into_path());
        }
    }
    Ok(files)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
