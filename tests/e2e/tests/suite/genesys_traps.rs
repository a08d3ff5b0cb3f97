//! A core that traps on a page written for Genesys Widgets.

use crate::embedding::TRAPS;
use crate::genesys::{Way, command, heard_until, page};
use anyhow::ensure;
use chinwag_e2e::{Engine, scenario};
use serde_json::json;

/// A core that traps while the bus uses it: commands settle, the page goes on, and another core goes on with the conversation.
async fn traps(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let way = Way { chinwag: "{ chinwag: { site: 'genesys' } }".into() };
        let mut host = page(world, &way).await?;
        host.html = host.html.replacen("<script>", &format!("{TRAPS}<script>"), 1);
        let visitor = world.visitor_at(engine, &host).await?;
        let at = &mut 0;
        heard_until(&visitor, at, "ready").await?;
        let opened = command(&visitor, "WebChat.open", json!({"form": {"firstname": "Vera", "autoSubmit": true}})).await?;
        ensure!(opened[0] == "done", "{opened}");
        agent.accept().await?;
        heard_until(&visitor, at, "agentConnected").await?;
        agent.say("Good morning").await?;
        visitor.page().sees("Good morning").await?;

        // In the middle of a command: whatever becomes of the message, the page hears of it once.
        visitor.page().js("window.old = document.getElementById('ctw-1'); window.trap = 1; window.settled = []; \
             for (const [path, options] of [['WebChatService.sendMessage', { message: 'While it traps' }], ['WebChatService.getAgents', {}], \
               ['WebChatService.getTranscript', {}], ['WebChatService.sendTyping', {}], ['WebChat.configure', {}]]) \
               bus.command(path, options).always(() => settled.push(path));").await?;
        visitor.page().until("every command to settle", "return settled.length === 5;").await?;
        visitor.page().until("another core", "return document.getElementById('ctw-1') && document.getElementById('ctw-1') !== window.old;").await?;
        visitor.page().sees("Good morning").await?;
        let sent = command(&visitor, "WebChatService.sendMessage", json!({"message": "Still here"})).await?;
        ensure!(sent[0] == "done", "{sent}");
        agent.page().sees("Still here").await?;
        agent.say("So am I").await?;
        visitor.page().sees("So am I").await?;
        let texts = "return heard.flatMap(([name, messages]) => (name === 'messageReceived' ? messages : [])).filter(([type, from]) => type === 'Message' && from === 'Agent').map(([, , text]) => text);";
        let texts_heard = visitor.page().js(texts).await?;
        ensure!(texts_heard == json!(["Good morning", "So am I"]), "each message is told once: {texts_heard}");
        let closed = command(&visitor, "WebChat.minimize", json!({})).await?;
        ensure!(closed[0] == "done", "{closed}");

        // The second time it stays away, and the page hears that of every command.
        visitor.page().js("window.trap = 1; window.settled = []; bus.command('WebChatService.sendMessage', { message: 'Again' }).always(() => settled.push('send'));").await?;
        visitor.page().until("the command to settle", "return settled.length === 1;").await?;
        visitor.page().until("no widget", "return !document.getElementById('ctw-1');").await?;
        let after = command(&visitor, "WebChatService.sendMessage", json!({"message": "To nobody"})).await?;
        ensure!(after[0] == "fail", "{after}");
        let errors = visitor.page().js("return errors;").await?;
        ensure!(errors == json!([]), "thrown into the page: {errors}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_trap_of_the_core_does_not_stop_the_bus_in_chromium() {
    traps("r17_genesys_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_trap_of_the_core_does_not_stop_the_bus_in_firefox() {
    traps("r17_genesys_firefox", Engine::Firefox).await;
}
