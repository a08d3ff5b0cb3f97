//! The channel to the other tabs of a site: a text that one tab sends reaches all others of its origin. Where the browser has no channel,
//! each tab is alone.

use super::callback;
use super::page::Host;
use super::runtime::{Job, Runtime};
use crate::engine::{ASK, TabWord};
use crate::wire::Codec;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/js/tabs.js")]
extern "C" {
    fn open_channel(name: &str, heard: &JsValue);
    fn close_channel();
    fn tell_tabs(text: &str);
}

/// Opens the channel to the other tabs of the same site.
pub(super) fn open(host: &Host, me: &'static Runtime) {
    let mut name = String::from("chinwag:");
    name.push_str(&host.text("site"));
    let heard = callback(move |said| {
        if let Some(text) = said.as_string() {
            me.run(Job::Tab(text));
        }
    });
    open_channel(&name, &heard.into_js_value());
}

/// Asks the other tabs whether there is a conversation.
pub(super) fn ask() {
    tell_tabs(ASK);
}

/// Sends a message to the other tabs.
pub(super) fn tell(word: &TabWord) {
    tell_tabs(&word.to_text());
}

/// Closes the channel: messages are neither received nor sent any more.
pub(super) fn close() {
    close_channel();
}
