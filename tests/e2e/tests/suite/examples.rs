//! The examples and the demo site do what they say.

use anyhow::Result;
use chinwag_e2e::{Engine, World, demo_scenario};

async fn opens(world: &World, path: &str) -> Result<()> {
    let browser = world.browser(Engine::Chromium, "reader").await?;
    browser.page.open(&format!("{}{path}", world.base)).await?;
    browser.page.press("Chat with us").await?;
    browser.page.sees("Before we start").await
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
async fn examples_built_with_the_package() {
    demo_scenario("examples_built_with_the_package", async |world| {
        let _agent = world.agent("ada").await?;
        world.server.lock().await.add_built_examples()?;
        world.server.lock().await.restart().await?;
        opens(world, "/examples/built/npm-vite/").await?;
        opens(world, "/examples/built/react/").await
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
        page.sees("Before we start").await?;
        page.press("Take it down").await?;
        page.until("it to be gone", "return !document.getElementById('ctw-1') && text(document.getElementById('status')) === 'gone';")
            .await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inspector_shows_what_happens() {
    demo_scenario("inspector_shows_what_happens", async |world| {
        let _agent = world.agent("ada").await?;
        opens(world, "/inspector.html").await
    })
    .await;
}
