//! The panel's pages that only say something: greeting, waiting, thanks, confirmed, refused.

use super::dom::{El, contact};
use super::launcher::heading;
use crate::browser::texts::Texts;
use crate::engine::{Fault, LinkStatus, Stage, View, Wait};
use crate::model::{WidgetKind, WidgetSpec};
use crate::wire::Code;

/// Three dots that move for a while: something is under way.
const STARTING: &str = "<div.notice part=notice #starting <span.dots aria-hidden=true <i > <i > <i > > <h3 tabindex=-1 dir=auto @starting > \
    <p dir=auto hidden > <div.ways hidden <button.plain :cancel @give_up";
const THANKS: &str = "<div.notice part=notice #thanks <div.medal.good ~check > <h3 tabindex=-1 dir=auto @thanks > <p dir=auto @thanks_text > \
    <button.main-button :restart @done";
const NOW: &str = "<div.notice part=notice #confirmed <div.medal.good ~phone > <h3 tabindex=-1 dir=auto @requested_now > \
    <p dir=auto @requested_now_text > <button.main-button :restart @done";
const LATER: &str = "<div.notice part=notice #confirmed <div.medal.good ~check > <h3 tabindex=-1 dir=auto @requested_later > <p dir=auto > \
    <button.main-button :restart @done";
const REFUSED: &str =
    "<div.notice part=notice #refused <div.medal > <h3 tabindex=-1 dir=auto > <p dir=auto > <button.main-button :restart @retry";
const GREETING: &str = "<div.notice part=notice #greeting <h3 tabindex=-1 dir=auto > <p dir=auto > <button.main-button :begin";

/// Says how long the wait has become, and what else one can do. Gives the text when it is another than before.
#[inline(never)]
pub(super) fn wait(page: &El, texts: &Texts, view: &View<'_>) -> Option<String> {
    let stopped = view.link == LinkStatus::Stopped;
    let (title, words) = match view.wait {
        Wait::Short => ("starting", ""),
        Wait::Long => ("starting", "slow"),
        Wait::TooLong if view.fault == Some(Fault::Server(Code::Version)) => ("unreachable", "refused_version_text"),
        Wait::TooLong if stopped => ("unreachable", ""),
        Wait::TooLong => ("unreachable", "unreachable_text"),
    };
    let mut said = texts.get(title);
    let words = texts.get(words);
    if page.text_of("h3") == said && page.text_of("p") == words {
        return None;
    }
    page.text("h3", &said);
    page.text("p", &words);
    page.show("p", !words.is_empty());
    page.show(".dots", !stopped);
    let too_long = view.wait == Wait::TooLong;
    page.show(".ways", too_long);
    if too_long && page.find(".contact").is_none() {
        contact(page, ".ways", &view.contact.href, &view.contact.label);
    }
    said.push_str(". ");
    said.push_str(&words);
    Some(said)
}

/// The element of such a page. Its heading takes the focus.
#[inline(never)]
pub(super) fn notice(texts: &Texts, view: &View<'_>) -> El {
    match &view.stage {
        Stage::Thanks => El::new(THANKS, texts),
        Stage::Requested { kind: WidgetKind::CallbackLater, due: Some(due) } => {
            let page = El::new(LATER, texts);
            page.text("p", &texts.fill("requested_due", &texts.moment(*due)));
            page
        }
        Stage::Requested { .. } => El::new(NOW, texts),
        Stage::Refused { code } => {
            let page = El::new(REFUSED, texts);
            let (sign, title, words) = match code {
                Code::Closed => ("~clock", "refused_closed", "refused_closed_text"),
                Code::NoAgents => ("~clock", "refused_no_agents", "refused_no_agents_text"),
                Code::QueueFull => ("~clock", "refused_queue_full", "refused_queue_full_text"),
                Code::Version => ("~alert", "refused", "refused_version_text"),
                _ => ("~alert", "refused", "refused_text"),
            };
            page.grow(".medal", sign, texts);
            page.word("h3", texts, title);
            page.word("p", texts, words);
            page
        }
        Stage::Starting => El::new(STARTING, texts),
        _ => El::new(GREETING, texts),
    }
}

/// The words of the page before anything was begun. The configuration's: they may come in another language later.
#[inline(never)]
pub(super) fn greet(page: &El, spec: &WidgetSpec) {
    page.text("h3", heading(spec));
    page.text("p", &spec.greeting);
    page.show("p", !spec.greeting.is_empty());
    page.text("button", &spec.label);
}
