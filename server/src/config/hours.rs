//! Opening hours in a time zone, and the slots for calls inside them.

use super::file::{Campaign, Slots};
use chinwag::model::{Slot, Timestamp};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp as Instant, ToSpan};

/// When a campaign is open.
#[derive(Clone, Debug)]
pub struct Hours {
    zone: TimeZone,
    /// The opening hours; empty: always open.
    spans: Vec<OpenSpan>,
    closed_on: Vec<Date>,
}

#[derive(Clone, Copy, Debug)]
struct OpenSpan {
    /// Which days of the week, from Monday on.
    days: [bool; 7],
    from: Time,
    /// `None`: until midnight.
    to: Option<Time>,
}

impl Hours {
    /// Reads the hours of a campaign; a fault is a field with its message.
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

    /// Whether the campaign is open at a time.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Ok(instant) = Instant::from_millisecond(at.0) else { return false };
        let local = instant.to_zoned(self.zone.clone());
        self.is_open_on(local.date(), local.time())
    }

    /// When it opens next after a time. `None` when that is not within a year.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        let from = Instant::from_millisecond(now.0).ok()?;
        let mut day = from.to_zoned(self.zone.clone()).date();
        for _ in 0..=366 {
            let starts = self.spans.iter().filter(|span| span.on(day.weekday())).map(|span| span.from);
            let midnight = self.spans.is_empty().then_some(Time::midnight());
            // In the gap of a clock change (the missing hour) the opening moves to the end of the gap.
            let moments = starts.chain(midnight).filter_map(|start| self.zone.to_ambiguous_zoned(day.to_datetime(start)).compatible().ok());
            let next = moments.map(|at| at.timestamp()).filter(|at| *at > from && !self.closed_on.contains(&day)).min();
            if let Some(at) = next {
                return Some(Timestamp(at.as_millisecond()));
            }
            day = day.checked_add(1.day()).ok()?;
        }
        None
    }

    /// The slots from a time on, soonest first, free or not. Each is completely inside one stretch of opening hours, in local time: on the
    /// day of a clock change the stretch is an hour shorter or longer. The first slot of a stretch begins when it opens.
    #[must_use]
    pub fn slots(&self, now: Timestamp, slots: &Slots) -> Vec<Slot> {
        let Ok(earliest) = Instant::from_millisecond(now.after(slots.lead.millis()).0) else { return Vec::new() };
        let length = Span::new().minutes(i64::from(slots.minutes));
        let mut day = earliest.to_zoned(self.zone.clone()).date();
        let mut found = Vec::new();
        for _ in 0..=slots.days {
            for (open, close) in self.stretches(day) {
                let mut start = open;
                while let Ok(end) = start.checked_add(length)
                    && end <= close
                {
                    if start >= earliest && self.is_told_once(start) {
                        found.push(Slot { start: Timestamp(start.as_millisecond()), minutes: slots.minutes });
                    }
                    start = end;
                }
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        found
    }

    /// The opening hours of a day, as instants; those that touch or overlap are one.
    fn stretches(&self, day: Date) -> Vec<(Instant, Instant)> {
        if self.closed_on.contains(&day) {
            return Vec::new();
        }
        let midnight = Time::midnight();
        let mut times: Vec<(Time, Option<Time>)> = match self.spans.as_slice() {
            [] => vec![(midnight, None)],
            spans => spans.iter().filter(|span| span.on(day.weekday())).map(|span| (span.from, span.to)).collect(),
        };
        times.sort_by_key(|(from, _)| *from);
        let mut stretches: Vec<(Instant, Instant)> = Vec::new();
        for (from, to) in times {
            let end = to.map_or_else(|| self.instant(day.checked_add(1.day()).ok()?, midnight), |to| self.instant(day, to));
            let (Some(open), Some(close)) = (self.instant(day, from), end) else { continue };
            match stretches.last_mut() {
                Some((_, last)) if open <= *last => *last = close.max(*last),
                _ => stretches.push((open, close)),
            }
        }
        stretches
    }

    /// The instant of a time of day. A time in the gap of a clock change counts as the end of the gap; of a time that exists twice the first
    /// one is taken.
    fn instant(&self, day: Date, time: Time) -> Option<Instant> {
        let local = self.zone.to_ambiguous_timestamp(day.to_datetime(time));
        if matches!(local.offset(), AmbiguousOffset::Gap { .. }) {
            let before = local.earlier().ok()?;
            return self.zone.following(before).next().map(|jump| jump.timestamp());
        }
        local.compatible().ok()
    }

    /// Whether a time of day exists exactly once. It is ambiguous in the hour that a clock change repeats.
    fn is_told_once(&self, at: Instant) -> bool {
        let local = at.to_zoned(self.zone.clone()).datetime();
        self.zone.to_ambiguous_timestamp(local).unambiguous().is_ok()
    }

    fn is_open_on(&self, day: Date, time: Time) -> bool {
        if self.closed_on.contains(&day) {
            return false;
        }
        self.spans.is_empty()
            || self.spans.iter().any(|span| span.on(day.weekday()) && span.from <= time && span.to.is_none_or(|to| time < to))
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
    fn it_says_when_it_opens_next() {
        let rome = hours("Europe/Rome", &["mon-fri 14:00-18:00", "mon-fri 09:00-13:00", "sat 10:00-12:00"]);
        let always = hours("Europe/Rome", &[]);
        let cases = [
            ("before opening", &rome, "2026-11-20T06:00:00Z", "2026-11-20T08:00:00Z"),
            ("at noon", &rome, "2026-11-20T12:30:00Z", "2026-11-20T13:00:00Z"),
            ("in the evening", &rome, "2026-11-20T18:00:00Z", "2026-11-21T09:00:00Z"),
            ("over Sunday", &rome, "2026-11-21T12:00:00Z", "2026-11-23T08:00:00Z"),
            ("over a holiday", &rome, "2026-12-24T18:00:00Z", "2026-12-26T09:00:00Z"),
            ("in the night of a clock change", &rome, "2027-03-27T12:00:00Z", "2027-03-29T07:00:00Z"),
            ("after the only day off", &always, "2026-12-25T10:00:00Z", "2026-12-25T23:00:00Z"),
        ];
        for (when, hours, now, opens) in cases {
            assert_eq!(hours.opens(at(now)), Some(at(opens)), "{when}");
        }
        let gap = hours("Europe/Rome", &["sun 02:30-04:00"]);
        assert_eq!(gap.opens(at("2027-03-27T22:00:00Z")), Some(at("2027-03-28T01:30:00Z")), "there is no half past two that day");
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
    fn a_slot_never_lies_over_a_break_or_the_end() {
        let now = at("2026-11-20T00:00:00Z");
        let times = |hours: &Hours, minutes: u32, days: u32| -> Vec<String> {
            let slots = hours.slots(now, &Slots { minutes, per_slot: 1, days, lead: super::super::Span::secs(0) });
            let local = |slot: &Slot| Instant::from_millisecond(slot.start.0).expect("a time").to_zoned(hours.zone.clone());
            slots.iter().map(|slot| local(slot).strftime("%a %H:%M").to_string()).collect()
        };
        // A grid from midnight on would have a slot from 10:30 to 12:00, across the break.
        let halves = hours("Europe/Rome", &["fri 09:00-11:00", "fri 11:30-13:00"]);
        assert_eq!(times(&halves, 90, 0), ["Fri 09:00", "Fri 11:30"]);
        let odd = hours("Europe/Rome", &["fri 09:15-10:20"]);
        assert_eq!(times(&odd, 30, 0), ["Fri 09:15", "Fri 09:45"], "from the opening, not from the full hour");
        // Hours that overlap or touch are joined, and give each slot once.
        let layered = hours("Europe/Rome", &["fri 10:00-12:00", "fri 09:00-11:00", "fri 12:00-13:00"]);
        assert_eq!(times(&layered, 60, 0), ["Fri 09:00", "Fri 10:00", "Fri 11:00", "Fri 12:00"]);
        let late = hours("Europe/Rome", &["fri 22:30-24:00"]);
        assert_eq!(times(&late, 45, 0), ["Fri 22:30", "Fri 23:15"], "until midnight");
        assert_eq!(times(&late, 91, 0), [""; 0], "longer than it is open");
    }

    #[test]
    fn a_day_on_which_it_is_closed_has_no_slots() {
        let rome = hours("Europe/Rome", &["mon-fri 09:00-10:00"]);
        let slots = rome.slots(at("2026-12-23T12:00:00Z"), &Slots { minutes: 60, per_slot: 1, days: 5, lead: super::super::Span::secs(0) });
        let days: Vec<i64> = slots.iter().map(|slot| slot.start.0).collect();
        assert_eq!(
            days,
            ["2026-12-24T08:00:00Z", "2026-12-28T08:00:00Z"].map(|text| at(text).0),
            "neither on Christmas nor on the weekend"
        );
    }

    #[test]
    fn every_slot_is_open_from_its_first_to_its_last_minute() {
        // Over both clock changes of Rome, and those of a zone that changes by half an hour.
        for (zone, from) in [
            ("Europe/Rome", "2027-03-26T00:00:00Z"),
            ("Europe/Rome", "2026-10-23T00:00:00Z"),
            ("Australia/Lord_Howe", "2027-04-02T00:00:00Z"),
        ] {
            for spans in [&["mon-sun 00:30-03:45", "sun 04:00-05:00"][..], &["mon-sun 01:00-02:30"], &[]] {
                let shop = hours(zone, spans);
                for minutes in [5, 20, 45, 60, 90, 180] {
                    let slots = shop.slots(at(from), &Slots { minutes, per_slot: 1, days: 4, lead: super::super::Span::secs(0) });
                    assert!(!slots.is_empty() || minutes > 90, "{zone} {spans:?} {minutes}");
                    assert!(slots.windows(2).all(|two| two[0].start < two[1].start), "{zone} {spans:?} {minutes}");
                    for slot in &slots {
                        for minute in 0..i64::from(minutes) {
                            assert!(
                                shop.is_open(slot.start.after(minute * 60_000)),
                                "{zone} {spans:?} {minutes}: {:?} + {minute}",
                                slot.start
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        for wrong in ["", "mon", "mon 9-18", "mon 18:00-09:00", "xyz 09:00-10:00", "mon 25:00-26:00", "mon 09:00-09:00"] {
            assert!(read_span(wrong).is_none(), "{wrong}");
        }
    }
}
