//! The WebSocket, by gloo-net: texts in, texts out. The machine reads them.

use super::http::address;
use futures_util::{FutureExt, Sink, SinkExt, Stream};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use wasm_bindgen_futures::spawn_local;

/// The events of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    Opened,
    Text(String),
    Closed(u16),
}

/// An open socket. Dropping it closes it; no event is reported after that.
pub(super) struct Socket(Rc<RefCell<WebSocket>>);

impl Socket {
    /// Opens the agents' socket of our server. `None` when the browser refuses. Events are reported in tasks of their own, never inside a
    /// call of this socket.
    pub(super) fn open(tell: impl Fn(News) + 'static) -> Option<Self> {
        let address = address("../ws/agent")?;
        address.set_protocol(if address.protocol() == "http:" { "ws:" } else { "wss:" });
        // Not `WebSocket::open`, which panics when the browser throws a value that is not an `Error`.
        let socket = WebSocket::try_from(web_sys::WebSocket::new(&address.href()).ok()?).ok()?;
        let socket = Rc::new(RefCell::new(socket));
        spawn_local(listen(Rc::downgrade(&socket), tell));
        Some(Self(socket))
    }

    /// Sends a text. A text that cannot be sent is lost: the machine sends parcels again.
    pub(super) fn send(&self, text: &str) {
        let mut socket = self.0.borrow_mut();
        if matches!(socket.state(), State::Open) {
            // An open socket takes a message without waiting.
            let _ = socket.send(Message::Text(text.to_owned())).now_or_never();
        }
    }
}

/// Reports the events of a socket, until its end is reported or its handle is dropped.
async fn listen(socket: Weak<RefCell<WebSocket>>, tell: impl Fn(News)) {
    // Also ready when the socket cannot be opened: then its end is reported next.
    let ready = polled(&socket, Sink::<Message>::poll_ready).await;
    if ready.is_some() && socket.upgrade().is_some_and(|socket| matches!(socket.borrow().state(), State::Open)) {
        tell(News::Opened);
    }
    while let Some(item) = polled(&socket, Stream::poll_next).await.flatten() {
        match item {
            Ok(Message::Text(text)) => tell(News::Text(text)),
            Err(WebSocketError::ConnectionClose(event)) => return tell(News::Closed(event.code)),
            // Binary messages have no meaning here, and after an error comes the end.
            Ok(Message::Bytes(_)) | Err(_) => {}
        }
    }
}

/// Waits for a socket without holding it. `None` once its handle is dropped.
async fn polled<T>(socket: &Weak<RefCell<WebSocket>>, poll: impl Fn(Pin<&mut WebSocket>, &mut Context<'_>) -> Poll<T>) -> Option<T> {
    poll_fn(|context| match socket.upgrade() {
        Some(socket) => poll(Pin::new(&mut *socket.borrow_mut()), context).map(Some),
        None => Poll::Ready(None),
    })
    .await
}
