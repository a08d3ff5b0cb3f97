//! The client's address. Behind a proxy the socket's address is the proxy's; the header with the client's address counts only if the
//! configuration trusts that proxy (quality S31).

use crate::config::{Config, ForwardedHeader};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The origin of a request: the client's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The sender of a request. The accept loop adds it to every request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        request.extensions().get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }

    /// The network of the address, for documents: the address itself is only in memory (quality P8).
    #[must_use]
    pub fn network(self) -> String {
        match self.0 {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        }
    }

    /// The key of limits: the address; for IPv6 its /64, which belongs to one household.
    #[must_use]
    pub fn household(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        }
    }
}

/// Marks a request that came through a trusted proxy.
#[derive(Clone, Copy, Debug)]
pub struct Proxied;

/// The trusted proxies.
#[derive(Clone, Debug)]
pub struct Proxies {
    trusted: Arc<[IpNet]>,
    header: ForwardedHeader,
    /// The operator was told of a proxy that is not in the configuration.
    told: Arc<AtomicBool>,
}

impl Proxies {
    /// The proxies that the configuration lists.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { trusted: config.trusted_proxies().into(), header: config.server().forwarded_header, told: Arc::default() }
    }

    /// Whether an address belongs to one of them.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The client's address: from the socket outwards, the first one that is no trusted proxy.
    #[must_use]
    pub fn client(&self, socket: IpAddr, headers: &HeaderMap) -> Peer {
        if !self.trusts(socket) {
            self.tell_of_unlisted(socket, headers);
            return Peer(socket);
        }
        let mut nearest = socket;
        for hop in self.hops(headers).into_iter().rev() {
            // Addresses beyond one that cannot be read are not trusted: the proxy that passed it on counts as the client.
            let Some(address) = hop else { break };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        Peer(nearest)
    }

    /// The addresses of the header, the farthest first; `None` for one that cannot be read.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        match self.header {
            ForwardedHeader::XForwardedFor => {
                let lines = headers.get_all("x-forwarded-for").iter();
                lines.flat_map(|line| line.to_str().unwrap_or("?").split(',').map(address).collect::<Vec<_>>()).collect()
            }
            ForwardedHeader::Forwarded => {
                let lines = headers.get_all(header::FORWARDED).iter();
                lines.flat_map(|line| line.to_str().unwrap_or("?").split(',').map(forwarded_for).collect::<Vec<_>>()).collect()
            }
        }
    }

    /// Warns once that requests come through a proxy that the configuration does not list: all visitors then count as one.
    fn tell_of_unlisted(&self, socket: IpAddr, headers: &HeaderMap) {
        let near = match socket {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        let passed_on = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
        if near && passed_on && !self.told.swap(true, Ordering::Relaxed) {
            let network = Peer(socket).network();
            tracing::warn!(
                network,
                "requests come through a proxy that is not listed, so that all visitors count as one address: add the proxy to server.trusted_proxies"
            );
        }
    }
}

/// The address of a `for=` of one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

/// An address, with or without a port. An IPv6 address with a port has brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None if text.bytes().filter(|byte| *byte == b':').count() == 1 => text.split(':').next(),
        None => Some(text),
    };
    bare?.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn client(trusted: &[&str], header: ForwardedHeader, socket: &str, lines: &[(&str, &str)]) -> String {
        let trusted = trusted.iter().map(|text| text.parse().expect("a network")).collect();
        let proxies = Proxies { trusted, header, told: Arc::default() };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value"));
        }
        proxies.client(socket.parse().expect("an address"), &headers).0.to_string()
    }

    #[test]
    fn s31_the_nearest_address_that_is_no_trusted_proxy_counts() {
        let via = |value: &str| client(&["10.0.0.0/8"], ForwardedHeader::XForwardedFor, "10.0.0.1", &[("x-forwarded-for", value)]);
        assert_eq!(via("203.0.113.9"), "203.0.113.9");
        assert_eq!(via("198.51.100.1, 203.0.113.9"), "203.0.113.9", "what the client wrote itself stands further left");
        assert_eq!(via("198.51.100.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9", "through two of ours");
        assert_eq!(via("10.9.9.9"), "10.9.9.9", "all are ours: the farthest");
        assert_eq!(via("203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(via("2001:db8::7"), "2001:db8::7");
        assert_eq!(via("[2001:db8::7]:443"), "2001:db8::7");
        assert_eq!(via("::ffff:203.0.113.9"), "203.0.113.9");
        for odd in ["unknown", "_hidden", "", "203.0.113.9, ", "1.2.3", "203.0.113.9;evil", "é"] {
            assert_eq!(via(odd), "10.0.0.1", "{odd}");
        }
        let two = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client(&["10.0.0.1/32"], ForwardedHeader::XForwardedFor, "10.0.0.1", &two), "203.0.113.9", "lines are one list");
    }

    #[test]
    fn s31_forged_headers_are_nothing() {
        let forged = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")];
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            assert_eq!(client(&[], header, "198.51.100.1", &forged), "198.51.100.1");
            assert_eq!(client(&["10.0.0.0/8"], header, "198.51.100.1", &forged), "198.51.100.1");
        }
        // A proxy passes on headers that it does not set itself: only the configured one is read.
        let passed = [("forwarded", "for=203.0.113.9")];
        assert_eq!(client(&["10.0.0.1/32"], ForwardedHeader::XForwardedFor, "10.0.0.1", &passed), "10.0.0.1");
    }

    #[test]
    fn s31_forwarded_is_read_as_its_rfc_says() {
        let via = |value: &str| client(&["10.0.0.1/32"], ForwardedHeader::Forwarded, "10.0.0.1", &[("forwarded", value)]);
        assert_eq!(via("for=192.0.2.43, For=\"198.51.100.17:4711\";proto=https;by=10.0.0.1"), "198.51.100.17");
        assert_eq!(via("proto=http;for=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
        assert_eq!(via("for=_SEVKISEK, for=unknown"), "10.0.0.1");
    }

    #[test]
    fn all_of_a_household_counts_as_one() {
        let of = |text: &str| Peer(text.parse().expect("an address")).household();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
