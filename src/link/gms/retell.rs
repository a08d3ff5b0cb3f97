//! The link's outputs as notices for the page's facade: the same ones that the dialect makes of the engine's events over our own
//! socket (`dialects/genesys.rs`), so that a page cannot tell the two links apart. Here the server itself says what happened, in
//! its own words; the engine's events are asked only for what it alone knows.

use super::io::{Operation, Output, Raw, Refusal, Reply, SessionIds, Status};
use crate::engine::{Event, Happening};
use crate::model::FieldValue;
use crate::wire::ServerFrame;
use crate::wire::codec::{open_member, put_member};
use crate::wire::json::write_str;

/// A fold over the outputs and events of one page, in the order in which they come. Each gives notices: JSON objects `{"what": word}`.
///
/// `started`, `restored`, `restoredOffline` `{session}`; `events` `{restoring, over, idle?, events}`; `restoreTimeout`,
/// `restoreFailed`, `ended`, `disconnected`, `connectionPending`, `chatServerWentOffline`, `connectionRestored`,
/// `chatServerBackOnline`, `reconnected`, `clientTypingStarted`, `clientTypingStopped`; and beyond what the dialect tells:
/// `answer` `{operation, status, text, id?, number?}` for every answer, `reply` `{number}` with `{status, text}`, `{refused}` or
/// `{path, form}` for every command.
#[derive(Debug, Default)]
pub struct Retold {
    /// Events of the answer that is being told.
    run: Vec<String>,
    /// The page believes that a chat goes on.
    active: bool,
    /// It was told of a restored chat whose server could not be reached.
    offline: bool,
}

impl Retold {
    /// What an output of the link comes to. `session` is what the link says of it now.
    pub fn output(&mut self, output: &Output, session: Option<SessionIds<'_>>) -> Vec<String> {
        match output {
            Output::Frame(ServerFrame::Started { .. }) if !self.active => {
                self.active = true;
                vec![told_session("started", session)]
            }
            Output::Status(status) => self.status(*status, session),
            Output::Raw(Raw::Answer { operation, entry, command, status, body }) => {
                let mut out = begun("answer");
                put_member(&mut out, "operation", &operation.word().to_owned());
                put_member(&mut out, "status", &u32::from(*status));
                put_member(&mut out, "text", body);
                put_member(&mut out, "id", entry);
                put_member(&mut out, "number", command);
                vec![closed(out)]
            }
            Output::Raw(Raw::Event { entry, json, .. }) => {
                // Beyond the contract: by which the facade finds it on the screen. Behind the server's own members, so that it counts.
                let mut out = json.strip_suffix('}').unwrap_or("{").to_owned();
                put_member(&mut out, "id", entry);
                self.run.push(closed(out));
                Vec::new()
            }
            Output::Raw(Raw::Batch { restoring, over, idle, .. }) => {
                if *over {
                    self.active = false;
                }
                let mut out = begun("events");
                put_member(&mut out, "restoring", restoring);
                put_member(&mut out, "over", over);
                put_member(&mut out, "idle", idle);
                open_member(&mut out, "events");
                out.push('[');
                out.push_str(&core::mem::take(&mut self.run).join(","));
                out.push(']');
                vec![closed(out)]
            }
            Output::Reply { number, reply } => vec![told_reply(*number, reply)],
            _ => Vec::new(),
        }
    }

    /// What an event of the engine comes to. Nothing: ask the dialect, the link does not know of such things.
    pub fn event(&mut self, event: &Event) -> Option<Vec<String>> {
        match &event.what {
            // The visitor ended it: over at once. Or the engine gave it up.
            Happening::ChatFinished { .. } => {
                let was = core::mem::replace(&mut self.active, false);
                Some(if was { vec![word("ended")] } else { Vec::new() })
            }
            Happening::Composing { on } if self.active => Some(vec![word(if *on { "clientTypingStarted" } else { "clientTypingStopped" })]),
            Happening::ChatStarted { .. }
            | Happening::ChatRestored { .. }
            | Happening::RestoreBegun { .. }
            | Happening::RestoreExpired
            | Happening::RestoreFailed
            | Happening::Lines { .. }
            | Happening::TypingChanged { .. }
            | Happening::Composing { .. }
            | Happening::LinkTrouble { .. }
            | Happening::LinkChanged { .. } => Some(Vec::new()),
            _ => None,
        }
    }

    fn status(&mut self, status: Status, session: Option<SessionIds<'_>>) -> Vec<String> {
        let words: &[&str] = match status {
            Status::Restored => {
                // Told already when the server could not be reached at first.
                let told = core::mem::replace(&mut self.active, true);
                return if told { Vec::new() } else { vec![told_session("restored", session)] };
            }
            Status::RestoredOffline => {
                (self.active, self.offline) = (true, true);
                return vec![told_session("restoredOffline", session)];
            }
            Status::ServerBack if core::mem::replace(&mut self.offline, false) => {
                &["connectionRestored", "chatServerBackOnline", "reconnected"]
            }
            Status::RestoreTimeout | Status::RestoreFailed if core::mem::replace(&mut self.active, false) => &["ended"],
            Status::RestoreTimeout => &["restoreTimeout"],
            Status::RestoreFailed => &["restoreFailed"],
            Status::Disconnected => &["disconnected"],
            Status::ConnectionPending => &["connectionPending"],
            Status::ServerOffline => &["chatServerWentOffline"],
            Status::ConnectionRestored => &["connectionRestored"],
            Status::ServerBack => &["chatServerBackOnline"],
            Status::Reconnected => &["reconnected"],
            // The facade tells of polling itself, and of typing whoever is asked to.
            Status::PollingStarted | Status::PollingStopped | Status::TypingStarted | Status::TypingStopped => &[],
        };
        words.iter().map(|what| word(what)).collect()
    }
}

impl Operation {
    /// The last part of its address (G4.2); `start` for the one that has none.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Refresh => "refresh",
            Self::Send => "send",
            Self::StartTyping => "startTyping",
            Self::StopTyping => "stopTyping",
            Self::Disconnect => "disconnect",
            Self::CustomNotice => "customNotice",
            Self::UpdateData => "updateData",
            Self::ReadReceipt => "readReceipt",
            Self::PushUrl => "pushUrl",
            Self::UpdateNickname => "updateNickname",
            Self::FileLimits => "file/limits",
            Self::FileUpload => "file",
            Self::FileDelete => "file/delete",
        }
    }
}

impl Refusal {
    /// The word for it in a `reply`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoSession => "no_session",
            Self::PollRunning => "poll_running",
            Self::NotPolling => "not_polling",
            Self::Malformed => "malformed",
        }
    }
}

fn told_reply(number: u32, reply: &Reply) -> String {
    let mut out = begun("reply");
    put_member(&mut out, "number", &number);
    match reply {
        Reply::Answer { status, body } => {
            put_member(&mut out, "status", &u32::from(*status));
            put_member(&mut out, "text", body);
        }
        Reply::Done => {}
        Reply::Post { path, form } => {
            put_member(&mut out, "path", path);
            let form: Vec<FieldValue> = form.iter().map(|(name, value)| FieldValue { name: name.clone(), value: value.clone() }).collect();
            put_member(&mut out, "form", &form);
        }
        Reply::Refused(why) => put_member(&mut out, "refused", &why.word().to_owned()),
    }
    closed(out)
}

fn told_session(what: &str, session: Option<SessionIds<'_>>) -> String {
    let mut out = begun(what);
    open_member(&mut out, "session");
    out.push('{');
    if let Some(SessionIds { chat, user, key, alias }) = session {
        for (name, value) in [("sessionID", chat), ("userId", user), ("secureKey", key), ("alias", alias)] {
            open_member(&mut out, name);
            write_str(&mut out, value);
        }
    }
    out.push('}');
    closed(out)
}

fn word(what: &str) -> String {
    closed(begun(what))
}

fn begun(what: &str) -> String {
    let mut out = String::from("{");
    open_member(&mut out, "what");
    write_str(&mut out, what);
    out
}

fn closed(mut out: String) -> String {
    out.push('}');
    out
}
