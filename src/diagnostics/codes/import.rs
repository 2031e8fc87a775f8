//! What a script or an export of a database cannot say, and what of it the language cannot take.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

pub const ALL: &[&Code] = &[
    &UNREADABLE_SCRIPT,
    &STATEMENT_PASSED_OVER,
    &UNREADABLE_EXPORT,
    &NOTHING_TO_IMPORT,
    &TABLE_TWICE,
    &TABLE_WITHOUT_COLUMNS,
    &COLUMN_LEFT_OUT,
    &DRAFT_ASSUMES,
    &DRAFT_LACKS,
];

pub const UNREADABLE_SCRIPT: Code =
    Code::error("unreadable-script", "a script of tables is T-SQL or Spark SQL that carat can read");
pub const STATEMENT_PASSED_OVER: Code =
    Code::error("statement-passed-over", "what changes a table is something that carat can follow");
pub const UNREADABLE_EXPORT: Code =
    Code::error("unreadable-export", "an export of columns is INFORMATION_SCHEMA.COLUMNS as CSV");
pub const NOTHING_TO_IMPORT: Code = Code::error("nothing-to-import", "a file of tables has a table in it");
pub const TABLE_TWICE: Code = Code::error("table-twice", "a table is described once");
pub const TABLE_WITHOUT_COLUMNS: Code =
    Code::error("table-without-columns", "a script writes the columns of a table down");
pub const COLUMN_LEFT_OUT: Code =
    Code::error("column-left-out", "a column has a name and a type that the language can take over exactly");
pub const DRAFT_ASSUMES: Code = Code::warning("draft-assumes", "what a draft takes for granted is to be checked");
pub const DRAFT_LACKS: Code = Code::warning("draft-lacks", "what a database does not say is written by hand");

pub fn unreadable_script(problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_SCRIPT, format!("a part of the script cannot be read: {problem}"))
        .at(span, "not read")
        .help("carat reads `CREATE TABLE` and `ALTER TABLE` of T-SQL and Spark; simplify it, or use a CSV export of INFORMATION_SCHEMA.COLUMNS")
}

pub fn statement_passed_over(problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&STATEMENT_PASSED_OVER, format!("a statement is passed over: {problem}"))
        .at(span, "not followed")
        .help("script the table as it is in the database, with \"Script as CREATE\" or `SHOW CREATE TABLE`, or correct the draft by hand")
}

pub fn unreadable_export(problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_EXPORT, format!("the export of columns cannot be read: {problem}"))
        .at(span, "not read")
        .help("export TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, IS_NULLABLE, DATA_TYPE, NUMERIC_PRECISION and NUMERIC_SCALE of INFORMATION_SCHEMA.COLUMNS, with a first line of names")
}

pub fn nothing_to_import(span: Span) -> Diagnostic {
    Diagnostic::new(&NOTHING_TO_IMPORT, "there is no table in it")
        .at(span, "no `CREATE TABLE` and no line of INFORMATION_SCHEMA.COLUMNS")
        .help("script the tables of the gold schema, for example with \"Script as CREATE\" or `SHOW CREATE TABLE`")
}

pub fn table_twice(table: &str, remedy: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&TABLE_TWICE, format!("the table `{table}` is described twice"))
        .at(span, "passed over")
        .at(first, "read from here")
        .help(remedy)
}

pub fn table_without_columns(table: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&TABLE_WITHOUT_COLUMNS, format!("the columns of `{table}` are not written down"))
        .at(span, "made from a query or another table")
        .help("script the table as it is in the database, with its columns and their types")
}

pub fn column_left_out(column: &str, table: &str, reason: &str, remedy: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&COLUMN_LEFT_OUT, format!("the column `{column}` of `{table}` is left out: {reason}"))
        .at(span, "not taken over")
        .help(remedy)
}

pub fn draft_assumes(assumption: &str, remedy: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&DRAFT_ASSUMES, format!("the draft assumes that {assumption}"))
        .at(span, "taken for granted")
        .help(remedy)
}

pub fn draft_lacks(lack: &str, remedy: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&DRAFT_LACKS, lack).at(span, "not said here").help(remedy)
}
