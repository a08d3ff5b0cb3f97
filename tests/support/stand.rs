//! A widget on the page of the test, without an engine, with functions for a visitor's actions and for reading the screen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chinwag::browser::texts::Texts;
use chinwag::browser::view::{WidgetView, dress};
use chinwag::engine::{Action, ChatView, Event, Happening, Line, LineState, LinkStatus, Progress, Said, Stage, SurveyView, View, Wait};
use chinwag::model::{
    Availability, Brand, ConversationId, EngagementKind, EntryId, Fallback, FieldKind, FieldSpec, Form, Participant, ParticipantId, Party,
    Rules, Timestamp, WidgetId, WidgetKind, WidgetSpec,
};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = r#"
const root_of = (id) => { const element = document.getElementById(id); return element.shadowRoot ?? element; };
export const root = () => root_of("ctw-test");
export const one = (selector) => root().querySelector(selector);
export const all = (selector) => [...root().querySelectorAll(selector)];
export const text = (element) => element.textContent;
export const attribute = (element, name) => element.getAttribute(name) ?? "";
export const visible = (selector) => { const e = one(selector); return !!e && e.getClientRects().length > 0; };
export const focused = () => { const here = root().getRootNode().activeElement; return root().contains(here) ? (here.dataset.test ?? here.tagName) : ""; };
export const click = (selector) => one(selector).click();
export const type = (selector, value) => { const e = one(selector); e.value = value; e.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true })); };
export const tick = (selector) => { const e = one(selector); e.checked = !e.checked; e.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true })); };
export const press = (selector, key, more) => one(selector).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more }));
export const composing = { isComposing: true };
export const shifted = { shiftKey: true };
export const still = () => Promise.all((root().host ? root() : document).getAnimations().map((animation) => animation.finished.catch(() => {})));
export const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
export const scroll = (top) => { one("[data-test=log]").scrollTop = top; };
export const scroll_top = () => one("[data-test=log]").scrollTop;
export const seen_rows = () => { const log = one("[data-test=log]").getBoundingClientRect(); return all("li").filter((li) => { const r = li.getBoundingClientRect(); return r.bottom > log.top && r.top < log.bottom; }).map((li) => (li.querySelector(".text") ?? li).textContent); };
export const row_top = (words) => all("li").find((li) => li.textContent.includes(words)).getBoundingClientRect().top;
export const live_record = () => { const said = []; new MutationObserver((list) => { for (const m of list) for (const n of m.addedNodes) said.push(n.textContent); }).observe(one("[data-test=live]"), { childList: true }); return said; };
export const launcher_box = (id) => { const b = root_of(id).querySelector(".launcher, .tab").getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom, +getComputedStyle(document.getElementById(id)).zIndex]; };
export const gone = () => document.getElementById("ctw-test") === null;
export const page_shortcut = () => { const heard = []; const on = (event) => heard.push(event.key); document.addEventListener("keydown", on); return heard; };
let real;
export const narrow = (on) => { real ??= window.matchMedia; window.matchMedia = on ? () => Object.assign(new EventTarget(), { matches: true }) : real; };
export const neighbours = () => { for (const id of ["beside-a", "beside-b"]) { const e = document.createElement("div"); e.id = id; document.body.append(e); } document.getElementById("beside-b").inert = true; };
export const inert = (id) => document.getElementById(id).inert;
export const drawn_before = () => { const e = document.createElement("div"); e.id = "ctw-test"; document.body.append(e); const r = e.attachShadow({ mode: "open" }); const b = document.createElement("button"); b.textContent = "early"; r.append(b); b.focus(); };
export const own_element = () => { const e = document.createElement("section"); e.id = "ctw-test"; document.body.append(e); };
export const forget_host = () => document.getElementById("ctw-test").remove();
export const exported = () => { const texts = []; const made = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => texts.unshift(text)); return made.call(URL, blob); }; Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text) => void texts.push(text) } }); return texts; };
export const canary = () => { window.__canary = 0; };
export const canary_count = () => window.__canary;
export const style = (selector, name) => getComputedStyle(one(selector))[name];
export const box = (selector) => { const b = one(selector).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
export const ancestors_style = (css) => { document.body.style.cssText = css; };
export const window_box = () => [innerWidth, innerHeight];
export const scroll_page = (top) => scrollTo(0, top);
export const languages = (list) => { if (list.length) Object.defineProperty(navigator, "languages", { value: list, configurable: true }); else delete navigator.languages; };
export const picture = () => new Promise((done) => { const c = document.createElement("canvas"); c.width = c.height = 8; const p = c.getContext("2d"); p.fillStyle = "rgb(0, 170, 0)"; p.fillRect(0, 0, 8, 8); c.toBlob((blob) => done(URL.createObjectURL(blob))); });
export const pixel = (selector) => { const c = one(selector); return c ? [...c.getContext("2d").getImageData(4, 4, 1, 1).data].join() : ""; };
export const page_trap = () => {
  const dialog = document.createElement("div"); dialog.innerHTML = "<input id=trapped>"; document.body.append(dialog);
  const field = dialog.firstChild;
  const inside = (event) => { if (!dialog.contains(event.target)) field.focus(); };
  const leaves = (event) => { if (event.relatedTarget !== null && !dialog.contains(event.relatedTarget)) field.focus(); };
  document.addEventListener("focusin", inside); document.addEventListener("focusout", leaves);
  field.focus();
  return () => { document.removeEventListener("focusin", inside); document.removeEventListener("focusout", leaves); dialog.remove(); };
};
export const point_at = (selector) => { one(selector).dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true })); one(selector).focus(); };
export const focus_page = () => document.getElementById("trapped").focus();
export const page_focus = () => document.activeElement.id;
"#)]
extern "C" {
    pub(crate) fn one(selector: &str) -> JsValue;
    pub(crate) fn all(selector: &str) -> Array;
    pub(crate) fn text(element: &JsValue) -> String;
    pub(crate) fn attribute(element: &JsValue, name: &str) -> String;
    pub(crate) fn visible(selector: &str) -> bool;
    pub(crate) fn focused() -> String;
    pub(crate) fn click(selector: &str);
    #[wasm_bindgen(js_name = type)]
    pub(crate) fn type_in(selector: &str, value: &str);
    pub(crate) fn tick(selector: &str);
    pub(crate) fn press(selector: &str, key: &str, more: &JsValue) -> bool;
    #[wasm_bindgen(thread_local_v2, js_name = composing)]
    pub(crate) static COMPOSING: JsValue;
    #[wasm_bindgen(thread_local_v2, js_name = shifted)]
    pub(crate) static SHIFTED: JsValue;
    pub(crate) fn still() -> Promise;
    pub(crate) fn frame() -> Promise;
    pub(crate) fn scroll(top: f64);
    pub(crate) fn scroll_top() -> f64;
    pub(crate) fn seen_rows() -> Array;
    pub(crate) fn row_top(words: &str) -> f64;
    pub(crate) fn live_record() -> Array;
    pub(crate) fn launcher_box(id: &str) -> Vec<f64>;
    pub(crate) fn gone() -> bool;
    pub(crate) fn page_shortcut() -> Array;
    pub(crate) fn narrow(on: bool);
    pub(crate) fn neighbours();
    pub(crate) fn inert(id: &str) -> bool;
    pub(crate) fn drawn_before();
    pub(crate) fn own_element();
    pub(crate) fn forget_host();
    pub(crate) fn exported() -> Array;
    pub(crate) fn canary();
    pub(crate) fn canary_count() -> u32;
    pub(crate) fn style(selector: &str, name: &str) -> String;
    #[wasm_bindgen(js_name = box)]
    pub(crate) fn box_of(selector: &str) -> Vec<f64>;
    pub(crate) fn ancestors_style(css: &str);
    pub(crate) fn window_box() -> Vec<f64>;
    pub(crate) fn scroll_page(top: f64);
    pub(crate) fn languages(list: Vec<String>);
    pub(crate) fn picture() -> Promise;
    pub(crate) fn pixel(selector: &str) -> String;
    pub(crate) fn page_trap() -> Function;
    pub(crate) fn point_at(selector: &str);
    pub(crate) fn focus_page();
    pub(crate) fn page_focus() -> String;
}

thread_local! {
    /// Whether the widgets of this test stand in the page's own document.
    pub(crate) static LIGHT: Cell<bool> = const { Cell::new(false) };
}

pub(crate) const MORNING: i64 = 1_795_168_800_000;

/// A widget on the page, its sent frames, and its elements.
pub(crate) struct Stand {
    pub(crate) view: Option<WidgetView>,
    pub(crate) sent: Rc<RefCell<Vec<Action>>>,
    pub(crate) spec: WidgetSpec,
    pub(crate) brand: Brand,
    pub(crate) link: LinkStatus,
    pub(crate) contact: Fallback,
    /// Another widget that offers a call.
    pub(crate) call: Option<WidgetSpec>,
}

impl Stand {
    pub(crate) fn new(engagement: EngagementKind, texts: Texts) -> Self {
        Self::at("ctw-test", engagement, texts)
    }

    pub(crate) fn at(element: &str, engagement: EngagementKind, texts: Texts) -> Self {
        let spec = WidgetSpec {
            id: WidgetId::from("w"),
            element: element.into(),
            kind: WidgetKind::Chat,
            engagement,
            label: "Chat with us".into(),
            title: "Sales".into(),
            greeting: String::new(),
            form: None,
            survey: None,
            survey_after_unanswered: false,
            rules: Rules { pages: vec![], after: 0, open_after: 0, only_available: false },
            availability: Availability::Available,
            opens: None,
            slots: vec![],
        };
        let brand = shop();
        let sent = Rc::new(RefCell::new(Vec::new()));
        let into = sent.clone();
        dress(include_str!("../../src/browser/view/panel.css"), include_str!("../../src/browser/texts/en.json"), "");
        let view = WidgetView::new(&spec, texts, LIGHT.get(), Rc::new(move |action| into.borrow_mut().push(action)));
        let contact = Fallback { label: String::new(), href: String::new() };
        Self { view: Some(view.unwrap()), sent, spec, brand, link: LinkStatus::Online, contact, call: None }
    }

    pub(crate) fn english() -> Self {
        Self::new(EngagementKind::Button, Texts::new("en", ""))
    }

    pub(crate) fn show(&mut self, open: bool, unread: u32, stage: Stage<'_>) {
        self.render(true, open, unread, stage);
    }

    pub(crate) fn render(&mut self, shown: bool, open: bool, unread: u32, stage: Stage<'_>) {
        let (spec, brand, link) = (self.spec.clone(), self.brand.clone(), self.link);
        let (wait, contact, call) = (Wait::Short, self.contact.clone(), self.call.clone());
        let (contact, callback) = (&contact, call.as_ref());
        self.view().render(&View {
            brand: &brand,
            spec: &spec,
            shown,
            open,
            unread,
            link,
            fault: None,
            wait,
            contact,
            callback,
            unkept: false,
            files: None,
            stage,
        });
    }

    pub(crate) fn chat(&mut self, lines: &[Line]) {
        self.chat_with(lines, false, "");
    }

    pub(crate) fn chat_with(&mut self, lines: &[Line], more: bool, draft: &str) {
        let agents = [agent()];
        self.show(true, 0, Stage::Chat(ChatView { lines, more, agents: &agents, draft, ..talking(Progress::Online) }));
    }

    pub(crate) fn view(&mut self) -> &mut WidgetView {
        self.view.as_mut().unwrap()
    }

    pub(crate) fn sent(&self) -> Vec<Action> {
        std::mem::take(&mut self.sent.borrow_mut())
    }

    pub(crate) fn tell(&mut self, what: Happening) {
        self.view().announce(&Event { subject: None, visitor: ParticipantId::from("v_1"), at: Timestamp(MORNING), what });
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        if let Some(view) = self.view.take() {
            view.remove();
        }
    }
}

pub(crate) fn shop() -> Brand {
    Brand { name: "Shop".into(), accent: "#ffee00".into(), privacy_url: String::new(), logo: None }
}

pub(crate) const OVER: Progress = Progress::Ended { by: Party::Agent, unanswered: false };

/// A conversation with this progress and default values.
pub(crate) fn talking(progress: Progress) -> ChatView<'static> {
    let survey = SurveyView::None;
    ChatView { progress, lines: &[], typing: None, more: false, agents: &[], draft: "", refused: None, survey, end_unseen: false }
}

pub(crate) fn agent() -> Participant {
    Participant::new(ParticipantId::from("a_ada"), Party::Agent, "Ada".into())
}

pub(crate) fn visitor(name: &str) -> Participant {
    Participant::new(ParticipantId::from("v_1"), Party::Visitor, name.into())
}

pub(crate) fn line(n: usize, from: Participant, words: &str) -> Line {
    let said = Said::Message { from, text: words.into() };
    Line { seq: Some(n as u64), id: EntryId(format!("l{n}")), at: Timestamp(MORNING + n as i64 * 1000), said, state: LineState::Sent }
}

pub(crate) fn many(from: usize, to: usize) -> Vec<Line> {
    (from..to)
        .map(|n| line(n, if n % 3 == 0 { visitor("") } else { agent() }, &format!("[{n}] {}", "words and more words ".repeat(n % 7))))
        .collect()
}

pub(crate) fn received(words: &str) -> Happening {
    Happening::MessageReceived { conv: ConversationId::from("c"), id: EntryId::from("x"), from: agent(), text: words.into() }
}

pub(crate) async fn settle() {
    wasm_bindgen_futures::JsFuture::from(still()).await.unwrap();
    for _ in 0..3 {
        wasm_bindgen_futures::JsFuture::from(frame()).await.unwrap();
    }
}

/// Waits until a condition holds; panics with `what` when it does not in time.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..300 {
        if so() {
            return;
        }
        wasm_bindgen_futures::JsFuture::from(frame()).await.unwrap();
    }
    panic!("never came: {what}");
}

pub(crate) fn strings(list: &Array) -> Vec<String> {
    list.iter().filter_map(|item| item.as_string()).collect()
}

pub(crate) fn field(name: &str, kind: FieldKind) -> FieldSpec {
    FieldSpec {
        name: name.into(),
        kind,
        label: name.to_uppercase(),
        hint: String::new(),
        value: String::new(),
        options: vec![],
        mandatory: true,
        visible_customer: true,
        visible_agent: true,
        editable: true,
        pattern: None,
        mandatory_error: None,
        pattern_error: None,
        min: None,
        max: None,
        min_label: None,
        max_label: None,
    }
}

pub(crate) fn form(fields: Vec<FieldSpec>) -> Form {
    Form { id: "f".into(), title: "T".into(), intro: String::new(), submit: String::new(), fields }
}
