//! Every state of the view without an engine (feature `__gallery`), into `target/gallery/`: for tests and pictures, not for `dist/`.

use super::wasm;
use crate::run::{Did, cargo, run};
use crate::stamp::Stamp;
use anyhow::Result;
use std::fs;

const MODULE: &str = "target/wasm32-unknown-unknown/debug/chinwag.wasm";
const OUT: &str = "target/gallery";

/// Sets `window.gallery` once it is loaded.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, viewport-fit=cover">
<title>Every state</title>
<main><h1>A page</h1><p>Somebody's words, which the widget stands before.</p></main>
<script type="module">
import start, * as gallery from './chinwag.js';
await start({ module_or_path: new URL('./chinwag_bg.wasm', import.meta.url) });
window.gallery = gallery;
</script>
</html>
"#;

/// Builds it.
///
/// # Errors
/// It does not compile.
pub(crate) fn gallery() -> Result<Did> {
    let build = "rustc --quiet --target wasm32-unknown-unknown --package chinwag --lib --crate-type cdylib --features __gallery";
    run(&mut cargo(build.split(' ')))?;
    Stamp::new("gallery").input(MODULE)?.input("xtask/src/build")?.output(format!("{OUT}/index.html")).unless_fresh(|| {
        wasm::bind_plain(MODULE, OUT, "chinwag")?;
        fs::write(format!("{OUT}/index.html"), PAGE)?;
        Ok(())
    })
}
