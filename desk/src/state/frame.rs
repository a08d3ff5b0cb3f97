//! The handlers of the server's frames.

use super::conversation::{LiveConversation, is_from_visitor, visitor_name};
use super::words::sentence;
use super::{Chime, Desk, Effect, Offer, Seat, sort_requests};
use chinwag::client::{Receipt, Which};
use chinwag::model::{Conversation, ConversationId, Entry, EntryBody, Timestamp};
use chinwag::wire::{AgentFrame, AgentItem, AgentStatus, ChatPage, Code, DeskFrame, Head, OfferEnd};
use std::sync::Arc;

impl Desk {
    pub(super) fn take_frame(&mut self, now: Timestamp, frame: DeskFrame) {
        match frame {
            DeskFrame::Welcome { .. } => self.welcome(now, frame),
            DeskFrame::Update { state } => self.update(now, state),
            DeskFrame::Gone { conv } => self.lose(now, &conv),
            DeskFrame::Offer { conv, expires } => self.offer(conv, expires),
            DeskFrame::Presence { conv, here, since } => self.presence(&conv, (!here).then_some(since)),
            DeskFrame::OfferGone { conv, reason } => self.offer_gone(now, &conv, reason),
            DeskFrame::Page { chat } => self.page(now, chat),
            DeskFrame::Entry { conv, entry } => self.entry(now, &conv, entry),
            DeskFrame::Typing { conv, who, on } => {
                let me = self.my_id();
                if let Some(chat) = self.chats.get_mut(&conv).filter(|_| who.id != me) {
                    chat.typing = on.then(|| (who, now.after(TYPING_BELIEVED)));
                }
            }
            DeskFrame::Ack { conv, id, .. } => {
                self.acknowledged(&conv, &id);
                self.flush(now);
            }
            DeskFrame::Refused { id, code, retryable, message } => {
                self.refused(now, &id, code, code.may_help_later(retryable), &message);
            }
            DeskFrame::Request { request } => self.request(now, request),
            DeskFrame::Agent { agent } => self.agent(now, agent),
            DeskFrame::Ping { now: server, heads } | DeskFrame::Pong { now: server, heads } => self.heads(now, server, &heads),
            DeskFrame::Error { code, retryable, message, .. } => self.error(now, code.may_help_later(retryable), &message),
            DeskFrame::Bye { message, .. } => self.bye(&message),
        }
    }

    fn update(&mut self, now: Timestamp, state: Conversation) {
        let conv = state.id.clone();
        let before = self.seat(&conv);
        self.put_state(state);
        self.moved(now, &conv, before);
    }

    /// The conversation may have another seat now.
    fn moved(&mut self, now: Timestamp, conv: &ConversationId, before: Option<Seat>) {
        let after = self.seat(conv);
        if before == after {
            return;
        }
        if after != Some(Seat::Own) {
            self.keep(conv);
        }
        let Some(chat) = self.chats.get_mut(conv) else { return };
        let (taking, releasing, name) = (chat.taking, chat.releasing, chat.title());
        match after {
            Some(Seat::Own) => {
                (chat.taking, chat.releasing) = (false, false);
                self.offers.retain(|offer| offer.conv != *conv);
                self.show(conv, taking);
                // The agent may have opened the conversation before, to read it.
                self.subscribe(conv);
            }
            Some(Seat::Waiting) => {
                chat.releasing = false;
                if releasing {
                    // The agent was told while it could still be undone.
                    self.hide(conv);
                } else if before == Some(Seat::Own) {
                    self.hide(conv);
                    self.inform(now, format!("{name} went back to the queue."));
                } else if before.is_none() {
                    self.push(Effect::Announce(format!("{name} is waiting.")));
                }
            }
            Some(Seat::Watched) => {
                chat.taking = false;
                if taking {
                    let other = chat.state.agents.first().map_or_else(|| "Somebody else".to_owned(), |agent| agent.name.clone());
                    self.hide(conv);
                    self.inform(now, format!("{other} was faster: {name} is taken."));
                } else if before == Some(Seat::Waiting) && !self.supervises() {
                    self.hide(conv);
                }
            }
            Some(Seat::WrapUp) => {
                chat.typing = None;
                self.push(Effect::Announce(format!("The conversation with {name} has ended.")));
            }
            Some(Seat::Over) => {
                chat.taking = false;
                if before == Some(Seat::WrapUp) {
                    self.disposed(conv);
                } else if !self.panes.contains(conv) {
                    self.chats.remove(conv);
                }
            }
            None => {}
        }
    }

    /// The server does not show the conversation to this agent any more. A pane that is being read stays until it is closed.
    pub(super) fn lose(&mut self, now: Timestamp, conv: &ConversationId) {
        self.offers.retain(|offer| offer.conv != *conv);
        self.accepted.retain(|accepted| accepted != conv);
        let seat = self.seat(conv);
        let Some(chat) = self.chats.get_mut(conv) else { return };
        let name = chat.title();
        let keeps = matches!(seat, Some(Seat::Own | Seat::WrapUp)) && !chat.releasing;
        if chat.taking {
            self.inform(now, format!("{name} is not waiting any more."));
        }
        if keeps && self.panes.contains(conv) {
            if let Some(chat) = self.chats.get_mut(conv) {
                chat.gone = true;
            }
            self.inform(now, format!("The conversation with {name} is not yours any more."));
        } else {
            let focused = self.active.as_ref() == Some(conv) && self.panes.contains(conv);
            self.hide(conv);
            self.chats.remove(conv);
            if focused {
                self.push(Effect::FocusElsewhere);
            }
        }
    }

    fn disposed(&mut self, conv: &ConversationId) {
        if let Some(chat) = self.chats.get_mut(conv) {
            chat.state.disposed = true;
        }
        if self.panes.contains(conv) {
            self.hide(conv);
            self.push(Effect::FocusElsewhere);
        }
        self.chats.remove(conv);
    }

    /// A visitor left at that time, or is connected.
    fn presence(&mut self, conv: &ConversationId, left: Option<Timestamp>) {
        let own = self.seat(conv) == Some(Seat::Own);
        let Some(chat) = self.chats.get_mut(conv) else { return };
        chat.left = left;
        if left.is_some() {
            chat.typing = None;
        }
        // After a reconnect the server sends this again.
        let news = std::mem::replace(&mut chat.told_left, left) != left;
        let words = if left.is_some() { "has left" } else { "is back" };
        let text = format!("{} {words}.", chat.title());
        if own && news {
            self.push(Effect::Announce(text));
        }
    }

    fn offer(&mut self, conv: ConversationId, expires: Timestamp) {
        let told = self.told.iter().any(|(of, until)| *of == conv && *until == expires);
        if !told {
            let name = self.chats.get(&conv).map_or_else(|| "a visitor".to_owned(), LiveConversation::title);
            self.push(Effect::Alert(format!("New conversation offered: {name}.")));
            self.push(Effect::Chime(Chime::Offer));
            self.told.retain(|(of, _)| *of != conv);
            self.told.push((conv.clone(), expires));
        }
        self.offers.retain(|offer| offer.conv != conv);
        self.offers.push(Offer { conv, expires });
    }

    fn offer_gone(&mut self, now: Timestamp, conv: &ConversationId, reason: OfferEnd) {
        self.offers.retain(|offer| offer.conv != *conv);
        let name = self.chats.get(conv).map_or_else(|| "The visitor".to_owned(), LiveConversation::title);
        match reason {
            OfferEnd::TimedOut => {
                self.wanted = Some(AgentStatus::Away);
                self.complain(now, format!("{name} was offered and not answered in time. You are set to away."));
            }
            OfferEnd::Withdrawn => {
                let left = self.chats.get_mut(conv).is_some_and(|chat| {
                    chat.taking = false;
                    chat.left.is_some()
                });
                self.accepted.retain(|accepted| accepted != conv);
                // An agent who has just become away is not told.
                if left {
                    self.inform(now, format!("{name} has left. The offer is over."));
                } else if self.me.as_ref().is_some_and(|me| me.status == AgentStatus::Ready) {
                    self.inform(now, format!("{name} is not offered to you any more."));
                }
            }
            OfferEnd::Accepted | OfferEnd::Declined | OfferEnd::Unknown(_) => {}
        }
    }

    fn page(&mut self, now: Timestamp, page: ChatPage) {
        let conv = page.state.id.clone();
        let before = self.seat(&conv);
        let Some(chat) = self.chats.get_mut(&conv) else { return };
        let (taken, missing) = chat.receive_page(page);
        let older = chat.window.wants_older();
        self.arrived(now, &conv, &taken);
        let ids: Vec<_> = self.chats.get(&conv).map(|chat| chat.entries.iter().map(|entry| entry.id.clone()).collect()).unwrap_or_default();
        for id in ids {
            self.outbox.take(&id);
        }
        if missing {
            self.ask(now, &conv, Which::After);
        }
        if older {
            self.ask(now, &conv, Which::Before);
        }
        self.moved(now, &conv, before);
        self.flush(now);
    }

    fn entry(&mut self, now: Timestamp, conv: &ConversationId, entry: Entry) {
        let before = self.seat(conv);
        let Some(chat) = self.chats.get_mut(conv) else { return };
        match chat.window.receive(entry) {
            Receipt::Next(next) => {
                let taken = chat.append(next);
                self.arrived(now, conv, &taken);
                self.moved(now, conv, before);
                self.flush(now);
            }
            Receipt::Gap => self.ask(now, conv, Which::After),
            Receipt::Repeat => {}
        }
    }

    /// Handles new entries: own ones leave the outbox, the visitor's are announced.
    fn arrived(&mut self, _now: Timestamp, conv: &ConversationId, taken: &[Arc<Entry>]) {
        for entry in taken {
            self.outbox.take(&entry.id);
            self.uploads.listed(&entry.id);
        }
        if self.seat(conv) != Some(Seat::Own) && self.seat(conv) != Some(Seat::WrapUp) {
            return;
        }
        let attended = self.looking && self.active.as_ref() == Some(conv) && self.panes.contains(conv);
        let Some(chat) = self.chats.get_mut(conv) else { return };
        let mut said = Vec::new();
        for entry in taken.iter().filter(|entry| is_from_visitor(entry)) {
            if !attended {
                if chat.unread == 0 {
                    chat.first_unread = Some(entry.seq);
                }
                chat.unread = chat.unread.saturating_add(1);
            }
            match &entry.body {
                EntryBody::Message { text, .. } => said.push(format!("{}: {text}", visitor_name(&chat.state))),
                EntryBody::File { name, .. } => said.push(format!("{} sent the file {name}", visitor_name(&chat.state))),
                _ => {}
            }
        }
        if !said.is_empty() {
            self.push(Effect::Chime(Chime::Message));
        }
        for text in said {
            self.push(Effect::Announce(text));
        }
    }

    fn refused(&mut self, now: Timestamp, id: &chinwag::model::EntryId, code: Code, later: bool, message: &str) {
        if self.outbox.refuse(id, later, &sentence(message), now)
            && let Some(item) = self.outbox.get(id).map(|parcel| parcel.item.clone())
        {
            let text = match item {
                // The message itself shows the failure.
                AgentItem::Message { .. } => {
                    self.push(Effect::Announce(format!("A message was not sent. {}", sentence(message))));
                    self.flush(now);
                    return;
                }
                // The conversation has ended already, so the aim is reached.
                AgentItem::End {} if code == Code::Ended => {
                    self.outbox.take(id);
                    self.flush(now);
                    return;
                }
                AgentItem::End {} => format!("The conversation could not be ended. {}", sentence(message)),
                AgentItem::Disposed { .. } => format!("The classification was not saved. {}", sentence(message)),
                AgentItem::Unknown(_) => format!("Something that another version of this desk sent was not taken. {}", sentence(message)),
            };
            self.outbox.take(id);
            self.complain(now, text);
        }
        self.flush(now);
    }

    /// The server stored the entry. A message stays on the screen until its entry comes; for a disposition the desk need not get an entry.
    fn acknowledged(&mut self, conv: &ConversationId, id: &chinwag::model::EntryId) {
        let item = self.outbox.acknowledge(id).map(|parcel| parcel.item.clone());
        if !matches!(item, None | Some(AgentItem::Message { .. })) {
            self.outbox.take(id);
        }
        if matches!(item, Some(AgentItem::Disposed { .. })) {
            self.disposed(conv);
        }
    }

    fn request(&mut self, _now: Timestamp, request: chinwag::wire::CallRequest) {
        let known = self.requests.iter().any(|old| old.id == request.id);
        if !known && !request.done {
            self.push(Effect::Announce("A new call request.".to_owned()));
            self.push(Effect::Chime(Chime::Request));
        }
        self.requests.retain(|old| old.id != request.id);
        self.requests.push(request);
        sort_requests(&mut self.requests);
    }

    fn agent(&mut self, _now: Timestamp, agent: chinwag::wire::AgentInfo) {
        if let Some(me) = self.me.as_mut().filter(|me| me.id == agent.id) {
            if agent.status != AgentStatus::Offline {
                self.wanted = Some(agent.status);
            }
            *me = agent.clone();
        }
        match self.agents.iter_mut().find(|known| known.id == agent.id) {
            Some(known) => *known = agent,
            None => self.agents.push(agent),
        }
    }

    fn heads(&mut self, now: Timestamp, server: Timestamp, heads: &[Head]) {
        self.skew = server.since(now);
        for head in heads {
            if self.chats.get(&head.conv).is_some_and(|chat| chat.window.is_behind(head.seq)) {
                self.ask(now, &head.conv, Which::After);
            }
        }
    }

    fn error(&mut self, now: Timestamp, later: bool, message: &str) {
        // An error was the answer: a pending request to take or give back gets no other answer.
        for chat in self.chats.values_mut() {
            (chat.taking, chat.releasing) = (false, false);
        }
        self.accepted.clear();
        let hint = if later { " Try again in a moment." } else { "" };
        self.complain(now, format!("{}{hint}", sentence(message)));
    }

    /// Asks for a conversation and all entries from now on.
    pub(super) fn subscribe(&mut self, conv: &ConversationId) {
        if let Some(chat) = self.chats.get(conv) {
            let after = chat.window.have();
            self.send(AgentFrame::Open { conv: conv.clone(), after });
        }
    }

    /// Asks for the missing entries, once.
    pub(super) fn ask(&mut self, now: Timestamp, conv: &ConversationId, which: Which) {
        if let Some((after, before)) = self.chats.get_mut(conv).and_then(|chat| chat.window.ask(which, now)) {
            self.send(AgentFrame::Fetch { conv: conv.clone(), after, before });
        }
    }

    /// Asks again for pages that did not come.
    pub(super) fn ask_again(&mut self, now: Timestamp) {
        let overdue = self.chats.values_mut().filter_map(|chat| Some((chat.state.id.clone(), chat.window.overdue(now)?)));
        for (conv, which) in overdue.collect::<Vec<_>>() {
            self.ask(now, &conv, which);
        }
    }
}

/// Milliseconds for which a typing frame counts.
const TYPING_BELIEVED: i64 = 8_000;
