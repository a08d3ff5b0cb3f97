//! Prints the widget's states and transitions as a table and compares `docs/states.md` with it. After a change of the state machine:
//! `CHINWAG_WRITE_STATES=1 cargo test --test states`.
// The table is for the usual build of the widget.
#![cfg(not(any(target_arch = "wasm32", feature = "facade")))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Code;
use std::fmt::Write as _;
use support::page::Page;
use support::server::{ModelServer, agent};
use support::*;

const STATES: [&str; 13] = [
    "hidden",
    "engagement",
    "collecting",
    "composing",
    "starting",
    "queued",
    "online",
    "requeued",
    "ended",
    "survey",
    "skipped",
    "thanks",
    "refused",
];
const INPUTS: [&str; 16] = [
    "visitor activates",
    "visitor closes",
    "visitor dismisses",
    "visitor submits",
    "visitor skips",
    "visitor answers after all",
    "visitor sends",
    "visitor ends",
    "visitor restarts",
    "server starts it",
    "server refuses it",
    "somebody can answer again",
    "agent joins",
    "agent leaves",
    "agent ends",
    "host hides",
];

struct Case {
    page: Page,
    server: ModelServer,
    config: SiteConfig,
}

impl Case {
    /// A page whose widget is in a state.
    fn in_state(state: &str) -> Self {
        let mut config = site(vec![with_survey(with_form(widget("sales", "ctw-1", WidgetKind::Chat)))]);
        if state == "ended" {
            config.widgets[0].survey = None;
        }
        if state == "composing" {
            config.widgets[0].form = None;
        }
        let server = ModelServer::new(config.widgets.clone());
        let mut case = Self { page: Page::load(config.clone(), None, 1, Timestamp(0)), server, config };
        let path: &[&str] = match state {
            "hidden" => &["host hides"],
            "engagement" => &[],
            "collecting" => &["visitor activates"],
            "composing" => &["visitor activates"],
            "starting" => &["visitor activates", "visitor submits"],
            "refused" => &["visitor activates", "visitor submits", "server refuses it"],
            "queued" => &["visitor activates", "visitor submits", "server starts it"],
            "online" => &["visitor activates", "visitor submits", "server starts it", "agent joins"],
            "requeued" => &["visitor activates", "visitor submits", "server starts it", "agent joins", "agent leaves"],
            "skipped" => &["visitor activates", "visitor submits", "server starts it", "agent joins", "agent ends", "visitor skips"],
            "survey" | "ended" => &["visitor activates", "visitor submits", "server starts it", "agent joins", "agent ends"],
            _ => &["visitor activates", "visitor submits", "server starts it", "agent joins", "agent ends", "visitor submits"],
        };
        for input in path {
            case.input(input);
        }
        assert_eq!(case.state(), state);
        case
    }

    fn input(&mut self, input: &str) {
        let survey = self.state() == "survey";
        match input {
            "visitor activates" => self.page.act(0, Action::Activate),
            "visitor closes" => self.page.act(0, Action::Close),
            "visitor dismisses" => self.page.act(0, Action::Dismiss),
            "visitor submits" => {
                let (name, text) = if survey { ("stars", "5") } else { ("email", "a@b.example") };
                self.page.act(0, Action::Edit(value(name, text)));
                self.page.act(0, Action::Submit);
            }
            "visitor skips" => self.page.act(0, Action::Skip),
            "visitor answers after all" => self.page.act(0, Action::Survey),
            "visitor sends" => {
                self.page.act(0, Action::Draft("hello".into()));
                self.page.act(0, Action::Send);
            }
            "visitor ends" => self.page.act(0, Action::End),
            "visitor restarts" => self.page.act(0, Action::Restart),
            "server starts it" => self.page.quiet(&mut self.server),
            "server refuses it" => {
                self.server.refuse = Some(Code::QueueFull);
                self.page.quiet(&mut self.server);
            }
            "somebody can answer again" => {
                let mut config = self.config.clone();
                for availability in [Availability::NoAgents, Availability::Available] {
                    config.widgets[0].availability = availability;
                    self.page.input(Input::Config(config.clone()));
                }
            }
            "agent joins" => self.agent(EntryBody::Joined { who: agent("ada") }),
            "agent leaves" => self.agent(EntryBody::Left { who: agent("ada"), reason: LeaveReason::Lost }),
            "agent ends" => self.agent(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed }),
            _ => self.page.host(Command::Hide(None)),
        }
    }

    fn agent(&mut self, body: EntryBody) {
        if let Some(conv) = self.server.newest() {
            let id = EntryId(format!("s{}", self.server.logs[&conv].entries.len()));
            self.server.append(&conv, id, body);
            self.page.quiet(&mut self.server);
        }
    }

    fn state(&self) -> &'static str {
        let view = self.page.engine.view(0).expect("the widget is on the page");
        match view.stage {
            Stage::Engagement if !view.shown => "hidden",
            Stage::Engagement => "engagement",
            Stage::Collecting(_) => "collecting",
            Stage::Starting => "starting",
            Stage::Chat(ChatView { progress: Progress::Queued { .. }, .. }) => "queued",
            Stage::Chat(ChatView { progress: Progress::Online, .. }) => "online",
            Stage::Chat(ChatView { progress: Progress::Requeued { .. }, .. }) => "requeued",
            Stage::Chat(ChatView { progress: Progress::New, .. }) => "composing",
            Stage::Chat(ChatView { progress: Progress::Starting, .. }) => "starting",
            Stage::Chat(ChatView { progress: Progress::Ended { .. }, survey, .. }) => match survey {
                SurveyView::None => "ended",
                SurveyView::Offered(_) => "survey",
                SurveyView::Skipped => "skipped",
                SurveyView::Done => "thanks",
            },
            Stage::Requested { .. } => "requested",
            Stage::Refused { .. } => "refused",
        }
    }
}

fn table() -> String {
    let mut out = String::from(
        "# States of a chat widget\n\nPrinted by `tests/states.rs` from the machine itself; the test fails when this page is out of date. Inputs that change \
         nothing and say nothing are left out. Link events and typing are not in it. A widget without a form goes from `engagement` to \
         `composing` in place of `collecting`; `survey`, `skipped` and `thanks` are an ended conversation with what stands below it. A \
         widget for calls goes from `starting` to `requested` in place of `queued`.\n\n| in state | input | next state | events |\n|---|---|---|---|\n",
    );
    for state in STATES {
        for input in INPUTS {
            let mut case = Case::in_state(state);
            let before = case.page.events.len();
            case.input(input);
            let quiet = |what: &Happening| matches!(what, Happening::LinkChanged { .. } | Happening::UnreadChanged { .. });
            let events: Vec<&str> =
                case.page.events[before..].iter().map(|event| &event.what).filter(|what| !quiet(what)).map(Happening::name).collect();
            if case.state() != state || !events.is_empty() {
                writeln!(out, "| {state} | {input} | {} | {} |", case.state(), events.join(", ")).expect("a string takes it");
            }
        }
    }
    out
}

#[test]
fn the_table_of_states_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/states.md");
    let table = table();
    if std::env::var_os("CHINWAG_WRITE_STATES").is_some() {
        std::fs::write(path, &table).expect("the docs can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, table, "run: CHINWAG_WRITE_STATES=1 cargo test --test states");
}
