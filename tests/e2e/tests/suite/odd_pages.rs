//! Pages that keep fixed elements inside their body, and pages whose own dialogs keep the focus.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, World, scenario};

/// Whether the launcher stands in the lower corner of the window, and is not covered.
const LAUNCHER_IN_WINDOW: &str = "const e = deep('[data-test=launcher]'); const b = e.getBoundingClientRect(); \
    const over = document.elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2); \
    return scrollY > 1000 && b.bottom <= innerHeight && b.bottom > innerHeight - 100 && b.right <= innerWidth && over === e.getRootNode().host;";

async fn at_the_end_of(world: &World, css: &str) -> Result<Visitor> {
    let style = format!("<style>{css} main {{ height: 4000px; }}</style>");
    let page = HostPage::listening(&format!("{style}{}", world.snippet("plain")), "<main>Long.</main>");
    let visitor = world.visitor_at(Engine::Chromium, &page).await?;
    visitor.hears(&["Loaded", "WidgetShown"]).await?;
    visitor.page().js("scrollTo(0, 2000); return 1;").await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_turns_or_blurs_its_body_keeps_the_launcher_in_the_window() {
    scenario("body_transformed", async |world| {
        let agent = world.agent("ada").await?;
        for css in [
            "body { transform: translateX(0); }",
            "body { filter: grayscale(0); }",
            "html { contain: paint; }",
            "html { transform: scale(1); }",
            "body { will-change: transform; position: relative; }",
        ] {
            let visitor = at_the_end_of(world, css).await?;
            visitor.page().until(&format!("the launcher, {css}"), LAUNCHER_IN_WINDOW).await?;
            visitor.open("Chat").await?;
            let inside = "const b = deep('[data-test=panel]').getBoundingClientRect(); return b.height > 300 && b.top >= 0 && b.bottom <= innerHeight;";
            visitor.page().until(&format!("the panel, {css}"), inside).await?;
            visitor.say(css).await?;
            agent.accept().await?;
            agent.page().sees(css).await?;
            agent.end().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_turns_its_body_later_keeps_the_launcher_too() {
    scenario("body_transformed_later", async |world| {
        let visitor = at_the_end_of(world, "").await?;
        visitor.page().until("the launcher", LAUNCHER_IN_WINDOW).await?;
        let top = "return document.querySelectorAll(':popover-open').length;";
        ensure!(visitor.page().js(top).await? == 0, "without need it stays out of the top layer");
        visitor.page().js("document.body.style.transform = 'translateX(-1px)'; return 1;").await?;
        visitor.page().until("the launcher, still", LAUNCHER_IN_WINDOW).await?;
        ensure!(visitor.page().js(top).await? == 1);
        visitor.page().js("Chinwag.destroy(); return 1;").await?;
        ensure!(visitor.page().js(top).await? == 0, "nothing is left there");
        Ok(())
    })
    .await;
}

/// The listeners of dialogs of well-known libraries while they are open, as they register them (Radix: FocusScope; MUI: FocusTrap;
/// Bootstrap: FocusTrap).
const TRAPS: [(&str, &str); 3] = [
    (
        "radix",
        "let last = field; document.addEventListener('focusin', (e) => { if (dialog.contains(e.target)) last = e.target; else last.focus(); }); \
         document.addEventListener('focusout', (e) => { if (e.relatedTarget !== null && !dialog.contains(e.relatedTarget)) last.focus(); });",
    ),
    (
        "mui",
        "const contain = () => { if (!document.hasFocus() || dialog.contains(document.activeElement)) return; field.focus(); }; \
         document.addEventListener('focusin', contain); \
         setInterval(() => { if (document.activeElement && document.activeElement.tagName === 'BODY') contain(); }, 50);",
    ),
    (
        "bootstrap",
        "document.addEventListener('focusin', (e) => { if (e.target !== document && !dialog.contains(e.target)) field.focus(); });",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_beside_a_dialog_of_the_pages_goes_into_the_chat() {
    scenario("focus_traps", async |world| {
        let agent = world.agent("ada").await?;
        for (name, trap) in TRAPS {
            let body = format!(
                "<div id=\"dialog\" role=\"dialog\" aria-modal=\"true\"><input id=\"field\"></div>\
                 <script>const dialog = document.getElementById('dialog'), field = document.getElementById('field'); {trap} field.focus();</script>"
            );
            let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&world.snippet("plain"), &body)).await?;
            visitor.hears(&["Loaded", "WidgetShown"]).await?;
            let page = visitor.page();
            ensure!(page.js("return document.activeElement.id;").await? == "field", "{name}: the dialog has the focus");
            visitor.open("Chat").await?;
            // Back into the dialog, and to the chat again with the mouse.
            page.click("the page's field", "return document.getElementById('field');").await?;
            page.press_keys("a").await?;
            page.click("the composer", "return deep('[data-test=composer]');").await?;
            page.press_keys(&format!("{name}\u{e007}")).await?;
            visitor.reads(&[("visitor", name)]).await?;
            agent.accept().await?;
            agent.page().sees(name).await?;
            ensure!(page.js("return document.getElementById('field').value;").await? == "a", "{name}: nothing of it landed in the page's field");
            agent.end().await?;
        }
        Ok(())
    })
    .await;
}
