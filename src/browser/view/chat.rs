//! A conversation on the screen: queue, transcript, who types, composer, and what is there once it ended.

use super::composer::Composer;
use super::dom::{El, button, div, h, int};
use super::line::{ended_key, named};
use super::notice::dots;
use super::transcript::Transcript;
use crate::browser::texts::Texts;
use crate::engine::{ChatView, Progress};

pub(super) struct Chat {
    pub(super) el: El,
    pub(super) transcript: Transcript,
    pub(super) composer: Composer,
    /// "End this conversation?"
    confirm: El,
    ended: El,
    ended_text: El,
    queue: El,
    queue_text: El,
    queue_hint: El,
    typing: El,
    typing_text: El,
    greeting: El,
}

impl Chat {
    pub(super) fn new(texts: &Texts, greeting: &str) -> Self {
        let greeting_el = div("greeting").attr("dir", "auto").text(greeting).gone();
        let (queue_text, queue_hint) = (h("strong"), h("span").text(texts.get("queue_hint")));
        let queue = div("queue").part("queue").test("queue").with(&dots()).with(&queue_text).with(&queue_hint).gone();
        let typing_text = h("span").attr("dir", "auto");
        let typing = div("typing").part("typing").test("typing").with(&dots()).with(&typing_text).gone();
        let tail = div("tail").with(&queue).with(&typing);
        let transcript = Transcript::new(texts, &greeting_el, &tail);
        let composer = Composer::new(texts);
        let ask = h("p").text(texts.get("end_ask"));
        let yes = button("main-button danger", "end-confirm").text(texts.get("end"));
        let no = button("plain", "end-cancel").text(texts.get("cancel"));
        let confirm = div("foot buttons confirm").attr("role", "group").attr("aria-label", texts.get("end_ask"));
        confirm.append(&ask);
        confirm.append(&yes);
        confirm.append(&no);
        confirm.show(false);
        let ended_text = h("p").attr("tabindex", "-1");
        let restart = button("main-button", "restart").text(texts.get("restart"));
        let ended = div("foot buttons").part("footer").test("ended").with(&ended_text).with(&restart).gone();
        let stack = div("stack").with(&transcript.log).with(&transcript.jump);
        let el = div("chat").with(&stack).with(&composer.el).with(&confirm).with(&ended);
        Self {
            el,
            transcript,
            composer,
            confirm,
            ended,
            ended_text,
            queue,
            queue_text,
            queue_hint,
            typing,
            typing_text,
            greeting: greeting_el,
        }
    }

    pub(super) fn set(&mut self, texts: &Texts, view: &ChatView<'_>, greeting: &str) {
        let ended = matches!(view.progress, Progress::Ended { .. });
        let position = match view.progress {
            Progress::Queued { position } | Progress::Requeued { position } => Some(position),
            _ => None,
        };
        self.queue.show(position.is_some());
        if let Some(position) = position {
            self.queue_text.set_text(&queue_words(texts, position));
        }
        self.queue_hint.show(view.lines.is_empty());
        self.typing.show(view.typing.is_some() && !ended);
        if let Some(who) = view.typing {
            self.typing_text.set_text(&texts.fill("typing", named(texts, &who.name)));
        }
        self.greeting.show(!greeting.is_empty() && !view.more);
        if let Progress::Ended { by } = view.progress {
            self.ended_text.set_text(texts.get(ended_key(by)));
        }
        self.ended.show(ended);
        if ended {
            self.confirm.show(false);
            self.composer.pick(false);
        }
        self.composer.el.show(!ended && !self.is_asking());
        if !ended {
            self.composer.set(texts, view.draft);
        }
        self.transcript.set(texts, view.lines, view.more);
    }

    /// Asks whether to end it, or no longer asks.
    pub(super) fn ask(&self, on: bool) {
        self.confirm.show(on);
        self.composer.el.show(!on);
        if on && let Some(first) = self.confirm.find("button") {
            first.focus();
        }
    }

    pub(super) fn is_asking(&self) -> bool {
        !self.confirm.hidden()
    }

    pub(super) fn focus_notice(&self) {
        self.ended_text.focus();
    }
}

/// The words about a place in the queue.
pub(super) fn queue_words(texts: &Texts, position: u32) -> String {
    match position {
        0 => texts.get("queue_unknown").into(),
        1 => texts.get("queue_next").into(),
        position => texts.fill("queue", &int(i64::from(position))),
    }
}
