//! Photographs: the other side gets them without the data about place and device (quality S45).

mod common;

use chinwag::model::{ConversationId, Entry, EntryBody};
use common::eventually;
use common::http;
use common::program::Program;
use common::upload::{Sender, address_of, entry_of, files_below, folder, server, talk};
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Photographs with place, device, serial number, time and thumbnail in their metadata, and rotated (orientation 6).
const PHOTOS: [(&str, &[u8]); 5] = [
    ("photo.jpg", include_bytes!("pictures/photo.jpg")),
    ("progressive.jpeg", include_bytes!("pictures/progressive.jpg")),
    ("photo.png", include_bytes!("pictures/photo.png")),
    ("photo.webp", include_bytes!("pictures/photo.webp")),
    ("animated.webp", include_bytes!("pictures/animated.webp")),
];
const PHOTO: &[u8] = PHOTOS[0].1;

/// A block of EXIF with an orientation of 6 and nothing else.
const ON_ITS_SIDE: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether the bytes contain the owner, the place (47 degrees, 33 minutes), the time or the device.
fn tells(bytes: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"Canary", b"CANARY", b"2026:05:04", b"\0\0\0\x2f\0\0\0\x01\0\0\0\x21"];
    words.iter().any(|word| has(bytes, word))
}

async fn get(address: SocketAddr, conv: &ConversationId, entry: &Entry) -> http::Answer {
    http::get(address, &address_of(conv, entry), &[]).await
}

/// The numbers of files that are being uploaded, and of stored files.
fn files(data: &std::path::Path) -> (usize, usize) {
    (files_below(&data.join("uploads")), files_below(&data.join("blobs")))
}

#[tokio::test]
async fn s45_photos_of_both_sides_arrive_without_place_and_device() {
    let server = server("").await;
    let (_ada, mut visitor, conv) = talk(server.address).await;
    let (of_visitor, of_agent) = (Sender::visitor(server.address, &visitor, &conv), Sender::agent(server.address, "ada", &conv));
    for (number, (name, photo)) in PHOTOS.into_iter().enumerate() {
        let (id, sender) = (format!("p-{number}"), if number % 2 == 0 { &of_visitor } else { &of_agent });
        assert!(tells(photo) && !has(photo, ON_ITS_SIDE), "{name}");
        let entry = entry_of(&sender.whole(&id, name, photo).await);
        let heard = visitor.entry("the photo", |heard| (heard.id.as_str() == id).then(|| heard.clone())).await;
        assert_eq!(heard, entry, "{name}");
        let down = get(server.address, &conv, &entry).await;
        assert!(!tells(&down.body) && has(&down.body, ON_ITS_SIDE), "{name}: it lies as it lay");
        // Size and type are those of the stored bytes; the picture looks the same.
        let EntryBody::File { size, width, height, kind, .. } = &entry.body else { panic!("{entry:?}") };
        assert_eq!((*size, *width, *height), (down.body.len() as u64, Some(32), Some(24)), "{name}");
        assert_eq!((down.header("content-length"), down.header("content-type")), (size.to_string().as_str(), kind.as_str()), "{name}");
        assert!(*size < photo.len() as u64 && down.header("content-disposition").starts_with("inline"), "{name}");
        // A repeat with the same bytes gets the first answer; other bytes under this id do not.
        assert_eq!(entry_of(&sender.whole(&id, name, photo).await), entry);
        assert_eq!(sender.whole(&id, name, &down.body).await.code(), "conflict");
    }
    assert_eq!(files(&server.folder.path("data")), (0, PHOTOS.len()), "the first ones are not kept");
}

#[tokio::test]
async fn s45_what_has_another_ending_is_looked_at_too_and_other_kinds_are_left_alone() {
    let server = server("types = [\"jfif\", \"gif\", \"txt\"]").await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    let entry = entry_of(&up.whole("1", "photo.jfif", PHOTO).await);
    assert!(!tells(&get(server.address, &conv, &entry).await.body), "an ending that the server does not know");
    for (id, name, bytes) in [("2", "a.gif", b"GIF89a\x02\0\x03\0\0\0\0!\xfe\x06Canary\0;".as_slice()), ("3", "a.txt", b"Canary")] {
        let entry = entry_of(&up.whole(id, name, bytes).await);
        assert_eq!(get(server.address, &conv, &entry).await.body, bytes, "{name}");
    }
}

#[tokio::test]
async fn s45_an_operator_can_have_photos_as_they_were_sent() {
    let server = server("strip_metadata = false").await;
    let (_ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    for (name, photo) in PHOTOS {
        let entry = entry_of(&up.whole(name, name, photo).await);
        assert!(get(server.address, &conv, &entry).await.body == photo, "{name}");
    }
}

#[tokio::test]
async fn s45_damaged_photos_are_refused_by_name_and_leave_nothing() {
    let server = server("").await;
    let (mut ada, visitor, conv) = talk(server.address).await;
    let up = Sender::visitor(server.address, &visitor, &conv);
    for (name, photo) in PHOTOS {
        // Cut in the middle of the part before the pixels.
        let answer = up.whole("bad", name, &photo[..200]).await;
        let error = &answer.json()["error"];
        assert_eq!((answer.status, error["code"].as_str(), error["field"].as_str()), (415, Some("file_damaged"), Some("name")), "{name}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("damaged")), "{error}");
    }
    assert_eq!(files(&server.folder.path("data")), (0, 0));
    entry_of(&up.whole("bad", "photo.jpg", PHOTO).await);
    ada.say(&conv, "still here").await;
}

/// Sends all bytes of a file in a request that then breaks off.
async fn break_off(up: &Sender, id: &str, bytes: &[u8]) {
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: {}\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
        up.path(id, "photo.jpg", bytes.len(), 0),
        up.address,
        up.token,
        bytes.len()
    );
    let mut stream = TcpStream::connect(up.address).await.expect("connected");
    stream.write_all(&[head.as_bytes(), bytes, b"\r\n"].concat()).await.expect("sent");
    stream.shutdown().await.expect("shut");
    drop(stream);
    let size = bytes.len() as u64;
    eventually("all bytes are there", async || up.offset(id).await == size).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s45_a_stop_between_the_two_files_leaves_one_that_is_whole() {
    let folder = folder("");
    folder.sign_in_everybody().await;
    let program = Program::start(&folder);
    let (_ada, visitor, conv) = talk(program.address).await;
    let up = Sender::visitor(program.address, &visitor, &conv);
    break_off(&up, "u", PHOTO).await;
    program.kill();
    // A server that is killed while it writes the second file leaves a part of it.
    let second = half(&folder.path("data/uploads"), &conv, "u");
    std::fs::write(&second, b"0123456789abcdef0123456789abcdef\xff\xd8\xff\xe0").expect("written");
    assert_eq!(files(&folder.path("data")), (2, 0));

    let program = Program::start(&folder);
    let up = Sender { address: program.address, ..up };
    let entry = entry_of(&up.post("u", "photo.jpg", PHOTO.len(), PHOTO.len(), b"").await);
    let down = get(program.address, &conv, &entry).await;
    let undisturbed = entry_of(&up.whole("w", "photo.jpg", PHOTO).await);
    assert!(!tells(&down.body) && down.body == get(program.address, &conv, &undisturbed).await.body);
    assert_eq!(entry_of(&up.whole("u", "photo.jpg", PHOTO).await), entry);
    assert_eq!(files(&folder.path("data")), (0, 2));

    // When the upload is given up instead, both files are deleted.
    break_off(&up, "v", PHOTO).await;
    std::fs::write(half(&folder.path("data/uploads"), &conv, "v"), b"half").expect("written");
    assert_eq!(up.ask("DELETE", "v").await.status, 200);
    assert_eq!(files(&folder.path("data")), (0, 2));
    program.kill();
}

/// The path of the second file of an upload.
fn half(uploads: &std::path::Path, conv: &ConversationId, id: &str) -> std::path::PathBuf {
    use chinwag_server::random::digest;
    let name = format!("{id}/{}", "stripped".repeat(8));
    let folder = uploads.join(digest(&[conv.as_str()]));
    assert!(folder.join(digest(&[id])).exists(), "the first one");
    folder.join(digest(&[&name]))
}
