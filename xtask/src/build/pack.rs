//! Hashed names, integrity values, sizes and compressed copies of files.

use crate::run::Did;
use crate::stamp::{files_below, hex};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256, Sha384};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Sizes of one file in bytes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sizes {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

impl Sizes {
    /// Measures a content.
    ///
    /// # Errors
    /// The content cannot be compressed.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self> {
        Ok(Self { raw: bytes.len(), gzip: gzip(bytes)?.len(), brotli: brotli(bytes)?.len() })
    }

    /// Adds the sizes of another file.
    pub(crate) const fn add(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// A file name that changes with the content: `<stem>-<hash>.<extension>`.
pub(crate) fn hashed(stem: &str, extension: &str, bytes: &[u8]) -> String {
    let hash = hex(&Sha256::digest(bytes));
    format!("{stem}-{}.{extension}", hash.get(..16).unwrap_or(&hash))
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// Makes an empty folder; an existing one is deleted first.
pub(crate) fn fresh_folder(path: &str) -> Result<()> {
    if Path::new(path).exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot empty {path}"))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot make {path}"))
}

/// Puts a `.br` and a `.gz` next to every file in `dist/` that gets smaller. Compressed content is kept in a cache.
pub(crate) fn pack() -> Result<Did> {
    let mut did = Did::Nothing;
    for path in files_below(Path::new("dist"))? {
        let packable = path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| PACKABLE.contains(&extension));
        if !packable || (neighbour(&path, "br").exists() && neighbour(&path, "gz").exists()) {
            continue;
        }
        let bytes = fs::read(&path)?;
        fs::write(neighbour(&path, "br"), brotli(&bytes)?)?;
        fs::write(neighbour(&path, "gz"), gzip(&bytes)?)?;
        did = Did::Work;
    }
    Ok(did)
}

fn neighbour(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    cached(bytes, "br", || {
        let mut packed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
        Ok(packed)
    })
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    cached(bytes, "gz", || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes)?;
        Ok(encoder.finish()?)
    })
}

/// Compressing the desk takes seconds: the result is kept under the content's hash.
fn cached(bytes: &[u8], kind: &str, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let folder = Path::new("target/xtask/packed");
    let path = folder.join(format!("{}.{kind}", hex(&Sha256::digest(bytes))));
    if let Ok(known) = fs::read(&path) {
        return Ok(known);
    }
    let made = make()?;
    fs::create_dir_all(folder)?;
    fs::write(path, &made)?;
    Ok(made)
}

const PACKABLE: [&str; 10] = ["css", "html", "ico", "js", "json", "md", "svg", "txt", "wasm", "xml"];
