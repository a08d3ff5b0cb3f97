//! The parts of a widget put together, and brought up to date.
//!
//! The methods by which the rest of the module enters this part are listed in `xtask/src/build/parts.rs`: no other function of this file or of
//! the files below it is called from outside.

use super::dom::{El, Hub, active, is_away, is_lost, leave, set_timeout};
use super::files::Tray;
use super::front::{Front, set_language, show};
use super::launcher::Launcher;
use super::live::Live;
use super::modal::Modal;
use super::panel::{Panel, Scene};
#[cfg(feature = "facade")]
use crate::browser::slot;
use crate::browser::texts::Texts;
use crate::engine::{Action, ChatView, Focus, LinkStatus, Stage, View};
use crate::model::Availability;

/// The name of the timer that hands out actions which came up while rendering.
const FLUSH: &str = "flush";

pub(super) struct Widget {
    /// The shadow root, or the element itself in the page's document.
    pub(super) root: El,
    /// The element with everything that the widget shows.
    pub(super) frame: El,
    pub(super) launcher: Launcher,
    pub(super) panel: Panel,
    pub(super) live: Live,
    pub(super) tray: Tray,
    pub(super) modal: Modal,
    pub(super) texts: Texts,
    pub(super) hub: Hub,
    /// The id of the widget's element.
    #[cfg(feature = "facade")]
    element: String,
    pub(super) out: Vec<Action>,
    pub(super) open: bool,
    shown: bool,
    pub(super) unread: u32,
    /// The conversation has ended, and the visitor has not seen that yet.
    end_unseen: bool,
    /// The number of unread messages when they were reported as seen.
    seen: u32,
    /// The visitor was shown that no agent answers.
    nobody: bool,
    /// A conversation is shown, and the size of its transcript is observed.
    talking: bool,
    pub(super) rtl: bool,
    /// The visitor was told that the link is gone.
    pub(super) offline: bool,
    /// The focus was on the launcher that this one replaced.
    refocus: bool,
}

impl Widget {
    /// Takes over the elements on the page.
    #[inline(never)]
    pub(super) fn new(front: Front) -> Box<Self> {
        let Front {
            root,
            frame,
            launcher,
            texts,
            hub,
            refocus,
            #[cfg(feature = "facade")]
            element,
            ..
        } = front;
        let mut widget = Box::new(Self {
            panel: Panel::new(&texts),
            live: Live::new(&texts, hub.function()),
            tray: Tray::new(hub.function()),
            rtl: texts.is_rtl(),
            root,
            frame,
            launcher,
            modal: Modal::default(),
            texts,
            hub,
            #[cfg(feature = "facade")]
            element,
            out: Vec::new(),
            open: false,
            shown: false,
            unread: 0,
            end_unseen: false,
            seen: 0,
            nobody: false,
            talking: false,
            offline: false,
            refocus,
        });
        widget.furnish();
        widget
    }

    /// Puts the parts beside the launcher, which stays where it is: it may have the focus.
    fn furnish(&mut self) {
        self.frame.prepend(&self.panel.el);
        self.frame.append(&self.live.el);
        self.hub.watch_size(&self.panel.el);
        self.talking = false;
        #[cfg(feature = "facade")]
        self.panel.offer(&self.element);
    }

    #[inline(never)]
    pub(super) fn set_texts(&mut self, texts: Texts) {
        self.modal.set(false, &self.root, &self.panel.el);
        self.texts = texts;
        self.frame.clear();
        self.panel = Panel::new(&self.texts);
        self.launcher = self.launcher.anew(&self.texts);
        self.frame.append(&self.launcher.el);
        #[cfg(feature = "facade")]
        slot("launcher", &self.launcher.el, &self.element);
        self.rtl = set_language(&self.frame, &self.texts);
        self.open = false;
        self.furnish();
    }

    #[inline(never)]
    #[allow(clippy::boxed_local, reason = "it is made as a box, and freed here")]
    pub(super) fn remove(mut self: Box<Self>) {
        self.modal.give_back();
        leave(&self.root);
    }

    #[inline(never)]
    pub(super) fn render(&mut self, view: &View<'_>) {
        let had_focus = active(&self.root).is_some() || std::mem::take(&mut self.refocus);
        self.shown = view.shown;
        show(&self.root, &self.frame, &mut self.launcher, &self.texts, view);
        let opened = view.open && !self.open;
        self.open = view.open;
        self.unread = view.unread;
        self.end_unseen = matches!(&view.stage, Stage::Chat(chat) if chat.end_unseen);
        // The panel is shown after its content is updated, so that no element fades while it opens.
        let words = self.panel.set(&self.texts, view);
        self.panel.el.show("", view.open);
        if !view.open {
            self.panel.unfold(false);
        }
        if let Some(words) = words.filter(|_| view.open) {
            self.live.say(words, &self.texts);
        }
        let nobody = view.open && matches!(&view.stage, Stage::Refused { .. } | Stage::Chat(ChatView { refused: Some(_), .. }));
        let was = std::mem::replace(&mut self.nobody, nobody);
        if was && !nobody && view.open && view.spec.availability == Availability::Available {
            self.live.say(self.texts.get("came"), &self.texts);
        }
        self.set_modal();
        let talked = std::mem::replace(&mut self.talking, matches!(self.panel.scene, Scene::Chat(_)));
        if let Scene::Chat(chat) = &mut self.panel.scene {
            if let Stage::Chat(talk) = &view.stage {
                self.tray.set(&self.texts, &chat.composer.el, view.files, talk.lines, view.link == LinkStatus::Online);
            }
            if !talked {
                self.hub.watch_size(&chat.transcript.log);
            }
            if opened {
                chat.transcript.resized(&self.texts);
                chat.composer.fit(&self.texts);
            }
        }
        self.look();
        // Some engines leave the focus for a while on an element that is hidden by now.
        if had_focus && view.shown && is_lost(&self.root) {
            self.rescue();
        }
        if !self.out.is_empty() {
            set_timeout(&self.hub.function(), 0, FLUSH);
        }
    }

    /// The focused element is gone: a neighbour gets the focus, never the page (quality A18).
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

    /// The actions that follow from the position in the transcript: load earlier lines, or mark all as read.
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
        let fresh = self.unread + u32::from(self.end_unseen);
        if fresh == 0 {
            self.seen = 0;
        } else if at_end && self.seen != fresh && !is_away() {
            self.seen = fresh;
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
            (Focus::Field(name), Scene::Chat(chat)) if chat.survey.as_ref().is_some_and(|form| form.focus(name.as_deref())) => {}
            (Focus::Composer, Scene::Chat(chat)) if !chat.composer.el.hidden() => chat.composer.focus(),
            #[cfg(feature = "facade")]
            (Focus::EndQuestion, Scene::Chat(chat)) => chat.ask(true),
            (_, Scene::Notice) => self.panel.el.focus(".main h3"),
            (_, Scene::Chat(chat)) => chat.focus_notice(),
            (_, Scene::Form(_)) => self.panel.el.focus(""),
        }
    }
}
