//! Lists with one tab stop: arrow keys go from item to item (quality A34).

use leptos::ev::{FocusEvent, KeyboardEvent};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, NodeList};

/// Moves the focus inside the list `event` is in: up and down, Home and End.
pub(super) fn on_key(event: KeyboardEvent) {
    let Some(list) = current(&event) else { return };
    let stops = stops(&list);
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(at) = stops.iter().position(|stop| target.as_ref().is_some_and(|target| stop.contains(Some(target)))) else { return };
    let last = stops.len().saturating_sub(1);
    let to = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => (at + 1).min(last),
        "ArrowUp" | "ArrowLeft" => at.saturating_sub(1),
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    if let Some(stop) = stops.get(to) {
        let _ = stop.focus();
    }
}

/// The item that has the focus becomes the tab stop.
pub(super) fn on_focus(event: FocusEvent) {
    let Some(list) = current(&event) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    for stop in stops(&list) {
        let here = target.as_ref().is_some_and(|target| stop.contains(Some(target)));
        let _ = stop.set_attribute("tabindex", if here { "0" } else { "-1" });
    }
}

/// Makes sure that a list has exactly one tab stop, after its items changed.
pub(super) fn settle(list: &Element) {
    let stops = stops(list);
    let current = stops.iter().position(|stop| stop.get_attribute("tabindex").as_deref() == Some("0")).unwrap_or(0);
    for (index, stop) in stops.iter().enumerate() {
        let _ = stop.set_attribute("tabindex", if index == current { "0" } else { "-1" });
    }
}

fn current(event: &Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn stops(list: &Element) -> Vec<HtmlElement> {
    let found: Option<NodeList> = list.query_selector_all("[data-stop]").ok();
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
