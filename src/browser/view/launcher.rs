//! The launcher: a round button, a tab at the edge, or a card.

use super::dom::{El, int};
use crate::browser::texts::Texts;
use crate::engine::{Stage, View};
use crate::model::{Availability, EngagementKind, WidgetKind, WidgetSpec};

pub(super) struct Launcher {
    /// The launcher's element at present.
    pub(super) el: El,
    pub(super) shape: Option<EngagementKind>,
    label: String,
    /// Whether a round button shows its words, too.
    pub(super) worded: bool,
}

const BUTTON: &str = "<button.launcher part=launcher :launch #launcher aria-haspopup=dialog <span.when-closed > <span.when-open ~down > \
    <span.words hidden > <span.badge part=badge #badge aria-hidden=true hidden";
const TAB: &str = "<button.tab part=launcher :launch #launcher aria-haspopup=dialog <span.when-closed > <span.words > \
    <span.badge part=badge #badge aria-hidden=true hidden";
const CARD: &str = "<div.card part=card <div.medal.when-closed > <h2 dir=auto > <p dir=auto > \
    <button.main-button part=launcher :launch #launcher aria-haspopup=dialog <span.words > > \
    <button.icon.corner :dismiss aria-label=@close ~close";

/// The selector of the control that opens the widget.
const CONTROL: &str = "[data-do=launch]";

impl Launcher {
    pub(super) fn new(texts: &Texts) -> Self {
        Self { el: El::new("<div.engage", texts), shape: None, label: String::new(), worded: false }
    }

    /// Replaces the launcher by one in another language.
    pub(super) fn anew(&self, texts: &Texts) -> Self {
        Self { worded: self.worded, ..Self::new(texts) }
    }

    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, view: &View<'_>) {
        // Once a conversation or a call has begun, a card would cover too much of the page: a button is shown in its place.
        let idle = matches!(view.stage, Stage::Engagement) && !view.open;
        let shape = match view.spec.engagement {
            EngagementKind::Popup if !idle => EngagementKind::Button,
            shape => shape,
        };
        let label = view.spec.label.as_str();
        // With another label the launcher has another size, so it has to be positioned again.
        if self.shape != Some(shape) || self.label != label {
            self.shape = Some(shape);
            self.label = label.into();
            self.el.clear();
            let template = match shape {
                EngagementKind::Tab => TAB,
                EngagementKind::Popup => CARD,
                _ => BUTTON,
            };
            self.el.grow("", template, texts);
            self.el.grow(".when-closed", if view.spec.kind == WidgetKind::Chat { "~chat" } else { "~phone" }, texts);
        }
        self.el.text(".words", label);
        self.el.text("h2", heading(view.spec));
        self.el.text("p", &view.spec.greeting);
        self.el.show("p", !view.spec.greeting.is_empty());
        if shape == EngagementKind::Button {
            self.el.show(".words", self.worded);
            self.el.toggle(CONTROL, "data-worded", self.worded);
        }
        let mut name = String::from(label);
        if view.unread > 0 {
            name.push_str(", ");
            name.push_str(&texts.count("unread", view.unread));
        }
        let nobody = view.spec.availability != Availability::Available && matches!(view.stage, Stage::Engagement);
        if nobody {
            name.push_str(", ");
            name.push_str(&texts.get("nobody"));
        }
        self.el.toggle(CONTROL, "data-nobody", nobody);
        self.el.put(CONTROL, "aria-label", &name);
        self.el.say(CONTROL, "aria-expanded", view.open);
        self.el.show(".badge", view.unread > 0 && !view.open);
        self.el.text(".badge", &if view.unread > 99 { "99+".into() } else { int(i64::from(view.unread)) });
    }

    pub(super) fn focus(&self) {
        self.el.focus(CONTROL);
    }
}

/// The title at a widget's head.
pub(super) fn heading(spec: &WidgetSpec) -> &str {
    if spec.title.is_empty() { &spec.label } else { &spec.title }
}
