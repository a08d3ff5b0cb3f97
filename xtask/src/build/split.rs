//! Splits the widget's module in two: what the launchers need, and what they open. The second part is fetched when the first one is at
//! work, so a page does not wait for it.
//!
//! The two share memory, globals and table. The first part exports what the second one calls. The other way round there are a few
//! entries, [`PANEL`] and [`FRAMES`]: in the first part each is a jump through a slot of the table, which is empty (a trap) until the
//! second part is instantiated and fills it. `src/browser/view/mod.rs`, `want` and `signal` in
//! `src/browser/runtime/links.rs`, and `whole` in `src/port/snapshot.rs`, see to it that none is entered before.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashSet};
use walrus::ir::{self, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind, ImportKind,
    ImportedFunction, MemoryId, Module, ModuleConfig, TableId,
};

/// The functions by which the first part enters the second, by the end of their names. Each is `#[inline(never)]`: else it would not be
/// there.
pub(super) const PANEL: [&str; 7] = [
    "view::widget::Widget::new",
    "view::widget::Widget::render",
    "view::widget::Widget::event",
    "view::widget::Widget::announce",
    "view::widget::Widget::focus",
    "view::widget::Widget::set_texts",
    "view::widget::Widget::remove",
];
/// What the server says, and the link to it: there is none before the second part is there. `S` is whose link it is.
pub(super) const FRAMES: [&str; 6] = [
    "engine::Engine::on_frame",
    "port::snapshot::put_chat",
    "port::snapshot::put_form",
    "runtime::Runtime::connect",
    "client::link::live::LiveS as chinwag::client::link::Link::signal",
    "client::link::live::LiveS as chinwag::client::link::Link::handle",
];

/// The two parts.
pub(super) struct Parts {
    pub(super) first: Vec<u8>,
    pub(super) second: Vec<u8>,
    pub(super) names: Names,
}

/// Short names in place of the long ones that the generator made.
pub(super) struct Names {
    /// Module and name of each import of the glue's.
    pub(super) imports: BTreeMap<(String, String), String>,
    /// Exports of the first part that the glue knows.
    pub(super) exports: BTreeMap<String, String>,
}

/// The name under which both parts import from the glue, and the second part from the first.
pub(super) const GLUE: &str = "a";
const FIRST: &str = "b";

/// Splits a module that has its bindings.
///
/// # Errors
/// The module cannot be read, or an entry is not in it.
pub(super) fn split(bytes: &[u8], entries: &[&str]) -> Result<Parts> {
    // Read twice: each part is the module without what belongs to the other one. Ids are those of one reading, their order is the same.
    let (mut first, mut second) = (read(bytes)?, read(bytes)?);
    let names = short_names(&first);
    let cut = Cut::of(&first, entries, &names)?;
    make_first(&mut first, &cut)?;
    let cut = Cut::of(&second, entries, &names)?;
    make_second(&mut second, &cut);
    rename(&mut first, &names);
    rename(&mut second, &names);
    Ok(Parts { first: first.emit_wasm(), second: second.emit_wasm(), names })
}

/// Where a module is cut.
struct Cut {
    /// The table of functions.
    table: TableId,
    /// The entries, each with its slot of the table.
    slots: Vec<(FunctionId, i32)>,
    /// What the second part needs of the first one, with the names under which it gets them.
    shared: Vec<(ImportKind, String)>,
}

impl Cut {
    fn of(module: &Module, entries: &[&str], names: &Names) -> Result<Self> {
        let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
        let entries = find(module, entries)?;
        let kept = reachable(module, &entries);
        let mut uses = Uses::default();
        for (id, _) in module.funcs.iter_local().filter(|(id, _)| !kept.contains(id)) {
            uses.add(module, id);
        }
        let mut shared: Vec<((u8, usize), ImportKind)> = Vec::new();
        // What is imported from the glue is imported by both.
        let own = |id: &&FunctionId| kept.contains(*id) && matches!(module.funcs.get(**id).kind, FunctionKind::Local(_));
        shared.extend(uses.functions.iter().filter(own).map(|id| ((0, id.index()), ImportKind::Function(*id))));
        shared.extend(uses.globals.iter().map(|id| ((1, id.index()), ImportKind::Global(*id))));
        shared.extend(uses.memories.iter().map(|id| ((2, id.index()), ImportKind::Memory(*id))));
        // The table that the entries are in belongs to it in any case.
        uses.tables.insert(table);
        shared.extend(uses.tables.iter().map(|id| ((3, id.index()), ImportKind::Table(*id))));
        shared.sort_by_key(|(order, _)| *order);
        // Behind those that the glue knows; no two are the same.
        let shared = shared.into_iter().zip(names.exports.len()..).map(|((_, kind), number)| (kind, short(number))).collect();
        let free = i32::try_from(module.tables.get(table).initial)?;
        Ok(Self { table, slots: entries.into_iter().zip(free..).collect(), shared })
    }
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

/// What a function refers to.
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

/// Everything that can be reached from outside and through the table, without going through an entry.
fn reachable(module: &Module, entries: &[FunctionId]) -> HashSet<FunctionId> {
    let mut open: Vec<FunctionId> = module.start.into_iter().collect();
    open.extend(module.exports.iter().filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None }));
    for element in module.elements.iter() {
        match &element.items {
            ElementItems::Functions(ids) => open.extend(ids),
            ElementItems::Expressions(_, items) => {
                open.extend(items.iter().filter_map(|item| if let ConstExpr::RefFunc(id) = item { Some(*id) } else { None }));
            }
        }
    }
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if entries.contains(&id) || !seen.insert(id) {
            continue;
        }
        let mut uses = Uses::default();
        uses.add(module, id);
        open.extend(uses.functions);
    }
    seen
}

/// Makes the entries jumps through new slots of the table, and exports what the second part needs.
fn make_first(module: &mut Module, cut: &Cut) -> Result<()> {
    for (id, slot) in &cut.slots {
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
    let more = u64::try_from(cut.slots.len())?;
    table.initial += more;
    table.maximum = table.maximum.map(|most| most + more);
    for (kind, name) in &cut.shared {
        let item = match kind {
            ImportKind::Function(id) => ExportItem::Function(*id),
            ImportKind::Global(id) => ExportItem::Global(*id),
            ImportKind::Memory(id) => ExportItem::Memory(*id),
            ImportKind::Table(id) => ExportItem::Table(*id),
            ImportKind::Tag(id) => ExportItem::Tag(*id),
        };
        module.exports.add(name, item);
    }
    walrus::passes::gc::run(module);
    Ok(())
}

/// Leaves what the first part does not have, and takes the rest from it.
fn make_second(module: &mut Module, cut: &Cut) {
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|id| module.elements.delete(id));
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    data.into_iter().for_each(|id| module.data.delete(id));
    module.start = None;
    for (kind, name) in &cut.shared {
        let import = module.imports.add(FIRST, name, kind.clone());
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
    let from = cut.slots.first().map_or(0, |(_, slot)| *slot);
    let kind = ElementKind::Active { table: cut.table, offset: ConstExpr::Value(ir::Value::I32(from)) };
    let functions = cut.slots.iter().map(|(id, _)| *id).collect();
    let segment = module.elements.add(kind, ElementItems::Functions(functions));
    module.tables.get_mut(cut.table).elem_segments.insert(segment);
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

    /// A module in which an export calls `render`, which alone calls `inner`, and both call `shared`.
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
        let inner = function(&mut module, "inner", &[shared]);
        let ids: Vec<_> = entries.iter().map(|end| function(&mut module, &format!("a::{end}"), &[inner])).collect();
        let open = function(&mut module, "open", &[&ids[..], &[shared]].concat());
        module.exports.add("open_it", open);
        module.tables.add_local(false, 1, Some(1), walrus::RefType::FUNCREF);
        module.emit_wasm()
    }

    #[test]
    fn each_part_has_what_it_needs_and_no_more() {
        let parts = split(&module(&PANEL), &PANEL).expect("it has all entries");
        let (first, second) = (read(&parts.first).expect("a module"), read(&parts.second).expect("a module"));
        // `open`, `shared` and a jump for each entry; `inner` and the entries.
        assert_eq!(first.funcs.iter_local().count(), 2 + PANEL.len());
        assert_eq!(second.funcs.iter_local().count(), 1 + PANEL.len());
        let taken: Vec<_> = second.imports.iter().map(|import| import.name.clone()).collect();
        assert_eq!(taken.len(), 2, "the function and the table: {taken:?}");
        assert!(taken.iter().all(|name| first.exports.iter().any(|export| export.name == *name)), "{taken:?}");
        assert_eq!(parts.names.exports.get("open_it").map(String::as_str), Some("a"));
    }

    #[test]
    fn an_entry_that_is_missing_is_named() {
        let error = split(&module(&PANEL[1..]), &PANEL).err().expect("one is missing").to_string();
        assert!(error.contains("Widget::new"), "{error}");
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: HashSet<String> = (0..10_000).map(short).collect();
        assert_eq!(names.len(), 10_000);
    }
}
