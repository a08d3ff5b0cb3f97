//! Cuts the widget's module into parts (`parts.rs`): the first is for the launchers, the others are fetched when those are on the page, so a page does
//! not wait for them.
//!
//! All parts share memory, globals and table. The first part exports the functions that the others call. The other way round, and from one later part
//! to another, there are entries: in the first part each is a jump through a slot of the table, which is empty (a trap) until the entry's part
//! is instantiated and fills it. Functions that several later parts need are in the first of them, which has to be there before the others.

use super::parts::Part;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap, HashSet};
use walrus::ir::{self, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind, ImportKind,
    ImportedFunction, MemoryId, Module, ModuleConfig, TableId,
};

/// The parts of a module.
pub(super) struct Split {
    /// The first one, then the others in the order in which they were asked for.
    pub(super) modules: Vec<Vec<u8>>,
    pub(super) names: Names,
}

/// Short names in place of the long ones that the generator made.
pub(super) struct Names {
    /// Module and name of each import of the glue's.
    pub(super) imports: BTreeMap<(String, String), String>,
    /// Exports of the first part that the glue knows.
    pub(super) exports: BTreeMap<String, String>,
}

/// The name under which all parts import from the glue, and the later ones from each other and the first.
pub(super) const GLUE: &str = "a";
const PARTS: &str = "b";

/// The number of the part with the functions that several later ones need; 0 is the first.
const COMMON: usize = 1;

/// Splits a module that has its bindings.
///
/// # Errors
/// The module cannot be read, or an entry is not in it.
pub(super) fn split(bytes: &[u8], parts: &[&Part]) -> Result<Split> {
    // Each part is the module without the items of the others, so it is read once for each. Ids are those of one reading, their order is
    // the same.
    let names = short_names(&read(bytes)?);
    let mut modules = Vec::new();
    for part in 0..=parts.len() {
        let mut module = read(bytes)?;
        let cut = Cut::of(&module, parts, &names)?;
        match part {
            0 => make_first(&mut module, &cut)?,
            _ => make_later(&mut module, &cut, part),
        }
        rename(&mut module, &names);
        modules.push(module.emit_wasm());
    }
    Ok(Split { modules, names })
}

/// Where a module is cut.
struct Cut {
    /// The table of functions.
    table: TableId,
    /// By part (the first has none): its entries, each with its slot of the table.
    slots: Vec<Vec<(FunctionId, i32)>>,
    /// By part: its imports from other parts, with their names.
    takes: Vec<Vec<(ImportKind, String)>>,
    /// By part: its exports for other parts.
    gives: Vec<Vec<(ImportKind, String)>>,
}

impl Cut {
    fn of(module: &Module, parts: &[&Part], names: &Names) -> Result<Self> {
        let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
        let entries = parts.iter().map(|part| find(module, &part.entries.concat())).collect::<Result<Vec<_>>>()?;
        let homes = homes(module, &entries);
        let part_of = |id: &FunctionId| homes.get(id).copied().unwrap_or(0);
        let is_entry = |id: &FunctionId| entries.iter().any(|own| own.contains(id));
        let mut uses: Vec<Uses> = (0..=parts.len()).map(|_| Uses::default()).collect();
        for (id, part) in &homes {
            uses[*part].add(module, *id);
        }
        // The shared items, by kind and number, with the part that defines them.
        let mut shared: BTreeMap<Key, usize> = BTreeMap::new();
        let mut wanted: Vec<Vec<(Key, ImportKind)>> = vec![Vec::new(); parts.len() + 1];
        for (part, uses) in uses.iter_mut().enumerate().skip(1) {
            // The table that the entries are in belongs to it in any case.
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
        // Behind the names that the glue knows; no two are the same.
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
            takes: wanted.iter().map(|items| items.iter().map(|(key, kind)| (kind.clone(), name(key))).collect()).collect(),
            gives: gives.iter().map(|items| items.iter().map(|(key, kind)| (kind.clone(), name(key))).collect()).collect(),
        })
    }
}

/// A shared item, by kind (function, global, memory, table) and number.
type Key = (u8, usize);

/// The number of the part that each function beyond the first part's is in.
fn homes(module: &Module, entries: &[Vec<FunctionId>]) -> HashMap<FunctionId, usize> {
    let all: HashSet<FunctionId> = entries.iter().flatten().copied().collect();
    let first = reachable(module, roots(module), |id| all.contains(id));
    let mut homes = HashMap::new();
    for (own, part) in entries.iter().zip(1..) {
        let stops = |id: &FunctionId| first.contains(id) || (all.contains(id) && !own.contains(id));
        for id in reachable(module, own.clone(), stops) {
            if matches!(module.funcs.get(id).kind, FunctionKind::Local(_)) {
                homes.entry(id).and_modify(|home| *home = COMMON).or_insert(part);
            }
        }
    }
    homes
}

fn read(bytes: &[u8]) -> Result<Module> {
    ModuleConfig::new().strict_validate(false).generate_dwarf(false).generate_name_section(false).parse(bytes)
}

/// The entries that the first part calls.
fn find(module: &Module, entries: &[&str]) -> Result<Vec<FunctionId>> {
    let named = |function: &walrus::Function, end: &str| {
        let name = function.name.as_deref().unwrap_or_default();
        // With or without the hash that the old way of mangling puts behind it, and the brackets of an inherent method.
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

/// The items that a function refers to.
#[derive(Default)]
struct Uses {
    functions: HashSet<FunctionId>,
    globals: HashSet<GlobalId>,
    tables: HashSet<TableId>,
    memories: HashSet<MemoryId>,
}

impl<'instr> Visitor<'instr> for Uses {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.functions.insert(*function);
    }

    fn visit_global_id(&mut self, global: &GlobalId) {
        self.globals.insert(*global);
    }

    fn visit_table_id(&mut self, table: &TableId) {
        self.tables.insert(*table);
    }

    fn visit_memory_id(&mut self, memory: &MemoryId) {
        self.memories.insert(*memory);
    }
}

impl Uses {
    fn add(&mut self, module: &Module, id: FunctionId) {
        if let FunctionKind::Local(local) = &module.funcs.get(id).kind {
            dfs_in_order(self, local, local.entry_block());
        }
    }
}

/// The functions that can be reached from outside and through the table.
fn roots(module: &Module) -> Vec<FunctionId> {
    let mut roots: Vec<FunctionId> = module.start.into_iter().collect();
    roots.extend(module.exports.iter().filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None }));
    for element in module.elements.iter() {
        match &element.items {
            ElementItems::Functions(ids) => roots.extend(ids),
            ElementItems::Expressions(_, items) => {
                roots.extend(items.iter().filter_map(|item| if let ConstExpr::RefFunc(id) = item { Some(*id) } else { None }));
            }
        }
    }
    roots
}

/// Everything that can be reached from some functions without going into one that `stops`.
fn reachable(module: &Module, from: Vec<FunctionId>, stops: impl Fn(&FunctionId) -> bool) -> HashSet<FunctionId> {
    let mut open = from;
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if stops(&id) || !seen.insert(id) {
            continue;
        }
        let mut uses = Uses::default();
        uses.add(module, id);
        open.extend(uses.functions);
    }
    seen
}

/// Makes the entries jumps through new slots of the table, and exports the items that the other parts need.
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
    let table = module.tables.get_mut(cut.table);
    let more = u64::try_from(cut.slots.iter().flatten().count())?;
    table.initial += more;
    table.maximum = table.maximum.map(|most| most + more);
    give(module, &cut.gives[0]);
    walrus::passes::gc::run(module);
    Ok(())
}

/// Exports the items that others need.
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
                // The first part's has more room by now.
                table.maximum = None;
                table.elem_segments.clear();
            }
            ImportKind::Tag(_) => {}
        }
    }
    let slots = &cut.slots[part];
    let from = slots.first().map_or(0, |(_, slot)| *slot);
    let kind = ElementKind::Active { table: cut.table, offset: ConstExpr::Value(ir::Value::I32(from)) };
    let functions = slots.iter().map(|(id, _)| *id).collect();
    let segment = module.elements.add(kind, ElementItems::Functions(functions));
    module.tables.get_mut(cut.table).elem_segments.insert(segment);
    give(module, &cut.gives[part]);
    walrus::passes::gc::run(module);
}

/// Short names for all that glue and module share.
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

/// The name of a number: a, b ... z, A ... Z, aa, ba ...
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

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: Part = Part { name: "talk", entries: &[&["Talk::hear", "Talk::say"]] };
    const SHOW: Part = Part { name: "show", entries: &[&["Show::draw"]] };

    /// A module with an export `open` that calls `shared` and the entries that are named. All entries call `common`, each of those of `SHOW`
    /// calls `drawing` and an entry of `TALK` besides; `common` calls `shared`.
    fn module(entries: &[&str]) -> Vec<u8> {
        let mut module = Module::with_config(ModuleConfig::new());
        let function = |module: &mut Module, name: &str, calls: &[FunctionId]| {
            let mut made = FunctionBuilder::new(&mut module.types, &[], &[]);
            made.name(name.into());
            for call in calls {
                made.func_body().call(*call);
            }
            made.finish(Vec::new(), &mut module.funcs)
        };
        let shared = function(&mut module, "shared", &[]);
        let common = function(&mut module, "common", &[shared]);
        let drawing = function(&mut module, "drawing", &[]);
        let mut ids = Vec::new();
        for end in entries {
            let mut calls = vec![common];
            if end.starts_with("Show") {
                calls.push(drawing);
                calls.extend(ids.first());
            }
            ids.push(function(&mut module, &format!("a::{end}"), &calls));
        }
        let open = function(&mut module, "open", &[&ids[..], &[shared]].concat());
        module.exports.add("open_it", open);
        module.tables.add_local(false, 1, Some(1), walrus::RefType::FUNCREF);
        module.emit_wasm()
    }

    fn names<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
        names.map(String::as_str).collect()
    }

    #[test]
    fn each_part_has_what_it_needs_and_no_more() {
        let split = split(&module(&["Talk::hear", "Talk::say", "Show::draw"]), &[&TALK, &SHOW]).expect("it has all entries");
        let parts: Vec<Module> = split.modules.iter().map(|bytes| read(bytes).expect("a module")).collect();
        // `open`, `shared` and a jump for each entry.
        assert_eq!(parts[0].funcs.iter_local().count(), 2 + 3);
        // Its entries, and the functions that several parts need.
        assert_eq!(parts[1].funcs.iter_local().count(), 2 + 1);
        // Its entry and `drawing`.
        assert_eq!(parts[2].funcs.iter_local().count(), 2);
        let exports: Vec<&str> = names(parts[..2].iter().flat_map(|part| part.exports.iter().map(|export| &export.name)));
        for part in &parts[1..] {
            let taken = names(part.imports.iter().map(|import| &import.name));
            assert!(taken.iter().all(|name| exports.contains(name)), "{taken:?} of {exports:?}");
        }
        // The table and `shared`; the table, the other part's entry (a jump of the first part's) and `common`.
        assert_eq!([parts[1].imports.iter().count(), parts[2].imports.iter().count()], [2, 3]);
        let unique: HashSet<&str> = exports.iter().copied().collect();
        assert_eq!(unique.len(), exports.len(), "the later parts see all of them in one object");
        assert_eq!(split.names.exports.get("open_it").map(String::as_str), Some("a"));
    }

    #[test]
    fn no_two_entries_share_a_slot() {
        let bytes = module(&["Talk::hear", "Talk::say", "Show::draw"]);
        let read = read(&bytes).expect("a module");
        let cut = Cut::of(&read, &[&TALK, &SHOW], &short_names(&read)).expect("it has all entries");
        let slots: Vec<i32> = cut.slots.iter().flatten().map(|(_, slot)| *slot).collect();
        assert_eq!(slots, [1, 2, 3], "behind what is in the table already");
    }

    #[test]
    fn an_entry_that_is_missing_is_named() {
        let error = split(&module(&["Talk::hear", "Show::draw"]), &[&TALK, &SHOW]).err().expect("one is missing").to_string();
        assert!(error.contains("Talk::say"), "{error}");
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: HashSet<String> = (0..10_000).map(short).collect();
        assert_eq!(names.len(), 10_000);
    }
}
