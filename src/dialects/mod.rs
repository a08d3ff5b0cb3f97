//! Dialects: pure translations of the engine's events into the messages of other vendors. A vendor is one file here, a row of
//! [`DIALECTS`], a facade if it has commands, and a table of tests (HACKING.md).

pub mod ctlive;
#[cfg(feature = "facade")]
pub mod genesys;
#[cfg(feature = "facade")]
pub mod notice;
#[cfg(feature = "full")]
pub mod transcript;
use crate::engine::Event;
use crate::model::{DialectSpec, SiteConfig};

/// One dialect: a row of [`DIALECTS`]. Everything else reads the table, so a vendor's name stands in no other layer.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// Its name in `[sites.dialects.NAME]`.
    pub name: &'static str,
    /// The window messages of an event with these settings, in the order in which they have to be posted.
    pub messages: Messages,
    /// For a facade of this vendor that needs more than events: makes its [`Retell`]. It may read the facade's options by their names.
    #[cfg(feature = "facade")]
    pub retell: Option<MakeRetell>,
    /// The faults of its settings: the key, and what to write instead.
    #[cfg(feature = "full")]
    pub faults: fn(&[crate::model::Setting]) -> Vec<(String, String)>,
    /// Its pages have registration forms of their own, which are not in the site's configuration.
    #[cfg(feature = "full")]
    pub brings_forms: bool,
    /// Addresses below the server's under which pages load its facade, as segments of a path; the first one is the file in
    /// `dist/widget`. Empty for a dialect without a facade.
    #[cfg(feature = "full")]
    pub scripts: &'static [&'static [&'static str]],
}

/// Window messages for an event, with a site's settings.
pub type Messages = fn(&DialectSpec, &Event) -> Vec<Message>;

/// Makes the translation for a facade, with the facade's options.
#[cfg(feature = "facade")]
pub type MakeRetell = fn(FacadeOptions<'_>) -> Box<dyn Retell>;

/// The options of a facade: gives the text of one by its name, empty for one that is not set.
#[cfg(feature = "facade")]
pub type FacadeOptions<'a> = &'a dyn Fn(&str) -> String;

/// Every dialect. The visitor's own build has those that speak in window messages; the others have all.
pub const DIALECTS: &[Dialect] = &[
    Dialect {
        name: ctlive::NAME,
        messages: |spec, event| ctlive::Ctlive::new(spec).translate(event),
        #[cfg(feature = "facade")]
        retell: None,
        #[cfg(feature = "full")]
        faults: ctlive::faults,
        #[cfg(feature = "full")]
        brings_forms: false,
        #[cfg(feature = "full")]
        scripts: &[],
    },
    #[cfg(feature = "full")]
    Dialect {
        name: "genesys",
        messages: |_, _| Vec::new(),
        #[cfg(feature = "facade")]
        retell: Some(genesys::retelling),
        faults: no_settings,
        brings_forms: true,
        scripts: &[&["genesys.js"], &["genesys", "cxbus.min.js"], &["genesys", "widgets.min.js"]],
    },
];

/// The part of a dialect that makes window messages: two columns of [`DIALECTS`].
#[derive(Clone, Copy)]
pub struct Speech {
    /// The dialect's name.
    pub name: &'static str,
    /// Its window messages.
    pub messages: Messages,
}

impl Dialect {
    /// The columns for window messages.
    #[must_use]
    pub const fn speech(&self) -> Speech {
        Speech { name: self.name, messages: self.messages }
    }
}

/// The columns for window messages in a table of their own: the first part of the widget's module names this table, so that the other columns are
/// not linked into it.
pub static SPEECHES: [Speech; DIALECTS.len()] = {
    let mut all = [DIALECTS[0].speech(); DIALECTS.len()];
    let mut row = 1;
    while row < all.len() {
        all[row] = DIALECTS[row].speech();
        row += 1;
    }
    all
};

/// The column for facades in a table of its own, for the same reason.
#[cfg(feature = "facade")]
pub static RETELLS: [Option<MakeRetell>; DIALECTS.len()] = {
    let mut all = [None; DIALECTS.len()];
    let mut row = 0;
    while row < all.len() {
        all[row] = DIALECTS[row].retell;
        row += 1;
    }
    all
};

/// A dialect for a facade: makes notices from happenings. It has a state, unlike a dialect of window messages.
#[cfg(feature = "facade")]
pub trait Retell {
    /// The notices of an event, in order. All facades of a page hear them: the words (`what`) of two dialects have to differ.
    fn translate(&mut self, event: &Event) -> Vec<notice::Notice>;
}

/// One message to post to the page's window: `{name: envelope, type: kind, object: fields}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The value of `name`, by which listeners recognise this dialect's messages.
    pub envelope: &'static str,
    /// The kind of the event, in the dialect's words.
    pub kind: &'static str,
    /// The fields, in the order in which they stand in the object.
    pub fields: Vec<(&'static str, Value)>,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Flag(bool),
    List(Vec<String>),
}

/// The faults of a dialect's settings: the key, empty for the dialect itself, and what to write instead. Names are those of the
/// table.
#[cfg(feature = "full")]
#[must_use]
pub fn faults(table: &[Dialect], spec: &DialectSpec) -> Vec<(String, String)> {
    let Some(dialect) = find(table, spec) else {
        let known = table.iter().map(|dialect| dialect.name).collect::<Vec<_>>().join(", ");
        return vec![(String::new(), ["there is no dialect `", &spec.name, "`: use one of: ", &known].concat())];
    };
    (dialect.faults)(&spec.settings)
}

/// Whether pages of a dialect have registration forms of their own, which are not in the site's configuration.
#[cfg(feature = "full")]
#[must_use]
pub fn brings_forms(table: &[Dialect], spec: &DialectSpec) -> bool {
    find(table, spec).is_some_and(|dialect| dialect.brings_forms)
}

/// The file of the facade that pages load from this address, given as the segments of its path.
#[cfg(feature = "full")]
#[must_use]
pub fn script(table: &[Dialect], address: &[&str]) -> Option<&'static [&'static str]> {
    table.iter().find(|dialect| dialect.scripts.contains(&address)).and_then(|dialect| dialect.scripts.first().copied())
}

/// For a dialect without settings: every setting is a fault.
#[cfg(feature = "full")]
fn no_settings(settings: &[crate::model::Setting]) -> Vec<(String, String)> {
    settings.iter().map(|setting| (setting.key.clone(), "this dialect has no settings: the page has them".into())).collect()
}

#[cfg(feature = "full")]
fn find<'a>(table: &'a [Dialect], spec: &DialectSpec) -> Option<&'a Dialect> {
    table.iter().find(|dialect| dialect.name == spec.name)
}

/// The dialects of a site, with its settings of each.
#[derive(Clone)]
pub struct Dialects(Vec<(Messages, DialectSpec)>);

impl Dialects {
    /// The dialects in the configuration, in its order. Names that are not in the table are ignored here; the server refuses them.
    #[must_use]
    pub fn of(table: &[Speech], config: &SiteConfig) -> Self {
        let messages = |spec: &DialectSpec| table.iter().find(|speech| speech.name == spec.name).map(|speech| speech.messages);
        Self(config.dialects.iter().filter_map(|spec| Some((messages(spec)?, spec.clone()))).collect())
    }

    /// The window messages of an event, in the order in which they have to be posted.
    #[must_use]
    pub fn translate(&self, event: &Event) -> Vec<Message> {
        self.0.iter().flat_map(|(messages, spec)| messages(spec, event)).collect()
    }
}

/// The notices for the facades of a page, from all dialects that make notices.
#[cfg(feature = "facade")]
#[derive(Default)]
pub struct Retelling(Vec<Box<dyn Retell>>);

#[cfg(feature = "facade")]
impl Retelling {
    /// The translations for the facades of a page with these options.
    #[must_use]
    pub fn new(table: &[Option<MakeRetell>], options: FacadeOptions<'_>) -> Self {
        Self(table.iter().flatten().map(|retell| retell(options)).collect())
    }

    /// The notices of an event, dialect by dialect.
    pub fn translate(&mut self, event: &Event) -> Vec<notice::Notice> {
        self.0.iter_mut().flat_map(|dialect| dialect.translate(event)).collect()
    }
}
