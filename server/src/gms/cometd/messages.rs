//! Handlers of Bayeux messages: handshake, connect, subscribe, and the operations that are published (G5).

use super::client::{Client, SILENCE};
use crate::gms::answer::Fault;
use crate::gms::fields::Fields;
use crate::gms::operations::Asked;
use crate::gms::start::{begin, may_start};
use crate::http::App;
use crate::http::peer::Peer;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Messages in one batch.
pub(super) const BATCH: usize = 32;
/// The part of a channel before the name of a service.
const CHANNEL: &str = "/service/chatV2/";

/// The sender of a batch.
pub(super) struct Sender<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) peer: Peer,
    pub(super) origin: Option<String>,
    /// How long a connect may be held.
    pub(super) hold: Duration,
}

/// The result of a batch.
#[derive(Default)]
pub(super) struct Done {
    pub(super) replies: Vec<Value>,
    /// A connect whose answer waits until there is a message: the client, and the answer.
    pub(super) connect: Option<(Arc<Client>, Value, Duration)>,
    /// The client that sent the batch.
    pub(super) client: Option<Arc<Client>>,
}

impl Sender<'_> {
    /// Handles a batch.
    pub(super) async fn take(&self, batch: Vec<Value>) -> Done {
        let mut done = Done::default();
        for message in batch.into_iter().take(BATCH) {
            let Value::Object(message) = message else { continue };
            self.message(&message, &mut done).await;
        }
        done
    }

    async fn message(&self, message: &Map<String, Value>, done: &mut Done) {
        let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
        let channel = text("channel");
        let mut reply = json!({ "channel": channel, "successful": true });
        if let Some(id) = message.get("id").filter(|id| id.is_string() || id.is_number()) {
            reply["id"] = id.clone();
        }
        if channel == "/meta/handshake" {
            // An address may have as many clients as connections, because clients do not need a connection all the time.
            let most = self.app.domain.config().limits().per_address;
            match self.app.gms.bayeux.shake(self.origin.clone(), self.peer.household(), most) {
                Some(client) => {
                    reply["version"] = "1.0".into();
                    reply["minimumVersion"] = "1.0".into();
                    reply["supportedConnectionTypes"] = json!(["websocket", "long-polling"]);
                    reply["clientId"] = client.id.clone().into();
                    reply["advice"] = self.advice();
                    done.client = Some(client);
                }
                None => fail(&mut reply, "503::Too many clients", "retry"),
            }
            return done.replies.push(reply);
        }
        // The client is unknown. (The id of another page's client is a secret.)
        let client = self.app.gms.bayeux.find(text("clientId")).filter(|client| client.origin == self.origin && !client.is_gone());
        let Some(client) = client else {
            fail(&mut reply, "402::Unknown client", "handshake");
            return done.replies.push(reply);
        };
        reply["clientId"] = client.id.clone().into();
        done.client = Some(Arc::clone(&client));
        match channel {
            "/meta/connect" => {
                let now = message.get("advice").and_then(|advice| advice.get("timeout")).and_then(Value::as_u64) == Some(0);
                reply["advice"] = self.advice();
                done.connect = Some((client, reply, if now { Duration::ZERO } else { self.hold }));
                return;
            }
            "/meta/disconnect" => self.app.gms.bayeux.forget(&client.id),
            "/meta/subscribe" | "/meta/unsubscribe" => {
                let wanted = message.get("subscription").map(|wanted| match wanted {
                    Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                    other => other.as_str().into_iter().collect::<Vec<_>>(),
                });
                let wanted = wanted.unwrap_or_default();
                reply["subscription"] = message.get("subscription").cloned().unwrap_or_default();
                if wanted.is_empty() || !wanted.iter().all(|channel| self.service(channel).is_some()) {
                    fail(&mut reply, "403::Unknown channel", "none");
                } else {
                    wanted.iter().for_each(|wanted| client.subscribe(wanted, channel == "/meta/subscribe"));
                }
            }
            _ => match (self.service(channel), message.get("data")) {
                (Some(service), Some(Value::Object(data))) => {
                    // The message is accepted; the result is pushed.
                    if let Err(fault) = self.publish(&client, channel, service, data).await {
                        client.push(channel, &fault.body());
                    }
                }
                _ => fail(&mut reply, "404::Unknown channel", "none"),
            },
        }
        done.replies.push(reply);
    }

    /// The service of a channel, if it is there and the page may use it.
    fn service<'c>(&self, channel: &'c str) -> Option<&'c str> {
        let name = channel.strip_prefix(CHANNEL)?;
        let config = self.app.domain.config();
        let (site, settings, _) = config.service(name)?;
        let listed = self.origin.as_ref().is_none_or(|origin| config.allows_origin(site, origin));
        (settings.cometd && listed).then_some(name)
    }

    async fn publish(&self, client: &Arc<Client>, channel: &str, service: &str, data: &Map<String, Value>) -> Result<(), Fault> {
        let fields = Fields::of_json(data)?;
        let operation = fields.get("operation").to_owned();
        if operation == "requestChat" {
            may_start(self.app, service, self.peer)?;
            let (session, body) = begin(self.app, service, self.peer, &fields).await?;
            // The first push has the key; the events in it were sent.
            let next = body["nextPosition"].as_u64().and_then(|next| usize::try_from(next).ok()).unwrap_or(1);
            client.push(channel, &body);
            client.follow(self.app, &session, channel, next);
            return Ok(());
        }
        let session = self.app.gms.find_by_key(self.app, self.peer, &fields, |_| true).await?;
        if session.service != service {
            return Err(Fault::session());
        }
        let operation = match operation.as_str() {
            "requestNotifications" => {
                let position = usize::try_from(fields.position(1)?.max(1)).unwrap_or(usize::MAX);
                client.follow(self.app, &session, channel, position);
                return Ok(());
            }
            "sendMessage" => "send",
            other => other,
        };
        let asked = Asked { app: self.app, session, fields };
        let body = asked.perform(operation).await?;
        // Results of queries are pushed; effects of other operations are pushed as events.
        if operation == "refresh" {
            client.push(channel, &body);
        }
        Ok(())
    }

    fn advice(&self) -> Value {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        json!({ "reconnect": "retry", "interval": 0, "timeout": millis(self.hold), "maxInterval": millis(SILENCE) })
    }
}

fn fail(reply: &mut Value, error: &str, reconnect: &str) {
    reply["successful"] = false.into();
    reply["error"] = error.into();
    reply["advice"] = json!({ "reconnect": reconnect, "interval": 0 });
}
