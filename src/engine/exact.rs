//! A value of a file as its column's type, where nothing of it is lost: the engine would round decimals, cut a time of
//! day and take a 2 for true, each without a word.

use std::path::Path;

use crate::gold::{Column, Table, Type};

use super::extract::{quoted, text};

/// A column of text, as CSV has them.
pub(super) fn of_text(table: &Table, column: &Column) -> String {
    format!("{} AS {}", exactly(&quoted(&column.name), table, column), quoted(&column.name))
}

/// A column of any type, as Parquet has them: what fits the schema by its type is cast, everything else is read as its
/// text would be. The engine knows the type of a file before it reads a row, so that only one of both is left.
pub(super) fn of_any(table: &Table, column: &Column) -> String {
    let (name, ty) = (quoted(&column.name), of_duckdb(column.ty));
    let Some(fitting) = fitting(column.ty) else { return format!("CAST({name} AS {ty}) AS {name}") };
    let as_text = exactly(&format!("CAST({name} AS VARCHAR)"), table, column);
    let fits = format!("regexp_full_match(typeof({name}), {})", text(fitting));
    format!("CASE WHEN {fits} THEN CAST({name} AS {ty}) ELSE {as_text} END AS {name}")
}

/// The types of which every value is one of the schema's, or out of its range, which the engine tells; none where any
/// type is.
fn fitting(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Integer => Some(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)|DECIMAL\(\d+,0\)"),
        Type::Money => Some(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)|DECIMAL\(\d+,[0-4]\)"),
        Type::Number => Some(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT)|DECIMAL\(.*\)|FLOAT|DOUBLE"),
        Type::Boolean => Some("BOOLEAN"),
        Type::Date => Some("DATE"),
        Type::Text => None,
    }
}

/// The value that a text spells; an error with the column, the text and what the schema says where it spells none, or
/// one that only a wider type holds.
fn exactly(spelled: &str, table: &Table, column: &Column) -> String {
    let ty = of_duckdb(column.ty);
    if column.ty == Type::Text {
        return format!("CAST({spelled} AS {ty})");
    }
    let value = format!("TRY_CAST({spelled} AS {ty})");
    let error = |what: &str| refused(spelled, what, table, column);
    let lost = wider(column.ty)
        .map(|(wide, what)| format!("WHEN TRY_CAST({spelled} AS {wide}) <> {value} THEN {} ", error(what)));
    format!(
        "CASE WHEN {spelled} IS NULL THEN NULL WHEN {value} IS NULL THEN {} {}ELSE {value} END",
        error("does not fit"),
        lost.unwrap_or_default()
    )
}

/// The type that holds what the type would lose, and how that is told.
fn wider(ty: Type) -> Option<(&'static str, &'static str)> {
    match ty {
        Type::Integer => Some(("DECIMAL(38,10)", "is no whole number")),
        Type::Money => Some(("DECIMAL(38,15)", "has more than four decimals")),
        Type::Date => Some(("TIMESTAMP", "has a time of day")),
        Type::Number | Type::Text | Type::Boolean => None,
    }
}

fn refused(spelled: &str, what: &str, table: &Table, column: &Column) -> String {
    let before = text(&format!("column `{}`: ", column.name));
    let place = format!("`{}.{}`", table.name, column.name);
    let after = text(&format!(" {what}: {place} is `{}` in `gold.yaml`", column.ty.name()));
    format!("error({before} || {spelled} || {after})")
}

/// A query that fails where the parts of a table hold a column in types of which one would be cut to another: the
/// engine reads all of them as the first, and rounds.
pub(super) fn same_types(table: &Table, parts: &Path) -> String {
    let names: Vec<String> = table.columns.iter().map(|column| text(&column.name.to_lowercase())).collect();
    // Whole numbers of any width, and decimals of any length and one scale, are cut to nothing but an error.
    let kind = "regexp_replace(regexp_replace(duckdb_type, '^DECIMAL\\(\\d+,', 'DECIMAL('), \
                '^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$', 'INTEGER')";
    let of = |extreme: &str| format!("{extreme}(duckdb_type || ' in ' || file_name, {kind} || ' ' || file_name)");
    let (first, last) = (of("arg_min"), of("arg_max"));
    format!(
        "SELECT error('column `' || MIN(name) || '`: ' || {first} || ', ' || {last} || {}) \
         FROM parquet_schema({}) WHERE lower(name) IN ({}) AND duckdb_type IS NOT NULL \
         GROUP BY lower(name) HAVING COUNT(DISTINCT {kind}) > 1;\n",
        text(&format!(": all parts of `{}` have one type", table.name)),
        text(&parts.to_string_lossy()),
        names.join(", "),
    )
}

/// The type of a column of the schema in DuckDB.
fn of_duckdb(ty: Type) -> &'static str {
    match ty {
        Type::Integer => "BIGINT",
        Type::Money => "DECIMAL(19,4)",
        Type::Number => "DOUBLE",
        Type::Text => "VARCHAR",
        Type::Boolean => "BOOLEAN",
        Type::Date => "DATE",
    }
}
