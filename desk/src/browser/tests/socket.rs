//! The socket.

use super::*;
use crate::browser::socket::Socket;
use std::cell::Cell;
use wasm_bindgen_test::wasm_bindgen_test;

fn texts(list: &[News]) -> Vec<&str> {
    list.iter().filter_map(|news| if let News::Text(text) = news { Some(text.as_str()) } else { None }).collect()
}

#[wasm_bindgen_test]
async fn a_socket_ends_with_the_code_that_the_server_gave() {
    let _stage = Stage;
    for code in [1000, 1001, 1003, 1006, 1013, 4400, 4401, 4403, 4426, 4999] {
        stage_socket("works");
        let heard = Heard::default();
        let _socket = Socket::open(heard.tell()).expect("a socket");
        socket_opens();
        until(|| heard.list() == [News::Opened]).await;
        socket_closes(code);
        assert_eq!(heard.until_closed().await, [News::Opened, News::Closed(code)]);
    }
}

#[wasm_bindgen_test]
async fn a_socket_that_never_opened_only_ends() {
    let _stage = Stage;
    stage_socket("works");
    let heard = Heard::default();
    let _socket = Socket::open(heard.tell()).expect("a socket");
    socket_closes(1006);
    assert_eq!(heard.until_closed().await, [News::Closed(1006)]);
    // The same with the browser's own socket: the tests' server has no socket at this address.
    restore();
    let heard = Heard::default();
    let _socket = Socket::open(heard.tell()).expect("a socket");
    assert_eq!(heard.until_closed().await, [News::Closed(1006)]);
}

#[wasm_bindgen_test]
async fn whatever_a_browser_throws_there_is_no_socket() {
    let _stage = Stage;
    for way in ["missing", "exception", "text", "nothing"] {
        stage_socket(way);
        let heard = Heard::default();
        assert!(Socket::open(heard.tell()).is_none(), "{way}");
        settle().await;
        assert!(heard.list().is_empty(), "{way}");
        restore();
    }
}

#[wasm_bindgen_test]
async fn texts_come_in_order_and_bytes_mean_nothing() {
    let _stage = Stage;
    stage_socket("works");
    let heard = Heard::default();
    let socket = Socket::open(heard.tell()).expect("a socket");
    // Nothing is sent before the socket is open.
    socket.send("too early");
    socket_opens();
    for n in 0..20 {
        socket_says(&format!("text {n}").into());
        socket_says(&js_sys::ArrayBuffer::new(8));
    }
    until(|| texts(&heard.list()).len() == 20).await;
    socket.send("one");
    socket.send("two");
    socket_closes(1000);
    heard.until_closed().await;
    socket.send("too late");
    assert_eq!(texts(&heard.list()), (0..20).map(|n| format!("text {n}")).collect::<Vec<_>>());
    assert_eq!(socket_heard(), ["one", "two"]);
}

#[wasm_bindgen_test]
async fn a_socket_that_is_dropped_is_closed_and_tells_nothing_more() {
    let _stage = Stage;
    for is_open in [false, true] {
        stage_socket("works");
        let heard = Heard::default();
        let socket = Socket::open(heard.tell()).expect("a socket");
        if is_open {
            socket_opens();
            until(|| heard.list() == [News::Opened]).await;
        }
        let before = heard.list();
        socket_says(&"on its way".into());
        drop(socket);
        assert_eq!(socket_heard(), ["closed"]);
        socket_says(&"late".into());
        socket_closes(1006);
        settle().await;
        assert_eq!(heard.list(), before);
    }
}

#[wasm_bindgen_test]
async fn a_socket_may_be_dropped_and_opened_anew_by_what_it_tells() {
    let _stage = Stage;
    stage_socket("works");
    let place: Rc<RefCell<Option<Socket>>> = Rc::default();
    let (told, heard) = (Rc::new(Cell::new(0)), Heard::default());
    let tell = {
        let (place, told, heard) = (Rc::clone(&place), Rc::clone(&told), heard.clone());
        move |news| {
            told.set(told.get() + 1);
            if let News::Text(_) = news {
                drop(place.replace(Socket::open(heard.tell())));
            }
        }
    };
    drop(place.replace(Socket::open(tell)));
    socket_opens();
    socket_says(&"again".into());
    socket_says(&"not heard".into());
    until(|| told.get() == 2).await;
    socket_opens();
    until(|| heard.list() == [News::Opened]).await;
    socket_closes(4401);
    assert_eq!(heard.until_closed().await, [News::Opened, News::Closed(4401)]);
    assert_eq!(told.get(), 2);
}
