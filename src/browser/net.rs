//! Connections: sockets, and requests in their place.

use crate::client::Transport;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/js/socket.js")]
extern "C" {
    fn open_socket(url: &str, heard: &JsValue) -> JsValue;
    fn close_socket(socket: &JsValue);
    fn transmit(socket: &JsValue, text: &str);
}

#[wasm_bindgen(module = "/src/browser/js/poll.js")]
extern "C" {
    fn open_poll(url: &str, heard: &JsValue) -> JsValue;
}

/// A connection. Dropping it closes it, and no callback comes from it any more.
pub(super) struct Socket(JsValue);

impl Socket {
    /// Begins to open a connection. `None` when the browser refuses at once. `heard` is called with `true` when it is open, with every
    /// text that comes (never an empty one), and with the number that it was closed with, also when it could not be opened; 0 says that
    /// the page's policy forbids it.
    pub(super) fn open(by: Transport, url: &str, heard: &JsValue) -> Option<Self> {
        let open = if by == Transport::Socket { open_socket } else { open_poll };
        let socket = open(url, heard);
        // Made only for an existing connection: dropping this value closes the connection in it.
        (!socket.is_undefined()).then(|| Self(socket))
    }

    /// Sends a text. If the socket is closed the text is lost, and the callback still reports the end of the socket.
    pub(super) fn send(&self, text: &str) {
        transmit(&self.0, text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        close_socket(&self.0);
    }
}
