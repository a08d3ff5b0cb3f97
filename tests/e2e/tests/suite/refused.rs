//! The page is loaded, but the browser, its policy or a proxy lets no socket through.

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, Gate, HostPage, Upgrades, Visitor, World, scenario};
use serde_json::json;

/// Records the page's events of the link, the lines of its console, and each attempt to open a socket.
const NOTES: &str = "<script>window.links = []; window.said = []; window.attempts = 0; \
     { const say = console.error; console.error = (...words) => { said.push(words.map(String).join(' ')); say(...words); }; } \
     (window.Chinwag ||= { q: [] }).q.push(['on', 'link', (event) => links.push([event.status, event.code ?? ''])]);</script>";

fn tag(base: &str, site: &str) -> String {
    format!("<script async src=\"{base}/chinwag.js\" data-site=\"{site}\"></script>")
}

/// The widget shows a text, the contact link, and a way back to the form with its values.
async fn is_told_and_gets_out(visitor: &Visitor) -> Result<()> {
    let page = visitor.page();
    page.sees("The chat cannot be reached right now").await?;
    let link =
        "const e = deepAll('a').filter(seen).find((e) => text(e) === 'Write to us'); return e && e.href === 'mailto:help@example.com';";
    page.until("the contact link", link).await?;
    page.press("Cancel").await?;
    page.until("the form as it was", "return field('Your name').value === 'Vera' && field('Your e-mail').value === 'vera@example.com';")
        .await?;
    ensure!(page.js("return errors;").await? == json!([]), "nothing is thrown into the page");
    ensure!(page.js("return Chinwag.getState().status;").await? == json!("ready"), "the widget stands");
    Ok(())
}

async fn refusing(name: &str, ways: &[Upgrades]) {
    scenario(name, async |world| {
        let _agent = world.agent("ada").await?;
        let proxy = Gate::start(&world.base, Upgrades::Pass).await?;
        proxy.stop_polls(true);
        let page = HostPage::listening(&format!("{NOTES}{}", tag(&proxy.base(), "shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        for way in ways {
            proxy.set(*way);
            visitor.page().client().refresh().await?;
            visitor.open("Chat with us").await?;
            visitor.submit_form().await?;
            visitor.page().sees("This takes longer than usual.").await?;
            is_told_and_gets_out(&visitor).await?;
            let code = if *way == Upgrades::Swallow { "silent" } else { "refused" };
            let heard = visitor.page().js("return links;").await?;
            ensure!(heard.as_array().is_some_and(|heard| heard.contains(&json!(["connecting", code]))), "{way:?}: the page heard {heard}");
        }
        // The proxy lets sockets through: the same form is submitted successfully.
        proxy.set(Upgrades::Pass);
        visitor.page().press("Start the chat").await?;
        visitor.page().until("a conversation", "return heard.some((e) => e.type === 'ChatStarted');").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r39_a_proxy_that_refuses_sockets_is_told_and_there_are_ways_out() {
    refusing("r39_refusing_proxy", &[Upgrades::Refuse(400), Upgrades::Refuse(403), Upgrades::Cut]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r39_a_proxy_that_swallows_sockets_is_told_and_there_are_ways_out() {
    refusing("r39_swallowing_proxy", &[Upgrades::Swallow]).await;
}

/// A message is sent and arrives, and the visitor sees that an agent joined.
async fn talks(visitor: &Visitor, agent: &Agent) -> Result<()> {
    visitor.say("without a socket").await?;
    agent.accept().await?;
    visitor.page().sees("Ada joined the conversation").await?;
    visitor.page().sees("Sent").await
}

/// A page on which no socket can be opened: that is reported once, and the conversation works all the same.
async fn without_sockets(world: &World, agent: &Agent, engine: Engine, page: &HostPage, code: &str) -> Result<()> {
    let visitor = world.visitor_at(engine, page).await?;
    visitor.open("Chat").await?;
    talks(&visitor, agent).await?;
    let said = visitor.page().js("return said.filter((line) => line.startsWith('Chinwag:'));").await?;
    let one = said.as_array().filter(|said| said.len() == 1).and_then(|said| said[0].as_str());
    ensure!(one.is_some_and(|line| line.trim_end().ends_with(&format!("[{code}]"))), "{engine:?}: {said}, not one line with {code}");
    let heard = visitor.page().js("return links;").await?;
    ensure!(heard.as_array().is_some_and(|heard| heard.iter().any(|told| told[1] == code)), "the page heard {heard}");
    ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
    visitor.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_a_browser_that_refuses_a_socket_talks_by_polling_and_names_it_once() {
    scenario("no_socket", async |world| {
        let agent = world.agent("ada").await?;
        for way in [
            "delete window.WebSocket;",
            "window.WebSocket = undefined;",
            "window.WebSocket = class { constructor() { throw new DOMException('not here', 'NotSupportedError'); } };",
        ] {
            let page = HostPage::listening(&format!("{NOTES}<script>{way}</script>{}", world.snippet("plain")), "");
            without_sockets(world, &agent, Engine::Chromium, &page, "unsupported").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_under_a_policy_that_allows_https_but_not_wss_they_talk_by_polling_and_it_is_named_once() {
    scenario("socket_policy", async |world| {
        let agent = world.agent("ada").await?;
        let policy = format!("connect-src {}", world.base);
        let page = HostPage::listening(&format!("{NOTES}{}", world.snippet("plain")), "").header("Content-Security-Policy", &policy);
        for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
            without_sockets(world, &agent, engine, &page, "socket_blocked").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r37_whatever_answers_a_request_for_a_socket_they_talk() {
    scenario("r37_ways", async |world| {
        let agent = world.agent("ada").await?;
        let proxy = Gate::start(&world.base, Upgrades::Pass).await?;
        let page = HostPage::listening(&format!("{NOTES}{}", tag(&proxy.base(), "plain")), "");
        let refused = [200, 301, 400, 403, 407, 426, 502].map(Upgrades::Refuse);
        for way in refused.into_iter().chain([Upgrades::Cut, Upgrades::Swallow]) {
            proxy.set(way);
            let visitor = world.visitor_at(Engine::Chromium, &page).await?;
            visitor.open("Chat").await?;
            talks(&visitor, &agent).await?;
            visitor.end().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_the_widget_tries_at_once_when_the_browser_is_online_again() {
    scenario("r8_online", async |world| {
        let agent = world.agent("ada").await?;
        let count = "<script>{ const Real = WebSocket; window.frames = []; window.WebSocket = class extends Real { \
             constructor(url) { super(url); attempts += 1; } send(text) { frames.push(text); super.send(text); } }; }</script>";
        let count = count.replace("window.frames", "window.sentFrames").replace("frames.push", "sentFrames.push");
        let page = HostPage::listening(&format!("{NOTES}{count}{}", world.snippet("plain")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.open("Chat").await?;
        visitor.say("one").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "one")]).await?;
        // The browser reports that it is offline: the widget tests its connection.
        visitor.page().js("sentFrames.length = 0; dispatchEvent(new Event('offline'));").await?;
        visitor.page().until("a question", "return sentFrames.some((text) => JSON.parse(text).t === 'ping');").await?;
        world.server.lock().await.kill();
        visitor.page().sees("Reconnecting").await?;
        let at_once = "const before = attempts; dispatchEvent(new Event('online')); return attempts > before;";
        visitor.page().until("an attempt in the same moment", at_once).await?;
        world.server.lock().await.run().await?;
        visitor.page().sees_no_more("Reconnecting").await?;
        visitor.say("two").await?;
        agent.reads(&[("visitor", "one"), ("visitor", "two")]).await
    })
    .await;
}
