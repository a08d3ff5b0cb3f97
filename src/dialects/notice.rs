//! What a facade is told, as JSON objects: `{"what": word, ...}`. The words are those of the facade's contract
//! (`js/compat/genesys/service.js`).

use crate::engine::Happening;
use crate::wire::codec::{open_member, put_member};

/// Something for the facade.
pub type Notice = String;

/// Nothing but a word.
#[must_use]
pub fn word(what: &str) -> Notice {
    let mut out = String::from("{");
    put_member(&mut out, "what", &what.to_owned());
    out.push('}');
    out
}

fn about(what: &str, name: &'static str, value: &str) -> Notice {
    let mut out = word(what);
    out.pop();
    put_member(&mut out, name, &value.to_owned());
    out.push('}');
    out
}

/// What became of a message, of a start, or of a form: the same over every link.
#[must_use]
pub fn of_message(what: &Happening) -> Vec<Notice> {
    match what {
        Happening::MessageQueued { id, .. } => vec![about("queued", "id", &id.0)],
        Happening::MessageSent { id, .. } => vec![about("sent", "id", &id.0)],
        Happening::MessageFailed { id, code } => {
            let mut out = about("failed", "id", &id.0);
            out.pop();
            put_member(&mut out, "code", &code.word().to_owned());
            out.push('}');
            vec![out]
        }
        Happening::Filled { values } => {
            let mut out = word("filled");
            out.pop();
            put_member(&mut out, "values", values);
            out.push('}');
            vec![out]
        }
        Happening::Refused { code } => vec![about("refused", "code", code.word())],
        _ => Vec::new(),
    }
}

/// The session data of G2.2, behind a word.
#[must_use]
pub fn session(what: &str, chat: &str, user: &str, key: &str, alias: &str) -> Notice {
    let mut out = word(what);
    out.pop();
    open_member(&mut out, "session");
    out.push('{');
    put_member(&mut out, "sessionID", &chat.to_owned());
    put_member(&mut out, "userId", &user.to_owned());
    put_member(&mut out, "secureKey", &key.to_owned());
    put_member(&mut out, "alias", &alias.to_owned());
    out.push_str("}}");
    out
}

/// A run of transcript events, each as JSON. `over`: the conversation is over after them.
#[must_use]
pub fn run(events: &[String], restoring: bool, over: bool) -> Notice {
    let mut out = word("events");
    out.pop();
    put_member(&mut out, "restoring", &restoring);
    put_member(&mut out, "over", &over);
    open_member(&mut out, "events");
    out.push('[');
    out.push_str(&events.join(","));
    out.push_str("]}");
    out
}
