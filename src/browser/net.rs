//! The socket, by callbacks.

use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What a socket tells.
pub(super) enum Heard {
    Opened,
    Text(String),
    /// Also when it could not be opened.
    Closed(u16),
}

/// A socket. Nothing is heard of it any more once it is dropped.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begins to open a socket. Nothing when the browser refuses at once.
    pub(super) fn open(url: &str, heard: impl Fn(Heard) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let told = heard.clone();
        let opened = Closure::new(move || told(Heard::Opened));
        let told = heard.clone();
        let message = Closure::new(move |event: MessageEvent| {
            // The server sends text only.
            if let Some(text) = event.data().as_string() {
                told(Heard::Text(text));
            }
        });
        let closed = Closure::new(move |event: CloseEvent| heard(Heard::Closed(event.code())));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _opened: opened, _message: message, _closed: closed })
    }

    /// Sends a text. If the socket is gone, its end is told anyway.
    pub(super) fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
