//! The parts of a widget put together, and brought up to date.

use std::rc::Rc;

use super::dom::{DOCUMENT, El, Hub, VISUAL_VIEWPORT, div, h, int, match_media, set_timeout};
use super::launcher::Launcher;
use super::live::Live;
use super::modal::Modal;
use super::panel::{Panel, Scene};
use super::style::{dress, paint};
use crate::browser::texts::Texts;
use crate::engine::{Action, Focus, View};
use crate::model::{Brand, EngagementKind, WidgetSpec};
use js_sys::Object;
use wasm_bindgen::JsValue;

/// Where the panel fills the screen. The same condition stands in `style.css`.
const NARROW: &str = "(max-width: 30em), (max-height: 26em)";
/// The name of the timer that hands out actions which came up while rendering.
const FLUSH: &str = "flush";

/// The element that holds a widget, and its shadow root.
pub(super) struct Place {
    host: El,
    root: El,
    /// Not the page's own element: it goes when the widget goes.
    made: bool,
}

impl Place {
    /// Takes the element with this id, or makes it.
    ///
    /// # Errors
    /// What the browser throws when the element cannot have a shadow root.
    pub(super) fn take(body: &El, document: &El, id: &str) -> Result<Self, JsValue> {
        let found = document.by_id(id);
        let drawn = found.as_ref().and_then(El::shadow_root);
        let made = found.is_none() || drawn.is_some();
        let host = found.unwrap_or_else(|| {
            let host = h("div").attr("id", id);
            body.append(&host);
            host
        });
        let root = match drawn {
            Some(root) => root,
            None => {
                let options = Object::new();
                js_sys::Reflect::set(&options, &"mode".into(), &"open".into())?;
                host.attach_shadow(&options)?
            }
        };
        Ok(Self { host, root, made })
    }
}

pub(super) struct Widget {
    pub(super) host: El,
    made: bool,
    /// The shadow root.
    pub(super) root: El,
    /// Everything we show.
    pub(super) frame: El,
    pub(super) launcher: Launcher,
    pub(super) panel: Panel,
    pub(super) live: Live,
    pub(super) modal: Modal,
    pub(super) narrow: El,
    pub(super) texts: Rc<Texts>,
    pub(super) hub: Hub,
    pub(super) out: Vec<Action>,
    brand: Brand,
    pub(super) open: bool,
    shown: bool,
    pub(super) unread: u32,
    /// The number of unread messages that was reported as seen.
    seen: u32,
    /// The log that we listen to.
    log: Option<El>,
    pub(super) rtl: bool,
    /// The visitor was told that the link is gone.
    pub(super) offline: bool,
    /// The focus was on the launcher that stood here before.
    refocus: bool,
}

impl Widget {
    pub(super) fn new(place: Place, document: &El, spec: &WidgetSpec, brand: &Brand, texts: Rc<Texts>, mut hub: Hub) -> Self {
        let Place { host, root, made } = place;
        let refocus = root.active().is_some();
        root.clear();
        dress(&root);
        host.set("data-chinwag", spec.engagement.word());
        host.show(false);
        let frame = div("frame").part("frame").attr("role", "region");
        paint(&frame, &brand.accent);
        root.append(&frame);
        hub.listen(&root, &["click", "input", "keydown", "keyup", "keypress", "submit", "scroll"]);
        let narrow = match_media(NARROW);
        hub.listen(&narrow, &["change"]);
        hub.listen(document, &["visibilitychange"]);
        if let Some(area) = VISUAL_VIEWPORT.with(Clone::clone) {
            hub.listen(&area, &["resize", "scroll"]);
        }
        let mut widget = Self {
            host,
            made,
            root,
            frame,
            launcher: Launcher::new(),
            panel: Panel::new(&texts),
            live: Live::new(hub.function()),
            modal: Modal::default(),
            narrow,
            texts,
            hub,
            out: Vec::new(),
            brand: brand.clone(),
            open: false,
            shown: false,
            unread: 0,
            seen: 0,
            log: None,
            rtl: false,
            offline: false,
            refocus,
        };
        widget.furnish();
        widget
    }

    /// Puts the parts into the frame.
    fn furnish(&mut self) {
        self.frame.clear();
        self.rtl = self.texts.is_rtl();
        self.frame.set("lang", self.texts.lang());
        self.frame.set("dir", if self.rtl { "rtl" } else { "ltr" });
        for part in [&self.panel.el, &self.launcher.el, &self.live.el] {
            self.frame.append(part);
        }
        self.hub.watch_size(&self.panel.el);
        self.log = None;
    }

    pub(super) fn set_texts(&mut self, texts: Rc<Texts>) {
        self.modal.set(false, &self.host, &self.panel.el);
        self.texts = texts;
        self.panel = Panel::new(&self.texts);
        self.launcher = Launcher::new();
        self.open = false;
        self.furnish();
    }

    pub(super) fn remove(&mut self) {
        self.modal.give_back();
        self.root.clear();
        self.root.set_sheets(&js_sys::Array::new());
        if self.made {
            self.host.detach();
        } else {
            self.host.unset("data-chinwag");
            self.host.show(true);
        }
    }

    pub(super) fn render(&mut self, view: &View<'_>) {
        let had_focus = self.root.active().is_some() || std::mem::take(&mut self.refocus);
        if view.shown && !self.shown {
            self.stack(view.spec.engagement);
        }
        self.shown = view.shown;
        self.host.show(view.shown);
        self.frame.put("aria-label", if view.spec.title.is_empty() { &view.spec.label } else { &view.spec.title });
        self.launcher.set(&self.texts, view);
        self.frame.toggle("data-open", view.open);
        self.panel.el.show(view.open);
        let opened = view.open && !self.open;
        self.open = view.open;
        self.unread = view.unread;
        let problems = self.panel.set(&self.texts, &self.brand, view);
        if let Some(count) = problems.filter(|count| *count > 1) {
            // A single one is read out with its field, which has the focus then.
            self.live.say(self.texts.count("problems", count));
        }
        self.set_modal();
        if let Scene::Chat(chat) = &mut self.panel.scene {
            if self.log.as_ref() != Some(&chat.transcript.log) {
                self.hub.watch_size(&chat.transcript.log);
                self.log = Some(chat.transcript.log.clone());
            }
            if opened {
                chat.transcript.resized(&self.texts);
                chat.composer.fit(&self.texts, &chat.composer.text());
            }
        }
        self.look();
        // Some engines leave the focus for a while on what is hidden by now.
        let lost = !self.root.active().is_some_and(|at| at.is_reachable());
        if had_focus && lost && view.shown {
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
            _ => self.panel.el.focus(),
        }
    }

    /// As many widgets of one shape as there are stand beside each other.
    fn stack(&self, shape: EngagementKind) {
        let mut selector = String::from("[data-chinwag='");
        selector.push_str(shape.word());
        selector.push_str("']:not([hidden])");
        let before = DOCUMENT.with(|document| document.all(&selector).len());
        self.frame.css("--nth", &int(i64::try_from(before).unwrap_or(0)));
    }

    pub(super) fn set_modal(&mut self) {
        self.modal.set(self.open && self.shown && self.narrow.matches(), &self.host, &self.panel.el);
        self.modal.fit(&self.panel.el);
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
        } else if at_end && self.seen != self.unread && !DOCUMENT.with(El::hidden) {
            self.seen = self.unread;
            self.out.push(Action::Seen);
        }
    }

    pub(super) fn focus(&self, focus: &Focus) {
        match (focus, &self.panel.scene) {
            (Focus::Launcher, _) => self.launcher.focus(),
            (Focus::Field(name), Scene::Form(form)) => {
                if !form.focus(name.as_deref()) {
                    self.panel.el.focus();
                }
            }
            (Focus::Composer, Scene::Chat(chat)) if !chat.composer.el.hidden() => chat.composer.focus(),
            (_, Scene::Notice { heading }) => heading.focus(),
            (_, Scene::Chat(chat)) => chat.focus_notice(),
            (_, Scene::Form(_)) => self.panel.el.focus(),
        }
    }
}
