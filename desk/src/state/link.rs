//! The link's life: connecting, greeting, up, waiting to try again, stopped. Time and chance come in.

use super::Ids;
use chinwag::model::Timestamp;

/// The link to the server.
#[derive(Debug)]
pub struct Link {
    pub state: LinkState,
    /// Tries since the link was last good.
    pub attempt: u32,
    heard: Timestamp,
    asked: bool,
    nudged: Timestamp,
    /// What the server asked for before it closed: milliseconds to wait.
    told: Option<i64>,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Not wanted: nobody is signed in.
    Off,
    Connecting {
        since: Timestamp,
    },
    /// The socket is open, the server has not let us in yet.
    Greeting {
        since: Timestamp,
    },
    Up {
        since: Timestamp,
    },
    /// Will try again at `until`.
    Waiting {
        until: Timestamp,
    },
    /// Will not try again by itself.
    Stopped(Stop),
}

/// Why it does not try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The token is not valid any more.
    SignedOut,
    /// The server speaks another version: load the page again.
    Version,
    /// The server sent us away with these words.
    SentAway(String),
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkInput {
    /// Somebody signed in.
    Start,
    Opened,
    /// The server let us in.
    Welcomed,
    /// A frame arrived.
    Heard,
    /// The socket is closed, with its close code.
    Closed(u16),
    /// The server will close and says when to come back.
    Bye(i64),
    /// The network is back or the page is looked at: try now.
    Nudge,
    /// The agent asks to try now, also after the server sent us away.
    Retry,
    Tick,
    Stop(Stop),
    /// Signed out.
    End,
}

/// What it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOrder {
    Open,
    /// Send the first frame.
    Greet,
    Close,
    /// Ask whether the server is there.
    Ping,
    /// Tick again in so many milliseconds.
    Wake(i64),
}

impl Link {
    /// A link that is not wanted yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: LinkState::Off, attempt: 0, heard: Timestamp(0), asked: false, nudged: Timestamp(i64::MIN), told: None }
    }

    /// Whether frames can be sent.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        matches!(self.state, LinkState::Up { .. })
    }

    /// Takes an event; returns what to do.
    pub fn handle(&mut self, now: Timestamp, input: LinkInput, ids: &mut Ids) -> Vec<LinkOrder> {
        use LinkState::{Connecting, Greeting, Off, Stopped, Up, Waiting};
        match (input, &self.state) {
            (LinkInput::Start, Off | Stopped(_)) => self.connect(now),
            (LinkInput::Opened, Connecting { .. }) => {
                self.state = Greeting { since: now };
                self.hear(now);
                vec![LinkOrder::Greet]
            }
            (LinkInput::Welcomed, Greeting { .. }) => {
                self.state = Up { since: now };
                Vec::new()
            }
            (LinkInput::Heard, _) => {
                self.hear(now);
                Vec::new()
            }
            (LinkInput::Bye(millis), Connecting { .. } | Greeting { .. } | Up { .. }) => {
                self.told = Some(millis.clamp(1_000, 600_000));
                Vec::new()
            }
            (LinkInput::Closed(4401 | 4403), Connecting { .. } | Greeting { .. } | Up { .. }) => {
                self.state = Stopped(Stop::SignedOut);
                Vec::new()
            }
            (LinkInput::Closed(4426), Connecting { .. } | Greeting { .. } | Up { .. }) => {
                self.state = Stopped(Stop::Version);
                Vec::new()
            }
            // A mistake of this program: it would make it again.
            (LinkInput::Closed(1003 | 4400), Connecting { .. } | Greeting { .. } | Up { .. }) => {
                self.state = Stopped(Stop::SentAway("it did not understand this desk.".to_owned()));
                Vec::new()
            }
            (LinkInput::Closed(_), Connecting { .. } | Greeting { .. } | Up { .. }) => self.wait(now, ids),
            (LinkInput::Retry, Stopped(Stop::SentAway(_))) => self.connect(now),
            (LinkInput::Nudge | LinkInput::Retry, Waiting { .. }) if now.since(self.nudged) >= NUDGE_GAP => {
                self.nudged = now;
                self.connect(now)
            }
            (LinkInput::Tick, Waiting { until }) if now >= *until => self.connect(now),
            (LinkInput::Tick, Connecting { since } | Greeting { since }) if now.since(*since) >= PATIENCE => {
                let mut orders = vec![LinkOrder::Close];
                orders.extend(self.wait(now, ids));
                orders
            }
            (LinkInput::Tick, Up { .. }) if now.since(self.heard) >= SILENCE => {
                let mut orders = vec![LinkOrder::Close];
                orders.extend(self.wait(now, ids));
                orders
            }
            (LinkInput::Tick, Up { .. }) if now.since(self.heard) >= HEARTBEAT && !self.asked => {
                self.asked = true;
                vec![LinkOrder::Ping]
            }
            (LinkInput::Stop(why), Connecting { .. } | Greeting { .. } | Up { .. } | Waiting { .. }) => {
                self.state = Stopped(why);
                vec![LinkOrder::Close]
            }
            (LinkInput::End, _) => {
                *self = Self::new();
                vec![LinkOrder::Close]
            }
            _ => Vec::new(),
        }
    }

    fn connect(&mut self, now: Timestamp) -> Vec<LinkOrder> {
        self.state = LinkState::Connecting { since: now };
        self.told = None;
        vec![LinkOrder::Open]
    }

    fn hear(&mut self, now: Timestamp) {
        self.heard = now;
        self.asked = false;
    }

    /// Full jitter: anything from nothing to the ceiling, which doubles with every try.
    fn wait(&mut self, now: Timestamp, ids: &mut Ids) -> Vec<LinkOrder> {
        if let LinkState::Up { since } = self.state
            && now.since(since) >= GOOD_LINK
        {
            self.attempt = 0;
        }
        let ceiling = FIRST_DELAY.saturating_mul(1 << self.attempt.min(10)).min(LONGEST_DELAY);
        let delay = match self.told.take() {
            Some(told) => told.saturating_add(ids.up_to(FIRST_DELAY)),
            None => ids.up_to(ceiling),
        };
        self.attempt = self.attempt.saturating_add(1);
        self.state = LinkState::Waiting { until: now.after(delay) };
        vec![LinkOrder::Wake(delay)]
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

/// Milliseconds. The numbers are quality R7 and R8.
const FIRST_DELAY: i64 = 1_000;
const LONGEST_DELAY: i64 = 30_000;
const GOOD_LINK: i64 = 60_000;
const HEARTBEAT: i64 = 15_000;
const SILENCE: i64 = 25_000;
const PATIENCE: i64 = 10_000;
const NUDGE_GAP: i64 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn up(ids: &mut Ids) -> Link {
        let mut link = Link::new();
        assert_eq!(link.handle(Timestamp(0), LinkInput::Start, ids), [LinkOrder::Open]);
        assert_eq!(link.handle(Timestamp(0), LinkInput::Opened, ids), [LinkOrder::Greet]);
        link.handle(Timestamp(0), LinkInput::Welcomed, ids);
        assert!(link.is_up());
        link
    }

    #[test]
    fn r8_delays_double_to_a_ceiling_and_spread_over_their_whole_range() {
        let mut highest = [0; 8];
        let mut lowest = [i64::MAX; 8];
        for seed in 0..400 {
            let mut ids = Ids::new(seed);
            let mut link = up(&mut ids);
            let mut now = Timestamp(1_000);
            for attempt in 0..8 {
                link.handle(now, LinkInput::Closed(1006), &mut ids);
                let LinkState::Waiting { until } = link.state else { panic!("it waits") };
                highest[attempt] = highest[attempt].max(until.since(now));
                lowest[attempt] = lowest[attempt].min(until.since(now));
                now = until;
                assert_eq!(link.handle(now, LinkInput::Tick, &mut ids), [LinkOrder::Open]);
            }
        }
        for (attempt, ceiling) in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].into_iter().enumerate() {
            assert!(highest[attempt] <= ceiling && highest[attempt] > ceiling * 9 / 10, "try {attempt}: {}", highest[attempt]);
            assert!(lowest[attempt] < ceiling / 10, "try {attempt}: {}", lowest[attempt]);
        }
    }

    #[test]
    fn r8_a_minute_of_good_link_starts_the_count_again() {
        let mut ids = Ids::new(1);
        let mut link = up(&mut ids);
        link.attempt = 6;
        link.handle(Timestamp(59_000), LinkInput::Closed(1006), &mut ids);
        assert_eq!(link.attempt, 7);
        link = up(&mut ids);
        link.attempt = 6;
        link.handle(Timestamp(60_000), LinkInput::Closed(1006), &mut ids);
        assert_eq!(link.attempt, 1);
    }

    #[test]
    fn r7_a_silent_server_is_asked_and_then_left() {
        let mut ids = Ids::new(1);
        let mut link = up(&mut ids);
        assert_eq!(link.handle(Timestamp(15_000), LinkInput::Tick, &mut ids), [LinkOrder::Ping]);
        assert_eq!(link.handle(Timestamp(16_000), LinkInput::Tick, &mut ids), []);
        assert_eq!(link.handle(Timestamp(25_000), LinkInput::Tick, &mut ids)[0], LinkOrder::Close);
        assert!(matches!(link.state, LinkState::Waiting { .. }));
    }

    #[test]
    fn r10_the_server_is_obeyed() {
        let mut ids = Ids::new(1);
        let mut link = up(&mut ids);
        link.handle(Timestamp(1_000), LinkInput::Bye(5), &mut ids);
        link.handle(Timestamp(1_000), LinkInput::Closed(1012), &mut ids);
        let LinkState::Waiting { until } = link.state else { panic!("it waits") };
        assert!((1_000..=2_000).contains(&until.since(Timestamp(1_000))));
        let mut link = up(&mut ids);
        link.handle(Timestamp(1_000), LinkInput::Closed(4401), &mut ids);
        assert_eq!(link.state, LinkState::Stopped(Stop::SignedOut));
        assert_eq!(link.handle(Timestamp(9_000), LinkInput::Nudge, &mut ids), []);
    }

    #[test]
    fn r10_codes_that_say_no_are_not_tried_again() {
        let mut ids = Ids::new(1);
        for greeting in [false, true] {
            for code in [1003, 4400, 4401, 4403, 4426] {
                let mut link = up(&mut ids);
                if greeting {
                    link.state = LinkState::Greeting { since: Timestamp(0) };
                }
                assert_eq!(link.handle(Timestamp(1_000), LinkInput::Closed(code), &mut ids), [], "{code}");
                assert!(matches!(link.state, LinkState::Stopped(_)), "{code}");
                assert_eq!(link.handle(Timestamp(99_000), LinkInput::Tick, &mut ids), [], "{code}");
                assert_eq!(link.handle(Timestamp(99_000), LinkInput::Nudge, &mut ids), [], "{code}");
            }
            for code in [1000, 1001, 1002, 1006, 1007, 1009, 1012, 4408, 4429] {
                let mut link = up(&mut ids);
                link.handle(Timestamp(1_000), LinkInput::Closed(code), &mut ids);
                assert!(matches!(link.state, LinkState::Waiting { .. }), "{code}");
            }
        }
        // The agent may ask for it after a mistake of ours; another version needs another page.
        let mut link = up(&mut ids);
        link.handle(Timestamp(1_000), LinkInput::Closed(4400), &mut ids);
        assert_eq!(link.handle(Timestamp(2_000), LinkInput::Retry, &mut ids), [LinkOrder::Open]);
        let mut link = up(&mut ids);
        link.handle(Timestamp(1_000), LinkInput::Closed(4426), &mut ids);
        assert_eq!(link.state, LinkState::Stopped(Stop::Version));
        assert_eq!(link.handle(Timestamp(2_000), LinkInput::Retry, &mut ids), []);
    }

    #[test]
    fn r8_a_nudge_tries_at_once_but_not_every_time() {
        let mut ids = Ids::new(3);
        let mut link = up(&mut ids);
        link.handle(Timestamp(1_000), LinkInput::Closed(1006), &mut ids);
        assert_eq!(link.handle(Timestamp(1_001), LinkInput::Nudge, &mut ids), [LinkOrder::Open]);
        link.handle(Timestamp(1_002), LinkInput::Closed(1006), &mut ids);
        assert_eq!(link.handle(Timestamp(1_003), LinkInput::Nudge, &mut ids), []);
        assert_eq!(link.handle(Timestamp(6_002), LinkInput::Nudge, &mut ids), [LinkOrder::Open]);
    }
}
