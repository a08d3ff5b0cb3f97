//! The screen's content, as plain data.

use super::{Fault, LinkStatus, Wait};
use crate::model::{
    Brand, ConversationId, EntryId, Fallback, FieldProblem, FieldValue, FileRules, Form, LeaveReason, Participant, ParticipantId, Party,
    Slot, Timestamp, WidgetKind, WidgetSpec,
};
use crate::wire::Code;
#[cfg(feature = "facade")]
use crate::wire::codec::record;

/// The content of one widget.
#[derive(Clone, Debug)]
pub struct View<'a> {
    pub brand: &'a Brand,
    pub spec: &'a WidgetSpec,
    /// Whether any part of the widget is on the screen.
    pub shown: bool,
    /// Whether the widget's panel is open.
    pub open: bool,
    /// The number of unread messages.
    pub unread: u32,
    pub link: LinkStatus,
    /// Why there is no link, once that is known.
    pub fault: Option<Fault>,
    /// How long the visitor has been waiting for the server.
    pub wait: Wait,
    /// How the site can be reached without the chat.
    pub contact: &'a Fallback,
    /// Another widget of this page that offers a call and is available.
    pub callback: Option<&'a WidgetSpec>,
    /// The conversation is not stored on the device, so it ends with the page.
    pub unkept: bool,
    /// The files that can be sent now, and the conversation for them; `None` while no file can be sent.
    pub files: Option<FilesView<'a>>,
    pub stage: Stage<'a>,
}

/// The data for sending files to a conversation.
#[derive(Clone, Copy, Debug)]
pub struct FilesView<'a> {
    pub rules: &'a FileRules,
    pub conv: &'a ConversationId,
    pub visitor: &'a ParticipantId,
    /// The visitor's secret.
    pub token: &'a str,
}

/// The content of the panel.
#[derive(Clone, Debug)]
pub enum Stage<'a> {
    /// No contact has begun. An open panel shows the greeting and a button that begins one.
    Engagement,
    Collecting(FormView<'a>),
    /// A start is on its way to the server.
    Starting,
    /// A conversation: not begun, waiting, open or ended.
    Chat(ChatView<'a>),
    /// A request for a call is stored. `due`: the time of the call, if it has one.
    Requested {
        kind: WidgetKind,
        due: Option<Timestamp>,
    },
    /// The server refused the start: closed, no agents, queue full. `kept`: the form's values are kept for the next time.
    Refused {
        code: Code,
        kept: bool,
    },
}

/// A form on the screen.
#[derive(Clone, Debug)]
pub struct FormView<'a> {
    pub form: &'a Form,
    /// Values of the fields; a field without one is empty.
    pub values: &'a [FieldValue],
    /// Fields with a problem, in the form's order.
    pub problems: &'a [(String, FieldProblem)],
    /// Free times for a time slot field.
    pub slots: &'a [Slot],
}

/// A conversation on the screen.
#[derive(Clone, Debug)]
pub struct ChatView<'a> {
    pub progress: Progress,
    /// Oldest first. Lines that the server does not have yet come last.
    pub lines: &'a [Line],
    /// The participant who types now.
    pub typing: Option<&'a Participant>,
    /// Whether there are earlier lines to fetch.
    pub more: bool,
    /// The agents who are in the conversation now.
    pub agents: &'a [Participant],
    /// The text in the composer. After the end: text that was not sent.
    pub draft: &'a str,
    /// Why the server refused to start the conversation. The text is in the composer again.
    pub refused: Option<Code>,
    /// The survey.
    pub survey: SurveyView<'a>,
    /// The conversation has ended, and the visitor has probably not seen that yet.
    pub end_unseen: bool,
}

/// A survey on the screen, below the transcript.
#[derive(Clone, Debug)]
pub enum SurveyView<'a> {
    None,
    Offered(FormView<'a>),
    /// The visitor skipped the survey; a button leads back to it.
    Skipped,
    /// The survey was sent; the visitor is thanked.
    Done,
}

/// The progress of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was said yet: the conversation begins with the first message.
    New,
    /// The first message is on its way.
    Starting,
    /// Waiting for the first agent. `position` 0: not known yet.
    Queued {
        position: u32,
    },
    Online,
    /// The agent has left; another one will join.
    Requeued {
        position: u32,
    },
    /// `unanswered`: no agent came.
    Ended {
        by: Party,
        unanswered: bool,
    },
}

/// One line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The server's number; `None` while the server does not have the line.
    pub seq: Option<u64>,
    pub id: EntryId,
    pub at: Timestamp,
    pub said: Said,
    pub state: LineState,
}

/// The content of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Message {
        from: Participant,
        text: String,
    },
    File {
        from: Participant,
        file: String,
        name: String,
        /// The size in bytes.
        size: u64,
        /// The address of the file, relative to the server's; `None` when the file cannot be downloaded.
        address: Option<String>,
        /// Width and height of an image that may be shown.
        pixels: Option<(u32, u32)>,
    },
    Joined {
        who: Participant,
    },
    Left {
        who: String,
        reason: LeaveReason,
    },
    Ended {
        by: Party,
    },
    /// Nothing was said for a long time: the conversation will be ended.
    Warned,
    /// A line of the host page.
    #[cfg(feature = "facade")]
    Injected(Injected),
}

#[cfg(feature = "facade")]
record! {
    /// A line that the host page adds to a transcript on the screen. It is not sent and not stored.
    #[derive(Default)]
    pub struct Injected {
        /// The name of the writer to show; may be empty.
        pub name: String,
        pub text: String,
        /// Whether the line is on the visitor's side.
        pub mine: bool,
        /// Whether the line has no bubble.
        pub bare: bool,
        /// The host draws the line itself, in place of the text.
        pub drawn: bool,
    }
}

/// The delivery of one of the visitor's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// On its way.
    Sending,
    /// On its way for more than ten seconds.
    Late,
    Sent,
    /// The server did not accept it. `retry`: trying again may help.
    Failed {
        retry: bool,
    },
}
