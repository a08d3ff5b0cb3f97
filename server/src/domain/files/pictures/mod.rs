//! Removes metadata from pictures: place, time, device, texts, thumbnails, and data behind the end (quality S45).
//!
//! [`Strip`] reads a picture piece by piece and gives the bytes that are kept; it holds one segment of 64 KiB at most.
//! Pixels are not touched, nothing is decoded. `jpeg`, `png` and `webp` know their formats, `exif` the orientation.

mod exif;
mod jpeg;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use super::{BUFFER, ID_BYTES, Incoming};
use crate::domain::{Domain, Refusal};
use crate::store::Draft;

/// A format that is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    Webp,
}

impl Format {
    /// The format for the MIME type of a file's content.
    pub(super) fn of(mime: &str) -> Option<Self> {
        match mime {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/webp" => Some(Self::Webp),
            _ => None,
        }
    }
}

/// The picture is cut off or damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// How the next bytes are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// This number of bytes has to be read as one piece.
    Gather(usize),
    /// This number of bytes is kept.
    Copy(u64),
    /// This number of bytes is dropped.
    Skip(u64),
    /// The bytes before the first 0xff are kept; the 0xff is dropped and is not needed.
    CopyToMark,
    /// The bytes before the first 0xff are dropped, and so is the 0xff.
    SkipToMark,
    /// No byte that follows is kept.
    End,
}

/// The parser of a format.
trait Walk: Send {
    /// The next step. `bytes`: the piece that the last step asked for, if any. The bytes to keep, or to write in their place, go to `out`.
    fn next(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged>;

    /// Called when the file is cut off before its end.
    fn cut(&mut self, out: &mut Vec<u8>) -> Result<(), Damaged>;

    /// Whether an orientation of the picture is kept.
    fn turned(&self) -> bool;
}

/// The filter for one picture.
pub(super) struct Strip {
    walk: Box<dyn Walk>,
    step: Step,
    gathered: Vec<u8>,
}

impl Strip {
    fn new(format: Format, webp: webp::Scan) -> Self {
        let (walk, step): (Box<dyn Walk>, Step) = match format {
            Format::Jpeg => (Box::new(jpeg::Jpeg::default()), jpeg::FIRST),
            Format::Png => (Box::new(png::Png::default()), png::FIRST),
            Format::Webp => (Box::new(webp::Webp::new(webp)), webp::FIRST),
        };
        Self { walk, step, gathered: Vec::new() }
    }

    /// Takes the next bytes of the picture; the kept ones are added to `out`.
    fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Damaged> {
        while !bytes.is_empty() {
            let done = match self.step {
                Step::Gather(wanted) => {
                    let missing = wanted.saturating_sub(self.gathered.len());
                    let (now, rest) = bytes.split_at(missing.min(bytes.len()));
                    self.gathered.extend_from_slice(now);
                    bytes = rest;
                    now.len() == missing
                }
                Step::Copy(left) | Step::Skip(left) => {
                    let (now, rest) = bytes.split_at(usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len()));
                    let left = left - now.len() as u64;
                    if matches!(self.step, Step::Copy(_)) {
                        out.extend_from_slice(now);
                        self.step = Step::Copy(left);
                    } else {
                        self.step = Step::Skip(left);
                    }
                    bytes = rest;
                    left == 0
                }
                Step::CopyToMark | Step::SkipToMark => {
                    let mark = bytes.iter().position(|byte| *byte == 0xff);
                    let (now, rest) = bytes.split_at(mark.unwrap_or(bytes.len()));
                    if self.step == Step::CopyToMark {
                        out.extend_from_slice(now);
                    }
                    bytes = rest.get(1..).unwrap_or_default();
                    mark.is_some()
                }
                Step::End => return Ok(()),
            };
            if done {
                self.next(out)?;
            }
        }
        Ok(())
    }

    /// Called when there are no more bytes.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Damaged> {
        if self.step == Step::End { Ok(()) } else { self.walk.cut(out) }
    }

    fn next(&mut self, out: &mut Vec<u8>) -> Result<(), Damaged> {
        self.step = self.walk.next(&std::mem::take(&mut self.gathered), out)?;
        // Steps that need no bytes are taken at once.
        while matches!(self.step, Step::Gather(0) | Step::Copy(0) | Step::Skip(0)) {
            self.step = self.walk.next(&[], out)?;
        }
        Ok(())
    }
}

/// One pass over the bytes of a draft, with the draft that gets the kept ones.
struct Run<'a> {
    domain: &'a Domain,
    from: &'a Draft,
    progress: &'a (dyn Fn() + Sync),
}

impl Run<'_> {
    /// Reads the picture once; returns how many bytes were kept.
    async fn go(&self, strip: &mut Strip, mut to: Option<&mut Incoming<'_>>) -> Result<Result<u64, Damaged>, Refusal> {
        let (mut at, mut kept, mut out) = (ID_BYTES, 0, Vec::new());
        loop {
            let piece = self.domain.store.draft_read(self.from, at, BUFFER).await?.unwrap_or_default();
            let done = if piece.is_empty() { strip.finish(&mut out) } else { strip.push(&piece, &mut out) };
            if let Err(damaged) = done {
                return Ok(Err(damaged));
            }
            kept += out.len() as u64;
            if let Some(to) = to.as_deref_mut() {
                to.add(&out).await?;
            }
            out.clear();
            (self.progress)();
            if strip.step == Step::End || piece.is_empty() {
                return Ok(Ok(kept));
            }
            at += piece.len() as u64;
        }
    }
}

/// The second draft, which gets the picture without metadata.
pub(super) fn stripped(draft: &Draft) -> Draft {
    // Longer than the id of any entry, so no upload has this name.
    Draft { group: draft.group.clone(), name: format!("{}/{}", draft.name, "stripped".repeat(8)) }
}

impl Domain {
    /// Writes a picture without its metadata to a second draft. The first draft stays unchanged, so that the next attempt can begin with it
    /// after a failure. `progress` is called at intervals.
    ///
    /// # Errors
    /// `unavailable`.
    pub(super) async fn strip_picture(
        &self,
        picture: &Incoming<'_>,
        format: Format,
        progress: &(dyn Fn() + Sync),
    ) -> Result<Result<Incoming<'_>, Damaged>, Refusal> {
        let run = Run { domain: self, from: &picture.draft, progress };
        let mut scan = webp::Scan::default();
        if format == Format::Webp {
            // The header of a WebP has the length of the file, so a first pass computes the length of the new file.
            let mut first = Strip::new(format, scan);
            match run.go(&mut first, None).await? {
                Ok(length) => scan = webp::Scan { length, turned: first.walk.turned() },
                Err(damaged) => return Ok(Err(damaged)),
            }
        }
        let target = stripped(&picture.draft);
        // This was left by an earlier attempt.
        self.store.draft_drop(&target).await?;
        let mut clean = Incoming::open(self, target, picture.file.clone()).await?;
        let done = match run.go(&mut Strip::new(format, scan), Some(&mut clean)).await {
            Ok(Ok(_)) => clean.flush().await.map(Ok),
            Ok(Err(damaged)) => Ok(Err(damaged)),
            Err(refusal) => Err(refusal),
        };
        match done {
            Ok(Ok(())) => return Ok(Ok(clean)),
            // This frees the space, if the disk is full.
            Ok(Err(_)) | Err(_) => clean.discard().await?,
        }
        done.map(|_| Err(Damaged))
    }
}
