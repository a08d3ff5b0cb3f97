//! A dialect is a row of one table: a do-nothing dialect `example`, which the product does not know, is added here by its row alone, and
//! every reader of the table serves it. The files that HACKING.md asks for are there for each dialect of the product.
#![cfg(all(not(target_arch = "wasm32"), feature = "facade"))]

mod support;

use chinwag::dialects::notice::{Notice, word};
use chinwag::dialects::{
    DIALECTS, Dialect, Dialects, Message, RETELLS, Retell, Retelling, SPEECHES, Speech, Value, brings_forms, faults, script,
};
use chinwag::engine::{Event, Happening};
use chinwag::model::*;
use std::path::Path;
use support::{site, widget};

/// Sends nothing, and allows no setting but `quiet`.
const EXAMPLE: Dialect = Dialect {
    name: "example",
    messages: |_, _| Vec::new(),
    retell: Some(|_| Box::new(Silence)),
    faults: |settings| {
        settings.iter().filter(|setting| setting.key != "quiet").map(|setting| (setting.key.clone(), "use: quiet".into())).collect()
    },
    brings_forms: false,
    scripts: &[&["example.js"], &["example", "old.js"]],
};

struct Silence;

impl Retell for Silence {
    fn translate(&mut self, _: &Event) -> Vec<Notice> {
        Vec::new()
    }
}

/// The product's dialects and one more.
fn table() -> Vec<Dialect> {
    DIALECTS.iter().copied().chain([EXAMPLE]).collect()
}

fn speeches(table: &[Dialect]) -> Vec<Speech> {
    table.iter().map(Dialect::speech).collect()
}

fn spec(name: &str, settings: &[&str]) -> DialectSpec {
    let setting = |key: &&str| Setting { key: (*key).into(), value: "x".into() };
    DialectSpec { name: name.into(), settings: settings.iter().map(setting).collect() }
}

/// A site that speaks the product's window messages and these dialects too.
fn speaking(more: &[&str]) -> SiteConfig {
    let mut config = site(vec![widget("sales", "ctw-1", WidgetKind::Chat)]);
    config.dialects.extend(more.iter().map(|name| spec(name, &[])));
    config
}

fn event(what: Happening) -> Event {
    let subject = chinwag::engine::Subject { index: 0, widget: "sales".into(), element: "ctw-1".into(), kind: WidgetKind::Chat };
    Event { subject: Some(subject), visitor: "v_1".into(), at: Timestamp(0), what }
}

#[test]
fn the_example_is_configured_by_its_row_alone() {
    assert_eq!(faults(&table(), &spec("example", &["quiet"])), []);
    assert_eq!(faults(&table(), &spec("example", &["loud"])), [("loud".to_owned(), "use: quiet".to_owned())]);
    assert!(!brings_forms(&table(), &spec("example", &[])));
    let unknown = |table: &[Dialect]| faults(table, &spec("exemple", &[])).remove(0).1;
    assert_eq!(unknown(&table()), "there is no dialect `exemple`: use one of: ctlive, genesys, example");
    assert_eq!(unknown(DIALECTS), "there is no dialect `exemple`: use one of: ctlive, genesys", "the product does not have it");
}

#[test]
fn the_example_is_spoken_beside_the_others_and_says_nothing() {
    let said = |table: &[Dialect], names: &[&str]| -> Vec<Message> {
        Dialects::of(&speeches(table), &speaking(names)).translate(&event(Happening::Loaded { first: true }))
    };
    let usual = said(DIALECTS, &[]);
    assert!(!usual.is_empty(), "the site speaks in window messages");
    assert_eq!(said(&table(), &["example"]), usual);
    assert_eq!(said(DIALECTS, &["example"]), usual, "a site that names a dialect of tomorrow is heard in today's");
}

#[test]
fn what_the_widget_reads_are_columns_of_the_table() {
    assert_eq!(SPEECHES.map(|speech| speech.name).as_slice(), DIALECTS.iter().map(|row| row.name).collect::<Vec<_>>());
    assert_eq!(RETELLS.map(|retell| retell.is_some()).as_slice(), DIALECTS.iter().map(|row| row.retell.is_some()).collect::<Vec<_>>());
}

#[test]
fn a_row_whose_dialect_speaks_is_heard_after_those_before_it() {
    let loud = Dialect {
        messages: |spec, _| {
            vec![Message { envelope: "Example", kind: "Said", fields: vec![("settings", Value::Flag(spec.settings.is_empty()))] }]
        },
        ..EXAMPLE
    };
    let all: Vec<Dialect> = DIALECTS.iter().copied().chain([loud]).collect();
    let said = Dialects::of(&speeches(&all), &speaking(&["example"])).translate(&event(Happening::Shown));
    let envelopes: Vec<_> = said.iter().map(|message| message.envelope).collect();
    assert_eq!(envelopes, ["CTLiveEvent", "Example"]);
}

#[test]
fn facades_hear_their_own_dialect_with_their_own_options() {
    let retells = |table: &[Dialect]| -> Vec<_> { table.iter().map(|row| row.retell).collect() };
    let told = |table: &[Dialect]| {
        Retelling::new(&retells(table), &|_| String::new()).translate(&event(Happening::ChatStarted { conv: "c_1".into() }))
    };
    assert_eq!(told(&table()), told(DIALECTS), "the example says nothing");
    let asked: Dialect = Dialect { retell: Some(|option| Box::new(Once(option("greeting")))), ..EXAMPLE };
    let mut retelling = Retelling::new(&[asked.retell], &|name| if name == "greeting" { "example.hello".into() } else { String::new() });
    assert_eq!(retelling.translate(&event(Happening::Shown)), [word("example.hello")]);
}

/// Reports its option.
struct Once(String);

impl Retell for Once {
    fn translate(&mut self, _: &Event) -> Vec<Notice> {
        vec![word(&self.0)]
    }
}

#[test]
fn pages_load_a_facade_under_every_name_of_its_row() {
    for address in [&["example.js"][..], &["example", "old.js"]] {
        assert_eq!(script(&table(), address), Some(&["example.js"][..]));
        assert_eq!(script(DIALECTS, address), None);
    }
    assert_eq!(script(&table(), &["genesys", "widgets.min.js"]), Some(&["genesys.js"][..]));
    assert_eq!(script(&table(), &["chinwag.js"]), None);
}

/// The list in HACKING.md, "Adding a vendor's dialect".
#[test]
fn every_dialect_has_the_files_that_the_list_asks_for() {
    let list = std::fs::read_to_string("HACKING.md").expect("HACKING.md is there");
    let list = list.split("## Adding a vendor's dialect").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("it has the list");
    let files = ["src/dialects/NAME.rs", "tests/NAME.rs", "docs/compat/NAME.md"];
    let facade = ["js/compat/NAME", "www/NAME"];
    for named in files.iter().chain(&facade).chain(&["src/dialects/mod.rs", "xtask/src/build/widget.rs"]) {
        assert!(list.contains(named), "the list does not name {named}");
    }
    for dialect in DIALECTS {
        let asked = files.iter().chain(facade.iter().filter(|_| !dialect.scripts.is_empty()));
        let missing: Vec<String> = asked.map(|file| file.replace("NAME", dialect.name)).filter(|file| !Path::new(file).exists()).collect();
        assert_eq!(missing, Vec::<String>::new(), "{}", dialect.name);
    }
}
