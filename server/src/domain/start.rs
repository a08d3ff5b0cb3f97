//! `start`: a conversation begins, or a request for a call is stored.

use super::answers::{self, Whereabouts};
use super::floor::Held;
use super::link::VisitorLink;
use super::requests::{REQUESTS, Request, wanted_time};
use super::room::{CONVERSATIONS, OPEN, Origin, PAGE_BYTES, Reader, Wanted};
use super::visitor::{refused, speaker};
use super::{Domain, Refusal, clean, now};
use crate::config::{Config, Widget, is_chat};
use crate::random;
use crate::store::{Expect, OWNER_BUCKET};
use chinwag::model::{
    Answer, Availability, ConversationId, EntryBody, EntryId, FieldValue, Form, Page, RequestId, Slot, WidgetId, WidgetKind, validate,
};
use chinwag::text;
use chinwag::wire::{CallRequest, Code, FirstMessage, Problem, ServerFrame};

/// A `start` as it was received.
#[derive(Clone, Debug)]
pub struct Start {
    pub id: EntryId,
    pub widget: WidgetId,
    pub locale: String,
    pub zone: String,
    pub page: Option<Page>,
    pub values: Vec<FieldValue>,
    /// The message that the conversation begins with.
    pub message: Option<FirstMessage>,
}

impl Start {
    /// A hash that is the same for a repeat of the same start, even after the configuration has changed. The page's address and title are
    /// left out, because a repeat may come from another page; so is the message, which has an id of its own.
    pub(super) fn fingerprint(&self) -> String {
        let mut parts = vec![self.widget.as_str()];
        parts.extend(self.values.iter().flat_map(|value| [value.name.as_str(), value.value.as_str()]));
        random::digest(&parts)
    }
}

impl Domain {
    /// Answers a `start`.
    pub async fn visitor_start(&self, link: &VisitorLink, start: Start) {
        let id = start.id.clone();
        let answer = match self.begin(link, start).await {
            Ok(frame) => frame,
            Err(refusal) => {
                tracing::info!(site = link.site, code = refusal.code.word(), "a start was refused");
                refused(id, refusal)
            }
        };
        let conv = match &answer {
            ServerFrame::Started { chat, .. } => Some(chat.state.id.clone()),
            _ => None,
        };
        link.out.push(&answer);
        if let Some(conv) = conv {
            self.floor().tell_position(&conv, Some(link));
        }
    }

    async fn begin(&self, link: &VisitorLink, mut start: Start) -> Result<ServerFrame, Refusal> {
        clean::entry_id(&start.id)?;
        clean::values(&start.values)?;
        if let Some(message) = &mut start.message {
            clean::entry_id(&message.id)?;
            message.text = clean::message(&message.text)?.to_owned();
            if message.id == start.id {
                return Err(Refusal::field(Code::Conflict, "message.id", "the message needs an id of its own"));
            }
        }
        let fingerprint = start.fingerprint();
        start.locale = clean::tag(&start.locale);
        start.zone = clean::tag(&start.zone);
        start.page = start.page.as_ref().map(clean::page);
        let config = self.config();
        let none = || Refusal::field(Code::NotFound, "widget", "there is no such widget on this site");
        let site = config.site(&link.site).ok_or_else(none)?;
        let widget = site.widget(start.widget.as_str()).ok_or_else(none)?;
        if is_chat(widget.kind) {
            let own = || config.form(widget.form.as_deref(), &start.locale, "").unwrap_or_else(no_form);
            let form = (!site.brings_forms()).then(own);
            if form.is_some() {
                answers::trim(&mut start.values);
            }
            self.begin_chat(link, &config, widget, start, fingerprint, form.as_ref()).await
        } else if start.message.is_some() {
            Err(Refusal::field(Code::Malformed, "message", "a request for a call has no message: put what is to be said into values"))
        } else {
            answers::trim(&mut start.values);
            self.begin_request(link, &config, widget, start, fingerprint).await
        }
    }

    /// Opens a conversation. Its values must fit `form`; without a form any value is accepted.
    pub(super) async fn begin_chat(
        &self,
        link: &VisitorLink,
        config: &Config,
        widget: &Widget,
        mut start: Start,
        print: String,
        form: Option<&Form>,
    ) -> Result<ServerFrame, Refusal> {
        let conv = ConversationId(format!("c_{}", self.own_id("conversation", link, &start.id)));
        let message = start.message.take();
        let mut held = self.lock(&conv).await?;
        let known = self.store.get_doc(CONVERSATIONS, conv.as_str()).await?;
        if let Some(doc) = known {
            let origin: Option<Origin> = serde_json::from_str(&doc.value).ok();
            if origin.is_none_or(|origin| origin.fingerprint != print) {
                return Err(conflict());
            }
        }
        if held.is_none() {
            self.check_available(widget)?;
            if let Some(form) = form {
                check_form(form, &start.values, &[])?;
            }
            let origin = Origin { site: link.site.clone(), fingerprint: print };
            let place = QueuePlace::hold(self, &widget.campaign, link)?;
            let text = serde_json::to_string(&origin).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
            let owner = format!("{}/{conv}", link.visitor);
            // Stored before the log, so that no log is without them; together, so that one flush is enough.
            tokio::try_join!(
                self.store.put_doc(CONVERSATIONS, conv.as_str(), Some(&text), Expect::Any),
                self.store.put_doc(OPEN, conv.as_str(), Some(""), Expect::Any),
                self.store.put_doc(OWNER_BUCKET, &owner, Some(""), Expect::Any),
            )?;
            let values = keep(config, link, widget, &start);
            let body = EntryBody::Opened {
                widget: start.widget,
                visitor: link.visitor.clone(),
                locale: start.locale,
                zone: start.zone,
                page: start.page,
                values,
                campaign: widget.campaign.clone(),
            };
            self.open_log(&mut held, &conv, &link.site, &start.id, &body).await?;
            self.floor().came_from(&link.visitor, link.from);
            drop(place);
            tracing::info!(%conv, site = link.site, campaign = widget.campaign, "a conversation opened");
        }
        let Some(log) = held.as_mut() else { return Err(Refusal::not_found()) };
        if let Some(message) = message {
            let body = EntryBody::Message { from: speaker(link, log), text: message.text };
            match self.add(log, &message.id, &body).await {
                // A repeat that came after the end: the page of entries shows the end.
                Err(refusal) if refusal.code == Code::Ended => {}
                other => drop(other?),
            }
        }
        let chat = self.page(log, Wanted::Newest, Reader::Visitor, PAGE_BYTES).await?;
        link.heard.add(&conv, log.state.head);
        Ok(ServerFrame::Started { id: start.id, chat })
    }

    async fn begin_request(
        &self,
        link: &VisitorLink,
        config: &Config,
        widget: &Widget,
        start: Start,
        print: String,
    ) -> Result<ServerFrame, Refusal> {
        let id = RequestId(format!("r_{}", self.own_id("request", link, &start.id)));
        if let Some(doc) = self.store.get_doc(REQUESTS, id.as_str()).await? {
            let known: Option<Request> = serde_json::from_str(&doc.value).ok();
            let known = known.filter(|known| known.fingerprint == print).ok_or_else(conflict)?;
            return Ok(ServerFrame::Requested { id: start.id, request: id, due: Some(known.call.due) });
        }
        let form = config.form(widget.form.as_deref(), &start.locale, "");
        let now = now();
        let request = {
            // Checked and taken under one lock.
            let mut floor = self.floor();
            let free: Vec<Slot> = if widget.kind == WidgetKind::CallbackLater { floor.free_slots(&widget.campaign) } else { Vec::new() };
            match floor.availability(widget) {
                Availability::Available | Availability::Unknown(_) => {}
                Availability::NoAgents => return Err(Refusal::new(Code::NoAgents, "no agent is available for calls")),
                Availability::Closed => return Err(Refusal::new(Code::Closed, "outside the opening hours")),
            }
            if let Some(form) = &form {
                check_form(form, &start.values, &free)?;
            }
            let (chosen, first_slot) = wanted_time(form.as_ref(), &start.values, &free);
            floor.may_open(&link.visitor, link.from)?;
            let due = match widget.kind {
                WidgetKind::CallbackLater => chosen.ok_or_else(|| Refusal::new(Code::InvalidForm, "no time was chosen"))?,
                _ => now,
            };
            let values = keep(config, link, widget, &start);
            let call = CallRequest {
                id: id.clone(),
                kind: widget.kind,
                widget: start.widget,
                campaign: widget.campaign.clone(),
                visitor: link.visitor.clone(),
                locale: start.locale,
                zone: start.zone,
                page: start.page,
                values,
                created: now,
                due,
                first_slot,
                done: false,
                done_by: None,
                note: String::new(),
            };
            let hidden = config.hidden_from_agents(&widget.id);
            let request = Request { site: link.site.clone(), fingerprint: print, hidden, call, from: Some(link.from) };
            floor.requests.insert(id.clone(), request.clone());
            request
        };
        let text = serde_json::to_string(&request).map_err(|_| Refusal::new(Code::Internal, "cannot be written"));
        let stored = match text {
            Ok(text) => self.store.put_doc(REQUESTS, id.as_str(), Some(&text), Expect::Any).await.map_err(Refusal::from),
            Err(refusal) => Err(refusal),
        };
        let mut floor = self.floor();
        if let Err(refusal) = stored {
            floor.requests.remove(&id);
            return Err(refusal);
        }
        floor.show_request(&request);
        floor.push_availability();
        tracing::info!(request = %id, site = link.site, campaign = widget.campaign, kind = widget.kind.word(), "a request was stored");
        Ok(ServerFrame::Requested { id: start.id, request: id, due: Some(request.call.due) })
    }

    /// 128 bits that are the same for the same visitor and start, and that only the server can compute.
    fn own_id(&self, what: &str, link: &VisitorLink, start: &EntryId) -> String {
        let mut digest = random::digest(&[&self.secret, what, link.visitor.as_str(), start.as_str()]);
        digest.truncate(32);
        digest
    }

    fn check_available(&self, widget: &Widget) -> Result<(), Refusal> {
        match self.floor().staffed(widget) {
            Availability::Available | Availability::Unknown(_) => Ok(()),
            Availability::NoAgents => Err(Refusal::new(Code::NoAgents, "no agent is available")),
            Availability::Closed => Err(Refusal::new(Code::Closed, "outside the opening hours")),
        }
    }
}

/// The values of a start as they are stored. On a site whose pages bring their own forms, a name never means a field of ours.
fn keep(config: &Config, link: &VisitorLink, widget: &Widget, start: &Start) -> Vec<Answer> {
    let values = start.values.clone();
    match config.site(&link.site) {
        Some(site) if !site.brings_forms() => {
            let at = Whereabouts { site, zone: &start.zone, locale: &start.locale };
            answers::answers(config, widget.form.as_deref(), at, values)
        }
        _ => values.into_iter().map(Answer::from).collect(),
    }
}

/// Checks values against a form, by the rules that pages have.
pub(super) fn check_form(form: &Form, values: &[FieldValue], slots: &[Slot]) -> Result<(), Refusal> {
    let known = |value: &FieldValue| form.fields.iter().any(|field| field.name == value.name);
    let problems = validate(form, values, slots, &text::pattern::fits);
    let problems: Vec<Problem> = problems.into_iter().map(|(name, problem)| Problem { name, problem }).collect();
    if problems.is_empty() && values.iter().all(known) {
        return Ok(());
    }
    Err(Refusal { code: Code::InvalidForm, message: "the values break the form's rules", field: Some("values"), problems })
}

fn no_form() -> Form {
    Form { id: String::new(), title: String::new(), intro: String::new(), submit: String::new(), fields: Vec::new() }
}

fn conflict() -> Refusal {
    Refusal::field(Code::Conflict, "id", "the id was used before for something else")
}

/// A place in a queue, held until the conversation has taken it.
struct QueuePlace<'a>(&'a Domain, Held);

impl<'a> QueuePlace<'a> {
    fn hold(domain: &'a Domain, campaign: &str, link: &VisitorLink) -> Result<Self, Refusal> {
        let held = Held { campaign: campaign.to_owned(), visitor: link.visitor.clone(), from: link.from };
        domain.floor().hold_place(&held)?;
        Ok(Self(domain, held))
    }
}

impl Drop for QueuePlace<'_> {
    fn drop(&mut self) {
        self.0.floor().free_place(&self.1);
    }
}
