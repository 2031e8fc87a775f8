//! Names of the gold schema as messages show them, and labels made from technical names.

use crate::diagnostics::closest;
use crate::gold::{Column, ColumnId, Gold, RelationshipId, Table, TableId};

pub(super) fn table(gold: &Gold, id: TableId) -> String {
    gold.table(id).map_or_else(|| "?".to_owned(), |table| table.name.clone())
}

pub(super) fn column(gold: &Gold, id: ColumnId) -> String {
    gold.column(id).map_or_else(|| "?".to_owned(), |column| column.name.clone())
}

/// The roles along a path with dots between them.
pub(super) fn path(gold: &Gold, path: &[RelationshipId]) -> String {
    let roles = path.iter().filter_map(|id| gold.relationship(*id)).map(|r| r.role.as_str());
    roles.collect::<Vec<_>>().join(".")
}

/// The roles along the active path, where there is one.
pub(super) fn active_path(gold: &Gold, from: TableId, to: TableId) -> Option<String> {
    gold.active_path(from, to).map(|found| path(gold, &found))
}

/// `order_value` as people read it: `Order value`.
pub(super) fn readable(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The names that stand in scope at a row of a table: columns, relationships.
pub(super) fn members(gold: &Gold, table: TableId) -> Vec<&str> {
    let columns = gold.table(table).into_iter().flat_map(|t| &t.columns).map(|c| c.name.as_str());
    columns.chain(gold.leaving(table).map(|(_, r)| r.role.as_str())).collect()
}

/// The tables with a column of that name: where one was written without its table.
pub(super) fn tables_with<'g>(gold: &'g Gold, column: &str) -> Vec<&'g str> {
    let has = |table: &&Table| table.columns.iter().any(|known| known.name.eq_ignore_ascii_case(column));
    gold.tables.iter().filter(has).map(|table| table.name.as_str()).collect()
}

/// A column, with its table, whose name is close to one that was written.
pub(super) fn column_near(gold: &Gold, written: &str, fits: impl Fn(&Column) -> bool) -> Option<String> {
    let columns = || gold.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let fitting: Vec<_> = columns().filter(|(_, column)| fits(column)).collect();
    let near = closest(written, fitting.iter().map(|(_, column)| column.name.as_str()))?;
    let (table, column) = fitting.iter().find(|(_, column)| column.name == near)?;
    Some(format!("{}.{}", table.name, column.name))
}
