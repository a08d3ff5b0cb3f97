//! The page as this view needs it: one type for every object of the DOM, a builder, and listeners that go when their owner goes.
//!
//! One loose type instead of a class for every element keeps the bindings small: what a method needs is written where it is used.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use crate::wire::json::write_int;

#[wasm_bindgen]
extern "C" {
    /// Any object of the DOM: element, shadow root, style, window, media query.
    #[derive(Clone, PartialEq)]
    pub(super) type El;

    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create(tag: &str) -> El;
    #[wasm_bindgen(js_namespace = document, js_name = createElementNS)]
    fn create_ns(space: &str, tag: &str) -> El;
    #[wasm_bindgen(js_name = matchMedia)]
    pub(super) fn match_media(query: &str) -> El;
    #[wasm_bindgen(js_name = setTimeout)]
    pub(super) fn set_timeout(call: &Function, millis: i32, name: &str) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub(super) fn clear_timeout(timer: i32);
    #[wasm_bindgen(thread_local_v2, js_name = visualViewport)]
    pub(super) static VISUAL_VIEWPORT: Option<El>;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    pub(super) static DOCUMENT: El;
    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    pub(super) fn write_clipboard(text: &str) -> Result<Promise, JsValue>;

    // Building.
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(super) fn set(this: &El, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub(super) fn unset(this: &El, name: &str);
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub(super) fn get(this: &El, name: &str) -> Option<String>;
    #[wasm_bindgen(method, js_name = toggleAttribute)]
    pub(super) fn toggle(this: &El, name: &str, on: bool);
    #[wasm_bindgen(method, setter = textContent)]
    fn set_text_content(this: &El, text: &str);
    #[wasm_bindgen(method, getter = textContent)]
    fn text_content(this: &El) -> Option<String>;
    #[wasm_bindgen(method)]
    pub(super) fn append(this: &El, child: &El);
    #[wasm_bindgen(method, js_name = append)]
    pub(super) fn append_text(this: &El, text: &str);
    #[wasm_bindgen(method)]
    pub(super) fn prepend(this: &El, child: &El);
    #[wasm_bindgen(method, js_name = replaceWith)]
    pub(super) fn replace_with(this: &El, other: &El);
    #[wasm_bindgen(method, js_name = replaceChildren)]
    pub(super) fn clear(this: &El);
    #[wasm_bindgen(method, js_name = remove)]
    pub(super) fn detach(this: &El);
    #[wasm_bindgen(method, getter)]
    fn style(this: &El) -> El;
    #[wasm_bindgen(method, js_name = setProperty)]
    fn set_property(this: &El, name: &str, value: &str);

    // Finding.
    #[wasm_bindgen(method, js_name = closest)]
    pub(super) fn closest(this: &El, selector: &str) -> Option<El>;
    #[wasm_bindgen(method, js_name = querySelector)]
    pub(super) fn find(this: &El, selector: &str) -> Option<El>;
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    fn query_all(this: &El, selector: &str) -> JsValue;
    #[wasm_bindgen(method)]
    pub(super) fn contains(this: &El, other: Option<&El>) -> bool;
    #[wasm_bindgen(method, getter = activeElement)]
    pub(super) fn active(this: &El) -> Option<El>;
    #[wasm_bindgen(method, getter = shadowRoot)]
    pub(super) fn shadow_root(this: &El) -> Option<El>;
    #[wasm_bindgen(method, getter = parentElement)]
    pub(super) fn parent(this: &El) -> Option<El>;
    #[wasm_bindgen(method, getter)]
    fn children(this: &El) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn body(this: &El) -> El;
    #[wasm_bindgen(method, getter = body)]
    pub(super) fn body_or_none(this: &El) -> Option<El>;
    #[wasm_bindgen(method, js_name = getElementById)]
    pub(super) fn by_id(this: &El, id: &str) -> Option<El>;

    // Controls.
    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &El) -> String;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_value(this: &El, value: &str);
    #[wasm_bindgen(method, getter)]
    pub(super) fn checked(this: &El) -> bool;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_checked(this: &El, on: bool);
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_disabled(this: &El, on: bool);
    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &El);
    #[wasm_bindgen(method, getter = selectionStart)]
    pub(super) fn selection_start(this: &El) -> u32;
    #[wasm_bindgen(method, getter = selectionEnd)]
    pub(super) fn selection_end(this: &El) -> u32;
    #[wasm_bindgen(method, js_name = setRangeText)]
    pub(super) fn set_range_text(this: &El, text: &str, start: u32, end: u32, mode: &str);

    // Sizes, in CSS pixels.
    #[wasm_bindgen(method, getter = offsetHeight)]
    pub(super) fn height(this: &El) -> i32;
    #[wasm_bindgen(method, getter = offsetTop)]
    pub(super) fn offset_top(this: &El) -> i32;
    #[wasm_bindgen(method, getter = clientHeight)]
    pub(super) fn client_height(this: &El) -> i32;
    #[wasm_bindgen(method, getter = clientWidth)]
    pub(super) fn client_width(this: &El) -> i32;
    #[wasm_bindgen(method, getter = scrollHeight)]
    pub(super) fn scroll_height(this: &El) -> i32;
    #[wasm_bindgen(method, getter = scrollTop)]
    pub(super) fn scroll_top(this: &El) -> f64;
    #[wasm_bindgen(method, setter = scrollTop)]
    pub(super) fn set_scroll_top(this: &El, top: f64);
    #[wasm_bindgen(method, js_name = getBoundingClientRect)]
    pub(super) fn rect(this: &El) -> El;
    #[wasm_bindgen(method, getter)]
    pub(super) fn top(this: &El) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(super) fn bottom(this: &El) -> f64;
    #[wasm_bindgen(method, getter = height)]
    pub(super) fn viewport_height(this: &El) -> f64;
    #[wasm_bindgen(method, getter = offsetTop)]
    pub(super) fn viewport_top(this: &El) -> f64;

    // Others.
    #[wasm_bindgen(method, js_name = getClientRects)]
    fn client_rects(this: &El) -> Array;
    #[wasm_bindgen(method, getter)]
    pub(super) fn matches(this: &El) -> bool;
    #[wasm_bindgen(method, getter)]
    pub(super) fn hidden(this: &El) -> bool;
    #[wasm_bindgen(method, js_name = attachShadow, catch)]
    pub(super) fn attach_shadow(this: &El, options: &JsValue) -> Result<El, JsValue>;
    #[wasm_bindgen(method, setter = adoptedStyleSheets)]
    pub(super) fn set_sheets(this: &El, sheets: &Array);
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn add_listener(this: &El, kind: &str, call: &Function, capture: bool);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    fn remove_listener(this: &El, kind: &str, call: &Function, capture: bool);

    /// A promise whose failure is nobody's concern.
    pub(super) type Caught;
    #[wasm_bindgen(method)]
    pub(super) fn catch(this: &Caught, call: &Function) -> Promise;

    /// A constructed style sheet.
    #[wasm_bindgen(js_name = CSSStyleSheet)]
    pub(super) type Sheet;
    #[wasm_bindgen(constructor, js_class = "CSSStyleSheet")]
    pub(super) fn new() -> Sheet;
    #[wasm_bindgen(method, js_name = replaceSync)]
    pub(super) fn replace(this: &Sheet, css: &str);

    /// Tells when an element changed its size.
    #[wasm_bindgen(js_name = ResizeObserver)]
    pub(super) type ResizeObserver;
    #[wasm_bindgen(constructor, js_class = "ResizeObserver")]
    pub(super) fn new(call: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    pub(super) fn observe(this: &ResizeObserver, target: &El);
    #[wasm_bindgen(method)]
    pub(super) fn disconnect(this: &ResizeObserver);

    /// What a call of the page's brings: an event, the name of a timer, or the entries of a resize.
    pub(super) type Call;
    #[wasm_bindgen(method, getter = type)]
    pub(super) fn kind(this: &Call) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn target(this: &Call) -> El;
    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &Call) -> Option<String>;
    #[wasm_bindgen(method, getter = keyCode)]
    pub(super) fn key_code(this: &Call) -> u32;
    #[wasm_bindgen(method, getter = shiftKey)]
    pub(super) fn shift(this: &Call) -> bool;
    #[wasm_bindgen(method, getter = isComposing)]
    pub(super) fn composing(this: &Call) -> bool;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub(super) fn prevent(this: &Call);
    #[wasm_bindgen(method, js_name = stopPropagation)]
    pub(super) fn stop(this: &Call);
}

/// A new element.
pub(super) fn h(tag: &str) -> El {
    create(tag)
}

/// A new element of SVG.
pub(super) fn svg(tag: &str) -> El {
    create_ns("http://www.w3.org/2000/svg", tag)
}

/// A `div` of a class, the commonest element.
pub(super) fn div(class: &str) -> El {
    h("div").class(class)
}

/// A button that does `act` (the key of event delegation) and goes by that name in tests.
pub(super) fn button(class: &str, act: &str) -> El {
    h("button").attr("type", "button").class(class).attr("data-do", act).test(act)
}

impl El {
    pub(super) fn attr(self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub(super) fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// The hook for tests.
    pub(super) fn test(self, name: &str) -> Self {
        self.attr("data-test", name)
    }

    /// The handle for a host page's style sheet.
    pub(super) fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    pub(super) fn text(self, text: &str) -> Self {
        self.append_text(text);
        self
    }

    pub(super) fn with(self, child: &Self) -> Self {
        self.append(child);
        self
    }

    /// Not there at first.
    pub(super) fn gone(self) -> Self {
        self.show(false);
        self
    }

    pub(super) fn show(&self, on: bool) {
        self.toggle("hidden", !on);
    }

    /// Replaces all text, if it is another: a rewrite would be announced and would drop a selection.
    pub(super) fn set_text(&self, text: &str) {
        if self.text_content().as_deref() != Some(text) {
            self.set_text_content(text);
        }
    }

    /// All text in it.
    pub(super) fn text_or_empty(&self) -> String {
        self.text_content().unwrap_or_default()
    }

    /// Whether it is on the screen and can take the focus.
    pub(super) fn is_reachable(&self) -> bool {
        Array::from(&self.client_rects()).length() > 0 && self.get("disabled").is_none()
    }

    /// Sets an attribute if it is another.
    pub(super) fn put(&self, name: &str, value: &str) {
        if self.get(name).as_deref() != Some(value) {
            self.set(name, value);
        }
    }

    /// Sets one property of its style through the object model, which no policy forbids.
    pub(super) fn css(&self, name: &str, value: &str) {
        self.style().set_property(name, value);
    }

    /// Every element inside that fits.
    pub(super) fn all(&self, selector: &str) -> Vec<Self> {
        list(&self.query_all(selector))
    }

    pub(super) fn kids(&self) -> Vec<Self> {
        list(&self.children())
    }
}

fn list(items: &JsValue) -> Vec<El> {
    Array::from(items).iter().map(JsCast::unchecked_into).collect()
}

/// A number as a length.
pub(super) fn px(value: i32) -> String {
    let mut out = int(i64::from(value));
    out.push_str("px");
    out
}

/// A number as text.
pub(super) fn int(value: i64) -> String {
    let mut out = String::new();
    write_int(&mut out, value);
    out
}

/// One function for everything the page calls us for; what it listens to is let go with it.
pub(super) struct Hub {
    call: Closure<dyn Fn(Call)>,
    at: Vec<(El, &'static str)>,
    resize: Option<ResizeObserver>,
}

impl Hub {
    pub(super) fn new(call: Rc<dyn Fn(Call)>) -> Self {
        Self { call: Closure::wrap(Box::new(move |it| call(it)) as Box<dyn Fn(Call)>), at: Vec::new(), resize: None }
    }

    /// The function, to be given to timers and promises.
    pub(super) fn function(&self) -> Function {
        self.call.as_ref().unchecked_ref::<Function>().clone()
    }

    pub(super) fn listen(&mut self, target: &El, kinds: &[&'static str]) {
        for kind in kinds {
            // Capturing, because scrolling does not bubble.
            target.add_listener(kind, self.call.as_ref().unchecked_ref(), true);
            self.at.push((target.clone(), kind));
        }
    }

    pub(super) fn watch_size(&mut self, target: &El) {
        let call = self.call.as_ref().unchecked_ref();
        self.resize.get_or_insert_with(|| ResizeObserver::new(call)).observe(target);
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        for (target, kind) in &self.at {
            target.remove_listener(kind, self.call.as_ref().unchecked_ref(), true);
        }
        if let Some(resize) = &self.resize {
            resize.disconnect();
        }
    }
}
