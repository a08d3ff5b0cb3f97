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
    /// Close a connection.
    Disconnect(Transport),
    Send(Transport, AgentFrame),
    /// Give an [`Input::Tick`](super::Input::Tick) after this many milliseconds. It replaces the one that was requested before.
    Wake(i64),
    /// Write this to the browser's console.
    Warn(String),
    /// Store a text for as long as the browser's tab is open, or delete it.
    Keep(Kept, Option<String>),
    /// Tell the server that this token is not used any more.
    SignOut(String),
    /// Fetch a file and save it; if that fails, give an [`Action::DownloadFailed`](super::Action::DownloadFailed).
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
    /// Announce politely to assistive technology.
    Announce(String),
    /// Announce at once to assistive technology.
    Alert(String),
    Chime(Chime),
    /// Move the focus into a conversation, because of an action of the agent.
    Focus(ConversationId),
    /// An action of the agent removed the pane with the focus: move the focus elsewhere.
    FocusElsewhere,
}

/// The kinds of state that are stored for a reload of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The session's token.
    Token,
    /// Parcels without an acknowledgement.
    Outbox,
    /// Drafts: texts that were not sent.
    Drafts,
    /// The list of open panes.
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

/// The event for which a sound is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    Offer,
    Message,
    Request,
}
