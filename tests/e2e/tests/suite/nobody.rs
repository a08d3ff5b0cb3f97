//! No agent is available: the widget says so, shows other ways, loses nothing, and changes back when one is.

use crate::accessibility::{faultless_page, has_no_violation};
use anyhow::ensure;
use chinwag_e2e::{Engine, scenario};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn it_changes_by_itself_soon_after_somebody_came() {
    scenario("it_changes_by_itself", async |world| {
        let agent = world.agent_signed_in("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &faultless_page(world, "plain")).await?;
        let page = visitor.page();
        page.until("the quiet mark", "return button('Chat')?.matches('[data-nobody]');").await?;
        visitor.open("Chat").await?;
        page.sees("Nobody is available right now").await?;
        page.sees("this changes by itself").await?;
        has_no_violation(page, "nobody there").await?;
        agent.be_ready().await?;
        visitor.say("hi").await?;
        agent.accept().await?;
        agent.say("Here I am").await?;
        visitor.reads(&[("visitor", "hi"), ("agent", "Here I am")]).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_in_when_the_last_agent_left_is_sent_later() {
    scenario("the_last_agent_left", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &faultless_page(world, "shop")).await?;
        let page = visitor.page();
        visitor.open("Chat with us").await?;
        page.sees("Before we start").await?;
        agent.be_away().await?;
        visitor.submit_form().await?;
        page.sees("Nobody is available right now").await?;
        page.sees("What you entered is kept").await?;
        let link = page.js("return deep('[data-test=refused] a')?.href;").await?;
        ensure!(link == json!("mailto:help@example.com"), "{link}");
        agent.be_ready().await?;
        page.until("the form as it was", "return field('Your e-mail')?.value === 'vera@example.com';").await?;
        page.press("Start the chat").await?;
        agent.accept().await?;
        page.sees("Ada").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_when_the_last_agent_left_is_in_the_composer() {
    scenario("written_when_the_last_agent_left", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &faultless_page(world, "plain")).await?;
        let page = visitor.page();
        visitor.open("Chat").await?;
        page.until("the composer", "return !!field('Write a message');").await?;
        agent.be_away().await?;
        visitor.say("Is it in stock?").await?;
        page.sees("Nobody is available right now").await?;
        page.until("the text", "return field('Write a message').value === 'Is it in stock?';").await?;
        has_no_violation(page, "nobody there for what was written").await?;
        agent.be_ready().await?;
        page.sees_no_more("Nobody is available right now").await?;
        page.press("Send").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "Is it in stock?")]).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_says_when_it_opens_and_offers_a_call() {
    scenario("closed_says_when", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &faultless_page(world, "closed")).await?;
        let page = visitor.page();
        visitor.open("Chat").await?;
        page.sees("We are closed at the moment").await?;
        page.sees("We are here again on").await?;
        has_no_violation(page, "closed").await?;
        page.press("Call me later").await?;
        page.sees("When shall we call?").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answered_shows_other_ways() {
    scenario("nobody_answered", async |world| {
        let agent = world.agent_signed_in("grace").await?;
        agent.be_ready().await?;
        let visitor = world.visitor_at(Engine::Chromium, &faultless_page(world, "impatient")).await?;
        let page = visitor.page();
        visitor.begin("Chat", "hello?").await?;
        page.sees("Nobody could answer in time").await?;
        visitor.reads(&[("visitor", "hello?")]).await?;
        has_no_violation(page, "nobody answered").await?;
        let link = page.js("return deep('[data-test=refused] a')?.href;").await?;
        ensure!(link == json!("tel:+390612345"), "{link}");
        page.press("Start a new conversation").await?;
        page.until("the composer", "return !!field('Write a message');").await.map(|_| ())
    })
    .await;
}
