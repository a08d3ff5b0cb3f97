//! Toasts in the corner.

use super::icons;
use super::kit::{each, icon};
use crate::browser::Shell;
use crate::state::{Action, Tone};
use leptos::{ev, html, prelude::*};

pub(super) fn toasts() -> impl IntoView {
    let shell = Shell::get();
    let all = shell.select(|desk| desk.toasts.clone());
    html::section().class("toasts").attr("aria-label", "Toasts").child(each(
        move || all.get(),
        |toast| toast.id,
        move |toast| {
            let problem = toast.tone == Tone::Problem;
            html::div().class(if problem { "toast problem-toast" } else { "toast" }).attr("data-test", "toast").child((
                icon(if problem { icons::WARN } else { icons::CHECK }),
                html::p().attr("dir", "auto").child(toast.text),
                toast.undo.map(|conv| {
                    html::button()
                        .attr("type", "button")
                        .class("button small")
                        .attr("data-test", "undo")
                        .attr("aria-keyshortcuts", "Alt+Z")
                        .on(ev::click, move |_| shell.act(Action::Show(conv.clone())))
                        .child("Undo")
                }),
                html::button()
                    .attr("type", "button")
                    .class("tool small")
                    .attr("aria-label", "Dismiss")
                    .on(ev::click, move |_| shell.act(Action::Dismiss(toast.id)))
                    .child(icon(icons::CLOSE)),
            ))
        },
    ))
}
