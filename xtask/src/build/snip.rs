//! Removes code from the widget's module that has no use there, before its bindings are made.

use super::homes::Uses;
use super::links::{Known, Links, Target};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use walrus::ir::{self, Instr, VisitorMut, dfs_pre_order_mut};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module, ModuleConfig};

/// The functions at which a path is cut off, by parts of their names. Functions that only they call are removed too.
///
/// A panic ends the core with a trap, and its message is not shown (docs/decisions.md): formatting the message is useless.
const CUT: [&[&str]; 3] = [&["panicking", "panic_fmt"], &["encode_utf8_raw", "do_panic"], &["core", "Borrow", "Error", "Display", "fmt"]];
/// js-sys contains the executor of futures, used or not, and a table of functions keeps it in the module. Only requests to a chat server use it.
const FUTURES: &[&str] = &["js_sys", "futures"];

/// Replaces these functions by a trap, and so calls of functions that only lead to one. Returns the module, and what its code and data refer to.
/// `futures`: the module runs futures.
///
/// # Errors
/// The module cannot be read, was linked without relocations, or one of the paths is not in it any more: then the list above is out of date.
pub(super) fn snip(path: &str, futures: bool) -> Result<(Vec<u8>, Known)> {
    let bytes = fs::read(path).with_context(|| path.to_owned())?;
    let links = Links::read(&bytes).with_context(|| path.to_owned())?;
    // Without validation, as the generator of the bindings does: the compiler's output is well-formed.
    let mut module = ModuleConfig::new().strict_validate(false).generate_dwarf(false).parse(&bytes)?;
    let code = by_name(&mut module, links.code)?;
    let mut traps = HashSet::new();
    for parts in CUT.into_iter().chain((!futures).then_some(FUTURES)) {
        let fits = |name: &str| parts.iter().all(|part| name.contains(part));
        let found: Vec<_> = module
            .funcs
            .iter_local()
            // Functions that only describe types to the generator have to stay.
            .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(|name| fits(name) && !name.contains("describe")))
            .map(|(id, _)| id)
            .collect();
        if found.is_empty() {
            bail!("{path}: no function is called {}", parts.join(" … "));
        }
        traps.extend(found);
    }
    find_traps(&module, &mut traps);
    for id in &traps {
        let FunctionKind::Local(local) = &module.funcs.get(*id).kind else { continue };
        let (kind, arguments) = (local.ty(), local.args.clone());
        let (params, results) = module.types.params_results(kind);
        let (params, results) = (params.to_vec(), results.to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
        trap.func_body().unreachable();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(trap.local_func(arguments));
    }
    for (_, local) in module.funcs.iter_local_mut() {
        let entry = local.entry_block();
        dfs_pre_order_mut(&mut Short { traps: &traps }, local, entry);
    }
    // They describe the module that the linker made, not this one.
    let left: Vec<_> = module.customs.iter().filter(|(_, section)| is_linkers(section.name())).map(|(id, _)| id).collect();
    for id in left {
        module.customs.delete(id);
    }
    let slots = module.tables.main_function_table()?.map_or(0, |table| module.tables.get(table).initial);
    let slots = 0..u32::try_from(slots)?;
    Ok((module.emit_wasm(), Known { code, data: links.data, slots }))
}

fn is_linkers(section: &str) -> bool {
    section == "linking" || section.starts_with("reloc.")
}

/// Makes the present names permanent, and lists what the functions of these names refer to.
fn by_name(module: &mut Module, code: HashMap<u32, BTreeSet<(u32, Target)>>) -> Result<HashMap<String, BTreeSet<(u32, Target)>>> {
    let mut named: HashMap<String, BTreeSet<(u32, Target)>> = HashMap::new();
    for function in module.funcs.iter_mut() {
        let FunctionKind::Local(_) = function.kind else { continue };
        let name = rustc_demangle::demangle(function.name.as_deref().context("a function has no name")?).to_string();
        let links = code.get(&u32::try_from(function.id().index())?).cloned().unwrap_or_default();
        // An export has this name without the number that makes it unique.
        if let Some((plain, _)) = name.rsplit_once('_').filter(|(_, hash)| hash.len() == 16) {
            named.entry(plain.to_owned()).or_default().extend(links.iter().copied());
        }
        named.entry(name.clone()).or_default().extend(links);
        function.name = Some(name);
    }
    for (id, local) in module.funcs.iter_local() {
        let mut uses = Uses::default();
        uses.add_local(local);
        if let Some(missing) =
            code.get(&u32::try_from(id.index())?).and_then(|links| links.iter().find(|(number, _)| !uses.numbers.contains(number)))
        {
            bail!("{:?} does not have the number {}", module.funcs.get(id).name, missing.0);
        }
    }
    Ok(named)
}

/// Adds the functions that only lead to one of `traps`: they call no other function and have no other way out.
fn find_traps(module: &Module, traps: &mut HashSet<FunctionId>) {
    loop {
        let more: Vec<_> =
            module.funcs.iter_local().filter(|(id, local)| !traps.contains(id) && leads_to(local, traps)).map(|(id, _)| id).collect();
        if more.is_empty() {
            return;
        }
        traps.extend(more);
    }
}

fn leads_to(local: &LocalFunction, traps: &HashSet<FunctionId>) -> bool {
    let ends = |(instr, _): &(Instr, _)| match instr {
        Instr::Call(call) => traps.contains(&call.func),
        _ => false,
    };
    let mut ways = Ways { entry: local.entry_block(), traps, out: false };
    ir::dfs_in_order(&mut ways, local, local.entry_block());
    !ways.out && local.block(local.entry_block()).instrs.iter().any(ends)
}

/// Whether a function has a way out, or calls a function that does more than trap.
struct Ways<'a> {
    entry: ir::InstrSeqId,
    traps: &'a HashSet<FunctionId>,
    out: bool,
}

impl<'instr> ir::Visitor<'instr> for Ways<'_> {
    fn visit_instr(&mut self, instr: &'instr Instr, _: &'instr ir::InstrLocId) {
        self.out |= match instr {
            Instr::Call(call) => !self.traps.contains(&call.func),
            Instr::Br(to) => to.block == self.entry,
            Instr::BrIf(to) => to.block == self.entry,
            Instr::BrTable(to) => to.default == self.entry || to.blocks.contains(&self.entry),
            Instr::Return(_) | Instr::CallIndirect(_) => true,
            _ => false,
        };
    }
}

/// Replaces a call of a function that traps by the trap. Its arguments are not used.
struct Short<'a> {
    traps: &'a HashSet<FunctionId>,
}

impl VisitorMut for Short<'_> {
    fn visit_instr_mut(&mut self, instr: &mut Instr, _: &mut ir::InstrLocId) {
        if matches!(instr, Instr::Call(call) if self.traps.contains(&call.func)) {
            *instr = Instr::Unreachable(ir::Unreachable {});
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with a trap; `told`, which calls it after a store; `maybe`, which may return instead; and `open`, which calls both.
    #[test]
    fn what_only_leads_to_a_trap_is_one() {
        let mut module = Module::with_config(ModuleConfig::new());
        let mut function = |name: &str, build: &dyn Fn(&mut walrus::InstrSeqBuilder)| {
            let mut made = FunctionBuilder::new(&mut module.types, &[], &[]);
            build(&mut made.name(name.into()).func_body());
            made.finish(Vec::new(), &mut module.funcs)
        };
        let trap = function("trap", &|body| {
            body.unreachable();
        });
        let told = function("told", &|body| {
            body.i32_const(1).drop().call(trap).unreachable();
        });
        let maybe = function("maybe", &|body| {
            let out = body.id();
            body.i32_const(1).br_if(out).call(trap).unreachable();
        });
        function("open", &|body| {
            body.call(maybe).call(told);
        });
        let mut traps = HashSet::from([trap]);
        find_traps(&module, &mut traps);
        assert_eq!(traps, HashSet::from([trap, told]));
    }
}
