//! Where the engine's text is kept: `sessionStorage` for the tab, `localStorage` for the device, under one key per site. Either
//! may be missing or throw (quality R47); then the text lives as long as the page.

use crate::engine::Area;
use web_sys::window;

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

    /// What was kept last: the tab's if there is one, else the device's.
    pub(super) fn read(&self) -> Option<(Area, String)> {
        [Area::Tab, Area::Device].into_iter().find_map(|area| {
            let text = place(area)?.get_item(&self.key).ok()??;
            Some((area, text))
        })
    }

    /// Keeps a text, or deletes it. What cannot be kept is lost with the page, and the conversation goes on.
    pub(super) fn write(&self, area: Area, text: Option<&str>) {
        let Some(place) = place(area) else { return };
        let _ = match text {
            Some(text) => place.set_item(&self.key, text),
            None => place.remove_item(&self.key),
        };
    }
}

fn place(area: Area) -> Option<web_sys::Storage> {
    let window = window()?;
    match area {
        Area::Tab => window.session_storage(),
        Area::Device => window.local_storage(),
    }
    .ok()?
}
