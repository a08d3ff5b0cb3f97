//! A widget in the page's own document instead of a shadow root: it looks and works the same, and does not affect other elements.
#![cfg(target_arch = "wasm32")]

#[allow(dead_code, reason = "each program of tests needs a part of it")]
#[path = "support/stand.rs"]
mod stand;

use chinwag::browser::texts::Texts;
use chinwag::engine::{Action, Focus, FormView, Stage};
use chinwag::model::{EngagementKind, FieldKind};
use stand::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r##"
const host = () => document.getElementById("ctw-test");
/** Every element with its position and its computed style, without animations and transitions. */
export const looks = () => [...(host().shadowRoot ?? host()).querySelectorAll("*")].map((e) => {
  const b = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  const all = [...style].filter((name) => !/^--|animation|transition/.test(name)).map((name) => name + ":" + style.getPropertyValue(name));
  return [e.localName, e.getAttribute("class") ?? "", b.left, b.top, b.width, b.height, ...all].join(";");
});
export const page_style = (css) => { const e = document.createElement("style"); e.textContent = css; document.head.append(e); return e; };
export const take = (element) => element.remove();
export const is_light = () => !host().shadowRoot && host().childElementCount > 0;
export const sheets = () => document.adoptedStyleSheets.length;
export const replace_sheets = () => { document.adoptedStyleSheets = [new CSSStyleSheet()]; };
export const no_sheets = () => { document.adoptedStyleSheets = []; };
export const page_style_of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
export const doubled_ids = () => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.filter((id, at) => ids.indexOf(id) !== at); };
export const broken_references = () => [...host().querySelectorAll("[aria-describedby],[for]")].flatMap((e) => [e.getAttribute("aria-describedby"), e.getAttribute("for")].join(" ").split(" ").filter(Boolean)).filter((id) => !host().querySelector("#" + id));
export const own_text = () => { const e = document.createElement("section"); e.id = "ctw-test"; e.className = "theirs"; e.append("kept"); document.body.append(e); };
export const left = () => { const e = host(); return e.textContent + "|" + e.className + "|" + e.getAttributeNames().join(); };
"##)]
extern "C" {
    fn looks() -> js_sys::Array;
    fn page_style(css: &str) -> JsValue;
    fn take(element: &JsValue);
    fn is_light() -> bool;
    fn sheets() -> u32;
    fn replace_sheets();
    fn no_sheets();
    fn page_style_of(selector: &str, name: &str) -> String;
    fn doubled_ids() -> js_sys::Array;
    fn broken_references() -> js_sys::Array;
    fn own_text();
    fn left() -> String;
}

fn light() -> Stand {
    LIGHT.set(true);
    let stand = Stand::english();
    LIGHT.set(false);
    stand
}

/// A form with errors, and a conversation, in the two kinds of root.
#[wasm_bindgen_test]
async fn it_looks_the_same_as_in_a_shadow_root() {
    let form = form(vec![field("name", FieldKind::GivenName), field("size", FieldKind::RatingStar), field("mail", FieldKind::Email)]);
    let mut seen = Vec::new();
    for root in ["shadow", "light"] {
        let mut stand = if root == "light" { light() } else { Stand::english() };
        assert_eq!(is_light(), root == "light");
        stand.show(false, 3, Stage::Engagement);
        settle().await;
        let mut all = strings(&looks());
        stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &[], slots: &[] }));
        settle().await;
        all.extend(strings(&looks()));
        stand.chat_with(&many(0, 12), false, "a draft");
        settle().await;
        all.extend(strings(&looks()));
        seen.push(all);
    }
    assert_eq!(seen[0].len(), seen[1].len());
    for (shadow, light) in seen[0].iter().zip(&seen[1]) {
        let other: Vec<_> = shadow.split(';').zip(light.split(';')).filter(|(a, b)| a != b).take(4).collect();
        assert!(shadow == light, "{}: {other:?}", &light[..light.len().min(60)]);
    }
}

#[wasm_bindgen_test]
fn the_pages_style_reaches_in_and_ours_does_not_reach_out() {
    let theirs = page_style(".panel .head { background: rgb(1, 2, 3) } @keyframes pop { from { opacity: 1 } }");
    let neighbour = page_style("h2 { margin: 7px }");
    let mut stand = light();
    stand.chat(&many(0, 2));
    assert_eq!(style(".head", "background-color"), "rgb(1, 2, 3)");
    assert_eq!(page_style_of("body", "boxSizing"), "content-box", "our rules for everything are for everything of ours");
    drop(stand);
    take(&theirs);
    take(&neighbour);
}

#[wasm_bindgen_test]
fn removing_leaves_nothing_of_it() {
    let before = sheets();
    let mut stand = light();
    stand.chat(&[]);
    assert!(sheets() > before);
    stand.view.take().unwrap().remove();
    assert!(gone());
    assert_eq!(sheets(), before);

    own_text();
    let mut stand = light();
    stand.show(false, 0, Stage::Engagement);
    assert!(visible("[data-test=launcher]"));
    stand.view.take().unwrap().remove();
    assert_eq!(left(), "kept|theirs|id,class", "the page has its element back as it was");
    forget_host();
}

#[wasm_bindgen_test]
fn a_page_that_replaces_its_style_sheets_does_not_take_ours() {
    let before = sheets();
    let mut stand = light();
    stand.show(false, 0, Stage::Engagement);
    replace_sheets();
    stand.show(false, 1, Stage::Engagement);
    assert_eq!((sheets(), style(".launcher", "position")), (before + 3, "fixed".into()));
    drop(stand);
    assert_eq!(sheets(), before + 1, "the page's own");
    no_sheets();
}

#[wasm_bindgen_test]
fn the_last_of_several_takes_the_style_sheets_away() {
    let before = sheets();
    LIGHT.set(true);
    let first = Stand::at("ctw-test", EngagementKind::Button, Texts::new("en", ""));
    let second = Stand::at("ctw-second", EngagementKind::Button, Texts::new("en", ""));
    LIGHT.set(false);
    let both = sheets();
    drop(second);
    assert_eq!((sheets(), both), (both, before + 2));
    drop(first);
    assert_eq!(sheets(), before);
}

/// The next test uses a shadow root: its rules are those for a shadow root again.
#[wasm_bindgen_test]
fn a_launcher_drawn_before_is_replaced_with_its_focus() {
    drawn_before();
    let mut stand = light();
    stand.show(false, 0, Stage::Engagement);
    assert!(is_light());
    assert_eq!(focused(), "launcher");
    drop(stand);
    let mut stand = Stand::english();
    stand.chat(&[]);
    assert_eq!(style(".panel", "display"), "flex");
}

#[wasm_bindgen_test]
fn a4_no_id_is_there_twice_and_every_reference_leads_somewhere() {
    let form = form(vec![field("name", FieldKind::GivenName), field("mail", FieldKind::Email)]);
    LIGHT.set(true);
    let mut first = Stand::at("ctw-test", EngagementKind::Button, Texts::new("en", ""));
    let mut second = Stand::at("ctw-second", EngagementKind::Button, Texts::new("en", ""));
    LIGHT.set(false);
    for stand in [&mut first, &mut second] {
        stand.show(true, 0, Stage::Collecting(FormView { form: &form, values: &[], problems: &[], slots: &[] }));
    }
    assert_eq!(strings(&doubled_ids()), Vec::<String>::new());
    for stand in [&mut first, &mut second] {
        stand.chat(&many(0, 2));
    }
    assert_eq!(strings(&doubled_ids()), Vec::<String>::new());
    assert_eq!(strings(&broken_references()), Vec::<String>::new());
}

#[wasm_bindgen_test]
fn a18_the_focus_goes_to_a_neighbour_and_a3_the_page_is_out_of_reach_under_a_full_screen() {
    neighbours();
    narrow(true);
    let mut stand = light();
    stand.chat(&many(0, 2));
    stand.view().focus(&Focus::Composer);
    assert_eq!(focused(), "composer");
    assert!(inert("beside-a"));
    stand.show(false, 0, Stage::Engagement);
    assert_eq!(focused(), "launcher");
    assert!(!inert("beside-a") && inert("beside-b"));
    narrow(false);
}

#[wasm_bindgen_test]
fn r25_the_page_hears_neither_keys_for_our_fields_nor_where_the_focus_went() {
    let heard = page_shortcut();
    let mut stand = light();
    stand.chat(&[]);
    let done = page_trap();
    point_at("[data-test=composer]");
    assert_eq!(focused(), "composer", "a dialog of the page's does not take the focus back");
    press("[data-test=composer]", "a", &JsValue::UNDEFINED);
    assert_eq!(heard.length(), 0);
    press("[data-test=log]", "a", &JsValue::UNDEFINED);
    assert_eq!(heard.length(), 1);
    type_in("[data-test=composer]", "hello");
    press("[data-test=composer]", "Enter", &JsValue::UNDEFINED);
    assert!(stand.sent().contains(&Action::Send));
    done.call0(&JsValue::NULL).unwrap();
}
