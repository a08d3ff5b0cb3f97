//! Requests for a call: stored as documents, shown to the desks of their campaign.

use super::floor::{Floor, agent_id};
use super::{Domain, Refusal, now};
use crate::store::Expect;
use chinwag::model::{FieldKind, Form, Participant, Party, RequestId, Slot, Timestamp, find_value};
use chinwag::wire::{CallRequest, Code, DeskFrame};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A request as it is stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Request {
    pub(super) site: String,
    /// The hash of the `start` that created it.
    pub(super) fingerprint: String,
    /// Fields whose values agents may not see.
    pub(super) hidden: Vec<String>,
    pub(super) call: CallRequest,
    /// The address it came from, as limits count it. In memory only (quality P8).
    #[serde(skip)]
    pub(super) from: Option<IpAddr>,
}

/// The bucket of requests.
pub(super) const REQUESTS: &str = "request";
/// How long a request that is done is still shown.
const SHOWN_DONE_MILLIS: i64 = 24 * 3_600_000;

impl Request {
    /// The request without the values that agents may not see.
    pub(super) fn shown(&self) -> CallRequest {
        let mut call = self.call.clone();
        call.values.retain(|value| !self.hidden.contains(&value.name));
        call
    }
}

/// The chosen time of a call: the slot's start, and whether the visitor chose "the first free time".
pub(super) fn wanted_time(form: Option<&Form>, values: &[chinwag::model::FieldValue], free: &[Slot]) -> (Option<Timestamp>, bool) {
    let of = |kind: FieldKind| {
        let field = form.and_then(|form| form.fields.iter().find(|field| field.kind == kind));
        field.map_or("", |field| find_value(values, &field.name))
    };
    if of(FieldKind::FirstSlot) == "true" {
        return (free.first().map(|slot| slot.start), true);
    }
    (of(FieldKind::TimeSlot).parse().ok().map(Timestamp), false)
}

impl Floor {
    /// Shows a request to the desks of its campaign.
    pub(super) fn show_request(&self, request: &Request) {
        let frame = DeskFrame::Request { request: request.shown() };
        for (user, seat) in &self.seats {
            if self.serves(user, &request.call.campaign) {
                seat.links.iter().for_each(|link| link.out.push(&frame));
            }
        }
    }

    /// The requests that an agent's desk begins with.
    pub(super) fn requests_of(&self, user: &str) -> Vec<CallRequest> {
        let oldest = now().after(-SHOWN_DONE_MILLIS);
        let requests = self.requests.values().filter(|request| self.serves(user, &request.call.campaign));
        requests.filter(|request| !request.call.done || request.call.created >= oldest).map(Request::shown).collect()
    }
}

impl Domain {
    /// Marks a request as done, or as open again.
    pub(super) async fn settle_request(&self, user: &str, id: &RequestId, done: bool, note: &str) -> Result<(), Refusal> {
        let none = || Refusal::field(Code::NotFound, "request", "there is no such request");
        if note.chars().count() > chinwag::model::limits::VALUE_CHARS {
            return Err(Refusal::field(Code::TooLarge, "note", "a note has 4000 characters at most"));
        }
        let doc = self.store.get_doc(REQUESTS, id.as_str()).await?.ok_or_else(none)?;
        let mut request: Request = serde_json::from_str(&doc.value).map_err(|_| none())?;
        let name = {
            let floor = self.floor();
            if !floor.serves(user, &request.call.campaign) {
                return Err(none());
            }
            floor.config.agent(user).map(|agent| agent.name.clone()).unwrap_or_default()
        };
        request.call.done = done;
        request.call.done_by = done.then(|| Participant::new(agent_id(user), Party::Agent, name));
        note.clone_into(&mut request.call.note);
        let text = serde_json::to_string(&request).map_err(|_| Refusal::new(Code::Internal, "cannot be written"))?;
        // With two agents at once the second one sees the first one's change and can try again.
        self.store.put_doc(REQUESTS, id.as_str(), Some(&text), Expect::Rev(doc.rev)).await?;
        let mut floor = self.floor();
        floor.requests.insert(id.clone(), request.clone());
        floor.show_request(&request);
        floor.push_availability();
        Ok(())
    }
}
