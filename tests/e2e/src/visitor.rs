//! A visitor of the host's site.

use crate::browser::Browser;
use crate::page::Page;
use anyhow::Result;
use serde_json::{Value, json};

/// A visitor in front of a page of the host.
pub struct Visitor {
    /// The browser, for steps that only one test needs.
    pub browser: Browser,
}

impl Visitor {
    /// The visitor in front of this browser.
    #[must_use]
    pub const fn at(browser: Browser) -> Self {
        Self { browser }
    }

    /// The window.
    #[must_use]
    pub const fn page(&self) -> &Page {
        &self.browser.page
    }

    /// Clicks the launcher.
    ///
    /// # Errors
    /// The launcher does not appear.
    pub async fn open(&self, label: &str) -> Result<()> {
        self.page().press(label).await
    }

    /// Fills in the form of the site `shop` and submits it.
    ///
    /// # Errors
    /// The form does not appear.
    pub async fn submit_form(&self) -> Result<()> {
        self.page().fill("Your name", "Vera").await?;
        self.page().fill("Your e-mail", "vera@example.com").await?;
        self.page().press("Start the chat").await
    }

    /// Clicks the launcher of a widget without a form, and begins with a message.
    ///
    /// # Errors
    /// There is no launcher, or no box to type into.
    pub async fn begin(&self, label: &str, message: &str) -> Result<()> {
        self.open(label).await?;
        self.say(message).await
    }

    /// Types a message and presses Enter.
    ///
    /// # Errors
    /// There is no box to type into.
    pub async fn say(&self, message: &str) -> Result<()> {
        self.page().type_into("the box", "return field('Write a message');", &format!("{message}\u{e007}")).await
    }

    /// Chooses "end" in the menu and confirms that.
    ///
    /// # Errors
    /// There is no conversation to end.
    pub async fn end(&self) -> Result<()> {
        self.page().press("More").await?;
        self.page().press("End chat").await?;
        self.page().sees("End this conversation?").await?;
        self.page().click("yes", "return deepAll('button').filter(seen).findLast((e) => nameOf(e).includes('End chat'));").await
    }

    /// Chooses the first free time, whatever the field looks like.
    ///
    /// # Errors
    /// There is no free time.
    pub async fn choose_first_slot(&self) -> Result<()> {
        let script = "const list = field('When?'); \
             if (list && list.tagName === 'SELECT') { list.value = [...list.options].find((o) => o.value).value; \
             list.dispatchEvent(new Event('input', { bubbles: true, composed: true })); list.dispatchEvent(new Event('change', { bubbles: true, composed: true })); return true; } \
             const first = deepAll('input[type=radio]').find((e) => seen(e.labels[0])); if (first) first.labels[0].click(); return !!first;";
        self.page().until("a free time", script).await.map(|_| ())
    }

    /// Sets the stars in the survey.
    ///
    /// # Errors
    /// The survey does not come.
    pub async fn give_stars(&self, stars: u32) -> Result<()> {
        self.page().sees("How did we do?").await?;
        let script = format!(
            "const e = deepAll('input[type=radio]').find((e) => e.value === '{stars}'); return e && (seen(e.labels[0]) ? e.labels[0] : e);"
        );
        self.page().click("the stars", &script).await
    }

    /// Sets the stars and submits the survey of `site.toml`.
    ///
    /// # Errors
    /// The survey does not come.
    pub async fn submit_survey(&self, stars: u32) -> Result<()> {
        self.give_stars(stars).await?;
        self.page().fill("What could be better?", "Nothing").await?;
        self.page().press("Send").await
    }

    /// Like [`Page::reads`].
    ///
    /// # Errors
    /// The messages never stand so.
    pub async fn reads(&self, messages: &[(&str, &str)]) -> Result<()> {
        self.page().reads(messages).await
    }

    /// The window messages of the page, in order: each with `type`, `object`, `keys` and `strict`.
    ///
    /// # Errors
    /// The page does not listen.
    pub async fn heard(&self) -> Result<Vec<Value>> {
        Ok(self.page().js("return window.heard;").await?.as_array().cloned().unwrap_or_default())
    }

    /// Waits until the page has received exactly these events, and returns them.
    ///
    /// # Errors
    /// It receives others, or not all of them.
    pub async fn hears(&self, types: &[&str]) -> Result<Vec<Value>> {
        let script = "return heard.length >= arguments[0] && heard;";
        let waited = self.page().until_with(&format!("{types:?}"), script, vec![json!(types.len())]).await;
        let heard = self.heard().await?;
        let names: Vec<&str> = heard.iter().filter_map(|event| event["type"].as_str()).collect();
        anyhow::ensure!(waited.is_ok() && names == types, "the page heard {names:?}, not {types:?}");
        Ok(heard)
    }
}
