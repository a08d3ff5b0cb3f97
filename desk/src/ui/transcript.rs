//! A conversation's lines, newest at the bottom. It follows the newest line unless the agent has scrolled up to read.

use super::entry;
use super::icons;
use super::kit::{each, icon};
use crate::browser::Shell;
use crate::browser::clock::{Style, day, local, now};
use crate::state::{Action, Line, lines};
use chinwag::model::ConversationId;
use leptos::{ev, html, prelude::*};
use web_sys::HtmlElement;

/// A line; the first one of a day has the day above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) day: Option<String>,
    pub(super) line: Line,
}

pub(super) fn transcript(conv: ConversationId) -> impl IntoView {
    let shell = Shell::get();
    let rows = shell.select({
        let conv = conv.clone();
        move |desk| desk.chats.get(&conv).map(|chat| with_days(lines(chat, &desk.outbox, &desk.my_id(), now()))).unwrap_or_default()
    });
    let standing = shell.select({
        let conv = conv.clone();
        move |desk| {
            desk.chats.get(&conv).map(|chat| (chat.window.is_loaded(), chat.window.has_more(), chat.window.wants_older(), chat.title()))
        }
    });
    let typing = shell.select({
        let conv = conv.clone();
        move |desk| {
            let chat = desk.chats.get(&conv)?;
            let (who, _) = chat.typing.as_ref()?;
            Some(if chinwag::text::is_empty(&who.name) { chat.title() } else { who.name.clone() })
        }
    });
    let node = NodeRef::<html::Div>::new();
    let (at_end, behind) = (StoredValue::new(true), RwSignal::new(false));
    follow(node, rows, typing, at_end, behind);
    // The height below the lines that are being read, kept while older lines are added above.
    let below = StoredValue::new(None::<i32>);
    keep_place(node, rows, below);
    let older = {
        let conv = conv.clone();
        move || {
            if let Some(view) = node.get_untracked() {
                below.set_value(Some(view.scroll_height() - view.scroll_top()));
            }
            shell.act(Action::Older(conv.clone()));
        }
    };
    let scrolled = {
        let older = older.clone();
        move |_| {
            let Some(view) = node.get_untracked() else { return };
            let end = is_at_end(&view);
            at_end.set_value(end);
            if end {
                behind.set(false);
            }
            if view.scroll_top() < 40 && standing.with_untracked(|standing| matches!(standing, Some((true, true, false, _)))) {
                older();
            }
        }
    };
    let more = move || match standing.get() {
        None | Some((false, ..)) => html::p().class("log-note").child("Loading…").into_any(),
        Some((true, true, paging, _)) => html::button()
            .attr("type", "button")
            .class("button small")
            .attr("data-test", "older")
            .attr("aria-disabled", paging.then_some("true"))
            .on(ev::click, {
                let older = older.clone();
                move |_| older()
            })
            .child(if paging { "Loading…" } else { "Show earlier messages" })
            .into_any(),
        Some((true, false, ..)) => ().into_any(),
    };
    html::div().class("log-place").child((
        html::div()
            .node_ref(node)
            .class("log")
            .attr("role", "region")
            .attr("tabindex", "0")
            .attr("aria-label", move || standing.get().map(|(.., name)| format!("Messages with {name}")))
            .attr("data-test", "transcript")
            .on(ev::scroll, scrolled)
            .child((
                html::div().class("log-more").child(more),
                html::ol().attr("role", "list").child(each(
                    move || rows.get(),
                    |row| (row.day.clone(), row.line.key()),
                    move |row| entry::row(row, conv.clone()),
                )),
                html::p().class("typing").attr("data-test", "typing").child(move || {
                    typing.get().map(|who| {
                        (
                            html::span().class("dots").attr("aria-hidden", "true").child((html::i(), html::i(), html::i())),
                            html::span().child((html::bdi().child(who), " is typing…")),
                        )
                    })
                }),
            )),
        move || {
            behind.get().then(|| {
                html::button()
                    .attr("type", "button")
                    .class("button small to-end")
                    .on(ev::click, move |_| {
                        behind.set(false);
                        if let Some(view) = node.get_untracked() {
                            at_end.set_value(true);
                            view.set_scroll_top(view.scroll_height());
                            let _ = view.focus();
                        }
                    })
                    .child((icon(icons::DOWN), "New messages"))
            })
        },
    ))
}

/// Keeps the newest line in view, or shows that there is a new one.
fn follow(node: NodeRef<html::Div>, rows: Memo<Vec<Row>>, typing: Memo<Option<String>>, at_end: StoredValue<bool>, behind: RwSignal<bool>) {
    Effect::new(move |before: Option<Option<String>>| {
        typing.track();
        let (newest, mine) = rows.with(|rows| {
            let last = rows.last().map(|row| &row.line);
            (last.map(Line::key), matches!(last, Some(Line::Parcel { .. } | Line::Entry { mine: true, .. })))
        });
        let Some(view) = node.get() else { return newest };
        let news = before.as_ref().is_some_and(|before| *before != newest);
        if at_end.get_value() || (news && mine) {
            at_end.set_value(true);
            request_animation_frame(move || view.set_scroll_top(view.scroll_height()));
        } else if news {
            behind.set(true);
        }
        newest
    });
}

/// Keeps the lines on the screen in place when older lines come in above them.
fn keep_place(node: NodeRef<html::Div>, rows: Memo<Vec<Row>>, below: StoredValue<Option<i32>>) {
    Effect::new(move |before: Option<Option<String>>| {
        let first = rows.with(|rows| rows.first().map(|row| row.line.key()));
        if before.is_some_and(|before| before != first)
            && let (Some(view), Some(height)) = (node.get_untracked(), below.get_value())
        {
            below.set_value(None);
            request_animation_frame(move || view.set_scroll_top(view.scroll_height() - height));
        }
        first
    });
}

fn is_at_end(view: &HtmlElement) -> bool {
    view.scroll_height() - view.scroll_top() - view.client_height() < 48
}

/// Marks the first line of each day, unless all lines are of today.
fn with_days(lines: Vec<Line>) -> Vec<Row> {
    let mut last = day(now());
    let mut quarter = i64::MIN;
    lines
        .into_iter()
        .map(|line| {
            let at = match &line {
                Line::Entry { entry, .. } => Some(entry.at),
                Line::Parcel { .. } | Line::Unread => None,
            };
            // In no time zone does a day begin within a quarter of an hour: so the calendar is asked rarely.
            let begins = at.filter(|at| {
                let before = std::mem::replace(&mut quarter, at.0.div_euclid(900_000));
                before != quarter && day(*at) != last
            });
            if let Some(at) = begins {
                last = day(at);
            }
            Row { day: begins.map(|at| local(at, Style::Day)), line }
        })
        .collect()
}
