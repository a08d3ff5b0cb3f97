//! Difficult pages: hostile scripts, elements that are removed, a core that traps, tags in every form; and our pages of
//! examples.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, World, scenario};
use serde_json::json;

const READY: &str = "return window.Chinwag && Chinwag.getState && Chinwag.getState().status === 'ready';";

#[tokio::test(flavor = "multi_thread")]
async fn r50_twice_as_a_module_and_by_hand_is_one_widget() {
    scenario("r50_twice", async |world| {
        let tag = world.snippet("shop");
        let module = tag.replace("async", "type=\"module\"");
        let by_hand = "<script>setTimeout(() => { const s = document.createElement('script'); \
             s.src = document.querySelector('script[data-site]').src; s.dataset.site = 'shop'; document.head.append(s); window.added = s; });</script>";
        let page = HostPage::listening(&format!("{tag}{tag}"), &format!("{module}{by_hand}"));
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the widget", READY).await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        let count = visitor.page().js("return document.querySelectorAll('#ctw-1').length;").await?;
        ensure!(count == json!(1), "{count} elements");
        nothing_is_thrown(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r53_a_hostile_page_does_not_reach_the_widget() {
    scenario("r53_hostile", async |world| {
        let before = "<script>\
             window.said = []; console.error = (...words) => { said.push(words.map(String).join(' ')); }; \
             Array.prototype.toJSON = () => 'bad'; Array.prototype.extra = 1; Object.prototype.junk = 1; \
             window.define = () => { throw new Error('anonymous define'); }; define.amd = {}; \
             for (const key of ['name', 'type', 'object']) Object.defineProperty(Object.prototype, key, { configurable: true, get() {}, set() { window.reached = key; } });\
             </script>";
        // Removed for the widget only: the browser's driver calls the same functions while it waits.
        let after = "<script>{ const { apply, construct } = Reflect; \
             const taken = (name) => { if (new Error().stack.includes('/chinwag.js')) { window.reached = name; throw new Error(name + ' is replaced'); } }; \
             const trap = (name, whole) => new Proxy(whole, { apply(whole, self, given) { taken(name); return apply(whole, self, given); }, \
             construct(whole, given) { taken(name); return construct(whole, given); } }); \
             const wait = setInterval(() => { if (!window.Chinwag || !Chinwag.version) return; clearInterval(wait); \
             for (const name of ['fetch', 'setTimeout', 'Promise', 'WebSocket', 'postMessage']) window[name] = trap(name, window[name]); \
             JSON.parse = trap('parse', JSON.parse); JSON.stringify = trap('stringify', JSON.stringify); Reflect.set = trap('set', Reflect.set); \
             window.replaced = true; }, 0); \
             window.addEventListener('message', () => { if (heard.length < 2) return; window.spoke = window.replaced; \
             delete Array.prototype.toJSON; for (const key of ['name', 'type', 'object']) delete Object.prototype[key]; }); }</script>";
        let page = HostPage::listening(&format!("{before}{after}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("two messages", "return window.spoke === true;").await?;
        let told = visitor.page().js("return heard.map((message) => message.type).concat(window.reached || 'none');").await?;
        ensure!(told == json!(["Loaded", "WidgetShown", "none"]), "{told}");
        let said = visitor.page().js("return window.said;").await?;
        ensure!(said == json!([]), "the core never stumbles: {said}");
        nothing_is_thrown(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s16_r54_a_form_of_our_name_is_not_configuration() {
    scenario("s16_clobbered", async |world| {
        let body = format!(
            "<form id=\"Chinwag\" name=\"Chinwag\"><input name=\"site\" value=\"evil\"><input name=\"q\"></form><img name=\"currentScript\" alt=\"\">{}",
            world.snippet("shop")
        );
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", &body)).await?;
        visitor.page().until("the widget", READY).await?;
        nothing_is_thrown(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r51_what_the_page_takes_away_comes_back_three_times_a_minute() {
    scenario("r51_taken_away", async |world| {
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        let page = visitor.page();
        page.until("the widget", READY).await?;
        for _ in 0..3 {
            page.js("document.getElementById('ctw-1').remove();").await?;
            page.until("it is back", "return !!document.getElementById('ctw-1');").await?;
        }
        page.js("document.getElementById('ctw-1').remove();").await?;
        page.until("it stays away", "return Chinwag.getState().status === 'failed' && !document.getElementById('ctw-1');").await?;
        nothing_is_thrown(&visitor).await
    })
    .await;
}

/// Lets the next call into the core trap when the page sets `trap`.
pub(crate) const TRAPS: &str = "<script>{ const Native = WebAssembly.Instance; WebAssembly.Instance = function (module, imports) { \
     const inner = new Native(module, imports).exports; const exports = {}; \
     for (const name of Reflect.ownKeys(inner)) exports[name] = typeof inner[name] !== 'function' ? inner[name] : (...given) => { \
     if (window.trap) { window.trap -= 1; throw new WebAssembly.RuntimeError('unreachable'); } return inner[name](...given); }; \
     return { exports }; }; }</script>";

#[tokio::test(flavor = "multi_thread")]
async fn r17_after_a_trap_the_core_starts_again_once() {
    scenario("r17_trap", async |world| {
        let page = HostPage::listening(&format!("{TRAPS}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let page = visitor.page();
        page.until("the widget", READY).await?;
        page.js("window.trap = 1; Chinwag.hide();").await?;
        page.until(
            "it is there again",
            "const s = Chinwag.getState(); return s.status === 'ready' && s.widgets.length && document.getElementById('ctw-1');",
        )
        .await?;
        // The page gets each event once.
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        page.js("window.trap = 1; Chinwag.hide();").await?;
        page.until(
            "the fallback",
            "return deepAll('a').some((e) => text(e).includes('Write to us')) && !document.getElementById('ctw-1');",
        )
        .await?;
        nothing_is_thrown(&visitor).await
    })
    .await;
}

/// Opening shows a hidden widget, so it is on the screen for the next core too.
#[tokio::test(flavor = "multi_thread")]
async fn r17_a_widget_that_was_hidden_and_opened_is_there_after_a_trap() {
    scenario("r17_hidden_and_opened", async |world| {
        let _agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{TRAPS}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let page = visitor.page();
        page.until("the widget", READY).await?;
        page.js("Chinwag.hide(); Chinwag.open('ctw-1'); window.old = document.getElementById('ctw-1');").await?;
        page.sees("Before we start").await?;
        page.js("window.trap = 1; Chinwag.setConsent(false);").await?;
        page.until("another core", "const now = document.getElementById('ctw-1'); return now && now !== old;").await?;
        page.until("it is shown", "return Chinwag.getState().widgets[0].shown && deepAll('button').some(seen);").await?;
        page.js("Chinwag.open('ctw-1');").await?;
        page.sees("Before we start").await?;
        nothing_is_thrown(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r49_a_page_that_blocks_wasm_gets_the_contact_link() {
    scenario("r49_blocked", async |world| {
        let page = HostPage::listening(&world.snippet("shop"), "").header("Content-Security-Policy", "script-src 'unsafe-inline' http:");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the fallback", "return deepAll('a').some((e) => text(e).includes('Write to us'));").await?;
        nothing_is_thrown(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_and_the_examples_open() {
    let world = World::demo(false).await.expect("the demo's server");
    let browser = world.browser(Engine::Chromium, "integrator").await.expect("a browser");
    for (path, widgets) in [
        ("/shop.html", 1),
        ("/delivery.html", 1),
        ("/contact.html", 3),
        ("/events.html", 1),
        ("/examples/script-tag/", 1),
        ("/examples/tag-manager/", 1),
    ] {
        browser.page.open(&format!("{}{path}", world.base)).await.expect(path);
        let ready = format!("{} && Chinwag.getState().widgets.length === {widgets};", READY.trim_end_matches(';'));
        browser.page.until(&format!("{widgets} widgets at {path}"), &ready).await.expect(path);
    }
    let layer = "return (window.dataLayer || []).map((entry) => entry.event).join() === 'chat_Loaded,chat_WidgetShown';";
    browser.page.until("messages in the data layer", layer).await.expect("the data layer");
}

async fn nothing_is_thrown(visitor: &chinwag_e2e::Visitor) -> Result<()> {
    let errors = visitor.page().js("return errors;").await?;
    ensure!(errors == json!([]), "thrown into the page: {errors}");
    Ok(())
}
