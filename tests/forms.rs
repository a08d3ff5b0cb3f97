//! The rules of form values, which widget and server share.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::model::*;
use support::*;

fn check(field: FieldSpec, text: &str) -> Option<FieldProblem> {
    let form = form(vec![field]);
    let name = form.fields[0].name.clone();
    validate(&form, &[value(&name, text)], &slots(&[1_000, 2_000]), &matches).first().map(|(_, problem)| *problem)
}

fn slots(starts: &[i64]) -> Vec<Slot> {
    starts.iter().map(|start| Slot { start: Timestamp(*start), minutes: 30 }).collect()
}

fn choices(kind: FieldKind) -> FieldSpec {
    let options = ["red", "blue"].map(|word| Choice { value: word.into(), label: word.into() }).to_vec();
    FieldSpec { options, ..field("f", kind) }
}

#[test]
fn each_kind_takes_what_it_should_and_refuses_the_rest() {
    use FieldKind::*;
    let table: &[(FieldKind, &[&str], &[&str])] = &[
        (Nickname, &["Ada", "Ægir", "李"], &[]),
        (Email, &["a@b.example", "first.last+tag@sub.b.example", " a@b.example "], &["a", "a@b", "@b.c", "a@b..c", "a b@c.d", "<a@b.c>"]),
        (Phone, &["+39 06 1234567", "06-123.456", "(030) 12345"], &["1234", "12345678901234567", "06x12345", "12+34567"]),
        (Date, &["2024-02-29", "1999-12-31"], &["2023-02-29", "2024-13-01", "2024-4-1", "2024-04-31", "2024-04-01x", "tomorrow"]),
        (Checkbox, &["true"], &["yes"]),
        (Radio, &["red"], &["green", "RED"]),
        (Select, &["blue"], &["bluer"]),
        (TimeSlot, &["1000", "2000"], &["3000", "soon", "-1"]),
        (RatingStar, &["1", "5"], &["0", "6", "3.5"]),
        (RatingSmile, &["1", "5"], &["0", "6"]),
        (RatingScore, &["0", "10"], &["11", "-1", "x"]),
        (Textarea, &["two\nlines"], &[]),
        (Unknown(chinwag::wire::Word::keep("of_tomorrow")), &["anything"], &[]),
    ];
    for (kind, good, bad) in table {
        for text in *good {
            assert_eq!(check(choices(*kind), text), None, "{kind:?} {text}");
        }
        for text in *bad {
            assert_eq!(check(choices(*kind), text), Some(FieldProblem::Invalid), "{kind:?} {text}");
        }
        assert_eq!(check(choices(*kind), "  "), Some(FieldProblem::Missing), "{kind:?}");
        let optional = FieldSpec { mandatory: false, ..choices(*kind) };
        assert_eq!(check(optional, ""), None, "{kind:?}");
    }
}

#[test]
fn a_pattern_has_to_match_the_whole_value() {
    let order = FieldSpec { pattern: Some("[A-Z]{2}[0-9]{4}".into()), ..field("order", FieldKind::Nickname) };
    assert_eq!(check(order.clone(), "AB1234"), None);
    assert_eq!(check(order.clone(), "xAB1234"), Some(FieldProblem::Invalid));
    assert_eq!(check(order, "AB12345"), Some(FieldProblem::Invalid));
}

#[test]
fn an_unticked_mandatory_box_is_missing() {
    assert_eq!(check(field("consent", FieldKind::Checkbox), "false"), Some(FieldProblem::Missing));
}

#[test]
fn the_first_free_time_takes_the_place_of_choosing_one() {
    let both = form(vec![field("slot", FieldKind::TimeSlot), FieldSpec { mandatory: false, ..field("first", FieldKind::FirstSlot) }]);
    assert_eq!(validate(&both, &[value("first", "true")], &slots(&[1]), &matches), []);
    assert_eq!(validate(&both, &[value("first", "false")], &slots(&[1]), &matches), [("slot".to_owned(), FieldProblem::Missing)]);
}

#[test]
fn what_the_visitor_cannot_fill_in_is_not_asked_of_the_visitor() {
    for field in [
        FieldSpec { visible_customer: false, ..field("crm", FieldKind::Nickname) },
        FieldSpec { editable: false, ..field("crm", FieldKind::Nickname) },
    ] {
        assert_eq!(check(field, ""), None);
    }
    assert_eq!(validate(&form(vec![field("note", FieldKind::Info)]), &[], &[], &matches), []);
}

#[test]
fn s34_values_have_a_longest_length() {
    let text = field("text", FieldKind::Textarea);
    assert_eq!(check(text.clone(), &"ä".repeat(limits::VALUE_CHARS)), None);
    assert_eq!(check(text, &"ä".repeat(limits::VALUE_CHARS + 1)), Some(FieldProblem::TooLong));
}

#[test]
fn problems_come_in_the_order_of_the_form() {
    let form = form(vec![field("a", FieldKind::Nickname), field("b", FieldKind::Email), field("c", FieldKind::Nickname)]);
    let names: Vec<String> = validate(&form, &[value("b", "x")], &[], &matches).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c"]);
}
