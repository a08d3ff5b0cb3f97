//! Ids and random numbers, from one seed that the browser provides.

use chinwag::model::{EntryId, Timestamp};

/// A source of ids and random numbers. Good for ids and jitter, not for secrets.
#[derive(Debug)]
pub struct Ids {
    state: u64,
}

impl Ids {
    /// A source that goes on from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits (SplitMix64).
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A random number from 0 to `max`.
    pub fn up_to(&mut self, max: i64) -> i64 {
        let range = u64::try_from(max).unwrap_or(0).saturating_add(1);
        i64::try_from(self.bits() % range).unwrap_or(0)
    }

    /// An entry's id: a UUID of version 7.
    pub fn entry(&mut self, now: Timestamp) -> EntryId {
        let millis = u64::try_from(now.0).unwrap_or(0) & 0xffff_ffff_ffff;
        let (a, b) = (self.bits() & 0x0fff, (self.bits() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000);
        EntryId(format!("{:08x}-{:04x}-7{a:03x}-{:04x}-{:012x}", millis >> 16, millis & 0xffff, b >> 48, b & 0xffff_ffff_ffff))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_rise_with_time() {
        let mut ids = Ids::new(7);
        let first = ids.entry(Timestamp(1_700_000_000_000));
        let second = ids.entry(Timestamp(1_700_000_000_001));
        assert_eq!(first.as_str().len(), 36);
        assert_eq!(first.as_str().as_bytes()[14], b'7');
        assert!(first < second);
    }
}
