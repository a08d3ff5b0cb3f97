//! `cargo xtask package`: the npm package, as a tarball in `target/package/`.

use crate::build;
use crate::npm;
use crate::run::{Progress, command, quiet};
use crate::stamp::files_below;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const OUT: &str = "target/package";
const TEXTS: &str = "src/browser/texts";

/// Projects that install the package, the name under which they are built into [`BUILT`], and their build command.
const PROJECTS: [(&str, &str, Bundler); 5] = [
    ("tests/package", "package", Bundler::Vite),
    ("examples/npm-vite", "npm-vite", Bundler::Vite),
    ("examples/react", "react", Bundler::Vite),
    ("examples/vue", "vue", Bundler::Vite),
    ("examples/next", "next", Bundler::Next),
];

/// The folder into which the projects are built; the end-to-end tests open them there.
const BUILT: &str = "target/examples";
/// That folder's address on the chat server.
const SERVED: &str = "/examples/built";

#[derive(Clone, Copy)]
enum Bundler {
    Vite,
    Next,
}

impl Bundler {
    /// Builds a project's page into a folder, for a chat server that serves the page itself.
    fn build(self, folder: &str, name: &str, out: &Path) -> Result<()> {
        match self {
            Self::Vite => {
                let mut vite =
                    command("node_modules/.bin/vite", ["build", "--base", "./", "--emptyOutDir", "--logLevel", "error", "--outDir"]);
                quiet(vite.arg(out).env("VITE_CHAT_SERVER", "/").current_dir(folder))?;
            }
            Self::Next => {
                let mut next = command("node_modules/.bin/next", ["build"]);
                next.env("CHAT_SERVER", "/").env("BASE_PATH", format!("{SERVED}/{name}")).env("NEXT_TELEMETRY_DISABLED", "1");
                quiet(next.current_dir(folder))?;
                if out.exists() {
                    fs::remove_dir_all(out)?;
                }
                fs::create_dir_all(out.parent().context("the target has a folder")?)?;
                fs::rename(Path::new(folder).join("out"), out)?;
            }
        }
        Ok(())
    }
}

/// Builds the widget and packs it.
///
/// # Errors
/// The build fails, or npm cannot pack.
pub(crate) fn package() -> Result<()> {
    build::steps(&mut Progress::new(build::STEPS))?;
    let tarball = pack()?;
    println!("packed {}", tarball.display());
    Ok(())
}

/// Packs the built files. Returns the path of the tarball.
///
/// # Errors
/// The types have errors, or npm cannot pack.
pub(crate) fn pack() -> Result<PathBuf> {
    if Path::new(OUT).exists() {
        fs::remove_dir_all(OUT).with_context(|| format!("cannot empty {OUT}"))?;
    }
    fs::create_dir_all(OUT)?;
    quiet(
        npm::tool("esbuild")
            .args([
                "js/index.js",
                "--bundle",
                "--minify",
                "--format=esm",
                "--target=es2022",
                "--log-level=warning",
                "--legal-comments=none",
            ])
            .args([
                "--alias:#glue=./target/bindgen/chinwag.js",
                "--external:./text-*.js",
                "--external:./style.js",
                "--external:./files.js",
                "--external:./address.js",
                "--inject:./js/natives.js",
            ])
            .arg(format!("--define:CHINWAG_VERSION={}", json!(env!("CARGO_PKG_VERSION"))))
            .arg(format!("--outfile={OUT}/index.js")),
    )?;
    for module in ["chinwag_bg.wasm", "chinwag_conversation.wasm", "chinwag_view.wasm"] {
        fs::copy(Path::new("target/bindgen").join(module), Path::new(OUT).join(module)).context("the widget is not built")?;
    }
    fs::write(Path::new(OUT).join("files.js"), build::chunk("js/files.js")?)?;
    fs::write(Path::new(OUT).join("style.js"), format!("export default {};\n", json!(build::style()?)))?;
    for path in files_below(Path::new(TEXTS))? {
        let Some(locale) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json")) else { continue };
        // Copied as text: the core reads it itself.
        let tree: Value = serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
        fs::write(Path::new(OUT).join(format!("text-{locale}.js")), format!("export default {};\n", json!(tree.to_string())))?;
    }
    quiet(npm::tool("tsc").args(["--project", "js/tsconfig.package.json"]))?;
    // Edited as text: the order of its members matters, and serde would sort them.
    let description = fs::read_to_string("js/package.json")?;
    let (before, after) = description.split_once("\"0.0.0\"").context("js/package.json has no version 0.0.0 to fill in")?;
    fs::write(Path::new(OUT).join("package.json"), format!("{before}{}{after}", json!(env!("CARGO_PKG_VERSION"))))?;
    for (from, to) in [
        ("js/address.js", "address.js"),
        ("js/README.md", "README.md"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
    ] {
        fs::copy(from, Path::new(OUT).join(to)).with_context(|| format!("cannot copy {from}"))?;
    }
    quiet(command("npm", ["pack", "--silent"]).current_dir(OUT))?;
    Ok(Path::new(OUT).join(format!("chinwag-{}.tgz", env!("CARGO_PKG_VERSION"))))
}

/// Packs, and installs the tarball into the projects that use it, checks their types and builds them.
///
/// # Errors
/// One of them cannot be installed, has type errors or cannot be built.
pub(crate) fn install_into_projects() -> Result<()> {
    let tarball = pack()?.canonicalize()?;
    let root = std::env::current_dir()?;
    for (folder, name, bundler) in PROJECTS {
        println!("{folder}");
        quiet(command("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
        let install = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
        quiet(command("npm", install).arg(&tarball).current_dir(folder))?;
        if Path::new(folder).join("tsconfig.json").exists() {
            quiet(command("node_modules/.bin/tsc", ["--project", "."]).current_dir(folder))?;
        }
        if Path::new(folder).join("server.js").exists() {
            quiet(command("node", ["server.js"]).current_dir(folder))?;
        }
        // The pages are served below a folder of the chat server itself.
        bundler.build(folder, name, &root.join(BUILT).join(name))?;
    }
    Ok(())
}
