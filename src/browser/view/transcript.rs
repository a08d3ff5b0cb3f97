//! The transcript: however long it is, only the lines near what is visible are in the document.
//!
//! Rows that are not there are stood for by a spacer above and one below. Their heights are measured once they have been on the
//! screen and estimated before. Whatever changes, one line (the anchor) stays where it is on the screen, or the end stays in sight.

use std::collections::VecDeque;

use super::dom::{El, button, div, h, int, px};
use super::icons::{DOWN, icon};
use super::line::{Context, estimate, row};
use crate::browser::texts::Texts;
use crate::engine::Line;

/// Most rows in the document at a time.
const MOST_ROWS: usize = 110;
/// How near to the end counts as the end, in pixels.
const NEAR: f64 = 48.0;

pub(super) struct Transcript {
    /// The scrolling element.
    pub(super) log: El,
    /// "New messages": leads to the first unread or to the end.
    pub(super) jump: El,
    jump_text: El,
    top: El,
    list: El,
    bottom: El,
    lines: Vec<Line>,
    /// One for each line, 0 when not measured.
    heights: Vec<i32>,
    rows: VecDeque<Row>,
    /// The index of the line of `rows[0]`.
    first: usize,
    /// The end is in sight and stays there.
    at_end: bool,
    more: bool,
    /// The number of lines when earlier ones were asked for.
    asked: Option<usize>,
    /// The first line that came while the end was not in sight.
    unread: Option<usize>,
    /// The size of the log when it was laid out last.
    width: i32,
    view: i32,
}

struct Row {
    el: El,
    context: Context,
}

/// A line, and where its upper edge is, in pixels from that of the log.
#[derive(Clone, Copy)]
struct Anchor {
    index: usize,
    offset: f64,
}

impl Transcript {
    /// `intro` stands before the first line, `tail` after the last one.
    pub(super) fn new(texts: &Texts, intro: &El, tail: &El) -> Self {
        let log = div("log").part("log").test("log").attr("role", "log").attr("aria-live", "off").attr("tabindex", "0");
        log.set("aria-label", texts.get("log"));
        let (top, bottom) = (div("space"), div("space"));
        let list = h("ol").class("list").attr("role", "list");
        for part in [intro, &top, &list, &bottom, tail] {
            log.append(part);
        }
        let jump_text = h("span");
        let jump = button("jump", "new-messages").part("jump").with(&jump_text).with(&icon(DOWN)).gone();
        Self {
            log,
            jump,
            jump_text,
            top,
            list,
            bottom,
            lines: Vec::new(),
            heights: Vec::new(),
            rows: VecDeque::new(),
            first: 0,
            at_end: true,
            more: false,
            asked: None,
            unread: None,
            width: 0,
            view: 0,
        }
    }

    /// Shows these lines.
    pub(super) fn set(&mut self, texts: &Texts, lines: &[Line], more: bool) {
        let anchor = self.anchor();
        let known = self.lines.len();
        let shift = match self.lines.first() {
            Some(first) => lines.iter().position(|line| line.id == first.id),
            None => Some(0),
        };
        let Some(shift) = shift else {
            // Another conversation, or another copy of it.
            self.forget();
            return self.set(texts, lines, more);
        };
        self.more = more;
        if shift > 0 {
            self.lines.splice(0..0, lines.iter().take(shift).cloned());
            self.heights.splice(0..0, std::iter::repeat_n(0, shift));
            self.first += shift;
            self.unread = self.unread.map(|index| index + shift);
        }
        let mut index = shift;
        for line in lines.iter().skip(shift) {
            match self.lines.get_mut(index) {
                Some(old) if *old == *line => {}
                Some(old) if old.id == line.id => {
                    *old = line.clone();
                    self.redraw(texts, index);
                }
                Some(_) => {
                    self.cut(index);
                    self.push(line);
                }
                None => self.push(line),
            }
            index += 1;
        }
        self.cut(index);
        if self.lines.len() > known + shift && !self.at_end && self.unread.is_none() {
            self.unread = Some(known + shift);
        }
        let anchor = anchor.map(|anchor| Anchor { index: anchor.index + shift, offset: anchor.offset });
        self.lay_out(texts, anchor);
    }

    /// Goes where there is something new, or to the end.
    pub(super) fn jump(&mut self, texts: &Texts) {
        match self.unread.take() {
            Some(index) if index + 1 < self.lines.len() => {
                self.at_end = false;
                self.lay_out(texts, Some(Anchor { index, offset: 8.0 }));
            }
            _ => self.end(texts),
        }
        self.scrolled(texts);
    }

    pub(super) fn end(&mut self, texts: &Texts) {
        self.at_end = true;
        self.lay_out(texts, None);
    }

    /// The log was scrolled, by whomever.
    pub(super) fn scrolled(&mut self, texts: &Texts) {
        let view = f64::from(self.log.client_height());
        if self.log.client_height() != self.view {
            // Not the visitor: the composer grew, or the window changed.
            return self.resized(texts);
        }
        if view == 0.0 {
            return;
        }
        let rest = f64::from(self.log.scroll_height()) - self.log.scroll_top() - view;
        self.at_end = rest < NEAR && self.first + self.rows.len() == self.lines.len();
        let anchor = self.anchor();
        if !self.covers(self.range(anchor, self.view / 2)) {
            self.lay_out(texts, anchor);
        }
        if self.at_end {
            self.unread = None;
        }
        self.show_jump(texts);
    }

    /// The log has another size, or is visible again.
    pub(super) fn resized(&mut self, texts: &Texts) {
        let anchor = self.anchor();
        let width = self.log.client_width();
        if width != self.width {
            self.width = width;
            self.heights.fill(0);
        }
        self.lay_out(texts, anchor);
        self.show_jump(texts);
    }

    /// A key was pressed on the log. True when it was one that scrolls (quality A20).
    pub(super) fn key(&mut self, texts: &Texts, key: &str) -> bool {
        let page = f64::from(self.log.client_height()) * 0.9;
        let step = match key {
            "ArrowUp" => -48.0,
            "ArrowDown" => 48.0,
            "PageUp" => -page,
            "PageDown" => page,
            "Home" => {
                self.at_end = false;
                self.lay_out(texts, Some(Anchor { index: 0, offset: 0.0 }));
                self.log.set_scroll_top(0.0);
                return true;
            }
            "End" => {
                self.end(texts);
                return true;
            }
            _ => return false,
        };
        self.log.set_scroll_top(self.log.scroll_top() + step);
        true
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Whether earlier lines are wanted now. True once until some came.
    pub(super) fn wants_older(&mut self) -> bool {
        let view = self.log.client_height();
        let wanted = self.more && view > 0 && self.asked != Some(self.lines.len()) && self.log.scroll_top() < f64::from(view);
        if wanted {
            self.asked = Some(self.lines.len());
        }
        wanted
    }

    fn push(&mut self, line: &Line) {
        self.lines.push(line.clone());
        self.heights.push(0);
    }

    fn cut(&mut self, len: usize) {
        self.lines.truncate(len);
        self.heights.truncate(len);
        while self.first + self.rows.len() > len
            && let Some(row) = self.rows.pop_back()
        {
            row.el.detach();
        }
        self.first = self.first.min(len);
    }

    fn forget(&mut self) {
        self.cut(0);
        self.at_end = true;
        self.unread = None;
        self.asked = None;
    }

    fn redraw(&mut self, texts: &Texts, index: usize) {
        let context = Context::of(&self.lines, index);
        if let (Some(height), Some(line)) = (self.heights.get_mut(index), self.lines.get(index)) {
            *height = 0;
            if let Some(old) = index.checked_sub(self.first).and_then(|at| self.rows.get_mut(at)) {
                let el = row(texts, line, context);
                old.el.replace_with(&el);
                *old = Row { el, context };
            }
        }
    }

    fn height(&self, index: usize) -> i32 {
        match self.heights.get(index) {
            Some(0) | None => self.lines.get(index).map_or(0, estimate),
            Some(height) => *height,
        }
    }

    fn sum(&self, from: usize, to: usize) -> i32 {
        (from..to).map(|index| self.height(index)).sum()
    }

    /// The first line that is visible. Nothing while the end is what stays, and while the log is not on the screen.
    fn anchor(&self) -> Option<Anchor> {
        if self.at_end || self.log.client_height() == 0 {
            return None;
        }
        let edge = self.log.rect().top();
        // The very first line changes when earlier ones come: it may not begin the day any more.
        let first = if self.lines.len() > 1 { 1 } else { 0 };
        let mut offset = self.top.rect().top() - edge;
        let mut known = None;
        for (index, row) in (self.first..).zip(&self.rows) {
            let place = row.el.rect();
            let below = place.top() - edge;
            if index == self.first {
                offset = below - f64::from(self.sum(0, index));
                if below > 0.0 && index > first {
                    // What is visible is not in the document yet.
                    break;
                }
            }
            if place.bottom() > edge && index >= first {
                known = Some(Anchor { index, offset: below });
                break;
            }
        }
        known.or_else(|| {
            for index in 0..self.lines.len() {
                let height = f64::from(self.height(index));
                if offset + height > 0.0 && index >= first {
                    return Some(Anchor { index, offset });
                }
                offset += height;
            }
            None
        })
    }

    /// Which lines belong into the document, with `spare` pixels above and below what is visible.
    fn range(&self, anchor: Option<Anchor>, spare: i32) -> (usize, usize) {
        let view = self.log.client_height();
        let len = self.lines.len();
        let (mut from, mut to, mut above, mut below) = match anchor {
            Some(anchor) => (anchor.index.min(len), anchor.index.min(len), spare, view + spare),
            None => (len, len, view + spare, 0),
        };
        while below > 0 && to < len && to - from < MOST_ROWS * 2 / 3 {
            below -= self.height(to);
            to += 1;
        }
        while above > 0 && from > 0 && to - from < MOST_ROWS {
            from -= 1;
            above -= self.height(from);
        }
        (from, to)
    }

    /// Brings the document up to date around the anchor. Measured heights differ from estimated ones, so this may take a few rounds.
    fn lay_out(&mut self, texts: &Texts, anchor: Option<Anchor>) {
        let view = self.log.client_height();
        self.view = view;
        if view == 0 {
            return;
        }
        let spare = view.max(300);
        for _ in 0..4 {
            let (from, to) = self.range(anchor, spare);
            self.fill(texts, from, to);
            self.measure();
            self.top.css("height", &px(self.sum(0, from)));
            self.bottom.css("height", &px(self.sum(to, self.lines.len())));
            match anchor.and_then(|anchor| Some((anchor.offset, self.rows.get(anchor.index.checked_sub(self.first)?)?))) {
                Some((offset, row)) => {
                    let drift = row.el.rect().top() - self.log.rect().top() - offset;
                    if drift.abs() >= 1.0 {
                        self.log.set_scroll_top(self.log.scroll_top() + drift);
                    }
                }
                None => self.log.set_scroll_top(f64::from(self.log.scroll_height())),
            }
            if self.covers(self.range(anchor, spare / 2)) {
                break;
            }
        }
        let size = if self.more { -1 } else { i64::try_from(self.lines.len()).unwrap_or(-1) };
        for (index, row) in (self.first..).zip(&self.rows) {
            row.el.put("aria-setsize", &int(size));
            row.el.put("aria-posinset", &int(i64::try_from(index + 1).unwrap_or(1)));
        }
        self.show_jump(texts);
    }

    fn fill(&mut self, texts: &Texts, from: usize, to: usize) {
        if self.first + self.rows.len() <= from || self.first >= to {
            self.rows.clear();
            self.list.clear();
            self.first = from;
        }
        while self.first < from
            && let Some(row) = self.rows.pop_front()
        {
            row.el.detach();
            self.first += 1;
        }
        while self.first + self.rows.len() > to
            && let Some(row) = self.rows.pop_back()
        {
            row.el.detach();
        }
        for index in self.first..self.first + self.rows.len() {
            // A neighbour came or went: the line may begin a day or end a group now.
            let context = Context::of(&self.lines, index);
            if self.rows.get(index - self.first).is_some_and(|row| row.context != context) {
                self.redraw(texts, index);
            }
        }
        while self.first > from {
            self.first -= 1;
            if let Some(row) = self.make(texts, self.first) {
                self.list.prepend(&row.el);
                self.rows.push_front(row);
            }
        }
        for index in self.first + self.rows.len()..to {
            if let Some(row) = self.make(texts, index) {
                self.list.append(&row.el);
                self.rows.push_back(row);
            }
        }
    }

    fn make(&self, texts: &Texts, index: usize) -> Option<Row> {
        let context = Context::of(&self.lines, index);
        Some(Row { el: row(texts, self.lines.get(index)?, context), context })
    }

    /// Takes the heights of the rows in the document.
    fn measure(&mut self) {
        for (row, height) in self.rows.iter().zip(self.heights.iter_mut().skip(self.first)) {
            *height = row.el.height();
        }
    }

    /// Whether these lines are in the document.
    fn covers(&self, (from, to): (usize, usize)) -> bool {
        from >= self.first && to <= self.first + self.rows.len()
    }

    fn show_jump(&self, texts: &Texts) {
        let fresh = self.unread.map_or(0, |index| self.lines.len().saturating_sub(index));
        let text = if fresh > 0 { texts.count("new", u32::try_from(fresh).unwrap_or(u32::MAX)) } else { String::new() };
        self.jump_text.set_text(&text);
        self.jump.put("aria-label", if text.is_empty() { texts.get("latest") } else { &text });
        self.jump.show(!self.at_end);
    }
}
