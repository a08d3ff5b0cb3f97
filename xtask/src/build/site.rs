//! The demo site and the examples: copied as they are.

use super::pack::fresh_folder;
use crate::run::Did;
use crate::stamp::{Stamp, files_below};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Copies `www/` and `examples/`.
pub(crate) fn copy() -> Result<Did> {
    Stamp::new("site").input("www")?.input("examples")?.output("dist/www").output("dist/examples").unless_fresh(|| {
        for folder in ["www", "examples"] {
            let out = Path::new("dist").join(folder);
            fresh_folder(&out.to_string_lossy())?;
            for file in files_below(Path::new(folder))? {
                let to = out.join(file.strip_prefix(folder)?);
                fs::create_dir_all(to.parent().context("a file without a folder")?)?;
                fs::copy(&file, &to).with_context(|| format!("cannot copy {}", file.display()))?;
            }
        }
        Ok(())
    })
}
