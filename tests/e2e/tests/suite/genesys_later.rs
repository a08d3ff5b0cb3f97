//! Code that only some pages for Genesys Widgets need is in files that are fetched when a command first needs them: here late, or not at all.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, World, scenario};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A page of the shop's, which records the outcomes of its commands in `told`.
async fn page(world: &World) -> HostPage {
    let server = world.server.lock().await.base();
    let head = format!(
        "<script>window._genesys = {{ widgets: {{ main: {{ theme: 'light' }}, webchat: {{}} }} }}; window.told = []; \
           window.ask = (path, options) => CXBus.command(path, options).done(() => told.push(path)).fail((why) => told.push(path + ': ' + why));</script>\
         <script src=\"{server}/genesys.js\" data-site=\"genesys\"></script>"
    );
    HostPage::listening(&head, "")
}

/// The outcomes of commands that are sent in one task.
async fn outcomes(visitor: &Visitor, commands: &Value) -> Result<Vec<String>> {
    let all = commands.as_array().map_or(0, Vec::len);
    visitor.page().until("the bus", "return !!window.CXBus;").await?;
    visitor.page().js_with("told.length = 0; arguments[0].forEach((one) => ask(...one)); return 1;", vec![commands.clone()]).await?;
    let told = visitor.page().until_with("the outcomes", "return told.length === arguments[0] && told;", vec![json!(all)]).await?;
    Ok(told.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The number of files of a kind that the page has fetched.
async fn fetched(visitor: &Visitor, stem: &str) -> Result<Value> {
    let script = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes(arguments[0])).length;";
    visitor.page().js_with(script, vec![json!(stem)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_come_before_their_file_are_done_in_their_order() {
    scenario("genesys_later", async |world| {
        for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
            let visitor = world.visitor_at(engine, &page(world).await).await?;
            visitor.page().until("the chat's window", "return !!CXBus.registry().WebChat;").await?;
            ensure!(fetched(&visitor, "genesys-more-").await? == json!(0), "{engine:?}: fetched by a page that does not need it");
            let given = json!([
                ["Toaster.open", {"title": "First"}],
                ["Toaster.close"],
                ["Toaster.open", {"title": "Second", "body": "<b>in</b> bold"}],
                ["Watchman.alarm", {"time": 1}],
            ]);
            let told = outcomes(&visitor, &given).await?;
            ensure!(told == ["Toaster.open", "Toaster.close", "Toaster.open", "Watchman.alarm"], "{engine:?}: {told:?}");
            visitor.page().sees("Second").await?;
            let shown = visitor.page().js("return [deep('.cx-body').innerHTML, roots(document).length];").await?;
            ensure!(shown[0] == "<b>in</b> bold", "{engine:?}: {shown}");
            ensure!(visitor.page().js("return errors;").await? == json!([]), "{engine:?}: an error");
        }
        Ok(())
    })
    .await;
}

/// Removes the files of a kind from a server, and puts them back.
struct Files {
    moved: Vec<(PathBuf, PathBuf)>,
}

impl Files {
    fn of(assets: &Path, stem: &str) -> Result<Self> {
        let all = fs::read_dir(assets.join("widget"))?.map(|item| Ok(item?.path())).collect::<Result<Vec<_>>>()?;
        let moved = all.into_iter().filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            name.starts_with(stem).then(|| (path, assets.join(name)))
        });
        Ok(Self { moved: moved.collect() })
    }

    async fn take(&self, world: &World) -> Result<()> {
        for (from, to) in &self.moved {
            fs::rename(from, to)?;
        }
        world.server.lock().await.restart().await
    }

    async fn give(&self, world: &World) -> Result<()> {
        for (from, to) in &self.moved {
            fs::rename(to, from)?;
        }
        world.server.lock().await.restart().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_whose_file_cannot_be_had_say_so_and_work_when_it_is_there() {
    scenario("genesys_without_file", async |world| {
        let assets = world.server.lock().await.own_assets()?;
        let more = Files::of(&assets, "genesys-more-")?;
        let given =
            json!([["Toaster.open", {"title": "An offer"}], ["WebChat.open", {"formJSON": {"inputs": [{"name": "order", "label": "Order"}]}}]]);
        for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
            more.take(world).await?;
            let visitor = world.visitor_at(engine, &page(world).await).await?;
            let told = outcomes(&visitor, &given).await?;
            for command in ["Toaster.open", "WebChat.open"] {
                let clear = |outcome: &&String| {
                    outcome.starts_with(&format!("{command}: Chinwag: the server cannot be reached")) && outcome.contains("/w/genesys-more-")
                };
                ensure!(told.iter().any(|outcome| clear(&outcome)), "{engine:?}: {told:?}");
            }
            ensure!(visitor.page().js("return errors;").await? == json!([]), "{engine:?}: nothing is thrown into the page");
            more.give(world).await?;
            let mut told = outcomes(&visitor, &given).await?;
            told.sort();
            ensure!(told == ["Toaster.open", "WebChat.open"], "{engine:?}: once more: {told:?}");
            visitor.page().sees("An offer").await?;
        }
        Ok(())
    })
    .await;
}

/// A page that names a chat server starts with a further file. Its download is repeated until it works, with or without commands.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_over_the_chat_api_starts_when_its_file_is_there() {
    scenario("genesys_without_server_file", async |world| {
        let assets = world.server.lock().await.own_assets()?;
        let file = Files::of(&assets, "genesys-server-")?;
        file.take(world).await?;
        let mut page = page(world).await;
        let server = world.server.lock().await.base();
        page.html = page
            .html
            .replace(" data-site=\"genesys\"", "")
            .replace("webchat: {}", &format!("webchat: {{ dataURL: '{server}/genesys/2/chat/customer-support' }}"));
        let visitor = world.visitor_at(Engine::Chromium, &page).await?;
        let told = outcomes(&visitor, &json!([["WebChat.open"], ["Toaster.open", {"title": "An offer"}]])).await?;
        ensure!(told.iter().any(|outcome| outcome.starts_with("WebChat.open: Could not load plugin file")), "{told:?}");
        ensure!(told.iter().any(|outcome| outcome == "Toaster.open"), "{told:?}");
        file.give(world).await?;
        visitor.page().until("the window's plugin", "return !!CXBus.registry().WebChat;").await?;
        ensure!(outcomes(&visitor, &json!([["WebChat.open"]])).await? == ["WebChat.open"]);
        ensure!(visitor.page().js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}
