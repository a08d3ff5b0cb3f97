//! CTLive: eleven window messages, one way (CT1.4 to CT1.11).
//!
//! Every message has `name`, `type` and `object`; the object's fields are strings, booleans and lists of strings, never null.

use super::{Message, Value};
use crate::engine::{Event, Happening, Subject};
use crate::model::{DialectSpec, WidgetKind};

/// The name of this dialect in a site's configuration.
pub const NAME: &str = "ctlive";
/// `name` in the envelope of every message.
pub const ENVELOPE: &str = "CTLiveEvent";

/// The options of CT1.11 with the values that they take, without `id.*`.
#[cfg(feature = "full")]
const OPTIONS: [(&str, &[&str]); 4] = [
    ("extended", &["true", "false"]),
    ("loaded", &["perWidget", "once"]),
    ("restore", &["online", "silent", "full"]),
    ("hiddenOnOpen", &["true", "false"]),
];

/// The faults of these settings: the key, and what to write instead.
#[cfg(feature = "full")]
pub(super) fn faults(settings: &[crate::model::Setting]) -> Vec<(String, String)> {
    let fault = |setting: &crate::model::Setting| {
        if setting.key.starts_with("id.") {
            return None;
        }
        let Some((_, values)) = OPTIONS.iter().find(|(key, _)| *key == setting.key) else {
            let known = OPTIONS.map(|(key, _)| key).join(", ");
            return Some(format!("is not an option of it: use one of: {known}, id"));
        };
        let fits = values.contains(&setting.value.as_str());
        (!fits).then(|| format!("`{}` is not a value of it: use one of: {}", setting.value, values.join(", ")))
    };
    settings.iter().filter_map(|setting| Some((setting.key.clone(), fault(setting)?))).collect()
}

/// The translation, with the options of CT1.11. It has no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ctlive {
    extended: bool,
    loaded_once: bool,
    restore: Restore,
    hidden_on_open: bool,
    /// Our ids and the ones that the host's code expects in their place.
    ids: Vec<(String, String)>,
}

/// The messages for a conversation that is restored after a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restore {
    /// `ChatOnline`, if an agent is there.
    Online,
    Silent,
    /// Also `ChatStarted`.
    Full,
}

impl Ctlive {
    /// The translation with a site's settings. A setting that is unknown or wrong counts as left out (the server refuses it when
    /// it reads its configuration).
    #[must_use]
    pub fn new(spec: &DialectSpec) -> Self {
        let mut new = Self { extended: false, loaded_once: false, restore: Restore::Online, hidden_on_open: false, ids: Vec::new() };
        for setting in &spec.settings {
            match (setting.key.as_str(), setting.value.as_str()) {
                ("extended", value) => new.extended = value == "true",
                ("loaded", value) => new.loaded_once = value == "once",
                ("restore", "silent") => new.restore = Restore::Silent,
                ("restore", "full") => new.restore = Restore::Full,
                ("hiddenOnOpen", value) => new.hidden_on_open = value == "true",
                (key, value) => {
                    if let Some(ours) = key.strip_prefix("id.") {
                        new.ids.push((ours.to_owned(), value.to_owned()));
                    }
                }
            }
        }
        new
    }

    /// The messages of an event, in order.
    #[must_use]
    pub fn translate(&self, event: &Event) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut say = |kind, fields| messages.extend(self.message(event, kind, fields));
        match &event.what {
            Happening::Loaded { first } if *first || !self.loaded_once => say("Loaded", WIDGET),
            Happening::Shown => say("WidgetShown", WIDGET),
            Happening::Hidden => say("WidgetHidden", WIDGET),
            Happening::Opened if self.hidden_on_open => say("WidgetHidden", WIDGET),
            Happening::Closed if self.hidden_on_open => say("WidgetShown", WIDGET),
            Happening::Activated => say("WidgetClicked", &["elementID", "widgetID", "userID", "type"]),
            Happening::CollectionStarted => say("DatacollectionStarted", COLLECTION),
            Happening::CollectionSubmitted => say("DatacollectionSubmitted", COLLECTION),
            Happening::ChatStarted { .. } => say("ChatStarted", STARTED),
            Happening::ChatOnline { .. } => say("ChatOnline", ONLINE),
            Happening::ChatRestored { online, .. } => {
                if self.restore == Restore::Full {
                    say("ChatStarted", STARTED);
                }
                if *online && self.restore != Restore::Silent {
                    say("ChatOnline", ONLINE);
                }
            }
            // The contract has no message for a conversation that ended while the visitor was away: such a page starts like any other.
            Happening::ChatFinished { missed: false, .. } => say("ChatFinished", &["chatID", "userID", "isSurveyConfigured"]),
            Happening::SurveyStarted { missed: false, .. } => say("SurveyStarted", SURVEY),
            Happening::SurveySubmitted { missed: false, .. } => say("SurveySubmitted", SURVEY),
            _ => {}
        }
        messages
    }

    /// A message with these fields, and in the extended mode with those that it lacks. `None` for an event without a widget.
    fn message(&self, event: &Event, kind: &'static str, names: &[&'static str]) -> Option<Message> {
        let subject = event.subject.as_ref()?;
        let mut message = Message { envelope: ENVELOPE, kind, fields: Vec::new() };
        for name in names {
            message.fields.push((name, self.value(event, subject, name)));
        }
        if self.extended {
            for name in ["widgetID", "elementID", "type", "ts"] {
                if !names.contains(&name) {
                    message.fields.push((name, self.value(event, subject, name)));
                }
            }
            if let Happening::ChatFinished { by, .. } = &event.what {
                message.fields.push(("reason", Value::Text(by.word().to_owned())));
            }
        }
        Some(message)
    }

    fn value(&self, event: &Event, subject: &Subject, name: &str) -> Value {
        let text = match name {
            "elementID" => self.mapped(&subject.element),
            "widgetID" => self.mapped(&subject.widget.0),
            "userID" => event.visitor.as_str(),
            "type" => match subject.kind {
                WidgetKind::Chat => "Chat",
                WidgetKind::CallbackNow => "CallbackNow",
                WidgetKind::CallbackLater => "CallbackLater",
                WidgetKind::ClickToCall => "ClickToCall",
                WidgetKind::Unknown(kind) => kind.text(),
            },
            // Milliseconds, as a string: only strings, booleans and lists are in these messages (CT1.10, rule 3).
            "ts" => {
                let mut text = String::new();
                crate::wire::json::write_int(&mut text, event.at.0);
                return Value::Text(text);
            }
            _ => match &event.what {
                Happening::ChatOnline { users, .. } | Happening::ChatRestored { users, .. } if name == "users" => {
                    return Value::List(users.iter().map(|id| id.0.clone()).collect());
                }
                Happening::ChatFinished { survey, .. } if name == "isSurveyConfigured" => return Value::Flag(*survey),
                Happening::ChatStarted { conv }
                | Happening::ChatOnline { conv, .. }
                | Happening::ChatRestored { conv, .. }
                | Happening::ChatFinished { conv, .. }
                | Happening::SurveyStarted { conv, .. }
                | Happening::SurveySubmitted { conv, .. } => conv.as_str(),
                // Absent ids are empty, never null (CT1.10, rule 3).
                _ => "",
            },
        };
        Value::Text(text.to_owned())
    }

    fn mapped<'a>(&'a self, id: &'a str) -> &'a str {
        self.ids.iter().find(|(ours, _)| ours == id).map_or(id, |(_, theirs)| theirs)
    }
}

// The fields of the messages, in the order in which they stand in them (CT1.5).
const WIDGET: &[&str] = &["elementID", "widgetID", "userID"];
const COLLECTION: &[&str] = &["widgetID", "userID", "type"];
const STARTED: &[&str] = &["chatID", "userID"];
const ONLINE: &[&str] = &["chatID", "users"];
const SURVEY: &[&str] = &["widgetID", "chatID", "userID"];
