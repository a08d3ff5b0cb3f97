//! Autobahn's test suite against our socket stack: `cargo xtask autobahn` installs it and runs this. It needs Python 2.7, so it is not a
//! part of the usual tests.

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use chinwag_server::config::Config;
use chinwag_server::http::accept::{self, Bounds};
use chinwag_server::http::peer::Proxies;
use chinwag_server::ws;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tokio::sync::watch;

/// The suite sends messages of up to 16 MiB; ours are cut at 256 KiB.
const LONGEST: usize = 64 * 1024 * 1024;
const CONFIG: &str = "[[sites]]\nkey = \"none\"\norigins = [\"http://none.test\"]\n";

/// Sends every message back: the accept loop, the limits, the connection and the close codes are those of every socket of the server.
async fn echo(upgrade: WebSocketUpgrade) -> Response {
    ws::with_limits(upgrade, LONGEST).on_upgrade(|mut socket: WebSocket| async move {
        loop {
            match socket.recv().await {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    if socket.send(message).await.is_err() {
                        break;
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    if let Some(farewell) = ws::broken(&error) {
                        // The client has closed: an error here means nothing.
                        let _ = socket.send(Message::Close(Some(CloseFrame { code: farewell.close, reason: "".into() }))).await;
                    }
                    break;
                }
                None => break,
            }
        }
    })
}

/// The results: the cases for each verdict of the suite.
fn verdicts(reports: &Path) -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(reports.join("index.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let cases = report["chinwag"].as_object().expect("cases");
    let mut verdicts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (case, outcome) in cases {
        for key in ["behavior", "behaviorClose"] {
            let verdict = outcome[key].as_str().expect("a verdict");
            verdicts.entry(format!("{key} {verdict}")).or_default().push(case.clone());
        }
    }
    verdicts
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Autobahn's test suite: cargo xtask autobahn"]
async fn autobahn_finds_nothing() {
    let wstest = std::env::var("WSTEST").expect("the path of wstest: run `cargo xtask autobahn`");
    let folder = tempfile::tempdir().expect("a directory");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = Config::parse(CONFIG).unwrap_or_else(|faults| panic!("{faults:?}"));
    let second = Duration::from_secs(1);
    let bounds = Bounds { connections: 1_000, per_address: 1_000, header: 10 * second, body: 10 * second, proxies: Proxies::new(&config) };
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(accept::serve(listener, Router::new().route("/", get(echo)), bounds, stopped, second));
    let plan = serde_json::json!({
        "options": { "failByDrop": false },
        "outdir": folder.path().join("reports"),
        "servers": [{ "agent": "chinwag", "url": format!("ws://{address}/"), "options": { "version": 18 } }],
        // Compression is not offered, so the cases about it are left out.
        "cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {},
    });
    let file = folder.path().join("plan.json");
    std::fs::write(&file, plan.to_string()).expect("written");
    let run = tokio::task::spawn_blocking(move || Command::new(wstest).args(["-m", "fuzzingclient", "-s"]).arg(file).output());
    let run = run.await.expect("over").expect("started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    stop.send_replace(true);
    server.await.expect("over");
    let verdicts = verdicts(&folder.path().join("reports"));
    for (verdict, cases) in &verdicts {
        let named = if cases.len() <= 12 { cases.join(", ") } else { String::new() };
        println!("{verdict:<28} {:>4}  {named}", cases.len());
    }
    for (verdict, cases) in &verdicts {
        assert!(["OK", "NON-STRICT", "INFORMATIONAL"].iter().any(|fine| verdict.ends_with(fine)), "{verdict}: {}", cases.join(", "));
    }
}
