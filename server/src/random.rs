//! Random numbers of the operating system, and hashes of secrets (quality S20, S21).

use sha2::{Digest, Sha256};

/// `N` random bytes as hexadecimal digits.
///
/// # Panics
/// When the operating system gives no random numbers: without them no secret would be safe.
#[must_use]
pub fn hex<const N: usize>() -> String {
    let mut bytes = [0; N];
    fill(&mut bytes);
    to_hex(&bytes)
}

/// A random number below `limit`, for delays; 0 when `limit` is 0.
#[must_use]
pub fn below(limit: u32) -> u32 {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    u32::from_le_bytes(bytes).checked_rem(limit).unwrap_or(0)
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The SHA-256 of some parts, each preceded by its length, so that different parts never give the same input.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    to_hex(&hash.finalize())
}

/// Whether two texts are equal. The time that this takes does not reveal where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(a.as_bytes(), b.as_bytes()).into()
}

fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("no random numbers from the operating system: {error}");
    }
}
