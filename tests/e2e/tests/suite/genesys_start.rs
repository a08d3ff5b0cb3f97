//! Pages written for Genesys Widgets, each started in its own way: only the address of the script is changed in them.

use anyhow::{Result, ensure};
use chinwag_e2e::{Browser, Engine, HostPage, World, scenario};
use serde_json::{Value, json};

/// Records the page's notes, and the globals that it had before our script.
const NOTES: &str = "<script>window.order = []; window.before = Object.keys(window); window.note = (text) => { order.push(text); };\
    addEventListener('error', (event) => note('error ' + event.message)); addEventListener('unhandledrejection', (event) => note('rejection ' + event.reason));</script>";

/// A browser on a page with this in its head.
async fn page(world: &World, engine: Engine, head: &str) -> Result<Browser> {
    let browser = world.browser(engine, "visitor").await?;
    let html = format!("<!doctype html><html lang=\"en\"><head><title>A page</title>{NOTES}{head}</head><body></body></html>");
    browser.page.open(&world.host.put("/page", &HostPage { html, headers: Vec::new() })).await?;
    Ok(browser)
}

/// Waits until the page noted this as the last thing, then returns all that it noted.
async fn noted(browser: &Browser, last: &str) -> Result<Value> {
    browser.page.until_with("the last note", "return order.includes(arguments[0]) && order;", vec![json!(last)]).await
}

/// The page has no further globals than these.
async fn only_known_globals(browser: &Browser, known: &[&str]) -> Result<()> {
    // `ret_nodes` is set by the browser's driver.
    let script = "const known = [...before, 'before', 'note', 'order', 'ret_nodes']; return Object.keys(window).filter((name) => !known.includes(name)).sort();";
    let found = browser.page.js(script).await?;
    ensure!(found == json!(known), "{found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one_with_an_extension_that_needs_jquery() {
    scenario("genesys_all_in_one", async |world| {
        for (engine, name) in [(Engine::Chromium, "genesys.js"), (Engine::Firefox, "genesys/widgets.min.js")] {
            let head = format!(
                "<script>window._genesys = {{ other: 1, widgets: {{ main: {{ theme: 'light' }}, \
                   onReady: function (bus) {{ note('onReady ' + bus.namespace()); }}, \
                   extensions: {{ Shop: function ($, CXBus, Common) {{ \
                     var shop = CXBus.registerPlugin('Shop'); \
                     note('extension ' + typeof $.fn.find + ' ' + Common.Generate.Container({{ title: '<b>x</b>' }}).find('.cx-title').text()); \
                     shop.subscribe('App.ready', function (e) {{ note(e.event + ' ' + (e.data === window._genesys.widgets)); }}); \
                     shop.command('App.getTheme').done(function (theme) {{ note(theme); }}); \
                     shop.ready(); }} }} }} }};</script>\
                 <script src=\"{}/{name}\" data-site=\"shop\"></script>\
                 <script>note(typeof window._genesys.widgets.bus.command);</script>",
                world.base
            );
            let browser = page(world, engine, &head).await?;
            let order = noted(&browser, "App.ready true").await?;
            let expected = json!(["function", "extension function <b>x</b>", "onReady QuickBus", "cx-theme-light", "App.ready true"]);
            ensure!(order == expected, "{engine:?}: {order}");
            only_known_globals(&browser, &["CXBus", "Chinwag", "_genesys"]).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lazy_with_an_attribute_and_a_second_configuration() {
    scenario("genesys_lazy", async |world| {
        for (engine, name) in [(Engine::Chromium, "genesys/cxbus.min.js"), (Engine::Firefox, "genesys.js")] {
            let head = format!(
                "<script>window._genesys = {{ widgets: {{ main: {{ lang: 'de' }} }} }};</script>\
                 <script src=\"{}/{name}\" data-site=\"shop\" onload=\"window._genesys = {{ widgets: {{ main: {{ lang: 'it' }}, \
                   onReady: function (bus) {{ note('onReady ' + bus.data('App.language')); }} }} }}; \
                   CXBus.configure({{ debug: false, pluginsPath: '/plugins/' }}); \
                   CXBus.loadPlugin('widgets-core').done(function () {{ note('core'); }}); \
                   CXBus.command('App.getTheme').then(function (theme) {{ note(theme); }});\"></script>",
                world.base
            );
            let browser = page(world, engine, &head).await?;
            let order = noted(&browser, "cx-theme-dark").await?;
            ensure!(order == json!(["onReady it", "core", "cx-theme-dark"]), "{engine:?}: {order}");
            // No plugin uses our widgets yet.
            only_known_globals(&browser, &["CXBus", "_genesys"]).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_builds_its_scripts_and_has_plugins_of_its_own() {
    scenario("genesys_built", async |world| {
        let script = |path: &str, text: &str| world.host.put(path, &HostPage { html: text.into(), headers: Vec::new() });
        let configuration = script("/configuration.js", "window._genesys = { widgets: { main: { timeFormat: 24 } } };");
        let plugin = "(function () { var p = CXBus.registerPlugin('Mine'); \
            p.registerCommand('hello', function (e) { e.deferred.resolve('hello ' + e.commander + ' ' + CXBus.data('App.timeFormat')); }); p.ready(); })();";
        drop(script("/plugins/mine.min.js", plugin));
        let head = format!(
            "<script>var s = document.createElement('script'); s.src = '{}/genesys.js'; s.dataset.site = 'shop'; s.onload = function () {{ \
               CXBus.configure({{ pluginsPath: '/plugins' }}); \
               CXBus.loadFile('{configuration}').done(function () {{ CXBus.loadPlugin('widgets-core').done(function () {{ \
                 CXBus.command('Mine.hello').done(function (text) {{ note(text); \
                   CXBus.command('Missing.x').fail(function (text) {{ note(text); note('end'); }}); }}); }}); }}); }}; \
             document.head.appendChild(s); delete window.s;</script>",
            world.base
        );
        let browser = page(world, Engine::Chromium, &head).await?;
        let order = noted(&browser, "end").await?;
        let failed = "Could not load plugin file in given location. Check your plugins path option.";
        ensure!(order == json!(["hello CXBus 24", failed, "end"]), "{order}");
        Ok(())
    })
    .await;
}
