//! A program that speaks the Chat API of GMS (G4), and an agent at the desk.

use crate::accessibility::has_no_violation;
use anyhow::{Context, Result, ensure};
use chinwag_e2e::{Engine, HostPage, Visitor, scenario};
use chinwag_machine::Deadline;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the program waits for an answer, on the reference machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Posts a form, and returns `[status, answer]`. A value that is a list is a file: name, type, content.
const CALL: &str = r"
    const [address, fields] = arguments;
    window.answer = null;
    const form = new FormData();
    for (const [name, value] of fields) {
        if (Array.isArray(value)) form.append(name, new Blob([value[2]], { type: value[1] }), value[0]);
        else form.append(name, value);
    }
    const files = fields.some(([, value]) => Array.isArray(value));
    fetch(address, { method: 'POST', body: files ? form : new URLSearchParams(form) })
        .then(async (answer) => [answer.status, await answer.text()])
        .then((answer) => { window.answer = answer; }, (error) => { window.answer = [0, String(error)]; });
    return 1;
";

/// The program: an address, and the session once it has one.
struct Program<'a> {
    page: &'a Visitor,
    service: String,
    chat: String,
    session: Vec<(String, String)>,
}

impl Program<'_> {
    async fn call(&self, path: &str, fields: &[(&str, Value)]) -> Result<(u64, String)> {
        let mut all: Vec<Value> = self.session.iter().map(|(name, value)| json!([name, value])).collect();
        all.extend(fields.iter().map(|(name, value)| json!([name, value])));
        self.page.page().js_with(CALL, vec![json!(format!("{}{path}", self.service)), json!(all)]).await?;
        let answer = self.page.page().until("an answer", "return window.answer;").await?;
        Ok((answer[0].as_u64().unwrap_or_default(), answer[1].as_str().unwrap_or_default().to_owned()))
    }

    /// An operation of the chat. Its answer has to be a success.
    async fn ask(&self, operation: &str, fields: &[(&str, Value)]) -> Result<Value> {
        let (status, text) = self.call(&format!("/{}/{operation}", self.chat), fields).await?;
        let answer: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
        ensure!(status == 200 && answer["statusCode"] == 0, "{operation}: {status} {answer}");
        Ok(answer)
    }

    async fn start(&mut self) -> Result<()> {
        let fields = [("nickname", json!("Vera")), ("subject", json!("A wheel")), ("userData[order]", json!("order-4711"))];
        let (status, text) = self.call("", &fields).await?;
        let answer: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
        ensure!(status == 200 && answer["statusCode"] == 0, "{status} {answer}");
        self.chat = answer["chatId"].as_str().unwrap_or_default().to_owned();
        let of = |name: &str| (name.to_owned(), answer[name].as_str().unwrap_or_default().to_owned());
        self.session = vec![of("userId"), of("secureKey"), of("alias")];
        Ok(())
    }

    /// Polls until there is an event of a kind with a text, from the beginning.
    async fn hears(&self, kind: &str, text: Option<&str>) -> Result<Value> {
        let mut deadline = Deadline::new(PATIENCE);
        while !deadline.has_passed() {
            let answer = self.ask("refresh", &[("transcriptPosition", json!("1"))]).await?;
            let events = answer["messages"].as_array().cloned().unwrap_or_default();
            let found = events.into_iter().find(|event| event["type"] == kind && text.is_none_or(|text| event["text"] == text));
            if let Some(event) = found {
                return Ok(event);
            }
        }
        anyhow::bail!("no {kind} {text:?}")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_in_which_nobody_says_anything_is_closed_at_the_desk_too() {
    scenario("gms_idle", async |world| {
        let agent = world.agent("ada").await?;
        let page = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let service = format!("{}/genesys/2/chat/impatient", world.server.lock().await.base());
        let mut program = Program { page: &page, service, chat: String::new(), session: Vec::new() };
        program.start().await?;
        agent.accept().await?;
        let alert = program.hears("IdleAlert", None).await?;
        ensure!(alert["userData"]["next-idle-timer-type"] == "CLOSE", "{alert}");
        program.hears("IdleClose", None).await?;
        let over = program.ask("refresh", &[("transcriptPosition", json!("1"))]).await?;
        ensure!(over["chatEnded"] == true, "{over}");
        agent.page().until("the end", "return !button('End') || !field('Write, or type');").await?;
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_and_an_agent_at_the_desk() {
    scenario("gms_program", async |world| {
        let agent = world.agent("ada").await?;
        let page = world.visitor_at(Engine::Chromium, &HostPage::listening("", "")).await?;
        let service = format!("{}/genesys/2/chat/customer-support", world.server.lock().await.base());
        let mut program = Program { page: &page, service, chat: String::new(), session: Vec::new() };
        program.start().await?;
        agent.accept().await?;
        agent.page().sees("order-4711").await?;
        ensure!(program.hears("ParticipantJoined", None).await?["from"]["type"] == "Client");

        program.ask("startTyping", &[]).await?;
        agent.page().sees("is typing").await?;
        program.ask("send", &[("message", json!("hi"))]).await?;
        agent.reads(&[("visitor", "hi")]).await?;
        agent.type_keys("Hello").await?;
        program.hears("TypingStarted", None).await?;
        agent.say(" Vera").await?;
        ensure!(program.hears("Message", Some("Hello Vera")).await?["from"]["nickname"] == "Ada");

        let uploaded = program.ask("file", &[("file", json!(["invoice.txt", "text/plain", "two wheels"]))]).await?;
        let file = uploaded["userData"]["file-id"].as_str().context("a file id")?.to_owned();
        agent.page().sees("invoice.txt").await?;
        let limits = program.ask("file/limits", &[]).await?;
        ensure!(limits["messages"][0]["userData"]["used-upload-max-files"] == "1", "{limits}");
        let (status, content) = program.call(&format!("/{}/file/{file}/download", program.chat), &[]).await?;
        ensure!((status, content.as_str()) == (200, "two wheels"), "{status} {content}");
        program.ask(&format!("file/{file}/delete"), &[]).await?;
        agent.page().sees("deleted").await?;
        program.ask("customNotice", &[("message", json!("{\"menu\":1}"))]).await?;
        agent.page().sees("menu").await?;
        has_no_violation(agent.page(), "desk, with a file and a notice").await?;

        agent.end().await?;
        let mut deadline = Deadline::new(PATIENCE);
        while !deadline.has_passed() {
            if program.ask("refresh", &[("transcriptPosition", json!("1"))]).await?["chatEnded"] == true {
                return Ok(());
            }
        }
        anyhow::bail!("the program never hears that it is over")
    })
    .await;
}
