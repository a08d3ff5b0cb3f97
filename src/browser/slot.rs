//! A cell that can be borrowed only once at a time.

use std::cell::{Ref, RefCell, RefMut};

/// As the standard `RefCell`, but borrowing it while it is borrowed traps without a message: the message is never seen, and
/// the code that would write it is two kilobytes of the module.
#[derive(Default)]
pub(super) struct Slot<T>(RefCell<T>);

impl<T> Slot<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }

    pub(super) fn borrow(&self) -> Ref<'_, T> {
        match self.0.try_borrow() {
            Ok(inside) => inside,
            Err(_) => core::arch::wasm32::unreachable(),
        }
    }

    pub(super) fn borrow_mut(&self) -> RefMut<'_, T> {
        match self.0.try_borrow_mut() {
            Ok(inside) => inside,
            Err(_) => core::arch::wasm32::unreachable(),
        }
    }

    /// Takes the value out and leaves the default.
    pub(super) fn take(&self) -> T
    where
        T: Default,
    {
        std::mem::take(&mut *self.borrow_mut())
    }
}
