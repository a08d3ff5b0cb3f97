//! A widget on the screen: an open shadow root or an element of the page's document, elements built by hand, constructed style
//! sheets.
//!
//! [`WidgetView::render`] is given plain data and changes only the parts that differ; the visitor's actions come out as
//! [`Action`]s. Nothing is kept here that the engine has, except copies to compare with. `README.md` beside this file lists the
//! hooks for tests and the parts that a host page can style.

mod announce;
mod chat;
mod composer;
pub(super) mod dom;
mod events;
mod field;
mod files;
mod form;
mod front;
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
mod window;

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};

use self::dom::{Call, Hub};
use self::front::Front;
use self::widget::Widget;
use super::callback;
use crate::browser::texts::{Texts, learn};
use crate::engine::{Action, Event, Focus, View};
use crate::model::WidgetSpec;

thread_local! {
    /// Whether the part of the module is there that shows more than launchers.
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// Called when the part of the module that shows more than launchers has arrived, with its style sheet, the English words, and the address of the
/// server: from now on panels and cards can be seen. Views that are there already have to be completed, see [`WidgetView::complete`].
pub fn dress(css: &str, english: &str, server: &str) {
    files::set_server(server);
    dom::dress(css);
    learn(english);
    WHOLE.set(true);
}

#[cfg(feature = "facade")]
pub(super) use self::dom::{forget_content, set_names};

/// One widget on the page.
///
/// `send` is called from the browser's tasks, never from inside a call of this type's methods, so it may call them.
pub struct WidgetView {
    widget: Rc<RefCell<Option<Built>>>,
}

/// The state of the view. The two are separate types, because a call into the second one before its part of the module is loaded would be a trap.
enum Built {
    Front(Front),
    /// Freed by [`Widget::remove`] alone: so the code for that is in its part of the module too.
    Whole(ManuallyDrop<Box<Widget>>),
}

impl WidgetView {
    /// Puts a widget on the page: in the element with the id `spec.element`, which is made at the end of the body if it is not
    /// there. `light`: in the page's own document, in reach of the page's style sheets; else in a shadow root, whose content (a launcher
    /// drawn before) is replaced.
    ///
    /// # Errors
    /// When the document has no body, or the element is of a kind that cannot have a shadow root.
    #[inline(never)]
    pub fn new(spec: &WidgetSpec, texts: Texts, light: bool, send: Rc<dyn Fn(Action)>) -> Result<Self, JsValue> {
        let slot: Rc<RefCell<Option<Built>>> = Rc::default();
        let weak = Rc::downgrade(&slot);
        let hub = Hub::new(callback(move |call| {
            let Some(slot) = weak.upgrade() else { return };
            // Events that our own changes cause while they are made (a loss of focus) need no handling.
            let actions = match slot.try_borrow_mut() {
                Ok(mut built) => match built.as_mut() {
                    Some(Built::Front(front)) => front.event(call.unchecked_ref::<Call>()),
                    Some(Built::Whole(widget)) => widget.event(call.unchecked_ref::<Call>()),
                    None => return,
                },
                Err(_) => return,
            };
            for action in actions {
                send(action);
            }
        }));
        let front = Front::new(spec, texts, light, hub)?;
        if let Ok(mut slot) = slot.try_borrow_mut() {
            *slot = Some(Built::Front(front));
        }
        let mut view = Self { widget: slot };
        if WHOLE.get() {
            view.complete();
        }
        Ok(view)
    }

    /// After [`dress`]: makes the panel. The next [`WidgetView::render`] shows it, so it has to be called at once. Returns the focus that could
    /// not be set before the panel was there.
    #[inline(never)]
    pub fn complete(&mut self) -> Option<Focus> {
        let mut slot = self.widget.try_borrow_mut().ok()?;
        match slot.take()? {
            Built::Front(mut front) => {
                let wanted = front.wanted.take();
                *slot = Some(Built::Whole(ManuallyDrop::new(Widget::new(front))));
                wanted
            }
            whole @ Built::Whole(_) => {
                *slot = Some(whole);
                None
            }
        }
    }

    /// From now on a round launcher shows its words beside its sign.
    pub fn word_launcher(&mut self) {
        self.with(|built| match built {
            Built::Front(front) => front.launcher.worded = true,
            Built::Whole(widget) => widget.launcher.worded = true,
        });
    }

    /// Updates the screen.
    pub fn render(&mut self, view: &View<'_>) {
        self.with(|built| match built {
            Built::Front(front) => front.render(view),
            Built::Whole(widget) => widget.render(view),
        });
    }

    /// Moves the focus.
    pub fn focus(&self, focus: &Focus) {
        self.with(|built| match built {
            Built::Front(front) => front.focus(focus),
            Built::Whole(widget) => widget.focus(focus),
        });
    }

    /// Reads an event out for screen readers. Only for events of this widget, after the `render` that shows it.
    pub fn announce(&mut self, event: &Event) {
        self.with(|built| match built {
            // The panel cannot have been opened yet: there is no live region.
            Built::Front(_) => {}
            Built::Whole(widget) => widget.announce(event),
        });
    }

    /// Sets another language. The next [`WidgetView::render`] shows it, so it has to follow at once.
    pub fn set_texts(&mut self, texts: Texts) {
        self.with(|built| match built {
            Built::Front(front) => front.set_texts(texts),
            Built::Whole(widget) => widget.set_texts(texts),
        });
    }

    /// Removes the widget from the page, with all its elements and listeners.
    pub fn remove(self) {
        let Ok(mut slot) = self.widget.try_borrow_mut() else { return };
        match slot.take() {
            Some(Built::Front(front)) => dom::leave(&front.root),
            Some(Built::Whole(widget)) => ManuallyDrop::into_inner(widget).remove(),
            None => {}
        }
    }

    fn with(&self, then: impl FnOnce(&mut Built)) {
        if let Ok(mut slot) = self.widget.try_borrow_mut()
            && let Some(built) = slot.as_mut()
        {
            then(built);
        }
    }
}
