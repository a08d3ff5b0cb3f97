//! Tabs on a narrow screen: the lists, and one for each open conversation.

use super::kit::{each, unseen};
use crate::browser::Shell;
use crate::state::{Action, LiveConversation};
use leptos::{ev, html, prelude::*};

pub(super) fn tabs() -> impl IntoView {
    let shell = Shell::get();
    let panes = shell.select(|desk| {
        desk.panes
            .iter()
            .map(|conv| (conv.clone(), desk.chats.get(conv).map(LiveConversation::title).unwrap_or_default()))
            .collect::<Vec<_>>()
    });
    let waiting = shell.select(|desk| desk.waiting().len());
    html::nav().class("tabs").attr("aria-label", "Open conversations").child((
        html::button()
            .attr("type", "button")
            .class("tab")
            .attr("data-test", "lists-tab")
            .attr("aria-current", move || shell.at_lists.get().then_some("true"))
            .on(ev::click, move |_| shell.at_lists.set(true))
            .child(("Lists", move || {
                let waiting = waiting.get();
                (waiting > 0).then(|| html::span().class("badge").child((waiting.to_string(), unseen(" waiting"))))
            })),
        each(
            move || panes.get(),
            |pane| pane.clone(),
            move |(conv, name)| {
                let (active, unread) = (
                    shell.select({
                        let conv = conv.clone();
                        move |desk| desk.active.as_ref() == Some(&conv)
                    }),
                    shell.select({
                        let conv = conv.clone();
                        move |desk| desk.chats.get(&conv).map_or(0, |chat| chat.unread)
                    }),
                );
                html::button()
                    .attr("type", "button")
                    .class("tab")
                    .attr("data-test", "conversation-tab")
                    .attr("aria-current", move || (active.get() && !shell.at_lists.get()).then_some("true"))
                    .on(ev::click, move |_| shell.act(Action::Show(conv.clone())))
                    .child((html::span().class("tab-name").child(html::bdi().child(name)), move || {
                        let unread = unread.get();
                        (unread > 0).then(|| html::span().class("badge urgent").child((unread.to_string(), unseen(" unread"))))
                    }))
            },
        ),
    ))
}
