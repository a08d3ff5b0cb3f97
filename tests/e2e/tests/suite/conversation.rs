//! The product's main job: a visitor and an agent talk, and the host's page gets the events.

use anyhow::{Result, ensure};
use chinwag_e2e::{Engine, scenario};
use serde_json::{Value, json};

/// The page's window messages from the load to the survey.
pub(crate) const WHOLE_FLOW: [&str; 10] = [
    "Loaded",
    "WidgetShown",
    "WidgetClicked",
    "DatacollectionStarted",
    "DatacollectionSubmitted",
    "ChatStarted",
    "ChatOnline",
    "ChatFinished",
    "SurveyStarted",
    "SurveySubmitted",
];

/// Form, conversation both ways, end, survey, and every event with all its fields.
async fn whole_flow(name: &str, engine: Engine) {
    scenario(name, async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(engine, "shop").await?;
        visitor.hears(&["Loaded", "WidgetShown"]).await?;
        visitor.open("Chat with us").await?;
        visitor.submit_form().await?;
        agent.accept().await?;
        visitor.page().sees("Ada").await?;
        visitor.say("hi").await?;
        agent.reads(&[("visitor", "hi")]).await?;
        agent.type_keys("Good").await?;
        visitor.page().sees("Ada is typing").await?;
        agent.say(" morning").await?;
        visitor.reads(&[("visitor", "hi"), ("agent", "Good morning")]).await?;
        agent.end().await?;
        visitor.submit_survey(4).await?;
        visitor.page().sees("Thank you!").await?;
        let heard = visitor.hears(&WHOLE_FLOW).await?;
        for event in &heard {
            ensure!(event["keys"] == json!(["name", "type", "object"]), "the envelope's keys are {}", event["keys"]);
            ensure!(event["strict"] == true, "a strict listener does not take {event}");
        }
        check_fields(&heard, "ctw-1", "sales-chat")
    })
    .await;
}

/// The fields of each event of the whole flow, with their types, and nothing else (strict mode).
pub(crate) fn check_fields(heard: &[Value], element: &str, widget_id: &str) -> Result<()> {
    let object = |name: &str| heard.iter().find(|event| event["type"] == name).map(|event| &event["object"]);
    let user = object("Loaded").map(|loaded| loaded["userID"].clone()).unwrap_or_default();
    let chat = object("ChatStarted").map(|started| started["chatID"].clone()).unwrap_or_default();
    ensure!(user.as_str().is_some_and(|user| user.len() >= 16), "userID is {user}");
    ensure!(chat.as_str().is_some_and(|chat| chat.len() >= 16), "chatID is {chat}");
    let widget = json!({"elementID": element, "widgetID": widget_id, "userID": user});
    let typed = json!({"widgetID": widget_id, "userID": user, "type": "Chat"});
    let survey = json!({"widgetID": widget_id, "chatID": chat, "userID": user});
    let clicked = json!({"elementID": element, "widgetID": widget_id, "userID": user, "type": "Chat"});
    for (name, expected) in [
        ("Loaded", &widget),
        ("WidgetShown", &widget),
        ("WidgetClicked", &clicked),
        ("DatacollectionStarted", &typed),
        ("DatacollectionSubmitted", &typed),
        ("ChatStarted", &json!({"chatID": chat, "userID": user})),
        ("ChatFinished", &json!({"chatID": chat, "userID": user, "isSurveyConfigured": true})),
        ("SurveyStarted", &survey),
        ("SurveySubmitted", &survey),
    ] {
        ensure!(object(name) == Some(expected), "{name} holds {:?}, not {expected}", object(name));
    }
    let online = object("ChatOnline").cloned().unwrap_or_default();
    let users = online["users"].as_array().cloned().unwrap_or_default();
    ensure!(online.as_object().is_some_and(|online| online.len() == 2) && online["chatID"] == chat, "ChatOnline holds {online}");
    ensure!(users.len() == 2 && users.contains(&user) && users.iter().all(Value::is_string), "users are {users:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_flow_in_chromium() {
    whole_flow("whole_flow_in_chromium", Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_flow_in_firefox() {
    whole_flow("whole_flow_in_firefox", Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_flow_in_webkit() {
    whole_flow("whole_flow_in_webkit", Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_server_crash_loses_and_doubles_nothing() {
    scenario("server_crash", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "one").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "one")]).await?;
        agent.say("two").await?;
        visitor.reads(&[("visitor", "one"), ("agent", "two")]).await?;

        world.server.lock().await.kill();
        visitor.page().sees("Reconnecting").await?;
        // Sent while no connection is open: shown at once, delivered later.
        visitor.say("three").await?;
        visitor.say("four").await?;
        agent.say("five").await?;
        agent.say("six").await?;
        world.server.lock().await.run().await?;

        // Both reconnect by themselves, and agree: the log decides the order.
        let talk = |who: &str, text: &str| json!([who, text]);
        let script = "const lines = talk(false); return lines.length === 6 && lines;";
        let at_visitor = visitor.page().until("six messages", script).await?;
        let at_agent = agent.page().until("six messages", script).await?;
        ensure!(at_visitor == at_agent, "visitor reads {at_visitor}, agent {at_agent}");
        let order = |who: &str| at_visitor.as_array().into_iter().flatten().filter(|line| line[0] == who).cloned().collect::<Vec<_>>();
        ensure!(order("visitor") == [talk("visitor", "one"), talk("visitor", "three"), talk("visitor", "four")], "{at_visitor}");
        ensure!(order("agent") == [talk("agent", "two"), talk("agent", "five"), talk("agent", "six")], "{at_visitor}");
        visitor.page().sees_no_more("Reconnecting").await?;
        let heard = visitor.heard().await?;
        ensure!(heard.iter().filter(|event| event["type"] == "ChatStarted").count() == 1, "one ChatStarted");
        ensure!(heard.iter().all(|event| event["type"] != "ChatFinished"), "no ChatFinished");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reload_brings_the_conversation_back() {
    scenario("reload_brings_the_conversation_back", async |world| {
        let agent = world.agent("ada").await?;
        let visitor = world.visitor(Engine::Chromium, "plain").await?;
        visitor.begin("Chat", "before").await?;
        agent.accept().await?;
        agent.reads(&[("visitor", "before")]).await?;
        let before = visitor.hears(&["Loaded", "WidgetShown", "WidgetClicked", "ChatStarted", "ChatOnline"]).await?;
        visitor.page().client().refresh().await?;
        visitor.reads(&[("visitor", "before")]).await?;
        visitor.say("after").await?;
        agent.reads(&[("visitor", "before"), ("visitor", "after")]).await?;
        let after = visitor.hears(&["Loaded", "WidgetShown", "ChatOnline"]).await?;
        let chat = |events: &[Value]| events.last().map(|event| event["object"]["chatID"].clone());
        ensure!(chat(&before) == chat(&after), "the same conversation");
        Ok(())
    })
    .await;
}
