//! Typed text survives its page: storage is written seldom, and nothing is lost.

use crate::embedding::TRAPS;
use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Page, scenario};

/// Counts the page's writes.
const COUNTING: &str = "<script>{ const real = Storage.prototype.setItem; window.written = 0; \
     Storage.prototype.setItem = function (...given) { window.written += 1; return real.apply(this, given); }; }</script>";

/// The text in the composer.
async fn stands(page: &Page, text: &str) -> Result<()> {
    let script = "return deep('[data-test=composer]')?.value === arguments[0];";
    page.until_with(&format!("{text:?} in the composer"), script, vec![text.into()]).await.map(|_| ())
}

/// Typing writes storage every two seconds at most, and a page that is left meanwhile stores all of the text.
async fn typing(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{COUNTING}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(engine, &page).await?;
        let page = visitor.page();
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        page.js("window.before = window.written; window.since = performance.now();").await?;
        let text = "a sentence of some length that nobody has sent yet";
        page.type_into("the box", "return field('Write a message');", text).await?;
        let few = "const most = (performance.now() - window.since) / 2000 + 1; return window.written - window.before <= most;";
        ensure!(page.js(few).await? == true, "{} times", page.js("return window.written - window.before;").await?);
        // In the same task as the last letter.
        page.js(&format!("{LETTER} location.reload();")).await?;
        page.until("another page", "return window.before === undefined;").await?;
        stands(page, &format!("{text}!")).await
    })
    .await;
}

/// Types one more letter.
const LETTER: &str = "{ const e = deep('[data-test=composer]'); e.value += '!'; e.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true })); }";

#[tokio::test(flavor = "multi_thread")]
async fn r6_typing_writes_seldom_and_survives_in_chromium() {
    typing("r6_typing_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_typing_writes_seldom_and_survives_in_firefox() {
    typing("r6_typing_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_typing_writes_seldom_and_survives_in_webkit() {
    typing("r6_typing_webkit", Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_what_was_typed_last_survives_a_trap() {
    scenario("r17_typed", async |world| {
        let agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{TRAPS}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let page = visitor.page();
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        page.type_into("the box", "return field('Write a message');", "half a sentence").await?;
        page.js(&format!("window.old = document.getElementById('ctw-1'); {LETTER} window.trap = 1; Chinwag.hide();")).await?;
        page.until("another core", "return !window.old.isConnected && !!deep('[data-test=composer]');").await?;
        stands(page, "half a sentence!").await?;
        visitor.say("").await?;
        agent.reads(&[("visitor", "half a sentence!")]).await
    })
    .await;
}
