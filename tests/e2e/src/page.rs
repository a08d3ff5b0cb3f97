//! One window of a browser: scripts, waiting, clicking, typing.

use anyhow::{Context, Result, bail};
use chinwag_machine::Deadline;
use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// The longest wait for any change of a page, on the reference machine. Far more than pages need.
const DEADLINE: Duration = Duration::from_secs(30);
/// The pause between two checks.
const PAUSE: Duration = Duration::from_millis(60);

/// Whether some words stand in an element on the screen, or in a field.
const SHOWN: &str = "((words) => deepAll('*').some((e) => seen(e) && ([...e.childNodes].some((n) => n.nodeType === 3 && n.data.includes(words)) \
                     || (e.value ?? '').toString().includes(words))))";

/// Helpers in front of every script.
///
/// * `deep(selector)`, `deepAll(selector)`: elements, also inside open shadow roots; the first prefers an element on the screen.
/// * `seen(element)`: whether it is on the screen. `text(element)`: its words.
/// * `nameOf(element)`: its accessible name, as far as these tests need it.
/// * `talk(root)`: the messages of a transcript, of the widget or of the desk, as `[who, words]`; those that are not acknowledged only
///   with `all`.
/// * `button(words)`, `field(words)`: the control on the screen whose name has these words, as a person would look for it.
const HELPERS: &str = r"
const roots = (root) => [root, ...[...root.querySelectorAll('*')].filter((e) => e.shadowRoot).flatMap((e) => roots(e.shadowRoot))];
const deepAll = (selector, root = document) => roots(root).flatMap((r) => [...r.querySelectorAll(selector)]);
const seen = (e) => !!e && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const deep = (selector, root = document) => { const all = deepAll(selector, root); return all.find(seen) || all[0] || null; };
const text = (e) => (e ? (e.innerText ?? e.textContent).trim() : '');
const nameOf = (e) => {
  const ids = (e.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
  return (ids.length ? ids.map((id) => text(e.getRootNode().getElementById(id))).join(' ') : e.getAttribute('aria-label'))
    || [...(e.labels || [])].map(text).join(' ') || text(e) || e.title || '';
};
const talk = (all = true) => deepAll('[data-test=message]')
  .filter((e) => e.dataset.who !== 'system' && (all || !(['sending', 'late'].includes(e.dataset.state) || e.querySelector('[data-test=message-state]'))))
  .map((e) => [e.dataset.who || (e.dataset.party === 'you' ? 'agent' : e.dataset.party), text(e.querySelector('[part~=bubble], [data-test=message-text]'))]);
const named = (selector, words) => deepAll(selector).filter(seen).find((e) => nameOf(e).includes(words)) || null;
const button = (words) => named('button, [role=button], [role=tab], [role=option], a', words);
const field = (words) => named('input, textarea, select, [role=textbox]', words);
";

/// One window of a browser.
#[derive(Clone)]
pub struct Page {
    client: Client,
    label: String,
}

impl Page {
    pub(crate) fn new(client: Client, label: &str) -> Self {
        Self { client, label: label.to_owned() }
    }

    /// The driver's client, for steps that are not covered here.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The name of the person in front of it, for error texts and pictures.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Opens an address.
    ///
    /// # Errors
    /// The driver refuses.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("{}: cannot open {url}", self.label))
    }

    /// The result of a script with a `return`.
    ///
    /// # Errors
    /// It throws.
    pub async fn js(&self, script: &str) -> Result<Value> {
        self.js_with(script, Vec::new()).await
    }

    /// Like [`Page::js`], with values in `arguments`.
    ///
    /// # Errors
    /// It throws.
    pub async fn js_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.client.execute(&format!("{HELPERS}\n{script}"), arguments).await.with_context(|| format!("{}: {script}", self.label))
    }

    /// Waits until a script returns a true value, and returns that.
    ///
    /// # Errors
    /// Not within the deadline; the error names `what` and the script's last value.
    pub async fn until(&self, what: &str, script: &str) -> Result<Value> {
        self.until_with(what, script, Vec::new()).await
    }

    /// Like [`Page::until`], with values in `arguments`.
    ///
    /// # Errors
    /// Those of [`Page::until`].
    pub async fn until_with(&self, what: &str, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let mut deadline = Deadline::new(DEADLINE);
        loop {
            let last = self.js_with(script, arguments.clone()).await;
            match &last {
                Ok(value) if is_true(value) => return last,
                _ if deadline.has_passed() => bail!("{}: waited in vain for {what}; last: {last:?}", self.label),
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Waits for a long step, as long as it makes progress: `progress` is a script whose value changes meanwhile.
    ///
    /// # Errors
    /// It made no progress within the deadline; the error has the last value of `progress`.
    pub async fn until_through(&self, what: &str, script: &str, progress: &str) -> Result<Value> {
        let mut deadline = Deadline::new(DEADLINE);
        let mut reached = Value::Null;
        loop {
            let value = self.js(script).await?;
            if is_true(&value) {
                return Ok(value);
            }
            let now = self.js(progress).await?;
            if now != reached {
                (reached, deadline) = (now, Deadline::new(DEADLINE));
            } else if deadline.has_passed() {
                bail!("{}: waited in vain for {what}; it came to {reached}", self.label);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The element that a script returns, once it is there and on the screen.
    ///
    /// # Errors
    /// Not within the deadline.
    pub async fn element(&self, what: &str, script: &str) -> Result<Element> {
        let guarded = format!("const found = (() => {{ {script} }})(); return seen(found) ? found : null;");
        let found = self.until(what, &guarded).await?;
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str).context("not an element")?;
        Ok(Element::from_element_id(self.client.clone(), id.to_owned().into()))
    }

    /// Clicks with the mouse on the element that a script returns, once it is there.
    ///
    /// # Errors
    /// It does not appear, or another element covers it all the time.
    pub async fn click(&self, what: &str, script: &str) -> Result<()> {
        let mut deadline = Deadline::new(DEADLINE);
        loop {
            // An element that moves or is replaced during the click is searched again.
            match self.element(what, script).await?.click().await {
                Ok(()) => return Ok(()),
                Err(error) if deadline.has_passed() => return Err(error).with_context(|| format!("{}: clicking {what}", self.label)),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Clicks the button with these words.
    ///
    /// # Errors
    /// It does not appear, or another element covers it all the time.
    pub async fn press(&self, words: &str) -> Result<()> {
        self.click(&format!("the button {words:?}"), &format!("return button({});", json!(words))).await
    }

    /// Fills the field with these words in its label.
    ///
    /// # Errors
    /// It does not come or takes no keys.
    pub async fn fill(&self, label: &str, value: &str) -> Result<()> {
        let what = format!("the field {label:?}");
        let element = self.element(&what, &format!("return field({});", json!(label))).await?;
        element.clear().await.with_context(|| format!("{}: clearing {what}", self.label))?;
        element.send_keys(value).await.with_context(|| format!("{}: filling {what}", self.label))
    }

    /// Types into the element that a script returns, key by key, after its text.
    ///
    /// # Errors
    /// It does not come or takes no keys.
    pub async fn type_into(&self, what: &str, script: &str, keys: &str) -> Result<()> {
        self.element(what, script).await?.send_keys(keys).await.with_context(|| format!("{}: typing into {what}", self.label))
    }

    /// Waits until messages of both sides stand in the transcript exactly so, in this order: `("visitor", "hi")`, `("agent", "hello")`.
    /// Of a transcript that is higher than its box the widget draws the lines near the visible part: then the last ones are compared, all
    /// that are drawn.
    ///
    /// # Errors
    /// They never do; the error has the last messages.
    pub async fn reads(&self, messages: &[(&str, &str)]) -> Result<()> {
        let expected: Vec<Value> = messages.iter().map(|(who, text)| json!([who, text])).collect();
        let script = "const drawn = talk(); const cut = deepAll('.space').some((e) => e.offsetHeight > 0) && drawn.length > 2; \
             const expected = cut ? arguments[0].slice(-drawn.length) : arguments[0]; \
             return JSON.stringify(drawn) === JSON.stringify(expected);";
        let waited = self.until_with("the conversation", script, vec![Value::Array(expected)]).await;
        if let Err(error) = waited {
            let last = self.js("return talk();").await?;
            return Err(error.context(format!("the transcript is {last}")));
        }
        Ok(())
    }

    /// Presses keys one after the other, wherever the focus is. Special keys as WebDriver numbers them.
    ///
    /// # Errors
    /// The driver refuses.
    pub async fn press_keys(&self, keys: &str) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys.chars() {
            actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.client.perform_actions(actions).await.with_context(|| format!("{}: pressing keys", self.label))
    }

    /// Waits until these words are on the screen.
    ///
    /// # Errors
    /// Not within the deadline.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let script = format!("return {SHOWN}(arguments[0]);");
        self.until_with(&format!("the words {words:?}"), &script, vec![json!(words)]).await.map(|_| ())
    }

    /// Waits until these words are not on the screen.
    ///
    /// # Errors
    /// Not within the deadline.
    pub async fn sees_no_more(&self, words: &str) -> Result<()> {
        let script = format!("return !{SHOWN}(arguments[0]);");
        self.until_with(&format!("the words {words:?} to go"), &script, vec![json!(words)]).await.map(|_| ())
    }

    /// Takes a picture.
    ///
    /// # Errors
    /// The driver refuses, or the file cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, self.client.screenshot().await?)?;
        Ok(())
    }
}

/// Whether JavaScript treats a value as true.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(value) => value.as_f64() != Some(0.0),
        Value::String(value) => !value.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
