//! A model of the server: the same rules over the same reducer, without sockets or disk. Its stored data survives its crashes.

use chinwag::model::*;
use chinwag::wire::*;
use std::collections::BTreeMap;

/// Entries in one page; few, so that tests need several pages.
const PAGE: usize = 5;

#[derive(Default)]
pub struct ModelServer {
    pub widgets: Vec<WidgetSpec>,
    pub logs: BTreeMap<ConversationId, Log>,
    pub requests: Vec<(EntryId, RequestId)>,
    tokens: BTreeMap<ParticipantId, String>,
    starts: BTreeMap<EntryId, ConversationId>,
    pub now: Timestamp,
    /// Refuses every start, with this code.
    pub refuse: Option<Code>,
    /// Refuses the next entry, with this code.
    pub refuse_put: Option<Code>,
    /// An older server, with which conversations cannot begin with their first message.
    pub old: bool,
}

pub struct Log {
    pub entries: Vec<Entry>,
    pub state: Conversation,
}

/// One socket, as the server sees it.
#[derive(Default)]
pub struct Socket {
    visitor: Option<ParticipantId>,
    follows: Vec<ConversationId>,
}

impl ModelServer {
    pub fn new(widgets: Vec<WidgetSpec>) -> Self {
        Self { widgets, ..Self::default() }
    }

    /// Handles a frame from a socket; returns the answers for that socket.
    pub fn handle(&mut self, socket: &mut Socket, frame: VisitorFrame) -> Vec<ServerFrame> {
        if let VisitorFrame::Hello { visitor, token, chats, .. } = frame {
            return self.hello(socket, visitor, token, chats);
        }
        if frame == (VisitorFrame::Ping {}) {
            // Also before `hello`: a client tests whether the connection works.
            return vec![ServerFrame::Pong { now: self.now, heads: self.heads(socket) }];
        }
        let Some(visitor) = socket.visitor.clone() else {
            return vec![ServerFrame::error(Code::Unauthorized, "say hello first".into(), None)];
        };
        match frame {
            VisitorFrame::Start { id, widget, locale, zone, page, values, message } => {
                let kind = self.widgets.iter().find(|spec| spec.id == widget).map(|spec| spec.kind);
                // A repeated start of an open conversation is not refused.
                let known = self.starts.contains_key(&id) || self.requests.iter().any(|(start, _)| *start == id);
                match (self.refuse.filter(|_| !known), kind) {
                    (Some(code), _) => vec![refused(id, code)],
                    (None, None) => vec![refused(id, Code::NotFound)],
                    (None, Some(WidgetKind::Chat)) => {
                        let conv = match self.starts.get(&id) {
                            Some(conv) => conv.clone(),
                            None => {
                                let conv = ConversationId(format!("c_{}", self.logs.len() + 1));
                                let values = values.into_iter().map(Answer::from).collect();
                                let visitor = visitor.clone();
                                let body = EntryBody::Opened { widget, visitor, locale, zone, page, values, campaign: "sales".into() };
                                let entry = Entry { seq: 1, prev: 0, at: self.now, id: id.clone(), body };
                                let state = Conversation::open(conv.clone(), &entry).expect("an opening opens");
                                self.logs.insert(conv.clone(), Log { entries: vec![entry], state });
                                self.starts.insert(id.clone(), conv.clone());
                                conv
                            }
                        };
                        if let Some(FirstMessage { id, text }) = message.filter(|_| !self.old) {
                            let from = Participant::new(visitor, Party::Visitor, String::new());
                            self.append(&conv, id, EntryBody::Message { from, text });
                        }
                        follow(socket, &conv);
                        vec![ServerFrame::Started { id, chat: self.page(&conv, None, None) }]
                    }
                    (None, Some(_)) => {
                        let known = self.requests.iter().find(|(start, _)| *start == id).map(|(_, request)| request.clone());
                        let request = known.unwrap_or_else(|| {
                            let request = RequestId(format!("r_{}", self.requests.len() + 1));
                            self.requests.push((id.clone(), request.clone()));
                            request
                        });
                        vec![ServerFrame::Requested { id, request, due: None }]
                    }
                }
            }
            VisitorFrame::Put { conv, id, item, follows } => {
                let from = Participant::new(visitor.clone(), Party::Visitor, String::new());
                let body = match item {
                    Item::Message { text } => EntryBody::Message { from, text },
                    Item::End {} => EntryBody::Ended { by: Party::Visitor, reason: EndReason::Closed },
                    Item::Survey { values } => EntryBody::Survey { values: values.into_iter().map(Answer::from).collect() },
                    Item::Moved { page } => EntryBody::Moved { page },
                    #[cfg(feature = "full")]
                    Item::PageNotice { text } => EntryBody::PageNotice { from, text, attributes: String::new() },
                    #[cfg(feature = "full")]
                    Item::Data { values } => EntryBody::Data { from, values },
                    Item::Unknown(_) => return vec![refused(id, Code::Malformed)],
                };
                if self.logs.get(&conv).is_none_or(|log| log.state.visitor != visitor) {
                    return vec![refused(id, Code::NotFound)];
                }
                follow(socket, &conv);
                let log = &self.logs[&conv];
                let has = |id: &EntryId| log.entries.iter().any(|entry| entry.id == *id);
                if log.state.allows(&body) && follows.is_some_and(|follows| !has(&follows)) {
                    return vec![refused(id, Code::OutOfOrder)];
                }
                if let Some(code) = self.refuse_put.take().filter(|_| !has(&id)) {
                    return vec![refused(id, code)];
                }
                match self.append(&conv, id.clone(), body) {
                    Some(seq) => vec![ServerFrame::Ack { conv, id, seq, at: self.now }],
                    None => vec![refused(id, Code::Ended)],
                }
            }
            VisitorFrame::Fetch { conv, after, before } => {
                follow(socket, &conv);
                vec![ServerFrame::Page { chat: self.page(&conv, after, before) }]
            }
            _ => Vec::new(),
        }
    }

    fn hello(&mut self, socket: &mut Socket, visitor: ParticipantId, token: Option<String>, chats: Vec<Have>) -> Vec<ServerFrame> {
        let known = self.tokens.get(&visitor).cloned();
        let token = match (known, token) {
            (None, token) => {
                let token = token.unwrap_or_else(|| format!("t{}", self.tokens.len()));
                self.tokens.insert(visitor.clone(), token.clone());
                token
            }
            (Some(known), Some(token)) if known == token => known,
            _ => return vec![ServerFrame::error(Code::VisitorTaken, "taken".into(), None)],
        };
        socket.visitor = Some(visitor.clone());
        let mut pages = Vec::new();
        for have in chats {
            if self.logs.get(&have.conv).is_some_and(|log| log.state.visitor == visitor) {
                follow(socket, &have.conv);
                pages.push(self.page(&have.conv, have.after, None));
            }
        }
        vec![ServerFrame::Welcome { version: VERSION, visitor, token, epoch: "e".into(), now: self.now, chats: pages }]
    }

    /// Appends an entry, unless its id is in the log already or it has no effect.
    pub fn append(&mut self, conv: &ConversationId, id: EntryId, body: EntryBody) -> Option<u64> {
        let log = self.logs.get_mut(conv)?;
        if let Some(entry) = log.entries.iter().find(|entry| entry.id == id) {
            return Some(entry.seq);
        }
        if !log.state.allows(&body) {
            return None;
        }
        let prev = log.state.head;
        // Sometimes higher by two: a client must not rely on numbers without gaps.
        let entry = Entry { seq: prev + 1 + prev % 2, prev, at: self.now, id, body };
        log.state.apply(&entry);
        log.entries.push(entry);
        Some(log.state.head)
    }

    fn page(&self, conv: &ConversationId, after: Option<u64>, before: Option<u64>) -> ChatPage {
        let log = &self.logs[conv];
        let (from, to) = match (after, before) {
            (Some(after), _) => {
                let from = log.entries.partition_point(|entry| entry.seq <= after);
                (from, (from + PAGE).min(log.entries.len()))
            }
            (None, before) => {
                let to = before.map_or(log.entries.len(), |before| log.entries.partition_point(|entry| entry.seq < before));
                (to.saturating_sub(PAGE), to)
            }
        };
        ChatPage {
            state: log.state.clone(),
            entries: log.entries[from..to].to_vec(),
            more_before: from > 0,
            more_after: to < log.entries.len(),
            fresh: after.is_none() && before.is_none(),
        }
    }

    pub fn heads(&self, socket: &Socket) -> Vec<Head> {
        socket.follows.iter().map(|conv| Head { conv: conv.clone(), seq: self.logs[conv].state.head }).collect()
    }

    /// New entries since `seen` (a length per conversation) for a socket that follows them.
    pub fn news(&self, socket: &Socket, seen: &mut BTreeMap<ConversationId, usize>) -> Vec<ServerFrame> {
        let mut frames = Vec::new();
        for (conv, log) in &self.logs {
            let at = seen.insert(conv.clone(), log.entries.len()).unwrap_or(0);
            if socket.follows.contains(conv) {
                frames.extend(log.entries[at..].iter().map(|entry| ServerFrame::Entry { conv: conv.clone(), entry: entry.clone() }));
            }
        }
        frames
    }

    /// The newest conversation.
    pub fn newest(&self) -> Option<ConversationId> {
        self.logs.values().max_by_key(|log| (log.state.id.0.len(), log.state.id.0.clone())).map(|log| log.state.id.clone())
    }
}

fn follow(socket: &mut Socket, conv: &ConversationId) {
    if !socket.follows.contains(conv) {
        socket.follows.push(conv.clone());
    }
}

fn refused(id: EntryId, code: Code) -> ServerFrame {
    ServerFrame::refused(id, code, String::new(), Vec::new())
}

pub fn agent(name: &str) -> Participant {
    Participant::new(ParticipantId(format!("a_{name}")), Party::Agent, name.into())
}
