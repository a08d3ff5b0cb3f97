//! Where the engine's text is kept: `sessionStorage` for the tab, `localStorage` for the device, under one key per site. Either
//! may be missing or throw (quality R47); then the text lives as long as the page.

use crate::engine::Area;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/js/storage.js")]
extern "C" {
    fn load(lasting: bool, key: &str) -> String;
    fn keep(lasting: bool, key: &str, text: &str) -> bool;
}

/// The storage of one site.
pub(super) struct Storage {
    key: String,
}

impl Storage {
    pub(super) fn new(site: &str) -> Self {
        let mut key = String::from("chinwag:");
        key.push_str(site);
        Self { key }
    }

    /// The state that was kept last: the tab's if there is one, else the device's.
    pub(super) fn read(&self) -> Option<(Area, String)> {
        let text = load(false, &self.key);
        if !text.is_empty() {
            return Some((Area::Tab, text));
        }
        let text = load(true, &self.key);
        (!text.is_empty()).then_some((Area::Device, text))
    }

    /// Stores a text, or deletes it. Returns false when the browser refuses: the text is lost with the page, the conversation goes on.
    pub(super) fn write(&self, area: Area, text: Option<&str>) -> bool {
        keep(area == Area::Device, &self.key, text.unwrap_or(""))
    }
}
