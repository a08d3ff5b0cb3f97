//! The rule engine finds nothing in any state, light and dark; everything works from the keyboard.

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Browser, Engine, HURRY, HostPage, Page, Visitor, World, scenario};
use serde_json::json;

/// Runs every rule over the whole page, open shadow roots included.
pub(crate) async fn has_no_violation(page: &Page, state: &str) -> Result<()> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../node_modules/axe-core/axe.min.js");
    if page.js("return typeof axe;").await? == "undefined" {
        page.js(&std::fs::read_to_string(root)?).await?;
    }
    // Moving elements are checked when they have come to rest.
    page.until(
        "all to come to rest",
        "return roots(document).flatMap((r) => r.getAnimations()).every((a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity);",
    )
    .await?;
    page.js(
        "window.axed = null; axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })\
         .then((r) => { window.axed = r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.flat(9).join(' ') + ' ' + n.failureSummary).join(' | ')); }, (e) => { window.axed = [String(e)]; });",
    )
    .await?;
    let found = page.until("the rule engine", "return window.axed;").await?;
    ensure!(found == json!([]), "{state}: {found:#}");
    Ok(())
}

async fn scheme(browser: &Browser, dark: bool) -> Result<()> {
    let value = if dark { "dark" } else { "light" };
    browser.devtools("Emulation.setEmulatedMedia", &json!({"features": [{"name": "prefers-color-scheme", "value": value}]})).await?;
    Ok(())
}

/// A host page without faults of its own.
pub(crate) fn faultless_page(world: &World, site: &str) -> HostPage {
    let page = HostPage::listening(&format!("{HURRY}{}", world.snippet(site)), "<main><p>Welcome.</p></main>");
    HostPage { html: page.html.replace("<h1>A host page</h1>", "<header><h1>A host page</h1></header>"), ..page }
}

async fn states(name: &str, dark: bool) {
    scenario(name, async |world| {
        let agent = world.agent_signed_in("ada").await?;
        scheme(&agent.browser, dark).await?;
        has_no_violation(agent.page(), "desk, away").await?;
        agent.be_ready().await?;
        has_no_violation(agent.page(), "desk, ready and empty").await?;

        let browser = world.browser(Engine::Chromium, "visitor").await?;
        scheme(&browser, dark).await?;
        browser.page.open(&world.host.put("/page", &faultless_page(world, "shop"))).await?;
        let visitor = Visitor::at(browser);
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        has_no_violation(visitor.page(), "launcher").await?;
        visitor.open("Chat with us").await?;
        visitor.page().sees("Before we start").await?;
        has_no_violation(visitor.page(), "form").await?;
        visitor.page().press("Start the chat").await?;
        visitor.page().sees("Please fill in this field.").await?;
        has_no_violation(visitor.page(), "form with errors").await?;
        visitor.submit_form().await?;
        visitor.page().sees("You can already write your message.").await?;
        has_no_violation(visitor.page(), "queue").await?;
        has_no_violation(agent.page(), "desk with an offer").await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        visitor.say("Where is my order? https://shop.example/orders/1").await?;
        agent.say("On its way.").await?;
        visitor.reads(&[("visitor", "Where is my order? https://shop.example/orders/1"), ("agent", "On its way.")]).await?;
        has_no_violation(visitor.page(), "conversation").await?;
        has_no_violation(agent.page(), "desk with a conversation").await?;
        agent.end().await?;
        visitor.page().sees("How did we do?").await?;
        has_no_violation(visitor.page(), "survey").await?;
        has_no_violation(agent.page(), "desk, ended").await?;
        visitor.submit_survey(5).await?;
        visitor.page().sees("Thank you!").await?;
        has_no_violation(visitor.page(), "thanks").await?;
        agent.open_requests().await?;
        has_no_violation(agent.page(), "desk, requests").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_no_state_breaks_a_rule_in_light() {
    states("a1_light", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_no_state_breaks_a_rule_in_dark() {
    states("a1_dark", true).await;
}

/// No agent available, a wrong password, and a server that was stopped.
async fn states_of_trouble(name: &str, dark: bool) {
    scenario(name, async |world| {
        let desk = world.browser(Engine::Chromium, "ada").await?;
        scheme(&desk, dark).await?;
        desk.page.open(&format!("{}/desk/", world.base)).await?;
        desk.page.sees("Sign in to the desk").await?;
        has_no_violation(&desk.page, "desk, sign-in").await?;
        desk.page.fill("User", "ada").await?;
        desk.page.fill("Password", "not this one").await?;
        desk.page.press("Sign in").await?;
        desk.page.until("why not", "return text(deep('[data-test=sign-in-problem]'));").await?;
        has_no_violation(&desk.page, "desk, sign-in refused").await?;

        let browser = world.browser(Engine::Chromium, "visitor").await?;
        scheme(&browser, dark).await?;
        browser.page.open(&world.host.put("/page", &faultless_page(world, "shop"))).await?;
        let visitor = Visitor::at(browser);
        visitor.open("Chat with us").await?;
        visitor.page().sees("Nobody is available right now").await?;
        has_no_violation(visitor.page(), "nobody there").await?;

        let agent = Agent::sign_in(desk, &world.base, "ada").await?;
        agent.be_ready().await?;
        let again = "const again = button('Try again'); if (again) again.click(); return !!field('Your name');";
        visitor.page().until("the form, once the page knows that somebody is there", again).await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        world.server.lock().await.kill();
        visitor.page().sees("Reconnecting").await?;
        agent.page().sees("No connection.").await?;
        visitor.say("Are you still there?").await?;
        agent.say("One moment.").await?;
        visitor.page().sees("Are you still there?").await?;
        agent.page().sees("One moment.").await?;
        has_no_violation(visitor.page(), "reconnecting").await?;
        has_no_violation(agent.page(), "desk, reconnecting").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_no_trouble_breaks_a_rule_in_light() {
    states_of_trouble("a1_trouble_light", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_no_trouble_breaks_a_rule_in_dark() {
    states_of_trouble("a1_trouble_dark", true).await;
}

/// The element with the focus, across shadow roots, as `tag name`.
pub(crate) const FOCUSED: &str = "let e = document.activeElement; while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement; \
                       return e.id === 'before' || e.id === 'after' ? e.id : e.tagName + ' ' + nameOf(e);";

#[tokio::test(flavor = "multi_thread")]
async fn a14_tab_passes_through_the_panel_without_a_trap() {
    scenario("a14_no_trap", async |world| {
        let _agent = world.agent("ada").await?;
        let page = HostPage::listening(
            &world.snippet("shop"),
            "<main><a id=\"before\" href=\"#\">before</a><a id=\"after\" href=\"#\">after</a></main>",
        );
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.open("Chat with us").await?;
        visitor.page().sees("Before we start").await?;
        let mut stops = Vec::new();
        for _ in 0..40 {
            visitor.page().press_keys("\u{e004}").await?;
            stops.push(visitor.page().js(FOCUSED).await?.as_str().unwrap_or_default().to_owned());
        }
        let passes = stops.iter().filter(|stop| *stop == "before").count();
        ensure!(passes >= 2, "Tab comes back to the page: {stops:?}");
        ensure!(stops.iter().any(|stop| stop.contains("Your name")), "Tab reaches the form: {stops:?}");
        ensure!(stops.iter().any(|stop| stop.contains("Start the chat")), "Tab reaches the button: {stops:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_the_keyboard_alone_is_enough() {
    scenario("a13_keyboard", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        let page = visitor.page();
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        page.until("the launcher", "const e = button('Chat with us'); if (e) e.focus(); return !!e;").await?;
        page.press_keys("\u{e007}").await?;
        page.sees("Before we start").await?;
        page.until("the focus in the first field", &format!("return (() => {{ {FOCUSED} }})().includes('Your name');")).await?;
        page.press_keys("Vera\u{e004}vera@example.com\u{e007}").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        visitor.say("by keyboard").await?;
        agent.reads(&[("visitor", "by keyboard")]).await?;
        page.press_keys("\u{e00c}").await?;
        page.until("the panel to close", "return !deepAll('[part~=panel]').some(seen);").await?;
        let focused = page.js(FOCUSED).await?;
        ensure!(
            focused.as_str().is_some_and(|focused| focused.starts_with("BUTTON") && focused.contains("Chat")),
            "the focus is on {focused}"
        );
        Ok(())
    })
    .await;
}
