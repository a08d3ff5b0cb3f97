//! Texts that are kept in the browser. In a frame the storage may throw: then nothing is kept, and the desk works all the same.

use web_sys::Storage;

/// The storage area for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// For this tab, until it is closed.
    Session,
    /// For this browser.
    Local,
}

/// The text that is kept under a key.
#[must_use]
pub fn read(area: Area, key: &str) -> Option<String> {
    storage(area)?.get_item(key).ok().flatten()
}

/// Keeps a text, or deletes it.
pub fn write(area: Area, key: &str, text: Option<&str>) {
    let Some(storage) = storage(area) else { return };
    // A full or forbidden storage keeps nothing, which is no error.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

fn storage(area: Area) -> Option<Storage> {
    let window = web_sys::window()?;
    match area {
        Area::Session => window.session_storage(),
        Area::Local => window.local_storage(),
    }
    .ok()
    .flatten()
}
