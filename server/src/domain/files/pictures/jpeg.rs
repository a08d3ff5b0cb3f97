//! JPEG: segments, each behind a marker, with compressed data after some. A list says which are kept, all others are dropped.

use super::{Damaged, Step, Walk, exif};

/// The first bytes.
pub(super) const FIRST: Step = Step::Gather(2);

/// Markers.
const RST: std::ops::RangeInclusive<u8> = 0xd0..=0xd7;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

/// The position in the file.
#[derive(Clone, Copy, Default)]
enum At {
    #[default]
    Start,
    /// Before the 0xff of a marker.
    Mark,
    /// After the 0xff: the code of a marker.
    Code,
    Length(u8),
    Body(u8),
    /// In compressed data, before a 0xff.
    Data,
    /// After that 0xff: it may belong to the data.
    DataCode,
}

/// The parser of a JPEG.
#[derive(Default)]
pub(super) struct Jpeg {
    at: At,
    /// Whether the frame header has come.
    frame: bool,
    /// Whether compressed data has come.
    data: bool,
    turn: exif::Turn,
}

impl Walk for Jpeg {
    fn next(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        match (self.at, bytes) {
            (At::Start, [0xff, SOI]) => {
                out.extend_from_slice(bytes);
                Ok(self.seek())
            }
            (At::Mark, []) => Ok(self.go(At::Code, Step::Gather(1))),
            (At::Data, []) => Ok(self.go(At::DataCode, Step::Gather(1))),
            // Fill bytes.
            (At::Code | At::DataCode, [0xff]) => Ok(Step::Gather(1)),
            (At::DataCode, [code]) if *code == 0 || RST.contains(code) => {
                out.extend([0xff, *code]);
                Ok(self.go(At::Data, Step::CopyToMark))
            }
            (At::Code | At::DataCode, [code]) => self.marker(*code, out),
            (At::Length(code), [high, low]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2).ok_or(Damaged)?;
                Ok(self.go(At::Body(code), Step::Gather(length)))
            }
            (At::Body(code), body) => self.segment(code, body, out),
            _ => Err(Damaged),
        }
    }

    fn cut(&mut self, out: &mut Vec<u8>) -> Result<(), Damaged> {
        if !self.data {
            return Err(Damaged);
        }
        // Some cameras omit the end marker: the picture is complete without it.
        out.extend([0xff, EOI]);
        Ok(())
    }

    fn turned(&self) -> bool {
        self.turn.kept
    }
}

impl Jpeg {
    const fn go(&mut self, at: At, step: Step) -> Step {
        self.at = at;
        step
    }

    /// Skips to the next marker. Decoders ignore bytes between segments.
    const fn seek(&mut self) -> Step {
        self.go(At::Mark, Step::SkipToMark)
    }

    fn marker(&mut self, code: u8, out: &mut Vec<u8>) -> Result<Step, Damaged> {
        match code {
            EOI if self.data => {
                out.extend([0xff, EOI]);
                Ok(Step::End)
            }
            EOI | SOI => Err(Damaged),
            // Codes that are no markers, or markers without a segment.
            0 | 1 => Ok(self.seek()),
            code if RST.contains(&code) => Ok(self.seek()),
            code => Ok(self.go(At::Length(code), Step::Gather(2))),
        }
    }

    fn segment(&mut self, code: u8, body: &[u8], out: &mut Vec<u8>) -> Result<Step, Damaged> {
        match code {
            SOS if !self.frame => return Err(Damaged),
            SOS => {
                self.data = true;
                put(SOS, body, out);
                return Ok(self.go(At::Data, Step::CopyToMark));
            }
            // Frames, tables, restart intervals.
            0xc0..=0xcf | 0xdb..=0xdf => {
                self.frame |= !matches!(code, 0xc4 | 0xc8 | 0xcc | 0xdb..=0xdf);
                put(code, body, out);
            }
            // The size of a pixel, without the thumbnail after it.
            APP0 if body.starts_with(b"JFIF\0") => {
                if let Some(density) = body.get(..12) {
                    put(APP0, &[density, &[0, 0]].concat(), out);
                }
            }
            APP1 if body.starts_with(b"Exif\0") => {
                if let Some(turn) = self.turn.hear(body) {
                    put(APP1, &exif::segment(turn), out);
                }
            }
            // The colour profile, in as many parts as it has.
            APP2 if body.starts_with(b"ICC_PROFILE\0") => put(APP2, body, out),
            // How the colours are encoded: without this they would be wrong.
            APP14 if body.starts_with(b"Adobe") => {
                if let Some(colours) = body.get(..12) {
                    put(APP14, colours, out);
                }
            }
            _ => {}
        }
        Ok(self.seek())
    }
}

fn put(code: u8, body: &[u8], out: &mut Vec<u8>) {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    out.extend([0xff, code]);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(body);
}
