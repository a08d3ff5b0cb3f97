//! Links to a server: what each of them hears and says, whatever is below it. [`Live`] is the one to our own server, for visitors and
//! agents; links to the servers of others are in `crate::link`.

mod live;

pub use live::{Input, Live, Side, Sign, State, Task, Transport, Visitor};

use crate::model::Timestamp;
use crate::wire::Code;

/// A link to a server, still without a socket. Hand in a [`Signal`] or what only this link's driver knows, with the time; drain
/// [`poll_output`](Self::poll_output) each time; hand in [`Signal::Wake`] at [`deadline`](Self::deadline).
pub trait Link {
    /// What its owner says.
    type Up;
    /// What its owner hears.
    type Down;
    /// What only the driver of this link tells.
    type Input;
    /// What only the driver of this link does.
    type Task;

    /// Takes in what every link is told.
    fn signal(&mut self, now: Timestamp, signal: Signal<Self::Up>);

    /// Takes in what only this link is told.
    fn handle(&mut self, now: Timestamp, input: Self::Input);

    /// The next thing that comes out, until there is none.
    fn poll_output(&mut self) -> Option<Output<Self::Task, Self::Down>>;

    /// When to hand in [`Signal::Wake`].
    fn deadline(&self) -> Option<Timestamp>;
}

/// What every link is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal<F> {
    /// Whether a link is wanted. Nothing is sent and nothing comes out of one that is not.
    Want(bool),
    /// Send this if it can be sent now.
    Send(F),
    /// It may work now: the page is visible again, the visitor did something.
    Nudge,
    /// It may work now, and in other ways too: the browser is online again, perhaps by another network.
    Network,
    /// It may not work any more: the browser says that it is offline.
    Doubt,
    /// Whether somebody looks at the page.
    Watched(bool),
    /// The time of [`Link::deadline`] has come.
    Wake,
}

/// What comes out of a link.
#[allow(clippy::large_enum_variant, reason = "each is handed on at once; a box would cost an allocation a frame")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<T, D> {
    /// For its owner.
    Frame(D),
    /// For its owner.
    Event(LinkEvent),
    /// For its driver.
    Task(T),
}

/// What became of the link to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// A connection stands: say hello. It may take the place of one that stood until now.
    Opened,
    /// The connection is gone or an attempt failed, and another attempt is planned.
    Lost(Fault),
    /// The server told us to stay away, or nothing helps.
    Stopped(Fault),
}

/// Why there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The browser has no sockets, or refuses to open one.
    Unsupported,
    /// The page's Content-Security-Policy does not let the widget open one.
    Blocked,
    /// An attempt failed before the connection was open: nobody is there, or something on the way (a proxy, a firewall) refuses it.
    Refused,
    /// Nothing was heard for too long.
    Silent,
    /// The connection broke off.
    Lost,
    /// The server's own reason.
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
