//! What the visitor sees of a widget: an open shadow root, elements built by hand, constructed style sheets.
//!
//! [`WidgetView::render`] is given plain data and touches what changed; what the visitor does comes out as
//! [`Action`]s. Nothing is kept here that the engine has, except copies to compare with. `README.md` beside this file lists the
//! hooks for tests and what a host page can style.

mod announce;
mod chat;
mod colour;
mod composer;
mod dom;
mod events;
mod field;
mod form;
#[cfg(feature = "__gallery")]
pub mod gallery;
mod icons;
mod launcher;
mod line;
mod links;
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
use web_sys::Document;

use self::dom::{Call, Hub};
use self::widget::{Place, Widget};
use crate::browser::texts::Texts;
use crate::engine::{Action, Event, Focus, View};
use crate::model::{Brand, WidgetSpec};

/// One widget on the page.
///
/// `send` is called from the browser's tasks, never from inside a call of this type's methods, so it may call them.
pub struct WidgetView {
    widget: Rc<RefCell<Widget>>,
}

impl WidgetView {
    /// Puts a widget on the page: in the element with the id `spec.element`, which is made at the end of the body if it is not
    /// there. What stands in its shadow root (a launcher drawn before) is replaced.
    ///
    /// # Errors
    /// When the document has no body, or the element is of a kind that cannot have a shadow root.
    pub fn new(document: &Document, spec: &WidgetSpec, brand: &Brand, texts: Rc<Texts>, send: Rc<dyn Fn(Action)>) -> Result<Self, JsValue> {
        let document: &dom::El = document.unchecked_ref();
        let body = document.body_or_none().ok_or_else(|| JsValue::from_str("the document has no body"))?;
        let place = Place::take(&body, document, &spec.element)?;
        let widget = Rc::new_cyclic(|weak: &std::rc::Weak<RefCell<Widget>>| {
            let weak = weak.clone();
            let hub = Hub::new(Rc::new(move |call: Call| {
                let Some(widget) = weak.upgrade() else { return };
                // Events that our own changes cause while we make them (a loss of focus) carry nothing new.
                let Ok(actions) = widget.try_borrow_mut().map(|mut widget| widget.event(&call)) else { return };
                for action in actions {
                    send(action);
                }
            }));
            RefCell::new(Widget::new(place, document, spec, brand, texts, hub))
        });
        Ok(Self { widget })
    }

    /// Brings the screen up to date.
    pub fn render(&mut self, view: &View<'_>) {
        self.widget.borrow_mut().render(view);
    }

    /// Moves the focus.
    pub fn focus(&self, focus: &Focus) {
        self.widget.borrow().focus(focus);
    }

    /// Reads out what happened to those who do not see it. Only for events of this widget, after the `render` that shows it.
    pub fn announce(&mut self, event: &Event) {
        self.widget.borrow_mut().announce(event);
    }

    /// Another language. The next [`WidgetView::render`] shows it, so it has to follow at once.
    pub fn set_texts(&mut self, texts: Rc<Texts>) {
        self.widget.borrow_mut().set_texts(texts);
    }

    /// Takes the widget off the page. Nothing is left behind.
    pub fn remove(self) {
        self.widget.borrow_mut().remove();
    }
}
