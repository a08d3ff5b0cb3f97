//! Links to a server: the interface that all of them have. [`Live`] is the one to our own server, for visitors and
//! agents; links to other vendors' servers are in `crate::link`.

mod live;

pub use live::{Input, Live, Side, Sign, State, Task, Transport, Visitor};

use crate::model::Timestamp;
use crate::wire::Code;

/// A link to a server, without a socket of its own. Hand in a [`Signal`] or an input of the link's driver, with the time; drain
/// [`poll_output`](Self::poll_output) each time; hand in [`Signal::Wake`] at [`deadline`](Self::deadline).
pub trait Link {
    /// Frames that the owner sends.
    type Up;
    /// Frames that the owner gets.
    type Down;
    /// Inputs from the driver of this kind of link.
    type Input;
    /// Work for the driver of this kind of link.
    type Task;

    /// Handles a signal, which all links know.
    fn signal(&mut self, now: Timestamp, signal: Signal<Self::Up>);

    /// Handles an input of this kind of link.
    fn handle(&mut self, now: Timestamp, input: Self::Input);

    /// The next output, until there is none.
    fn poll_output(&mut self) -> Option<Output<Self::Task, Self::Down>>;

    /// When to hand in [`Signal::Wake`].
    fn deadline(&self) -> Option<Timestamp>;
}

/// Inputs that all links have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal<F> {
    /// Whether a link is wanted. A link that is not wanted sends no frames and gives none out.
    Want(bool),
    /// Send this frame, if it can be sent now.
    Send(F),
    /// Try again soon: the page is visible again, or the visitor acted.
    Nudge,
    /// The browser is online again, perhaps in another network: try again, with all transports.
    Network,
    /// The browser says that it is offline: the connection may be dead.
    Doubt,
    /// Whether the page is visible.
    Watched(bool),
    /// The time of [`Link::deadline`] has come.
    Wake,
}

/// Outputs of a link.
#[allow(clippy::large_enum_variant, reason = "each is handed on at once; a box would cost an allocation a frame")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<T, D> {
    /// A frame for the owner of the link.
    Frame(D),
    /// An event for the owner of the link.
    Event(LinkEvent),
    /// A task for the driver of the link.
    Task(T),
}

/// A change of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// A connection is open: send `hello`. It may replace an open one.
    Opened,
    /// The connection is gone or an attempt failed, and another attempt is planned.
    Lost(Fault),
    /// No further attempt: the server refused for good, or no transport is possible.
    Stopped(Fault),
}

/// Why there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The browser has no sockets, or refuses to open one.
    Unsupported,
    /// The page's Content-Security-Policy does not let the widget open one.
    Blocked,
    /// An attempt failed before the connection was open: no server is there, or a proxy or firewall on the way refuses it.
    Refused,
    /// No frame came for too long.
    Silent,
    /// The connection broke off.
    Lost,
    /// The reason that the server gave.
    Server(Code),
}

impl Fault {
    /// The word for it in the page's API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Blocked => "socket_blocked",
            Self::Refused => "refused",
            Self::Silent => "silent",
            Self::Lost => "lost",
            Self::Server(code) => code.word(),
        }
    }
}
