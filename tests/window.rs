//! The transcript's window over its lines: at any heights and scroll positions, all visible lines are drawn.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../src/browser/view/window.rs"]
mod window;

use proptest::prelude::*;
use window::{Anchor, MOST_ROWS, Surface, Window};

/// A scrolling box with the real heights of its lines.
struct Paper {
    view: i32,
    /// The content before the first line, and after the last one.
    head: i32,
    tail: i32,
    real: Vec<i32>,
    drawn: (usize, usize),
    spaces: (i32, i32),
    top: f64,
}

impl Paper {
    fn new(view: i32, head: i32, tail: i32) -> Self {
        Self { view, head, tail, real: Vec::new(), drawn: (0, 0), spaces: (0, 0), top: 0.0 }
    }

    /// From the top of the content.
    fn row_top(&self, index: usize) -> f64 {
        f64::from(self.head + self.spaces.0 + self.real[self.drawn.0..index].iter().sum::<i32>())
    }

    /// The fault, if the visible part of the box shows a spacer in place of lines.
    fn gap(&self) -> Option<String> {
        let rows = self.drawn.1 - self.drawn.0;
        let (above, below) = (self.row_top(self.drawn.0), self.row_top(self.drawn.1));
        let bottom = self.top + f64::from(self.view);
        if self.drawn.0 > 0 && self.top < above {
            return Some(format!("{rows} rows from {}, the visible part begins {} above", self.drawn.0, above - self.top));
        }
        (self.drawn.1 < self.real.len() && bottom > below)
            .then(|| format!("{rows} rows to {} of {}, {} of the visible part are below", self.drawn.1, self.real.len(), bottom - below))
    }
}

impl Surface for Paper {
    fn view(&self) -> i32 {
        self.view
    }

    fn content(&self) -> f64 {
        f64::max(self.row_top(self.drawn.1) + f64::from(self.spaces.1 + self.tail), f64::from(self.view))
    }

    fn scroll_top(&self) -> f64 {
        self.top
    }

    fn scroll_to(&mut self, top: f64) {
        self.top = top.min(self.content() - f64::from(self.view)).max(0.0);
    }

    fn start(&self) -> f64 {
        f64::from(self.head) - self.top
    }

    fn row(&self, index: usize) -> Option<(f64, i32)> {
        (self.drawn.0..self.drawn.1).contains(&index).then(|| (self.row_top(index) - self.top, self.real[index]))
    }

    fn draw(&mut self, from: usize, to: usize) {
        self.drawn = (from, to);
        self.scroll_to(self.top);
    }

    fn space(&mut self, above: i32, below: i32) {
        self.spaces = (above, below);
        self.scroll_to(self.top);
    }
}

/// A box with lines in it, shown at their end. `lines`: real height and guess.
fn shown(mut paper: Paper, lines: &[(i32, i32)]) -> (Paper, Window) {
    let mut window = Window::new();
    add(&mut paper, &mut window, lines);
    window.lay_out(&mut paper, None);
    (paper, window)
}

fn add(paper: &mut Paper, window: &mut Window, lines: &[(i32, i32)]) {
    for (real, guess) in lines {
        paper.real.push(*real);
        window.push(*guess);
    }
}

fn scroll(paper: &mut Paper, window: &mut Window, by: f64) {
    let to = paper.top + by;
    paper.scroll_to(to);
    window.scrolled(paper);
}

#[test]
fn the_end_is_drawn_after_a_message_higher_than_the_window() {
    // Forty-five lines in one message, then four short ones.
    let mut lines = vec![(60, 64); 35];
    lines[30] = (1_000, 244);
    let (mut paper, mut window) = shown(Paper::new(400, 0, 16), &lines);
    for _ in 0..25 {
        scroll(&mut paper, &mut window, -100.0);
        assert_eq!(paper.gap(), None);
    }
    for _ in 0..26 {
        scroll(&mut paper, &mut window, 100.0);
        assert_eq!(paper.gap(), None);
    }
    assert!(window.is_at_end(), "the wheel has come to the end");
    add(&mut paper, &mut window, &[(60, 64)]);
    let anchor = window.anchor(&paper);
    window.lay_out(&mut paper, anchor);
    assert!(paper.row(35).is_some_and(|(top, height)| top + f64::from(height) <= 400.0), "a new one is seen");
}

#[test]
fn lines_much_lower_than_guessed_fill_the_window() {
    let (paper, _) = shown(Paper::new(600, 0, 0), &[(20, 4_000); 200]);
    assert_eq!(paper.gap(), None);
}

/// One step: an action or an event.
#[derive(Clone, Debug)]
enum Step {
    Wheel(f64),
    /// Drags the scroll bar to this fraction of the whole height.
    Drag(f64),
    Home,
    End,
    /// Lines are added at the end, or before the first one.
    Add(Vec<(i32, i32)>),
    Older(Vec<(i32, i32)>),
    /// The box gets another height.
    Resize(i32),
    /// The last lines are removed (a failed message is discarded).
    Cut(usize),
    /// A line becomes higher or lower.
    Change(usize, i32),
}

fn line() -> impl Strategy<Value = (i32, i32)> {
    (prop_oneof![8 => 18..90, 2 => 90..900, 1 => 900..5_000], prop_oneof![4 => 30..120, 1 => 1..4_000])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (-900.0..900.0).prop_map(Step::Wheel),
        2 => (0.0..1.0).prop_map(Step::Drag),
        1 => Just(Step::Home),
        1 => Just(Step::End),
        2 => proptest::collection::vec(line(), 1..4).prop_map(Step::Add),
        1 => proptest::collection::vec(line(), 1..60).prop_map(Step::Older),
        1 => (40..1_200).prop_map(Step::Resize),
        1 => (1..4usize).prop_map(Step::Cut),
        1 => (0..400usize, 18..2_000).prop_map(|(index, height)| Step::Change(index, height)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn r22_what_can_be_seen_is_drawn(
        lines in proptest::collection::vec(line(), 0..300),
        view in 40..1_200i32,
        head in 0..400i32,
        tail in 0..200i32,
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let (mut paper, mut window) = shown(Paper::new(view, head, tail), &lines);
        prop_assert_eq!(paper.gap(), None, "at first");
        for step in steps {
            let before = paper.view;
            let anchor = window.anchor(&paper);
            let mut kept = anchor.and_then(|anchor| paper.row(anchor.index).map(|(top, _)| (anchor.index, top)));
            match &step {
                Step::Wheel(by) => {
                    kept = None;
                    scroll(&mut paper, &mut window, *by);
                }
                Step::Drag(part) => {
                    kept = None;
                    let by = paper.content() * part - paper.top;
                    scroll(&mut paper, &mut window, by);
                }
                Step::Home => {
                    kept = None;
                    window.lay_out(&mut paper, Some(Anchor { index: 0, offset: 0.0 }));
                    paper.scroll_to(0.0);
                    window.scrolled(&mut paper);
                }
                Step::End => {
                    kept = None;
                    window.lay_out(&mut paper, None);
                    prop_assert!((paper.top + f64::from(paper.view) - paper.content()).abs() < 1.0, "not at the end");
                }
                Step::Add(more) => {
                    add(&mut paper, &mut window, more);
                    window.lay_out(&mut paper, anchor);
                }
                Step::Older(more) => {
                    let count = more.len();
                    paper.real.splice(0..0, more.iter().map(|(real, _)| *real));
                    paper.drawn = (paper.drawn.0 + count, paper.drawn.1 + count);
                    window.prepend(more.iter().map(|(_, guess)| *guess));
                    let anchor = anchor.map(|anchor| Anchor { index: anchor.index + count, ..anchor });
                    kept = kept.map(|(index, top)| (index + count, top));
                    window.lay_out(&mut paper, anchor);
                }
                Step::Resize(view) => {
                    paper.view = *view;
                    paper.scroll_to(paper.top);
                    prop_assert_eq!(window.fits(&paper), *view == before);
                    kept = None;
                    let anchor = window.anchor(&paper);
                    window.lay_out(&mut paper, anchor);
                }
                Step::Cut(count) => {
                    let len = paper.real.len().saturating_sub(*count);
                    paper.real.truncate(len);
                    paper.drawn = (paper.drawn.0.min(len), paper.drawn.1.min(len));
                    kept = kept.filter(|(index, _)| *index < len);
                    window.truncate(len);
                    window.lay_out(&mut paper, anchor.filter(|_| len > 0));
                }
                Step::Change(index, height) => {
                    if let Some(real) = paper.real.get_mut(*index) {
                        *real = *height;
                    }
                    window.lay_out(&mut paper, anchor);
                }
            }
            prop_assert_eq!(paper.gap(), None, "after {:?}", step);
            let visible = usize::try_from(paper.view / 18 + 2).unwrap();
            prop_assert!(paper.drawn.1 - paper.drawn.0 <= MOST_ROWS.max(visible) + 1, "{:?} are too many", paper.drawn);
            if let Some((index, top)) = kept {
                let now = paper.row(index).map(|(top, _)| top);
                let at_an_end = paper.top == 0.0 || paper.top + f64::from(paper.view) >= paper.content() - 1.0;
                prop_assert!(at_an_end || now.is_some_and(|now| (now - top).abs() < 1.0), "{:?} moved line {} from {} to {:?}", step, index, top, now);
            }
        }
    }
}
