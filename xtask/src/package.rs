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

/// Projects that install the package, and the name under which they are built into [`BUILT`].
const PROJECTS: [(&str, &str); 3] = [("tests/package", "package"), ("examples/npm-vite", "npm-vite"), ("examples/react", "react")];

/// Where the projects are built to; the end-to-end tests open them there.
const BUILT: &str = "target/examples";

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

/// Packs what is built. Returns where the tarball is.
///
/// # Errors
/// The types do not fit, or npm cannot pack.
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
                "--external:./address.js",
                "--inject:./js/natives.js",
            ])
            .arg(format!("--define:CHINWAG_VERSION={}", json!(env!("CARGO_PKG_VERSION"))))
            .arg(format!("--outfile={OUT}/index.js")),
    )?;
    for module in ["chinwag_bg.wasm", "chinwag_panel.wasm"] {
        fs::copy(Path::new("target/bindgen").join(module), Path::new(OUT).join(module)).context("the widget is not built")?;
    }
    fs::write(Path::new(OUT).join("style.js"), format!("export default {};\n", json!(build::style()?)))?;
    for path in files_below(Path::new(TEXTS))? {
        let Some(locale) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json")) else { continue };
        // As text: the core reads it itself.
        let tree: Value = serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
        fs::write(Path::new(OUT).join(format!("text-{locale}.js")), format!("export default {};\n", json!(tree.to_string())))?;
    }
    quiet(npm::tool("tsc").args(["--project", "js/tsconfig.package.json"]))?;
    let mut description: Value = serde_json::from_str(&fs::read_to_string("js/package.json")?)?;
    description["version"] = json!(env!("CARGO_PKG_VERSION"));
    fs::write(Path::new(OUT).join("package.json"), format!("{description:#}\n"))?;
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
/// One of them does not install, does not fit the types or does not build.
pub(crate) fn install_into_projects() -> Result<()> {
    let tarball = pack()?.canonicalize()?;
    let root = std::env::current_dir()?;
    for (folder, name) in PROJECTS {
        println!("{folder}");
        quiet(command("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
        let install = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
        quiet(command("npm", install).arg(&tarball).current_dir(folder))?;
        if Path::new(folder).join("tsconfig.json").exists() {
            quiet(command("node_modules/.bin/tsc", ["--project", "."]).current_dir(folder))?;
        }
        // Served below a folder of the chat server itself.
        let out = root.join(BUILT).join(name);
        let mut vite = command("node_modules/.bin/vite", ["build", "--base", "./", "--emptyOutDir", "--logLevel", "error", "--outDir"]);
        quiet(vite.arg(out).env("VITE_CHAT_SERVER", "/").current_dir(folder))?;
    }
    Ok(())
}
