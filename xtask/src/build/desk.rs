//! The agent desk.

use super::pack::{fresh_folder, hashed};
use super::wasm;
use crate::npm;
use crate::run::{Did, cargo, quiet, run};
use crate::stamp::Stamp;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const MODULE: &str = "target/wasm32-unknown-unknown/desk/chinwag-desk.wasm";
const BINDINGS: &str = "target/bindgen-desk";
const START: &str = "target/desk-start.js";
pub(crate) const OUT: &str = "dist/desk";
const PAGE: &str = "desk/index.html";
const STYLE: &str = "desk/desk.css";

/// Compiles the desk.
pub(crate) fn compile() -> Result<Did> {
    run(&mut cargo("build --quiet --profile desk --target wasm32-unknown-unknown --package chinwag-desk".split(' ')))?;
    Ok(Did::Work)
}

/// Makes the JavaScript glue and the small module.
pub(crate) fn bind() -> Result<Did> {
    Stamp::new("desk-bind")
        .input(MODULE)?
        .input("xtask/src/build")?
        .input("package-lock.json")?
        .output("target/bindgen-desk/desk.js")
        .output("target/bindgen-desk/desk_bg.wasm")
        .unless_fresh(|| wasm::bind(MODULE, BINDINGS, "desk"))
}

/// Gives the files their hashed names and writes these into the page.
pub(crate) fn bundle() -> Result<Did> {
    Stamp::new("desk-bundle")
        .input(BINDINGS)?
        .input(PAGE)?
        .input(STYLE)?
        .input("desk/css")?
        .input("xtask/src/build")?
        .output("dist/desk/index.html")
        .unless_fresh(|| {
            fresh_folder(OUT)?;
            let module = fs::read(Path::new(BINDINGS).join("desk_bg.wasm"))?;
            let module_name = put("wasm", &module)?;
            let start = format!(
                "import init from './bindgen-desk/desk.js';\ninit({{ module_or_path: new URL('{module_name}', import.meta.url) }});\n"
            );
            fs::write(START, start)?;
            let script = quiet(npm::tool("esbuild").arg(START).args([
                "--bundle",
                "--minify",
                "--format=esm",
                "--target=es2022",
                "--log-level=warning",
                "--legal-comments=none",
            ]))?;
            let script_name = put("js", script.as_bytes())?;
            let style = quiet(npm::tool("esbuild").arg(STYLE).args(["--bundle", "--minify", "--log-level=warning"]))?;
            let style_name = put("css", style.as_bytes())?;
            let page = fs::read_to_string(PAGE).with_context(|| format!("cannot read {PAGE}"))?;
            fs::write(Path::new(OUT).join("index.html"), page.replace("{{js}}", &script_name).replace("{{css}}", &style_name))?;
            Ok(())
        })
}

/// Writes a part of the desk under its hashed name, which it returns.
fn put(extension: &str, bytes: &[u8]) -> Result<String> {
    let name = hashed("desk", extension, bytes);
    fs::write(Path::new(OUT).join(&name), bytes)?;
    Ok(name)
}
