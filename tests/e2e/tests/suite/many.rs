//! Several vendors' scripts on one page: one widget set, one conversation, and each vendor's listeners get their own messages.

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, HostPage, Page, Visitor, World, scenario};
use serde_json::{Value, json};

/// Counts sockets, records errors on the console, and listens to our own events.
const WATCH: &str = "<script>{ const Real = WebSocket; window.sockets = []; \
     window.WebSocket = class extends Real { constructor(...given) { super(...given); sockets.push(this); } }; \
     window.told = []; const error = console.error; console.error = (...words) => { told.push(words.join(' ')); error.apply(console, words); }; \
     window.own = []; window.Chinwag = { q: [['on', '*', (event) => own.push(event)]] }; }</script>";

/// A page for Genesys Widgets: its configuration, and an extension that records events.
const GENESYS: &str = "window.bus = null; window.notes = []; window._genesys = { widgets: { main: {}, webchat: {}, onReady: (bus) => { window.bus = bus; }, \
     extensions: { Notes: ($, CXBus) => { const plugin = CXBus.registerPlugin('Notes'); \
       for (const name of ['WebChatService.started', 'WebChatService.restored', 'WebChatService.ended', 'WebChatService.agentConnected', 'WebChat.opened', \
         'WebChat.started', 'WebChat.closed']) plugin.subscribe(name, () => notes.push([name])); \
       plugin.subscribe('WebChatService.messageReceived', ({ data }) => data.messages.filter(({ type }) => type === 'Message') \
         .forEach(({ text, from }) => notes.push(['message', from.type, text]))); \
       plugin.ready(); } } } };";

/// The tag for pages of Genesys Widgets.
fn genesys(world: &World, site: &str) -> String {
    format!("<script>{GENESYS}</script><script src=\"{}/genesys.js\" data-site=\"{site}\"></script>", world.base)
}

/// Our own tag, in the order of the page.
fn ours(world: &World, site: &str) -> String {
    world.snippet(site).replace("async ", "")
}

/// Waits until a script returns the expected value; the error names the last one.
async fn comes(visitor: &Visitor, what: &str, script: &str, expected: Value) -> Result<()> {
    let waits = format!("const is = (() => {{ {script} }})(); return JSON.stringify(is) === JSON.stringify(arguments[0]) || null;");
    if visitor.page().until_with(what, &waits, vec![expected.clone()]).await.is_err() {
        let is = visitor.page().js(script).await?;
        anyhow::bail!("{what}: {is}, not {expected}; {}", visitor.page().js("return JSON.stringify([own, heard, notes, told]);").await?);
    }
    Ok(())
}

/// Our own events of a conversation, without repeated states.
const OWN: &str = "return own.filter(({ name }) => /^(chat|agent|message(Sent|Received))/.test(name)).map(({ name }) => name);";
const CTLIVE: &str = "return heard.map(({ type }) => type).filter((type) => /^Chat/.test(type));";
const SERVICE: &str = "return notes.filter(([name]) => !/^WebChat\\./.test(name));";

/// Both send messages, and every dialect reports each once. `before`: the messages that each has reported so far.
async fn talk(visitor: &Visitor, agent: &Agent, lines: &[(&str, &str)]) -> Result<()> {
    for (who, text) in lines {
        if *who == "agent" {
            agent.say(text).await?;
        } else {
            visitor.say(text).await?;
        }
        visitor.page().sees(text).await?;
        agent.page().sees(text).await?;
    }
    Ok(())
}

/// One widget set for all scripts: one launcher, one open socket, each file of the core once.
async fn is_one(visitor: &Visitor, cores: &[&str]) -> Result<()> {
    comes(visitor, "one open socket", "return sockets.filter(({ readyState }) => readyState < 2).length;", json!(1)).await?;
    comes(visitor, "one element", "return document.querySelectorAll('#ctw-1').length;", json!(1)).await?;
    let files = "return performance.getEntriesByType('resource').map(({ name }) => /([a-z-]+)-[0-9a-f]+\\.wasm$/.exec(name)?.[1]).filter(Boolean).sort();";
    comes(visitor, "files of the core", files, json!(cores)).await?;
    let errors = visitor.page().js("return [...errors, ...told];").await?;
    ensure!(errors == json!([]), "{errors}");
    Ok(())
}

/// A whole conversation on a page with all scripts, in the given order.
async fn at_once(name: &str, engine: Engine, reversed: bool) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let (first, second) = (ours(world, "many"), genesys(world, "many"));
        let scripts = if reversed { format!("{second}{first}") } else { format!("{first}{second}") };
        let visitor = world.visitor_at(engine, &HostPage::listening(&format!("{WATCH}{scripts}"), "")).await?;
        visitor.page().until("the bus", "return !!window.bus;").await?;
        comes(&visitor, "one launcher", "return deepAll('[data-test=launcher]').filter(seen).length;", json!(1)).await?;
        visitor.begin("Chat", "Hello").await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        talk(&visitor, &agent, &[("agent", "Good morning"), ("visitor", "A question")]).await?;
        let own = json!(["chatStarted", "messageSent", "agentJoined", "chatOnline", "messageReceived", "messageSent"]);
        comes(&visitor, "our own words", OWN, own).await?;
        comes(&visitor, "the words of CTLive", CTLIVE, json!(["ChatStarted", "ChatOnline"])).await?;
        let service = json!([
            ["WebChatService.started"],
            ["message", "Client", "Hello"],
            ["WebChatService.agentConnected"],
            ["message", "Agent", "Good morning"],
            ["message", "Client", "A question"]
        ]);
        comes(&visitor, "the words of Genesys", SERVICE, service).await?;
        comes(
            &visitor,
            "its window",
            "return notes.filter(([name]) => /^WebChat\\./.test(name)).flat();",
            json!(["WebChat.opened", "WebChat.started"]),
        )
        .await?;
        is_one(&visitor, &["genesys", "genesys-conversation", "genesys-view"]).await?;
        comes(&visitor, "one socket in all", "return sockets.length;", json!(1)).await?;
        agent.end().await?;
        comes(
            &visitor,
            "its end",
            "return [own.filter(({ name }) => name === 'chatFinished').length, heard.filter(({ type }) => type === 'ChatFinished').length, \
             notes.filter(([name]) => name === 'WebChatService.ended').length];",
            json!([1, 1, 1]),
        )
        .await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_vendors_at_once_in_chromium() {
    at_once("many_chromium", Engine::Chromium, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_vendors_at_once_in_firefox() {
    at_once("many_firefox", Engine::Firefox, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_vendors_in_the_other_order_in_chromium() {
    at_once("many_reversed_chromium", Engine::Chromium, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_vendors_in_the_other_order_in_firefox() {
    at_once("many_reversed_firefox", Engine::Firefox, true).await;
}

/// Puts the script for pages of Genesys Widgets on a page where ours runs.
async fn add_genesys(world: &World, page: &Page, site: &str) -> Result<()> {
    let adds = "window.old = document.getElementById('ctw-1'); Function(arguments[0])(); const tag = document.createElement('script'); \
         tag.src = arguments[1]; tag.dataset.site = arguments[2]; document.head.append(tag);";
    page.js_with(adds, vec![json!(GENESYS), json!(format!("{}/genesys.js", world.base)), json!(site)]).await.map(|_| ())
}

/// Waits until the core of that script has taken over.
async fn another_core(page: &Page) -> Result<()> {
    page.until("another core", "return document.getElementById('ctw-1') && document.getElementById('ctw-1') !== window.old;")
        .await
        .map(|_| ())
}

/// The other script comes in the middle of a conversation: the lean core hands over, and no message is lost or reported again.
async fn comes_late(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(engine, &HostPage::listening(&format!("{WATCH}{}", ours(world, "many")), "")).await?;
        let page = visitor.page();
        visitor.begin("Chat", "Hello").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        talk(&visitor, &agent, &[("agent", "Good morning"), ("visitor", "A question")]).await?;
        page.js("window.notes = [];").await?;
        is_one(&visitor, &["chinwag", "chinwag-conversation", "chinwag-view"]).await?;
        page.type_into("the box", "return field('Write a message');", "half a sentence").await?;
        add_genesys(world, page, "many").await?;
        // During the takeover.
        agent.say("In between").await?;
        another_core(page).await?;
        page.sees("In between").await?;
        let composer = "const e = deep('[data-test=composer]'); return [seen(e), e?.value, e?.getRootNode().activeElement === e];";
        comes(&visitor, "the composer as it was", composer, json!([true, "half a sentence", true])).await?;
        visitor.say(", and the rest").await?;
        agent.page().sees("half a sentence, and the rest").await?;
        talk(&visitor, &agent, &[("agent", "I see")]).await?;

        let own = json!([
            "chatStarted", "messageSent", "agentJoined", "chatOnline", "messageReceived", "messageSent", "messageReceived", "messageSent",
            "messageReceived"
        ]);
        comes(&visitor, "our own words", OWN, own).await?;
        let once = "const all = own.filter(({ name }) => !/^(link|typing)$/.test(name)).map((e) => JSON.stringify([e.name, e.conversation, e.message, e.who, e.count])); \
             return all.filter((e, at) => all.indexOf(e) !== at);";
        comes(&visitor, "nothing twice", once, json!([])).await?;
        comes(&visitor, "the words of CTLive", "return heard.map(({ type }) => type);", json!(["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline"])).await?;
        let service = json!([
            ["WebChatService.restored"],
            ["WebChatService.agentConnected"],
            ["message", "Client", "Hello"],
            ["message", "Agent", "Good morning"],
            ["message", "Client", "A question"],
            ["message", "Agent", "In between"],
            ["message", "Client", "half a sentence, and the rest"],
            ["message", "Agent", "I see"]
        ]);
        comes(&visitor, "the words of Genesys", SERVICE, service).await?;
        is_one(&visitor, &["chinwag", "chinwag-conversation", "chinwag-view", "genesys", "genesys-conversation", "genesys-view"]).await?;
        ensure!(agent.page().js("return deepAll('[data-test=conversation]').length;").await? == 1);
        agent.reads(&[
            ("visitor", "Hello"),
            ("agent", "Good morning"),
            ("visitor", "A question"),
            ("agent", "In between"),
            ("visitor", "half a sentence, and the rest"),
            ("agent", "I see"),
        ])
        .await?;
        page.js("Chinwag.sendMessage('From the page');").await?;
        agent.page().sees("From the page").await?;
        page.js("bus.command('WebChatService.sendMessage', { message: 'From the bus' });").await?;
        agent.page().sees("From the bus").await?;
        page.js("Chinwag.destroy();").await?;
        page.until("an empty page", "return !document.getElementById('ctw-1') && !window.Chinwag;").await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_for_another_vendor_takes_over_in_the_middle_in_chromium() {
    comes_late("many_late_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_for_another_vendor_takes_over_in_the_middle_in_firefox() {
    comes_late("many_late_firefox", Engine::Firefox).await;
}

/// The values of the form on the screen that are not empty, by the name of their field.
const FILLED: &str = "const one = (e) => e.matches('input, textarea, select') ? (e.type === 'checkbox' ? e.checked || '' : e.value) : (e.querySelector(':checked')?.value ?? ''); \
     return Object.fromEntries(deepAll('[data-test^=field-]').filter(seen).map((e) => [e.dataset.test.slice(6), one(e)]).filter(([, value]) => value !== '').sort());";

/// The other script is loaded while the visitor fills in a form: the typed text stays, with focus and caret.
async fn comes_to_a_form(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let ours = HostPage::listening(&format!("{WATCH}{}", ours(world, "many-forms")), "");
        let visitor = world.visitor_at(engine, &ours).await?;
        let page = visitor.page();
        page.js("window.notes = [];").await?;
        visitor.open("Chat").await?;
        page.fill("Your name", "Vera").await?;
        page.fill("A note", "Two\nlines").await?;
        page.click("a choice", "return named('label', 'By mail');").await?;
        page.click("a tick", "return field('I agree');").await?;
        page.js("const e = field('Topic'); e.value = 'other'; for (const name of ['input', 'change']) e.dispatchEvent(new Event(name, { bubbles: true, composed: true }));").await?;
        page.press("Start the chat").await?;
        page.sees("Please fill in this field.").await?;
        page.type_into("the address", "return field('Your e-mail');", "vera@exa").await?;
        let filled = json!({"name": "Vera", "email": "vera@exa", "topic": "other", "how": "mail", "terms": true, "note": "Two\nlines"});
        comes(&visitor, "what was typed", FILLED, filled.clone()).await?;
        add_genesys(world, page, "many-forms").await?;
        another_core(page).await?;
        comes(&visitor, "the form as it was", FILLED, filled).await?;
        let focus = "const e = field('Your e-mail'); return [e?.getRootNode().activeElement === e];";
        comes(&visitor, "the focus where it was", focus, json!([true])).await?;
        page.press_keys("mple.com").await?;
        page.press("Start the chat").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        for words in ["vera@example.com", "other", "mail"] {
            agent.page().sees(words).await?;
        }
        let errors = page.js("return [...errors, ...told];").await?;
        ensure!(errors == json!([]), "{errors}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_it_was_after_a_takeover_in_chromium() {
    comes_to_a_form("many_form_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_it_was_after_a_takeover_in_firefox() {
    comes_to_a_form("many_form_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sites_on_one_page_the_second_is_refused_by_name() {
    scenario("many_two_sites", async |world| {
        let scripts = format!("{WATCH}{}{}", ours(world, "plain"), genesys(world, "many"));
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&scripts, "")).await?;
        visitor.page().until("the bus", "return !!window.bus;").await?;
        let words = "return told.filter((line) => line.includes('[another_site]')).map((line) => [line.includes('many of '), line.includes('plain of ')]);";
        comes(&visitor, "the refusal", words, json!([[true, true]])).await?;
        comes(&visitor, "the first", "return [Chinwag.getState().status, deepAll('[data-test=launcher]').filter(seen).length];", json!(["ready", 1])).await?;
        // In the other order, after the first was destroyed.
        visitor.page().js("Chinwag.destroy(); const tag = document.createElement('script'); tag.src = document.querySelector('script[data-site=plain]').src; \
             tag.dataset.site = 'many'; document.head.append(tag);").await?;
        comes(&visitor, "another one", "return window.Chinwag?.getState().widgets.map(({ widget }) => widget);", json!(["many-chat"])).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s16_a_page_that_holds_the_registry_s_place_has_a_widget_all_the_same() {
    scenario("many_hostile", async |world| {
        let theirs = "<script>Object.defineProperty(window, Symbol.for('chinwag'), { value: 'theirs' });</script>";
        let scripts = format!("{WATCH}{theirs}{0}{0}", ours(world, "plain"));
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&scripts, "")).await?;
        comes(&visitor, "one launcher", "return deepAll('[data-test=launcher]').filter(seen).length;", json!(1)).await?;
        comes(
            &visitor,
            "a line of each script for the page's author",
            "return told.filter((line) => line.includes(\"Symbol.for('chinwag')\")).length;",
            json!(2),
        )
        .await
    })
    .await;
}
