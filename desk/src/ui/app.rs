//! The whole window.
use super::kit::{each, icon, unseen};
use crate::browser::Shell;
use leptos::{html, prelude::*};

pub(super) fn app() -> impl IntoView {
    let shell = Shell::get();
    let names = shell.select(|desk| desk.panes.clone());
    html::div().class("desk").child((
        icon(&["M0 0"]),
        unseen("x"),
        html::button().attr("type", "button").attr("disabled", move || names.with(Vec::is_empty)).on(leptos::ev::click, move |_| shell.help.set(true)).child("x"),
        each(move || names.get(), |conv| conv.clone(), |conv| html::p().child(conv.to_string())),
        move || shell.help.get().then(|| html::p().child("h").into_any()),
    ))
}
