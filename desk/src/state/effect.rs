//! The machine's requests to the browser.

use chinwag::client::Transport;
use chinwag::client::files::Order;
use chinwag::model::ConversationId;
use chinwag::wire::AgentFrame;

/// One request, to be carried out by the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a connection; one of the same transport that is open is closed first.
    Connect(Transport),
    /// Close it.
    Disconnect(Transport),
    Send(Transport, AgentFrame),
    /// Give an [`Input::Tick`](super::Input::Tick) in so many milliseconds. The one that was asked for before is not needed any more.
    Wake(i64),
    /// Say this on the browser's console.
    Warn(String),
    /// Keep a text for the time of the browser's tab, or forget it.
    Keep(Kept, Option<String>),
    /// Tell the server that this token is not used any more.
    SignOut(String),
    /// Fetch a file and save it; an [`Action::DownloadFailed`](super::Action::DownloadFailed) when that does not work.
    Download {
        token: String,
        conv: ConversationId,
        file: String,
        name: String,
    },
    /// Carry out a task of an upload.
    Upload {
        token: String,
        order: Order,
    },
    /// Say politely to assistive technology.
    Announce(String),
    /// Say at once to assistive technology.
    Alert(String),
    Chime(Chime),
    /// Move the focus into a conversation, because of an action of the agent.
    Focus(ConversationId),
    /// An action of the agent removed the pane with the focus: move the focus elsewhere.
    FocusElsewhere,
}

/// The state that is kept over a reload of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The session's token.
    Token,
    /// Parcels without an acknowledgement.
    Outbox,
    /// Texts begun and not sent.
    Drafts,
    /// The panes that are open.
    Panes,
}

impl Kept {
    /// The key in the browser's storage.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Token => "chinwag.desk.token",
            Self::Outbox => "chinwag.desk.outbox",
            Self::Drafts => "chinwag.desk.drafts",
            Self::Panes => "chinwag.desk.panes",
        }
    }
}

/// The occasion of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    Offer,
    Message,
    Request,
}
