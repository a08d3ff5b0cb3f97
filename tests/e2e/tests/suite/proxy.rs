//! Behind a proxy: the configurations of docs/operating.md, unchanged, in the real programs.

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Agent, Engine, HostPage, Proxy, World, scenario};
use serde_json::json;

const DOCS: &str = include_str!("../../../../docs/operating.md");

/// The block of the documentation in this language.
fn block(language: &str) -> Result<&'static str> {
    let (_, rest) = DOCS.split_once(&format!("```{language}\n")).with_context(|| format!("no block of {language}"))?;
    Ok(rest.split("```").next().unwrap_or(rest))
}

/// Replaces the settings that differ between a test and a machine on the network: ports, and certificates, which 127.0.0.1 cannot get.
fn here(text: &str, changes: &[(&str, &str)]) -> Result<String> {
    let mut text = text.to_owned();
    for (from, to) in changes {
        ensure!(text.contains(from), "the block does not say {from}");
        text = text.replace(from, to);
    }
    Ok(text)
}

/// An agent signs in through the proxy, a visitor comes through it, and they talk.
async fn works_through(world: &World, proxy: &Proxy) -> Result<()> {
    let base = proxy.base();
    let agent = Agent::sign_in(world.browser(Engine::Chromium, "ada").await?, &base, "ada").await?;
    agent.be_ready().await?;
    let snippet = world.snippet("plain").replace(&world.base, &base);
    let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&snippet, "<p>Welcome.</p>")).await?;
    visitor.open("Chat").await?;
    let box_is_there = visitor.page().until("the box", "return field('Write a message');").await;
    ensure!(box_is_there.is_ok(), "no chat through the proxy: {box_is_there:?}");
    visitor.say("through the proxy").await?;
    agent.accept().await?;
    agent.reads(&[("visitor", "through the proxy")]).await?;
    agent.say("and back").await?;
    visitor.reads(&[("visitor", "through the proxy"), ("agent", "and back")]).await?;
    ensure!(visitor.page().js("return errors;").await? == json!([]), "an error in the page");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_for_nginx_lets_sign_in_and_sockets_through() {
    scenario("proxy_nginx", async |world| {
        let proxy = Proxy::nginx(|port| {
            let listen = format!("listen 127.0.0.1:{port};");
            let server = world.base.trim_start_matches("http://");
            let changes = [
                ("    listen 443 ssl http2;", listen.as_str()),
                ("    listen [::]:443 ssl http2;\n", ""),
                ("    ssl_certificate     /etc/letsencrypt/live/chat.example/fullchain.pem;\n", ""),
                ("    ssl_certificate_key /etc/letsencrypt/live/chat.example/privkey.pem;\n", ""),
                ("127.0.0.1:8080", server),
            ];
            here(block("nginx")?, &changes)
        })
        .await?;
        works_through(world, &proxy).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_for_caddy_lets_sign_in_and_sockets_through() {
    scenario("proxy_caddy", async |world| {
        let proxy = Proxy::caddy(|port| {
            let site = format!("http://127.0.0.1:{port} {{");
            let server = world.base.trim_start_matches("http://");
            here(block("caddy")?, &[("chat.example {", &site), ("127.0.0.1:8080", server)])
        })
        .await?;
        works_through(world, &proxy).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_changes_the_host_is_told_at_the_desk_and_in_the_log() {
    scenario("proxy_host", async |world| {
        let proxy = Proxy::nginx(|port| {
            let server = world.base.trim_start_matches("http://");
            Ok(format!("server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{server}; }} }}"))
        })
        .await?;
        let browser = world.browser(Engine::Chromium, "ada").await?;
        let page = &browser.page;
        page.open(&format!("{}/desk/", proxy.base())).await?;
        page.fill("User", "ada").await?;
        page.fill("Password", chinwag_e2e::PASSWORD).await?;
        page.press("Sign in").await?;
        page.sees("Host header").await?;
        let log = world.server.lock().await.log();
        ensure!(log.lines().any(|line| line.contains(&proxy.base()) && line.contains("\"host\"")), "the log does not name both: {log}");
        Ok(())
    })
    .await;
}
