//! The configuration as pages and desks see it: in one language.

use super::check::{hidden_fields, six_digits};
use super::file::{DispositionDef, FieldDef, FormDef, Site, Widget};
use super::{Campaign, Config, Scope};
use chinwag::model::{
    Availability, Brand, Choice, DialectSpec, Fallback, FieldSpec, Form, Rules, Setting, SiteConfig, SiteKey, Slot, Timestamp, WidgetId,
    WidgetSpec,
};
use chinwag::wire::{CampaignInfo, Canned, Disposition};

/// The availability of a widget at the moment.
#[derive(Clone, Debug)]
pub struct WidgetState {
    pub availability: Availability,
    /// For a closed widget: when it opens again, if that is known.
    pub opens: Option<Timestamp>,
    /// Free times for a call.
    pub slots: Vec<Slot>,
}

impl Config {
    /// The configuration of a site with every text in one locale. `state` gives the availability of a widget.
    pub fn site_view(&self, site: &Site, locale: &str, now: Timestamp, state: impl Fn(&Widget) -> WidgetState) -> SiteConfig {
        let locale = if is_locale(locale) { locale } else { site.locale.as_str() };
        let widget = |widget: &Widget| {
            let WidgetState { availability, opens, slots } = state(widget);
            let millis = |span: Option<super::Span>| u32::try_from(span.map_or(0, super::Span::millis)).unwrap_or(u32::MAX);
            WidgetSpec {
                id: WidgetId(widget.id.clone()),
                element: widget.element.clone(),
                kind: widget.kind,
                engagement: widget.engagement,
                label: widget.label.get(locale, &site.locale).to_owned(),
                title: widget.title.get(locale, &site.locale).to_owned(),
                greeting: widget.greeting.get(locale, &site.locale).to_owned(),
                form: self.form(widget.form.as_deref(), locale, &site.locale),
                survey: self.form(widget.survey.as_deref(), locale, &site.locale),
                survey_after_unanswered: widget.survey_after_unanswered,
                rules: Rules {
                    pages: widget.rules.pages.iter().map(|pattern| self.table(Scope::Anywhere, pattern)).collect(),
                    after: millis(widget.rules.after),
                    open_after: millis(widget.rules.open_after),
                    only_available: widget.rules.only_available,
                },
                availability,
                opens,
                slots,
            }
        };
        SiteConfig {
            site: SiteKey(site.key.clone()),
            locale: locale.to_owned(),
            brand: Brand {
                name: site.brand.name.get(locale, &site.locale).to_owned(),
                accent: six_digits(&site.brand.accent).unwrap_or_default(),
                privacy_url: site.brand.privacy_url.get(locale, &site.locale).to_owned(),
                logo: self.logo_address(&site.key),
            },
            consent: site.consent,
            widgets: site.widgets.iter().map(widget).collect(),
            origins: Some(site.origins.iter().map(|listed| self.with_number(listed)).collect()),
            dialects: site.dialects.iter().filter_map(|(name, table)| dialect(name, table)).collect(),
            files: site.files.as_ref().and_then(super::files::Files::rules),
            fallback: Fallback { label: site.fallback.label.get(locale, &site.locale).to_owned(), href: site.fallback.href.clone() },
            now,
        }
    }

    /// A form in a language.
    #[must_use]
    pub fn form(&self, id: Option<&str>, locale: &str, fallback: &str) -> Option<Form> {
        let form = self.file.forms.iter().find(|form| Some(form.id.as_str()) == id)?;
        Some(self.form_view(form, locale, fallback))
    }

    fn form_view(&self, form: &FormDef, locale: &str, fallback: &str) -> Form {
        let field = |field: &FieldDef| FieldSpec {
            name: field.name.clone(),
            kind: field.kind,
            label: field.label.get(locale, fallback).to_owned(),
            hint: field.hint.get(locale, fallback).to_owned(),
            value: field.value.clone(),
            options: field
                .options
                .iter()
                .map(|choice| Choice { value: choice.value.clone(), label: choice.label.get(locale, fallback).to_owned() })
                .collect(),
            mandatory: field.mandatory,
            visible_customer: field.visible_customer,
            visible_agent: field.visible_agent,
            editable: field.editable,
            pattern: field.pattern.as_ref().map(|pattern| self.table(Scope::Whole, pattern)),
            mandatory_error: field.mandatory_error.as_ref().map(|text| text.get(locale, fallback).to_owned()),
            pattern_error: field.pattern_error.as_ref().map(|text| text.get(locale, fallback).to_owned()),
            min: field.min,
            max: field.max,
            min_label: Some(field.min_label.get(locale, fallback).to_owned()).filter(|label| !label.is_empty()),
            max_label: Some(field.max_label.get(locale, fallback).to_owned()).filter(|label| !label.is_empty()),
        };
        Form {
            id: form.id.clone(),
            title: form.title.get(locale, fallback).to_owned(),
            intro: form.intro.get(locale, fallback).to_owned(),
            submit: form.submit.get(locale, fallback).to_owned(),
            fields: form.fields.iter().map(field).collect(),
        }
    }

    /// A form of a site in the language of desks, if it is written in that language.
    #[must_use]
    pub fn desk_form(&self, id: Option<&str>, site: &Site) -> Option<Form> {
        self.form(id, DESK_LOCALE, &site.locale)
    }

    /// The names of the fields of a widget's forms that agents may not see.
    #[must_use]
    pub fn hidden_from_agents(&self, widget: &str) -> Vec<String> {
        let widgets = self.file.sites.iter().flat_map(|site| &site.widgets).filter(|other| other.id == widget);
        let forms = widgets.flat_map(|widget| [widget.form.as_deref(), widget.survey.as_deref()]);
        forms.filter_map(|id| self.form(id, "", "")).flat_map(|form| hidden_fields(&form)).collect()
    }

    /// The queues as a desk sees them.
    #[must_use]
    pub fn campaign_view(&self, campaign: &Campaign) -> CampaignInfo {
        let label = campaign.label.get(DESK_LOCALE, DESK_LOCALE);
        CampaignInfo {
            name: campaign.name.clone(),
            label: if label.is_empty() { campaign.name.clone() } else { label.to_owned() },
            dispositions: campaign.dispositions.iter().map(disposition).collect(),
        }
    }

    /// The prepared replies.
    #[must_use]
    pub fn canned_view(&self) -> Vec<Canned> {
        let canned = self.file.canned.iter();
        canned.map(|c| Canned { shortcut: c.shortcut.clone(), title: c.title.clone(), text: c.text.clone() }).collect()
    }
}

impl Campaign {
    /// Whether a path of names leads to a leaf of the tree of dispositions.
    #[must_use]
    pub fn has_disposition(&self, path: &[String]) -> bool {
        let mut level = &self.dispositions;
        for name in path {
            let Some(found) = level.iter().find(|disposition| disposition.name == *name) else { return false };
            level = &found.children;
        }
        // Without a tree only the empty path is valid.
        level.is_empty()
    }
}

/// The language of desks.
const DESK_LOCALE: &str = "en";
/// The key that switches a dialect off or on; on when it is missing.
const ENABLED: &str = "enabled";

fn disposition(def: &DispositionDef) -> Disposition {
    Disposition { name: def.name.clone(), children: def.children.iter().map(disposition).collect() }
}

/// A dialect with its settings; `None` when it is switched off.
pub(super) fn dialect(name: &str, table: &toml::Table) -> Option<DialectSpec> {
    let mut settings = Vec::new();
    flatten("", table, &mut settings);
    let off = settings.iter().any(|setting| setting.key == ENABLED && setting.value == "false");
    settings.retain(|setting| setting.key != ENABLED);
    (!off).then(|| DialectSpec { name: name.to_owned(), settings })
}

/// Writes the keys of inner tables as keys with dots.
fn flatten(prefix: &str, table: &toml::Table, settings: &mut Vec<Setting>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, settings),
            toml::Value::String(text) => settings.push(Setting { key, value: text.clone() }),
            other => settings.push(Setting { key, value: other.to_string() }),
        }
    }
}

fn is_locale(text: &str) -> bool {
    !text.is_empty() && text.len() <= 35 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
