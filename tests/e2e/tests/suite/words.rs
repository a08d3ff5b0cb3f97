//! Texts of people on both screens: links, with the table that other tests use too, and values that agents can read.

use crate::tables;
use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, Page, scenario};
use serde_json::{Value, json};

/// The links of the newest transcript as `[shown, href, host]`, in order.
async fn links(page: &Page, count: usize) -> Result<Value> {
    let script = "const all = deepAll('[part~=bubble] a, [data-test=message-text] a').map((a) => { \
                  const next = a.nextSibling; \
                  return [a.textContent, a.getAttribute('href'), next?.className === 'host' ? next.textContent.trim().slice(1, -1) : '']; }); \
                  return all.length >= arguments[0] && all;";
    page.until_with("the links", script, vec![json!(count)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_links_are_the_same_at_both_ends_and_tell_their_host() {
    scenario("links", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        let text = tables::LINKS.iter().map(|(text, _)| *text).collect::<Vec<_>>().join("\n");
        visitor.page().js_with("Chinwag.sendMessage(arguments[0]);", vec![json!(text)]).await?;
        let expected: Vec<_> = tables::LINKS.iter().flat_map(|(_, links)| links.iter().copied()).collect();
        for page in [visitor.page(), agent.page()] {
            let found = links(page, expected.len()).await?;
            for (index, link) in expected.iter().enumerate() {
                ensure!(found[index] == json!(link), "{}: {} in place of {link:?}", page.label(), found[index]);
            }
            ensure!(found.as_array().map(Vec::len) == Some(expected.len()), "{}: more links than there are", page.label());
        }
        Ok(())
    })
    .await;
}

/// The text of an element, once it is there.
async fn words(page: &Page, hook: &str) -> Result<String> {
    let found = page.until(hook, &format!("return text(deep('[data-test={hook}]'));")).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_words_for_the_agent() {
    scenario("values", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "call-later").await?;
        visitor.open("Book a call").await?;
        visitor.page().fill("Phone", "٠٦ ٦٩٨ ١٢٣٤٥").await?;
        visitor.choose_first_slot().await?;
        visitor.page().press("Request a call").await?;
        visitor.page().sees("Your call is booked").await?;
        agent.open_requests().await?;
        let when = words(agent.page(), "value-when").await?;
        ensure!(when.contains(':') && when.chars().filter(char::is_ascii_digit).count() < 8, "a time in words, not {when}");
        agent.page().sees("When?").await?;
        let phone = agent.page().js("return deep('[data-test=value-phone] a').getAttribute('href');").await?;
        ensure!(phone.as_str().is_some_and(|href| href.starts_with("tel:") && href.is_ascii()), "{phone}");

        let caller = world.visitor(Engine::Chromium, "call-now").await?;
        caller.open("Call me now").await?;
        caller.page().fill("Your name", "Vera").await?;
        caller.page().fill("Phone", "+1 (555) 010-9999 ext. 12").await?;
        caller.page().fill("Hotel", "1234567").await?;
        caller.page().press("Request a call").await?;
        caller.page().sees("Your call is on its way").await?;
        ensure!(words(agent.page(), "value-hotel").await? == "1234567");
        let link = agent.page().js("return !!deep('[data-test=value-hotel] a');").await?;
        ensure!(link == false, "a hotel is not dialled");
        let dials = "return deepAll('[data-test=value-phone] a').some((a) => a.getAttribute('href') === 'tel:+15550109999;ext=12');";
        agent.page().until("the number with its extension", dials).await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_and_ratings_are_words_for_the_agent() {
    scenario("choices", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        visitor.open("Chat with us").await?;
        let choose = "const list = field('Topic'); if (!list) return false; list.value = 'order'; \
                      list.dispatchEvent(new Event('input', { bubbles: true, composed: true })); return true;";
        visitor.page().until("the topic", choose).await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        let topic = agent.page().until("the topic", "return deep('[data-test=value-topic]')?.textContent;").await?;
        ensure!(topic == "An order", "{topic}");
        agent.end().await?;
        visitor.submit_survey(4).await?;
        let stars = words(agent.page(), "answer-stars").await?;
        ensure!(stars == "Your rating: 4 of 5", "{stars}");
        Ok(())
    })
    .await;
}
