//! Files: upload, download, limits, deletion.

use crate::client::{Client, FORM, PARTS, multipart, send, server_with, urlencoded};
use crate::common::people::Agent;
use crate::common::{http, token_of};
use chinwag::model::EntryBody;
use chinwag::wire::DeskFrame;

#[tokio::test]
async fn a_file_goes_to_the_agent_and_can_be_taken_back() {
    let server = server_with("").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
    let conv = ada.accept().await;
    let bytes: Vec<u8> = (0..100_000_u32).map(|number| number.to_le_bytes()[0] ^ 0x5a).collect();
    let json = client.upload("../h\u{e9}llo.txt", &bytes).await.good();
    let file = json["userData"]["file-id"].as_str().expect("an id").to_owned();
    let event = client.sees("FileUploaded").await;
    let data = |name: &str| event["userData"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!((data("file-id"), data("file-name"), data("file-size")), (file.clone(), "h\u{e9}llo.txt".into(), "100000".into()));

    // The agent sees the file in the transcript, and gets the bytes with the token only.
    let line = |frame: &DeskFrame| match frame {
        DeskFrame::Entry { entry, .. } => match &entry.body {
            EntryBody::File { file, name, size, kind, .. } => Some((file.clone(), name.clone(), *size, kind.clone())),
            _ => None,
        },
        _ => None,
    };
    assert_eq!(ada.socket.until("the file", line).await, (file.clone(), "h\u{e9}llo.txt".into(), 100_000, "text/plain".into()));
    let path = format!("/v1/agent/conversations/{conv}/files/{file}");
    let bearer = |user: &str| format!("Bearer {}", token_of(user));
    assert_eq!(http::get(server.address, &path, &[]).await.status, 401);
    assert_eq!(http::get(server.address, &path, &[("authorization", &bearer("eve"))]).await.status, 404, "not her conversation");
    assert_eq!(http::get(server.address, &path, &[("authorization", &bearer("sam"))]).await.status, 200, "a supervisor's");
    let got = http::get(server.address, &path, &[("authorization", &bearer("ada"))]).await;
    assert_eq!((got.status, got.body == bytes), (200, true));
    assert_eq!(got.header("content-disposition"), "attachment; filename*=UTF-8''h%C3%A9llo.txt");
    assert_eq!((got.header("content-type"), got.header("x-content-type-options")), ("application/octet-stream", "nosniff"));

    // The client gets the bytes too.
    let down = client.raw(&format!("file/{file}/download"), &[]).await;
    assert_eq!((down.status, down.body == bytes), (200, true));
    assert!(down.header("content-disposition").is_some_and(|text| text.starts_with("attachment")));
    let limits = client.raw("file/limits", &[]).await.good();
    let limit = |name: &str| limits["messages"][0]["userData"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (limit("upload-max-files"), limit("upload-max-file-size"), limit("upload-max-total-size")),
        ("3".into(), "2097152".into(), "5242880".into())
    );
    assert_eq!((limit("used-upload-max-files"), limit("used-upload-max-total-size")), ("1".into(), "100000".into()));
    assert_eq!((limit("used-download-attempts"), limit("upload-need-agent")), ("1".into(), "false".into()));
    assert!(limit("upload-file-types").split(':').any(|ending| ending == "txt"));

    // After a delete neither side can fetch it, and it does not count any more.
    client.call(&format!("file/{file}/delete"), &[]).await;
    client.sees("FileDeleted").await;
    assert_eq!(client.raw(&format!("file/{file}/download"), &[]).await.fault(), (404, 2, false, 404));
    assert_eq!(client.raw(&format!("file/{file}/delete"), &[]).await.fault(), (404, 2, false, 404));
    assert_eq!(http::get(server.address, &path, &[("authorization", &bearer("ada"))]).await.status, 404);
    let limits = client.raw("file/limits", &[]).await.good();
    assert_eq!(limits["messages"][0]["userData"]["used-upload-max-files"], "0");
    ada.socket
        .until("the file is gone", |frame| match frame {
            DeskFrame::Entry { entry, .. } => matches!(entry.body, EntryBody::FileDeleted { .. }).then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn s34_files_have_limits_of_type_size_total_and_number() {
    let server = server_with("[sites.gms.files]\nmax_files = 2\nmax_file_size = 1000\nmax_total_size = 1500\ntypes = [\"txt\"]").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let client = Client::start(server.address, &[("nickname", "Bob")]).await;
    assert_eq!(client.upload("page.html", b"<p>").await.fault(), (400, 2, false, 203));
    assert_eq!(client.upload("txt", b"x").await.fault(), (400, 2, false, 203), "an ending is needed");
    let large = client.upload("large.txt", &[b'x'; 1001]).await;
    assert_eq!((large.fault(), large.json()["errors"][0]["advice"].as_str()), ((400, 2, false, 202), Some("1000")));
    client.upload("one.txt", &[b'x'; 1000]).await.good();
    let over = client.upload("two.txt", &[b'x'; 501]).await;
    assert_eq!((over.fault(), over.json()["errors"][0]["advice"].as_str()), ((400, 2, false, 202), Some("1500")));
    client.upload("two.txt", &[b'x'; 500]).await.good();
    let third = client.upload("three.txt", b"x").await;
    assert_eq!((third.fault(), third.json()["errors"][0]["advice"].as_str()), ((400, 2, false, 201), Some("2")));
    // Far too large: refused without being kept, and the server goes on.
    assert_eq!(client.upload("huge.txt", &vec![b'x'; 8 * 1024 * 1024]).await.fault(), (400, 2, false, 202));
    let empty = client.upload("empty.txt", b"").await;
    assert_eq!(empty.fault(), (400, 2, false, 400));
}

#[tokio::test]
async fn files_of_others_are_not_to_be_had_and_uploads_need_the_key() {
    let server = server_with("[sites.gms.files]\nneed_agent = true").await;
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut one = Client::start(server.address, &[("nickname", "One")]).await;
    assert_eq!(one.upload("a.txt", b"a").await.fault(), (403, 2, false, 403), "no agent is there");
    ada.accept().await;
    let two = Client::start(server.address, &[("nickname", "Two")]).await;
    one.sees("ParticipantJoined").await;
    let json = one.upload("a.txt", b"a").await.good();
    let file = json["userData"]["file-id"].as_str().expect("an id");
    assert_eq!(two.raw(&format!("file/{file}/download"), &[]).await.fault(), (404, 2, false, 404));
    assert_eq!(two.raw(&format!("file/{file}/delete"), &[]).await.fault(), (404, 2, false, 404));
    // With a wrong key in the form, before or after the file.
    let path = one.path("file");
    for body in [
        multipart(&[("userId", &one.user), ("secureKey", &two.key)], Some(("b.txt", "text/plain", b"b"))),
        multipart(&[], Some(("b.txt", "text/plain", b"b"))),
    ] {
        assert_eq!(send(server.address, "POST", &path, &[PARTS], &body).await.expect("an answer").fault(), (200, 2, true, 401));
    }
    let plain = urlencoded(&[("userId", &one.user), ("secureKey", &one.key), ("file", "b")]);
    assert_eq!(send(server.address, "POST", &path, &[FORM], plain.as_bytes()).await.expect("an answer").fault(), (415, 2, false, 415));
    one.upload("c.txt", b"c").await.good();
}

#[tokio::test]
async fn s34_a_body_of_ten_thousand_parts_gets_an_answer_and_costs_little() {
    let server = server_with("").await;
    let _ada = Agent::ready(server.address, "ada").await;
    let client = Client::start(server.address, &[("nickname", "Bob")]).await;
    let part = |disposition: &str, content: &str| format!("--xXx\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n");
    let whole = |parts: String| format!("{parts}--xXx--\r\n").into_bytes();
    let identity = part("name=\"userId\"", &client.user) + &part("name=\"secureKey\"", &client.key);
    let file = part("name=\"file\"; filename=\"a.txt\"", "hello");
    let upload = format!("{}/{}/file", client.base, client.chat);
    for (what, body) in [
        ("fields", whole((0..10_000).map(|number| part(&format!("name=\"f{number}\""), "x")).collect())),
        ("empty fields without a name", whole(part("x=y", "").repeat(10_000))),
        ("fields before a file", whole(identity.clone() + &part("name=\"f\"", "").repeat(10_000) + &file)),
    ] {
        for path in [client.base.as_str(), upload.as_str(), &format!("{}/{}/refresh", client.base, client.chat)] {
            let answer = send(server.address, "POST", path, &[PARTS], &body).await.expect("an answer");
            assert_eq!(answer.fault(), (413, 2, false, 413), "{what} at {path}");
        }
    }
    let files = whole(identity.clone() + &file.repeat(10_000));
    let answer = send(server.address, "POST", &upload, &[PARTS], &files).await.expect("an answer");
    assert_eq!(answer.fault(), (400, 2, false, 400), "one file a request");
    // Many small parts may together be as long as a file: the bytes between them count too.
    let long = whole((0..200).map(|number| part(&format!("name=\"f{number}\"; x=\"{}\"", "x".repeat(20_000)), "")).collect());
    assert!(send(server.address, "POST", &client.base, &[PARTS], &long).await.expect("an answer").status >= 400);
    client.upload("a.txt", b"hello").await.good();
}

#[tokio::test]
async fn s45_photos_lose_place_and_device_here_too() {
    let photo: &[u8] = include_bytes!("../pictures/photo.jpg");
    let tells = |bytes: &[u8]| bytes.windows(6).any(|window| window == b"Canary");
    for (option, kept) in [("", false), ("[sites.files]\nenabled = false\nstrip_metadata = false", true)] {
        let server = server_with(&format!("[sites.gms.files]\ntypes = [\"jpg\"]\n{option}")).await;
        let mut ada = Agent::ready(server.address, "ada").await;
        let mut client = Client::start(server.address, &[("nickname", "Bob")]).await;
        let conv = ada.accept().await;
        let json = client.upload("photo.jpg", photo).await.good();
        let file = json["userData"]["file-id"].as_str().expect("an id").to_owned();
        let down = client.raw(&format!("file/{file}/download"), &[]).await;
        assert_eq!((tells(&down.body), down.body == photo), (kept, kept), "{option}");
        let event = client.sees("FileUploaded").await;
        assert_eq!(event["userData"]["file-size"], down.body.len().to_string(), "the size of what is there");
        let bearer = format!("Bearer {}", token_of("ada"));
        let got = http::get(server.address, &format!("/v1/agent/conversations/{conv}/files/{file}"), &[("authorization", &bearer)]).await;
        assert!(got.body == down.body, "the agent's is the same");
        // The metadata of a damaged picture cannot be removed: such a file counts as an unknown type.
        let half = client.upload("half.jpg", &photo[..300]).await;
        assert_eq!(half.json()["errors"][0]["code"].as_i64(), (!kept).then_some(203), "{option}");
    }
}
