//! `cargo xtask size`: what a page downloads, against the budget.

use crate::build::{self, MANIFEST, Sizes};
use crate::server::{Server, compile};
use anyhow::{Context, Result, bail};
use chinwag_machine::free_port;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Stdio;

const BUDGET: &str = "size-budget.toml";

/// Builds, prints the sizes and compares them with the budget.
///
/// # Errors
/// The build fails, or something is over its budget.
pub(crate) fn size() -> Result<()> {
    build::build()?;
    compile()?;
    check()
}

/// Prints and compares what is built.
///
/// # Errors
/// Something is over its budget.
pub(crate) fn check() -> Result<()> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(MANIFEST).with_context(|| format!("cannot read {MANIFEST}"))?)?;
    let budget: toml::Table = fs::read_to_string(BUDGET).with_context(|| format!("cannot read {BUDGET}"))?.parse()?;
    println!("{:<34} {:>9} {:>9} {:>9}", "before the launcher can be clicked", "raw", "gzip", "brotli");
    let mut first = Sizes::default();
    for part in ["loader", "wasm"] {
        let name = manifest[part].as_str().with_context(|| format!("{MANIFEST} has no {part}"))?;
        let sizes = sizes_of(&manifest, name)?;
        first.add(sizes);
        print_line(name, sizes);
    }
    print_line("loader, glue, core", first);
    // Every site writes its own.
    let config = Sizes::of(demo_config()?.as_bytes())?;
    print_line("site configuration (the demo's)", config);
    let mut all = first;
    all.add(config);
    print_line("total", all);
    println!("\nlater, when it is needed");
    let mut opened = Sizes::default();
    for part in ["panel", "style", "english"] {
        let name = manifest[part].as_str().with_context(|| format!("{MANIFEST} has no {part}"))?;
        let sizes = sizes_of(&manifest, name)?;
        opened.add(sizes);
        print_line(name, sizes);
    }
    print_line("what the launchers open", opened);
    let files = manifest["files_chunk"].as_str().with_context(|| format!("{MANIFEST} has no files_chunk"))?;
    print_line(files, sizes_of(&manifest, files)?);
    println!("\npages written for Genesys Widgets, in place of loader and core above");
    let mut genesys = Sizes::default();
    for part in ["genesys_loader", "genesys_wasm", "genesys_panel"] {
        let name = manifest[part].as_str().with_context(|| format!("{MANIFEST} has no {part}"))?;
        let sizes = sizes_of(&manifest, name)?;
        genesys.add(sizes);
        print_line(name, sizes);
    }
    print_line("all three", genesys);
    println!("\nlater, in either case");
    let mut worst_text = Sizes::default();
    for name in manifest["texts"].as_object().into_iter().flat_map(|texts| texts.values()).filter_map(Value::as_str) {
        let sizes = sizes_of(&manifest, name)?;
        worst_text = if sizes.brotli > worst_text.brotli { sizes } else { worst_text };
        print_line(name, sizes);
    }
    println!();
    let mut over = Vec::new();
    for (name, measured) in [("first_load_brotli", first.brotli), ("panel_brotli", opened.brotli), ("language_brotli", worst_text.brotli)] {
        let allowed = budget.get(name).and_then(toml::Value::as_integer).with_context(|| format!("{BUDGET} has no {name}"))?;
        println!("{name}: {measured} of {allowed} bytes");
        if i64::try_from(measured)? > allowed {
            over.push(name);
        }
    }
    if !over.is_empty() {
        bail!("over the budget of {BUDGET}: {}", over.join(", "));
    }
    Ok(())
}

/// The configuration of the demo site as a page gets it.
fn demo_config() -> Result<String> {
    let data = Path::new("target/xtask/size-data");
    fs::create_dir_all(data)?;
    let mut server = Server::start(free_port()?, data, Stdio::null())?;
    server.wait_until_healthy(|| false)?;
    server.get("/v1/sites/demo/config?locale=en")
}

fn sizes_of(manifest: &Value, name: &str) -> Result<Sizes> {
    let file = &manifest["files"][name];
    let number = |key: &str| {
        file[key].as_u64().and_then(|size| usize::try_from(size).ok()).with_context(|| format!("{MANIFEST}: {name} has no {key}"))
    };
    Ok(Sizes { raw: number("raw")?, gzip: number("gzip")?, brotli: number("br")? })
}

fn print_line(name: &str, sizes: Sizes) {
    println!("{name:<34} {:>9} {:>9} {:>9}", sizes.raw, sizes.gzip, sizes.brotli);
}
