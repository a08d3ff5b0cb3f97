//! A text by an untrusted writer, as text, with its addresses as links.

use chinwag::model::{Answer, FieldKind};
use chinwag::text::links::{Link, Piece, is_web, may_follow, pieces};
use chinwag::text::{digit, phone::Phone};
use leptos::{html, prelude::*};
use web_sys::Url;

/// The runs of the text, as text nodes and links.
pub(super) fn rich_text(text: &str) -> impl IntoView + use<> {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(found) => link(found),
        })
        .collect::<Vec<_>>()
}

/// A run that may be a link: a link when the browser's parser accepts it, with its real host when it looks like another (quality S3).
fn link(found: Link<'_>) -> AnyView {
    let shown = found.shown.to_owned();
    let Some(url) = Url::new(&found.address()).ok().filter(|url| may_follow(&url.href())) else {
        return shown.into_any();
    };
    let mut host = url.hostname();
    if host.is_empty() && !found.look().is_empty() {
        // The parser does not look into mail addresses.
        match Url::new(&format!("http://{}", found.look())) {
            Ok(address) => host = address.hostname(),
            Err(_) => return shown.into_any(),
        }
    }
    let told = (!found.looks_like(&host)).then(|| html::span().class("host").attr("data-test", "host").child(format!(" ({host})")));
    (anchor(url.href(), shown), told).into_any()
}

fn anchor(href: String, shown: String) -> impl IntoView {
    html::a().attr("href", href).attr("target", "_blank").attr("rel", "noopener noreferrer").child(shown)
}

/// The address of a page: a link when it is `http:` or `https:`, else text.
pub(super) fn web_link(url: &str) -> AnyView {
    let found = Link { shown: url, prefix: "" };
    match Url::new(url) {
        Ok(parsed) if is_web(&parsed.href()) => link(found),
        _ => html::span().child(url.to_owned()).into_any(),
    }
}

/// A telephone number that can be dialled. If the typed digits differ from the dialled ones (no country code, or another script), the dialled
/// ones are shown, with the typed text beside them.
pub(super) fn phone_link(answer: &Answer) -> AnyView {
    let Some(phone) = Phone::read(&answer.value) else {
        return html::span().attr("dir", "auto").child(answer.value.clone()).into_any();
    };
    let foreign = answer.value.chars().any(|c| !c.is_ascii() && digit(c).is_some());
    let same = !foreign && answer.e164.as_ref().is_none_or(|e164| *e164 == phone.digits);
    let shown = if same && answer.value.is_ascii() { answer.value.clone() } else { answer.shown.clone().unwrap_or_else(|| phone.plain()) };
    let typed = (!same).then(|| html::span().class("typed").child((" (", html::bdi().child(answer.value.clone()), ")")));
    let called = html::a().attr("href", phone.link(answer.e164.as_deref())).attr("dir", "ltr").attr("data-test", "call").child(shown);
    (called, typed).into_any()
}

/// Whether a value is a telephone number: by the kind of its field, or by its name where the field is unknown.
pub(super) fn is_phone(answer: &Answer) -> bool {
    match answer.kind {
        Some(kind) => kind == FieldKind::Phone,
        None => PHONE_NAMES.iter().any(|name| answer.name.eq_ignore_ascii_case(name)),
    }
}

/// Usual names for telephone numbers in programs.
const PHONE_NAMES: [&str; 7] = ["phone", "phonenumber", "phone_number", "tel", "telephone", "mobile", "cell"];
