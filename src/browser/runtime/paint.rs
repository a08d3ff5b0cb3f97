//! Painting: renders the views of widgets that are marked dirty, the first time at once, then at most once a frame.

use super::{Job, Runtime};
use crate::browser::view::WidgetView;
use crate::client::Signal;
use crate::engine::{Action, Input, WidgetIndex};
use crate::model::EngagementKind;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

impl Runtime {
    #[inline(never)]
    pub(super) fn make_view(&'static self, index: WidgetIndex) {
        if self.headless {
            return self.mark(index);
        }
        let engine = self.engine.borrow();
        let Some(view) = engine.view(index) else { return };
        let send = move |action| {
            // An action of the visitor ends the delay of the next attempt to connect (quality R8).
            if matches!(action, Action::Activate | Action::Send | Action::Retry(_)) {
                self.later(Job::Link(Signal::Nudge));
            }
            self.run(Job::Engine(Input::Visitor(index, action)));
        };
        let texts = self.texts.borrow().clone();
        let mut made = WidgetView::new(view.spec, texts, self.host.text("root") == "light", Rc::new(send)).ok();
        let is_button = |index: &WidgetIndex| engine.spec(*index).is_some_and(|spec| spec.engagement == EngagementKind::Button);
        // The widget replaces the launcher that the shim drew.
        if !self.host.text("worded").is_empty()
            && (0..engine.widgets()).find(is_button) == Some(index)
            && let Some(made) = &mut made
        {
            made.word_launcher();
        }
        if let Some(place) = self.views.borrow_mut().get_mut(index) {
            *place = made;
        }
        self.mark(index);
    }

    pub(super) fn mark(&'static self, index: WidgetIndex) {
        let mut dirty = self.dirty.borrow_mut();
        if !dirty.contains(&index) {
            dirty.push(index);
        }
    }

    #[inline(never)]
    pub(super) fn paint(&'static self) {
        let nothing =
            !self.new_texts.get() && self.dirty.borrow().is_empty() && self.said.borrow().is_empty() && self.focus.borrow().is_none();
        if nothing {
            return;
        }
        if !self.painted.replace(true) {
            next_frame(&self.ticks.borrow());
        }
        if self.talks.get() {
            self.before_painting();
        }
        for index in self.dirty.take() {
            let engine = self.engine.borrow();
            if let (Some(Some(view)), Some(shows)) = (self.views.borrow_mut().get_mut(index), engine.view(index)) {
                view.render(&shows);
            }
        }
        if self.talks.get() {
            self.read_out();
        }
        self.host.changed();
        if let Some((index, focus)) = self.focus.take()
            && let Some(Some(view)) = self.views.borrow_mut().get_mut(index)
        {
            view.focus(&focus);
        }
    }

    /// Applies new texts to the views, and tells them which links stay in this tab.
    #[inline(never)]
    fn before_painting(&'static self) {
        if self.new_texts.take() {
            let texts = self.texts.borrow();
            self.views.borrow_mut().iter_mut().flatten().for_each(|view| view.set_texts(texts.clone()));
            (0..self.engine.borrow().widgets()).for_each(|index| self.mark(index));
        }
        if !self.dirty.borrow().is_empty() {
            self.tell_home();
        }
    }

    #[inline(never)]
    fn read_out(&'static self) {
        for event in self.said.take() {
            let mut views = self.views.borrow_mut();
            match event.subject.as_ref().map(|subject| subject.index) {
                Some(index) => views.get_mut(index).into_iter().flatten().for_each(|view| view.announce(&event)),
                None => views.iter_mut().flatten().for_each(|view| view.announce(&event)),
            }
        }
    }

    /// The next change is painted at once, because the page asks for an element of it.
    #[cfg(feature = "facade")]
    pub(in crate::browser) fn paint_next(&self) {
        self.painted.set(false);
    }

    /// Links to the site's own pages stay in this tab, as long as the conversation survives that.
    fn tell_home(&'static self) {
        let engine = self.engine.borrow();
        let mut origins = String::new();
        for origin in engine.config().origins.iter().flatten() {
            origins.push_str(origin);
            origins.push(' ');
        }
        at_home(engine.is_kept(), &origins);
    }
}

#[wasm_bindgen(module = "/src/browser/js/clock.js")]
extern "C" {
    fn next_frame(call: &JsValue);
}

#[wasm_bindgen(module = "/src/browser/js/href.js")]
extern "C" {
    fn at_home(kept: bool, origins: &str);
}
