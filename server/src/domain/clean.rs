//! Limits and forms of values that visitors send (quality S34, P10).

use super::Refusal;
use chinwag::model::{EntryId, FieldValue, Page, ParticipantId, limits};
use chinwag::text;
use chinwag::wire::Code;

/// Bytes of all the values of a form together: they are sent in the opening entry and again in the state.
const VALUES_BYTES: usize = 64 * 1024;

/// An id that a client made: short, printable, no spaces.
pub(super) fn entry_id(id: &EntryId) -> Result<(), Refusal> {
    let fits = !id.0.is_empty() && id.0.len() <= limits::ID_CHARS && id.0.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Refusal::field(Code::Malformed, "id", "an id has 1 to 64 printable ASCII characters")) }
}

/// `v_` and 32 hexadecimal digits.
pub(super) fn is_visitor_id(id: &ParticipantId) -> bool {
    id.0.strip_prefix("v_").is_some_and(|digits| is_hex(digits, 32))
}

/// Whether a text has exactly this number of lower-case hexadecimal digits.
#[must_use]
pub fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A message as it is stored: without blanks at both ends.
///
/// # Errors
/// `too_large`, `malformed`.
pub fn message(text: &str) -> Result<&str, Refusal> {
    let text = text::trim(text);
    if text.chars().count() > limits::MESSAGE_CHARS {
        return Err(Refusal::field(Code::TooLarge, "text", "a message has 8000 characters at most"));
    }
    if text.is_empty() || text.contains('\0') {
        return Err(Refusal::field(Code::Malformed, "text", "a message shows something and holds no NUL"));
    }
    Ok(text)
}

/// Checks the number and size of values; the rules of their form are checked later.
pub(super) fn values(values: &[FieldValue]) -> Result<(), Refusal> {
    let bytes: usize = values.iter().map(|value| value.name.len() + value.value.len()).sum();
    if values.len() > limits::FORM_VALUES || bytes > VALUES_BYTES {
        return Err(Refusal::field(Code::TooLarge, "values", "a form has 64 values and 64 KiB at most"));
    }
    Ok(())
}

/// A short text such as a locale or a time zone, cut to its longest length.
pub(super) fn tag(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '+')).take(64).collect()
}

/// A page without query, fragment and credentials, cut to the limit.
#[must_use]
pub fn page(page: &Page) -> Page {
    let url = page.url.split(['?', '#']).next().unwrap_or_default();
    let url = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => String::new(),
    };
    let cut = |text: &str| text.chars().filter(|c| !c.is_control()).take(limits::PAGE_CHARS).collect();
    Page { url: cut(&url), title: cut(&page.title) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_query_fragment_and_credentials_are_dropped() {
        let clean = |url: &str| page(&Page { url: url.into(), title: "Shop".into() }).url;
        assert_eq!(clean("https://shop.example/basket?mail=a@b.example#card"), "https://shop.example/basket");
        assert_eq!(clean("https://u:secret@shop.example/x"), "https://shop.example/x");
        assert_eq!(clean("https://shop.example#secret"), "https://shop.example");
        assert_eq!(clean("javascript:alert(1)"), "");
        assert_eq!(clean("https://shop.example/a@b"), "https://shop.example/a@b");
    }

    #[test]
    fn ids_of_visitors_have_one_shape() {
        assert!(is_visitor_id(&"v_0123456789abcdef0123456789abcdef".into()));
        for wrong in
            ["", "v_", "v_0123456789ABCDEF0123456789abcdef", "a_0123456789abcdef0123456789abcdef", "v_0123456789abcdef0123456789abcdef0"]
        {
            assert!(!is_visitor_id(&wrong.into()), "{wrong}");
        }
    }
}
