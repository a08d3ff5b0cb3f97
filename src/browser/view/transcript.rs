//! The transcript: however long it is, only the lines near the visible part are in the document. Which ones: `window.rs`.

use super::dom::{El, number_rows, row_at, top_in, trim_rows};
use super::line::{Context, estimate, plain, row};
use super::window::{Anchor, Surface, Window};
use crate::browser::texts::Texts;
use crate::engine::{Line, LineState, Said};
use crate::model::{EntryId, Party};

pub(super) struct Transcript {
    /// The scrolling element.
    pub(super) log: El,
    /// The button "New messages": it scrolls to the first unread message or to the end.
    jump: El,
    paper: Paper,
    window: Window,
    more: bool,
    /// The number of lines at the time when earlier ones were asked for.
    asked: Option<usize>,
    /// The index of the first line that came while the end was not in sight.
    unread: Option<usize>,
}

/// The lines, and their rows in the document.
struct Paper {
    log: El,
    top: El,
    list: El,
    bottom: El,
    lines: Vec<Line>,
    /// The relation of each row in the document to its neighbours.
    rows: Vec<Context>,
    /// The index of the line of the first row.
    first: usize,
}

/// The lines and rows, together with the texts for drawing them.
struct Sheet<'a> {
    paper: &'a mut Paper,
    texts: &'a Texts,
}

impl Transcript {
    /// Takes over the elements that `chat.rs` built.
    pub(super) fn new(stack: &El) -> Self {
        let log = stack.part(".log");
        Self {
            jump: stack.part(".jump"),
            paper: Paper {
                log: log.clone(),
                top: stack.part(".space"),
                list: stack.part(".list"),
                bottom: stack.part(".list + .space"),
                lines: Vec::new(),
                rows: Vec::new(),
                first: 0,
            },
            window: Window::new(),
            log,
            more: false,
            asked: None,
            unread: None,
        }
    }

    /// Shows these lines.
    #[inline(never)]
    pub(super) fn set(&mut self, texts: &Texts, lines: &[Line], more: bool) {
        let shift = match self.paper.lines.first() {
            Some(first) => lines.iter().position(|line| line.id == first.id),
            None => Some(0),
        };
        let Some(shift) = shift else {
            // The lines belong to another conversation, or to another copy of it.
            self.forget();
            return self.set(texts, lines, more);
        };
        let mut sheet = Sheet { paper: &mut self.paper, texts };
        let anchor = self.window.anchor(&sheet);
        // A visitor who sends a message wants to see it.
        let known = |id: &EntryId| sheet.paper.lines.iter().rev().any(|line| line.id == *id);
        let sends = lines.iter().rev().take_while(|line| line.seq.is_none()).any(|line| is_being_sent(line) && !known(&line.id));
        let mut fresh = None;
        self.more = more;
        if shift > 0 {
            let mut early: Vec<Line> = lines.iter().take(shift).cloned().collect();
            early.append(&mut sheet.paper.lines);
            sheet.paper.lines = early;
            sheet.paper.first += shift;
            self.window.prepend(lines.iter().take(shift).map(estimate));
            self.unread = self.unread.map(|index| index + shift);
        }
        for (index, line) in lines.iter().enumerate().skip(shift) {
            match sheet.paper.lines.get_mut(index) {
                Some(old) if *old == *line => {}
                Some(old) if old.id == line.id => {
                    *old = line.clone();
                    sheet.redraw(index);
                }
                old => {
                    fresh = fresh.or(Some(index));
                    if old.is_some() {
                        sheet.paper.cut(index);
                        self.window.truncate(index);
                    }
                    sheet.paper.lines.push(line.clone());
                    self.window.push(estimate(line));
                }
            }
        }
        sheet.paper.cut(lines.len());
        self.window.truncate(lines.len());
        if sends {
            return self.end(texts);
        }
        if !self.window.is_at_end() {
            self.unread = self.unread.or(fresh);
        }
        let anchor = anchor.map(|anchor| Anchor { index: anchor.index + shift, offset: anchor.offset });
        self.lay_out(texts, anchor);
    }

    /// Scrolls to the first new line, or to the end.
    pub(super) fn jump(&mut self, texts: &Texts) {
        match self.unread.take() {
            Some(index) if index + 1 < self.paper.lines.len() => self.lay_out(texts, Some(Anchor { index, offset: 8.0 })),
            _ => self.end(texts),
        }
        self.scrolled(texts);
    }

    pub(super) fn end(&mut self, texts: &Texts) {
        self.unread = None;
        self.lay_out(texts, None);
    }

    /// The log was scrolled, by the visitor or by code.
    #[inline(never)]
    pub(super) fn scrolled(&mut self, texts: &Texts) {
        let mut sheet = Sheet { paper: &mut self.paper, texts };
        if !self.window.fits(&sheet) {
            // The visitor did not scroll: the composer grew, or the window changed.
            return self.resized(texts);
        }
        self.window.scrolled(&mut sheet);
        if self.window.is_at_end() {
            self.unread = None;
        }
        self.finish(texts);
    }

    /// The log has another size, or is visible again.
    pub(super) fn resized(&mut self, texts: &Texts) {
        let sheet = Sheet { paper: &mut self.paper, texts };
        let anchor = self.window.anchor(&sheet);
        self.lay_out(texts, anchor);
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
        self.window.is_at_end()
    }

    /// Whether earlier lines are wanted now. Returns true once, and again only after some have come.
    pub(super) fn wants_older(&mut self) -> bool {
        let view = self.log.client_height();
        let known = Some(self.paper.lines.len());
        let wanted = self.more && view > 0 && self.asked != known && self.log.scroll_top() < f64::from(view);
        if wanted {
            self.asked = known;
        }
        wanted
    }

    /// The loaded lines as plain text.
    pub(super) fn plain(&self, texts: &Texts) -> String {
        let mut all = String::new();
        if self.more {
            all.push_str(&texts.get("partial"));
            all.push('\n');
        }
        for line in &self.paper.lines {
            plain(texts, line, &mut all);
        }
        all
    }

    fn forget(&mut self) {
        self.paper.cut(0);
        self.window.truncate(0);
        self.unread = None;
        self.asked = None;
    }

    fn lay_out(&mut self, texts: &Texts, anchor: Option<Anchor>) {
        self.window.lay_out(&mut Sheet { paper: &mut self.paper, texts }, anchor);
        self.finish(texts);
    }

    /// Numbers the rows, and shows the button while the end is not in sight.
    fn finish(&self, texts: &Texts) {
        let paper = &self.paper;
        number_rows(&paper.list, paper.first, if self.more { -1 } else { i32::try_from(paper.lines.len()).unwrap_or(-1) });
        // Messages of others only: a visitor's own are not read out.
        let fresh = self.unread.map_or(0, |index| paper.lines.iter().skip(index).filter(|line| is_from_others(line)).count());
        let text = if fresh > 0 { texts.count("new", u32::try_from(fresh).unwrap_or(u32::MAX)) } else { String::new() };
        self.jump.text("span", &text);
        let label = if fresh > 0 { text } else { texts.get("latest") };
        self.jump.put("", "aria-label", &label);
        self.jump.show("", !self.window.is_at_end());
    }
}

/// Whether a line is a message of the visitor that the server does not have yet.
fn is_being_sent(line: &Line) -> bool {
    let own = matches!(&line.said, Said::Message { from, .. } if from.party == Party::Visitor);
    own && matches!(line.state, LineState::Sending | LineState::Late)
}

fn is_from_others(line: &Line) -> bool {
    match &line.said {
        Said::Message { from, .. } | Said::File { from, .. } => from.party != Party::Visitor,
        #[cfg(feature = "facade")]
        Said::Injected(what) => !what.mine,
        _ => false,
    }
}

impl Paper {
    /// Only the first `len` lines are left.
    fn cut(&mut self, len: usize) {
        self.lines.truncate(len);
        while self.first + self.rows.len() > len && self.rows.pop().is_some() {
            trim_rows(&self.list, true);
        }
        self.first = self.first.min(len);
    }
}

impl Sheet<'_> {
    /// Draws a line again that has changed.
    #[inline(never)]
    fn redraw(&mut self, index: usize) {
        let paper = &mut *self.paper;
        let context = Context::of(&paper.lines, index);
        if let (Some(row_index), Some(line)) = (index.checked_sub(paper.first), paper.lines.get(index))
            && let Some(old) = paper.rows.get_mut(row_index)
            && let Some(el) = row_at(&paper.list, row_index)
        {
            el.replace_with(&row(self.texts, line, context));
            *old = context;
        }
    }

    fn row_of(&self, index: usize) -> Option<El> {
        let paper = &self.paper;
        row_at(&paper.list, index.checked_sub(paper.first)?)
    }
}

impl Surface for Sheet<'_> {
    fn view(&self) -> i32 {
        self.paper.log.client_height()
    }

    fn content(&self) -> f64 {
        f64::from(self.paper.log.scroll_height())
    }

    fn scroll_top(&self) -> f64 {
        self.paper.log.scroll_top()
    }

    fn scroll_to(&mut self, top: f64) {
        self.paper.log.set_scroll_top(top);
    }

    fn start(&self) -> f64 {
        top_in(&self.paper.log, &self.paper.top)
    }

    fn row(&self, index: usize) -> Option<(f64, i32)> {
        let row = self.row_of(index)?;
        Some((top_in(&self.paper.log, &row), row.offset_height()))
    }

    #[inline(never)]
    fn draw(&mut self, from: usize, to: usize) {
        let texts = self.texts;
        let paper = &mut *self.paper;
        if paper.first + paper.rows.len() <= from || paper.first >= to {
            paper.rows.clear();
            paper.list.clear();
            paper.first = from;
        }
        while paper.first + paper.rows.len() > to && paper.rows.pop().is_some() {
            trim_rows(&paper.list, true);
        }
        let gone = from.saturating_sub(paper.first).min(paper.rows.len());
        for _ in 0..gone {
            trim_rows(&paper.list, false);
        }
        paper.rows = paper.rows.iter().skip(gone).copied().collect();
        paper.first += gone;
        let (old, count) = (paper.first, paper.rows.len());
        for index in old..old + count {
            // A neighbour came or went: the line may begin a day or end a group now.
            if self.paper.rows.get(index - old) != Some(&Context::of(&self.paper.lines, index)) {
                self.redraw(index);
            }
        }
        let paper = &mut *self.paper;
        let drawn = |index: usize| paper.lines.get(index).map(|line| row(texts, line, Context::of(&paper.lines, index)));
        (from..old).rev().filter_map(drawn).for_each(|row| paper.list.prepend(&row));
        (old + count..to).filter_map(drawn).for_each(|row| paper.list.append(&row));
        paper.first = from.min(old);
        paper.rows = (paper.first..to).map(|index| Context::of(&paper.lines, index)).collect();
    }

    fn space(&mut self, above: i32, below: i32) {
        self.paper.top.length("height", above);
        self.paper.bottom.length("height", below);
    }
}
