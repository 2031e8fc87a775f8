//! What files say of tables, one thing after the other, and the tables that come of it.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::Span;

use super::source::{Column, Name, Reference, Table};

/// One thing that a file says.
#[derive(Debug)]
pub(super) enum Act {
    Create(Table),
    Drop(Name),
    Change { table: Name, change: Change, span: Span },
}

/// What is changed in a table that was created before, or in another file.
#[derive(Debug)]
pub(super) enum Change {
    AddColumn(Column),
    DropColumn(String),
    /// Another type; without a word about missing values it allows them where that is so in the dialect.
    Retype(Column),
    Nullable(String, bool),
    Key(Vec<String>),
    Refer(Reference),
    /// The comment of a column, or of the table; none takes it away.
    Comment(Option<String>, Option<String>),
    /// A constraint is taken away, of which it is not known what it held.
    DropConstraint(String),
}

/// The tables after all acts. What changes a table that comes later waits for it.
pub(super) fn tables(acts: Vec<Act>, out: &mut Vec<Diagnostic>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut waiting = Vec::new();
    for act in acts {
        match act {
            Act::Create(table) => create(&mut tables, table, out),
            Act::Drop(name) => tables.retain(|table| !table.is_called(&name)),
            Act::Change { table: name, change, span } => match tables.iter_mut().find(|table| table.is_called(&name)) {
                Some(table) => apply(table, change, span, out),
                None => waiting.push((name, change, span)),
            },
        }
    }
    for (name, change, span) in waiting {
        match tables.iter_mut().find(|table| table.is_called(&name)) {
            // It was taken away from a table that was then created anew.
            Some(_) if matches!(change, Change::DropConstraint(_)) => {}
            Some(table) => apply(table, change, span, out),
            None => out.push(unknown_table(&name, &change, span)),
        }
    }
    tables.iter_mut().for_each(|table| settle(table, out));
    tables
}

fn create(tables: &mut Vec<Table>, table: Table, out: &mut Vec<Diagnostic>) {
    match tables.iter().find(|known| known.is(&table.schema, &table.name)) {
        Some(first) => out.push(codes::table_twice(&table.name, &why_twice(first, &table), table.span, first.span)),
        None => tables.push(table),
    }
}

/// What is to be done where two tables have one name.
fn why_twice(first: &Table, second: &Table) -> String {
    if !first.catalog.eq_ignore_ascii_case(&second.catalog) {
        format!("it is in `{}` and in `{}`; bring the tables of one database", first.catalog, second.catalog)
    } else if first.name != second.name || first.schema != second.schema {
        "their names differ in capitals alone, which gold.yaml does not tell apart; rename one of the two".to_owned()
    } else {
        "remove one of the two descriptions".to_owned()
    }
}

fn unknown_table(name: &Name, change: &Change, span: Span) -> Diagnostic {
    let what = if matches!(change, Change::Comment(..)) { "described" } else { "changed" };
    codes::draft_lacks(
        &format!("`{}` is {what} here, and no file creates a table of that name", name.table),
        "bring the script that creates it too, if it is a table of the gold schema",
        span,
    )
}

fn apply(table: &mut Table, change: Change, span: Span, out: &mut Vec<Diagnostic>) {
    let name = table.name.clone();
    let mut passed_over = |problem: String| out.push(codes::statement_passed_over(&problem, span));
    match change {
        Change::AddColumn(column) => table.columns.push(column),
        Change::DropColumn(column) if table.column(&column).is_none() => {
            passed_over(format!("it removes `{column}`, which is no column of `{name}`"));
        }
        Change::DropColumn(column) => drop_column(table, &column),
        Change::Key(key) => table.set_key(key),
        Change::Refer(reference) => table.refer(reference),
        Change::DropConstraint(what) => passed_over(format!("it removes {what} of `{name}`")),
        Change::Comment(None, text) => table.comment = text,
        Change::Retype(column) => {
            let missing = format!("it changes `{}`, which is no column of `{name}`", column.name);
            match table.columns.iter_mut().find(|known| known.is(&column.name)) {
                Some(known) => retype(known, column),
                None => passed_over(missing),
            }
        }
        Change::Nullable(column, nullable) => match table.columns.iter_mut().find(|known| known.is(&column)) {
            Some(known) => known.nullable = nullable,
            None => passed_over(format!("it changes `{column}`, which is no column of `{name}`")),
        },
        Change::Comment(Some(column), text) => match table.columns.iter_mut().find(|known| known.is(&column)) {
            Some(known) => known.comment = text,
            None => passed_over(format!("it describes `{column}`, which is no column of `{name}`")),
        },
    }
}

fn retype(known: &mut Column, column: Column) {
    known.ty = column.ty;
    known.nullable = column.nullable;
    known.unknown = column.unknown;
    known.comment = column.comment.or(known.comment.take());
    known.span = column.span;
}

/// A key or reference goes with any of its columns.
fn drop_column(table: &mut Table, column: &str) {
    table.columns.retain(|known| !known.is(column));
    if table.is_key(column) {
        table.key.clear();
    }
    let of_it = |name: &String| name.eq_ignore_ascii_case(column);
    table.references.retain(|reference| !reference.columns.iter().any(of_it));
}

/// What can be told once a table is complete: a column that is there twice, a key without its columns.
fn settle(table: &mut Table, out: &mut Vec<Diagnostic>) {
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    for (at, column) in table.columns.iter_mut().enumerate() {
        let before = names.iter().take(at).find(|name| column.is(name));
        if let Some(before) = before {
            let reason = format!("`{before}` is there already, and gold.yaml does not tell capitals apart");
            column.unknown = Some((reason, "rename or remove one of the two"));
        }
    }
    let (name, span) = (table.name.clone(), table.span);
    let unknown = |wanted: &&String| !names.iter().any(|known| known.eq_ignore_ascii_case(wanted));
    if let Some(column) = table.key.iter().find(unknown) {
        let problem = format!("the key of `{name}` names `{column}`, which is no column of it");
        out.push(codes::statement_passed_over(&problem, span));
        table.key.clear();
    }
    table.references.retain(|reference| match reference.columns.iter().find(unknown) {
        Some(column) => {
            let problem = format!("a reference of `{name}` names `{column}`, which is no column of it");
            out.push(codes::statement_passed_over(&problem, reference.span));
            false
        }
        None => true,
    });
    let key = std::mem::take(&mut table.key);
    table.set_key(key);
}
