//! The WebSocket: bytes in, bytes out. What they mean is the machine's business.

use super::http::address;
use js_sys::JsString;
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

/// UTF-16 units of the longest frame. The first one brings everything that an agent may see, which grows with the agents' work; a
/// visitor's frames are much shorter.
const FRAME_CHARS: u32 = 16 * 1024 * 1024;

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
                match event.data().dyn_into::<JsString>() {
                    Ok(text) if text.length() <= FRAME_CHARS => tell(News::Text(text.into())),
                    // What the server never sends: the end is told, and it is tried again after a while.
                    Ok(_) => event.target().and_then(|target| target.dyn_into::<WebSocket>().ok()).into_iter().for_each(|socket| {
                        let _ = socket.close();
                    }),
                    // Bytes mean nothing here.
                    Err(_) => {}
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
