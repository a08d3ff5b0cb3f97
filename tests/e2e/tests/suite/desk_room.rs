//! The desk with little space or much content: large letters, huge texts, thousands of messages at once.

use crate::desk::{guests, talk};
use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Page, scenario};
use serde_json::{Value, json};

/// Controls that cannot be brought wholly into the window, or that are covered, and faults of the page.
const OUT_OF_REACH: &str = "const wrong = []; \
     if (document.scrollingElement.scrollWidth > innerWidth) wrong.push('the page is ' + document.scrollingElement.scrollWidth + ' wide'); \
     for (const e of deepAll('button, a, input, select, textarea, summary')) { \
       if (!e.checkVisibility({ visibilityProperty: true }) || e.matches('.skip')) continue; \
       e.scrollIntoView({ block: 'nearest', inline: 'nearest' }); \
       const r = e.getBoundingClientRect(); \
       const inside = r.left >= -0.5 && r.top >= -0.5 && r.right <= innerWidth + 0.5 && r.bottom <= innerHeight + 0.5; \
       const at = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2); \
       const reached = at && (e.contains(at) || at.contains(e) || [...(e.labels || [])].some((label) => label.contains(at))); \
       const offer = at && at.closest('[data-test=offer]'); \
       if (!inside || !(reached || offer)) wrong.push(nameOf(e) + ' ' + JSON.stringify([r.left, r.top, r.right, r.bottom].map(Math.round)) + (inside ? ' covered by ' + (at && at.outerHTML.slice(0, 80)) : '')); \
     } return wrong;";

async fn all_in_reach(page: &Page, state: &str) -> Result<()> {
    let wrong = page.js(OUT_OF_REACH).await?;
    ensure!(wrong == json!([]), "{state}: out of reach: {wrong:#}");
    Ok(())
}

/// Every state of the desk at this size of the window, with letters of twice the size.
async fn states_in_large_print(name: &str, width: u32, height: u32) {
    scenario(name, async |world| {
        let browser = world.browser_in_large_print("ada").await?;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
        browser.page.open(&format!("{}/desk/", world.base)).await?;
        browser.page.sees("Sign in to the desk").await?;
        let size = browser.page.js("return getComputedStyle(document.documentElement).fontSize;").await?;
        ensure!(size == "32px", "the letters are {size}");
        all_in_reach(&browser.page, "sign-in").await?;
        let agent = Agent::sign_in(browser, &world.base, "ada").await?;
        let page = agent.page();
        all_in_reach(page, "away").await?;
        agent.be_ready().await?;
        let visitor = world.visitor(chinwag_e2e::Engine::Chromium, "shop").await?;
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        page.until("the offer", "return seen(deep('[data-test=offer]'));").await?;
        all_in_reach(page, "offer").await?;
        agent.accept().await?;
        visitor.say("Hello!").await?;
        page.sees("Hello!").await?;
        all_in_reach(page, "conversation").await?;
        page.click("the facts", "return deep('[data-test=details] summary');").await?;
        all_in_reach(page, "all facts").await?;
        page.click("the facts", "return deep('[data-test=details] summary');").await?;
        agent.click("end").await?;
        all_in_reach(page, "asked before the end").await?;
        agent.click("end-confirm").await?;
        page.until("the classification", "return seen(deep('[data-test=disposition]'));").await?;
        all_in_reach(page, "classification").await?;
        agent.open_requests().await?;
        all_in_reach(page, "requests").await?;
        agent.click("help").await?;
        page.until("the help", "return seen(deep('[data-test=help-dialog]'));").await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_is_in_reach_with_large_letters_on_a_wide_window() {
    states_in_large_print("desk_large_1440", 1440, 900).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_is_in_reach_with_large_letters_on_a_small_window() {
    states_in_large_print("desk_large_1024", 1024, 768).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_is_in_reach_with_large_letters_on_a_phone() {
    states_in_large_print("desk_large_390", 390, 844).await;
}

/// Puts a mebibyte of text on the clipboard and pastes it into the element that a script returns, after its text.
async fn paste_much(page: &Page, field: &str) -> Result<()> {
    page.type_into("the field", field, "before ").await?;
    let copy = "window.copied = false; navigator.clipboard.writeText('word '.repeat(1 << 18)).then(() => { copied = true; }, (e) => { copied = String(e); });";
    page.js(copy).await?;
    let copied = page.until("the clipboard", "return copied;").await?;
    ensure!(copied == true, "the clipboard: {copied}");
    page.type_into("the field", field, "\u{e009}v").await
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_a_mebibyte_that_is_pasted_is_kept_out_at_the_limit_and_told() {
    scenario("f4_paste", async |world| {
        let (agent, visitor) = talk(world).await?;
        let kept = |field: &str| {
            format!("const e = (() => {{ {field} }})(); return [...e.value].length === 8000 && e.value.startsWith('before word word');")
        };
        let composer = "return deep('[data-test=composer]');";
        paste_much(agent.page(), composer).await?;
        agent.page().until("the text up to the limit", &kept(composer)).await?;
        agent.page().sees("What did not fit was left out.").await?;
        let field = "return field('Write a message');";
        paste_much(visitor.page(), field).await?;
        visitor.page().until("the text up to the limit", &kept(field)).await?;
        visitor.page().sees("The rest was left out.").await?;
        // An emoji is two of the units in which browsers count, and one of the characters in which the limit is.
        let fill = format!(
            "{} e.value = ''; e.focus(); document.execCommand('insertText', false, '🙂'.repeat(9000)); return [...e.value].length;",
            "const e = deep('[data-test=composer]');"
        );
        ensure!(agent.page().js(&fill).await? == 8000, "8,000 emoji fit");
        agent.page().press_keys("\u{e007}").await?;
        visitor
            .page()
            .until("the message", "return deepAll('[data-test=message]').some((e) => text(e).includes('🙂🙂🙂'));")
            .await
            .map(|_| ())
    })
    .await;
}

/// Messages at once.
const MANY: u64 = 5_000;

/// A visitor who sends many messages, as fast as the server accepts them.
const BURST: &str = "const [count] = arguments; const socket = guests[0]; let next = 0; let conv; \
     const put = () => { if (next < count) socket.send(JSON.stringify({ t: 'put', conv, id: 'burst_' + next, item: { t: 'message', text: 'line ' + next++ } })); }; \
     const before = socket.onmessage; \
     socket.onmessage = (event) => { const frame = JSON.parse(event.data); if (frame.t === 'ack') put(); else before(event); }; \
     conv = window.guestConv; for (let i = 0; i < 200; i += 1) put();";

/// Counts how often the transcript changes, and how many frames the screen shows meanwhile.
const COUNT_DRAWINGS: &str = "window.drawn = 0; window.frames_shown = 0; \
     new MutationObserver(() => { drawn += 1; }).observe(deep('[data-test=transcript] ol'), { childList: true }); \
     const frame = () => { frames_shown += 1; requestAnimationFrame(frame); }; requestAnimationFrame(frame);";

#[tokio::test(flavor = "multi_thread")]
async fn f4_thousands_of_messages_at_once_are_drawn_by_frames() {
    scenario("f4_burst", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(chinwag_e2e::Engine::Chromium, "plain").await?;
        guests(visitor.page(), world, &["Hello!"]).await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "Hello!")]).await?;
        let conv = agent.page().js("return deep('[data-test=conversation]').dataset.conv;").await?;
        agent.page().js(COUNT_DRAWINGS).await?;
        visitor.page().js_with("window.guestConv = arguments[0];", vec![conv]).await?;
        visitor.page().js_with(BURST, vec![json!(MANY)]).await?;
        let last = format!("return [...deepAll('[data-test=message-text]')].at(-1).textContent === 'line {}';", MANY - 1);
        agent.page().until("the last one", &last).await?;
        let counts = agent.page().js("return [drawn, frames_shown, deepAll('[data-test=message]').length];").await?;
        let [drawn, frames, messages] = [0, 1, 2].map(|index| counts.get(index).and_then(Value::as_u64).unwrap_or_default());
        ensure!(messages == MANY + 1, "{messages} messages are there");
        ensure!(drawn <= 2 * frames + 20, "drawn {drawn} times in {frames} frames");
        agent.say("I have read it.").await?;
        agent.page().sees("I have read it.").await
    })
    .await;
}
