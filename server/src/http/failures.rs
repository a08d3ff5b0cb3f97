//! Failed sign-ins, in memory, and the waits that follow from them: they slow down guessing, and no agent is locked out (quality S25).
//!
//! * Failures count for an account and an address together: after some of them the next attempt has to wait. The same account at another
//!   address does not wait, nor does another account at the same address, up to many more failures of the address.
//! * An account with failures from many addresses is answered slowly, and no address is refused for that.
//! * A device on which the account signed in before has a count of its own: failures of others do not affect it.
//!
//! No wait is longer than `timeouts.login_wait`. An agent on a new device who shares address and account with an attacker has to send the
//! password before the attacker's next attempt once in that time: the server cannot distinguish the two.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Failures of an account (at one address, on one device, or in all) that have no effect.
const FREE_OF_ACCOUNT: u32 = 5;
/// Failures of an address, for all accounts together.
const FREE_OF_ADDRESS: u32 = 50;
/// Failures are forgotten after this.
const FORGET: Duration = Duration::from_secs(15 * 60);
/// Keys that are held; the oldest are dropped first.
const KEYS: usize = 10_000;
/// Characters of a user name that count.
const USER_CHARS: usize = 64;
/// Attempts at one account that are held back at once; more are refused.
const HELD_BACK: usize = 32;

/// The account, address and device of an attempt to sign in.
#[derive(Clone, Debug)]
pub(super) struct Who {
    user: String,
    from: IpAddr,
    device: Option<String>,
}

impl Who {
    /// `device` is the proven id of a device on which the account signed in before.
    pub(super) fn new(user: &str, from: IpAddr, device: Option<String>) -> Self {
        Self { user: user.chars().take(USER_CHARS).collect(), from, device }
    }
}

/// The failures, see the module.
#[derive(Default)]
pub struct Failures(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    devices: HashMap<(String, String), Count>,
    strangers: HashMap<(String, IpAddr), Count>,
    addresses: HashMap<IpAddr, Count>,
    accounts: HashMap<String, Count>,
    held_back: HashMap<String, usize>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    /// Failures, and attempts without a result yet.
    number: u32,
    last: Instant,
}

/// An attempt that may be made. It counts as failed until [`Attempt::succeed`] or [`Attempt::withdraw`] is called.
#[derive(Debug)]
pub(super) struct Attempt {
    counts: Arc<Mutex<Counts>>,
    who: Who,
    /// The wait before the password is checked.
    pub(super) delay: Duration,
}

impl Failures {
    /// Allows an attempt, or returns how long it has to wait.
    pub(super) fn begin(&self, who: Who, wait: Duration) -> Result<Attempt, Duration> {
        let mut counts = lock(&self.0);
        let now = Instant::now();
        let mut delay = Duration::ZERO;
        if let Some(device) = &who.device {
            let key = (who.user.clone(), device.clone());
            left(counts.devices.get(&key), FREE_OF_ACCOUNT, wait)?;
            more(&mut counts.devices, key, now);
        } else {
            let key = (who.user.clone(), who.from);
            left(counts.strangers.get(&key), FREE_OF_ACCOUNT, wait)?;
            left(counts.addresses.get(&who.from), FREE_OF_ADDRESS, wait)?;
            if counts.accounts.get(&who.user).is_some_and(|count| count.is_over(FREE_OF_ACCOUNT)) {
                let held = counts.held_back.entry(who.user.clone()).or_default();
                if *held >= HELD_BACK {
                    return Err(wait);
                }
                *held += 1;
                delay = wait;
            }
            more(&mut counts.strangers, key, now);
            more(&mut counts.addresses, who.from, now);
            more(&mut counts.accounts, who.user.clone(), now);
        }
        Ok(Attempt { counts: Arc::clone(&self.0), who, delay })
    }
}

impl Attempt {
    /// The password was right: the failures of this account, address and device are forgotten, those of others stay.
    pub(super) fn succeed(self) {
        let mut counts = lock(&self.counts);
        let Who { user, from, device } = &self.who;
        if let Some(device) = device {
            counts.devices.remove(&(user.clone(), device.clone()));
        } else {
            counts.strangers.remove(&(user.clone(), *from));
            less(&mut counts.addresses, from);
            less(&mut counts.accounts, user);
        }
    }

    /// The password was not checked: the attempt does not count.
    pub(super) fn withdraw(self) {
        let mut counts = lock(&self.counts);
        let Who { user, from, device } = &self.who;
        if let Some(device) = device {
            less(&mut counts.devices, &(user.clone(), device.clone()));
        } else {
            less(&mut counts.strangers, &(user.clone(), *from));
            less(&mut counts.addresses, from);
            less(&mut counts.accounts, user);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.delay.is_zero() {
            return;
        }
        let mut counts = lock(&self.counts);
        if let Some(held) = counts.held_back.get_mut(&self.who.user) {
            *held -= 1;
            if *held == 0 {
                counts.held_back.remove(&self.who.user);
            }
        }
    }
}

impl Count {
    fn is_over(&self, free: u32) -> bool {
        self.number >= free && self.last.elapsed() < FORGET
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error with the remaining wait.
fn left(count: Option<&Count>, free: u32, wait: Duration) -> Result<(), Duration> {
    let Some(count) = count.filter(|count| count.is_over(free)) else { return Ok(()) };
    let left = wait.saturating_sub(count.last.elapsed());
    if left.is_zero() { Ok(()) } else { Err(left) }
}

fn more<K: Hash + Eq + Clone>(counts: &mut HashMap<K, Count>, key: K, now: Instant) {
    if counts.len() >= KEYS && !counts.contains_key(&key) {
        counts.retain(|_, count| count.last.elapsed() < FORGET);
        let mut ages: Vec<Instant> = counts.values().map(|count| count.last).collect();
        // Half of them are dropped together, so that this is not needed at every attempt.
        if let Some(middle) = ages.len().checked_sub(KEYS / 2).and_then(|over| over.checked_sub(1)) {
            let (_, oldest, _) = ages.select_nth_unstable(middle);
            let oldest = *oldest;
            counts.retain(|_, count| count.last > oldest);
        }
    }
    let count = counts.entry(key).or_insert(Count { number: 0, last: now });
    let forgotten = count.last.elapsed() >= FORGET;
    *count = Count { number: if forgotten { 1 } else { count.number.saturating_add(1) }, last: now };
}

fn less<K: Hash + Eq>(counts: &mut HashMap<K, Count>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        count.number = count.number.saturating_sub(1);
        if count.number == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(600);

    fn stranger(user: &str, host: u16) -> Who {
        let [a, b] = host.to_be_bytes();
        Who::new(user, IpAddr::from([192, 0, a, b]), None)
    }

    #[test]
    fn s25_a_guesser_is_slowed_down_and_nobody_else_is_locked_out() {
        let failures = Failures::default();
        (0..5).for_each(|_| drop(failures.begin(stranger("ada", 1), WAIT).expect("free")));
        let left = failures.begin(stranger("ada", 1), WAIT).expect_err("a wait");
        assert!(left <= WAIT, "never longer");
        // The same account from another address is slow, but not refused; another account is neither slow nor refused.
        assert_eq!(failures.begin(stranger("ada", 2), WAIT).expect("let in").delay, WAIT);
        assert_eq!(failures.begin(stranger("grace", 1), WAIT).expect("let in").delay, Duration::ZERO);
        // A known device has a count of its own.
        let known = || Who::new("ada", IpAddr::from([192, 0, 0, 1]), Some("d1".into()));
        failures.begin(known(), WAIT).expect("let in").succeed();
        (0..5).for_each(|_| drop(failures.begin(known(), WAIT).expect("free")));
        assert!(failures.begin(known(), WAIT).is_err(), "a device that was stolen does not guess for ever");
    }

    #[test]
    fn s25_many_accounts_from_one_address_are_slowed_down() {
        let failures = Failures::default();
        (0..50).for_each(|number| drop(failures.begin(stranger(&format!("u{number}"), 1), WAIT).expect("free")));
        assert!(failures.begin(stranger("ada", 1), WAIT).is_err());
        assert!(failures.begin(stranger("ada", 2), WAIT).is_ok());
        assert!(failures.begin(Who::new("ada", IpAddr::from([192, 0, 0, 1]), Some("d1".into())), WAIT).is_ok());
    }

    #[test]
    fn attempts_that_nobody_looked_at_count_for_nothing() {
        let failures = Failures::default();
        (0..20).for_each(|_| failures.begin(stranger("ada", 1), WAIT).expect("free").withdraw());
        (0..20).for_each(|_| failures.begin(stranger("ada", 1), WAIT).expect("free").succeed());
        // Attempts under way count at once: a hundred at the same time are not a hundred guesses.
        let under_way: Vec<_> = (0..20).filter_map(|_| failures.begin(stranger("ada", 1), WAIT).ok()).collect();
        assert_eq!(under_way.len(), 5);
    }

    #[test]
    fn what_is_held_back_and_what_is_remembered_have_bounds() {
        let failures = Failures::default();
        (0..5).for_each(|host| drop(failures.begin(stranger("ada", host), WAIT)));
        let held: Vec<_> = (5..200).filter_map(|host| failures.begin(stranger("ada", host), WAIT).ok()).collect();
        assert_eq!(held.len(), HELD_BACK);
        drop(held);
        assert!(failures.begin(stranger("ada", 300), WAIT).is_ok());
        for number in 0..3 * KEYS {
            drop(failures.begin(Who::new(&format!("u{number}"), IpAddr::from([10, 0, (number >> 8) as u8, number as u8]), None), WAIT));
        }
        let counts = lock(&failures.0);
        assert!(counts.strangers.len() <= KEYS && counts.accounts.len() <= KEYS && counts.addresses.len() <= KEYS);
    }
}
