//! Outgoing requests, and which of them wait for an answer.

use super::form::Form;
use super::io::{HttpRequest, Operation, Output, Raw, Refusal, Reply, Status, Task};
use crate::client::LinkEvent;
use crate::model::{EntryId, Timestamp};
use crate::wire::{Code, ServerFrame};
use std::collections::VecDeque;

/// When the driver has handed in no answer this long after the timeout, the answer is lost. Milliseconds.
const GRACE: i64 = 5_000;

#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) outputs: VecDeque<Output>,
    pending: Vec<Pending>,
    last: u64,
}

/// A request without an answer yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: u64,
    pub(super) operation: Operation,
    /// The entry whose frame the request carries.
    pub(super) entry: Option<EntryId>,
    /// The number of the page's request that waits for the answer.
    pub(super) request: Option<u32>,
    pub(super) began: Timestamp,
    due: Option<Timestamp>,
}

impl Out {
    /// Sends a request to the server.
    pub(super) fn post(
        &mut self,
        now: Timestamp,
        operation: Operation,
        (path, form): (String, Form),
        timeout: i64,
        (entry, request): (Option<EntryId>, Option<u32>),
    ) {
        self.last = self.last.saturating_add(1);
        let id = self.last;
        let due = (timeout > 0).then(|| now.after(timeout.saturating_add(GRACE)));
        self.pending.push(Pending { id, operation, entry, request, began: now, due });
        let upload = request.filter(|_| operation == Operation::FileUpload);
        self.task(Task::Http(HttpRequest { id, operation, path, form, timeout, upload }));
    }

    /// The request that an answer belongs to. `None` when it was answered before, or given up.
    pub(super) fn take(&mut self, id: u64) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.remove(at))
    }

    /// A request whose answer the driver lost.
    pub(super) fn overdue(&self, now: Timestamp) -> Option<u64> {
        self.pending.iter().find(|pending| pending.due.is_some_and(|due| due <= now)).map(|pending| pending.id)
    }

    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.pending.iter().filter_map(|pending| pending.due).min()
    }

    /// Forgets all requests. Requests of the page are answered with status 0, because their callers wait.
    pub(super) fn abandon(&mut self) {
        for pending in core::mem::take(&mut self.pending) {
            if let Some(number) = pending.request {
                self.reply(number, Reply::Answer { status: 0, body: String::new() });
            }
        }
    }

    pub(super) fn task(&mut self, task: Task) {
        self.outputs.push_back(Output::Task(task));
    }

    pub(super) fn frame(&mut self, frame: ServerFrame) {
        self.outputs.push_back(Output::Frame(frame));
    }

    pub(super) fn refuse(&mut self, id: EntryId, code: Code) {
        self.frame(ServerFrame::refused(id, code, String::new(), Vec::new()));
    }

    pub(super) fn event(&mut self, event: LinkEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(super) fn status(&mut self, status: Status) {
        self.task(Task::Status(status));
    }

    pub(super) fn raw(&mut self, raw: Raw) {
        self.task(Task::Raw(raw));
    }

    pub(super) fn reply(&mut self, number: u32, reply: Reply) {
        self.task(Task::Reply { number, reply });
    }

    pub(super) fn refuse_request(&mut self, number: u32, why: Refusal) {
        self.reply(number, Reply::Refused(why));
    }
}
