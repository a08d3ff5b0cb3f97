//! Frames of visitors: hello, put, typing, fetch.

use super::answers::{self, Whereabouts};
use super::link::VisitorLink;
use super::room::{Log, PAGE_BYTES, Reader, Wanted};
use super::{Domain, Refusal, ack_of, clean, floor::agent_id, now};
use crate::config::Site;
use crate::random;
use crate::store::{Expect, StoreError};
use chinwag::model::{Answer, ConversationId, EndReason, EntryBody, EntryId, FieldValue, Participant, ParticipantId, Party, limits};
use chinwag::wire::{ChatPage, Code, Codec, Have, Item, ServerFrame, VERSION};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// The stored document of a visitor.
#[derive(Deserialize, Serialize)]
struct Known {
    site: String,
    /// The SHA-256 of the token (quality S21).
    token: String,
}

/// Bytes of a `welcome` besides its pages.
const WELCOME_BYTES: usize = 4096;
/// The bucket of [`Known`] documents, by visitor.
const VISITORS: &str = "visitor";

impl Domain {
    /// Admits a visitor: returns the token for later. A new id is bound to the token that comes with it, so that a `hello` whose answer was
    /// lost can be repeated; without a token the server makes one.
    ///
    /// # Errors
    /// `malformed` for an id or token of a wrong form, `visitor_taken` when the id is bound to another token, `rate_limited` when too many
    /// new ids come from one address, because each id is stored.
    pub async fn admit(&self, site: &str, visitor: &ParticipantId, token: Option<&str>, from: IpAddr) -> Result<String, Refusal> {
        if !clean::is_visitor_id(visitor) {
            return Err(Refusal::field(Code::Malformed, "visitor", "a visitor's id is v_ and 32 lower-case hexadecimal digits"));
        }
        if token.is_some_and(|token| !clean::is_hex(token, 64)) {
            return Err(Refusal::field(Code::Malformed, "token", "a token is 64 lower-case hexadecimal digits"));
        }
        let token = token.map_or_else(random::hex::<32>, str::to_owned);
        let own = Known { site: site.to_owned(), token: random::digest(&["visitor-token", &token]) };
        let mut doc = self.store.get_doc(VISITORS, visitor.as_str()).await?;
        if doc.is_none() {
            if !self.rates().newcomer(from) {
                return Err(Refusal::new(Code::RateLimited, "too many new visitors from one address"));
            }
            let text = serde_json::to_string(&own).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
            match self.store.put_doc(VISITORS, visitor.as_str(), Some(&text), Expect::Absent).await {
                Ok(_) => return Ok(token),
                // Another socket has created it first.
                Err(StoreError::Stale) => doc = self.store.get_doc(VISITORS, visitor.as_str()).await?,
                Err(error) => return Err(error.into()),
            }
        }
        let known: Option<Known> = doc.and_then(|doc| serde_json::from_str(&doc.value).ok());
        // One comparison in every case, so that the time reveals nothing (quality S19).
        let fits = random::same(&own.token, known.as_ref().map_or("", |known| known.token.as_str()));
        if fits && known.is_some_and(|known| known.site == site) {
            Ok(token)
        } else {
            Err(Refusal::field(Code::VisitorTaken, "visitor", "this id belongs to another visitor: take a new one"))
        }
    }

    /// Whether a visitor of a site has this token. This does not bind an unknown id.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn is_visitor(&self, site: &str, visitor: &ParticipantId, token: &str) -> Result<bool, Refusal> {
        let doc = self.store.get_doc(VISITORS, visitor.as_str()).await?;
        let known: Option<Known> = doc.and_then(|doc| serde_json::from_str(&doc.value).ok());
        let token = random::digest(&["visitor-token", token]);
        let fits = random::same(&token, known.as_ref().map_or("", |known| known.token.as_str()));
        Ok(fits && known.is_some_and(|known| known.site == site))
    }

    /// Registers a socket of an admitted visitor and sends `welcome`.
    ///
    /// # Errors
    /// When there are too many sockets, or the store cannot be read.
    pub async fn welcome_visitor(
        &self,
        link: &Arc<VisitorLink>,
        token: String,
        epoch: Option<&str>,
        chats: &[Have],
    ) -> Result<(), Refusal> {
        {
            let mut floor = self.floor();
            let most = floor.config.limits().sockets_per_visitor;
            let links = floor.visitors.entry(link.visitor.clone()).or_default();
            if links.len() >= most {
                return Err(Refusal::new(Code::RateLimited, "too many sockets of one visitor"));
            }
            links.push(Arc::clone(link));
            floor.visitor_is_back(&link.visitor);
            floor.came_from(&link.visitor, link.from);
        }
        let current = self.store.epoch();
        let same_data = epoch == Some(current.as_str());
        let mut pages = Vec::new();
        // All of them are sent in one frame.
        let chats = chats.get(..chats.len().min(limits::OPEN_CONVERSATIONS * 2)).unwrap_or_default();
        let budget = PAGE_BYTES / chats.len().max(1);
        for have in chats {
            // A `seq` of another epoch means nothing here.
            let wanted = have.after.filter(|_| same_data).map_or(Wanted::Newest, Wanted::After);
            match self.join_visitor(link, &have.conv, wanted, budget).await {
                Ok(page) => pages.push(page),
                Err(refusal) if refusal.code == Code::NotFound => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let convs: Vec<ConversationId> = pages.iter().map(|page| page.state.id.clone()).collect();
        let visitor = link.visitor.clone();
        let welcome = |chats| ServerFrame::Welcome { version: VERSION, visitor, token, epoch: current, now: now(), chats }.to_text();
        let bytes: usize = pages.iter().map(|page| page.to_text().len()).sum();
        if bytes > limits::FRAME_BYTES - WELCOME_BYTES {
            // Clients accept no larger frame than the server. The form's values are left out first: the visitor knows them.
            pages.iter_mut().for_each(|page| page.state.values.clear());
        }
        link.out.push_text(welcome(pages));
        let mut floor = self.floor();
        if let Some(site) = floor.config.site(&link.site) {
            link.out.push(&ServerFrame::Available { widgets: floor.all_available(site) });
        }
        convs.iter().for_each(|conv| floor.tell_position(conv, Some(link)));
        floor.route();
        Ok(())
    }

    /// A page of an own conversation; from then on the socket gets its entries.
    async fn join_visitor(&self, link: &VisitorLink, conv: &ConversationId, wanted: Wanted, budget: usize) -> Result<ChatPage, Refusal> {
        let held = self.lock(conv).await?;
        let log = own(held.as_ref(), link)?;
        // The client claims entries that the log does not have: it gets a fresh page and forgets its own.
        let wanted = match wanted {
            Wanted::After(after) if after > log.state.head => Wanted::Newest,
            other => other,
        };
        let page = self.page(log, wanted, Reader::Visitor, budget).await?;
        link.heard.add(conv, log.state.head);
        Ok(page)
    }

    /// Answers a `fetch`.
    pub async fn visitor_fetch(&self, link: &VisitorLink, conv: &ConversationId, after: Option<u64>, before: Option<u64>) {
        match self.join_visitor(link, conv, Wanted::of(after, before), PAGE_BYTES).await {
            Ok(chat) => link.out.push(&ServerFrame::Page { chat }),
            Err(refusal) => link.out.push(&error_frame(&refusal)),
        }
    }

    /// Answers a `put`.
    pub async fn visitor_put(&self, link: &VisitorLink, conv: ConversationId, id: EntryId, item: Item, follows: Option<EntryId>) {
        match self.put_for_visitor(link, &conv, &id, item, follows.as_ref()).await {
            Ok((seq, at)) => link.out.push(&ServerFrame::Ack { conv, id, seq, at }),
            Err(refusal) => link.out.push(&refused(id, refusal)),
        }
    }

    async fn put_for_visitor(
        &self,
        link: &VisitorLink,
        conv: &ConversationId,
        id: &EntryId,
        item: Item,
        follows: Option<&EntryId>,
    ) -> Result<(u64, chinwag::model::Timestamp), Refusal> {
        clean::entry_id(id)?;
        let mut held = self.lock(conv).await?;
        own(held.as_ref(), link)?;
        let Some(log) = held.as_mut() else { return Err(Refusal::not_found()) };
        let body = match item {
            Item::Message { text } => {
                let text = clean::message(&text)?.to_owned();
                EntryBody::Message { from: speaker(link, log), text }
            }
            Item::End {} => EntryBody::Ended { by: Party::Visitor, reason: EndReason::Closed },
            Item::Survey { values } => EntryBody::Survey { values: self.surveyed(log, values)? },
            Item::Moved { page } => EntryBody::Moved { page: clean::page(&page) },
            Item::PageNotice { text } => {
                clean::message(&text)?;
                self.check_brings(log)?;
                EntryBody::PageNotice { from: speaker(link, log), text, attributes: String::new() }
            }
            Item::Data { values } => {
                clean::values(&values)?;
                self.check_brings(log)?;
                EntryBody::Data { from: speaker(link, log), values }
            }
            Item::Unknown(_) => return Err(Refusal::unknown_item()),
        };
        self.check_order(&link.put, log, &body, follows).await?;
        let added = self.add(log, id, &body).await?;
        link.put.note(conv, id);
        Ok(ack_of(&added))
    }

    /// Whether pages of this site may send values that are in no form.
    fn check_brings(&self, log: &Log) -> Result<(), Refusal> {
        let brings = self.config().site(&log.site).is_some_and(Site::brings_forms);
        if brings { Ok(()) } else { Err(Refusal::field(Code::Unauthorized, "item", "this site does not take what no form asks for")) }
    }

    /// The answers to a survey as they are kept.
    fn surveyed(&self, log: &Log, mut values: Vec<FieldValue>) -> Result<Vec<Answer>, Refusal> {
        clean::values(&values)?;
        answers::trim(&mut values);
        let config = self.config();
        let site = config.site(&log.site);
        let widget = site.and_then(|site| site.widget(log.state.widget.as_str()));
        let offered = widget.filter(|widget| log.state.answered || widget.survey_after_unanswered);
        let form = offered.and_then(|widget| config.form(widget.survey.as_deref(), &log.state.locale, ""));
        let none = || Refusal::new(Code::NotFound, "there is no survey for this conversation");
        let (site, widget, form) = site.zip(offered).zip(form).map(|((site, widget), form)| (site, widget, form)).ok_or_else(none)?;
        super::start::check_form(&form, &values, &[])?;
        let at = Whereabouts { site, zone: &log.state.zone, locale: &log.state.locale };
        Ok(answers::answers(&config, widget.survey.as_deref(), at, values))
    }

    /// Passes a visitor's typing on.
    pub async fn visitor_typing(&self, link: &VisitorLink, conv: &ConversationId, on: bool) {
        let name = {
            let floor = self.floor();
            let Some(chat) = floor.chats.get(conv).filter(|chat| chat.state.visitor == link.visitor) else { return };
            chat.state.name.clone()
        };
        let who = Participant::new(link.visitor.clone(), Party::Visitor, name);
        self.publish_typing(conv, who, on).await;
    }

    /// Passes an agent's typing on.
    pub(super) async fn agent_typing(&self, user: &str, conv: &ConversationId, on: bool) {
        let who = {
            let floor = self.floor();
            let id = agent_id(user);
            let Some(chat) = floor.chats.get(conv).filter(|chat| chat.state.has_agent(&id)) else { return };
            chat.state.agents.iter().find(|agent| agent.id == id).cloned()
        };
        if let Some(who) = who {
            self.publish_typing(conv, who, on).await;
        }
    }

    async fn publish_typing(&self, conv: &ConversationId, who: Participant, on: bool) {
        let frame = ServerFrame::Typing { conv: conv.clone(), who, on }.to_text();
        if let Err(error) = self.store.publish_ephemeral(conv.as_str(), frame.into()).await {
            tracing::debug!(code = error.code(), "typing was not passed on");
        }
    }
}

/// The log, if it belongs to this visitor.
pub(super) fn own<'a>(log: Option<&'a Log>, link: &VisitorLink) -> Result<&'a Log, Refusal> {
    log.filter(|log| log.state.visitor == link.visitor && log.site == link.site).ok_or_else(Refusal::not_found)
}

/// A refusal of a `start` or `put`.
#[must_use]
pub fn refused(id: EntryId, refusal: Refusal) -> ServerFrame {
    ServerFrame::refused(id, refusal.code, refusal.message.to_owned(), refusal.problems)
}

/// A refusal of any other frame.
#[must_use]
pub fn error_frame(refusal: &Refusal) -> ServerFrame {
    ServerFrame::error(refusal.code, refusal.message.to_owned(), refusal.field.map(str::to_owned))
}

/// The visitor, with the name that the conversation has.
pub(super) fn speaker(link: &VisitorLink, log: &Log) -> Participant {
    Participant::new(link.visitor.clone(), Party::Visitor, log.state.name.clone())
}
