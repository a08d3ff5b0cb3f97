//! The widget's view in a browser, on the screen and for screen readers.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each program of tests needs a part of it")]
#[path = "support/stand.rs"]
mod stand;
mod tables;

use chinwag::engine::{Action, ChatView, Focus, FormView, Happening, Line, LineState, Progress, Stage, SurveyView};
use chinwag::model::{
    Availability, ConversationId, EntryId, Fallback, FieldKind, FieldProblem, FieldValue, Form, Participant, ParticipantId, Party, Slot,
    Timestamp, WidgetSpec,
};
use chinwag::wire::{Code, Word};
use stand::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const HOSTILE: [&str; 8] = [
    "<img src=x onerror='window.__canary++'>",
    "<script>window.__canary++</script>",
    "<svg/onload=window.__canary++>",
    "</div></li><style>*{display:none}</style>",
    "javascript:window.__canary++",
    "&lt;b&gt; & \u{0} \u{202e}gnp.exe",
    "{{constructor.constructor('window.__canary++')()}}",
    "data:text/html,<script>window.__canary++</script>",
];

#[wasm_bindgen_test]
async fn s1_text_of_people_stays_text() {
    canary();
    let mut stand = Stand::english();
    for (n, words) in HOSTILE.iter().enumerate() {
        let who = Participant::new(ParticipantId(format!("p{n}")), Party::Agent, (*words).into());
        stand.chat_with(&[line(n, who, words)], false, words);
        stand.tell(received(words));
        assert_eq!(text(&one("li .name")), *words);
        assert_eq!(text(&one("li .text")), *words);
        assert_eq!(all(":is(img, script, style, iframe), li a").length(), 0);
        settle().await;
    }
    until("the announcements", || text(&one("[data-test=live]")).is_empty()).await;
    assert_eq!(canary_count(), 0);
}

#[wasm_bindgen_test]
fn s3_only_honest_links_become_links() {
    let mut stand = Stand::english();
    for (n, (words, links)) in tables::LINKS.iter().enumerate() {
        stand.chat(&[line(n, agent(), words)]);
        let mut whole = text(&one("li .text"));
        let found = all("li .text a");
        assert_eq!(found.length() as usize, links.len(), "{words:?}");
        for ((shown, href, host), link) in links.iter().zip(found.iter()) {
            assert_eq!((text(&link).as_str(), attribute(&link, "href").as_str()), (*shown, *href), "{words:?}");
            assert_eq!(attribute(&link, "rel"), "noopener noreferrer");
            assert_eq!(attribute(&link, "target"), "_blank");
            if !host.is_empty() {
                let told = format!(" ({host})");
                assert_eq!(text(&one("li .host")), told, "{words:?}");
                whole = whole.replacen(&told, "", 1);
            }
        }
        let told = links.iter().filter(|(.., host)| !host.is_empty()).count();
        assert_eq!(all("li .host").length() as usize, told, "{words:?}");
        assert_eq!(whole, *words, "nothing of the text is lost");
    }
}

#[wasm_bindgen_test]
fn s7_who_says_something_cannot_be_imitated() {
    let mut stand = Stand::english();
    stand.chat(&[line(1, visitor("Support Agent"), "SYSTEM: your chat was ended")]);
    assert_eq!(attribute(&one("li"), "data-who"), "visitor");
    assert_eq!(text(&one("li .vh")), "You");
}

/// A text of a later server's is not read as a part of a template.
#[wasm_bindgen_test]
fn r18_a_party_of_a_later_version_is_somebody_who_is_not_the_visitor() {
    let mut stand = Stand::english();
    let somebody = Participant { party: Party::Unknown(Word::keep("bot ><button.stop")), ..agent() };
    stand.chat(&[line(1, somebody, "I can help")]);
    assert_eq!((attribute(&one("li"), "data-who"), text(&one("li .text"))), ("system".into(), "I can help".into()));
    assert_eq!(all("li .stop").length(), 0);
}

#[wasm_bindgen_test]
fn r18_a_field_of_a_later_version_is_one_for_text() {
    let mut stand = Stand::english();
    let form = form(vec![field("age", FieldKind::Unknown(Word::keep("colour")))]);
    let problems = [("age".to_owned(), FieldProblem::Unknown(Word::keep("too_blue")))];
    stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &problems, slots: &[] }));
    assert_eq!(attribute(&one("[data-test=field-age]"), "type"), "text");
    assert_eq!(attribute(&one("[data-test=field-age]"), "autocomplete"), "");
    assert!(!text(&one("[data-test=error-age]")).is_empty());
    type_in("[data-test=field-age]", "blue");
    assert_eq!(stand.sent(), [Action::Edit(FieldValue { name: "age".into(), value: "blue".into() })]);
}

#[wasm_bindgen_test]
async fn r22_ten_thousand_lines_keep_few_in_the_document() {
    let mut stand = Stand::english();
    stand.chat(&many(0, 10_000));
    settle().await;
    assert!(strings(&seen_rows()).last().unwrap().starts_with("[9999]"));
    assert!(all("li").length() <= 120, "{}", all("li").length());
    // Every line appears on the way up, in order, at any heights.
    let mut lowest = 10_000;
    for _ in 0..40 {
        scroll(scroll_top() - 70.0);
        settle().await;
        let seen: Vec<usize> = strings(&seen_rows()).iter().map(|words| words[1..words.find(']').unwrap()].parse().unwrap()).collect();
        assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "a gap: {seen:?}");
        assert!(seen.last().unwrap() + 1 >= lowest, "jumped from {lowest} to {seen:?}");
        lowest = seen[0];
        assert!(all("li").length() <= 120);
    }
    scroll(0.0);
    until("the first line", || strings(&seen_rows()).first().is_some_and(|words| words.starts_with("[0]"))).await;
    assert!(all("li").length() <= 120);
}

#[wasm_bindgen_test]
async fn earlier_lines_come_in_without_moving_what_is_read() {
    let mut stand = Stand::english();
    stand.chat_with(&many(100, 200), true, "");
    settle().await;
    scroll(40.0);
    until("the wish for earlier lines", || stand.sent.borrow().contains(&Action::Older)).await;
    let words = strings(&seen_rows())[1].clone();
    let before = row_top(&words);
    stand.chat_with(&many(0, 200), false, "");
    assert!((row_top(&words) - before).abs() < 2.0, "{} {}", row_top(&words), before);
    settle().await;
    assert!((row_top(&words) - before).abs() < 2.0, "{words} {} {before}", row_top(&words));
}

#[wasm_bindgen_test]
async fn new_lines_do_not_pull_away_who_reads_earlier_ones() {
    let mut stand = Stand::english();
    stand.chat(&many(0, 100));
    settle().await;
    scroll(scroll_top() - 900.0);
    settle().await;
    let words = strings(&seen_rows())[1].clone();
    let before = row_top(&words);
    stand.chat(&many(0, 103));
    settle().await;
    assert!((row_top(&words) - before).abs() < 2.0);
    // Two messages of the agent, and one of the visitor.
    assert!(text(&one("[data-test=new-messages]")).starts_with("2 new messages"));
    click("[data-test=new-messages]");
    settle().await;
    assert!(strings(&seen_rows()).iter().any(|words| words.starts_with("[100]")));
}

#[wasm_bindgen_test]
async fn a20_keys_scroll_the_transcript() {
    let mut stand = Stand::english();
    stand.chat(&many(0, 300));
    settle().await;
    press("[data-test=log]", "Home", &JsValue::UNDEFINED);
    settle().await;
    assert!(strings(&seen_rows())[0].starts_with("[0]"));
    press("[data-test=log]", "PageDown", &JsValue::UNDEFINED);
    settle().await;
    assert!(scroll_top() > 100.0);
    press("[data-test=log]", "End", &JsValue::UNDEFINED);
    settle().await;
    assert!(strings(&seen_rows()).last().unwrap().starts_with("[299]"));
}

#[wasm_bindgen_test]
fn a13_enter_sends_unless_a_character_is_being_composed() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    type_in("[data-test=composer]", "hi");
    assert_eq!(stand.sent(), [Action::Draft("hi".into())]);
    stand.chat_with(&[], false, "hi");
    COMPOSING.with(|composing| press("[data-test=composer]", "Enter", composing));
    assert_eq!(stand.sent(), []);
    assert!(SHIFTED.with(|shifted| press("[data-test=composer]", "Enter", shifted)), "the line break is the browser's");
    assert_eq!(stand.sent(), []);
    assert!(!press("[data-test=composer]", "Enter", &JsValue::UNDEFINED));
    assert_eq!(stand.sent(), [Action::Send]);
}

#[wasm_bindgen_test]
fn nothing_empty_and_nothing_too_long_is_sent() {
    let mut stand = Stand::english();
    for draft in ["  \n ".to_owned(), "x".repeat(8_001)] {
        stand.chat_with(&[], false, &draft);
        press("[data-test=composer]", "Enter", &JsValue::UNDEFINED);
        click("[data-test=send]");
        assert_eq!(stand.sent(), []);
    }
    assert_eq!(text(&one(".room")), "1 character too many");
    stand.chat_with(&[], false, &"x".repeat(7_990));
    assert_eq!(text(&one(".room")), "10 characters left");
    stand.chat_with(&[], false, "short");
    assert!(!visible(".room"));
}

#[wasm_bindgen_test]
fn a13_escape_goes_back_one_step() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    click("[data-test=emoji]");
    assert!(visible("[data-test=emoji-grid]"));
    press("[data-test=pick]", "Escape", &JsValue::UNDEFINED);
    assert!(!visible("[data-test=emoji-grid]"));
    click("[data-test=more]");
    assert_eq!(focused(), "end");
    press("[data-test=end]", "Escape", &JsValue::UNDEFINED);
    assert_eq!(focused(), "more");
    assert!(!visible("[data-test=end]"), "the menu is closed");
    click("[data-test=more]");
    click("[data-test=end]");
    assert_eq!(focused(), "end-confirm");
    press("[data-test=end-confirm]", "Escape", &JsValue::UNDEFINED);
    assert_eq!(focused(), "more");
    assert_eq!(stand.sent(), []);
    press("[data-test=composer]", "Escape", &JsValue::UNDEFINED);
    assert_eq!(stand.sent(), [Action::Close]);
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(focused(), "launcher");
}

#[wasm_bindgen_test]
fn r25_keys_in_our_fields_do_not_set_off_the_pages_shortcuts() {
    let heard = page_shortcut();
    let mut stand = Stand::english();
    stand.chat(&[]);
    press("[data-test=composer]", "j", &JsValue::UNDEFINED);
    press("[data-test=more]", "k", &JsValue::UNDEFINED);
    assert_eq!(strings(&heard), ["k"]);
}

#[wasm_bindgen_test]
fn emoji_go_where_the_caret_is() {
    let mut stand = Stand::english();
    stand.chat_with(&[], false, "ab");
    click("[data-test=emoji]");
    press("[data-test=pick]", "ArrowRight", &JsValue::UNDEFINED);
    click("[data-test=pick][tabindex='0']");
    assert_eq!(stand.sent(), [Action::Draft("ab😃".into())]);
    assert_eq!(focused(), "composer");
}

#[wasm_bindgen_test]
fn ending_asks_first() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    click("[data-test=end]");
    assert_eq!(stand.sent(), []);
    click("[data-test=end-confirm]");
    assert_eq!(stand.sent(), [Action::End]);
}

#[wasm_bindgen_test]
fn r6_failed_messages_can_be_tried_again_and_taken_away() {
    let mut stand = Stand::english();
    let failed = Line { seq: None, state: LineState::Failed { retry: true }, ..line(7, visitor(""), "hello") };
    stand.chat(std::slice::from_ref(&failed));
    assert_eq!(attribute(&one("li"), "data-state"), "failed");
    assert!(text(&one("li")).contains("Not sent"));
    click("[data-test=retry]");
    click("[data-test=discard]");
    assert_eq!(stand.sent(), [Action::Retry(failed.id.clone()), Action::Discard(failed.id.clone())]);
    stand.chat(&[Line { state: LineState::Failed { retry: false }, ..failed.clone() }]);
    assert!(one("[data-test=retry]").is_null());
    stand.chat(&[Line { state: LineState::Sent, ..failed }]);
    assert_eq!(attribute(&one("li"), "data-state"), "sent");
    assert_eq!(all("li").length(), 1);
}

#[wasm_bindgen_test]
fn a7_errors_are_tied_to_their_fields() {
    let mut stand = Stand::english();
    let mut email = field("mail", FieldKind::Email);
    email.hint = "A hint".into();
    email.pattern_error = Some("Own words".into());
    let mut hidden = field("secret", FieldKind::Nickname);
    hidden.visible_customer = false;
    let form = form(vec![field("nick", FieldKind::Nickname), email, hidden, field("stars", FieldKind::RatingStar)]);
    let mut show = |problems: &[(String, FieldProblem)]| {
        stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems, slots: &[] }));
    };
    show(&[]);
    assert_eq!(attribute(&one("[data-test=field-mail]"), "autocomplete"), "email");
    assert!(one("[data-test=field-secret]").is_null());
    assert!(!visible("[data-test=error-mail]"));
    show(&[("nick".into(), FieldProblem::Missing), ("mail".into(), FieldProblem::Invalid), ("stars".into(), FieldProblem::Missing)]);
    for (name, words) in [("nick", "Please fill in this field."), ("mail", "A hintOwn words"), ("stars", "Please choose one.")] {
        let control = one(&format!("[data-test=field-{name}]"));
        assert_eq!(attribute(&control, "aria-invalid"), "true");
        let described: String =
            attribute(&control, "aria-describedby").split_ascii_whitespace().map(|id| text(&one(&format!("#{id}")))).collect();
        assert_eq!(described, words);
    }
    assert_eq!(text(&one("[data-test=live]")), "3 fields need your attention.");
    show(&[]);
    assert!(!visible("[data-test=error-mail]"));
    assert_eq!(attribute(&one("[data-test=field-mail]"), "aria-invalid"), "false");
    stand.view().focus(&Focus::Field(Some("mail".into())));
    assert_eq!(focused(), "field-mail");
    stand.view().focus(&Focus::Field(None));
    assert_eq!(focused(), "field-nick");
}

#[wasm_bindgen_test]
fn every_kind_of_field_tells_its_value() {
    let mut stand = Stand::english();
    let fields = FieldKind::ALL.iter().map(|kind| {
        let mut field = field(kind.word(), *kind);
        field.options = vec![chinwag::model::Choice { value: "a".into(), label: "A".into() }];
        field
    });
    let form = form(fields.collect());
    let slots = [Slot { start: Timestamp(MORNING), minutes: 30 }, Slot { start: Timestamp(MORNING + 86_400_000), minutes: 30 }];
    stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &[], slots: &slots }));
    assert_eq!(all("[data-test=field-time_slot] optgroup").length(), 2, "a group for each day");
    let slot = slots[1].start.0.to_string();
    for (name, value) in
        [("nickname", "n"), ("email", "e@f.gh"), ("date", "2026-11-20"), ("textarea", "t"), ("select", "a"), ("time_slot", &slot)]
    {
        type_in(&format!("[data-test=field-{name}]"), value);
        assert_eq!(stand.sent(), [Action::Edit(FieldValue { name: name.into(), value: value.into() })]);
    }
    for (selector, name, value) in [
        ("[data-test=field-checkbox]", "checkbox", "true"),
        ("[data-test=field-radio] input", "radio", "a"),
        ("[data-test=field-rating_star] input[value='4']", "rating_star", "4"),
        ("[data-test=field-rating_smile] input[value='1']", "rating_smile", "1"),
        ("[data-test=field-rating_score] input[value='10']", "rating_score", "10"),
        ("[data-test=field-first_slot]", "first_slot", "true"),
    ] {
        tick(selector);
        assert_eq!(stand.sent(), [Action::Edit(FieldValue { name: name.into(), value: value.into() })]);
    }
    let values = [FieldValue { name: "first_slot".into(), value: "true".into() }];
    stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &values, problems: &[], slots: &slots }));
    assert!(!one("[data-test=field-time_slot]:disabled").is_null(), "the first free time takes the place of choosing one");
    click("[data-test=submit]");
    assert_eq!(stand.sent(), [Action::Submit]);
}

#[wasm_bindgen_test]
async fn a9_new_messages_are_read_out_once_and_history_never() {
    let mut stand = Stand::english();
    stand.show(true, 0, Stage::Engagement);
    let said = live_record();
    stand.chat(&many(0, 200));
    settle().await;
    assert_eq!(strings(&said).len(), 0);
    stand.tell(received("Hello"));
    stand.tell(Happening::MessageSent { conv: ConversationId::from("c"), id: EntryId::from("x") });
    until("both texts", || said.length() == 2).await;
    assert_eq!(strings(&said), ["Ada: Hello", "Sent"]);
    until("the empty region", || text(&one("[data-test=live]")).is_empty()).await;
}

#[wasm_bindgen_test]
async fn a10_a_burst_is_summed_up() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    settle().await;
    let said = live_record();
    for n in 0..20 {
        stand.tell(received(&format!("m{n}")));
    }
    until("the sum", || said.length() == 2).await;
    assert_eq!(strings(&said), ["Ada: m0", "19 new messages"]);
}

#[wasm_bindgen_test]
async fn a11_with_the_panel_closed_only_the_number_is_read_out() {
    let mut stand = Stand::english();
    stand.show(false, 0, Stage::Engagement);
    let said = live_record();
    for count in 1..=3 {
        stand.tell(received("private"));
        stand.tell(Happening::UnreadChanged { count });
    }
    until("the number", || said.length() == 2).await;
    assert_eq!(strings(&said), ["1 new message", "3 new messages"]);
}

#[wasm_bindgen_test]
async fn what_is_seen_is_told_once() {
    let mut stand = Stand::english();
    let lines = many(0, 5);
    for _ in 0..3 {
        stand.show(true, 2, Stage::Chat(ChatView { lines: &lines, ..talking(Progress::Online) }));
        settle().await;
    }
    assert_eq!(stand.sent(), [Action::Seen]);
}

#[wasm_bindgen_test]
async fn the_last_message_stays_in_sight_beside_the_survey() {
    let mut stand = Stand::english();
    let lines = many(0, 40);
    let mut stars = field("stars", FieldKind::RatingStar);
    stars.label = "This conversation".into();
    let fields = vec![stars, field("comment", FieldKind::Textarea), field("more", FieldKind::Textarea)];
    let form = Form { id: "s".into(), title: "How did we do?".into(), intro: String::new(), submit: String::new(), fields };
    let shown = |survey| Stage::Chat(ChatView { lines: &lines, survey, ..talking(OVER) });
    stand.chat(&lines);
    stand.show(true, 0, shown(SurveyView::Offered(FormView { form: &form, values: &[], problems: &[], slots: &[] })));
    settle().await;
    assert!(strings(&seen_rows()).last().is_some_and(|words| words.starts_with("[39]")), "{:?}", strings(&seen_rows()));
    assert!(visible("[data-test=survey]") && visible("[data-test=ended]") && visible("[data-test=submit]"));
    assert!(text(&one("[data-test=ended] p")).contains("ended by the agent"));
    stand.view().focus(&Focus::Field(None));
    assert_eq!(focused(), "INPUT");
    click("[data-test=skip]");
    stand.show(true, 0, shown(SurveyView::Skipped));
    assert!(!visible("[data-test=survey]"));
    click("[data-test=answer]");
    assert_eq!(stand.sent(), [Action::Skip, Action::Survey]);
    stand.show(true, 0, shown(SurveyView::Done));
    assert!(visible("[data-test=thanks]"));
    assert!(strings(&seen_rows()).last().is_some_and(|words| words.starts_with("[39]")));
}

#[wasm_bindgen_test]
async fn a_conversation_that_is_over_can_be_copied_and_saved() {
    let mut stand = Stand::english();
    let lines = [line(0, agent(), "Your number is 4711"), line(1, visitor("Vera"), "Thank you <b>!</b>\nBye")];
    let texts = exported();
    for more in [false, true] {
        stand.show(true, 0, Stage::Chat(ChatView { lines: &lines, more, draft: "and anoth", ..talking(OVER) }));
        assert_eq!(text(&one("[data-test=unsent] .text")), "and anoth");
        click("[data-test=save]");
        click("[data-test=copy-all]");
        click("[data-test=unsent] [data-test=copy]");
        until("all three", || texts.length() == 3).await;
        let all = strings(&texts);
        texts.set_length(0);
        assert!(all[0].contains("Ada: Your number is 4711\n") && all[0].contains("You: Thank you <b>!</b>\nBye\n"), "{all:?}");
        assert!(all[0].ends_with("You (Not sent): and anoth\n"));
        assert_eq!(all[0].starts_with("(Earlier messages"), more);
        assert_eq!((all[1].as_str(), all[2].as_str()), (all[0].as_str(), "and anoth"));
    }
}

#[wasm_bindgen_test]
fn nobody_there_says_when_and_where_else() {
    let mut stand = Stand::english();
    stand.spec.availability = Availability::Closed;
    stand.show(false, 0, Stage::Engagement);
    assert!(attribute(&one("[data-test=launcher]"), "aria-label").contains("nobody is available"));
    assert_eq!(attribute(&one("[data-nobody]"), "data-test"), "launcher");
    let refused = |code| Stage::Refused { code, kept: true };
    stand.show(true, 0, refused(Code::Closed));
    assert!(text(&one("[data-test=refused] p")).contains("opening hours"));
    assert!(one("[data-test=refused] a").is_null() && one("[data-test=call-back]").is_null());
    stand.spec.opens = Some(Timestamp(MORNING));
    stand.contact = Fallback { label: "Write to us".into(), href: "mailto:a@shop.example".into() };
    stand.call = Some(WidgetSpec { label: "Call me back".into(), ..stand.spec.clone() });
    stand.show(true, 0, refused(Code::Closed));
    assert!(text(&one("[data-test=refused] p")).contains("Friday, November 20"), "{}", text(&one("[data-test=refused] p")));
    assert_eq!(attribute(&one("[data-test=refused] a"), "href"), "mailto:a@shop.example");
    assert_eq!(text(&one("[data-test=refused] a")), "Write to us");
    assert!(visible(".kept"));
    click("[data-test=call-back]");
    assert_eq!(stand.sent(), [Action::CallBack]);
    stand.contact.href = "javascript:alert(1)".into();
    stand.show(true, 0, refused(Code::NoAgents));
    assert!(one("[data-test=refused] a").is_null(), "only addresses that may be followed");
    // With a draft the error stands beside the draft.
    stand.show(true, 0, Stage::Chat(ChatView { draft: "hello?", refused: Some(Code::QueueFull), ..talking(Progress::New) }));
    assert!(visible("[data-test=refused]") && visible("[data-test=composer]"));
    stand.show(true, 0, Stage::Chat(ChatView { draft: "hello?", ..talking(Progress::New) }));
    assert!(!visible("[data-test=refused]"));
    let unanswered = Progress::Ended { by: Party::System, unanswered: true };
    stand.show(true, 0, Stage::Chat(talking(unanswered)));
    assert!(visible("[data-test=refused] [data-test=call-back]") && visible("[data-test=restart]"));
}

#[wasm_bindgen_test]
async fn an_end_that_is_before_the_eyes_is_reported_once() {
    let mut stand = Stand::english();
    for _ in 0..3 {
        stand.show(true, 0, Stage::Chat(ChatView { end_unseen: true, ..talking(OVER) }));
        settle().await;
    }
    assert_eq!(stand.sent(), [Action::Seen]);
}
