//! A very long conversation.

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Agent, Engine, Page, Visitor, scenario};
use serde_json::{Value, json};

/// Messages in the conversation.
const MESSAGES: u64 = 10_000;
/// The most messages in the document at the same time.
const MOST: u64 = 300;

/// Sends all messages over a socket of the agent, much faster than a person types, a hundred at a time without acknowledgement.
/// `window.said` counts the entries that the server has stored.
const BURST: &str = "const [base, user, password, conv, count] = arguments; window.said = 0; window.wrong = null; \
     fetch(base + '/v1/agent/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user, password }) }) \
     .then((answer) => answer.json()).then(({ token }) => { \
       const socket = new WebSocket(base.replace('http', 'ws') + '/ws/agent'); let next = 0; \
       const send = (frame) => socket.send(JSON.stringify(frame)); \
       const put = () => { if (next < count) send({ t: 'put', conv, id: 'burst_' + next, item: { t: 'message', text: 'line ' + next++ } }); }; \
       socket.onopen = () => send({ t: 'auth', version: 1, token }); \
       socket.onclose = ({ code }) => { if (said < count) wrong = 'closed with ' + code; }; \
       socket.onmessage = ({ data }) => { const frame = JSON.parse(data); \
         if (frame.t === 'welcome') for (let i = 0; i < 100; i += 1) put(); \
         if (frame.t === 'ack') { said += 1; put(); if (said === count) socket.close(); } \
         if (frame.t === 'ping') send({ t: 'pong' }); \
         if (frame.t === 'refused' || frame.t === 'error') wrong = data; }; \
     }).catch((error) => { wrong = String(error); });";

/// Scrolls up to the very first message. `window.walk` has the results: the number of messages, the most that were in
/// the document at a time, and every place where two neighbours do not follow each other.
const WALK: &str = "window.walk = null; (async () => { \
     const log = deep('[data-test=log]'); const met = new Set(); const wrong = []; let most = 0; \
     const numbers = () => deepAll('[data-test=message]', log).map((e) => /^line (\\d+)$/.exec(text(e.querySelector('[part~=bubble]')))) \
       .filter(Boolean).map((found) => Number(found[1])); \
     let least = window.least = Infinity; \
     while (least > 0) { \
       const seen = numbers(); most = Math.max(most, seen.length); \
       seen.forEach((number, at) => { if (at && number !== seen[at - 1] + 1) wrong.push([seen[at - 1], number]); met.add(number); }); \
       least = window.least = seen[0]; log.scrollTop -= log.clientHeight * 1.5; \
       await new Promise(requestAnimationFrame); \
     } \
     window.walk = { met: met.size, most, wrong, least }; })();";

async fn said_in_a_burst(agent: &Agent, visitor: &Visitor, base: &str) -> Result<()> {
    let started = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline"]).await?;
    let conv = started.last().map(|event| event["object"]["chatID"].clone()).context("no conversation")?;
    // A desk that shows the whole conversation meanwhile would slow down the machine, and with it the widget under test.
    agent.page().open(&format!("{base}/health")).await?;
    let arguments = vec![json!(base), json!("ada"), json!(chinwag_e2e::PASSWORD), conv, json!(MESSAGES)];
    agent.page().js_with(BURST, arguments).await?;
    let script = format!("return wrong || said === {MESSAGES};");
    let outcome = agent.page().until_through("everything to be said", &script, "return said;").await?;
    ensure!(outcome == true, "the burst: {outcome}");
    Ok(())
}

async fn shows_few(page: &Page) -> Result<()> {
    let count = page.js("return deepAll('[data-test=message]').length;").await?;
    ensure!(count.as_u64().is_some_and(|count| count <= MOST), "{count} messages are in the document");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_ten_thousand_messages_stay_light_and_whole() {
    scenario("r22_ten_thousand_messages", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "hi").await?;
        agent.accept().await?;
        said_in_a_burst(&agent, &visitor, &world.base).await?;
        // The visitor's page was open all the time, and still works.
        let last = format!("line {}", MESSAGES - 1);
        let newest = "return talk().at(-1)?.[1]";
        visitor.page().until_through(&last, &format!("{newest} === '{last}';"), newest).await?;
        shows_few(visitor.page()).await?;
        visitor.say("still here").await?;
        agent.page().open(&format!("{}/desk/", world.base)).await?;
        agent.page().sees("still here").await?;
        shows_few(agent.page()).await?;
        // After a reload: the last page of messages at once, the others while scrolling back, none missing and none twice.
        visitor.page().client().refresh().await?;
        visitor.page().sees(&last).await?;
        visitor.page().js(WALK).await?;
        let walk = visitor.page().until_through("the first message", "return window.walk;", "return window.least;").await?;
        ensure!(walk["least"] == 0 && walk["met"] == MESSAGES, "met {walk}");
        ensure!(walk["wrong"] == Value::Array(Vec::new()), "out of order: {}", walk["wrong"]);
        ensure!(walk["most"].as_u64().is_some_and(|most| most <= MOST), "{} messages were in the document", walk["most"]);
        Ok(())
    })
    .await;
}
