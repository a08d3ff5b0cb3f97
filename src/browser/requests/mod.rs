//! The driver of the link that makes requests instead of holding a socket (`link/gms`): carries requests out, hands answers in, and
//! tells a facade the answers and statuses for which the engine has no event. Pages that have no such link do not have this file (feature `facade`); with the
//! link it is a part of the module, which is entered by the functions that are not to be inlined, and is loaded before [`Requests::new`].

mod fetch;

use super::clock;
use super::page::Host;
use super::runtime::{Job, Runtime};
use super::slot::Slot;
use super::storage::Storage;
use crate::client::{Link, Signal};
use crate::dialects::notice::{self, Notice, RunEvent};
use crate::engine::{Area, Event, Happening, Input};
use crate::link::gms::{self, Gms, HttpRequest, Raw, Reply, Request, Settings, Status, Task};
use crate::model::{Party, Timestamp};
use crate::wire::json::{Json, Value};
use crate::wire::{RawJson, VisitorFrame};
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;

/// The link of a page that has one.
pub(super) struct Requests {
    pub(super) link: Slot<Gms>,
    storage: Storage,
}

impl Requests {
    /// The link to the service that the host names.
    #[inline(never)]
    pub(super) fn new(host: &Host) -> Self {
        let storage = Storage::new(&host.text("service"));
        let kept = storage.read().map(|(_, text)| text);
        let link = Slot::new(Gms::new(settings(host), kept.as_deref()));
        Self { link, storage }
    }

    /// Hands a signal to the link; all links have the same signals.
    #[inline(never)]
    pub(super) fn signal(&self, signal: Signal<VisitorFrame>) {
        self.link.borrow_mut().signal(clock::now(), signal);
    }

    /// Hands the link an input of its own kind.
    #[inline(never)]
    pub(super) fn handle(&self, input: gms::Input) {
        self.link.borrow_mut().handle(clock::now(), input);
    }

    /// When the link wants to be woken.
    #[inline(never)]
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.link.borrow().deadline()
    }

    /// A notice `word`, with the ids of the session.
    fn session(&self, word: &str) -> Notice {
        let link = self.link.borrow();
        let Some(ids) = link.session() else { return notice::word(word) };
        notice::session(word, ids.chat, ids.user, ids.key, ids.alias)
    }

    /// The facade's notices for an event of the engine. Changes of the connection come as a [`Status`] of the link.
    #[inline(never)]
    pub(super) fn translate(&self, event: &Event) -> Vec<Notice> {
        match &event.what {
            Happening::ChatStarted { .. } => vec![self.session("started")],
            Happening::ChatFinished { by: Party::Visitor, .. } => vec![notice::word("ended")],
            Happening::ChatFinished { .. } => vec![notice::word("over")],
            other => notice::of_message(other),
        }
    }
}

impl Runtime {
    /// Carries out the outputs of this link, in order, until there are none.
    #[inline(never)]
    pub(super) fn carry_out_requests(&'static self, requests: &'static Requests) {
        self.drain(&requests.link, |task| self.carry_out_request(requests, task));
    }

    /// Carries out a task of this link.
    fn carry_out_request(&'static self, requests: &'static Requests, task: Task) {
        let notice = match task {
            Task::Http(request) => return self.request(request),
            Task::Store(text) => {
                if !requests.storage.write(Area::Tab, text.as_deref()) && text.is_some() {
                    self.tell_engine(Input::Unkept);
                }
                return;
            }
            Task::Raw(raw) => heard(raw),
            Task::Status(status) => match status {
                Status::Restored | Status::RestoredOffline => requests.session(word(status)),
                other => notice::word(word(other)),
            },
            Task::Reply { number, reply } => {
                if let Ok(outcome) = serde_wasm_bindgen::to_value(&outcome(number, reply)) {
                    self.host.outcome(&outcome);
                }
                return;
            }
        };
        self.host.notice(notice.as_str());
    }

    fn request(&'static self, request: HttpRequest) {
        spawn_local(async move {
            let id = request.id;
            let (status, body) = fetch::carry_out(self.host.clone(), request).await;
            self.run(Job::Requests(gms::Input::Answer { id, status, body }));
        });
    }

    /// Whether the page is hidden, or has lost the focus.
    pub(super) fn hidden(&'static self, hidden: bool) {
        self.run(Job::Requests(gms::Input::Hidden(hidden)));
    }

    /// Gives a facade's request, with the facade's number for it, to the link. An unknown request is ignored.
    pub(super) fn ask(&'static self, number: u32, what: &RawJson) {
        if self.requests.get().is_some()
            && let Some(request) = request(what)
        {
            self.run(Job::Requests(gms::Input::Request { number, request }));
        }
    }
}

fn settings(host: &Host) -> Settings {
    let usual = Settings::default();
    let number = |name: &str, otherwise: i64| host.text(name).parse().unwrap_or(otherwise);
    let flag = |name: &str, otherwise: bool| match host.text(name).as_str() {
        "true" => true,
        "false" => false,
        _ => otherwise,
    };
    Settings {
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

#[inline(never)]
fn request(what: &RawJson) -> Option<Request> {
    let json = Json::parse(what.as_str()).ok()?;
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let data = || match json.get("data").map(|data| &data.value) {
        Some(Value::Object(members)) => {
            members.iter().filter_map(|(name, value)| value.as_str().map(|value| (name.clone(), value.to_owned()))).collect()
        }
        _ => Vec::new(),
    };
    Some(match json.get("do")?.as_str()? {
        "poll" => Request::PollNow,
        "startPoll" => Request::StartPoll,
        "stopPoll" => Request::StopPoll,
        "resetPollFailures" => Request::ResetPollFailures,
        "typing" => Request::Typing { text: text("text") },
        "customNotice" => Request::CustomNotice { text: text("text") },
        "updateData" => Request::UpdateData(data()),
        "fileLimits" => Request::FileLimits,
        "fileUpload" => Request::FileUpload { data: data() },
        "fileDownload" => Request::FileDownload { file: text("file") },
        "fileDelete" => Request::FileDelete { file: text("file") },
        _ => return None,
    })
}

fn heard(raw: Raw) -> Notice {
    match raw {
        Raw::Answer { operation, entry, request, status, body } => {
            let answer = notice::about("answer").text("operation", operation.word()).put("id", &entry).put("number", &request);
            answer.put("status", &u32::from(status)).put("body", &body).close()
        }
        Raw::Events { events, restoring, idle } => {
            let events: Vec<_> = events.into_iter().map(|event| RunEvent { id: Some(event.entry), event: event.json }).collect();
            notice::run(&events, restoring, false, idle)
        }
    }
}

/// The answer to a command, as the facade gets it.
#[derive(Serialize)]
struct Outcome {
    /// The number under which the facade asked.
    number: u32,
    /// The HTTP status; 0 when there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// Where a form has to be posted, relative to the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Names and values of that form.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<Vec<(String, String)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'static str>,
}

fn outcome(number: u32, reply: Reply) -> Outcome {
    let none = Outcome { number, status: None, body: None, path: None, form: None, refused: None };
    match reply {
        Reply::Answer { status, body } => Outcome { status: Some(status), body: Some(body), ..none },
        Reply::Done => none,
        Reply::Post { path, form } => Outcome { path: Some(path), form: Some(form), ..none },
        Reply::Refused(refusal) => Outcome { refused: Some(refusal.word()), ..none },
    }
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
