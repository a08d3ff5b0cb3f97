//! No agent is available, no agent answers, a supervisor watches.

use anyhow::ensure;
use chinwag_e2e::{Engine, HURRY, HostPage, scenario};

#[tokio::test(flavor = "multi_thread")]
async fn widget_comes_and_goes_with_the_agents() {
    scenario("widget_comes_and_goes", async |world| {
        let agent = world.agent_signed_in("ada").await?;
        let page = HostPage::listening(&format!("{HURRY}{}", world.snippet("attended")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.hears(&["Loaded"]).await?;
        agent.be_ready().await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        agent.be_away().await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetHidden"]).await?;
        visitor.page().until("the launcher to go", "return !button('Chat');").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_and_no_survey_follows() {
    scenario("nobody_answers", async |world| {
        let visitor = world.visitor(Engine::Chromium, "deserted").await?;
        visitor.open("Chat").await?;
        let heard = visitor.heard().await?;
        ensure!(heard.iter().all(|event| event["type"] != "ChatOnline"));
        visitor
            .page()
            .until(
                "an end or a refusal",
                "return heard.some((e) => e.type === 'ChatFinished') || !!button('Try again') || !!button('Start');",
            )
            .await?;
        let heard = visitor.heard().await?;
        let finished = heard.iter().find(|event| event["type"] == "ChatFinished");
        ensure!(finished.is_none_or(|event| event["object"]["isSurveyConfigured"] == false), "{heard:?}");
        ensure!(heard.iter().all(|event| event["type"] != "SurveyStarted" && event["type"] != "ChatOnline"), "{heard:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visitor_ends_while_waiting() {
    scenario("visitor_ends_while_waiting", async |world| {
        let _agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "hi").await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted"]).await?;
        visitor.end().await?;
        let heard = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatFinished"]).await?;
        ensure!(heard.last().is_some_and(|event| event["object"]["isSurveyConfigured"] == false));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisor_watches_a_conversation() {
    scenario("supervisor_watches", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "is it true?").await?;
        agent.accept().await?;
        agent.say("it is").await?;
        visitor.reads(&[("visitor", "is it true?"), ("agent", "it is")]).await?;
        let supervisor = world.agent_signed_in("sam").await?;
        supervisor.watch().await?;
        supervisor.reads(&[("visitor", "is it true?"), ("agent", "it is")]).await?;
        agent.say("really").await?;
        supervisor.reads(&[("visitor", "is it true?"), ("agent", "it is"), ("agent", "really")]).await?;
        // Watching is not joining: the visitor is not told.
        visitor.reads(&[("visitor", "is it true?"), ("agent", "it is"), ("agent", "really")]).await?;
        ensure!(visitor.page().js("return deepAll('*').some((e) => e.children.length === 0 && text(e).includes('Sam'));").await? == false);
        Ok(())
    })
    .await;
}
