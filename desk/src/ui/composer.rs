//! Where the agent writes.

use super::canned::{self, Picker};
use super::icons;
use super::kit::icon;
use crate::browser::Shell;
use crate::state::{Action, Chat};
use chinwag::model::{ConversationId, limits};
use leptos::{ev, html, prelude::*};

pub(super) fn composer(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    let kept = shell.desk.with_untracked(|desk| desk.chats.get(&conv).map(|chat| chat.draft.clone()).unwrap_or_default());
    let name = shell.select({
        let conv = conv.clone();
        move |desk| desk.chats.get(&conv).map(Chat::title).unwrap_or_default()
    });
    let text = RwSignal::new(kept);
    let node = NodeRef::<html::Textarea>::new();
    let picker = Picker::new(shell, text);
    let list_id = format!("canned-{conv}");
    let write = {
        let conv = conv.clone();
        move |words: String| {
            text.set(words.clone());
            shell.act(Action::Draft { conv: conv.clone(), text: words });
        }
    };
    let pick = {
        let write = write.clone();
        move |index: usize| {
            if let Some(words) = picker.chosen(&text.get_untracked(), index) {
                write(words);
            }
        }
    };
    let length = Memo::new(move |_| text.with(|text| text.chars().count()));
    let too_long = move || length.get() > limits::MESSAGE_CHARS;
    let send = {
        let conv = conv.clone();
        move || {
            let words = text.get_untracked();
            if !words.trim().is_empty() && words.chars().count() <= limits::MESSAGE_CHARS {
                text.set(String::new());
                shell.act(Action::Say { conv: conv.clone(), text: words });
            }
            if let Some(area) = node.get_untracked() {
                let _ = area.focus();
            }
        }
    };
    let key = {
        let (send, pick) = (send.clone(), pick.clone());
        move |event: ev::KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            let open = picker.found.with_untracked(|found| !found.is_empty());
            match event.key().as_str() {
                "ArrowDown" | "ArrowUp" if open => picker.step(event.key() == "ArrowDown"),
                "Enter" | "Tab" if open && !event.shift_key() => pick(picker.at.get_untracked()),
                "Escape" if open => picker.close(),
                "Enter" if !event.shift_key() && !event.alt_key() => send(),
                _ => return,
            }
            event.prevent_default();
        }
    };
    let option = format!("{list_id}-option");
    let controls = list_id.clone();
    html::form()
        .class("composer")
        .on(ev::submit, move |event| {
            event.prevent_default();
            send();
        })
        .child((
            move || picker.is_open().then(|| canned::list(list_id.clone(), picker, pick.clone())),
            html::label().class("unseen").attr("for", format!("composer-{conv}")).child(move || format!("Message to {}", name.get())),
            html::textarea()
                .node_ref(node)
                .id(format!("composer-{conv}"))
                .attr("dir", "auto")
                .attr("rows", "2")
                .attr("placeholder", "Write, or type / for a canned reply")
                .attr("data-test", "composer")
                .attr("aria-autocomplete", "list")
                .attr("aria-controls", move || picker.is_open().then(|| controls.clone()))
                .attr("aria-activedescendant", move || picker.is_open().then(|| format!("{option}-{}", picker.at.get())))
                .attr("aria-invalid", move || too_long().then_some("true"))
                .prop("value", move || text.get())
                .on(ev::input, {
                    let write = write.clone();
                    move |event| {
                        picker.reopen();
                        write(event_target_value(&event));
                    }
                })
                .on(ev::keydown, key),
            html::div().class("composer-foot").child((
                html::button()
                    .attr("type", "button")
                    .class("tool")
                    .attr("aria-label", "Canned replies")
                    .attr("title", "Canned replies")
                    .attr("data-test", "canned-open")
                    .on(ev::click, move |_| {
                        let words = text.get_untracked();
                        let gap = if words.is_empty() || words.ends_with(char::is_whitespace) { "" } else { " " };
                        picker.reopen();
                        write(format!("{words}{gap}/"));
                        if let Some(area) = node.get_untracked() {
                            let _ = area.focus();
                        }
                    })
                    .child(icon(icons::CANNED)),
                html::span().class("composer-hint").attr("role", "status").child(move || {
                    let left = limits::MESSAGE_CHARS.saturating_sub(length.get());
                    if too_long() {
                        format!("{} characters too many", length.get().saturating_sub(limits::MESSAGE_CHARS))
                    } else if left <= 200 {
                        format!("{left} characters left")
                    } else {
                        String::new()
                    }
                }),
                html::button()
                    .attr("type", "submit")
                    .class("button primary send")
                    .attr("data-test", "send")
                    .attr("aria-disabled", move || (too_long() || text.with(|text| text.trim().is_empty())).then_some("true"))
                    .child((icon(icons::SEND), "Send")),
            )),
        ))
}
