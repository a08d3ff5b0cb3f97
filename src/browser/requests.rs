//! The driver of the link that makes requests instead of holding a socket (`link/gms`): carries requests out, hands answers in, and
//! tells a facade what the engine has no word for. Pages that have no such link do not have this file (feature `facade`).

use super::clock;
use super::page::Host;
use super::runtime::{Job, Runtime};
use super::slot::Slot;
use super::storage::Storage;
use crate::dialects::notice;
use crate::engine::{Area, Event, Happening, Input};
use crate::link::gms::{Command, Gms, Input as LinkInput, Options, Output, Raw, Reply, Request, Status};
use crate::link::live;
use crate::model::{Party, Timestamp};
use crate::wire::codec::put_member;
use crate::wire::json::{Json, Value};

/// The link of a page that has one.
pub(super) struct Requests {
    link: Slot<Gms>,
    storage: Storage,
    /// Transcript events that came in one answer, as JSON, until the answer is through.
    events: Slot<Vec<String>>,
}

impl Requests {
    /// Nothing, unless the host names a service to talk to.
    pub(super) fn of(host: &Host) -> Option<Self> {
        let service = host.text("service");
        if service.is_empty() {
            return None;
        }
        let storage = Storage::new(&service);
        let kept = storage.read().map(|(_, text)| text);
        let link = Slot::new(Gms::new(options(host), kept.as_deref()));
        Some(Self { link, storage, events: Slot::default() })
    }

    pub(super) fn handle(&self, input: LinkInput) {
        self.link.borrow_mut().handle(clock::now(), input);
    }

    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.link.borrow().deadline()
    }

    fn output(&self) -> Option<Output> {
        self.link.borrow_mut().poll_output()
    }

    /// `word`, with the ids of the session.
    fn session(&self, word: &str) -> String {
        let link = self.link.borrow();
        let Some(ids) = link.session() else { return notice::word(word) };
        notice::session(word, ids.chat, ids.user, ids.key, ids.alias)
    }

    /// What an event of the engine comes to for the facade. What the link itself has words for is told by its [`Status`].
    pub(super) fn translate(&self, event: &Event) -> Vec<String> {
        match &event.what {
            Happening::ChatStarted { .. } => vec![self.session("started")],
            Happening::ChatFinished { by: Party::Visitor, .. } => vec![notice::word("ended")],
            Happening::ChatFinished { .. } => vec![notice::word("over")],
            other => notice::of_message(other),
        }
    }
}

impl Runtime {
    /// What is meant for the socket goes to this link; what only a socket knows goes nowhere.
    pub(super) fn ask_instead(&self, input: live::Input) {
        let Some(requests) = &self.requests else { return };
        match input {
            live::Input::Want(wanted) => requests.handle(LinkInput::Want(wanted)),
            live::Input::Send(frame) => requests.handle(LinkInput::Send(frame)),
            live::Input::Nudge | live::Input::Network => requests.handle(LinkInput::Nudge),
            live::Input::Wake => requests.handle(LinkInput::Wake),
            live::Input::Doubt | live::Input::Watched(_) => {}
            live::Input::Opened(_) | live::Input::Closed { .. } | live::Input::Refused(_) | live::Input::Text { .. } => {}
        }
    }

    /// Does what the link asks for. What it says to the engine is heard at once, so that everything comes in the link's order.
    pub(super) fn carry_requests(&'static self) {
        let Some(requests) = &self.requests else { return };
        while let Some(output) = requests.output() {
            match output {
                Output::Request(request) => self.host.request(&written(&request)),
                Output::Frame(frame) => self.tell_engine(Input::Server(frame)),
                Output::Event(event) => self.tell_engine(Input::Link(event)),
                Output::Store(text) => {
                    if !requests.storage.write(Area::Tab, text.as_deref()) && text.is_some() {
                        self.tell_engine(Input::Unkept);
                    }
                }
                Output::Raw(raw) => self.hear_raw(requests, raw),
                Output::Status(status) => self.host.notice(&match status {
                    Status::Restored => requests.session("restored"),
                    Status::RestoredOffline => requests.session("restoredOffline"),
                    other => notice::word(word(other)),
                }),
                Output::Reply { number, reply } => self.host.notice(&replied(number, reply)),
            }
        }
    }

    fn tell_engine(&'static self, input: Input) {
        self.engine_handles(input);
        self.carry_out_effects();
    }

    fn hear_raw(&self, requests: &Requests, raw: Raw) {
        match raw {
            Raw::Answer { operation, entry, command, status, body } => {
                let mut out = notice::word("answer");
                out.pop();
                put_member(&mut out, "operation", &operation.word().to_owned());
                put_member(&mut out, "id", &entry);
                put_member(&mut out, "number", &command);
                put_member(&mut out, "status", &u32::from(status));
                put_member(&mut out, "body", &body);
                out.push('}');
                self.host.notice(&out);
            }
            Raw::Event { entry, json, .. } => {
                // As it came, and with the id by which the facade finds it on the screen.
                let mut event = String::from("{");
                put_member(&mut event, "id", &entry);
                if let Some(rest) = json.trim_ascii().strip_prefix('{').filter(|rest| !rest.starts_with('}')) {
                    event.push(',');
                    event.push_str(rest);
                    requests.events.borrow_mut().push(event);
                }
            }
            Raw::Batch { restoring, idle, .. } => {
                let mut out = notice::run(&requests.events.take(), restoring, false);
                out.pop();
                put_member(&mut out, "idle", &idle);
                out.push('}');
                self.host.notice(&out);
            }
        }
    }

    /// The answer to a request: its number, and the status of HTTP on the first line of the text, 0 for none.
    pub(super) fn answered(&'static self, number: &str, text: &str) {
        let (status, body) = text.split_once('\n').unwrap_or((text, ""));
        if let Ok(id) = number.parse() {
            self.run(Job::Requests(LinkInput::Answer { id, status: status.parse().unwrap_or(0), body: body.to_owned() }));
        }
    }

    /// Whether the page is hidden, or has lost the focus.
    pub(super) fn hidden(&'static self, hidden: bool) {
        self.run(Job::Requests(LinkInput::Hidden(hidden)));
    }

    /// Something that the engine has no word for, by the facade's number for it. What is not understood is passed over.
    pub(super) fn command(&'static self, number: &str, json: &str) {
        let known = Json::parse(json).ok().and_then(|json| command(&json));
        if let (Ok(number), Some(command)) = (number.parse(), known) {
            self.run(Job::Requests(LinkInput::Command { number, command }));
        }
    }
}

fn options(host: &Host) -> Options {
    let usual = Options::default();
    let number = |name: &str, otherwise: i64| host.text(name).parse().unwrap_or(otherwise);
    let flag = |name: &str, otherwise: bool| match host.text(name).as_str() {
        "true" => true,
        "false" => false,
        _ => otherwise,
    };
    Options {
        endpoint: host.text("endpoint"),
        ajax_timeout: number("ajax_timeout", usual.ajax_timeout),
        upload_timeout: number("upload_timeout", usual.upload_timeout),
        poll_exception_limit: host.text("poll_exception_limit").parse().unwrap_or(usual.poll_exception_limit),
        restore_timeout: number("restore_within", usual.restore_timeout),
        poll_rate: number("poll_rate", usual.poll_rate),
        poll_rate_min: number("poll_rate_min", usual.poll_rate_min),
        poll_rate_max: number("poll_rate_max", usual.poll_rate_max),
        poll_rate_growth: number("poll_rate_growth", usual.poll_rate_growth),
        poll_rate_sleep: number("poll_rate_sleep", usual.poll_rate_sleep),
        dynamic_polling: flag("dynamic_polling", usual.dynamic_polling),
        sleep_enabled: flag("sleep_enabled", usual.sleep_enabled),
        ..usual
    }
}

fn command(json: &Json) -> Option<Command> {
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let data = || match json.get("data").map(|data| &data.value) {
        Some(Value::Object(members)) => {
            members.iter().filter_map(|(name, value)| value.as_str().map(|value| (name.clone(), value.to_owned()))).collect()
        }
        _ => Vec::new(),
    };
    Some(match json.get("do")?.as_str()? {
        "poll" => Command::PollNow,
        "startPoll" => Command::StartPoll,
        "stopPoll" => Command::StopPoll,
        "resetPollFailures" => Command::ResetPollFailures,
        "typing" => Command::Typing { text: text("text") },
        "customNotice" => Command::CustomNotice { text: text("text") },
        "updateData" => Command::UpdateData(data()),
        "fileLimits" => Command::FileLimits,
        "fileUpload" => Command::FileUpload { data: data() },
        "fileDownload" => Command::FileDownload { file: text("file") },
        "fileDelete" => Command::FileDelete { file: text("file") },
        _ => return None,
    })
}

/// A request as JSON: `{id, path, form: [name, value, ...], timeout, upload?}`.
fn written(request: &Request) -> String {
    let mut out = String::from("{");
    put_member(&mut out, "id", &request.id);
    put_member(&mut out, "path", &request.path);
    put_member(&mut out, "form", &flat(&request.form));
    put_member(&mut out, "timeout", &request.timeout);
    put_member(&mut out, "upload", &request.upload);
    out.push('}');
    out
}

fn flat(form: &[(String, String)]) -> Vec<String> {
    form.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect()
}

fn replied(number: u32, reply: Reply) -> String {
    let mut out = notice::word("reply");
    out.pop();
    put_member(&mut out, "number", &number);
    match reply {
        Reply::Answer { status, body } => {
            put_member(&mut out, "status", &u32::from(status));
            put_member(&mut out, "body", &body);
        }
        Reply::Done => {}
        Reply::Post { path, form } => {
            put_member(&mut out, "path", &path);
            put_member(&mut out, "form", &flat(&form));
        }
        Reply::Refused(refusal) => put_member(&mut out, "refused", &refusal.word().to_owned()),
    }
    out.push('}');
    out
}

const fn word(status: Status) -> &'static str {
    match status {
        Status::PollingStarted => "pollingStarted",
        Status::PollingStopped => "pollingStopped",
        Status::TypingStarted => "clientTypingStarted",
        Status::TypingStopped => "clientTypingStopped",
        Status::Disconnected => "disconnected",
        Status::ConnectionPending => "connectionPending",
        Status::ServerOffline => "chatServerWentOffline",
        Status::ConnectionRestored => "connectionRestored",
        Status::ServerBack => "chatServerBackOnline",
        Status::Reconnected => "reconnected",
        Status::Restored => "restored",
        Status::RestoredOffline => "restoredOffline",
        Status::RestoreTimeout => "restoreTimeout",
        Status::RestoreFailed => "restoreFailed",
        Status::Over => "over",
    }
}
