//! Signing in and out.

use super::*;
use crate::browser::http::{sign_in, sign_out};
use crate::browser::storage::{Area, read, write};
use wasm_bindgen_test::wasm_bindgen_test;

const DEVICE: &str = "chinwag.desk.device.ada";

#[wasm_bindgen_test]
async fn every_answer_to_a_sign_in_has_its_words() {
    let _stage = Stage;
    let reached = "The server cannot be reached. Check the connection and try again.";
    let understood = "The server gave an answer that the desk does not understand (status 200). Tell your administrator.";
    for (answer, words) in [
        ("null", reached),
        (r#"[401,"{\"error\":{\"code\":\"unauthorized\",\"message\":\"no\"}}"]"#, "User name or password is not right."),
        (
            r#"[403,"{\"error\":{\"code\":\"forbidden\",\"message\":\"add the origin\"}}"]"#,
            "This desk may not sign in here. Tell your administrator: add the origin",
        ),
        (r#"[403,"<html>"]"#, "This desk may not sign in here. Tell your administrator: status 403"),
        (r#"[429,"{\"error\":{\"message\":\"later\"}}"]"#, "Too many attempts. Wait a moment, then try again."),
        (r#"[503,""]"#, "The server is busy at the moment. Try again in a few seconds."),
        (r#"[500,"null"]"#, "The server has a problem at the moment. Try again in a minute."),
        (r#"[200,"{}"]"#, understood),
        (r#"[200,"null"]"#, understood),
        (r#"[200,"[\"token\"]"]"#, understood),
        (r#"[200,"{\"token\":5}"]"#, understood),
        (r#"[200,"{\"token\":\"cut"]"#, understood),
    ] {
        answers_json(&format!("[{answer}]"));
        assert_eq!(sign_in("ada", "secret").await, Err(words.to_owned()), "{answer}");
    }
}

#[wasm_bindgen_test]
async fn a_device_is_told_from_a_strangers() {
    let _stage = Stage;
    write(Area::Local, DEVICE, None);
    // Members that a later version of the server adds are ignored.
    answers_json(r#"[[200,"{\"token\":\"t1\",\"agent\":{\"id\":\"ada\"},\"device\":\"d1\",\"later\":[1]}"],[200,"{\"token\":\"t2\"}"]]"#);
    assert_eq!(sign_in("ada", "quo\"te\u{2028}\n").await, Ok("t1".to_owned()));
    assert_eq!(sign_in("ada", "s").await, Ok("t2".to_owned()));
    assert_eq!(read(Area::Local, DEVICE).as_deref(), Some("d1"));
    let json = "authorization: null\ncontent-type: application/json";
    let first = format!("POST /v1/agent/login {{\"user\":\"ada\",\"password\":\"quo\\\"te\u{2028}\\n\"}}\n{json}");
    let second = format!("POST /v1/agent/login {{\"user\":\"ada\",\"password\":\"s\",\"device\":\"d1\"}}\n{json}");
    assert_eq!(asked(), [first, second]);
    write(Area::Local, DEVICE, None);
}

#[wasm_bindgen_test]
async fn signing_out_names_the_token_and_a_broken_one_is_not_sent() {
    let _stage = Stage;
    answers_json(r#"[[204,null]]"#);
    sign_out("abc").await;
    assert_eq!(asked(), ["POST /v1/agent/logout \nauthorization: Bearer abc\ncontent-type: null"]);
    answers_json("[]");
    for token in ["a\nb", "a b", "\u{fc}", "\u{1f600}"] {
        sign_out(token).await;
    }
    assert_eq!(asked(), Vec::<String>::new());
}
