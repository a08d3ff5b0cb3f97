//! The demo site and the examples: copied as they are, with the shared parts of the site's pages filled in.

use super::pack::fresh_folder;
use crate::run::Did;
use crate::stamp::{Stamp, files_below};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The shared parts of pages: `<!-- part NAME -->` in a page is replaced by the file of that name in here.
const PARTS: &str = "www/parts";

/// Copies `www/` and `examples/`.
pub(crate) fn copy() -> Result<Did> {
    Stamp::new("site")
        .input("www")?
        .input("examples")?
        .input("xtask/src/build/site.rs")?
        .output("dist/www")
        .output("dist/examples")
        .unless_fresh(|| {
            for folder in ["www", "examples"] {
                let out = Path::new("dist").join(folder);
                fresh_folder(&out.to_string_lossy())?;
                for file in files_below(Path::new(folder))?.into_iter().filter(|file| !file.starts_with(PARTS)) {
                    let name = file.strip_prefix(folder)?;
                    let to = out.join(name);
                    fs::create_dir_all(to.parent().context("a file without a folder")?)?;
                    if folder == "www" && file.extension().is_some_and(|kind| kind == "html") {
                        let page = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
                        fs::write(&to, with_parts(&page, name).with_context(|| file.display().to_string())?)?;
                    } else {
                        fs::copy(&file, &to).with_context(|| format!("cannot copy {}", file.display()))?;
                    }
                }
            }
            Ok(())
        })
}

/// A page with its parts filled in. A link in them to the page itself is marked as the current page.
fn with_parts(page: &str, name: &Path) -> Result<String> {
    let address = format!("/{}", name.to_string_lossy().trim_end_matches("index.html"));
    let mut out = String::new();
    for line in page.split_inclusive('\n') {
        match line.trim().strip_prefix("<!-- part ").and_then(|rest| rest.strip_suffix(" -->")) {
            Some(part) => {
                let file = Path::new(PARTS).join(format!("{part}.html"));
                let text = fs::read_to_string(&file).with_context(|| format!("there is no part {}", file.display()))?;
                out.push_str(&text.replace(&format!("<a href=\"{address}\""), &format!("<a href=\"{address}\" aria-current=\"page\"")));
            }
            None => out.push_str(line),
        }
    }
    Ok(out)
}
