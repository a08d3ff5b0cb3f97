//! `chinwag.toml`: a fault is reported with line, field and remedy; a running server keeps the last valid configuration.

mod common;
#[path = "../../tests/tables/mod.rs"]
mod tables;

use chinwag::model::{Availability, Timestamp};
use chinwag_server::config::{Config, WidgetState};
use common::http::get;
use common::people::{Agent, Visitor};
use common::program::Program;
use common::{CONFIG, Folder, eventually};
use std::collections::BTreeMap;

/// The faults of [`CONFIG`] with one text replaced, one per line.
fn faults(from: &str, to: &str) -> String {
    assert!(CONFIG.contains(from), "the configuration has no {from}");
    let Err(faults) = Config::parse(&CONFIG.replacen(from, to, 1)) else { panic!("{to} is accepted") };
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The number of the first line with a text.
fn line_of(text: &str) -> usize {
    CONFIG.lines().position(|line| line.contains(text)).expect("the line") + 1
}

#[test]
fn the_sample_of_the_tests_is_fine() {
    assert!(Config::parse(CONFIG).is_ok());
}

/// A list of a table that JavaScript reads too.
fn rows(table: &str, list: &str) -> Vec<String> {
    let mut table: BTreeMap<String, Vec<String>> = serde_json::from_str(table).expect("a table is JSON");
    table.remove(list).expect("that list is in it")
}

#[test]
fn a_colour_and_a_way_out_are_what_pages_take_them_for() {
    let with = |brand: &str, fallback: &str| {
        let text = |value: &str| serde_json::to_string(value).expect("JSON is TOML here");
        let more = format!("accent = {}, ", text(brand));
        let site = format!("[sites.fallback]\nhref = {}\nlabel = \"Write\"\n[sites.dialects.ctlive]", text(fallback));
        let whole = CONFIG.replacen("brand = { ", &format!("brand = {{ {more}"), 1).replacen("[sites.dialects.ctlive]", &site, 1);
        Config::parse(&whole).map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())
    };
    let accent = |config: &Config| {
        let state = WidgetState { availability: Availability::Available, opens: None, slots: Vec::new() };
        config.site_view(&config.sites()[0], "en", Timestamp(0), |_| state.clone()).brand.accent
    };
    for colour in rows(tables::COLOURS, "colours") {
        let config = with(&colour, "").unwrap_or_else(|found| panic!("{colour}: {found}"));
        assert_eq!(accent(&config).len(), 7, "{colour}: pages of before knew six digits only");
    }
    for wrong in rows(tables::COLOURS, "not_colours").iter().filter(|text| !text.is_empty()) {
        let found = with(wrong, "").err().expect(wrong);
        assert!(found.contains("brand.accent: ") && found.contains("write it as #rrggbb or #rgb"), "{found}");
    }
    for address in rows(tables::FOLLOWED, "followed") {
        with("#abc", &address).unwrap_or_else(|found| panic!("{address}: {found}"));
    }
    for wrong in rows(tables::FOLLOWED, "not_followed").iter().filter(|text| !text.is_empty()) {
        assert!(with("#abc", wrong).err().expect(wrong).contains("fallback.href: "), "{wrong}");
    }
}

#[test]
fn what_may_be_sent_in_some_time_fits_what_may_be_sent_at_once() {
    for (lines, found) in [
        ("visitor_per_hour = 0", "files.visitor_per_hour: has to be 1 at least"),
        ("max_size = 100\nmax_total = 200\nvisitor_bytes_per_day = 99", "files.visitor_bytes_per_day: has to be max_size at least"),
        ("site_bytes_per_day = 1000", "files.site_bytes_per_day: has to be visitor_bytes_per_day at least"),
        ("visitor_per_hours = 1", "unknown field `visitor_per_hours`"),
    ] {
        let told = faults("[sites.dialects.ctlive]", &format!("[sites.files]\n{lines}\n[sites.dialects.ctlive]"));
        assert!(told.contains(found), "{lines}: {told}");
    }
    for lines in ["", "max_size = 4294967296\nmax_total = 4294967296", "visitor_bytes_per_day = 999999999999999"] {
        let text = CONFIG.replacen("[sites.dialects.ctlive]", &format!("[sites.files]\n{lines}\n[sites.dialects.ctlive]"), 1);
        assert!(Config::parse(&text).is_ok(), "{lines}");
    }
}

#[test]
fn a_sites_picture_is_read_beside_the_file_and_judged_by_its_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chinwag.toml");
    let with = |logo: &str| {
        std::fs::write(&path, CONFIG.replace("brand = { ", &format!("brand = {{ logo = \"{logo}\", "))).expect("written");
        Config::load(&path)
    };
    let png = b"\x89PNG\r\n\x1a\n and so on";
    std::fs::write(folder.path().join("logo.png"), png).expect("written");
    std::fs::write(folder.path().join("page.png"), "<svg onload='alert(1)'/>").expect("written");
    let config = with("logo.png").unwrap_or_else(|faults| panic!("{faults:?}"));
    let logo = config.logo("shop").expect("the picture");
    assert_eq!((logo.kind, &logo.bytes[..]), ("image/png", &png[..]));
    let view = config.site_view(config.site("shop").expect("the site"), "en", Timestamp(0), |_| WidgetState {
        availability: Availability::Available,
        opens: None,
        slots: Vec::new(),
    });
    assert_eq!(view.brand.logo, config.logo_address("shop"));
    assert!(view.brand.logo.is_some_and(|address| address.ends_with(&logo.hash)));
    assert!(config.logo("other").is_none());
    let line = line_of("brand = {");
    for (file, why) in [("page.png", "use PNG"), ("nowhere.png", "cannot be read")] {
        let Err(faults) = with(file) else { panic!("{file} is accepted") };
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert_eq!((fault.line, fault.field.as_str()), (line, "sites[0].brand.logo"));
        assert!(fault.message.contains(file) && fault.message.contains(why), "{}", fault.message);
    }
    // The picture of an agent in the same way.
    let with = |picture: &str| {
        std::fs::write(&path, CONFIG.replacen("capacity = 3", &format!("picture = \"{picture}\""), 1)).expect("written");
        Config::load(&path)
    };
    let config = with("logo.png").unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(config.agent_picture("ada").expect("the picture").bytes, &png[..]);
    assert!(config.agent_picture_address("ada").is_some_and(|address| address.starts_with("v1/agents/ada/picture/")));
    assert!(config.agent_picture("grace").is_none() && config.agent_picture_address("grace").is_none());
    let Err(faults) = with("page.png") else { panic!("it is accepted") };
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((fault.line, fault.field.as_str()), (line_of("capacity = 3"), "agents[0].picture"));
    assert!(fault.message.contains("use PNG"), "{}", fault.message);
}

#[test]
fn every_fault_names_line_field_and_remedy() {
    let cases = [
        ("key = \"shop\"", "key = shop", "", "", "string values must be quoted"),
        (
            "origins = [\"http://other.test\"]",
            "origin = [\"http://other.test\"]",
            "sites[1].origin",
            "",
            "expected one of `key`, `origins`",
        ),
        ("capacity = 3", "position = \" \"", "agents[0].position", "", "is empty: write what the agent does"),
        ("capacity = 3", "capacity = \"many\"", "agents[0].capacity", "", "invalid type: string \"many\", expected u32"),
        ("agent_grace = \"400ms\"", "agent_grace = \"soon\"", "timeouts.agent_grace", "", "write a number and a unit"),
        ("kind = \"callback_later\"", "kind = \"fax\"", "sites[0].widgets[2].kind", "", "unknown variant `fax`, expected one of"),
        ("campaign = \"support\"", "campaign = \"sails\"", "sites[1].widgets[0].campaign", "", "use one of: sales, support"),
        ("form = \"ask\"", "form = \"asks\"", "sites[0].widgets[1].form", "", "use one of: ask, rate, now, when"),
        ("element = \"ctw-2\"", "element = \"ctw-1\"", "sites[0].widgets[1].element", "", "is there twice"),
        ("pattern = \"[A-Z]{2}-[0-9]+\"", "pattern = \"[A-Z\"", "forms[0].fields[2].pattern", "", "unclosed character class"),
        (
            "http://other.test",
            "http://*.other.test",
            "sites[1].origins[0]",
            "origins = [\"http://other",
            "write scheme, host and port only",
        ),
        ("campaigns = [\"support\"]", "campaigns = [\"supp\"]", "agents[2].campaigns[0]", "", "there is no campaign `supp`"),
        ("queue_timeout = \"60s\"", "hours = [\"mon 9-18\"]", "campaigns[0].hours[0]", "queue_timeout", "write days and times such as"),
        ("queue_timeout = \"60s\"", "zone = \"Rome\"", "campaigns[0].zone", "queue_timeout", "IANA time zone"),
        ("user = \"grace\"", "user = \"ada\"", "agents[1].user", "user = \"grace\"", "is there twice"),
        ("name = \"mail\"", "name = \"nick\"", "forms[0].fields[1].name", "", "is there twice"),
        ("enabled = true", "enabled = \"yes\"", "sites[0].dialects.ctlive.enabled", "", "true or false"),
        ("enabled = true", "hiddenOnOpn = true", "sites[0].dialects.ctlive.hiddenOnOpn", "", "use one of: extended, loaded"),
        ("enabled = true", "loaded = \"twice\"", "sites[0].dialects.ctlive.loaded", "", "use one of: perWidget, once"),
        ("[sites.dialects.ctlive]", "[sites.dialects.ctlife]", "sites[0].dialects.ctlife", "", "use one of: ctlive"),
        ("form = \"when\"", "", "sites[0].widgets[2].form", "", "time_slot or first_slot"),
        ("form = \"now\"", "", "sites[0].widgets[3].form", "", "needs one, for the number to call"),
        ("form = \"now\"", "form = \"rate\"", "sites[0].widgets[3].form", "", "has no field of the kind phone"),
        (
            "assets = \"ASSETS\"",
            "trusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/33\"]",
            "server.trusted_proxies[1]",
            "",
            "is not an address or a network",
        ),
        ("assets = \"ASSETS\"", "trusted_proxies = [\"proxy.test\"]", "server.trusted_proxies[0]", "", "write one such as \"10.0.0.7\""),
        (
            "assets = \"ASSETS\"",
            "forwarded_header = \"x-real-ip\"",
            "server.forwarded_header",
            "",
            "expected `x-forwarded-for` or `forwarded`",
        ),
        ("assets = \"ASSETS\"", "hosts = [\"https://chat.test\"]", "server.hosts[0]", "", "without scheme, port and path"),
        ("assets = \"ASSETS\"", "hosts = [\"chat.test:443\"]", "server.hosts[0]", "", "without scheme, port and path"),
        ("starts_per_minute = 10000", "starts_per_minute = 0", "limits.address.starts_per_minute", "", "has to be from 1 to 1000000"),
        ("open = 1000", "opened = 1000", "limits.address.opened", "", "unknown field `opened`, expected one of"),
    ];
    for (from, to, field, at, remedy) in cases {
        let found = faults(from, to);
        let line = line_of(if at.is_empty() { from } else { at });
        assert!(found.contains(&format!("line {line}: ")) || to.is_empty(), "{to}: {found}");
        assert!(found.contains(field) && found.contains(remedy), "{to}: {found}");
    }
}

#[test]
fn whoever_wants_a_call_is_asked_for_a_number() {
    let now = "kind = \"callback_now\"\ncampaign = \"sales\"\nlabel = \"Call me\"\nform = \"now\"";
    for kind in ["callback_now", "click_to_call"] {
        let wanted = format!("sites[0].widgets[3].form: has no field of the kind phone: a {kind} widget needs one");
        for form in ["", "\nform = \"rate\""] {
            let found = faults(now, &format!("kind = \"{kind}\"\ncampaign = \"sales\"\nlabel = \"Call me\"{form}"));
            assert!(found.contains(&wanted), "{kind} {form}: {found}");
        }
        assert!(Config::parse(&CONFIG.replacen("kind = \"callback_now\"", &format!("kind = \"{kind}\""), 1)).is_ok());
    }
    let later = "id = \"when\"\n[[forms.fields]]\nname = \"phone\"\nkind = \"phone\"\nlabel = \"Phone\"\n";
    assert!(faults(later, "id = \"when\"\n").contains("sites[0].widgets[2].form: has no field of the kind phone: a callback_later widget"));
}

#[test]
fn a_dialect_can_be_switched_off() {
    let dialects = |text: &str| {
        let config = Config::parse(text).expect("fine");
        let site = config.site("shop").expect("the site");
        config
            .site_view(site, "en", Timestamp(0), |_| WidgetState { availability: Availability::Available, opens: None, slots: Vec::new() })
            .dialects
            .len()
    };
    assert_eq!(dialects(CONFIG), 1);
    assert_eq!(dialects(&CONFIG.replacen("enabled = true", "enabled = false", 1)), 0);
}

#[test]
fn s28_an_example_secret_is_refused() {
    let secret = |value: &str| faults("listen = \"127.0.0.1:0\"", &format!("listen = \"127.0.0.1:0\"\nsecret = \"{value}\""));
    for example in ["change-me-change-me-change-me-change-me", "EXAMPLE-0123456789-0123456789-0123456789", "short"] {
        assert!(secret(example).contains("server.secret: is"), "{example}");
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let text = CONFIG.replace("campaign = \"support\"", "campaign = \"sails\"").replace("element = \"ctw-2\"", "element = \"ctw-1\"");
    assert_eq!(Config::parse(&text).err().expect("faults").len(), 2);
}

#[test]
fn the_demo_is_fine_and_complete() {
    let config = Config::parse(include_str!("../demo.toml")).unwrap_or_else(|faults| panic!("{faults:?}"));
    let site = config.site("demo").expect("the site");
    let kinds: Vec<&str> = site.widgets.iter().map(|widget| widget.kind.word()).collect();
    assert_eq!(kinds, ["chat", "chat", "callback_now", "callback_later", "click_to_call"]);
    for locale in ["en", "it", "ru", "es", "de", "ar"] {
        for widget in &site.widgets {
            assert!(widget.label.locales().any(|known| known == locale), "{} has no {locale}", widget.id);
            for form in [&widget.form, &widget.survey].into_iter().flatten() {
                let form = config.form(Some(form), locale, "").expect("the form");
                let english = config.form(Some(&form.id), "en", "").expect("the form");
                for (field, other) in form.fields.iter().zip(&english.fields) {
                    assert!(!field.label.is_empty());
                    assert!(
                        locale == "en" || field.label != other.label || other.label.len() < 8,
                        "{} of {} in {locale}",
                        field.name,
                        form.id
                    );
                }
            }
        }
    }
    assert!(config.agent("ada").is_some() && config.agent("root").is_some());
}

#[tokio::test]
async fn a_changed_file_is_taken_in_and_a_bad_one_is_not() {
    let folder = Folder::new(&[]);
    folder.sign_in_everybody().await;
    let server = Program::start(&folder);
    let mut ada = Agent::ready(server.address, "ada").await;
    let mut visitor = Visitor::come(server.address).await;
    visitor.start("sales", &[]).await;
    let conv = ada.accept().await;
    let name = async || get(server.address, "/v1/sites/shop/config", &[]).await.json()["brand"]["name"].as_str().map(str::to_owned);
    let log = || std::fs::read_to_string(folder.path("log")).unwrap_or_default();
    assert_eq!(name().await.as_deref(), Some("Shop"));
    folder.write_config(&[("en = \"Shop\"", "en = \"Better shop\"")]);
    eventually("the new name", async || name().await.as_deref() == Some("Better shop")).await;
    // Two invalid files: both are reported, and the running configuration stays.
    std::fs::write(folder.path("chinwag.toml"), "this is not TOML").expect("written");
    eventually("the report", async || log().matches("the one before stays").count() == 1).await;
    assert_eq!(name().await.as_deref(), Some("Better shop"));
    folder.write_config(&[("en = \"Shop\"", "en = \"Worst shop\""), ("campaign = \"support\"", "campaign = \"nothing\"")]);
    eventually("the report", async || log().contains("sites[1].widgets[0].campaign")).await;
    assert_eq!(name().await.as_deref(), Some("Better shop"));
    visitor.say(&conv, "undisturbed").await;
    ada.hears("undisturbed").await;
    // An agent who is removed from the file is signed out.
    let gone = "[[agents]]\nuser = \"ada\"\nname = \"Ada\"\ncampaigns = [\"sales\"]\ncapacity = 3\n";
    folder.write_config(&[(gone, "")]);
    assert_eq!(ada.socket.end().await, 4401);
}
