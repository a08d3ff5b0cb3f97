//! Shared by the native tests: a site, a server model, a page.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

#[cfg(feature = "facade")]
pub mod gms;
#[cfg(feature = "facade")]
pub mod gms_link;
pub mod page;
pub mod run;
pub mod samples;
pub mod server;
pub mod tomorrow;

use chinwag::engine::{Engine, LineState, Said, Stage};
use chinwag::model::*;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};

/// Runs so many random cases. A case that panics is reduced to the smallest one that still does.
pub fn every<S: Strategy>(cases: u32, strategy: &S, run: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let outcome = TestRunner::new(config).run(strategy, |case| {
        run(case);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The texts in a widget's transcript, with the state of each.
pub fn transcript(engine: &Engine, index: usize) -> Vec<(String, LineState)> {
    let Some(Stage::Chat(chat)) = engine.view(index).map(|view| view.stage) else { return Vec::new() };
    let said = chat.lines.iter().filter_map(|line| match &line.said {
        Said::Message { text, .. } => Some((text.clone(), line.state)),
        _ => None,
    });
    said.collect()
}

/// A field of a kind, mandatory.
pub fn field(name: &str, kind: FieldKind) -> FieldSpec {
    FieldSpec {
        name: name.into(),
        kind,
        label: name.into(),
        hint: String::new(),
        value: String::new(),
        options: Vec::new(),
        mandatory: true,
        visible_customer: true,
        visible_agent: true,
        editable: true,
        pattern: None,
        mandatory_error: None,
        pattern_error: None,
        min: None,
        max: None,
        min_label: None,
        max_label: None,
    }
}

pub fn form(fields: Vec<FieldSpec>) -> Form {
    Form { id: "form".into(), title: "Form".into(), intro: String::new(), submit: String::new(), fields }
}

/// A widget without form, survey or rules.
pub fn widget(id: &str, element: &str, kind: WidgetKind) -> WidgetSpec {
    WidgetSpec {
        id: id.into(),
        element: element.into(),
        kind,
        engagement: EngagementKind::Button,
        label: "Chat".into(),
        title: "Chat".into(),
        greeting: String::new(),
        form: None,
        survey: None,
        survey_after_unanswered: false,
        rules: Rules { pages: Vec::new(), after: 0, open_after: 0, only_available: true },
        availability: Availability::Available,
        opens: None,
        slots: Vec::new(),
    }
}

pub fn with_form(mut spec: WidgetSpec) -> WidgetSpec {
    spec.form = Some(form(vec![field("email", FieldKind::Email)]));
    spec
}

pub fn with_survey(mut spec: WidgetSpec) -> WidgetSpec {
    spec.survey = Some(form(vec![field("stars", FieldKind::RatingStar)]));
    spec
}

pub fn site(widgets: Vec<WidgetSpec>) -> SiteConfig {
    SiteConfig {
        site: "demo".into(),
        locale: "en".into(),
        brand: Brand { name: "Shop".into(), accent: String::new(), privacy_url: String::new(), logo: None },
        consent: Consent::Strict,
        widgets,
        dialects: vec![DialectSpec { name: "ctlive".into(), settings: Vec::new() }],
        origins: None,
        files: None,
        fallback: Fallback { label: String::new(), href: String::new() },
        now: Timestamp(0),
    }
}

pub fn value(name: &str, value: &str) -> FieldValue {
    FieldValue { name: name.into(), value: value.into() }
}

/// Matches a pattern with the whole text, like the server.
pub fn matches(pattern: &str, text: &str) -> bool {
    regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}
