//! Time as a value. Nothing in the core reads a clock: time comes in as an argument.

use crate::wire::{Codec, Json, Trouble};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time `millis` later. Stays at the end of the calendar instead of overflowing.
    #[must_use]
    pub const fn after(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whether the time is inside the calendar: browsers know no days beyond 100 million from 1970.
    #[must_use]
    pub const fn is_real(self) -> bool {
        self.0.unsigned_abs() <= 8_640_000_000_000_000
    }

    /// Milliseconds from `earlier` to this, negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Codec for Timestamp {
    fn encode(&self, out: &mut String) {
        self.0.encode(out);
    }

    fn decode(json: &Json, trouble: &mut Trouble) -> Self {
        Self(i64::decode(json, trouble))
    }
}
