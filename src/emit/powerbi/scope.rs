//! What of the gold schema stands in the model: what measures and queries read and what readers group by.
//!
//! A column that nobody reads or groups by is left out: it would cost memory, and a column that
//! reaches a person has no place in a report unless someone asked for it.

use std::collections::BTreeSet;

use crate::emit::dax::{Measure, Named, Query};
use crate::gold::{ColumnId, Gold, TableId};
use crate::plan::tree::Plan;

/// Tables, columns and relationships of the semantic model.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// In the order of `gold.yaml`.
    pub tables: BTreeSet<TableId>,
    pub columns: BTreeSet<ColumnId>,
    pub relationships: Vec<Join>,
}

/// A relationship of the model, many to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    pub from: ColumnId,
    pub to: ColumnId,
    pub active: bool,
}

impl Scope {
    /// From what measures and queries name: relationships follow from tables, columns from both.
    pub fn new(gold: &Gold, plan: &Plan, measures: &[Measure], queries: &[Query]) -> Self {
        let named = named(measures, queries);
        let homes = measures.iter().map(|measure| measure.home);
        let mut scope = Scope { tables: tables(gold, plan, &named, homes), ..Scope::default() };
        scope.relationships = relationships(gold, &scope.tables, &named);
        scope.columns = columns(gold, plan, &named, &scope);
        scope
    }

    /// The columns of one table, in the order of `gold.yaml`.
    pub fn columns_of(&self, table: TableId) -> impl Iterator<Item = ColumnId> {
        let first = ColumnId { table, index: 0 };
        let last = ColumnId { table, index: u32::MAX };
        self.columns.range(first..=last).copied()
    }

    /// Whether another column is sorted by it.
    pub fn sorts(&self, gold: &Gold, id: ColumnId) -> bool {
        self.columns_of(id.table).any(|other| gold.column(other).is_some_and(|column| column.sort == Some(id)))
    }
}

/// What each measure and each query names.
fn named(measures: &[Measure], queries: &[Query]) -> Vec<Named> {
    let of_measure = |measure: &Measure| Named {
        columns: measure.columns.clone(),
        tables: measure.tables.clone(),
        activates: measure.activates.clone(),
    };
    measures.iter().map(of_measure).chain(queries.iter().map(|query| query.named.clone())).collect()
}

/// Every table that a measure or a query reads or stands in, and the tables that those lead to.
fn tables(gold: &Gold, plan: &Plan, named: &[Named], homes: impl Iterator<Item = TableId>) -> BTreeSet<TableId> {
    let read = named.iter().flat_map(|named| {
        let columns = named.columns.iter().map(|column| column.table);
        columns.chain(named.tables.iter().copied())
    });
    let read = read.chain(homes);
    let grouped = plan.views.iter().flat_map(|view| view.groups.iter().map(|column| column.table));
    let calendar = gold.calendar.iter().map(|calendar| calendar.table);
    let mut found: BTreeSet<TableId> = read.chain(grouped).chain(calendar).collect();
    let mut waiting: Vec<TableId> = found.iter().copied().collect();
    while let Some(table) = waiting.pop() {
        let ahead = gold.leaving(table).filter(|(_, relationship)| relationship.active);
        waiting.extend(ahead.map(|(_, relationship)| relationship.to.table).filter(|table| found.insert(*table)));
    }
    found
}

/// Active relationships and date roles; an inactive one only where something activates it.
fn relationships(gold: &Gold, tables: &BTreeSet<TableId>, named: &[Named]) -> Vec<Join> {
    let activated = |from: ColumnId| named.iter().any(|named| named.activates.contains(&from));
    let written = gold.relationships.iter().map(|r| Join { from: r.from, to: r.to, active: r.active });
    let all = written.chain(date_roles(gold));
    all.filter(|join| tables.contains(&join.from.table) && (join.active || activated(join.from))).collect()
}

fn date_roles(gold: &Gold) -> impl Iterator<Item = Join> {
    let day = gold.calendar.as_ref().map(|calendar| calendar.day);
    day.into_iter().flat_map(move |to| {
        gold.tables.iter().flat_map(move |table| {
            let active = table.date.iter().map(move |from| Join { from: *from, to, active: true });
            active.chain(table.other_dates.iter().map(move |from| Join { from: *from, to, active: false }))
        })
    })
}

fn columns(gold: &Gold, plan: &Plan, named: &[Named], scope: &Scope) -> BTreeSet<ColumnId> {
    let mut found: BTreeSet<ColumnId> = named.iter().flat_map(|named| named.columns.iter().copied()).collect();
    found.extend(scope.relationships.iter().flat_map(|join| [join.from, join.to]));
    found.extend(gold.calendar.iter().flat_map(|calendar| calendar.grains.values().copied().chain([calendar.day])));
    found.extend(plan.views.iter().flat_map(|view| view.groups.iter().copied()));
    for table in &scope.tables {
        found.extend(grouping(gold, *table));
        let is_empty = !found.iter().any(|column| column.table == *table);
        found.extend(is_empty.then_some(ColumnId { table: *table, index: 0 }));
    }
    let sorting: Vec<ColumnId> = found.iter().filter_map(|id| gold.column(*id)?.sort).collect();
    found.extend(sorting);
    found
}

fn grouping(gold: &Gold, table: TableId) -> impl Iterator<Item = ColumnId> {
    let columns = gold.table(table).into_iter().flat_map(|table| table.columns.iter().enumerate());
    columns.filter(|(_, column)| column.group).map(move |(at, _)| ColumnId { table, index: at as u32 })
}
