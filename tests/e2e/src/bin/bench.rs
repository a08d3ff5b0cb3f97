//! How long it takes until the widget is there, how long our tasks are, and how long a message is under way.

use anyhow::{Result, ensure};
use chinwag_e2e::{Browser, Engine, HostPage, World};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Loads per figure; the median counts.
const LOADS: usize = 9;
/// Messages each way.
const MESSAGES: u32 = 30;
/// What a task of ours may take while a page loads, on a machine of a quarter of the speed.
const LONGEST_TASK: f64 = 50.0;

#[tokio::main]
async fn main() -> Result<()> {
    let part = std::env::args().nth(1);
    let world = World::start().await?;
    if part.as_deref().is_none_or(|part| part == "load") {
        loading(&world).await?;
    }
    if part.as_deref().is_none_or(|part| part == "talk") {
        talking(&world).await?;
    }
    Ok(())
}

async fn loading(world: &World) -> Result<()> {
    let browser = world.browser(Engine::Chromium, "visitor").await?;
    browser.devtools("Emulation.setCPUThrottlingRate", &json!({"rate": 4})).await?;
    let watch = "<script>window.tasks = []; new PerformanceObserver((list) => list.getEntries().forEach((e) => tasks.push(e.duration)))\
                 .observe({ type: 'longtask', buffered: true });\
                 addEventListener('message', (e) => { if (e.data && e.data.type === 'WidgetShown') window.shown = performance.now(); });</script>";
    let page = world.host.put("/page", &HostPage::listening(&format!("{watch}{}", world.snippet("shop")), ""));
    let (mut launcher, mut shown, mut longest) = (Vec::new(), Vec::new(), 0.0_f64);
    for _ in 0..LOADS {
        browser.devtools("Network.clearBrowserCache", &json!({})).await?;
        browser.page.open(&page).await?;
        let figures = figures(&browser).await?;
        launcher.push(figures[0].as_f64().unwrap_or_default());
        shown.push(figures[1].as_f64().unwrap_or_default());
        longest = figures[2].as_array().into_iter().flatten().filter_map(Value::as_f64).fold(longest, f64::max);
    }
    println!("at a quarter of the speed, cold cache, median of {LOADS} loads:");
    println!("  loader fetched after        {:>6.0} ms", median(&mut launcher));
    println!("  widget shown after          {:>6.0} ms", median(&mut shown));
    println!("  longest task                {longest:>6.0} ms (none over 50 is reported as 0)");
    ensure!(longest <= LONGEST_TASK, "a task of {longest:.0} ms is over {LONGEST_TASK:.0} ms");
    Ok(())
}

async fn figures(browser: &Browser) -> Result<Value> {
    let script = "const loader = performance.getEntriesByType('resource').find((e) => e.name.endsWith('/chinwag.js')); return window.shown && loader && [loader.responseEnd, window.shown, tasks];";
    browser.page.until("the widget", script).await
}

async fn talking(world: &World) -> Result<()> {
    let agent = world.agent("ada").await?;
    let visitor = world.visitor(Engine::Chromium, "plain").await?;
    visitor.open("Chat").await?;
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
