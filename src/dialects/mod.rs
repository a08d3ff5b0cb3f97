//! Dialects: pure translations of the engine's events into the messages of other vendors. A vendor is one file here, a facade if it has
//! commands, and a table of tests (HACKING.md).

pub mod ctlive;
#[cfg(feature = "facade")]
pub mod genesys;
#[cfg(feature = "facade")]
pub mod notice;
#[cfg(feature = "full")]
pub mod transcript;
#[cfg(feature = "facade")]
pub use genesys::{Genesys as Retelling, POLL_EXCEPTION_LIMIT as FAILURES};

use crate::engine::Event;
use crate::model::{DialectSpec, SiteConfig};
use ctlive::Ctlive;

/// The name of a dialect whose translation is not in every build (`genesys.rs`).
const GENESYS: &str = "genesys";

/// One message to post to the page's window: `{name: envelope, type: kind, object: fields}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The value of `name`, by which listeners recognise this dialect's messages.
    pub envelope: &'static str,
    /// What happened, in the dialect's words.
    pub kind: &'static str,
    /// In the order in which they stand in the object.
    pub fields: Vec<(&'static str, Value)>,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Flag(bool),
    List(Vec<String>),
}

/// What is wrong with the settings of a dialect: the key, empty for the dialect itself, and what to write instead.
#[must_use]
pub fn faults(spec: &DialectSpec) -> Vec<(String, String)> {
    match spec.name.as_str() {
        ctlive::NAME => ctlive::faults(&spec.settings),
        GENESYS => {
            spec.settings.iter().map(|setting| (setting.key.clone(), "this dialect has no settings: the page has them".into())).collect()
        }
        name => vec![(String::new(), format!("there is no dialect `{name}`: use one of: {}, {GENESYS}", ctlive::NAME))],
    }
}

/// Whether pages of a dialect have registration forms of their own, which are not in the site's configuration.
#[must_use]
pub fn brings_forms(spec: &DialectSpec) -> bool {
    spec.name == GENESYS
}

/// The dialects that a site speaks.
#[derive(Clone, Debug)]
pub struct Dialects {
    ctlive: Option<Ctlive>,
}

impl Dialects {
    /// The dialects in the configuration. Unknown names are ignored here; the server refuses them.
    #[must_use]
    pub fn of(config: &SiteConfig) -> Self {
        Self { ctlive: config.dialects.iter().find(|dialect| dialect.name == ctlive::NAME).map(Ctlive::new) }
    }

    /// The messages of an event, in the order in which they have to be posted.
    #[must_use]
    pub fn translate(&self, event: &Event) -> Vec<Message> {
        self.ctlive.as_ref().map_or_else(Vec::new, |dialect| dialect.translate(event))
    }
}
