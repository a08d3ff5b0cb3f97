//! One field of a form. Native controls wherever there is one.

use super::dom::{El, div, h, int};
use super::icons::{ALERT, STAR, face, icon};
use super::links::append_linked;
use crate::browser::texts::{Texts, day_number, fill};
use crate::model::{FieldKind, FieldProblem, FieldSpec, Slot};

/// Most scores that a rating shows.
const MOST_SCORES: usize = 21;

pub(super) struct Field {
    pub(super) el: El,
    pub(super) spec: FieldSpec,
    /// The control, or the group that holds them.
    control: El,
    /// Controls that can be filled in: one, or one for each answer.
    inputs: Vec<El>,
    error: El,
    error_text: El,
    hint_id: Option<String>,
    error_id: String,
    slots: Vec<Slot>,
}

impl Field {
    /// `number` makes its ids, which stay inside the shadow root.
    pub(super) fn new(texts: &Texts, spec: &FieldSpec, number: usize) -> Self {
        let id = |letter: &str| {
            let mut id = String::from(letter);
            id.push_str(&int(i64::try_from(number).unwrap_or(0)));
            id
        };
        let (field_id, error_id) = (id("f"), id("e"));
        let error_text = h("span");
        let error = div("error").attr("id", &error_id).test(&prefixed("error-", &spec.name)).with(&icon(ALERT)).with(&error_text).gone();
        let mut field = Self {
            el: div("field").part("field"),
            spec: spec.clone(),
            control: h("div"),
            inputs: Vec::new(),
            error,
            error_text,
            hint_id: None,
            error_id,
            slots: Vec::new(),
        };
        if spec.kind == FieldKind::Info {
            append_linked(&field.el, &spec.label);
            field.el.set("class", "field info");
            field.el.set("dir", "auto");
            return field;
        }
        field.build(texts, &field_id);
        field.control.set("data-test", &prefixed("field-", &spec.name));
        for input in &field.inputs {
            input.set("data-name", &spec.name);
            if !spec.editable {
                input.set("disabled", "");
            }
        }
        if spec.mandatory {
            field.control.set("aria-required", "true");
        }
        if !spec.hint.is_empty() {
            let hint_id = id("h");
            field.el.append(&div("hint").attr("id", &hint_id).attr("dir", "auto").text(&spec.hint));
            field.hint_id = Some(hint_id);
        }
        field.el.append(&field.error);
        field.describe(false);
        field
    }

    fn build(&mut self, texts: &Texts, id: &str) {
        let spec = &self.spec;
        match spec.kind {
            FieldKind::Checkbox | FieldKind::FirstSlot => {
                let input = h("input").attr("type", "checkbox").attr("id", id);
                let words = label(texts, spec, h("span"));
                self.el.append(&h("label").class("tick").with(&input).with(&words));
                self.take(input);
            }
            FieldKind::Radio | FieldKind::RatingStar | FieldKind::RatingSmile | FieldKind::RatingScore => {
                let group = h("fieldset").attr("role", "radiogroup").with(&label(texts, spec, h("legend")));
                let answers = div(match spec.kind {
                    FieldKind::Radio => "answers",
                    FieldKind::RatingScore => "scale scores",
                    FieldKind::RatingStar => "scale stars",
                    _ => "scale",
                });
                let mut inputs = Vec::new();
                let mut answer = |value: &str, sign: Option<&El>, words: &str| {
                    let input = h("input").attr("type", "radio").attr("name", id).attr("value", value);
                    let row = h("label").with(&input);
                    if let Some(sign) = sign {
                        row.append(&h("span").class("sign").attr("aria-hidden", "true").with(sign));
                    }
                    row.append(&h("span").class(if sign.is_some() { "vh" } else { "words" }).attr("dir", "auto").text(words));
                    answers.append(&row);
                    inputs.push(input);
                };
                if spec.kind == FieldKind::Radio {
                    for choice in &spec.options {
                        answer(&choice.value, None, &choice.label);
                    }
                } else {
                    let (min, max) = spec.score_range();
                    for score in (min..=max).take(MOST_SCORES) {
                        let value = int(i64::from(score));
                        let words = fill(&texts.fill("rating", &value), &int(i64::from(max)));
                        let sign = match spec.kind {
                            FieldKind::RatingStar => icon(STAR),
                            FieldKind::RatingSmile => face(score, min, max),
                            _ => h("span").text(&value),
                        };
                        answer(&value, Some(&sign), &words);
                    }
                }
                self.el.append(&group.clone().with(&answers));
                self.control = group;
                self.inputs = inputs;
            }
            kind => {
                let input = match kind {
                    FieldKind::Textarea => h("textarea").attr("rows", "3"),
                    FieldKind::Select | FieldKind::TimeSlot => h("select"),
                    _ => h("input"),
                };
                let (form, complete) = match kind {
                    FieldKind::Email => ("email", "email"),
                    FieldKind::Phone => ("tel", "tel"),
                    FieldKind::Date => ("date", ""),
                    FieldKind::Nickname => ("text", "nickname"),
                    FieldKind::GivenName => ("text", "given-name"),
                    FieldKind::Surname => ("text", "family-name"),
                    _ => ("", ""),
                };
                for (name, value) in [("type", form), ("autocomplete", complete)] {
                    if !value.is_empty() {
                        input.set(name, value);
                    }
                }
                if matches!(kind, FieldKind::Email | FieldKind::Phone) {
                    // Addresses and numbers are written from left to right in every language.
                    input.set("dir", "ltr");
                } else {
                    input.set("dir", "auto");
                }
                if kind == FieldKind::Select {
                    input.append(&h("option").attr("value", "").text(texts.get("choose")));
                    for choice in &spec.options {
                        input.append(&h("option").attr("value", &choice.value).text(&choice.label));
                    }
                }
                input.set("id", id);
                input.set("part", "input");
                self.el.append(&label(texts, spec, h("label").attr("for", id)));
                self.el.append(&input);
                self.take(input);
            }
        }
    }

    fn take(&mut self, input: El) {
        self.control = input.clone();
        self.inputs = vec![input];
    }

    /// What is filled in now, in the form's words for it.
    pub(super) fn read(&self) -> String {
        match self.spec.kind {
            FieldKind::Checkbox | FieldKind::FirstSlot => String::from(if self.control.checked() { "true" } else { "false" }),
            _ if self.inputs.len() > 1 || self.spec.kind.is_rating() || self.spec.kind == FieldKind::Radio => {
                self.inputs.iter().find(|input| input.checked()).map(El::value).unwrap_or_default()
            }
            _ => self.control.value(),
        }
    }

    /// Shows a value, if another is there.
    pub(super) fn write(&self, value: &str) {
        if self.spec.kind.is_rating() || self.spec.kind == FieldKind::Radio {
            // All stars up to the chosen one are lit.
            let chosen = self.inputs.iter().position(|input| input.value() == value);
            for (index, input) in self.inputs.iter().enumerate() {
                input.set_checked(chosen == Some(index));
                if let Some(row) = input.parent() {
                    row.toggle("data-on", chosen.is_some_and(|chosen| index <= chosen));
                }
            }
        } else if matches!(self.spec.kind, FieldKind::Checkbox | FieldKind::FirstSlot) {
            self.control.set_checked(value == "true");
        } else if self.spec.kind.has_value() && self.control.value() != value {
            self.control.set_value(value);
        }
    }

    /// Offers these times, a group for each day, in the visitor's zone.
    pub(super) fn offer(&mut self, texts: &Texts, slots: &[Slot]) {
        if self.spec.kind != FieldKind::TimeSlot || (self.slots == slots && self.control.find("option").is_some()) {
            return;
        }
        self.slots = slots.to_vec();
        self.control.clear();
        let first = if slots.is_empty() { "no_slots" } else { "choose_time" };
        self.control.append(&h("option").attr("value", "").text(texts.get(first)));
        let mut day = None;
        for slot in slots {
            let this = day_number(slot.start);
            let group = match &day {
                Some((number, group)) if *number == this => group,
                _ => {
                    let group = h("optgroup").attr("label", &texts.day(slot.start));
                    self.control.append(&group);
                    &day.insert((this, group)).1
                }
            };
            let mut words = texts.time(slot.start);
            words.push_str(" – ");
            words.push_str(&texts.time(slot.start.after(i64::from(slot.minutes).saturating_mul(60_000))));
            group.append(&h("option").attr("value", &int(slot.start.0)).text(&words));
        }
    }

    /// Not to be filled in for the moment.
    pub(super) fn disable(&self, on: bool) {
        self.control.set_disabled(on || !self.spec.editable);
    }

    /// Says what is wrong with it, or nothing.
    pub(super) fn blame(&self, texts: &Texts, problem: Option<FieldProblem>) {
        let own = match problem {
            Some(FieldProblem::Missing) => self.spec.mandatory_error.as_deref(),
            Some(FieldProblem::Invalid) => self.spec.pattern_error.as_deref(),
            _ => None,
        };
        let choice = self.inputs.len() > 1;
        let key = match (problem, self.spec.kind) {
            (None, _) => "",
            (Some(FieldProblem::TooLong), _) => "too_long",
            (Some(FieldProblem::Missing), FieldKind::Select | FieldKind::TimeSlot) => "missing_choice",
            (Some(FieldProblem::Missing), _) if choice => "missing_choice",
            (Some(FieldProblem::Missing), _) => "missing",
            (Some(FieldProblem::Invalid), FieldKind::Email) => "invalid_email",
            (Some(FieldProblem::Invalid), FieldKind::Phone) => "invalid_phone",
            (Some(FieldProblem::Invalid), FieldKind::Date) => "invalid_date",
            (Some(FieldProblem::Invalid), FieldKind::TimeSlot) => "invalid_slot",
            (Some(FieldProblem::Invalid), _) => "invalid",
        };
        self.error_text.set_text(own.filter(|text| !text.is_empty()).unwrap_or_else(|| texts.get(key)));
        self.error.show(problem.is_some());
        self.el.toggle("data-bad", problem.is_some());
        self.describe(problem.is_some());
    }

    fn describe(&self, bad: bool) {
        let mut ids = self.hint_id.clone().unwrap_or_default();
        if bad {
            ids.push(' ');
            ids.push_str(&self.error_id);
        }
        self.control.put("aria-describedby", ids.trim());
        self.control.put("aria-invalid", if bad { "true" } else { "false" });
    }

    /// The control that takes the focus: of several, the chosen one or the first.
    pub(super) fn target(&self) -> Option<&El> {
        self.inputs.iter().find(|input| self.inputs.len() > 1 && input.checked()).or_else(|| self.inputs.first())
    }
}

fn label(texts: &Texts, spec: &FieldSpec, el: El) -> El {
    let words = el.class("label").attr("dir", "auto").text(&spec.label);
    if spec.mandatory {
        words.append(&h("span").class("must").attr("aria-hidden", "true").attr("title", texts.get("required")).text(" *"));
    }
    words
}

fn prefixed(prefix: &str, name: &str) -> String {
    let mut out = String::from(prefix);
    out.push_str(name);
    out
}
