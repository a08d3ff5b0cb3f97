//! Opening hours in a time zone, and the slots for calls inside them.

use super::file::{Campaign, Slots};
use chinwag::model::{Slot, Timestamp};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, ToSpan};

/// When a campaign is open.
#[derive(Clone, Debug)]
pub struct Hours {
    zone: TimeZone,
    /// Empty: always.
    spans: Vec<OpenSpan>,
    closed_on: Vec<Date>,
}

#[derive(Clone, Copy, Debug)]
struct OpenSpan {
    /// Monday is 0.
    days: [bool; 7],
    from: Time,
    /// Nothing: until midnight.
    to: Option<Time>,
}

impl Hours {
    /// Reads the hours of a campaign; a fault is a field and what is wrong in it.
    pub(super) fn read(campaign: &Campaign) -> Result<Self, (String, String)> {
        let zone = TimeZone::get(&campaign.zone).map_err(|_| {
            ("zone".to_owned(), format!("`{}` is not an IANA time zone: write one such as \"Europe/Rome\" or \"UTC\"", campaign.zone))
        })?;
        let mut spans = Vec::new();
        for (index, text) in campaign.hours.iter().enumerate() {
            let span = read_span(text).ok_or_else(|| {
                let hint = "write days and times such as \"mon-fri 09:00-18:00\" or \"sat,sun 10:00-24:00\", the end after the start";
                (format!("hours[{index}]"), format!("`{text}` is not opening hours: {hint}"))
            })?;
            spans.push(span);
        }
        let mut closed_on = Vec::new();
        for (index, text) in campaign.closed_on.iter().enumerate() {
            let day =
                text.parse().map_err(|_| (format!("closed_on[{index}]"), format!("`{text}` is not a day: write it as YYYY-MM-DD")))?;
            closed_on.push(day);
        }
        Ok(Self { zone, spans, closed_on })
    }

    /// Whether it is open at a time.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Ok(instant) = Instant::from_millisecond(at.0) else { return false };
        let local = instant.to_zoned(self.zone.clone());
        self.is_open_on(local.date(), local.time())
    }

    /// The slots from a time on, soonest first, whether taken or not.
    #[must_use]
    pub fn slots(&self, now: Timestamp, slots: &Slots) -> Vec<Slot> {
        let Ok(instant) = Instant::from_millisecond(now.after(slots.lead.millis()).0) else { return Vec::new() };
        let earliest = instant.as_millisecond();
        let mut day = instant.to_zoned(self.zone.clone()).date();
        let mut found = Vec::new();
        for _ in 0..=slots.days {
            let mut minute = 0;
            while minute + slots.minutes <= 24 * 60 {
                let start = Time::new(i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0), 0, 0).ok();
                let open = start.is_some_and(|start| self.is_open_on(day, start) && self.is_open_until(day, start, slots.minutes));
                // In the gap of a clock change there is no such time; the zone moves it on, so that it would come twice.
                let at = start.and_then(|start| self.zone.to_ambiguous_zoned(day.to_datetime(start)).unambiguous().ok());
                if let (true, Some(at)) = (open, at)
                    && at.timestamp().as_millisecond() >= earliest
                {
                    found.push(Slot { start: Timestamp(at.timestamp().as_millisecond()), minutes: slots.minutes });
                }
                minute += slots.minutes;
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        found
    }

    fn is_open_on(&self, day: Date, time: Time) -> bool {
        if self.closed_on.contains(&day) {
            return false;
        }
        self.spans.is_empty()
            || self.spans.iter().any(|span| span.on(day.weekday()) && span.from <= time && span.to.is_none_or(|to| time < to))
    }

    fn is_open_until(&self, day: Date, start: Time, minutes: u32) -> bool {
        // The last minute of the slot has to be inside as well.
        let last = start.checked_add(i64::from(minutes.saturating_sub(1)).minutes());
        last.is_ok_and(|last| self.is_open_on(day, last))
    }
}

impl OpenSpan {
    fn on(self, day: Weekday) -> bool {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or(0);
        self.days.get(index).copied().unwrap_or(false)
    }
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn read_span(text: &str) -> Option<OpenSpan> {
    let (days, times) = text.trim().split_once(' ')?;
    let number = |name: &str| DAYS.iter().position(|day| *day == name.trim());
    let mut open = [false; 7];
    for part in days.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        let mut day = first;
        loop {
            *open.get_mut(day)? = true;
            if day == last {
                break;
            }
            // Over the weekend: sat-mon.
            day = (day + 1) % 7;
        }
    }
    let (from, to) = times.trim().split_once('-')?;
    let from = clock(from)?;
    let to = if to.trim() == "24:00" { None } else { Some(clock(to)?) };
    to.is_none_or(|to| from < to).then_some(OpenSpan { days: open, from, to })
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, spans: &[&str]) -> Hours {
        let spans = spans.iter().map(|text| read_span(text).expect("hours")).collect();
        Hours { zone: TimeZone::get(zone).expect("zone"), spans, closed_on: vec!["2026-12-25".parse().expect("day")] }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Instant>().expect("time").as_millisecond())
    }

    #[test]
    fn open_in_the_zone_of_the_campaign() {
        let rome = hours("Europe/Rome", &["mon-fri 09:00-18:00", "sat 10:00-12:00"]);
        // Friday 20 November 2026; Rome is an hour ahead of UTC.
        assert!(rome.is_open(at("2026-11-20T08:00:00Z")));
        assert!(!rome.is_open(at("2026-11-20T07:59:59Z")));
        assert!(!rome.is_open(at("2026-11-20T17:00:00Z")));
        assert!(!rome.is_open(at("2026-11-22T10:00:00Z")), "Sunday");
        assert!(!rome.is_open(at("2026-12-25T10:00:00Z")), "closed on that day");
    }

    #[test]
    fn slots_are_inside_the_hours_and_in_the_future() {
        let rome = hours("Europe/Rome", &["mon-fri 09:00-10:15"]);
        let now = at("2026-11-20T08:10:00Z");
        let slots = rome.slots(now, &Slots { minutes: 30, per_slot: 1, days: 3, lead: super::super::Span::secs(300) });
        let starts: Vec<i64> = slots.iter().map(|slot| slot.start.0).collect();
        let wanted = ["2026-11-20T08:30:00Z", "2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z"];
        assert_eq!(starts, wanted.map(|text| at(text).0), "the half hour that ends after closing is not offered");
    }

    #[test]
    fn a_slot_in_the_gap_of_a_clock_change_does_not_exist() {
        let rome = hours("Europe/Rome", &["sun 01:00-04:00"]);
        let slots = rome.slots(at("2027-03-27T22:00:00Z"), &Slots { minutes: 60, per_slot: 1, days: 1, lead: super::super::Span::secs(0) });
        let starts: Vec<i64> = slots.iter().map(|slot| slot.start.0).collect();
        assert_eq!(starts, ["2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z"].map(|text| at(text).0));
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        for wrong in ["", "mon", "mon 9-18", "mon 18:00-09:00", "xyz 09:00-10:00", "mon 25:00-26:00", "mon 09:00-09:00"] {
            assert!(read_span(wrong).is_none(), "{wrong}");
        }
    }
}
