//! The files that a visitor downloads: loader, wasm and texts.

use super::pack::{Sizes, fresh_folder, hashed, integrity};
use super::parts::{CONVERSATION, FACADE_CONVERSATION, Part, REQUESTS, VIEW};
use super::wasm;
use crate::npm;
use crate::run::{Did, cargo, quiet, run};
use crate::stamp::{Stamp, files_below};
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// The file with the names, sizes and integrity values.
pub(crate) const MANIFEST: &str = "dist/widget/manifest.json";

/// A core and the script that loads it.
struct Flavour {
    /// The script, the stem of the module's name, and its entry in the manifest.
    name: &'static str,
    /// Cargo features beyond the default.
    features: &'static str,
    entry: &'static str,
    /// The prefix of its names in the manifest.
    prefix: &'static str,
    /// The parts of its module beyond the first.
    parts: &'static [&'static Part],
    /// A style sheet that comes before the one of the panel.
    looks: Option<&'static str>,
}

/// The widget, and the widget for pages written for Genesys Widgets: a build of its own, so that other pages download none of it.
const FLAVOURS: [Flavour; 2] = [
    Flavour { name: "chinwag", features: "", entry: "js/loader.js", prefix: "", parts: &[&CONVERSATION, &VIEW], looks: None },
    Flavour {
        name: "genesys",
        features: "facade",
        entry: "js/compat/genesys/loader.js",
        prefix: "genesys_",
        parts: &[&FACADE_CONVERSATION, &VIEW, &REQUESTS],
        looks: Some("js/compat/genesys/layers.css"),
    },
];

impl Flavour {
    /// The module that the compiler made.
    fn module(&self) -> String {
        format!("target/widget/{}.wasm", self.name)
    }

    /// The path of its glue and small module.
    fn bindings(&self) -> String {
        if self.features.is_empty() { "target/bindgen".into() } else { format!("target/bindgen-{}", self.name) }
    }
}

/// Scripts that the loaders import when needed: the constant with its name, its entry in the manifest, the stem of its name, and its source.
const LATER: [(&str, &str, &str, &str); 4] = [
    ("CHINWAG_FILES", "files_chunk", "files", "js/files.js"),
    ("CHINWAG_MORE", "genesys_more", "genesys-more", "js/compat/genesys/more-chunk.js"),
    ("CHINWAG_SERVER", "genesys_server", "genesys-server", "js/compat/genesys/server-chunk.js"),
    ("CHINWAG_TAKEOVER", "takeover", "takeover", "js/takeover.js"),
];

const OUT: &str = "dist/widget";
/// The JavaScript functions that the module calls. The generated glue imports them from here.
const SCRIPTS: &str = "src/browser/js";
/// One file per language, named by its tag. English comes with the panel, in any language.
const TEXTS: &str = "src/browser/texts";
/// The style sheet of everything except the launchers.
const STYLE: &str = "src/browser/view/panel.css";
const DEFAULT_LOCALE: &str = "en";

/// Compiles the core crate as the browser's modules.
pub(crate) fn compile() -> Result<Did> {
    fs::create_dir_all("target/widget")?;
    for flavour in &FLAVOURS {
        // Cargo.toml declares an rlib: with this argument it becomes a cdylib with link-time optimisation.
        let mut build =
            cargo("rustc --quiet --release --target wasm32-unknown-unknown --package chinwag --lib --crate-type cdylib".split(' '));
        if !flavour.features.is_empty() {
            build.args(["--features", flavour.features]);
        }
        // `split.rs` needs the list of references.
        run(build.args(["--", "-C", "link-arg=--emit-relocs"]))?;
        let made = fs::read("target/wasm32-unknown-unknown/release/chinwag.wasm")?;
        // Written only when its content differs, so that the later steps do not run without need.
        if fs::read(flavour.module()).ok().as_ref() != Some(&made) {
            fs::write(flavour.module(), made)?;
        }
    }
    Ok(Did::Work)
}

/// Makes the JavaScript glue and the small modules.
pub(crate) fn bind() -> Result<Did> {
    let mut did = Did::Nothing;
    for flavour in &FLAVOURS {
        let folder = flavour.bindings();
        let mut stamp = Stamp::new(&format!("widget-bind-{}", flavour.name))
            .input(flavour.module())?
            .input("xtask/src/build")?
            .input("package-lock.json")?
            .output(format!("{folder}/chinwag.js"))
            .output(format!("{folder}/chinwag_bg.wasm"));
        for part in flavour.parts {
            stamp = stamp.output(format!("{folder}/chinwag_{}.wasm", part.name));
        }
        let futures = !flavour.features.is_empty();
        did = did.or(stamp.unless_fresh(|| wasm::bind_split(&flavour.module(), &folder, "chinwag", flavour.parts, futures))?);
    }
    Ok(did)
}

/// Bundles loaders and glue, gives wasm and texts their hashed names, and writes the manifest.
pub(crate) fn bundle() -> Result<Did> {
    let mut stamp = Stamp::new("widget-bundle");
    for source in ["js", SCRIPTS, TEXTS, STYLE, "xtask/src/build", "package-lock.json"] {
        stamp = stamp.input(source)?;
    }
    for flavour in &FLAVOURS {
        stamp = stamp.input(flavour.bindings())?;
    }
    stamp.output(MANIFEST).unless_fresh(|| {
        fresh_folder(OUT)?;
        let texts = texts()?;
        let english = text_file(&Path::new(TEXTS).join("en.json"))?;
        let english_name = hashed("text-en", "json", english.as_bytes());
        fs::write(Path::new(OUT).join(&english_name), &english)?;
        let mut manifest = Map::new();
        let jquery = bundled(&["js/compat/genesys/jquery-chunk.js".into()])?;
        let jquery_name = hashed("jquery", "js", jquery.as_bytes());
        fs::write(Path::new(OUT).join(&jquery_name), &jquery)?;
        manifest.insert("jquery".into(), json!(jquery_name));
        let mut later = Vec::new();
        for (constant, part, stem, path) in LATER {
            let script = chunk(path)?;
            let name = hashed(stem, "js", script.as_bytes());
            fs::write(Path::new(OUT).join(&name), &script)?;
            later.push(format!("--define:{constant}={}", json!(name)));
            manifest.insert(part.into(), json!(name));
        }
        for flavour in &FLAVOURS {
            let define = |name: &str, value: &Value| format!("--define:{name}={value}");
            let style = flavour.looks.map(squeezed_style).transpose()?.unwrap_or_default().trim_end().to_owned() + &style()?;
            let style_name = hashed(&format!("{}panel", flavour.prefix.replace('_', "-")), "css", style.as_bytes());
            fs::write(Path::new(OUT).join(&style_name), &style)?;
            manifest.insert(format!("{}style", flavour.prefix), json!(style_name));
            // The first part, and the later ones.
            let mut parts = vec![("wasm", add_module(&flavour.bindings(), "chinwag_bg", flavour.name)?)];
            for part in flavour.parts {
                let file = format!("{}-{}", flavour.name, part.name);
                parts.push((part.name, add_module(&flavour.bindings(), &format!("chinwag_{}", part.name), &file)?));
            }
            let mut arguments: Vec<String> = Vec::new();
            for (part, (name, integrity)) in parts {
                let constant = format!("CHINWAG_{}", part.to_uppercase());
                arguments.extend([define(&constant, &json!(name)), define(&format!("{constant}_INTEGRITY"), &json!(integrity))]);
                manifest.insert(format!("{}{part}", flavour.prefix), json!(name));
            }
            arguments.extend([
                flavour.entry.into(),
                format!("--alias:#glue=./{}/chinwag.js", flavour.bindings()),
                // The names that js/natives.js exports replace the globals of the same names, in the glue too.
                "--inject:./js/natives.js".into(),
                define("CHINWAG_STYLE", &json!(style_name)),
                define("CHINWAG_STYLE_INTEGRITY", &json!(integrity(style.as_bytes()))),
                define("CHINWAG_ENGLISH", &json!(english_name)),
                define("CHINWAG_ENGLISH_INTEGRITY", &json!(integrity(english.as_bytes()))),
                define("CHINWAG_TEXTS", &texts),
                define("CHINWAG_JQUERY", &json!(jquery_name)),
                define("CHINWAG_VERSION", &json!(env!("CARGO_PKG_VERSION"))),
            ]);
            arguments.extend_from_slice(&later);
            let script = format!("{}.js", flavour.name);
            fs::write(Path::new(OUT).join(&script), bundled(&arguments)?)?;
            manifest.insert(format!("{}loader", flavour.prefix), json!(script));
        }
        manifest.insert("english".into(), json!(english_name));
        manifest.insert("texts".into(), texts);
        write_manifest(manifest)
    })
}

/// Copies a module under a name with its hash. Gives that name and its integrity value.
fn add_module(bindings: &str, stem: &str, name: &str) -> Result<(String, String)> {
    let module = fs::read(Path::new(bindings).join(format!("{stem}.wasm")))?;
    let name = hashed(name, "wasm", &module);
    fs::write(Path::new(OUT).join(&name), &module)?;
    Ok((name, integrity(&module)))
}

/// A script with all that it imports, minified.
fn bundled(arguments: &[String]) -> Result<String> {
    let script = quiet(
        npm::tool("esbuild")
            .args(["--bundle", "--minify", "--format=iife", "--target=es2022", "--log-level=warning", "--legal-comments=none"])
            .args(arguments),
    )?;
    squeezed(&script, &[])
}

/// Minifies a script that the bundler has minified already: Terser detects values that never change and code that never runs, also across the
/// modules that are one script now (docs/decisions.md has the figures).
fn squeezed(script: &str, more: &[&str]) -> Result<String> {
    let path = "target/widget/bundle.js";
    fs::write(path, script)?;
    quiet(npm::tool("terser").args([path, "--ecma", "2022", "--compress", "passes=3", "--mangle"]).args(more))
}

/// A script that another one imports when needed, minified.
///
/// # Errors
/// It does not compile.
pub(crate) fn chunk(path: &str) -> Result<String> {
    let script =
        quiet(npm::tool("esbuild").args([path, "--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"]))?;
    squeezed(&script, &["--module"])
}

/// The style sheet of the panel, minified.
pub(crate) fn style() -> Result<String> {
    squeezed_style(STYLE)
}

fn squeezed_style(path: &str) -> Result<String> {
    quiet(npm::tool("esbuild").args([path, "--minify", "--charset=utf8", "--log-level=warning"]))
}

/// Writes the texts under hashed names. Returns locale -> file name.
fn texts() -> Result<Value> {
    let mut names = Map::new();
    for path in files_below(Path::new(TEXTS))? {
        let Some(locale) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json")) else { continue };
        if locale == DEFAULT_LOCALE {
            continue;
        }
        let text = text_file(&path)?;
        let name = hashed(&format!("text-{locale}"), "json", text.as_bytes());
        fs::write(Path::new(OUT).join(&name), text)?;
        names.insert(locale.to_owned(), json!(name));
    }
    Ok(Value::Object(names))
}

/// A file of texts, read and written again: this removes white space, and fails for a file that is not valid JSON.
fn text_file(path: &Path) -> Result<String> {
    let tree: Value = serde_json::from_slice(&fs::read(path)?).with_context(|| path.display().to_string())?;
    Ok(tree.to_string())
}

/// Adds sizes and integrity values, and writes the manifest.
fn write_manifest(mut manifest: Map<String, Value>) -> Result<()> {
    let mut files = Map::new();
    for path in files_below(Path::new(OUT))? {
        let bytes = fs::read(&path)?;
        let sizes = Sizes::of(&bytes)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, json!({"raw": sizes.raw, "gzip": sizes.gzip, "br": sizes.brotli, "integrity": integrity(&bytes)}));
    }
    manifest.insert("version".into(), json!(env!("CARGO_PKG_VERSION")));
    manifest.insert("files".into(), Value::Object(files));
    fs::write(MANIFEST, format!("{:#}\n", Value::Object(manifest)))?;
    Ok(())
}
