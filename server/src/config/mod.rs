//! `chinwag.toml`: read, checked whole, and replaced while the server runs.

mod check;
mod duration;
mod file;
pub(crate) mod files;
mod hours;
mod idle;
mod limits;
mod lines;
mod pattern;
mod picture;
mod shape;
mod text;
mod view;

use chinwag::model::WidgetKind;
use ipnet::IpNet;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::path::Path;

pub use duration::Span;
pub use file::{Agent, Campaign, ForwardedHeader, Site, Timeouts, Widget};
pub use hours::Hours;
pub use idle::Idle;
pub use limits::{AddressLimits, Limits};
pub use picture::Picture;
pub use text::Text;
pub use view::WidgetState;

use file::File;
use pattern::Scope;
use picture::Pictures;

/// A checked configuration: every reference in it exists, every pattern is compiled to its table.
pub struct Config {
    file: File,
    hours: HashMap<String, Hours>,
    patterns: HashMap<(Scope, String), String>,
    pictures: Pictures,
    port: u16,
}

/// One fault of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number of the line, from 1; 0 for a fault of the whole file.
    pub line: usize,
    /// The way to the field, such as `sites[0].widgets[1].campaign`; empty for the whole file.
    pub field: String,
    /// The fault, and the text to write instead.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every fault that was found, at least one.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        let whole = |message: String| vec![Fault { line: 0, field: String::new(), message }];
        let text = std::fs::read_to_string(path).map_err(|error| whole(format!("cannot read {}: {error}", path.display())))?;
        let mut config = Self::parse(&text)?;
        let pictures = Pictures::read(&config.file, path.parent().unwrap_or_else(|| Path::new("")));
        config.pictures = pictures.map_err(|faults| lines::find_lines(&text, faults))?;
        Ok(config)
    }

    /// Reads and checks the text of a file, without the pictures that it names.
    ///
    /// # Errors
    /// Every fault that was found, at least one.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let file = shape::read(text)?;
        let checked = check::check(&file).map_err(|faults| lines::find_lines(text, faults))?;
        let port = file.server.listen.port();
        Ok(Self { file, hours: checked.hours, patterns: checked.patterns, pictures: Pictures::default(), port })
    }

    /// Sets the address to listen on, `{port}` in origins, and the folders, where the command line overrides them.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    #[must_use]
    pub const fn server(&self) -> &file::Server {
        &self.file.server
    }

    #[must_use]
    pub const fn timeouts(&self) -> &Timeouts {
        &self.file.timeouts
    }

    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.file.limits
    }

    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.file.sites
    }

    #[must_use]
    pub fn site(&self, key: &str) -> Option<&Site> {
        self.file.sites.iter().find(|site| site.key == key)
    }

    /// The picture of a site.
    #[must_use]
    pub fn logo(&self, site: &str) -> Option<&Picture> {
        self.pictures.sites.get(site)
    }

    /// The path of a site's picture on the server.
    #[must_use]
    pub fn logo_address(&self, site: &str) -> Option<String> {
        self.logo(site).map(|logo| format!("v1/sites/{site}/logo/{}", logo.hash))
    }

    /// The picture of an agent.
    #[must_use]
    pub fn agent_picture(&self, user: &str) -> Option<&Picture> {
        self.pictures.agents.get(user)
    }

    /// The path of an agent's picture on the server.
    #[must_use]
    pub fn agent_picture_address(&self, user: &str) -> Option<String> {
        self.agent_picture(user).map(|picture| format!("v1/agents/{user}/picture/{}", picture.hash))
    }

    /// Whether pages of this origin may use the site: compared whole, no patterns (quality S17).
    #[must_use]
    pub fn allows_origin(&self, site: &Site, origin: &str) -> bool {
        site.origins.iter().any(|listed| self.with_number(listed) == origin)
    }

    /// Whether a desk on a page of this origin may connect to a server that is addressed as `host`.
    #[must_use]
    pub fn allows_desk(&self, origin: &str, host: &str) -> bool {
        let own = origin.split_once("://").is_some_and(|(scheme, rest)| matches!(scheme, "http" | "https") && rest == host);
        own || self.file.desk.origins.iter().any(|listed| self.with_number(listed) == origin)
    }

    /// Whether clients may use this `Host` for the server: `localhost`, an IP address, a name of `server.hosts`, or the host of one of the
    /// desk's origins. This stops pages that point a DNS name of their own to this server.
    #[must_use]
    pub fn answers_to(&self, host: &str) -> bool {
        let Some(name) = host_name(host) else { return false };
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let own = || self.file.desk.origins.iter().filter_map(|origin| host_name(origin.split_once("://")?.1));
        name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
            || is("localhost")
            || self.file.server.hosts.iter().any(|known| is(known))
            || own().any(is)
    }

    /// Networks of proxies that are trusted to give the client's address.
    #[must_use]
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        // All of them were parsed when the file was checked.
        self.file.server.trusted_proxies.iter().filter_map(|text| check::read_network(text).ok()).collect()
    }

    /// Origins that may show the desk in a frame.
    pub fn frame_ancestors(&self) -> impl Iterator<Item = String> {
        self.file.desk.frame_ancestors.iter().map(|listed| self.with_number(listed))
    }

    #[must_use]
    pub fn campaigns(&self) -> &[Campaign] {
        &self.file.campaigns
    }

    #[must_use]
    pub fn campaign(&self, name: &str) -> Option<&Campaign> {
        self.file.campaigns.iter().find(|campaign| campaign.name == name)
    }

    /// The opening hours of a campaign.
    #[must_use]
    pub fn hours(&self, campaign: &str) -> Option<&Hours> {
        self.hours.get(campaign)
    }

    #[must_use]
    pub fn agents(&self) -> &[Agent] {
        &self.file.agents
    }

    #[must_use]
    pub fn agent(&self, user: &str) -> Option<&Agent> {
        self.file.agents.iter().find(|agent| agent.user == user)
    }

    /// The table of a pattern of this configuration.
    fn table(&self, scope: Scope, pattern: &str) -> String {
        // Every pattern was compiled when the file was checked.
        self.patterns.get(&(scope, pattern.to_owned())).cloned().unwrap_or_default()
    }

    /// The site and the widget that a service name of [`crate::gms`] leads to.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<(&Site, &crate::gms::Settings, &Widget)> {
        self.file.sites.iter().find_map(|site| {
            let settings = site.gms.as_ref().filter(|settings| settings.enabled)?;
            let widget = site.widget(settings.services.get(name)?)?;
            Some((site, settings, widget))
        })
    }

    fn with_number(&self, origin: &str) -> String {
        origin.replace("{port}", &self.port.to_string())
    }
}

impl Site {
    /// A widget of the site.
    #[must_use]
    pub fn widget(&self, id: &str) -> Option<&Widget> {
        self.widgets.iter().find(|widget| widget.id == id)
    }

    /// Whether place, time and device are removed from photographs; this also holds for programs with limits of their own.
    #[must_use]
    pub fn strips_metadata(&self) -> bool {
        self.files.as_ref().is_none_or(|files| files.strip_metadata)
    }

    /// The allowances for files; they also hold for programs with limits of their own.
    #[must_use]
    pub fn file_allowance(&self) -> files::Allowance {
        self.files.as_ref().map_or_else(|| files::Files::default().allowance(), files::Files::allowance)
    }
}

/// The host of a `Host` header, without its port; an IPv6 address keeps its brackets.
fn host_name(host: &str) -> Option<&str> {
    let name = match host.strip_prefix('[') {
        Some(rest) => host.get(..rest.find(']')? + 2)?,
        None => host.split(':').next()?,
    };
    // A trailing dot of a full DNS name does not matter.
    Some(name.strip_suffix('.').unwrap_or(name)).filter(|name| !name.is_empty())
}

/// Whether a widget starts a conversation; the others store a request.
#[must_use]
pub const fn is_chat(kind: WidgetKind) -> bool {
    matches!(kind, WidgetKind::Chat)
}

/// The language of a locale: the part before the first hyphen.
#[must_use]
pub fn language(locale: &str) -> &str {
    locale.split(['-', '_']).next().unwrap_or(locale)
}
