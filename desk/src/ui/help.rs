//! The help: the keyboard shortcuts, and a switch for them.

use super::icons;
use super::kit::icon;
use super::shortcuts::TABLE;
use crate::browser::Shell;
use leptos::{ev, html, prelude::*};

pub(super) fn help() -> impl IntoView {
    let shell = Shell::get();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = shell.help.get();
        if let Some(dialog) = node.get() {
            if wanted && !dialog.open() {
                // The browser's own modal: it keeps the focus inside, closes on Escape and gives the focus back.
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
    });
    let rows: Vec<_> = TABLE
        .iter()
        .map(|(keys, words)| html::tr().child((html::th().attr("scope", "row").child(html::kbd().child(*keys)), html::td().child(*words))))
        .collect();
    html::dialog()
        .node_ref(node)
        .class("help")
        .attr("aria-labelledby", "help-title")
        .attr("data-test", "help-dialog")
        .on(ev::close, move |_| shell.help.set(false))
        .child((
            html::header().child((
                html::h2().id("help-title").child("Keyboard"),
                html::button()
                    .attr("type", "button")
                    .class("tool")
                    .attr("aria-label", "Close")
                    .on(ev::click, move |_| shell.help.set(false))
                    .child(icon(icons::CLOSE)),
            )),
            html::label().class("switch").child((
                html::input()
                    .attr("type", "checkbox")
                    .attr("data-test", "shortcuts")
                    .prop("checked", move || shell.shortcuts.get())
                    .on(ev::change, move |event| shell.set_shortcuts(event_target_checked(&event))),
                html::span().child("Use shortcuts with Alt"),
            )),
            html::div().class("help-table").attr("role", "group").attr("tabindex", "0").attr("aria-label", "Keys").child(
                html::table().child((
                    html::thead().class("unseen").child(
                        html::tr()
                            .child((html::th().attr("scope", "col").child("Key"), html::th().attr("scope", "col").child("What it does"))),
                    ),
                    html::tbody().child(rows),
                )),
            ),
        ))
}
