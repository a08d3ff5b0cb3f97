//! Which lines of a transcript are in the document, and where it is scrolled to: arithmetic over a [`Surface`], so that it can be tested
//! without a browser (`tests/window.rs`).
//!
//! A spacer above the rows and one below replace the lines that are not in the document. At every change one line (the [`Anchor`])
//! keeps its place on the screen, or the end stays visible. Lengths are in CSS pixels.

/// The largest number of rows in the document, unless more rows are visible at once.
pub(super) const MOST_ROWS: usize = 110;
/// The end counts as visible when it is at most this far away.
pub(super) const NEAR: f64 = 48.0;
/// Least height of the lines that are kept above and below the visible part.
const SPARE: i32 = 300;
/// How often the rows are laid out until guesses and measures agree. Each time at least one more line is measured.
const ROUNDS: usize = 40;

/// The scrolling box: a spacer, the rows, a spacer.
pub(super) trait Surface {
    /// Height of the visible part; 0 while it is not on the screen.
    fn view(&self) -> i32;
    /// Height of everything in it.
    fn content(&self) -> f64;
    fn scroll_top(&self) -> f64;
    /// The browser keeps this between 0 and the scrollable height.
    fn scroll_to(&mut self, top: f64);
    /// Upper edge of the first spacer, from that of the box.
    fn start(&self) -> f64;
    /// Upper edge of a row, from that of the box, and its height. Nothing when the line is not in the document.
    fn row(&self, index: usize) -> Option<(f64, i32)>;
    /// Puts the lines `from..to` into the document, and no others.
    fn draw(&mut self, from: usize, to: usize);
    /// Sets the heights of the spacers.
    fn space(&mut self, above: i32, below: i32);
}

/// A line, and where its upper edge is, from that of the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Anchor {
    pub(super) index: usize,
    pub(super) offset: f64,
}

/// The heights of the lines, and which of them are in the document.
#[derive(Debug)]
pub(super) struct Window {
    /// The height of each line: the last measured one, or a guess.
    heights: Vec<i32>,
    /// The lines in the document.
    first: usize,
    end: usize,
    /// The end is in sight and stays there.
    at_end: bool,
    /// The height of the box when it was laid out last.
    view: i32,
}

impl Window {
    pub(super) const fn new() -> Self {
        Self { heights: Vec::new(), first: 0, end: 0, at_end: true, view: 0 }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Whether the box has the height that it was laid out for.
    pub(super) fn fits(&self, surface: &impl Surface) -> bool {
        surface.view() == self.view
    }

    /// Adds lines before the first one. `guesses`: their assumed heights.
    pub(super) fn prepend(&mut self, guesses: impl Iterator<Item = i32>) {
        let mut early: Vec<i32> = guesses.collect();
        let count = early.len();
        early.append(&mut self.heights);
        self.heights = early;
        self.first += count;
        self.end += count;
    }

    /// Adds a line after the last one, with its assumed height.
    pub(super) fn push(&mut self, guess: i32) {
        self.heights.push(guess);
    }

    /// Only the first `len` lines are left; the surface has removed the others already.
    pub(super) fn truncate(&mut self, len: usize) {
        self.heights.truncate(len);
        self.first = self.first.min(len);
        self.end = self.end.min(len);
        if len == 0 {
            self.at_end = true;
        }
    }

    /// The line that keeps its place: the first visible one. Nothing while the end keeps its place, and while the box is
    /// not on the screen.
    pub(super) fn anchor(&self, surface: &impl Surface) -> Option<Anchor> {
        let last = self.heights.len().checked_sub(1)?;
        if self.at_end || surface.view() == 0 {
            return None;
        }
        // The very first line changes when earlier ones come: it may not begin the day any more.
        let least = last.min(1);
        let mut offset = surface.start();
        for index in self.first..self.end {
            let Some((top, height)) = surface.row(index) else { break };
            if index == self.first {
                offset = top - f64::from(self.sum(0, index));
                if top > 0.0 && index > least {
                    break;
                }
            }
            if top + f64::from(height) > 0.0 && index >= least {
                return Some(Anchor { index, offset: top });
            }
        }
        // The visible part is not in the document: the anchor is found by the stored heights.
        for (index, height) in self.heights.iter().enumerate() {
            if (offset + f64::from(*height) > 0.0 && index >= least) || index == last {
                return Some(Anchor { index, offset });
            }
            offset += f64::from(*height);
        }
        None
    }

    /// Brings the document up to date around the anchor, or at the end.
    pub(super) fn lay_out(&mut self, surface: &mut impl Surface, anchor: Option<Anchor>) {
        let view = surface.view();
        self.view = view;
        if view == 0 {
            return;
        }
        // A line that is gone was among the last ones.
        let anchor = anchor.filter(|anchor| anchor.index < self.heights.len());
        self.at_end = anchor.is_none();
        // The real position of the anchor: a box cannot be scrolled beyond its ends.
        let mut real = anchor;
        let mut before = None;
        for _ in 0..ROUNDS {
            let (wanted, seen) = (self.range(anchor, view, view.max(SPARE)), self.range(real, view, SPARE));
            let (from, to) = (wanted.0.min(seen.0), wanted.1.max(seen.1));
            if before.replace((from, to)) == Some((from, to)) {
                break;
            }
            surface.draw(from, to);
            (self.first, self.end) = (from, to);
            self.measure(surface);
            surface.space(self.sum(0, from), self.sum(to, self.heights.len()));
            real = match anchor {
                Some(Anchor { index, offset }) => {
                    if let Some((top, _)) = surface.row(index)
                        && (top - offset).abs() >= 1.0
                    {
                        let top = surface.scroll_top() + top - offset;
                        surface.scroll_to(top);
                    }
                    surface.row(index).map(|(top, _)| Anchor { index, offset: top })
                }
                None => {
                    let content = surface.content();
                    surface.scroll_to(content);
                    None
                }
            };
            if self.covers(self.range(real, view, view.max(SPARE) / 2)) {
                break;
            }
        }
    }

    /// The box was scrolled, by the visitor or by code.
    pub(super) fn scrolled(&mut self, surface: &mut impl Surface) {
        let view = surface.view();
        if view == 0 {
            return;
        }
        self.at_end = self.is_near_end(surface);
        let anchor = self.anchor(surface);
        if !self.covers(self.range(anchor, view, view.max(SPARE) / 2)) {
            self.lay_out(surface, anchor);
            // Lines were guessed higher or lower than they are: this may be the end after all, and no scrolling will tell.
            self.at_end = self.is_near_end(surface);
        }
    }

    fn is_near_end(&self, surface: &impl Surface) -> bool {
        surface.content() - surface.scroll_top() - f64::from(surface.view()) < NEAR && self.end == self.heights.len()
    }

    fn measure(&mut self, surface: &impl Surface) {
        for index in self.first..self.end {
            if let (Some(height), Some((_, measured))) = (self.heights.get_mut(index), surface.row(index)) {
                *height = measured;
            }
        }
    }

    fn sum(&self, from: usize, to: usize) -> i32 {
        self.heights.iter().take(to).skip(from).sum()
    }

    /// Which lines belong into the document, with `spare` above and below the visible part. The anchor is always one of them.
    fn range(&self, anchor: Option<Anchor>, view: i32, spare: i32) -> (usize, usize) {
        let height = |index: usize| self.heights.get(index).map(|height| f64::from(*height));
        let (view, spare) = (f64::from(view), f64::from(spare));
        let len = self.heights.len();
        let (mut from, mut to, mut top, mut bottom) = match anchor {
            Some(Anchor { index, offset }) => (index.min(len), (index + 1).min(len), offset, offset + height(index).unwrap_or_default()),
            None => (len, len, view, view),
        };
        // All visible lines, however many; then some more, as far as the limit goes.
        for (upper, lower, most) in [(0.0, view, usize::MAX), (-spare, view + spare, MOST_ROWS)] {
            loop {
                let (before, after) = (from.checked_sub(1), to);
                let up = before.and_then(height).filter(|_| top > upper && to - from < most);
                if let (Some(more), Some(before)) = (up, before) {
                    top -= more;
                    from = before;
                }
                let down = height(after).filter(|_| bottom < lower && to - from < most);
                if let Some(more) = down {
                    bottom += more;
                    to = after + 1;
                }
                if up.is_none() && down.is_none() {
                    break;
                }
            }
        }
        (from, to)
    }

    /// Whether these lines are in the document.
    const fn covers(&self, (from, to): (usize, usize)) -> bool {
        from >= self.first && to <= self.end
    }
}
