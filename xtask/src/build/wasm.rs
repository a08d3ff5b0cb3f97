//! From the module that the compiler makes to the one that a browser gets.

use crate::npm;
use crate::run::quiet;
use anyhow::{Result, anyhow};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Makes the bindings of a module (`<folder>/<name>.js`, `<name>_bg.wasm`) and optimises it for size.
///
/// # Errors
/// The generator and the crate `wasm-bindgen` are of different versions, or the optimiser fails.
pub(crate) fn bind(module: &str, folder: &str, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .remove_name_section(true)
                .remove_producers_section(true)
                // Whoever loads it knows its hashed name; a default would be one that does not exist.
                .omit_default_module_path(true)
                .generate(folder)
        })
        .map_err(|error| anyhow!("bindings of {module}: {error:#}"))?;
    let bound = Path::new(folder).join(format!("{name}_bg.wasm"));
    let small = Path::new(folder).join(format!("{name}_small.wasm"));
    quiet(npm::tool("wasm-opt").arg("-Oz").arg("--strip-target-features").arg("-o").arg(&small).arg(&bound))?;
    std::fs::rename(small, bound)?;
    Ok(())
}
