//! The states of the session: none, starting, restored from an earlier page, open, over.

use super::form;
use super::io::{Input, Operation, Output, SessionIds, Settings, Status, Task};
use super::json::digits;
use super::kept::{Kept, VERSION};
use super::log::Log;
use super::out::Out;
use super::poll::{Poll, Trouble};
use super::sends::Sends;
use crate::client::{Link, LinkEvent, Signal};
use crate::model::{EntryId, ParticipantId, Timestamp, WidgetId};
use crate::wire::{self, ChatPage, Codec, Have, ServerFrame, VisitorFrame};

/// The state of the link. See the module for how to drive it.
#[derive(Debug)]
pub struct Gms {
    pub(super) settings: Settings,
    /// Attached data for the next start.
    pub(super) attached: Vec<(String, String)>,
    pub(super) wanted: bool,
    pub(super) hidden: bool,
    pub(super) session: Session,
    pub(super) out: Out,
    /// The visitor of the last hello.
    pub(super) visitor: ParticipantId,
    pub(super) token: String,
    /// The text that was stored last.
    written: Option<String>,
}

#[derive(Debug)]
pub(super) enum Session {
    None,
    /// A session of an earlier page; the engine has not asked for it yet.
    Kept(Box<Kept>),
    /// The server was asked for a session.
    Starting {
        id: EntryId,
        widget: WidgetId,
    },
    Live(Box<Live>),
    /// The session has ended. Its entries can still be fetched.
    Over(Box<Log>),
}

/// A session that the server has.
#[derive(Debug)]
pub(super) struct Live {
    /// The session's ids. The fields for the last event and for messages are filled in when this is written.
    pub(super) kept: Kept,
    /// The number of the request whose answer gave the ids: answers come in any order.
    pub(super) adopted: u64,
    /// The transcript position to ask for next (G4.2).
    pub(super) position: i64,
    pub(super) log: Log,
    pub(super) sends: Sends,
    pub(super) poll: Poll,
    pub(super) trouble: Trouble,
    pub(super) typing: Option<Typing>,
    pub(super) phase: Phase,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// The engine asked for the session after a page load, and waits for `welcome`.
    Restoring {
        chats: Vec<Have>,
    },
    Going,
    /// The visitor ended the session; the request that tells the server is on its way.
    Ending {
        id: EntryId,
        tries: u32,
        /// When to tell the server again; `None` while its answer is awaited.
        next: Option<Timestamp>,
    },
}

/// The visitor is typing (G2.5).
#[derive(Debug)]
pub(super) struct Typing {
    pub(super) until: Timestamp,
    /// The unfinished message, where the page gives it.
    pub(super) text: String,
}

impl Link for Gms {
    type Up = VisitorFrame;
    type Down = ServerFrame;
    type Input = Input;
    type Task = Task;

    fn signal(&mut self, now: Timestamp, signal: Signal<VisitorFrame>) {
        match signal {
            Signal::Want(wanted) => self.want(wanted),
            Signal::Send(frame) => self.on_frame(now, frame),
            Signal::Nudge | Signal::Network => self.nudge(now),
            // Requests are independent: there is no connection that could be dead. The polling interval depends on another input
            // (`Hidden`), as the vendor defines it.
            Signal::Doubt | Signal::Watched(_) => {}
            Signal::Wake => self.wake(now),
        }
        self.settled(now);
    }

    fn handle(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Answer { id, status, body } => self.on_answer(now, id, status, &body),
            Input::Request { number, request } => self.on_request(now, number, request),
            Input::Attach(data) => self.attached = data,
            Input::Hidden(hidden) => {
                self.hidden = hidden;
                if !hidden {
                    self.nudge(now);
                }
            }
            Input::Forget => self.forget(now),
        }
        self.settled(now);
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.out.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Timestamp> {
        let mut all = vec![self.out.deadline()];
        if let Session::Live(live) = &self.session {
            all.push(live.typing.as_ref().map(|typing| typing.until));
            all.push(match live.phase {
                Phase::Ending { next, .. } => next,
                _ => live.poll.deadline(),
            });
        }
        all.into_iter().flatten().min()
    }
}

impl Gms {
    /// A link that is not wanted yet. `kept` is the last text of [`Task::Store`], if there is one.
    #[must_use]
    pub fn new(settings: Settings, kept: Option<&str>) -> Self {
        let session = kept.and_then(Kept::read).map_or(Session::None, |kept| Session::Kept(Box::new(kept)));
        Self {
            settings: settings.bounded(),
            attached: Vec::new(),
            wanted: false,
            hidden: false,
            session,
            out: Out::default(),
            visitor: ParticipantId::default(),
            token: String::new(),
            written: kept.map(str::to_owned),
        }
    }

    /// The ids of the open session (G2.2).
    #[must_use]
    pub fn session(&self) -> Option<SessionIds<'_>> {
        let Session::Live(live) = &self.session else { return None };
        let Kept { chat, user, key, alias, .. } = &live.kept;
        Some(SessionIds { chat, user, key, alias })
    }

    fn want(&mut self, wanted: bool) {
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        if wanted {
            // There is no connection to wait for: requests are independent.
            self.out.event(LinkEvent::Opened);
            return;
        }
        self.out.abandon();
        self.session = match core::mem::replace(&mut self.session, Session::None) {
            // The server was told, or will notice: nothing of the session is kept.
            Session::Live(live) if matches!(live.phase, Phase::Ending { .. }) => Session::None,
            Session::Live(mut live) => {
                live.poll.tell(false, &mut self.out);
                Session::Kept(Box::new(live.keep()))
            }
            Session::Starting { .. } => Session::None,
            other => other,
        };
    }

    fn forget(&mut self, now: Timestamp) {
        self.out.abandon();
        let kept = match core::mem::replace(&mut self.session, Session::None) {
            Session::Live(mut live) => {
                live.poll.tell(false, &mut self.out);
                live.kept
            }
            Session::Kept(kept) => *kept,
            _ => return,
        };
        let to = (form::path(&kept.chat, "disconnect"), form::session(&kept));
        self.out.post(now, Operation::Disconnect, to, self.settings.ajax_timeout, (None, None));
    }

    fn nudge(&mut self, now: Timestamp) {
        if let Session::Live(live) = &mut self.session
            && now.since(live.kept.polled) >= self.settings.poll_rate_min
        {
            live.poll.soon(now);
        }
        self.wake(now);
    }

    fn wake(&mut self, now: Timestamp) {
        while let Some(id) = self.out.overdue(now) {
            self.on_answer(now, id, 0, "");
        }
        let Session::Live(live) = &mut self.session else { return };
        if live.typing.as_ref().is_some_and(|typing| typing.until <= now) {
            self.typing_stops(now, true);
        }
        let Session::Live(live) = &mut self.session else { return };
        match &live.phase {
            Phase::Ending { next, .. } => {
                if next.is_some_and(|next| next <= now) {
                    self.disconnect(now);
                }
            }
            _ => {
                if live.poll.deadline().is_some_and(|next| next <= now) {
                    self.refresh(now, None);
                }
            }
        }
    }

    /// Sends a refresh. The caller makes sure that none is on its way.
    pub(super) fn refresh(&mut self, now: Timestamp, request: Option<u32>) {
        let Session::Live(live) = &mut self.session else { return };
        let mut fields = form::session(&live.kept);
        fields.push(("transcriptPosition".into(), digits(live.position)));
        if let Some(typing) = live.typing.as_ref().filter(|typing| !typing.text.is_empty()) {
            fields.push(("message".into(), typing.text.clone()));
        }
        live.poll.begin(now);
        live.kept.polled = now;
        let path = form::path(&live.kept.chat, "refresh");
        self.out.post(now, Operation::Refresh, (path, fields), self.settings.ajax_timeout, (None, request));
    }

    /// Tells the server that the visitor ended the session.
    pub(super) fn disconnect(&mut self, now: Timestamp) {
        let Session::Live(live) = &mut self.session else { return };
        let Phase::Ending { id, tries, next } = &mut live.phase else { return };
        *tries = tries.saturating_add(1);
        *next = None;
        let to = (form::path(&live.kept.chat, "disconnect"), form::session(&live.kept));
        self.out.post(now, Operation::Disconnect, to, self.settings.ajax_timeout, (Some(id.clone()), None));
    }

    /// Called after every input: the work that may be due now.
    fn settled(&mut self, now: Timestamp) {
        self.send_next(now);
        self.keep();
    }

    /// Sends the message whose turn it is.
    fn send_next(&mut self, now: Timestamp) {
        let Session::Live(live) = &mut self.session else { return };
        if !matches!(live.phase, Phase::Going) {
            return;
        }
        let last = live.log.last;
        let Some(send) = live.sends.next(last) else { return };
        let mut fields = form::session(&live.kept);
        fields.push(("message".into(), send.text.clone()));
        fields.push(("messageType".into(), "text".into()));
        let (to, id) = ((form::path(&live.kept.chat, "send"), fields), send.id.clone());
        self.out.post(now, Operation::Send, to, self.settings.ajax_timeout, (Some(id), None));
    }

    /// The engine asks for the session of an earlier page.
    pub(super) fn restore(&mut self, now: Timestamp, kept: Kept, chats: Vec<Have>) {
        let phase = Phase::Restoring { chats };
        if let Some(live) = Live::revive(kept, &self.visitor, &self.settings, now, phase) {
            self.session = Session::Live(Box::new(live));
            self.refresh(now, None);
        } else {
            self.session = Session::None;
            self.welcome(now, Vec::new());
        }
    }

    /// The stored session cannot be restored. The engine is told that there is no such conversation.
    pub(super) fn forget_restored(&mut self, now: Timestamp, why: Status) {
        let mut why = why;
        if let Session::Live(live) = &mut self.session
            && live.trouble.is_offline()
        {
            live.trouble.recover(&mut self.out);
            why = Status::Over;
        }
        self.session = Session::None;
        self.out.status(why);
        self.welcome(now, Vec::new());
    }

    pub(super) fn welcome(&mut self, now: Timestamp, chats: Vec<ChatPage>) {
        self.out.frame(ServerFrame::Welcome {
            version: wire::VERSION,
            visitor: self.visitor.clone(),
            token: self.token.clone(),
            // The server's transcript has no epochs: it does not go back.
            epoch: "gms".into(),
            now,
            chats,
        });
    }

    /// The visitor types no longer. `tell`: report it to the server; not needed when a message was sent.
    pub(super) fn typing_stops(&mut self, now: Timestamp, tell: bool) {
        let Session::Live(live) = &mut self.session else { return };
        if live.typing.take().is_none() {
            return;
        }
        if tell {
            let to = (form::path(&live.kept.chat, "stopTyping"), form::session(&live.kept));
            self.out.post(now, Operation::StopTyping, to, self.settings.ajax_timeout, (None, None));
        }
        self.out.status(Status::TypingStopped);
    }

    /// Stores the state that has to survive the page, or deletes it.
    fn keep(&mut self) {
        let text = match &self.session {
            Session::Live(live) => Some(live.keep().to_text()),
            Session::Kept(kept) => Some(kept.to_text()),
            _ => None,
        };
        if text != self.written {
            self.written.clone_from(&text);
            self.out.task(Task::Store(text));
        }
    }
}

impl Live {
    /// A session that the server has just given.
    pub(super) fn begin(kept: Kept, visitor: &ParticipantId, settings: &Settings, now: Timestamp) -> Option<Self> {
        Self::revive(kept, visitor, settings, now.after(settings.poll_rate_min), Phase::Going)
    }

    /// A session whose transcript is to be read from its beginning.
    pub(super) fn revive(kept: Kept, visitor: &ParticipantId, settings: &Settings, poll: Timestamp, phase: Phase) -> Option<Self> {
        let log = Log::new(&kept.chat, &kept.start, &kept.widget, visitor, kept.opened)?;
        let sends = Sends::read(&kept.sends, poll);
        Some(Self {
            kept,
            adopted: 0,
            position: 1,
            log,
            sends,
            poll: Poll::new(settings, poll),
            trouble: Trouble::default(),
            typing: None,
            phase,
        })
    }

    pub(super) fn is_going(&self) -> bool {
        matches!(self.phase, Phase::Going)
    }

    fn keep(&self) -> Kept {
        Kept { version: VERSION, last: self.log.last, sends: self.sends.keep(), ..self.kept.clone() }
    }
}
