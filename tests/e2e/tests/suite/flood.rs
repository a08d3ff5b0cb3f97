//! A server, or an attacker in its place, that sends far too many frames at once.

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, World, scenario};
use serde_json::{Value, json};

/// Runs before the widget's script, so that a test can pass frames to its sockets and knows the last entry of the log.
const WATCH: &str = "<script>window.sockets = []; window.seq = 0; window.WebSocket = class extends WebSocket { \
     constructor(...all) { super(...all); sockets.push(this); this.addEventListener('message', ({ data }) => { \
       const frame = JSON.parse(data); const entries = frame.entry ? [frame.entry] : frame.chat ? frame.chat.entries : []; \
       for (const entry of entries) seq = Math.max(seq, entry.seq); }); } };</script>";

/// Passes so many frames to the widget in one task. Returns how often the screen was changed meanwhile.
const FLOOD: &str = "const [conv, what, count] = arguments; const from = { id: 'a_ada', party: 'agent', name: 'Ada' }; \
     const watcher = new MutationObserver(() => {}); const socket = sockets.at(-1); \
     watcher.observe(deep('[data-test=log]').getRootNode(), { subtree: true, childList: true, attributes: true, characterData: true }); \
     for (let i = 0; i < count; i += 1) { \
       const body = { t: 'message', from, text: 'line ' + i }; \
       const entry = () => ({ t: 'entry', conv, entry: { seq: ++seq, prev: seq - 1, at: Date.now(), id: 'flood-' + i, body } }); \
       const frame = what === 'typing' ? { t: 'typing', conv, who: from, on: i % 2 === 0 } : entry(); \
       socket.onmessage({ data: JSON.stringify(frame) }); \
     } \
     const written = watcher.takeRecords().length; watcher.disconnect(); return written;";

async fn talking(world: &World) -> Result<(Visitor, chinwag_e2e::Agent, Value)> {
    let agent = world.agent("ada").await?;
    let page = HostPage::listening(&format!("{WATCH}{}", world.snippet("plain")), "<p>Welcome.</p>");
    let visitor = world.visitor_at(Engine::Chromium, &page).await?;
    visitor.open("Chat").await?;
    visitor.say("hello").await?;
    agent.accept().await?;
    visitor.page().sees("Ada").await?;
    let heard = visitor.page().until("the start", "return heard.find((event) => event.type === 'ChatStarted');").await?;
    let conv = heard["object"]["chatID"].clone();
    Ok((visitor, agent, conv))
}

#[tokio::test(flavor = "multi_thread")]
async fn r23_a_flood_is_painted_once_a_frame() {
    scenario("r23_a_flood", async |world| {
        let (visitor, _agent, conv) = talking(world).await?;
        let page = visitor.page();
        let flood = async |what: &str, count: u32| -> Result<u64> {
            page.js_with(FLOOD, vec![conv.clone(), json!(what), json!(count)]).await?.as_u64().context("a number")
        };
        let typing = flood("typing", 10_000).await?;
        ensure!(typing < 200, "ten thousand typing frames wrote {typing} times");
        let messages = flood("messages", 5_000).await?;
        ensure!(messages < 1_000, "five thousand messages wrote {messages} times before a frame was shown");
        page.sees("line 4999").await?;
        let drawn = page.js("return deepAll('[data-test=message]').length;").await?;
        ensure!(drawn.as_u64().is_some_and(|drawn| drawn <= 300), "{drawn} messages are in the document");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s34_a_frame_over_the_limit_is_refused_by_the_widget_and_the_talk_goes_on() {
    scenario("s34_a_frame_over_the_limit", async |world| {
        let (visitor, agent, _) = talking(world).await?;
        let page = visitor.page();
        let script = "const before = sockets.length; \
             sockets.at(-1).onmessage({ data: JSON.stringify({ t: 'later', text: 'x'.repeat(300000) }) }); return [before, sockets.at(-1).readyState];";
        let told = page.js(script).await?;
        ensure!(told[1].as_u64().is_some_and(|state| state >= 2), "the socket is still open: {told}");
        page.until_with("another socket", "return sockets.length > arguments[0];", vec![told[0].clone()]).await?;
        agent.say("Are you still there?").await?;
        page.sees("Are you still there?").await?;
        Ok(())
    })
    .await;
}
