//! Hashing passwords: argon2id, one at a time, on a thread of its own.
//!
//! A hash needs 19 MiB. On the threads of the runtime each of them would keep that much for ever (its allocator does not give memory back), so
//! that strangers with wrong passwords could make the server as large as they like. Here one thread uses the same memory again and again. Its
//! queue has a limit, and so has the part of one address: beyond it the answer is "later", at once. The price: passwords are checked one after
//! the other, some dozens a second.

use crate::random;
use argon2::password_hash::{Output, PasswordHash, PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Passwords that wait to be checked.
const WAITING: usize = 64;
/// How many of these may come from one address.
const WAITING_OF_ADDRESS: usize = 16;

/// The hashing thread and its queue. Dropping this ends the thread.
#[derive(Debug)]
pub struct Checker(Arc<Shared>);

/// The queue is full: try again in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// A password to be checked.
pub struct Attempt {
    /// The stored hash; `None` when there is no such account: the check takes the same time.
    pub hash: Option<String>,
    pub password: String,
    /// The client's address, as limits count it (`Peer::household`).
    pub from: IpAddr,
    /// The attempt comes from a device on which this account signed in before: it does not wait behind those of unknown devices.
    pub known_device: bool,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    known: VecDeque<Job>,
    others: VecDeque<Job>,
    over: bool,
}

#[derive(Debug)]
struct Job {
    hash: Option<String>,
    password: String,
    from: IpAddr,
    answer: oneshot::Sender<bool>,
}

impl Checker {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub fn start() -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new().name("passwords".into()).spawn(move || theirs.work())?;
        Ok(Self(shared))
    }

    /// Whether the password is the account's.
    ///
    /// # Errors
    /// When too many wait.
    pub async fn check(&self, attempt: Attempt) -> Result<bool, Busy> {
        let Attempt { hash, password, from, known_device } = attempt;
        let (answer, result) = oneshot::channel();
        {
            let mut queue = self.0.lock();
            let line = if known_device { &mut queue.known } else { &mut queue.others };
            // Attempts whose caller has stopped waiting do not count.
            line.retain(|job| !job.answer.is_closed());
            if line.len() >= WAITING || line.iter().filter(|job| job.from == from).count() >= WAITING_OF_ADDRESS {
                return Err(Busy);
            }
            line.push_back(Job { hash, password, from, answer });
        }
        self.0.ready.notify_one();
        // The thread lives as long as this value.
        Ok(result.await.unwrap_or(false))
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.ready.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut memory = Vec::new();
        while let Some(job) = self.next() {
            if !job.answer.is_closed() {
                let fits = fits(job.hash.as_deref(), job.password.as_bytes(), &mut memory);
                // The caller may have stopped waiting.
                let _ = job.answer.send(fits);
            }
        }
    }

    /// Waits for the next job; `None` when the checker was dropped.
    fn next(&self) -> Option<Job> {
        let idle = |queue: &mut Queue| queue.known.is_empty() && queue.others.is_empty() && !queue.over;
        let mut queue = self.ready.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        if queue.over {
            return None;
        }
        queue.known.pop_front().or_else(|| queue.others.pop_front())
    }
}

/// Whether a password fits a hash. Without a hash the work is the same, and it does not fit.
fn fits(hash: Option<&str>, password: &[u8], memory: &mut Vec<Block>) -> bool {
    let computed = compute(hash.unwrap_or(NOBODY), password, memory);
    hash.is_some() && computed.is_some_and(|(kept, computed)| kept == computed)
}

/// The stored hash and the hash of the password, for a comparison in constant time.
fn compute(hash: &str, password: &[u8], memory: &mut Vec<Block>) -> Option<(Output, Output)> {
    let hash = PasswordHash::new(hash).ok()?;
    let kept = hash.hash?;
    let params = Params::try_from(&hash).ok()?;
    let version = hash.version.map_or_else(|| Ok(Version::default()), Version::try_from).ok()?;
    let argon = Argon2::new(Algorithm::try_from(hash.algorithm).ok()?, version, params);
    let mut salt = [0; 64];
    let salt = hash.salt?.decode_b64(&mut salt).ok()?;
    let blocks = argon.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let computed = Output::init_with(kept.len(), |out| {
        Ok(argon.hash_password_into_with_memory(password, salt, out, memory.get_mut(..blocks).unwrap_or_default())?)
    });
    Some((kept, computed.ok()?))
}

/// Whether a stored hash is of this password. For the command line and the start of the server: it allocates its own memory.
#[must_use]
pub fn is_of(hash: &str, password: &str) -> bool {
    fits(Some(hash), password.as_bytes(), &mut Vec::new())
}

/// The hash of a password, to be stored; `None` when it cannot be computed.
#[must_use]
pub fn hash(password: &str) -> Option<String> {
    let salt = SaltString::encode_b64(random::hex::<16>().as_bytes()).ok()?;
    Some(Argon2::default().hash_password(password.as_bytes(), &salt).ok()?.to_string())
}

/// A hash for which no password is known, with the parameters of real ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$mCFYfPBeRXpZ7wOvq0fXrU3cVRrjFuKJ0Vt1jhSGpLY";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s25_an_account_without_a_password_costs_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let text = hash("correct horse").expect("hashed");
        let real = PasswordHash::new(&text).expect("a hash");
        assert_eq!(nobody.algorithm, real.algorithm);
        assert_eq!(nobody.params, real.params, "memory, passes and lanes");
        assert!(nobody.hash.is_some_and(|hash| Some(hash.len()) == real.hash.map(|hash| hash.len())));
    }

    #[test]
    fn the_same_memory_serves_hash_after_hash() {
        let mut memory = Vec::new();
        let kept = hash("correct horse").expect("hashed");
        assert!(fits(Some(&kept), b"correct horse", &mut memory));
        let blocks = memory.len();
        assert!(!fits(Some(&kept), b"wrong horse", &mut memory));
        assert!(!fits(None, b"correct horse", &mut memory));
        assert!(!fits(Some("what is no hash"), b"correct horse", &mut memory));
        assert!(!fits(Some("$argon2id$v=19$m=4194304,t=2,p=1$bm9ib2R5bm9ib2R5"), b"x", &mut memory), "without an output");
        // A hash by another program, with other parameters, fits as well.
        let other = Argon2::new(Algorithm::Argon2id, Version::default(), Params::new(8_192, 3, 1, None).expect("parameters"));
        let salt = SaltString::encode_b64(b"0123456789abcdef").expect("a salt");
        let kept = other.hash_password(b"correct horse", &salt).expect("hashed").to_string();
        assert!(fits(Some(&kept), b"correct horse", &mut memory));
        assert_eq!(memory.len(), blocks, "it does not grow");
    }

    #[tokio::test]
    async fn what_waits_has_a_bound_and_known_devices_go_first() {
        let shared = Arc::<Shared>::default();
        // Without its thread no attempt is taken from the queue.
        let checker = Arc::new(Checker(Arc::clone(&shared)));
        let attempt = |from: [u8; 4], known_device| Attempt { hash: None, password: "x".into(), from: from.into(), known_device };
        let mut waiting = Vec::new();
        let mut wait = |attempt: Attempt| {
            let checker = Arc::clone(&checker);
            waiting.push(tokio::spawn(async move { checker.check(attempt).await }));
        };
        for number in 0..64_u8 {
            wait(attempt([192, 0, 2, number / 16], false));
        }
        while shared.lock().others.len() < WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(checker.check(attempt([192, 0, 2, 9], false)).await, Err(Busy), "the queue is full");
        wait(attempt([192, 0, 2, 1], true));
        while shared.lock().known.is_empty() {
            tokio::task::yield_now().await;
        }
        let first = shared.next().expect("a job");
        assert!(shared.lock().known.is_empty(), "the known device was first");
        drop(first);
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
        while shared.lock().others.iter().any(|job| !job.answer.is_closed()) {
            tokio::task::yield_now().await;
        }
        let again = tokio::spawn({
            let checker = Arc::clone(&checker);
            async move { checker.check(attempt([192, 0, 2, 9], false)).await }
        });
        while shared.lock().others.len() != 1 {
            tokio::task::yield_now().await;
        }
        again.abort();
    }
}
