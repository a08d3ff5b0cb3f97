//! The agent's actions.

use super::words::upload_words;
use super::{Desk, Effect, Kept, LinkState, Outbox, Parcel, Seat, Stop, parcels_of};
use chinwag::client::files::UploadState;
use chinwag::client::{Signal, Way, Which};
use chinwag::model::{ConversationId, EntryId, RequestId, Timestamp, limits};
use chinwag::text;
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus};

/// One action of the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    SignOut,
    Status(AgentStatus),
    Accept(ConversationId),
    Decline(ConversationId),
    /// Take a waiting conversation.
    Take(ConversationId),
    /// Give an own conversation back to its queue. For some seconds [`Action::Show`] undoes it.
    Release(ConversationId),
    Say {
        conv: ConversationId,
        text: String,
    },
    /// The text in the composer changed.
    Draft {
        conv: ConversationId,
        text: String,
    },
    End(ConversationId),
    Dispose {
        conv: ConversationId,
        path: Vec<String>,
        comment: String,
    },
    /// Open the conversation's pane and move the focus there.
    Show(ConversationId),
    /// The focus moved into the conversation's pane.
    Attend(ConversationId),
    /// Close the conversation's pane.
    Hide(ConversationId),
    /// Get older entries.
    Older(ConversationId),
    /// Save a file of a conversation, under the name that its sender gave it.
    Download {
        conv: ConversationId,
        file: String,
        name: String,
    },
    /// A file could not be downloaded.
    DownloadFailed(String),
    /// Send a file, which the browser holds under this id.
    Attach {
        conv: ConversationId,
        id: EntryId,
        name: String,
        size: u64,
    },
    /// This number of bytes of a file was sent.
    UploadProgress(EntryId, u64),
    /// The answer to the request of a file: its status, 0 when there is none, and its text.
    UploadAnswered(EntryId, u32, String),
    /// Cancel a file that is on its way.
    UploadCancel(EntryId),
    /// Continue with a file now.
    UploadRetry(EntryId),
    RequestDone {
        request: RequestId,
        done: bool,
        note: String,
    },
    /// Send a failed entry again.
    Retry(EntryId),
    /// Discard a failed entry.
    Discard(EntryId),
    /// Remove a toast.
    Dismiss(u64),
    /// Whether the desk's window has the focus.
    Looking(bool),
    /// The browser reports that it is online again, perhaps in another network, or offline.
    Online(bool),
    /// Try to connect now.
    Connect,
}

impl Desk {
    pub(super) fn act(&mut self, now: Timestamp, action: Action) {
        match action {
            Action::SignOut => self.sign_out(now),
            Action::Status(status) => {
                self.wanted = Some(status);
                if let Some(me) = &mut self.me {
                    me.status = status;
                }
                self.send(AgentFrame::Status { status });
            }
            Action::Accept(conv) => self.accept(now, conv),
            Action::Decline(conv) => {
                self.offers.retain(|offer| offer.conv != conv);
                self.send(AgentFrame::Decline { conv });
            }
            Action::Take(conv) => {
                if let Some(chat) = self.chats.get_mut(&conv).filter(|chat| !chat.taking && self.up) {
                    chat.taking = true;
                    self.send(AgentFrame::Take { conv });
                }
            }
            Action::Release(conv) => self.release(now, &conv),
            Action::Say { conv, text } => self.say(now, conv, &text),
            Action::Draft { conv, text } => self.draft(now, &conv, text),
            Action::End(conv) => self.put(now, conv, AgentItem::End {}),
            Action::Dispose { conv, path, comment } => {
                let comment = text::trim(&comment).chars().take(limits::VALUE_CHARS).collect();
                self.put(now, conv, AgentItem::Disposed { path, comment });
            }
            Action::Show(conv) => {
                self.keep(&conv);
                self.show(&conv, true);
            }
            Action::Attend(conv) => self.attend(&conv),
            Action::Hide(conv) => {
                self.hide(&conv);
                self.push(Effect::FocusElsewhere);
            }
            Action::Older(conv) => self.page_back(now, conv),
            Action::Download { conv, file, name } => {
                if let Some(token) = self.token.clone() {
                    self.push(Effect::Download { token, conv, file, name });
                }
            }
            Action::DownloadFailed(name) => {
                self.complain(now, format!("Not saved: the file {name} cannot be had at the moment. Try again."))
            }
            Action::Attach { conv, id, name, size } => self.attach(now, conv, id, name, size),
            Action::UploadProgress(id, sent) => self.uploads.progress(&id, sent),
            Action::UploadAnswered(id, status, text) => {
                self.uploads.answered(now, &id, status, &text);
                self.tell_upload(&id);
            }
            Action::UploadCancel(id) => self.uploads.cancel(&id),
            Action::UploadRetry(id) => self.uploads.retry(&id),
            Action::RequestDone { request, done, note } => {
                if self.up {
                    self.send(AgentFrame::RequestDone {
                        request,
                        done,
                        note: text::trim(&note).chars().take(limits::VALUE_CHARS).collect(),
                    });
                } else {
                    self.complain(now, "Not saved: there is no connection at the moment. Try again when it is back.");
                }
            }
            Action::Retry(id) => {
                self.outbox.retry(&id, now);
                self.flush(now);
            }
            Action::Discard(id) => {
                self.outbox.retain(|held| held.parcel.id != id || !matches!(held.way, Way::Failed(_)));
                self.keep_outbox();
            }
            Action::Dismiss(id) => self.toasts.retain(|toast| toast.id != id),
            Action::Looking(looking) => {
                self.looking = looking;
                self.signal(now, Signal::Watched(looking));
                if looking {
                    if let Some(active) = self.active.clone() {
                        self.attend(&active);
                    }
                    self.signal(now, Signal::Nudge);
                } else if self.drafts_due.is_some() {
                    // The desk may be closed without a further event.
                    self.keep_drafts();
                }
            }
            Action::Online(true) => self.signal(now, Signal::Network),
            Action::Online(false) => self.signal(now, Signal::Doubt),
            Action::Connect if matches!(self.link_state(), LinkState::Stopped(Stop::SentAway(_))) => self.connect(now),
            Action::Connect => self.signal(now, Signal::Nudge),
        }
    }

    fn sign_out(&mut self, now: Timestamp) {
        self.part_now();
        if let Some(token) = self.token.take() {
            self.push(Effect::SignOut(token));
        }
        self.signal(now, Signal::Want(false));
        (self.up, self.stop) = (false, None);
        self.outbox = Outbox::default();
        self.drop_uploads();
        self.drafts_due = None;
        // No state of the session before may be left.
        self.kept.clear();
        for kept in [Kept::Token, Kept::Outbox, Kept::Drafts, Kept::Panes] {
            self.keep_text(kept, None);
        }
        self.leave(None);
    }

    fn attach(&mut self, now: Timestamp, conv: ConversationId, id: EntryId, name: String, size: u64) {
        let Some(chat) = self.chats.get(&conv) else { return };
        let (Some(rules), used) = (&chat.state.files, chat.used_by_files()) else { return };
        self.uploads.add(now, (conv, id.clone()), name, size, rules, used);
        self.tell_upload(&id);
    }

    /// Tells the agent the final state of a file that is not sent any further.
    fn tell_upload(&mut self, id: &EntryId) {
        let Some(file) = self.uploads.files().iter().find(|file| file.id == *id) else { return };
        let rules = self.chats.get(&file.conv).and_then(|chat| chat.state.files.as_ref());
        if let UploadState::Failed { .. } = file.state {
            let text = format!("{} was not sent. {}", file.name, upload_words(file, rules));
            self.push(Effect::Announce(text));
        }
    }

    fn accept(&mut self, now: Timestamp, conv: ConversationId) {
        if !self.up {
            self.complain(now, "There is no connection at the moment.");
            return;
        }
        self.offers.retain(|offer| offer.conv != conv);
        if let Some(chat) = self.chats.get_mut(&conv) {
            chat.taking = true;
        } else {
            // The conversation's state may come after the offer.
            self.accepted.push(conv.clone());
        }
        self.send(AgentFrame::Accept { conv });
    }

    fn say(&mut self, now: Timestamp, conv: ConversationId, text: &str) {
        let text = text::trim(text);
        if text.is_empty() || text.chars().count() > limits::MESSAGE_CHARS || self.seat(&conv) != Some(Seat::Own) {
            return;
        }
        if let Some(chat) = self.chats.get_mut(&conv) {
            chat.draft.clear();
            chat.told_typing = None;
            chat.first_unread = None;
        }
        self.keep_drafts();
        self.put(now, conv, AgentItem::Message { text: text.to_owned() });
    }

    fn put(&mut self, now: Timestamp, conv: ConversationId, item: AgentItem) {
        // A second press on "end" or "save" while the first one is under way changes nothing.
        let again = !matches!(item, AgentItem::Message { .. })
            && parcels_of(&self.outbox, &conv).any(|held| held.parcel.item.tag() == item.tag() && held.is_pending());
        if again {
            return;
        }
        let id = self.ids.entry(now);
        self.outbox.add(Parcel { conv, id, item, made: now });
        self.flush(now);
    }

    fn draft(&mut self, now: Timestamp, conv: &ConversationId, text: String) {
        let Some(chat) = self.chats.get_mut(conv) else { return };
        let shows = !text::is_empty(&text);
        let grew = shows && text != chat.draft;
        let emptied = !shows && chat.told_typing.is_some();
        chat.draft = text;
        let mut tell = None;
        if grew {
            chat.typed = now;
            if chat.told_typing.is_none_or(|told| now.since(told) >= TYPING_AGAIN) {
                chat.told_typing = Some(now);
                tell = Some(true);
            }
        } else if emptied {
            chat.told_typing = None;
            tell = Some(false);
        }
        if let Some(on) = tell {
            self.send(AgentFrame::Typing { conv: conv.clone(), on });
        }
        self.drafts_due.get_or_insert_with(|| now.after(KEEP_TYPED));
    }

    fn page_back(&mut self, now: Timestamp, conv: ConversationId) {
        if !self.up {
            return;
        }
        if self.chats.get_mut(&conv).is_some_and(|chat| chat.window.want_older()) {
            self.ask(now, &conv, Which::Before);
        }
    }
}

/// Milliseconds between two "is typing" frames.
const TYPING_AGAIN: i64 = 3_000;
/// A draft is kept at most this many milliseconds later (plus one tick), not at every key: a browser writes to storage before it goes on.
const KEEP_TYPED: i64 = 2_000;
