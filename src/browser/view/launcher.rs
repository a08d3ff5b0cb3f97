//! What the visitor sees before the panel: a round button, a tab at the edge, or a card.

use super::dom::{El, button, div, h, int};
use super::icons::{CHAT, CLOSE, DOWN, PHONE, icon};
use crate::browser::texts::Texts;
use crate::engine::{Stage, View};
use crate::model::{EngagementKind, WidgetKind, WidgetSpec};

pub(super) struct Launcher {
    /// Holds what stands there now.
    pub(super) el: El,
    shape: Option<EngagementKind>,
    label: String,
    control: El,
    badge: El,
}

impl Launcher {
    pub(super) fn new() -> Self {
        Self { el: div("engage"), shape: None, label: String::new(), control: h("button"), badge: h("span") }
    }

    pub(super) fn set(&mut self, texts: &Texts, view: &View<'_>) {
        // Once something was begun, a card would stand in the way.
        let idle = matches!(view.stage, Stage::Engagement) && !view.open;
        let shape = match view.spec.engagement {
            EngagementKind::Popup if !idle => EngagementKind::Button,
            shape => shape,
        };
        if self.shape != Some(shape) || self.label != view.spec.label {
            self.shape = Some(shape);
            self.label.clone_from(&view.spec.label);
            self.build(texts, view.spec, shape);
        }
        let mut name = view.spec.label.clone();
        if view.unread > 0 {
            name.push_str(", ");
            name.push_str(&texts.count("unread", view.unread));
        }
        self.control.put("aria-label", &name);
        self.control.put("aria-expanded", if view.open { "true" } else { "false" });
        self.badge.show(view.unread > 0 && !view.open);
        let count = if view.unread > 99 { "99+".into() } else { int(i64::from(view.unread)) };
        self.badge.set_text(&count);
    }

    pub(super) fn focus(&self) {
        self.control.focus();
    }

    fn build(&mut self, texts: &Texts, spec: &WidgetSpec, shape: EngagementKind) {
        let sign = if spec.kind == WidgetKind::Chat { CHAT } else { PHONE };
        self.badge = h("span").class("badge").part("badge").test("badge").attr("aria-hidden", "true").gone();
        self.control = button("", "launch").test("launcher").attr("aria-haspopup", "dialog");
        self.el.clear();
        match shape {
            EngagementKind::Button => {
                self.control.set("class", "launcher");
                self.control.set("part", "launcher");
                for (class, path) in [("when-closed", sign), ("when-open", DOWN)] {
                    self.control.append(&h("span").class(class).with(&icon(path)));
                }
                self.control.append(&self.badge);
                self.el.append(&self.control);
            }
            EngagementKind::Tab => {
                self.control.set("class", "tab");
                self.control.set("part", "launcher");
                self.control.append(&icon(sign));
                self.control.append(&h("span").class("words").text(&spec.label));
                self.control.append(&self.badge);
                self.el.append(&self.control);
            }
            EngagementKind::Popup => {
                self.control.set("class", "main-button");
                self.control.set("part", "launcher");
                let away = button("icon corner", "dismiss").attr("aria-label", texts.get("close")).with(&icon(CLOSE));
                let title = if spec.title.is_empty() { &spec.label } else { &spec.title };
                let card = div("card").part("card").with(&div("medal").with(&icon(sign)));
                card.append(&h("h2").attr("dir", "auto").text(title));
                if !spec.greeting.is_empty() {
                    card.append(&h("p").attr("dir", "auto").text(&spec.greeting));
                }
                self.control.append(&h("span").text(&spec.label));
                card.append(&self.control);
                card.append(&away);
                self.el.append(&card);
            }
        }
    }
}
