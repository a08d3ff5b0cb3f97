//! Forms: the questions before a conversation (data collection) and after it (survey).

use super::{Slot, limits};
use crate::text::{self, email::is_email, phone::Phone};
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
        /// Its first value; may be empty. A host may prefill it.
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
        /// A pattern (`text::pattern`) that the whole value has to fit when it is not empty.
        pub pattern: Option<String>,
        /// The error when the field is mandatory and empty, in place of the default text.
        pub mandatory_error: Option<String>,
        /// The error when the value breaks its kind's rule or the pattern.
        pub pattern_error: Option<String>,
        /// Lowest score, for `RatingScore` (default 0).
        pub min: Option<u32>,
        /// Highest score, for the ratings (default 5 for stars and faces, 10 for a score).
        pub max: Option<u32>,
        /// The meanings of the lowest and the highest score, for the ratings; left out: the default of the locale (scores) or none.
        pub min_label: Option<String>,
        pub max_label: Option<String>,
    }
}

record! {
    /// An option of a field with a choice.
    pub struct Choice {
        pub value: String,
        pub label: String,
    }
}

record! {
    /// The value of a field. Always text: a tick is `true` or `false`, a date `YYYY-MM-DD`, a rating its number, a time
    /// slot the slot's start in milliseconds since 1970.
    pub struct FieldValue {
        pub name: String,
        pub value: String,
    }
}

record! {
    /// A value as it is stored, with a description of its field, so that it can be shown after the form was changed. The server adds the
    /// description when it stores the value; a value that belongs to no configured form has only its name.
    pub struct Answer {
        pub name: String,
        pub value: String,
        /// The field's kind.
        pub kind: Option<FieldKind>,
        /// The field's label, in the language of desks if the form has it.
        pub label: Option<String>,
        /// The text to show in place of the value: the label of the chosen option, a telephone number in the international form.
        pub shown: Option<String>,
        /// The highest score of a rating.
        pub most: Option<u32>,
        /// A telephone number as E.164, where it can be known.
        pub e164: Option<String>,
    }
}

impl From<FieldValue> for Answer {
    fn from(value: FieldValue) -> Self {
        Self { name: value.name, value: value.value, kind: None, label: None, shown: None, most: None, e164: None }
    }
}

impl Answer {
    /// The value as the visitor filled it in.
    #[must_use]
    pub fn plain(&self) -> FieldValue {
        FieldValue { name: self.name.clone(), value: self.value.clone() }
    }
}

/// A named value.
pub trait Named {
    fn name(&self) -> &str;
    fn value(&self) -> &str;

    /// The kind of its field, where that is known.
    fn kind(&self) -> Option<FieldKind> {
        None
    }
}

impl Named for FieldValue {
    fn name(&self) -> &str {
        &self.name
    }

    fn value(&self) -> &str {
        &self.value
    }
}

impl Named for Answer {
    fn name(&self) -> &str {
        &self.name
    }

    fn value(&self) -> &str {
        &self.value
    }

    fn kind(&self) -> Option<FieldKind> {
        self.kind
    }
}

words! {
    /// The kind of a field: which values it takes.
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
        /// "The first free time": a checkbox that replaces the choice of a slot.
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
    /// Why a value is not accepted.
    pub enum FieldProblem {
        /// The field has to be filled in.
        Missing = "missing",
        /// The value breaks the rule of its kind or its pattern.
        Invalid = "invalid",
        /// The value is longer than [`limits::VALUE_CHARS`].
        TooLong = "too_long",
    }
}

/// The filled-in value of this name; empty when there is none.
#[must_use]
pub fn find_value<'a, V: Named>(values: &'a [V], name: &str) -> &'a str {
    values.iter().find(|value| value.name() == name).map_or("", V::value)
}

/// Checks filled-in values against a form, the same way in the widget and on the server. Returns the names of the fields with a
/// problem, in the form's order.
///
/// `matches(pattern, text)` says whether the whole text fits: [`fits`](crate::text::pattern::fits), the same at both ends.
/// `slots` are the starts of the slots on offer; empty when the form has no time slot.
pub fn validate(form: &Form, values: &[FieldValue], slots: &[Slot], matches: &dyn Fn(&str, &str) -> bool) -> Vec<(String, FieldProblem)> {
    // "The first free time", ticked, takes the place of a chosen slot.
    let first_slot = form.fields.iter().any(|field| field.kind == FieldKind::FirstSlot && find_value(values, &field.name) == "true");
    let mut problems = Vec::new();
    for field in &form.fields {
        if let Some(problem) = problem_of(field, find_value(values, &field.name), first_slot, slots, matches) {
            problems.push((field.name.clone(), problem));
        }
    }
    problems
}

fn problem_of(
    field: &FieldSpec,
    value: &str,
    first_slot: bool,
    slots: &[Slot],
    matches: &dyn Fn(&str, &str) -> bool,
) -> Option<FieldProblem> {
    if !field.kind.has_value() {
        return None;
    }
    let value = text::trim(value);
    let unticked = value == "false" && matches!(field.kind, FieldKind::Checkbox | FieldKind::FirstSlot);
    if unticked || value.is_empty() {
        // The visitor cannot be asked for a field that is hidden or cannot be changed.
        let asked = field.mandatory && field.visible_customer && field.editable;
        let replaced = field.kind == FieldKind::TimeSlot && first_slot;
        return (asked && !replaced).then_some(FieldProblem::Missing);
    }
    if limits::longer_than(value, limits::VALUE_CHARS) {
        return Some(FieldProblem::TooLong);
    }
    let pattern_fits = match &field.pattern {
        Some(pattern) => matches(pattern, value),
        None => true,
    };
    (!pattern_fits || !fits_kind(field, value, slots)).then_some(FieldProblem::Invalid)
}

fn fits_kind(field: &FieldSpec, value: &str, slots: &[Slot]) -> bool {
    match field.kind {
        FieldKind::Email => is_email(value),
        FieldKind::Phone => Phone::read(value).is_some(),
        FieldKind::Date => is_date(value.as_bytes()),
        FieldKind::Checkbox | FieldKind::FirstSlot => value == "true",
        FieldKind::Radio | FieldKind::Select => field.options.iter().any(|choice| choice.value == value),
        FieldKind::TimeSlot => number(value.as_bytes()).is_some_and(|start| slots.iter().any(|slot| slot.start.0 == start)),
        FieldKind::RatingStar | FieldKind::RatingSmile | FieldKind::RatingScore => {
            let (min, max) = field.score_range();
            number(value.as_bytes()).is_some_and(|score| score >= i64::from(min) && score <= i64::from(max))
        }
        _ => true,
    }
}

// The checks below go byte by byte: the searchers and splitters of the standard library are many times their size, and every
// visitor downloads them.

/// Up to 18 digits, nothing else.
fn number(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let mut sum = 0;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        sum = sum * 10 + i64::from(byte - b'0');
    }
    Some(sum)
}

/// `YYYY-MM-DD`, a day that exists in the calendar.
fn is_date(text: &[u8]) -> bool {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else { return false };
    let (Some(year), Some(month), Some(day)) = (number(&[*y0, *y1, *y2, *y3]), number(&[*m0, *m1]), number(&[*d0, *d1])) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 0,
    };
    day >= 1 && day <= days
}
