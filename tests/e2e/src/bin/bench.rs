//! Measures the time until the widget is shown, the length of our tasks, the time that a message takes, and the speed of the bus.

use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Browser, Engine, Host, HostPage, World};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Loads per figure; the median counts.
const LOADS: usize = 9;
/// A bad mobile network: milliseconds there and back, bytes a second down and up (1.6 and 0.75 Mbit/s).
const ROUND_TRIP: f64 = 150.0;
const DOWN: u32 = 200_000;
const UP: u32 = 93_750;
/// The longest time until the launcher is shown in such a network, on a machine of a quarter of the speed.
const LAUNCHER: f64 = 1250.0;
/// Messages each way.
const MESSAGES: u32 = 30;
/// The longest task of ours while a page loads, on a machine of a quarter of the speed.
const LONGEST_TASK: f64 = 50.0;

#[tokio::main]
async fn main() -> Result<()> {
    let part = std::env::args().nth(1);
    let wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    if wanted("bus") {
        bus().await?;
    }
    if wanted("load") || wanted("talk") {
        let world = World::start().await?;
        if wanted("load") {
            loading(&world).await?;
            opening(&world).await?;
        }
        if wanted("talk") {
            talking(&world).await?;
        }
    }
    Ok(())
}

/// Events and commands of the bus beside two emitters, which deliver at once, and beside tasks that do nothing. All on one page.
async fn bus() -> Result<()> {
    let script = std::fs::read_to_string("target/bench/bus.js").context("run `cargo xtask bench bus`")?;
    let host = Host::start().await?;
    let page = host.put("/bench", &HostPage { html: format!("<!doctype html><script>{script}</script>"), headers: Vec::new() });
    let browser = Browser::start(Engine::Chromium, "bench").await?;
    browser.page.open(&page).await?;
    println!("thousands a second, median of runs in turn; a ratio above 1 is in the bus's favour:");
    println!(
        "{:<9} {:>5} {:>10} {:>10} {:>10} {:>10} {:>10}   {:>9}  {:>10} {:>10}",
        "", "subs", "async", "bare task", "not async", "mitt", "ee3", "async/bare", "sync/mitt", "sync/ee3"
    );
    for kind in ["publish", "command"] {
        for subscribers in [1, 10, 100] {
            let speeds = browser.page.js(&format!("return measure('{kind}', {subscribers});")).await?;
            let speed = |name: &str| speeds[name].as_f64().unwrap_or_default();
            let [ours, bare, sync, mitt, ee3] = ["bus, async", "bare task", "bus, async: false", "mitt", "eventemitter3"].map(speed);
            println!(
                "{kind:<9} {subscribers:>5} {:>10.1} {:>10.1} {:>10.1} {:>10.1} {:>10.1}   {:>9.2}  {:>10.2} {:>10.2}",
                ours / 1e3,
                bare / 1e3,
                sync / 1e3,
                mitt / 1e3,
                ee3 / 1e3,
                ours / bare,
                sync / mitt,
                sync / ee3
            );
        }
    }
    Ok(())
}

/// Each load is the first one of its browser, without caches or compiled code.
async fn loading(world: &World) -> Result<()> {
    let watch = "<script>window.frames = []; new PerformanceObserver((list) => window.frames.push(...list.getEntries()))\
                 .observe({ type: 'long-animation-frame', buffered: true });\
                 addEventListener('message', (e) => { if (e.data && e.data.type === 'WidgetShown') window.shown = performance.now(); });</script>";
    let page = world.host.put("/page", &HostPage::listening(&format!("{watch}{}", world.snippet("shop")), ""));
    let (mut launcher, mut shown, mut longest) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..LOADS {
        let browser = Browser::start(Engine::Chromium, "visitor").await?;
        browser.devtools("Emulation.setCPUThrottlingRate", &json!({"rate": 4})).await?;
        browser.page.open(&page).await?;
        let figures = figures(&browser, &world.base).await?;
        launcher.push(figures[0].as_f64().unwrap_or_default());
        shown.push(figures[1].as_f64().unwrap_or_default());
        longest.push(figures[2].as_f64().unwrap_or_default());
        println!("  {}", figures[3].as_str().filter(|tasks| !tasks.is_empty()).unwrap_or("no long frame"));
    }
    let worst = longest.iter().copied().fold(0.0, f64::max);
    let longest = median(&mut longest);
    println!("at a quarter of the speed, first load of a fresh browser, median of {LOADS}:");
    println!("  loader fetched after        {:>6.0} ms", median(&mut launcher));
    println!("  widget shown after          {:>6.0} ms", median(&mut shown));
    println!(
        "  our longest task            {longest:>6.0} ms (worst of all loads: {worst:.0} ms; 0 where no frame took longer than 50 ms)"
    );
    ensure!(longest <= LONGEST_TASK, "a task of {longest:.0} ms is over {LONGEST_TASK:.0} ms");
    Ok(())
}

/// The launcher over a bad mobile network, and the panel: the launcher is pressed at once, when the files of the panel are still on their
/// way, and again when they are loaded.
async fn opening(world: &World) -> Result<()> {
    let watch = "<script>window.marks = {}; \
        const seen = (what) => [...document.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? [...e.shadowRoot.querySelectorAll(what)] : [])) \
            .find((e) => e.getClientRects().length && getComputedStyle(e).visibility === 'visible'); \
        const mark = (name, is) => { if (!(name in marks) && is) marks[name] = performance.now(); return name in marks; }; \
        const look = () => { requestAnimationFrame(look); \
            const launcher = seen('[part=frame] [part=launcher]'); \
            if (mark('launcher', launcher) && mark('pressed', true) && !marks.once) { marks.once = true; launcher.click(); } \
            const panel = seen('[role=dialog]'); \
            if (mark('panel', panel) && mark('composer', seen('[part=composer]')) && !marks.twice) { marks.twice = true; launcher.click(); } \
            if (marks.twice && mark('closed', !panel) && !marks.again) { marks.again = performance.now(); launcher.click(); } \
            if (marks.again) mark('reopened', panel && performance.now() > marks.again); }; \
        look();</script>";
    // Without an agent there would be no composer.
    let _agent = world.agent("ada").await?;
    let page = world.host.put("/opening", &HostPage::listening(&format!("{watch}{}", world.snippet("plain")), ""));
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..LOADS {
        let browser = Browser::start(Engine::Chromium, "visitor").await?;
        browser.devtools("Network.enable", &json!({})).await?;
        let network = json!({"offline": false, "latency": ROUND_TRIP, "downloadThroughput": DOWN, "uploadThroughput": UP});
        browser.devtools("Network.emulateNetworkConditions", &network).await?;
        browser.devtools("Emulation.setCPUThrottlingRate", &json!({"rate": 4})).await?;
        browser.page.open(&page).await?;
        let marks = browser.page.until("the panel, twice", "return window.marks?.reopened && marks;").await?;
        let at = |name: &str| marks[name].as_f64().unwrap_or_default();
        let found = [at("launcher"), at("panel") - at("launcher"), at("composer") - at("panel"), at("reopened") - at("again")];
        for (times, time) in times.iter_mut().zip(found) {
            times.push(time);
        }
    }
    let [launcher, panel, composer, again] = times.map(|mut times| median(&mut times));
    println!("over slow 4G ({ROUND_TRIP:.0} ms there and back, 1.6 Mbit/s), at a quarter of the speed, median of {LOADS}:");
    println!("  launcher seen after         {launcher:>6.0} ms");
    println!("  panel, pressed at once, in  {panel:>6.0} ms, the composer {composer:.0} ms later");
    println!("  panel, pressed later, in    {again:>6.0} ms");
    ensure!(launcher <= LAUNCHER, "the launcher took {launcher:.0} ms of {LAUNCHER:.0}");
    ensure!(composer <= ROUND_TRIP, "the composer took {composer:.0} ms, more than one round trip");
    Ok(())
}

/// When the loader was there, when the widget was, and the longest that a script of ours ran without a break. A moment after the
/// widget was shown, so that what follows it counts too.
async fn figures(browser: &Browser, base: &str) -> Result<Value> {
    let script = "const loader = performance.getEntriesByType('resource').find((e) => e.name.endsWith('/chinwag.js')); \
         const ours = window.frames.flatMap((frame) => frame.scripts).filter((script) => script.sourceURL.startsWith(arguments[0])); \
         return window.shown && performance.now() > window.shown + 1000 && loader \
         && [loader.responseEnd, window.shown, Math.max(0, ...ours.map((script) => script.duration)), \
            ours.map((script) => Math.round(script.duration) + ' ms ' + script.invoker.replace(/.*\\//, '') + ' at ' + Math.round(script.startTime)).join(', ')];";
    browser.page.until_with("the widget", script, vec![json!(base)]).await
}

async fn talking(world: &World) -> Result<()> {
    let agent = world.agent("ada").await?;
    let visitor = world.visitor(Engine::Chromium, "plain").await?;
    visitor.begin("Chat", "hi").await?;
    agent.accept().await?;
    visitor.page().sees("Ada").await?;
    let mut times = Vec::new();
    for number in 0..MESSAGES {
        let begun = Instant::now();
        visitor.page().js(&format!("Chinwag.sendMessage('message {number}');")).await?;
        agent.page().until("the message", &format!("return talk().some((line) => line[1] === 'message {number}');")).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!("from one screen to the other: median {:.0} ms of {MESSAGES} (looked at every 60 ms)", median(&mut times));
    ensure!(median(&mut times) < Duration::from_secs(2).as_secs_f64() * 1000.0, "a message takes too long");
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
