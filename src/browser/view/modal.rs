//! The full-screen panel: the rest of the page is out of reach while it is open, and exactly as before afterwards.

use super::dom::{DOCUMENT, El, VISUAL_VIEWPORT, px};

#[derive(Default)]
pub(super) struct Modal {
    on: bool,
    /// What we made inert; what was so before is not ours to give back.
    inert: Vec<El>,
}

impl Modal {
    pub(super) const fn is_on(&self) -> bool {
        self.on
    }

    pub(super) fn set(&mut self, on: bool, host: &El, panel: &El) {
        if self.on == on {
            return;
        }
        self.on = on;
        if on {
            panel.set("aria-modal", "true");
            self.take(host);
        } else {
            panel.unset("aria-modal");
            self.give_back();
        }
    }

    /// Keeps the panel inside what the on-screen keyboard leaves free.
    pub(super) fn fit(&self, panel: &El) {
        let area = VISUAL_VIEWPORT.with(Clone::clone).filter(|_| self.on);
        #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let (height, top) =
            area.map_or((String::new(), String::new()), |area| (px(area.viewport_height() as i32), px(area.viewport_top() as i32)));
        panel.css("--vh", &height);
        panel.css("--vt", &top);
    }

    fn take(&mut self, host: &El) {
        let body = DOCUMENT.with(El::body);
        let mut at = host.clone();
        while at != body
            && let Some(parent) = at.parent()
        {
            for sibling in parent.kids() {
                if sibling != at && sibling.get("inert").is_none() {
                    sibling.set("inert", "");
                    self.inert.push(sibling);
                }
            }
            at = parent;
        }
    }

    pub(super) fn give_back(&mut self) {
        for el in self.inert.drain(..) {
            el.unset("inert");
        }
    }
}
