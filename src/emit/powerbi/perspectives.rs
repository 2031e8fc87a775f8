//! A perspective per team: its metrics and segments, and what they can be grouped by.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::emit::dax::{Kind, Measure};
use crate::emit::names::perspective_name;
use crate::gold::TableId;

use super::context::Context;
use super::tmdl::Object;

/// The teams that some metric or segment names, each with its perspective, in order of first mention.
/// Teams whose names differ in case, blanks and `_` alone are one; the laws refuse those that differ in other signs alone.
pub fn perspectives(context: &Context) -> Vec<Object> {
    let mut teams: IndexMap<String, Vec<&Measure>> = IndexMap::new();
    let mut names: IndexMap<String, String> = IndexMap::new();
    for measure in &context.measures {
        for team in teams_of(context, measure) {
            let key = team.to_lowercase();
            let read = teams.entry(key.clone()).or_default();
            if read.last().is_none_or(|last| last.kind != measure.kind) {
                read.push(measure);
            }
            names.entry(key).or_insert(team);
        }
    }
    let named = teams.iter().filter_map(|(key, measures)| Some((names.get(key)?, measures)));
    named.map(|(name, measures)| perspective(context, name, measures)).collect()
}

/// What the perspectives of a measure's teams are called.
fn teams_of(context: &Context, measure: &Measure) -> Vec<String> {
    let head = context.head(measure).filter(|_| !measure.hidden);
    let teams = head.into_iter().flat_map(|head| &head.about.teams);
    teams.map(|team| perspective_name(team)).filter(|name| !name.is_empty()).collect()
}

fn perspective(context: &Context, name: &str, measures: &[&Measure]) -> Object {
    let near = tables_near(context, measures);
    let tables = context.tables().filter(|(table, _)| near.contains(table));
    let tables = tables.map(|(table, _)| perspective_table(context, table, measures));
    Object::new("perspective", name).children(tables.filter(|table| !table.children.is_empty()))
}

/// The tables that the measures read and those that they lead to. Of what a segment reads nothing narrows its count but
/// its own table: its members are those of all rows.
fn tables_near(context: &Context, measures: &[&Measure]) -> BTreeSet<TableId> {
    let homes = measures.iter().map(|measure| measure.home);
    let narrowed = measures.iter().filter(|measure| !matches!(measure.kind, Kind::SegmentCount(_)));
    let read = narrowed.flat_map(|measure| measure.columns.iter().map(|column| column.table));
    let mut near: BTreeSet<TableId> = homes.chain(read).collect();
    let mut waiting: Vec<TableId> = near.iter().copied().collect();
    while let Some(table) = waiting.pop() {
        let joins = context.scope.relationships.iter().filter(|join| join.active && join.from.table == table);
        waiting.extend(joins.map(|join| join.to.table).filter(|table| near.insert(*table)));
    }
    near
}

fn perspective_table(context: &Context, table: TableId, measures: &[&Measure]) -> Object {
    let here = measures.iter().filter(|measure| measure.home == table);
    let columns = context.columns(table).filter(|(_, column)| column.group);
    Object::new("perspectiveTable", context.names.table(table))
        .children(here.map(|measure| Object::new("perspectiveMeasure", &measure.name)))
        .children(columns.map(|(at, _)| Object::new("perspectiveColumn", context.names.column(at))))
}
