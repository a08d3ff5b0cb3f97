//! The events of Genesys Widgets and of the Chat API of Genesys Mobile Services (G2.3 to G2.7, G4.4). Each event of the engine becomes
//! [`Notice`]s for the facade: changes of the session and of the connection, and runs of transcript events in the form that a chat
//! server sends. A page may register filters and preprocessors in JavaScript, which stand between these events; so the order inside a
//! run and the event names on the bus are decided by the facade (`js/compat/genesys/service.js`).
//!
//! A fold over the events. Its state is the transcript so far and the state of the connection, nothing else.

use super::notice::{Notice, RunEvent, of_message, run, session, word};
use super::transcript::{self, Transcript};
use super::{FacadeOptions, Retell};
use crate::engine::{Event, Happening, LinkStatus};
use crate::model::{ConversationId, Entry, EntryBody, Party};

/// Attempts that may fail in a row before the chat server counts as offline, unless the page says another number (G2.1).
pub const POLL_EXCEPTION_LIMIT: u32 = 5;

/// The translation for one page.
#[derive(Clone, Debug)]
pub struct Genesys {
    limit: u32,
    transcript: Transcript,
    /// The index of the last transcript event, and the number in the log of the entry that it came from. A log's numbers may have gaps,
    /// a transcript's do not.
    index: u64,
    seq: u64,
    trouble: Trouble,
    /// Whether the reported conversation is still open.
    active: bool,
    /// A conversation of an earlier page, for which the server has not answered yet.
    restoring: Option<ConversationId>,
}

/// The translation for a page with these options of the facade.
pub(super) fn retelling(option: FacadeOptions<'_>) -> Box<dyn Retell> {
    Box::new(Genesys::new(option("poll_exception_limit").parse().unwrap_or(POLL_EXCEPTION_LIMIT)))
}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    None,
    /// Attempts to reach the server fail.
    Pending,
    /// Too many attempts in a row have failed.
    Offline,
}

impl Genesys {
    /// `limit`: attempts that may fail in a row before the chat server counts as offline.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self { limit, transcript: Transcript::default(), index: 0, seq: 0, trouble: Trouble::None, active: false, restoring: None }
    }
}

impl Retell for Genesys {
    fn translate(&mut self, event: &Event) -> Vec<Notice> {
        match &event.what {
            // The secret of our own link is not passed on: a page needs none to use the bus.
            Happening::ChatStarted { conv } => {
                self.begin();
                vec![session("started", &conv.0, &event.visitor.0, "", "")]
            }
            Happening::RestoreBegun { conv } => {
                self.restoring = Some(conv.clone());
                Vec::new()
            }
            Happening::ChatRestored { conv, .. } => {
                // The facade was told already, when the server could not be reached at first.
                let told = self.active;
                if !told {
                    self.begin();
                }
                self.restoring = None;
                if told { Vec::new() } else { vec![session("restored", &conv.0, &event.visitor.0, "", "")] }
            }
            // The conversation is too old, or has ended on the server: the event is the same (G2.6).
            Happening::RestoreExpired => vec![word("restoreTimeout")],
            Happening::RestoreFailed => {
                self.restoring = None;
                let told = core::mem::replace(&mut self.active, false);
                if told { vec![word("ended")] } else { vec![word("restoreTimeout")] }
            }
            Happening::LinkTrouble { .. } if self.restoring.is_some() && !self.active => {
                self.begin();
                self.trouble = Trouble::Offline;
                let conv = self.restoring.take().unwrap_or_default();
                vec![session("restoredOffline", &conv.0, &event.visitor.0, "", "")]
            }
            Happening::Lines { entries, restoring, .. } if self.active => self.lines(entries, *restoring),
            Happening::TypingChanged { who, on, .. } if self.active => {
                // Typing is not stored: it has no number in the transcript.
                vec![run(&[told(&self.transcript.typing(who, *on, event.at), None)], false, false, None)]
            }
            Happening::ChatFinished { by: Party::Visitor, .. } if self.active => {
                self.active = false;
                vec![word("ended")]
            }
            Happening::ChatFinished { .. } if self.active => {
                self.active = false;
                let left = self.transcript.leave(Party::Agent, event.at);
                vec![run(&self.numbered(&left), false, true, None)]
            }
            Happening::Composing { on } if self.active => vec![word(if *on { "clientTypingStarted" } else { "clientTypingStopped" })],
            Happening::LinkTrouble { failures } if self.active => self.worse(*failures),
            Happening::LinkChanged { status: LinkStatus::Online, .. } => self.better(),
            other => of_message(other),
        }
    }
}

impl Genesys {
    fn begin(&mut self) {
        self.transcript = Transcript::default();
        (self.index, self.seq) = (0, 0);
        self.active = true;
    }

    /// The connection is gone, or another attempt failed. Pending comes before offline, each is told once (G2.6).
    fn worse(&mut self, failures: u32) -> Vec<Notice> {
        let mut told = Vec::new();
        if self.trouble == Trouble::None {
            self.trouble = Trouble::Pending;
            told.extend([word("disconnected"), word("connectionPending")]);
        }
        if failures > self.limit && self.trouble == Trouble::Pending {
            self.trouble = Trouble::Offline;
            told.push(word("chatServerWentOffline"));
        }
        told
    }

    fn better(&mut self) -> Vec<Notice> {
        match core::mem::replace(&mut self.trouble, Trouble::None) {
            Trouble::None => Vec::new(),
            Trouble::Pending => vec![word("connectionRestored"), word("reconnected")],
            Trouble::Offline => vec![word("connectionRestored"), word("chatServerBackOnline"), word("reconnected")],
        }
    }

    /// Entries of the log as one run of transcript events.
    fn lines(&mut self, entries: &[Entry], restoring: bool) -> Vec<Notice> {
        let mut events = Vec::new();
        let mut over = false;
        for entry in entries {
            // The whole log came again, because it did not join the entries from before.
            if entry.seq <= self.seq || over {
                continue;
            }
            self.seq = entry.seq;
            match &entry.body {
                // An end by the visitor has a notice of its own.
                EntryBody::Ended { by: Party::Visitor, .. } => continue,
                EntryBody::Ended { .. } => (over, self.active) = (true, false),
                _ => {}
            }
            let told = self.transcript.entry(entry);
            events.extend(self.numbered(&told));
        }
        if events.is_empty() && !over { Vec::new() } else { vec![run(&events, restoring, over, None)] }
    }

    fn numbered(&mut self, events: &[transcript::Event]) -> Vec<RunEvent> {
        let mut next = || {
            self.index += 1;
            self.index
        };
        events.iter().map(|event| told(event, Some(next()))).collect()
    }
}

/// A transcript event for the facade, with its index if it has one, and with an entry's id only if it has a text (a line on the screen).
fn told(event: &transcript::Event, index: Option<u64>) -> RunEvent {
    RunEvent { id: event.id.clone().filter(|_| event.text.is_some()), event: event.to_json(index) }
}
