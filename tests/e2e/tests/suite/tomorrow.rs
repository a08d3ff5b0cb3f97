//! A server of a later version and a widget of this version, in a browser.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, World, scenario};

/// Another server's configuration: with members, numbers and a widget that no version has yet, before the one that we have.
const TOMORROW: &str = "<script>{ window.warned = []; console.warn = (...words) => warned.push(words.map(String).join(' ')); const real = fetch; \
    window.fetch = async (...given) => { const answer = await real(...given); if (!String(given[0]?.url ?? given[0]).includes('/config')) return answer; \
    const config = await answer.json(); const [ours] = config.widgets; ours.share = 0.5; ours.big = 1e300; config.later = { deep: [[{}]] }; \
    config.widgets.unshift({ ...ours, id: 'screen', element: 'ctw-screen', kind: 'co_browse', screens: [] }); \
    return new Response(JSON.stringify(config), { status: 200, headers: answer.headers }); }; }</script>";

async fn told(world: &World) -> Result<()> {
    let agent = world.agent("ada").await?;
    let page = HostPage::listening(&format!("{TOMORROW}{}", world.snippet("plain")), "<main>Shop.</main>");
    let visitor = world.visitor_at(Engine::Chromium, &page).await?;
    visitor.hears(&["Loaded", "WidgetShown"]).await?;
    let there = visitor.page().js("return Chinwag.getState().widgets.map((one) => one.kind).join();").await?;
    ensure!(there == "chat", "{there}");
    visitor.open("Chat").await?;
    visitor.say("from yesterday").await?;
    agent.accept().await?;
    agent.page().sees("from yesterday").await?;
    let warned = visitor.page().js("return warned.filter((one) => one.includes('Chinwag')).join('|');").await?;
    let warned = warned.as_str().unwrap_or_default();
    ensure!(warned.contains("\"co_browse\"") && warned.contains("\"screen\"") && !warned.contains('|'), "{warned}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_a_widget_of_a_later_version_is_left_out_with_one_warning() {
    scenario("tomorrow", async |world| told(world).await).await;
}
