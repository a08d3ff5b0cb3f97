//! A page that is asked before an action takes effect.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, scenario};

/// Changes messages, stops every close, and throws at the form. Its calls come before the script.
const LISTENERS: &str = "<script>
window.asked = [];
window.Chinwag = { q: [
  ['before', 'send', ({ text, by }) => { asked.push('send ' + by); return { text: text.replace('4111', '****') }; }],
  ['before', 'close', ({ by }) => { asked.push('close ' + by); return false; }],
  ['before', 'submit', () => { asked.push('submit'); throw new Error('a mistake of the page'); }],
] };
</script>";

async fn asked(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(engine, &HostPage::listening(&format!("{LISTENERS}{}", world.snippet("shop")), "")).await?;
        let page = visitor.page();
        visitor.open("Chat with us").await?;
        // A listener that throws stops no action, and the exception is among the page's own errors (without its text if the script has another origin).
        visitor.submit_form().await?;
        page.until("the error", "return errors.some((e) => e.includes('a mistake of the page') || e === 'Script error.');").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        visitor.say("my card is 4111").await?;
        page.js("Chinwag.sendMessage('by the page: 4111');").await?;
        agent.reads(&[("visitor", "my card is ****"), ("visitor", "by the page: ****")]).await?;
        visitor.reads(&[("visitor", "my card is ****"), ("visitor", "by the page: ****")]).await?;
        // Neither the visitor nor the page can close the panel.
        page.press("Minimise").await?;
        page.js("Chinwag.close();").await?;
        let told = "return asked.join(', ') === 'submit, send visitor, send page, close visitor, close page' && asked;";
        page.until("what was asked", told).await?;
        ensure!(page.js("return Chinwag.getState().widgets[0].open;").await? == true, "it is open");
        // A message that is stopped stays in the composer until it can be sent.
        page.js("window.off = Chinwag.before('send', () => false);").await?;
        visitor.say("one moment").await?;
        page.until("the text", "return asked.length === 6 && deep('[data-test=composer]').value === 'one moment';").await?;
        page.js("off();").await?;
        visitor.say("").await?;
        agent.reads(&[("visitor", "my card is ****"), ("visitor", "by the page: ****"), ("visitor", "one moment")]).await?;
        stopped_end(page).await
    })
    .await;
}

/// An end that is stopped leaves the conversation as it was.
async fn stopped_end(page: &chinwag_e2e::Page) -> Result<()> {
    page.js("window.off = Chinwag.before('end', ({ by }) => { window.by = by; return false; }); Chinwag.end();").await?;
    page.until("to be asked", "return window.by === 'page';").await?;
    ensure!(page.js("return Chinwag.getState().widgets[0].stage;").await? == "online", "it goes on");
    page.js("off(); Chinwag.end();").await?;
    page.until("the end", "return ['ended', 'survey'].includes(Chinwag.getState().widgets[0].stage);").await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_changes_and_stops_what_is_about_to_happen_in_chromium() {
    asked("before_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_changes_and_stops_what_is_about_to_happen_in_firefox() {
    asked("before_firefox", Engine::Firefox).await;
}

/// A form that is stopped stays usable, and a launcher that is stopped opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_stops_can_be_tried_again() {
    scenario("before_again", async |world| {
        let agent = world.agent("ada").await?;
        let stopping = "<script>window.times = { activate: 0, submit: 0 };
             const once = (kind) => ['before', kind, () => (times[kind]++ === 0 ? false : undefined)];
             window.Chinwag = { q: [once('activate'), once('submit')] };</script>";
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&format!("{stopping}{}", world.snippet("shop")), "")).await?;
        let page = visitor.page();
        visitor.open("Chat with us").await?;
        page.until("to be asked", "return times.activate === 1 && !Chinwag.getState().widgets[0].open;").await?;
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        page.until("to be asked", "return times.submit === 1;").await?;
        ensure!(page.js("return Chinwag.getState().widgets[0].stage;").await? == "form", "the form is there");
        page.press("Start the chat").await?;
        agent.accept().await
    })
    .await;
}
