//! What JavaScript sees of the core (js/chat.js). Convert, call, convert; no logic.

use super::runtime::Runtime;
use crate::engine::Command;
#[cfg(feature = "facade")]
use crate::engine::Injected;
use crate::model::Page;
#[cfg(feature = "facade")]
use crate::model::{EntryId, FieldValue, find_value};
use crate::wire::Codec;
#[cfg(feature = "facade")]
use crate::wire::Item;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// The page's core. Functions instead of a class for it: there is one per page, and what keeps instances apart costs half a kilobyte.
    static CORE: Cell<Option<&'static Runtime>> = const { Cell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    /// What the shim provides: what it fetched and read, and whom to tell.
    #[derive(Clone)]
    pub type Host;

    /// One of the texts that the shim fetched and read; empty when it has none:
    ///
    /// * `config`: the configuration, as it came.
    /// * `texts`: the texts of the page's language, as they came; none for the built-in language.
    /// * `site`: its key. `server`: address of the server, with a slash at the end. `socket`: address of the visitors' socket.
    /// * `locale`, `zone`, `url`, `title`: of the page.
    /// * `contact_href`, `contact_label`: the page's own contact link.
    /// * `label`, `accent`: words of the launcher and accent colour that the page has named. `worded`: not empty when it has named words.
    /// * `private`: not empty when the browser says that its user does not want to be remembered (Global Privacy Control).
    #[wasm_bindgen(method)]
    pub(super) fn text(this: &Host, name: &str) -> String;

    /// An event of the page's API, as JSON. False: the page heard it from a core before this one, and nobody is to be told.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, json: &str) -> bool;
    /// A message to post to the page's own window, as JSON.
    #[wasm_bindgen(method)]
    pub(super) fn post(this: &Host, json: &str);
}

#[cfg(feature = "facade")]
#[wasm_bindgen]
extern "C" {
    /// Something of a dialect that a facade tells in its own way, as JSON.
    #[wasm_bindgen(method)]
    pub(super) fn notice(this: &Host, json: &str);
    /// A request to carry out, as JSON: `{id, path, form: [name, value, ...], timeout, upload?}`. Its answer comes by verb 31.
    #[wasm_bindgen(method)]
    pub(super) fn request(this: &Host, json: &str);
    /// A line of the host's own is on the screen: its content goes into this element.
    #[wasm_bindgen(method)]
    pub(super) fn drawn(this: &Host, element: &JsValue, id: &str);
}

/// Lets the host fill the element of a line of its own.
#[cfg(feature = "facade")]
pub(super) fn drawn(element: &JsValue, id: &str) {
    if let Some(core) = CORE.get() {
        core.drawn(element, id);
    }
}

/// Makes the page's core: reads the configuration. Nothing happens before `begin`.
///
/// # Errors
/// The field that is wrong, and what was expected there.
#[wasm_bindgen]
pub fn create(host: Host) -> Result<(), JsValue> {
    match Runtime::new(host) {
        Ok(core) => CORE.set(Some(core)),
        Err(error) => {
            let mut text = error.field;
            text.push_str(": expected ");
            text.push_str(error.expected);
            return Err(text.into());
        }
    }
    Ok(())
}

/// What the page may know, as JSON. Empty without a core.
#[wasm_bindgen]
#[must_use]
pub fn state() -> String {
    CORE.get().map(Runtime::state).unwrap_or_default()
}

/// Everything that is done with a core. What `one` and `two` are depends on the verb, whose numbers are in `js/verbs.js`.
#[wasm_bindgen]
pub fn run(verb: u32, one: String, two: String) {
    let Some(core) = CORE.get() else { return };
    let command = match verb {
        0 => return core.begin(),
        // A press on the launcher that the shim drew, before there was another; it had the focus.
        1 => return core.press(),
        2 => return core.focus_launcher(),
        // For one widget, named by its element or its own id, or for the page.
        3..=8 => {
            let index = core.find(&one);
            if index.is_none() && !one.is_empty() {
                return;
            }
            match verb {
                3 => Command::Open(index),
                4 => Command::Close(index),
                5 => Command::Show(index),
                6 => Command::Hide(index),
                7 => Command::End(index),
                _ => Command::SendMessage(index, two),
            }
        }
        9 => Command::SetVisitor(Codec::from_text(&one).unwrap_or_default()),
        10 => Command::SetConsent(!one.is_empty()),
        11 => Command::SetPage(Page { url: one, title: two }),
        12 => Command::Forget,
        // Another configuration: the poll for availability, or another language with its texts.
        13 => return core.config(&one),
        14 => return core.texts(&one, &two),
        // The link may work now.
        15 => return core.nudge(),
        // The second part of the module is there, and the looks and words of what it shows.
        16 => return core.dress(&one, &two),
        18 => return core.watched(!one.is_empty(), &two),
        // The page may be about to go.
        19 => Command::Keep,
        #[cfg(feature = "facade")]
        20 => Command::Begin(core.find(&one), Codec::from_text(&two).unwrap_or_default()),
        #[cfg(feature = "facade")]
        21 => Command::Typing(core.find(&one), !two.is_empty()),
        #[cfg(feature = "facade")]
        23 => Command::Renew(core.find(&one)),
        #[cfg(feature = "facade")]
        24 | 25 => {
            core.paint_next();
            let values: Vec<FieldValue> = Codec::from_text(&two).unwrap_or_default();
            let text = |name: &str| find_value(&values, name).to_owned();
            let is = |name: &str| !find_value(&values, name).is_empty();
            let what = Injected { name: text("name"), text: text("text"), mine: is("mine"), bare: is("bare"), drawn: is("drawn") };
            match verb {
                24 => Command::Inject(core.find(&one), EntryId(text("id")), what),
                _ => Command::Rewrite(core.find(&one), EntryId(text("id")), (!is("gone")).then_some(what)),
            }
        }
        // What is not said: values, or else a text.
        #[cfg(feature = "facade")]
        26 => Command::Put(core.find(&one), Item::Data { values: Codec::from_text(&two).unwrap_or_default() }),
        #[cfg(feature = "facade")]
        27 => Command::Put(core.find(&one), Item::Notice { text: two }),
        #[cfg(feature = "facade")]
        30 => return core.command(&one, &two),
        #[cfg(feature = "facade")]
        31 => return core.answered(&one, &two),
        #[cfg(feature = "facade")]
        32 => return core.hidden(!two.is_empty()),
        // What stood in a composer when another core had to take the place of the one before.
        33 => return core.drafted(&one, two),
        _ => {
            core.host(Command::Destroy);
            return core.close();
        }
    };
    core.host(command);
}

/// After a trap: the next call gets a fresh instance of the module.
#[wasm_bindgen]
pub fn restart() {
    wasm_bindgen::handler::schedule_reinit();
}
