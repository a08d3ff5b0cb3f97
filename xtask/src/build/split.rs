//! Cuts the widget's module into parts (`parts.rs`): the first is for the launchers, the others are fetched when the launchers are on the page,
//! so that a page does not wait for them.
//!
//! Slots of the table and data follow the functions: `links.rs` lists which function refers to which of them, and each is in the part that needs
//! it. A slot or a piece of data without a reference is in no part.
//!
//! All parts share memory, globals and table. The first part exports the functions that the others call. The other way round, and from one later part
//! to another, there are entries: in the first part each is a jump through a slot of the table, which is empty (a trap) until the entry's part
//! is instantiated and fills it. Functions that several later parts need are in the first of them, which has to be there before the others.

#[cfg(test)]
mod tests;

use super::homes::{Graph, Homes, Uses};
use super::links::Known;
use super::parts::Part;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use walrus::ir;
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind, ImportKind,
    ImportedFunction, Module, ModuleConfig, TableId,
};

/// The parts of a module.
pub(super) struct Split {
    /// The first part, then the others in the order of the request.
    pub(super) modules: Vec<Vec<u8>>,
    pub(super) names: Names,
}

/// Short names that replace the long ones of the generator.
pub(super) struct Names {
    /// Module and name of each import from the glue.
    pub(super) imports: BTreeMap<(String, String), String>,
    /// Exports of the first part that the glue uses.
    pub(super) exports: BTreeMap<String, String>,
}

/// The name under which all parts import from the glue, and the later ones from each other and the first.
pub(super) const GLUE: &str = "a";
const PARTS: &str = "b";

/// Splits a module that has its bindings. `known`: the references of its functions and data.
///
/// # Errors
/// The module cannot be read, or an entry is not in it.
pub(super) fn split(bytes: &[u8], known: &Known, parts: &[&Part]) -> Result<Split> {
    // Each part is the module without the items of the others, so it is read once for each. Ids are those of one reading, their order is
    // the same.
    let names = short_names(&read(bytes)?);
    let mut modules = Vec::new();
    for part in 0..=parts.len() {
        let mut module = read(bytes)?;
        let cut = Cut::of(&module, known, parts, &names)?;
        match part {
            0 => make_first(&mut module, &cut)?,
            _ => make_later(&mut module, &cut, part),
        }
        rename(&mut module, &names);
        modules.push(module.emit_wasm());
    }
    Ok(Split { modules, names })
}

/// The boundaries between the parts.
struct Cut {
    /// The table of functions.
    table: TableId,
    /// By part (the first has none): its entries, each with its slot in the table.
    slots: Vec<Vec<(FunctionId, i32)>>,
    /// The parts of the other slots and of the data.
    homes: Homes,
    /// By part: its imports from other parts, with their names.
    takes: Vec<Vec<(ImportKind, String)>>,
    /// By part: its exports for other parts.
    gives: Vec<Vec<(ImportKind, String)>>,
}

impl Cut {
    fn of(module: &Module, known: &Known, parts: &[&Part], names: &Names) -> Result<Self> {
        let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
        let entries = parts.iter().map(|part| find(module, &part.entries.concat())).collect::<Result<Vec<_>>>()?;
        let homes = Graph::of(module, table, known)?.homes(&entries);
        let part_of = |id: &FunctionId| homes.functions.get(id).copied().unwrap_or(0);
        let is_entry = |id: &FunctionId| entries.iter().any(|own| own.contains(id));
        let mut uses: Vec<Uses> = (0..=parts.len()).map(|_| Uses::default()).collect();
        for (id, part) in &homes.functions {
            uses[*part].add(module, *id);
        }
        if let Some(memory) = module.memories.iter().next() {
            homes.bytes.values().flatten().for_each(|part| {
                uses[*part].memories.insert(memory.id());
            });
        }
        // The shared items, by kind and number, with the part that defines them.
        let mut shared: BTreeMap<Key, usize> = BTreeMap::new();
        let mut wanted: Vec<Vec<(Key, ImportKind)>> = vec![Vec::new(); parts.len() + 1];
        for (part, uses) in uses.iter_mut().enumerate().skip(1) {
            // The table with the entries is shared in any case.
            uses.tables.insert(table);
            // Every part imports the functions of the glue. Entries of other parts are jumps in the first one.
            let local = |id: &&FunctionId| matches!(module.funcs.get(**id).kind, FunctionKind::Local(_)) && part_of(id) != part;
            for id in uses.functions.iter().filter(local) {
                shared.insert((0, id.index()), if is_entry(id) { 0 } else { part_of(id) });
                wanted[part].push(((0, id.index()), ImportKind::Function(*id)));
            }
            wanted[part].extend(uses.globals.iter().map(|id| ((1, id.index()), ImportKind::Global(*id))));
            wanted[part].extend(uses.memories.iter().map(|id| ((2, id.index()), ImportKind::Memory(*id))));
            wanted[part].extend(uses.tables.iter().map(|id| ((3, id.index()), ImportKind::Table(*id))));
            wanted[part].sort_by_key(|(key, _)| *key);
            for (key, _) in &wanted[part] {
                shared.entry(*key).or_insert(0);
            }
        }
        // After the names that the glue uses; all names are different.
        let named: BTreeMap<Key, String> = shared.keys().zip(names.exports.len()..).map(|(key, number)| (*key, short(number))).collect();
        let name = |key: &Key| named.get(key).cloned().unwrap_or_default();
        let mut gives: Vec<BTreeMap<Key, ImportKind>> = vec![BTreeMap::new(); parts.len() + 1];
        for (key, kind) in wanted.iter().flatten() {
            gives[shared.get(key).copied().unwrap_or(0)].insert(*key, kind.clone());
        }
        let mut free = i32::try_from(module.tables.get(table).initial)?;
        let mut slots = vec![Vec::new()];
        for own in entries {
            let next = free + i32::try_from(own.len())?;
            slots.push(own.into_iter().zip(free..).collect());
            free = next;
        }
        Ok(Self {
            table,
            slots,
            homes,
            takes: wanted.iter().map(|items| items.iter().map(|(key, kind)| (kind.clone(), name(key))).collect()).collect(),
            gives: gives.iter().map(|items| items.iter().map(|(key, kind)| (kind.clone(), name(key))).collect()).collect(),
        })
    }
}

/// A shared item, by kind (function, global, memory, table) and number.
type Key = (u8, usize);

fn read(bytes: &[u8]) -> Result<Module> {
    ModuleConfig::new().strict_validate(false).generate_dwarf(false).generate_name_section(false).parse(bytes)
}

/// The entries that the first part calls.
fn find(module: &Module, entries: &[&str]) -> Result<Vec<FunctionId>> {
    let named = |function: &walrus::Function, end: &str| {
        let name = function.name.as_deref().unwrap_or_default();
        // The name may end with the hash of the older name mangling, and an inherent method has brackets.
        let hash = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let plain = hash.map_or(name, |(plain, _)| plain).replace(['<', '>'], "");
        plain.ends_with(&format!("::{end}"))
    };
    let mut found = Vec::new();
    for end in entries {
        let id = module.funcs.iter().find(|function| named(function, end)).map(walrus::Function::id);
        found.push(id.with_context(|| format!("no function is called {end}"))?);
    }
    Ok(found)
}

/// Makes the entries jumps through new slots of the table, and exports what the other parts need.
fn make_first(module: &mut Module, cut: &Cut) -> Result<()> {
    for (id, slot) in cut.slots.iter().flatten() {
        let FunctionKind::Local(local) = &module.funcs.get(*id).kind else { bail!("an entry is imported") };
        let (kind, arguments) = (local.ty(), local.args.clone());
        let (params, results) = module.types.params_results(kind);
        let (params, results) = (params.to_vec(), results.to_vec());
        let mut jump = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = jump.func_body();
        for argument in &arguments {
            body.local_get(*argument);
        }
        body.i32_const(*slot).call_indirect(kind, cut.table);
        module.funcs.get_mut(*id).kind = FunctionKind::Local(jump.local_func(arguments));
    }
    keep_own(module, cut);
    let table = module.tables.get_mut(cut.table);
    let more = u64::try_from(cut.slots.iter().flatten().count())?;
    table.initial += more;
    table.maximum = table.maximum.map(|most| most + more);
    give(module, &cut.gives[0]);
    walrus::passes::gc::run(module);
    Ok(())
}

/// Removes the slots that other parts fill and those without a reference, and data in the same way.
fn keep_own(module: &mut Module, cut: &Cut) {
    let mut trap = FunctionBuilder::new(&mut module.types, &[], &[]);
    trap.func_body().unreachable();
    let trap = trap.finish(Vec::new(), &mut module.funcs);
    for element in module.elements.iter_mut() {
        let (ElementKind::Active { offset: ConstExpr::Value(ir::Value::I32(from)), .. }, ElementItems::Functions(ids)) =
            (&element.kind, &mut element.items)
        else {
            continue;
        };
        for (slot, id) in (from.cast_unsigned()..).zip(ids) {
            if cut.homes.slots.get(&slot).is_some_and(|(_, home)| *home != Some(0)) {
                *id = trap;
            }
        }
    }
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for segment in segments {
        let segment = module.data.get_mut(segment);
        for (address, byte) in (address_of(segment)..).zip(&mut segment.value) {
            if cut.homes.of_byte(address) != Some(0) {
                *byte = 0;
            }
        }
    }
}

/// Exports the items that other parts need.
fn give(module: &mut Module, gives: &[(ImportKind, String)]) {
    for (kind, name) in gives {
        let item = match kind {
            ImportKind::Function(id) => ExportItem::Function(*id),
            ImportKind::Global(id) => ExportItem::Global(*id),
            ImportKind::Memory(id) => ExportItem::Memory(*id),
            ImportKind::Table(id) => ExportItem::Table(*id),
            ImportKind::Tag(id) => ExportItem::Tag(*id),
        };
        module.exports.add(name, item);
    }
}

/// Keeps the items of one later part, and imports the rest from the others.
fn make_later(module: &mut Module, cut: &Cut, part: usize) {
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|id| module.elements.delete(id));
    let pieces = pieces(module, cut, part);
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    data.into_iter().for_each(|id| module.data.delete(id));
    module.start = None;
    for (kind, name) in &cut.takes[part] {
        let import = module.imports.add(PARTS, name, kind.clone());
        match *kind {
            ImportKind::Function(id) => {
                let ty = module.funcs.get(id).ty();
                module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
            }
            ImportKind::Global(id) => module.globals.get_mut(id).kind = GlobalKind::Import(import),
            ImportKind::Memory(id) => {
                let memory = module.memories.get_mut(id);
                memory.import = Some(import);
                memory.data_segments.clear();
            }
            ImportKind::Table(id) => {
                let table = module.tables.get_mut(id);
                table.import = Some(import);
                // The first part's table has grown by now.
                table.maximum = None;
                table.elem_segments.clear();
            }
            ImportKind::Tag(_) => {}
        }
    }
    fill(module, cut, part);
    let memory = module.memories.iter().next().map(walrus::Memory::id);
    if let Some(memory) = memory {
        for (address, bytes) in pieces {
            let offset = ConstExpr::Value(ir::Value::I32(address.cast_signed()));
            let piece = module.data.add(DataKind::Active { memory, offset }, bytes);
            module.memories.get_mut(memory).data_segments.insert(piece);
        }
    }
    give(module, &cut.gives[part]);
    walrus::passes::gc::run(module);
}

/// Fills the slots of a later part.
fn fill(module: &mut Module, cut: &Cut, part: usize) {
    let own = cut.homes.slots.iter().filter(|(_, (_, home))| *home == Some(part)).map(|(slot, (id, _))| (*id, slot.cast_signed()));
    let mut runs: Vec<(i32, Vec<FunctionId>)> = Vec::new();
    for (id, slot) in own.chain(cut.slots[part].iter().copied()) {
        match runs.last_mut() {
            Some((from, ids)) if usize::try_from(slot - *from).is_ok_and(|length| length == ids.len()) => ids.push(id),
            _ => runs.push((slot, vec![id])),
        }
    }
    for (from, ids) in runs {
        let kind = ElementKind::Active { table: cut.table, offset: ConstExpr::Value(ir::Value::I32(from)) };
        let segment = module.elements.add(kind, ElementItems::Functions(ids));
        module.tables.get_mut(cut.table).elem_segments.insert(segment);
    }
}

/// Where a segment of data begins.
const fn address_of(data: &walrus::Data) -> u32 {
    match data.kind {
        DataKind::Active { offset: ConstExpr::Value(ir::Value::I32(from)), .. } => from.cast_unsigned(),
        _ => 0,
    }
}

/// The data of a later part, in as few pieces as possible: a piece may include bytes without a reference.
fn pieces(module: &Module, cut: &Cut, part: usize) -> Vec<(u32, Vec<u8>)> {
    let mut pieces: Vec<(u32, Vec<u8>)> = Vec::new();
    // The number of bytes without a reference since the last piece.
    let mut between = Some(0);
    for (address, byte) in module.data.iter().flat_map(|data| (address_of(data)..).zip(&data.value)) {
        match (cut.homes.of_byte(address), &mut between) {
            (Some(home), between) if home == part => {
                match (pieces.last_mut(), between.take()) {
                    (Some((_, bytes)), Some(zeros)) if zeros < FEW => {
                        bytes.resize(bytes.len() + zeros, 0);
                        bytes.push(*byte);
                    }
                    _ => pieces.push((address, vec![*byte])),
                }
                *between = Some(0);
            }
            (None, Some(zeros)) => *zeros += 1,
            (_, between) => *between = None,
        }
    }
    pieces
}

/// One more piece costs as much as this number of bytes.
const FEW: usize = 8;

/// Short names for all items that glue and module share.
fn short_names(module: &Module) -> Names {
    let imports = module.imports.iter().enumerate().map(|(index, import)| ((import.module.clone(), import.name.clone()), short(index)));
    let exports = module.exports.iter().enumerate().map(|(index, export)| (export.name.clone(), short(index)));
    Names { imports: imports.collect(), exports: exports.collect() }
}

fn rename(module: &mut Module, names: &Names) {
    for import in module.imports.iter_mut() {
        if let Some(name) = names.imports.get(&(import.module.clone(), import.name.clone())) {
            import.module = GLUE.into();
            import.name.clone_from(name);
        }
    }
    for export in module.exports.iter_mut() {
        if let Some(name) = names.exports.get(&export.name) {
            export.name.clone_from(name);
        }
    }
}

/// The name for a number: a, b ... z, A ... Z, aa, ba ...
fn short(mut number: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}
