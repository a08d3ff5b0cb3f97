//! Cuts code out of the widget's module that can never run usefully there, before its bindings are made.

use anyhow::{Context, Result, bail};
use std::fs;
use walrus::{FunctionBuilder, FunctionKind, ModuleConfig};

/// Where a path is cut off, by the parts of a function's name that lead to it. Functions that only they call go with them.
///
/// A panic ends the core with a trap, and its message is not shown (docs/decisions.md): formatting it is wasted.
const CUT: [&[&str]; 3] = [&["panicking", "panic_fmt"], &["encode_utf8_raw", "do_panic"], &["core", "Borrow", "Error", "Display", "fmt"]];
/// js-sys brings the executor of futures, used or not, and a table of functions keeps it in. Only requests to a chat server use it.
const FUTURES: &[&str] = &["js_sys", "futures"];

/// Replaces these functions by a trap. `futures`: the module runs some.
///
/// # Errors
/// The module cannot be read, or one of the paths is not in it any more: then the list above is out of date.
pub(super) fn snip(path: &str, futures: bool) -> Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| path.to_owned())?;
    // Without validation, as the generator of the bindings does: the compiler's output is well-formed.
    let mut module = ModuleConfig::new().strict_validate(false).generate_dwarf(false).parse(&bytes)?;
    for parts in CUT.into_iter().chain((!futures).then_some(FUTURES)) {
        let fits = |name: &str| parts.iter().all(|part| name.contains(part));
        let found: Vec<_> = module
            .funcs
            .iter_local()
            // Functions that only describe types to the generator have to stay.
            .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(|name| fits(name) && !name.contains("describe")))
            .map(|(id, local)| (id, local.ty(), local.args.clone()))
            .collect();
        if found.is_empty() {
            bail!("{path}: no function is called {}", parts.join(" … "));
        }
        for (id, kind, arguments) in found {
            let (params, results) = module.types.params_results(kind);
            let (params, results) = (params.to_vec(), results.to_vec());
            let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
            trap.func_body().unreachable();
            module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(arguments));
        }
    }
    Ok(module.emit_wasm())
}
