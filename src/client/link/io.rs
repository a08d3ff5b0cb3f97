//! What goes in and comes out of a link, and whose it is.

use crate::model::{Timestamp, limits};
use crate::wire::{Code, Codec, Malformed, ServerFrame, VisitorFrame};

/// Whose link it is: the frames that it carries.
pub trait Side {
    /// What the client says.
    type Up: Codec;
    /// What the server says.
    type Down: Codec;
    /// Bytes of the longest frame that is read.
    const MOST: usize;
    /// Asks whether the server is there.
    fn ping() -> Self::Up;
    /// The answer to the server's question.
    fn pong() -> Self::Up;
    /// What a frame means to the link.
    fn sign(frame: &Self::Down) -> Sign;
}

/// What a frame means to the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The server asks whether we are there.
    Ping,
    /// The server closes.
    Bye { code: Code, retry_after: Option<u32> },
    /// Nothing.
    Other,
}

/// A visitor's frames.
#[derive(Debug)]
pub struct Visitor;

impl Side for Visitor {
    type Up = VisitorFrame;
    type Down = ServerFrame;
    const MOST: usize = limits::FRAME_BYTES;

    fn ping() -> VisitorFrame {
        VisitorFrame::Ping {}
    }

    fn pong() -> VisitorFrame {
        VisitorFrame::Pong {}
    }

    fn sign(frame: &ServerFrame) -> Sign {
        match frame {
            ServerFrame::Ping { .. } => Sign::Ping,
            ServerFrame::Bye { code, retry_after, .. } => Sign::Bye { code: *code, retry_after: *retry_after },
            _ => Sign::Other,
        }
    }
}

/// A way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A WebSocket.
    Socket,
    /// Requests over HTTP that wait for something to answer with.
    Polling,
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

/// What the driver tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<F> {
    /// Whether a link is wanted.
    Want(bool),
    /// The connection is open.
    Opened(Transport),
    /// The connection is closed, or could not be opened.
    Closed { by: Transport, code: u16 },
    /// The browser did not begin to open a socket, and will not the next time either.
    Refused(Fault),
    /// A text came.
    Text { by: Transport, text: String },
    /// Send this if the connection is open.
    Send(F),
    /// It may work now: the page is visible again, the visitor did something.
    Nudge,
    /// It may work now, and over sockets too: the browser is online again, perhaps by another network.
    Network,
    /// It may not work any more: the browser says that it is offline.
    Doubt,
    /// Whether somebody looks at the page.
    Watched(bool),
    /// The time of [`Link::deadline`] has come.
    Wake,
}

/// What the driver has to do.
#[allow(clippy::large_enum_variant, reason = "each is handed on at once; a box would cost an allocation a frame")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output<U, D> {
    /// Open a connection. One of the other transport may stand beside it.
    Connect(Transport),
    /// Close it, or give the attempt up; nothing more is to be heard of it.
    Disconnect(Transport),
    /// Send this over it.
    Transmit(Transport, U),
    /// For whoever uses the link.
    Frame(D),
    /// For whoever uses the link.
    Event(LinkEvent),
    /// Something that the server says is not of its form, and is left out: for the console. Only the first is told.
    LeftOut(Malformed),
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No link is wanted, or the server sent us away.
    Idle,
    /// Waiting for the next attempt.
    Delay {
        until: Timestamp,
        /// The server named the time: it is kept to.
        asked: bool,
    },
    Connecting {
        by: Transport,
        since: Timestamp,
    },
    Open {
        by: Transport,
        since: Timestamp,
        /// When something was heard last, or the connection was opened.
        heard: Timestamp,
        /// Something was heard.
        greeted: bool,
        /// The server was asked since.
        asked: bool,
    },
}
