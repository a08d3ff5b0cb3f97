//! The page as this view needs it: one type for every object of the DOM, trees from templates, and listeners that go when their
//! owner goes. Functions that are shorter in JavaScript than as calls out of wasm are in the scripts of `../js`, which document them.
//!
//! One loose type instead of a class for every element keeps the bindings small; it is built on the types of web-sys. Wherever a `selector` is
//! asked for, an empty one means the element itself; a selector without an element does nothing.

use std::cell::Cell;
use wasm_bindgen::prelude::*;

use crate::browser::texts::{Texts, Words};
use crate::text::links::{Piece, pieces};
use crate::wire::json::write_int;

#[wasm_bindgen(module = "/src/browser/js/tree.js")]
extern "C" {
    /// Any object of the DOM: element, shadow root, window, media query.
    #[derive(Clone, PartialEq)]
    #[wasm_bindgen(extends = web_sys::HtmlElement)]
    pub(super) type El;

    fn build(template: &str, words: &Words, number: u32) -> El;
    fn grow(el: &El, selector: &str, template: &str, words: &Words, number: u32);
    fn write_text(el: &El, selector: &str, text: &str);
    fn write_word(el: &El, selector: &str, words: &Words, key: &str);
    fn add_text(el: &El, selector: &str, text: &str);
    fn put(el: &El, selector: &str, name: &str, value: &str);
    fn toggle(el: &El, selector: &str, name: &str, on: bool);
    fn find(el: &El, selector: &str) -> Option<El>;
    fn length_css(el: &El, name: &str, length: i32);
    #[cfg(feature = "facade")]
    pub(in crate::browser) fn set_names(json: &str);
}

#[wasm_bindgen(module = "/src/browser/js/careful.js")]
extern "C" {
    pub(super) fn begin_row(id: &str) -> bool;
    pub(super) fn end_row() -> bool;
}

#[wasm_bindgen(module = "/src/browser/js/ask.js")]
extern "C" {
    #[wasm_bindgen(js_name = ask)]
    fn ask_of(object: &JsValue, how: &str, name: &str) -> String;
}

#[wasm_bindgen(module = "/src/browser/js/root.js")]
extern "C" {
    pub(super) fn active(root: &El) -> Option<El>;
}

#[wasm_bindgen(module = "/src/browser/js/focus.js")]
extern "C" {
    fn focus(el: &El, selector: &str);
    pub(super) fn is_lost(root: &El) -> bool;
    pub(super) fn turn(root: &El, panel: &El, back: bool) -> bool;
    pub(super) fn seclude(root: &El) -> JsValue;
    pub(super) fn release(taken: &JsValue);
}

#[wasm_bindgen(module = "/src/browser/js/place.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(super) fn place(id: &str, host_css: &str, css: &str, light: bool) -> Result<El, JsValue>;
    pub(super) fn leave(root: &El);
    pub(super) fn show_host(root: &El, shape: &str, on: bool, open: bool);
    pub(super) fn dress(css: &str);
}

#[wasm_bindgen(module = "/src/browser/js/listen.js")]
extern "C" {
    fn listen(root: &El, call: &JsValue) -> Ears;
    type Ears;
    #[wasm_bindgen(method)]
    fn watch(this: &Ears, target: &El);
    #[wasm_bindgen(method)]
    fn narrow(this: &Ears) -> bool;
    #[wasm_bindgen(method)]
    fn stop(this: &Ears);

    /// The argument of a callback from JavaScript: an event, the name of a timer, or the entries of a `ResizeObserver`.
    #[wasm_bindgen(extends = web_sys::KeyboardEvent)]
    pub(super) type Call;
    pub(super) fn control(call: &Call) -> Option<El>;
    pub(super) fn is_away() -> bool;
}

#[wasm_bindgen(module = "/src/browser/js/panel.js")]
extern "C" {
    pub(super) fn swap(main: &El, page: &El);
    pub(super) fn fit_screen(panel: &El, on: bool);
}

#[wasm_bindgen(module = "/src/browser/js/composer.js")]
extern "C" {
    pub(super) fn fit_text(field: &El);
    pub(super) fn cut(field: &El, count: u32);
    pub(super) fn insert(field: &El, text: &str);
    pub(super) fn lay_out_emoji(grid: &El, words: &Words);
    pub(super) fn walk(grid: &El, from: &El, key: &str, rtl: bool) -> bool;
}

#[wasm_bindgen(module = "/src/browser/js/transcript.js")]
extern "C" {
    pub(super) fn top_in(log: &El, el: &El) -> f64;
    pub(super) fn row_at(list: &El, index: usize) -> Option<El>;
    pub(super) fn trim_rows(list: &El, last: bool);
    pub(super) fn number_rows(list: &El, first: usize, size: i32);
    pub(super) fn is_emoji(text: &str) -> bool;
    pub(super) fn picture(face: &El, address: &str, letter: &str);
    pub(super) fn copy(text: &str) -> bool;
    pub(super) fn save(text: &str);
}

#[wasm_bindgen(module = "/src/browser/js/form.js")]
extern "C" {
    pub(super) fn lock(field: &El, on: bool);
    pub(super) fn blame(field: &El, text: &str);
    pub(super) fn fill_in(field: &El, value: &str);
    pub(super) fn focus_field(field: &El) -> bool;
    pub(super) fn answer(field: &El, id: &str, value: &str, label: &str);
    pub(super) fn scores(field: &El, id: &str, shape: u32, min: u32, max: u32, words: &Words, low: &str, high: &str);
    pub(super) fn option(select: &El, value: &str, label: &str);
    pub(super) fn offer(select: &El, slots: &[f64], words: &Words);
}

#[wasm_bindgen(module = "/src/browser/js/link.js")]
extern "C" {
    fn add_link(el: &El, selector: &str, address: &str, shown: &str, look: &str, stays: bool);
    pub(super) fn contact(el: &El, selector: &str, address: &str, label: &str);
    pub(super) fn privacy(el: &El, address: &str, words: &Words);
}

#[wasm_bindgen(module = "/src/browser/js/colour.js")]
extern "C" {
    pub(super) fn paint(frame: &El, accent: &str);
}

#[cfg(feature = "facade")]
#[wasm_bindgen(module = "/src/browser/js/slots.js")]
extern "C" {
    pub(super) fn hold(row: &El, selector: &str, id: &str);
    pub(in crate::browser) fn forget_content(id: &str);
}

#[wasm_bindgen]
extern "C" {
    #[cfg(feature = "facade")]
    #[wasm_bindgen(method)]
    pub(super) fn before(this: &El, other: &El);
    #[wasm_bindgen(js_name = setTimeout)]
    pub(in crate::browser) fn set_timeout(call: &JsValue, millis: i32, name: &str) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub(in crate::browser) fn clear_timeout(timer: i32);

    #[wasm_bindgen(method)]
    pub(super) fn append(this: &El, child: &El);
    #[wasm_bindgen(method)]
    pub(super) fn prepend(this: &El, child: &El);
    #[wasm_bindgen(method, js_name = replaceWith)]
    pub(super) fn replace_with(this: &El, other: &El);
    #[wasm_bindgen(method, js_name = replaceChildren)]
    pub(super) fn clear(this: &El);
    #[wasm_bindgen(method, js_name = closest)]
    pub(super) fn closest(this: &El, selector: &str) -> Option<El>;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_value(this: &El, value: &str);
    #[wasm_bindgen(method, getter)]
    pub(super) fn was(this: &El) -> bool;

    // As a number with a fraction, which web-sys rounds.
    #[wasm_bindgen(method, getter = scrollTop)]
    pub(super) fn scroll_top(this: &El) -> f64;
    #[wasm_bindgen(method, setter = scrollTop)]
    pub(super) fn set_scroll_top(this: &El, top: f64);

    #[wasm_bindgen(method, getter)]
    pub(super) fn target(this: &Call) -> El;
}

impl El {
    /// A tree from a template; see `build` in `js/tree.js`.
    #[inline(never)]
    pub(super) fn new(template: &str, texts: &Texts) -> Self {
        build(template, &texts.0, 0)
    }

    /// As [`El::new`], with a number for its `$`.
    #[inline(never)]
    pub(super) fn numbered(template: &str, texts: &Texts, number: u32) -> Self {
        build(template, &texts.0, number)
    }

    /// Adds a tree at the end.
    #[inline(never)]
    pub(super) fn grow(&self, selector: &str, template: &str, texts: &Texts) {
        grow(self, selector, template, &texts.0, 0);
    }

    /// Replaces all text, if it is different.
    #[inline(never)]
    pub(super) fn text(&self, selector: &str, text: &str) {
        write_text(self, selector, text);
    }

    /// [`El::text`] with a text of the language.
    #[inline(never)]
    pub(super) fn word(&self, selector: &str, texts: &Texts, key: &str) {
        write_word(self, selector, &texts.0, key);
    }

    #[inline(never)]
    pub(super) fn text_of(&self, selector: &str) -> String {
        ask(self, "text_of", selector)
    }

    /// An attribute; empty when it is not there.
    pub(super) fn get(&self, name: &str) -> String {
        ask(self, "get", name)
    }

    /// The value of a control.
    pub(super) fn value(&self) -> String {
        ask(self, "value", "")
    }

    /// Sets an attribute, if its value is a different one.
    #[inline(never)]
    pub(super) fn put(&self, selector: &str, name: &str, value: &str) {
        put(self, selector, name, value);
    }

    /// [`El::put`] for attributes whose value is `true` or `false`.
    #[inline(never)]
    pub(super) fn say(&self, selector: &str, name: &str, yes: bool) {
        put(self, selector, name, if yes { "true" } else { "false" });
    }

    /// Adds or removes an attribute that has no value.
    #[inline(never)]
    pub(super) fn toggle(&self, selector: &str, name: &str, on: bool) {
        toggle(self, selector, name, on);
    }

    #[inline(never)]
    pub(super) fn show(&self, selector: &str, on: bool) {
        toggle(self, selector, "hidden", !on);
    }

    #[inline(never)]
    pub(super) fn find(&self, selector: &str) -> Option<Self> {
        find(self, selector)
    }

    /// A part of a tree that was built from our own template, so it exists. The element itself is the fallback, in place of a panic.
    #[inline(never)]
    pub(super) fn part(&self, selector: &str) -> Self {
        find(self, selector).unwrap_or_else(|| self.clone())
    }

    #[inline(never)]
    pub(super) fn focus(&self, selector: &str) {
        focus(self, selector);
    }

    #[inline(never)]
    pub(super) fn length(&self, name: &str, length: i32) {
        length_css(self, name, length);
    }
}

/// Appends a text, its addresses as links.
#[inline(never)]
pub(super) fn linked(el: &El, selector: &str, text: &str, stays: bool) {
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => add_text(el, selector, text),
            Piece::Link(link) => add_link(el, selector, &link.address(), link.shown, link.look(), stays),
        }
    }
}

/// The value of a form's field.
pub(super) fn read(field: &El) -> String {
    ask(field, "read", "")
}

/// The kind of an event, or the name of a timer.
pub(super) fn kind(call: &Call) -> String {
    ask(call, "kind", "")
}

/// The key that was pressed. Also keeps keys for our fields from the page.
pub(super) fn key(call: &Call) -> String {
    ask(call, "key", "")
}

#[inline(never)]
fn ask(object: &JsValue, how: &str, name: &str) -> String {
    ask_of(object, how, name)
}

thread_local! {
    /// How many numbers were given out.
    static NUMBERS: Cell<u32> = const { Cell::new(0) };
}

/// A number for ids, different each time: several widgets can stand in one document.
pub(super) fn fresh_number() -> u32 {
    NUMBERS.set(NUMBERS.get() + 1);
    NUMBERS.get()
}

/// A number as text.
#[inline(never)]
pub(super) fn int(value: i64) -> String {
    let mut out = String::new();
    write_int(&mut out, value);
    out
}

/// One callback for all events of the page; dropping it removes the listeners.
pub(super) struct Hub {
    call: Closure<dyn Fn(JsValue)>,
    ears: Option<Ears>,
}

impl Hub {
    pub(super) fn new(call: Closure<dyn Fn(JsValue)>) -> Self {
        Self { call, ears: None }
    }

    /// The function, to be given to timers.
    pub(super) fn function(&self) -> JsValue {
        self.call.as_ref().clone()
    }

    pub(super) fn listen(&mut self, root: &El) {
        self.ears = Some(listen(root, self.call.as_ref()));
    }

    /// Whether the panel fills the screen.
    pub(super) fn is_narrow(&self) -> bool {
        self.ears.as_ref().is_some_and(Ears::narrow)
    }

    pub(super) fn watch_size(&self, target: &El) {
        if let Some(ears) = &self.ears {
            ears.watch(target);
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(ears) = &self.ears {
            ears.stop();
        }
    }
}
