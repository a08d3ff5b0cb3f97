//! Decides which part of the widget's module each function, slot of the table and piece of data belongs to.

use super::links::{Known, Target};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, HashMap, HashSet};
use walrus::ir::{self, Instr, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalId, LocalFunction, MemoryId, Module, TableId,
};

/// The number of the part that holds what several later parts share; 0 is the first part.
const COMMON: usize = 1;

/// The references within a module.
pub(super) struct Graph<'a> {
    module: &'a Module,
    known: &'a Known,
    /// The functions by their slots of the table.
    table: BTreeMap<u32, FunctionId>,
    /// The slots and data that a function refers to by number.
    links: HashMap<FunctionId, Vec<Target>>,
}

/// A node of the graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Function(FunctionId),
    Slot(u32),
    Data(usize),
}

/// The part of each function, slot and byte; `None` where there is no reference to it.
pub(super) struct Homes {
    /// The functions that are not in the first part.
    pub(super) functions: HashMap<FunctionId, usize>,
    pub(super) slots: BTreeMap<u32, (FunctionId, Option<usize>)>,
    /// The parts by address, for bytes that belong to a symbol of the linker.
    pub(super) bytes: HashMap<u32, Option<usize>>,
}

impl Homes {
    /// The part of a byte; `None` where there is no reference to it. Bytes outside all symbols belong to the first part.
    pub(super) fn of_byte(&self, address: u32) -> Option<usize> {
        self.bytes.get(&address).map_or(Some(0), |home| *home)
    }
}

impl<'a> Graph<'a> {
    pub(super) fn of(module: &'a Module, table: TableId, known: &'a Known) -> Result<Self> {
        let mut slots = BTreeMap::new();
        for element in module.elements.iter() {
            if let (ElementKind::Active { table: of, offset: ConstExpr::Value(ir::Value::I32(from)) }, ElementItems::Functions(ids)) =
                (&element.kind, &element.items)
                && *of == table
            {
                slots.extend((from.cast_unsigned()..).zip(ids.iter().copied()));
            }
        }
        let mut links = HashMap::new();
        for (id, local) in module.funcs.iter_local() {
            let name = module.funcs.get(id).name.as_deref().unwrap_or_default();
            let mut uses = Uses::default();
            uses.add_local(local);
            let is_here = |(number, target): &(u32, Target)| uses.numbers.contains(number).then_some(*target);
            match known.code.get(name) {
                Some(own) => drop(links.insert(id, own.iter().filter_map(is_here).collect())),
                // Written by the generator, so without records of the linker: such functions only call others.
                None if known.data.iter().any(|datum| uses.numbers.iter().any(|number| datum.at.contains(number))) => {
                    bail!("the linker does not tell what {name} refers to")
                }
                None => {}
            }
        }
        Ok(Self { module, known, table: slots, links })
    }

    pub(super) fn homes(&self, entries: &[Vec<FunctionId>]) -> Homes {
        let all: HashSet<FunctionId> = entries.iter().flatten().copied().collect();
        let is_known = |slot: &u32| self.known.slots.contains(slot);
        let slots = self.table.keys().filter(|slot| !is_known(slot)).map(|slot| Thing::Slot(*slot));
        let first = self.reachable(
            roots(self.module).into_iter().map(Thing::Function).chain(slots).collect(),
            |thing| matches!(thing, Thing::Function(id) if all.contains(id)),
        );
        let mut homes: HashMap<Thing, usize> = first.iter().map(|thing| (*thing, 0)).collect();
        for (own, part) in entries.iter().zip(1..) {
            let stops =
                |thing: &Thing| first.contains(thing) || matches!(thing, Thing::Function(id) if all.contains(id) && !own.contains(id));
            for thing in self.reachable(own.iter().map(|id| Thing::Function(*id)).collect(), stops) {
                homes.entry(thing).and_modify(|home| *home = COMMON).or_insert(part);
            }
        }
        let functions = homes.iter().filter_map(|(thing, home)| match thing {
            Thing::Function(id) if *home != 0 && matches!(self.module.funcs.get(*id).kind, FunctionKind::Local(_)) => Some((*id, *home)),
            _ => None,
        });
        let functions: HashMap<FunctionId, usize> = functions.collect();
        let slots = self.table.iter().map(|(slot, id)| {
            // In the first part an entry is a jump to the real function.
            let home = if all.contains(id) { 0 } else { functions.get(id).copied().unwrap_or(0) };
            (*slot, (*id, homes.contains_key(&Thing::Slot(*slot)).then_some(home)))
        });
        let mut bytes: HashMap<u32, Option<usize>> = HashMap::new();
        for (index, datum) in self.known.data.iter().enumerate() {
            let home = homes.get(&Thing::Data(index)).copied();
            for address in datum.at.clone() {
                // Symbols may overlap.
                let known = bytes.entry(address).or_default();
                *known = match (*known, home) {
                    (Some(one), Some(other)) if one != other => Some(COMMON.min(one).min(other)),
                    (one, other) => one.or(other),
                };
            }
        }
        Homes { slots: slots.collect(), bytes, functions }
    }

    /// The nodes that can be reached from these, without passing a node for which `stops` is true.
    fn reachable(&self, from: Vec<Thing>, stops: impl Fn(&Thing) -> bool) -> HashSet<Thing> {
        let mut open = from;
        let mut seen = HashSet::new();
        let thing = |target: &Target| match *target {
            Target::Slot(slot) => Thing::Slot(slot),
            Target::Data(index) => Thing::Data(index),
        };
        while let Some(next) = open.pop() {
            if stops(&next) || !seen.insert(next) {
                continue;
            }
            match next {
                Thing::Function(id) => {
                    let mut uses = Uses::default();
                    uses.add(self.module, id);
                    open.extend(uses.functions.into_iter().map(Thing::Function));
                    open.extend(self.links.get(&id).into_iter().flatten().map(thing));
                }
                Thing::Slot(slot) => open.extend(self.table.get(&slot).map(|id| Thing::Function(*id))),
                Thing::Data(index) => open.extend(self.known.data[index].links.iter().map(thing)),
            }
        }
        seen
    }
}

/// The references of a function.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) functions: HashSet<FunctionId>,
    pub(super) globals: HashSet<GlobalId>,
    pub(super) tables: HashSet<TableId>,
    pub(super) memories: HashSet<MemoryId>,
    /// Numbers that may be slots or addresses.
    pub(super) numbers: HashSet<u32>,
}

impl<'instr> Visitor<'instr> for Uses {
    fn visit_instr(&mut self, instr: &'instr Instr, _: &'instr ir::InstrLocId) {
        self.numbers.extend(match instr {
            Instr::Const(ir::Const { value: ir::Value::I32(number) }) => Some(number.cast_unsigned()),
            Instr::Load(ir::Load { arg, .. }) | Instr::Store(ir::Store { arg, .. }) => u32::try_from(arg.offset).ok(),
            _ => None,
        });
    }

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
    pub(super) fn add(&mut self, module: &Module, id: FunctionId) {
        if let FunctionKind::Local(local) = &module.funcs.get(id).kind {
            self.add_local(local);
        }
    }

    pub(super) fn add_local(&mut self, local: &LocalFunction) {
        dfs_in_order(self, local, local.entry_block());
    }
}

/// The functions that can be called from outside.
fn roots(module: &Module) -> Vec<FunctionId> {
    let exported = module.exports.iter().filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None });
    module.start.into_iter().chain(exported).collect()
}
