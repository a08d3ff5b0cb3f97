//! Signing in while attackers guess passwords: the cost for the server, and the wait of the agents.

mod common;

use chinwag_server::http::set_password;
use chinwag_server::store::Store;
use chinwag_server::store::sqlite::Sqlite;
use common::http::{Answer, request};
use common::program::Program;
use common::{BEHIND_PROXY, Folder, Server, eventually};
use std::net::SocketAddr;
use std::time::Instant;

const RIGHT: &str = "a long way to go";

async fn sign_in(address: SocketAddr, from: &str, user: &str, password: &str, device: Option<&str>) -> Answer {
    let mut body = serde_json::json!({ "user": user, "password": password });
    if let Some(device) = device {
        body["device"] = device.into();
    }
    let headers = [("content-type", "application/json"), ("x-forwarded-for", from)];
    request(address, "POST", "/v1/agent/login", &headers, &body.to_string()).await
}

async fn with_passwords(folder: &Folder) {
    let store = Sqlite::open(&folder.path("data")).expect("a store");
    for user in ["ada", "grace"] {
        set_password(&store, user, RIGHT).await.expect("set");
    }
    store.close().await;
}

async fn server(changes: &[(&str, &str)]) -> Server {
    let server = Server::with(changes).await;
    with_passwords(&server.folder).await;
    server
}

fn device_of(answer: &Answer) -> String {
    answer.json()["device"].as_str().expect("a device").to_owned()
}

/// Megabytes that a process has in memory.
fn resident(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn s25_a_thousand_wrong_passwords_leave_no_memory_behind() {
    let folder = Folder::new(&[BEHIND_PROXY]);
    with_passwords(&folder).await;
    let program = Program::start(&folder);
    let address = program.address;
    // The one hash that every account pays for.
    assert_eq!(sign_in(address, "198.51.100.1", "ada", RIGHT, None).await.status, 200);
    let before = resident(&program);
    let mut later = 0;
    for round in 0..5_u8 {
        let attempts = (0..200_u8).map(|number| async move {
            let (from, user) = (format!("10.0.{round}.{number}"), format!("u{round}-{number}"));
            let mut later = 0;
            loop {
                let answer = sign_in(address, &from, &user, "not this one", None).await;
                match answer.status {
                    401 => return later,
                    503 => assert_eq!(answer.header("retry-after"), "1"),
                    other => panic!("neither wrong nor later: {other}"),
                }
                later += 1;
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            }
        });
        later += futures_util::future::join_all(attempts).await.into_iter().sum::<u32>();
    }
    let after = resident(&program);
    println!("1,000 sign-ins, 200 at a time: {before} MB before, {after} MB after; told {later} times to come later");
    assert!(later > 0, "the queue has a bound");
    assert!(after < before + 64, "{before} MB became {after} MB");
}

#[tokio::test]
async fn s25_fifty_wrong_passwords_lock_out_nobody_else() {
    let server = server(&[BEHIND_PROXY, ("login_wait = \"300ms\"", "login_wait = \"10m\"")]).await;
    let address = server.address;
    let first = sign_in(address, "203.0.113.9", "ada", RIGHT, None).await;
    assert_eq!(first.status, 200);
    // The pause is longer than this test: a guesser waits until its end.
    let guess = async |user: &str| sign_in(address, "203.0.113.1", user, "not this one", None).await.status;
    for _ in 0..5 {
        assert_eq!(guess("ada").await, 401);
    }
    assert_eq!(guess("ada").await, 429);
    for number in 0..45 {
        assert_eq!(guess(&format!("u{number}")).await, 401);
    }
    assert_eq!(guess("grace").await, 429, "the address is slowed down, whatever the account");
    assert_eq!(sign_in(address, "203.0.113.1", "grace", RIGHT, None).await.status, 429);
    // Other addresses do not have to wait, nor has the device on which ada signed in before, at any address.
    assert_eq!(sign_in(address, "203.0.113.2", "grace", RIGHT, None).await.status, 200);
    let again = sign_in(address, "203.0.113.1", "ada", RIGHT, Some(&device_of(&first))).await;
    assert_eq!(again.status, 200);
    assert_eq!(sign_in(address, "203.0.113.1", "ada", RIGHT, Some(&device_of(&again))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s25_the_right_password_from_anywhere_waits_no_longer_than_the_wait() {
    let server = server(&[BEHIND_PROXY, ("login_wait = \"300ms\"", "login_wait = \"1s\"")]).await;
    let address = server.address;
    // From many addresses at once, all the time.
    let guessers: Vec<_> = (0..4)
        .map(|guesser| {
            tokio::spawn(async move {
                for number in 0_u8.. {
                    sign_in(address, &format!("10.{guesser}.0.{}", number % 250), "ada", "not this one", None).await;
                }
            })
        })
        .collect();
    eventually("the account is slow", async || {
        let begun = Instant::now();
        let status = sign_in(address, "203.0.113.7", "ada", "not this one", None).await.status;
        status == 401 && begun.elapsed().as_millis() >= 1_000
    })
    .await;
    assert_eq!(sign_in(address, "203.0.113.8", "ada", RIGHT, None).await.status, 200, "a new device at a new address is let in");
    guessers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn s18_s25_a_known_device_opens_nothing_by_itself() {
    let server = server(&[BEHIND_PROXY, ("login_wait = \"300ms\"", "login_wait = \"10m\"")]).await;
    let address = server.address;
    let device = device_of(&sign_in(address, "203.0.113.9", "ada", RIGHT, None).await);
    assert_eq!(sign_in(address, "203.0.113.9", "ada", "not this one", Some(&device)).await.status, 401);
    assert_eq!(sign_in(address, "203.0.113.9", "ada", "", Some(&device)).await.status, 401);
    let bearer = format!("Bearer {device}");
    let headers = [("authorization", bearer.as_str()), ("cookie", bearer.as_str())];
    assert_eq!(request(address, "POST", "/v1/agent/logout", &headers, "").await.status, 401);
    // Five wrong passwords from an address: only a known device of this account can still sign in.
    for _ in 0..5 {
        sign_in(address, "203.0.113.1", "ada", "not this one", None).await;
        sign_in(address, "203.0.113.1", "grace", "not this one", None).await;
    }
    let (id, rest) = device.split_once('.').expect("parts");
    let (expires, seal) = rest.split_once('.').expect("parts");
    let later = expires.parse::<u64>().expect("a number") + 1;
    let forged = [
        String::new(),
        "..".into(),
        id.to_owned(),
        format!("{id}.{expires}"),
        format!("{id}.{expires}.{}", "0".repeat(64)),
        format!("{id}.{later}.{seal}"),
        format!("x{id}.{expires}.{seal}"),
        format!("{device}0"),
        format!("{id}.+{expires}.{seal}"),
        device.to_uppercase(),
    ];
    for forged in &forged {
        assert_eq!(sign_in(address, "203.0.113.1", "ada", RIGHT, Some(forged)).await.status, 429, "{forged}");
    }
    assert_eq!(sign_in(address, "203.0.113.1", "grace", RIGHT, Some(&device)).await.status, 429, "of another account");
    for odd in ["[]", "7", "{}", "true"] {
        let body = format!("{{\"user\":\"ada\",\"password\":\"x\",\"device\":{odd}}}");
        assert_eq!(request(address, "POST", "/v1/agent/login", &[("content-type", "application/json")], &body).await.status, 400, "{odd}");
    }
    // After a new password no device is known any more.
    with_passwords(&server.folder).await;
    assert_eq!(sign_in(address, "203.0.113.1", "ada", RIGHT, Some(&device)).await.status, 429);
}

#[tokio::test]
async fn s31_what_strangers_say_about_their_address_is_nothing() {
    let server = server(&[("login_wait = \"300ms\"", "login_wait = \"10m\"")]).await;
    let address = server.address;
    for number in 0..5 {
        assert_eq!(sign_in(address, &format!("10.0.0.{number}"), "ada", "not this one", None).await.status, 401);
    }
    assert_eq!(sign_in(address, "10.0.0.99", "ada", "not this one", None).await.status, 429, "all came from one address");
    // A host name in a header does not change the answers.
    let headers = [("x-forwarded-host", "evil.test"), ("x-forwarded-proto", "https"), ("forwarded", "host=evil.test;proto=https")];
    let answer = common::http::get(address, "/desk", &headers).await;
    assert_eq!(answer.header("location"), "/desk/");
    let said = String::from_utf8_lossy(&answer.body).into_owned() + answer.header("content-security-policy");
    assert!(!said.contains("evil.test"), "{said}");
}

#[tokio::test]
async fn s25_the_time_does_not_tell_whether_an_account_is_there() {
    let server = server(&[BEHIND_PROXY]).await;
    let address = server.address;
    // The shortest of several runs is disturbed least by other programs. With five the account is not slowed down yet.
    let mut shortest = [u128::MAX; 3];
    for round in 0..5 {
        for (index, user) in ["ada", "eve", "nobody"].into_iter().enumerate() {
            let begun = Instant::now();
            assert_eq!(sign_in(address, &format!("10.{index}.0.{round}"), user, "not this one", None).await.status, 401);
            shortest[index] = shortest[index].min(begun.elapsed().as_micros());
        }
    }
    println!("with a password, without one, no account; the shortest of five, in microseconds: {shortest:?}");
    let (least, most) = (shortest.iter().min().expect("three"), shortest.iter().max().expect("three"));
    assert!(most < &(5 * least), "one of them is answered without the work: {shortest:?}");
}
