//! What files say of tables, one thing after the other, and the tables that come of it.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::Span;

use super::changes::apply;
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
    /// Another type, and nothing else is another.
    TypeAlone(Column),
    Nullable(String, bool),
    RenameColumn(String, String),
    /// Another name of the table; a part that is not said stays.
    Rename(Name),
    Key(Vec<String>, Option<String>),
    Refer(Reference),
    /// A constraint of which gold.yaml holds nothing.
    Constraint(String),
    RenameConstraint(String, String),
    /// The comment of a column, or of the table; none takes it away.
    Comment(Option<String>, Option<String>),
    Drop(Dropped),
}

/// A constraint that is taken away.
#[derive(Debug)]
pub(super) enum Dropped {
    Key,
    /// The reference of these columns.
    Reference(Vec<String>),
    /// One that is known by its name, and whether it need not be there.
    Named(String, bool),
}

/// The tables after all acts. What changes a table that comes later waits for it.
pub(super) fn tables(acts: Vec<Act>, out: &mut Vec<Diagnostic>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut waiting = Vec::new();
    for act in acts {
        match act {
            Act::Create(table) => create(&mut tables, table, out),
            Act::Drop(name) => tables.retain(|table| !table.is_called(&name)),
            Act::Change { table: name, change, span } => match meant(&tables, &name, change) {
                (Some(at), change) => apply(&mut tables, at, change, span, out),
                (None, change) => waiting.push((name, change, span)),
            },
        }
    }
    for (name, change, span) in waiting {
        match called(&tables, &name) {
            Some(at) if is_of_the_table_before(&tables, at, &change, span) => {}
            Some(at) => apply(&mut tables, at, change, span, out),
            None => out.push(unknown_table(&name, &change, span)),
        }
    }
    let made = tables.iter().filter(|table| table.is_made);
    out.extend(made.map(|table| codes::table_without_columns(&table.name, table.span)));
    tables.retain(|table| !table.is_made);
    tables.iter_mut().for_each(|table| settle(table, out));
    tables
}

/// The table that a change is of; of a constraint too, which `sp_rename` names as if it were a table.
fn meant(tables: &[Table], name: &Name, change: Change) -> (Option<usize>, Change) {
    let has_constraint = |table: &Table| {
        table.is(&name.schema, &table.name)
            && table.constraint_names().any(|known| known.eq_ignore_ascii_case(&name.table))
    };
    match (called(tables, name), change) {
        (None, Change::Rename(to)) => match tables.iter().position(has_constraint) {
            Some(at) => (Some(at), Change::RenameConstraint(name.table.clone(), to.table)),
            None => (None, Change::Rename(to)),
        },
        (at, change) => (at, change),
    }
}

fn called(tables: &[Table], name: &Name) -> Option<usize> {
    tables.iter().position(|table| table.is_called(name))
}

/// Whether a table had the name that was renamed, or lost a constraint, before this one was created anew.
fn is_of_the_table_before(tables: &[Table], at: usize, change: &Change, span: Span) -> bool {
    match change {
        Change::Drop(_) => true,
        Change::Rename(_) | Change::RenameColumn(..) | Change::RenameConstraint(..) => {
            tables.get(at).is_some_and(|table| table.span.file == span.file)
        }
        _ => false,
    }
}

fn create(tables: &mut Vec<Table>, table: Table, out: &mut Vec<Diagnostic>) {
    match tables.iter_mut().find(|known| known.is(&table.schema, &table.name)) {
        Some(first) if first.is_made => *first = table,
        Some(_) if table.is_made => out.push(codes::table_without_columns(&table.name, table.span)),
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
    let (key, name) = (std::mem::take(&mut table.key), table.key_name.take());
    table.set_key(key, name);
}
