//! Frames of the engine, as requests. Frames that need no request are answered here.

use super::form;
use super::io::{Operation, Status};
use super::kept::Kept;
use super::machine::{Gms, Live, Phase, Session, Typing};
use super::sends::Stage;
use crate::model::{ConversationId, EntryId, FieldValue, ParticipantId, Timestamp, WidgetId};
use crate::wire::{Code, Have, Head, Item, ServerFrame, VisitorFrame};

/// The engine reports typing every four seconds while it goes on, and when it stops. This time is longer, so that typing does not end in between.
/// Milliseconds.
const TYPING: i64 = 4_500;

impl Gms {
    pub(super) fn on_frame(&mut self, now: Timestamp, frame: VisitorFrame) {
        if !self.wanted {
            return;
        }
        match frame {
            VisitorFrame::Hello { visitor, token, chats, .. } => self.hello(now, visitor, token, chats),
            VisitorFrame::Start { id, widget, values, .. } => self.start(now, id, widget, &values),
            VisitorFrame::Put { conv, id, item, .. } => self.put(now, conv, id, item),
            VisitorFrame::Typing { conv, on } => self.on_typing(now, &conv, on),
            VisitorFrame::Fetch { conv, after, before } => {
                if let Some(log) = self.log(&conv) {
                    let chat = log.page(after, before);
                    self.out.frame(ServerFrame::Page { chat });
                }
            }
            VisitorFrame::Ping {} => {
                let heads = self.heads();
                self.out.frame(ServerFrame::Pong { now, heads });
            }
            VisitorFrame::Pong {} => {}
        }
    }

    fn heads(&self) -> Vec<Head> {
        match &self.session {
            Session::Live(live) if live.is_going() => vec![Head { conv: live.log.state.id.clone(), seq: live.log.state.head }],
            _ => Vec::new(),
        }
    }

    fn log(&self, conv: &ConversationId) -> Option<&super::log::Log> {
        match &self.session {
            Session::Live(live) => Some(&live.log),
            Session::Over(log) => Some(&**log),
            _ => None,
        }
        .filter(|log| log.state.id == *conv)
    }

    fn hello(&mut self, now: Timestamp, visitor: ParticipantId, token: Option<String>, chats: Vec<Have>) {
        self.visitor = visitor;
        self.token = token.unwrap_or_default();
        match &mut self.session {
            Session::Kept(kept) if chats.iter().any(|have| have.conv.0 == kept.chat) => {
                if now.since(kept.polled) > self.settings.restore_timeout {
                    self.forget_restored(now, Status::RestoreTimeout);
                } else {
                    let kept = Kept::clone(kept);
                    self.restore(now, kept, chats);
                }
            }
            // A repeat, because the answer is late.
            Session::Live(live) if matches!(live.phase, Phase::Restoring { .. }) => live.phase = Phase::Restoring { chats },
            _ => {
                let pages = chats.iter().filter_map(|have| self.log(&have.conv).map(|log| log.page(have.after, None))).collect();
                self.welcome(now, pages);
            }
        }
    }

    fn start(&mut self, now: Timestamp, id: EntryId, widget: WidgetId, values: &[FieldValue]) {
        match &self.session {
            Session::Starting { id: own, .. } if *own == id => {}
            Session::Live(live) if live.is_going() && live.kept.start == id => {
                let chat = live.log.page(None, None);
                self.out.frame(ServerFrame::Started { id, chat });
            }
            // A client has one session at a time.
            Session::Starting { .. } | Session::Live(_) => self.out.refuse(id, Code::Conflict),
            Session::None | Session::Kept(_) | Session::Over(_) => {
                let fields = form::start(&self.settings, values, &self.attached);
                let to = (String::new(), fields);
                self.out.post(now, Operation::Start, to, self.settings.ajax_timeout, (Some(id.clone()), None));
                self.session = Session::Starting { id, widget };
            }
        }
    }

    fn put(&mut self, now: Timestamp, conv: ConversationId, id: EntryId, item: Item) {
        if let Item::Survey { .. } | Item::Moved { .. } = item {
            // The server has no field for it; the page may send it as attached data.
            let seq = self.log(&conv).map_or(1, |log| log.state.head.saturating_add(1));
            self.out.frame(ServerFrame::Ack { conv, id, seq, at: now });
            return;
        }
        if let Item::End {} = item {
            self.put_end(now, conv, id);
            return;
        }
        let text = match item {
            Item::Message { text } => text,
            Item::PageNotice { text } => {
                let fields = vec![("message".to_owned(), text)];
                return self.put_aside(now, &conv, id, Operation::CustomNotice, fields);
            }
            Item::Data { values } => {
                let pairs: Vec<_> = values.into_iter().map(|value| (value.name, value.value)).collect();
                return self.put_aside(now, &conv, id, Operation::UpdateData, form::flattened(&pairs));
            }
            Item::Unknown(_) => return self.out.refuse(id, Code::Malformed),
            Item::End {} | Item::Survey { .. } | Item::Moved { .. } => return,
        };
        if let Some(seq) = self.log(&conv).and_then(|log| log.find(&id)) {
            self.out.frame(ServerFrame::Ack { conv, id, seq, at: now });
            return;
        }
        match &mut self.session {
            Session::Live(live) if live.is_going() && live.log.state.id == conv => match live.sends.get(&id) {
                Some(Stage::Stored) => self.acknowledge(now, id),
                // An answer or the transcript is awaited.
                Some(_) => {}
                None => {
                    if live.sends.push(id.clone(), text) {
                        self.typing_stops(now, false);
                    } else {
                        self.out.refuse(id, Code::RateLimited);
                    }
                }
            },
            Session::Over(log) if log.state.id == conv => self.out.refuse(id, Code::Ended),
            Session::Live(live) if live.log.state.id == conv => self.out.refuse(id, Code::Ended),
            _ => self.out.refuse(id, Code::NotFound),
        }
    }

    /// An entry that is no message: the answer acknowledges it. Without an answer the engine sends the entry again, so it can be stored twice.
    fn put_aside(&mut self, now: Timestamp, conv: &ConversationId, id: EntryId, operation: Operation, fields: form::Form) {
        let Session::Live(live) = &self.session else {
            return self.out.refuse(id, Code::Ended);
        };
        if !live.is_going() || live.log.state.id != *conv {
            return self.out.refuse(id, Code::Ended);
        }
        let mut all = form::session(&live.kept);
        all.extend(fields);
        let to = (form::path(&live.kept.chat, operation.word()), all);
        self.out.post(now, operation, to, self.settings.ajax_timeout, (Some(id), None));
    }

    /// Reports that a message is stored. Its place in the log is not known yet, so it gets one behind all entries that the engine has.
    pub(super) fn acknowledge(&mut self, now: Timestamp, id: EntryId) {
        if let Session::Live(live) = &self.session {
            let seq = live.log.state.head.saturating_add(1);
            self.out.frame(ServerFrame::Ack { conv: live.log.state.id.clone(), id, seq, at: now });
        }
    }

    fn put_end(&mut self, now: Timestamp, conv: ConversationId, id: EntryId) {
        let phase = Phase::Ending { id: id.clone(), tries: 0, next: None };
        match &mut self.session {
            Session::Live(live) if live.log.state.id == conv => {
                if matches!(live.phase, Phase::Ending { .. }) {
                    return;
                }
                live.phase = phase;
                live.poll.tell(false, &mut self.out);
                self.typing_stops(now, false);
                self.disconnect(now);
            }
            // Ended on a page that was left before the server was told.
            Session::Kept(kept) if kept.chat == conv.0 && now.since(kept.polled) <= self.settings.restore_timeout => {
                let kept = Kept::clone(kept);
                match Live::revive(kept, &self.visitor, &self.settings, now, phase) {
                    Some(live) => self.session = Session::Live(Box::new(live)),
                    None => self.session = Session::None,
                }
                self.disconnect(now);
            }
            Session::Kept(kept) if kept.chat == conv.0 => {
                // The server has dropped a client after such a long silence.
                self.session = Session::None;
                self.out.frame(ServerFrame::Ack { conv, id, seq: 1, at: now });
            }
            Session::Over(log) if log.state.id == conv => self.out.refuse(id, Code::Ended),
            _ => self.out.refuse(id, Code::NotFound),
        }
    }

    fn on_typing(&mut self, now: Timestamp, conv: &ConversationId, on: bool) {
        let Session::Live(live) = &self.session else { return };
        if !live.is_going() || live.log.state.id != *conv {
            return;
        }
        if on {
            self.typing_goes_on(now, TYPING, None, None);
        } else {
            self.typing_stops(now, true);
        }
    }

    /// The visitor types: the server is told the first time; later calls extend the time of typing (G2.5). False: typing was reported already.
    pub(super) fn typing_goes_on(&mut self, now: Timestamp, window: i64, text: Option<String>, request: Option<u32>) -> bool {
        let Session::Live(live) = &mut self.session else { return false };
        let until = now.after(window);
        if let Some(typing) = &mut live.typing {
            typing.until = typing.until.max(until);
            typing.text = text.unwrap_or_else(|| core::mem::take(&mut typing.text));
            return false;
        }
        let text = text.unwrap_or_default();
        let mut fields = form::session(&live.kept);
        if !text.is_empty() {
            fields.push(("message".into(), text.clone()));
        }
        live.typing = Some(Typing { until, text });
        let to = (form::path(&live.kept.chat, "startTyping"), fields);
        self.out.post(now, Operation::StartTyping, to, self.settings.ajax_timeout, (None, request));
        self.out.status(Status::TypingStarted);
        true
    }
}
