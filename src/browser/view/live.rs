//! Texts for screen readers: one polite live region, apart from the visible texts (quality A9 to A11).

use super::dom::{El, clear_timeout, set_timeout};
use crate::browser::texts::Texts;
use wasm_bindgen::JsValue;

/// How long a text stays, in milliseconds.
const STAY: i32 = 1_000;
/// The name of our timer.
pub(super) const TICK: &str = "live";

pub(super) struct Live {
    pub(super) el: El,
    call: JsValue,
    timer: Option<i32>,
    /// The texts that follow the present one.
    waiting: Vec<String>,
    /// Messages that came while a text was in the region.
    messages: Vec<String>,
}

impl Live {
    pub(super) fn new(texts: &Texts, call: JsValue) -> Self {
        Self {
            el: El::new("<div.vh role=status aria-live=polite #live", texts),
            call,
            timer: None,
            waiting: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// Puts a text into the region.
    pub(super) fn say(&mut self, text: String, texts: &Texts) {
        if text.is_empty() {
            return;
        }
        if self.timer.is_some() {
            self.waiting.push(text);
        } else {
            self.show(&text, texts);
        }
    }

    /// Says a message: alone, or as one of a number when they come quickly.
    pub(super) fn say_message(&mut self, text: String, texts: &Texts) {
        if self.timer.is_some() {
            self.messages.push(text);
        } else {
            self.show(&text, texts);
        }
    }

    /// Says only the newest count, without the counts before it.
    pub(super) fn say_count(&mut self, text: String, texts: &Texts) {
        self.waiting.clear();
        self.say(text, texts);
    }

    /// The time of the present text is over.
    pub(super) fn tick(&mut self, texts: &Texts) {
        self.timer = None;
        self.el.clear();
        let mut said = std::mem::take(&mut self.waiting);
        let messages = std::mem::take(&mut self.messages);
        match messages.len() {
            0 => {}
            1 => said.extend(messages),
            many => said.push(texts.count("new", u32::try_from(many).unwrap_or(u32::MAX))),
        }
        for text in &said {
            self.show(text, texts);
        }
    }

    fn show(&mut self, text: &str, texts: &Texts) {
        self.el.grow("", "<div", texts);
        self.el.text("div:last-child", text);
        if self.timer.is_none() {
            self.timer = Some(set_timeout(&self.call, STAY, TICK));
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            clear_timeout(timer);
        }
    }
}
