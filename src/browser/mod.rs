//! The only part that knows a browser.
