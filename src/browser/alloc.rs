//! The allocator of the widget's module: [`Blocks`] over the module's own memory. The standard allocator would be a tenth of the module's code;
//! this one is a fiftieth of that. It is enough, because the widget needs little memory, in blocks of few sizes.
#![allow(unsafe_code, reason = "says that a module without threads has one")]

use super::blocks::{Blocks, PAGE, Source};
use core::arch::wasm32::memory_grow;

#[global_allocator]
static ALLOCATOR: Blocks<Memory> = Blocks::new(Memory);

/// The module's memory. No other code adds pages to it.
struct Memory;

impl Source for Memory {
    fn grow(&self, pages: usize) -> Option<usize> {
        let before = memory_grow::<0>(pages);
        (before != usize::MAX).then(|| before * PAGE)
    }
}

// SAFETY: the module has no threads, so only one thread uses this value.
unsafe impl Sync for Blocks<Memory> {}
