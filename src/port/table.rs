//! The table as people and the JavaScript side read it.

use super::COMMANDS;

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

/// A field of a command.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Its type in TypeScript; with a `?` behind it, it may be left out.
    pub shape: &'static str,
}

impl Row {
    /// Its documentation in one line.
    fn words(&self) -> String {
        self.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }

    /// Its fields as a type of TypeScript.
    fn shape(&self) -> String {
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|field| match field.shape.strip_suffix('?') {
                Some(shape) => format!("{}?: {shape}", field.name),
                None => format!("{}: {}", field.name, field.shape),
            })
            .collect();
        if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
    }
}

/// What `js/port.js` is: types alone.
#[must_use]
pub fn script() -> String {
    let mut out = String::from(
        "/**\n * The border between page and core, as types: what `Chat.call(name, payload)` takes. Written by `cargo xtask port` from the table in\n * `src/port/commands.rs`; not to be changed by hand.\n */\n\n\
         /** A value of a form, by the name of its field. @typedef {{ name: string, value: string }} FieldValue */\n\n\
         /**\n * A line of the page's own in the transcript. `mine`: on the visitor's side; `bare`: without a bubble; `drawn`: the page draws it itself.\n *\n\
         \x20* @typedef {{ name: string, text: string, mine: boolean, bare: boolean, drawn: boolean }} Line\n */\n\n\
         /**\n * What each command takes, by name.\n *\n * @typedef {object} Commands\n",
    );
    for row in COMMANDS {
        let more = if row.full { " In the build for other vendors' pages." } else { "" };
        out.push_str(&format!(" * @property {{{}}} {} {}{more}\n", row.shape(), row.name, row.words()));
    }
    out.push_str(" */\n\nexport {};\n");
    out
}

/// What `docs/port.md` is.
#[must_use]
pub fn document() -> String {
    let mut out = String::from(
        "# The port\n\nWhat a page's scripts can ask of the core: `call(name, payload)`. The payload is one JSON object. A field that is wrong, and a name that \
         the\nbuild does not have, is an error of the code `misuse` that names the field; nothing else happens. Written by `cargo xtask port` from the table \
         in\n`src/port/commands.rs`; not to be changed by hand. Pages use [the API](embedding.md), which stands on it.\n\n| command | payload | what it does |\n|---|---|---|\n",
    );
    for row in COMMANDS {
        let more = if row.full { " (Only in the build for other vendors' pages.)" } else { "" };
        out.push_str(&format!("| `{}` | `{}` | {}{more} |\n", row.name, row.shape().replace('|', "\\|"), row.words()));
    }
    out
}
