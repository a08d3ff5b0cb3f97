//! How the widget's memory is handed out: free lists by size class over memory that only grows. This file does not depend on a browser, so that
//! it is tested natively, over a piece of ordinary memory (tests/blocks.rs).
//!
//! Blocks are of 16, 32, 48, 64, 96, 128, 192 ... bytes, so that at most a third of a block is wasted, except in the smallest class. A freed
//! block goes to the list of its class and is never joined with others: the memory stays with the page and is used again.
#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::null_mut;

/// Bytes of a page of memory.
pub(super) const PAGE: usize = 65_536;
const CLASSES: usize = 54;
/// Memory is requested in steps of at least this number of pages.
const PAGES: usize = 4;
/// Every block has an address that is a multiple of this; no code of the module needs more.
const ALIGN: usize = 16;

/// The source of new memory.
pub(super) trait Source {
    /// Adds this number of pages, for this allocator alone. Returns the address where they begin, a multiple of 16; `None` when there is no
    /// memory left.
    fn grow(&self, pages: usize) -> Option<usize>;
}

/// The blocks over the memory of a source. For one thread.
pub(super) struct Blocks<S> {
    source: S,
    /// The first free block of each class; each block begins with the address of the next.
    free: [Cell<*mut u8>; CLASSES],
    /// The address where the unused part of the memory begins.
    next: Cell<usize>,
    end: Cell<usize>,
}

impl<S: Source> Blocks<S> {
    pub(super) const fn new(source: S) -> Self {
        Self { source, free: [const { Cell::new(null_mut()) }; CLASSES], next: Cell::new(0), end: Cell::new(0) }
    }

    /// A block from memory that was never handed out.
    fn fresh(&self, size: usize) -> *mut u8 {
        let start = self.next.get();
        if size > self.end.get() - start {
            let pages = size.div_ceil(PAGE).max(PAGES);
            let Some(more) = self.source.grow(pages) else { return null_mut() };
            // Usually the new pages begin where the last step ended.
            if self.end.get() != more {
                self.next.set(more);
            }
            self.end.set(more + pages * PAGE);
        }
        let start = self.next.get();
        self.next.set(start + size);
        start as *mut u8
    }
}

// SAFETY: blocks are at least of the size of their class, which is at least the requested size, lie at multiples of 16, and are on
// no list while they are handed out.
unsafe impl<S: Source> GlobalAlloc for Blocks<S> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class_of(layout.size());
        let Some(list) = self.free.get(class).filter(|_| layout.align() <= ALIGN) else { return null_mut() };
        let block = list.get();
        if block.is_null() {
            return self.fresh(size_of_class(class));
        }
        // SAFETY: a free block begins with the address of the next.
        list.set(unsafe { *block.cast::<*mut u8>() });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(list) = self.free.get(class_of(layout.size())) {
            // SAFETY: the block is of this class, and its owner has given it back.
            unsafe { *block.cast::<*mut u8>() = list.get() };
            list.set(block);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class_of(layout.size()) == class_of(size) {
            return block;
        }
        // SAFETY: as the caller promises for this block; the new one is at least of the smaller size of the two.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

/// The class of a size. The first two classes are 16 and 32 bytes; after them each power of two has a class, and so has the middle before it.
const fn class_of(size: usize) -> usize {
    if size <= 32 {
        return (size > 16) as usize;
    }
    let top = usize::BITS - (size - 1).leading_zeros();
    let half = 3 << (top - 2);
    (top as usize - 6) * 2 + 2 + (size > half) as usize
}

const fn size_of_class(class: usize) -> usize {
    if class < 2 {
        return 16 << class;
    }
    let top = 6 + (class - 2) / 2;
    if class.is_multiple_of(2) { 3 << (top - 2) } else { 1 << top }
}

// Checked by the compiler: a class is large enough for its blocks, and is the smallest such class.
const _: () = {
    let mut size = 1;
    while size < 5_000 {
        let class = class_of(size);
        assert!(size <= size_of_class(class) && size_of_class(class).is_multiple_of(ALIGN));
        assert!(class == 0 || size > size_of_class(class - 1));
        size += 1;
    }
    assert!(class_of(1 << 31) < CLASSES);
};
