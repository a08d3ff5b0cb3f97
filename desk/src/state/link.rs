//! The desk's link: an agent's frames over the shared [`Live`](client::Live) link, and its state for the screens.

use super::words::sentence;
use super::{Desk, Effect, Kept, LiveConversation};
use chinwag::client::link::{Input, Output, State, Task};
use chinwag::client::{self, Fault, Link as _, LinkEvent, Side, Sign, Signal};
use chinwag::model::Timestamp;
use chinwag::wire::{AgentFrame, Code, DeskFrame, VERSION};

/// An agent's frames.
#[derive(Debug)]
pub struct Agent;

impl Side for Agent {
    type Up = AgentFrame;
    type Down = DeskFrame;
    /// The first frame has everything that an agent may see, which grows with the agents' work.
    const MOST: usize = 16 * 1024 * 1024;

    fn ping() -> AgentFrame {
        AgentFrame::Ping {}
    }

    fn pong() -> AgentFrame {
        AgentFrame::Pong {}
    }

    fn sign(frame: &DeskFrame) -> Sign {
        match frame {
            DeskFrame::Ping { .. } => Sign::Ping,
            DeskFrame::Bye { code, retry_after, .. } => Sign::Bye { code: *code, retry_after: *retry_after },
            _ => Sign::Other,
        }
    }
}

/// An agent's link.
pub type Link = client::Live<Agent>;

/// The state of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Not wanted: no agent is signed in.
    Off,
    /// Being opened, or the server has not accepted the token yet.
    Connecting,
    Up,
    /// Waiting for the next attempt, at `until`.
    Waiting {
        until: Timestamp,
    },
    /// Stopped: there is no further attempt unless the agent asks for one.
    Stopped(Stop),
}

/// Why there are no further attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The token is not valid any more.
    SignedOut,
    /// The server speaks another version: load the page again.
    Version,
    /// The server refused the agent, with this message.
    SentAway(String),
}

impl Desk {
    /// Whether frames can be sent: the server has accepted the token.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.up
    }

    /// The state of the link.
    #[must_use]
    pub fn link_state(&self) -> LinkState {
        match (&self.stop, self.link.state()) {
            (Some(stop), _) => LinkState::Stopped(stop.clone()),
            (None, State::Idle) => LinkState::Off,
            (None, State::Delay { until, .. }) => LinkState::Waiting { until },
            (None, _) if self.up => LinkState::Up,
            (None, _) => LinkState::Connecting,
        }
    }

    /// Starts the link, also after the server refused the agent.
    pub(super) fn connect(&mut self, now: Timestamp) {
        self.stop = None;
        self.signal(now, Signal::Want(true));
    }

    /// Gives the link a signal.
    pub(super) fn signal(&mut self, now: Timestamp, signal: Signal<AgentFrame>) {
        self.link.signal(now, signal);
        self.carry_out_link(now);
    }

    /// Tells the link the events of its connections.
    pub(super) fn hear(&mut self, now: Timestamp, input: Input) {
        self.link.handle(now, input);
        self.carry_out_link(now);
    }

    /// Carries out the outputs of the link, in order, until there are none.
    fn carry_out_link(&mut self, now: Timestamp) {
        while let Some(output) = self.link.poll_output() {
            match output {
                Output::Task(Task::Connect(by)) => self.push(Effect::Connect(by)),
                Output::Task(Task::Disconnect(by)) => self.push(Effect::Disconnect(by)),
                Output::Task(Task::Transmit(by, frame)) => self.push(Effect::Send(by, frame)),
                Output::Frame(frame) => self.take_frame(now, frame),
                Output::Task(Task::Warn(wrong)) => self.push(Effect::Warn(format!("Left out of what the server says: {wrong}"))),
                Output::Event(event) => self.take_event(event),
            }
        }
        if let State::Delay { until, .. } = self.link.state()
            && self.woken != until
        {
            self.woken = until;
            self.push(Effect::Wake(until.since(now)));
        }
    }

    fn take_event(&mut self, event: LinkEvent) {
        self.forget_link();
        match event {
            // A connection that replaces another one is used at once: frames that are sent later arrive later.
            LinkEvent::Opened => {
                let token = self.token.clone().unwrap_or_default();
                self.transmit(AgentFrame::Auth { version: VERSION, token });
            }
            LinkEvent::Lost(_) => self.up = false,
            LinkEvent::Stopped(fault) => {
                self.up = false;
                self.stop = Some(match fault {
                    Fault::Server(Code::Unauthorized) => Stop::SignedOut,
                    Fault::Server(Code::Version) => Stop::Version,
                    _ => Stop::SentAway(self.farewell.take().unwrap_or_else(|| "it did not understand this desk.".to_owned())),
                });
            }
        }
        if self.stop == Some(Stop::SignedOut) && self.token.take().is_some() {
            self.keep_text(Kept::Token, None);
            self.leave(Some("Your session has ended. Sign in again to go on where you were.".to_owned()));
        }
    }

    /// Requests on the closed connection get no answer any more.
    pub(super) fn forget_link(&mut self) {
        self.outbox.unsend();
        self.offers.clear();
        self.chats.values_mut().for_each(LiveConversation::unask);
    }

    /// The server closes; the link handles the frame. Its message is kept for the screen.
    pub(super) fn bye(&mut self, message: &str) {
        self.farewell = Some(sentence(message));
    }

    /// Sends a frame if there is a connection.
    pub(super) fn transmit(&mut self, frame: AgentFrame) {
        if let State::Open { by, .. } = self.link.state() {
            self.push(Effect::Send(by, frame));
        }
    }

    /// Sends a frame that is useless later: it is dropped while there is no link.
    pub(super) fn send(&mut self, frame: AgentFrame) {
        if self.up {
            self.transmit(frame);
        }
    }
}
