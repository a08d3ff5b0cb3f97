//! The transcript of one conversation: entries in the server's order without a gap, then the lines that the server does not have yet.

use super::view::{Line, LineState, Progress, Said};
use crate::client::{Run, Window};
use crate::model::{
    Conversation, ConversationId, EndReason, Entry, EntryBody, EntryId, FieldProblem, FieldValue, Participant, ParticipantId, Party,
    Standing, Timestamp, WidgetId,
};
use crate::wire::ChatPage;

/// A conversation on this page.
#[derive(Debug)]
pub(super) struct LiveConversation {
    pub(super) state: Conversation,
    /// The lines: first those with a number, in order, then those without.
    pub(super) lines: Vec<Line>,
    /// Which entries of the log are loaded.
    pub(super) window: Window,
    /// The `seq` up to which it was read when the panel was closed last. While the panel is open everything counts as read.
    pub(super) read: u64,
    /// The `seq` that other tabs know as read.
    pub(super) told_read: u64,
    pub(super) typing: Option<Participant>,
    /// When the server was last told that the visitor types.
    pub(super) told_typing: Option<Timestamp>,
    pub(super) position: u32,
    /// The page was told that an agent is there.
    pub(super) told_online: bool,
    /// Who ended the conversation. Set once the page has had the event `chatFinished`.
    pub(super) finished: Option<Party>,
    /// The visitor has seen the end. Until then the conversation is kept for the next page.
    pub(super) end_seen: bool,
    /// An earlier page was told that the conversation ended.
    pub(super) told_over: bool,
    pub(super) survey: Survey,
}

/// The survey after the end.
#[derive(Debug)]
pub(super) enum Survey {
    None,
    Offered {
        /// A button that leads back to the form is shown in place of the form.
        skipped: bool,
        values: Vec<FieldValue>,
        problems: Vec<(String, FieldProblem)>,
        /// See [`super::Happening::ChatFinished`].
        missed: bool,
    },
    Done,
}

impl LiveConversation {
    /// A conversation from a page of its newest entries, which count as history.
    pub(super) fn from_history(mut page: ChatPage) -> Self {
        let mut window = Window::empty();
        let (Run::Fresh(entries) | Run::Next(entries) | Run::Older(entries)) = window.receive_page(&mut page);
        Self { lines: lines_of(&page.state.id, &entries), window, ..Self::empty(page.state) }
    }

    /// A conversation from its first entry. The caller applies the other entries of the page as news.
    pub(super) fn from_start(page: &ChatPage) -> Option<Self> {
        let first = page.entries.first()?;
        let state = Conversation::open(page.state.id.clone(), first)?;
        let mut chat = Self::empty(state);
        chat.window.begin(first);
        Some(chat)
    }

    /// A conversation that the server no longer has: ended and without lines; the caller may add some.
    pub(super) fn lost(id: ConversationId, visitor: ParticipantId) -> Self {
        Self::empty(Conversation {
            id,
            standing: Standing::Ended,
            head: 0,
            widget: WidgetId(String::new()),
            campaign: String::new(),
            visitor,
            name: String::new(),
            locale: String::new(),
            zone: String::new(),
            page: None,
            values: Vec::new(),
            agents: Vec::new(),
            answered: false,
            opened: Timestamp::default(),
            since: Timestamp::default(),
            messages: 0,
            #[cfg(feature = "full")]
            first: None,
            #[cfg(feature = "full")]
            files: None,
            end: None,
            surveyed: false,
            disposed: false,
        })
    }

    const fn empty(state: Conversation) -> Self {
        Self {
            window: Window::after(state.head),
            read: 0,
            told_read: 0,
            state,
            lines: Vec::new(),
            typing: None,
            told_typing: None,
            position: 0,
            told_online: false,
            finished: None,
            end_seen: false,
            told_over: false,
            survey: Survey::None,
        }
    }

    /// Forgets the numbered lines for a page that does not connect to them (the server's data is older than ours).
    pub(super) fn reset(&mut self, state: Conversation, entries: &[Entry]) {
        self.state = state;
        let lines = lines_of(&self.state.id, entries);
        self.lines.retain(|line| line.seq.is_none() && !lines.iter().any(|other| other.id == line.id));
        self.put_in_front(lines);
    }

    /// Applies the next entry to state and lines. False when it does not count by the rules of the conversation.
    pub(super) fn take(&mut self, entry: &Entry) -> bool {
        let counts = self.state.apply(entry);
        if let EntryBody::FileDeleted { file, .. } = &entry.body {
            take_away(&mut self.lines, file);
        }
        self.lines.retain(|line| line.seq.is_some() || line.id != entry.id);
        if let Some(line) = line_of(&self.state.id, entry).filter(|_| counts) {
            self.add(line);
        }
        counts
    }

    /// Inserts a line after the lines that have a number.
    #[inline(always)]
    fn add(&mut self, line: Line) {
        let end = self.numbered();
        // Not `insert`: its message for a place that does not exist would be the only formatted number in the widget.
        let late = self.lines.split_off(end.min(self.lines.len()));
        self.lines.push(line);
        self.lines.extend(late);
    }

    /// Adds a line of the host page. It stays behind the entries that are there now.
    #[cfg(feature = "facade")]
    pub(super) fn inject(&mut self, id: EntryId, at: Timestamp, what: super::Injected) {
        self.add(Line { seq: Some(self.window.last()), id, at, said: Said::Injected(what), state: LineState::Sent });
    }

    /// Replaces the content of a message; `None` hides it.
    #[cfg(feature = "facade")]
    pub(super) fn rewrite(&mut self, id: &EntryId, what: Option<super::Injected>) {
        let Some(at) = self.lines.iter().rposition(|line| line.id == *id) else { return };
        let Some(what) = what else {
            self.lines.remove(at);
            return;
        };
        let Some(line) = self.lines.get_mut(at) else { return };
        match &mut line.said {
            Said::Message { text, .. } if !what.drawn => *text = what.text,
            Said::Message { from, .. } => {
                line.said = Said::Injected(super::Injected { mine: from.party == Party::Visitor, name: from.name.clone(), ..what });
            }
            _ => {}
        }
    }

    /// Adds earlier entries in front.
    pub(super) fn prepend(&mut self, entries: &[Entry]) {
        self.put_in_front(lines_of(&self.state.id, entries));
    }

    fn put_in_front(&mut self, mut lines: Vec<Line>) {
        lines.append(&mut self.lines);
        self.lines = lines;
    }

    /// The number of lines that have a number of the server.
    fn numbered(&self) -> usize {
        self.lines.iter().rposition(|line| line.seq.is_some()).map_or(0, |index| index + 1)
    }

    pub(super) fn drop_pending(&mut self, id: &EntryId) {
        self.lines.retain(|line| line.seq.is_some() || line.id != *id);
    }

    /// The number of loaded messages of others that are unread.
    pub(super) fn unread(&self) -> u32 {
        let mut count = 0;
        for line in &self.lines {
            if let Said::Message { from, .. } | Said::File { from, .. } = &line.said
                && from.party != Party::Visitor
                && line.seq.is_some_and(|seq| seq > self.read)
            {
                count += 1;
            }
        }
        count
    }

    /// Adds a line that the server does not have yet, unless it is here already.
    pub(super) fn add_pending(&mut self, lines: Vec<Line>) {
        for line in lines {
            if !self.lines.iter().any(|other| other.id == line.id) {
                self.lines.push(line);
            }
        }
    }

    /// Who ended the conversation, as far as the loaded lines tell.
    pub(super) fn ended_by(&self) -> Party {
        let by = self.lines.iter().rev().find_map(|line| if let Said::Ended { by } = line.said { Some(by) } else { None });
        by.unwrap_or(Party::System)
    }

    /// Whether messages can still be sent in the conversation.
    pub(super) fn is_open(&self) -> bool {
        self.finished.is_none() && self.state.standing != Standing::Ended
    }

    pub(super) fn progress(&self) -> Progress {
        match (self.finished, self.state.standing) {
            (Some(by), _) => Progress::Ended { by, unanswered: self.state.end == Some(EndReason::Unanswered) },
            (None, Standing::Ended) => Progress::Ended { by: Party::System, unanswered: false },
            (None, Standing::Online) => Progress::Online,
            // A standing of a later version: messages can be sent if agents are in the conversation.
            (None, Standing::Unknown(_)) if !self.state.agents.is_empty() => Progress::Online,
            (None, _) if self.state.answered => Progress::Requeued { position: self.position },
            (None, _) => Progress::Queued { position: self.position },
        }
    }
}

fn lines_of(conv: &ConversationId, entries: &[Entry]) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in entries {
        if let EntryBody::FileDeleted { file, .. } = &entry.body {
            take_away(&mut lines, file);
        }
        lines.extend(line_of(conv, entry));
    }
    lines
}

/// Marks a file whose bytes are deleted: its line stays.
fn take_away(lines: &mut [Line], gone: &str) {
    for line in lines {
        if let Said::File { file, address, pixels, .. } = &mut line.said
            && *file == gone
        {
            (*address, *pixels) = (None, None);
        }
    }
}

/// The line that shows an entry; `None` for an entry that is not shown.
fn line_of(conv: &ConversationId, entry: &Entry) -> Option<Line> {
    let said = match &entry.body {
        EntryBody::Message { from, text } => Said::Message { from: from.clone(), text: text.clone() },
        EntryBody::File { from, file, name, size, width, height, key, .. } => {
            let mut address = String::from("v1/files/");
            for part in [conv.as_str(), "/", file, "/", key.as_deref().unwrap_or_default()] {
                address.push_str(part);
            }
            let address = key.as_ref().map(|_| address);
            Said::File { from: from.clone(), file: file.clone(), name: name.clone(), size: *size, address, pixels: width.zip(*height) }
        }
        EntryBody::Joined { who } => Said::Joined { who: who.clone() },
        EntryBody::Left { who, reason } => Said::Left { who: who.name.clone(), reason: *reason },
        EntryBody::IdleWarned { .. } => Said::Warned,
        EntryBody::Ended { by, .. } => Said::Ended { by: *by },
        _ => return None,
    };
    Some(Line { seq: Some(entry.seq), id: entry.id.clone(), at: entry.at, said, state: LineState::Sent })
}
