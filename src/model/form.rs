//! Forms: what is asked before a conversation (data collection) and after it (survey).

use super::limits;
use crate::wire::codec::{record, words};

record! {
    /// A form.
    pub struct Form {
        pub id: String,
        pub title: String,
        /// A sentence under the title; may be empty.
        pub intro: String,
        /// The label of the button that submits; empty for the default of the locale.
        pub submit: String,
        pub fields: Vec<FieldSpec>,
    }
}

record! {
    /// One field of a form.
    pub struct FieldSpec {
        /// The name of its value; unique in the form.
        pub name: String,
        pub kind: FieldKind,
        pub label: String,
        /// A hint under the field; may be empty.
        pub hint: String,
        /// What it holds at first; may be empty. A host may prefill it.
        pub value: String,
        /// For `Radio` and `Select`.
        pub options: Vec<Choice>,
        pub mandatory: bool,
        /// False: the visitor does not see the field; the host or the configuration fills it.
        pub visible_customer: bool,
        /// False: the value is kept and is not shown to agents.
        pub visible_agent: bool,
        /// False: shown, but the visitor cannot change it.
        pub editable: bool,
        /// A regular expression that the whole value has to match when it is not empty.
        pub pattern: Option<String>,
        /// Said when it is mandatory and empty, in place of the default text.
        pub mandatory_error: Option<String>,
        /// Said when it breaks its kind's rule or the pattern.
        pub pattern_error: Option<String>,
        /// Lowest score, for `RatingScore` (default 0).
        pub min: Option<u32>,
        /// Highest score, for the ratings (default 5 for stars and faces, 10 for a score).
        pub max: Option<u32>,
    }
}

record! {
    /// One of the answers to choose from.
    pub struct Choice {
        pub value: String,
        pub label: String,
    }
}

record! {
    /// What was filled into a field. Always text: a tick is `true` or `false`, a date `YYYY-MM-DD`, a rating its number, a time
    /// slot the slot's start in milliseconds since 1970.
    pub struct FieldValue {
        pub name: String,
        pub value: String,
    }
}

words! {
    /// What a field asks for.
    pub enum FieldKind {
        Nickname = "nickname",
        GivenName = "name",
        Surname = "surname",
        Email = "email",
        Phone = "phone",
        Date = "date",
        Textarea = "textarea",
        Checkbox = "checkbox",
        Radio = "radio",
        Select = "select",
        /// Text to read; has no value.
        Info = "info",
        /// A free time to be called back, chosen from the slots that the server offers.
        TimeSlot = "time_slot",
        /// "The first free time": a tick that takes the place of choosing one.
        FirstSlot = "first_slot",
        RatingStar = "rating_star",
        RatingSmile = "rating_smile",
        RatingScore = "rating_score",
    }
}

impl FieldKind {
    /// Whether the field can hold a value.
    #[must_use]
    pub const fn has_value(self) -> bool {
        !matches!(self, Self::Info)
    }

    /// Whether it is one of the ratings.
    #[must_use]
    pub const fn is_rating(self) -> bool {
        matches!(self, Self::RatingStar | Self::RatingSmile | Self::RatingScore)
    }
}

impl FieldSpec {
    /// The scores that a rating allows, lowest and highest.
    #[must_use]
    pub fn score_range(&self) -> (u32, u32) {
        match self.kind {
            FieldKind::RatingScore => (self.min.unwrap_or(0), self.max.unwrap_or(10)),
            _ => (1, self.max.unwrap_or(5)),
        }
    }
}

words! {
    /// What a form is for.
    pub enum Purpose { Collection = "collection", Survey = "survey" }
}

words! {
    /// What is wrong with a value.
    pub enum FieldProblem {
        /// It has to be filled in.
        Missing = "missing",
        /// It breaks the rule of its kind or its pattern.
        Invalid = "invalid",
        /// It is longer than [`limits::VALUE_CHARS`].
        TooLong = "too_long",
    }
}

/// The value of a name among filled-in values; empty when it is not there.
#[must_use]
pub fn find_value<'a>(values: &'a [FieldValue], name: &str) -> &'a str {
    values.iter().find(|value| value.name == name).map_or("", |value| value.value.as_str())
}

/// Checks filled-in values against a form, the same way in the widget and on the server. Returns the names of the fields with a
/// problem, in the form's order.
///
/// `matches(pattern, text)` says whether the whole text matches; the browser brings its own engine, the server another.
/// `slots` are the starts of the slots on offer; empty when the form has no time slot.
pub fn validate(form: &Form, values: &[FieldValue], slots: &[i64], matches: impl Fn(&str, &str) -> bool) -> Vec<(String, FieldProblem)> {
    // "The first free time", ticked, takes the place of a chosen slot.
    let first_slot = form.fields.iter().any(|field| field.kind == FieldKind::FirstSlot && find_value(values, &field.name) == "true");
    let mut problems = Vec::new();
    for field in form.fields.iter().filter(|field| field.kind.has_value()) {
        let value = find_value(values, &field.name);
        let empty = value.trim().is_empty() || (matches!(field.kind, FieldKind::Checkbox | FieldKind::FirstSlot) && value == "false");
        let problem = if empty {
            // A field that the visitor cannot see or change cannot be asked of the visitor.
            let asked = field.mandatory && field.visible_customer && field.editable;
            let replaced = field.kind == FieldKind::TimeSlot && first_slot;
            (asked && !replaced).then_some(FieldProblem::Missing)
        } else if value.chars().count() > limits::VALUE_CHARS {
            Some(FieldProblem::TooLong)
        } else {
            let fits = fits_kind(field, value, slots) && field.pattern.as_deref().is_none_or(|pattern| matches(pattern, value));
            (!fits).then_some(FieldProblem::Invalid)
        };
        if let Some(problem) = problem {
            problems.push((field.name.clone(), problem));
        }
    }
    problems
}

fn fits_kind(field: &FieldSpec, value: &str, slots: &[i64]) -> bool {
    match field.kind {
        FieldKind::Email => is_email(value),
        FieldKind::Phone => is_phone(value),
        FieldKind::Date => is_date(value),
        FieldKind::Checkbox | FieldKind::FirstSlot => value == "true",
        FieldKind::Radio | FieldKind::Select => field.options.iter().any(|choice| choice.value == value),
        FieldKind::TimeSlot => value.parse::<i64>().is_ok_and(|start| slots.contains(&start)),
        FieldKind::RatingStar | FieldKind::RatingSmile | FieldKind::RatingScore => {
            let (min, max) = field.score_range();
            value.parse::<u32>().is_ok_and(|score| (min..=max).contains(&score))
        }
        _ => true,
    }
}

/// Something, an at sign, a host with a dot inside; no spaces. Whether it exists only a mail can tell.
fn is_email(value: &str) -> bool {
    let value = value.trim();
    let Some((local, host)) = value.rsplit_once('@') else { return false };
    let dotted = host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    !local.is_empty() && dotted && !value.contains(|c: char| c.is_ascii_whitespace() || c == '<' || c == '>')
}

/// Five to fifteen digits (E.164's most), with the punctuation that people write, and `+` only in front.
fn is_phone(value: &str) -> bool {
    let value = value.trim();
    let rest = value.strip_prefix('+').unwrap_or(value);
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (5..=15).contains(&digits) && rest.bytes().all(|b| b.is_ascii_digit() || b" -./()".contains(&b))
}

/// `YYYY-MM-DD`, a day that the calendar has.
fn is_date(value: &str) -> bool {
    let mut parts = value.split('-');
    let mut part = |digits: usize| {
        parts
            .next()
            .filter(|text| text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    parts.next().is_none() && (1..=days).contains(&day)
}
