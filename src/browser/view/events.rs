//! What the visitor does. One function hears everything; `data-do` on a control says what it is for.

use wasm_bindgen::JsCast;

use super::dom::{Call, Caught, El, write_clipboard};
use super::live::TICK;
use super::panel::Scene;
use super::widget::Widget;
use crate::engine::Action;
use crate::model::EntryId;

/// What the focus can be on.
const STOPS: &str = "button, a[href], input, select, textarea, [tabindex='0']";

impl Widget {
    /// Hears a call of the page's, and gives what the visitor wants.
    pub(super) fn event(&mut self, call: &Call) -> Vec<Action> {
        match call.kind().as_deref() {
            Some("click") => self.clicked(call),
            Some("input") => self.changed(&call.target()),
            Some("keydown") => self.pressed(call),
            Some("keyup" | "keypress") => shield(call),
            Some("submit") => {
                call.prevent();
                self.out.push(Action::Submit);
            }
            Some("scroll" | "resize" | "change") => {
                self.set_modal();
                self.moved();
            }
            Some("visibilitychange") => self.look(),
            Some(_) => {}
            None if call.as_string().as_deref() == Some(TICK) => self.live.tick(&self.texts),
            None => self.resized(),
        }
        std::mem::take(&mut self.out)
    }

    fn moved(&mut self) {
        if let Scene::Chat(chat) = &mut self.panel.scene {
            chat.transcript.scrolled(&self.texts);
        }
        self.look();
    }

    fn resized(&mut self) {
        if let Scene::Chat(chat) = &mut self.panel.scene {
            chat.transcript.resized(&self.texts);
        }
        self.look();
    }

    fn clicked(&mut self, call: &Call) {
        let Some(control) = call.target().closest("[data-do]") else { return };
        let Some(act) = control.get("data-do") else { return };
        let id = || EntryId(control.get("data-id").unwrap_or_default());
        let action = match act.as_str() {
            "launch" => Some(if self.open { Action::Close } else { Action::Activate }),
            "begin" => Some(Action::Activate),
            "close" | "minimise" => Some(Action::Close),
            "dismiss" => Some(Action::Dismiss),
            "skip" => Some(Action::Skip),
            "restart" => Some(Action::Restart),
            "retry" => Some(Action::Retry(id())),
            "discard" => Some(Action::Discard(id())),
            "end-confirm" => Some(Action::End),
            other => {
                self.inside(other, &control);
                None
            }
        };
        self.out.extend(action);
    }

    /// What a control does that only concerns the screen, or the composer.
    fn inside(&mut self, act: &str, control: &El) {
        let Scene::Chat(chat) = &mut self.panel.scene else { return };
        match act {
            "end" => chat.ask(!chat.is_asking()),
            "end-cancel" => {
                chat.ask(false);
                self.panel.focus_end();
            }
            "send" => {
                if chat.composer.is_sendable() {
                    self.out.push(Action::Send);
                }
                chat.composer.focus();
            }
            "emoji" => chat.composer.pick(!chat.composer.is_picking()),
            "pick" => {
                chat.composer.insert(&control.text_or_empty());
                chat.composer.pick(false);
                chat.composer.focus();
                let text = chat.composer.text();
                chat.composer.fit(&self.texts, &text);
                self.out.push(Action::Draft(text));
            }
            "new-messages" => {
                chat.transcript.jump(&self.texts);
                chat.transcript.log.focus();
                self.look();
            }
            "copy" => {
                let bubble = control.closest("li").and_then(|row| row.find(".text"));
                if let Some(Ok(done)) = bubble.map(|bubble| write_clipboard(&bubble.text_or_empty())) {
                    // Where copying is not allowed nothing is said; the text can be selected.
                    let _ = done.unchecked_ref::<Caught>().catch(&self.hub.function());
                    self.live.say(self.texts.get("copied").into());
                }
            }
            _ => {}
        }
    }

    fn changed(&mut self, control: &El) {
        match &self.panel.scene {
            Scene::Form(form) => self.out.extend(form.read(control).map(Action::Edit)),
            Scene::Chat(chat) if chat.composer.is(control) => {
                let text = chat.composer.text();
                chat.composer.fit(&self.texts, &text);
                self.out.push(Action::Draft(text));
            }
            _ => {}
        }
    }

    fn pressed(&mut self, call: &Call) {
        let Some(key) = call.key() else { return };
        let target = call.target();
        shield(call);
        // While a character is being composed every key belongs to that; 229 is how older engines say so.
        if call.composing() || call.key_code() == 229 {
            return;
        }
        match key.as_str() {
            "Escape" => {
                call.prevent();
                self.escape();
                return;
            }
            "Tab" if self.modal.is_on() => {
                self.turn(call);
                return;
            }
            _ => {}
        }
        let rtl = self.rtl;
        let Scene::Chat(chat) = &mut self.panel.scene else { return };
        if chat.composer.is(&target) {
            if key == "Enter" && !call.shift() {
                call.prevent();
                if chat.composer.is_sendable() {
                    self.out.push(Action::Send);
                }
            }
        } else if target == chat.transcript.log {
            if chat.transcript.key(&self.texts, &key) {
                call.prevent();
                self.moved();
            }
        } else if chat.composer.walk(&target, &key, rtl) {
            call.prevent();
        }
    }

    /// One step back: the picker, the question, the panel.
    fn escape(&mut self) {
        if let Scene::Chat(chat) = &self.panel.scene {
            if chat.composer.is_picking() {
                chat.composer.pick(false);
                chat.composer.focus();
                return;
            }
            if chat.is_asking() {
                chat.ask(false);
                self.panel.focus_end();
                return;
            }
        }
        if self.open {
            self.out.push(Action::Close);
        } else if self.frame.find(".card").is_some() {
            self.out.push(Action::Dismiss);
        }
    }

    /// Keeps the focus inside the full-screen panel: after the last control comes the first.
    fn turn(&self, call: &Call) {
        let stops: Vec<El> = self.panel.el.all(STOPS).into_iter().filter(El::is_reachable).collect();
        let active = self.root.active();
        let (from, to) = if call.shift() { (stops.first(), stops.last()) } else { (stops.last(), stops.first()) };
        let outside = active.as_ref() == Some(&self.panel.el) && call.shift();
        if let (Some(from), Some(to)) = (from, to)
            && (active.as_ref() == Some(from) || active.is_none() || outside)
        {
            call.prevent();
            to.focus();
        }
    }
}

/// Keys that are written into our fields are not the page's: from outside the widget they look as if pressed on nothing, and would
/// set off the page's shortcuts.
fn shield(call: &Call) {
    if call.target().closest("input, textarea, select").is_some() {
        call.stop();
    }
}
