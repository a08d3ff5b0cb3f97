//! A conversation on the screen: queue, transcript, who types, composer, and what is there once it ended.

use super::composer::Composer;
use super::dom::{El, int};
use super::launcher::heading;
use super::line::{ended_key, named};
use super::transcript::Transcript;
use crate::browser::texts::Texts;
use crate::engine::{ChatView, Progress, View};

pub(super) struct Chat {
    pub(super) el: El,
    pub(super) transcript: Transcript,
    pub(super) composer: Composer,
}

const CHAT: &str = "<div.chat <div.stack \
    <div.log part=log #log role=log aria-live=off tabindex=0 aria-label=@log \
    <div.greeting.theirs #welcome hidden <div.name dir=auto > <div.bubble part=bubble+bubble-agent <div.text dir=auto > > > <div.space > <ol.list role=list > <div.space > <div.tail \
    <div.queue part=queue #queue hidden <span.dots aria-hidden=true <i > <i > <i > > <strong > <span.hint-queue @queue_hint > > \
    <div.typing part=typing #typing hidden <span.dots aria-hidden=true <i > <i > <i > > <span.who dir=auto > > > > \
    <button.jump part=jump :new-messages hidden <span > ~down > > \
    <div.foot.composer part=footer <div.emoji role=group aria-label=@emoji #emoji-grid hidden > <div.room id=room hidden > \
    <div.write <button.icon :emoji aria-label=@emoji aria-expanded=false ~smile > \
    <textarea part=composer #composer rows=1 maxlength=16000 enterkeyhint=send dir=auto aria-label=@write placeholder=@write aria-describedby=room > \
    <button.icon.send :send part=send aria-label=@send ~send > > > \
    <div.foot.buttons.confirm role=group aria-label=@end_ask hidden <p @end_ask > <button.main-button.danger :end-confirm @end > \
    <button.plain :end-cancel @cancel > > \
    <div.foot.buttons.ended part=footer #ended hidden <p tabindex=-1 > <button.main-button :restart @restart";

impl Chat {
    #[inline(never)]
    pub(super) fn new(texts: &Texts) -> Self {
        let el = El::new(CHAT, texts);
        Self { transcript: Transcript::new(&el.part(".stack")), composer: Composer::new(el.part(".composer")), el }
    }

    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, view: &ChatView<'_>, of: &View<'_>) {
        let el = &self.el;
        let greeting = &of.spec.greeting;
        let position = match view.progress {
            Progress::Queued { position } | Progress::Requeued { position } => Some(position),
            _ => None,
        };
        el.show(".queue", position.is_some());
        if let Some(position) = position {
            el.text("strong", &queue_words(texts, position));
        }
        el.show(".hint-queue", view.lines.is_empty());
        let ended = if let Progress::Ended { by } = view.progress {
            el.word(".ended p", texts, ended_key(by));
            el.show(".confirm", false);
            self.composer.pick(texts, false);
            true
        } else {
            self.composer.set(texts, view.draft);
            false
        };
        el.show(".ended", ended);
        el.show(".typing", view.typing.is_some() && !ended);
        if let Some(who) = view.typing {
            el.text(".who", &texts.fill("typing", &named(texts, &who.name)));
        }
        el.show(".greeting", !greeting.is_empty() && !view.more);
        el.text(".greeting .name", if of.brand.name.is_empty() { heading(of.spec) } else { &of.brand.name });
        el.text(".greeting .text", greeting);
        el.show(".composer", !ended && !self.is_asking());
        self.transcript.set(texts, view.lines, view.more);
    }

    /// Asks whether to end it, or no longer asks.
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
        self.el.focus(".ended p");
    }
}

/// The words about a place in the queue.
pub(super) fn queue_words(texts: &Texts, position: u32) -> String {
    match position {
        0 => texts.get("queue_unknown"),
        1 => texts.get("queue_next"),
        position => texts.fill("queue", &int(i64::from(position))),
    }
}
