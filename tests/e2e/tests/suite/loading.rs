//! Loading the widget, and failures of it.

use anyhow::{Context, ensure};
use chinwag_e2e::{Engine, Host, HostPage, scenario};
use serde_json::json;

/// A byte is changed in every module with this in its name: the page shows the contact link, and gets no exception.
async fn changed(name: &str, part: &str) {
    scenario(name, async |world| {
        let assets = world.server.lock().await.own_assets()?;
        let module = std::fs::read_dir(assets.join("widget"))?
            .filter_map(|item| item.ok().map(|item| item.path()))
            .filter(|path| path.to_string_lossy().contains(".wasm") && path.to_string_lossy().contains(part));
        for path in module {
            let mut bytes = std::fs::read(&path)?;
            let middle = bytes.len() / 2;
            *bytes.get_mut(middle).context("an empty module")? ^= 1;
            std::fs::write(&path, bytes)?;
        }
        world.server.lock().await.restart().await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        visitor
            .page()
            .until(
                "the fallback",
                "const e = deepAll('a').find((e) => text(e).includes('Write to us')); return e && e.href === 'mailto:help@example.com';",
            )
            .await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s37_a_changed_module_is_refused_and_the_fallback_shows() {
    changed("s37_changed_module", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s37_a_changed_later_part_is_refused_and_the_fallback_shows() {
    changed("s37_changed_conversation", "-conversation-").await;
    changed("s37_changed_view", "-view-").await;
}

/// The server has lost every file of a kind: the page shows the contact link, and gets no exception.
async fn without(name: &str, ending: &str) {
    scenario(name, async |world| {
        let assets = world.server.lock().await.own_assets()?;
        for item in std::fs::read_dir(assets.join("widget"))? {
            let path = item?.path();
            if path.to_string_lossy().contains(ending) {
                std::fs::remove_file(path)?;
            }
        }
        world.server.lock().await.restart().await?;
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        visitor.page().until("the fallback", "return deepAll('a').some((e) => text(e).includes('Write to us'));").await?;
        ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r49_a_missing_module_shows_the_fallback() {
    without("a_missing_module", ".wasm").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r49_a_missing_later_part_shows_the_fallback() {
    without("a_missing_conversation", "-conversation-").await;
    without("a_missing_view", "-view-").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r49_a_missing_style_sheet_shows_the_fallback() {
    without("a_missing_style_sheet", ".css").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn panel_is_hidden_until_its_style_sheet_comes_and_has_the_focus_then() {
    late("late_style_sheet", "panel-.*css").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn panel_opens_when_the_view_comes_and_has_the_focus_then() {
    late("late_view", "-view-.*wasm").await;
}

/// Counts the frames that the page paints, and in how many of them a button of ours is visible. It looks after a frame is painted: in its
/// own callback the widget's may still have to run.
pub(crate) const WATCHED: &str = "<script>window.watched = { frames: 0, buttons: 0 }; (function next() {
    requestAnimationFrame(() => setTimeout(() => {
        const buttons = [...document.querySelectorAll('*')].flatMap((element) => [...(element.shadowRoot?.querySelectorAll('button') ?? [])]);
        watched.frames += 1;
        if (buttons.some((button) => button.checkVisibility({ visibilityProperty: true }))) watched.buttons += 1;
        next();
    }));
})();</script>";

/// The first two times that a page asks for such a file the network fails, then it waits for `release()`.
fn slow(file: &str) -> String {
    "<script>const real = fetch; let times = 0; window.fetch = (url, ...more) => \
        !/FILE/.test(url) ? real(url, ...more) : (times += 1) < 3 ? Promise.reject(new TypeError('down')) \
        : new Promise((go) => { window.release = () => go(real(url, ...more)); });</script>"
        .replace("FILE", file)
}

/// The visitor opens the panel before this file of the panel is loaded.
async fn late(name: &str, file: &str) {
    scenario(name, async |world| {
        let _agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{}{}", slow(file), world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.open("Chat").await?;
        visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "DatacollectionStarted"]).await?;
        visitor.page().until("the third attempt", "return !!window.release;").await?;
        let shown = "return !!deepAll('[role=dialog]').filter(seen).length;";
        ensure!(visitor.page().js(shown).await? == false, "nothing is to be seen without its looks");
        visitor.page().js("release(); return 1;").await?;
        visitor.page().until("the panel", shown).await?;
        visitor.page().until("the focus in the form", "return field('Your name').matches(':focus');").await?;
        visitor.submit_form().await?;
        visitor
            .hears(&["Loaded", "WidgetShown", "WidgetClicked", "DatacollectionStarted", "DatacollectionSubmitted", "ChatStarted"])
            .await?;
        Ok(())
    })
    .await;
}

/// Calls and presses that come before the part for conversations is loaded wait for it, in order: none is lost or carried out twice.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_pressed_and_asked_before_the_conversation_comes_is_done_then() {
    scenario("late_conversation", async |world| {
        let agent = world.agent("ada").await?;
        let page = HostPage::listening(&format!("{}{}", slow("-conversation-"), world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        visitor.page().js("Chinwag.setVisitor({ name: 'Early Bird' }); return 1;").await?;
        // Opened, closed, opened: the launcher shows the state each time.
        let shows = |open: bool| format!("return !!deepAll('.frame').find((e) => e.hasAttribute('data-open') === {open});");
        for open in [true, false, true] {
            visitor.open("Chat").await?;
            visitor.page().until("the launcher's answer", &shows(open)).await?;
        }
        visitor.page().until("the third attempt", "return !!window.release;").await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        visitor.page().js("release(); return 1;").await?;
        visitor.page().until("the focus in the form", "return field('Your name').matches(':focus');").await?;
        visitor.page().until("what the page filled in", "return field('Your name').value === 'Early Bird';").await?;
        visitor.page().until("one panel", "return deepAll('[role=dialog]').filter(seen).length === 1;").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        agent.say("Here we are").await?;
        visitor.page().sees("Here we are").await
    })
    .await;
}

/// A conversation of an earlier page is restored when the part for conversations is loaded; until then the launcher is shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_restored_when_its_part_comes() {
    scenario("late_restored", async |world| {
        let agent = world.agent("ada").await?;
        let slow = slow("-conversation-").replace("!/", "!sessionStorage.again || !/");
        let page = HostPage::listening(&format!("{slow}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.open("Chat").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        agent.say("Before the reload").await?;
        visitor.page().sees("Before the reload").await?;
        visitor.page().js("sessionStorage.again = 'yes'; location.reload(); return 1;").await?;
        visitor.page().until("the third attempt", "return !!window.release;").await?;
        visitor.page().until("a launcher", "return deepAll('button').some(seen);").await?;
        agent.say("While it was away").await?;
        visitor.page().js("release(); return 1;").await?;
        visitor.page().sees("Before the reload").await?;
        visitor.page().sees("While it was away").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_site_is_named_and_leaves_the_page_alone() {
    scenario("an_unknown_site", async |world| {
        let noted = "<script>window.said = []; const say = console.error; console.error = (...words) => { said.push(words.join(' ')); say(...words); };</script>";
        let page = HostPage::listening(&format!("{noted}{}", world.snippet("nowhere")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let said = visitor.page().until("one clear error", "return said.length && said;").await?;
        ensure!(said.as_array().is_some_and(|said| said.len() == 1), "{said}");
        ensure!(said[0].as_str().is_some_and(|said| said.contains("nowhere")), "{said}");
        ensure!(visitor.page().js("return errors;").await? == json!([]));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s17_a_page_of_another_origin_is_told_which_one_was_refused() {
    scenario("s17_another_origin", async |world| {
        let elsewhere = Host::start().await?;
        let noted = "<script>window.said = []; console.error = (...words) => said.push(String(words[0]));</script>";
        let tag = world.snippet("shop").replace("async", "async data-contact-href=\"tel:+390401234\" data-contact-label=\"Call us\"");
        let browser = world.browser(Engine::Chromium, "visitor").await?;
        let page = &browser.page;
        page.open(&elsewhere.put("/page", &HostPage::listening(&format!("{noted}{tag}"), ""))).await?;
        page.sees("Call us").await?;
        let said = page.until("one line", "return said.length && said;").await?;
        let line = said[0].as_str().unwrap_or_default();
        let named = line.starts_with("Chinwag: ") && line.contains(&elsewhere.origin()) && line.ends_with("[origin_not_allowed]");
        ensure!(said.as_array().is_some_and(|said| said.len() == 1) && named, "{said}");
        ensure!(page.js("return errors;").await? == json!([]), "nothing is thrown into the page");
        let log = world.server.lock().await.log();
        let logged = log.lines().any(|line| line.contains(&elsewhere.origin()) && line.contains("shop"));
        ensure!(logged, "the log names origin and site: {log}");
        Ok(())
    })
    .await;
}

/// Holds the core back until `release()`.
const SLOW_CORE: &str = "<script>const real = fetch; window.fetch = (url, ...more) => \
     !/chinwag-(?!conversation|view).*wasm/.test(url) ? real(url, ...more) : new Promise((go) => { window.release = () => go(real(url, ...more)); });</script>";

/// The launcher's looks: its text, its colours, and its position.
const LAUNCHER: &str = "const e = deepAll('#chinwag-launcher, #ctw-1').flatMap((h) => [...h.shadowRoot.querySelectorAll('button')]).find(seen); \
     if (!e) return null; const { color, backgroundColor } = getComputedStyle(e); const box = e.getBoundingClientRect(); \
     return { words: text(e), color, backgroundColor, box: [box.x, box.y, box.width, box.height].map(Math.round) };";

#[tokio::test(flavor = "multi_thread")]
async fn first_launcher_keeps_its_words_and_its_colour_when_the_core_comes() {
    scenario("first_launcher", async |world| {
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let page = visitor.page();
        for (name, more, words) in [
            ("words", "data-label=\"Ask us\" data-accent=\"#0b6b57\"", "Ask us"),
            ("words-alone", "data-label=\"Ask the workshop\"", "Ask the workshop"),
            ("sign", "", ""),
        ] {
            let tag = world.snippet("shop").replace("async", &format!("async {more}"));
            page.open(&world.host.put(&format!("/{name}"), &HostPage::listening(&format!("{SLOW_CORE}{tag}"), ""))).await?;
            page.until("the first launcher", "return window.release && document.getElementById('chinwag-launcher');").await?;
            let first = page.until("its looks", LAUNCHER).await?;
            page.js("release(); return 1;").await?;
            page.until("the core's", "return !document.getElementById('chinwag-launcher') && !!document.getElementById('ctw-1');").await?;
            // It is animated when it appears.
            let still = format!(
                "const now = (() => {{ {LAUNCHER} }})(); \
                 return Object.keys(now).every((key) => JSON.stringify(now[key]) === JSON.stringify(arguments[0][key]));"
            );
            let waited = page.until_with("the same looks", &still, vec![first.clone()]).await;
            ensure!(waited.is_ok(), "{name}: {first} became {}", page.js(LAUNCHER).await?);
            ensure!(first["words"] == words, "{name}: {first}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_launcher_follow_the_language() {
    scenario("launcher_language", async |world| {
        let tag = world.snippet("shop").replace("async", "async data-label=\"Ask us\"");
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&tag, "")).await?;
        visitor.page().sees("Ask us").await?;
        visitor.page().until("the core", "return Chinwag.getState().status === 'ready';").await?;
        visitor.page().js("Chinwag.setLocale('de'); return 1;").await?;
        visitor.page().sees("Chat with us").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_is_asked_for_while_it_loads_is_the_one_that_comes() {
    scenario("early_language", async |world| {
        let page = HostPage::listening(&format!("{SLOW_CORE}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the request for the core", "return !!window.release;").await?;
        visitor.page().js("Chinwag.setLocale('de'); release(); return 1;").await?;
        visitor.page().until("German words", "return deepAll('.frame').some((e) => e.lang === 'de');").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_s39_nothing_is_stored_before_the_visitor_does_something() {
    scenario("p1_nothing_is_stored", async |world| {
        let visitor = world.visitor(Engine::Chromium, "shop").await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        let kept = visitor
            .page()
            .js("return [document.cookie, localStorage.length, sessionStorage.length, performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith(location.origin))];")
            .await?;
        ensure!(kept[0] == "" && kept[1] == 0 && kept[2] == 0, "kept: {kept}");
        let asked = kept[3].as_array().cloned().unwrap_or_default();
        for address in asked.iter().filter_map(|address| address.as_str()) {
            let path = address.strip_prefix(&world.base).with_context(|| format!("a request to {address}"))?;
            let known = path == "/chinwag.js" || path.starts_with("/w/") || path.starts_with("/v1/sites/shop/config");
            ensure!(known, "an undocumented request: {address}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r50_loaded_twice_there_is_one_widget() {
    scenario("loaded_twice", async |world| {
        let twice = format!("{0}{0}", world.snippet("shop"));
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&twice, "")).await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        ensure!(
            visitor.page().js("return deepAll('button').filter((e) => seen(e) && nameOf(e).includes('Chat with us')).length;").await? == 1
        );
        Ok(())
    })
    .await;
}

/// A page that hides the widget from the start never shows it, however late the part for conversations is loaded.
#[tokio::test(flavor = "multi_thread")]
async fn a_widget_that_is_hidden_at_once_is_never_seen() {
    scenario("hidden_at_once", async |world| {
        let early = "<script>window.Chinwag = window.Chinwag || { q: [] }; Chinwag.q.push(['hide']);</script>";
        let head = format!("{WATCHED}{early}{}", slow("-conversation-"));
        let page = HostPage::listening(&format!("{head}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().until("the third attempt", "return !!window.release;").await?;
        visitor.page().until("ten more frames", "return watched.frames > (window.since ??= watched.frames) + 10;").await?;
        visitor.page().js("release(); return 1;").await?;
        visitor.page().until("the widget", "return window.Chinwag.getState?.().status === 'ready';").await?;
        visitor.page().until("ten frames with it", "return watched.frames > (window.then ??= watched.frames) + 10;").await?;
        ensure!(visitor.page().js("return watched.buttons;").await? == json!(0), "it was there for a moment");
        visitor.page().js("Chinwag.show(); return 1;").await?;
        visitor.page().until("the launcher", "return watched.buttons > 0;").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn early_calls_are_kept_for_the_core() {
    scenario("early_calls_are_kept", async |world| {
        let _agent = world.agent("ada").await?;
        let early = "<script>window.Chinwag = window.Chinwag || { q: [] }; Chinwag.q.push(['open']);</script>";
        let page = HostPage::listening(&format!("{early}{}", world.snippet("shop")), "");
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        visitor.page().sees("Before we start").await
    })
    .await;
}
