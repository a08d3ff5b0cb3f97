//! Moves the focus: to a conversation when the agent opens it, or to a neighbour when the focused element was removed (quality A18).

use super::{Shell, View};
use chinwag::model::ConversationId;
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

thread_local! {
    /// The element that had the focus last, and its conversation.
    static LAST: RefCell<Option<(Element, Option<String>)>> = const { RefCell::new(None) };
}

/// Moves the focus into a conversation's pane, or to the lists, once it is drawn.
pub fn enter(conv: Option<&ConversationId>) {
    let places = places(conv.map(ConversationId::as_str));
    after_drawing(move || {
        if let Some(document) = document() {
            focus_first(&document, &places);
        }
    });
}

/// Remembers the element with the focus.
pub(super) fn watch() {
    window_event_listener_untyped("focusin", |event| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        LAST.set(element.map(|element| {
            let pane = element.closest("section[data-conv]").ok().flatten();
            (element, pane.and_then(|pane| pane.get_attribute("data-conv")))
        }));
    });
}

/// Focuses a neighbour if the focused element was removed and no other has the focus.
pub(super) fn rescue(shell: Shell) {
    if LAST.with_borrow(Option::is_none) {
        return;
    }
    after_drawing(move || {
        let Some(document) = document() else { return };
        let lost = document.active_element().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body"));
        let gone = LAST.with_borrow(|last| last.as_ref().is_some_and(|(element, _)| !element.is_connected()));
        if !(lost && gone) {
            return;
        }
        let was_in = LAST.take().and_then(|(_, conv)| conv);
        let mut found = Vec::new();
        if shell.view.get_untracked() == View::Chats {
            found.extend(places(was_in.as_deref()));
            let active = shell.desk.with_untracked(|desk| desk.active.clone());
            found.extend(places(active.as_ref().map(ConversationId::as_str)));
        }
        found.extend(["main".to_owned(), "user".to_owned()]);
        focus_first(&document, &found);
    });
}

/// Elements of a conversation that can take the focus, best first; without a conversation, those of the lists.
fn places(conv: Option<&str>) -> Vec<String> {
    match conv {
        Some(conv) => vec![format!("composer-{conv}"), format!("wrap-up-{conv}"), format!("pane-{conv}")],
        None => vec!["lists".to_owned(), "main".to_owned()],
    }
}

fn focus_first(document: &Document, ids: &[String]) {
    let found = ids.iter().find_map(|id| document.get_element_by_id(id));
    // In the lists the first item is a better place than the lists as a whole.
    let item =
        found.as_ref().filter(|element| element.id() == "lists").and_then(|lists| lists.query_selector("[data-stop]").ok().flatten());
    let found = item.or(found);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Runs `work` after two frames: the first one draws the changes.
fn after_drawing(work: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(work));
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
