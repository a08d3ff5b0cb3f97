//! What JavaScript sees of the core (js/chat.js). Convert, call, convert; no logic.

use super::runtime::Runtime;
use crate::engine::Command;
use crate::model::{FieldValue, Page};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the shim provides: what it fetched and read, and whom to tell.
    #[derive(Clone)]
    pub type Host;

    /// The configuration, as it came.
    #[wasm_bindgen(method, getter)]
    pub(super) fn config(this: &Host) -> String;
    /// The texts of the page's language, as they came; nothing for the built-in language.
    #[wasm_bindgen(method, getter)]
    pub(super) fn texts(this: &Host) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn site(this: &Host) -> String;
    /// Address of the visitors' socket.
    #[wasm_bindgen(method, getter)]
    pub(super) fn socket(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn locale(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn zone(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn url(this: &Host) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn title(this: &Host) -> String;
    /// The browser says that its user does not want to be remembered (Global Privacy Control).
    #[wasm_bindgen(method, getter)]
    pub(super) fn private(this: &Host) -> bool;

    /// An event of the page's API, as JSON. False: the page heard it from a core before this one, and nobody is to be told.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, json: &str) -> bool;
    /// A message to post to the page's own window, as JSON.
    #[wasm_bindgen(method)]
    pub(super) fn post(this: &Host, json: &str);
    /// The core is about to trap: where in its source.
    #[wasm_bindgen(method)]
    pub(super) fn panicked(this: &Host, place: &str);
}

/// One page's widgets.
#[wasm_bindgen]
pub struct Core(Rc<Runtime>);

#[wasm_bindgen]
impl Core {
    /// Reads the configuration. Nothing happens before `begin`.
    ///
    /// # Errors
    /// The field that is wrong, and what was expected there.
    pub fn create(host: Host) -> Result<Self, JsValue> {
        report_panics(&host);
        Runtime::new(host).map(Self).map_err(|error| {
            let mut text = error.field;
            text.push_str(": expected ");
            text.push_str(error.expected);
            text.into()
        })
    }

    pub fn begin(&self) {
        self.0.begin();
    }

    pub fn state(&self) -> String {
        self.0.state()
    }

    /// The ids of the elements on the page.
    pub fn elements(&self) -> Vec<String> {
        self.0.elements()
    }

    /// A press on the launcher that the shim drew, before there was another.
    pub fn press(&self) {
        self.0.press();
    }

    /// The launcher that the shim drew had the focus.
    pub fn focus_launcher(&self) {
        self.0.focus_launcher();
    }

    pub fn open(&self, widget: Option<String>) {
        self.0.command(widget, Command::Open);
    }

    pub fn close(&self, widget: Option<String>) {
        self.0.command(widget, Command::Close);
    }

    pub fn show(&self, widget: Option<String>) {
        self.0.command(widget, Command::Show);
    }

    pub fn hide(&self, widget: Option<String>) {
        self.0.command(widget, Command::Hide);
    }

    pub fn end(&self, widget: Option<String>) {
        self.0.command(widget, Command::End);
    }

    pub fn send_message(&self, text: String, widget: Option<String>) {
        self.0.command(widget, |index| Command::SendMessage(index, text));
    }

    pub fn set_visitor(&self, names: Vec<String>, values: Vec<String>) {
        let values = names.into_iter().zip(values).map(|(name, value)| FieldValue { name, value }).collect();
        self.0.host(Command::SetVisitor(values));
    }

    pub fn set_consent(&self, given: bool) {
        self.0.host(Command::SetConsent(given));
    }

    pub fn set_page(&self, url: String, title: String) {
        self.0.host(Command::SetPage(Page { url, title }));
    }

    pub fn forget(&self) {
        self.0.host(Command::Forget);
    }

    /// Another configuration: the poll for availability, or another language with its texts.
    pub fn config(&self, config: &str) {
        self.0.config(config);
    }

    pub fn texts(&self, locale: &str, texts: Option<String>) {
        self.0.texts(locale, texts.as_deref());
    }

    /// The link may work now.
    pub fn nudge(&self) {
        self.0.nudge();
    }

    pub fn destroy(&self) {
        self.0.host(Command::Destroy);
        self.0.close();
    }
}

/// After a trap: the next call gets a fresh instance of the module.
#[wasm_bindgen]
pub fn restart() {
    wasm_bindgen::handler::schedule_reinit();
}

thread_local! {
    /// Who is told about panics.
    static REPORT: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// File and line of a panic go to the shim; a message is not formatted, which would cost more than the whole hook.
fn report_panics(host: &Host) {
    REPORT.with(|report| *report.borrow_mut() = Some(host.clone()));
    std::panic::set_hook(Box::new(|info| {
        let Some(location) = info.location() else { return };
        let mut place = String::from(location.file());
        place.push(':');
        crate::wire::json::write_int(&mut place, i64::from(location.line()));
        REPORT.with(|report| {
            if let Some(host) = report.try_borrow().ok().as_deref().and_then(Option::as_ref) {
                host.panicked(&place);
            }
        });
    }));
}
