//! Several tabs of one site in one browser, and browsers that store nothing.

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, World, scenario};
use fantoccini::wd::WindowHandle;
use serde_json::json;

/// Opens an address in a tab of its own, like a link with `noopener`. Returns both windows; the new one is in front.
async fn second_tab(visitor: &Visitor, url: &str) -> Result<(WindowHandle, WindowHandle)> {
    let client = visitor.page().client();
    let first = client.window().await?;
    let second = client.new_window(true).await?.handle;
    client.switch_to_window(second.clone()).await?;
    visitor.page().open(url).await?;
    Ok((first, second))
}

async fn go(visitor: &Visitor, window: &WindowHandle) -> Result<()> {
    Ok(visitor.page().client().switch_to_window(window.clone()).await?)
}

/// A visitor in a conversation with Ada on a page of the site, and that page's address.
async fn talking(world: &World, engine: Engine, page: &HostPage) -> Result<(Visitor, chinwag_e2e::Agent, String)> {
    let agent = world.agent("ada").await?;
    let url = world.host.put("/page", page);
    let visitor = world.visitor_at(engine, page).await?;
    visitor.open("Chat").await?;
    visitor.say("hello").await?;
    agent.accept().await?;
    agent.reads(&[("visitor", "hello")]).await?;
    Ok((visitor, agent, url))
}

const UNREAD: &str = "return Chinwag.getState().widgets[0]?.unread === arguments[0];";

async fn unread(visitor: &Visitor, count: u32) -> Result<()> {
    visitor.page().until_with(&format!("{count} unread"), UNREAD, vec![json!(count)]).await.map(|_| ())
}

async fn a_new_tab_goes_on(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let page = HostPage::listening(&world.snippet("plain"), "<p>Welcome.</p>");
        let (visitor, agent, url) = talking(world, engine, &page).await?;
        let (first, second) = second_tab(&visitor, &url).await?;
        // The same conversation, without the offer of a second one; nothing is stored on the device for all tabs.
        visitor.reads(&[("visitor", "hello")]).await?;
        ensure!(visitor.page().js("return localStorage.length;").await? == json!(0));
        visitor.say("from the second tab").await?;
        agent.say("I see both").await?;
        let talk = [("visitor", "hello"), ("visitor", "from the second tab"), ("agent", "I see both")];
        agent.reads(&talk).await?;
        visitor.reads(&talk).await?;
        go(&visitor, &first).await?;
        visitor.reads(&talk).await?;
        // Both are minimised; the visitor reads in one, and the messages are read in both.
        visitor.page().press("Minimise").await?;
        go(&visitor, &second).await?;
        visitor.page().press("Minimise").await?;
        agent.say("one").await?;
        agent.say("two").await?;
        unread(&visitor, 2).await?;
        go(&visitor, &first).await?;
        unread(&visitor, 2).await?;
        visitor.page().press("Chat").await?;
        unread(&visitor, 0).await?;
        go(&visitor, &second).await?;
        unread(&visitor, 0).await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_a_new_tab_goes_on_with_the_conversation_in_chromium() {
    a_new_tab_goes_on("r19_tabs_in_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_a_new_tab_goes_on_with_the_conversation_in_firefox() {
    a_new_tab_goes_on("r19_tabs_in_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_two_remembered_tabs_know_alike_what_was_read() {
    scenario("r19_remembered_tabs", async |world| {
        let tag = world.snippet("plain").replace("data-site", "data-consent=\"granted\" data-site");
        let (visitor, agent, url) = talking(world, Engine::Chromium, &HostPage::listening(&tag, "")).await?;
        let (first, second) = second_tab(&visitor, &url).await?;
        visitor.reads(&[("visitor", "hello")]).await?;
        for window in [&first, &second] {
            go(&visitor, window).await?;
            visitor.page().press("Minimise").await?;
        }
        agent.say("one").await?;
        agent.say("two").await?;
        for window in [&first, &second] {
            go(&visitor, window).await?;
            unread(&visitor, 2).await?;
        }
        visitor.page().press("Chat").await?;
        go(&visitor, &first).await?;
        unread(&visitor, 0).await?;
        // Also after the page was loaded anew.
        visitor.page().client().refresh().await?;
        visitor.page().until("the conversation", "return Chinwag.getState?.().widgets[0]?.stage === 'online';").await?;
        unread(&visitor, 0).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r58_a_message_that_was_not_sent_outlives_its_tab() {
    scenario("r58_outlives", async |world| {
        let page = HostPage::listening(&world.snippet("plain"), "");
        let (visitor, agent, url) = talking(world, Engine::Chromium, &page).await?;
        let (first, second) = second_tab(&visitor, &url).await?;
        visitor.reads(&[("visitor", "hello")]).await?;
        world.server.lock().await.kill();
        visitor.page().sees("Reconnecting").await?;
        visitor.say("written in a tab that is closed").await?;
        visitor.page().client().close_window().await?;
        go(&visitor, &first).await?;
        ensure!(second != first);
        world.server.lock().await.run().await?;
        agent.reads(&[("visitor", "hello"), ("visitor", "written in a tab that is closed")]).await?;
        visitor.reads(&[("visitor", "hello"), ("visitor", "written in a tab that is closed")]).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_the_site_stay_in_the_tab_and_others_do_not() {
    scenario("own_links", async |world| {
        let page = HostPage::listening(&world.snippet("plain"), "<p>Welcome.</p>");
        let tea = world.host.put("/tea", &HostPage::listening(&world.snippet("plain"), "<h2>Tea</h2>"));
        let (visitor, agent, _) = talking(world, Engine::Chromium, &page).await?;
        agent.say(&format!("here: {tea} and https://elsewhere.example/tea")).await?;
        let target = "const e = deepAll('a').filter(seen).find((e) => e.href.includes(arguments[0])); return e && [e.target, e.rel];";
        let own = visitor.page().until_with("the own link", target, vec![json!("/tea")]).await?;
        ensure!(own == json!(["", "noopener noreferrer"]), "{own}");
        let other = visitor.page().until_with("the other link", target, vec![json!("elsewhere")]).await?;
        ensure!(other == json!(["_blank", "noopener noreferrer"]), "{other}");
        visitor.page().click("the link", "return deepAll('a').filter(seen).find((e) => e.pathname === '/tea');").await?;
        visitor.page().sees("Tea").await?;
        ensure!(visitor.page().client().windows().await?.len() == 1, "no other tab");
        visitor.page().until("the conversation", "return talk().length === 2;").await?;
        visitor.say("I am there").await?;
        agent.page().until("the answer", "return talk().some(([, words]) => words === 'I am there');").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r47_a_browser_that_keeps_nothing_says_so_once_and_chats() {
    scenario("r47_blocked_storage", async |world| {
        let agent = world.agent("ada").await?;
        let throws = "get() { throw new DOMException('no', 'SecurityError'); }";
        let full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";
        for way in [
            format!("for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {{ {throws} }});"),
            "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { value: null });".to_owned(),
            full.to_owned(),
            "Storage.prototype.setItem = () => {};".to_owned(),
        ] {
            let page = HostPage::listening(&format!("<script>{way}</script>{}", world.snippet("plain")), "");
            let url = world.host.put("/page", &page);
            let visitor = world.visitor_at(Engine::Chromium, &page).await?;
            visitor.open("Chat").await?;
            visitor.say("one").await?;
            visitor.page().sees("This browser keeps nothing here").await?;
            agent.accept().await?;
            agent.say("two").await?;
            visitor.reads(&[("visitor", "one"), ("agent", "two")]).await?;
            let told = "return deepAll('#unkept, [data-test=unkept]').filter(seen).length;";
            ensure!(visitor.page().js(told).await? == json!(1), "told once");
            // A link to the site opens beside it: this tab must not lose the conversation. The other tab gets it from this one.
            agent.say(&url).await?;
            let target = "const e = deepAll('a').filter(seen).find((e) => e.pathname === '/page'); return e && e.target;";
            let target = visitor.page().until("the link", target).await?;
            ensure!(target == json!("_blank"), "{way}: {target}");
            second_tab(&visitor, &url).await.context("a second tab")?;
            visitor.reads(&[("visitor", "one"), ("agent", "two"), ("agent", &url)]).await?;
            visitor.end().await?;
            ensure!(visitor.page().js("return errors;").await? == json!([]));
        }
        Ok(())
    })
    .await;
}

/// Changes frames from the server into frames that our server never sends.
fn spoiling(change: &str) -> String {
    format!(
        "<script>{{ const Real = WebSocket; const own = Object.getOwnPropertyDescriptor(Real.prototype, 'onmessage'); \
         window.WebSocket = class extends Real {{ \
         set onmessage(call) {{ own.set.call(this, call && (({{ data }}) => call({{ data: spoil(data) }}))); }} get onmessage() {{ return own.get.call(this); }} }}; \
         window.spoil = (text) => {{ {change} }}; }}</script>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn r62_an_impossible_time_stops_nothing() {
    scenario("r62_impossible_time", async |world| {
        let agent = world.agent("ada").await?;
        for time in ["9000000000000000", "-9000000000000000", "9223372036854775807"] {
            let change = format!("return text.replace(/\"(at|now|opened|since)\":\\d+/g, '\"$1\":{time}');");
            let page = HostPage::listening(&format!("{}{}", spoiling(&change), world.snippet("plain")), "");
            let visitor = world.visitor_at(Engine::Chromium, &page).await?;
            visitor.open("Chat").await?;
            visitor.say("one").await?;
            agent.accept().await?;
            agent.say("two").await?;
            visitor.reads(&[("visitor", "one"), ("agent", "two")]).await?;
            visitor.page().client().refresh().await?;
            visitor.reads(&[("visitor", "one"), ("agent", "two")]).await?;
            ensure!(visitor.page().js("return errors;").await? == json!([]));
            // One conversation at a time, so that it is clear which one gets the answer.
            visitor.end().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r62_a_message_that_cannot_be_drawn_is_said_to_be_there() {
    scenario("r62_undrawable", async |world| {
        // A browser that throws at certain words.
        let fails = "<script>{ const real = Element.prototype.append; Element.prototype.append = function (...parts) { \
             if (parts.some((part) => typeof part === 'string' && part.includes('boom'))) throw new RangeError('boom'); return real.apply(this, parts); }; }</script>";
        let page = HostPage::listening(&format!("{fails}{}", world.snippet("plain")), "");
        let (visitor, agent, _) = talking(world, Engine::Chromium, &page).await?;
        agent.say("boom").await?;
        agent.say("and on").await?;
        visitor.page().sees("This message cannot be shown.").await?;
        visitor.reads(&[("visitor", "hello"), ("agent", "and on")]).await?;
        visitor.page().client().refresh().await?;
        visitor.page().sees("This message cannot be shown.").await?;
        visitor.say("still here").await?;
        visitor.reads(&[("visitor", "hello"), ("agent", "and on"), ("visitor", "still here")]).await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]));
        Ok(())
    })
    .await;
}
