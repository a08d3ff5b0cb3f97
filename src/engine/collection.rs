//! Forms before a contact and surveys after it.

use super::conversation::Survey;
use super::outbox::What;
use super::widget::Phase;
use super::{Effect, Engine, Focus, Happening, WidgetIndex};
use crate::model::{FieldKind, FieldProblem, FieldSpec, FieldValue, Form, find_value, validate};
use crate::text;
use crate::wire::{Item, Problem};

impl Engine {
    /// Shows the form, with values that the visitor typed before, else values of the host page, else the form's defaults.
    pub(super) fn begin_collection(&mut self, index: WidgetIndex) {
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let Some(form) = &widget.spec.form else { return };
        let values = initial(form, &widget.values, &self.prefill);
        // A form without visible fields is not shown; its values are sent.
        if !widget.asks() {
            self.compose(index, values);
            return;
        }
        widget.values = values;
        self.set_phase(index, Phase::Collecting { problems: Vec::new() });
        self.emit(Some(index), Happening::CollectionStarted);
    }

    /// Values from the host page (`setVisitor`): they fill fields that the visitor has not filled.
    pub(super) fn set_prefill(&mut self, given: Vec<FieldValue>) {
        for value in given {
            put_value(&mut self.prefill, value);
        }
        for index in 0..self.widgets.len() {
            let prefill = &self.prefill;
            let Some(widget) = self.widgets.get_mut(index) else { continue };
            let (Phase::Collecting { .. }, Some(form)) = (&widget.phase, &widget.spec.form) else { continue };
            widget.values = initial(form, &widget.values, prefill);
            self.render(index);
        }
    }

    /// The visitor changed a field. A problem that was shown goes away as soon as it is mended.
    pub(super) fn edit(&mut self, index: WidgetIndex, value: FieldValue) {
        let matches = self.services.matches;
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let (form, values, problems) = match &mut widget.phase {
            Phase::Collecting { problems } => (widget.spec.form.as_ref(), &mut widget.values, problems),
            Phase::Chat(chat) => match &mut chat.survey {
                Survey::Offered { values, problems, .. } => (widget.spec.survey.as_ref(), values, problems),
                _ => return,
            },
            _ => return,
        };
        let Some(form) = form else { return };
        let may = |field: &FieldSpec| field.name == value.name && field.visible_customer && field.editable && field.kind.has_value();
        if !form.fields.iter().any(may) {
            return;
        }
        put_value(values, value);
        if !problems.is_empty() {
            let now = validate(form, values, &widget.spec.slots, &matches);
            problems.retain(|problem| now.contains(problem));
        }
        self.render(index);
    }

    /// The form or the survey is submitted, with these values in place of those that its fields have.
    pub(super) fn submit(&mut self, index: WidgetIndex, given: Vec<FieldValue>) {
        let matches = self.services.matches;
        let Some(widget) = self.widgets.get_mut(index) else { return };
        let (form, values, shown) = match &mut widget.phase {
            Phase::Collecting { problems } => (widget.spec.form.as_ref(), &mut widget.values, problems),
            Phase::Chat(chat) => match &mut chat.survey {
                Survey::Offered { values, problems, .. } => (widget.spec.survey.as_ref(), values, problems),
                _ => return,
            },
            _ => return,
        };
        let Some(form) = form else { return };
        for value in given {
            if form.fields.iter().any(|field| field.name == value.name && field.kind.has_value()) {
                put_value(values, value);
            }
        }
        let found = validate(form, values, &widget.spec.slots, &matches);
        if let Some((name, _)) = found.first() {
            let focus = Focus::Field(Some(name.clone()));
            *shown = found;
            self.render(index);
            self.ask(Effect::Focus(index, focus));
            return;
        }
        let mut filled = Vec::new();
        for value in values {
            let text = text::trim(&value.value);
            if !text.is_empty() {
                filled.push(FieldValue { name: value.name.clone(), value: text.to_owned() });
            }
        }
        let values = filled;
        match &mut widget.phase {
            Phase::Collecting { .. } => {
                self.emit(Some(index), Happening::CollectionSubmitted);
                self.begin(index, values);
                self.focus_stage(index);
            }
            Phase::Chat(chat) => {
                let missed = matches!(chat.survey, Survey::Offered { missed: true, .. });
                (chat.survey, chat.end_seen) = (Survey::Done, true);
                let conv = chat.state.id.clone();
                self.post(index, None, What::Put { conv: conv.clone(), item: Item::Survey { values } });
                self.render(index);
                self.emit(Some(index), Happening::SurveySubmitted { conv, missed });
                self.focus_stage(index);
            }
            _ => {}
        }
    }

    /// The server refused values of the form: it is shown again.
    pub(super) fn form_refused(&mut self, index: WidgetIndex, problems: Vec<Problem>) {
        let problems: Vec<(String, FieldProblem)> = problems.into_iter().map(|problem| (problem.name, problem.problem)).collect();
        self.set_phase(index, Phase::Collecting { problems });
        self.emit(Some(index), Happening::CollectionStarted);
        #[cfg(feature = "facade")]
        if self.is_handed_over() {
            // The facade waits for an answer to its command.
            self.emit(Some(index), Happening::Refused { code: crate::wire::Code::InvalidForm });
        }
    }
}

/// Replaces the value of this name, or adds it.
#[inline(never)]
fn put_value(values: &mut Vec<FieldValue>, value: FieldValue) {
    values.retain(|old| old.name != value.name);
    values.push(FieldValue { value: text::without_nul(value.value), ..value });
}

/// The initial values of a form's fields.
pub(super) fn initial(form: &Form, typed: &[FieldValue], prefill: &[FieldValue]) -> Vec<FieldValue> {
    let mut values = Vec::new();
    for field in &form.fields {
        if field.kind == FieldKind::Info {
            continue;
        }
        let mut text = find_value(prefill, &field.name);
        let own = find_value(typed, &field.name);
        if !own.is_empty() && field.visible_customer && field.editable {
            text = own;
        } else if text.is_empty() {
            text = &field.value;
        }
        values.push(FieldValue { name: field.name.clone(), value: text.to_owned() });
    }
    values
}
