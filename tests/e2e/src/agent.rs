//! An agent at the desk.

use crate::browser::Browser;
use crate::page::Page;
use crate::server::PASSWORD;
use anyhow::Result;

/// An agent or supervisor at the desk.
pub struct Agent {
    /// The browser, for special steps.
    pub browser: Browser,
}

impl Agent {
    /// Opens the desk and signs in.
    ///
    /// # Errors
    /// The desk does not let the user in.
    pub async fn sign_in(browser: Browser, base: &str, user: &str) -> Result<Self> {
        let page = &browser.page;
        page.open(&format!("{base}/desk/")).await?;
        page.fill("User", user).await?;
        page.fill("Password", PASSWORD).await?;
        page.press("Sign in").await?;
        page.until("the desk", "return !field('Password');").await?;
        Ok(Self { browser })
    }

    /// The window.
    #[must_use]
    pub const fn page(&self) -> &Page {
        &self.browser.page
    }

    /// Clicks the element with this test hook.
    ///
    /// # Errors
    /// The element does not appear.
    pub async fn click(&self, hook: &str) -> Result<()> {
        self.page().click(hook, &format!("return deep('[data-test={hook}]');")).await
    }

    /// Sets the agent to ready for conversations.
    ///
    /// # Errors
    /// The desk has no such switch, or the server does not hear of it.
    pub async fn be_ready(&self) -> Result<()> {
        self.click("status-ready").await?;
        self.page().until("to be ready", "return deep('[data-test=status]').dataset.status === 'ready';").await.map(|_| ())
    }

    /// Sets the agent to away: no conversation is offered any more.
    ///
    /// # Errors
    /// The desk has no such switch, or the server does not hear of it.
    pub async fn be_away(&self) -> Result<()> {
        self.click("status-away").await?;
        self.page().until("to be away", "return deep('[data-test=status]').dataset.status === 'away';").await.map(|_| ())
    }

    /// Accepts the offered conversation.
    ///
    /// # Errors
    /// No conversation is offered.
    pub async fn accept(&self) -> Result<()> {
        self.click("offer-accept").await?;
        self.page().until("the conversation", "return deep('[data-test=conversation][data-seat=own]');").await.map(|_| ())
    }

    /// Watches the first conversation of others.
    ///
    /// # Errors
    /// There is none, or the user may not watch it.
    pub async fn watch(&self) -> Result<()> {
        self.click("agents-tab").await?;
        self.click("watch").await
    }

    /// Opens the list of requests for calls.
    ///
    /// # Errors
    /// The desk has no such list.
    pub async fn open_requests(&self) -> Result<()> {
        self.click("requests-tab").await
    }

    /// Types a message and presses Enter.
    ///
    /// # Errors
    /// No conversation is open.
    pub async fn say(&self, message: &str) -> Result<()> {
        self.type_keys(&format!("{message}\u{e007}")).await
    }

    /// Types into the composer and leaves it there.
    ///
    /// # Errors
    /// No conversation is open.
    pub async fn type_keys(&self, keys: &str) -> Result<()> {
        self.page().type_into("the composer", "return deep('[data-test=composer]');", keys).await
    }

    /// Like [`Page::reads`].
    ///
    /// # Errors
    /// The messages never stand so.
    pub async fn reads(&self, messages: &[(&str, &str)]) -> Result<()> {
        self.page().reads(messages).await
    }

    /// Ends the open conversation, and confirms that.
    ///
    /// # Errors
    /// There is no conversation to end.
    pub async fn end(&self) -> Result<()> {
        self.click("end").await?;
        self.click("end-confirm").await
    }
}
