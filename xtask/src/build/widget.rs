//! What a visitor downloads: loader, wasm and texts.

use super::pack::{Sizes, fresh_folder, hashed, integrity};
use super::wasm;
use crate::npm;
use crate::run::{Did, cargo, quiet, run};
use crate::stamp::{Stamp, files_below};
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// Where the names, sizes and integrity values stand.
pub(crate) const MANIFEST: &str = "dist/widget/manifest.json";

const MODULE: &str = "target/wasm32-unknown-unknown/release/chinwag.wasm";
const BINDINGS: &str = "target/bindgen";
const OUT: &str = "dist/widget";
/// One file per language, named by its tag. The default language is inside the wasm.
const TEXTS: &str = "src/browser/texts";
/// The looks of everything but the launchers.
const STYLE: &str = "src/browser/view/panel.css";
const DEFAULT_LOCALE: &str = "en";

/// Compiles the core crate as the browser's module.
pub(crate) fn compile() -> Result<Did> {
    // The crate is an rlib by itself: only asked for like this it is link-time optimised.
    run(&mut cargo("rustc --quiet --release --target wasm32-unknown-unknown --package chinwag --lib --crate-type cdylib".split(' ')))?;
    Ok(Did::Work)
}

/// Makes the JavaScript glue and the small module.
pub(crate) fn bind() -> Result<Did> {
    Stamp::new("widget-bind")
        .input(MODULE)?
        .input("xtask/src/build")?
        .input("package-lock.json")?
        .output("target/bindgen/chinwag.js")
        .output("target/bindgen/chinwag_bg.wasm")
        .unless_fresh(|| wasm::bind_short(MODULE, BINDINGS, "chinwag"))
}

/// Bundles loader and glue, gives wasm and texts their hashed names, and writes the manifest.
pub(crate) fn bundle() -> Result<Did> {
    Stamp::new("widget-bundle")
        .input(BINDINGS)?
        .input("js")?
        .input(TEXTS)?
        .input(STYLE)?
        .input("xtask/src/build")?
        .input("package-lock.json")?
        .output(MANIFEST)
        .unless_fresh(|| {
            fresh_folder(OUT)?;
            let module = fs::read(Path::new(BINDINGS).join("chinwag_bg.wasm"))?;
            let module_name = hashed("chinwag", "wasm", &module);
            fs::write(Path::new(OUT).join(&module_name), &module)?;
            let texts = texts()?;
            let style = style()?;
            let style_name = hashed("panel", "css", style.as_bytes());
            fs::write(Path::new(OUT).join(&style_name), &style)?;
            let define = |name: &str, value: &Value| format!("--define:{name}={value}");
            quiet(
                npm::tool("esbuild")
                    .args(["js/loader.js", "--bundle", "--minify", "--format=iife", "--target=es2022", "--log-level=warning"])
                    .args(["--alias:#glue=./target/bindgen/chinwag.js", "--legal-comments=none"])
                    // The names that js/natives.js exports stand in for the globals of the same names, in the glue too.
                    .arg("--inject:./js/natives.js")
                    .arg(define("CHINWAG_WASM", &json!(module_name)))
                    .arg(define("CHINWAG_WASM_INTEGRITY", &json!(integrity(&module))))
                    .arg(define("CHINWAG_STYLE", &json!(style_name)))
                    .arg(define("CHINWAG_STYLE_INTEGRITY", &json!(integrity(style.as_bytes()))))
                    .arg(define("CHINWAG_TEXTS", &texts))
                    .arg(define("CHINWAG_VERSION", &json!(env!("CARGO_PKG_VERSION"))))
                    .arg(format!("--outfile={OUT}/chinwag.js")),
            )?;
            manifest(&module_name, &style_name, &texts)
        })
}

/// That style sheet, squeezed.
pub(crate) fn style() -> Result<String> {
    quiet(npm::tool("esbuild").args([STYLE, "--minify", "--charset=utf8", "--log-level=warning"]))
}

/// Writes the texts under hashed names. Returns locale -> file name.
fn texts() -> Result<Value> {
    let mut names = Map::new();
    for path in files_below(Path::new(TEXTS))? {
        let Some(locale) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json")) else { continue };
        if locale == DEFAULT_LOCALE {
            continue;
        }
        // Read and written again: without the white space, and only if it is well-formed.
        let tree: Value = serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
        let text = tree.to_string();
        let name = hashed(&format!("text-{locale}"), "json", text.as_bytes());
        fs::write(Path::new(OUT).join(&name), text)?;
        names.insert(locale.to_owned(), json!(name));
    }
    Ok(Value::Object(names))
}

fn manifest(module_name: &str, style_name: &str, texts: &Value) -> Result<()> {
    let mut files = Map::new();
    for path in files_below(Path::new(OUT))? {
        let bytes = fs::read(&path)?;
        let sizes = Sizes::of(&bytes)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, json!({"raw": sizes.raw, "gzip": sizes.gzip, "br": sizes.brotli, "integrity": integrity(&bytes)}));
    }
    let manifest = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "loader": "chinwag.js",
        "wasm": module_name,
        "style": style_name,
        "texts": texts,
        "files": files,
    });
    fs::write(MANIFEST, format!("{manifest:#}\n"))?;
    Ok(())
}
