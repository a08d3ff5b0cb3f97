//! The screens, one component per file. They read the desk through [`Shell::select`] and act through [`Shell::act`].

mod app;
mod kit;

use crate::browser::Shell;
use leptos::prelude::*;

/// Puts the desk into the page.
pub fn start() {
    mount_to_body(|| {
        provide_context(Shell::start());
        app::app()
    });
}
