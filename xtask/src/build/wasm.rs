//! From the module that the compiler makes to the one that a browser gets.

use super::snip::snip;
use crate::npm;
use crate::run::quiet;
use anyhow::{Result, anyhow, bail};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Makes the bindings of a module (`<folder>/<name>.js`, `<name>_bg.wasm`) and optimises it for size.
///
/// # Errors
/// The generator and the crate `wasm-bindgen` are of different versions, or the optimiser fails.
pub(crate) fn bind(module: &str, folder: &str, name: &str) -> Result<()> {
    generate(Bindgen::new().input_path(module), folder, name)?;
    optimise(folder, name, &[]).map(|_| ())
}

fn generate(input: &mut Bindgen, folder: &str, name: &str) -> Result<()> {
    input
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
        .map_err(|error| anyhow!("bindings of {name}: {error:#}"))
}

/// As [`bind`], and gives what module and glue share short names: the generator's carry hashes, which do not compress and would cost
/// the visitor three and a half kilobytes.
///
/// # Errors
/// As [`bind`], or a name is not found in the glue.
pub(crate) fn bind_short(module: &str, folder: &str, name: &str) -> Result<()> {
    let path = Path::new(folder).join(format!("{name}.js"));
    generate(Bindgen::new().input_bytes(name, snip(module)?), folder, name)?;
    // Rows of module, long name and short name, and rows of the two names alone.
    let mut map: HashMap<String, Vec<Vec<String>>> = serde_json::from_str(&optimise(folder, name, &SMALLEST)?)?;
    let mut glue = std::fs::read_to_string(&path)?;
    for row in map.remove("imports").unwrap_or_default() {
        let [module, long, short] = row.as_slice() else { bail!("wasm-opt tells of its names in another way") };
        if module.starts_with("./snippets/") {
            // A function of ours that the module calls as it is. The optimiser puts all imports into one module, so the glue has to.
            let from = Path::new(module).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            glue = swap(&glue, "const import0 = {", &format!("const import0 = {{\n        {short}: {from}_{long},"))?;
            glue = format!("import {{ {long} as {from}_{long} }} from {module:?};\n{glue}");
            continue;
        }
        // `        __wbg_append_1a2b: function(...`, among the imports.
        glue = swap(&glue, &format!("\n        {long}: function("), &format!("\n        {short}("))?;
        glue = glue.replace(&format!("\"{module}\": import0"), "\"a\": import0");
    }
    // `import * as import1 from "./snippets/...`, and its place among the modules.
    let whole = |line: &&str| !line.starts_with("import * as import") && !line.starts_with("        \"./snippets/");
    glue = glue.lines().filter(whole).collect::<Vec<_>>().join("\n");
    let mut exports = map.remove("exports").unwrap_or_default();
    // A listener of an instance that trapped is called once more before it is gone: that is nobody's error.
    glue = swap(&glue, "throw new Error('Cannot invoke closure from previous WASM instance');", "return;")?;
    // The longest first: one name may begin another.
    exports.sort_by_key(|row| Reverse(row.first().map_or(0, String::len)));
    for row in &exports {
        let [long, short] = row.as_slice() else { bail!("wasm-opt tells of its names in another way") };
        glue = glue.replace(&format!("wasm.{long}"), &format!("wasm.{short}"));
    }
    std::fs::write(path, glue)?;
    Ok(())
}

/// Replaces what has to be there.
fn swap(text: &str, from: &str, to: &str) -> Result<String> {
    if text.contains(from) { Ok(text.replace(from, to)) } else { Err(anyhow!("the glue has no {}", from.trim())) }
}

/// A function with one caller is put into it only when it is tiny: large functions compress worse than several small ones, and it is
/// the compressed size that counts (two kilobytes of the widget's).
const INLINE: &str = "--one-caller-inline-max-function-size=10";

/// What is worth its time for the widget alone. Loops made anew from flat code are smaller, and two rounds find more than one (0.6 kB). No
/// address is below the first kilobyte, where the far end of the stack lies: so an offset can become part of a load (0.4 kB).
const SMALLEST: [&str; 7] = [
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "--simplify-locals-nonesting",
    "-Oz",
    "-Oz",
    "--minify-imports-and-exports-and-modules",
];

/// Optimises for size. Returns what the optimiser printed.
fn optimise(folder: &str, name: &str, more: &[&str]) -> Result<String> {
    let bound = Path::new(folder).join(format!("{name}_bg.wasm"));
    let small = Path::new(folder).join(format!("{name}_small.wasm"));
    let said =
        quiet(npm::tool("wasm-opt").args(["-Oz", INLINE]).args(more).arg("--strip-target-features").arg("-o").arg(&small).arg(&bound))?;
    std::fs::rename(small, bound)?;
    Ok(said)
}
