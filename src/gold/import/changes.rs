//! What one change makes of the tables.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::Span;

use super::acts::{Change, Dropped};
use super::renames::{rename, rename_column};
use super::source::{Column, Table, same_names};

/// Makes a change in the table at a place; what cannot be followed is told.
pub(super) fn apply(tables: &mut [Table], at: usize, change: Change, span: Span, out: &mut Vec<Diagnostic>) {
    let made = match change {
        Change::Rename(name) => rename(tables, at, name),
        Change::RenameColumn(from, to) => rename_column(tables, at, &from, to),
        change => match tables.get_mut(at) {
            Some(table) => within(table, change),
            None => Ok(()),
        },
    };
    if let Err(problem) = made {
        out.push(codes::statement_passed_over(&problem, span));
    }
}

/// What changes one table alone, or why it cannot be followed.
fn within(table: &mut Table, change: Change) -> Result<(), String> {
    match change {
        Change::AddColumn(column) => table.columns.push(column),
        Change::DropColumn(column) => drop_column(table, &column)?,
        Change::Key(key, name) => table.set_key(key, name),
        Change::Refer(reference) => table.refer(reference),
        Change::Constraint(name) => table.constraints.push(name),
        Change::RenameConstraint(from, to) => rename_constraint(table, &from, to)?,
        Change::Drop(dropped) => drop_constraint(table, &dropped)?,
        Change::Comment(None, text) => table.comment = text,
        Change::Comment(Some(column), text) => column_of(table, &column, "describes")?.comment = text,
        Change::Nullable(column, nullable) => column_of(table, &column, "changes")?.nullable = nullable,
        Change::TypeAlone(column) => {
            let known = column_of(table, &column.name, "changes")?;
            (known.ty, known.unknown, known.span) = (column.ty, column.unknown, column.span);
        }
        Change::Retype(column) => retype(column_of(table, &column.name, "changes")?, column),
        Change::Rename(_) | Change::RenameColumn(..) => {}
    }
    Ok(())
}

fn column_of<'t>(table: &'t mut Table, column: &str, done: &str) -> Result<&'t mut Column, String> {
    let missing = format!("it {done} `{column}`, which is no column of `{}`", table.name);
    table.columns.iter_mut().find(|known| known.is(column)).ok_or(missing)
}

fn retype(known: &mut Column, column: Column) {
    known.ty = column.ty;
    known.nullable = column.nullable;
    known.unknown = column.unknown;
    known.comment = column.comment.or(known.comment.take());
    known.span = column.span;
}

/// A key or reference goes with any of its columns.
fn drop_column(table: &mut Table, column: &str) -> Result<(), String> {
    column_of(table, column, "removes")?;
    table.columns.retain(|known| !known.is(column));
    if table.is_key(column) {
        table.key.clear();
    }
    let of_it = |name: &String| name.eq_ignore_ascii_case(column);
    table.references.retain(|reference| !reference.columns.iter().any(of_it));
    Ok(())
}

/// The columns of a key that is taken away stay without missing values.
fn drop_constraint(table: &mut Table, dropped: &Dropped) -> Result<(), String> {
    match dropped {
        Dropped::Key => table.key.clear(),
        Dropped::Reference(columns) => {
            let before = table.references.len();
            table.references.retain(|reference| !same_names(&reference.columns, columns));
            if table.references.len() == before {
                let columns = columns.join(", ");
                return Err(format!("it removes the reference of `{columns}`, which `{}` does not have", table.name));
            }
        }
        Dropped::Named(name, may_lack) => return drop_named(table, name, *may_lack),
    }
    Ok(())
}

fn drop_named(table: &mut Table, name: &str, may_lack: bool) -> Result<(), String> {
    let is_it = |written: &str| written.eq_ignore_ascii_case(name);
    let has_key = !table.key.is_empty();
    let of_postgres = format!("{}_pkey", table.name);
    if has_key && is_it(table.key_name.as_ref().unwrap_or(&of_postgres)) {
        table.key.clear();
        return Ok(());
    }
    let before = (table.references.len(), table.constraints.len());
    let prefix = table.name.clone();
    let of_postgres = |columns: &[String]| format!("{prefix}_{}_fkey", columns.join("_"));
    table.references.retain(|one| !is_it(&one.name.clone().unwrap_or_else(|| of_postgres(&one.columns))));
    table.constraints.retain(|one| !is_it(one));
    let is_found = (table.references.len(), table.constraints.len()) != before;
    // Without a name it could be the one: the database gives those names of its own.
    let has_unnamed = (has_key && table.key_name.is_none()) || table.references.iter().any(|one| one.name.is_none());
    if is_found || (may_lack && !has_unnamed) {
        return Ok(());
    }
    Err(format!("it removes the constraint `{name}` of `{}`, and it is not known what that held", table.name))
}

/// Renames a constraint that has a name.
fn rename_constraint(table: &mut Table, from: &str, to: String) -> Result<(), String> {
    let references = table.references.iter_mut().filter_map(|reference| reference.name.as_mut());
    let mut names = table.key_name.iter_mut().chain(references).chain(&mut table.constraints);
    match names.find(|name| name.eq_ignore_ascii_case(from)) {
        Some(name) => *name = to,
        None => return Err(format!("it renames `{from}`, which is no constraint of `{}` that has a name", table.name)),
    }
    Ok(())
}
