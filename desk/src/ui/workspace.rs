//! Conversations side by side: as many columns as fit.

use super::icons;
use super::kit::{each, icon};
use super::pane;
use crate::browser::Shell;
use chinwag::model::ConversationId;
use leptos::{html, prelude::*};

pub(super) fn workspace() -> impl IntoView {
    let shell = Shell::get();
    let panes = shell.select(|desk| (desk.panes.clone(), desk.active.clone()));
    let columns = Memo::new(move |_| match shell.width.get() {
        // In the units of [`Shell::width`].
        ..1_000 => 1,
        1_000..1_440 => 2,
        _ => 3,
    });
    let visible = Memo::new(move |before: Option<&Vec<ConversationId>>| {
        let (panes, active) = panes.get();
        choose(&panes, active.as_ref(), columns.get(), before.map_or(&[], Vec::as_slice))
    });
    html::div()
        .class("panes")
        .style(("--columns", move || visible.with(Vec::len).max(1).to_string()))
        .child((move || visible.with(Vec::is_empty).then(empty), each(move || visible.get(), Clone::clone, pane::pane)))
}

/// Which panes to show: those that were shown stay, the active one is always among them, and free places are filled.
fn choose(panes: &[ConversationId], active: Option<&ConversationId>, columns: usize, before: &[ConversationId]) -> Vec<ConversationId> {
    let mut shown: Vec<_> = before.iter().filter(|conv| panes.contains(conv)).take(columns).cloned().collect();
    if let Some(active) = active.filter(|active| panes.contains(active) && !shown.contains(active)) {
        if shown.len() >= columns {
            shown.pop();
        }
        shown.push(active.clone());
    }
    for conv in panes {
        if shown.len() < columns && !shown.contains(conv) {
            shown.push(conv.clone());
        }
    }
    shown.sort_by_key(|conv| panes.iter().position(|pane| pane == conv));
    shown
}

fn empty() -> impl IntoView {
    let shell = Shell::get();
    let ready = shell.select(|desk| desk.me.as_ref().is_some_and(|me| me.status == chinwag::wire::AgentStatus::Ready));
    html::div().class("no-panes").child((
        html::div().class("no-panes-mark").attr("aria-hidden", "true").child(icon(icons::MARK)),
        html::h2().child(move || if ready.get() { "All quiet" } else { "You are away" }),
        html::p().child(move || {
            if ready.get() {
                "New conversations are offered to you here. You can also take one that waits."
            } else {
                "Set yourself ready to be offered conversations. You can also take one that waits."
            }
        }),
    ))
}
