//! Inputs, outputs and settings of the link.

use crate::client::link;
use crate::model::EntryId;
use crate::wire::{RawJson, ServerFrame};

/// Inputs from the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The answer to the [`HttpRequest`] of this number. `status` is that of HTTP, 0 when there was no answer (network, timeout).
    Answer { id: u64, status: u16, body: String },
    /// A request for which the engine has no frame. `number` is chosen by the caller and comes back in [`Task::Reply`].
    Request { number: u32, request: Request },
    /// Attached data for the next start: the configuration's, the caller's and the automatic keys (G2.1, G2.5), in rising order of
    /// precedence. Replaces the one before.
    Attach(Vec<(String, String)>),
    /// Whether the page is hidden or has lost the focus (G2.1). Not the same as [`Signal::Watched`](link::Signal::Watched): a page without
    /// the focus may still be in view, beside another window.
    Hidden(bool),
    /// Forget the session: nothing is stored, and the server is told if it can be reached. For a visitor who wants to be forgotten, or
    /// a page that does not want to resume. The engine has to forget its conversation as well.
    Forget,
}

/// Requests of a page for which the engine has no frame (G2.5, G4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Refresh at once.
    PollNow,
    StartPoll,
    StopPoll,
    /// Forget the failures so far.
    ResetPollFailures,
    /// The visitor is typing; the text typed so far may be empty.
    Typing {
        text: String,
    },
    CustomNotice {
        text: String,
    },
    UpdateData(Vec<(String, String)>),
    /// The visitor has read up to this transcript position.
    ReadReceipt {
        position: u64,
    },
    PushUrl {
        url: String,
    },
    UpdateNickname {
        name: String,
    },
    FileLimits,
    /// Send a file: the driver adds it to the request.
    FileUpload {
        data: Vec<(String, String)>,
    },
    /// Ask for the form with which a file is fetched: answered by [`Reply::Post`].
    FileDownload {
        file: String,
    },
    FileDelete {
        file: String,
    },
}

/// Outputs of the link.
pub type Output = link::Output<Task, ServerFrame>;

/// Tasks for the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    Http(HttpRequest),
    /// Keep this text over page loads; `None`: delete it. Hand it to [`Gms::new`](super::Gms::new) on the next page.
    Store(Option<String>),
    /// An answer or its events, uninterpreted.
    Raw(Raw),
    /// A state of the link for which the engine has no event.
    Status(Status),
    /// The answer to a [`Request`].
    Reply {
        number: u32,
        reply: Reply,
    },
}

/// An HTTP request: always a POST of an urlencoded form (G4.1), or of a multipart one for an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Comes back in [`Input::Answer`]. Never used twice.
    pub id: u64,
    pub operation: Operation,
    /// To be put behind the service's address; empty for a start, otherwise it begins with `/` and is percent-encoded.
    pub path: String,
    /// Names and values in order, not encoded.
    pub form: Vec<(String, String)>,
    /// The timeout in milliseconds; 0: none.
    pub timeout: i64,
    /// Send it as `multipart/form-data` with the file of this [`Request`]'s number as the field `file`.
    pub upload: Option<u32>,
}

/// The operations of G4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Start,
    Refresh,
    Send,
    StartTyping,
    StopTyping,
    Disconnect,
    CustomNotice,
    UpdateData,
    ReadReceipt,
    PushUrl,
    UpdateNickname,
    FileLimits,
    FileUpload,
    FileDelete,
}

impl Operation {
    /// Its name at the end of its address (G4.2), `start` for the one without.
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
            Self::FileLimits => "limits",
            Self::FileUpload => "file",
            Self::FileDelete => "delete",
        }
    }
}

/// Parts of the server's answers, uninterpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// An answer, before its frames and statuses. `entry`: the message that was sent. `request`: the number of the [`Request`].
    Answer { operation: Operation, entry: Option<EntryId>, request: Option<u32>, status: u16, body: String },
    /// The transcript events of one answer that were not seen before; they follow the frames made from them. `restoring`: they are from
    /// before this page. `idle`: seconds until the idle timer ends, when the server said so.
    Events { events: Vec<RawEvent>, restoring: bool, idle: Option<i64> },
}

/// A transcript event, as the server sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawEvent {
    /// The event's place in the transcript.
    pub index: i64,
    /// The id of the entry that the event became; a new id when it became no entry.
    pub entry: EntryId,
    pub json: RawJson,
}

/// A change of the link. The order of these is part of the contract (G2.6, G4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    PollingStarted,
    PollingStopped,
    /// The server was told that the visitor types.
    TypingStarted,
    TypingStopped,
    /// The network does not answer. Reported once until [`Status::Reconnected`].
    Disconnected,
    /// A request failed, and is tried again. Always before [`Status::ServerOffline`].
    ConnectionPending,
    /// More failures in a row than the settings tolerate.
    ServerOffline,
    /// Ends [`Status::ConnectionPending`].
    ConnectionRestored,
    /// Ends [`Status::ServerOffline`].
    ServerBack,
    Reconnected,
    /// A session of an earlier page goes on; its transcript follows. Not after [`Status::RestoredOffline`], which tells the same.
    Restored,
    /// A session of an earlier page is restored, but the server cannot be reached. Attempts go on; when one succeeds,
    /// [`Status::ConnectionRestored`], [`Status::ServerBack`] and [`Status::Reconnected`] come, and then the transcript, or [`Status::Over`].
    RestoredOffline,
    /// The kept session is too old, or has ended.
    RestoreTimeout,
    /// The server refused to give the kept session.
    RestoreFailed,
    /// A session that was reported with [`Status::RestoredOffline`] is over. The engine never had the session, so it sends no event.
    Over,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The server's answer; status 0: none.
    Answer {
        status: u16,
        body: String,
    },
    /// Done; the request has no result.
    Done,
    /// Post this form to this address, for instance in another window.
    Post {
        path: String,
        form: Vec<(String, String)>,
    },
    Refused(Refusal),
}

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no conversation.
    NoSession,
    /// The poll before this one has no answer yet.
    PollRunning,
    NotPolling,
    /// The name of a file that cannot exist.
    Malformed,
}

impl Refusal {
    /// The word for it in the page's API.
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

/// The ids of a session on the server (G2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionIds<'a> {
    pub chat: &'a str,
    pub user: &'a str,
    pub key: &'a str,
    pub alias: &'a str,
}

/// Settings of the link: the options of G2.1 that concern the link. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `tenant:endpoint`, or empty.
    pub endpoint: String,
    /// The name of a visitor who gave none: the server requires one (G4.2).
    pub anonymous: String,
    pub ajax_timeout: i64,
    /// 0: none.
    pub upload_timeout: i64,
    /// Failures in a row that are tolerated.
    pub poll_exception_limit: u32,
    /// The longest time since the last poll after which a kept session is restored.
    pub restore_timeout: i64,
    /// The interval when it is not dynamic. 1,000 to 30,000.
    pub poll_rate: i64,
    /// 250 or more.
    pub poll_rate_min: i64,
    /// At most 30,000.
    pub poll_rate_max: i64,
    /// The factor by which the interval grows, in percent: 120 is a factor of 1.2.
    pub poll_rate_growth: i64,
    /// The interval while hidden.
    pub poll_rate_sleep: i64,
    pub dynamic_polling: bool,
    pub sleep_enabled: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            anonymous: "Anonymous".into(),
            ajax_timeout: 3_000,
            upload_timeout: 0,
            poll_exception_limit: 5,
            restore_timeout: 60_000,
            poll_rate: 3_000,
            poll_rate_min: 500,
            poll_rate_max: 3_000,
            poll_rate_growth: 120,
            poll_rate_sleep: 30_000,
            dynamic_polling: true,
            sleep_enabled: false,
        }
    }
}

impl Settings {
    /// The settings with every number inside its bounds: a mistake of a page must neither flood a server nor stop the chat.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        const LONGEST: i64 = 30_000;
        self.ajax_timeout = self.ajax_timeout.clamp(250, 600_000);
        self.upload_timeout = self.upload_timeout.clamp(0, 3_600_000);
        self.restore_timeout = self.restore_timeout.max(0);
        self.poll_rate = self.poll_rate.clamp(1_000, LONGEST);
        self.poll_rate_min = self.poll_rate_min.clamp(250, LONGEST);
        self.poll_rate_max = self.poll_rate_max.clamp(self.poll_rate_min, LONGEST);
        self.poll_rate_growth = self.poll_rate_growth.clamp(100, 1_000);
        self.poll_rate_sleep = self.poll_rate_sleep.clamp(1_000, 600_000);
        self
    }
}
