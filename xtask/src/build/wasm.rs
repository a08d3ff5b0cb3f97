//! From the module that the compiler makes to the modules that a browser gets.

use super::parts::Part;
use super::snip::snip;
use super::split::{GLUE, Names, split};
use crate::npm;
use crate::run::quiet;
use anyhow::{Result, anyhow};
use std::cmp::Reverse;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Makes the bindings of a module (`<folder>/<name>.js`, `<name>_bg.wasm`) and optimises it for size.
///
/// # Errors
/// The generator and the crate `wasm-bindgen` are of different versions, or the optimiser fails.
pub(crate) fn bind(module: &str, folder: &str, name: &str) -> Result<()> {
    generate(Bindgen::new().input_path(module).remove_name_section(true), folder, name)?;
    optimise(&Path::new(folder).join(format!("{name}_bg.wasm")), &[])
}

/// As [`bind`], but without optimising.
///
/// # Errors
/// The generator and the crate `wasm-bindgen` are of different versions.
pub(crate) fn bind_plain(module: &str, folder: &str, name: &str) -> Result<()> {
    generate(Bindgen::new().input_path(module), folder, name)
}

fn generate(input: &mut Bindgen, folder: &str, name: &str) -> Result<()> {
    input
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(true)
                .remove_producers_section(true)
                // The loader knows its hashed name; the glue's default would be a file that does not exist.
                .omit_default_module_path(true)
                .generate(folder)
        })
        .map_err(|error| anyhow!("bindings of {name}: {error:#}"))
}

/// As [`bind`] for the widget: the module is cut into parts (`<name>_bg.wasm`, and `<name>_<part>.wasm` for those that are fetched later; see
/// `split.rs`), and the imports that modules and glue share get short names: the generator's names contain hashes, which do not compress and
/// would cost the visitor three and a half kilobytes. `futures`: the module runs futures.
///
/// # Errors
/// As [`bind`], a name is not found in the glue, or the module cannot be split.
pub(crate) fn bind_split(module: &str, folder: &str, name: &str, parts: &[&Part], futures: bool) -> Result<()> {
    // Functions are found by their names to cut the module. The optimiser removes the names.
    let (module, known) = snip(module, futures)?;
    generate(Bindgen::new().input_bytes(name, module).demangle(false).remove_name_section(false), folder, name)?;
    let first = Path::new(folder).join(format!("{name}_bg.wasm"));
    let split = split(&std::fs::read(&first)?, &known, parts)?;
    let later = parts.iter().map(|part| Path::new(folder).join(format!("{name}_{}.wasm", part.name)));
    for (module, path) in split.modules.iter().zip([first].into_iter().chain(later)) {
        std::fs::write(&path, module)?;
        optimise(&path, &SMALLEST)?;
    }
    shorten_glue(&Path::new(folder).join(format!("{name}.js")), &split.names)
}

/// The scripts that the module calls, relative to the folder of the glue.
const SCRIPTS: &str = "../../src/browser/js";

/// Code in the glue that is for other callers, or for browsers that cannot run the modules anyway, each with its replacement.
const NEEDLESS: [(&str, &str); 4] = [
    (
        "    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports();
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
",
        "    ({module} = module);
    const imports = __wbg_get_imports();
",
    ),
    (
        "    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        const ptr = malloc(buf.length, 1) >>> 0;
        getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf);
        WASM_VECTOR_LEN = buf.length;
        return ptr;
    }
",
        "",
    ),
    (
        "if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}
",
        "",
    ),
    (
        "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && \
         cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
    ),
];

/// Changes the names in the glue to the short names in the module.
fn shorten_glue(path: &Path, names: &Names) -> Result<()> {
    let mut glue = std::fs::read_to_string(path)?;
    for ((module, long), short) in &names.imports {
        if module.starts_with("./snippets/") {
            // A function of ours that the module calls directly. All imports are in one module now, so the glue has to have it there.
            let from = Path::new(module).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            glue = swap(&glue, "const import0 = {", &format!("const import0 = {{\n        {short}: {from}_{long},"))?;
            glue = format!("import {{ {long} as {from}_{long} }} from {module:?};\n{glue}");
            continue;
        }
        // `        __wbg_append_1a2b: function(...`, among the imports.
        glue = swap(&glue, &format!("\n        {long}: function("), &format!("\n        {short}("))?;
        glue = glue.replace(&format!("\"{module}\": import0"), &format!("\"{GLUE}\": import0"));
    }
    // `import * as import1 from "./snippets/...`, and its place among the modules.
    let whole = |line: &&str| !line.starts_with("import * as import") && !line.starts_with("        \"./snippets/");
    glue = glue.lines().filter(whole).collect::<Vec<_>>().join("\n");
    // The scripts themselves in place of the generator's copies: js/ imports some of them too, and so each is in the bundle once.
    let copy = names.imports.keys().find_map(|(module, _)| module.starts_with("./snippets/").then(|| module.rsplit_once('/'))?);
    let (copies, _) = copy.ok_or_else(|| anyhow!("the glue has no scripts of ours"))?;
    glue = glue.replace(copies, SCRIPTS);
    // A listener of an instance that trapped may be called once more before it is removed: that is no error.
    glue = swap(&glue, "throw new Error('Cannot invoke closure from previous WASM instance');", "return;")?;
    for (from, to) in NEEDLESS {
        glue = swap(&glue, from, to)?;
    }
    // The longest first: one name may be the beginning of another.
    let mut exports: Vec<_> = names.exports.iter().collect();
    exports.sort_by_key(|(long, _)| Reverse(long.len()));
    for (long, short) in exports {
        glue = glue.replace(&format!("wasm.{long}"), &format!("wasm.{short}"));
    }
    std::fs::write(path, glue)?;
    Ok(())
}

/// Replaces a text that has to be there.
fn swap(text: &str, from: &str, to: &str) -> Result<String> {
    if text.contains(from) { Ok(text.replace(from, to)) } else { Err(anyhow!("the glue has no {}", from.trim())) }
}

/// A function with one caller is put into it only when it is tiny: large functions compress worse than several small ones, and it is
/// the compressed size that counts (two kilobytes of the widget's).
const INLINE: &str = "--one-caller-inline-max-function-size=10";

/// Optimisations that are worth their time for the widget only. Loops that are rebuilt from flat code are smaller, and two rounds save more than
/// one (0.6 kB). No address is below the first kilobyte, where the far end of the stack is: so an offset can become part of a load (0.4 kB).
const SMALLEST: [&str; 6] = ["--low-memory-unused", "--flatten", "--rereloop", "--simplify-locals-nonesting", "-Oz", "-Oz"];

/// Optimises a module for size.
fn optimise(module: &Path, more: &[&str]) -> Result<()> {
    let small = module.with_extension("small.wasm");
    quiet(npm::tool("wasm-opt").args(["-Oz", INLINE]).args(more).arg("--strip-target-features").arg("-o").arg(&small).arg(module))?;
    std::fs::rename(small, module)?;
    Ok(())
}
