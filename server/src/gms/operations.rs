//! The operations of an open chat (G4.2), except those for files.

use super::answer::{Fault, Members, answer};
use super::fields::Fields;
use super::session::{Session, events_from};
use super::transcript::visitor;
use crate::domain::{Refusal, clean, own_entry};
use crate::http::App;
use crate::http::peer::Peer;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use chinwag::model::{Conversation, EndReason, Entry, EntryBody, Participant, Party, limits, tidy_name};
use chinwag::text::links;
use chinwag::wire::Code;
use serde_json::Value;
use std::sync::Arc;

/// A request with its session.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) session: Arc<Session>,
    pub(super) fields: Fields,
}

/// `POST /genesys/2/chat/{service}/{chat}/{operation}`
pub(super) async fn perform(
    State(app): State<Arc<App>>,
    Path((service, chat, operation)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let done = async { Asked::read(&app, &service, &chat, request).await?.perform(&operation).await };
    answer(done.await)
}

impl<'a> Asked<'a> {
    /// Reads a request, and finds the session whose key it has.
    pub(super) async fn read(app: &'a App, service: &str, chat: &str, request: Request) -> Result<Self, Fault> {
        let peer = Peer::of(&request);
        let fields = Fields::read(request).await?;
        let session = app.gms.find(app, peer, service, chat, &fields).await?;
        Ok(Self { app, session, fields })
    }
}

impl Asked<'_> {
    /// Carries out the operation of this name.
    pub(super) async fn perform(&self, operation: &str) -> Result<Value, Fault> {
        match operation {
            "refresh" => self.refresh().await,
            "send" => self.send().await,
            "startTyping" => self.typing(true).await,
            "stopTyping" => self.typing(false).await,
            "disconnect" => self.disconnect().await,
            "pushUrl" => self.push_url().await,
            "updateNickname" => self.update_nickname().await,
            "customNotice" => self.custom_notice().await,
            "updateData" => self.update_data().await,
            "readReceipt" => self.read_receipt().await,
            _ => Err(Fault::denied(StatusCode::NOT_FOUND, 404, "there is no such operation")),
        }
    }

    async fn refresh(&self) -> Result<Value, Fault> {
        // Only that the client types is passed on. The desk does not show the text, so its length does not matter.
        if !self.fields.get("message").is_empty() {
            self.app.domain.visitor_typing(&self.session.link, &self.session.conv, true).await;
        }
        self.tell(self.fields.position(1)?).await
    }

    async fn send(&self) -> Result<Value, Fault> {
        let position = self.fields.position(0)?;
        let text = self.fields.get("message").to_owned();
        clean::message(&text)?;
        self.put(|state| Ok(EntryBody::Message { from: visitor(state), text })).await?;
        self.tell(position).await
    }

    async fn typing(&self, on: bool) -> Result<Value, Fault> {
        let position = self.fields.position(0)?;
        self.app.domain.visitor_typing(&self.session.link, &self.session.conv, on).await;
        self.tell(position).await
    }

    async fn disconnect(&self) -> Result<Value, Fault> {
        let position = self.fields.position(0)?;
        let ended = |_: &Conversation| Ok(EntryBody::Ended { by: Party::Visitor, reason: EndReason::Closed });
        match self.app.domain.guest_put(&self.session.link, &self.session.conv, &own_entry("end"), ended).await {
            Ok(_) => {}
            // A repeat, or a second request, is answered as done.
            Err(refusal) if refusal.code == Code::Ended => {}
            Err(refusal) => return Err(refusal.into()),
        }
        self.tell(position).await
    }

    async fn push_url(&self) -> Result<Value, Fault> {
        let url = self.fields.get("pushUrl").trim().to_owned();
        if !links::is_web(&url) || url.chars().count() > limits::PAGE_CHARS || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Fault::request(400, "pushUrl is an address that begins with https:// or http://"));
        }
        self.add(|from| EntryBody::AddressPushed { from, url }).await
    }

    async fn update_nickname(&self) -> Result<Value, Fault> {
        let name = tidy_name(self.fields.get("nickname"));
        if name.is_empty() {
            return Err(Fault::request(161, "a name is required: send nickname"));
        }
        if limits::longer_than(chinwag::text::trim(self.fields.get("nickname")), limits::NAME_CHARS) {
            return Err(Fault::request(400, "a name has 80 characters at most"));
        }
        self.add(|from| EntryBody::Renamed { from, name }).await
    }

    async fn custom_notice(&self) -> Result<Value, Fault> {
        let text = self.fields.get("message").to_owned();
        let attributes = self.fields.get("eventAttributes").to_owned();
        if [&text, &attributes].iter().any(|text| limits::longer_than(text, limits::MESSAGE_CHARS)) {
            return Err(Fault::request(204, "a notice has 8000 characters at most"));
        }
        if !attributes.is_empty() && !is_object(&attributes) {
            return Err(Fault::request(400, "eventAttributes is the text of a JSON object"));
        }
        if is_keep_alive(&text) {
            // Not passed on: the notice only shows that the client is connected.
            self.app.domain.stir(&self.session.conv);
            return self.tell(self.fields.position(0)?).await;
        }
        self.add(|from| EntryBody::PageNotice { from, text, attributes }).await
    }

    async fn update_data(&self) -> Result<Value, Fault> {
        let position = self.fields.position(0)?;
        let values = self.fields.user_data()?;
        if values.is_empty() {
            return Err(Fault::request(400, "send userData[key]=value"));
        }
        self.put(|state| {
            let fresh = values.iter().filter(|value| !state.values.iter().any(|known| known.name == value.name)).count();
            let known: usize = state.values.iter().map(|value| value.name.len() + value.value.len()).sum();
            let told: usize = values.iter().map(|value| value.name.len() + value.value.len()).sum();
            if state.values.len() + fresh > ALL_VALUES || known + told > ALL_BYTES {
                return Err(Refusal::field(Code::InvalidForm, "userData", "a chat has 128 values and 64 KiB of them at most"));
            }
            Ok(EntryBody::Data { from: visitor(state), values })
        })
        .await?;
        self.tell(position).await
    }

    /// Read receipts are accepted and ignored, because the desk does not show them.
    async fn read_receipt(&self) -> Result<Value, Fault> {
        self.fields.position(0)?;
        self.tell(0).await
    }

    /// Adds an entry of the visitor's, and answers with the new events.
    async fn add(&self, make: impl FnOnce(Participant) -> EntryBody + Send) -> Result<Value, Fault> {
        let position = self.fields.position(0)?;
        self.put(|state| Ok(make(visitor(state)))).await?;
        self.tell(position).await
    }

    /// Adds an entry; how often that may be is limited as for a widget.
    pub(super) async fn put(&self, make: impl FnOnce(&Conversation) -> Result<EntryBody, Refusal> + Send) -> Result<Entry, Fault> {
        if !self.app.domain.rates().message(&self.session.link.visitor, self.session.link.from) {
            return Err(Fault::too_many());
        }
        let Session { link, conv, .. } = &*self.session;
        match self.app.domain.guest_put(link, conv, &own_entry("said"), make).await {
            Err(refusal) if refusal.code == Code::Ended => Err(self.over().await),
            other => Ok(other?),
        }
    }

    /// The error when the chat accepts no more messages (G4.6).
    pub(super) async fn over(&self) -> Fault {
        let mut held = self.session.transcript.lock().await;
        let silent = self.session.sync(&self.app.domain, &mut held).await.is_ok_and(|transcript| {
            let abandoned = transcript.state().is_some_and(|state| state.end == Some(EndReason::Abandoned));
            abandoned || transcript.closed_idle()
        });
        if silent {
            Fault::over(8209, "the user was logged out because nothing was heard")
        } else {
            Fault::over(8201, "the user is not in the chat any more: it has ended")
        }
    }

    /// The answer to a successful operation, with the transcript from a position on.
    pub(super) async fn tell(&self, position: i64) -> Result<Value, Fault> {
        self.tell_with(position, Vec::new()).await
    }

    /// The same answer with further values.
    pub(super) async fn tell_with(&self, position: i64, user_data: Vec<(&'static str, String)>) -> Result<Value, Fault> {
        let mut held = self.session.transcript.lock().await;
        let transcript = self.session.sync(&self.app.domain, &mut held).await?;
        let (events, next, whole) = events_from(transcript, position);
        let ended = transcript.state().is_some_and(|state| state.end.is_some());
        let idle = self.app.domain.idle_left(&self.session.conv).map(|left| left.as_secs());
        let told = Members {
            session: Some(&self.session),
            secure_key: None,
            events,
            next,
            // A client stops when the answer says that the chat has ended, so that is said only with the last events.
            ended: ended && whole,
            idle: idle.filter(|_| !ended),
            user_data,
        };
        Ok(told.body())
    }
}

/// The number of a chat's values, from the start and later, and their bytes: they are part of its state.
const ALL_VALUES: usize = 128;
const ALL_BYTES: usize = 64 * 1024;

fn is_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(serde_json::Value::Object(_)))
}

/// Whether a notice only keeps the session alive (G4.2).
fn is_keep_alive(text: &str) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    json.is_some_and(|json| json.get("purpose").and_then(|purpose| purpose.as_str()) == Some("cancel-idle-timer"))
}
