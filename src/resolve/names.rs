//! First pass: every declaration gets its name and its id.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::names as codes;
use crate::gold::{Gold, TableId};
use crate::model::{Definition, FilterId, MetricId, PolicyId, ResolveId, SegmentId};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, DefinitionKind, Item};

use super::beside::Beside;

/// What a name of the project names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'t> {
    pub name: &'t Spanned<String>,
    pub symbol: Symbol,
    /// Where it stands in [`Names::definitions`].
    pub place: usize,
    /// The table whose column it is used like; none for metrics and views, and for a table that does not exist.
    pub table: Option<TableId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Definition(Definition),
    /// A view or an expectation: nothing reads it.
    View,
}

/// The one namespace of a project, keyed by the lower-case name.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    by_name: HashMap<String, Declared<'t>>,
    pub definitions: Vec<Numbered<'t>>,
}

/// A definition of the text with its place in the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered<'t> {
    pub tree: &'t tree::Definition,
    pub symbol: Symbol,
}

impl<'t> Names<'t> {
    /// Without regard to case.
    pub fn get(&self, name: &str) -> Option<&Declared<'t>> {
        let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        if is_lower { self.by_name.get(name) } else { self.by_name.get(&name.to_lowercase()) }
    }

    /// In the order of the names.
    pub fn all(&self) -> impl Iterator<Item = &Declared<'t>> {
        let mut all: Vec<_> = self.by_name.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.into_iter().map(|(_, declared)| declared)
    }

    /// Collects the declarations of all files.
    pub fn collect(gold: &Gold, files: &'t [tree::File], found: &mut Vec<Diagnostic>) -> Names<'t> {
        let mut names = Names::default();
        let mut counts = Counts::default();
        let beside = Beside::of(gold);
        for item in files.iter().flat_map(|file| &file.items) {
            let Item::Definition(tree) = item else { continue };
            let symbol = counts.next(&tree.kind);
            let place = names.definitions.len();
            names.definitions.push(Numbered { tree, symbol });
            if let Some((name, table)) = name_and_table(&tree.kind) {
                found.extend(clashing(&beside, name, symbol));
                found.extend(too_long(&tree.kind, name));
                names.declare(gold, Declared { name, symbol, place, table: owner(gold, table) }, found);
            }
        }
        names
    }

    fn declare(&mut self, gold: &Gold, declared: Declared<'t>, found: &mut Vec<Diagnostic>) {
        let name = declared.name;
        if let Some(table) = gold.table_named(&name.value).and_then(|id| gold.table(id)) {
            found.push(codes::name_of_a_table(name, table.span));
        }
        if let Some(table) = declared.table.filter(|table| has_member(gold, *table, &name.value)) {
            found.push(codes::name_of_a_column(name, &super::words::table(gold, table)));
        }
        match self.by_name.entry(name.value.to_lowercase()) {
            Entry::Occupied(first) => found.push(codes::duplicate_name(name, first.get().name.span)),
            Entry::Vacant(place) => drop(place.insert(declared)),
        }
    }
}

/// PostgreSQL cuts a name behind so many bytes, the least of all targets.
const CARRIED: usize = 63;

/// A name that some target would cut, with what is put to it: a view is stored as `.._stored`, and a segment counted as
/// `members_of_..`.
fn too_long(kind: &DefinitionKind, name: &Spanned<String>) -> Option<Diagnostic> {
    let (what, limit) = match kind {
        DefinitionKind::Metric { .. } => ("a metric", CARRIED),
        DefinitionKind::Segment { .. } => ("a segment", CARRIED - "members_of_".len()),
        DefinitionKind::View { .. } => ("a view", CARRIED - "_stored".len()),
        _ => return None,
    };
    let bytes = name.value.len().max(name.value.to_lowercase().len());
    (bytes > limit).then(|| codes::name_too_long(name, what, bytes, limit))
}

/// A metric is a column of what is emitted and printed, and must be told from the columns beside it.
fn clashing(beside: &Beside, name: &Spanned<String>, symbol: Symbol) -> Option<Diagnostic> {
    match symbol {
        Symbol::Definition(Definition::Metric(_)) => {
            beside.column(&name.value).map(|column| codes::name_of_an_output_column(name, column))
        }
        _ => None,
    }
}

/// Whether a table has a column or a relationship of that name.
pub(super) fn has_member(gold: &Gold, table: TableId, name: &str) -> bool {
    gold.column_named(table, name).is_some() || gold.role_named(table, name).is_some()
}

fn owner(gold: &Gold, table: Option<&tree::Name>) -> Option<TableId> {
    gold.table_named(&table?.value)
}

/// The name a definition declares and the table it belongs to; expectations have none.
pub(super) fn name_and_table(kind: &DefinitionKind) -> Option<(&tree::Name, Option<&tree::Name>)> {
    let table = match kind {
        DefinitionKind::Filter { table, .. }
        | DefinitionKind::Segment { table, .. }
        | DefinitionKind::Policy { table, .. }
        | DefinitionKind::Resolve { table, .. } => Some(table),
        DefinitionKind::Metric { .. } | DefinitionKind::View { .. } | DefinitionKind::Expect { .. } => None,
    };
    Some((kind.name()?, table))
}

/// The next free id of every kind.
#[derive(Default)]
struct Counts {
    metrics: u32,
    filters: u32,
    segments: u32,
    policies: u32,
    resolves: u32,
}

impl Counts {
    fn next(&mut self, kind: &DefinitionKind) -> Symbol {
        let definition = match kind {
            DefinitionKind::Metric { .. } => Definition::Metric(MetricId(take(&mut self.metrics))),
            DefinitionKind::Filter { .. } => Definition::Filter(FilterId(take(&mut self.filters))),
            DefinitionKind::Segment { .. } => Definition::Segment(SegmentId(take(&mut self.segments))),
            DefinitionKind::Policy { .. } => Definition::Policy(PolicyId(take(&mut self.policies))),
            DefinitionKind::Resolve { .. } => Definition::Resolve(ResolveId(take(&mut self.resolves))),
            DefinitionKind::View { .. } | DefinitionKind::Expect { .. } => return Symbol::View,
        };
        Symbol::Definition(definition)
    }
}

fn take(counter: &mut u32) -> u32 {
    let id = *counter;
    *counter += 1;
    id
}

/// The place of a definition's name, of the whole definition where it has none.
pub(super) fn name_span(tree: &tree::Definition) -> Span {
    name_and_table(&tree.kind).map_or(tree.span, |(name, _)| name.span)
}
