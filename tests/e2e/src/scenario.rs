//! The surroundings of a test: a server, a host's site, browsers, and pictures of the pages when it fails.

use crate::agent::Agent;
use crate::browser::{Browser, Engine};
use crate::host::{Host, HostPage};
use crate::server::Server;
use crate::visitor::Visitor;
use anyhow::{Context, Result};
use std::sync::Mutex;

/// A server, a host's site and the browsers.
pub struct World {
    /// The chat server, to be stopped and started.
    pub server: tokio::sync::Mutex<Server>,
    /// The address of the chat server.
    pub base: String,
    /// The host's site.
    pub host: Host,
    /// Kept for the pictures: a failed test has dropped its own copies.
    browsers: Mutex<Vec<Browser>>,
}

/// Runs a test in a world of its own. When it fails, pictures of all pages are stored in `target/e2e/` under the name of the test.
///
/// # Panics
/// The test failed.
pub async fn scenario(name: &str, body: impl AsyncFnOnce(&World) -> Result<()>) {
    run(name, World::start().await, body).await;
}

/// Like [`scenario`], with the demo, without the program that answers as an agent.
///
/// # Panics
/// The test failed.
pub async fn demo_scenario(name: &str, body: impl AsyncFnOnce(&World) -> Result<()>) {
    run(name, World::demo(false).await, body).await;
}

/// Like [`scenario`], with the usual demo, in which a program answers as an agent.
///
/// # Panics
/// The test failed.
pub async fn lively_demo_scenario(name: &str, body: impl AsyncFnOnce(&World) -> Result<()>) {
    run(name, World::demo(true).await, body).await;
}

async fn run(name: &str, world: Result<World>, body: impl AsyncFnOnce(&World) -> Result<()>) {
    let outcome = match world {
        Ok(world) => {
            let outcome = body(&world).await;
            if outcome.is_err() {
                world.take_pictures(name).await;
            }
            outcome
        }
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        panic!("{error:#}");
    }
}

impl World {
    /// Starts a server with the sites of `site.toml`, and a host's site whose pages may use them.
    ///
    /// # Errors
    /// The server is not built or does not start.
    pub async fn start() -> Result<Self> {
        let host = Host::start().await?;
        let config = include_str!("../site.toml").replace("HOST", &host.origin()).replace("CLOSED", in_three_days());
        let config = config.replace("PICTURE", concat!(env!("CARGO_MANIFEST_DIR"), "/grace.png"));
        Self::with(Server::start(&config).await?, host)
    }

    /// Starts the demo. Its agent answers only in a demo `with_bot`.
    ///
    /// # Errors
    /// The server is not built or does not start.
    pub async fn demo(with_bot: bool) -> Result<Self> {
        Self::with(Server::demo(with_bot).await?, Host::start().await?)
    }

    fn with(server: Server, host: Host) -> Result<Self> {
        Ok(Self { base: server.base(), server: tokio::sync::Mutex::new(server), host, browsers: Mutex::new(Vec::new()) })
    }

    /// Starts a browser.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub async fn browser(&self, engine: Engine, label: &str) -> Result<Browser> {
        self.browser_with(engine, label, &[]).await
    }

    /// Like [`World::browser`], with more arguments for Chromium's command line.
    ///
    /// # Errors
    /// Those of [`World::browser`].
    pub async fn browser_with(&self, engine: Engine, label: &str, more: &[&str]) -> Result<Browser> {
        let browser = Browser::start_with(engine, label, more).await.with_context(|| format!("browser of {label}"))?;
        self.browsers.lock().expect("no test panics while it holds this").push(browser.clone());
        Ok(browser)
    }

    /// Starts a Chromium whose user has doubled the size of the letters in the browser's settings.
    ///
    /// # Errors
    /// It is not installed or does not start.
    pub async fn browser_in_large_print(&self, label: &str) -> Result<Browser> {
        self.browser_with(Engine::Chromium, label, &["--blink-settings=defaultFontSize=32"]).await
    }

    /// Makes the server serve every state of the widget's view, for [`crate::Gallery`].
    ///
    /// # Errors
    /// The gallery is not built.
    pub async fn add_gallery(&self) -> Result<()> {
        let mut server = self.server.lock().await;
        server.add_gallery()?;
        server.restart().await
    }

    /// A visitor of the host's site, with a page open that embeds the widgets of a site of `site.toml`.
    ///
    /// # Errors
    /// The browser does not start or does not get the page.
    pub async fn visitor(&self, engine: Engine, site: &str) -> Result<Visitor> {
        self.visitor_at(engine, &HostPage::listening(&self.snippet(site), "<p>Welcome.</p>")).await
    }

    /// Like [`World::visitor`], at a given page.
    ///
    /// # Errors
    /// The browser does not start or does not get the page.
    pub async fn visitor_at(&self, engine: Engine, page: &HostPage) -> Result<Visitor> {
        let browser = self.browser(engine, "visitor").await?;
        browser.page.open(&self.host.put("/page", page)).await?;
        Ok(Visitor::at(browser))
    }

    /// An agent, signed in and ready.
    ///
    /// # Errors
    /// The browser does not start or the desk does not let the agent in.
    pub async fn agent(&self, user: &str) -> Result<Agent> {
        let agent = self.agent_signed_in(user).await?;
        agent.be_ready().await?;
        Ok(agent)
    }

    /// An agent or supervisor, signed in.
    ///
    /// # Errors
    /// The browser does not start or the desk does not let the agent in.
    pub async fn agent_signed_in(&self, user: &str) -> Result<Agent> {
        let browser = self.browser(Engine::Chromium, user).await?;
        Agent::sign_in(browser, &self.base, user).await
    }

    /// The script tag that a host puts into its pages.
    #[must_use]
    pub fn snippet(&self, site: &str) -> String {
        format!("<script async src=\"{}/chinwag.js\" data-site=\"{site}\"></script>", self.base)
    }

    async fn take_pictures(&self, name: &str) {
        let browsers = self.browsers.lock().expect("no test panics while it holds this").clone();
        for browser in browsers {
            let page = browser.page;
            let path = crate::browser::root().join("target/e2e").join(format!("{name}-{}.png", page.label()));
            // An error here must not hide the failure itself: a closed window has no picture.
            match page.picture(&path).await {
                Ok(()) => eprintln!("picture of {}: target/e2e/{name}-{}.png", page.label(), page.label()),
                Err(error) => eprintln!("no picture of {}: {error:#}", page.label()),
            }
        }
    }
}

/// The day of the week in three days, as opening hours name it.
fn in_three_days() -> &'static str {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    // The first day of Unix time was a Thursday.
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    days[usize::try_from(passed.as_secs() / 86_400 % 7).unwrap_or(0)]
}
