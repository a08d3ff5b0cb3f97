//! The functions that the module exports to JavaScript (js/instance.js), and those that it imports. They convert and call; no logic.

use super::runtime::Runtime;
#[cfg(feature = "facade")]
use super::view::forget_content;
use crate::engine::{Action, Command};
use crate::model::Page;
use crate::port::Call;
#[cfg(feature = "facade")]
use crate::wire::Item;
use crate::wire::Malformed;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// The page's core. There is one per page, so it has functions instead of a class, which saves half a kilobyte.
    static CORE: Cell<Option<&'static Runtime>> = const { Cell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    /// The shim's side: texts that it has fetched or read, and callbacks.
    #[derive(Clone)]
    pub type Host;

    /// One of the texts that the shim fetched and read; empty when it has none:
    ///
    /// * `config`: the configuration, as the server sent it.
    /// * `kept`: the state of the core before this one on the page; none when that one trapped, or there was none.
    /// * `texts`: the texts of the page's language, as the server sent them; none for the built-in language.
    /// * `site`: its key. `server`: address of the server, with a slash at the end. `socket`: address of the visitors' socket.
    /// * `locale`, `zone`, `url`, `title`: of the page.
    /// * `contact_href`, `contact_label`: the page's own contact link.
    /// * `label`, `accent`: words of the launcher and accent colour that the page has named. `worded`: not empty when it has named words.
    /// * `root`: `none` when the page draws everything itself.
    /// * `private`: not empty when the browser says that its user does not want to be remembered (Global Privacy Control).
    #[wasm_bindgen(method)]
    pub(super) fn text(this: &Host, name: &str) -> String;

    /// An event of the page's API, as JSON. Returns false when the page heard it from a core before this one: then no dialect hears it either.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, json: &str) -> bool;
    /// A message to post to the page's own window, as JSON.
    #[wasm_bindgen(method)]
    pub(super) fn post(this: &Host, json: &str);
    /// The state of a widget has changed, as the screen shows it.
    #[wasm_bindgen(method)]
    pub(super) fn changed(this: &Host);
    /// Asks before an action: its kind and its arguments, as JSON (`port::Before`). Returns an empty text when the action goes on, `false`
    /// when it does not, else the changed arguments as JSON.
    #[wasm_bindgen(method)]
    pub(super) fn before(this: &Host, kind: &str, json: &str) -> String;
}

#[cfg(feature = "facade")]
#[wasm_bindgen]
extern "C" {
    /// A notice for the facade, as JSON (`dialects::Notice`).
    #[wasm_bindgen(method)]
    pub(super) fn notice(this: &Host, json: &str);
    /// How requests to a chat server are made at this moment (G2.1). `upload`: the number of the command whose file is to be sent, 0 for none.
    #[wasm_bindgen(method)]
    pub(super) fn terms(this: &Host, upload: u32) -> Terms;
    /// The answer to a command for a chat server: `{number, status?, body?, path?, form?, refused?}`.
    #[wasm_bindgen(method)]
    pub(super) fn outcome(this: &Host, outcome: &JsValue);
    /// A place of the view was built that the facade may fill: `frame`, `launcher`, `header`, `menu`, `overlay`, `form`, `survey`,
    /// `before-composer`, `composer`, each with the id of the widget's element, and `row` with the id of its entry. Called while the
    /// view is drawn: commands are handled afterwards.
    #[wasm_bindgen(method)]
    pub(super) fn slot(this: &Host, name: &str, element: &JsValue, id: &str);
}

#[cfg(feature = "facade")]
#[wasm_bindgen]
extern "C" {
    /// How a request to a chat server is made.
    pub(super) type Terms;

    /// The key of the service, for a header.
    #[wasm_bindgen(method, getter)]
    pub(super) fn apikey(this: &Terms) -> Option<String>;
    /// A header of the page's own.
    #[wasm_bindgen(method, getter)]
    pub(super) fn authorization(this: &Terms) -> Option<String>;
    /// Whether cookies are sent with the request.
    #[wasm_bindgen(method, getter = withCredentials)]
    pub(super) fn with_credentials(this: &Terms) -> bool;
    /// The file of an upload: a `Blob`.
    #[wasm_bindgen(method, getter)]
    pub(super) fn file(this: &Terms) -> JsValue;
}

/// Lets the facade fill a place of the view.
#[cfg(feature = "facade")]
pub(super) fn slot(name: &str, element: &JsValue, id: &str) {
    if let Some(core) = CORE.get() {
        core.slot(name, element, id);
    }
}

/// Makes the page's core: reads the configuration. The core does nothing before `begin`. Returns whether it can begin now; when a conversation goes
/// on from an earlier page, `talk` has to be called first.
///
/// # Errors
/// The field that is wrong, and what was expected there.
#[wasm_bindgen]
pub fn create(host: Host) -> Result<bool, JsValue> {
    let core = Runtime::new(host).map_err(|error| told(&error))?;
    CORE.set(Some(core));
    Ok(core.is_new())
}

/// The snapshot for the page, as JSON. Empty without a core.
#[wasm_bindgen]
#[must_use]
pub fn state() -> String {
    CORE.get().map(Runtime::state).unwrap_or_default()
}

/// The state for a core that takes over on this page, for its text `kept`. Empty without a core.
#[wasm_bindgen]
#[must_use]
pub fn kept() -> String {
    CORE.get().map(Runtime::kept).unwrap_or_default()
}

/// A number that changes whenever the state may have changed. 0 without a core.
#[wasm_bindgen]
#[must_use]
pub fn version() -> u32 {
    CORE.get().map_or(0, |core| core.version.get())
}

/// Calls a command of the table in `port`, with its fields as a JSON object. Does nothing without a core. Before `talk` the command waits,
/// unless the first part of the module can carry it out.
///
/// # Errors
/// The command, the field that is wrong, and what was expected there; then nothing was done. From `talk`: the same about calls that waited.
#[wasm_bindgen]
pub fn call(name: &str, payload: &str) -> Result<(), JsValue> {
    let Some(core) = CORE.get() else { return Ok(()) };
    let mut wrong = String::new();
    if core.talks() {
        wrong = ask(core, name, payload);
    } else {
        match name {
            "begin" => core.begin(),
            "focusLauncher" => core.focus_launcher(),
            "destroy" => core.destroy(),
            "talk" => wrong = core.talk(),
            _ => core.hold(name, payload),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Carries out a command, once the part of the module with the conversation is there. Gives an error as a text, or nothing: the command,
/// the field that is wrong, and what was expected there.
#[inline(never)]
pub(super) fn ask(core: &'static Runtime, name: &str, payload: &str) -> String {
    match Call::read(name, payload) {
        Ok(call) => {
            carry_out(core, call);
            String::new()
        }
        Err(error) => [name, ": ", &told(&error)].concat(),
    }
}

/// An error as a text for the console: field and expectation.
fn told(error: &Malformed) -> String {
    [&error.field, ": expected ", error.expected].concat()
}

/// Carries out a command.
fn carry_out(core: &'static Runtime, call: Call) {
    let command = match call {
        Call::Begin {} => return core.begin(),
        // Done already.
        Call::Talk {} => return,
        Call::Press {} => return core.press(),
        Call::FocusLauncher {} => return core.focus_launcher(),
        Call::Configure { config } => return core.config(&config),
        Call::Translate { locale, texts } => return core.texts(&locale, &texts),
        Call::Nudge {} => return core.nudge(),
        Call::Dress { css, english } => return core.dress(&css, &english),
        Call::Watch { visible, network } => return core.watched(visible, network.as_deref().unwrap_or_default()),
        Call::Keep {} => Command::Keep,
        Call::Draft { widget, text } => return core.drafted(&widget, text),
        Call::Destroy {} => return core.destroy(),
        Call::Open { widget, asked } => return core.of_widget(widget, asked, Command::Open),
        Call::Close { widget, asked } => return core.of_each(widget, asked, Command::Close),
        Call::Show { widget } => return core.of_widget(widget, None, Command::Show),
        Call::Hide { widget } => return core.of_widget(widget, None, Command::Hide),
        Call::End { widget, asked } => return core.of_each(widget, asked, Command::End),
        Call::SendMessage { widget, text, asked } => return core.of_widget(widget, asked, |index| Command::SendMessage(index, text)),
        Call::Submit { widget, values, asked } => return core.of_widget(widget, asked, |index| Command::Submit(index, values)),
        Call::Restart { widget } => return core.act(widget, Action::Restart),
        Call::Cancel { widget } => return core.act(widget, Action::Cancel),
        Call::SkipSurvey { widget, skip } => return core.act(widget, if skip { Action::Skip } else { Action::Survey }),
        Call::LoadEarlier { widget } => return core.act(widget, Action::Older),
        Call::Retry { widget, message } => return core.act(widget, Action::Retry(message)),
        Call::Discard { widget, message } => return core.act(widget, Action::Discard(message)),
        Call::MarkRead { widget } => return core.act(widget, Action::Seen),
        Call::SetTyping { widget, on } => return core.of_widget(widget, None, |index| Command::Typing(index, on)),
        Call::SetVisitor { values } => Command::SetVisitor(values),
        Call::SetConsent { given } => Command::SetConsent(given),
        Call::SetPage { url, title } => Command::SetPage(Page { url, title }),
        Call::Forget {} => Command::Forget,
        #[cfg(feature = "facade")]
        other => return for_facade(core, other),
    };
    core.host(command);
}

/// Carries out a command that only facades for other vendors' pages call.
#[cfg(feature = "facade")]
fn for_facade(core: &'static Runtime, call: Call) {
    let find = |widget: Option<String>| widget.and_then(|name| core.find(&name));
    let command = match call {
        Call::Start { widget, values, asked } => return core.command_of(asked, Command::Begin(find(widget), values)),
        Call::Renew { widget } => Command::Renew(find(widget)),
        Call::AskEnd { widget } => Command::AskEnd(find(widget)),
        Call::Inject { widget, id, line } => {
            forget_content(id.as_str());
            core.paint_next();
            Command::Inject(find(widget), id, line)
        }
        Call::Rewrite { widget, id, line } => {
            forget_content(id.as_str());
            core.paint_next();
            Command::Rewrite(find(widget), id, line)
        }
        Call::AddData { widget, values } => Command::Put(find(widget), Item::Data { values }),
        Call::AddNotice { widget, text } => Command::Put(find(widget), Item::PageNotice { text }),
        Call::Ask { reply, what } => return core.ask(reply, &what),
        Call::Sleep { on } => return core.hidden(on),
        _ => return,
    };
    core.host(command);
}

/// After a trap: the next call gets a fresh instance of the module.
#[wasm_bindgen]
pub fn restart() {
    wasm_bindgen::handler::schedule_reinit();
}
