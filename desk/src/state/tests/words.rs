//! What an agent writes, by the table that widget, desk and server share.

use super::*;
use chinwag::model::FieldKind;

fn says(bench: &mut Bench, text: &str) -> Vec<String> {
    let effects = bench.acts(Action::Say { conv: "c_1".into(), text: text.to_owned() });
    puts(&effects).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn what_shows_nothing_is_not_said_and_is_not_typing() {
    let mut bench = loaded();
    for text in tables::EMPTY {
        assert_eq!(says(&mut bench, text), [] as [&str; 0], "{text:?}");
        let typed = bench.acts(Action::Draft { conv: "c_1".into(), text: (*text).to_owned() });
        assert!(!typed.iter().any(|effect| matches!(effect, Effect::Send(..))), "{text:?}");
    }
    assert_eq!(bench.shown("c_1"), ["one", "two"]);
}

#[test]
fn blanks_around_what_is_said_are_not_said() {
    for (text, left) in tables::TRIMMED {
        assert_eq!(says(&mut loaded(), text), [*left], "{text:?}");
    }
}

#[test]
fn a_name_is_found_by_the_kind_of_its_field_and_shows_something() {
    let answer = |name: &str, value: &str, kind: Option<FieldKind>| Answer {
        kind,
        ..Answer::from(FieldValue { name: name.to_owned(), value: value.to_owned() })
    };
    let nick = answer("callme", "\u{200b}Vera ", Some(FieldKind::Nickname));
    let full = [answer("given", "Vera", Some(FieldKind::GivenName)), answer("family", "Visitor", Some(FieldKind::Surname))];
    let old = [answer("name", "Vera", None), answer("surname", "Visitor", None)];
    assert_eq!(named(&[nick]).as_deref(), Some("Vera"));
    assert_eq!(named(&full).as_deref(), Some("Vera Visitor"));
    assert_eq!(named(&old).as_deref(), Some("Vera Visitor"), "from before fields had kinds");
    assert_eq!(named(&[answer("nickname", "\u{3164}", None)]), None);
}
