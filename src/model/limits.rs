//! Sizes that both ends agree on (quality S34). The widget checks them before it sends, the server refuses larger values.

/// Characters (Unicode scalar values) in one message.
pub const MESSAGE_CHARS: usize = 8_000;
/// Characters in one form or survey value.
pub const VALUE_CHARS: usize = 4_000;
/// Characters of a visitor's name.
pub const NAME_CHARS: usize = 80;
/// Values in one form.
pub const FORM_VALUES: usize = 64;
/// Characters in an id that a client makes.
pub const ID_CHARS: usize = 64;
/// Characters of the page's address and of its title.
pub const PAGE_CHARS: usize = 2_000;
/// Bytes in one frame, either way.
pub const FRAME_BYTES: usize = 256 * 1024;
/// Entries in one page of history.
pub const PAGE_ENTRIES: u32 = 100;
/// Conversations that one visitor may have open.
pub const OPEN_CONVERSATIONS: usize = 8;

/// Whether a text has more than `chars` characters.
#[must_use]
pub fn longer_than(text: &str, chars: usize) -> bool {
    // Each character has exactly one byte that is no continuation byte.
    let mut count = 0;
    for byte in text.bytes() {
        count += usize::from(byte & 0xc0 != 0x80);
    }
    count > chars
}
