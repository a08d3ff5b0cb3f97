//! Every row of the specification's section 1.8 (spec/ctlive-and-ucontact.md), at the engine with a model server behind it.
#![cfg(not(target_arch = "wasm32"))]

mod support;
mod tables;

use chinwag::engine::*;
use chinwag::model::*;
use chinwag::wire::Code;
use support::page::Page;
use support::server::{ModelServer, agent};
use support::*;

const CHAT: WidgetKind = WidgetKind::Chat;

struct Run {
    page: Page,
    server: ModelServer,
    config: SiteConfig,
    messages: u32,
}

impl Run {
    fn new(widgets: Vec<WidgetSpec>) -> Self {
        Self::with(site(widgets))
    }

    fn with(config: SiteConfig) -> Self {
        let server = ModelServer::new(config.widgets.clone());
        Self { page: Page::load(config.clone(), None, 1, Timestamp(0)), server, config, messages: 0 }
    }

    fn order(&self) -> String {
        self.page.order()
    }

    fn act(&mut self, action: Action) -> &mut Self {
        self.on(0, action)
    }

    fn on(&mut self, index: usize, action: Action) -> &mut Self {
        self.page.act(index, action);
        self.page.quiet(&mut self.server);
        self
    }

    /// Presses a widget without a form and begins.
    fn begin(&mut self) -> &mut Self {
        self.act(Action::Activate)
    }

    fn fill(&mut self) -> &mut Self {
        self.act(Action::Edit(value("email", "ada@example.org"))).act(Action::Submit)
    }

    fn survey(&mut self) -> &mut Self {
        self.act(Action::Edit(value("stars", "5"))).act(Action::Submit)
    }

    fn entry(&mut self, body: EntryBody) -> &mut Self {
        self.messages += 1;
        let conv = self.server.newest().expect("a conversation");
        self.server.append(&conv, EntryId(format!("s{}", self.messages)), body).expect("counts");
        self.page.quiet(&mut self.server);
        self
    }

    fn join(&mut self) -> &mut Self {
        self.entry(EntryBody::Joined { who: agent("ada") })
    }

    /// The agent says something.
    fn says(&mut self, text: &str) -> &mut Self {
        self.entry(EntryBody::Message { from: agent("ada"), text: text.into() })
    }

    fn unread(&self) -> u32 {
        self.page.engine.view(0).expect("the widget is there").unread
    }

    fn agent_ends(&mut self) -> &mut Self {
        self.entry(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed })
    }

    fn reload(&mut self) -> &mut Self {
        let kept = self.page.kept.clone();
        self.page = Page::load(self.config.clone(), kept, 99, self.page.now);
        self.page.quiet(&mut self.server);
        self
    }
}

fn chat() -> WidgetSpec {
    widget("sales", "ctw-1", CHAT)
}

fn full() -> WidgetSpec {
    with_survey(with_form(chat()))
}

#[test]
fn page_load_shows_when_the_rule_is_met() {
    let mut spec = chat();
    spec.rules.after = 3_000;
    let mut run = Run::new(vec![spec]);
    assert_eq!(run.order(), "L");
    run.page.pass(2_999);
    assert_eq!(run.order(), "L");
    run.page.pass(1);
    assert_eq!(run.order(), "L S");
}

#[test]
fn availability_lost_and_regained() {
    let mut run = Run::new(vec![chat()]);
    for availability in [Availability::NoAgents, Availability::NoAgents, Availability::Available, Availability::Closed] {
        let mut config = run.config.clone();
        config.widgets[0].availability = availability;
        run.page.input(Input::Config(config));
    }
    assert_eq!(run.order(), "L S H S H");
}

#[test]
fn chat_without_form_and_survey() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join().agent_ends();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(false)");
}

#[test]
fn chat_with_form() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).fill().join().act(Action::End);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(false)");
}

#[test]
fn chat_with_form_and_survey() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join().agent_ends().survey();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+ V✓");
}

#[test]
fn chat_with_survey_only() {
    let mut run = Run::new(vec![with_survey(chat())]);
    run.act(Action::Activate).join().act(Action::End).survey();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(true) V+ V✓");
}

#[test]
fn requests_end_with_the_form() {
    for (kind, word) in
        [(WidgetKind::CallbackNow, "CallbackNow"), (WidgetKind::CallbackLater, "CallbackLater"), (WidgetKind::ClickToCall, "ClickToCall")]
    {
        let mut run = Run::new(vec![with_form(widget("call", "ctw-2", kind))]);
        run.act(Action::Activate).fill();
        assert_eq!(run.order(), format!("L S K({word}) D+({word}) D✓({word})"));
        assert_eq!(run.server.requests.len(), 1);
        assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Requested { .. }));
    }
}

#[test]
fn click_to_call_without_form() {
    let mut run = Run::new(vec![widget("call", "ctw-2", WidgetKind::ClickToCall)]);
    run.act(Action::Activate);
    assert_eq!(run.order(), "L S K(ClickToCall)");
    assert_eq!(run.server.requests.len(), 1);
}

#[test]
fn several_widgets_load_in_order_and_keep_apart() {
    let widgets = vec![full(), widget("sales", "ctw-2", CHAT), widget("call", "ctw-3", WidgetKind::CallbackNow)];
    let mut run = Run::new(widgets);
    assert_eq!(run.order(), "L L L S S S");
    run.on(1, Action::Activate);
    assert_eq!(run.order(), "L L L S S S K(Chat) C1");
    let elements: Vec<_> =
        run.page.events.iter().filter_map(|event| event.subject.as_ref()).map(|subject| subject.element.as_str()).collect();
    assert_eq!(&elements[..6], ["ctw-1", "ctw-2", "ctw-3", "ctw-1", "ctw-2", "ctw-3"]);
    assert_eq!(elements[6], "ctw-2");
}

#[test]
fn second_chat_on_the_same_page_has_another_id() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).fill().join().agent_ends().act(Action::Restart).fill().join();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(false) K(Chat) D+(Chat) D✓(Chat) C1 C2");
    let ids: Vec<_> = run.server.logs.keys().collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_widget_that_never_met_its_rule_only_loads() {
    let mut spec = chat();
    spec.availability = Availability::NoAgents;
    assert_eq!(Run::new(vec![spec]).order(), "L");
}

#[test]
fn a_widget_of_another_page_is_not_there() {
    let mut spec = chat();
    spec.rules.pages = vec!["https://shop\\.example/coffee".into()];
    assert_eq!(Run::new(vec![spec]).order(), "");
}

#[test]
fn what_shows_nothing_is_not_said_and_blanks_are_not_part_of_what_is() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join();
    for text in tables::EMPTY {
        run.act(Action::Draft((*text).into())).act(Action::Send);
        run.page.host(Command::SendMessage(None, (*text).into()));
        assert_eq!(run.page.transcript(0), [], "{text:?}");
    }
    for (text, left) in tables::TRIMMED {
        run.act(Action::Draft((*text).into())).act(Action::Send);
        assert_eq!(run.page.transcript(0).last().expect("a message").0, *left, "{text:?}");
    }
    run.act(Action::Draft("a\0b".into())).act(Action::Send);
    assert_eq!(run.page.transcript(0).last().expect("a message").0, "ab", "NUL goes where it is typed");
}

#[test]
fn what_is_filled_in_goes_without_the_blanks_around_it() {
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).act(Action::Edit(value("email", "\u{200b} ada@shop.example\u{a0}\0"))).act(Action::Submit).join();
    let state = run.server.newest().map(|conv| run.server.logs[&conv].state.clone()).expect("a conversation");
    assert_eq!(find_value(&state.values, "email"), "ada@shop.example");
    let mut run = Run::new(vec![with_form(chat())]);
    run.act(Action::Activate).act(Action::Edit(value("email", "\u{3164}"))).act(Action::Submit);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)", "an invisible letter is no address");
}

#[test]
fn dismissed_before_anything() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Dismiss);
    assert_eq!(run.order(), "L S H");
}

#[test]
fn opened_and_closed_the_form() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).act(Action::Close);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)");
    assert_eq!(run.page.kept, None, "nothing was started, so nothing is kept");
    // What was typed is still there the next time.
    run.act(Action::Activate).act(Action::Edit(value("email", "x@y.z"))).act(Action::Close).act(Action::Activate);
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("the form is shown") };
    assert_eq!(find_value(form.values, "email"), "x@y.z");
}

#[test]
fn refused_at_once_gets_no_chat_events() {
    for code in [Code::Closed, Code::QueueFull, Code::NoAgents] {
        let mut run = Run::new(vec![full()]);
        run.server.refuse = Some(code);
        run.act(Action::Activate).fill();
        assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat)");
        assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Refused { code: shown } if shown == code));
    }
}

#[test]
fn left_while_queuing_gets_no_survey() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().act(Action::End);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(false)");
}

#[test]
fn queue_timed_out() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().entry(EntryBody::Ended { by: Party::System, reason: EndReason::Unanswered });
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(false)");
}

#[test]
fn survey_after_an_unanswered_chat_where_the_site_wants_it() {
    let mut spec = full();
    spec.survey_after_unanswered = true;
    let mut run = Run::new(vec![spec]);
    run.act(Action::Activate).fill().act(Action::End).survey();
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C3(true) V+ V✓");
}

#[test]
fn closed_the_tab_while_chatting_says_nothing_more() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().join();
    let before = run.order();
    run.page.cut();
    run.agent_ends_unheard();
    assert_eq!(run.order(), before);
}

#[test]
fn came_back_while_the_chat_is_open() {
    let mut run = Run::new(vec![full(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).fill().join().reload();
    assert_eq!(run.order(), "L S C2", "that widget only, and no second ChatStarted");
    run.agent_ends();
    assert_eq!(run.order(), "L S C2 C3(true) V+");
}

#[test]
fn came_back_while_queuing() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).fill().reload();
    assert_eq!(run.order(), "L S");
    run.join();
    assert_eq!(run.order(), "L S C2");
}

#[test]
fn came_back_with_the_restore_options() {
    for (option, order) in [("silent", "L S"), ("full", "L S C1 C2"), ("online", "L S C2")] {
        let mut config = site(vec![full()]);
        config.dialects[0].settings.push(Setting { key: "restore".into(), value: option.into() });
        let mut run = Run::with(config);
        run.act(Action::Activate).fill().join().reload();
        assert_eq!(run.order(), order);
    }
}

#[test]
fn came_back_after_it_ended() {
    let mut run = Run::new(vec![full(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).fill().join();
    run.page.cut();
    run.agent_ends_unheard().reload();
    assert_eq!(run.order(), "L S L S", "both widgets, as on any page, and no ChatFinished of the old chat");
    assert_eq!(run.page.kept, None);
}

#[test]
fn survey_ignored_or_closed() {
    for leave in [Action::Skip, Action::Close] {
        let mut run = Run::new(vec![full()]);
        run.act(Action::Activate).fill().join().agent_ends().act(leave);
        assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+");
        assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Engagement));
    }
}

#[test]
fn every_end_looks_the_same() {
    let mut orders = Vec::new();
    for end in 0..4 {
        let mut run = Run::new(vec![full()]);
        run.act(Action::Activate).fill().join();
        match end {
            0 => run.act(Action::End),
            1 => run.agent_ends(),
            2 => run.entry(EntryBody::Ended { by: Party::System, reason: EndReason::Abandoned }),
            _ => {
                run.page.host(Command::End(None));
                &mut run
            }
        };
        orders.push(run.order());
    }
    assert!(orders.iter().all(|order| order == "L S K(Chat) D+(Chat) D✓(Chat) C1 C2 C3(true) V+"), "{orders:?}");
}

#[test]
fn agent_lost_and_another_comes_is_still_one_chat() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join().entry(EntryBody::Left { who: agent("ada"), reason: LeaveReason::Lost });
    assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Chat(ChatView { progress: Progress::Requeued { .. }, .. })));
    run.entry(EntryBody::Joined { who: agent("grace") }).agent_ends();
    assert_eq!(run.order(), "L S K(Chat) C1 C2 C3(false)");
}

#[test]
fn destroy_hides_each_visible_widget_and_is_silent_after() {
    let mut run = Run::new(vec![chat(), widget("other", "ctw-9", CHAT)]);
    run.act(Action::Activate).join();
    run.page.host(Command::Destroy);
    assert_eq!(run.order(), "L L S S K(Chat) C1 C2 H H");
    let conv = run.server.newest().unwrap();
    run.server.append(&conv, "late".into(), EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed });
    run.page.quiet(&mut run.server);
    run.page.host(Command::Open(None));
    run.page.pass(100_000);
    assert_eq!(run.order(), "L L S S K(Chat) C1 C2 H H");
}

#[test]
fn hidden_on_open_alternates() {
    let mut config = site(vec![chat()]);
    config.dialects[0].settings.push(Setting { key: "hiddenOnOpen".into(), value: "true".into() });
    let mut run = Run::with(config);
    run.act(Action::Activate).act(Action::Close).act(Action::Activate);
    run.page.host(Command::Hide(None));
    assert_eq!(run.order(), "L S K(Chat) H C1 S H S H");
}

#[test]
fn loaded_once_says_it_for_the_first_widget_that_is_there() {
    let mut elsewhere = chat();
    elsewhere.rules.pages = vec!["nowhere".into()];
    let mut config = site(vec![elsewhere, widget("a", "ctw-2", CHAT), widget("b", "ctw-3", CHAT)]);
    config.dialects[0].settings.push(Setting { key: "loaded".into(), value: "once".into() });
    assert_eq!(Run::with(config).order(), "L S S");
}

#[test]
fn nothing_is_clicked_while_it_is_not_shown() {
    let mut spec = chat();
    spec.rules.after = 1_000;
    let mut run = Run::new(vec![spec]);
    run.act(Action::Activate);
    assert_eq!(run.order(), "L");
    // The host may: it is shown first.
    run.page.host(Command::Open(None));
    assert_eq!(run.order(), "L S K(Chat)");
}

#[test]
fn a_form_with_a_mistake_is_not_submitted_and_says_where() {
    let mut run = Run::new(vec![full()]);
    run.act(Action::Activate).act(Action::Edit(value("email", "not an address"))).act(Action::Submit);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat)");
    assert_eq!(run.page.focus.last(), Some(&Focus::Field(Some("email".into()))));
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("still the form") };
    assert_eq!(form.problems, [("email".to_owned(), FieldProblem::Invalid)]);
    // The problem goes away as soon as it is mended.
    run.act(Action::Edit(value("email", "a@b.example")));
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("still the form") };
    assert_eq!(form.problems, []);
}

#[test]
fn a_form_that_the_server_refuses_is_shown_again() {
    let mut run = Run::new(vec![full()]);
    run.server.refuse = Some(Code::Unavailable);
    run.act(Action::Activate).fill();
    assert!(matches!(run.page.engine.view(0).unwrap().stage, Stage::Starting));
    // A passing fault is waited out.
    run.server.refuse = None;
    run.page.pass(10_000);
    run.page.quiet(&mut run.server);
    assert_eq!(run.order(), "L S K(Chat) D+(Chat) D✓(Chat) C1");
}

#[test]
fn p1_nothing_is_stored_or_sent_before_the_visitor_starts_something() {
    let mut run = Run::new(vec![full()]);
    run.page.pass(60_000);
    run.act(Action::Activate).act(Action::Edit(value("email", "ada@example.org")));
    assert_eq!(run.page.stores, 0);
    assert!(run.page.wire.is_none());
    let first = run.page.engine.visitor().clone();
    run.page = Page::load(run.config.clone(), None, 2, Timestamp(0));
    assert_ne!(*run.page.engine.visitor(), first, "a fresh id on each page");
}

#[test]
fn p2_consent_decides_where_things_are_kept() {
    let mut config = site(vec![chat()]);
    config.consent = Consent::Host;
    let mut run = Run::with(config);
    run.act(Action::Activate);
    assert_eq!(run.page.kept.as_ref().map(|(area, _)| *area), Some(Area::Tab));
    run.page.host(Command::SetConsent(true));
    assert_eq!(run.page.kept.as_ref().map(|(area, _)| *area), Some(Area::Device));
    run.page.host(Command::SetConsent(false));
    assert_eq!(run.page.kept, None);
}

#[test]
fn p4_ending_deletes_what_the_tab_kept_and_closes_the_link() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join();
    assert!(run.page.kept.is_some());
    run.act(Action::End);
    assert_eq!(run.page.kept, None);
    assert!(run.page.wire.is_none());
}

#[test]
fn p4_forget_ends_and_deletes_and_is_somebody_new() {
    let mut config = site(vec![full()]);
    config.consent = Consent::Remember;
    let mut run = Run::with(config);
    run.act(Action::Activate).fill().join();
    let before = run.page.engine.visitor().clone();
    run.page.host(Command::Forget);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.kept, None);
    assert!(run.page.wire.is_none());
    assert_ne!(*run.page.engine.visitor(), before);
    run.act(Action::Activate);
    let Stage::Collecting(form) = run.page.engine.view(0).unwrap().stage else { panic!("the form") };
    assert_eq!(find_value(form.values, "email"), "");
}

#[test]
fn the_visitor_id_stays_after_something_was_started() {
    let mut config = site(vec![full()]);
    config.consent = Consent::Remember;
    let mut run = Run::with(config);
    run.act(Action::Activate).fill().join().agent_ends().survey();
    let visitor = run.page.engine.visitor().clone();
    run.reload();
    assert_eq!(*run.page.engine.visitor(), visitor);
    assert_eq!(run.order(), "L S");
}

#[test]
fn r6_an_unacknowledged_message_is_called_late_and_then_sent_once() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join();
    run.page.cut();
    run.page.act(0, Action::Draft("hello".into()));
    run.page.act(0, Action::Send);
    assert_eq!(run.page.transcript(0), [("hello".to_owned(), LineState::Sending)]);
    run.page.pass(10_000);
    assert_eq!(run.page.transcript(0), [("hello".to_owned(), LineState::Late)]);
    run.page.pass(60_000);
    run.page.quiet(&mut run.server);
    run.page.pass(60_000);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.transcript(0), [("hello".to_owned(), LineState::Sent)]);
}

#[test]
fn r6_a_message_to_an_ended_conversation_is_not_lost_from_sight() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join();
    let conv = run.server.newest().unwrap();
    run.server.append(&conv, "end".into(), EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed });
    run.page.act(0, Action::Draft("too late".into()));
    run.page.act(0, Action::Send);
    run.page.quiet(&mut run.server);
    assert_eq!(run.page.transcript(0), [("too late".to_owned(), LineState::Failed { retry: false })]);
}

#[test]
fn unread_counts_while_closed_and_is_gone_when_opened() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join().act(Action::Close);
    for text in ["one", "two"] {
        run.entry(EntryBody::Message { from: agent("ada"), text: text.into() });
    }
    assert_eq!(run.page.engine.view(0).unwrap().unread, 2);
    run.act(Action::Activate);
    assert_eq!(run.page.engine.view(0).unwrap().unread, 0);
}

#[test]
fn what_was_not_read_is_still_unread_after_a_reload_and_what_came_between_counts() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().says("read").act(Action::Close);
    run.says("one").says("two");
    assert_eq!(run.unread(), 2);
    run.reload();
    assert_eq!(run.unread(), 2, "nobody read them");
    assert_eq!(run.page.events.iter().filter(|event| matches!(event.what, Happening::UnreadChanged { count: 2 })).count(), 1);
    let kept = run.page.kept.clone();
    run.page.cut();
    run.unheard(EntryBody::Message { from: agent("ada"), text: "three".into() });
    run.page.kept = kept;
    run.reload();
    assert_eq!(run.unread(), 3, "what came between two pages counts");
    run.act(Action::Activate).reload();
    assert_eq!(run.unread(), 0, "read is read");
    run.act(Action::Close).reload();
    assert_eq!(run.unread(), 0);
}

#[test]
fn what_an_earlier_release_kept_counts_as_read() {
    let mut run = Run::new(vec![chat()]);
    run.begin().join().act(Action::Close).says("one");
    let (area, text) = run.page.kept.clone().expect("kept");
    let at = text.find("\"read\":").expect("it is kept how far it was read");
    let end = at + text[at..].find(',').expect("more comes") + 1;
    run.page.kept = Some((area, format!("{}{}", &text[..at], &text[end..])));
    run.reload();
    assert_eq!((run.unread(), run.page.transcript(0).len()), (0, 1));
}

#[test]
fn a15_nothing_that_arrives_moves_the_focus() {
    let mut spec = full();
    spec.rules.open_after = 1_000;
    let mut run = Run::new(vec![spec]);
    run.page.pass(2_000);
    assert!(run.page.engine.view(0).unwrap().open, "it opened by itself");
    assert_eq!(run.page.focus, []);
    run.act(Action::Activate).fill();
    let before = run.page.focus.len();
    run.join().entry(EntryBody::Message { from: agent("ada"), text: "hi".into() }).agent_ends();
    assert_eq!(run.page.focus.len(), before);
}

#[test]
fn r22_earlier_messages_are_fetched_page_by_page() {
    let mut run = Run::new(vec![chat()]);
    run.act(Action::Activate).join();
    for number in 0..23 {
        run.entry(EntryBody::Message { from: agent("ada"), text: number.to_string() });
    }
    run.reload();
    assert!(run.page.transcript(0).len() < 23);
    for _ in 0..10 {
        run.act(Action::Older);
    }
    let texts: Vec<String> = run.page.transcript(0).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, (0..23).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn s15_s62_hostile_storage_is_as_good_as_none() {
    for text in ["", "null", "{", "{\"version\":1}", "{\"version\":2,\"visitor\":\"v\",\"chats\":[],\"parcels\":[]}", "[[[[[[[["] {
        let page = Page::load(site(vec![chat()]), Some((Area::Tab, text.into())), 5, Timestamp(0));
        assert_eq!(page.order(), "L S");
        assert_eq!(page.kept, None, "{text}: what cannot be read is deleted");
    }
}

impl Run {
    /// The agent ends it while the page hears nothing.
    fn agent_ends_unheard(&mut self) -> &mut Self {
        self.unheard(EntryBody::Ended { by: Party::Agent, reason: EndReason::Closed })
    }

    /// Something happens while the page hears nothing.
    fn unheard(&mut self, body: EntryBody) -> &mut Self {
        self.messages += 1;
        let conv = self.server.newest().expect("a conversation");
        self.server.append(&conv, EntryId(format!("s{}", self.messages)), body).expect("counts");
        self
    }
}
