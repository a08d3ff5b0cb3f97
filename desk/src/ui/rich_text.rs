//! A text from anyone, as text, with its addresses clickable.

use crate::state::{Piece, pieces};
use leptos::{html, prelude::*};

/// The text's runs: text nodes and links.
pub(super) fn rich_text(text: &str) -> impl IntoView {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Link { shown, href } => link(href, shown).into_any(),
        })
        .collect::<Vec<_>>()
}

fn link(href: String, shown: String) -> impl IntoView {
    html::a().attr("href", href).attr("target", "_blank").attr("rel", "noopener noreferrer").child(shown)
}

/// An address as a link when it is one of the web, else as text.
pub(super) fn web_link(url: &str, shown: String) -> AnyView {
    let lower = url.get(..8.min(url.len())).unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        link(url.to_owned(), shown).into_any()
    } else {
        html::span().child(shown).into_any()
    }
}

/// A telephone number as a link, when it is one.
pub(super) fn phone_link(text: &str) -> AnyView {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let plausible = digits.len() >= 5 && text.chars().all(|c| c.is_ascii_digit() || " +-./()".contains(c));
    if plausible {
        html::a().attr("href", format!("tel:{digits}")).child(text.to_owned()).into_any()
    } else {
        html::span().attr("dir", "auto").child(text.to_owned()).into_any()
    }
}
