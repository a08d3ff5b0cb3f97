//! Where the visitor writes: a field that grows, emoji, and how much room is left.

use super::dom::{El, button, div, h, px};
use super::icons::{SEND, SMILE, icon};
use crate::browser::texts::Texts;
use crate::model::limits::MESSAGE_CHARS;

const EMOJI: &str =
    "😀 😃 😄 😁 😅 😂 🙂 😉 😊 😍 😘 😎 🤔 😐 🙄 😴 😕 😟 😢 😭 😡 😱 👍 👎 👋 👏 🙏 💪 👌 ✌️ ❤️ 💔 🔥 🎉 ⭐ ✅ ❌ ❓ ❗ 📞";
/// Emoji in a row of the picker.
const COLUMNS: usize = 8;
/// From how many characters left on the visitor is told.
const SOON: usize = 200;

pub(super) struct Composer {
    pub(super) el: El,
    field: El,
    send: El,
    emoji: El,
    grid: El,
    room: El,
}

impl Composer {
    pub(super) fn new(texts: &Texts) -> Self {
        let field = h("textarea").part("composer").test("composer").attr("rows", "1").attr("enterkeyhint", "send").attr("dir", "auto");
        field.set("aria-label", texts.get("write"));
        field.set("placeholder", texts.get("write"));
        field.set("aria-describedby", "room");
        let emoji = button("icon", "emoji").attr("aria-label", texts.get("emoji")).attr("aria-expanded", "false").with(&icon(SMILE));
        let send = button("icon send", "send").part("send").attr("aria-label", texts.get("send")).with(&icon(SEND));
        let grid = div("emoji").attr("role", "group").attr("aria-label", texts.get("emoji")).test("emoji-grid").gone();
        let room = div("room").attr("id", "room").gone();
        let write = div("write").with(&emoji).with(&field).with(&send);
        let el = div("foot").part("footer").with(&grid).with(&room).with(&write);
        Self { el, field, send, emoji, grid, room }
    }

    pub(super) fn focus(&self) {
        self.field.focus();
    }

    /// The text in it.
    pub(super) fn text(&self) -> String {
        self.field.value()
    }

    pub(super) fn is(&self, el: &El) -> bool {
        self.field == *el
    }

    /// Whether the picker is open.
    pub(super) fn is_picking(&self) -> bool {
        !self.grid.hidden()
    }

    /// Shows this text, which may be what is in it already.
    pub(super) fn set(&self, texts: &Texts, draft: &str) {
        if self.field.value() != draft {
            self.field.set_value(draft);
        }
        self.fit(texts, draft);
    }

    /// Whether there is something in it that can be sent.
    pub(super) fn is_sendable(&self) -> bool {
        let text = self.field.value();
        !text.trim().is_empty() && text.chars().count() <= MESSAGE_CHARS
    }

    /// As high as its text, and the right words about the room that is left.
    pub(super) fn fit(&self, texts: &Texts, text: &str) {
        self.field.css("height", "auto");
        let height = self.field.scroll_height();
        if height > 0 {
            self.field.css("height", &px(height));
        }
        let count = text.chars().count();
        let over = count > MESSAGE_CHARS;
        let key = if over { "over_chars" } else { "left_chars" };
        let told = over || count + SOON > MESSAGE_CHARS;
        self.room.show(told);
        if told {
            self.room.set_text(&texts.count(key, u32::try_from(count.abs_diff(MESSAGE_CHARS)).unwrap_or(u32::MAX)));
        }
        self.room.put("class", if over { "room over" } else { "room" });
        self.field.put("aria-invalid", if over { "true" } else { "false" });
        self.send.put("aria-disabled", if self.is_sendable() { "false" } else { "true" });
    }

    pub(super) fn pick(&self, open: bool) {
        if open && self.grid.find("button").is_none() {
            for (index, sign) in EMOJI.split(' ').enumerate() {
                let key = button("", "pick").attr("tabindex", if index == 0 { "0" } else { "-1" }).text(sign);
                self.grid.append(&key);
            }
        }
        self.grid.show(open);
        self.emoji.set("aria-expanded", if open { "true" } else { "false" });
        if open && let Some(first) = self.grid.find("[tabindex='0']") {
            first.focus();
        }
    }

    /// Puts an emoji where the caret is.
    pub(super) fn insert(&self, sign: &str) {
        self.field.set_range_text(sign, self.field.selection_start(), self.field.selection_end(), "end");
    }

    /// Moves in the grid with the arrow keys. True when the key was one of them.
    pub(super) fn walk(&self, from: &El, key: &str, rtl: bool) -> bool {
        let keys = self.grid.all("button");
        let Some(at) = keys.iter().position(|one| one == from) else { return false };
        let back = match key {
            "ArrowLeft" => !rtl,
            "ArrowRight" => rtl,
            "ArrowUp" | "Home" => true,
            "ArrowDown" | "End" => false,
            _ => return false,
        };
        let step = match key {
            "ArrowUp" | "ArrowDown" => COLUMNS,
            "Home" | "End" => keys.len(),
            _ => 1,
        };
        let last = keys.len().saturating_sub(1);
        let to = if back { at.saturating_sub(step) } else { (at + step).min(last) };
        if let Some(next) = keys.get(to) {
            from.set("tabindex", "-1");
            next.set("tabindex", "0");
            next.focus();
        }
        true
    }
}
