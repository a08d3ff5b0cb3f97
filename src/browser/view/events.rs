//! The visitor's actions. One callback handles all events; `data-do` on a control names its action.

use super::dom::{Call, El, control, copy, key, kind, save, turn};
use super::files;
use super::live::TICK;
use super::panel::Scene;
use super::widget::Widget;
use crate::engine::Action;
use crate::model::EntryId;

impl Widget {
    /// Handles an event, and gives the visitor's actions.
    #[inline(never)]
    pub(super) fn event(&mut self, call: &Call) -> Vec<Action> {
        match kind(call).as_str() {
            "click" => self.clicked(call),
            "input" => self.changed(&call.target()),
            "keydown" => self.pressed(call),
            "keyup" | "keypress" => drop(key(call)),
            "submit" => {
                call.prevent_default();
                self.out.push(Action::Submit);
            }
            "scroll" | "resize" | "change" => {
                self.set_modal();
                self.moved();
            }
            "visibilitychange" => self.look(),
            TICK => self.live.tick(&self.texts),
            files::TICK | files::NOTE => self.filed(call),
            _ => self.resized(),
        }
        std::mem::take(&mut self.out)
    }

    fn moved(&mut self) {
        if let Scene::Chat(chat) = &mut self.panel.scene {
            chat.transcript.scrolled(&self.texts);
        }
        self.look();
    }

    /// Handles a note of the script for files.
    fn filed(&mut self, call: &Call) {
        let Scene::Chat(chat) = &self.panel.scene else { return };
        let composer = &chat.composer.el;
        if kind(call) == files::TICK {
            return self.tray.tick(&self.texts, composer);
        }
        let words = self.tray.hear(&self.texts, composer, call);
        self.live.say(words, &self.texts);
    }

    /// Files in every state, for the gallery.
    #[cfg(feature = "__gallery")]
    pub(super) fn pose_files(&mut self) {
        if let Scene::Chat(chat) = &self.panel.scene {
            self.tray.pose(&self.texts, &chat.composer.el);
        }
    }

    fn resized(&mut self) {
        if let Scene::Chat(chat) = &mut self.panel.scene {
            chat.transcript.resized(&self.texts);
        }
        self.look();
    }

    #[inline(never)]
    fn clicked(&mut self, call: &Call) {
        let Some(control) = control(call) else { return };
        let act = control.get("data-do");
        if act != "more" {
            self.panel.unfold(false);
        }
        let id = || EntryId(control.closest("li").map(|row| row.get("data-id")).unwrap_or_default());
        let action = match act.as_str() {
            "launch" => Some(if self.open { Action::Close } else { Action::Activate }),
            "more" => {
                self.panel.unfold(!self.panel.is_unfolded());
                None
            }
            "begin" => Some(Action::Activate),
            "close" | "minimise" => Some(Action::Close),
            "dismiss" => Some(Action::Dismiss),
            "skip" => Some(Action::Skip),
            "cancel" => Some(Action::Cancel),
            "answer" => Some(Action::Survey),
            "call-back" => Some(Action::CallBack),
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

    /// Handles a control that only concerns the screen or the composer.
    #[inline(never)]
    fn inside(&mut self, act: &str, control: &El) {
        let Scene::Chat(chat) = &mut self.panel.scene else { return };
        match act {
            "end" => chat.ask(!chat.is_asking()),
            "end-cancel" => {
                chat.ask(false);
                #[cfg(feature = "facade")]
                self.out.push(Action::Stay);
                self.panel.focus_menu();
            }
            "send" => {
                if chat.composer.is_sendable() {
                    self.out.push(Action::Send);
                }
                chat.composer.focus();
            }
            "upload-retry" | "upload-cancel" => {
                if let Some(row) = control.closest("li") {
                    self.tray.press(&self.texts, &chat.composer.el, act, &row);
                }
                chat.composer.focus();
            }
            "emoji" => chat.composer.pick(&self.texts, !chat.composer.is_picking()),
            "pick" => {
                chat.composer.insert(&control.text_of(""));
                chat.composer.pick(&self.texts, false);
                chat.composer.focus();
                let text = chat.composer.text();
                chat.composer.fit(&self.texts);
                self.out.push(Action::Draft(text));
            }
            "new-messages" => {
                chat.transcript.jump(&self.texts);
                chat.transcript.log.focus("");
                self.look();
            }
            "copy" | "copy-all" => {
                let row = control.closest(".row");
                let text = row.map_or_else(|| chat.plain(&self.texts), |row| row.text_of(".text"));
                if copy(&text) {
                    self.live.say(self.texts.get("copied"), &self.texts);
                }
            }
            "save" => save(&chat.plain(&self.texts)),
            _ => {}
        }
    }

    fn changed(&mut self, control: &El) {
        match &self.panel.scene {
            Scene::Form(form) => self.out.extend(form.read(control).map(Action::Edit)),
            Scene::Chat(chat) if chat.composer.is(control) => {
                if chat.composer.keep_out() {
                    self.live.say_count(self.texts.get("over_cut"), &self.texts);
                }
                let text = chat.composer.text();
                chat.composer.fit(&self.texts);
                self.out.push(Action::Draft(text));
            }
            Scene::Chat(chat) => {
                let answer = chat.survey.as_ref().and_then(|form| form.read(control));
                self.out.extend(answer.map(Action::Edit));
            }
            Scene::Notice => {}
        }
    }

    #[inline(never)]
    fn pressed(&mut self, call: &Call) {
        let target = call.target();
        let key = key(call);
        match key.as_str() {
            "Escape" => {
                call.prevent_default();
                self.escape();
                return;
            }
            "Tab" if self.modal.is_on() => {
                if turn(&self.root, &self.panel.el, call.shift_key()) {
                    call.prevent_default();
                }
                return;
            }
            _ => {}
        }
        let rtl = self.rtl;
        let Scene::Chat(chat) = &mut self.panel.scene else { return };
        if chat.composer.is(&target) {
            if key == "Enter" && !call.shift_key() {
                call.prevent_default();
                if chat.composer.is_sendable() {
                    self.out.push(Action::Send);
                }
            }
        } else if target == chat.transcript.log {
            if chat.transcript.key(&self.texts, &key) {
                call.prevent_default();
                self.moved();
            }
        } else if chat.composer.walk(&target, &key, rtl) {
            call.prevent_default();
        }
    }

    /// Closes the innermost open part: the menu, the picker, the question, or the panel.
    fn escape(&mut self) {
        if self.panel.is_unfolded() {
            self.panel.unfold(false);
            return self.panel.focus_menu();
        }
        if let Scene::Chat(chat) = &self.panel.scene {
            if chat.composer.is_picking() {
                chat.composer.pick(&self.texts, false);
                chat.composer.focus();
                return;
            }
            if chat.is_asking() {
                chat.ask(false);
                #[cfg(feature = "facade")]
                self.out.push(Action::Stay);
                self.panel.focus_menu();
                return;
            }
        }
        if self.open {
            self.out.push(Action::Close);
        } else if self.frame.find(".card").is_some() {
            self.out.push(Action::Dismiss);
        }
    }
}
