//! A perspective per team: its metrics and segments, and what they can be grouped by.

use std::collections::BTreeSet;

use crate::emit::dax::Measure;
use crate::emit::names::{object_name, words};
use crate::gold::TableId;

use super::context::Context;
use super::tmdl::Object;

/// The teams that some metric or segment names, each with its perspective, in order of first mention.
pub fn perspectives(context: &Context) -> Vec<Object> {
    let mut teams: Vec<&str> = Vec::new();
    for team in context.measures.iter().flat_map(|measure| teams_of(context, measure)) {
        if !teams.iter().any(|known| known.eq_ignore_ascii_case(team)) {
            teams.push(team);
        }
    }
    teams.into_iter().map(|team| perspective(context, team)).collect()
}

fn teams_of<'a>(context: &Context<'a>, measure: &Measure) -> impl Iterator<Item = &'a str> + use<'a> {
    let head = context.head(measure).filter(|_| !measure.hidden);
    head.into_iter().flat_map(|head| head.about.teams.iter().map(String::as_str))
}

fn perspective(context: &Context, team: &str) -> Object {
    let read = |measure: &&Measure| teams_of(context, measure).any(|name| name.eq_ignore_ascii_case(team));
    let measures: Vec<&Measure> = context.measures.iter().filter(read).collect();
    let near = tables_near(context, &measures);
    let tables = context.tables().filter(|(table, _)| near.contains(table));
    let tables = tables.map(|(table, _)| perspective_table(context, table, &measures));
    Object::new("perspective", capital(&object_name(&words(team))))
        .children(tables.filter(|table| !table.children.is_empty()))
}

/// The tables that the measures read and those that they lead to.
fn tables_near(context: &Context, measures: &[&Measure]) -> BTreeSet<TableId> {
    let homes = measures.iter().map(|measure| measure.home);
    let read = measures.iter().flat_map(|measure| measure.columns.iter().map(|column| column.table));
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

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
