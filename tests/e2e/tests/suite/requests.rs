//! Requests for a call appear on the desk's list.

use anyhow::{Result, ensure};
use chinwag_e2e::{Agent, Engine, Visitor, scenario};

const PHONE: &str = "+39 06 1234567";

/// The events of a request; no further event follows.
async fn requested(visitor: &Visitor, kind: &str) -> Result<()> {
    let heard = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "DatacollectionStarted", "DatacollectionSubmitted"]).await?;
    ensure!(heard.iter().skip(2).all(|event| event["object"]["type"] == kind), "{heard:?}");
    Ok(())
}

/// Finds the request on the desk, and ticks it off.
async fn on_the_desk(agent: &Agent) -> Result<()> {
    agent.open_requests().await?;
    agent.page().sees(PHONE).await?;
    agent.click("request-done").await?;
    agent
        .page()
        .until(
            "the request among those done",
            "return text(deep('[data-test=requests-done]')).length > 0 && !deep('[data-test=request-done]');",
        )
        .await?;
    Ok(())
}

async fn call(name: &str, site: &str, label: &str, kind: &str) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, site).await?;
        visitor.open(label).await?;
        visitor.page().fill("Your name", "Vera").await?;
        visitor.page().fill("Phone", PHONE).await?;
        visitor.page().press("Request a call").await?;
        visitor.page().sees("Your call is on its way").await?;
        requested(&visitor, kind).await?;
        on_the_desk(&agent).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn call_now_reaches_the_desk() {
    call("call_now_reaches_the_desk", "call-now", "Call me now", "CallbackNow").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn click_to_call_reaches_the_desk() {
    call("click_to_call_reaches_the_desk", "click-to-call", "Call us", "ClickToCall").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn call_later_reaches_the_desk_with_its_time() {
    scenario("call_later", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "call-later").await?;
        visitor.open("Book a call").await?;
        visitor.page().fill("Phone", PHONE).await?;
        visitor.choose_first_slot().await?;
        visitor.page().press("Request a call").await?;
        visitor.page().sees("Your call is booked").await?;
        // The day, the time and its time zone.
        let whole = "const said = text(deep('[data-test=confirmed] p')); \
             const part = (time, type) => new Intl.DateTimeFormat('en', { [type]: 'long' }).formatToParts(time).find((part) => part.type === type).value; \
             const year = new Date().getFullYear(); const days = [1, 2, 3, 4, 5, 6, 7].map((day) => part(new Date(year, 0, day), 'weekday')); \
             const zones = [0, 6].map((month) => part(new Date(year, month, 1), 'timeZoneName')); const has = (part) => said.includes(part); \
             return days.some(has) && zones.some(has) && /\\d:\\d\\d/.test(said) && said;";
        visitor.page().until("day, time and zone", whole).await?;
        requested(&visitor, "CallbackLater").await?;
        on_the_desk(&agent).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_wrong_value_is_explained_and_nothing_is_sent() {
    scenario("a_wrong_value", async |world| {
        let _agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "call-now").await?;
        visitor.open("Call me now").await?;
        visitor.page().fill("Phone", "12").await?;
        visitor.page().press("Request a call").await?;
        visitor.page().sees("Please fill in this field.").await?;
        visitor.page().sees("Please enter a phone number with 5 to 15 digits.").await?;
        let heard = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "DatacollectionStarted"]).await?;
        ensure!(heard.len() == 4);
        Ok(())
    })
    .await;
}
