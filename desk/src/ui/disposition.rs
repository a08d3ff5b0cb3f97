//! Classifying an ended conversation: one choice for each level of the campaign's tree, and a comment.

use super::kit::each;
use crate::browser::Shell;
use crate::state::{Action, parcels_of};
use chinwag::model::{ConversationId, limits};
use chinwag::wire::{AgentItem, Disposition};
use leptos::{ev, html, prelude::*};

pub(super) fn disposition(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    let tree = shell.select({
        let conv = conv.clone();
        move |desk| {
            let campaign = desk.chats.get(&conv).map(|chat| chat.state.campaign.clone()).unwrap_or_default();
            desk.campaigns.iter().find(|known| known.name == campaign).map(|known| known.dispositions.clone()).unwrap_or_default()
        }
    });
    let saving = shell.select({
        let conv = conv.clone();
        move |desk| parcels_of(&desk.outbox, &conv).any(|held| matches!(held.parcel.item, AgentItem::Disposed { .. }))
    });
    let (path, comment, problem) = (RwSignal::new(Vec::<String>::new()), RwSignal::new(String::new()), RwSignal::new(false));
    // One select for each level that the choices before it open.
    let levels = Memo::new(move |_| tree.with(|tree| path.with(|path| levels(tree, path))));
    let submit = {
        let conv = conv.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            let chosen = path.get_untracked();
            if chosen.len() < levels.with_untracked(Vec::len) {
                problem.set(true);
                super::kit::focus(&format!("level-{conv}-{}", chosen.len()));
            } else {
                problem.set(false);
                shell.act(Action::Dispose { conv: conv.clone(), path: chosen, comment: comment.get_untracked() });
            }
        }
    };
    let error = format!("level-error-{conv}");
    let described = error.clone();
    let of_level = conv.clone();
    html::form()
        .id(format!("wrap-up-{conv}"))
        .class("wrap-up")
        .attr("tabindex", "-1")
        .attr("novalidate", true)
        .attr("aria-labelledby", format!("wrap-up-title-{conv}"))
        .attr("data-test", "disposition")
        .on(ev::submit, submit)
        .child((
            html::h3().id(format!("wrap-up-title-{conv}")).child("What was it about?"),
            html::div().class("levels").child(each(
                move || levels.get().into_iter().enumerate().collect::<Vec<_>>(),
                Clone::clone,
                move |(level, names)| {
                    let id = format!("level-{of_level}-{level}");
                    let described = described.clone();
                    html::div().class("field").child((
                        html::label().attr("for", id.clone()).child(if level == 0 {
                            "Topic".to_owned()
                        } else {
                            format!("Detail {level}")
                        }),
                        html::select()
                            .id(id)
                            .attr("data-test", format!("disposition-level-{level}"))
                            .attr("required", true)
                            .attr("aria-invalid", move || (problem.get() && path.with(Vec::len) <= level).then_some("true"))
                            .attr("aria-describedby", described)
                            .prop("value", move || path.with(|path| path.get(level).cloned()).unwrap_or_default())
                            .on(ev::change, move |event| {
                                let name = event_target_value(&event);
                                problem.set(false);
                                path.update(|path| {
                                    path.truncate(level);
                                    if !name.is_empty() {
                                        path.push(name);
                                    }
                                });
                            })
                            .child((
                                html::option().attr("value", "").child("Choose…"),
                                names.into_iter().map(|name| html::option().attr("value", name.clone()).child(name)).collect::<Vec<_>>(),
                            )),
                    ))
                },
            )),
            html::p()
                .id(error)
                .class("field-error")
                .attr("role", "alert")
                .child(move || problem.get().then_some("Choose what the conversation was about, down to the last level.")),
            html::div().class("field").child((
                html::label().attr("for", format!("comment-{conv}")).child("Comment (optional)"),
                html::textarea()
                    .id(format!("comment-{conv}"))
                    .attr("dir", "auto")
                    .attr("rows", "2")
                    .attr("maxlength", limits::VALUE_CHARS.to_string())
                    .attr("data-test", "disposition-comment")
                    .prop("value", move || comment.get())
                    .on(ev::input, move |event| comment.set(event_target_value(&event))),
            )),
            html::button()
                .attr("type", "submit")
                .class("button primary")
                .attr("data-test", "disposition-submit")
                .attr("aria-disabled", move || saving.get().then_some("true"))
                .child(move || if saving.get() { "Saving…" } else { "Save and close" }),
        ))
}

/// The names on offer at each level: the roots, then the children of each choice that has some.
fn levels(tree: &[Disposition], path: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut here = tree;
    let mut path = path.iter();
    while !here.is_empty() {
        found.push(here.iter().map(|node| node.name.clone()).collect());
        let Some(chosen) = path.next().and_then(|name| here.iter().find(|node| node.name == *name)) else { break };
        here = &chosen.children;
    }
    found
}
