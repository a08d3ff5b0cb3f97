//! Actions and commands that the page can stop or change before they take effect: of the visitor, and of the page itself.
//!
//! The runtime asks [`question`] for every input. If there is one, the page answers it at once, and [`answered`] returns the input for the
//! engine. The engine has no part in it.

use super::members::{Member, Word};
use crate::engine::{Action, ChatView, Command, Engine, Input, Stage, SurveyView};
use crate::model::FieldValue;
use crate::wire::codec::{Codec, Trouble, put_member};
use crate::wire::json::Json;

/// Makes the kinds, their names and the rows of the table. A row is: documentation, the feature that it needs if it is not in every build,
/// its name at the border, its variant, the arguments that are told, and those that a listener may change.
macro_rules! kinds {
    ($(
        $(#[doc = $doc:literal])+ $(($feature:tt))? $name:ident => $variant:ident
            { $($told:ident: $of:literal),* } changes { $($field:ident: $shape:literal),* }
    )+) => {
        /// The kind of action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Before {
            $( $(#[doc = $doc])+ $(#[cfg(feature = $feature)])? $variant, )+
        }

        impl Before {
            /// Its name in the page's API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( $(#[cfg(feature = $feature)])? Self::$variant => stringify!($name), )+
                }
            }
        }

        /// The rows of the table.
        #[cfg(not(target_arch = "wasm32"))]
        pub const BEFORE: &[super::BeforeRow] = &[
            $( super::BeforeRow {
                name: stringify!($name),
                doc: &[$($doc),+],
                told: &[$(super::Field { name: stringify!($told), shape: $of }),*],
                changes: &[$(super::Field { name: stringify!($field), shape: $shape }),*],
                full: { const FEATURES: &[&str] = &[$($feature)?]; !FEATURES.is_empty() },
            }, )+
        ];
    };
}

kinds! {
    /// The visitor presses the launcher, asks for a call instead, or begins again after an end.
    activate => Activate {} changes {}
    /// The page opens a panel.
    open => Open {} changes {}
    /// An open panel is closed.
    close => Close {} changes {}
    /// An open conversation is ended, or the queue is left.
    end => End {} changes {}
    /// The form, or the survey, is submitted. Its values are looked at afterwards: there may be problems with them. A field that the answer
    /// does not name keeps its value.
    submit => Submit { survey: "boolean" } changes { values: "FieldValue[]" }
    /// The visitor was asked whether to end the conversation, and stays in it. Nothing changes by that.
    ("facade") stay => Stay {} changes {}
    /// A message is sent.
    send => Send {} changes { text: "string" }
    /// A conversation is started without a form.
    ("facade") start => Start {} changes { values: "FieldValue[]" }
}

/// The question for the page before this input takes effect: the kind, and the arguments as a JSON object. Nothing for inputs that are
/// not asked for, and for those that would change nothing.
#[inline(never)]
#[must_use]
pub fn question(engine: &Engine, input: &Input) -> Option<(Before, String)> {
    let (kind, index, by) = match input {
        Input::Visitor(index, action) => (of_action(action)?, Some(*index), "visitor"),
        Input::Host(command) => {
            let (kind, index) = of_command(command)?;
            (kind, index, "page")
        }
        _ => return None,
    };
    let index = engine.pick(index)?;
    let view = engine.view(index)?;
    let mut element = &view.spec.element;
    if let (Input::Visitor(_, Action::CallBack), Some(other)) = (input, view.callback) {
        element = &other.element;
    }
    let mut out = String::from("{");
    put_member(&mut out, "widget", element);
    Word(by).put(&mut out, "by");
    let happens = match kind {
        Before::Activate => true,
        #[cfg(feature = "facade")]
        Before::Stay => true,
        Before::Open => !view.open || matches!(view.stage, Stage::Engagement),
        Before::Close => view.open,
        Before::End => engine.conversation(index).is_some(),
        Before::Submit => {
            let (form, survey) = match &view.stage {
                Stage::Collecting(form) => (form, false),
                Stage::Chat(ChatView { survey: SurveyView::Offered(form), .. }) => (form, true),
                _ => return None,
            };
            put_member(&mut out, "survey", &survey);
            let mut values = form.values.to_vec();
            if let Input::Host(Command::Submit(_, given)) = input {
                values.retain(|value| !given.iter().any(|other| other.name == value.name));
                values.extend_from_slice(given);
            }
            put_member(&mut out, "values", &values);
            true
        }
        Before::Send => {
            let text = match (input, &view.stage) {
                (Input::Host(Command::SendMessage(_, text)), _) => text.as_str(),
                (_, Stage::Chat(chat)) => chat.draft,
                _ => return None,
            };
            Word(text).put(&mut out, "text");
            true
        }
        #[cfg(feature = "facade")]
        Before::Start => {
            if let Input::Host(Command::Begin(_, values)) = input {
                put_member(&mut out, "values", values);
            }
            true
        }
    };
    out.push('}');
    happens.then_some((kind, out))
}

const fn of_action(action: &Action) -> Option<Before> {
    Some(match action {
        Action::Activate | Action::CallBack | Action::Restart => Before::Activate,
        Action::Close => Before::Close,
        Action::End => Before::End,
        #[cfg(feature = "facade")]
        Action::Stay => Before::Stay,
        Action::Submit => Before::Submit,
        Action::Send => Before::Send,
        _ => return None,
    })
}

const fn of_command(command: &Command) -> Option<(Before, Option<usize>)> {
    Some(match command {
        Command::Open(index) => (Before::Open, *index),
        Command::Close(index) => (Before::Close, *index),
        Command::End(index) => (Before::End, *index),
        Command::Submit(index, _) => (Before::Submit, *index),
        Command::SendMessage(index, _) => (Before::Send, *index),
        #[cfg(feature = "facade")]
        Command::Begin(index, _) => (Before::Start, *index),
        _ => return None,
    })
}

/// The input for the engine after the page's answer: unchanged (an empty answer, or one that cannot be read), none
/// (`false`), or the input with the arguments of the answer, a JSON object.
#[inline(never)]
#[must_use]
pub fn answered(input: Input, answer: &str) -> Option<Input> {
    if answer == "false" {
        return None;
    }
    let Ok(json) = Json::parse(answer) else { return Some(input) };
    Some(match input {
        Input::Visitor(index, Action::Send) => read(&json, "text").map_or(input, |text| Input::Visitor(index, Action::SendAs(text))),
        Input::Host(Command::SendMessage(index, text)) => Input::Host(Command::SendMessage(index, read(&json, "text").unwrap_or(text))),
        Input::Visitor(index, Action::Submit) => submission(&json, Some(index), Vec::new()),
        Input::Host(Command::Submit(index, values)) => submission(&json, index, values),
        #[cfg(feature = "facade")]
        Input::Host(Command::Begin(index, values)) => Input::Host(Command::Begin(index, read(&json, "values").unwrap_or(values))),
        _ => input,
    })
}

fn submission(json: &Json, index: Option<usize>, mut values: Vec<FieldValue>) -> Input {
    values.extend(read::<Vec<_>>(json, "values").unwrap_or_default());
    Input::Host(Command::Submit(index, values))
}

/// A member of an answer, if it is there and of its type.
fn read<T: Codec>(json: &Json, name: &'static str) -> Option<T> {
    json.get(name)?;
    let mut trouble = Trouble::default();
    let value = T::member(json, name, &mut trouble);
    trouble.end(value).ok()
}
