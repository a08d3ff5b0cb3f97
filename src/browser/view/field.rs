//! One field of a form. Native controls wherever there is one.

use super::dom::{El, answer, blame, fill_in, fresh_number, int, linked, lock, offer, option, scores};
use super::form::problem_key;
use crate::browser::texts::{Texts, millis};
use crate::model::{FieldKind, FieldProblem, FieldSpec, Slot};

pub(super) struct Field {
    pub(super) el: El,
    /// The index of the field's description in the form.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) editable: bool,
}

const INFO: &str = "<div.field.info part=field dir=auto";
const TICK: &str = "<div.field part=field <label.tick <input.control type=checkbox id=chinwag-f$ > <span.label dir=auto";
const ANSWERS: &str = "<div.field part=field <fieldset.control role=radiogroup <legend.label dir=auto > <div.answers";
const STARS: &str = "<div.field part=field <fieldset.control role=radiogroup <legend.label dir=auto > <div.scale.stars";
const SMILES: &str = "<div.field part=field <fieldset.control role=radiogroup <legend.label dir=auto > <div.scale";
const SCORES: &str = "<div.field part=field <fieldset.control role=radiogroup <legend.label dir=auto > <div.scale.scores";
const ONE: &str = "<div.field part=field <label.label dir=auto for=chinwag-f$ > <";

impl Field {
    /// `index`: the index of the field's description in the form.
    #[inline(never)]
    pub(super) fn new(texts: &Texts, spec: &FieldSpec, index: usize) -> Self {
        let number = fresh_number();
        let input = match spec.kind {
            FieldKind::Textarea => "textarea.control rows=3 dir=auto",
            FieldKind::Select | FieldKind::TimeSlot => "select.control dir=auto",
            // Addresses and numbers are written from left to right in every language.
            FieldKind::Email => "input.control type=email autocomplete=email dir=ltr",
            FieldKind::Phone => "input.control type=tel autocomplete=tel dir=ltr",
            FieldKind::Date => "input.control type=date dir=auto",
            FieldKind::Nickname => "input.control type=text autocomplete=nickname dir=auto",
            FieldKind::GivenName => "input.control type=text autocomplete=given-name dir=auto",
            FieldKind::Surname => "input.control type=text autocomplete=family-name dir=auto",
            // Also for a kind of a later version: the visitor can answer it with a text.
            _ => "input.control type=text dir=auto",
        };
        let mut template = String::new();
        match spec.kind {
            FieldKind::Info => template.push_str(INFO),
            FieldKind::Checkbox | FieldKind::FirstSlot => template.push_str(TICK),
            FieldKind::Radio => template.push_str(ANSWERS),
            FieldKind::RatingStar => template.push_str(STARS),
            FieldKind::RatingSmile => template.push_str(SMILES),
            FieldKind::RatingScore => template.push_str(SCORES),
            _ => {
                template.push_str(ONE);
                template.push_str(input);
                template.push_str(" id=chinwag-f$ part=input");
            }
        }
        let el = El::numbered(&template, texts, number);
        if spec.kind == FieldKind::Info {
            linked(&el, "", &spec.label, false);
            return Self { el, index, name: String::new(), editable: false };
        }
        el.text(".label", &spec.label);
        if spec.mandatory {
            el.put(".control", "aria-required", "true");
            el.grow(".label", "<span.must aria-hidden=true title=@required", texts);
            el.text(".must", " *");
        }
        let mut id = String::from("chinwag-f");
        id.push_str(&int(i64::from(number)));
        match spec.kind {
            FieldKind::Select => {
                let select = el.part(".control");
                option(&select, "", &texts.get("choose"));
                for choice in &spec.options {
                    option(&select, &choice.value, &choice.label);
                }
            }
            FieldKind::Radio => {
                for choice in &spec.options {
                    answer(&el, &id, &choice.value, &choice.label);
                }
            }
            kind if kind.is_rating() => {
                let (min, max) = spec.score_range();
                let shape = match kind {
                    FieldKind::RatingStar => 0,
                    FieldKind::RatingSmile => 1,
                    _ => 2,
                };
                // Faces and stars need no words to show which end is the better one.
                let label = |own: &Option<String>, key| match own {
                    None if shape == 2 => texts.get(key),
                    own => own.clone().unwrap_or_default(),
                };
                let (low, high) = (label(&spec.min_label, "lowest"), label(&spec.max_label, "highest"));
                scores(&el, &id, shape, min, max, &texts.0, &low, &high);
            }
            _ => {}
        }
        let tail = El::numbered("<div.hint id=chinwag-h$ dir=auto", texts, number);
        if !spec.hint.is_empty() {
            tail.text("", &spec.hint);
            el.append(&tail);
        }
        el.append(&El::numbered("<div.error id=chinwag-e$ hidden ~alert <span", texts, number));
        el.put(".control", "data-test", &prefixed("field-", &spec.name));
        el.put(".error", "data-test", &prefixed("error-", &spec.name));
        Self { el, index, name: spec.name.clone(), editable: spec.editable }
    }

    /// Shows its value, and the problem with it. `soonest`: a time need not be chosen.
    #[inline(never)]
    pub(super) fn set(&self, texts: &Texts, spec: &FieldSpec, slots: &[Slot], value: &str, problem: Option<FieldProblem>, soonest: bool) {
        if spec.kind == FieldKind::Info {
            return;
        }
        let is_slot = spec.kind == FieldKind::TimeSlot;
        if is_slot {
            let mut flat = Vec::new();
            for slot in slots {
                flat.push(millis(slot.start));
                flat.push(f64::from(slot.minutes));
            }
            offer(&self.el.part(".control"), &flat, &texts.0);
        }
        fill_in(&self.el, value);
        lock(&self.el, !spec.editable || (is_slot && soonest));
        let own = match problem {
            Some(FieldProblem::Missing) => spec.mandatory_error.as_deref(),
            Some(FieldProblem::Invalid) => spec.pattern_error.as_deref(),
            _ => None,
        };
        let words = match (problem, own) {
            (None, _) => String::new(),
            (_, Some(own)) if !own.is_empty() => own.into(),
            (Some(problem), _) => texts.get(problem_key(spec.kind, problem)),
        };
        blame(&self.el, &words);
    }
}

fn prefixed(prefix: &str, name: &str) -> String {
    let mut out = String::from(prefix);
    out.push_str(name);
    out
}
