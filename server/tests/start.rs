//! The first minutes with the program: refusals with reasons, `init`, and the demo.

mod common;

use common::http::{get, request};
use common::program::{Program, run};
use common::{CONFIG, Folder, Server, eventually};
use serde_json::{Value, json};
use std::net::SocketAddr;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn sign_in(address: SocketAddr, user: &str, password: &str, headers: &[(&str, &str)]) -> common::http::Answer {
    let body = json!({ "user": user, "password": password }).to_string();
    request(address, "POST", "/v1/agent/login", &[&[JSON], headers].concat(), &body).await
}

#[test]
fn without_widget_and_desk_it_says_what_to_do_and_ends() {
    let folder = Folder::new(&[]);
    std::fs::remove_file(folder.path("dist/desk/index.html")).expect("removed");
    let (well, told) = run(&folder, &["--port", "0"], "");
    assert!(!well);
    assert!(told.contains("there is no desk/index.html") && told.contains("cargo xtask build") && told.contains("--assets"), "{told}");
    assert!(!told.contains("listening"), "{told}");
}

#[test]
fn without_a_configuration_it_says_how_to_get_one() {
    let folder = Folder::new(&[]);
    let (well, told) = run(&folder, &["--config", "nothing.toml"], "");
    assert!(!well && told.contains("there is no nothing.toml") && told.contains("init"), "{told}");
}

#[test]
fn a_password_is_for_an_account_that_there_is() {
    let folder = Folder::new(&[]);
    let (well, told) = run(&folder, &["passwd", "nobody"], "a long way to go\n");
    assert!(!well, "{told}");
    assert!(told.contains("no account `nobody`") && told.contains("use one of: ada, grace, eve, sam"), "{told}");
    let (well, told) = run(&folder, &["passwd", "ada"], "a long way to go\n");
    assert!(well, "{told}");
}

#[test]
fn all_that_is_missing_unknown_or_of_the_wrong_kind_is_told_at_once() {
    let folder = Folder::new(&[]);
    let spoilt = CONFIG
        .replacen("origins = [\"http://shop.test\", \"http://127.0.0.1:{port}\"]\n", "", 1)
        .replacen("element = \"ctw-2\"\n", "colour = \"red\"\n", 1)
        .replacen("kind = \"callback_later\"\n", "", 1)
        .replacen("capacity = 3", "capacity = \"many\"", 1)
        .replacen("kind = \"email\"", "kind = \"fax\"", 1)
        .replacen("name = \"Grace\"\n", "", 1);
    std::fs::write(folder.path("chinwag.toml"), spoilt).expect("written");
    let (well, told) = run(&folder, &["check"], "");
    assert!(!well);
    for (field, why) in [
        ("sites[0].origins", "is missing"),
        ("sites[0].widgets[1].element", "is missing"),
        ("sites[0].widgets[1].colour", "unknown field `colour`"),
        ("sites[0].widgets[2].kind", "is missing"),
        ("agents[0].capacity", "invalid type"),
        ("forms[0].fields[1].kind", "unknown variant `fax`"),
        ("agents[1].name", "is missing"),
    ] {
        let line = told.lines().find(|line| line.contains(&format!(": {field}: ")));
        assert!(line.is_some_and(|line| line.contains(why) && line.contains("line ")), "{field}: {told}");
    }
    assert_eq!(told.lines().filter(|line| line.contains(": line ")).count(), 7, "{told}");
    std::fs::write(folder.path("chinwag.toml"), "").expect("written");
    assert!(run(&folder, &["check"], "").1.contains("sites: is missing"));
}

#[tokio::test]
async fn init_makes_a_server_that_can_be_used() {
    let folder = Folder::new(&[]);
    let assets = folder.path("dist").display().to_string();
    let given =
        ["init", "--config", "new.toml", "--data", "new", "--name", "The \"Shop\"", "--origin", "https://shop.test,https://www.shop.test"];
    let (well, told) = run(
        &folder,
        &[&given[..], &["--address", "https://chat.test/", "--agent", "Vera Bianchi", "--password-stdin"]].concat(),
        "a long way to go\n",
    );
    assert!(well, "{told}");
    assert!(told.contains("<script async src=\"https://chat.test/chinwag.js\" data-site=\"the-shop\"></script>"), "{told}");
    let (well, told) = run(&folder, &["check", "--config", "new.toml"], "");
    assert!(well, "{told}");
    let before = std::fs::read(folder.path("new.toml")).expect("the file");
    let (well, told) = run(&folder, &[&given[..], &["--agent", "Eve"]].concat(), "");
    assert!(!well && told.contains("new.toml is there already"), "{told}");
    assert_eq!(std::fs::read(folder.path("new.toml")).expect("the file"), before);
    std::fs::rename(folder.path("new.toml"), folder.path("chinwag.toml")).expect("renamed");
    let data = folder.path("new").display().to_string();
    let program = Program::with(&folder, &["--assets", &assets, "--data", &data]);
    assert_eq!(sign_in(program.address, "vera", "a long way to go", &[]).await.status, 200);
    let page = get(program.address, "/v1/sites/the-shop/config", &[("origin", "https://www.shop.test")]).await;
    assert_eq!((page.status, page.json()["brand"]["name"].as_str()), (200, Some("The \"Shop\"")));
}

#[test]
fn init_without_a_terminal_names_everything_that_it_needs() {
    let folder = Folder::new(&[]);
    let (well, told) = run(&folder, &["init", "--config", "new.toml", "--name", "Shop"], "");
    assert!(!well && told.contains("--origin, --agent"), "{told}");
    let wrong = ["init", "--config", "new.toml", "--name", "Shop", "--agent", "Ada", "--origin", "shop.test/page"];
    let (well, told) = run(&folder, &wrong, "");
    assert!(!well && told.contains("`shop.test/page` is not an origin"), "{told}");
    let short = ["init", "--config", "new.toml", "--name", "Shop", "--agent", "Ada", "--origin", "https://shop.test", "--password-stdin"];
    let (well, told) = run(&folder, &short, "ada\n");
    assert!(!well && told.contains("8 to 256"), "{told}");
    assert!(!folder.path("new.toml").exists(), "nothing is written before all is right");
    let made = run(&folder, &short[..short.len() - 1], "");
    assert!(made.0 && made.1.contains("with the password "), "{}", made.1);
}

#[tokio::test]
async fn a_real_server_shows_no_shop_and_a_demo_does() {
    let server = Server::start().await;
    common::write(&server.folder.path("dist/www/index.html"), b"a shop");
    common::write(&server.folder.path("dist/examples/index.html"), b"examples");
    let text = async |path: &str| {
        let answer = get(server.address, path, &[]).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    };
    let (status, page) = text("/").await;
    assert!(status == 200 && page.contains("/desk/") && page.contains("data-site") && !page.contains("a shop"), "{page}");
    for path in ["/index.html", "/examples/", "/examples"] {
        assert_eq!(text(path).await.0, 404, "{path}");
    }
    for path in ["/v1/demo/agent", "/v1/demo/plug"] {
        assert_eq!(request(server.address, "POST", path, &[JSON], "{\"out\":true}").await.status, 405, "{path}");
        assert_eq!(get(server.address, path, &[]).await.status, 404, "{path}");
    }
    assert!(!get(server.address, "/?policy=strict", &[]).await.header("content-security-policy").contains("trusted-types"));
}

#[tokio::test]
async fn a_demo_lets_its_own_pages_be_an_agent_and_nobody_else() {
    let server = Server::demo(&[]).await;
    common::write(&server.folder.path("dist/www/index.html"), b"a shop");
    assert_eq!(get(server.address, "/", &[]).await.body, b"a shop");
    let policy = get(server.address, "/?policy=strict", &[]).await.header("content-security-policy").to_owned();
    assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe-inline"), "{policy}");
    let own = format!("http://{}", server.address);
    let ask = async |headers: &[(&str, &str)]| request(server.address, "POST", "/v1/demo/agent", headers, "{}").await;
    assert_eq!(ask(&[("origin", "http://evil.test")]).await.status, 403);
    assert_eq!(ask(&[]).await.status, 403, "a page always says where it is from");
    let rebound = format!("evil.test:{}", server.address.port());
    let evil = format!("http://{rebound}");
    let answer = common::http::request_to(server.address, &rebound, "POST", "/v1/demo/agent", &[("origin", &evil)], "{}").await;
    assert_eq!(answer.status, 403, "a name that leads here is not this server's");
    let token = ask(&[("origin", &own)]).await.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(token.len(), 64);
}

#[tokio::test]
async fn a_pulled_plug_cuts_every_socket_and_lets_none_in() {
    let server = Server::demo(&[]).await;
    let mut visitor = common::people::Visitor::come(server.address).await;
    let mut ada = common::people::Agent::ready(server.address, "eve").await;
    let own = format!("http://{}", server.address);
    let set =
        async |out: bool| request(server.address, "POST", "/v1/demo/plug", &[("origin", &own)], &json!({ "out": out }).to_string()).await;
    assert_eq!(set(true).await.json()["out"], true);
    assert_eq!((visitor.socket.end().await, ada.socket.end().await), (1006, 1006), "without a word");
    assert_eq!(common::people::refused_socket(server.address, "/ws/visitor/shop", Some("http://shop.test")).await, 503);
    assert_eq!(common::people::refused_socket(server.address, "/ws/agent", None).await, 503);
    assert_eq!(set(false).await.json()["out"], false);
    common::people::Visitor::come(server.address).await;
}

#[test]
fn a_demo_is_for_this_machine_only() {
    let folder = Folder::new(&[("listen = \"127.0.0.1:0\"", "listen = \"0.0.0.0:0\"")]);
    let (well, told) = run(&folder, &["--demo", "--config", "chinwag.toml"], "");
    assert!(!well && told.contains("this machine only"), "{told}");
}

#[tokio::test]
async fn a_proxy_that_changes_the_host_is_told_in_the_log_and_in_the_answer() {
    let folder = Folder::new(&[]);
    let program = Program::start(&folder);
    let origin = [("origin", "https://chat.test")];
    let answer = sign_in(program.address, "ada", "whatever it is", &origin).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "origin_not_allowed"));
    let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
    let host = program.address.to_string();
    assert!(message.contains("https://chat.test") && message.contains(&host) && message.contains("Host header"), "{message}");
    assert_eq!(common::people::refused_socket(program.address, "/ws/agent", Some("https://chat.test")).await, 403);
    let log = || std::fs::read_to_string(folder.path("log")).unwrap_or_default();
    let lines = || {
        log()
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["origin"] == "https://chat.test")
            .collect::<Vec<_>>()
    };
    eventually("the lines", async || lines().len() == 2).await;
    assert!(lines().iter().all(|line| line["host"] == host.as_str() && line["level"] == "WARN"), "{:?}", lines());
}
