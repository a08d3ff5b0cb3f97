//! Inputs, tasks and states of a link to our server, and its two sides (visitor, agent).

use crate::client::link::Fault;
use crate::model::{Timestamp, limits};
use crate::wire::{Code, Codec, Malformed, ServerFrame, VisitorFrame};

/// The kind of client that has the link: the types of its frames.
pub trait Side {
    /// The client's frames.
    type Up: Codec;
    /// The server's frames.
    type Down: Codec;
    /// Bytes of the longest frame that is read.
    const MOST: usize;
    /// Asks whether the server is there.
    fn ping() -> Self::Up;
    /// The answer to the server's question.
    fn pong() -> Self::Up;
    /// The meaning of a frame for the link.
    fn sign(frame: &Self::Down) -> Sign;
}

/// The meaning of a frame for the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The server asks whether the client is there.
    Ping,
    /// The server closes.
    Bye { code: Code, retry_after: Option<u32> },
    /// No meaning for the link.
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

/// A transport to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A WebSocket.
    Socket,
    /// Requests over HTTP that the server answers when it has frames.
    Polling,
}

/// Inputs from the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The connection is open.
    Opened(Transport),
    /// The connection is closed, or could not be opened.
    Closed { by: Transport, code: u16 },
    /// The browser did not begin to open a socket, and will not the next time either.
    Refused(Fault),
    /// A text was received.
    Text { by: Transport, text: String },
}

/// Tasks for the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task<U> {
    /// Open a connection. A connection of the other transport may be open at the same time.
    Connect(Transport),
    /// Close it, or cancel the attempt; the driver reports nothing more of it.
    Disconnect(Transport),
    /// Send this frame over a connection.
    Transmit(Transport, U),
    /// Warn on the console that a part of a frame has a wrong form and is left out. Only the first is reported.
    Warn(Malformed),
}

/// The state of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No link is wanted, or the server refused the client.
    Idle,
    /// Waiting for the next attempt.
    Delay {
        until: Timestamp,
        /// The server chose the time: a nudge does not shorten the delay.
        asked: bool,
    },
    Connecting {
        by: Transport,
        since: Timestamp,
    },
    Open {
        by: Transport,
        since: Timestamp,
        /// When a frame came last, or the connection was opened.
        heard: Timestamp,
        /// Whether a frame has come.
        greeted: bool,
        /// Whether the server was asked for a sign of life since the last frame.
        asked: bool,
    },
}
