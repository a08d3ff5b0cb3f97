//! The transport where there are no sockets: requests that wait for their answer (docs/protocol.md, section 9). One request waits, another
//! carries the desk's frames, so that both directions keep their order.

use super::http;
use super::socket::News;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

/// Frames in one request.
const BATCH: usize = 16;

/// A polling session. Dropping it ends the session: its callbacks are not called any more.
pub(super) struct Poll(Rc<Session>);

struct Session {
    stop: AbortController,
    secret: RefCell<String>,
    waiting: RefCell<Vec<String>>,
    busy: Cell<bool>,
    tell: Box<dyn Fn(News)>,
}

impl Poll {
    /// Begins a session. `None` when the browser cannot.
    pub(super) fn open(tell: impl Fn(News) + 'static) -> Option<Self> {
        let stop = AbortController::new().ok()?;
        let session = Rc::new(Session {
            stop,
            secret: RefCell::default(),
            waiting: RefCell::default(),
            busy: Cell::new(false),
            tell: Box::new(tell),
        });
        let listening = Rc::clone(&session);
        spawn_local(async move {
            let code = listening.listen().await.unwrap_or(LOST);
            listening.end(code);
        });
        Some(Self(session))
    }

    /// Sends a frame, after those that are on their way.
    pub(super) fn send(&self, text: &str) {
        self.0.waiting.borrow_mut().push(text.to_owned());
        if self.0.busy.replace(true) {
            return;
        }
        let session = Rc::clone(&self.0);
        spawn_local(async move {
            if session.bring().await.is_none() {
                session.end(LOST);
            }
            session.busy.set(false);
        });
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.0.stop.abort();
    }
}

impl Session {
    /// Fetches frames from the server until it closes the session, and gives the close code. `None` when the connection fails otherwise.
    async fn listen(&self) -> Option<u16> {
        let secret = self.ask("").await?;
        if secret.len() != 64 || !secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.secret.replace(secret.clone());
        self.tell(News::Opened);
        loop {
            let text = self.ask(&secret).await.filter(|text| !text.is_empty())?;
            for line in text.lines().filter(|line| !line.is_empty()) {
                if line.starts_with('{') {
                    self.tell(News::Text(line.to_owned()));
                } else {
                    return line.parse().ok();
                }
            }
        }
    }

    /// Sends the waiting frames to the server.
    async fn bring(&self) -> Option<()> {
        loop {
            let batch: Vec<String> = {
                let mut waiting = self.waiting.borrow_mut();
                let most = waiting.len().min(BATCH);
                waiting.drain(..most).collect()
            };
            if batch.is_empty() {
                return Some(());
            }
            let body = format!("{}\n{}", self.secret.borrow(), batch.join("\n"));
            self.ask(&body).await?;
        }
    }

    async fn ask(&self, body: &str) -> Option<String> {
        let (status, text) = http::post_plain("../poll/agent", body, &self.stop.signal()).await?;
        (200..300).contains(&status).then_some(text)
    }

    fn end(&self, code: u16) {
        if !self.stop.signal().aborted() {
            self.stop.abort();
            (self.tell)(News::Closed(code));
        }
    }

    fn tell(&self, news: News) {
        if !self.stop.signal().aborted() {
            (self.tell)(news);
        }
    }
}

/// The close code of a socket that ended without a close frame.
const LOST: u16 = 1006;
