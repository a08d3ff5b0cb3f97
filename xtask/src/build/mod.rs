//! `cargo xtask build`: everything that the server serves, into `dist/`.
//!
//! ```text
//! dist/widget/chinwag.js                        the loader; its name never changes
//! dist/widget/chinwag-<hash>.wasm               the widget's first part, for the launchers
//! dist/widget/chinwag-conversation-<hash>.wasm  the part for conversations; fetched when the launchers are on the page
//! dist/widget/chinwag-view-<hash>.wasm          panel, forms and transcript; fetched at the same time
//! dist/widget/panel-<hash>.css                  the style sheet of the panel
//! dist/widget/files-<hash>.js                   sends files; fetched where the site takes any
//! dist/widget/text-<locale>-<hash>.json         texts, one file per language
//! dist/widget/genesys.js, genesys-<hash>.wasm   the same for a page written for Genesys Widgets, with
//!             genesys-conversation-, -view-...      the parts of its build
//! dist/widget/genesys-requests-<hash>.wasm      the link to another product's chat server; fetched where the page names one
//! dist/widget/genesys-more-<hash>.js             what such a page needs for further plugins, forms and markup of its own
//! dist/widget/genesys-server-<hash>.js           what it needs of script where it names another chat server
//! dist/widget/takeover-<hash>.js                 what it needs to take over a widget that another script made
//! dist/widget/jquery-<hash>.js                  fetched where such a page has no jQuery of its own
//! dist/widget/manifest.json                     names, sizes and integrity values of these
//! dist/desk/                                    the desk: index.html and desk-<hash>.{js,wasm,css}
//! dist/www/, dist/examples/                     the demo site and the examples, for `chinwag-server --demo`
//! ```
//!
//! Every text and wasm file has a `.br` and a `.gz` beside it.

mod desk;
mod gallery;
mod homes;
mod links;
mod pack;
mod parts;
mod site;
mod snip;
mod split;
mod wasm;
mod widget;

pub(crate) use desk::OUT as DESK;
pub(crate) use gallery::gallery;
pub(crate) use pack::Sizes;
pub(crate) use widget::{MANIFEST, chunk, style};

use crate::npm;
use crate::run::{Did, Progress, command, is_installed, quiet};
use anyhow::{Result, bail};

/// The number of steps of [`steps`].
pub(crate) const STEPS: usize = 9;

/// The products to build.
#[derive(clap::Args, Clone, Copy, Default)]
pub(crate) struct Args {
    /// Leave the desk as it was built before: saves minutes while the widget is worked on
    #[arg(long)]
    keep_desk: bool,
}

/// Builds everything.
///
/// # Errors
/// A tool is missing, or a step fails.
pub(crate) fn build(args: Args) -> Result<()> {
    let desk = !(args.keep_desk && std::path::Path::new(DESK).join("index.html").is_file());
    parts(&mut Progress::new(if desk { STEPS } else { STEPS - 3 }), desk)
}

/// The steps of [`build`], for commands that have further steps of their own.
pub(crate) fn steps(progress: &mut Progress) -> Result<()> {
    parts(progress, true)
}

fn parts(progress: &mut Progress, desk: bool) -> Result<()> {
    progress.step("tools", || match (npm::install()?, wasm_target()?) {
        (Did::Nothing, Did::Nothing) => Ok(Did::Nothing),
        _ => Ok(Did::Work),
    })?;
    progress.step("widget: compile", widget::compile)?;
    progress.step("widget: bind and optimise", widget::bind)?;
    progress.step("widget: bundle", widget::bundle)?;
    if desk {
        progress.step("desk: compile", desk::compile)?;
        progress.step("desk: bind and optimise", desk::bind)?;
        progress.step("desk: bundle", desk::bundle)?;
    }
    progress.step("site", site::copy)?;
    progress.step("compress", pack::pack)
}

/// Installs the wasm target when the toolchain lacks it.
fn wasm_target() -> Result<Did> {
    let sysroot = quiet(&mut command("rustc", ["--print", "sysroot"]))?;
    if std::path::Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(Did::Nothing);
    }
    if !is_installed("rustup") {
        bail!("the Rust target wasm32-unknown-unknown is missing, and there is no rustup to install it");
    }
    quiet(&mut command("rustup", ["target", "add", "wasm32-unknown-unknown"]))?;
    Ok(Did::Work)
}
