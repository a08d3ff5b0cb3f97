//! The panel's pages of text alone: greeting, waiting, confirmed, refused. Also the text when no agent answers, in all places where it is shown.

use super::dom::{El, contact};
use super::launcher::heading;
use crate::browser::texts::Texts;
use crate::engine::{Fault, LinkStatus, Stage, View, Wait};
use crate::model::{Availability, Timestamp, WidgetKind, WidgetSpec};
use crate::wire::Code;

/// Three dots that move for a while: an answer is awaited.
const STARTING: &str = "<div.notice part=notice #starting <span.dots aria-hidden=true <i > <i > <i > > <h3 tabindex=-1 dir=auto @starting > \
    <p dir=auto hidden > <div.ways hidden <button.plain :cancel @give_up";
const NOW: &str = "<div.notice part=notice #confirmed <div.medal.good ~phone > <h3 tabindex=-1 dir=auto @requested_now > \
    <p dir=auto @requested_now_text > <button.main-button :restart @done";
const LATER: &str = "<div.notice part=notice #confirmed <div.medal.good ~check > <h3 tabindex=-1 dir=auto @requested_later > <p dir=auto > \
    <button.main-button :restart @done";
const REFUSED: &str = "<div.notice part=notice #refused <div.medal > <h3 tabindex=-1 dir=auto > <p dir=auto > <p.kept dir=auto @kept > \
    <button.main-button :restart @retry > <div.ways";
const GREETING: &str = "<div.notice part=notice #greeting <h3 tabindex=-1 dir=auto > <p dir=auto > <button.main-button :begin";
/// The same as `REFUSED`, for a visitor whose text is in the composer.
const NOBODY: &str = "<div.nobody #refused <h3 tabindex=-1 dir=auto > <p dir=auto > <div.ways";

/// The keys of the texts about a wait, by its length; the second may be empty.
fn waited(view: &View<'_>) -> (&'static str, &'static str) {
    match view.wait {
        Wait::Short => ("starting", ""),
        Wait::Long => ("starting", "slow"),
        Wait::TooLong if view.fault == Some(Fault::Server(Code::Version)) => ("unreachable", "refused_version_text"),
        Wait::TooLong if view.link == LinkStatus::Stopped => ("unreachable", ""),
        Wait::TooLong => ("unreachable", "unreachable_text"),
    }
}

/// Shows how long the wait has become, and other ways to reach the site. Gives the text when it has changed.
#[inline(never)]
pub(super) fn wait(page: &El, texts: &Texts, view: &View<'_>) -> Option<String> {
    let stopped = view.link == LinkStatus::Stopped;
    let (title, words) = waited(view);
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
        Stage::Requested { kind: WidgetKind::CallbackLater, due: Some(due) } if due.is_real() => {
            let page = El::new(LATER, texts);
            page.text("p", &texts.fill("requested_due", &texts.moment(*due)));
            page
        }
        Stage::Requested { .. } => El::new(NOW, texts),
        Stage::Refused { code, kept } => {
            let page = El::new(REFUSED, texts);
            let nobody = Nobody::refused(view, *code);
            page.grow(".medal", if nobody.passes() { "~clock" } else { "~alert" }, texts);
            nobody.fill(texts, &page);
            page.show(".kept", *kept && nobody.passes());
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

/// Why no agent answers, and other ways to reach the site.
#[derive(Clone, PartialEq)]
pub(super) struct Nobody {
    pub(super) title: &'static str,
    words: &'static str,
    /// The visitor can cancel the start.
    cancel: bool,
    opens: Option<Timestamp>,
    /// The words on the button that leads to a call; empty for none.
    call: String,
    /// Address and words of the site's contact.
    contact: (String, String),
}

impl Nobody {
    /// The notice when no start was accepted: no conversation has begun.
    pub(super) fn refused(view: &View<'_>, code: Code) -> Self {
        let (title, words) = match code {
            Code::Closed => ("refused_closed", "refused_closed_text"),
            Code::NoAgents => ("refused_no_agents", "refused_no_agents_text"),
            Code::QueueFull => ("refused_queue_full", "refused_queue_full_text"),
            Code::Version => ("refused", "refused_version_text"),
            _ => ("refused", "refused_text"),
        };
        Self::new(view, title, words)
    }

    /// The conversation was begun, and no agent came.
    pub(super) fn unanswered(view: &View<'_>) -> Self {
        let words = match view.spec.availability {
            Availability::NoAgents => "refused_no_agents_text",
            Availability::Closed => "refused_closed_text",
            _ => "unanswered_text",
        };
        Self::new(view, "unanswered", words)
    }

    /// A conversation cannot be begun, because the server cannot be reached.
    pub(super) fn unreachable(view: &View<'_>) -> Self {
        let (title, words) = waited(view);
        Self { cancel: true, call: String::new(), ..Self::new(view, title, words) }
    }

    fn new(view: &View<'_>, title: &'static str, words: &'static str) -> Self {
        let opens = view.spec.opens.filter(|_| words == "refused_closed_text");
        let call = view.callback.map_or_else(String::new, |other| other.label.clone());
        Self { title, words, cancel: false, opens, call, contact: (view.contact.href.clone(), view.contact.label.clone()) }
    }

    /// Whether the notice goes away by itself when an agent comes.
    fn passes(&self) -> bool {
        self.title != "refused"
    }

    /// The element that is shown beside a conversation.
    pub(super) fn element(&self, texts: &Texts) -> El {
        let el = El::new(NOBODY, texts);
        self.fill(texts, &el);
        el
    }

    fn fill(&self, texts: &Texts, el: &El) {
        el.word("h3", texts, self.title);
        match self.opens {
            Some(at) => el.text("p", &texts.fill("opens", &texts.moment(at))),
            None => el.word("p", texts, self.words),
        }
        el.show("p", !self.words.is_empty());
        if !self.call.is_empty() {
            el.grow(".ways", "<button.plain :call-back", texts);
            el.text("[data-do=call-back]", &self.call);
        }
        if self.cancel {
            el.grow(".ways", "<button.plain :cancel @give_up", texts);
        }
        contact(el, ".ways", &self.contact.0, &self.contact.1);
    }
}
