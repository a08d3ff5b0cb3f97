//! The visitor's name: one rule for server, desk, dialects and links, so that all of them show the same name.

use super::{FieldKind, Form, Named, limits};
use crate::text::{trim, without_hidden};

/// The visitor's name among filled-in values: the nickname, else given name and surname; empty when there is none. The kind of a field
/// says which value is which. `form` gives the kinds for values without one; if the kind is unknown, usual names of such fields are
/// recognised.
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

/// A name for display: without invisible and bidirectional control characters, [`limits::NAME_CHARS`] characters at most. Empty when no
/// visible character is left.
#[must_use]
pub fn tidy_name(name: &str) -> String {
    let shown: String = trim(&without_hidden(name)).chars().take(limits::NAME_CHARS).collect();
    trim(&shown).to_owned()
}

/// Whether a field has this name in one of the usual spellings: `firstName`, `first_name`, `first-name`.
fn is_called(written: &str, name: &str) -> bool {
    written.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
}

/// Fields that ask for a part of a name.
const NAMES: [FieldKind; 3] = [FieldKind::Nickname, FieldKind::GivenName, FieldKind::Surname];
