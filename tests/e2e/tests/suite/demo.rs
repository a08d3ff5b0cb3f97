//! The demo's first page, as after its start.

use crate::accessibility::has_no_violation;
use anyhow::{Result, ensure};
use chinwag_e2e::{Browser, Engine, Page, Visitor, World, lively_demo_scenario};

/// The demo's first page, and the content of its two frames.
struct Both {
    visitor: Visitor,
}

impl Both {
    async fn open(world: &World) -> Result<Self> {
        let browser = world.browser(Engine::Chromium, "newcomer").await?;
        browser.page.open(&format!("{}/", world.base)).await?;
        Ok(Self { visitor: Visitor::at(browser) })
    }

    const fn page(&self) -> &Page {
        self.visitor.page()
    }

    /// Switches to the visitor's page (0), the desk (1), or the page around them.
    async fn go_into(&self, frame: Option<u16>) -> Result<()> {
        self.page().client().enter_parent_frame().await?;
        if let Some(frame) = frame {
            self.page().client().enter_frame(frame).await?;
        }
        Ok(())
    }

    async fn see(&self, frame: u16, words: &str) -> Result<()> {
        self.go_into(Some(frame)).await?;
        self.page().sees(words).await
    }

    /// How often these words stand in the transcript of a frame.
    async fn count(&self, frame: u16, words: &str) -> Result<u64> {
        self.go_into(Some(frame)).await?;
        let counted = self.page().js_with("return talk().filter(([, said]) => said === arguments[0]).length;", vec![words.into()]).await?;
        Ok(counted.as_u64().unwrap_or_default())
    }
}

const VISITOR: u16 = 0;
const AGENT: u16 = 1;
const QUESTION: &str = "Which size do I need?";
const ANSWER: &str = "How tall are you?";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_has_a_chat_at_once_and_can_answer_from_the_desk() {
    lively_demo_scenario("demo_newcomer", async |world| {
        let both = Both::open(world).await?;
        both.go_into(Some(VISITOR)).await?;
        both.visitor.open("Chat with us").await?;
        both.visitor.say(QUESTION).await?;
        both.page().sees(ANSWER).await?;
        // The desk beside it shows the same conversation without a sign-in.
        both.see(AGENT, QUESTION).await?;
        both.page().sees(ANSWER).await?;
        both.page().type_into("the composer", "return deep('[data-test=composer]');", "I am a person\u{e007}").await?;
        both.see(VISITOR, "I am a person").await?;
        // From now on the program is silent: otherwise it would have answered at once, before the person.
        both.visitor.say("What does it cost?").await?;
        both.see(AGENT, "What does it cost?").await?;
        both.page().type_into("the composer", "return deep('[data-test=composer]');", "A lot\u{e007}").await?;
        both.see(VISITOR, "A lot").await?;
        ensure!(both.page().js("return !talk().some(([, said]) => said.includes('790'));").await? == true, "the program was not silent");
        both.go_into(None).await?;
        both.page().sees("A message of the agent arrived.").await?;
        has_no_violation(both.page(), "the demo's first page").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plug_can_be_pulled_and_nothing_is_lost() {
    lively_demo_scenario("demo_plug", async |world| {
        let both = Both::open(world).await?;
        both.go_into(Some(VISITOR)).await?;
        both.visitor.open("Chat with us").await?;
        both.visitor.say(QUESTION).await?;
        both.page().sees(ANSWER).await?;
        both.go_into(None).await?;
        both.page().press("Pull the plug").await?;
        both.page().sees("The line is lost").await?;
        both.go_into(Some(VISITOR)).await?;
        both.visitor.say("written while it was out").await?;
        ensure!(both.count(AGENT, "written while it was out").await? == 0, "it came through a line that is cut");
        both.page().type_into("the composer", "return deep('[data-test=composer]');", "at the desk as well\u{e007}").await?;
        both.go_into(None).await?;
        both.page().press("Put it back").await?;
        both.see(AGENT, "written while it was out").await?;
        both.see(VISITOR, "at the desk as well").await?;
        for frame in [VISITOR, AGENT] {
            for words in ["written while it was out", "at the desk as well"] {
                ensure!(both.count(frame, words).await? == 1, "{words}: not once");
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_can_be_strict_and_speak_as_others_do() {
    lively_demo_scenario("demo_ways", async |world| {
        let both = Both::open(world).await?;
        let page = both.page();
        page.click("the policy", "return document.getElementById('strict');").await?;
        page.sees("require-trusted-types-for 'script'").await?;
        both.go_into(Some(VISITOR)).await?;
        page.until("the strict page", "return location.search === '?policy=strict';").await?;
        both.visitor.open("Chat with us").await?;
        both.visitor.say(QUESTION).await?;
        page.sees(ANSWER).await?;
        both.go_into(None).await?;
        ensure!(page.js("return document.getElementById('told').textContent.includes('enforced');").await? == false, "a violation");
        page.click("CTLive", "return document.querySelector('input[value=messages]');").await?;
        page.sees("ChatOnline").await?;
        page.sees("all as the contract says").await?;
        page.click("Genesys", "return document.querySelector('input[value=genesys]');").await?;
        both.see(VISITOR, "Written for Genesys Widgets").await?;
        both.go_into(None).await?;
        page.sees("WebChat says: ready.").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_demo_leads_on_and_has_no_fault() {
    lively_demo_scenario("demo_pages", async |world| {
        let browser: Browser = world.browser(Engine::Chromium, "reader").await?;
        let page = &browser.page;
        for path in ["/examples/", "/events.html", "/shop.html"] {
            page.open(&format!("{}{path}", world.base)).await?;
            has_no_violation(page, path).await?;
            let links = "window.dead = null; Promise.all([...document.links].filter((a) => a.origin === location.origin).map((a) => fetch(a.href, { method: 'HEAD' }) \
                 .then((answer) => answer.ok ? '' : a.href))).then((all) => { window.dead = all.filter(Boolean); }); return 1;";
            page.js(links).await?;
            let dead = page.until("all links", "return window.dead;").await?;
            ensure!(dead.as_array().is_some_and(Vec::is_empty), "{path} leads nowhere: {dead}");
        }
        Ok(())
    })
    .await;
}
