//! The server's `welcome`: everything that the desk shows at first, or again after a reconnect.

use super::conversation::LiveConversation;
use super::{Desk, Seat, sort_requests};
use chinwag::model::{Conversation, ConversationId, Timestamp};
use chinwag::wire::{AgentFrame, AgentStatus, DeskFrame};

impl Desk {
    pub(super) fn welcome(&mut self, now: Timestamp, frame: DeskFrame) {
        let DeskFrame::Welcome { epoch, now: server, me, campaigns, canned, conversations, mut requests, agents, .. } = frame else {
            return;
        };
        if self.token.is_none() {
            return;
        }
        (self.up, self.farewell) = (true, None);
        self.uploads.reachable();
        self.skew = server.since(now);
        if self.epoch != epoch {
            self.chats.values_mut().for_each(LiveConversation::forget);
            self.epoch = epoch;
        }
        let status = me.status;
        let id = me.id.clone();
        self.me = Some(me);
        self.campaigns = campaigns;
        self.canned = canned;
        sort_requests(&mut requests);
        self.requests = requests;
        self.agents = agents;
        self.offers.clear();
        let unlisted: Vec<ConversationId> =
            self.chats.keys().filter(|conv| !conversations.iter().any(|state| state.id == **conv)).cloned().collect();
        for conv in unlisted {
            self.lose(now, &conv);
        }
        // The frames about visitors who have left come next.
        self.chats.values_mut().for_each(|chat| chat.left = None);
        for state in conversations {
            let conv = state.id.clone();
            self.put_state(state);
            let parting = self.chats.get(&conv).is_some_and(|chat| chat.parting.is_some());
            // Also after a reload the agent's own conversations are open at once.
            if matches!(self.seat(&conv), Some(Seat::Own | Seat::WrapUp)) && !parting && !self.panes.contains(&conv) {
                self.panes.push(conv);
            }
        }
        self.panes.retain(|conv| self.chats.contains_key(conv));
        if self.active.as_ref().is_none_or(|active| !self.panes.contains(active)) {
            self.active = self.panes.first().cloned();
        }
        self.keep_panes();
        for conv in self.panes.clone() {
            self.subscribe(&conv);
        }
        match self.wanted {
            Some(wanted) if wanted != status => {
                if let Some(me) = &mut self.me {
                    me.status = wanted;
                }
                self.send(AgentFrame::Status { status: wanted });
            }
            Some(_) => {}
            None => self.wanted = (status != AgentStatus::Offline).then_some(status),
        }
        // Another agent signed in in the same browser: the unsent messages of the first one must not be sent in this agent's name.
        let strangers: Vec<_> = self
            .outbox
            .pending()
            .filter(|parcel| !self.chats.get(&parcel.conv).is_some_and(|chat| chat.state.has_agent(&id)))
            .map(|parcel| parcel.id.clone())
            .collect();
        for parcel in strangers {
            self.outbox.refuse(&parcel, false, "This conversation is not yours any more.", now);
        }
        self.flush(now);
    }

    /// Takes a state, and puts a draft that waited for it into its composer.
    pub(super) fn put_state(&mut self, state: Conversation) {
        let conv = state.id.clone();
        let chat = self.chats.entry(conv.clone()).or_insert_with(|| LiveConversation::new(state.clone()));
        chat.update(state);
        chat.gone = false;
        if let Some(index) = self.drafts.iter().position(|(of, _)| *of == conv) {
            let (_, draft) = self.drafts.swap_remove(index);
            if chat.draft.is_empty() {
                chat.draft = draft;
            }
        }
        if let Some(index) = self.accepted.iter().position(|accepted| *accepted == conv) {
            self.accepted.swap_remove(index);
            chat.taking = true;
        }
    }
}
