//! The slots of the table and the addresses that code and data of a module refer to by number. The linker lists them in the module
//! (`--emit-relocs`). Without the list such a number cannot be distinguished from any other, and every function of the table would have to be in
//! the first part.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocationType, SymbolInfo};

/// The target of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A slot of the table of functions.
    Slot(u32),
    /// A piece of data, by its index in [`Links::data`].
    Data(usize),
}

/// A piece of data that has its own symbol in the linker: a string, a table, a variable.
#[derive(Debug)]
pub(super) struct Datum {
    /// Its addresses.
    pub(super) at: Range<u32>,
    pub(super) links: BTreeSet<Target>,
}

/// All references of a module.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By the index of the function: the number in the code, and what it refers to.
    pub(super) code: HashMap<u32, BTreeSet<(u32, Target)>>,
    pub(super) data: Vec<Datum>,
}

/// All references of a module by the names of functions. Names stay valid when the indices of functions change.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By the name of the function: the number in the code, and what it refers to.
    pub(super) code: HashMap<String, BTreeSet<(u32, Target)>>,
    pub(super) data: Vec<Datum>,
    /// The slots of the linker's table: all references to them are known.
    pub(super) slots: Range<u32>,
}

impl Links {
    /// Reads the linker's list.
    ///
    /// # Errors
    /// The module cannot be read, or was linked without the list.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut found = Found::default();
        for payload in Parser::new(0).parse_all(bytes) {
            found.take(payload?)?;
        }
        found.links(bytes)
    }
}

/// The sections that are read.
#[derive(Default)]
struct Found {
    /// The number of imported functions: their indices come first.
    imported: u32,
    /// The ranges of the function bodies in the file, and the start of their section.
    bodies: Vec<Range<usize>>,
    code: usize,
    /// The ranges of the data segments in the file, with their addresses, and the start of their section.
    segments: Vec<(Range<usize>, u32)>,
    data: usize,
    /// By index of the symbol: the piece of data.
    symbols: Vec<Option<(usize, Range<u32>)>>,
    /// By their section (10 for code, 11 for data): kind, offset in the section, and symbol.
    relocations: Vec<(bool, RelocationType, usize, usize)>,
    /// By number of the section: whether it is the code, or the data.
    sections: Vec<Option<bool>>,
}

impl Found {
    fn take(&mut self, payload: Payload<'_>) -> Result<()> {
        let kind = match &payload {
            Payload::CodeSectionStart { range, .. } => {
                self.code = range.start;
                Some(true)
            }
            Payload::DataSection(reader) => {
                self.data = reader.range().start;
                for segment in reader.clone() {
                    let segment = segment?;
                    let wasmparser::DataKind::Active { offset_expr, .. } = segment.kind else { bail!("a segment of data is passive") };
                    let Some(Ok(wasmparser::Operator::I32Const { value })) = offset_expr.get_operators_reader().into_iter().next() else {
                        bail!("a segment of data has no fixed address");
                    };
                    let end = segment.range.end;
                    self.segments.push((end - segment.data.len()..end, value.cast_unsigned()));
                }
                Some(false)
            }
            Payload::CodeSectionEntry(body) => {
                self.bodies.push(body.range());
                return Ok(());
            }
            Payload::ImportSection(reader) => {
                for import in reader.clone().into_imports() {
                    self.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
                None
            }
            Payload::CustomSection(reader) => {
                match reader.as_known() {
                    KnownCustom::Linking(linking) => self.take_symbols(linking)?,
                    KnownCustom::Reloc(section) => {
                        let kind = self.sections.get(usize::try_from(section.section_index())?).copied().flatten();
                        for entry in section.entries() {
                            let entry = entry?;
                            if let Some(code) = kind {
                                self.relocations.push((code, entry.ty, usize::try_from(entry.offset)?, usize::try_from(entry.index)?));
                            }
                        }
                    }
                    _ => {}
                }
                None
            }
            Payload::Version { .. } | Payload::End(_) => return Ok(()),
            _ => None,
        };
        self.sections.push(kind);
        Ok(())
    }

    fn take_symbols(&mut self, linking: wasmparser::LinkingSectionReader<'_>) -> Result<()> {
        for part in linking {
            let Linking::SymbolTable(symbols) = part? else { continue };
            for symbol in symbols {
                self.symbols.push(match symbol? {
                    SymbolInfo::Data { symbol: Some(data), .. } => {
                        Some((usize::try_from(data.index)?, data.offset..data.offset + data.size))
                    }
                    _ => None,
                });
            }
        }
        Ok(())
    }

    fn links(self, bytes: &[u8]) -> Result<Links> {
        if self.symbols.is_empty() {
            bail!("the module was linked without --emit-relocs");
        }
        let mut links = Links::default();
        // By symbol: the piece of data.
        let mut pieces = Vec::new();
        for symbol in &self.symbols {
            let piece = symbol.as_ref().and_then(|(segment, at)| Some((self.segments.get(*segment)?.1, at)));
            pieces.push(piece.map(|(base, at)| {
                links.data.push(Datum { at: base + at.start..base + at.end, links: BTreeSet::new() });
                links.data.len() - 1
            }));
        }
        for (in_code, kind, offset, symbol) in &self.relocations {
            let at = offset + if *in_code { self.code } else { self.data };
            let is_slot = matches!(kind, RelocationType::TableIndexSleb | RelocationType::TableIndexI32);
            let is_data = matches!(kind, RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrI32);
            if !is_slot && !is_data {
                continue;
            }
            let number = number(bytes, at, *in_code)?;
            let target = if is_slot {
                Target::Slot(number)
            } else {
                // A symbol without a piece is the linker's own, such as the end of the stack.
                let Some(piece) = pieces.get(*symbol).copied().flatten() else { continue };
                Target::Data(piece)
            };
            if *in_code {
                let body = self.bodies.partition_point(|body| body.end <= at);
                links.code.entry(self.imported + u32::try_from(body)?).or_default().insert((number, target));
            } else {
                let (file, base) =
                    self.segments.iter().find(|(file, _)| file.contains(&at)).context("a relocation is outside of the data")?;
                let address = base + u32::try_from(at - file.start)?;
                // Several symbols may name the same bytes.
                for datum in links.data.iter_mut().filter(|datum| datum.at.contains(&address)) {
                    datum.links.insert(target);
                }
            }
        }
        Ok(links)
    }
}

/// The number at an offset of the file: five bytes of LEB128 in code, four bytes in data.
fn number(bytes: &[u8], at: usize, in_code: bool) -> Result<u32> {
    let read = |width: usize| bytes.get(at..at + width).context("a relocation is outside of the module");
    Ok(if in_code {
        let value = read(5)?.iter().rev().fold(0_u64, |value, byte| value << 7 | u64::from(byte & 0x7f));
        u32::try_from(value & u64::from(u32::MAX))?
    } else {
        u32::from_le_bytes(read(4)?.try_into()?)
    })
}
