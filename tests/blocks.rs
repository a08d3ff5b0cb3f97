//! The widget's allocator (src/browser/blocks.rs) against a model of it, over a piece of ordinary memory.
#![cfg(not(target_arch = "wasm32"))]
#![allow(unsafe_code, reason = "calls an allocator")]

#[path = "../src/browser/blocks.rs"]
mod blocks;
mod support;

use blocks::{Blocks, PAGE, Source};
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use support::every;

/// The most pages; requests for more are refused.
const MOST: usize = 64;

/// A piece of memory that is handed out page by page.
struct Region {
    memory: RefCell<Vec<u128>>,
    given: Cell<usize>,
    /// Pages that another owner takes before each step.
    others: usize,
    steps: RefCell<Vec<std::ops::Range<usize>>>,
}

impl Region {
    fn new(others: usize) -> Self {
        Self { memory: RefCell::new(vec![0; MOST * PAGE / 16]), given: Cell::new(0), others, steps: RefCell::default() }
    }
}

impl Source for &Region {
    fn grow(&self, pages: usize) -> Option<usize> {
        let from = self.given.get() + self.others;
        if from + pages > MOST {
            return None;
        }
        self.given.set(from + pages);
        let start = self.memory.borrow_mut().as_mut_ptr().expose_provenance() + from * PAGE;
        self.steps.borrow_mut().push(start..start + pages * PAGE);
        Some(start)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Alloc { size: usize, align: usize, zeroed: bool },
    Realloc { which: usize, size: usize },
    Free { which: usize },
    FreeAll,
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![12 => 1..600_usize, 4 => (0..13_u32, 0..3_usize).prop_map(|(power, more)| (1 << power) + more), 2 => 600..9_000_usize, 1 => 9_000..700_000_usize]
}

fn step() -> impl Strategy<Value = Step> {
    let align = (0..5_u32).prop_map(|power| 1 << power);
    prop_oneof![
        6 => (size(), align, any::<bool>()).prop_map(|(size, align, zeroed)| Step::Alloc { size, align, zeroed }),
        4 => (any::<usize>(), size()).prop_map(|(which, size)| Step::Realloc { which, size }),
        5 => any::<usize>().prop_map(|which| Step::Free { which }),
        1 => Just(Step::FreeAll),
    ]
}

/// A block that is in use. Each of its bytes is `mark`.
struct Block {
    at: *mut u8,
    layout: Layout,
    mark: u8,
}

struct Model<'a> {
    region: &'a Region,
    blocks: Blocks<&'a Region>,
    used: Vec<Block>,
    count: u8,
    /// For each size: the number of blocks in use, and the highest number so far.
    classes: BTreeMap<usize, (usize, usize)>,
    refused: bool,
}

impl<'a> Model<'a> {
    fn new(region: &'a Region) -> Self {
        Self { region, blocks: Blocks::new(region), used: Vec::new(), count: 0, classes: BTreeMap::new(), refused: false }
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Alloc { size, align, zeroed } => {
                let layout = Layout::from_size_align(size, align).expect("a layout");
                // SAFETY: the size is not zero.
                let at = unsafe { if zeroed { self.blocks.alloc_zeroed(layout) } else { self.blocks.alloc(layout) } };
                self.took(size, at);
                if !at.is_null() {
                    if zeroed {
                        assert!(bytes(at, size).iter().all(|byte| *byte == 0), "not all of it is zero");
                    }
                    self.put(at, layout);
                }
            }
            Step::Realloc { which, size } if !self.used.is_empty() => {
                let Block { at, layout, mark } = self.used.swap_remove(which % self.used.len());
                let moves = class(layout.size()) != class(size);
                // SAFETY: the block is in use, and has this layout.
                let new = unsafe { self.blocks.realloc(at, layout, size) };
                assert!(moves || new == at, "one that is large enough stays");
                if moves {
                    self.took(size, new);
                }
                if new.is_null() {
                    self.used.push(Block { at, layout, mark });
                    return;
                }
                assert!(bytes(new, size.min(layout.size())).iter().all(|byte| *byte == mark), "what was in it is lost");
                if moves {
                    self.gave(layout.size());
                }
                self.put(new, Layout::from_size_align(size, layout.align()).expect("a layout"));
            }
            Step::Free { which } if !self.used.is_empty() => {
                let block = self.used.swap_remove(which % self.used.len());
                self.free(&block);
            }
            Step::FreeAll => {
                for block in std::mem::take(&mut self.used) {
                    self.free(&block);
                }
            }
            Step::Realloc { .. } | Step::Free { .. } => {}
        }
    }

    /// Every block in use has the content that was written into it, and lies in memory of the allocator.
    fn check(&self) {
        let mut places: Vec<(usize, usize)> = Vec::new();
        for block in &self.used {
            let (start, size) = (block.at.addr(), block.layout.size());
            assert!(start.is_multiple_of(block.layout.align()), "it lies at a multiple of what was asked for");
            assert!(bytes(block.at, size).iter().all(|byte| *byte == block.mark), "somebody wrote into it");
            let steps = self.region.steps.borrow();
            let mut end = start;
            // Steps that follow each other are one piece.
            for step in steps.iter().filter(|step| step.end > start) {
                if step.start <= end {
                    end = step.end;
                }
            }
            assert!(start + size <= end, "memory of somebody else");
            places.push((start, start + size));
        }
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[0].1 <= pair[1].0), "two lie in each other");
    }

    fn free(&mut self, block: &Block) {
        assert!(bytes(block.at, block.layout.size()).iter().all(|byte| *byte == block.mark), "somebody wrote into it");
        // SAFETY: the block was in use until now.
        unsafe { self.blocks.dealloc(block.at, block.layout) };
        self.gave(block.layout.size());
    }

    /// Records a block as in use, and fills it.
    fn put(&mut self, at: *mut u8, layout: Layout) {
        self.count = self.count.wrapping_add(1).max(1);
        // SAFETY: the block has as many bytes as were asked for.
        unsafe { at.write_bytes(self.count, layout.size()) };
        self.used.push(Block { at, layout, mark: self.count });
    }

    fn took(&mut self, size: usize, at: *mut u8) {
        let (now, most) = self.classes.entry(class(size)).or_default();
        if at.is_null() {
            assert_eq!(now, most, "there is a free one");
            self.refused = true;
        } else {
            *now += 1;
            *most = (*now).max(*most);
        }
    }

    fn gave(&mut self, size: usize) {
        self.classes.entry(class(size)).or_default().0 -= 1;
    }

    /// The bytes of all blocks at the highest number of each size.
    fn needed(&self) -> usize {
        self.classes.iter().map(|(size, (_, most))| size * most).sum()
    }
}

/// The size of the block for a requested size: 16, 32, 48, 64, 96, 128, 192 ...
fn class(size: usize) -> usize {
    let mut classes = [16, 32].into_iter().chain((5..40).flat_map(|power| [3 << (power - 1), 1 << (power + 1)]));
    classes.find(|class| *class >= size).expect("a size of a page")
}

fn bytes<'a>(at: *mut u8, size: usize) -> &'a [u8] {
    // SAFETY: only called for blocks that are in use, and the slice ends before the block is freed.
    unsafe { std::slice::from_raw_parts(at, size) }
}

#[test]
fn blocks_never_meet_keep_what_is_in_them_and_are_used_again() {
    every(600, &proptest::collection::vec(step(), 1..150), |steps| {
        let region = Region::new(0);
        let mut model = Model::new(&region);
        for step in &steps {
            model.run(step);
            model.check();
        }
        let given = region.given.get() * PAGE;
        assert!(model.needed() <= given, "no more is handed out than there is");
        let largest = model.classes.keys().last().copied().unwrap_or(0);
        assert!(
            given <= model.needed() + (largest + PAGE).max(4 * PAGE),
            "no more is asked for than a step ahead: {given} for {}",
            model.needed()
        );
        // The same blocks fit again without more memory, unless one was refused the first time.
        model.run(&Step::FreeAll);
        let before = region.given.get();
        let refused = model.refused;
        for step in &steps {
            model.run(step);
        }
        model.check();
        assert!(refused || region.given.get() == before, "freed memory is used again");
    });
}

#[test]
fn memory_that_others_took_in_between_is_left_alone() {
    every(300, &proptest::collection::vec(step(), 1..60), |steps| {
        let region = Region::new(1);
        let mut model = Model::new(&region);
        for step in &steps {
            model.run(step);
            model.check();
        }
    });
}

#[test]
fn what_there_is_none_of_is_refused_and_the_rest_goes_on() {
    let region = Region::new(0);
    let blocks = Blocks::new(&region);
    let layout = |size, align| Layout::from_size_align(size, align).expect("a layout");
    // SAFETY: no size is zero, and each block is freed once.
    unsafe {
        assert!(blocks.alloc(layout((MOST + 1) * PAGE, 8)).is_null(), "more than there is, as a block of its class");
        assert!(blocks.alloc(layout(1 << 40, 8)).is_null(), "larger than any class");
        assert!(blocks.alloc(layout(64, 32)).is_null(), "nothing lies at multiples of 32 for sure");
        let small = blocks.alloc(layout(100, 16));
        assert!(!small.is_null());
        small.write_bytes(7, 100);
        assert!(blocks.realloc(small, layout(100, 16), (MOST + 1) * PAGE).is_null());
        assert!(bytes(small, 100).iter().all(|byte| *byte == 7), "one that cannot grow stays as it is");
        blocks.dealloc(small, layout(100, 16));
        assert_eq!(blocks.alloc(layout(128, 16)), small);
    }
}
