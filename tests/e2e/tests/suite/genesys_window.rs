//! WebChat's window on a page written for Genesys Widgets: its form, the page's own content in it, and its state on the next page (G3).

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, scenario};
use serde_json::{Value, json};

const PAGE: &str = r#"
window._genesys = { widgets: {
  main: { i18n: { en: { webchat: { ChatTitle: 'Advice', ChatFormSubmit: 'Begin' } } } },
  chinwag: { site: 'genesys' },
  webchat: {
    chatButton: { enabled: true, openDelay: 0 },
    form: { inputs: [
      { name: 'firstname', label: '@i18n:webchat.ChatFormFirstName', required: true },
      { id: 'my_order', name: 'order', label: 'Order', placeholder: 'OT-', validate: function (event, row, input, label, $, CXBus, Common) {
        window.asked = [row.jquery, input.attr('id'), label.text(), typeof $, CXBus === window.CXBus, typeof Common.log];
        return /^\d*$/.test(input.val());
      } },
      { name: 'page', type: 'hidden', value: function () { return 'window'; } }
    ] }
  },
  onReady: function (bus) { window.bus = bus; },
  extensions: {
    Notes: function ($, CXBus, Common) {
      var heard = window.heard = JSON.parse(sessionStorage.getItem('heard') || '[]');
      var plugin = CXBus.registerPlugin('Notes');
      ['opened', 'started', 'submitted', 'rejected', 'completed', 'cancelled', 'closed', 'minimized', 'unminimized', 'messageAdded'].forEach(function (name) {
        plugin.subscribe('WebChat.' + name, function (e) {
          heard.push(name === 'messageAdded' ? name + ' ' + e.data.html.find('.text').text() : name);
          sessionStorage.setItem('heard', JSON.stringify(heard));
        });
      });
      plugin.before('WebChat.open', function (options) { options.userData = { vip: 'yes' }; return options; });
      plugin.subscribe('WebChatService.ready', function () {
        plugin.command('WebChatService.registerPreProcessor', { preprocessor: function (message) {
          if (message.text === 'offer') { message.html = true; message.text = '<b>Ten</b> percent<img src=x onerror="window.evil = 1">'; }
          return message;
        } });
      });
      plugin.ready();
    }
  }
} };
"#;

/// The launcher, wherever the widget is.
const LAUNCHER: &str = "return deep('[data-test=launcher]');";

async fn page(world: &chinwag_e2e::World) -> HostPage {
    let server = world.server.lock().await.base();
    let mut page = HostPage::listening("", "");
    page.html =
        page.html.replace("</head>", &format!("<script>{PAGE}</script><script src=\"{server}/genesys/widgets.min.js\"></script></head>"));
    page
}

/// Waits until the page received these events, and no others.
async fn heard(visitor: &Visitor, names: &[&str]) -> Result<()> {
    let script = "return JSON.stringify(heard) === JSON.stringify(arguments[0]) || null;";
    let what = format!("the events {names:?}");
    visitor.page().until_with(&what, script, vec![json!(names)]).await.map(|_| ())
}

async fn command(visitor: &Visitor, path: &str, options: Value) -> Result<Value> {
    let send = "window.outcome = null; bus.command(arguments[0], arguments[1]) \
        .done((value) => { window.outcome = ['done', value?.jquery ?? null]; }).fail((value) => { window.outcome = ['fail', value]; }); return 1;";
    visitor.page().js_with(send, vec![json!(path), options]).await?;
    visitor.page().until("an outcome", "return window.outcome;").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_visit_in_the_window() {
    scenario("genesys_window", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor_at(Engine::Chromium, &page(world).await).await?;
        let screen = visitor.page();

        // The form: the page's validators and ours, on our elements.
        screen.click("the launcher", LAUNCHER).await?;
        heard(&visitor, &["opened"]).await?;
        screen.sees("Advice").await?;
        screen.fill("Order", "x").await?;
        screen.press("Begin").await?;
        screen.sees("Please fill in this field.").await?;
        screen.sees("Please check this entry.").await?;
        let asked = screen.js("return asked;").await?;
        ensure!(asked == json!(["3.7.1", "my_order", "Order", "function", true, "function"]), "{asked}");
        screen.fill("First name", "Vera").await?;
        screen.fill("Order", "7").await?;
        screen.sees_no_more("Please check this entry.").await?;

        // A form that was touched is not lost by accident.
        screen.click("×", "return deep('[data-test=close]');").await?;
        screen.sees("Are you sure you want to close the chat window?").await?;
        screen.press("Cancel").await?;
        heard(&visitor, &["opened"]).await?;

        screen.press("Begin").await?;
        agent.accept().await?;
        for words in ["Vera", "7", "window", "yes"] {
            agent.page().sees(words).await?;
        }
        agent.say("Hello").await?;
        agent.say("offer").await?;
        let whole = ["opened", "submitted", "started", "messageAdded Hello", "messageAdded Ten percent"];
        heard(&visitor, &whole).await?;
        let shown = screen.js("return deep('.text.drawn').innerHTML;").await?;
        ensure!(shown == json!("<b>Ten</b> percent"), "{shown}");
        let outcome =
            command(&visitor, "WebChat.injectMessage", json!({"type": "text", "text": "<i>as it is</i>", "name": "Shop"})).await?;
        ensure!(outcome == json!(["done", "3.7.1"]), "{outcome}");
        screen.sees("<i>as it is</i>").await?;
        ensure!(screen.js("return window.evil ?? null;").await?.is_null(), "nothing of the markup runs");

        // The next page shows the window in the same state.
        command(&visitor, "WebChat.minimize", json!({})).await?;
        heard(&visitor, &[&whole[..], &["messageAdded <i>as it is</i>", "minimized"]].concat()).await?;
        screen.js("sessionStorage.removeItem('heard'); location.reload(); return 1;").await?;
        heard(&visitor, &["opened", "messageAdded Hello", "messageAdded Ten percent"]).await?;
        ensure!(screen.js("return !!deep('[data-test=panel]').getClientRects().length;").await? == json!(false), "it is still minimised");
        screen.click("the launcher", LAUNCHER).await?;
        command(&visitor, "WebChat.close", json!({})).await?;
        screen.click("the answer", "return deep('[data-test=end-confirm]');").await?;
        heard(&visitor, &["opened", "messageAdded Hello", "messageAdded Ten percent", "unminimized", "completed", "closed"]).await?;
        let outcome = command(&visitor, "WebChat.close", json!({})).await?;
        ensure!(outcome == json!(["fail", "already closed"]), "{outcome}");
        ensure!(screen.js("return errors;").await? == json!([]), "nothing is thrown into the page");
        Ok(())
    })
    .await;
}
