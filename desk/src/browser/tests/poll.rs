//! Polling.

use super::*;
use crate::browser::poll::Poll;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn answers(list: &str) {
    answers_json(&list.replace("SECRET", SECRET));
}

#[wasm_bindgen_test]
async fn a_session_brings_frames_in_order_and_ends_with_the_servers_code() {
    let _stage = Stage;
    for code in [1003, 4401, 4403, 4426] {
        answers(&format!(r#"[[200,"SECRET"],[200,"{{\"t\":1}}\n{{\"t\":2}}\n"],[200,"{{\"t\":3}}\n{code}\n"]]"#));
        let heard = Heard::default();
        let _poll = Poll::open(heard.tell()).expect("a session");
        let text = |n: u8| News::Text(format!("{{\"t\":{n}}}"));
        assert_eq!(heard.until_closed().await, [News::Opened, text(1), text(2), text(3), News::Closed(code)]);
        // A preflight would cost a round trip each time, so the request has no part that needs one.
        let secret = format!("POST /poll/agent {SECRET}\nauthorization: null\ncontent-type: text/plain;charset=UTF-8");
        assert_eq!(asked()[1..], [secret.clone(), secret]);
    }
}

#[wasm_bindgen_test]
async fn what_is_no_session_is_a_connection_that_was_lost() {
    let _stage = Stage;
    for list in ["[null]", r#"[[404,""]]"#, r#"[[200,"<html>"]]"#, r#"[[502,"SECRET"]]"#] {
        answers(list);
        let heard = Heard::default();
        let _poll = Poll::open(heard.tell()).expect("a session");
        assert_eq!(heard.until_closed().await, [News::Closed(1006)], "{list}");
    }
    for rest in ["null", r#"[500,""]"#, r#"[200,""]"#, r#"[200,"nonsense"]"#] {
        answers(&format!(r#"[[200,"SECRET"],{rest}]"#));
        let heard = Heard::default();
        let _poll = Poll::open(heard.tell()).expect("a session");
        assert_eq!(heard.until_closed().await, [News::Opened, News::Closed(1006)], "{rest}");
    }
}

#[wasm_bindgen_test]
async fn a_session_that_is_dropped_aborts_its_request_and_tells_nothing_more() {
    let _stage = Stage;
    answers(r#"[[200,"SECRET"]]"#);
    let heard = Heard::default();
    let poll = Poll::open(heard.tell()).expect("a session");
    until(|| asked().len() == 2).await;
    assert!(!aborted());
    drop(poll);
    assert!(aborted());
    settle().await;
    assert_eq!(heard.list(), [News::Opened]);
}

#[wasm_bindgen_test]
async fn what_is_said_goes_out_in_order_beside_the_request_that_waits() {
    let _stage = Stage;
    answers(r#"[[200,"SECRET"]]"#);
    let heard = Heard::default();
    let poll = Poll::open(heard.tell()).expect("a session");
    until(|| asked().len() == 2).await;
    poll.send("{\"n\":1}");
    poll.send("{\"n\":2}");
    until(|| asked().len() == 3).await;
    assert!(asked()[2].starts_with(&format!("POST /poll/agent {SECRET}\n{{\"n\":1}}\n{{\"n\":2}}\n")), "{}", asked()[2]);
}
