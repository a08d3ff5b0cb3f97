//! How a conversation begins and ends: no message is lost or hidden.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, scenario};
use serde_json::json;

/// Records copied texts and offered files.
const NOTES: &str = "<script>window.taken = []; \
    document.addEventListener('click', (e) => { if (e.target.download) taken.push(['bubbled']); }); \
    const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => taken.push(['file', text])); return make.call(URL, blob); }; \
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => void taken.push(['copy', text]) } });</script>";

async fn in_the_shop(visitor: &Visitor) -> Result<()> {
    visitor.open("Chat with us").await?;
    visitor.submit_form().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_words_stay_and_can_be_taken_along() {
    scenario("the_last_words_stay", async |world| {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src {0} {1}; require-trusted-types-for 'script'; trusted-types 'none'",
            world.base,
            world.base.replace("http:", "ws:"),
        );
        let page = HostPage::listening(&format!("{NOTES}{}", world.snippet("shop")), "");
        let page = HostPage { html: page.html.replace("<script", "<script nonce=\"abc\""), ..page }.header("Content-Security-Policy", &policy);
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        in_the_shop(&visitor).await?;
        agent.accept().await?;
        visitor.say("What is my number?").await?;
        agent.reads(&[("visitor", "What is my number?")]).await?;
        agent.say("It is 4711").await?;
        agent.end().await?;
        let page = visitor.page();
        page.sees("How did we do?").await?;
        page.sees("ended by the agent").await?;
        let both = [("visitor", "What is my number?"), ("agent", "It is 4711")];
        visitor.reads(&both).await?;
        page.until("the last message in sight", "return seen(deepAll('.text').find((e) => text(e).includes('4711')));").await?;
        page.press("Save as text").await?;
        page.press("Copy conversation").await?;
        let taken = page.until("file and copy", "return taken.length === 2 && taken;").await?;
        for part in taken.as_array().into_iter().flatten() {
            let text = part[1].as_str().unwrap_or_default();
            ensure!(text.contains("Ada: It is 4711") && text.contains("What is my number?"), "{part}");
        }
        ensure!(page.js("return [violations, errors];").await? == json!([[], []]));
        // Closed and opened again, with the survey skipped and shown again: all lines and values are still there.
        page.press("Skip").await?;
        page.sees("Rate this conversation").await?;
        page.press("Close").await?;
        visitor.open("Chat with us").await?;
        visitor.reads(&both).await?;
        page.press("Rate this conversation").await?;
        visitor.submit_survey(4).await?;
        page.sees("Thank you!").await?;
        visitor.reads(&both).await?;
        page.press("Start a new conversation").await?;
        page.sees("Before we start").await?;
        // The next page has no trace of the conversation (quality P20).
        page.client().refresh().await?;
        page.until("the launcher", "return !!button('Chat with us');").await?;
        ensure!(page.js("return [sessionStorage.length, localStorage.length];").await? == json!([0, 0]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_between_two_pages_is_not_lost() {
    scenario("an_answer_between_two_pages", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        in_the_shop(&visitor).await?;
        agent.accept().await?;
        visitor.say("Any news?").await?;
        agent.reads(&[("visitor", "Any news?")]).await?;
        let page = visitor.page();
        page.press("Minimise").await?;
        let here = page.js("return location.href;").await?;
        page.open(&world.host.put("/elsewhere", &HostPage::default())).await?;
        agent.say("All is well").await?;
        agent.end().await?;
        page.open(here.as_str().unwrap_or_default()).await?;
        page.until("one unread message", "const badge = deep('[data-test=badge]'); return badge && seen(badge) && text(badge) === '1';")
            .await?;
        visitor.open("Chat with us").await?;
        visitor.reads(&[("visitor", "Any news?"), ("agent", "All is well")]).await?;
        page.sees("ended by the agent").await?;
        visitor.submit_survey(5).await?;
        page.sees("Thank you!").await?;
        page.client().refresh().await?;
        page.until("the launcher", "return !!button('Chat with us');").await?;
        ensure!(page.js("return sessionStorage.length;").await? == json!(0), "shown once, then forgotten");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_is_still_unread_on_the_next_page() {
    scenario("what_was_not_read", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "hi").await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        visitor.page().press("Minimise").await?;
        agent.say("one").await?;
        agent.say("two").await?;
        let two = "const badge = deep('[data-test=badge]'); return badge && seen(badge) && text(badge) === '2';";
        visitor.page().until("two", two).await?;
        visitor.page().client().refresh().await?;
        visitor.page().until("two", two).await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_disturbs_nobody_and_the_first_message_begins() {
    scenario("a_press_disturbs_nobody", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.open("Chat").await?;
        visitor.page().until("the focus in the composer", "return field('Write a message')?.matches(':focus');").await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked"]).await?;
        ensure!(visitor.page().js("return sessionStorage.length;").await? == json!(0));
        let sockets = visitor.page().js("return Chinwag.getState().link;").await?;
        ensure!(sockets == json!("idle"), "{sockets}");
        visitor.say("Is it in stock?").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "Is it in stock?")]).await?;
        visitor.reads(&[("visitor", "Is it in stock?")]).await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline"]).await?;
        Ok(())
    })
    .await;
}
