//! A page that draws everything itself.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Page, scenario};

/// The page's own elements, and the script that fills them.
const PAGE: &str = "<main><button id=go>Talk to us</button><ol id=log></ol><p id=typing></p><p id=stage></p></main><script>
const sheets = document.adoptedStyleSheets.length;
window.drawn = 0;
const draw = () => {
  drawn += 1;
  const { widgets: [widget] } = Chinwag.getState();
  const { agents = [], typing, entries = [] } = widget?.chat ?? {};
  stage.textContent = widget?.stage ?? '';
  window.agents = agents.map(({ name }) => name).join();
  document.getElementById('typing').textContent = typing ? typing.name + ' types' : '';
  log.replaceChildren(...entries.filter(({ text }) => text !== undefined).map(({ party, text, state }) => {
    const row = document.createElement('li');
    row.textContent = party + ' ' + state + ': ' + text;
    return row;
  }));
};
(window.Chinwag ||= { q: [] }).q.push(['on', 'changed', draw]);
go.onclick = () => Chinwag.open();
window.rows = () => [...log.children].map((row) => row.textContent).join(' | ');
window.ours = () => [...document.querySelectorAll('*')].filter((e) => e.shadowRoot || /^(ctw|chinwag)/.test(e.id) || (e !== document.querySelector('script[data-site]') && [...e.attributes].some(({ name }) => name.startsWith('data-chinwag')))).length + document.adoptedStyleSheets.length - sheets + document.styleSheets.length;
</script>";

async fn is(page: &Page, what: &str, script: &str) -> Result<()> {
    page.until(what, &format!("return {script};")).await.map(|_| ())
}

async fn whole(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let snippet = world.snippet("shop").replace("data-site", "data-root=\"none\" data-site");
        let visitor = world.visitor_at(engine, &HostPage::listening(&snippet, PAGE)).await?;
        let page = visitor.page();
        is(page, "the widget", "window.Chinwag?.getState?.().status === 'ready' && stage.textContent === 'engagement'").await?;
        page.click("the page's own button", "return go;").await?;
        // The form: its fields, and the problems with their values.
        is(page, "the form", "Chinwag.getState().widgets[0].form?.fields.map(({ name }) => name).join() === 'name,email,topic'").await?;
        page.js("Chinwag.submit({ name: 'Vera', email: 'nonsense' });").await?;
        is(page, "the problem", "Chinwag.getState().widgets[0].form.fields[1].problem === 'invalid'").await?;
        page.js("Chinwag.submit({ email: 'vera@example.com' });").await?;
        agent.accept().await?;
        is(page, "the agent", "stage.textContent === 'online' && agents === 'Ada'").await?;
        // Messages in both directions.
        page.js("Chinwag.setTyping(true);").await?;
        agent.page().sees("is typing").await?;
        page.js("Chinwag.sendMessage('hello');").await?;
        agent.reads(&[("visitor", "hello")]).await?;
        is(page, "the message to be sent", "rows() === 'visitor sent: hello'").await?;
        agent.type_keys("hi").await?;
        is(page, "the agent to type", "typing.textContent === 'Ada types'").await?;
        agent.type_keys(" there\u{e007}").await?;
        is(page, "the answer", "rows() === 'visitor sent: hello | agent sent: hi there'").await?;
        is(page, "nothing unread", "Chinwag.getState().widgets[0].unread === 0").await?;
        // The same object until the next change.
        ensure!(page.js("return Chinwag.getState().widgets === Chinwag.getState().widgets;").await? == true, "read once");
        // The conversation continues after a reload.
        page.js("window.old = true; location.reload();").await?;
        is(page, "the conversation again", "!window.old && window.rows?.() === 'visitor sent: hello | agent sent: hi there'").await?;
        page.js("Chinwag.end();").await?;
        is(page, "the survey", "stage.textContent === 'survey' && Chinwag.getState().widgets[0].form.survey").await?;
        page.js("const { fields } = Chinwag.getState().widgets[0].form; \
                 Chinwag.submit(Object.fromEntries(fields.map(({ name, max }) => [name, max ?? 'Nothing'])));")
            .await?;
        is(page, "thanks", "stage.textContent === 'thanks'").await?;
        page.js("Chinwag.restart();").await?;
        is(page, "the form again", "stage.textContent === 'form'").await?;
        ensure!(page.js("return ours();").await? == 0, "an element or a style sheet of ours is in the document");
        ensure!(page.js("return errors.length + violations.length;").await? == 0, "errors: {}", page.js("return errors;").await?);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headless_page_holds_a_whole_conversation_in_chromium() {
    whole("headless_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headless_page_holds_a_whole_conversation_in_firefox() {
    whole("headless_firefox", Engine::Firefox).await;
}

/// The page knows who it talks to: name, position and picture, also after a reload; and so does the panel's header of a page that we draw.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_knows_name_position_and_picture_of_an_agent() {
    scenario("headless_agent", async |world| {
        let grace = world.agent("grace").await?;
        let snippet = world.snippet("plain").replace("data-site", "data-root=\"none\" data-site");
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&snippet, PAGE)).await?;
        let page = visitor.page();
        page.click("the page's own button", "return window.Chinwag?.getState?.().status === 'ready' && go;").await?;
        page.js("Chinwag.sendMessage('hello');").await?;
        grace.accept().await?;
        let knows = "const [agent, more] = Chinwag.getState?.().widgets[0]?.chat?.agents ?? []; \
             return !more && agent?.id === 'a_grace' && agent.name === 'Grace' && agent.position === 'Bike expert' && agent.picture;";
        let address = page.until("the agent", knows).await?;
        ensure!(address.as_str().is_some_and(|address| address.starts_with(&format!("{}/", world.base))), "{address}");
        page.js_with("window.image = new Image(); image.src = arguments[0];", vec![address]).await?;
        page.until("the picture", "return image.complete && image.naturalWidth === 96;").await?;
        page.js("window.old = true; location.reload();").await?;
        page.until("the agent after a reload", &format!("if (window.old) return false; {knows}")).await?;

        let other = world.visitor(Engine::Chromium, "plain").await?;
        other.begin("Chat", "Hello").await?;
        grace.accept().await?;
        other.page().sees("Online · Bike expert").await?;
        other.page().until("the picture in the header", "return !!deep('.face canvas');").await?;
        let errors = other.page().js("return errors;").await?;
        ensure!(errors == serde_json::json!([]), "{errors}");
        Ok(())
    })
    .await;
}

/// A headless page downloads neither style sheet nor texts, in any language.
#[tokio::test(flavor = "multi_thread")]
async fn a_headless_page_fetches_no_looks_and_no_texts() {
    scenario("headless_fetches", async |world| {
        let _agent = world.agent("ada").await?;
        let snippet = world.snippet("shop").replace("data-site", "data-root=\"none\" data-locale=\"de\" data-site");
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&snippet, PAGE)).await?;
        let page = visitor.page();
        page.click("the page's own button", "return window.Chinwag?.getState?.().status === 'ready' && go;").await?;
        is(page, "the form", "!!Chinwag.getState().widgets[0].form").await?;
        let fetched = page
            .js("return performance.getEntriesByType('resource').map(({ name }) => name).filter((n) => /\\.css|text-|\\/files-/.test(n));")
            .await?;
        ensure!(fetched.as_array().is_some_and(Vec::is_empty), "{fetched}");
        Ok(())
    })
    .await;
}
