//! The list of canned replies that opens when `/` is typed at the beginning of a word.

use super::kit::each;
use crate::browser::Shell;
use crate::state::{canned_query, find_canned, insert_canned};
use chinwag::wire::Canned;
use leptos::{ev, html, prelude::*};

/// The list's state in one composer.
#[derive(Clone, Copy)]
pub(super) struct Picker {
    pub(super) found: Memo<Vec<Canned>>,
    pub(super) at: RwSignal<usize>,
    /// Where the caret is, in UTF-16 units.
    pub(super) caret: RwSignal<usize>,
    closed: RwSignal<bool>,
}

impl Picker {
    /// A list that follows the text and the caret.
    pub(super) fn new(shell: Shell, text: RwSignal<String>) -> Self {
        let replies = shell.select(|desk| desk.canned.clone());
        let (closed, caret) = (RwSignal::new(false), RwSignal::new(0));
        let found = Memo::new(move |_| {
            text.with(|text| canned_query(text, caret.get()).map(str::to_owned))
                .filter(|_| !closed.get())
                .map(|typed| replies.with(|replies| find_canned(replies, &typed).into_iter().take(MOST).cloned().collect()))
                .unwrap_or_default()
        });
        Self { found, at: RwSignal::new(0), caret, closed }
    }

    pub(super) fn is_open(self) -> bool {
        self.found.with(|found| !found.is_empty())
    }

    /// The text has changed: the list may open again.
    pub(super) fn reopen(self) {
        self.closed.set(false);
        self.at.set(0);
    }

    pub(super) fn close(self) {
        self.closed.set(true);
    }

    /// Selects the next item or the one before, and goes on at the other end of the list.
    pub(super) fn step(self, down: bool) {
        let count = self.found.with_untracked(Vec::len).max(1);
        self.at.update(|at| *at = if down { (*at + 1) % count } else { (*at + count - 1) % count });
    }

    /// The text with the chosen reply in place of the search text, and the new position of the caret.
    pub(super) fn chosen(self, text: &str, index: usize) -> Option<(String, usize)> {
        let reply = self.found.with_untracked(|found| found.get(index).map(|reply| reply.text.clone()))?;
        insert_canned(text, self.caret.get_untracked(), &reply)
    }
}

pub(super) fn list(id: String, picker: Picker, pick: impl Fn(usize) + Clone + Send + Sync + 'static) -> impl IntoView {
    let option = format!("{id}-option");
    html::ul().id(id).class("canned").attr("role", "listbox").attr("aria-label", "Canned replies").attr("data-test", "canned").child(each(
        move || picker.found.get().into_iter().enumerate().collect::<Vec<_>>(),
        |(index, reply)| (*index, reply.shortcut.clone()),
        move |(index, reply)| {
            let pick = pick.clone();
            html::li()
                .id(format!("{option}-{index}"))
                .attr("role", "option")
                .attr("data-test", "canned-option")
                .attr("aria-selected", move || if picker.at.get() == index { "true" } else { "false" })
                // Not on click: so the composer keeps the focus.
                .on(ev::pointerdown, move |event| {
                    event.prevent_default();
                    pick(index);
                })
                .child((
                    html::span().class("canned-key").child(format!("/{}", reply.shortcut)),
                    html::span().class("canned-title").attr("dir", "auto").child(reply.title),
                    html::span().class("canned-text").attr("dir", "auto").child(reply.text),
                ))
        },
    ))
}

const MOST: usize = 8;
