//! The parts of a widget put together, and brought up to date.

use super::dom::{El, Hub, is_away, is_lost, leave, paint, place, set_timeout, show_host};
use super::launcher::Launcher;
use super::live::Live;
use super::modal::Modal;
use super::panel::{Panel, Scene, heading};
use super::style::css;
use crate::browser::texts::Texts;
use crate::engine::{Action, Focus, View};
use crate::model::{Brand, EngagementKind, WidgetSpec};
use wasm_bindgen::JsValue;

/// The name of the timer that hands out actions which came up while rendering.
const FLUSH: &str = "flush";

pub(super) struct Widget {
    /// The shadow root.
    pub(super) root: El,
    /// Everything we show.
    pub(super) frame: El,
    pub(super) launcher: Launcher,
    pub(super) panel: Panel,
    pub(super) live: Live,
    pub(super) modal: Modal,
    pub(super) texts: Texts,
    pub(super) hub: Hub,
    pub(super) out: Vec<Action>,
    brand: Brand,
    pub(super) open: bool,
    shown: bool,
    pub(super) unread: u32,
    /// The number of unread messages that was reported as seen.
    seen: u32,
    /// A conversation is shown, and the size of its transcript watched.
    talking: bool,
    pub(super) rtl: bool,
    /// The visitor was told that the link is gone.
    pub(super) offline: bool,
    /// The focus was on the launcher that stood here before.
    refocus: bool,
}

impl Widget {
    /// # Errors
    /// What the browser throws when the element cannot have a shadow root.
    #[inline(never)]
    pub(super) fn new(spec: &WidgetSpec, brand: &Brand, texts: Texts, mut hub: Hub) -> Result<Self, JsValue> {
        let root = place(&spec.element, css())?;
        let frame = El::new("<div.frame part=frame role=region", &texts);
        paint(&frame, &brand.accent);
        root.append(&frame);
        hub.listen(&root);
        let mut widget = Self {
            frame,
            launcher: Launcher::new(&texts),
            panel: Panel::new(&texts),
            live: Live::new(&texts, hub.function()),
            modal: Modal::default(),
            texts,
            hub,
            out: Vec::new(),
            brand: brand.clone(),
            open: false,
            shown: false,
            unread: 0,
            seen: 0,
            talking: false,
            rtl: false,
            offline: false,
            refocus: root.was(),
            root,
        };
        widget.furnish();
        show_host(&widget.root, spec.engagement.word(), false, false);
        Ok(widget)
    }

    /// Puts the parts into the frame.
    fn furnish(&mut self) {
        self.frame.clear();
        self.rtl = self.texts.is_rtl();
        self.frame.put("", "lang", &self.texts.lang());
        self.frame.put("", "dir", if self.rtl { "rtl" } else { "ltr" });
        for part in [&self.panel.el, &self.launcher.el, &self.live.el] {
            self.frame.append(part);
        }
        self.hub.watch_size(&self.panel.el);
        self.talking = false;
    }

    pub(super) fn set_texts(&mut self, texts: Texts) {
        self.modal.set(false, &self.root, &self.panel.el);
        self.texts = texts;
        self.panel = Panel::new(&self.texts);
        self.launcher = Launcher::new(&self.texts);
        self.open = false;
        self.furnish();
    }

    pub(super) fn remove(&mut self) {
        self.modal.give_back();
        leave(&self.root);
    }

    #[inline(never)]
    pub(super) fn render(&mut self, view: &View<'_>) {
        let had_focus = self.root.active().is_some() || std::mem::take(&mut self.refocus);
        self.shown = view.shown;
        self.frame.put("", "aria-label", heading(view.spec));
        self.launcher.set(&self.texts, view);
        self.frame.toggle("", "data-open", view.open);
        self.panel.el.show("", view.open);
        show_host(&self.root, self.launcher.shape.unwrap_or(EngagementKind::Button).word(), view.shown, view.open);
        let opened = view.open && !self.open;
        self.open = view.open;
        self.unread = view.unread;
        if let Some(words) = self.panel.set(&self.texts, &self.brand, view).filter(|_| view.open) {
            self.live.say(words, &self.texts);
        }
        self.set_modal();
        let talked = std::mem::replace(&mut self.talking, matches!(self.panel.scene, Scene::Chat(_)));
        if let Scene::Chat(chat) = &mut self.panel.scene {
            if !talked {
                self.hub.watch_size(&chat.transcript.log);
            }
            if opened {
                chat.transcript.resized(&self.texts);
                chat.composer.fit(&self.texts);
            }
        }
        self.look();
        // Some engines leave the focus for a while on what is hidden by now.
        if had_focus && view.shown && is_lost(&self.root) {
            self.rescue();
        }
        if !self.out.is_empty() {
            set_timeout(&self.hub.function(), 0, FLUSH);
        }
    }

    /// What had the focus is gone: a neighbour gets it, never the page (quality A18).
    fn rescue(&self) {
        match &self.panel.scene {
            _ if !self.open => self.launcher.focus(),
            Scene::Chat(chat) if !chat.composer.el.hidden() => chat.composer.focus(),
            _ => self.panel.el.focus(""),
        }
    }

    #[inline(never)]
    pub(super) fn set_modal(&mut self) {
        self.modal.set(self.open && self.shown && self.hub.is_narrow(), &self.root, &self.panel.el);
    }

    /// Asks for what the position in the transcript calls for: earlier lines, or that nothing is unread any more.
    pub(super) fn look(&mut self) {
        if !self.open {
            self.seen = 0;
            return;
        }
        let mut at_end = true;
        if let Scene::Chat(chat) = &mut self.panel.scene {
            at_end = chat.transcript.is_at_end();
            if chat.transcript.wants_older() {
                self.out.push(Action::Older);
            }
        }
        if self.unread == 0 {
            self.seen = 0;
        } else if at_end && self.seen != self.unread && !is_away() {
            self.seen = self.unread;
            self.out.push(Action::Seen);
        }
    }

    #[inline(never)]
    pub(super) fn focus(&self, focus: &Focus) {
        match (focus, &self.panel.scene) {
            (Focus::Launcher, _) => self.launcher.focus(),
            (Focus::Field(name), Scene::Form(form)) => {
                if !form.focus(name.as_deref()) {
                    self.panel.el.focus("");
                }
            }
            (Focus::Composer, Scene::Chat(chat)) if !chat.composer.el.hidden() => chat.composer.focus(),
            (_, Scene::Notice) => self.panel.el.focus(".main h3"),
            (_, Scene::Chat(chat)) => chat.focus_notice(),
            (_, Scene::Form(_)) => self.panel.el.focus(""),
        }
    }
}
