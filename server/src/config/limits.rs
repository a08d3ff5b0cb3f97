//! `[limits]`: limits for one visitor, one agent and one address.

use serde::Deserialize;

/// The table `[limits]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections of all clients together.
    pub connections: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// Sockets of one visitor.
    pub sockets_per_visitor: usize,
    /// Bytes that may wait to be sent to one socket.
    pub queued_bytes: usize,
    /// Frames a second from one visitor, over some seconds.
    pub frames_per_second: u32,
    /// Frames a second from one agent, over some seconds.
    pub agent_frames_per_second: u32,
    /// Messages a second from one visitor, over some seconds.
    pub messages_per_second: u32,
    /// Conversations and requests a minute from one visitor.
    pub starts_per_minute: u32,
    /// The limits for all visitors of one address together.
    pub address: AddressLimits,
}

/// Limits of one address. A household or an office shares an address, so they are wider than a visitor's.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct AddressLimits {
    /// Frames a second, over some seconds.
    pub frames_per_second: u32,
    /// Messages a second, over some seconds.
    pub messages_per_second: u32,
    /// Conversations and requests a minute.
    pub starts_per_minute: u32,
    /// New visitors a minute: ids that the server does not know yet.
    pub visitors_per_minute: u32,
    /// Conversations that are not over, and requests of the last day that are not done.
    pub open: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            per_address: 500,
            sockets_per_visitor: 20,
            queued_bytes: 1024 * 1024,
            frames_per_second: 50,
            agent_frames_per_second: 500,
            messages_per_second: 10,
            starts_per_minute: 20,
            address: AddressLimits::default(),
        }
    }
}

impl Default for AddressLimits {
    fn default() -> Self {
        Self { frames_per_second: 1_000, messages_per_second: 100, starts_per_minute: 60, visitors_per_minute: 120, open: 20 }
    }
}

/// The range of a limit per second or minute.
const RATES: std::ops::RangeInclusive<u32> = 1..=1_000_000;

impl Limits {
    /// The faults: the key below `limits`, and what to write instead.
    pub(super) fn faults(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let rates = [
            ("frames_per_second", self.frames_per_second),
            ("agent_frames_per_second", self.agent_frames_per_second),
            ("messages_per_second", self.messages_per_second),
            ("starts_per_minute", self.starts_per_minute),
            ("address.frames_per_second", self.address.frames_per_second),
            ("address.messages_per_second", self.address.messages_per_second),
            ("address.starts_per_minute", self.address.starts_per_minute),
            ("address.visitors_per_minute", self.address.visitors_per_minute),
        ];
        let wrong = rates.into_iter().filter(|(_, rate)| !RATES.contains(rate));
        wrong.map(|(key, _)| (key, "has to be from 1 to 1000000"))
    }
}
