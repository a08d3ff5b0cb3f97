//! The visitor's name, by the table that server, desk and dialects share.
#![cfg(all(not(target_arch = "wasm32"), feature = "full"))]

mod support;
mod tables;

use chinwag::model::*;
use support::{field, form, value};

fn answers(filled: &[(&str, &str, &str)]) -> Vec<Answer> {
    let answer = |(name, kind, text): &(&str, &str, &str)| Answer { kind: FieldKind::from_word(kind), ..Answer::from(value(name, text)) };
    filled.iter().map(answer).collect()
}

#[test]
fn a_visitors_name_is_the_same_everywhere() {
    for (filled, name) in tables::NAMES {
        assert_eq!(visitor_name(&answers(filled), None), *name, "{filled:?}");
    }
}

#[test]
fn a_form_tells_the_kinds_of_values_that_do_not_know_theirs() {
    for (filled, name) in tables::NAMES {
        let kind = |word: &str| FieldKind::from_word(word);
        // A form must not have two fields of one name.
        let fields = filled.iter().filter_map(|(name, word, _)| Some(field(name, kind(word)?))).collect();
        let values: Vec<FieldValue> = filled.iter().map(|(name, _, text)| value(name, text)).collect();
        assert_eq!(visitor_name(&values, Some(&form(fields))), *name, "{filled:?}");
    }
    let known = Answer { kind: Some(FieldKind::Surname), ..Answer::from(value("who", "Visitor")) };
    let given = Answer::from(value("given", "Vera"));
    let form = form(vec![field("who", FieldKind::Nickname), field("given", FieldKind::GivenName)]);
    assert_eq!(visitor_name(&[known, given], Some(&form)), "Vera Visitor", "what was said when it was stored counts");
}
