//! The examples and the demo site work as their texts describe.

use crate::conversation::{WHOLE_FLOW, check_fields};
use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Engine, Visitor, World, demo_scenario};

async fn opens(world: &World, path: &str) -> Result<()> {
    let browser = world.browser(Engine::Chromium, "reader").await?;
    browser.page.open(&format!("{}{path}", world.base)).await?;
    browser.page.press("Chat with us").await?;
    browser.page.until("the box", "return field('Write a message');").await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn example_with_a_script_tag() {
    demo_scenario("example_with_a_script_tag", async |world| {
        let _agent = world.agent("ada").await?;
        opens(world, "/examples/script-tag/").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_with_a_tag_manager() {
    demo_scenario("example_with_a_tag_manager", async |world| {
        let _agent = world.agent("ada").await?;
        opens(world, "/examples/tag-manager/").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_that_draws_everything_itself() {
    demo_scenario("example_headless", async |world| {
        let agent = world.agent("ada").await?;
        let browser = world.browser(Engine::Chromium, "reader").await?;
        let page = &browser.page;
        page.open(&format!("{}/examples/headless/", world.base)).await?;
        page.press("Begin").await?;
        page.type_into("the box", "return field('Message');", "hello\u{e007}").await?;
        agent.accept().await?;
        agent.say("hi there").await?;
        page.sees("hi there").await?;
        page.press("End the conversation").await?;
        page.until("the end", "return ['ended', 'survey'].includes(Chinwag.getState().widgets[0].stage);").await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn example_with_several_vendors() {
    demo_scenario("example_with_several_vendors", async |world| {
        let _agent = world.agent("ada").await?;
        let browser = world.browser(Engine::Chromium, "reader").await?;
        browser.page.open(&format!("{}/examples/several-vendors/", world.base)).await?;
        let visitor = Visitor::at(browser);
        visitor.begin("Chat with us", "Hello").await?;
        for words in ["CTLive: ChatStarted", "Genesys: started", "Chinwag: chatStarted"] {
            visitor.page().sees(words).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_built_with_the_package() {
    demo_scenario("examples_built_with_the_package", async |world| {
        let _agent = world.agent("ada").await?;
        world.server.lock().await.add_built_examples()?;
        world.server.lock().await.restart().await?;
        for name in ["npm-vite", "react", "vue", "next"] {
            opens(world, &format!("/examples/built/{name}/")).await.with_context(|| format!("the example {name}"))?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn package_opens_and_goes_without_a_trace() {
    demo_scenario("package_opens", async |world| {
        let _agent = world.agent("ada").await?;
        world.server.lock().await.add_built_examples()?;
        world.server.lock().await.restart().await?;
        let browser = world.browser(Engine::Chromium, "reader").await?;
        let page = &browser.page;
        page.open(&format!("{}/examples/built/package/", world.base)).await?;
        page.sees("ready").await?;
        page.press("Open the chat").await?;
        page.until("the box", "return field('Write a message');").await?;
        page.press("Take it down").await?;
        page.until("it to be gone", "return !document.getElementById('ctw-1') && text(document.getElementById('status')) === 'gone';")
            .await?;
        Ok(())
    })
    .await;
}

/// The list of CTLive messages, each as `{ type, object, ok }`.
const INSPECTED: &str = "return [...document.querySelectorAll('#events .list > li')].map((row) => { \
     const { type, object } = JSON.parse(row.querySelector('pre').textContent); \
     return { type, object, ok: row.dataset.type === type && !row.classList.contains('bad') }; });";

#[tokio::test(flavor = "multi_thread")]
async fn events_show_the_whole_flow_with_all_fields() {
    demo_scenario("events_show_the_whole_flow", async |world| {
        let agent = world.agent("ada").await?;
        let browser = world.browser(Engine::Chromium, "visitor").await?;
        browser.page.open(&format!("{}/events.html", world.base)).await?;
        let visitor = Visitor::at(browser);
        let page = visitor.page();
        visitor.open("Support").await?;
        page.fill("Your name", "Vera").await?;
        page.fill("E-mail", "vera@example.com").await?;
        page.click("the consent", "return field('privacy notice');").await?;
        page.press("Start chat").await?;
        agent.accept().await?;
        page.sees("Ada").await?;
        visitor.say("Does it come in green?").await?;
        agent.reads(&[("visitor", "Does it come in green?")]).await?;
        agent.say("It does.").await?;
        visitor.reads(&[("visitor", "Does it come in green?"), ("agent", "It does.")]).await?;
        agent.end().await?;
        visitor.give_stars(5).await?;
        page.press("Send").await?;
        page.sees("Thank you!").await?;
        page.sees("A message of the agent arrived.").await?;
        page.click("the other words", "return document.querySelector('input[value=messages]');").await?;
        page.sees(&format!("{} events, all as the contract says", WHOLE_FLOW.len())).await?;
        page.sees("The visitor sent the survey.").await?;
        let rows = page.js(INSPECTED).await?;
        let rows = rows.as_array().context("no rows")?;
        let types: Vec<&str> = rows.iter().filter_map(|row| row["type"].as_str()).collect();
        ensure!(types == WHOLE_FLOW, "the list shows {types:?}");
        ensure!(rows.iter().all(|row| row["ok"] == true), "the list finds fault: {rows:?}");
        check_fields(rows, "ctw-2", "support-chat")
    })
    .await;
}
