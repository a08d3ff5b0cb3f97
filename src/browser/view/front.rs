//! The widget's element with its launcher, on the page before anything is opened. The rest of the view is in a part of the module
//! that comes later; [`super::widget::Widget`] takes this over then.

use super::dom::{Call, El, Hub, control, kind, paint, place, show_host};
use super::launcher::{Launcher, heading};
use super::style::{css, host_css};
#[cfg(feature = "facade")]
use crate::browser::slot;
use crate::browser::texts::Texts;
use crate::engine::{Action, Focus, View};
use crate::model::{EngagementKind, WidgetSpec};
use wasm_bindgen::JsValue;

pub(super) struct Front {
    /// The shadow root, or the element itself in the page's document.
    pub(super) root: El,
    /// The element with everything that the widget shows.
    pub(super) frame: El,
    pub(super) launcher: Launcher,
    pub(super) texts: Texts,
    pub(super) hub: Hub,
    /// The focus was on the launcher that this one replaced.
    pub(super) refocus: bool,
    open: bool,
    /// The focus to set once its element can be seen.
    pub(super) wanted: Option<Focus>,
    /// The id of the widget's element.
    #[cfg(feature = "facade")]
    pub(super) element: String,
}

impl Front {
    /// # Errors
    /// The browser's exception when the element cannot have a shadow root.
    #[inline(never)]
    pub(super) fn new(spec: &WidgetSpec, texts: Texts, light: bool, mut hub: Hub) -> Result<Self, JsValue> {
        let root = place(&spec.element, host_css(), css(), light)?;
        let frame = El::new("<div.frame part=frame role=region", &texts);
        root.grow("", "<div.window", &texts);
        root.append(&frame);
        hub.listen(&root);
        let launcher = Launcher::new(&texts);
        frame.append(&launcher.el);
        set_language(&frame, &texts);
        show_host(&root, spec.engagement.word(), false, false);
        #[cfg(feature = "facade")]
        {
            slot("frame", &frame, &spec.element);
            slot("launcher", &launcher.el, &spec.element);
        }
        Ok(Self {
            refocus: root.was(),
            root,
            frame,
            launcher,
            texts,
            hub,
            open: false,
            wanted: None,
            #[cfg(feature = "facade")]
            element: spec.element.clone(),
        })
    }

    pub(super) fn set_texts(&mut self, texts: Texts) {
        self.texts = texts;
        self.frame.clear();
        self.launcher = self.launcher.anew(&self.texts);
        self.frame.append(&self.launcher.el);
        #[cfg(feature = "facade")]
        slot("launcher", &self.launcher.el, &self.element);
        set_language(&self.frame, &self.texts);
    }

    pub(super) fn render(&mut self, view: &View<'_>) {
        self.open = view.open;
        show(&self.root, &self.frame, &mut self.launcher, &self.texts, view);
        if view.shown && core::mem::take(&mut self.refocus) {
            self.launcher.focus();
        }
    }

    /// Handles an event. Only a press on the launcher can happen here.
    pub(super) fn event(&mut self, call: &Call) -> Vec<Action> {
        let pressed = kind(call) == "click" && control(call).is_some_and(|control| control.get("data-do") == "launch");
        if !pressed {
            return Vec::new();
        }
        let action = if self.open { Action::Close } else { Action::Activate };
        // The panel's code may still be loading: the launcher answers at once, and a second press cancels the first one.
        self.open = !self.open;
        self.frame.toggle("", "data-open", self.open);
        vec![action]
    }

    pub(super) fn focus(&mut self, focus: &Focus) {
        if *focus == Focus::Launcher {
            self.launcher.focus();
            self.wanted = None;
        } else {
            self.wanted = Some(focus.clone());
        }
    }
}

/// Tells the browser which language the words are in. Gives whether they are written from right to left.
pub(super) fn set_language(frame: &El, texts: &Texts) -> bool {
    let rtl = texts.is_rtl();
    frame.put("", "lang", &texts.lang());
    frame.put("", "dir", if rtl { "rtl" } else { "ltr" });
    rtl
}

/// Updates the element and its launcher.
#[inline(never)]
pub(super) fn show(root: &El, frame: &El, launcher: &mut Launcher, texts: &Texts, view: &View<'_>) {
    paint(frame, &view.brand.accent);
    frame.put("", "aria-label", heading(view.spec));
    launcher.set(texts, view);
    frame.toggle("", "data-open", view.open);
    show_host(root, launcher.shape.unwrap_or(EngagementKind::Button).word(), view.shown, view.open);
}
