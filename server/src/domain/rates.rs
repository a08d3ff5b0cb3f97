//! Rate limits. They count for the visitor, agent or address, not for the socket: a new connection does not reset them. A client can make any
//! number of visitor ids, so everything counts for the address as well (quality S34).

use crate::config::Limits;
use chinwag::model::ParticipantId;
use governor::clock::MonotonicClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

/// A burst may have as many frames as this many seconds allow.
const FRAME_BURST: u32 = 4;
/// The same for messages: seconds of a burst.
const MESSAGE_BURST: u32 = 3;
/// A day.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// The keys of one limit that are held. When there are more, all are dropped, so that memory is bounded; a flood from so many addresses has to be
/// stopped in front of the server.
const KEYS: usize = 100_000;

/// Every limit on incoming data, by sender.
pub struct Rates {
    limits: Limits,
    frames: Keyed<ParticipantId>,
    agent_frames: Keyed<String>,
    messages: Keyed<ParticipantId>,
    starts: Keyed<ParticipantId>,
    address_frames: Keyed<IpAddr>,
    address_messages: Keyed<IpAddr>,
    address_starts: Keyed<IpAddr>,
    newcomers: Keyed<IpAddr>,
}

impl Rates {
    /// Limits with nothing counted yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let address = &limits.address;
        Self {
            frames: Keyed::per_second(limits.frames_per_second, FRAME_BURST),
            agent_frames: Keyed::per_second(limits.agent_frames_per_second, FRAME_BURST),
            messages: Keyed::per_second(limits.messages_per_second, MESSAGE_BURST),
            starts: Keyed::per_minute(limits.starts_per_minute),
            address_frames: Keyed::per_second(address.frames_per_second, FRAME_BURST),
            address_messages: Keyed::per_second(address.messages_per_second, MESSAGE_BURST),
            address_starts: Keyed::per_minute(address.starts_per_minute),
            newcomers: Keyed::per_minute(address.visitors_per_minute),
            limits: limits.clone(),
        }
    }

    /// The configured limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a visitor may send one more frame.
    #[must_use]
    pub fn frame(&self, visitor: &ParticipantId, from: IpAddr) -> bool {
        self.frames.take(visitor) && self.address_frames.take(&from)
    }

    /// Whether an address may send one more frame, from any client.
    #[must_use]
    pub fn frame_from(&self, from: IpAddr) -> bool {
        self.address_frames.take(&from)
    }

    /// Whether an agent may send one more frame.
    #[must_use]
    pub fn agent_frame(&self, user: &String) -> bool {
        self.agent_frames.take(user)
    }

    /// Whether a visitor may add one more entry.
    #[must_use]
    pub fn message(&self, visitor: &ParticipantId, from: IpAddr) -> bool {
        self.messages.take(visitor) && self.address_messages.take(&from)
    }

    /// Whether a visitor may start one more conversation or request.
    #[must_use]
    pub fn start(&self, visitor: &ParticipantId, from: IpAddr) -> bool {
        self.starts.take(visitor) && self.address_starts.take(&from)
    }

    /// Whether one more new visitor may come from an address.
    #[must_use]
    pub fn newcomer(&self, from: IpAddr) -> bool {
        self.newcomers.take(&from)
    }

    /// Drops keys whose limits are full again.
    pub fn tidy(&self) {
        self.frames.tidy();
        self.agent_frames.tidy();
        self.messages.tidy();
        self.starts.tidy();
        self.address_frames.tidy();
        self.address_messages.tidy();
        self.address_starts.tidy();
        self.newcomers.tidy();
    }
}

/// One limit, counted for each key.
pub struct Keyed<K: Hash + Eq + Clone> {
    quota: Quota,
    done: RwLock<Limiter<K>>,
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, MonotonicClock>;

impl<K: Hash + Eq + Clone> Keyed<K> {
    /// `number` a second, and a burst of `seconds` times as many.
    #[must_use]
    pub fn per_second(number: u32, seconds: u32) -> Self {
        Self::new(Quota::per_second(at_least_one(number)).allow_burst(at_least_one(number.saturating_mul(seconds))))
    }

    /// `number` a minute, also all of them in one burst.
    #[must_use]
    pub fn per_minute(number: u32) -> Self {
        Self::new(Quota::per_minute(at_least_one(number)))
    }

    /// `number` an hour, also all of them in one burst.
    #[must_use]
    pub fn per_hour(number: u32) -> Self {
        Self::new(Quota::per_hour(at_least_one(number)))
    }

    /// `number` a day, also all of them in one burst.
    #[must_use]
    pub fn per_day(number: u32) -> Self {
        let number = at_least_one(number);
        let each = DAY / number.get();
        // There is no period only when the number is larger than the nanoseconds of a day.
        Self::new(Quota::with_period(each).map_or_else(|| Quota::per_second(number), |quota| quota.allow_burst(number)))
    }

    fn new(quota: Quota) -> Self {
        Self { quota, done: RwLock::new(limiter(quota)) }
    }

    /// Takes one; false when there is none left.
    #[must_use]
    pub fn take(&self, key: &K) -> bool {
        self.done.read().unwrap_or_else(PoisonError::into_inner).check_key(key).is_ok()
    }

    /// Takes several at once, or none; false when there are not enough left.
    #[must_use]
    pub fn take_many(&self, key: &K, number: u32) -> bool {
        let done = self.done.read().unwrap_or_else(PoisonError::into_inner);
        done.check_key_n(key, at_least_one(number)).is_ok_and(|taken| taken.is_ok())
    }

    /// Drops keys whose limit is full again.
    pub fn tidy(&self) {
        let overfull = {
            let done = self.done.read().unwrap_or_else(PoisonError::into_inner);
            if done.is_empty() {
                return;
            }
            done.retain_recent();
            done.shrink_to_fit();
            done.len() > KEYS
        };
        if overfull {
            tracing::warn!(keys = KEYS, "a limit is asked for by more than it can remember: all of them begin anew");
            *self.done.write().unwrap_or_else(PoisonError::into_inner) = limiter(self.quota);
        }
    }
}

fn limiter<K: Hash + Eq + Clone>(quota: Quota) -> Limiter<K> {
    RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock)
}

fn at_least_one(number: u32) -> NonZeroU32 {
    // The configuration does not allow zero here.
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s34_ids_that_are_made_up_share_what_their_address_may() {
        let rates = Rates::new(&Limits::default());
        let begun = std::time::Instant::now();
        let from = IpAddr::from([192, 0, 2, 1]);
        let id = |number: u32| ParticipantId(format!("v_{number}"));
        let started = (0..1_000).filter(|number| rates.start(&id(*number), from)).count();
        let said = (1_000..3_000).filter(|number| rates.message(&id(*number), from)).count();
        // A slow machine gives the buckets time to fill.
        let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap_or(0) + 1;
        assert!((60..=60 + seconds).contains(&started), "{started}");
        assert!((300..=300 + 100 * seconds).contains(&said), "{said}");
        assert!(rates.start(&id(1), IpAddr::from([192, 0, 2, 2])), "another address is not concerned");
    }

    #[test]
    fn s34_what_is_remembered_has_a_bound() {
        let limit = Keyed::per_minute(1);
        (0..2 * KEYS).for_each(|number| assert!(limit.take(&number)));
        limit.tidy();
        let kept = limit.done.read().unwrap_or_else(PoisonError::into_inner).len();
        assert!(kept <= KEYS, "{kept}");
        let limit = Keyed::per_second(1_000_000, 1);
        assert!(limit.take(&1));
        while !limit.done.read().unwrap_or_else(PoisonError::into_inner).is_empty() {
            limit.tidy();
        }
    }
}
