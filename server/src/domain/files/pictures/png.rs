//! PNG: a signature, then chunks with their lengths. A list says which are kept, all others are dropped.

use super::{Damaged, Step, Walk, exif};

/// The first bytes.
pub(super) const FIRST: Step = Step::Gather(8);

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The greatest length of a chunk.
const LONGEST: u32 = i32::MAX.cast_unsigned();
/// Bytes after the content of a chunk: its checksum.
const CHECK: u64 = 4;

/// Optional chunks that are kept: the meaning of colours, the size of a pixel, frames.
const KEPT: &[&[u8; 4]] = &[
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi", b"acTL",
    b"fcTL", b"fdAT",
];

/// The position in the file.
#[derive(Default)]
enum At {
    #[default]
    Start,
    Chunk,
    Head,
    /// In a block of EXIF: this number of bytes follows the part that is read.
    Exif(u64),
}

/// The parser of a PNG.
#[derive(Default)]
pub(super) struct Png {
    at: At,
    header: bool,
    data: bool,
    turn: exif::Turn,
}

impl Walk for Png {
    fn next(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        match self.at {
            At::Start if bytes == SIGNATURE => {
                out.extend_from_slice(bytes);
                self.at = At::Head;
                Ok(Step::Gather(8))
            }
            At::Start => Err(Damaged),
            At::Chunk => {
                self.at = At::Head;
                Ok(Step::Gather(8))
            }
            At::Head => self.chunk(bytes, out),
            At::Exif(rest) => {
                if let Some(turn) = self.turn.hear(bytes) {
                    put(b"eXIf", &exif::block(turn), out);
                }
                self.at = At::Chunk;
                Ok(Step::Skip(rest + CHECK))
            }
        }
    }

    fn cut(&mut self, _out: &mut Vec<u8>) -> Result<(), Damaged> {
        Err(Damaged)
    }

    fn turned(&self) -> bool {
        self.turn.kept
    }
}

impl Png {
    fn chunk(&mut self, head: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        let (length, kind) = head.split_first_chunk::<4>().ok_or(Damaged)?;
        let kind: &[u8; 4] = kind.try_into().map_err(|_| Damaged)?;
        let length = u32::from_be_bytes(*length);
        if length > LONGEST || !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(Damaged);
        }
        self.at = At::Chunk;
        match kind {
            b"IHDR" if self.header || length != 13 => return Err(Damaged),
            b"IHDR" => self.header = true,
            // Apple's own variant of PNG has this chunk before the header.
            b"CgBI" if !self.header => {}
            _ if !self.header => return Err(Damaged),
            b"IDAT" => self.data = true,
            b"IEND" if self.data => {
                put(kind, &[], out);
                return Ok(Step::End);
            }
            b"IEND" => return Err(Damaged),
            b"eXIf" => {
                let look = usize::try_from(length).unwrap_or(exif::LOOK).min(exif::LOOK);
                self.at = At::Exif(u64::from(length) - look as u64);
                return Ok(Step::Gather(look));
            }
            // A capital letter: the picture cannot be shown without this chunk.
            [first, ..] if first.is_ascii_uppercase() || KEPT.contains(&kind) => {}
            _ => return Ok(Step::Skip(u64::from(length) + CHECK)),
        }
        out.extend_from_slice(head);
        Ok(Step::Copy(u64::from(length) + CHECK))
    }
}

fn put(kind: &[u8; 4], body: &[u8], out: &mut Vec<u8>) {
    out.extend(u32::try_from(body.len()).unwrap_or_default().to_be_bytes());
    let mut check = crc32fast::Hasher::new();
    for part in [kind, body] {
        check.update(part);
        out.extend_from_slice(part);
    }
    out.extend(check.finalize().to_be_bytes());
}
