//! Refusals and their answers.

use crate::client::{Client, FORM, send, server_with, urlencoded};
use crate::common::people::Agent;
use chinwag_server::config::Config;

const BASE: &str = "/genesys/2/chat/customer-support";

#[tokio::test]
async fn a_start_says_what_is_missing() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let start = async |fields: &[(&str, &str)]| {
        send(server.address, "POST", BASE, &[FORM], urlencoded(fields).as_bytes()).await.expect("an answer").fault()
    };
    let bad = |code: i64| (400, 2, false, code);
    assert_eq!(start(&[]).await, bad(161));
    assert_eq!(start(&[("nickname", "  ")]).await, bad(161));
    assert_eq!(start(&[("lastName", "Lee")]).await, bad(102));
    assert_eq!(start(&[("firstName", "Ann")]).await, bad(103));
    assert_eq!(start(&[("nickname", "Bob"), ("emailAddress", "bob")]).await, bad(364));
    assert_eq!(start(&[("nickname", &"x".repeat(256))]).await, bad(400));
    assert_eq!(start(&[("nickname", "Bob"), (&format!("userData[{}]", "k".repeat(65)), "v")]).await, bad(400));
    assert_eq!(start(&[("nickname", "Bob"), ("userData[k]", &"v".repeat(4097))]).await, bad(400));
    let keys: Vec<String> = (0..65).map(|number| format!("userData[k{number}]")).collect();
    let many: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "v")).chain([("nickname", "Bob")]).collect();
    assert_eq!(start(&many).await, bad(400));
    let wide: Vec<(&str, String)> = keys[..30].iter().map(|key| (key.as_str(), "v".repeat(4_000))).collect();
    let wide: Vec<(&str, &str)> = wide.iter().map(|(key, value)| (*key, value.as_str())).chain([("nickname", "Bob")]).collect();
    assert_eq!(start(&wide).await, bad(400));
}

#[tokio::test]
async fn s19_a_wrong_key_user_or_chat_sound_alike() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let client = Client::start(server.address, &[("nickname", "Bob")]).await;
    let with = |change: &dyn Fn(&mut Client)| {
        let mut other = client.clone();
        change(&mut other);
        other
    };
    let thieves = [
        with(&|c| c.key = "0".repeat(64)),
        with(&|c| c.key = String::new()),
        with(&|c| c.user = format!("v_{}", "0".repeat(32))),
        with(&|c| c.chat = format!("c_{}", "0".repeat(32))),
        with(&|c| c.chat = "..%2f..%2fserver".into()),
        with(&|c| c.chat = "%00".into()),
        with(&|c| c.base = "/genesys/2/chat/with-form".into()),
    ];
    let mut answers = Vec::new();
    for thief in &thieves {
        for operation in ["refresh", "send", "disconnect", "file/limits", "file/x/download"] {
            let answer = thief.raw(operation, &[("message", "hi"), ("transcriptPosition", "1")]).await;
            assert_eq!(answer.fault(), (200, 2, true, 401), "{operation}");
            answers.push(answer.body);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "not a byte tells them apart");
    // The wrong requests did no harm. The alias does not matter, because there is one server.
    with(&|c| c.alias = "99".into()).raw("refresh", &[]).await.good();
}

#[tokio::test]
async fn s34_bad_bodies_are_refused_and_harm_nothing() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    let bad = |code: i64| (400, 2, false, code);
    assert_eq!(client.raw("send", &[("message", &"x".repeat(8_001))]).await.fault(), bad(204));
    assert_eq!(client.raw("send", &[("message", " ")]).await.fault(), bad(400));
    assert_eq!(client.raw("send", &[]).await.fault(), bad(400));
    for position in ["x", "-2", "1.5", "99999999999999999999"] {
        assert_eq!(client.raw("refresh", &[("transcriptPosition", position)]).await.fault(), bad(400), "{position}");
    }
    assert_eq!(client.raw("pushUrl", &[("pushUrl", "javascript:alert(1)")]).await.fault(), bad(400));
    assert_eq!(client.raw("updateNickname", &[("nickname", " ")]).await.fault(), bad(161));
    assert_eq!(client.raw("customNotice", &[("message", "x"), ("eventAttributes", "[1]")]).await.fault(), bad(400));
    assert_eq!(client.raw("customNotice", &[("message", &"x".repeat(8_001))]).await.fault(), bad(204));
    assert_eq!(client.raw("updateData", &[]).await.fault(), bad(400));
    assert_eq!(client.raw("nothing", &[]).await.fault(), (404, 2, false, 404));
    let post = async |kind: &str, body: &[u8]| {
        send(server.address, "POST", &client.path("refresh"), &[("content-type", kind)], body).await.expect("an answer").fault()
    };
    assert_eq!(post("application/json", b"{}").await, (415, 2, false, 415));
    assert_eq!(post("multipart/form-data", b"x").await, bad(400));
    assert_eq!(post("multipart/form-data; boundary=xXx", b"--xXx\r\nnonsense").await, bad(400));
    assert_eq!(post(FORM.1, &vec![b'x'; 300_000]).await, (413, 2, false, 413));
    let many = "a=1&".repeat(300);
    assert_eq!(post(FORM.1, many.as_bytes()).await, (413, 2, false, 413));
    assert_eq!(post(FORM.1, b"userId=%ff%fe&secureKey=%00&=&&&=%").await, (200, 2, true, 401));
    client.say("still here").await;
    let long = client.raw("refresh", &[("message", &"x".repeat(20_000)), ("transcriptPosition", "1")]).await.good();
    assert!(long["messages"].as_array().is_some_and(|events| events.len() >= 2), "a long preview does not stop the transcript");
}

#[tokio::test]
async fn s17_pages_of_the_sites_origins_may_ask_and_others_may_not() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let body = urlencoded(&[("nickname", "Bob")]);
    let from = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        let headers = [&[FORM][..], headers].concat();
        send(server.address, method, path, &headers, if method == "POST" { body.as_bytes() } else { b"" }).await.expect("an answer")
    };
    let own = ("origin", "http://shop.test");
    let answer = from("POST", BASE, &[own]).await;
    answer.good();
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://shop.test"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(answer.header("vary"), Some("Origin"));
    for origin in ["http://evil.test", "http://shop.test.evil.test", "null", "http://other.test"] {
        let answer = from("POST", BASE, &[("origin", origin)]).await;
        assert_eq!(answer.fault(), (403, 2, false, 403), "{origin}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(from("OPTIONS", BASE, &[("origin", origin)]).await.status, 403);
    }
    let asked = [own, ("access-control-request-method", "POST"), ("access-control-request-headers", "apikey, content-type")];
    for path in [BASE.to_owned(), format!("{BASE}/c_1/refresh"), format!("{BASE}/c_1/file/limits")] {
        let preflight = from("OPTIONS", &path, &asked).await;
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("http://shop.test"));
        assert_eq!(preflight.header("access-control-allow-headers"), Some("apikey, content-type"));
        assert_eq!(preflight.header("access-control-allow-methods"), Some("POST"));
    }
    from("POST", BASE, &[]).await.good();
    let unknown = from("POST", "/genesys/2/chat/nothing", &[own]).await;
    assert_eq!(unknown.fault(), (404, 2, false, 404));
    assert_eq!(from("GET", BASE, &[own]).await.status, 405);
}

#[tokio::test]
async fn r13_starts_and_messages_have_a_rate() {
    let server = server_with("starts_per_minute = 3").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let client = Client::start(server.address, &[("nickname", "Bob")]).await;
    ada.accept().await;
    let mut faults = 0;
    for number in 0..60 {
        let answer = client.raw("send", &[("message", &number.to_string())]).await;
        if answer.status == 429 {
            assert_eq!((answer.fault(), answer.header("retry-after")), ((429, 1, false, 429), Some("1")));
            faults += 1;
        }
    }
    assert!(faults > 0, "sixty at once are too many");
    let body = urlencoded(&[("nickname", "Bob")]);
    for _ in 0..2 {
        send(server.address, "POST", BASE, &[FORM], body.as_bytes()).await.expect("an answer").good();
    }
    let refused = send(server.address, "POST", BASE, &[FORM], body.as_bytes()).await.expect("an answer");
    assert_eq!(refused.fault(), (429, 1, false, 429));
}

#[tokio::test]
async fn after_the_end_the_transcript_is_there_and_nothing_more_is_taken() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    client.say("bye").await;
    client.call("disconnect", &[]).await;
    for (operation, fields) in [
        ("send", ("message", "x")),
        ("customNotice", ("message", "x")),
        ("updateData", ("userData[a]", "b")),
        ("updateNickname", ("nickname", "x")),
    ] {
        assert_eq!(client.raw(operation, &[fields]).await.fault(), (200, 2, true, 8201), "{operation}");
    }
    assert_eq!(client.upload("a.txt", b"a").await.fault(), (200, 2, true, 8201));
    let json = client.raw("refresh", &[("transcriptPosition", "1")]).await.good();
    assert_eq!((json["chatEnded"].as_bool(), json["messages"].as_array().map(Vec::len)), (Some(true), Some(3)));
}

#[test]
fn the_configuration_is_checked_with_lines() {
    let fault = |lines: &str| {
        let text = format!(
            "[[sites]]\nkey = \"shop\"\norigins = [\"http://shop.test\"]\n[sites.gms]\n{lines}\n[[sites.widgets]]\nid = \"sales\"\nelement = \"e\"\nkind = \"chat\"\ncampaign = \"c\"\nlabel = \"Chat\"\n[[campaigns]]\nname = \"c\"\n"
        );
        let faults = Config::parse(&text).err().unwrap_or_else(|| panic!("accepted: {lines}"));
        faults.into_iter().map(|fault| (fault.line, fault.field)).next().expect("a fault")
    };
    assert_eq!(fault("services = { support = \"sails\" }"), (5, "sites[0].gms.services.support".into()));
    assert_eq!(fault("services = {}"), (5, "sites[0].gms.services".into()));
    assert_eq!(fault("services = { s = \"sales\" }\nidle_alert = \"0s\""), (6, "sites[0].gms.idle_alert".into()));
    assert_eq!(fault("services = { s = \"sales\" }\nfile_size = 3").0, 6);
    assert_eq!(fault("services = { s = \"sales\" }\nfiles = { types = [\".txt\"] }"), (6, "sites[0].gms.files.types[0]".into()));
    assert_eq!(fault("services = { s = \"sales\" }\nfiles = { max_file_size = 0 }"), (6, "sites[0].gms.files.max_file_size".into()));
}
