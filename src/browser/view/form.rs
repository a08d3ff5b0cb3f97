//! A form on the screen: the questions before a contact, and the survey after it.

use super::dom::{El, focus_field, int, privacy, read};
use super::field::Field;
use crate::browser::texts::Texts;
use crate::engine::FormView;
use crate::model::{FieldKind, FieldProblem, FieldValue, Form, WidgetKind, find_value};

pub(super) struct FormUi {
    pub(super) el: El,
    /// A hash of the form, by which a change is detected.
    print: u32,
    fields: Vec<Field>,
    problems: usize,
}

const FORM: &str = "<form.form part=form novalidate #form <div.fields <h3 dir=auto > <p.intro dir=auto > > \
    <div.foot.buttons part=footer <button.main-button.submit part=submit type=submit #submit";
const SURVEY: &str = "<form.form part=form novalidate #survey <div.fields <h3 dir=auto > <p.intro dir=auto > > \
    <div.foot.buttons part=footer <button.main-button.submit part=submit type=submit #submit > <button.plain :skip @skip";

impl FormUi {
    /// `survey`: can be skipped. `notice`: address of the privacy notice, may be empty.
    #[inline(never)]
    pub(super) fn new(texts: &Texts, form: &Form, kind: WidgetKind, survey: bool, notice: &str) -> Self {
        let el = El::new(if survey { SURVEY } else { FORM }, texts);
        for (selector, words) in [("h3", &form.title), (".intro", &form.intro)] {
            el.text(selector, words);
            el.show(selector, !words.is_empty());
        }
        let body = el.part(".fields");
        let mut fields = Vec::new();
        for (index, spec) in form.fields.iter().enumerate() {
            if spec.visible_customer {
                let field = Field::new(texts, spec, index);
                body.append(&field.el);
                fields.push(field);
            }
        }
        let key = match kind {
            _ if survey => "submit_survey",
            WidgetKind::Chat => "submit_chat",
            _ => "submit_call",
        };
        if !survey {
            privacy(&body, notice, &texts.0);
        }
        el.word("[type=submit]", texts, key);
        if !form.submit.is_empty() {
            el.text("[type=submit]", &form.submit);
        }
        Self { el, print: print(form, notice), fields, problems: 0 }
    }

    /// Whether this view still shows the given form, with this address of the privacy notice.
    pub(super) fn is(&self, form: &Form, notice: &str) -> bool {
        self.print == print(form, notice)
    }

    /// Shows values, problems and free times. Gives the number of problems when they are more than before.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, view: &FormView<'_>) -> Option<u32> {
        let value = |name: &str| find_value(view.values, name);
        let soonest = view.form.fields.iter().any(|spec| spec.kind == FieldKind::FirstSlot && value(&spec.name) == "true");
        for field in &self.fields {
            let Some(spec) = view.form.fields.get(field.index) else { continue };
            let problem = view.problems.iter().find(|(name, _)| *name == spec.name).map(|(_, problem)| *problem);
            field.set(texts, spec, view.slots, value(&spec.name), problem, soonest);
        }
        let before = std::mem::replace(&mut self.problems, view.problems.len());
        (self.problems > before).then(|| u32::try_from(self.problems).unwrap_or(u32::MAX))
    }

    /// The present value of one of its controls.
    pub(super) fn read(&self, control: &El) -> Option<FieldValue> {
        let el = control.closest(".field")?;
        let field = self.fields.iter().find(|field| field.el == el)?;
        Some(FieldValue { value: read(&el), name: field.name.clone() })
    }

    /// Focuses a field by its name, or the first one.
    pub(super) fn focus(&self, name: Option<&str>) -> bool {
        self.fields.iter().any(|field| name.map_or(field.editable, |name| field.name == name) && focus_field(&field.el))
    }
}

/// A hash of the parts of a form that its elements are built from. It saves a copy of the form to compare with.
#[inline(never)]
fn print(form: &Form, notice: &str) -> u32 {
    let mut print = 0x811c_9dc5u32;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0xff]) {
            print = (print ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    };
    for text in [&form.id, &form.title, &form.intro, &form.submit, notice] {
        add(text);
    }
    for spec in &form.fields {
        let ends = [&spec.min_label, &spec.max_label].map(|end| end.as_deref().unwrap_or_default());
        for text in [spec.kind.word(), &spec.name, &spec.label, &spec.hint, ends[0], ends[1]] {
            add(text);
        }
        for on in [spec.mandatory, spec.editable, spec.visible_customer] {
            add(if on { "1" } else { "" });
        }
        let (min, max) = spec.score_range();
        add(&int(i64::from(min)));
        add(&int(i64::from(max)));
        for choice in &spec.options {
            add(&choice.value);
            add(&choice.label);
        }
    }
    print
}

/// The key of the text for a field's problem.
pub(super) fn problem_key(kind: FieldKind, problem: FieldProblem) -> &'static str {
    match (problem, kind) {
        (FieldProblem::TooLong, _) => "too_long",
        (FieldProblem::Missing, FieldKind::Select | FieldKind::TimeSlot | FieldKind::Radio) => "missing_choice",
        (FieldProblem::Missing, kind) if kind.is_rating() => "missing_choice",
        (FieldProblem::Missing, _) => "missing",
        (FieldProblem::Invalid, FieldKind::Email) => "invalid_email",
        (FieldProblem::Invalid, FieldKind::Phone) => "invalid_phone",
        (FieldProblem::Invalid, FieldKind::Date) => "invalid_date",
        (FieldProblem::Invalid, FieldKind::TimeSlot) => "invalid_slot",
        _ => "invalid",
    }
}
