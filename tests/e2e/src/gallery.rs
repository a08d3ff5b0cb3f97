//! Every state of the widget's view, with the screens and settings of different people.

use crate::browser::{Browser, Engine, root};
use crate::page::Page;
use crate::scenario::World;
use anyhow::{Context, Result};
use serde_json::{Value, json};

/// A screen and its settings.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    /// The reader's default size of text, in pixels.
    pub text: u32,
    pub locale: &'static str,
    pub dark: bool,
}

const fn look(name: &'static str, width: u32, height: u32, text: u32, locale: &'static str, dark: bool) -> Look {
    Look { name, width, height, text, locale, dark }
}

/// Looks that had faults before: narrow and wide, from right to left, long words, large text.
pub const LOOKS: [Look; 12] = [
    look("desktop", 1280, 860, 16, "en", false),
    look("desktop-dark", 1280, 860, 16, "en", true),
    look("desktop-rtl", 1280, 860, 16, "ar", false),
    look("laptop", 1024, 600, 16, "ru", false),
    look("phone", 390, 844, 16, "en", false),
    look("phone-german", 390, 844, 16, "de", false),
    look("phone-rtl", 390, 844, 16, "ar", false),
    look("phone-small", 320, 568, 16, "ru", true),
    look("phone-large-text", 390, 844, 32, "en", false),
    look("phone-large-german", 390, 844, 32, "de", false),
    look("phone-large-rtl", 390, 844, 32, "ar", false),
    look("desktop-large-text", 1440, 900, 32, "de", false),
];

/// A browser with the gallery in it.
pub struct Gallery {
    pub browser: Browser,
    /// The names of all states.
    pub states: Vec<String>,
    look: Look,
}

impl Gallery {
    /// Opens the gallery with a look.
    ///
    /// # Errors
    /// The gallery is not built, or the browser does not start.
    pub async fn open(world: &World, look: Look) -> Result<Self> {
        let size = format!("--blink-settings=defaultFontSize={}", look.text);
        let browser = world.browser_with(Engine::Chromium, look.name, &[&size]).await?;
        let metrics = json!({"width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.width < 500});
        browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
        browser.devtools("Emulation.setScrollbarsHidden", &json!({"hidden": true})).await?;
        let scheme = if look.dark { "dark" } else { "light" };
        browser.devtools("Emulation.setEmulatedMedia", &json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]})).await?;
        browser.page.open(&format!("{}/examples/gallery/", world.base)).await?;
        let names = browser.page.until("the gallery", "return window.gallery?.galleryNames();").await?;
        let states = names.as_str().context("no names")?.split_ascii_whitespace().map(str::to_owned).collect();
        Ok(Self { browser, states, look })
    }

    /// Shows a state, and waits until nothing moves.
    ///
    /// # Errors
    /// The state cannot be shown.
    pub async fn show(&self, state: &str) -> Result<()> {
        let file = root().join(format!("src/browser/texts/{}.json", self.look.locale));
        let show = "gallery.gallery(arguments[0], arguments[1], arguments[2], '#0b6b57'); return 1;";
        self.browser.page.js_with(show, vec![json!(state), json!(self.look.locale), json!(std::fs::read_to_string(file)?)]).await?;
        self.rest().await
    }

    /// Waits until nothing moves.
    ///
    /// # Errors
    /// The page does not come to rest.
    pub async fn rest(&self) -> Result<()> {
        let rest = "return roots(document).flatMap((r) => r.getAnimations()).every((a) => a.playState !== 'running');";
        self.browser.page.until("all to come to rest", rest).await.map(|_| ())
    }

    /// Faults of the controls on the screen: outside of the window, covered by another element, or with text cut off. Each is
    /// scrolled into view before it is checked.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn faults(&self) -> Result<Vec<String>> {
        faults(&self.browser.page, "document.getElementById('gallery').shadowRoot").await
    }
}

/// Like [`Gallery::faults`], for a widget on any page. `root`: its shadow root or its element, as an expression.
///
/// # Errors
/// The page is gone.
pub async fn faults(page: &Page, root: &str) -> Result<Vec<String>> {
    let found = page.js(&format!("const root = {root};{FAULTS}")).await?;
    Ok(found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

const FAULTS: &str = r#"
const visible = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
const words = (e) => (e.dataset.test || e.className || e.tagName) + ' "' + nameOf(e).slice(0, 30) + '"';
const faults = [];
for (const control of root.querySelectorAll('button,a[href],input,select,textarea,[tabindex="0"]')) {
  if (!control.isConnected || !visible(control) || control.closest('[inert]')) continue;
  control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (!control.isConnected) continue;
  // A link over two lines is looked for at its first line.
  const box = control.getClientRects()[0];
  if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) {
    faults.push(words(control) + ' is outside: ' + [box.left, box.top, box.right, box.bottom].map(Math.round));
    continue;
  }
  if (box.width < 24 && !control.closest('.text,.info,.privacy,.tick,.answers') || box.height < 14) faults.push(words(control) + ' is tiny: ' + box.width + ' by ' + box.height);
  const hit = root.getRootNode().elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const label = control.closest('label');
  // Menu and emoji cover the transcript as long as they are open.
  const under = hit && control.closest('.log') && hit.closest('.stack,.emoji,.menu') && (control.matches('.log') || !hit.closest('.stack'));
  if (!(hit && (control.contains(hit) || (label && label.contains(hit)) || under))) {
    faults.push(words(control) + ' is covered by ' + (hit ? words(hit) : 'nothing of ours'));
  }
}
for (const text of root.querySelectorAll('.title,.status,.banner,.tab .words,button,h2,h3,p,.label,.said,.ends span')) {
  if (!visible(text) || text.closest('.vh,[inert]')) continue;
  // The number of unread messages extends over the edge.
  if (text.querySelector('.badge:not([hidden])')) continue;
  if (text.scrollWidth > text.clientWidth + 1 && text.clientWidth || text.scrollHeight > text.clientHeight + 2 && text.clientHeight && !text.matches('button')) {
    faults.push(words(text) + ' is cut: ' + [text.scrollWidth, text.clientWidth, text.scrollHeight, text.clientHeight]);
  }
}
const title = root.querySelector('.title');
if (title && visible(title) && title.clientWidth < 60) faults.push('the title has no width');
for (const box of root.querySelectorAll('.panel,.main,.foot,.log,.fields,.notice,.head')) {
  if (visible(box) && box.scrollWidth > box.clientWidth + 1) faults.push(words(box) + ' scrolls sideways: ' + [box.scrollWidth, box.clientWidth]);
}
return faults;
"#;
