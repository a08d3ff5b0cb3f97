//! The tables as people and the JavaScript side read them.

use super::{BEFORE, COMMANDS, EVENTS, SNAPSHOT};

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub name: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    pub fields: &'static [Field],
    /// Only the build for other vendors' pages has it.
    pub full: bool,
}

/// An event.
#[derive(Clone, Copy, Debug)]
pub struct EventRow {
    pub name: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    /// The subject of the event: `Widget`, `Conversation` (of a widget) or `Page`.
    pub of: &'static str,
    pub members: &'static [Field],
}

/// A kind of question to the page before an action takes effect.
#[derive(Clone, Copy, Debug)]
pub struct BeforeRow {
    pub name: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    /// Arguments that a listener reads.
    pub told: &'static [Field],
    /// Arguments that a listener may change.
    pub changes: &'static [Field],
    /// Only the build for other vendors' pages has it.
    pub full: bool,
}

/// An object of the snapshot.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRow {
    pub name: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    /// Its members, each with the lines of its documentation.
    pub members: &'static [(Field, &'static [&'static str])],
}

/// A field of a command, or a member of an event.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Its type in TypeScript; with a `?` behind it, it may be left out.
    pub shape: &'static str,
}

/// Documentation in one line.
fn words(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Fields as a type of TypeScript.
fn shape<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let fields: Vec<String> = fields
        .map(|field| match field.shape.strip_suffix('?') {
            Some(shape) => format!("{}?: {shape}", field.name),
            None => format!("{}: {}", field.name, field.shape),
        })
        .collect();
    if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}

/// The type of an event.
fn event_shape(row: &EventRow) -> String {
    // The members of every event of a conversation are in the base type.
    let more = shape(row.members.iter().filter(|member| row.of != "Conversation" || member.name != "conversation"));
    if more == "{}" { format!("Of{}", row.of) } else { format!("Of{} & {more}", row.of) }
}

const HEAD: &str = "\
/**
 * The border between page and core, as types: the commands of `Instance.call(name, payload)`, and the events of the page. Written by
 * `cargo xtask port` from the tables in `src/port`; not to be changed by hand.
 */

/** @typedef {'chat' | 'callback_now' | 'callback_later' | 'click_to_call'} WidgetKind */
/** @typedef {import('./types.js').Party} Party */
/** @typedef {import('./types.js').LeaveReason} LeaveReason */
/** @typedef {import('./types.js').Code} Code */
/** @typedef {import('./types.js').LinkCode} LinkCode */

/** A value of a form, by the name of its field. @typedef {{ name: string, value: string }} FieldValue */

/**
 * A line of the page's own in the transcript. `mine`: on the visitor's side; `bare`: without a bubble; `drawn`: the page draws it itself.
 *
 * @typedef {{ name: string, text: string, mine: boolean, bare: boolean, drawn: boolean }} Line
 */

/** Members of every event. @typedef {{ visitor: string, at: number }} OfPage */

/**
 * Members of every event of a widget.
 *
 * @typedef {object} OfWidget
 * @property {string} visitor The id that the visitor goes by.
 * @property {number} at The server's time, milliseconds since 1970.
 * @property {string} element Id of the widget's element.
 * @property {string} widget Id of the widget in the site's configuration.
 * @property {WidgetKind} kind
 */

/** Members of every event of a conversation. @typedef {OfWidget & { conversation: string }} OfConversation */

/**
 * Members of every question to a listener of `before`. `widget`: id of the widget's element; `by`: whose action it is.
 *
 * @typedef {{ widget: string, by: 'visitor' | 'page' }} OfBefore
 */
";

/// The text of `js/port.js`: types alone.
#[must_use]
pub fn script() -> String {
    let mut out = format!("{HEAD}\n/**\n * The payload of each command, by name.\n *\n * @typedef {{object}} Commands\n");
    for row in COMMANDS {
        let more = if row.full { " In the build for other vendors' pages." } else { "" };
        out.push_str(&format!(" * @property {{{}}} {} {}{more}\n", shape(row.fields.iter()), row.name, words(row.doc)));
    }
    out.push_str(
        " */\n\n/**\n * The members of each event, by name. No event has the text of a message.\n *\n * @typedef {object} Events\n",
    );
    for row in EVENTS {
        out.push_str(&format!(" * @property {{{}}} {} {}\n", event_shape(row), row.name, words(row.doc)));
    }
    out.push_str(" * @property {{ code: import('./error.js').ErrorCode }} failed The widget is not there any more.\n");
    out.push_str(" * @property {{}} changed The state is another one.\n */\n");
    for row in SNAPSHOT {
        out.push_str(&format!("\n/**\n * {}\n *\n * @typedef {{object}} {}\n", words(row.doc), row.name));
        for (field, doc) in row.members {
            let (shape, name) = match field.shape.strip_suffix('?') {
                Some(shape) => (shape, format!("[{}]", field.name)),
                None => (field.shape, field.name.to_owned()),
            };
            out.push_str(&format!(" * @property {{{shape}}} {name} {}\n", words(doc)));
        }
        out.push_str(" */\n");
    }
    out.push_str("\n/**\n * The members of a question to a listener of `before`, by kind.\n *\n * @typedef {object} Befores\n");
    for row in BEFORE {
        let of = shape(row.told.iter().chain(row.changes));
        let of = if of == "{}" { "OfBefore".to_owned() } else { format!("OfBefore & {of}") };
        out.push_str(&format!(" * @property {{{of}}} {} {}\n", row.name, words(row.doc)));
    }
    out.push_str(" */\n\n/**\n * The members that a listener may change, by kind.\n *\n * @typedef {object} Changes\n");
    for row in BEFORE {
        let changes: Vec<String> = row.changes.iter().map(|field| format!("{}?: {}", field.name, field.shape)).collect();
        out.push_str(&format!(" * @property {{{{ {} }}}} {}\n", changes.join(", "), row.name).replace("{  }", "Record<string, never>"));
    }
    out.push_str(" */\n\nexport {};\n");
    out
}

/// The text of `docs/port.md`.
#[must_use]
pub fn commands_document() -> String {
    let mut out = String::from(
        "# The port\n\nThe commands of the core for our own scripts: `call(name, payload)`. The payload is one JSON object. A field that is wrong, and a name\n\
         that the build does not have, is an error of the code `misuse` that names the field; nothing else happens. Pages use\n\
         [the API](embedding.md), which stands on it; what they are told is in [events.md](events.md). `asked`: the caller has asked the listeners of\n\
         `before` already, or is one.\n\n\
         Written by `cargo xtask port` from the tables in `src/port`; not to be changed by hand.\n\n\
         | command | payload | what it does |\n|---|---|---|\n",
    );
    for row in COMMANDS {
        let more = if row.full { " (Only in the build for other vendors' pages.)" } else { "" };
        out.push_str(&format!("| `{}` | `{}` | {}{more} |\n", row.name, shape(row.fields.iter()), words(row.doc)));
    }
    out.push_str(
        "\n## Snapshot\n\nThe state that `getState()` returns at any time, besides `status`. It has the texts of messages, which events have not: it is for the page's own code, not\n\
         for analytics. It is not to be changed: the same object is given until something happens.\n",
    );
    for row in SNAPSHOT {
        out.push_str(&format!("\n### {}\n\n{}\n\n| member | type | |\n|---|---|---|\n", row.name, words(row.doc)));
        for (field, doc) in row.members {
            let (shape, name) = match field.shape.strip_suffix('?') {
                Some(shape) => (shape, format!("{}?", field.name)),
                None => (field.shape, field.name.to_owned()),
            };
            out.push_str(&format!("| `{name}` | `{}` | {} |\n", shape.replace('|', "\\|"), words(doc)));
        }
    }
    out.push_str(
        "\n## Before\n\nThe questions to listeners before an action takes effect (`before(kind, listener)`, see [embedding.md](embedding.md#before)). Each is asked with `widget`\n\
         (id of the widget's element), `by` (`visitor` or `page`) and what the table says, and answers at once: nothing lets it go on, `false`\n\
         stops it, an object replaces arguments that may be changed. A listener that throws counts as one that answers nothing; the error is\n\
         reported as the page's.\n\n\
         | kind | is asked with | may change | when |\n|---|---|---|---|\n",
    );
    for row in BEFORE {
        let more = if row.full { " (Only in the build for other vendors' pages.)" } else { "" };
        let names =
            |fields: &[Field]| fields.iter().map(|field| format!("`{}: {}`", field.name, field.shape)).collect::<Vec<_>>().join(", ");
        out.push_str(&format!("| `{}` | {} | {} | {}{more} |\n", row.name, names(row.told), names(row.changes), words(row.doc)));
    }
    out
}

/// The text of `docs/events.md`.
#[must_use]
pub fn events_document() -> String {
    let mut out = String::from(
        "# Events\n\nThe events for `Chinwag.on(name, listener)`. Every event has `name`, `visitor` and `at` (the server's time, milliseconds since 1970); those of a\n\
         widget have `element`, `widget` and `kind`, those of a conversation `conversation` besides. No event carries a text, a name or contact data.\n\n\
         Written by `cargo xtask port` from the table in `src/port/events.rs`; not to be changed by hand.\n\n\
         | name | of | more | when |\n|---|---|---|---|\n",
    );
    for row in EVENTS {
        let more: Vec<String> = row
            .members
            .iter()
            .filter(|member| row.of != "Conversation" || member.name != "conversation")
            .map(|member| if member.shape.ends_with('?') { format!("(`{}`)", member.name) } else { format!("`{}`", member.name) })
            .collect();
        let of = row.of.to_lowercase();
        out.push_str(&format!("| `{}` | {of} | {} | {} |\n", row.name, more.join(", "), words(row.doc)));
    }
    out.push_str("| `failed` | page | `code` | The widget is not there any more. |\n");
    out.push_str("| `changed` | page | | `getState()` returns another state: at once, then at most once a frame of the screen. It has no members, and `'*'` does not hear it. |\n");
    out
}
