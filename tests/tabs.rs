//! Several tabs of one site in one browser: one conversation, the same read marks, every message once.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Codec;
use proptest::prelude::*;
use support::page::Page;
use support::server::{ModelServer, agent};
use support::*;

/// Tabs of one origin with a common channel, and their storage.
struct Browser {
    config: SiteConfig,
    server: ModelServer,
    tabs: Vec<Page>,
    loads: u128,
    count: u32,
}

impl Browser {
    fn new(consent: Consent) -> Self {
        let mut config = site(vec![with_form(widget("sales", "ctw-1", WidgetKind::Chat))]);
        config.consent = consent;
        let server = ModelServer::new(config.widgets.clone());
        Self { config, server, tabs: Vec::new(), loads: 0, count: 0 }
    }

    /// A browser with a conversation in its first tab, which an agent has joined.
    fn talking(consent: Consent) -> Self {
        let mut browser = Self::new(consent);
        browser.open();
        browser.begin(0);
        browser
    }

    /// A conversation begins in a tab.
    fn begin(&mut self, tab: usize) {
        self.act(tab, Action::Activate);
        self.act(tab, Action::Edit(value("email", "ada@example.org")));
        self.act(tab, Action::Submit);
        self.agent(EntryBody::Joined { who: agent("ada") });
    }

    /// A new tab. It has only the state that is kept on the device.
    fn open(&mut self) -> usize {
        let kept = self.tabs.iter().filter_map(|tab| tab.kept.clone()).find(|(area, _)| *area == Area::Device);
        self.open_with(kept)
    }

    fn open_with(&mut self, kept: Option<(Area, String)>) -> usize {
        self.loads += 1;
        let now = self.tabs.first().map_or(Timestamp(0), |tab| tab.now);
        self.tabs.push(Page::load(self.config.clone(), kept, self.loads, now));
        self.calm();
        self.tabs.len() - 1
    }

    fn act(&mut self, tab: usize, action: Action) {
        self.tabs[tab].act(0, action);
        self.calm();
    }

    /// Types a text and sends it; nothing is delivered yet.
    fn type_in(&mut self, tab: usize, text: &str) {
        self.tabs[tab].act(0, Action::Draft(text.into()));
        self.tabs[tab].act(0, Action::Send);
    }

    fn agent(&mut self, body: EntryBody) {
        self.count += 1;
        let conv = self.server.newest().expect("a conversation");
        self.server.append(&conv, EntryId(format!("s{}", self.count)), body);
        self.calm();
    }

    fn agent_says(&mut self, text: &str) {
        self.agent(EntryBody::Message { from: agent("ada"), text: text.into() });
    }

    /// Delivers the words of tabs to the other tabs.
    fn carry(&mut self) {
        for tab in 0..self.tabs.len() {
            for word in std::mem::take(&mut self.tabs[tab].told) {
                // In the form in which it is transmitted.
                let word = TabWord::from_text(&word.to_text()).expect("tabs write words that can be read");
                for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                    self.tabs[other].input(Input::Tab(word.clone()));
                }
            }
        }
    }

    /// Everything is delivered, between tabs and with the server.
    fn calm(&mut self) {
        for _ in 0..100 {
            self.carry();
            for tab in &mut self.tabs {
                tab.quiet(&mut self.server);
            }
            if self.tabs.iter().all(|tab| tab.told.is_empty()) {
                return;
            }
        }
        panic!("tabs never come to rest");
    }

    fn pass(&mut self, millis: i64) {
        for tab in &mut self.tabs {
            tab.pass(millis);
        }
        self.server.now = self.server.now.after(millis);
    }

    fn view(&self, tab: usize) -> View<'_> {
        self.tabs[tab].engine.view(0).expect("the widget is there")
    }

    fn unread(&self) -> Vec<u32> {
        (0..self.tabs.len()).map(|tab| self.view(tab).unread).collect()
    }

    fn texts(&self, tab: usize) -> Vec<String> {
        self.tabs[tab].transcript(0).into_iter().map(|(text, _)| text).collect()
    }

    /// The stored messages of visitors.
    fn stored(&self) -> Vec<String> {
        let said = |entry: &Entry| match &entry.body {
            EntryBody::Message { from, text } if from.party == Party::Visitor => Some(text.clone()),
            _ => None,
        };
        self.server.logs.values().flat_map(|log| log.entries.iter().filter_map(said)).collect()
    }
}

#[test]
fn r19_a_tab_that_is_opened_goes_on_with_the_conversation_of_another() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.agent_says("look here: https://shop.example/tea");
    let other = browser.open();
    assert_eq!(browser.texts(other), ["look here: https://shop.example/tea"]);
    assert_eq!(browser.tabs[0].engine.visitor(), browser.tabs[other].engine.visitor());
    assert!(browser.view(other).open, "as it is in the tab that it came from");
    browser.type_in(other, "I see it");
    browser.calm();
    assert_eq!(browser.texts(0), browser.texts(other));
    assert_eq!(browser.server.logs.len(), 1, "one conversation");
    browser.act(0, Action::End);
    assert!(matches!(browser.view(other).stage, Stage::Chat(ChatView { progress: Progress::Ended { .. }, .. })));
}

#[test]
fn r19_what_is_handed_over_is_kept_where_the_mode_says_and_nowhere_else() {
    for (consent, area) in [(Consent::Strict, Area::Tab), (Consent::Remember, Area::Device)] {
        let mut browser = Browser::talking(consent);
        browser.tabs[0].host(Command::SetConsent(consent == Consent::Remember));
        browser.open_with(None);
        assert_eq!(browser.tabs[1].kept.as_ref().map(|(area, _)| *area), Some(area));
        browser.tabs[1].host(Command::SetConsent(false));
        browser.type_in(1, "hi");
        browser.calm();
        assert!(browser.tabs[1].kept.is_none() && browser.texts(0) == ["hi"], "it goes on in memory");
    }
}

#[test]
fn r19_a_tab_where_nothing_was_begun_takes_part_when_another_begins() {
    for consent in [Consent::Strict, Consent::Remember] {
        let mut browser = Browser::new(consent);
        browser.open();
        browser.open();
        browser.begin(0);
        browser.agent_says("hello");
        assert_eq!(browser.texts(1), ["hello"]);
        assert!(!browser.view(1).open, "no panel opens in a tab where nobody did anything");
        assert_eq!(browser.unread(), [0, 0], "it is read in the first");
    }
}

#[test]
fn r19_what_one_tab_reads_is_read_in_all() {
    for consent in [Consent::Strict, Consent::Remember] {
        let mut browser = Browser::talking(consent);
        browser.open();
        browser.open();
        for tab in 0..3 {
            if browser.view(tab).open {
                browser.act(tab, Action::Close);
            }
        }
        browser.agent_says("one");
        browser.agent_says("two");
        assert_eq!(browser.unread(), [2, 2, 2]);
        browser.act(1, Action::Activate);
        assert_eq!(browser.unread(), [0, 0, 0]);
        browser.act(1, Action::Close);
        browser.agent_says("three");
        assert_eq!(browser.unread(), [1, 1, 1]);
        // A tab that comes later knows it too.
        let late = browser.open();
        assert_eq!(browser.view(late).unread, 1);
    }
}

#[test]
fn r19_an_open_panel_that_nobody_looks_at_reads_nothing() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.open();
    browser.act(1, Action::Close);
    browser.tabs[0].input(Input::Watched(false));
    browser.agent_says("is anybody there?");
    assert_eq!(browser.unread(), [1, 1]);
    browser.tabs[0].input(Input::Watched(true));
    browser.calm();
    assert_eq!(browser.unread(), [0, 0]);
}

#[test]
fn r20_a_tab_that_rested_learns_what_was_read_and_begun_meanwhile() {
    let mut browser = Browser::new(Consent::Strict);
    browser.open();
    browser.open();
    // A message to a page in the back/forward cache is lost.
    let mut resting = browser.tabs.pop().expect("two tabs");
    resting.input(Input::Watched(false));
    browser.begin(0);
    browser.agent_says("hello");
    browser.tabs.push(resting);
    browser.tabs[1].input(Input::Watched(true));
    browser.calm();
    assert_eq!(browser.texts(1), ["hello"]);
    assert_eq!(browser.unread(), [0, 0]);
}

#[test]
fn r57_a_duplicated_tab_doubles_nothing() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.type_in(0, "one");
    // Copied while the message is on its way.
    let kept = browser.tabs[0].kept.clone();
    let copy = browser.open_with(kept);
    browser.type_in(0, "two");
    browser.type_in(copy, "three");
    browser.calm();
    browser.pass(11_000);
    browser.calm();
    let mut stored = browser.stored();
    stored.sort();
    assert_eq!(stored, ["one", "three", "two"]);
    assert_eq!(browser.texts(0), browser.texts(copy));
}

#[test]
fn r58_two_tabs_that_send_at_once_send_each_once() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.open();
    browser.type_in(0, "from the first");
    browser.type_in(1, "from the second");
    browser.calm();
    let mut stored = browser.stored();
    stored.sort();
    assert_eq!(stored, ["from the first", "from the second"]);
    assert_eq!(browser.texts(0), browser.texts(1));
}

#[test]
fn r58_a_message_outlives_its_tab() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.open();
    browser.tabs[0].cut();
    browser.type_in(0, "my last words here");
    browser.carry();
    assert_eq!(browser.texts(1), ["my last words here"], "it is shown at once");
    browser.tabs.remove(0);
    browser.pass(3_000);
    browser.calm();
    assert_eq!(browser.stored(), ["my last words here"]);
}

#[test]
fn p4_who_is_forgotten_in_one_tab_is_forgotten_in_all() {
    for consent in [Consent::Strict, Consent::Remember] {
        let mut browser = Browser::talking(consent);
        browser.open();
        browser.tabs[0].host(Command::Forget);
        browser.calm();
        for tab in 0..2 {
            assert!(browser.tabs[tab].kept.is_none() && browser.tabs[tab].wire.is_none(), "{consent:?} {tab}");
            assert!(matches!(browser.view(tab).stage, Stage::Engagement));
        }
    }
}

#[test]
fn words_of_a_page_that_plays_with_the_channel_change_nothing_that_goes_on() {
    let mut browser = Browser::talking(Consent::Strict);
    browser.open();
    browser.agent_says("hello");
    let words = [
        TabWord::Forget { visitor: "v_somebody".into() },
        TabWord::Read { conv: "c_of-others".into(), seq: u64::MAX },
        TabWord::Have {
            stored: Stored {
                version: 2,
                visitor: "v_0123".into(),
                token: "short".into(),
                epoch: None,
                chats: vec![StoredChat {
                    element: "ctw-1".into(),
                    conv: "c_of-others".into(),
                    open: true,
                    read: None,
                    over: None,
                    heard: None,
                    draft: String::new(),
                }],
                parcels: Vec::new(),
            },
        },
    ];
    for word in words {
        browser.tabs[1].input(Input::Tab(word));
    }
    browser.calm();
    assert_eq!(browser.texts(1), ["hello"]);
    for text in ["", "{}", "{\"t\":\"have\"}", "{\"t\":\"said\",\"parcel\":{}}", "[1]", "{\"t\":\"later\"}"] {
        assert!(TabWord::from_text(text).is_err(), "{text}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Say(usize),
    AgentSays,
    Press(usize),
    Watch(usize, bool),
    Cut(usize),
    Open,
    Duplicate(usize),
    Kill(usize),
    Pass(i64),
    Carry,
    Calm,
}

fn step() -> impl Strategy<Value = Step> {
    let tab = 0..4_usize;
    prop_oneof![
        6 => tab.clone().prop_map(Step::Say),
        4 => Just(Step::AgentSays),
        3 => tab.clone().prop_map(Step::Press),
        2 => (tab.clone(), any::<bool>()).prop_map(|(tab, on)| Step::Watch(tab, on)),
        3 => tab.clone().prop_map(Step::Cut),
        2 => Just(Step::Open),
        1 => tab.clone().prop_map(Step::Duplicate),
        1 => tab.prop_map(Step::Kill),
        3 => (1..15_000_i64).prop_map(Step::Pass),
        3 => Just(Step::Carry),
        3 => Just(Step::Calm),
    ]
}

#[test]
fn r19_r58_whatever_tabs_do_each_message_is_stored_once_and_all_agree() {
    every(3_000, &proptest::collection::vec(step(), 1..60), |steps| {
        let mut browser = Browser::talking(Consent::Strict);
        browser.open();
        let mut said = Vec::new();
        for step in steps {
            let tabs = browser.tabs.len();
            match step {
                Step::Say(tab) => {
                    let text = format!("v{}", said.len());
                    browser.type_in(tab % tabs, &text);
                    said.push(text);
                    // Channels of browsers lose nothing, and a message is sent before its tab can disappear.
                    browser.carry();
                }
                Step::AgentSays => browser.agent_says("hello"),
                Step::Press(tab) => browser.tabs[tab % tabs].act(0, Action::Activate),
                Step::Watch(tab, on) => browser.tabs[tab % tabs].input(Input::Watched(on)),
                Step::Cut(tab) => browser.tabs[tab % tabs].cut(),
                Step::Open if tabs < 4 => drop(browser.open()),
                Step::Duplicate(tab) if tabs < 4 => {
                    let kept = browser.tabs[tab % tabs].kept.clone();
                    browser.open_with(kept);
                }
                Step::Kill(tab) if tabs > 2 => drop(browser.tabs.remove(tab % tabs)),
                Step::Pass(millis) => browser.pass(millis),
                Step::Carry => browser.carry(),
                _ => browser.calm(),
            }
        }
        for _ in 0..4 {
            browser.pass(11_000);
            browser.calm();
        }
        let mut stored = browser.stored();
        stored.sort();
        said.sort();
        assert_eq!(stored, said, "each message once");
        // A tab that is opened late has only the end of a long conversation, and counts its messages.
        let whole = |tab: &usize| {
            let view = browser.view(*tab);
            !view.open && matches!(view.stage, Stage::Chat(ChatView { more: false, .. }))
        };
        let closed: Vec<u32> = (0..browser.tabs.len()).filter(whole).map(|tab| browser.view(tab).unread).collect();
        assert!(closed.windows(2).all(|pair| pair[0] == pair[1]), "one truth about what was read: {closed:?}");
        let last = |tab: usize| browser.texts(tab).last().cloned();
        assert!((1..browser.tabs.len()).all(|tab| last(tab) == last(0)), "one transcript");
        let pending = |tab: &Page| tab.transcript(0).iter().any(|(_, state)| *state != LineState::Sent);
        assert!(!browser.tabs.iter().any(pending), "nothing is on its way any more");
    });
}

#[test]
fn the_question_is_written_as_the_codec_writes_it() {
    assert_eq!(TabWord::Ask {}.to_text(), ASK);
}
