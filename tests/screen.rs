//! The widget's looks and position on unusual pages, in a browser.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each program of tests needs a part of it")]
#[path = "support/stand.rs"]
mod stand;

use chinwag::browser::texts::Texts;
use chinwag::engine::{ChatView, Focus, FormView, Line, LineState, LinkStatus, Progress, Said, Stage, SurveyView};
use chinwag::model::{Brand, EngagementKind, FieldKind, FieldProblem, FieldSpec, Timestamp, WidgetKind};
use stand::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn french_shop() -> Brand {
    Brand { name: "Boutique".into(), privacy_url: "https://example.com/fr".into(), ..shop() }
}

#[wasm_bindgen_test]
async fn the_end_is_drawn_after_a_message_higher_than_the_window() {
    let mut stand = Stand::english();
    let mut lines = many(0, 40);
    lines.push(line(40, agent(), &["[40]"; 45].join("\n")));
    lines.extend((41..45).map(|n| line(n, agent(), &format!("[{n}] short"))));
    stand.chat(&lines);
    settle().await;
    for step in [-120.0, 120.0] {
        for _ in 0..22 {
            scroll(scroll_top() + step);
            settle().await;
            assert!(!seen_rows().iter().collect::<Vec<_>>().is_empty(), "nothing is drawn at {}", scroll_top());
        }
    }
    assert!(strings(&seen_rows()).last().unwrap().starts_with("[44]"), "{:?}", strings(&seen_rows()));
    lines.push(line(45, agent(), "[45] new"));
    stand.chat(&lines);
    settle().await;
    assert!(strings(&seen_rows()).last().unwrap().starts_with("[45]"), "{:?}", strings(&seen_rows()));
}

#[wasm_bindgen_test]
async fn sending_goes_to_the_end_and_own_words_are_not_counted() {
    let mut stand = Stand::english();
    let mut lines = many(0, 60);
    stand.chat(&lines);
    settle().await;
    scroll(scroll_top() - 900.0);
    settle().await;
    // A message from another window of the visitor, or an agent who joins: not announced.
    lines.push(line(60, visitor(""), "[60] from another tab"));
    lines.push(Line { said: Said::Joined { who: agent() }, ..line(61, agent(), "") });
    stand.chat(&lines);
    settle().await;
    assert!(visible("[data-test=new-messages]"));
    assert_eq!(text(&one("[data-test=new-messages] span")), "");
    lines.push(line(62, agent(), "[62]"));
    stand.chat(&lines);
    assert_eq!(text(&one("[data-test=new-messages] span")), "1 new message");
    lines.push(Line { seq: None, state: LineState::Sending, ..line(63, visitor(""), "[63] mine") });
    stand.chat(&lines);
    settle().await;
    assert_eq!(strings(&seen_rows()).last().unwrap(), "[63] mine");
    assert!(!visible("[data-test=new-messages]"));
    // A message under way does not scroll down while the visitor reads older lines.
    scroll(scroll_top() - 900.0);
    settle().await;
    let top = strings(&seen_rows())[1].clone();
    lines.insert(63, line(64, agent(), "[64]"));
    stand.chat(&lines);
    settle().await;
    assert_eq!(strings(&seen_rows())[1], top);
    assert_eq!(text(&one("[data-test=new-messages] span")), "1 new message");
}

/// The configuration of a site in another language, with the same texts.
fn in_french(stand: &mut Stand) {
    stand.brand = french_shop();
    stand.spec.greeting = "Bonjour !".into();
    stand.spec.title = "Ventes".into();
    stand.spec.label = "Parlez-nous".into();
}

#[wasm_bindgen_test]
fn every_word_of_the_site_follows_its_language() {
    let mut stand = Stand::english();
    stand.spec.greeting = "Hello!".into();
    stand.chat(&[line(1, visitor(""), "hi")]);
    assert_eq!(text(&one("[data-test=welcome] .text")), "Hello!");
    in_french(&mut stand);
    stand.chat(&[line(1, visitor(""), "hi")]);
    assert_eq!(text(&one("[data-test=welcome]")), "BoutiqueBonjour !");
    assert_eq!(attribute(&one("[data-test=panel]"), "aria-label"), "Ventes");
    drop(stand);

    let mut stand = Stand::english();
    stand.show(true, 0, Stage::Engagement);
    in_french(&mut stand);
    stand.show(true, 0, Stage::Engagement);
    assert_eq!(text(&one("[data-test=greeting]")), "VentesBonjour !Parlez-nous");
    assert_eq!(text(&one(".status")), "Boutique");
    drop(stand);

    let mut stand = Stand::new(EngagementKind::Popup, Texts::new("en", ""));
    stand.show(false, 0, Stage::Engagement);
    in_french(&mut stand);
    stand.spec.label = "Chat with us".into();
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(text(&one(".card")), "VentesBonjour !Chat with us");
    drop(stand);

    let mut stand = Stand::english();
    let form = form(vec![field("nick", FieldKind::Nickname)]);
    let show = |stand: &mut Stand| stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &[], slots: &[] }));
    stand.brand.privacy_url = "https://example.com/en".into();
    show(&mut stand);
    in_french(&mut stand);
    show(&mut stand);
    assert_eq!(attribute(&one(".privacy a"), "href"), "https://example.com/fr");
}

#[wasm_bindgen_test]
fn times_are_those_of_the_readers_region() {
    let afternoon = Timestamp(1_795_188_600_000);
    let time = |locale: &str, browser: &[&str]| {
        languages(browser.iter().map(|tag| (*tag).to_owned()).collect());
        let time = Texts::new(locale, "").time(afternoon);
        languages(vec![]);
        time
    };
    let twelve = |time: &str| time.contains('M');
    assert!(!twelve(&time("en", &["en-GB", "en"])), "{}", time("en", &["en-GB"]));
    assert!(!twelve(&time("en", &["de-DE", "en-IE"])));
    assert!(!twelve(&time("en-US", &["en-GB"])));
    assert!(twelve(&time("en", &["en-US", "en"])));
    assert!(twelve(&time("en", &["de-DE"])), "another language has no say");
    assert!(twelve(&time("en", &["en", "de-DE"])), "no region, no say");
    assert!(!twelve(&time("de", &["en-US", "en"])));
    assert!(!time("zh-Hant", &["zh-CN"]).is_empty(), "a script is not given up for a region");
    assert!(!time("not a tag", &["en-GB"]).is_empty());
}

#[wasm_bindgen_test]
fn a_rating_from_nought_says_what_its_ends_mean() {
    let mut stand = Stand::english();
    let mut score = field("score", FieldKind::RatingScore);
    let show = |stand: &mut Stand, score: &FieldSpec| {
        let form = form(vec![score.clone()]);
        let survey = SurveyView::Offered(FormView { form: &form, values: &[], problems: &[], slots: &[] });
        stand.show(true, 0, Stage::Chat(ChatView { survey, ..talking(OVER) }));
    };
    show(&mut stand, &score);
    assert_eq!(text(&one(".scores label .sign")), "0");
    assert_eq!(text(&one(".scores label .vh")), "0 of 10, Lowest");
    assert_eq!(text(&one(".scores label:last-child .vh")), "10 of 10, Highest");
    assert_eq!(text(&one(".ends")), "LowestHighest");
    // In one row.
    let (first, last) = (box_of(".scores label"), box_of(".scores label:last-child"));
    assert!((first[1] - last[1]).abs() < 1.0 && first[2] - first[0] >= 24.0, "{first:?} {last:?}");
    score.min_label = Some("Not at all likely".into());
    score.max_label = Some("Very likely".into());
    show(&mut stand, &score);
    assert_eq!(text(&one(".ends")), "Not at all likelyVery likely");
    let stars = FieldSpec { min_label: None, kind: FieldKind::RatingStar, ..score };
    show(&mut stand, &stars);
    assert_eq!(text(&one(".ends")), "Very likely");
    assert_eq!(text(&one(".stars label .vh")), "1 of 5");
}

#[wasm_bindgen_test]
fn a_few_emoji_and_nothing_else_are_large() {
    let mut stand = Stand::english();
    let large = ["👍", " 🎉🎉 🎉 ", "❤️", "✌🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇮🇹", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "⭐️", "👁️‍🗨️"];
    let plain = ["", " ", "1", "#", "*", "©", "™", "❤", "a👍", "👍!", "👍 ok", "🎉🎉🎉🎉🎉🎉🎉", "‍", "️", "مرحبا"];
    for (words, is_large) in large.iter().map(|words| (words, true)).chain(plain.iter().map(|words| (words, false))) {
        stand.chat(&[line(1, visitor(""), words)]);
        assert_eq!(!one("li.large").is_null(), is_large, "{words:?}");
    }
}

#[wasm_bindgen_test]
fn whoever_is_cut_off_is_not_online() {
    let mut stand = Stand::english();
    for (link, words, dot) in [
        (LinkStatus::Online, "Online", true),
        (LinkStatus::Reconnecting, "Reconnecting…", false),
        (LinkStatus::Connecting, "Reconnecting…", false),
        (LinkStatus::Stopped, "Not connected", false),
    ] {
        stand.link = link;
        stand.chat(&[]);
        assert_eq!(text(&one(".status")), words);
        assert_eq!(!one(".status[data-on]").is_null(), dot);
    }
}

#[wasm_bindgen_test]
async fn the_sites_picture_is_drawn_from_data() {
    let mut stand = Stand::english();
    stand.brand.logo = wasm_bindgen_futures::JsFuture::from(picture()).await.unwrap().as_string();
    stand.show(false, 0, Stage::Engagement);
    settle().await;
    assert!(one(".face canvas").is_null(), "nobody asks for it before it can be seen");
    stand.show(true, 0, Stage::Engagement);
    assert_eq!(text(&one(".face")), "S", "until it is there");
    until("the picture", || pixel(".face canvas") == "0,170,0,255").await;
    stand.chat(&[]);
    assert_eq!(pixel(".face canvas"), "0,170,0,255", "it stays");
    drop(stand);
    let mut stand = Stand::english();
    stand.brand.logo = Some("data:text/plain,nothing".into());
    stand.show(true, 0, Stage::Engagement);
    settle().await;
    assert_eq!(text(&one(".face")), "S", "one that cannot be drawn is none");
}

#[wasm_bindgen_test]
async fn a_focused_field_that_is_wrong_looks_wrong() {
    let mut stand = Stand::english();
    let form = form(vec![field("nick", FieldKind::Nickname), field("list", FieldKind::Select)]);
    let problems = [("nick".to_owned(), FieldProblem::Missing), ("list".to_owned(), FieldProblem::Missing)];
    stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &problems, slots: &[] }));
    settle().await;
    for name in ["nick", "list"] {
        stand.view().focus(&Focus::Field(Some(name.into())));
        let control = format!("[data-test=field-{name}]");
        assert_eq!(style(&control, "borderTopColor"), style(".error", "color"));
        assert!(style(&control, "boxShadow").contains(&style(".error", "color")), "{}", style(&control, "boxShadow"));
    }
    assert_eq!(style("[data-test=field-list]", "appearance"), "none", "the arrow keeps away from the border");
}

#[wasm_bindgen_test]
async fn the_panel_keeps_its_height_and_pages_fade_into_each_other() {
    let mut stand = Stand::english();
    let form = form(vec![field("nick", FieldKind::Nickname)]);
    let lines = many(0, 40);
    stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &[], slots: &[] }));
    settle().await;
    assert!(one(".ghost").is_null(), "an opening panel has nothing to fade from");
    let first = box_of("[data-test=panel]");
    for stage in [
        Stage::Starting,
        Stage::Chat(ChatView { lines: &lines, ..talking(Progress::Online) }),
        Stage::Requested { kind: WidgetKind::CallbackNow, due: None },
        Stage::Engagement,
    ] {
        stand.show(true, 0, stage);
        assert_eq!(attribute(&one(".ghost"), "aria-hidden"), "true");
        assert!(one(".ghost [data-test]").is_null());
        assert_eq!(box_of("[data-test=panel]"), first);
        settle().await;
        assert!(one(".ghost").is_null(), "it is gone when it has faded");
        assert_eq!(box_of("[data-test=panel]"), first);
    }
    stand.show(false, 0, Stage::Engagement);
    stand.show(false, 0, Stage::Requested { kind: WidgetKind::CallbackNow, due: None });
    assert!(one(".ghost").is_null(), "nobody sees it");
}

#[wasm_bindgen_test]
async fn a_tab_gives_way_to_its_panel_and_keeps_its_place() {
    let mut stand = Stand::new(EngagementKind::Tab, Texts::new("en", ""));
    stand.show(false, 0, Stage::Engagement);
    settle().await;
    let place = box_of("[data-test=launcher]");
    stand.show(true, 0, Stage::Engagement);
    settle().await;
    assert_eq!(style("[data-test=launcher]", "visibility"), "hidden");
    assert_eq!(box_of("[data-test=launcher]"), place);
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(focused(), "", "nothing of ours had the focus");
    stand.view().focus(&Focus::Launcher);
    assert_eq!(focused(), "launcher");
    // A panel that opens by itself covers a tab that has the focus: the focus moves into the panel (quality A18).
    stand.show(true, 0, Stage::Engagement);
    assert_eq!(focused(), "panel");
}

#[wasm_bindgen_test]
async fn r25_a_dialog_of_the_pages_does_not_take_the_focus_back() {
    let mut stand = Stand::english();
    stand.chat(&[]);
    let over = page_trap();
    assert_eq!(page_focus(), "trapped");
    point_at("[data-test=composer]");
    assert_eq!(focused(), "composer");
    assert_eq!(page_focus(), "ctw-test");
    // The same when the widget moves the focus.
    focus_page();
    assert_eq!(page_focus(), "trapped");
    stand.view().focus(&Focus::Composer);
    assert_eq!(focused(), "composer");
    over.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn launchers_stand_in_the_window_whatever_the_page_does_with_its_body() {
    for css in [
        "transform: translateX(0); height: 3000px",
        "filter: blur(0); height: 3000px",
        "contain: layout; height: 3000px",
        "contain: paint; height: 3000px",
        "will-change: transform; height: 3000px",
        "perspective: 500px; height: 3000px",
        "rotate: 0deg; translate: 10px; height: 3000px",
        "backdrop-filter: blur(1px); height: 3000px",
    ] {
        for before in [true, false] {
            if before {
                ancestors_style(css);
            }
            let mut stand = Stand::english();
            stand.show(false, 0, Stage::Engagement);
            settle().await;
            // A page that changes its style later.
            ancestors_style(css);
            scroll_page(900.0);
            settle().await;
            let (place, size) = (box_of("[data-test=launcher]"), window_box());
            assert!(place[1] > size[1] - 120.0 && place[3] <= size[1] && place[2] <= size[0], "{css} {before}: {place:?} in {size:?}");
            stand.show(true, 0, Stage::Engagement);
            settle().await;
            let place = box_of("[data-test=panel]");
            assert!(place[1] >= 0.0 && place[3] <= size[1], "{css}: {place:?} in {size:?}");
            drop(stand);
            ancestors_style("");
            assert!(gone());
        }
    }
}
