//! The interface to the browser, tested in a browser. Where the server has to send frames that ours never sends, or the browser has to fail, the
//! test replaces `fetch` and `WebSocket`; against our server the same code runs in the end-to-end tests.

mod clock;
mod http;
mod poll;
mod socket;
mod timers;

use super::socket::News;
use gloo_timers::future::TimeoutFuture;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/src/browser/tests/stage.js")]
extern "C" {
    /// Restores the browser's own `fetch` and `WebSocket`.
    fn restore();
    /// From now on `fetch` gives these answers, in this order: `[status, text]`; `null` is no network. After the last one no answer comes.
    #[wasm_bindgen(js_name = answers)]
    fn answers_json(list: &str);
    /// The requests: `METHOD path body`, and the headers that the desk set, one a line.
    fn asked() -> Vec<String>;
    /// Whether the last request was aborted.
    fn aborted() -> bool;
    /// From now on sockets are the test's. `way`: `works`, or the way in which the browser fails.
    #[wasm_bindgen(js_name = stageSocket)]
    fn stage_socket(way: &str);
    #[wasm_bindgen(js_name = socketOpens)]
    fn socket_opens();
    #[wasm_bindgen(js_name = socketSays)]
    fn socket_says(data: &JsValue);
    #[wasm_bindgen(js_name = socketCloses)]
    fn socket_closes(code: u16);
    /// The texts that were sent, and `closed` for each time that the socket was closed.
    #[wasm_bindgen(js_name = socketHeard)]
    fn socket_heard() -> Vec<String>;
}

/// Restores the browser's own functions, also when the test fails.
struct Stage;

impl Drop for Stage {
    fn drop(&mut self) {
        restore();
    }
}

/// The events in the order in which they were reported.
#[derive(Clone, Default)]
struct Heard(Rc<RefCell<Vec<News>>>);

impl Heard {
    fn tell(&self) -> impl Fn(News) + Clone + use<> {
        let list = Rc::clone(&self.0);
        move |news| list.borrow_mut().push(news)
    }

    fn list(&self) -> Vec<News> {
        self.0.borrow().clone()
    }

    /// Waits for the last event.
    async fn until_closed(&self) -> Vec<News> {
        until(|| self.list().iter().any(|news| matches!(news, News::Closed(_)))).await;
        self.list()
    }
}

/// Waits until a condition holds.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        settle().await;
    }
}

/// Waits for a task of the browser: all earlier work that waits for nothing else is done then.
async fn settle() {
    TimeoutFuture::new(0).await;
}
