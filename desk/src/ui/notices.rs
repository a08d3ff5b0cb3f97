//! Notices in the corner.

use super::icons;
use super::kit::{each, icon};
use crate::browser::Shell;
use crate::state::{Action, Tone};
use leptos::{ev, html, prelude::*};

pub(super) fn notices() -> impl IntoView {
    let shell = Shell::get();
    let all = shell.select(|desk| desk.notices.clone());
    html::section().class("notices").attr("aria-label", "Notices").child(each(
        move || all.get(),
        |notice| notice.id,
        move |notice| {
            let problem = notice.tone == Tone::Problem;
            html::div().class(if problem { "notice problem-notice" } else { "notice" }).attr("data-test", "notice").child((
                icon(if problem { icons::WARN } else { icons::CHECK }),
                html::p().attr("dir", "auto").child(notice.text),
                notice.undo.map(|conv| {
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
                    .on(ev::click, move |_| shell.act(Action::Dismiss(notice.id)))
                    .child(icon(icons::CLOSE)),
            ))
        },
    ))
}
