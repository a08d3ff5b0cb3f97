//! Pictures of the demo site, of the widget in its states, and of the desk.

use anyhow::{Context, Result};
use chinwag_e2e::{Agent, Browser, Engine, Gallery, HostPage, LOOKS as GALLERY_LOOKS, Page, Visitor, World};
use serde_json::json;
use std::path::{Path, PathBuf};

/// A screen and its settings: name, width, height, dark colours or not, language of the page.
const LOOKS: [(&str, u32, u32, bool, &str); 4] = [
    ("desktop", 1280, 860, false, "en"),
    ("dark", 1280, 860, true, "en"),
    ("phone", 390, 844, false, "en"),
    ("rtl", 1280, 860, false, "ar"),
];

#[tokio::main]
async fn main() -> Result<()> {
    let out = PathBuf::from(std::env::args().nth(1).context("say into which folder")?);
    let world = World::start().await?;
    if std::env::args().nth(2).as_deref() == Some("gallery") {
        return gallery(&world, &out).await;
    }
    for look in LOOKS {
        whole_chat(&world, &out, look).await?;
    }
    gallery(&world, &out).await?;
    site(&World::demo(false).await?, &out).await
}

/// Every state of the widget, in every look.
async fn gallery(world: &World, out: &Path) -> Result<()> {
    world.add_gallery().await?;
    for look in GALLERY_LOOKS {
        let gallery = Gallery::open(world, look).await?;
        for state in &gallery.states {
            gallery.show(state).await?;
            gallery.browser.page.picture(&out.join(format!("gallery-{}-{state}.png", look.name))).await?;
        }
        gallery.show("chat").await?;
        gallery.browser.page.js("deep('[data-do=more]').click(); return 1;").await?;
        gallery.rest().await?;
        gallery.browser.page.picture(&out.join(format!("gallery-{}-menu.png", look.name))).await?;
    }
    Ok(())
}

async fn set_look(browser: &Browser, (_, width, height, dark, _): (&str, u32, u32, bool, &str)) -> Result<()> {
    let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
    browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
    browser.devtools("Emulation.setScrollbarsHidden", &json!({"hidden": true})).await?;
    let scheme = if dark { "dark" } else { "light" };
    browser.devtools("Emulation.setEmulatedMedia", &json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]})).await?;
    Ok(())
}

async fn take(browser: &Browser, out: &Path, name: &str) -> Result<()> {
    browser.page.until("all to come to rest", "return roots(document).flatMap((r) => r.getAnimations()).every((a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity);").await?;
    browser.page.picture(&out.join(format!("{name}.png"))).await
}

/// A conversation from the launcher to the survey, with a picture of each state on both sides.
async fn whole_chat(world: &World, out: &Path, look: (&str, u32, u32, bool, &str)) -> Result<()> {
    let (name, _, _, _, locale) = look;
    let agent = world.agent_signed_in("ada").await?;
    set_look(&agent.browser, look).await?;
    agent.be_ready().await?;
    let browser = world.browser(Engine::Chromium, "visitor").await?;
    set_look(&browser, look).await?;
    let page = HostPage::listening(&world.snippet("shop"), "<p>Welcome to a page of somebody's shop.</p>");
    let direction = if locale == "ar" { "rtl" } else { "ltr" };
    let page = HostPage { html: page.html.replace("lang=\"en\"", &format!("lang=\"{locale}\" dir=\"{direction}\"")), ..page };
    browser.page.open(&world.host.put("/page", &page)).await?;
    let visitor = Visitor::at(browser);
    visitor.hears(&["Loaded", "WidgetShown"]).await?;
    let shot = async |state: &str| take(&visitor.browser, out, &format!("widget-{name}-{state}")).await;
    shot("1-launcher").await?;
    visitor.open("Chat with us").await?;
    visitor.page().sees("Before we start").await?;
    shot("2-form").await?;
    visitor.page().press("Start the chat").await?;
    shot("3-form-errors").await?;
    visitor.submit_form().await?;
    visitor.page().until("the queue", "return heard.some((e) => e.type === 'ChatStarted');").await?;
    shot("4-queue").await?;
    desk_and_rest(&agent, &visitor, out, name).await
}

async fn desk_and_rest(agent: &Agent, visitor: &Visitor, out: &Path, name: &str) -> Result<()> {
    let shot = async |state: &str| take(&visitor.browser, out, &format!("widget-{name}-{state}")).await;
    let desk = async |state: &str| take(&agent.browser, out, &format!("desk-{name}-{state}")).await;
    desk("1-offer").await?;
    agent.accept().await?;
    visitor.page().js("Chinwag.sendMessage('Hello! Does the blue one come in a larger size?');").await?;
    agent.page().sees("larger size").await?;
    agent.say("Good morning! Yes, up to 62 cm: https://shop.example/bikes/blue").await?;
    visitor.page().sees("up to 62 cm").await?;
    visitor.page().js("Chinwag.sendMessage('Perfect, thank you 🎉');").await?;
    agent.page().sees("Perfect").await?;
    shot("5-conversation").await?;
    desk("2-conversation").await?;
    send_files(visitor.page(), "frame.png").await?;
    send_files(agent.page(), "size table.png").await?;
    visitor.page().until("the files", "return deepAll('[data-test=file] canvas').length === 2;").await?;
    shot("5-files").await?;
    desk("2-files").await?;
    agent.end().await?;
    visitor.page().sees("How did we do?").await?;
    shot("6-survey").await?;
    desk("3-ended").await?;
    agent.open_requests().await?;
    desk("4-requests").await?;
    agent.be_away().await
}

/// A picture that the page draws, a file that is accepted and one that is refused, as if chosen in the browser's dialog.
async fn send_files(page: &Page, name: &str) -> Result<()> {
    let script = "const input = deep('[data-test=attach]'); if (!input) return false; const canvas = document.createElement('canvas'); \
        canvas.width = 640; canvas.height = 400; const pen = canvas.getContext('2d'); \
        for (let n = 0; n < 8; n += 1) { pen.fillStyle = `hsl(${n * 45} 60% 60%)`; pen.fillRect(n * 80, 0, 80, 400); } \
        const bytes = Uint8Array.from(atob(canvas.toDataURL('image/png').split(',')[1]), (c) => c.charCodeAt(0)); \
        const data = new DataTransfer(); data.items.add(new File([bytes], arguments[0], { type: 'image/png' })); \
        data.items.add(new File(['hello'], 'order.txt', { type: 'text/plain' })); data.items.add(new File(['hello'], 'order.exe', {})); \
        input.files = data.files; input.dispatchEvent(new Event('change', { bubbles: true, composed: true })); return true;";
    page.until_with("the button for files", script, vec![json!(name)]).await?;
    let done = "return deepAll('[data-test=upload]').every((e) => ['failed', 'stored'].includes(e.dataset.state));";
    page.until("the files to be sent", done).await.map(|_| ())
}

/// The demo site, and the picture of the README.
async fn site(world: &World, out: &Path) -> Result<()> {
    let browser = world.browser(Engine::Chromium, "guest").await?;
    set_look(&browser, LOOKS[0]).await?;
    for (page, name) in [
        ("/shop.html", "site-shop"),
        ("/events.html", "site-events"),
        ("/examples/", "site-examples"),
        ("/delivery.html", "site-delivery"),
        ("/contact.html", "site-contact"),
        ("/desk/", "desk-sign-in"),
    ] {
        browser.page.open(&format!("{}{page}", world.base)).await?;
        browser.page.until("the page", "return document.readyState === 'complete';").await?;
        take(&browser, out, name).await?;
    }
    readme(out).await
}

/// The picture of the README: the demo's first page, with a conversation that has begun.
async fn readme(out: &Path) -> Result<()> {
    let world = World::demo(true).await?;
    let browser = world.browser(Engine::Chromium, "guest").await?;
    let metrics = json!({"width": 1280, "height": 826, "deviceScaleFactor": 1, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", &metrics).await?;
    browser.devtools("Emulation.setScrollbarsHidden", &json!({"hidden": true})).await?;
    let page = &browser.page;
    page.open(&format!("{}/", world.base)).await?;
    page.client().enter_frame(0).await?;
    page.press("Chat with us").await?;
    page.type_into("the box", "return field('Write a message');", "Hello! Which size do I need?\u{e007}").await?;
    page.sees("How tall are you?").await?;
    page.client().enter_parent_frame().await?;
    page.client().enter_frame(1).await?;
    page.sees("How tall are you?").await?;
    page.client().enter_parent_frame().await?;
    page.sees("A message of the agent arrived.").await?;
    take(&browser, out, "readme").await
}
