//! The screens, one component per file. They read the desk through [`Shell::select`] and act through [`Shell::act`].
//!
//! Written with the element builders and not with `view!`: that macro hands static parts to the HTML parser as text, which a page
//! under Trusted Types refuses (quality S1).

mod app;
mod bar;
mod canned;
mod composer;
mod details;
mod disposition;
mod entry;
mod file;
mod help;
mod icons;
mod kit;
mod link_state;
mod lists;
mod offers;
mod pane;
mod pane_header;
mod request_card;
mod requests;
mod rich_text;
mod rove;
mod shortcuts;
mod sign_in;
mod tabs;
mod team;
mod toasts;
mod transcript;
mod uploads;
mod workspace;

use crate::browser::Shell;
use leptos::prelude::*;

/// Puts the desk into the page.
pub fn start() {
    mount_to_body(|| {
        let shell = Shell::start();
        provide_context(shell);
        shortcuts::listen(shell);
        app::app()
    });
}
