//! Visitors without a socket of our protocol: a handler of another protocol acts for them. It reads their whole logs and adds entries that our
//! frames do not have. Their conversations wait, are offered and end like all others.

use super::link::VisitorLink;
use super::room::to_entry;
use super::visitor::own;
use super::{Domain, Refusal, Start, clean};
use crate::config::Widget;
use crate::store::Span;
use chinwag::model::{Conversation, ConversationId, Entry, EntryBody, EntryId};
use chinwag::wire::{Code, ServerFrame};
use std::sync::Arc;

impl Domain {
    /// The visitor is connected from now on: its conversations are offered to agents, and `link` gets the events of this one.
    pub fn guest_came(&self, link: &Arc<VisitorLink>, conv: &ConversationId) {
        let mut floor = self.floor();
        let links = floor.visitors.entry(link.visitor.clone()).or_default();
        if links.iter().any(|other| other.id == link.id) {
            return;
        }
        links.push(Arc::clone(link));
        link.heard.add(conv, 0);
        floor.visitor_is_back(&link.visitor);
        floor.came_from(&link.visitor, link.from);
        floor.route();
    }

    /// Opens a conversation at a chat widget. The values need not fit its form: clients of the other protocol have forms of their own.
    ///
    /// # Errors
    /// `too_large`, `no_agents`, `closed`, `queue_full`, `unavailable`.
    pub async fn guest_start(&self, link: &VisitorLink, widget: &Widget, mut start: Start) -> Result<ConversationId, Refusal> {
        clean::entry_id(&start.id)?;
        clean::values(&start.values)?;
        start.locale = clean::tag(&start.locale);
        start.zone = clean::tag(&start.zone);
        start.page = start.page.as_ref().map(clean::page);
        let print = start.fingerprint();
        match self.begin_chat(link, &self.config(), widget, start, print, None).await? {
            ServerFrame::Started { chat, .. } => Ok(chat.state.id),
            _ => Err(Refusal::new(Code::Internal, "a start without a conversation")),
        }
    }

    /// The state of an own conversation and every entry after `after`, as they are stored: the reader has to skip those that are not for visitors.
    ///
    /// # Errors
    /// `not_found`, `unavailable`.
    pub async fn guest_read(&self, link: &VisitorLink, conv: &ConversationId, after: u64) -> Result<(Conversation, Vec<Entry>), Refusal> {
        let held = self.lock(conv).await?;
        let state = own(held.as_ref(), link)?.state.clone();
        if state.head <= after {
            return Ok((state, Vec::new()));
        }
        let run = self.store.read(conv.as_str(), Span::After(after), u32::MAX).await?;
        let known = run.entries.iter().filter(|entry| entry.seq <= state.head);
        let entries = known.map(|stored| to_entry(stored).map_err(|()| Refusal::new(Code::Internal, "a damaged entry")));
        Ok((state.clone(), entries.collect::<Result<_, _>>()?))
    }

    /// Adds an entry to an own conversation. `make` is given the present state and makes the entry.
    ///
    /// # Errors
    /// `not_found`, `ended`, `conflict`, `unavailable`, and the refusals of `make`.
    pub async fn guest_put(
        &self,
        link: &VisitorLink,
        conv: &ConversationId,
        id: &EntryId,
        make: impl FnOnce(&Conversation) -> Result<EntryBody, Refusal> + Send,
    ) -> Result<Entry, Refusal> {
        let mut held = self.lock(conv).await?;
        let body = make(&own(held.as_ref(), link)?.state)?;
        let Some(log) = held.as_mut() else { return Err(Refusal::not_found()) };
        self.add(log, id, &body).await
    }

    /// Whether this agent may see a conversation now.
    pub async fn agent_may_see(&self, user: &str, conv: &ConversationId) -> Result<bool, Refusal> {
        let held = self.lock(conv).await?;
        Ok(held.as_ref().is_some_and(|log| self.floor().may_see(user, &log.state)))
    }
}
