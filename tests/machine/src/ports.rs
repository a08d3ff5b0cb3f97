//! Ports that stay free until they are used.

use std::io::{Error, ErrorKind, Result};
use std::net::TcpListener;
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// A free port on 127.0.0.1, for a program that needs a number.
///
/// It is below the ports that the system gives to outgoing connections and to programs that ask for any port. One of these could be free now
/// and the port of another program a moment later: while a program starts, or while a test has stopped it. And a client that connects to such a port
/// before a program listens may be connected to itself.
///
/// # Errors
/// Every one is in use.
pub fn free_port() -> Result<u16> {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let range = below_the_systems_own();
    // Each process begins at another number, and never returns a port twice.
    let length = range.end - range.start;
    let begin = std::process::id().wrapping_mul(STRIDE) % u32::from(length);
    for _ in 0..length {
        let offset = (begin + u32::from(TAKEN.fetch_add(1, Ordering::Relaxed))) % u32::from(length);
        let port = range.start + u16::try_from(offset).unwrap_or_default();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Error::new(ErrorKind::AddrInUse, format!("every port from {} to {} is in use", range.start, range.end)))
}

fn below_the_systems_own() -> Range<u16> {
    // If the system does not report the range, the default of Linux is used.
    let told = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok();
    let first = told.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(32_768);
    LOWEST..first.max(LOWEST + 1_000)
}

/// Well-known services are below.
const LOWEST: u16 = 12_000;
/// The distance between the first ports of processes with neighbouring ids, as they have when they start one after the other.
const STRIDE: u32 = 131;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_port_is_given_once_and_is_none_that_the_system_gives_away() {
        let ports: HashSet<u16> = (0..50).map(|_| free_port().expect("a port")).collect();
        assert_eq!(ports.len(), 50);
        let own = below_the_systems_own();
        assert!(ports.iter().all(|port| own.contains(port)));
        let anyone = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a port");
        assert!(!own.contains(&anyone.port()), "{anyone}");
    }

    #[test]
    fn a_port_in_use_is_not_given() {
        let port = free_port().expect("a port");
        let _listener = TcpListener::bind(("127.0.0.1", port)).expect("free");
        assert_ne!(free_port().expect("another"), port);
    }
}
