//! What to call a visitor: one rule for server, desk, dialects and links, so that all of them show the same name.

use super::{FieldKind, Form, Named, limits};
use crate::text::{trim, without_hidden};

/// The name in what somebody filled in: the nickname, else given name and surname; empty when there is none. Which value is which is
/// told by the kind of its field. `form` has the kinds of values that do not know their own; where no kind is known, the names that
/// fields mostly have tell.
#[must_use]
pub fn visitor_name<V: Named>(values: &[V], form: Option<&Form>) -> String {
    let kind_of = |value: &V| {
        let field = || form.and_then(|form| form.fields.iter().find(|field| field.name == value.name()));
        value.kind().or_else(|| field().map(|field| field.kind))
    };
    let of = |kind: FieldKind, names: &[&str]| {
        let text = |value: &V| Some(tidy_name(value.value())).filter(|text| !text.is_empty());
        let known = values.iter().filter(|value| kind_of(value) == Some(kind)).find_map(text);
        let others = || values.iter().filter(|value| !matches!(kind_of(value), Some(kind) if NAMES.contains(&kind)));
        let named = || names.iter().find_map(|name| others().filter(|value| is_called(value.name(), name)).find_map(text));
        known.or_else(named).unwrap_or_default()
    };
    let nickname = of(FieldKind::Nickname, &["nickname", "nick"]);
    if !nickname.is_empty() {
        return nickname;
    }
    let mut full = of(FieldKind::GivenName, &["firstname", "givenname", "name"]);
    full.push(' ');
    full.push_str(&of(FieldKind::Surname, &["lastname", "surname", "familyname"]));
    tidy_name(&full)
}

/// A name as it is shown: without what cannot be seen or turns the writing around, and [`limits::NAME_CHARS`] characters at most. Empty
/// when nothing of it can be seen.
#[must_use]
pub fn tidy_name(name: &str) -> String {
    let shown: String = trim(&without_hidden(name)).chars().take(limits::NAME_CHARS).collect();
    trim(&shown).to_owned()
}

/// Whether a field is called that, however its program writes names of more than one word: `firstName`, `first_name`, `first-name`.
fn is_called(written: &str, name: &str) -> bool {
    written.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
}

/// Fields that ask for a part of a name.
const NAMES: [FieldKind; 3] = [FieldKind::Nickname, FieldKind::GivenName, FieldKind::Surname];
