//! A page written for Genesys Widgets, unchanged, with a real agent on the other side (G1 to G3).

use crate::accessibility::has_no_violation;
use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, scenario};
use chinwag_machine::grown;
use serde_json::{Value, json};
use std::time::Duration;

/// The page: configuration, an extension that records events, no code of ours. Its records survive a navigation.
const PAGE: &str = r#"
window._genesys = { widgets: {
  main: { theme: 'light', lang: 'en' },
  webchat: { userData: { shop: 'Trieste' }, pollExceptionLimit: 2, restoreTimeout: RESTORE },
  onReady: function (bus) { window.bus = bus; },
  extensions: {
    Notes: function ($, CXBus, Common) {
      var heard = window.heard = JSON.parse(sessionStorage.getItem('heard') || '[]');
      var plugin = CXBus.registerPlugin('Notes');
      var of = function (message) { return [message.type, message.from.type, message.text]; };
      ['ready', 'started', 'ended', 'restored', 'restoreTimeout', 'restoreFailed', 'restoredOffline', 'messageReceived', 'error',
        'agentTypingStarted', 'agentTypingStopped', 'clientTypingStarted', 'clientTypingStopped', 'pollingStarted', 'pollingStopped',
        'clientConnected', 'clientDisconnected', 'agentConnected', 'agentDisconnected', 'supervisorDisconnected', 'disconnected',
        'reconnected', 'chatServerWentOffline', 'chatServerBackOnline', 'connectionPending', 'connectionRestored'].forEach(function (name) {
        plugin.subscribe('WebChatService.' + name, function (e) {
          var note = [name];
          if (name === 'messageReceived') note.push(e.data.messages.map(of), e.data.restoring);
          else if (e.data.message) note.push(of(e.data.message), e.data.numAgentsConnected);
          heard.push(note);
          sessionStorage.setItem('heard', JSON.stringify(heard));
        });
      });
      plugin.ready();
    }
  }
} };
"#;

/// How long the way to another page may take without losing the conversation, in milliseconds.
fn restore() -> u128 {
    grown(Duration::from_secs(4)).as_millis()
}

/// The differences between the two runs.
pub(crate) struct Way {
    /// Members of the page's configuration with the address of the chat.
    pub(crate) chinwag: String,
}

pub(crate) async fn page(world: &chinwag_e2e::World, way: &Way) -> Result<HostPage> {
    let server = world.server.lock().await.base();
    let written = PAGE.replace("RESTORE", &restore().to_string());
    let head = format!(
        "<script>{written} Object.assign(_genesys.widgets, {});</script><script crossorigin src=\"{server}/genesys/widgets.min.js\"></script>",
        way.chinwag
    );
    let mut page = HostPage::listening("", "");
    page.html = page.html.replace("</head>", &format!("{head}</head>"));
    Ok(page)
}

/// Sends a command and waits for its outcome: `["done", value]` or `["fail", value]`.
pub(crate) async fn command(visitor: &Visitor, path: &str, options: Value) -> Result<Value> {
    let send = "window.outcome = null; bus.command(arguments[0], arguments[1]) \
        .done((value) => { window.outcome = ['done', value ?? null]; }).fail((value) => { window.outcome = ['fail', value ?? null]; }); return 1;";
    visitor.page().until("the bus", "return !!window.bus;").await?;
    visitor.page().js_with(send, vec![json!(path), options]).await?;
    visitor.page().until("an outcome", "return window.outcome;").await
}

/// The events since the last call, once the newest of them has that name.
pub(crate) async fn heard_until(visitor: &Visitor, from: &mut usize, last: &str) -> Result<Vec<Value>> {
    let script = "const news = heard.slice(arguments[0]); const at = news.findLastIndex(([name]) => name === arguments[1]); return at < 0 ? null : news.slice(0, at + 1);";
    let heard = visitor.page().until_with(&format!("the event {last}"), script, vec![json!(*from), json!(last)]).await?;
    let heard = heard.as_array().cloned().unwrap_or_default();
    *from += heard.len();
    Ok(heard)
}

fn names(heard: &[Value]) -> Vec<&str> {
    heard.iter().filter_map(|event| event[0].as_str()).collect()
}

/// Start, agent, messages both ways, an outage, a reload, the end; then a return to a session after its timeout.
async fn whole_flow(world: &chinwag_e2e::World, way: &Way) -> Result<()> {
    let agent = world.agent("ada").await?;
    let page = page(world, way).await?;
    let visitor = world.visitor_at(Engine::Chromium, &page).await?;
    let at = &mut 0;
    ensure!(names(&heard_until(&visitor, at, "ready").await?) == ["ready"]);

    let early = command(&visitor, "WebChatService.sendMessage", json!({"message": "hi"})).await?;
    ensure!(early == json!(["fail", "There is no active chat session"]), "{early}");
    let started = command(&visitor, "WebChatService.startChat", json!({"nickname": "Vera", "userData": {"order": "7"}})).await?;
    ensure!(started[0] == "done" && started[1]["statusCode"] == 0, "{started}");
    let again = command(&visitor, "WebChatService.startChat", json!({})).await?;
    ensure!(again == json!(["fail", "There is already an active chat session"]), "{again}");
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    let joined = json!(["ParticipantJoined", "Client", ""]);
    ensure!(
        heard
            == [
                json!(["started"]),
                json!(["pollingStarted"]),
                json!(["clientConnected", joined, 0]),
                json!(["messageReceived", [joined], false])
            ],
        "{heard:?}"
    );

    agent.accept().await?;
    agent.page().sees("Trieste").await?;
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    let joined = json!(["ParticipantJoined", "Agent", ""]);
    ensure!(heard == [json!(["agentConnected", joined, 1]), json!(["messageReceived", [joined], false])], "{heard:?}");

    agent.type_keys("Hello").await?;
    ensure!(names(&heard_until(&visitor, at, "agentTypingStarted").await?) == ["agentTypingStarted"]);
    agent.say(" Vera").await?;
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    ensure!(heard.last() == Some(&json!(["messageReceived", [["Message", "Agent", "Hello Vera"]], false])), "{heard:?}");
    ensure!(names(&heard).iter().rev().nth(1) == Some(&"agentTypingStopped"), "{heard:?}");

    let sent = command(&visitor, "WebChatService.sendMessage", json!({"message": "hi"})).await?;
    ensure!(sent[0] == "done" && sent[1]["statusCode"] == 0, "{sent}");
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    ensure!(heard.last() == Some(&json!(["messageReceived", [["Message", "Client", "hi"]], false])), "{heard:?}");
    agent.reads(&[("agent", "Hello Vera"), ("visitor", "hi")]).await?;

    let told = command(&visitor, "WebChatService.updateUserData", json!({"basket": "three bicycles"})).await?;
    ensure!(told[0] == "done" && told[1]["statusCode"] == 0, "{told}");
    agent.page().sees("three bicycles").await?;
    let told = command(&visitor, "WebChatService.sendCustomNotice", json!({"message": "{\"menu\":\"opened\"}"})).await?;
    ensure!(told[0] == "done" && told[1]["statusCode"] == 0, "{told}");
    agent.page().sees("opened").await?;
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    let notice = json!(["CustomNotice", "Client", "{\"menu\":\"opened\"}"]);
    ensure!(heard == [json!(["messageReceived", [notice], false])], "{heard:?}");

    // An outage that is long enough.
    world.server.lock().await.kill();
    let heard = heard_until(&visitor, at, "chatServerWentOffline").await?;
    ensure!(names(&heard) == ["disconnected", "connectionPending", "chatServerWentOffline"], "{heard:?}");
    let kept = command(&visitor, "WebChatService.sendMessage", json!({"message": "are you there?"})).await?;
    ensure!(kept == json!(["done", {"statusCode": 1}]), "{kept}");
    world.server.lock().await.run().await?;
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    ensure!(names(&heard) == ["connectionRestored", "chatServerBackOnline", "reconnected", "messageReceived"], "{heard:?}");
    agent.reads(&[("agent", "Hello Vera"), ("visitor", "hi"), ("visitor", "are you there?")]).await?;

    // Another page, within the timeout.
    visitor.page().js("location.reload(); return 1;").await?;
    let heard = heard_until(&visitor, at, "messageReceived").await?;
    let replayed = heard.last().cloned().unwrap_or_default();
    ensure!(
        names(&heard)
            == ["ready", "restored", "pollingStarted", "clientConnected", "agentConnected", "agentTypingStopped", "messageReceived"],
        "{heard:?}"
    );
    ensure!(replayed[2] == true, "{replayed}");
    let texts: Vec<_> =
        replayed[1].as_array().into_iter().flatten().filter(|message| message[0] == "Message").map(|message| message[2].clone()).collect();
    ensure!(texts == ["Hello Vera", "hi", "are you there?"], "{replayed}");

    let ended = command(&visitor, "WebChatService.endChat", json!({})).await?;
    ensure!(ended[0] == "done" && ended[1]["chatEnded"] == true, "{ended}");
    let heard = heard_until(&visitor, at, "ended").await?;
    ensure!(names(&heard) == ["pollingStopped", "supervisorDisconnected", "agentDisconnected", "clientDisconnected", "ended"], "{heard:?}");

    // Another conversation, to which the visitor returns after the timeout.
    let started = command(&visitor, "WebChatService.startChat", json!({"nickname": "Vera"})).await?;
    ensure!(started[0] == "done", "{started}");
    agent.accept().await?;
    heard_until(&visitor, at, "agentConnected").await?;
    let address = visitor.page().js("const { href } = location; location.href = 'about:blank'; return href;").await?;
    let too_late = format!("return location.href === 'about:blank' && performance.now() > {};", restore() + 500);
    visitor.page().until("another page, for too long", &too_late).await?;
    visitor.page().open(address.as_str().unwrap_or_default()).await?;
    let heard = heard_until(&visitor, at, "restoreTimeout").await?;
    let names = names(&heard);
    ensure!(names.contains(&"restoreTimeout") && !names.contains(&"restored"), "{names:?}");
    let session = command(&visitor, "WebChatService.verifySession", json!({})).await?;
    ensure!(session == json!(["done", {"sessionActive": false}]), "{session}");
    ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_genesys_widgets_over_our_own_link() {
    scenario("genesys_live", async |world| whole_flow(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await).await;
}

/// The page with the address of a chat server in its configuration: ours.
async fn over_the_chat_api(world: &chinwag_e2e::World) -> Way {
    let server = world.server.lock().await.base();
    let webchat = format!("{{ dataURL: '{server}/genesys/2/chat/customer-support', pollRateMin: 250, pollRateMax: 500 }}");
    Way { chinwag: format!("{{ webchat: Object.assign(_genesys.widgets.webchat, {webchat}) }}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_page_over_the_chat_api() {
    scenario("genesys_gms", async |world| whole_flow(world, &over_the_chat_api(world).await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_over_the_chat_api_to_the_desk() {
    scenario("genesys_file", async |world| {
        let agent = world.agent("ada").await?;
        let page = page(world, &over_the_chat_api(world).await).await?;
        let visitor = world.visitor_at(Engine::Firefox, &page).await?;
        let at = &mut 0;
        command(&visitor, "WebChatService.startChat", json!({"firstname": "Vera", "lastname": "Visitor"})).await?;
        agent.accept().await?;
        heard_until(&visitor, at, "agentConnected").await?;
        heard_until(&visitor, at, "messageReceived").await?;
        let limits = command(&visitor, "WebChatService.getFileLimits", json!({})).await?;
        ensure!(limits[0] == "done" && limits[1]["messages"][0]["userData"]["upload-max-files"] == "3", "{limits}");
        let send = "window.outcome = null; bus.command('WebChatService.sendFile', { files: [new File([arguments[1]], arguments[0])] }) \
            .done((value) => { window.outcome = ['done', value]; }).fail((value) => { window.outcome = ['fail', value]; }); return 1;";
        visitor.page().js_with(send, vec![json!("invoice.txt"), json!("two wheels")]).await?;
        let sent = visitor.page().until("an outcome", "return window.outcome;").await?;
        ensure!(sent[0] == "done" && sent[1]["statusCode"] == 0, "{sent}");
        agent.page().sees("invoice.txt").await?;
        let heard = heard_until(&visitor, at, "messageReceived").await?;
        ensure!(heard.last() == Some(&json!(["messageReceived", [["FileUploaded", "Client", ""]], false])), "{heard:?}");
        visitor.page().js_with(send, vec![json!("virus.exe"), json!("no")]).await?;
        let refused = visitor.page().until("an outcome", "return window.outcome;").await?;
        ensure!(refused[0] == "fail" && refused[1]["status"] == 400 && refused[1]["responseJSON"]["errors"][0]["code"] == 203, "{refused}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_ends_it_ends_it_for_the_page() {
    scenario("genesys_agent_ends", async |world| {
        let agent = world.agent("ada").await?;
        let page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await?;
        let visitor = world.visitor_at(Engine::Firefox, &page).await?;
        let at = &mut 0;
        command(&visitor, "WebChatService.startChat", json!({"nickname": "Vera"})).await?;
        agent.accept().await?;
        heard_until(&visitor, at, "agentConnected").await?;
        heard_until(&visitor, at, "messageReceived").await?;
        agent.end().await?;
        let heard = heard_until(&visitor, at, "ended").await?;
        ensure!(names(&heard) == ["agentTypingStopped", "agentDisconnected", "messageReceived", "pollingStopped", "ended"], "{heard:?}");
        Ok(())
    })
    .await;
}

/// A strict policy: scripts by nonce, no eval, connections to our server alone. jQuery, which an extension asks for, is loaded with the nonce too.
#[tokio::test(flavor = "multi_thread")]
async fn s38_a_strict_policy_is_enough_for_the_whole_of_it() {
    scenario("genesys_policy", async |world| {
        let agent = world.agent("ada").await?;
        let server = world.server.lock().await.base();
        let mut page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await?;
        page.html = page.html.replace("<script", "<script nonce=\"n0\"").replace("onReady:", "given: 1, onReady:");
        page.html = page.html.replace("function ($, CXBus, Common) {", "function ($, CXBus, Common) { window.given = typeof $;");
        let socket = server.replace("http", "ws");
        let policy = format!(
            "default-src 'none'; script-src 'nonce-n0' 'wasm-unsafe-eval'; connect-src {server} {socket}; style-src 'none'; img-src 'none'"
        );
        let visitor = world.visitor_at(Engine::Chromium, &page.header("content-security-policy", &policy)).await?;
        command(&visitor, "WebChat.open", json!({"form": {"firstname": "Vera", "autoSubmit": true}})).await?;
        agent.accept().await?;
        agent.say("Hello Vera").await?;
        visitor.page().sees("Hello Vera").await?;
        ensure!(visitor.page().js("return window.given;").await? == "function", "jQuery is there");
        // And the files that are fetched later.
        let toast = command(&visitor, "Toaster.open", json!({"title": "An offer"})).await?;
        ensure!(toast[0] == "done", "{toast}");
        visitor.page().sees("An offer").await?;
        let broken = visitor.page().js("return violations;").await?;
        ensure!(broken == json!([]), "{broken}");
        Ok(())
    })
    .await;
}

/// Every command of every plugin, with options of every wrong kind, in a session and out of it.
#[tokio::test(flavor = "multi_thread")]
async fn r53_whatever_commands_are_given_they_settle_and_the_page_goes_on() {
    scenario("genesys_hostile", async |world| {
        let _agent = world.agent("ada").await?;
        let page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await?;
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the plugins", "return window.bus && heard.some(([name]) => name === 'ready') && !!bus.registry().WebChat;").await?;
        let storm = r"
            const trap = new Proxy({}, { get() { throw new Error('theirs'); }, ownKeys() { throw new Error('theirs'); }, has() { throw new Error('theirs'); } });
            const loop = {}; loop.loop = loop; loop.userData = loop; loop.form = loop; loop.formJSON = { inputs: [loop, 7, null] };
            const wrong = [undefined, null, 0, 7, '', 'x', true, [], [[]], () => {}, Symbol.iterator, trap, loop, new Date(NaN), /x/,
                { message: {}, text: {}, form: 7, formJSON: 'x', userData: '{', files: 7, filters: {}, preprocessor: {}, regex: 'x', input: {}, html: {}, lang: {}, theme: {}, name: {}, extension: 7, channels: 7, minimized: 'x' },
                { message: 'x'.repeat(1e6), nickname: 'x'.repeat(1e6), userData: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => ['k' + at, 'v'])) }];
            window.storm = { left: [], threw: [] };
            for (const [plugin, { commands }] of Object.entries(bus.registry())) for (const name of commands) for (const options of wrong) {
                const label = plugin + '.' + name + ' ' + typeof options;
                try {
                    storm.left.push(label);
                    const done = () => storm.left.splice(storm.left.indexOf(label), 1);
                    bus.command(plugin + '.' + name, options).always(done);
                } catch (error) { storm.threw.push([label, String(error)]); }
            }
            return storm.left.length;";
        for _ in 0..2 {
            visitor.page().js(storm).await?;
            visitor.page().until("every command to settle", "return storm.left.length === 0 ? true : (window.last = storm.left, false);").await.map_err(|error| error.context("a command hangs"))?;
            let threw = visitor.page().js("return storm.threw;").await?;
            ensure!(threw == json!([]), "{threw}");
        }
        let subscribed = "for (let at = 0; at < 10000; at += 1) bus.subscribe('WebChatService.started', (e) => { e.data.sessionID = 7; throw new Error('theirs'); }); return 1;";
        visitor.page().js(subscribed).await?;
        let ended = command(&visitor, "WebChatService.endChat", json!({})).await?;
        ensure!(ended[0] == "done" || ended[1] == "There is no active chat session", "{ended}");
        let started = command(&visitor, "WebChatService.startChat", json!({"nickname": "Vera"})).await?;
        ensure!(started[0] == "done", "it still works: {started}");
        let errors = visitor.page().js("return errors.filter((error) => !String(error).includes('theirs'));").await?;
        ensure!(errors == json!([]), "{errors}");
        Ok(())
    })
    .await;
}

/// Commands that the page sends before the window's files are loaded are carried out afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_the_window_while_it_loads_is_done_when_it_is_there() {
    scenario("genesys_slow_window", async |world| {
        let agent = world.agent("ada").await?;
        let mut page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await?;
        let slow = "<script>const real = fetch; window.release = []; window.fetch = (url, ...more) => \
            !/panel-.*css|-view-.*wasm/.test(url) ? real(url, ...more) : new Promise((go) => { release.push(() => go(real(url, ...more))); });</script>";
        page.html = page.html.replace("<head>", &format!("<head>{slow}"));
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let opened = command(&visitor, "WebChat.open", json!({"form": {"firstname": "Vera", "autoSubmit": true}})).await?;
        ensure!(opened[0] == "done", "{opened}");
        // Closing an overlay does not cancel the submission of the form.
        command(&visitor, "WebChat.showOverlay", json!({"html": "<p>Taken back</p>"})).await?;
        command(&visitor, "WebChat.hideOverlay", json!({})).await?;
        let covered = command(&visitor, "WebChat.showOverlay", json!({"html": "<p>Opening hours: 9 to 5</p>"})).await?;
        ensure!(covered[0] == "done", "{covered}");
        visitor.page().until("both files to be asked for", "return release.length === 2;").await?;
        visitor.page().js("release.forEach((go) => go()); return 1;").await?;
        visitor.page().sees("Opening hours: 9 to 5").await?;
        agent.accept().await?;
        agent.say("Hello Vera").await?;
        let hidden = command(&visitor, "WebChat.hideOverlay", json!({})).await?;
        ensure!(hidden[0] == "done", "{hidden}");
        visitor.page().sees("Hello Vera").await
    })
    .await;
}

/// The same while the part of the core with the conversation is being loaded. No element of ours is on the screen meanwhile: this page has no button.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_the_window_while_the_conversation_loads_is_done_when_it_is_there() {
    scenario("genesys_slow_conversation", async |world| {
        let agent = world.agent("ada").await?;
        let mut page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() }).await?;
        let slow = "<script>const real = fetch; window.release = []; window.fetch = (url, ...more) => \
            !/-conversation-.*wasm/.test(url) ? real(url, ...more) : new Promise((go) => { release.push(() => go(real(url, ...more))); });</script>";
        page.html = page.html.replace("<head>", &format!("<head>{slow}{}", crate::loading::WATCHED));
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the bus", "return !!window.bus;").await?;
        let open = "bus.command('WebChat.open', { form: { firstname: 'Vera', autoSubmit: true } }) \
            .done(() => { window.opened = 'done'; }).fail((why) => { window.opened = why; }); return 1;";
        visitor.page().js(open).await?;
        visitor.page().until("the file to be asked for", "return release.length === 1;").await?;
        visitor.page().until("ten more frames", "return watched.frames > (window.since ??= watched.frames) + 10;").await?;
        ensure!(visitor.page().js("return watched.buttons;").await? == json!(0), "a launcher is on a page that has none");
        visitor.page().js("release.forEach((go) => go()); return 1;").await?;
        agent.accept().await?;
        agent.say("Hello Vera").await?;
        ensure!(visitor.page().js("return opened;").await? == "done", "the command is carried out");
        visitor.page().sees("Hello Vera").await
    })
    .await;
}

/// Records every element that gets a further class name of the vendor's after it was built. Class names of states (wrong, hidden) may change.
const RENAMED: &str = "<script>window.renamed = []; new MutationObserver((records) => records.forEach(({ target, oldValue }) => {
    const names = (text) => (text ?? '').split(' ').filter((name) => /^cx-/.test(name) && !/^cx-(error|no|theme|injected)/.test(name)).sort().join(' ');
    if (names(oldValue) !== names(target.getAttribute('class'))) renamed.push(`${oldValue} -> ${target.getAttribute('class')}`);
})).observe(document, { subtree: true, attributes: true, attributeFilter: ['class'], attributeOldValue: true });</script>";

/// A page whose style sheet and scripts look for the window in its own document.
async fn reaching_page(world: &chinwag_e2e::World) -> Result<HostPage> {
    let mut page = page(world, &Way { chinwag: "{ chinwag: { site: 'genesys', dom: 'light' } }".into() }).await?;
    page.html =
        page.html.replace("<h1>A host page</h1>", "<main><h1>A host page</h1></main>").replace("<head>", &format!("<head>{RENAMED}"));
    page.html = page.html.replace("</head>", "<style>.cx-webchat .cx-titlebar { background: rgb(1, 2, 3) }</style></head>");
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_reaches_into_the_window_finds_its_class_names() {
    scenario("genesys_light", async |world| {
        let agent = world.agent("ada").await?;
        for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
            let visitor = world.visitor_at(engine, &reaching_page(world).await?).await?;
            command(&visitor, "WebChat.open", json!({"form": {"firstname": "Vera", "autoSubmit": true}})).await?;
            agent.accept().await?;
            agent.say("Hello Vera").await?;
            visitor.say("hi").await?;
            visitor.page().until("the answer to arrive", "return !!document.querySelector('.cx-you[data-state=sent]');").await?;
            let found = |selector: &str| format!("return document.querySelectorAll({selector:?}).length > 0;");
            for selector in [
                ".cx-widget.cx-webchat",
                ".cx-titlebar .cx-title",
                ".cx-titlebar .cx-icon",
                ".cx-buttons-window-control.cx-button-close",
                ".cx-body .cx-transcript",
                ".cx-message.cx-participant.cx-them .cx-bubble .cx-message-text",
                ".cx-message.cx-participant.cx-you .cx-time",
                ".cx-message.cx-system",
                ".cx-footer .cx-input-container textarea.cx-message-input",
                ".cx-textarea-cell .cx-send",
            ] {
                visitor.page().until(selector, &found(selector)).await?;
            }
            has_no_violation(visitor.page(), &format!("window in the page's own document, {engine:?}")).await?;
            ensure!(visitor.page().js("return roots(document).length;").await? == json!(1), "{engine:?}: there is a shadow root");
            let looks = "const { backgroundColor } = getComputedStyle(document.querySelector('.cx-titlebar')); return backgroundColor;";
            ensure!(visitor.page().js(looks).await? == "rgb(1, 2, 3)", "{engine:?}: the page's own style counts");
            let field = "const { borderTopWidth, resize } = getComputedStyle(document.querySelector('.cx-message-input')); return [borderTopWidth, resize];";
            let field = visitor.page().js(field).await?;
            ensure!(field == json!(["0px", "none"]), "{engine:?}: the field looks as ours do: {field}");
            let outside = visitor.page().js("return getComputedStyle(document.querySelector('h1')).position;").await?;
            ensure!(outside == "static", "{engine:?}: ours does not reach out");
            visitor.page().picture(&std::path::PathBuf::from(format!("../../target/e2e/genesys_light_{engine:?}.png"))).await?;
            // The content of a line of the page stays when the line is drawn again, here in another language.
            let inject = "bus.command('WebChat.injectMessage', { type: 'html', text: '<b>Ten</b> percent', name: 'Shop' }).done(() => { window.injected = 1; }); return 1;";
            visitor.page().js(inject).await?;
            visitor.page().until("the line", "const line = document.querySelector('.cx-message b'); return window.injected && line && (line.kept = 7, true);").await?;
            let id = visitor.page().js("return document.querySelector('.cx-injected-message').id;").await?;
            command(&visitor, "App.registerI18n", json!({"lang": "de", "namespace": "webchat", "i18n": {"ChatTitle": "Beratung"}})).await?;
            let german = command(&visitor, "App.setLanguage", json!({"lang": "de"})).await?;
            ensure!(german == json!(["done", "de"]), "{engine:?}: {german}");
            visitor.page().until("German", "return /schreiben/i.test(document.querySelector('.cx-message-input')?.placeholder);").await?;
            let again = visitor.page().js("return [document.querySelector('.cx-message b').kept, document.querySelector('.cx-injected-message').id];").await?;
            ensure!(again == json!([7, id]), "{engine:?}: {again}");
            let closed = command(&visitor, "WebChatService.endChat", json!({})).await?;
            ensure!(closed[0] == "done", "{engine:?}: {closed}");
            let closed = command(&visitor, "WebChat.close", json!({})).await?;
            ensure!(closed == json!(["done", null]), "{engine:?}: {closed}");
            visitor.page().until("the window to go", "return !document.querySelector('.cx-webchat')?.getClientRects().length;").await?;
            let renamed = visitor.page().js("return renamed;").await?;
            ensure!(renamed == json!([]), "{engine:?}: {renamed}");
            ensure!(visitor.page().js("return errors;").await? == json!([]), "{engine:?}: nothing is thrown into the page");
        }
        Ok(())
    })
    .await;
}
