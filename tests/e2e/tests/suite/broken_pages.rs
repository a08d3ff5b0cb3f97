//! Pages with missing or replaced functions: the widget works, or reports the reason in one line; the page never gets an error of ours.

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, HostPage, Visitor, World, scenario};
use serde_json::json;

/// Records the lines of the console.
const NOTED: &str = "<script>window.said = []; { const say = console.error; \
     console.error = (...words) => { said.push(String(words[0])); say.apply(console, words); }; }</script>";

/// `away(name, value)`: replaces a global of the browser for the widget's script alone. The driver needs the real ones.
const AWAY: &str = "<script>const away = (name, value) => { const real = window[name]; \
     Object.defineProperty(window, name, { configurable: true, set() {}, \
     get: () => (new Error().stack.includes('/chinwag.js') ? value : real) }); };</script>";

const READY: &str = "return window.Chinwag?.getState?.().status === 'ready';";

/// Opens a page with a script before the widget's tag, in the window of a visitor.
async fn opens(world: &World, visitor: &Visitor, name: &str, script: &str, tag: &str) -> Result<()> {
    let page = HostPage::listening(&format!("{NOTED}{AWAY}<script>{script}</script>{tag}"), "");
    visitor.page().open(&world.host.put(&format!("/{name}"), &page)).await
}

/// The console has one line, with the right beginning and these words, and the page got no error.
async fn is_told(visitor: &Visitor, name: &str, words: &str) -> Result<()> {
    let said = visitor.page().until(&format!("a line about {name}"), "return said.length && said;").await?;
    let line = said[0].as_str().unwrap_or_default();
    ensure!(said.as_array().is_some_and(|said| said.len() == 1) && line.starts_with("Chinwag: ") && line.contains(words), "{name}: {said}");
    nothing_is_thrown(visitor, name).await
}

async fn nothing_is_thrown(visitor: &Visitor, name: &str) -> Result<()> {
    let errors = visitor.page().js("return errors;").await?;
    ensure!(errors == json!([]), "{name}: thrown into the page: {errors}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn r26_what_a_page_broke_is_named_once_and_the_contact_link_stands_there() {
    scenario("r26_broken_pages", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let cases = [
            ("decoder", "away('TextDecoder', undefined);", "TextDecoder"),
            ("encoder", "away('TextEncoder', undefined);", "TextEncoder"),
            ("wasm", "away('WebAssembly', undefined);", "WebAssembly"),
            ("sheets", "away('CSSStyleSheet', undefined);", "CSSStyleSheet"),
            ("controllers", "away('AbortController', undefined);", "[unsupported]"),
            ("clock", "away('performance', undefined);", "performance"),
            ("eager", "away('setTimeout', (work) => { work(); return 1; });", "setTimeout calls at once"),
            ("dead", "away('setTimeout', () => 1);", "setTimeout does not call"),
            ("throwing", "away('setTimeout', () => { throw new Error('no timers'); });", "[unsupported]"),
            ("constant", "away('crypto', { getRandomValues: (array) => array.fill(7) });", "gives the same numbers twice"),
            ("blank", "away('crypto', { getRandomValues: () => {} });", "[unsupported]"),
            ("no-chance", "away('crypto', undefined);", "crypto"),
        ];
        for (name, script, words) in cases {
            opens(world, &visitor, name, script, &world.snippet("shop")).await?;
            is_told(&visitor, name, words).await?;
            // Without the functions that even a link needs, no link is shown.
            if !matches!(name, "sheets" | "controllers") {
                visitor.page().until(name, "return deepAll('a').some((e) => text(e).includes('Write to us'));").await?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r53_a_page_with_a_promise_of_its_own_has_the_widget() {
    scenario("r53_promises", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let cases = [
            ("none", "away('Promise', undefined);"),
            ("throwing", "away('Promise', class { constructor() { throw new Error('no promises'); } });"),
            ("silent", "away('Promise', class { then() { return this; } catch() { return this; } static all() { return new this(); } });"),
        ];
        for (name, script) in cases {
            opens(world, &visitor, name, script, &world.snippet("shop")).await?;
            visitor.page().until(name, READY).await?;
            nothing_is_thrown(&visitor, name).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r55_a_page_of_frames_is_named() {
    scenario("r55_frames", async |world| {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><title>Frames</title><script>window.errors = []; \
             window.addEventListener('error', (event) => errors.push(String(event.message)));</script>{NOTED}{}</head>\
             <frameset cols=\"50%,50%\"><frame src=\"about:blank\"><frame src=\"about:blank\"></frameset></html>",
            world.snippet("shop")
        );
        let visitor = world.visitor_at(Engine::Chromium, &HostPage { html, headers: Vec::new() }).await?;
        is_told(&visitor, "frames", "a page of frames").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s15_options_that_cannot_be_read_are_named_and_the_rest_counts() {
    scenario("s15_hostile_options", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let tag = world.snippet("shop");
        let with = |more: &str| tag.replace("async", &format!("async {more}"));
        let works = [
            ("getter", "window.Chinwag = { get locale() { throw new Error('hostile'); } };", tag.clone(), "locale: "),
            (
                "proxy",
                "window.Chinwag = new Proxy({}, { getOwnPropertyDescriptor() { throw new Error('hostile'); } });",
                tag.clone(),
                "site: ",
            ),
            ("accent", "", with("data-accent=\"red\""), "accent: "),
            ("contact", "", with("data-contact-href=\"javascript:alert(1)\""), "contactHref: "),
            ("consent", "", with("data-consent=\"maybe\""), "consent: "),
            ("empty-server", "", with("data-server=\"\""), "server: "),
            ("call", "window.Chinwag = { q: [['open', Symbol('x')]] };", tag.clone(), "widget: "),
        ];
        for (name, script, tag, words) in works {
            opens(world, &visitor, name, script, &tag).await?;
            if name != "proxy" {
                visitor.page().until(name, READY).await?;
            }
            is_told(&visitor, name, words).await?;
        }
        let fails = [
            ("server", "", with("data-server=\"chat.example.com\""), "server: "),
            ("scheme", "", with("data-server=\"javascript:alert(1)\""), "server: "),
            ("no-site", "", tag.replace("data-site=\"shop\"", ""), "site: "),
            (
                "global",
                "Object.defineProperty(window, 'Chinwag', { get() { throw new Error('hostile'); } });",
                tag.clone(),
                "window.Chinwag",
            ),
            ("fixed", "Object.defineProperty(window, 'Chinwag', { value: { q: [] } });", tag.clone(), "window.Chinwag"),
        ];
        for (name, script, tag, words) in fails {
            opens(world, &visitor, name, script, &tag).await?;
            is_told(&visitor, name, words).await?;
            let there = visitor.page().js("return deepAll('button').length;").await?;
            ensure!(there == 0, "{name}: {there} buttons");
        }
        Ok(())
    })
    .await;
}

/// Calls that come before the part of the module with the conversation wait for it. Errors in them are reported with their own names.
#[tokio::test(flavor = "multi_thread")]
async fn s15_calls_that_wait_are_named_when_they_are_wrong() {
    scenario("s15_early_calls", async |world| {
        // The scripts of a page reach the core by the registry, as a facade does. The page's own API would have checked the arguments before.
        let calls = "const registry = window[Symbol.for('chinwag')]; const { chat } = registry.join({ core: {} }, registry.options()); \
             chat.call('retry', {}); chat.call('close', {}); chat.call('skipSurvey', { skip: 'yes' }); chat.call('nonsense', {}); chat.call('show', {});";
        let head = format!("{NOTED}{}<script>{calls}</script>", world.snippet("shop").replace("async ", ""));
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&head, "")).await?;
        visitor.page().until("the line", "return said.length;").await?;
        let said = visitor.page().js("return said;").await?;
        ensure!(said.as_array().is_some_and(|said| said.len() == 1), "{said}");
        let line = said[0].as_str().unwrap_or_default();
        for words in ["retry: message: ", "skipSurvey: skip: ", "nonsense: name: "] {
            ensure!(line.contains(words), "{words:?} is not in {line:?}");
        }
        ensure!(!line.contains("talk"), "{line}");
        // The others were carried out.
        visitor.page().until("the widget", READY).await?;
        visitor.page().until("the launcher", "return named('button', 'Chat with us');").await?;
        // Errors of later calls are reported with their names too.
        visitor.page().js("const registry = window[Symbol.for('chinwag')]; registry.join({ core: {} }, registry.options()).chat.call('discard', {});").await?;
        visitor.page().until("another line", "return said.length === 2 && said[1].includes('(discard: message: ');").await?;
        nothing_is_thrown(&visitor, "early").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_a_bare_tag_and_an_object_are_enough() {
    scenario("r50_bare_tag", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let bare = world.snippet("shop").replace(" data-site=\"shop\"", "");
        let module = bare.replace("async", "type=\"module\"");
        let by_hand = format!(
            "<script>setTimeout(async () => {{ const s = document.createElement('script'); s.type = 'text/plain'; s.src = '{0}/chinwag.js'; \
             document.head.append(s); (0, eval)(await (await fetch(s.src)).text()); }});</script>",
            world.base
        );
        for (name, tag) in [("script", bare), ("module", module), ("evaluated", by_hand)] {
            opens(world, &visitor, name, "window.Chinwag = { site: 'shop', q: [['open']] };", &tag).await?;
            visitor.page().until(name, READY).await?;
            visitor.page().until(name, "return Chinwag.getState().widgets[0].open;").await?;
            nothing_is_thrown(&visitor, name).await?;
        }
        Ok(())
    })
    .await;
}

/// An agent, and a visitor of the shop who has written "Hello".
async fn conversation(world: &World) -> Result<(Agent, Visitor)> {
    let agent = world.agent("ada").await?;
    let visitor = world.visitor(Engine::Chromium, "shop").await?;
    visitor.open("Chat with us").await?;
    visitor.submit_form().await?;
    agent.accept().await?;
    visitor.say("Hello").await?;
    agent.reads(&[("visitor", "Hello")]).await?;
    Ok((agent, visitor))
}

#[tokio::test(flavor = "multi_thread")]
async fn r51_r52_a_site_that_swaps_its_body_keeps_the_conversation() {
    scenario("r52_swapped_bodies", async |world| {
        let (agent, visitor) = conversation(world).await?;
        let page = visitor.page();
        // Addresses that change before the swap, after it, and not at all; pages that bring a copy of our element; a cleared body.
        let swaps = [
            "history.pushState({}, '', '/a'); fresh();",
            "fresh(); history.pushState({}, '', '/b');",
            "fresh(); setTimeout(() => history.pushState({}, '', '/c'), 50);",
            "fresh();",
            "const place = document.createElement('div'); place.id = 'ctw-1'; fresh(place);",
            "history.pushState({}, '', '/d'); document.body.textContent = '';",
            "document.replaceChild(document.documentElement.cloneNode(true), document.documentElement);",
            "history.back();  fresh();",
        ];
        let fresh = "const fresh = (...more) => { const body = document.createElement('body'); body.append(...more); \
             document.documentElement.replaceChild(body, document.body); };";
        for swap in swaps {
            page.js(&format!("{fresh} {swap}")).await?;
            let there = "const all = document.querySelectorAll('#ctw-1'); \
                 return all.length === 1 && document.body.contains(all[0]) && all[0].shadowRoot && Chinwag.getState().status === 'ready';";
            page.until(swap, there).await?;
        }
        visitor.reads(&[("visitor", "Hello")]).await?;
        agent.say("Still there?").await?;
        visitor.say("Yes").await?;
        visitor.reads(&[("visitor", "Hello"), ("agent", "Still there?"), ("visitor", "Yes")]).await?;
        nothing_is_thrown(&visitor, "swaps").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r51_a_document_that_is_written_anew_has_the_conversation_again() {
    scenario("r51_written_anew", async |world| {
        let (agent, visitor) = conversation(world).await?;
        let page = visitor.page();
        page.js("document.open(); document.write('<!doctype html><title>New</title><body><h1>Written anew</h1>'); document.close();")
            .await?;
        page.sees("Written anew").await?;
        page.until("the widget", "return !!document.getElementById('ctw-1')?.shadowRoot && Chinwag.getState().status === 'ready';").await?;
        page.until("the conversation", "return Chinwag.getState().widgets[0].stage === 'online';").await?;
        page.until("the launcher", "return named('button', 'Chat with us');").await?;
        page.js("if (!Chinwag.getState().widgets[0].open) named('button', 'Chat with us').click(); return 1;").await?;
        visitor.say("Again").await?;
        visitor.reads(&[("visitor", "Hello"), ("visitor", "Again")]).await?;
        agent.reads(&[("visitor", "Hello"), ("visitor", "Again")]).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r51_what_was_taken_away_comes_when_the_tag_runs_again() {
    scenario("r51_again", async |world| {
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        let page = visitor.page();
        page.until("the widget", READY).await?;
        page.js("window.opened = 0; Chinwag.on('opened', () => { opened += 1; });").await?;
        for _ in 0..3 {
            page.js("document.getElementById('ctw-1').remove();").await?;
            page.until("it is back", "return !!document.getElementById('ctw-1');").await?;
        }
        page.js("document.getElementById('ctw-1').remove();").await?;
        page.until("it stays away", "return Chinwag.getState().status === 'failed';").await?;
        let again = "const old = document.querySelector('script[data-site]'); const tag = document.createElement('script'); \
             tag.src = old.src; tag.dataset.site = old.dataset.site; document.head.append(tag); return 1;";
        page.js(again).await?;
        page.until("it is there again", READY).await?;
        page.until("no link in its place", "return !document.getElementById('chinwag-launcher');").await?;
        visitor.open("Chat with us").await?;
        page.until("who listened still hears", "return opened === 1;").await?;
        nothing_is_thrown(&visitor, "again").await
    })
    .await;
}
