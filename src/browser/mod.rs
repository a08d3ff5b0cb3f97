//! The only part that knows a browser.

pub mod texts;
pub mod view;
