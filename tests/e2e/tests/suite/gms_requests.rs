//! How a page's requests to a chat server are made: headers, credentials, files, and the time after which they are given up (G2.1, G4.1).

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, HostPage, Visitor, World, scenario};
use chinwag_machine::grown;
use serde_json::{Value, json};
use std::time::Duration;

/// The page records its requests. Those that match `late` get no answer, until the widget gives them up.
const WATCH: &str = r"
window.asked = []; window.late = ''; window.given_up = 0;
const network = window.fetch;
window.fetch = async function (request, options) {
  if (!(request instanceof Request)) return network.call(this, request, options);
  const [, operation] = /\/2\/chat\/.*\/(\w+)$/.exec(request.url) || [];
  const form = await request.clone().formData();
  asked.push({ operation: operation, method: request.method, credentials: request.credentials, mode: request.mode,
    apikey: request.headers.get('apikey'), authorization: request.headers.get('authorization'), fields: [...form.keys()], file: form.get('file')?.name });
  if (late && operation === late) {
    late = '';
    // A page's wrapper around fetch may reject with any value.
    await new Promise((_, fail) => request.signal.addEventListener('abort', () => { given_up += 1; fail('given up'); }));
  }
  return network.call(this, request.url, { method: request.method, body: [...form.values()].some((value) => typeof value !== 'string') ? form : new URLSearchParams(form) });
};
";

async fn page(world: &World, webchat: &str) -> HostPage {
    let server = world.server.lock().await.base();
    let head = format!(
        "<script>{WATCH} window._genesys = {{ widgets: {{ main: {{ header: {{ Authorization: 'Bearer x' }} }}, \
            webchat: {{ dataURL: '{server}/genesys/2/chat/customer-support', pollRateMin: 250, pollRateMax: 500, {webchat} }}, \
            onReady: (bus) => {{ window.bus = bus; }} }} }};</script>\
        <script crossorigin src=\"{server}/genesys/widgets.min.js\"></script>"
    );
    let mut page = HostPage::listening("", "");
    page.html = page.html.replace("</head>", &format!("{head}</head>"));
    page
}

/// A conversation is going on.
async fn talk(visitor: &Visitor, agent: &Agent) -> Result<()> {
    command(visitor, "WebChatService.startChat", json!({"nickname": "Vera"})).await?;
    agent.accept().await
}

/// Sends a command and waits for its outcome.
async fn command(visitor: &Visitor, name: &str, options: Value) -> Result<Value> {
    visitor.page().until("the bus", "return !!window.bus && !!bus.registry().WebChatService;").await?;
    let give = "window.outcome = null; bus.command(arguments[0], arguments[1]).done((value) => { outcome = ['done', value]; }) \
        .fail((value) => { outcome = ['fail', value]; }); return 1;";
    visitor.page().js_with(give, vec![json!(name), options]).await?;
    visitor.page().until(&format!("an outcome of {name}"), "return window.outcome;").await
}

async fn asked(visitor: &Visitor, operation: &str) -> Result<Value> {
    let find = format!("return asked.find((one) => one.operation === '{operation}') || null;");
    visitor.page().until("the request", &find).await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_have_the_headers_that_the_page_wants_at_that_moment() {
    scenario("gms_headers", async |world| {
        let agent = world.agent("ada").await?;
        let page = page(world, "apikey: 77, enableCustomHeader: true, xhrFields: { withCredentials: true }").await;
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        talk(&visitor, &agent).await?;
        let refresh = asked(&visitor, "refresh").await?;
        for (member, expected) in
            [("method", "POST"), ("mode", "cors"), ("credentials", "include"), ("apikey", "77"), ("authorization", "Bearer x")]
        {
            ensure!(refresh[member] == expected, "{member}: {refresh}");
        }
        // The page sets a header that no request can have: no request is made, and the widget keeps working.
        visitor.page().js("_genesys.widgets.main.header.Authorization = 'Bearer \u{1f642}'; asked.length = 0; return 1;").await?;
        visitor.page().until("nothing gets out", "return performance.now() > (window.since ??= performance.now()) + 1500 && asked.length < 2;").await?;
        visitor.page().js("const { webchat } = _genesys.widgets; webchat.xhrFields = {}; webchat.apikey = ''; webchat.enableCustomHeader = false; asked.length = 0; return 1;").await?;
        command(&visitor, "WebChatService.sendMessage", json!({"message": "without a header"})).await?;
        agent.page().sees("without a header").await?;
        let send = asked(&visitor, "send").await?;
        ensure!(send["credentials"] == "omit" && send["authorization"].is_null(), "{send}");
        ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g47_a_request_without_an_answer_is_given_up_in_time_and_the_conversation_goes_on() {
    scenario("gms_given_up", async |world| {
        let agent = world.agent("ada").await?;
        let limit = grown(Duration::from_secs(1)).as_millis();
        let visitor = world.visitor_at(Engine::Chromium, &page(world, &format!("ajaxTimeout: {limit}")).await).await?;
        talk(&visitor, &agent).await?;
        visitor.page().js("late = 'refresh'; return 1;").await?;
        visitor.page().until("the request was given up", "return given_up === 1;").await?;
        agent.say("Are you there?").await?;
        visitor.page().until("polling goes on", "return asked.filter((one) => one.operation === 'refresh').length > 3;").await?;
        command(&visitor, "WebChatService.sendMessage", json!({"message": "I am"})).await?;
        agent.page().sees("I am").await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_a_part_of_its_request() {
    scenario("gms_multipart", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &page(world, "").await).await?;
        talk(&visitor, &agent).await?;
        let send = "window.outcome = null; bus.command('WebChatService.sendFile', { files: [new File(['two'], 'invoice.txt')] }) \
            .done((value) => { outcome = ['done', value]; }).fail((value) => { outcome = ['fail', value]; }); return 1;";
        visitor.page().js(send).await?;
        let sent = visitor.page().until("an outcome", "return window.outcome;").await?;
        ensure!(sent[0] == "done", "{sent}");
        agent.page().sees("invoice.txt").await?;
        let upload = asked(&visitor, "file").await?;
        ensure!(upload["file"] == "invoice.txt" && upload["fields"].as_array().is_some_and(|fields| fields.len() > 1), "{upload}");
        Ok(())
    })
    .await;
}
