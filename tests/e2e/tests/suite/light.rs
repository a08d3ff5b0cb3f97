//! Widgets in the page's own document, where the page's style sheets reach them too.

use crate::accessibility::{FOCUSED, has_no_violation};
use crate::embedding::TRAPS;
use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Page, World, faults, scenario};
use serde_json::json;

/// Style sheets of pages that name every element.
const RESETS: [(&str, &str); 2] = [
    ("everything", "* { all: initial }"),
    (
        "boxes",
        "*, *::before, *::after { margin: 0; padding: 0; border: 0 solid; box-sizing: content-box; font: inherit; vertical-align: baseline }",
    ),
];

/// A page without faults of its own, with widgets in its document.
fn page(world: &World, site: &str, css: &str, body: &str) -> HostPage {
    let snippet = world.snippet(site).replace("data-site", "data-root=\"light\" data-site");
    let head = format!("<style>{css}</style>{snippet}");
    let page = HostPage::listening(
        &head,
        &format!("<main><a id=before href=\"#\">before</a><p>Welcome.</p><a id=after href=\"#\">after</a>{body}</main>"),
    );
    HostPage { html: page.html.replace("<h1>A host page</h1>", "<header><h1>A host page</h1></header>"), ..page }
}

/// The document has no shadow root, no id twice, and the page got no error.
async fn is_light(page: &Page) -> Result<()> {
    ensure!(page.js("return roots(document).length;").await? == 1, "a shadow root");
    let twice =
        "const all = [...document.querySelectorAll('[id]')].map(({ id }) => id); return all.filter((id, at) => all.indexOf(id) !== at);";
    let twice = page.js(twice).await?;
    ensure!(twice == json!([]), "ids that are there twice: {twice}");
    let errors = page.js("return [...errors, ...violations];").await?;
    ensure!(errors == json!([]), "{errors}");
    Ok(())
}

/// No control of a widget is out of reach, cut or covered.
async fn is_usable(page: &Page, element: &str, state: &str) -> Result<()> {
    page.until(
        "all to come to rest",
        "return document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations > 1);",
    )
    .await?;
    let found = faults(page, &format!("document.getElementById('{element}')")).await?;
    ensure!(found.is_empty(), "{state}: {}", found.join("\n"));
    Ok(())
}

async fn whole(name: &str, engine: Engine, css: &str) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(engine, &page(world, "shop", css, "")).await?;
        let page = visitor.page();
        page.until("the launcher", "const e = button('Chat with us'); if (e) e.focus(); return !!e;").await?;
        is_usable(page, "ctw-1", "launcher").await?;
        page.press_keys("\u{e007}").await?;
        page.until("the focus in the first field", &format!("return (() => {{ {FOCUSED} }})().includes('Your name');")).await?;
        page.press("Start the chat").await?;
        page.sees("Please fill in this field.").await?;
        is_usable(page, "ctw-1", "form with errors").await?;
        visitor.submit_form().await?;
        page.sees("You can already write your message.").await?;
        is_usable(page, "ctw-1", "queue").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        visitor.say("Where is my order?").await?;
        agent.say("On its way.").await?;
        visitor.reads(&[("visitor", "Where is my order?"), ("agent", "On its way.")]).await?;
        is_usable(page, "ctw-1", "conversation").await?;
        is_light(page).await?;

        // Around the page and back by the keyboard, and out.
        let mut stops = Vec::new();
        for _ in 0..20 {
            page.press_keys("\u{e004}").await?;
            stops.push(page.js(FOCUSED).await?.as_str().unwrap_or_default().to_owned());
        }
        ensure!(stops.iter().any(|stop| stop == "before"), "Tab comes to the page: {stops:?}");
        ensure!(stops.iter().any(|stop| stop.contains("Write a message")), "Tab comes to the composer: {stops:?}");
        page.click("the box", "return field('Write a message');").await?;
        page.press_keys("\u{e00c}").await?;
        page.until("the panel to close", "return !deepAll('[part~=panel]').some(seen);").await?;
        page.until("the focus on the launcher", "return document.activeElement === deep('[data-test=launcher]');").await?;
        page.press_keys("\u{e007}").await?;
        page.sees("On its way.").await?;

        agent.end().await?;
        page.sees("How did we do?").await?;
        is_usable(page, "ctw-1", "survey").await?;
        visitor.submit_survey(5).await?;
        page.sees("Thank you!").await?;
        is_light(page).await?;
        page.js("Chinwag.destroy();").await?;
        let gone = "return !document.querySelector('.chinwag-light, #ctw-1') && !document.adoptedStyleSheets.length;";
        page.until("nothing of ours", gone).await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_conversation_in_the_page_s_document_in_chromium() {
    whole("light_chromium", Engine::Chromium, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_style_sheets_do_not_break_a_widget_in_its_document_in_chromium() {
    for (name, css) in RESETS {
        whole(&format!("light_{name}_chromium"), Engine::Chromium, css).await;
    }
}

/// Icons are drawn and hidden elements stay hidden on a page with rules for every element.
#[tokio::test(flavor = "multi_thread")]
async fn signs_and_hidden_elements_survive_a_reset_of_everything() {
    for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
        scenario(&format!("light_signs_{engine:?}"), async |world| {
            let visitor = world.visitor_at(engine, &page(world, "shop", RESETS[0].1, "")).await?;
            let page = visitor.page();
            visitor.open("Chat with us").await?;
            page.until("the panel", "return deepAll('[part~=panel]').some(seen);").await?;
            let signs = "const all = [...document.querySelectorAll('#ctw-1 svg path')].filter((e) => e.closest('button') && seen(e.closest('button'))); \
                 return all.length > 1 && all.every((e) => { const { width, height } = e.getBBox(); return width + height > 1; });";
            page.until("the signs", signs).await?;
            let hidden = page.js("return [...document.querySelectorAll('#ctw-1 [hidden]')].filter((e) => getComputedStyle(e).display !== 'none').length;").await?;
            ensure!(hidden == 0, "{hidden} hidden elements are on the screen");
            Ok(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_no_state_of_a_widget_in_the_page_s_document_breaks_a_rule() {
    scenario("a1_light_root", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &page(world, "shop", "", "")).await?;
        let page = visitor.page();
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        has_no_violation(page, "launcher").await?;
        visitor.open("Chat with us").await?;
        page.sees("Before we start").await?;
        page.press("Start the chat").await?;
        page.sees("Please fill in this field.").await?;
        has_no_violation(page, "form with errors").await?;
        visitor.submit_form().await?;
        page.sees("You can already write your message.").await?;
        has_no_violation(page, "queue").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        visitor.say("Hello").await?;
        agent.reads(&[("visitor", "Hello")]).await?;
        has_no_violation(page, "conversation").await?;
        agent.end().await?;
        page.sees("How did we do?").await?;
        has_no_violation(page, "survey").await
    })
    .await;
}

/// An element of the page's own stays in its place when the core traps and when the widget is removed, and gets its content back.
#[tokio::test(flavor = "multi_thread")]
async fn an_element_of_the_page_s_own_is_given_back() {
    for root in ["light", "shadow"] {
        scenario(&format!("light_given_back_{root}"), async |world| {
            let mut host = page(world, "shop", "", "<div id=ctw-1><b>The page's own words</b></div>");
            host.html =
                host.html.replace("data-root=\"light\"", &format!("data-root=\"{root}\"")).replace("<style>", &format!("{TRAPS}<style>"));
            let visitor = world.visitor_at(Engine::Chromium, &host).await?;
            let page = visitor.page();
            let there = "const e = deep('[data-test=launcher]'); return seen(e) && !!(e.getRootNode().host ?? e).closest('main');";
            page.until("the launcher in the page's element", there).await?;
            page.sees_no_more("The page's own words").await?;
            page.js("window.old = deep('[data-test=launcher]'); window.trap = 1; Chinwag.hide();").await?;
            page.until("another core", &format!("return deep('[data-test=launcher]') !== window.old && (() => {{ {there} }})();")).await?;
            visitor.open("Chat with us").await?;
            page.until("the panel", "return deepAll('[part~=panel]').some(seen);").await?;
            page.js("Chinwag.destroy();").await?;
            page.sees("The page's own words").await?;
            ensure!(page.js("return deepAll('#ctw-1').length === 1 && deepAll('button').length === 0;").await? == true, "nothing else");
            // After the second trap within a minute the widget is removed: our elements disappear, the page's stay.
            page.open(&world.host.put("/page", &host)).await?;
            page.until("the launcher again", there).await?;
            page.js("window.old = deep('[data-test=launcher]'); window.trap = 1; Chinwag.hide();").await?;
            page.until("another core", &format!("return deep('[data-test=launcher]') !== window.old && (() => {{ {there} }})();")).await?;
            page.js("window.trap = 1; Chinwag.hide();").await?;
            page.until("the end", "return Chinwag.getState().status === 'failed';").await?;
            page.sees("The page's own words").await
        })
        .await;
    }
}

/// Several widgets, one of them in an element of the page's own, with a form and a conversation side by side.
#[tokio::test(flavor = "multi_thread")]
async fn several_widgets_in_the_page_s_document() {
    for engine in [Engine::Chromium, Engine::Firefox] {
        scenario(&format!("light_several_{engine:?}"), async |world| {
            let agent = world.agent("ada").await?;
            let body = "<div id=ctw-2><b>The page's own words</b></div>";
            let visitor = world.visitor_at(engine, &page(world, "three", "p { color: red }", body)).await?;
            let page = visitor.page();
            page.until("all three", "return window.Chinwag?.getState?.().widgets.filter(({ shown }) => shown).length === 3;").await?;
            page.js("Chinwag.close('ctw-3');").await?;
            visitor.begin("Sales, right", "Hello").await?;
            agent.accept().await?;
            page.sees("Ada").await?;
            agent.say("Good morning").await?;
            page.sees("Good morning").await?;
            is_light(page).await?;
            is_usable(page, "ctw-1", "the first").await?;
            // The other launcher, while the first panel is open.
            page.js("Chinwag.close(); Chinwag.open('ctw-3');").await?;
            page.sees("Where can we reach you?").await?;
            is_usable(page, "ctw-3", "the third").await?;
            is_light(page).await?;
            page.js("Chinwag.close(); Chinwag.open('ctw-2');").await?;
            page.until("the second panel", "return seen(document.querySelector('#ctw-2 [part~=panel]'));").await?;
            is_usable(page, "ctw-2", "the second").await?;
            page.js("Chinwag.destroy();").await?;
            page.until("the page's own words", "return document.querySelector('#ctw-2 > b') && !document.querySelector('.chinwag-light');")
                .await?;
            Ok(())
        })
        .await;
    }
}
