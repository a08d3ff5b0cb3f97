//! The machine that tests run on: how slow it is, and which ports are free.
//!
//! A fixed time is too short on a busy machine and needlessly long on a fast one: so a process measures once
//! how fast the machine is, by a fixed piece of work, and every wait is a usual time multiplied by that. Before a wait gives up it
//! measures once more, because others may have come to the machine since.

mod ports;

pub use ports::free_port;

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How many times slower than the reference machine this one is: 1 at least, [`MOST`] at most. Measured once per process; `CHINWAG_SLOWNESS` in the
/// environment sets it instead, to see how tests behave on such a machine.
#[must_use]
pub fn slowness() -> f64 {
    static MEASURED: OnceLock<f64> = OnceLock::new();
    let told = || std::env::var("CHINWAG_SLOWNESS").ok()?.parse::<f64>().ok();
    *MEASURED.get_or_init(|| told().unwrap_or_else(measure).clamp(1.0, MOST))
}

/// Multiplies a time that is enough on the reference machine, so that it is enough on this one.
#[must_use]
pub fn grown(usual: Duration) -> Duration {
    usual.mul_f64(slowness())
}

/// The end of a wait.
#[derive(Debug)]
pub struct Deadline {
    begun: Instant,
    usual: Duration,
    slowness: f64,
}

impl Deadline {
    /// The end of a wait that begins now and takes this long at most on the reference machine.
    #[must_use]
    pub fn new(usual: Duration) -> Self {
        Self { begun: Instant::now(), usual, slowness: slowness() }
    }

    /// Whether the wait is over. Measures the machine again before it returns true.
    #[must_use]
    pub fn has_passed(&mut self) -> bool {
        self.has_passed_at(self.begun.elapsed(), measure)
    }

    /// The rest of the wait; after it the machine is measured again.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.usual.mul_f64(self.slowness).saturating_sub(self.begun.elapsed())
    }

    fn has_passed_at(&mut self, waited: Duration, measure: impl FnOnce() -> f64) -> bool {
        if waited < self.usual.mul_f64(self.slowness) {
            return false;
        }
        self.slowness = self.slowness.max(measure());
        waited >= self.usual.mul_f64(self.slowness)
    }
}

/// The result of a future, or nothing when it takes longer than this usual time allows on this machine.
#[cfg(feature = "tokio")]
pub async fn within<T>(usual: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let mut deadline = Deadline::new(usual);
    loop {
        if let Ok(done) = tokio::time::timeout(deadline.left(), work.as_mut()).await {
            return Some(done);
        }
        if deadline.has_passed() {
            return None;
        }
    }
}

/// Several pieces, each longer than a time slice of the scheduler: so a busy machine counts as a slow one.
fn measure() -> f64 {
    let begun = Instant::now();
    for _ in 0..PIECES {
        work();
        std::thread::yield_now();
    }
    (begun.elapsed().as_secs_f64() / (REFERENCE.as_secs_f64() * f64::from(PIECES))).clamp(1.0, MOST)
}

fn work() {
    let mut state = black_box(0x9e37_79b9_7f4a_7c15_u64);
    for _ in 0..ROUNDS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state);
}

/// The largest factor: a machine that is even slower has another fault.
pub const MOST: f64 = 40.0;
const PIECES: u32 = 5;
const ROUNDS: u32 = 4_000_000;
/// The time of one piece on two idle cores of the machine on which the usual times were chosen.
const REFERENCE: Duration = Duration::from_millis(7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_shorter_than_usual() {
        assert!((1.0..=MOST).contains(&slowness()));
        assert!(grown(Duration::from_secs(3)) >= Duration::from_secs(3));
    }

    #[test]
    fn a_machine_that_has_become_slower_is_waited_for_longer() {
        let mut deadline = Deadline { begun: Instant::now(), usual: Duration::from_secs(10), slowness: 2.0 };
        let at = |seconds| Duration::from_secs(seconds);
        assert!(!deadline.has_passed_at(at(19), || unreachable!("it is not time yet")));
        assert!(!deadline.has_passed_at(at(21), || 3.0), "three times as slow: thirty seconds");
        assert!(!deadline.has_passed_at(at(29), || unreachable!("it is not time yet")));
        assert!(deadline.has_passed_at(at(31), || 1.0), "faster now, but it was not all the time");
    }

    #[cfg(feature = "tokio")]
    #[tokio::test]
    async fn what_comes_in_time_is_returned_and_what_does_not_is_not() {
        assert_eq!(within(Duration::from_secs(60), async { 7 }).await, Some(7));
        assert_eq!(within(Duration::ZERO, std::future::pending::<()>()).await, None);
    }
}
