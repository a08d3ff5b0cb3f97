//! A server on a free port, and clients that speak to it over real sockets.

#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

pub mod http;
pub mod neighbours;
pub mod people;
pub mod program;
pub mod upload;

use chinwag_machine::{grown, within};
use chinwag_server::domain::now;
use chinwag_server::domain::session::{SESSIONS, Session, session_key};
use chinwag_server::server::{self, DemoSetup, Running, Setup};
use chinwag_server::store::sqlite::Sqlite;
use chinwag_server::store::{Expect, Store};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The longest time that a test waits for anything on the reference machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A site, its widgets, and two agents in one campaign. Tests add and replace lines. A test waits for the times in milliseconds, or
/// has to be faster than them: [`Folder::write_config`] makes them longer on a slow machine.
pub const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
data = "DATA"
assets = "ASSETS"

[timeouts]
header = "10000ms"
body = "10000ms"
hello = "10000ms"
silence = "25000ms"
agent_grace = "400ms"
visitor_restore = "30s"
login_wait = "300ms"
stop = "3s"

# All visitors of a test come from one address.
[limits.address]
frames_per_second = 100000
messages_per_second = 100000
starts_per_minute = 10000
visitors_per_minute = 10000
open = 1000

[[sites]]
key = "shop"
origins = ["http://shop.test", "http://127.0.0.1:{port}"]
brand = { name = { en = "Shop", it = "Negozio" } }
[sites.dialects.ctlive]
enabled = true
id = { ctw-1 = "old-1" }

[[sites.widgets]]
id = "sales"
element = "ctw-1"
kind = "chat"
campaign = "sales"
label = "Chat"
[[sites.widgets]]
id = "asking"
element = "ctw-2"
kind = "chat"
campaign = "sales"
label = "Chat"
form = "ask"
survey = "rate"
[[sites.widgets]]
id = "later"
element = "ctw-3"
kind = "callback_later"
campaign = "sales"
label = "Call me later"
form = "when"
[[sites.widgets]]
id = "call"
element = "ctw-4"
kind = "callback_now"
campaign = "sales"
label = "Call me"
form = "now"

[[sites]]
key = "other"
origins = ["http://other.test"]
[[sites.widgets]]
id = "sales"
element = "ctw-1"
kind = "chat"
campaign = "support"
label = "Chat"

[[forms]]
id = "ask"
[[forms.fields]]
name = "nick"
kind = "nickname"
label = "Name"
mandatory = true
[[forms.fields]]
name = "mail"
kind = "email"
label = "Mail"
[[forms.fields]]
name = "order"
kind = "textarea"
label = "Order"
pattern = "[A-Z]{2}-[0-9]+"
[[forms.fields]]
name = "segment"
kind = "textarea"
visible_customer = false
visible_agent = false

[[forms]]
id = "rate"
[[forms.fields]]
name = "stars"
kind = "rating_star"
label = "Stars"
mandatory = true

[[forms]]
id = "now"
[[forms.fields]]
name = "phone"
kind = "phone"
label = "Phone"

[[forms]]
id = "when"
[[forms.fields]]
name = "phone"
kind = "phone"
label = "Phone"
[[forms.fields]]
name = "first"
kind = "first_slot"
label = "First"
[[forms.fields]]
name = "slot"
kind = "time_slot"
label = "Time"
mandatory = true

[[campaigns]]
name = "sales"
queue_timeout = "60s"
offer_timeout = "30s"
max_queue = 20
slots = { minutes = 60, per_slot = 1, days = 2, lead = "10m" }
dispositions = [{ name = "Sale", children = [{ name = "Now" }] }, { name = "None" }]

[[campaigns]]
name = "support"

[[agents]]
user = "ada"
name = "Ada"
campaigns = ["sales"]
capacity = 3
[[agents]]
user = "grace"
name = "Grace"
campaigns = ["sales"]
capacity = 3
[[agents]]
user = "eve"
name = "Eve"
campaigns = ["support"]
[[agents]]
user = "sam"
name = "Sam"
role = "supervisor"
"#;

/// A directory with a configuration and data.
pub struct Folder {
    pub dir: TempDir,
}

impl Folder {
    /// With [`CONFIG`], changed by replacing texts.
    pub fn new(changes: &[(&str, &str)]) -> Self {
        let folder = Self { dir: tempfile::tempdir().expect("a directory") };
        for needed in ["dist/widget/chinwag.js", "dist/desk/index.html"] {
            write(&folder.path(needed), b"");
        }
        folder.write_config(changes);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write_config(&self, changes: &[(&str, &str)]) {
        let mut text = CONFIG.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "the configuration has no {from}");
            text = text.replace(from, to);
        }
        let text =
            text.replace("DATA", &self.path("data").display().to_string()).replace("ASSETS", &self.path("dist").display().to_string());
        // The file is replaced at once, as by an editor: a server that reads it meanwhile must not see half of it.
        let half = self.path("chinwag.toml.new");
        std::fs::write(&half, with_grown_times(&text)).expect("written");
        std::fs::rename(half, self.path("chinwag.toml")).expect("written");
    }

    /// Makes a session for each agent, whose token is [`token_of`] the name.
    pub async fn sign_in_everybody(&self) {
        let store = Sqlite::open(&self.path("data")).expect("a store");
        for user in ["ada", "grace", "eve", "sam"] {
            let session = Session { user: user.into(), expires: now().0 + 3_600_000 };
            let text = serde_json::to_string(&session).expect("JSON");
            store.put_doc(SESSIONS, &session_key(&token_of(user)), Some(&text), Expect::Any).await.expect("stored");
        }
        store.close().await;
    }

    pub fn options(&self) -> Setup {
        Setup { config: Some(self.path("chinwag.toml")), port: Some(0), ..Setup::default() }
    }
}

/// A configuration in which every time in milliseconds is multiplied for a slow machine.
fn with_grown_times(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('"').enumerate() {
        let millis = part.strip_suffix("ms").and_then(|number| number.parse().ok()).filter(|_| index % 2 == 1);
        let part = millis.map_or_else(|| part.to_owned(), |millis| format!("{}ms", grown(Duration::from_millis(millis)).as_millis()));
        out.push_str(if index > 0 { "\"" } else { "" });
        out.push_str(&part);
    }
    out
}

/// The token of an agent in tests.
pub fn token_of(user: &str) -> String {
    chinwag_server::random::digest(&["a test's token", user])
}

/// A server in this process.
pub struct Server {
    pub folder: Folder,
    pub address: SocketAddr,
    running: Option<Running>,
}

impl Server {
    /// With [`CONFIG`].
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With [`CONFIG`], changed by replacing texts.
    pub async fn with(changes: &[(&str, &str)]) -> Self {
        Self::run(changes, None).await
    }

    /// A demo with [`CONFIG`], without the program that answers as an agent.
    pub async fn demo(changes: &[(&str, &str)]) -> Self {
        Self::run(changes, Some(DemoSetup { password: None, no_bot: true })).await
    }

    async fn run(changes: &[(&str, &str)], demo: Option<DemoSetup>) -> Self {
        let folder = Folder::new(changes);
        folder.sign_in_everybody().await;
        let running = server::start(Setup { demo, ..folder.options() }).await.expect("a server");
        Self { address: running.address, running: Some(running), folder }
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }
}

/// Waits until a condition holds.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(PATIENCE, wait).await.unwrap_or_else(|| panic!("it never came to this: {what}"));
}

/// Makes this machine a trusted proxy: its requests name the addresses of others.
pub const BEHIND_PROXY: (&str, &str) = ("assets = \"ASSETS\"", "assets = \"ASSETS\"\ntrusted_proxies = [\"127.0.0.1\"]");

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, bytes).expect("written");
}
