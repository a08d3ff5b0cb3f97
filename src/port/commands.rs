//! The commands of a page: `call(name, payload)`.

#[cfg(feature = "facade")]
use crate::engine::Injected;
use crate::model::{EntryId, FieldValue};
#[cfg(feature = "facade")]
use crate::wire::RawJson;
use crate::wire::codec::{Codec, Trouble};
use crate::wire::json::{Json, Malformed};

/// Makes the type of all calls, their reader and the rows of the table. A row is: documentation, the feature that it needs if it is not in
/// every build, its name at the border, its variant, and its fields with their types there (with `?`: may be left out).
macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $(($feature:tt))? $name:ident => $variant:ident { $($field:ident: $type:ty as $shape:literal),* } )+) => {
        /// A command of a page.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Call {
            $( $(#[doc = $doc])+ $(#[cfg(feature = $feature)])? $variant { $($field: $type),* }, )+
        }

        impl Call {
            /// Reads a call: its name, and its fields as the members of a JSON object. An empty text: no fields.
            ///
            /// # Errors
            /// The wrong field with the expected value; for a name that this build does not know: `name`.
            pub fn read(name: &str, payload: &str) -> Result<Self, Malformed> {
                let payload = if payload.is_empty() { "{}" } else { payload };
                let json = Json::parse(payload)?;
                let mut trouble = Trouble::of(payload);
                let call = 'call: {
                    $(
                        $(#[cfg(feature = $feature)])?
                        if name == stringify!($name) {
                            break 'call Self::$variant { $($field: Codec::member(&json, stringify!($field), &mut trouble)),* };
                        }
                    )+
                    return Err(Malformed { field: "name".into(), expected: "the name of a command", offset: None });
                };
                trouble.end(call)
            }
        }

        /// The rows of the table.
        #[cfg(not(target_arch = "wasm32"))]
        pub const COMMANDS: &[super::Row] = &[
            $( super::Row {
                name: stringify!($name),
                doc: &[$($doc),+],
                fields: &[$(super::Field { name: stringify!($field), shape: $shape }),*],
                full: { const FEATURES: &[&str] = &[$($feature)?]; !FEATURES.is_empty() },
            }, )+
        ];
    };
}

commands! {
    /// Puts the widgets on the page: the first call. When a conversation goes on from an earlier page, `talk` comes before it.
    begin => Begin {}
    /// The visitor pressed the loader's launcher before the core was there.
    press => Press {}
    /// The launcher that the loader drew had the focus.
    focusLauncher => FocusLauncher {}
    /// Opens a widget's panel. Widgets are named by their own id or that of their element; left out: the first that is shown.
    open => Open { widget: Option<String> as "string?", asked: Option<bool> as "boolean?" }
    /// Closes a widget's panel; left out: of all.
    close => Close { widget: Option<String> as "string?", asked: Option<bool> as "boolean?" }
    /// Shows a widget that rules or `hide` keep off the page; left out: all.
    show => Show { widget: Option<String> as "string?" }
    /// Hides a widget, its launcher included; left out: all.
    hide => Hide { widget: Option<String> as "string?" }
    /// Ends the conversation, or leaves the queue.
    end => End { widget: Option<String> as "string?", asked: Option<bool> as "boolean?" }
    /// Sends a message in the open conversation. Without one the text waits in the composer.
    sendMessage => SendMessage { widget: Option<String> as "string?", text: String as "string", asked: Option<bool> as "boolean?" }
    /// Submits the form or the survey that is shown, with these values in place of those that its fields have.
    submit => Submit { widget: Option<String> as "string?", values: Vec<FieldValue> as "FieldValue[]", asked: Option<bool> as "boolean?" }
    /// Begins again after an end, a refusal or a request.
    restart => Restart { widget: Option<String> as "string?" }
    /// Cancels a start that has not reached the server.
    cancel => Cancel { widget: Option<String> as "string?" }
    /// Skips the survey; with `false` shows it again.
    skipSurvey => SkipSurvey { widget: Option<String> as "string?", skip: bool as "boolean" }
    /// Fetches earlier entries of the conversation.
    loadEarlier => LoadEarlier { widget: Option<String> as "string?" }
    /// Sends a message again that failed.
    retry => Retry { widget: Option<String> as "string?", message: EntryId as "string" }
    /// Removes a message that failed.
    discard => Discard { widget: Option<String> as "string?", message: EntryId as "string" }
    /// The visitor has seen everything, the end too.
    markRead => MarkRead { widget: Option<String> as "string?" }
    /// Fills fields of forms, by name.
    setVisitor => SetVisitor { values: Vec<FieldValue> as "FieldValue[]" }
    /// Whether the visitor agrees to be remembered.
    setConsent => SetConsent { given: bool as "boolean" }
    /// The visitor is on another page of a single-page application.
    setPage => SetPage { url: String as "string", title: String as "string" }
    /// Ends everything and deletes the stored data of the visitor.
    forget => Forget {}
    /// Another configuration: other availability, or another language.
    configure => Configure { config: String as "string" }
    /// Another language, with its texts as JSON.
    translate => Translate { locale: String as "string", texts: String as "string" }
    /// The link may work now.
    nudge => Nudge {}
    /// The part of the module with the conversation is there. Other calls wait for it, but for `begin`, `focusLauncher` and `destroy`.
    talk => Talk {}
    /// The view's part of the module is there: its style sheet, and the English texts as JSON. After `talk`.
    dress => Dress { css: String as "string", english: String as "string" }
    /// Whether the page is visible, and the browser's last event about the network: `online` or `offline`.
    watch => Watch { visible: bool as "boolean", network: Option<String> as "string?" }
    /// The visitor may leave the page: the state is stored now.
    keep => Keep {}
    /// The text in a widget's composer when another core replaces one that failed.
    draft => Draft { widget: String as "string", text: String as "string" }
    /// Takes all widgets down.
    destroy => Destroy {}
    /// Starts a conversation with these values, without asking the visitor for any.
    ("facade") start => Start { widget: Option<String> as "string?", values: Vec<FieldValue> as "FieldValue[]", asked: Option<bool> as "boolean?" }
    /// The visitor types in a field of the page's own, or stopped.
    setTyping => SetTyping { widget: Option<String> as "string?", on: bool as "boolean" }
    /// Closes an ended conversation: it is not shown any more, and the next one begins anew.
    ("facade") renew => Renew { widget: Option<String> as "string?" }
    /// Asks the visitor whether to end the conversation, in the panel.
    ("facade") askEnd => AskEnd { widget: Option<String> as "string?" }
    /// Puts a line of the page's own at the end of the transcript.
    ("facade") inject => Inject { widget: Option<String> as "string?", id: EntryId as "string", line: Injected as "Line" }
    /// Another content for a line of the transcript; without one the line is not shown.
    ("facade") rewrite => Rewrite { widget: Option<String> as "string?", id: EntryId as "string", line: Option<Injected> as "Line?" }
    /// Adds data to the conversation.
    ("facade") addData => AddData { widget: Option<String> as "string?", values: Vec<FieldValue> as "FieldValue[]" }
    /// Adds a notice to the conversation, a message between programs.
    ("facade") addNotice => AddNotice { widget: Option<String> as "string?", text: String as "string" }
    /// Calls a function of the link to a chat server: `what` has its name and arguments. `reply`: the number under which the outcome is told.
    ("facade") ask => Ask { reply: u32 as "number", what: RawJson as "Record<string, unknown>" }
    /// Whether the page is hidden or has lost the focus: the link to a chat server asks less often then.
    ("facade") sleep => Sleep { on: bool as "boolean" }
}
