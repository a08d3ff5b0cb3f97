//! Notices for a facade, as JSON objects: `{"what": word, ...}`. The facade's contract lists the words
//! (`js/compat/genesys/service.js`).

use crate::engine::Happening;
use crate::model::EntryId;
use crate::wire::codec::record;
use crate::wire::{Object, RawJson};

/// One notice.
pub type Notice = RawJson;

record! {
    /// A transcript event, as the facade gets it in a [`run`].
    pub struct RunEvent {
        /// The entry that the event became, by which the facade finds it on the screen.
        pub id: Option<EntryId>,
        /// The event as a chat server gives it.
        pub event: RawJson,
    }
}

/// Begins a notice; the caller adds members.
#[must_use]
pub fn about(what: &str) -> Object {
    Object::new().text("what", what)
}

/// A notice without other members.
#[must_use]
pub fn word(what: &str) -> Notice {
    about(what).close()
}

/// The notices about a message, a start or a form, the same over every link.
#[must_use]
pub fn of_message(what: &Happening) -> Vec<Notice> {
    let notice = match what {
        Happening::MessageQueued { id, .. } => about("queued").put("id", id),
        Happening::MessageSent { id, .. } => about("sent").put("id", id),
        Happening::MessageFailed { id, code } => about("failed").put("id", id).put("code", code),
        Happening::Filled { values } => about("filled").put("values", values),
        Happening::Refused { code } => about("refused").put("code", code),
        _ => return Vec::new(),
    };
    vec![notice.close()]
}

/// A notice with the session data of G2.2, after a word.
#[must_use]
pub fn session(what: &str, chat: &str, user: &str, key: &str, alias: &str) -> Notice {
    let session = Object::new().text("sessionID", chat).text("userId", user).text("secureKey", key).text("alias", alias);
    about(what).put("session", &session.close()).close()
}

/// Transcript events in their order. `over`: the conversation ends with them. `idle`: seconds until the idle timer ends, when known.
#[must_use]
pub fn run(events: &[RunEvent], restoring: bool, over: bool, idle: Option<i64>) -> Notice {
    about("events").put("restoring", &restoring).put("over", &over).put("idle", &idle).list("events", events).close()
}
