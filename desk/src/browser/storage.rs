//! Texts that are kept in the browser. In a frame the storage may throw: then nothing is kept, and the desk works all the same.

use web_sys::Storage;

/// Where to keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// For the time of the tab.
    Session,
    /// For this browser.
    Local,
}

/// The kept text of a key.
#[must_use]
pub fn read(place: Place, key: &str) -> Option<String> {
    storage(place)?.get_item(key).ok().flatten()
}

/// Keeps a text, or forgets it.
pub fn write(place: Place, key: &str, text: Option<&str>) {
    let Some(storage) = storage(place) else { return };
    // A full or forbidden storage is as good as none.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

fn storage(place: Place) -> Option<Storage> {
    let window = web_sys::window()?;
    match place {
        Place::Session => window.session_storage(),
        Place::Local => window.local_storage(),
    }
    .ok()
    .flatten()
}
