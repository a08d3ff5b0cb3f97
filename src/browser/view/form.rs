//! A form on the screen: what is asked before a contact, and the survey after it.

use super::dom::{El, button, div, h};
use super::field::Field;
use super::links::link;
use crate::browser::texts::Texts;
use crate::engine::FormView;
use crate::model::{FieldKind, FieldProblem, FieldValue, Form, WidgetKind, find_value};

pub(super) struct FormUi {
    pub(super) el: El,
    form: Form,
    fields: Vec<Field>,
    problems: Vec<(String, FieldProblem)>,
}

impl FormUi {
    /// `survey`: can be skipped. `privacy`: address of the notice, may be empty.
    pub(super) fn new(texts: &Texts, form: &Form, kind: WidgetKind, survey: bool, privacy: &str) -> Self {
        let body = div("fields");
        if !form.title.is_empty() {
            body.append(&h("h3").attr("dir", "auto").text(&form.title));
        }
        if !form.intro.is_empty() {
            body.append(&h("p").class("intro").attr("dir", "auto").text(&form.intro));
        }
        let visible = form.fields.iter().filter(|field| field.visible_customer);
        let fields: Vec<Field> = visible.enumerate().map(|(index, spec)| Field::new(texts, spec, index)).collect();
        for field in &fields {
            body.append(&field.el);
        }
        if !survey && let Some(notice) = (!privacy.is_empty()).then(|| link(privacy)).flatten() {
            notice.set_text(texts.get("privacy"));
            body.append(&h("p").class("privacy").with(&notice));
        }
        let key = match kind {
            _ if survey => "submit_survey",
            WidgetKind::Chat => "submit_chat",
            _ => "submit_call",
        };
        let words = if form.submit.is_empty() { texts.get(key) } else { &form.submit };
        let submit = h("button").class("main-button").part("submit").attr("type", "submit").test("submit").text(words);
        let foot = div("foot buttons").part("footer").with(&submit);
        if survey {
            foot.append(&button("plain", "skip").text(texts.get("skip")));
        }
        let el = h("form").class("form").part("form").attr("novalidate", "").test(if survey { "survey" } else { "form" });
        el.append(&body);
        el.append(&foot);
        Self { el, form: form.clone(), fields, problems: Vec::new() }
    }

    /// Whether it still shows this form.
    pub(super) fn is(&self, form: &Form) -> bool {
        self.form == *form
    }

    /// Shows values, problems and free times. Gives the number of problems when they are new.
    pub(super) fn set(&mut self, texts: &Texts, view: &FormView<'_>) -> Option<u32> {
        let value = |name: &str| find_value(view.values, name);
        let soonest = self.fields.iter().any(|field| field.spec.kind == FieldKind::FirstSlot && value(&field.spec.name) == "true");
        for field in &mut self.fields {
            field.offer(texts, view.slots);
            field.write(value(&field.spec.name));
            if field.spec.kind == FieldKind::TimeSlot {
                field.disable(soonest);
            }
            let problem = view.problems.iter().find(|(name, _)| *name == field.spec.name).map(|(_, problem)| *problem);
            field.blame(texts, problem);
        }
        if self.problems == view.problems {
            return None;
        }
        let more = view.problems.len() > self.problems.len();
        self.problems = view.problems.to_vec();
        more.then(|| u32::try_from(self.problems.len()).unwrap_or(u32::MAX))
    }

    /// What a control of it holds now.
    pub(super) fn read(&self, control: &El) -> Option<FieldValue> {
        let name = control.get("data-name")?;
        let field = self.fields.iter().find(|field| field.spec.name == name)?;
        Some(FieldValue { value: field.read(), name })
    }

    /// Focuses a field by its name, or the first one.
    pub(super) fn focus(&self, name: Option<&str>) -> bool {
        let field = match name {
            Some(name) => self.fields.iter().find(|field| field.spec.name == name),
            None => self.fields.iter().find(|field| field.spec.editable && field.target().is_some()),
        };
        field.and_then(Field::target).inspect(|target| target.focus()).is_some()
    }
}
