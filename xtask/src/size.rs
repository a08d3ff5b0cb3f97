//! `cargo xtask size`: the downloads of a page and of the desk, compared with the budget.

use crate::build::{self, DESK, MANIFEST, Sizes};
use crate::server::{Server, compile};
use crate::stamp::files_below;
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
/// The build fails, or a file exceeds its budget.
pub(crate) fn size() -> Result<()> {
    build::build(build::Args::default())?;
    compile()?;
    check()
}

/// Prints the sizes of the build and compares them with the budget.
///
/// # Errors
/// A file exceeds its budget.
pub(crate) fn check() -> Result<()> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(MANIFEST).with_context(|| format!("cannot read {MANIFEST}"))?)?;
    let budget: toml::Table = fs::read_to_string(BUDGET).with_context(|| format!("cannot read {BUDGET}"))?.parse()?;
    println!("{:<34} {:>9} {:>9} {:>9}", "before the launcher can be clicked", "raw", "gzip", "brotli");
    let first = group(&manifest, &["loader", "wasm"], "loader, glue, core")?;
    // Every site has its own configuration; the demo's is measured.
    let config = Sizes::of(demo_config()?.as_bytes())?;
    print_line("site configuration (the demo's)", config);
    let mut all = first;
    all.add(config);
    print_line("total", all);
    println!("\nlater, when it is needed");
    let conversation = one(&manifest, "conversation")?;
    let view = group(&manifest, &["view", "style", "english"], "what the launchers open")?;
    one(&manifest, "files_chunk")?;
    println!("\npages written for Genesys Widgets, in place of loader and parts above, over our own link");
    let genesys = group(&manifest, &["genesys_loader", "genesys_wasm", "genesys_conversation", "genesys_view"], "all four")?;
    println!("its style sheet of what the launchers open, in place of the one above");
    one(&manifest, "genesys_style")?;
    println!("where such a page has forms or markup of its own, an invitation, or uses further plugins");
    let more = one(&manifest, "genesys_more")?;
    println!("where it comes to a widget that another script made");
    one(&manifest, "takeover")?;
    println!("where it names another chat server");
    let requests = group(&manifest, &["genesys_server", "genesys_requests"], "both")?;
    println!("\nlater, in either case");
    let mut worst_text = Sizes::default();
    for name in manifest["texts"].as_object().into_iter().flat_map(|texts| texts.values()).filter_map(Value::as_str) {
        let sizes = sizes_of(&manifest, name)?;
        worst_text = if sizes.brotli > worst_text.brotli { sizes } else { worst_text };
        print_line(name, sizes);
    }
    println!("\nagents: the desk");
    let desk = desk()?;
    println!();
    let measured = [
        ("first_load_brotli", first.brotli),
        ("conversation_brotli", conversation.brotli),
        ("view_brotli", view.brotli),
        ("genesys_brotli", genesys.brotli),
        ("genesys_more_brotli", more.brotli),
        ("requests_brotli", requests.brotli),
        ("language_brotli", worst_text.brotli),
        ("desk_brotli", desk.brotli),
    ];
    let mut over = Vec::new();
    for (name, measured) in measured {
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

/// Prints a file of the manifest and returns its sizes.
fn one(manifest: &Value, part: &str) -> Result<Sizes> {
    let name = name_of(manifest, part)?;
    let sizes = sizes_of(manifest, name)?;
    print_line(name, sizes);
    Ok(sizes)
}

/// Prints some files of the manifest and their sum, which it returns.
fn group(manifest: &Value, parts: &[&str], sum: &str) -> Result<Sizes> {
    let mut all = Sizes::default();
    for part in parts {
        all.add(one(manifest, part)?);
    }
    print_line(sum, all);
    Ok(all)
}

/// Prints every file of the desk and their sum, which it returns.
fn desk() -> Result<Sizes> {
    let mut all = Sizes::default();
    for path in files_below(Path::new(DESK))? {
        let kind = path.extension().and_then(|extension| extension.to_str());
        if !kind.is_some_and(|kind| ["css", "html", "js", "wasm"].contains(&kind)) {
            continue;
        }
        let sizes = Sizes::of(&fs::read(&path)?)?;
        all.add(sizes);
        print_line(&path.file_name().unwrap_or_default().to_string_lossy(), sizes);
    }
    if all.raw == 0 {
        bail!("nothing is in {DESK}: run `cargo xtask build`");
    }
    print_line("the desk", all);
    Ok(all)
}

/// The configuration of the demo site as a page gets it.
fn demo_config() -> Result<String> {
    let data = Path::new("target/xtask/size-data");
    fs::create_dir_all(data)?;
    let mut server = Server::start(free_port()?, data, Stdio::null())?;
    server.wait_until_healthy(|| false)?;
    server.get("/v1/sites/demo/config?locale=en")
}

/// The name of a part's file.
fn name_of<'a>(manifest: &'a Value, part: &str) -> Result<&'a str> {
    manifest[part].as_str().with_context(|| format!("{MANIFEST} has no {part}"))
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
