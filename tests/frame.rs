//! The widget around its panel, in a browser: launchers, frame, language, focus, and removal.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each program of tests needs a part of it")]
#[path = "support/stand.rs"]
mod stand;

use chinwag::browser::texts::Texts;
use chinwag::engine::{Action, Focus, Stage};
use chinwag::model::{EngagementKind, Timestamp, WidgetKind};
use js_sys::{Function, Reflect};
use stand::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a2_the_launcher_says_what_it_is_and_what_waits() {
    let mut stand = Stand::english();
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(attribute(&one("[data-test=launcher]"), "aria-label"), "Chat with us");
    assert_eq!(attribute(&one("[data-test=launcher]"), "aria-expanded"), "false");
    assert!(!visible("[data-test=badge]"));
    stand.show(false, 1, Stage::Engagement);
    assert_eq!(attribute(&one("[data-test=launcher]"), "aria-label"), "Chat with us, 1 unread message");
    assert_eq!(text(&one("[data-test=badge]")), "1");
    assert!(visible("[data-test=badge]"));
    click("[data-test=launcher]");
    stand.show(true, 0, Stage::Engagement);
    assert_eq!(attribute(&one("[data-test=launcher]"), "aria-expanded"), "true");
    click("[data-test=launcher]");
    assert_eq!(stand.sent(), [Action::Activate, Action::Close]);
}

#[wasm_bindgen_test]
fn a_card_can_be_sent_away() {
    let mut stand = Stand::new(EngagementKind::Popup, Texts::new("en", ""));
    stand.show(false, 0, Stage::Engagement);
    click("[data-test=dismiss]");
    click("[data-test=launcher]");
    assert_eq!(stand.sent(), [Action::Dismiss, Action::Activate]);
}

#[wasm_bindgen_test]
fn counts_follow_the_rules_of_the_language() {
    // The English texts are loaded with the panel.
    let _stand = Stand::english();
    let texts = Texts::new("ru", include_str!("../src/browser/texts/ru.json"));
    assert_eq!(texts.count("new", 1), "1 новое сообщение");
    assert_eq!(texts.count("new", 3), "3 новых сообщения");
    assert_eq!(texts.count("new", 25), "25 новых сообщений");
    assert_eq!(texts.count("new", 21), "21 новое сообщение");
    let texts = Texts::new("xx-invalid-tag-", r#"{"send":"Go"}"#);
    assert_eq!(texts.get("send"), "Go");
    assert_eq!(texts.get("close"), "Close", "English stands in");
    assert!(!texts.time(Timestamp(MORNING)).is_empty());
}

#[wasm_bindgen_test]
fn a6_arabic_turns_the_frame_around() {
    let mut stand = Stand::new(EngagementKind::Button, Texts::new("ar", include_str!("../src/browser/texts/ar.json")));
    stand.chat(&[line(1, agent(), "hello")]);
    assert_eq!(attribute(&one(".frame"), "dir"), "rtl");
    assert_eq!(attribute(&one(".frame"), "lang"), "ar");
    assert_eq!(attribute(&one("li .text"), "dir"), "auto");
}

#[wasm_bindgen_test]
fn a21_a_pale_accent_carries_dark_text() {
    let mut stand = Stand::english();
    stand.show(false, 0, Stage::Engagement);
    let style = web_sys::window().unwrap();
    let computed = Reflect::get(&style, &"getComputedStyle".into()).unwrap().unchecked_into::<Function>();
    let computed = computed.call1(&style, &one("[data-test=launcher]")).unwrap();
    assert_eq!(Reflect::get(&computed, &"color".into()).unwrap().as_string().unwrap(), "rgb(0, 0, 0)");
    assert_eq!(Reflect::get(&computed, &"backgroundColor".into()).unwrap().as_string().unwrap(), "rgb(255, 238, 0)");
}

#[wasm_bindgen_test]
fn a3_the_full_screen_panel_puts_the_page_out_of_reach_and_gives_it_back() {
    neighbours();
    narrow(true);
    let mut stand = Stand::english();
    narrow(false);
    stand.show(false, 0, Stage::Engagement);
    assert!(!inert("beside-a"));
    stand.chat(&[]);
    assert_eq!(attribute(&one("[data-test=panel]"), "aria-modal"), "true");
    assert!(inert("beside-a") && inert("beside-b") && !inert("ctw-test"));
    // After the last control comes the first.
    let last = one("[data-test=send]");
    Reflect::get(&last, &"focus".into()).unwrap().unchecked_into::<Function>().call0(&last).unwrap();
    press("[data-test=send]", "Tab", &JsValue::UNDEFINED);
    assert_eq!(focused(), "more");
    SHIFTED.with(|shifted| press("[data-test=more]", "Tab", shifted));
    assert_eq!(focused(), "send");
    stand.show(false, 0, Stage::Engagement);
    assert!(!inert("beside-a"));
    assert!(inert("beside-b"), "was so before");
    assert_eq!(attribute(&one("[data-test=panel]"), "aria-modal"), "");
}

#[wasm_bindgen_test]
fn a14_on_wide_screens_the_page_stays_in_reach() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    assert_eq!(attribute(&one("[data-test=panel]"), "role"), "dialog");
    assert_eq!(attribute(&one("[data-test=panel]"), "aria-modal"), "");
}

#[wasm_bindgen_test]
fn a15_what_arrives_does_not_move_the_focus() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    stand.view().focus(&Focus::Composer);
    for n in 1..5 {
        stand.chat(&many(0, n * 10));
        stand.tell(received("hello"));
    }
    assert_eq!(focused(), "composer");
}

#[wasm_bindgen_test]
fn a18_the_focus_goes_to_a_neighbour_when_its_place_disappears() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    stand.view().focus(&Focus::Composer);
    stand.show(true, 0, Stage::Requested { kind: WidgetKind::CallbackNow, due: None });
    assert_eq!(focused(), "panel");
    stand.view().focus(&Focus::Notice);
    assert_eq!(focused(), "H3");
}

#[wasm_bindgen_test]
fn a_launcher_drawn_before_is_taken_over_with_its_focus() {
    drawn_before();
    let mut stand = Stand::english();
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(all("button").length(), 1 + all("[hidden] button").length(), "ours is the only launcher");
    assert_eq!(focused(), "launcher");
    stand.view.take().unwrap().remove();
    assert!(gone());
}

#[wasm_bindgen_test]
fn an_element_of_the_pages_own_is_used_and_stays() {
    own_element();
    let mut stand = Stand::english();
    stand.show(false, 0, Stage::Engagement);
    assert!(visible("[data-test=launcher]"));
    stand.view.take().unwrap().remove();
    // A shadow root cannot be removed: it shows the page's own content, and nothing else.
    assert_eq!((all("*").length(), all("slot").length()), (1, 1), "nothing of ours is left in it");
    forget_host();
}

#[wasm_bindgen_test]
fn removing_leaves_nothing() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    stand.view.take().unwrap().remove();
    assert!(gone());
}

/// Whether two boxes (left, top, right, bottom) overlap.
fn overlap(a: &[f64], b: &[f64]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[wasm_bindgen_test]
async fn launchers_of_one_page_do_not_cover_each_other_and_close_gaps() {
    for shape in [EngagementKind::Tab, EngagementKind::Button] {
        let ids = ["ctw-test", "ctw-two", "ctw-three"];
        let mut stands: Vec<Stand> = ids
            .iter()
            .map(|id| {
                let mut stand = Stand::at(id, shape, Texts::new("en", ""));
                stand.spec.label = id[4..].into();
                stand
            })
            .collect();
        let show = |stand: &mut Stand, shown: bool, open: bool| {
            stand.render(shown, open, 0, Stage::Engagement);
        };
        stands.iter_mut().for_each(|stand| show(stand, true, false));
        settle().await;
        let boxes: Vec<_> = ids.iter().map(|id| launcher_box(id)).collect();
        assert!(!overlap(&boxes[0], &boxes[1]) && !overlap(&boxes[1], &boxes[2]) && !overlap(&boxes[0], &boxes[2]), "{boxes:?}");
        assert!(boxes.iter().all(|place| place[0] >= 0.0 && place[1] >= 0.0), "{boxes:?}");
        let apart = |a: &[f64], b: &[f64]| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
        let near = apart(&boxes[0], &boxes[1]);
        show(&mut stands[1], false, false);
        settle().await;
        let (first, third) = (launcher_box(ids[0]), launcher_box(ids[2]));
        assert!(!overlap(&first, &third) && apart(&first, &third) < near * 1.5, "the gap is closed");
        show(&mut stands[0], true, true);
        assert!(launcher_box(ids[0])[4] > launcher_box(ids[2])[4], "an open panel goes before the launchers of others");
    }
}
