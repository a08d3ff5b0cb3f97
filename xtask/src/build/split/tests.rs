use super::super::links::{Datum, Target};
use super::*;
use std::collections::{HashMap, HashSet};

const TALK: Part = Part { name: "talk", entries: &[&["Talk::hear", "Talk::say"]] };
const SHOW: Part = Part { name: "show", entries: &[&["Show::draw"]] };

/// A module with an export `open` that calls `shared` and the given entries. All entries call `common`; each entry of `SHOW` also calls `drawing`
/// and an entry of `TALK`; `common` calls `shared`.
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
    let split = split(&module(&["Talk::hear", "Talk::say", "Show::draw"]), &Known::default(), &[&TALK, &SHOW]).expect("it has all entries");
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
    // The table and `shared`; the table, the other part's entry (a jump in the first part) and `common`.
    assert_eq!([parts[1].imports.iter().count(), parts[2].imports.iter().count()], [2, 3]);
    let unique: HashSet<&str> = exports.iter().copied().collect();
    assert_eq!(unique.len(), exports.len(), "the later parts see all of them in one object");
    assert_eq!(split.names.exports.get("open_it").map(String::as_str), Some("a"));
}

/// A module whose entry `Talk::hear` refers to slot 1 and to four bytes of data. Slot 2 and the next four bytes have no reference.
fn with_data() -> (Vec<u8>, Known) {
    let mut module = Module::with_config(ModuleConfig::new());
    let mut called = Vec::new();
    for name in ["called", "dead"] {
        let mut made = FunctionBuilder::new(&mut module.types, &[], &[]);
        made.name(name.into()).func_body().i32_const(7).drop();
        called.push(made.finish(Vec::new(), &mut module.funcs));
    }
    let mut made = FunctionBuilder::new(&mut module.types, &[], &[]);
    made.name("a::Talk::hear".into()).func_body().i32_const(1).drop().i32_const(1024).drop();
    let hear = made.finish(Vec::new(), &mut module.funcs);
    module.exports.add("open_it", hear);
    let table = module.tables.add_local(false, 3, Some(3), walrus::RefType::FUNCREF);
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(ir::Value::I32(1)) };
    let segment = module.elements.add(kind, ElementItems::Functions(called));
    module.tables.get_mut(table).elem_segments.insert(segment);
    let memory = module.memories.add_local(false, false, 1, None, None);
    module.exports.add("memory", memory);
    let kind = DataKind::Active { memory, offset: ConstExpr::Value(ir::Value::I32(1020)) };
    let data = module.data.add(kind, b"headtalkdead".to_vec());
    module.memories.get_mut(memory).data_segments.insert(data);
    let code = [("a::Talk::hear".to_owned(), [(1, Target::Slot(1)), (1024, Target::Data(0))].into())].into();
    let datum = |at| Datum { at, links: [].into() };
    (module.emit_wasm(), Known { code, data: vec![datum(1024..1028), datum(1028..1032)], slots: 0..3 })
}

/// The first slot that a segment fills, and how many slots it fills.
fn filled(element: &walrus::Element) -> Option<(i32, usize)> {
    match (&element.kind, &element.items) {
        (ElementKind::Active { offset: ConstExpr::Value(ir::Value::I32(from)), .. }, ElementItems::Functions(ids)) => {
            Some((*from, ids.len()))
        }
        _ => None,
    }
}

#[test]
fn slots_and_data_are_in_the_part_that_refers_to_them() {
    let (bytes, known) = with_data();
    let talk = Part { name: "talk", entries: &[&["Talk::hear"]] };
    let parts: Vec<Module> =
        split(&bytes, &known, &[&talk]).expect("it has all entries").modules.iter().map(|bytes| read(bytes).expect("a module")).collect();
    let data = |part: &Module| part.data.iter().map(|data| (address_of(data), data.value.clone())).collect::<Vec<_>>();
    assert_eq!(data(&parts[0]), [(1020, b"head\0\0\0\0\0\0\0\0".to_vec())]);
    assert_eq!(data(&parts[1]), [(1024, b"talk".to_vec())]);
    // The jump and the trap that is in both slots; the entry and the function of slot 1.
    assert_eq!(parts.iter().map(|part| part.funcs.iter_local().count()).collect::<Vec<_>>(), [2, 2]);
    let slots = |part: &Module| part.elements.iter().filter_map(filled).collect::<Vec<_>>();
    assert_eq!([slots(&parts[0]), slots(&parts[1])], [vec![(1, 2)], vec![(1, 1), (3, 1)]]);
}

#[test]
fn a_reference_that_nobody_knows_of_ends_the_build() {
    let (bytes, known) = with_data();
    let talk = Part { name: "talk", entries: &[&["Talk::hear"]] };
    let error = split(&bytes, &Known { code: HashMap::new(), ..known }, &[&talk]).err().expect("it refers to data").to_string();
    assert!(error.contains("a::Talk::hear"), "{error}");
}

#[test]
fn no_two_entries_share_a_slot() {
    let bytes = module(&["Talk::hear", "Talk::say", "Show::draw"]);
    let read = read(&bytes).expect("a module");
    let cut = Cut::of(&read, &Known::default(), &[&TALK, &SHOW], &short_names(&read)).expect("it has all entries");
    let slots: Vec<i32> = cut.slots.iter().flatten().map(|(_, slot)| *slot).collect();
    assert_eq!(slots, [1, 2, 3], "behind what is in the table already");
}

#[test]
fn an_entry_that_is_missing_is_named() {
    let error =
        split(&module(&["Talk::hear", "Show::draw"]), &Known::default(), &[&TALK, &SHOW]).err().expect("one is missing").to_string();
    assert!(error.contains("Talk::say"), "{error}");
}

#[test]
fn no_two_names_are_the_same() {
    let names: HashSet<String> = (0..10_000).map(short).collect();
    assert_eq!(names.len(), 10_000);
}
