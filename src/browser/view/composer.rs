//! The composer, in which the visitor writes: a field that grows, emoji, and how many characters are left.

use super::dom::{El, cut, fit_text, insert, lay_out_emoji, walk};
use crate::browser::texts::Texts;
use crate::model::limits::MESSAGE_CHARS;
use crate::text::is_empty;
use std::cell::Cell;

/// When this number of characters or less is left, the visitor is told.
const SOON: usize = 200;

/// The foot of a conversation, built by `chat.rs`.
pub(super) struct Composer {
    pub(super) el: El,
    field: El,
    /// The number of characters in the field at the last check.
    count: Cell<usize>,
    /// The last change was too long, and a part of it was removed.
    cut: Cell<bool>,
}

impl Composer {
    pub(super) fn new(el: El) -> Self {
        Self { field: el.part("textarea"), el, count: Cell::new(0), cut: Cell::new(false) }
    }

    pub(super) fn focus(&self) {
        self.field.focus("");
    }

    /// The text in the field.
    pub(super) fn text(&self) -> String {
        self.field.value()
    }

    pub(super) fn is(&self, el: &El) -> bool {
        self.field == *el
    }

    /// Whether the picker is open.
    pub(super) fn is_picking(&self) -> bool {
        !self.el.part(".emoji").hidden()
    }

    /// Shows this text, unless the field has it already.
    pub(super) fn set(&self, texts: &Texts, draft: &str) {
        if self.field.value() != draft {
            self.field.set_value(draft);
        }
        self.fit(texts);
    }

    /// Removes the text that was typed or pasted beyond the limit, and says whether there was such. Of a text that is longer by far the
    /// browser itself keeps most out (`maxlength`, in units of UTF-16: twice the limit), before it lays it out. A text of the host that
    /// is too long may become shorter bit by bit.
    pub(super) fn keep_out(&self) -> bool {
        let over = length(&self.field.value()).saturating_sub(self.count.get().max(MESSAGE_CHARS));
        if over > 0 {
            cut(&self.field, u32::try_from(over).unwrap_or(u32::MAX));
        }
        self.cut.set(over > 0);
        over > 0
    }

    /// Whether the text in the field can be sent.
    pub(super) fn is_sendable(&self) -> bool {
        is_sendable(&self.field.value())
    }

    /// Makes the field as high as its text, and shows how many characters are left.
    #[inline(never)]
    pub(super) fn fit(&self, texts: &Texts) {
        fit_text(&self.field);
        let text = self.field.value();
        let count = length(&text);
        self.count.set(count);
        let over = count > MESSAGE_CHARS;
        let told = count + SOON > MESSAGE_CHARS;
        self.el.show(".room", told);
        if told {
            let room = u32::try_from(count.abs_diff(MESSAGE_CHARS)).unwrap_or(u32::MAX);
            let words = if over {
                texts.count("over_chars", room)
            } else if self.cut.get() {
                texts.get("over_cut")
            } else {
                texts.count("left_chars", room)
            };
            self.el.text(".room", &words);
        }
        self.el.toggle(".room", "data-over", over);
        self.field.say("", "aria-invalid", over);
        self.el.say(".send", "aria-disabled", !is_sendable(&text));
    }

    #[inline(never)]
    pub(super) fn pick(&self, texts: &Texts, open: bool) {
        let grid = self.el.part(".emoji");
        if open {
            lay_out_emoji(&grid, &texts.0);
        }
        grid.show("", open);
        self.el.say("[data-do=emoji]", "aria-expanded", open);
        if open {
            grid.focus("[tabindex='0']");
        }
    }

    /// Puts an emoji where the caret is.
    pub(super) fn insert(&self, sign: &str) {
        insert(&self.field, sign);
    }

    /// Moves in the grid with the arrow keys. True when the key was one of them.
    pub(super) fn walk(&self, from: &El, key: &str, rtl: bool) -> bool {
        walk(&self.el.part(".emoji"), from, key, rtl)
    }
}

fn is_sendable(text: &str) -> bool {
    !is_empty(text) && length(text) <= MESSAGE_CHARS
}

/// The length of a text in characters: all bytes except continuation bytes of UTF-8.
fn length(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}
