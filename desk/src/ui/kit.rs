//! Small parts that every screen is made of.

use leptos::html;
use leptos::prelude::*;
use std::hash::Hash;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A list that follows a collection: items with the same key keep their elements.
pub(super) fn each<T, K, V>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> K + Clone + Send + Sync + 'static,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    For(ForProps::builder().each(items).key(key).children(view).build())
}

/// A line picture, hidden from assistive technology: the text beside it, or the button's label, gives the meaning.
pub(super) fn icon(paths: &'static [&'static str]) -> impl IntoView {
    let strokes: Vec<_> = paths.iter().map(|path| leptos::svg::path().attr("d", *path)).collect();
    leptos::svg::svg().attr("viewBox", "0 0 20 20").attr("aria-hidden", "true").attr("class", "icon").child(strokes)
}

/// Text for assistive technology only.
pub(super) fn unseen(text: impl Into<String>) -> impl IntoView {
    html::span().class("unseen").child(text.into())
}

/// Moves the focus to an element of ours, if it is there.
pub(super) fn focus(id: &str) {
    let element = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
