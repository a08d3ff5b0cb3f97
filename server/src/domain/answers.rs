//! Form values for the log: trimmed, and with a description of their fields.

use super::contact;
use crate::config::{Config, Site};
use chinwag::model::{Answer, FieldKind, FieldSpec, FieldValue, Form};
use chinwag::text;

/// The visitor's time zone and locale, to guess the country of a telephone number without a country code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whereabouts<'a> {
    pub(super) site: &'a Site,
    pub(super) zone: &'a str,
    pub(super) locale: &'a str,
}

/// The values of a form of ours as they are stored. Values that the form does not have get no description.
pub(super) fn answers(config: &Config, form: Option<&str>, at: Whereabouts<'_>, values: Vec<FieldValue>) -> Vec<Answer> {
    let form = config.desk_form(form, at.site);
    values.into_iter().map(|value| answer(form.as_ref(), at, value)).collect()
}

/// Removes blanks at both ends of each value, which are not part of the answer, and NUL. Empty values are dropped.
pub(super) fn trim(values: &mut Vec<FieldValue>) {
    for value in values.iter_mut() {
        value.value = text::without_nul(text::trim(&value.value).to_owned());
    }
    values.retain(|value| !value.value.is_empty());
}

fn answer(form: Option<&Form>, at: Whereabouts<'_>, value: FieldValue) -> Answer {
    let mut answer = Answer::from(value);
    let Some(field) = form.and_then(|form| form.fields.iter().find(|field| field.name == answer.name)) else { return answer };
    answer.kind = Some(field.kind);
    answer.label = Some(field.label.clone()).filter(|label| !text::is_empty(label));
    match field.kind {
        FieldKind::Radio | FieldKind::Select => answer.shown = chosen(field, &answer.value),
        kind if kind.is_rating() => answer.most = Some(field.score_range().1),
        FieldKind::Phone => {
            let countries = contact::countries(at.zone, &[at.locale, &at.site.locale]);
            if let Some(known) = contact::known(&answer.value, &countries) {
                (answer.e164, answer.shown) = (Some(known.e164), Some(known.shown));
            }
        }
        _ => {}
    }
    answer
}

fn chosen(field: &FieldSpec, value: &str) -> Option<String> {
    let choice = field.options.iter().find(|choice| choice.value == value)?;
    Some(choice.label.clone()).filter(|label| !text::is_empty(label))
}
