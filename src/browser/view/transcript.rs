//! The transcript: however long it is, only the lines near what is visible are in the document.
//!
//! Rows that are not there are stood for by a spacer above and one below. Their heights are measured once they have been on the
//! screen and estimated before. Whatever changes, one line (the anchor) stays where it is on the screen, or the end stays in sight.

use super::dom::{El, number_rows, row_at, top_in, trim_rows};
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
    jump: El,
    top: El,
    list: El,
    bottom: El,
    lines: Vec<Line>,
    /// One for each line, 0 when not measured.
    heights: Vec<i32>,
    /// How the rows in the document stand to their neighbours.
    rows: Vec<Context>,
    /// The index of the line of the first row.
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

/// A line, and where its upper edge is, in pixels from that of the log.
#[derive(Clone, Copy)]
struct Anchor {
    index: usize,
    offset: f64,
}

impl Transcript {
    /// In the parts that `chat.rs` built.
    pub(super) fn new(stack: &El) -> Self {
        Self {
            log: stack.part(".log"),
            jump: stack.part(".jump"),
            top: stack.part(".space"),
            list: stack.part(".list"),
            bottom: stack.part(".list + .space"),
            lines: Vec::new(),
            heights: Vec::new(),
            rows: Vec::new(),
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
    #[inline(never)]
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
            let mut early: Vec<Line> = lines.iter().take(shift).cloned().collect();
            early.append(&mut self.lines);
            self.lines = early;
            let mut early = vec![0; shift];
            early.append(&mut self.heights);
            self.heights = early;
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
    #[inline(never)]
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
        while self.first + self.rows.len() > len && self.rows.pop().is_some() {
            trim_rows(&self.list, true);
        }
        self.first = self.first.min(len);
    }

    fn forget(&mut self) {
        self.cut(0);
        self.at_end = true;
        self.unread = None;
        self.asked = None;
    }

    #[inline(never)]
    fn redraw(&mut self, texts: &Texts, index: usize) {
        let context = Context::of(&self.lines, index);
        if let (Some(height), Some(line)) = (self.heights.get_mut(index), self.lines.get(index)) {
            *height = 0;
            if index >= self.first
                && let Some(old) = self.rows.get_mut(index - self.first)
                && let Some(el) = row_at(&self.list, index - self.first)
            {
                el.replace_with(&row(texts, line, context));
                *old = context;
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
        // The very first line changes when earlier ones come: it may not begin the day any more.
        let first = if self.lines.len() > 1 { 1 } else { 0 };
        let mut offset = top_in(&self.log, &self.top);
        let mut known = None;
        for index in self.first..self.first + self.rows.len() {
            let Some(row) = row_at(&self.list, index - self.first) else { break };
            let below = top_in(&self.log, &row);
            if index == self.first {
                offset = below - f64::from(self.sum(0, index));
                if below > 0.0 && index > first {
                    // What is visible is not in the document yet.
                    break;
                }
            }
            if below + f64::from(row.offset_height()) > 0.0 && index >= first {
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
            self.top.length("height", self.sum(0, from));
            self.bottom.length("height", self.sum(to, self.lines.len()));
            match anchor {
                Some(Anchor { index, offset }) => {
                    if index >= self.first
                        && let Some(row) = row_at(&self.list, index - self.first)
                    {
                        let drift = top_in(&self.log, &row) - offset;
                        if drift.abs() >= 1.0 {
                            self.log.set_scroll_top(self.log.scroll_top() + drift);
                        }
                    }
                }
                None => self.log.set_scroll_top(f64::from(self.log.scroll_height())),
            }
            if self.covers(self.range(anchor, spare / 2)) {
                break;
            }
        }
        number_rows(&self.list, self.first, if self.more { -1 } else { i32::try_from(self.lines.len()).unwrap_or(-1) });
        self.show_jump(texts);
    }

    #[inline(never)]
    fn fill(&mut self, texts: &Texts, from: usize, to: usize) {
        if self.first + self.rows.len() <= from || self.first >= to {
            self.rows.clear();
            self.list.clear();
            self.first = from;
        }
        while self.first + self.rows.len() > to && self.rows.pop().is_some() {
            trim_rows(&self.list, true);
        }
        let gone = from.saturating_sub(self.first).min(self.rows.len());
        for _ in 0..gone {
            trim_rows(&self.list, false);
        }
        self.rows = self.rows.iter().skip(gone).copied().collect();
        self.first += gone;
        let old = self.first;
        for index in old..old + self.rows.len() {
            // A neighbour came or went: the line may begin a day or end a group now.
            if self.rows.get(index - old) != Some(&Context::of(&self.lines, index)) {
                self.redraw(texts, index);
            }
        }
        for index in (from..old).rev() {
            if let Some(line) = self.lines.get(index) {
                self.list.prepend(&row(texts, line, Context::of(&self.lines, index)));
            }
        }
        for index in old + self.rows.len()..to {
            if let Some(line) = self.lines.get(index) {
                self.list.append(&row(texts, line, Context::of(&self.lines, index)));
            }
        }
        self.first = from.min(old);
        self.rows = (self.first..to).map(|index| Context::of(&self.lines, index)).collect();
    }

    /// Takes the heights of the rows in the document.
    fn measure(&mut self) {
        for index in 0..self.rows.len() {
            if let (Some(height), Some(row)) = (self.heights.get_mut(self.first + index), row_at(&self.list, index)) {
                *height = row.offset_height();
            }
        }
    }

    /// Whether these lines are in the document.
    fn covers(&self, (from, to): (usize, usize)) -> bool {
        from >= self.first && to <= self.first + self.rows.len()
    }

    fn show_jump(&self, texts: &Texts) {
        let fresh = self.unread.map_or(0, |index| self.lines.len().saturating_sub(index));
        let text = if fresh > 0 { texts.count("new", u32::try_from(fresh).unwrap_or(u32::MAX)) } else { String::new() };
        self.jump.text("span", &text);
        let label = if fresh > 0 { text } else { texts.get("latest") };
        self.jump.put("", "aria-label", &label);
        self.jump.show("", !self.at_end);
    }
}
