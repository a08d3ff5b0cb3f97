//! The panel's pages that only say something: greeting, waiting, thanks, confirmed, refused.

use super::dom::{El, button, div, h};
use super::icons::{ALERT, CHECK, CLOCK, PHONE, icon};
use crate::browser::texts::Texts;
use crate::engine::{Stage, View};
use crate::model::WidgetKind;
use crate::wire::Code;

/// The element of such a page, and its heading, which takes the focus.
pub(super) fn notice(texts: &Texts, view: &View<'_>) -> (El, El) {
    let page = div("notice").part("notice");
    let heading = h("h3").attr("tabindex", "-1").attr("dir", "auto");
    let mut sign = None;
    let mut text = String::new();
    let mut action = None;
    match &view.stage {
        Stage::Thanks => {
            page.set("data-test", "thanks");
            sign = Some((CHECK, "medal good"));
            heading.set_text(texts.get("thanks"));
            text.push_str(texts.get("thanks_text"));
            action = Some(("restart", texts.get("done")));
        }
        Stage::Requested { kind, due } => {
            page.set("data-test", "confirmed");
            let later = due.filter(|_| *kind == WidgetKind::CallbackLater);
            sign = Some((if later.is_some() { CHECK } else { PHONE }, "medal good"));
            heading.set_text(texts.get(if later.is_some() { "requested_later" } else { "requested_now" }));
            text = later.map_or_else(|| texts.get("requested_now_text").into(), |due| texts.fill("requested_due", &texts.moment(due)));
            action = Some(("restart", texts.get("done")));
        }
        Stage::Refused { code } => {
            page.set("data-test", "refused");
            let (path, title, words) = match code {
                Code::Closed => (CLOCK, "refused_closed", "refused_closed_text"),
                Code::NoAgents => (CLOCK, "refused_no_agents", "refused_no_agents_text"),
                Code::QueueFull => (CLOCK, "refused_queue_full", "refused_queue_full_text"),
                Code::Version => (ALERT, "refused", "refused_version_text"),
                _ => (ALERT, "refused", "refused_text"),
            };
            sign = Some((path, "medal"));
            heading.set_text(texts.get(title));
            text.push_str(texts.get(words));
            action = Some(("restart", texts.get("retry")));
        }
        Stage::Starting => {
            page.set("data-test", "starting");
            page.append(&dots());
            heading.set_text(texts.get("starting"));
        }
        _ => {
            page.set("data-test", "greeting");
            heading.set_text(if view.spec.title.is_empty() { &view.spec.label } else { &view.spec.title });
            text.push_str(&view.spec.greeting);
            action = Some(("begin", &view.spec.label));
        }
    }
    if let Some((path, class)) = sign {
        page.append(&div(class).with(&icon(path)));
    }
    page.append(&heading);
    if !text.is_empty() {
        page.append(&h("p").attr("dir", "auto").text(&text));
    }
    if let Some((act, words)) = action {
        page.append(&button("main-button", act).text(words));
    }
    (page, heading)
}

/// Three dots that move for a while: something is under way.
pub(super) fn dots() -> El {
    let dots = h("span").class("dots").attr("aria-hidden", "true");
    for _ in 0..3 {
        dots.append(&h("i"));
    }
    dots
}
