//! The rules that go beyond the types of the keys: references exist, ids are unique, patterns compile.

use super::file::{Campaign, FieldDef, File, Site, Widget};
use super::hours::Hours;
use super::pattern::{Scope, compile};
use super::view::dialect;
use chinwag::dialects::{self, DIALECTS};
use chinwag::model::{FieldKind, Form, WidgetKind};
use chinwag::text::links;
use ipnet::IpNet;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// A fault at a path of the file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) message: String,
}

/// Values that were computed during the check.
pub(super) struct Checked {
    pub(super) hours: HashMap<String, Hours>,
    pub(super) patterns: HashMap<(Scope, String), String>,
}

pub(super) fn check(file: &File) -> Result<Checked, Vec<Found>> {
    let mut check = Check { found: Vec::new(), hours: HashMap::new(), patterns: HashMap::new() };
    check.server(file);
    check.unique("campaigns", "name", file.campaigns.iter().map(|campaign| &campaign.name));
    check.unique("forms", "id", file.forms.iter().map(|form| &form.id));
    check.unique("agents", "user", file.agents.iter().map(|agent| &agent.user));
    check.unique("sites", "key", file.sites.iter().map(|site| &site.key));
    check.unique("canned", "shortcut", file.canned.iter().map(|canned| &canned.shortcut));
    for (index, campaign) in file.campaigns.iter().enumerate() {
        check.campaign(&format!("campaigns[{index}]"), campaign);
    }
    for (index, form) in file.forms.iter().enumerate() {
        check.unique(&format!("forms[{index}].fields"), "name", form.fields.iter().map(|field| &field.name));
        for (number, field) in form.fields.iter().enumerate() {
            check.field(&format!("forms[{index}].fields[{number}]"), field);
        }
    }
    for (index, agent) in file.agents.iter().enumerate() {
        let path = format!("agents[{index}]");
        check.is_name(&format!("{path}.user"), &agent.user);
        if chinwag::text::is_empty(&agent.name) {
            check.wrong(format!("{path}.name"), "is empty: visitors see this name");
        }
        if agent.position.as_deref().is_some_and(chinwag::text::is_empty) {
            check.wrong(format!("{path}.position"), "is empty: write what the agent does, or leave it out");
        }
        for (number, name) in agent.campaigns.iter().enumerate() {
            check.is_campaign(file, format!("{path}.campaigns[{number}]"), name);
        }
    }
    for (index, site) in file.sites.iter().enumerate() {
        check.site(file, &format!("sites[{index}]"), site);
    }
    let services = file.sites.iter().enumerate().flat_map(|(index, site)| {
        let names = site.gms.iter().flat_map(|settings| settings.services.keys());
        names.map(move |name| (index, name))
    });
    let mut seen = HashSet::new();
    for (index, name) in services {
        if !seen.insert(name) {
            let message = "is the name of another site's service too: give this one another name, the address says only the name";
            check.wrong(format!("sites[{index}].gms.services.{name}"), message);
        }
    }
    for (list, key) in [(&file.desk.origins, "origins"), (&file.desk.frame_ancestors, "frame_ancestors")] {
        for (index, origin) in list.iter().enumerate() {
            check.is_origin(format!("desk.{key}[{index}]"), origin);
        }
    }
    if check.found.is_empty() { Ok(Checked { hours: check.hours, patterns: check.patterns }) } else { Err(check.found) }
}

struct Check {
    found: Vec<Found>,
    hours: HashMap<String, Hours>,
    patterns: HashMap<(Scope, String), String>,
}

impl Check {
    fn wrong(&mut self, path: String, message: impl Into<String>) {
        self.found.push(Found { path, message: message.into() });
    }

    fn server(&mut self, file: &File) {
        if let Some(secret) = &file.server.secret {
            let lower = secret.to_lowercase();
            if ["change", "example", "secret", "password", "todo"].iter().any(|word| lower.contains(word)) {
                self.wrong(
                    "server.secret".into(),
                    "is an example: leave the key out (the server makes one), or write 32 random characters",
                );
            } else if secret.len() < 32 {
                self.wrong("server.secret".into(), "is too short: leave the key out (the server makes one), or write 32 random characters");
            }
        }
        if file.sites.is_empty() {
            self.wrong("sites".into(), "is empty: a server needs at least one [[sites]]");
        }
        for (index, name) in file.server.hosts.iter().enumerate() {
            if !is_host(name) {
                let message = format!("`{name}` is not a host: write a name such as \"chat.example\", without scheme, port and path");
                self.wrong(format!("server.hosts[{index}]"), message);
            }
        }
        for (index, text) in file.server.trusted_proxies.iter().enumerate() {
            if let Err(message) = read_network(text) {
                self.wrong(format!("server.trusted_proxies[{index}]"), message);
            }
        }
        for (key, message) in file.limits.faults() {
            self.wrong(format!("limits.{key}"), message);
        }
        let timeouts = &file.timeouts;
        if timeouts.heartbeat.0.is_zero() || timeouts.silence.0 <= timeouts.heartbeat.0 {
            self.wrong("timeouts.silence".into(), "has to be longer than timeouts.heartbeat, and that longer than nothing");
        }
    }

    fn unique<'a>(&mut self, path: &str, key: &str, values: impl Iterator<Item = &'a String>) {
        let mut seen = HashSet::new();
        for (index, value) in values.enumerate() {
            let place = format!("{path}[{index}].{key}");
            if chinwag::text::is_empty(value) {
                self.wrong(place, "is empty: give it a name");
            } else if !seen.insert(value) {
                self.wrong(place, format!("`{value}` is there twice: give this one another name"));
            }
        }
    }

    fn campaign(&mut self, path: &str, campaign: &Campaign) {
        match Hours::read(campaign) {
            Ok(hours) => {
                self.hours.insert(campaign.name.clone(), hours);
            }
            Err((key, message)) => self.wrong(format!("{path}.{key}"), message),
        }
        if !(5..=1440).contains(&campaign.slots.minutes) {
            self.wrong(format!("{path}.slots.minutes"), "has to be from 5 to 1440");
        }
        if campaign.slots.days > 60 {
            self.wrong(format!("{path}.slots.days"), "has to be 60 at most");
        }
    }

    fn field(&mut self, path: &str, field: &FieldDef) {
        self.is_name(&format!("{path}.name"), &field.name);
        if field.label.is_empty() && field.visible_customer {
            self.wrong(format!("{path}.label"), "is missing: a visitor has to know what the field is for");
        }
        let chooses = matches!(field.kind, FieldKind::Radio | FieldKind::Select);
        if chooses && field.options.is_empty() {
            self.wrong(format!("{path}.options"), "is missing: write options = [{ value = \"a\", label = \"A\" }]");
        } else if !chooses && !field.options.is_empty() {
            self.wrong(format!("{path}.options"), "is only for radio and select: leave it out");
        }
        self.unique(&format!("{path}.options"), "value", field.options.iter().map(|choice| &choice.value));
        if field.kind == FieldKind::Checkbox && field.mandatory && field.value == "true" {
            self.wrong(format!("{path}.value"), "ticks a mandatory box for the visitor: leave it out, consent has to be given");
        }
        let (min, max) = (field.min.unwrap_or(0), field.max.unwrap_or(u32::MAX));
        if !field.kind.is_rating() && (field.min.is_some() || field.max.is_some()) {
            self.wrong(format!("{path}.min"), "min and max are only for ratings: leave them out");
        } else if min >= max || (field.kind.is_rating() && field.max.is_some_and(|max| max > 20)) {
            self.wrong(format!("{path}.max"), "has to be greater than min, and 20 at most");
        }
        for (key, label) in [("min_label", &field.min_label), ("max_label", &field.max_label)] {
            if !label.is_empty() && !field.kind.is_rating() {
                self.wrong(format!("{path}.{key}"), "is only for ratings: leave it out");
            }
        }
        if let Some(pattern) = &field.pattern {
            self.pattern(format!("{path}.pattern"), Scope::Whole, pattern);
        }
    }

    fn site(&mut self, file: &File, path: &str, site: &Site) {
        self.is_name(&format!("{path}.key"), &site.key);
        for (index, origin) in site.origins.iter().enumerate() {
            self.is_origin(format!("{path}.origins[{index}]"), origin);
        }
        if site.origins.is_empty() {
            self.wrong(format!("{path}.origins"), "is empty: list the origins of the pages, such as \"https://shop.example\"");
        }
        let accent = &site.brand.accent;
        if !accent.is_empty() && six_digits(accent).is_none() {
            self.wrong(format!("{path}.brand.accent"), format!("`{accent}` is not a colour: write it as #rrggbb or #rgb"));
        }
        let href = &site.fallback.href;
        if !href.is_empty() && !links::may_follow(href) {
            self.wrong(format!("{path}.fallback.href"), "has to begin with https://, mailto: or tel:");
        }
        for (name, table) in &site.dialects {
            let path = format!("{path}.dialects.{name}");
            if table.get("enabled").is_some_and(|enabled| !enabled.is_bool()) {
                self.wrong(format!("{path}.enabled"), "has to be true or false");
            }
            for (key, message) in dialect(name, table).iter().flat_map(|spec| dialects::faults(DIALECTS, spec)) {
                self.wrong(if key.is_empty() { path.clone() } else { format!("{path}.{key}") }, message);
            }
        }
        if let Some(settings) = &site.gms {
            let chats = || site.widgets.iter().filter(|widget| widget.kind == WidgetKind::Chat).map(|widget| widget.id.as_str());
            for (name, widget) in &settings.services {
                self.is_name(&format!("{path}.gms.services.{name}"), name);
                if !chats().any(|id| id == widget) {
                    let known = chats().collect::<Vec<_>>().join(", ");
                    let message = format!("there is no chat widget with the id `{widget}` on this site: use one of: {known}");
                    self.wrong(format!("{path}.gms.services.{name}"), message);
                }
            }
            for (key, message) in settings.faults() {
                self.wrong(format!("{path}.gms.{key}"), message);
            }
        }
        for (key, message) in site.idle.iter().flat_map(super::Idle::faults) {
            self.wrong(format!("{path}.idle.{key}"), message);
        }
        for (key, message) in site.files.iter().flat_map(super::files::Files::faults) {
            self.wrong(format!("{path}.files.{key}"), message);
        }
        self.unique(&format!("{path}.widgets"), "element", site.widgets.iter().map(|widget| &widget.element));
        for (index, widget) in site.widgets.iter().enumerate() {
            self.widget(file, &format!("{path}.widgets[{index}]"), widget);
        }
        for first in &site.widgets {
            let differs = |other: &&Widget| other.id == first.id && (other.kind != first.kind || other.campaign != first.campaign);
            if let Some(other) = site.widgets.iter().position(|widget| differs(&widget)) {
                let message = format!("`{}` is there with another kind or campaign: widgets that share an id have to be alike", first.id);
                self.wrong(format!("{path}.widgets[{other}].id"), message);
                break;
            }
        }
    }

    fn widget(&mut self, file: &File, path: &str, widget: &Widget) {
        self.is_name(&format!("{path}.id"), &widget.id);
        self.is_name(&format!("{path}.element"), &widget.element);
        self.is_campaign(file, format!("{path}.campaign"), &widget.campaign);
        for (key, id) in [("form", &widget.form), ("survey", &widget.survey)] {
            let Some(id) = id else { continue };
            if !file.forms.iter().any(|form| form.id == *id) {
                let known = file.forms.iter().map(|form| form.id.as_str()).collect::<Vec<_>>().join(", ");
                self.wrong(format!("{path}.{key}"), format!("there is no form `{id}`: add [[forms]] with that id, or use one of: {known}"));
            }
        }
        if widget.survey.is_some() && widget.kind != WidgetKind::Chat {
            self.wrong(format!("{path}.survey"), "is only for chat: leave it out");
        }
        let form = widget.form.as_ref().and_then(|id| file.forms.iter().find(|form| form.id == *id));
        let has_slots = form.is_some_and(|form| form.fields.iter().any(|f| matches!(f.kind, FieldKind::TimeSlot | FieldKind::FirstSlot)));
        if (widget.kind == WidgetKind::CallbackLater) != has_slots {
            let message = "has a time_slot or first_slot field exactly when the widget's kind is callback_later";
            self.wrong(format!("{path}.form"), message);
        }
        let calls = matches!(widget.kind, WidgetKind::CallbackNow | WidgetKind::CallbackLater | WidgetKind::ClickToCall);
        if calls && !form.is_some_and(|form| form.fields.iter().any(|field| field.kind == FieldKind::Phone)) {
            let message = format!("has no field of the kind phone: a {} widget needs one, for the number to call", widget.kind.word());
            self.wrong(format!("{path}.form"), message);
        }
        for (index, pattern) in widget.rules.pages.iter().enumerate() {
            self.pattern(format!("{path}.rules.pages[{index}]"), Scope::Anywhere, pattern);
        }
    }

    fn pattern(&mut self, path: String, scope: Scope, pattern: &str) {
        match compile(pattern, scope) {
            Ok(table) => {
                self.patterns.insert((scope, pattern.to_owned()), table);
            }
            Err(message) => self.wrong(path, message),
        }
    }

    fn is_campaign(&mut self, file: &File, path: String, name: &str) {
        if !file.campaigns.iter().any(|campaign| campaign.name == name) {
            let known = file.campaigns.iter().map(|campaign| campaign.name.as_str()).collect::<Vec<_>>().join(", ");
            self.wrong(path, format!("there is no campaign `{name}`: add [[campaigns]] with that name, or use one of: {known}"));
        }
    }

    /// Names that stand in addresses and ids.
    fn is_name(&mut self, path: &str, name: &str) {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 48 || !name.chars().all(fits) {
            self.wrong(path.to_owned(), format!("`{name}` is not a name: use 1 to 48 letters, digits, `-`, `_` and `.`"));
        }
    }

    fn is_origin(&mut self, path: String, origin: &str) {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let fits = |host: &str| !host.is_empty() && !host.contains(|c: char| matches!(c, '/' | '*' | '?' | '#' | '@') || c.is_whitespace());
        if !host.is_some_and(fits) && origin != "null" {
            let hint = "write scheme, host and port only, such as \"https://shop.example\"; no path, no `*`";
            self.wrong(path, format!("`{origin}` is not an origin: {hint}"));
        }
    }
}

/// An address, or a network in CIDR notation. An IPv4 address that is written as IPv6 counts as the IPv4 address.
pub(super) fn read_network(text: &str) -> Result<IpNet, String> {
    let wrong = || format!("`{text}` is not an address or a network: write one such as \"10.0.0.7\", \"10.0.0.0/8\" or \"fd00::/8\"");
    let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    address.or_else(|_| text.parse()).map_err(|_| wrong())
}

/// A colour as `#rrggbb`, which every page can read, from one written as `#rrggbb` or `#rgb`.
pub(super) fn six_digits(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    match digits.len() {
        6 => Some(colour.to_owned()),
        3 => Some(std::iter::once('#').chain(digits.chars().flat_map(|digit| [digit, digit])).collect()),
        _ => None,
    }
}

fn is_host(name: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.len() <= 253 && name.split('.').all(label)
}

/// The names of the fields that agents may not see.
#[must_use]
pub(super) fn hidden_fields(form: &Form) -> Vec<String> {
    form.fields.iter().filter(|field| !field.visible_agent).map(|field| field.name.clone()).collect()
}
