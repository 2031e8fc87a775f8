//! What follows where a table or column is given another name: the keys and references that say it.

use super::references::target;
use super::source::{Name, Table};

/// Gives the table at a place another name; a part that is not said stays.
pub(super) fn rename(tables: &mut [Table], at: usize, to: Name) -> Result<(), String> {
    let Some(table) = tables.get(at) else { return Ok(()) };
    let or = |said: String, known: &str| if said.is_empty() { known.to_owned() } else { said };
    let catalog = or(to.catalog, &table.catalog);
    let name = Name { catalog, schema: or(to.schema, &table.schema), table: or(to.table, &table.name) };
    let is_taken = |(other, table): (usize, &Table)| other != at && table.is(&name.schema, &name.table);
    if tables.iter().enumerate().any(is_taken) {
        return Err(format!("it calls `{}` by the name `{}`, which another table has", table.name, name.table));
    }
    let referring = referring(tables, at);
    if let Some(table) = tables.get_mut(at) {
        (table.catalog, table.schema, table.name) = (name.catalog.clone(), name.schema.clone(), name.table.clone());
    }
    for (table, reference) in referring {
        let reference = tables.get_mut(table).and_then(|table| table.references.get_mut(reference));
        if let Some(reference) = reference {
            reference.table = name.clone();
        }
    }
    Ok(())
}

/// Gives a column another name, also in its key, its references and those that lead to it.
pub(super) fn rename_column(tables: &mut [Table], at: usize, from: &str, to: String) -> Result<(), String> {
    let Some(table) = tables.get(at) else { return Ok(()) };
    if table.column(from).is_none() {
        return Err(format!("it renames `{from}`, which is no column of `{}`", table.name));
    }
    if table.columns.iter().any(|column| column.is(&to) && !column.is(from)) {
        return Err(format!("it calls `{from}` of `{}` by the name `{to}`, which another column has", table.name));
    }
    let is_it = |name: &&mut String| name.eq_ignore_ascii_case(from);
    for (table, reference) in referring(tables, at) {
        let reference = tables.get_mut(table).and_then(|table| table.references.get_mut(reference));
        let columns = reference.into_iter().flat_map(|reference| &mut reference.to);
        columns.filter(is_it).for_each(|name| name.clone_from(&to));
    }
    let Some(table) = tables.get_mut(at) else { return Ok(()) };
    let names = table.columns.iter_mut().map(|column| &mut column.name);
    let referred = table.references.iter_mut().flat_map(|reference| &mut reference.columns);
    names.chain(&mut table.key).chain(referred).filter(is_it).for_each(|name| name.clone_from(&to));
    Ok(())
}

/// The references that lead to the table at a place, by their tables and places.
fn referring(tables: &[Table], at: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (from, table) in tables.iter().enumerate() {
        let leads = |reference| target(tables, Some(table), reference).is_ok_and(|to| to == at);
        found.extend((0..).zip(&table.references).filter(|(_, one)| leads(one)).map(|(place, _)| (from, place)));
    }
    found
}
