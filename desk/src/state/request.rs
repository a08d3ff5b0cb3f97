//! Requests for calls: their order and their urgency.

use chinwag::model::Timestamp;
use chinwag::wire::CallRequest;

/// The urgency of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Done,
    /// More than a minute late.
    Overdue,
    /// Due within this minute.
    Now,
    /// Due within a quarter of an hour.
    Soon,
    Later,
}

/// Its urgency at `now`, in the server's time.
#[must_use]
pub const fn urgency(request: &CallRequest, now: Timestamp) -> Urgency {
    let left = request.due.since(now);
    if request.done {
        Urgency::Done
    } else if left < -MINUTE {
        Urgency::Overdue
    } else if left < MINUTE {
        Urgency::Now
    } else if left <= SOON {
        Urgency::Soon
    } else {
        Urgency::Later
    }
}

/// Sorts open requests first, the one that is due first on top; then the done ones, the newest on top.
pub fn sort_requests(requests: &mut [CallRequest]) {
    requests.sort_by(|a, b| {
        a.done.cmp(&b.done).then_with(|| if a.done { b.due.cmp(&a.due) } else { a.due.cmp(&b.due) }).then_with(|| a.id.cmp(&b.id))
    });
}

const MINUTE: i64 = 60_000;
const SOON: i64 = 15 * MINUTE;
