//! The rules for agents' texts, by the table of cases that widget, desk and server share.

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
fn a_name_is_found_in_what_was_filled_in() {
    for (filled, name) in tables::NAMES {
        let answer = |(name, kind, value): &(&str, &str, &str)| Answer {
            kind: FieldKind::from_word(kind),
            ..Answer::from(FieldValue { name: (*name).to_owned(), value: (*value).to_owned() })
        };
        let values: Vec<Answer> = filled.iter().map(answer).collect();
        assert_eq!(named(&values).unwrap_or_default(), *name, "{filled:?}");
    }
}
