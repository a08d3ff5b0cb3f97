//! What a page can set.

use super::json::{self, parse, truth};
use crate::wire::Json;

/// The options of G2.1 that concern the link. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `tenant:endpoint`, or empty.
    pub endpoint: String,
    /// What a visitor without any name is called: the server insists on one (G4.2).
    pub anonymous: String,
    pub ajax_timeout: i64,
    /// 0: none.
    pub upload_timeout: i64,
    /// Failures in a row that are tolerated.
    pub poll_exception_limit: u32,
    /// How old the last poll of a kept session may be.
    pub restore_timeout: i64,
    /// The interval when it is not dynamic. 1,000 to 30,000.
    pub poll_rate: i64,
    /// 250 or more.
    pub poll_rate_min: i64,
    /// At most 30,000.
    pub poll_rate_max: i64,
    /// What the interval grows by, in percent: 120 is a factor of 1.2.
    pub poll_rate_growth: i64,
    /// The interval while hidden.
    pub poll_rate_sleep: i64,
    pub dynamic_polling: bool,
    pub sleep_enabled: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            anonymous: "Anonymous".into(),
            ajax_timeout: 3_000,
            upload_timeout: 0,
            poll_exception_limit: 5,
            restore_timeout: 60_000,
            poll_rate: 3_000,
            poll_rate_min: 500,
            poll_rate_max: 3_000,
            poll_rate_growth: 120,
            poll_rate_sleep: 30_000,
            dynamic_polling: true,
            sleep_enabled: false,
        }
    }
}

impl Options {
    /// The options with every number inside its bounds: a page's mistake must not flood a server, or silence the chat.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        const LONGEST: i64 = 30_000;
        self.ajax_timeout = self.ajax_timeout.clamp(250, 600_000);
        self.upload_timeout = self.upload_timeout.clamp(0, 3_600_000);
        self.restore_timeout = self.restore_timeout.max(0);
        self.poll_rate = self.poll_rate.clamp(1_000, LONGEST);
        self.poll_rate_min = self.poll_rate_min.clamp(250, LONGEST);
        self.poll_rate_max = self.poll_rate_max.clamp(self.poll_rate_min, LONGEST);
        self.poll_rate_growth = self.poll_rate_growth.clamp(100, 1_000);
        self.poll_rate_sleep = self.poll_rate_sleep.clamp(1_000, 600_000);
        self
    }

    /// Reads the section `webchat` of a page's configuration, as JSON text. What is not there, or not of its type, stays as it is by
    /// default.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut options = Self::default();
        let Some(json) = parse(text) else { return options };
        if let Some(endpoint) = json::text(json.get("endpoint"), 200) {
            options.endpoint = endpoint;
        }
        for (name, place) in [
            ("ajaxTimeout", &mut options.ajax_timeout),
            ("fileUploadTimeout", &mut options.upload_timeout),
            ("restoreTimeout", &mut options.restore_timeout),
            ("pollRate", &mut options.poll_rate),
            ("pollRateMin", &mut options.poll_rate_min),
            ("pollIntervalIdle_ms", &mut options.poll_rate_max),
        ] {
            *place = number(&json, name, 1).unwrap_or(*place);
        }
        // The younger name of the same.
        options.poll_rate_max = number(&json, "pollRateMax", 1).unwrap_or(options.poll_rate_max);
        options.poll_rate_sleep = number(&json, "pollRateSleep", 1).unwrap_or(options.poll_rate_sleep);
        options.poll_rate_growth = number(&json, "pollRateMult", 100).unwrap_or(options.poll_rate_growth);
        if let Some(limit) = number(&json, "pollExceptionLimit", 1) {
            options.poll_exception_limit = u32::try_from(limit).unwrap_or(options.poll_exception_limit);
        }
        options.dynamic_polling = truth(json.get("dynamicPolling")).unwrap_or(options.dynamic_polling);
        options.sleep_enabled = truth(json.get("sleepEnabled")).unwrap_or(options.sleep_enabled);
        options.bounded()
    }
}

/// A number of a page, perhaps with a fraction, times `unit` (a power of ten), without what is left of the fraction.
fn number(json: &Json, name: &str, unit: i64) -> Option<i64> {
    let text = json::text(json.get(name), 20)?;
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut sum: i64 = whole.parse().ok()?;
    let mut scale = unit;
    let mut places = rest.chars();
    sum = sum.checked_mul(unit)?;
    while scale >= 10 {
        scale /= 10;
        let digit = places.next().map_or(Some(0), |c| c.to_digit(10))?;
        sum = sum.checked_add(i64::from(digit).checked_mul(scale)?)?;
    }
    Some(sum)
}
