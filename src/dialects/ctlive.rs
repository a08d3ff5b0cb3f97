//! CTLive: eleven window messages, one way (spec/ctlive-and-ucontact.md, 1.4 to 1.11).
//!
//! Every message has `name`, `type` and `object`; the object's fields are strings, booleans and lists of strings, never null.

use super::{Message, Value};
use crate::engine::{Event, Happening, Subject};
use crate::model::{ConversationId, DialectSpec, Party, WidgetKind};

/// The name of this dialect in a site's configuration.
pub const NAME: &str = "ctlive";
/// `name` in the envelope of every message.
pub const ENVELOPE: &str = "CTLiveEvent";

/// The translation, with the options of 1.11. It remembers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ctlive {
    extended: bool,
    loaded_once: bool,
    restore: Restore,
    hidden_on_open: bool,
    /// Our ids and the ones that the host's code expects in their place.
    ids: Vec<(String, String)>,
}

/// What is said of a conversation that goes on after a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restore {
    /// `ChatOnline`, if an agent is there.
    Online,
    Silent,
    /// `ChatStarted` too.
    Full,
}

impl Ctlive {
    /// The translation with a site's settings. A setting that is unknown or wrong counts as left out (the server refuses it when
    /// it reads its configuration).
    #[must_use]
    pub fn new(spec: &DialectSpec) -> Self {
        let setting = |key: &str| spec.settings.iter().find(|setting| setting.key == key).map_or("", |setting| setting.value.as_str());
        let ids = spec.settings.iter().filter_map(|setting| Some((setting.key.strip_prefix("id.")?.to_owned(), setting.value.clone())));
        Self {
            extended: setting("extended") == "true",
            loaded_once: setting("loaded") == "once",
            restore: match setting("restore") {
                "silent" => Restore::Silent,
                "full" => Restore::Full,
                _ => Restore::Online,
            },
            hidden_on_open: setting("hiddenOnOpen") == "true",
            ids: ids.collect(),
        }
    }

    /// The messages that an event comes to, in order.
    #[must_use]
    pub fn translate(&self, event: &Event) -> Vec<Message> {
        let Some(subject) = &event.subject else { return Vec::new() };
        let said = Said { dialect: self, event, subject };
        let message = match &event.what {
            Happening::Loaded { first: false } if self.loaded_once => return Vec::new(),
            Happening::Loaded { .. } => said.of_widget("Loaded"),
            Happening::Shown => said.of_widget("WidgetShown"),
            Happening::Hidden => said.of_widget("WidgetHidden"),
            Happening::Opened if self.hidden_on_open => said.of_widget("WidgetHidden"),
            Happening::Closed if self.hidden_on_open => said.of_widget("WidgetShown"),
            Happening::Activated => {
                let mut message = said.of_widget("WidgetClicked");
                message.fields.push(("type", Value::Text(said.kind())));
                message
            }
            Happening::CollectionStarted => said.of_collection("DatacollectionStarted"),
            Happening::CollectionSubmitted => said.of_collection("DatacollectionSubmitted"),
            Happening::ChatStarted { conv } => said.started(conv),
            Happening::ChatOnline { conv, users } => said.online(conv, users.iter().map(|id| id.0.clone()).collect()),
            Happening::ChatRestored { conv, users, online } => {
                let users: Vec<String> = users.iter().map(|id| id.0.clone()).collect();
                let started = (self.restore == Restore::Full).then(|| said.started(conv));
                let online = (*online && self.restore != Restore::Silent).then(|| said.online(conv, users));
                return started.into_iter().chain(online).collect();
            }
            Happening::ChatFinished { conv, by, survey } => {
                let mut message = said.message("ChatFinished");
                message.fields.push(("chatID", Value::Text(conv.0.clone())));
                message.fields.push(("userID", said.user()));
                message.fields.push(("isSurveyConfigured", Value::Flag(*survey)));
                said.extend(&mut message);
                if self.extended {
                    let reason = match by {
                        Party::Visitor => "visitor",
                        Party::Agent => "agent",
                        Party::System => "system",
                    };
                    message.fields.push(("reason", Value::Text(reason.to_owned())));
                }
                message
            }
            Happening::SurveyStarted { conv } => said.of_survey("SurveyStarted", conv),
            Happening::SurveySubmitted { conv } => said.of_survey("SurveySubmitted", conv),
            _ => return Vec::new(),
        };
        vec![message]
    }

    fn mapped(&self, id: &str) -> Value {
        let theirs = self.ids.iter().find(|(ours, _)| ours == id).map_or(id, |(_, theirs)| theirs);
        Value::Text(theirs.to_owned())
    }
}

/// One event, being translated.
struct Said<'a> {
    dialect: &'a Ctlive,
    event: &'a Event,
    subject: &'a Subject,
}

impl Said<'_> {
    const fn message(&self, kind: &'static str) -> Message {
        Message { envelope: ENVELOPE, kind, fields: Vec::new() }
    }

    fn user(&self) -> Value {
        Value::Text(self.event.visitor.0.clone())
    }

    fn widget(&self) -> Value {
        self.dialect.mapped(&self.subject.widget.0)
    }

    fn element(&self) -> Value {
        self.dialect.mapped(&self.subject.element)
    }

    fn kind(&self) -> String {
        let kind = match self.subject.kind {
            WidgetKind::Chat => "Chat",
            WidgetKind::CallbackNow => "CallbackNow",
            WidgetKind::CallbackLater => "CallbackLater",
            WidgetKind::ClickToCall => "ClickToCall",
        };
        kind.to_owned()
    }

    /// `elementID`, `widgetID`, `userID`.
    fn of_widget(&self, kind: &'static str) -> Message {
        let mut message = self.message(kind);
        message.fields.push(("elementID", self.element()));
        message.fields.push(("widgetID", self.widget()));
        message.fields.push(("userID", self.user()));
        self.stamp(&mut message);
        message
    }

    fn of_collection(&self, kind: &'static str) -> Message {
        let mut message = self.message(kind);
        message.fields.push(("widgetID", self.widget()));
        message.fields.push(("userID", self.user()));
        message.fields.push(("type", Value::Text(self.kind())));
        if self.dialect.extended {
            message.fields.push(("elementID", self.element()));
        }
        self.stamp(&mut message);
        message
    }

    fn of_survey(&self, kind: &'static str, conv: &ConversationId) -> Message {
        let mut message = self.message(kind);
        message.fields.push(("widgetID", self.widget()));
        message.fields.push(("chatID", Value::Text(conv.0.clone())));
        message.fields.push(("userID", self.user()));
        if self.dialect.extended {
            message.fields.push(("elementID", self.element()));
            message.fields.push(("type", Value::Text(self.kind())));
        }
        self.stamp(&mut message);
        message
    }

    fn started(&self, conv: &ConversationId) -> Message {
        let mut message = self.message("ChatStarted");
        message.fields.push(("chatID", Value::Text(conv.0.clone())));
        message.fields.push(("userID", self.user()));
        self.extend(&mut message);
        message
    }

    fn online(&self, conv: &ConversationId, users: Vec<String>) -> Message {
        let mut message = self.message("ChatOnline");
        message.fields.push(("chatID", Value::Text(conv.0.clone())));
        message.fields.push(("users", Value::List(users)));
        self.extend(&mut message);
        message
    }

    /// The fields that the extended mode adds to an event that has none of the widget's.
    fn extend(&self, message: &mut Message) {
        if self.dialect.extended {
            message.fields.push(("widgetID", self.widget()));
            message.fields.push(("elementID", self.element()));
            message.fields.push(("type", Value::Text(self.kind())));
        }
        self.stamp(message);
    }

    /// The server's time in milliseconds, as a string: only strings, booleans and lists are in these messages (1.10, 3).
    fn stamp(&self, message: &mut Message) {
        if self.dialect.extended {
            let mut text = String::new();
            crate::wire::json::write_int(&mut text, self.event.at.0);
            message.fields.push(("ts", Value::Text(text)));
        }
    }
}
