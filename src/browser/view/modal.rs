//! The full-screen panel: the rest of the page is out of reach while it is open, and exactly as before afterwards.

use super::dom::{El, fit_screen, release, seclude};
use wasm_bindgen::JsValue;

#[derive(Default)]
pub(super) struct Modal {
    /// The elements that we made inert; others were so before and stay so. Empty while the page is in reach.
    inert: Option<JsValue>,
}

impl Modal {
    pub(super) const fn is_on(&self) -> bool {
        self.inert.is_some()
    }

    /// Also keeps the panel inside the room that the on-screen keyboard leaves.
    pub(super) fn set(&mut self, on: bool, root: &El, panel: &El) {
        if self.is_on() != on {
            // Text, not an attribute that is there or not: without it the dialog is no modal one.
            if on {
                panel.put("", "aria-modal", "true");
                self.inert = Some(seclude(root));
            } else {
                panel.toggle("", "aria-modal", false);
                self.give_back();
            }
        }
        fit_screen(panel, on);
    }

    pub(super) fn give_back(&mut self) {
        if let Some(taken) = self.inert.take() {
            release(&taken);
        }
    }
}
