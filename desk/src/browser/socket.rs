//! The WebSocket: bytes in, bytes out. What they mean is the machine's business.

use super::http::address;
use chinwag::model::limits;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What a socket tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    Opened,
    Text(String),
    Closed(u16),
}

/// An open socket. Dropped, it is closed and tells nothing more.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _text: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens the agents' socket of our server. Nothing when the browser refuses.
    pub(super) fn open(tell: impl Fn(News) + Clone + 'static) -> Option<Self> {
        let address = address("../ws/agent")?;
        address.set_protocol(if address.protocol() == "http:" { "ws:" } else { "wss:" });
        let socket = WebSocket::new(&address.href()).ok()?;
        let opened = Closure::new({
            let tell = tell.clone();
            move || tell(News::Opened)
        });
        let text = Closure::new({
            let tell = tell.clone();
            move |event: MessageEvent| {
                if let Some(text) = event.data().as_string().filter(|text| text.len() <= limits::FRAME_BYTES * 4) {
                    tell(News::Text(text));
                }
            }
        });
        let closed = Closure::new(move |event: CloseEvent| tell(News::Closed(event.code())));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(text.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _opened: opened, _text: text, _closed: closed })
    }

    /// Sends a text. One that cannot go out is lost: the machine sends again what counts.
    pub(super) fn send(&self, text: &str) {
        if self.socket.ready_state() == WebSocket::OPEN {
            let _ = self.socket.send_with_str(text);
        }
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
