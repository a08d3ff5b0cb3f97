//! The composer: the field in which the agent writes.

use super::canned::{self, Picker};
use super::kit::icon;
use super::{icons, uploads};
use crate::browser::Shell;
use crate::state::{Action, LiveConversation, begin_canned, keep_to};
use chinwag::model::{ConversationId, limits};
use chinwag::text::{is_empty, without_nul};
use leptos::{ev, html, prelude::*};
use web_sys::HtmlTextAreaElement;

pub(super) fn composer(conv: ConversationId) -> impl IntoView {
    let draft = Draft::new(conv.clone());
    let Draft { shell, text, picker, node, .. } = draft;
    let name = shell.select({
        let conv = conv.clone();
        move |desk| desk.chats.get(&conv).map(LiveConversation::title).unwrap_or_default()
    });
    let list_id = format!("canned-{conv}");
    let (option, controls) = (format!("{list_id}-option"), list_id.clone());
    let rules = uploads::rules(shell, &conv);
    let over = RwSignal::new(false);
    let has_files = |event: &ev::DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let too_long = move || draft.length.get() > limits::MESSAGE_CHARS;
    html::form()
        .class(move || if over.get() { "composer over" } else { "composer" })
        .on(ev::dragover, move |event| {
            if rules.with_untracked(Option::is_some) && has_files(&event) {
                event.prevent_default();
                over.set(true);
            }
        })
        .on(ev::dragleave, move |_| over.set(false))
        .on(ev::drop, {
            let conv = conv.clone();
            move |event| {
                over.set(false);
                if rules.with_untracked(Option::is_some) && has_files(&event) {
                    event.prevent_default();
                    uploads::send(shell, &conv, event.data_transfer().and_then(|data| data.files()));
                }
            }
        })
        .on(ev::paste, {
            let conv = conv.clone();
            move |event| {
                let files = event.clipboard_data().and_then(|data| data.files());
                if rules.with_untracked(Option::is_some) && uploads::send(shell, &conv, files) {
                    event.prevent_default();
                }
            }
        })
        .on(ev::submit, move |event| {
            event.prevent_default();
            draft.send();
        })
        .child((
            uploads::list(conv.clone(), rules),
            move || picker.is_open().then(|| canned::list(list_id.clone(), picker, move |index| draft.pick(index))),
            html::label().class("unseen").attr("for", format!("composer-{conv}")).child(move || format!("Message to {}", name.get())),
            html::textarea()
                .node_ref(node)
                .id(format!("composer-{conv}"))
                .attr("dir", "auto")
                .attr("rows", "2")
                // So the browser refuses texts that are far too long before it lays them out.
                .attr("maxlength", (2 * limits::MESSAGE_CHARS).to_string())
                .attr("placeholder", "Write, or type / for a canned reply")
                .attr("data-test", "composer")
                .attr("aria-autocomplete", "list")
                .attr("aria-controls", move || picker.is_open().then(|| controls.clone()))
                .attr("aria-activedescendant", move || picker.is_open().then(|| format!("{option}-{}", picker.at.get())))
                .attr("aria-invalid", move || too_long().then_some("true"))
                .prop("value", move || text.get())
                .on(ev::input, move |_| draft.changed())
                .on(ev::keydown, move |event| draft.key(&event))
                .on(ev::keyup, move |_| draft.look())
                .on(ev::click, move |_| draft.look()),
            html::div().class("composer-foot").child((
                html::button()
                    .attr("type", "button")
                    .class("tool")
                    .attr("aria-label", "Canned replies")
                    .attr("title", "Canned replies")
                    .attr("data-test", "canned-open")
                    .on(ev::click, move |_| draft.begin_canned())
                    .child(icon(icons::CANNED)),
                uploads::button(conv.clone(), rules),
                html::span().class("composer-hint").attr("role", "status").attr("data-test", "composer-hint").child(move || draft.hint()),
                html::button()
                    .attr("type", "submit")
                    .class("button primary send")
                    .attr("data-test", "send")
                    .attr("aria-disabled", move || (too_long() || text.with(|text| is_empty(text))).then_some("true"))
                    .child((icon(icons::SEND), "Send")),
            )),
        ))
}

/// The draft in one composer. Cheap to copy.
#[derive(Clone, Copy)]
struct Draft {
    shell: Shell,
    conv: StoredValue<ConversationId>,
    text: RwSignal<String>,
    picker: Picker,
    node: NodeRef<html::Textarea>,
    /// The length in characters.
    length: Memo<usize>,
    /// The last change was too long, and a part of it was removed.
    cut: RwSignal<bool>,
}

impl Draft {
    fn new(conv: ConversationId) -> Self {
        let shell = Shell::get();
        let kept = shell.desk.with_untracked(|desk| desk.chats.get(&conv).map(|chat| chat.draft.clone()).unwrap_or_default());
        let text = RwSignal::new(kept);
        Self {
            shell,
            conv: StoredValue::new(conv),
            text,
            picker: Picker::new(shell, text),
            node: NodeRef::new(),
            length: Memo::new(move |_| text.with(|text| text.chars().count())),
            cut: RwSignal::new(false),
        }
    }

    fn area(self) -> Option<HtmlTextAreaElement> {
        self.node.get_untracked()
    }

    /// Sets a text, with the caret where it is in the field.
    fn write(self, words: String) {
        let words = without_nul(words);
        self.text.set(words.clone());
        self.look();
        self.shell.act(Action::Draft { conv: self.conv.get_value(), text: words });
    }

    /// Puts a text with a caret into the field.
    fn put(self, (words, caret): (String, usize)) {
        if let Some(area) = self.area() {
            area.set_value(&words);
            let caret = u32::try_from(caret).unwrap_or(u32::MAX);
            // Fails only for fields that have no selection.
            let _ = area.set_selection_range(caret, caret);
        }
        self.write(words);
    }

    /// Stores the position of the caret.
    fn look(self) {
        let caret = self.area().and_then(|area| area.selection_start().ok().flatten()).unwrap_or(0) as usize;
        if self.picker.caret.get_untracked() != caret {
            self.picker.caret.set(caret);
        }
    }

    /// Text was typed, pasted or dropped.
    fn changed(self) {
        let Some(area) = self.area() else { return };
        let words = area.value();
        self.picker.reopen();
        self.look();
        // A text that was too long before may be shortened step by step.
        let most = self.length.get_untracked().max(limits::MESSAGE_CHARS);
        let fitting = keep_to(&words, self.picker.caret.get_untracked(), most);
        self.cut.set(fitting.is_some());
        match fitting {
            Some(fitting) => self.put(fitting),
            None => self.write(words),
        }
    }

    fn pick(self, index: usize) {
        if let Some(chosen) = self.picker.chosen(&self.text.get_untracked(), index) {
            self.put(chosen);
        }
    }

    fn begin_canned(self) {
        self.look();
        self.picker.reopen();
        self.put(begin_canned(&self.text.get_untracked(), self.picker.caret.get_untracked()));
        self.focus();
    }

    fn send(self) {
        let words = self.text.get_untracked();
        if !is_empty(&words) && words.chars().count() <= limits::MESSAGE_CHARS {
            self.cut.set(false);
            self.text.set(String::new());
            self.shell.act(Action::Say { conv: self.conv.get_value(), text: words });
        }
        self.focus();
    }

    fn focus(self) {
        if let Some(area) = self.area() {
            let _ = area.focus();
        }
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        // The caret may have been moved without a key or a click.
        self.look();
        let picker = self.picker;
        let open = picker.found.with_untracked(|found| !found.is_empty());
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if open => picker.step(event.key() == "ArrowDown"),
            "Enter" | "Tab" if open && !event.shift_key() => self.pick(picker.at.get_untracked()),
            "Escape" if open => picker.close(),
            "Enter" if !event.shift_key() && !event.alt_key() => self.send(),
            _ => return,
        }
        event.prevent_default();
    }

    /// How many characters are left, once there are few.
    fn hint(self) -> String {
        let (length, most) = (self.length.get(), limits::MESSAGE_CHARS);
        if length > most {
            format!("{} characters too many", length - most)
        } else if self.cut.get() {
            format!("A message has {most} characters at most. What did not fit was left out.")
        } else if most - length <= 200 {
            format!("{} characters left", most - length)
        } else {
            String::new()
        }
    }
}
