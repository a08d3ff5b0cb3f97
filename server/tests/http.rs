//! Files, signing in, the site's configuration.

mod common;

use chinwag::wire::{AgentFrame, DeskFrame, VERSION};
use chinwag_server::http::set_password;
use chinwag_server::store::Store;
use chinwag_server::store::sqlite::Sqlite;
use common::http::{Answer, get, request};
use common::people::Socket;
use common::{Server, eventually, write};
use std::net::SocketAddr;

async fn with_files() -> Server {
    let server =
        Server::demo(&[("[[sites]]\nkey = \"shop\"", "[desk]\nframe_ancestors = [\"https://crm.test\"]\n[[sites]]\nkey = \"shop\"")]).await;
    let dist = server.folder.path("dist");
    for (name, text) in [
        ("widget/chinwag.js", "loader"),
        ("widget/chinwag.js.br", "br"),
        ("widget/chinwag.js.gz", "gz"),
        ("widget/chinwag-0a1b2c3d4e5f.wasm", "wasm"),
        ("widget/chinwag-0a1b2c3d4e5f.wasm.br", "br"),
        ("widget/text-it-0a1b2c3d.json", "{}"),
        ("desk/index.html", "desk"),
        ("desk/desk-0a1b2c3d.css", "css"),
        ("www/index.html", "shop"),
        ("www/style.css", "css"),
        ("www/icon.svg", "svg"),
        ("examples/plain/index.html", "example"),
    ] {
        write(&dist.join(name), text.as_bytes());
    }
    write(&server.folder.path("secret.txt"), b"secret");
    std::os::unix::fs::symlink(server.folder.path("secret.txt"), dist.join("www/link.txt")).expect("a link");
    server
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test]
async fn files_come_compressed_typed_and_cached_as_their_names_allow() {
    let server = with_files().await;
    let file = async |path: &str, accept: &str| get(server.address, path, &[("accept-encoding", accept)]).await;
    let fixed = "public, max-age=31536000, immutable";
    let html = "text/html; charset=utf-8";
    for (path, kind, cache) in [
        ("/chinwag.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/w/chinwag-0a1b2c3d4e5f.wasm", "application/wasm", fixed),
        ("/w/text-it-0a1b2c3d.json", "application/json; charset=utf-8", fixed),
        ("/desk/", html, "no-cache"),
        ("/desk/index.html", html, "no-cache"),
        ("/desk/desk-0a1b2c3d.css", "text/css; charset=utf-8", fixed),
        ("/", html, "no-cache"),
        ("/style.css", "text/css; charset=utf-8", "no-cache"),
        ("/icon.svg", "image/svg+xml; charset=utf-8", "no-cache"),
        ("/examples/plain/", html, "no-cache"),
    ] {
        let answer = file(path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!((answer.header("content-type"), answer.header("cache-control")), (kind, cache), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-encoding").is_empty(), "{path}");
        let again = get(server.address, path, &[("if-none-match", answer.header("etag"))]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = request(server.address, "HEAD", path, &[], "").await;
        assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, answer.header("content-length")), "{path}");
    }
    for (accept, coding, body) in
        [("gzip, deflate, br, zstd", "br", "br"), ("gzip", "gzip", "gz"), ("br;q=0, gzip;q=0.5", "gzip", "gz"), ("identity", "", "loader")]
    {
        let answer = file("/chinwag.js", accept).await;
        assert_eq!((answer.header("content-encoding"), text(&answer).as_str()), (coding, body), "{accept}");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert!(answer.header("content-type").starts_with("text/javascript"));
    }
    let wasm = file("/w/chinwag-0a1b2c3d4e5f.wasm", "br").await;
    assert_eq!((wasm.header("content-type"), wasm.header("content-encoding")), ("application/wasm", "br"));
    assert_eq!(wasm.header("access-control-allow-origin"), "*", "the page that asks with integrity is of another origin");
    assert_eq!(wasm.header("cross-origin-resource-policy"), "cross-origin");
    assert!(file("/style.css", "").await.header("access-control-allow-origin").is_empty());
    let missing = file("/w/chinwag-ffffffffffff.wasm", "").await;
    assert_eq!(
        (missing.status, missing.header("access-control-allow-origin")),
        (404, "*"),
        "a loader of another release sees that it is gone"
    );
    assert_eq!(file("/desk", "").await.header("location"), "/desk/");
    for path in ["/link.txt", "/missing.css", "/plain", "/w/", "/w/a/b", "/examples/"] {
        assert_eq!(file(path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn s29_the_desk_has_a_strict_policy_and_frames_only_where_listed() {
    let server = with_files().await;
    for (path, status) in [("/desk/", 200), ("/desk/desk-0a1b2c3d.css", 200), ("/desk/missing", 404), ("/desk", 308)] {
        let answer = get(server.address, path, &[]).await;
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval';",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self' https://crm.test",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(!answer.header("permissions-policy").is_empty() && !answer.header("cross-origin-opener-policy").is_empty());
    }
    assert_eq!(get(server.address, "/", &[]).await.header("content-security-policy"), "frame-ancestors 'self'");
}

#[tokio::test]
async fn the_configuration_comes_in_the_language_that_was_asked_for() {
    let server = Server::start().await;
    let origin = [("origin", "http://shop.test")];
    let name = async |locale: &str| {
        let answer = get(server.address, &format!("/v1/sites/shop/config?locale={locale}"), &origin).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin"), answer.header("vary")),
            (200, "http://shop.test", "Origin")
        );
        answer.json()["brand"]["name"].as_str().expect("a name").to_owned()
    };
    assert_eq!(name("it").await, "Negozio");
    assert_eq!(name("it-CH").await, "Negozio", "the language of the locale");
    assert_eq!(name("pt-BR").await, "Shop", "the site's own");
    assert_eq!(name("").await, "Shop");
    assert_eq!(name("%3Cscript%3E").await, "Shop");
    let config = get(server.address, "/v1/sites/shop/config", &[]).await.json();
    let settings = config["dialects"][0]["settings"].as_array().expect("settings").clone();
    assert!(settings.iter().all(|setting| setting["key"] != "enabled"), "the switch is the server's");
    assert!(settings.iter().any(|setting| setting["key"] == "id.ctw-1" && setting["value"] == "old-1"));
    assert_eq!(config["widgets"].as_array().expect("widgets").len(), 4);
}

async fn sign_in(address: SocketAddr, user: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "user": user, "password": password }).to_string();
    request(address, "POST", "/v1/agent/login", &[("content-type", "application/json")], &body).await
}

async fn with_password(server: &Server) {
    let store = Sqlite::open(&server.folder.path("data")).expect("a store");
    set_password(&store, "ada", "a long way to go").await.expect("set");
    store.close().await;
}

#[tokio::test]
async fn s18_s24_an_agent_signs_in_and_out() {
    let server = Server::start().await;
    assert_eq!(sign_in(server.address, "ada", "").await.status, 401, "without a password nobody signs in");
    with_password(&server).await;
    let answer = sign_in(server.address, "ada", "a long way to go").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!((answer.json()["agent"]["id"].as_str(), answer.json()["agent"]["role"].as_str()), (Some("a_ada"), Some("agent")));
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()));
    let mut desk = Socket::<DeskFrame>::open(server.address, "/ws/agent", None).await;
    desk.send(&AgentFrame::Auth { version: VERSION, token: token.clone() }).await;
    desk.until("welcome", |frame| matches!(frame, DeskFrame::Welcome { .. }).then_some(())).await;
    // A cookie is never accepted as a sign-in.
    let bearer = format!("Bearer {token}");
    let logout = async |headers: &[(&str, &str)]| request(server.address, "POST", "/v1/agent/logout", headers, "").await.status;
    assert_eq!(logout(&[("cookie", &format!("token={token}"))]).await, 401);
    assert_eq!(logout(&[("authorization", &bearer), ("origin", "http://evil.test")]).await, 403);
    assert_eq!(logout(&[("authorization", &bearer)]).await, 200);
    assert_eq!(desk.end().await, 4401, "its sockets are closed");
    assert_eq!(logout(&[("authorization", &bearer)]).await, 401, "the token is dead");
    let mut desk = Socket::<DeskFrame>::open(server.address, "/ws/agent", None).await;
    desk.send(&AgentFrame::Auth { version: VERSION, token }).await;
    assert_eq!(desk.end().await, 4401);
}

#[tokio::test]
async fn s24_a_new_password_closes_the_desks_that_the_old_one_opened() {
    let server = Server::start().await;
    let mut ada = common::people::Agent::ready(server.address, "ada").await;
    let mut grace = common::people::Agent::ready(server.address, "grace").await;
    // Changes the password like `chinwag-server passwd`, from another process.
    with_password(&server).await;
    let begun = std::time::Instant::now();
    assert_eq!(ada.socket.end().await, 4401);
    assert!(begun.elapsed() < chinwag_machine::grown(std::time::Duration::from_secs(5)));
    grace.set(chinwag::wire::AgentStatus::Away).await;
}

#[tokio::test]
async fn s25_failures_look_alike_and_slow_down() {
    let server = Server::start().await;
    with_password(&server).await;
    let wrong = sign_in(server.address, "ada", "not this one").await;
    let nobody = sign_in(server.address, "nobody", "not this one").await;
    let unset = sign_in(server.address, "grace", "not this one").await;
    assert_eq!((wrong.status, &wrong.body), (401, &nobody.body));
    assert_eq!((unset.status, &unset.body), (401, &wrong.body));
    for _ in 0..4 {
        assert_eq!(sign_in(server.address, "ada", "guess").await.status, 401);
    }
    let slowed = sign_in(server.address, "ada", "a long way to go").await;
    assert_eq!((slowed.status, slowed.code().as_str()), (429, "rate_limited"));
    assert!(slowed.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1));
    assert_eq!(sign_in(server.address, "grace", "guess").await.status, 401, "another account is not slowed down");
    eventually("the wait is over", async || sign_in(server.address, "ada", "a long way to go").await.status == 200).await;
    assert_eq!(sign_in(server.address, "ada", "guess").await.status, 401, "the count begins anew");
}

#[tokio::test]
async fn s25_passwords_that_are_too_short_or_common_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(dir.path()).expect("a store");
    for bad in ["", "1234567", "Password1", "12345678", "administrator"] {
        assert!(set_password(&store, "ada", bad).await.is_err(), "{bad}");
    }
    assert!(set_password(&store, "adalovelace", "AdaLovelace").await.is_err(), "the name itself");
    set_password(&store, "ada", &"long ".repeat(40)).await.expect("200 characters are fine");
}

#[tokio::test]
async fn s21_the_store_holds_no_token_and_no_password() {
    let mut server = Server::start().await;
    with_password(&server).await;
    let answer = sign_in(server.address, "ada", "a long way to go").await.json();
    let visitor = common::people::Visitor::come(server.address).await;
    let secrets = [answer["token"].as_str().expect("a token").to_owned(), visitor.token.clone(), "a long way to go".into()];
    server.stop().await;
    for file in std::fs::read_dir(server.folder.path("data")).expect("files") {
        let bytes = std::fs::read(file.expect("a file").path()).unwrap_or_default();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
    }
}

#[tokio::test]
async fn s20_tokens_are_long_random_and_never_the_same() {
    let mut seen = std::collections::HashSet::new();
    let mut ones = [0_u32; 256];
    for _ in 0..10_000 {
        let token = chinwag_server::random::hex::<32>();
        assert_eq!(token.len(), 64);
        for (index, digit) in token.chars().enumerate() {
            let value = digit.to_digit(16).expect("a digit");
            (0..4).for_each(|bit| ones[index * 4 + bit] += value >> bit & 1);
        }
        assert!(seen.insert(token));
    }
    assert!(ones.iter().all(|count| (4_700..5_300).contains(count)), "every bit is as often one as not");
}

#[tokio::test]
async fn s42_pictures_of_sites_and_agents_are_served_by_their_bytes_and_are_inert() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("logo.html");
    write(&path, b"\x89PNG\r\n\x1a\n and so on");
    let brand = format!("brand = {{ logo = \"{}\", ", path.display());
    let server = Server::with(&[("brand = { ", &brand)]).await;
    let config = get(server.address, "/v1/sites/shop/config", &[]).await.json();
    let address = format!("/{}", config["brand"]["logo"].as_str().expect("an address"));
    let answer = get(server.address, &address, &[("origin", "http://shop.test")]).await;
    assert_eq!((answer.status, &answer.body[..]), (200, &b"\x89PNG\r\n\x1a\n and so on"[..]));
    for (header, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(answer.header(header), value, "{header}");
    }
    for wrong in [address.replace("shop", "other"), address.replace("shop", "nobody"), "/v1/sites/shop/logo/0".into()] {
        assert_eq!(get(server.address, &wrong, &[]).await.status, 404, "{wrong}");
    }
    let agent = format!("user = \"ada\"\npicture = \"{}\"", path.display());
    let server = Server::with(&[("user = \"ada\"", &agent)]).await;
    let address = format!("/v1/agents/ada/picture/{}", address.rsplit('/').next().expect("a name"));
    let answer = get(server.address, &address, &[("origin", "http://shop.test")]).await;
    assert_eq!((answer.status, answer.header("content-type"), answer.header("access-control-allow-origin")), (200, "image/png", "*"));
    for wrong in [address.replace("ada", "grace"), address.replace("ada", "nobody"), "/v1/agents/ada/picture/0".into()] {
        assert_eq!(get(server.address, &wrong, &[]).await.status, 404, "{wrong}");
    }
}
