//! The acceptance list of the first window messages, on which hosts rely, in real browsers.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, scenario};
use serde_json::Value;

const LOADED: [&str; 2] = ["Loaded", "WidgetShown"];
const STARTED: [&str; 4] = ["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted"];

/// A listener that reads members of every message without checks, like those of many pages, and fills `window.errors` when it throws.
const UNGUARDED: &str = "<script>addEventListener('message', (event) => { event.data.command; event.data.type; });</script>";

async fn start_a_chat(visitor: &Visitor) -> Result<Vec<Value>> {
    visitor.hears(&LOADED).await?;
    visitor.begin("Chat", "hi").await?;
    visitor.hears(&STARTED).await
}

async fn is_strict(visitor: &Visitor) -> Result<()> {
    let heard = visitor.heard().await?;
    ensure!(heard.iter().all(|event| event["strict"] == true), "a strict listener does not take {heard:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_s38_strict_policy_and_trusted_types_are_kept() {
    scenario("s5_s38_strict_policy", async |world| {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src {0} {1}; require-trusted-types-for 'script'; trusted-types 'none'",
            world.base,
            world.base.replace("http:", "ws:"),
        );
        let page = HostPage::listening(&world.snippet("plain"), "");
        let page = HostPage { html: page.html.replace("<script", "<script nonce=\"abc\""), ..page }.header("Content-Security-Policy", &policy);
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.hears(&LOADED).await?;
        visitor.begin("Chat", "hi").await?;
        agent.accept().await?;
        agent.say("hello").await?;
        visitor.reads(&[("visitor", "hi"), ("agent", "hello")]).await?;
        let violations = visitor.page().js("return violations;").await?;
        ensure!(violations == serde_json::json!([]), "violations: {violations}");
        // The widget has its styles all the same: they decide the position of the panel.
        visitor.page().until("the style", "return getComputedStyle(deep('[part~=panel]')).position === 'fixed';").await?;
        is_strict(&visitor).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r55_events_reach_a_sandboxed_frame() {
    scenario("r55_events_reach_a_sandboxed_frame", async |world| {
        let inner = HostPage::listening(&world.snippet("plain"), "").header("Content-Security-Policy", "sandbox allow-scripts");
        let _agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &inner).await?;
        let heard = start_a_chat(&visitor).await?;
        ensure!(visitor.page().js("return self.origin;").await? == "null", "the page's origin is opaque");
        ensure!(heard.len() == STARTED.len());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_reach_a_page_from_a_file() {
    scenario("events_reach_a_page_from_a_file", async |world| {
        let _agent = world.agent("ada").await?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("page.html");
        std::fs::write(&path, HostPage::listening(&world.snippet("plain"), "").html)?;
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::default()).await?;
        visitor.page().open(&format!("file://{}", path.display())).await?;
        start_a_chat(&visitor).await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_containers_are_told_apart() {
    scenario("three_containers_are_told_apart", async |world| {
        let _agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "three").await?;
        let heard = visitor.hears(&["Loaded", "Loaded", "Loaded", "WidgetShown", "WidgetShown", "WidgetShown"]).await?;
        let field = |name: &str, field: &str| -> Vec<String> {
            let objects = heard.iter().filter(|event| event["type"] == name).map(|event| &event["object"]);
            objects.filter_map(|object| object[field].as_str().map(str::to_owned)).collect()
        };
        for name in ["Loaded", "WidgetShown"] {
            ensure!(field(name, "elementID") == ["ctw-1", "ctw-2", "ctw-3"], "{name}: {:?}", field(name, "elementID"));
            ensure!(field(name, "widgetID") == ["sales-chat", "sales-chat", "call-now"]);
        }
        let found =
            visitor.page().js("return ['ctw-1', 'ctw-2', 'ctw-3'].map((id) => document.querySelectorAll('#' + id).length);").await?;
        ensure!(found == serde_json::json!([1, 1, 1]), "elements: {found}");
        // Two widgets of one id are two widgets: clicking one leaves the other as it is.
        visitor.begin("Sales, at the edge", "hi").await?;
        let heard = visitor
            .hears(&["Loaded", "Loaded", "Loaded", "WidgetShown", "WidgetShown", "WidgetShown", "WidgetClicked", "ChatStarted"])
            .await?;
        ensure!(heard.iter().any(|event| event["type"] == "WidgetClicked" && event["object"]["elementID"] == "ctw-2"));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r25_unguarded_listeners_never_throw() {
    scenario("r25_unguarded_listeners_never_throw", async |world| {
        let agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{UNGUARDED}{}", world.snippet("plain")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        start_a_chat(&visitor).await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "hi")]).await?;
        agent.end().await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline", "ChatFinished"]).await?;
        let errors = visitor.page().js("return errors;").await?;
        ensure!(errors == serde_json::json!([]), "errors: {errors}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r25_destroy_hides_and_is_silent_and_leaves_nothing() {
    scenario("destroy_is_silent", async |world| {
        let agent = world.agent("ada").await?;
        let before = "<script>window.globals = new Set(Object.getOwnPropertyNames(window));</script>";
        let page = HostPage::listening(&format!("{before}{}", world.snippet("plain")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        start_a_chat(&visitor).await?;
        agent.accept().await?;
        visitor.page().js("return Chinwag.destroy();").await?;
        let heard = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline", "WidgetHidden"]).await?;
        agent.say("anybody there?").await?;
        agent.page().sees("anybody there?").await?;
        let page = visitor.page();
        page.until("the element to go", "return !document.getElementById('ctw-1');").await?;
        // The last two are set by the driver.
        let ours = ["heard", "errors", "violations", "globals", "ret_nodes", "se_exportedFunctionSymbol"];
        let script = "return Object.getOwnPropertyNames(window).filter((name) => !globals.has(name) && !arguments[0].includes(name));";
        let left = page.js_with(script, vec![serde_json::json!(ours)]).await?;
        ensure!(left == serde_json::json!([]), "globals left: {left}");
        let storage = page.js("return [localStorage.length, document.adoptedStyleSheets.length];").await?;
        ensure!(storage == serde_json::json!([0, 0]), "left behind: {storage}");
        ensure!(visitor.heard().await?.len() == heard.len(), "nothing is posted after destroy");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_forged_events_change_nothing() {
    scenario("s9_forged_events_change_nothing", async |world| {
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.hears(&LOADED).await?;
        let forge = "for (const type of ['WidgetClicked', 'ChatStarted', 'WidgetHidden']) \
             window.postMessage({ name: 'CTLiveEvent', type, object: { elementID: 'ctw-1', widgetID: 'plain-chat', userID: 'x', type: 'Chat' } }, '/');";
        visitor.page().js(forge).await?;
        visitor.page().until("the forged events", "return heard.length === 5;").await?;
        ensure!(visitor.page().js("return !deepAll('[part~=panel]').some(seen) && !!button('Chat');").await? == true, "no panel opens");
        Ok(())
    })
    .await;
}
