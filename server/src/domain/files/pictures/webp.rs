//! WebP: chunks in a RIFF container. Its header has the length and the list of contents, so the file is read twice. A list says which
//! chunks are kept.

use super::{Damaged, Step, Walk, exif};

/// The first bytes.
pub(super) const FIRST: Step = Step::Gather(12);

/// Bytes before a chunk, and before the part that the length of a RIFF counts.
const HEAD: u64 = 8;
/// Flags of `VP8X`: there is EXIF, there is XMP.
const EXIF: u8 = 8;
const XMP: u8 = 4;

/// Results of the first pass, for the second.
#[derive(Clone, Copy, Default)]
pub(super) struct Scan {
    /// Bytes of the whole file.
    pub(super) length: u64,
    /// Whether an orientation is kept.
    pub(super) turned: bool,
}

/// The position in the file.
enum At {
    Start,
    Chunk,
    Head,
    /// In the chunk that describes the file: this number of its bytes has no meaning.
    Extended(u64),
    /// In a block of EXIF: this number of bytes follows the part that is read.
    Exif(u64),
    /// After a chunk that is kept: whether it needs a padding byte to be of even length, and whether the file has that byte.
    Pad(bool, bool),
}

/// The parser of a WebP.
pub(super) struct Webp {
    at: At,
    /// Bytes of the RIFF that are left.
    left: u64,
    first: bool,
    extended: bool,
    image: bool,
    turn: exif::Turn,
    scan: Scan,
}

impl Webp {
    pub(super) fn new(scan: Scan) -> Self {
        Self { at: At::Start, left: 0, first: true, extended: false, image: false, turn: exif::Turn::default(), scan }
    }
}

impl Walk for Webp {
    fn next(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        match self.at {
            At::Start => self.start(bytes, out),
            At::Chunk if self.left < HEAD || (self.image && !self.extended) => {
                // A file without `VP8X` ends with its one image.
                if self.image { Ok(Step::End) } else { Err(Damaged) }
            }
            At::Chunk => {
                self.at = At::Head;
                Ok(Step::Gather(8))
            }
            At::Head => self.chunk(bytes, out),
            At::Extended(rest) => {
                let (flags, size) = bytes.split_first().ok_or(Damaged)?;
                let turned = if self.scan.turned { EXIF } else { 0 };
                put(b"VP8X", &[&[flags & !(EXIF | XMP) | turned], size].concat(), out);
                self.at = At::Chunk;
                Ok(Step::Skip(rest))
            }
            At::Exif(rest) => {
                if let Some(turn) = self.turn.hear(bytes) {
                    put(b"EXIF", &exif::block(turn), out);
                }
                self.at = At::Chunk;
                Ok(Step::Skip(rest))
            }
            At::Pad(odd, there) => {
                if odd {
                    out.push(0);
                }
                self.at = At::Chunk;
                Ok(Step::Skip(u64::from(there)))
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

impl Webp {
    fn start(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        let (b"RIFF", [a, b, c, d, rest @ ..]) = bytes.split_at_checked(4).ok_or(Damaged)? else { return Err(Damaged) };
        if rest != b"WEBP" {
            return Err(Damaged);
        }
        self.left = u64::from(u32::from_le_bytes([*a, *b, *c, *d])).checked_sub(4).ok_or(Damaged)?;
        out.extend_from_slice(b"RIFF");
        let length = u32::try_from(self.scan.length.saturating_sub(HEAD)).map_err(|_| Damaged)?;
        out.extend(length.to_le_bytes());
        out.extend_from_slice(b"WEBP");
        self.at = At::Head;
        if self.left < HEAD { Err(Damaged) } else { Ok(Step::Gather(8)) }
    }

    fn chunk(&mut self, head: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        let (kind, length) = head.split_first_chunk::<4>().ok_or(Damaged)?;
        let length = u64::from(u32::from_le_bytes(length.try_into().map_err(|_| Damaged)?));
        self.left = (self.left - HEAD).checked_sub(length).ok_or(Damaged)?;
        // Some programs leave off the padding byte of a last chunk with an odd length.
        let odd = length % 2 == 1;
        let pad = odd && self.left > 0;
        self.left -= u64::from(pad);
        let rest = length + u64::from(pad);
        let first = std::mem::replace(&mut self.first, false);
        match kind {
            b"VP8X" if first && length >= 10 => {
                self.extended = true;
                self.at = At::Extended(rest - 10);
                return Ok(Step::Gather(10));
            }
            b"VP8 " | b"VP8L" if first || self.extended => self.image = true,
            _ if first => return Err(Damaged),
            b"ANMF" => self.image = true,
            b"ICCP" | b"ANIM" | b"ALPH" => {}
            b"EXIF" => {
                let look = usize::try_from(length).unwrap_or(exif::LOOK).min(exif::LOOK);
                self.at = At::Exif(rest - look as u64);
                return Ok(Step::Gather(look));
            }
            _ => {
                self.at = At::Chunk;
                return Ok(Step::Skip(rest));
            }
        }
        out.extend_from_slice(head);
        self.at = At::Pad(odd, pad);
        Ok(Step::Copy(length))
    }
}

fn put(kind: &[u8; 4], body: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(kind);
    out.extend(u32::try_from(body.len()).unwrap_or_default().to_le_bytes());
    out.extend_from_slice(body);
}
