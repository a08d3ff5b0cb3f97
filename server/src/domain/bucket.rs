//! How often somebody may do something: a bucket that fills with time.

use std::time::Instant;

/// So many a second, and some seconds' worth at once.
#[derive(Debug)]
pub struct Bucket {
    rate: f64,
    most: f64,
    left: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket for so many a second, over so many seconds.
    #[must_use]
    pub fn per_second(number: u32, seconds: u32) -> Self {
        Self::full(f64::from(number), f64::from(number) * f64::from(seconds))
    }

    /// A full bucket for so many a minute.
    #[must_use]
    pub fn per_minute(number: u32) -> Self {
        Self::full(f64::from(number) / 60.0, f64::from(number))
    }

    fn full(rate: f64, most: f64) -> Self {
        Self { rate, most, left: most, at: Instant::now() }
    }

    /// Takes one out; false when it is empty.
    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + now.duration_since(self.at).as_secs_f64() * self.rate).min(self.most);
        self.at = now;
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

/// What one visitor may do, on all its sockets together.
#[derive(Debug)]
pub struct Allowance {
    pub messages: Bucket,
    pub starts: Bucket,
}
