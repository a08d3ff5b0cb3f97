//! The snapshot for pages and the messages of dialects, as JSON.

use crate::dialects::{Message, Value};
use crate::engine::{Engine, Progress, Stage, SurveyView};
use crate::wire::codec::{open_member, put_member};
use crate::wire::json::write_str;

/// The snapshot of `getState`.
#[must_use]
pub fn state(engine: &Engine) -> String {
    let mut out = String::from("{");
    let views = || (0..engine.widgets()).filter_map(|index| engine.view(index));
    put_text(&mut out, "link", views().next().map_or("idle", |view| view.link.word()));
    put_member(&mut out, "locale", &engine.config().locale);
    out.push_str(",\"widgets\":[");
    for view in views() {
        if out.ends_with('}') {
            out.push(',');
        }
        out.push('{');
        put_member(&mut out, "element", &view.spec.element);
        put_member(&mut out, "widget", &view.spec.id);
        put_text(&mut out, "kind", view.spec.kind.word());
        put_member(&mut out, "shown", &view.shown);
        put_member(&mut out, "open", &view.open);
        put_text(&mut out, "stage", stage(&view.stage));
        put_member(&mut out, "unread", &view.unread);
        out.push('}');
    }
    out.push_str("]}");
    out
}

const fn stage(stage: &Stage<'_>) -> &'static str {
    match stage {
        Stage::Engagement => "engagement",
        Stage::Collecting(_) => "form",
        Stage::Starting => "starting",
        Stage::Chat(chat) => match (chat.progress, &chat.survey) {
            (Progress::New, _) => {
                if chat.refused.is_some() {
                    "refused"
                } else {
                    "new"
                }
            }
            (Progress::Starting, _) => "starting",
            (Progress::Queued { .. } | Progress::Requeued { .. }, _) => "queued",
            (Progress::Online, _) => "online",
            (Progress::Ended { .. }, SurveyView::Offered(_)) => "survey",
            (Progress::Ended { .. }, SurveyView::Done) => "thanks",
            (Progress::Ended { .. }, _) => "ended",
        },
        Stage::Requested { .. } => "requested",
        Stage::Refused { .. } => "refused",
    }
}

/// A message of a dialect: `name`, `type`, `object`, in this order.
#[inline(never)]
#[must_use]
pub fn message(message: &Message) -> String {
    let mut out = String::from("{");
    put_text(&mut out, "name", message.envelope);
    put_text(&mut out, "type", message.kind);
    out.push_str(",\"object\":{");
    for (name, value) in &message.fields {
        match value {
            Value::Text(text) => put_member(&mut out, name, text),
            Value::Flag(flag) => put_member(&mut out, name, flag),
            Value::List(list) => put_member(&mut out, name, list),
        }
    }
    out.push_str("}}");
    out
}

pub(super) fn put_text(out: &mut String, name: &'static str, text: &str) {
    open_member(out, name);
    write_str(out, text);
}
