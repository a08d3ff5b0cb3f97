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
            .args(["--alias:#glue=./target/bindgen/chinwag.js", "--external:./text-*.js", "--inject:./js/natives.js"])
            .arg(format!("--define:CHINWAG_VERSION={}", json!(env!("CARGO_PKG_VERSION"))))
            .arg(format!("--outfile={OUT}/index.js")),
    )?;
    fs::copy("target/bindgen/chinwag_bg.wasm", Path::new(OUT).join("chinwag_bg.wasm")).context("the widget is not built")?;
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
    for (from, to) in [("js/README.md", "README.md"), ("LICENSE-APACHE", "LICENSE-APACHE"), ("LICENSE-MIT", "LICENSE-MIT")] {
        fs::copy(from, Path::new(OUT).join(to)).with_context(|| format!("cannot copy {from}"))?;
    }
    quiet(command("npm", ["pack", "--silent"]).current_dir(OUT))?;
    Ok(Path::new(OUT).join(format!("chinwag-{}.tgz", env!("CARGO_PKG_VERSION"))))
}
