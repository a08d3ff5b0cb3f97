//! Requests for calls.

use super::kit::each;
use super::request_card;
use crate::browser::Shell;
use crate::state::{Urgency, urgency};
use chinwag::model::RequestId;
use chinwag::wire::CallRequest;
use leptos::{html, prelude::*};

pub(super) fn requests() -> impl IntoView {
    let shell = Shell::get();
    let all = shell.select(|desk| desk.requests.clone());
    let part = move |done: bool| all.get().into_iter().filter(|request| request.done == done).collect::<Vec<_>>();
    let overdue = move || {
        let now = shell.now.get();
        all.with(|all| all.iter().filter(|request| urgency(request, now) == Urgency::Overdue).count())
    };
    let open = move || all.with(|all| all.iter().filter(|request| !request.done).count());
    html::div().class("requests").attr("data-test", "requests").child((
        html::header().class("page-head").child((
            html::h1().child("Call requests"),
            html::p().child(move || match (open(), overdue()) {
                (0, _) => "Nothing to call back.".to_owned(),
                (open, 0) => format!("{open} open"),
                (open, overdue) => format!("{open} open, {overdue} overdue"),
            }),
        )),
        move || {
            (open() == 0).then(|| {
                html::p().class("empty big").child("When a visitor asks for a call, it appears here with the time that was chosen.")
            })
        },
        html::section().attr("aria-labelledby", "open-title").attr("hidden", move || open() == 0).child((
            html::h2().id("open-title").class("part-title").child("To call"),
            html::ul().class("cards").attr("role", "list").attr("data-test", "requests-open").child(each(
                move || part(false),
                key,
                request_card::request_card,
            )),
        )),
        html::section().attr("aria-labelledby", "done-title").attr("hidden", move || part(true).is_empty()).child((
            html::h2().id("done-title").class("part-title").child("Done"),
            html::ul().class("cards").attr("role", "list").attr("data-test", "requests-done").child(each(
                move || part(true),
                key,
                request_card::request_card,
            )),
        )),
    ))
}

/// A card is drawn again only when the request has changed: a note that is being written stays.
fn key(request: &CallRequest) -> (RequestId, bool, String, i64) {
    (request.id.clone(), request.done, request.note.clone(), request.due.0)
}
