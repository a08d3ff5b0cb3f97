//! The configuration file as it is written: `docs/configuration.md` explains every key. Unknown keys are refused.

use super::{Limits, Span, Text};
use chinwag::model::{Consent, EngagementKind, FieldKind, WidgetKind};
use chinwag::wire::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub server: Server,
    #[serde(default)]
    pub timeouts: Timeouts,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub desk: Desk,
    pub sites: Vec<Site>,
    #[serde(default)]
    pub forms: Vec<FormDef>,
    #[serde(default)]
    pub campaigns: Vec<Campaign>,
    #[serde(default)]
    pub agents: Vec<Agent>,
    #[serde(default)]
    pub canned: Vec<CannedDef>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    pub listen: SocketAddr,
    pub data: PathBuf,
    /// A folder of widget and desk, in place of the ones inside the program.
    pub assets: Option<PathBuf>,
    /// Mixed into the ids of conversations; made by the server when left out.
    pub secret: Option<String>,
    /// Host names that clients may use for the server, besides IP addresses and `localhost`.
    pub hosts: Vec<String>,
    /// Addresses and networks of proxies that are trusted to give the client's address.
    pub trusted_proxies: Vec<String>,
    /// The header in which they give it.
    pub forwarded_header: ForwardedHeader,
}

/// The header in which a proxy gives the client's address. Only one is read, because a proxy passes the other ones on as the client sent them.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            assets: None,
            secret: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
        }
    }
}

/// Time limits and intervals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// For the head of an HTTP request, and for the pause between two requests.
    pub header: Span,
    /// For reading the body of an HTTP request.
    pub body: Span,
    /// For the time until the first frame of a socket.
    pub hello: Span,
    /// The interval of pings.
    pub heartbeat: Span,
    /// A socket without a frame for this long is closed.
    pub silence: Span,
    /// How long an agent's link may be missing.
    pub agent_grace: Span,
    /// How long a visitor may have no link before the visitor counts as having left.
    pub visitor_grace: Span,
    /// How long a visitor may be away before the conversation ends.
    pub visitor_restore: Span,
    /// How long an ended conversation waits for its disposition.
    pub wrap_up: Span,
    /// How long an agent stays signed in.
    pub session: Span,
    /// The wait after too many failed sign-ins.
    pub login_wait: Span,
    /// For finishing the requests under way when the server stops.
    pub stop: Span,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            header: Span::secs(10),
            body: Span::secs(10),
            hello: Span::secs(10),
            heartbeat: Span::secs(15),
            silence: Span::secs(25),
            agent_grace: Span::secs(30),
            visitor_grace: Span::secs(10),
            visitor_restore: Span::secs(600),
            wrap_up: Span::secs(3_600),
            session: Span::secs(12 * 3_600),
            login_wait: Span::secs(1),
            stop: Span::secs(8),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Desk {
    /// Origins that may show the desk in a frame; none by default (quality S12).
    pub frame_ancestors: Vec<String>,
    /// Origins, besides the server's own, from which a desk may connect.
    pub origins: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub key: String,
    /// Origins of the pages that may use it. `{port}` stands for the port that the server listens on.
    pub origins: Vec<String>,
    #[serde(default = "english")]
    pub locale: String,
    #[serde(default = "strict", deserialize_with = "Consent::known")]
    pub consent: Consent,
    #[serde(default)]
    pub brand: BrandDef,
    #[serde(default)]
    pub fallback: FallbackDef,
    /// The settings of the dialects, by their names.
    #[serde(default)]
    pub dialects: BTreeMap<String, toml::Table>,
    /// For programs that speak the protocol of [`crate::gms`].
    pub gms: Option<crate::gms::Settings>,
    /// When a conversation without messages is closed; `None` for never.
    pub idle: Option<super::Idle>,
    /// The files that the site accepts; `None` when it accepts none.
    pub files: Option<super::files::Files>,
    #[serde(default)]
    pub widgets: Vec<Widget>,
}

impl Site {
    /// Whether its pages ask visitors in forms of their own: then a conversation may have any values, within limits for their number and length.
    #[must_use]
    pub fn brings_forms(&self) -> bool {
        self.dialects
            .iter()
            .filter_map(|(name, table)| super::view::dialect(name, table))
            .any(|spec| chinwag::dialects::brings_forms(chinwag::dialects::DIALECTS, &spec))
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrandDef {
    pub name: Text,
    pub accent: String,
    pub privacy_url: Text,
    /// A file with the site's picture; its folder is that of the configuration.
    pub logo: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FallbackDef {
    pub label: Text,
    pub href: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    pub id: String,
    pub element: String,
    #[serde(deserialize_with = "WidgetKind::known")]
    pub kind: WidgetKind,
    #[serde(default = "button", deserialize_with = "EngagementKind::known")]
    pub engagement: EngagementKind,
    /// The queue of its conversations and requests.
    pub campaign: String,
    pub label: Text,
    #[serde(default)]
    pub title: Text,
    #[serde(default)]
    pub greeting: Text,
    pub form: Option<String>,
    pub survey: Option<String>,
    #[serde(default)]
    pub survey_after_unanswered: bool,
    #[serde(default)]
    pub rules: RulesDef,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RulesDef {
    pub pages: Vec<String>,
    pub after: Option<Span>,
    pub open_after: Option<Span>,
    pub only_available: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormDef {
    pub id: String,
    #[serde(default)]
    pub title: Text,
    #[serde(default)]
    pub intro: Text,
    #[serde(default)]
    pub submit: Text,
    pub fields: Vec<FieldDef>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDef {
    pub name: String,
    #[serde(deserialize_with = "FieldKind::known")]
    pub kind: FieldKind,
    #[serde(default)]
    pub label: Text,
    #[serde(default)]
    pub hint: Text,
    #[serde(default)]
    pub value: String,
    #[serde(default)]
    pub options: Vec<ChoiceDef>,
    #[serde(default)]
    pub mandatory: bool,
    #[serde(default = "yes")]
    pub visible_customer: bool,
    #[serde(default = "yes")]
    pub visible_agent: bool,
    #[serde(default = "yes")]
    pub editable: bool,
    pub pattern: Option<String>,
    pub mandatory_error: Option<Text>,
    pub pattern_error: Option<Text>,
    pub min: Option<u32>,
    pub max: Option<u32>,
    #[serde(default)]
    pub min_label: Text,
    #[serde(default)]
    pub max_label: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceDef {
    pub value: String,
    pub label: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    pub name: String,
    #[serde(default)]
    pub label: Text,
    /// IANA time zone of the hours.
    #[serde(default = "utc")]
    pub zone: String,
    /// Opening hours such as `mon-fri 09:00-18:00`; always open when there are none.
    #[serde(default)]
    pub hours: Vec<String>,
    /// Days on which it is closed, `YYYY-MM-DD`.
    #[serde(default)]
    pub closed_on: Vec<String>,
    /// How many conversations may wait.
    #[serde(default = "fifty")]
    pub max_queue: usize,
    /// How long a conversation may wait.
    #[serde(default = "ten_minutes")]
    pub queue_timeout: Span,
    /// How long an agent may take to answer an offer.
    #[serde(default = "half_a_minute")]
    pub offer_timeout: Span,
    #[serde(default)]
    pub slots: Slots,
    #[serde(default)]
    pub dispositions: Vec<DispositionDef>,
}

/// The times for calls at a chosen time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Slots {
    pub minutes: u32,
    /// Calls in one slot.
    pub per_slot: u32,
    /// How many days ahead a time can be chosen.
    pub days: u32,
    /// How long before its beginning a slot can still be chosen.
    pub lead: Span,
}

impl Default for Slots {
    fn default() -> Self {
        Self { minutes: 30, per_slot: 2, days: 5, lead: Span::secs(900) }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispositionDef {
    pub name: String,
    #[serde(default)]
    pub children: Vec<Self>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The name to sign in with.
    pub user: String,
    /// The name that visitors see.
    pub name: String,
    /// The agent's position, as a text that pages can show.
    pub position: Option<String>,
    /// A file with the agent's picture; its folder is that of the configuration.
    pub picture: Option<PathBuf>,
    #[serde(default = "agent", deserialize_with = "Role::known")]
    pub role: Role,
    #[serde(default)]
    pub campaigns: Vec<String>,
    #[serde(default = "three")]
    pub capacity: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedDef {
    pub shortcut: String,
    pub title: String,
    pub text: String,
}

fn english() -> String {
    "en".into()
}

fn utc() -> String {
    "UTC".into()
}

const fn strict() -> Consent {
    Consent::Strict
}

const fn button() -> EngagementKind {
    EngagementKind::Button
}

const fn yes() -> bool {
    true
}

const fn agent() -> Role {
    Role::Agent
}

const fn three() -> u32 {
    3
}

const fn fifty() -> usize {
    50
}

const fn ten_minutes() -> Span {
    Span::secs(600)
}

const fn half_a_minute() -> Span {
    Span::secs(30)
}
