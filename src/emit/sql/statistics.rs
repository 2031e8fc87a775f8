//! What an engine must be told of texts that are compared folded, where its statistics are of columns alone.
//!
//! PostgreSQL guesses that one row in two hundred meets `lower(rtrim(status)) = 'open'`, whatever the rows, joins what
//! it takes for a handful row by row, and takes a minute for a second (manual, "Extended Statistics").

use sqlparser::ast::{Expr, Ident, ObjectName};
use uuid::Uuid;

use super::ast;
use super::dialects::{Dialect, Statistics};
use super::files::{Build, Script, Take, file};
use crate::gold::{Column, Sensitivity, Table, Type};

/// `statistics.sql` of every dialect whose engine is to be told.
pub fn files<T>(build: Build<'_>, take: Take<'_, T>) -> Vec<T> {
    let told = build.dialects.iter().filter(|dialect| matches!(dialect.statistics, Statistics::OfExpressions));
    told.filter_map(|dialect| Some(take(file(dialect, "statistics.sql", script(build, dialect)?)))).collect()
}

/// None where no column is compared folded.
fn script(build: Build<'_>, dialect: &Dialect) -> Option<Script> {
    let mut script = Script::about(&[
        "Statistics of texts as they are compared, without capitals and trailing blanks: run it once, when the tables are there.",
        "No number depends on it: with it the server knows how many rows a condition leaves, and joins accordingly.",
    ]);
    let mut any = false;
    for table in &build.model.gold.tables {
        let name = placed(dialect, table, &table.physical);
        let columns: Vec<&Column> = table.columns.iter().filter(|column| is_compared_folded(column)).collect();
        for column in &columns {
            script.statement(&[], &[&created(dialect, (table, &name), column)]);
        }
        if !columns.is_empty() {
            script.statement(&[], &[&format!("ANALYZE {name}")]);
        }
        any |= !columns.is_empty();
    }
    any.then_some(script)
}

/// Statistics keep the most frequent values: those that tell of a person are no category, and stay where they are.
fn is_compared_folded(column: &Column) -> bool {
    let of_nobody = matches!(column.sensitivity, Sensitivity::Public | Sensitivity::Internal);
    column.ty == Type::Text && !column.normalised && of_nobody
}

fn created(dialect: &Dialect, (table, place): (&Table, &ObjectName), column: &Column) -> String {
    let name = placed(dialect, table, &object_name(table, column));
    let text = Expr::Identifier(dialect.ident(&column.name));
    let folded = ast::call("LOWER", [(dialect.trimmed_end)(text)]);
    format!("CREATE STATISTICS IF NOT EXISTS {name} ON ({folded}) FROM {place}")
}

/// PostgreSQL cuts a name after 63 bytes, and would take the second of two that begin alike for the first.
fn object_name(table: &Table, column: &Column) -> String {
    const LONGEST: usize = 63;
    let name = format!("{}_{}_folded", table.physical, column.name);
    if name.len() <= LONGEST {
        return name;
    }
    let told_apart = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).simple().to_string();
    let begins: String = name.chars().take_while(char::is_ascii).take(LONGEST - told_apart.len() - 1).collect();
    format!("{begins}_{told_apart}")
}

/// A name in the schema of the table.
fn placed(dialect: &Dialect, table: &Table, name: &str) -> ObjectName {
    let parts = [table.schema.as_str(), name].into_iter().filter(|part| !part.is_empty());
    ObjectName::from(parts.map(|part| dialect.ident(part)).collect::<Vec<Ident>>())
}
