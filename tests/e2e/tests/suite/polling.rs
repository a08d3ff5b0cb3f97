//! Networks that let no sockets through: the same conversation by polling, and over sockets once they are let through.

use anyhow::ensure;
use chinwag_e2e::{Agent, Engine, HostPage, Proxy, World, scenario};
use serde_json::json;

/// nginx in front of the server. `sockets`: whether it lets them through.
fn block(port: u16, world: &World, sockets: bool) -> String {
    let server = world.base.trim_start_matches("http://");
    let way = if sockets {
        "proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
    } else {
        "return 403;"
    };
    format!(
        "server {{ listen 127.0.0.1:{port}; proxy_http_version 1.1; proxy_set_header Host $http_host; \
         location / {{ proxy_pass http://{server}; }} location /ws/ {{ {way} proxy_pass http://{server}; }} }}"
    )
}

/// Counts the frames that arrive over sockets.
const COUNT: &str = "window.heardBySocket = 0; { const Real = WebSocket; window.WebSocket = class extends Real { \
     constructor(url) { super(url); this.addEventListener('message', () => { heardBySocket += 1; }); } }; }";

#[tokio::test(flavor = "multi_thread")]
async fn r37_behind_a_proxy_that_refuses_upgrades_they_talk_and_move_over_when_it_lets_them_through() {
    scenario("r37_polling", async |world| {
        let proxy = Proxy::nginx(|port| Ok(block(port, world, false))).await?;
        let base = proxy.base();
        let agent = Agent::sign_in(world.browser(Engine::Chromium, "ada").await?, &base, "ada").await?;
        agent.be_ready().await?;
        let snippet = world.snippet("plain").replace(&world.base, &base);
        let visitor = world
            .visitor_at(Engine::Chromium, &HostPage::listening(&format!("<script>{COUNT}</script>{snippet}"), "<p>Welcome.</p>"))
            .await?;
        visitor.open("Chat").await?;
        visitor.say("one").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "one")]).await?;
        agent.say("two").await?;
        visitor.reads(&[("visitor", "one"), ("agent", "two")]).await?;
        ensure!(visitor.page().js("return heardBySocket;").await? == json!(0), "no socket was let through");

        // The proxy is changed during the conversation, and the browsers report another network.
        proxy.reload(|port| Ok(block(port, world, true)))?;
        let through = "return fetch('/ws/visitor/none').then((answer) => answer.status !== 403);";
        agent.page().until("the proxy to let sockets through", through).await?;
        agent.page().js(COUNT).await?;
        for page in [visitor.page(), agent.page()] {
            page.js("dispatchEvent(new Event('online'));").await?;
        }
        let mut said = vec![("visitor", "one"), ("agent", "two")];
        let texts: Vec<(String, String)> = (0..5).map(|n| (format!("from the visitor {n}"), format!("from the agent {n}"))).collect();
        for (question, answer) in &texts {
            visitor.say(question).await?;
            said.push(("visitor", question));
            agent.reads(&said).await?;
            agent.say(answer).await?;
            said.push(("agent", answer));
            visitor.reads(&said).await?;
        }
        for page in [visitor.page(), agent.page()] {
            // The first frame over a socket only proves that the socket works.
            page.until("something over a socket", "return heardBySocket > 1;").await?;
        }
        visitor.say("over a socket").await?;
        said.push(("visitor", "over a socket"));
        agent.reads(&said).await?;
        // No message was lost, doubled or out of order; and no error was shown.
        visitor.reads(&said).await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]), "an error in the page");
        Ok(())
    })
    .await;
}
