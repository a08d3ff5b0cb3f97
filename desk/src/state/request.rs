//! Requests for calls: their order and how much they press.

use chinwag::model::Timestamp;
use chinwag::wire::CallRequest;

/// How much a request presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Done,
    /// Its time has passed, by more than a minute.
    Overdue,
    /// Its time is this minute.
    Now,
    /// Due within a quarter of an hour.
    Soon,
    Later,
}

/// How much it presses at `now`, in the server's time.
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

/// Open ones first, the one due first on top; then the done ones, the newest on top.
pub fn sort_requests(requests: &mut [CallRequest]) {
    requests.sort_by(|a, b| {
        a.done.cmp(&b.done).then_with(|| if a.done { b.due.cmp(&a.due) } else { a.due.cmp(&b.due) }).then_with(|| a.id.cmp(&b.id))
    });
}

const MINUTE: i64 = 60_000;
const SOON: i64 = 15 * MINUTE;
