//! A conversation on the screen: queue, transcript, typing notice, composer, and the pages after its end.

use super::composer::Composer;
use super::dom::{El, fresh_number, int};
use super::form::FormUi;
use super::launcher::heading;
use super::line::{ended_key, named};
use super::notice::Nobody;
use super::transcript::Transcript;
#[cfg(feature = "facade")]
use crate::browser::slot;
use crate::browser::texts::Texts;
use crate::engine::{ChatView, Progress, SurveyView, View, Wait};
use crate::model::WidgetKind;

pub(super) struct ChatScene {
    pub(super) el: El,
    pub(super) transcript: Transcript,
    pub(super) composer: Composer,
    beside: Beside,
    pub(super) survey: Option<FormUi>,
}

/// The part between the transcript and the composer.
#[derive(PartialEq)]
enum Beside {
    Nothing,
    Survey,
    /// The survey was skipped: a button leads back to it.
    Skipped,
    Thanks,
    Nobody(Nobody),
}

const SKIPPED: &str = "<button.plain :answer @answer";
const THANKS: &str = "<div.nobody #thanks <h3 tabindex=-1 dir=auto @thanks > <p dir=auto @thanks_text";

const CHAT: &str = "<div.chat <div.stack \
    <div.log part=log #log role=log aria-live=off tabindex=0 aria-label=@log \
    <div.greeting.theirs #welcome hidden <div.name dir=auto > <div.bubble part=bubble+bubble-agent <div.text dir=auto > > > <p.unkept #unkept dir=auto hidden @unkept > <div.space > <ol.list role=list > <div.space > <div.tail \
    <div.queue part=queue #queue hidden <span.dots aria-hidden=true <i > <i > <i > > <strong > <span.hint-queue @queue_hint > > \
    <div.typing part=typing #typing hidden <span.dots aria-hidden=true <i > <i > <i > > <span.who dir=auto > > \
    <div.row.mine.failed.unsent #unsent hidden <div.bubble <div.text dir=auto > > <div.meta <span.state ~alert @failed > \
    <div.acts <button.small :copy @copy > > > > > > \
    <button.jump part=jump :new-messages hidden <span > ~down > > \
    <div.beside part=aside hidden > \
    <div.foot.composer part=footer <ul.uploads role=list #uploads aria-label=@attach hidden > <i.orders hidden > <input.told type=hidden > <div.emoji role=group aria-label=@emoji #emoji-grid hidden > <div.room id=chinwag-room$ hidden > \
    <div.write <label.icon.attach hidden > <button.icon :emoji aria-label=@emoji aria-expanded=false ~smile > \
    <textarea.input part=composer #composer rows=1 maxlength=16000 enterkeyhint=send dir=auto aria-label=@write placeholder=@write aria-describedby=chinwag-room$ > \
    <button.icon.send :send part=send aria-label=@send ~send > > > \
    <div.foot.buttons.confirm role=group aria-label=@end_ask hidden <p @end_ask > <button.main-button.danger :end-confirm @end > \
    <button.plain :end-cancel @cancel > > \
    <div.foot.buttons.ended part=footer #ended hidden <p tabindex=-1 > <button.plain :copy-all @copy_all > <button.plain :save @save > \
    <button.main-button :restart @restart";

impl ChatScene {
    #[inline(never)]
    pub(super) fn new(texts: &Texts) -> Self {
        let el = El::numbered(CHAT, texts, fresh_number());
        let (transcript, composer) = (Transcript::new(&el.part(".stack")), Composer::new(el.part(".composer")));
        Self { transcript, composer, el, beside: Beside::Nothing, survey: None }
    }

    /// Hands the facade the slots that it may fill.
    #[cfg(feature = "facade")]
    pub(super) fn offer(&self, texts: &Texts, element: &str) {
        let place = El::new("<div.before-composer", texts);
        self.composer.el.before(&place);
        slot("before-composer", &place, element);
        slot("composer", &self.composer.el, element);
    }

    /// Shows the conversation. Gives the texts to be read out.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, whole: &View<'_>, view: &ChatView<'_>) -> Option<String> {
        let greeting = &whole.spec.greeting;
        let words = self.set_beside(texts, whole, view);
        let el = &self.el;
        let waits = match view.progress {
            Progress::Queued { position } | Progress::Requeued { position } => queue_words(texts, position),
            Progress::Starting if whole.wait != Wait::TooLong => texts.get(if whole.wait == Wait::Long { "slow" } else { "starting" }),
            _ => String::new(),
        };
        el.show(".queue", !waits.is_empty());
        el.text("strong", &waits);
        el.show(".hint-queue", view.lines.is_empty());
        let ended = if let Progress::Ended { by, .. } = view.progress {
            el.word(".ended p", texts, ended_key(by));
            el.show(".confirm", false);
            self.composer.pick(texts, false);
            true
        } else {
            self.composer.set(texts, view.draft);
            false
        };
        el.show(".ended", ended);
        el.show(".unsent", ended && !view.draft.is_empty());
        el.text(".unsent .text", if ended { view.draft } else { "" });
        el.show(".typing", view.typing.is_some() && !ended);
        if let Some(who) = view.typing {
            el.text(".who", &texts.fill("typing", &named(texts, &who.name)));
        }
        el.show(".greeting", !greeting.is_empty() && !view.more);
        el.text(".greeting .name", if whole.brand.name.is_empty() { heading(whole.spec) } else { &whole.brand.name });
        el.text(".greeting .text", greeting);
        el.show(".composer", !ended && !self.is_asking());
        self.transcript.set(texts, view.lines, view.more);
        let warning = self.warn(texts, whole.unkept);
        words.or(warning)
    }

    /// Warns that the conversation is lost when the page is left. Gives the text when it is new.
    fn warn(&self, texts: &Texts, unkept: bool) -> Option<String> {
        let told = !self.el.part(".unkept").hidden();
        self.el.show(".unkept", unkept);
        (unkept && !told).then(|| texts.get("unkept"))
    }

    /// Questions and offers below the transcript.
    fn set_beside(&mut self, texts: &Texts, whole: &View<'_>, view: &ChatView<'_>) -> Option<String> {
        let unreachable = view.progress == Progress::Starting && whole.wait == Wait::TooLong;
        let unanswered = matches!(view.progress, Progress::Ended { unanswered: true, .. });
        let beside = match (&view.survey, view.refused) {
            (SurveyView::Offered(_), _) => Beside::Survey,
            (SurveyView::Skipped, _) => Beside::Skipped,
            (SurveyView::Done, _) => Beside::Thanks,
            (SurveyView::None, Some(code)) => Beside::Nobody(Nobody::refused(whole, code)),
            (SurveyView::None, None) if unreachable => Beside::Nobody(Nobody::unreachable(whole)),
            (SurveyView::None, None) if unanswered => Beside::Nobody(Nobody::unanswered(whole)),
            (SurveyView::None, None) => Beside::Nothing,
        };
        let form = if let SurveyView::Offered(form) = &view.survey { Some(form) } else { None };
        let other = matches!((&self.survey, form), (Some(shown), Some(now)) if !shown.is(now.form, ""));
        if self.beside != beside || other {
            let place = self.el.part(".beside");
            place.clear();
            place.show("", beside != Beside::Nothing);
            self.survey = form.map(|now| FormUi::new(texts, now.form, WidgetKind::Chat, true, ""));
            match &beside {
                Beside::Nothing => {}
                Beside::Survey => {
                    if let Some(form) = &self.survey {
                        place.append(&form.el);
                        #[cfg(feature = "facade")]
                        slot("survey", &form.el, &whole.spec.element);
                    }
                }
                Beside::Skipped => place.grow("", SKIPPED, texts),
                Beside::Thanks => place.grow("", THANKS, texts),
                Beside::Nobody(nobody) => place.append(&nobody.element(texts)),
            }
            self.beside = beside;
            if let Beside::Nobody(nobody) = &self.beside {
                return Some(texts.get(nobody.title));
            }
        }
        // A single problem is read out with its field, which has the focus then.
        let problems = self.survey.as_mut()?.set(texts, form?);
        problems.filter(|count| *count > 1).map(|count| texts.count("problems", count))
    }

    /// The conversation as plain text, as far as it is loaded.
    pub(super) fn plain(&self, texts: &Texts) -> String {
        let mut all = self.transcript.plain(texts);
        let unsent = self.el.text_of(".unsent .text");
        if !unsent.is_empty() {
            for part in [&texts.get("visitor"), " (", &texts.get("failed"), "): ", &unsent, "\n"] {
                all.push_str(part);
            }
        }
        all
    }

    /// Shows or hides the question whether to end the conversation.
    pub(super) fn ask(&self, on: bool) {
        self.el.show(".confirm", on);
        self.el.show(".composer", !on);
        if on {
            self.el.focus(".confirm button");
        }
    }

    pub(super) fn is_asking(&self) -> bool {
        !self.el.part(".confirm").hidden()
    }

    pub(super) fn focus_notice(&self) {
        let nobody = matches!(self.beside, Beside::Nobody(_) | Beside::Thanks);
        self.el.focus(if nobody { ".beside h3" } else { ".ended p" });
    }
}

/// The text about a place in the queue.
pub(super) fn queue_words(texts: &Texts, position: u32) -> String {
    match position {
        0 => texts.get("queue_unknown"),
        1 => texts.get("queue_next"),
        position => texts.fill("queue", &int(i64::from(position))),
    }
}
