//! The one value of EXIF that is kept: the orientation of a picture.

/// Bytes of a block of EXIF that are read. The orientation is in its first table, which cameras write at its beginning.
pub(super) const LOOK: usize = 64 * 1024;
/// The signature before a block in a JPEG, and in WebP files of some programs.
const PREFIX: &[u8] = b"Exif\0\0";
/// The tag of the orientation, and the type of a number of 16 bits.
const ORIENTATION: [u16; 2] = [0x0112, 3];

/// The orientation of a picture, from the first block of EXIF that has one.
#[derive(Default)]
pub(super) struct Turn {
    said: bool,
    /// An orientation was kept: the picture is not upright.
    pub(super) kept: bool,
}

impl Turn {
    /// The orientation of a block, if it is the first one and has to be kept. Upright (1) is the default and is not kept.
    pub(super) fn hear(&mut self, block: &[u8]) -> Option<u8> {
        let turn = orientation(block).filter(|_| !self.said)?;
        self.said = true;
        self.kept = turn > 1;
        self.kept.then_some(turn)
    }
}

/// The orientation in a block of EXIF: 1 to 8; `None` when it is missing or invalid.
fn orientation(block: &[u8]) -> Option<u8> {
    let tiff = block.strip_prefix(PREFIX).unwrap_or(block);
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let (first, second) = (usize::from(short(4)?), usize::from(short(6)?));
    let table = if big { first << 16 | second } else { second << 16 | first };
    let entries = (0..usize::from(short(table)?)).map(|number| table + 2 + 12 * number);
    let entry = entries.take_while(|at| at + 12 <= tiff.len()).find(|at| short(*at) == Some(ORIENTATION[0]))?;
    let value = short(entry + 8).filter(|_| short(entry + 2) == Some(ORIENTATION[1]))?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// A block of EXIF with an orientation and nothing else.
pub(super) fn block(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.push(orientation);
    // The rest of the value, and no further table.
    block.extend([0; 6]);
    block
}

/// The block as a segment of a JPEG.
pub(super) fn segment(orientation: u8) -> Vec<u8> {
    [PREFIX, &block(orientation)].concat()
}
