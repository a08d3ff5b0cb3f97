//! What the visitor sees of a widget: an open shadow root, elements built by hand, constructed style sheets.
//!
//! [`WidgetView::render`] is given plain data and touches what changed; what the visitor does comes out as
//! [`Action`]s. Nothing is kept here that the engine has, except copies to compare with. `README.md` beside this file lists the
//! hooks for tests and what a host page can style.

mod announce;
mod chat;
mod composer;
pub(super) mod dom;
mod events;
mod field;
mod form;
#[cfg(feature = "__gallery")]
pub mod gallery;
mod launcher;
mod line;
mod live;
mod modal;
mod notice;
mod panel;
mod style;
mod transcript;
mod widget;

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

use self::dom::{Call, Hub};
use self::widget::Widget;
use super::callback;
use crate::browser::texts::Texts;
use crate::engine::{Action, Event, Focus, View};
use crate::model::{Brand, WidgetSpec};

/// The style sheet of everything but the launchers has come: panels and cards of all widgets can be seen from now on, and the focus
/// goes where it belongs.
pub fn dress(css: &str) {
    dom::dress(css);
}

/// One widget on the page.
///
/// `send` is called from the browser's tasks, never from inside a call of this type's methods, so it may call them.
pub struct WidgetView {
    widget: Rc<RefCell<Option<Widget>>>,
}

impl WidgetView {
    /// Puts a widget on the page: in the element with the id `spec.element`, which is made at the end of the body if it is not
    /// there. What stands in its shadow root (a launcher drawn before) is replaced.
    ///
    /// # Errors
    /// When the document has no body, or the element is of a kind that cannot have a shadow root.
    #[inline(never)]
    pub fn new(spec: &WidgetSpec, brand: &Brand, texts: Texts, send: Rc<dyn Fn(Action)>) -> Result<Self, JsValue> {
        let slot: Rc<RefCell<Option<Widget>>> = Rc::default();
        let weak = Rc::downgrade(&slot);
        let hub = Hub::new(callback(move |call| {
            let Some(slot) = weak.upgrade() else { return };
            // Events that our own changes cause while we make them (a loss of focus) carry nothing new.
            let actions = match slot.try_borrow_mut() {
                Ok(mut widget) => widget.as_mut().map(|widget| widget.event(call.unchecked_ref::<Call>())),
                Err(_) => return,
            };
            for action in actions.unwrap_or_default() {
                send(action);
            }
        }));
        let widget = Widget::new(spec, brand, texts, hub)?;
        if let Ok(mut slot) = slot.try_borrow_mut() {
            *slot = Some(widget);
        }
        Ok(Self { widget: slot })
    }

    /// Brings the screen up to date.
    pub fn render(&mut self, view: &View<'_>) {
        self.with(|widget| widget.render(view));
    }

    /// Moves the focus.
    pub fn focus(&self, focus: &Focus) {
        self.with(|widget| widget.focus(focus));
    }

    /// Reads out what happened to those who do not see it. Only for events of this widget, after the `render` that shows it.
    pub fn announce(&mut self, event: &Event) {
        self.with(|widget| widget.announce(event));
    }

    /// Another language. The next [`WidgetView::render`] shows it, so it has to follow at once.
    pub fn set_texts(&mut self, texts: Texts) {
        self.with(|widget| widget.set_texts(texts));
    }

    /// Takes the widget off the page. Nothing is left behind.
    pub fn remove(self) {
        self.with(Widget::remove);
    }

    fn with(&self, then: impl FnOnce(&mut Widget)) {
        if let Ok(mut slot) = self.widget.try_borrow_mut()
            && let Some(widget) = slot.as_mut()
        {
            then(widget);
        }
    }
}
