//! Files in both directions, in real browsers (quality S42 to S44, R65).

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Agent, Engine, Gate, HostPage, Page, Upgrades, Visitor, World, scenario};
use serde_json::{Value, json};

/// Chooses files like the browser's dialog: `[name, content, type]`.
async fn choose(page: &Page, files: Value) -> Result<()> {
    let script = "const input = deep('[data-test=attach]'); if (!input) return false; const data = new DataTransfer(); \
        for (const [name, parts, type] of arguments[0]) data.items.add(new File(parts.map((part) => typeof part === 'string' ? part : new Uint8Array(part)), name, { type })); \
        input.files = data.files; input.dispatchEvent(new Event('change', { bubbles: true, composed: true })); return true;";
    page.until_with("the button for files", script, vec![files]).await.map(|_| ())
}

/// A picture of 3 by 2 pixels that the page draws, as a file.
const DRAW: &str = "const canvas = document.createElement('canvas'); canvas.width = 300; canvas.height = 200; \
    const pen = canvas.getContext('2d'); pen.fillStyle = 'teal'; pen.fillRect(0, 0, 300, 200); \
    const bytes = Uint8Array.from(atob(canvas.toDataURL('image/png').split(',')[1]), (c) => c.charCodeAt(0)); \
    const data = new DataTransfer(); data.items.add(new File([bytes], 'teal.png', { type: 'image/png' })); const input = deep('[data-test=attach]'); ";

/// The files in a transcript of the widget: names, and whether a picture is drawn.
const IN_WIDGET: &str =
    "const files = deepAll('[data-test=file]').map((e) => [text(e.querySelector('.file-name')), !!e.querySelector('canvas')]);";
/// The files in a transcript of the desk.
const AT_DESK: &str = "const files = deepAll('[data-test=file]').map((e) => [text(e.querySelector('[data-test=file-name]')), !!(e.querySelector('img')?.naturalWidth)]);";

async fn sees_files(page: &Page, script: &str, files: Value) -> Result<()> {
    let script = format!("{script} return JSON.stringify(files) === JSON.stringify(arguments[0]);");
    page.until_with(&format!("the files {files}"), &script, vec![files]).await.map(|_| ())
}

async fn meet(world: &World, engine: Engine) -> Result<(Agent, Visitor)> {
    let agent = world.agent("ada").await?;
    let visitor = world.visitor(engine, "shop").await?;
    visitor.open("Chat with us").await?;
    visitor.submit_form().await?;
    agent.accept().await?;
    visitor.page().sees("Ada").await?;
    Ok((agent, visitor))
}

async fn both_ways(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let (agent, visitor) = meet(world, engine).await?;
        let page = visitor.page();
        page.until("the button for files", "return !!deep('[data-test=attach]');").await?;
        // With the button, several at once; its name has the limits.
        let named = page.js("return deep('[data-test=attach]').getAttribute('aria-label');").await?;
        ensure!(named.as_str().is_some_and(|name| name.contains("2.8 MB") && name.contains("pdf, png, txt")), "it is called {named}");
        page.js(&format!("{DRAW} input.files = data.files; input.dispatchEvent(new Event('change', {{ bubbles: true }}));")).await?;
        choose(page, json!([["one.txt", ["hello"], "text/plain"], ["two.txt", ["world"], "text/plain"]])).await?;
        let all = json!([["teal.png", true], ["one.txt", false], ["two.txt", false]]);
        sees_files(page, IN_WIDGET, all.clone()).await?;
        sees_files(agent.page(), AT_DESK, all).await?;
        page.until("nothing on its way", "return !deepAll('[data-test=upload]').length;").await?;
        // The stored file has the bytes that were sent, and is offered for saving.
        let got = page.js("return (async () => { const e = deepAll('a.file')[1]; const r = await fetch(e.href).catch(() => 0); return r ? await r.text() : 'closed'; })();").await?;
        ensure!(got == "closed", "a page does not read what is no picture: {got}");
        // Files that are dropped and pasted.
        for event in ["drop", "paste"] {
            let script = format!(
                "const data = new DataTransfer(); data.items.add(new File(['x'], '{event}.txt', {{ type: 'text/plain' }})); \
                 const e = '{event}' === 'drop' ? new DragEvent('drop', {{ dataTransfer: data, bubbles: true, composed: true, cancelable: true }}) \
                 : new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, composed: true, cancelable: true }}); \
                 deep('[data-test=composer]').dispatchEvent(e); return e.defaultPrevented;"
            );
            let taken = page.js(&script).await?;
            // Not every engine accepts files in an event that a script makes.
            if taken == true {
                page.until(event, &format!("{IN_WIDGET} return files.some(([name]) => name === '{event}.txt');")).await?;
            }
        }
        // The other direction.
        let desk = agent.page();
        desk.js(&format!("{DRAW} input.files = data.files; input.dispatchEvent(new Event('change', {{ bubbles: true }}));")).await?;
        choose(desk, json!([["answer.txt", ["hello"], "text/plain"]])).await?;
        page.until("the agent's", &format!("{IN_WIDGET} return files.filter(([name, drawn]) => name === 'teal.png' && drawn).length === 2 && files.at(-1)[0] === 'answer.txt';")).await?;
        desk.until("nothing on its way", "return !deepAll('[data-test=upload]').length;").await?;
        // All files are there after a reload.
        page.client().refresh().await?;
        page.until("after a reload", &format!("{IN_WIDGET} return files.at(-1)?.[0] === 'answer.txt';")).await.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_files_both_ways_chromium() {
    both_ways("files_both_ways_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_files_both_ways_firefox() {
    both_ways("files_both_ways_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_files_both_ways_webkit() {
    both_ways("files_both_ways_webkit", Engine::WebKit).await;
}

async fn bad_ones(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let (agent, visitor) = meet(world, engine).await?;
        let requests = "performance.getEntriesByType('resource').filter((e) => e.name.includes('/uploads/')).length";
        for page in [visitor.page(), agent.page()] {
            // A file above the limits is refused without a request.
            for (file, words) in [
                (json!(["big.png", [100 * 1024 * 1024], "image/png"]), "MB"),
                (json!(["empty.txt", [], "text/plain"]), "empty"),
                (json!(["page.html", ["<script>window.hacked = 1</script>"], "text/html"]), "pdf, png, txt"),
                (json!(["picture.svg", ["<svg xmlns='http://www.w3.org/2000/svg' onload='hacked=1'/>"], "image/svg+xml"]), "pdf, png, txt"),
                (json!(["report.pdf.exe", ["MZ"], "application/pdf"]), "pdf, png, txt"),
            ] {
                choose(page, json!([file])).await?;
                let told =
                    format!("return deepAll('[data-test=upload][data-state=failed]').some((e) => text(e).includes({}));", json!(words));
                page.until(&format!("{file} to be refused").chars().take(80).collect::<String>(), &told).await?;
                ensure!(page.js(&format!("return {requests};")).await? == 0, "a request was made for {}", file[0]);
                page.click("not to send it", "return deep('[data-test=upload-cancel]');").await?;
                page.until("it is gone", "return !deepAll('[data-test=upload]').length;").await?;
            }
            // Faults that only the server detects: a wrong kind, and a picture that breaks off.
            for (name, content, words) in [
                ("lie.png", json!("<!doctype html><script>window.hacked = 1</script>"), "pdf, png, txt"),
                ("half.png", json!([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0]), "damaged"),
            ] {
                choose(page, json!([[name, [content], "image/png"]])).await?;
                let told =
                    format!("return deepAll('[data-test=upload][data-state=failed]').some((e) => text(e).includes({}));", json!(words));
                page.until(&format!("{name} to be refused"), &told).await?;
                page.click("not to send it", "return deep('[data-test=upload-cancel]');").await?;
                page.until("it is gone", "return !deepAll('[data-test=upload]').length;").await?;
            }
        }
        // A thumbnail is shown during the upload, also when the upload fails later.
        for (page, place) in [(visitor.page(), ".upload .thumb canvas"), (agent.page(), "[data-test=upload-thumb] canvas")] {
            let draw = DRAW.replace("teal.png", "teal.exe");
            page.js(&format!("{draw} input.files = data.files; input.dispatchEvent(new Event('change', {{ bubbles: true }}));")).await?;
            let drawn = format!(
                "const small = deep('{place}'); if (!small?.width) return false; \
                 return small.getContext('2d').getImageData(small.width / 2, small.height / 2, 1, 1).data.join() === '0,128,128,255';"
            );
            page.until("the small picture", &drawn).await?;
            page.click("not to send it", "return deep('[data-test=upload-cancel]');").await?;
        }
        // Unusual names are shown as they are.
        let long = format!("{}.txt", "n".repeat(296));
        choose(
            visitor.page(),
            json!([["a\"b'<img src=x onerror=hacked=1>.txt", ["x"], ""], ["x\u{202e}txt.exe.txt", ["x"], ""], [long, ["x"], ""]]),
        )
        .await?;
        let kept =
            json!([["a\"b'<img src=x onerror=hacked=1>.txt", false], ["xtxt.exe.txt", false], [format!("{}.txt", "n".repeat(109)), false]]);
        sees_files(visitor.page(), IN_WIDGET, kept.clone()).await?;
        sees_files(agent.page(), AT_DESK, kept).await?;
        for page in [visitor.page(), agent.page()] {
            ensure!(page.js("return window.hacked === undefined;").await? == true, "something was executed");
        }
        visitor.say("still here").await?;
        agent.page().sees("still here").await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_bad_files_chromium() {
    bad_ones("files_bad_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_bad_files_firefox() {
    bad_ones("files_bad_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s43_bad_files_webkit() {
    bad_ones("files_bad_webkit", Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r65_an_upload_cut_at_half_goes_on_after_the_server_was_killed() {
    scenario("files_cut", async |world| {
        let gate = Gate::start(&world.base, Upgrades::Pass).await?;
        let agent = world.agent("ada").await?;
        let snippet = format!("<script async src=\"{}/chinwag.js\" data-site=\"shop\"></script>", gate.base());
        let visitor = world.visitor_at(Engine::Chromium, &HostPage::listening(&snippet, "<p>Welcome.</p>")).await?;
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        gate.hold_after(1_000_000);
        choose(visitor.page(), json!([["half.txt", [2_000_000], "text/plain"]])).await?;
        let folder = world.server.lock().await.config().with_file_name("uploads");
        let held = || -> u64 {
            let groups = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            groups
                .filter_map(|group| std::fs::read_dir(group.path()).ok())
                .flatten()
                .flatten()
                .filter_map(|draft| draft.metadata().ok())
                .map(|meta| meta.len())
                .sum()
        };
        chinwag_machine::within(std::time::Duration::from_secs(30), async {
            while held() < 800_000 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await
        .context("half of it to be there")?;
        world.server.lock().await.kill();
        visitor.page().until("it waits", "return deep('[data-test=upload]')?.dataset.state === 'resting';").await?;
        ensure!(held() < 2_000_000, "half of it is there");
        gate.hold_after(u64::MAX);
        world.server.lock().await.run().await?;
        sees_files(visitor.page(), IN_WIDGET, json!([["half.txt", false]])).await?;
        sees_files(agent.page(), AT_DESK, json!([["half.txt", false]])).await?;
        ensure!(held() == 0, "nothing of it is left");
        agent.page().sees("2.0 MB").await
    })
    .await;
}
